"""What a stage did, in numbers and as the formula with the numbers filled in."""

from collections.abc import Sequence
from dataclasses import dataclass

from lab.sampling.information import entropy
from lab.sampling.settings import Settings
from lab.sampling.stages import Stage


@dataclass(frozen=True)
class Summary:
    """A distribution after a stage: how many tokens are left, and how the probability lies.

    `entropy` is in bits. `tail` is the probability of all but the likeliest `head` tokens.
    `removed` is the probability, before the stage, of the tokens that it cut.
    """

    kept: int
    entropy: float
    tail: float
    removed: float


def summarise(stage: Stage, before: Stage, head: int = 10) -> Summary:
    """The numbers of `stage`, which followed `before`; give the raw stage as its own `before`."""
    kept = int(stage.kept.sum())
    largest = stage.probabilities.topk(min(head, len(stage.probabilities))).values
    return Summary(
        kept=kept,
        entropy=entropy(stage.probabilities),
        tail=max(0.0, 1 - float(largest.double().sum())) if kept > head else 0.0,
        removed=float(before.probabilities[~stage.kept].double().sum()),
    )


def formula(
    stage: Stage, before: Stage, settings: Settings, context_ids: Sequence[int] = ()
) -> str:
    r"""What the stage computes, as LaTeX, worked out for the likeliest token it applies to.

    z is a logit, p a probability, both as the stage found them.

    >>> import torch
    >>> from lab.sampling import stages
    >>> hot = Settings("sample", temperature=2.0)
    >>> raw, warm = stages(torch.tensor([3.0, 2.0, 1.0]), hot)
    >>> print(formula(warm, raw, hot))
    z / T = 3.00 / 2 = 1.50
    """
    chances, largest = before.probabilities, float(before.logits.max())
    match stage.name:
        case "raw":
            top = float(stage.probabilities.max())
            return rf"p = e^{{z}} / \textstyle\sum e^{{z}}, \quad e^{{{largest:.2f}}} \to {top:.3g}"
        case "repetition_penalty":
            return _penalty(stage, before, settings, context_ids)
        case "temperature":
            if not settings.temperature:
                return r"T \to 0: \quad \max z \to p = 1"
            warm = largest / settings.temperature
            return f"z / T = {largest:.2f} / {settings.temperature:g} = {warm:.2f}"
        case "top_k":
            k = min(settings.top_k or len(chances), len(chances))
            edge = float(before.logits.topk(k).values[-1])
            return rf"z < z_{{({k})}} = {_number(edge)} \;\to\; -\infty"
        case "top_p":
            kept = int(stage.kept.sum())
            mass = float(chances[stage.kept].double().sum())
            first = "p_{(1)}" if kept == 1 else rf"p_{{(1)}} + \dots + p_{{({kept})}}"
            return rf"{first} = {mass:.4f} \geq {settings.top_p:g}"
        case "min_p":
            top = float(chances.max())
            edge = (settings.min_p or 0) * top
            return rf"p < {settings.min_p:g} \times {top:.3g} = {edge:.3g} \;\to\; 0"
        case "typical_p":
            mass = float(chances[stage.kept].double().sum())
            return (
                rf"|{{-\log_2 p}} - {entropy(chances):.2f}| \text{{ smallest until }} "
                rf"\textstyle\sum p = {mass:.4f} \geq {settings.typical_p:g}"
            )
        case "greedy":
            return r"\arg\max z \;\to\; p = 1"


def _penalty(stage: Stage, before: Stage, settings: Settings, context_ids: Sequence[int]) -> str:
    repeated = [each for each in set(context_ids) if each < len(before.logits)]
    if not repeated:
        return r"\text{nothing has been used yet}"
    used = max(repeated, key=lambda each: float(before.logits[each]))
    old, new = float(before.logits[used]), float(stage.logits[used])
    sign = r"\times" if old < 0 else "/"
    return f"{_number(old)} {sign} {settings.repetition_penalty:g} = {_number(new)}"


def _number(logit: float) -> str:
    return r"-\infty" if logit == float("-inf") else f"{logit:.2f}"
