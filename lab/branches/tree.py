"""Texts that begin alike and part: a tree whose edges are stretches of tokens.

A branch goes on from some token of another: with the token that was chosen there by hand, or
right where the other ended. A root begins at the question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lab.branches.question import Question
from lab.errors import LabError
from lab.generation import Step
from lab.sampling import Settings

MOST_BRANCHES = 48
"""Branches of one tree: more can neither be looked through nor be put into a link."""


@dataclass(frozen=True)
class Plan:
    """How a branch comes to be; whoever follows it gets the same text.

    `at` tokens of the parent's whole answer stand before it, `chosen` is a token put there by
    hand, and the model goes on under `settings`, which have a seed where there is a draw.
    `length` is how many tokens it was let write, if it was stopped before it ended.
    """

    settings: Settings
    parent: int | None = None
    at: int = 0
    chosen: int | None = None
    length: int | None = None


@dataclass(frozen=True)
class Branch:
    """A plan that was followed: the step of the chosen token, if any, and what the model wrote.

    `first` and `seconds` are how long the first token and all of them took.
    """

    plan: Plan
    written: tuple[Step, ...]
    chosen: Step | None = None
    first: float = field(default=0.0, compare=False)
    seconds: float = field(default=0.0, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All tokens of the branch, the chosen one included."""
        return self.written if self.chosen is None else (self.chosen, *self.written)


@dataclass(frozen=True)
class Tree:
    """All that was tried with one question. `tip` is the branch that is looked at."""

    question: Question
    branches: tuple[Branch, ...] = ()
    tip: int = 0

    def grown(self, branch: Branch) -> "Tree":
        """The tree with one more branch, which is its tip. Raises `LabError` for a full tree."""
        if len(self.branches) == MOST_BRANCHES:
            raise LabError(
                f"There are {MOST_BRANCHES} texts to this prompt.",
                "More of them could not be told apart, nor be put into a link.",
                "Undo some, or begin anew with another prompt.",
            )
        return Tree(self.question, (*self.branches, branch), len(self.branches))

    def at(self, tip: int) -> "Tree":
        """The same tree, looked at elsewhere."""
        return replace(self, tip=tip)

    def lineage(self, index: int) -> list[int]:
        """The branches from a root to this one, itself included."""
        line = [index]
        while (parent := self.branches[line[-1]].plan.parent) is not None:
            line.append(parent)
        return line[::-1]

    def answer(self, index: int | None) -> tuple[Step, ...]:
        """The whole text of a branch, from the question on; none for None."""
        steps: tuple[Step, ...] = ()
        for each in [] if index is None else self.lineage(index):
            branch = self.branches[each]
            steps = steps[: branch.plan.at] + branch.steps
        return steps

    def before(self, plan: Plan) -> tuple[Step, ...]:
        """What stands before a planned branch begins to write.

        Raises `LabError` for a plan that does not fit this tree: no such place, or a chosen token
        that was none of the alternatives there.
        """
        if plan.parent is not None and not 0 <= plan.parent < len(self.branches):
            raise _other("the text that it goes on from is not there")
        steps = self.answer(plan.parent)
        if plan.at > len(steps):
            raise _other(f"it has {len(steps):,} tokens, and token {plan.at:,} is asked for")
        chosen = None if plan.chosen is None else chosen_step(steps, plan.at, plan.chosen)
        return steps[: plan.at] + (() if chosen is None else (chosen,))

    def fork(self, at: int, token_id: int, settings: Settings) -> Plan:
        """Put another token in a place of the tip's text, and go on from there."""
        return Plan(settings, parent=self._owner(at), at=at, chosen=token_id)

    def onward(self, settings: Settings) -> Plan:
        """Go on where the tip's text ended."""
        return Plan(settings, parent=self.tip, at=len(self.answer(self.tip)))

    def again(self, settings: Settings) -> Plan:
        """Write the tip's branch once more under other settings, such as another seed."""
        return replace(self.branches[self.tip].plan, settings=settings, length=None)

    def _owner(self, at: int) -> int:
        """The branch of the tip's lineage in which a token stands."""
        line = self.lineage(self.tip)
        return next(each for each in reversed(line) if self.branches[each].plan.at <= at)


def chosen_step(steps: Sequence[Step], at: int, token_id: int) -> Step:
    """The step in which this token is put in a place by hand: it was chosen with certainty.

    Raises `LabError` where it was none of the alternatives.
    """
    if at < len(steps):
        for place, each in enumerate(steps[at].alternatives, start=1):
            if each.token_id == token_id:
                return replace(
                    steps[at],
                    token_id=token_id,
                    text=each.text,
                    probability=each.probability,
                    sampled_probability=1.0,
                    rank=place,
                    finish=None,
                )
    raise _other(f"token {token_id} is none of the alternatives in place {at + 1:,}")


def _other(why: str) -> LabError:
    return LabError(
        "This text came out otherwise than the one it is to follow.",
        f"In the text as it is here, {why}.",
        "Go on from what is there; another version of the model may have written the other.",
    )
