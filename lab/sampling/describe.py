"""The settings in force, in words: what acts, in which order, and what was set in vain."""

from lab.sampling.settings import LLAMA_CPP_ORDER, TRANSFORMERS_ORDER, Knob, Settings
from lab.sampling.stages import stage_names

LABELS: dict[str, str] = {
    "repetition_penalty": "repetition penalty",
    "temperature": "temperature",
    "top_k": "top-k",
    "top_p": "top-p",
    "min_p": "min-p",
    "typical_p": "typical-p",
}
"""The knobs as people write them."""


def describe(settings: Settings) -> str:
    """A few plain sentences that name every setting, so that none acts silently.

    >>> print(describe(Settings("sample", temperature=0.7, top_p=0.9, seed=1)))
    Draws each token after temperature 0.7, then top-p 0.9. Seed 1. At most 64 new tokens.
    >>> print(describe(Settings("sample", temperature=0.0)))
    Draws each token after temperature 0, which means greedy. A fresh seed each time. At most 64
    new tokens.
    >>> print(describe(Settings("greedy", top_k=50)))
    Takes the likeliest token each time. Set but without effect here: top-k 50. At most 64 new
    tokens.
    """
    sentences = [rule(settings)]
    if settings.strategy == "sample":
        seed = "A fresh seed each time" if settings.seed is None else f"Seed {settings.seed}"
        sentences.append(f"{seed}.")
    sentences.append(f"At most {settings.max_new_tokens:,} new tokens.")
    if settings.stop:
        sentences.append(f"Stops before {' or '.join(map(repr, settings.stop))}.")
    return " ".join(sentences)


def rule(settings: Settings) -> str:
    """The part of the description that says how a token is chosen.

    >>> print(rule(Settings("sample", temperature=0.7, top_p=0.9, seed=1)))
    Draws each token after temperature 0.7, then top-p 0.9.
    """
    acting = stage_names(settings)
    sentences = [_strategy(settings, ", then ".join(_knob(settings, each) for each in acting))]
    if acting != [knob for knob in TRANSFORMERS_ORDER if knob in acting]:
        in_llama_cpp = acting == [knob for knob in LLAMA_CPP_ORDER if knob in acting]
        named = "llama.cpp's" if in_llama_cpp else "your"
        sentences.append(f"This is {named} order, not transformers'.")
    idle = [
        f"{LABELS[knob]} {getattr(settings, knob):g}"
        for knob in settings.order
        if getattr(settings, knob) is not None and knob not in acting
    ]
    if settings.strategy != "beam":
        idle += _beam_settings(settings)
    if idle:
        sentences.append(f"Set but without effect here: {', '.join(idle)}.")
    return " ".join(sentences)


def _strategy(settings: Settings, knobs: str) -> str:
    match settings.strategy:
        case "greedy":
            return f"Takes the likeliest token each time{f', after {knobs}' if knobs else ''}."
        case "beam":
            parts = [f"Beam search with {settings.num_beams} beams"]
            if settings.length_penalty is None:
                parts.append("no length penalty")
            if not settings.early_stopping:
                parts.append("no early stopping")
            parts += [each for each in _beam_settings(settings) if "beams" not in each]
            return f"{', '.join(parts + ([knobs] if knobs else []))}."
        case "sample":
            rest = f"after {knobs}" if knobs else "from the model's own distribution, unchanged"
            return f"Draws each token {rest}."


def _knob(settings: Settings, knob: Knob) -> str:
    text = f"{LABELS[knob]} {getattr(settings, knob):g}"
    if knob == "temperature" and settings.temperature == 0:
        return f"{text}, which means greedy"
    if knob == "repetition_penalty":
        without = "without" if settings.penalty_skips_prompt else "with"
        return f"{text} ({without} the prompt)"
    return text


def _beam_settings(settings: Settings) -> list[str]:
    parts = []
    if settings.num_beams is not None:
        parts.append(f"{settings.num_beams} beams")
    if settings.length_penalty is not None:
        parts.append(f"length penalty {settings.length_penalty:g}")
    if settings.early_stopping:
        parts.append("early stopping")
    return parts
