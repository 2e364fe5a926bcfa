"""logits -> the next id: settings, the stages a distribution goes through, and the draw.

Knows nothing of models, texts or tokenizers: ids and tensors in, ids and tensors out.
"""

from lab.sampling.describe import LABELS, describe
from lab.sampling.draw import draw, draws, pick
from lab.sampling.information import entropy, surprise
from lab.sampling.settings import LLAMA_CPP_ORDER, TRANSFORMERS_ORDER, Knob, Settings, Strategy
from lab.sampling.stages import Stage, probabilities, stage_names, stages

__all__ = [
    "LABELS",
    "LLAMA_CPP_ORDER",
    "TRANSFORMERS_ORDER",
    "Knob",
    "Settings",
    "Stage",
    "Strategy",
    "describe",
    "draw",
    "draws",
    "entropy",
    "pick",
    "probabilities",
    "stage_names",
    "stages",
    "surprise",
]
