"""logits -> the next id: settings, the stages a distribution goes through, and the draw.

Knows nothing of models, texts or tokenizers: ids and tensors in, ids and tensors out.
"""

from lab.sampling.choice import choose, shortlist, uniforms
from lab.sampling.describe import LABELS, describe, rule
from lab.sampling.draw import draw, draws, interval, pick, uniform
from lab.sampling.explain import Summary, formula, summarise
from lab.sampling.fit import Fit, fit
from lab.sampling.information import entropy, surprise
from lab.sampling.largest import largest
from lab.sampling.outlook import Outlook, outlooks
from lab.sampling.settings import LLAMA_CPP_ORDER, TRANSFORMERS_ORDER, Knob, Settings, Strategy
from lab.sampling.stages import Stage, probabilities, stage_names, stages

__all__ = [
    "LABELS",
    "LLAMA_CPP_ORDER",
    "TRANSFORMERS_ORDER",
    "Fit",
    "Knob",
    "Outlook",
    "Settings",
    "Stage",
    "Strategy",
    "Summary",
    "choose",
    "describe",
    "draw",
    "draws",
    "entropy",
    "fit",
    "formula",
    "interval",
    "largest",
    "outlooks",
    "pick",
    "probabilities",
    "rule",
    "shortlist",
    "stage_names",
    "stages",
    "summarise",
    "surprise",
    "uniform",
    "uniforms",
]
