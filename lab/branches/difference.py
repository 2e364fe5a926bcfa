"""How two texts to one question differ: where they part, what the model thought there, and how
they go on."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from lab.branches.tree import Tree
from lab.generation import Step
from lab.sampling import surprise


@dataclass(frozen=True)
class Part:
    """A stretch of both texts, as places [from, to) in each: the same tokens, or others."""

    first: tuple[int, int]
    second: tuple[int, int]
    same: bool


@dataclass(frozen=True)
class Difference:
    """Two texts beside each other.

    `parting` is the first place in which they differ, None for equal texts. `rivals` are the
    steps there, None where a text has ended. `surprise` is the mean of each whole text in bits
    per token, under the model's own distribution; None for no tokens.
    """

    parting: int | None
    rivals: tuple[Step | None, Step | None]
    lengths: tuple[int, int]
    surprise: tuple[float | None, float | None]
    parts: tuple[Part, ...]


def difference(tree: Tree, first: int, second: int) -> Difference:
    """Compare the whole texts of two branches.

    The texts are aligned by their longest common stretches of tokens (Ratcliff and Metzener 1988).
    """
    texts = tree.answer(first), tree.answer(second)
    ids = [[step.token_id for step in text] for text in texts]
    shorter = min(map(len, ids))
    parting = next((at for at in range(shorter) if ids[0][at] != ids[1][at]), shorter)
    equal = parting == len(ids[0]) == len(ids[1])
    matcher = SequenceMatcher(None, ids[0], ids[1], autojunk=False)
    return Difference(
        parting=None if equal else parting,
        rivals=(None, None) if equal else (_step(texts[0], parting), _step(texts[1], parting)),
        lengths=(len(ids[0]), len(ids[1])),
        surprise=(_mean_surprise(texts[0]), _mean_surprise(texts[1])),
        parts=tuple(
            Part((a, b), (c, d), kind == "equal") for kind, a, b, c, d in matcher.get_opcodes()
        ),
    )


def _step(text: tuple[Step, ...], at: int) -> Step | None:
    return text[at] if at < len(text) else None


def _mean_surprise(text: tuple[Step, ...]) -> float | None:
    return sum(surprise(step.probability) for step in text) / len(text) if text else None
