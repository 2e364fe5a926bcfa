"""What the page remembers: the trees of a session, and the texts in the making. No tensors.

A text in the making stands here token by token. Whatever ends the run that writes it, the next run
finds it and keeps it.
"""

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import streamlit as st

from lab.errors import LabError

if TYPE_CHECKING:
    from lab.branches import Branch, History, Plan, Question, Tree
    from lab.generation import Step

KEY = "playground_session"
MOST_QUESTIONS, MOST_TOKENS = 24, 20_000
"""What a session keeps at most; the oldest question is forgotten first."""


@dataclass
class Draft:
    """A branch in the making: what stands before it, and what has been written of it so far.

    `begun` is when the model, by then loaded, was asked; `first` and `seconds` count from there.
    `opens_thought` says that what it read ends inside a thought.
    """

    question: "Question"
    plan: "Plan"
    before: "tuple[Step, ...]"
    steps: "list[Step]" = field(default_factory=list)
    begun: float = 0.0
    first: float = 0.0
    seconds: float = 0.0
    opens_thought: bool = False

    @property
    def thought(self) -> int:
        """How many of the first tokens of the whole text are the model's thought so far."""
        from lab.chat import thought_length

        texts = [step.text for step in (*self.before, *self.steps)]
        return thought_length(texts, opened=self.opens_thought)

    def branch(self) -> "Branch | None":
        """The branch as far as it was written; None if nothing of it exists."""
        from lab.branches import Branch

        chosen = self.before[-1] if self.plan.chosen is not None else None
        if not self.steps and chosen is None:
            return None
        ended = bool(self.steps) and self.steps[-1].finish is not None
        plan = replace(self.plan, length=None if ended else len(self.steps))
        return Branch(plan, tuple(self.steps), chosen, self.first, self.seconds)


@dataclass(frozen=True)
class Wish:
    """What somebody asked for with a click, to be done when the whole page is known."""

    act: Literal["write", "onward", "again", "fork"]
    at: int = 0
    token_id: int = 0


@dataclass
class Session:
    """The questions in the order in which they were last written to, each with its history.

    `together` are the branches that are looked at side by side, each by its question and plan.
    `queue` holds what a link has still to be written, each by its question and plan; `target` is
    what is looked at then: a question, and a branch of its tree.
    """

    histories: "list[History]" = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    together: "tuple[tuple[Question, Plan], ...]" = ()
    queue: "list[tuple[Question, Plan]]" = field(default_factory=list)
    target: "tuple[Question, int] | None" = None
    wish: Wish | None = None
    error: LabError | None = None
    begun: bool = False

    @property
    def tree(self) -> "Tree | None":
        """The tree that is looked at."""
        return self.histories[-1].present if self.histories else None

    def tree_of(self, question: "Question") -> "Tree":
        """The tree of a question, be it empty."""
        from lab.branches import Tree

        trees = (each.present for each in self.histories)
        return next((tree for tree in trees if tree.question == question), Tree(question))

    def change(self, tree: "Tree", *, remember: bool = True) -> None:
        """Put a tree in the place of the one with its question; look at it from here on."""
        from lab.branches import History, Tree

        question = tree.question
        same = [each for each in self.histories if each.present.question == question]
        before = same[0] if same else History(Tree(question))
        others = [each for each in self.histories if each.present.question != question]
        self.histories = [*others, before.then(tree) if remember else History(tree)]
        while len(self.histories) > 1 and self._too_much():
            self.histories.pop(0)

    def undo(self) -> None:
        self.histories[-1] = self.histories[-1].undone()

    def redo(self) -> None:
        self.histories[-1] = self.histories[-1].redone()

    def found(
        self, question: "Question", plan: "Plan", *, later: int = 0
    ) -> "tuple[Tree, int] | None":
        """A branch by what it came from, if it is still there.

        Of several that came from the same, it is the one after which there are `later` others.
        """
        tree = self.tree_of(question)
        places = [index for index, branch in enumerate(tree.branches) if branch.plan == plan]
        return (tree, places[max(0, len(places) - 1 - later)]) if places else None

    def side_by_side(self) -> "list[tuple[Tree, int]]":
        """The branches that are looked at together, as far as they are still there."""
        return [
            found
            for place, each in enumerate(self.together, start=1)
            if (found := self.found(*each, later=self.together[place:].count(each)))
        ]

    def settle(self) -> None:
        """Keep what a run has left in the making. What a link asks for is written anew instead."""
        drafts, self.drafts = self.drafts, []
        if self.queue:
            return
        kept: list[tuple[Question, Plan]] = []
        try:
            for question, group in groupby(drafts, key=lambda draft: draft.question):
                tree = self.tree_of(question)
                first = len(tree.branches)
                for draft in group:
                    branch = draft.branch()
                    if branch is not None:
                        tree = tree.grown(branch)
                        kept.append((question, branch.plan))
                if len(tree.branches) > first:
                    self.change(tree.at(first))
        except LabError as error:
            self.error = error
        if kept:
            self.together = tuple(kept) if len(kept) > 1 else ()

    def _too_much(self) -> bool:
        trees = [each.present for each in self.histories]
        tokens = sum(len(branch.steps) for tree in trees for branch in tree.branches)
        return len(trees) > MOST_QUESTIONS or tokens > MOST_TOKENS


def session() -> Session:
    """This session's memory, with all that was written so far settled."""
    mine: Session = st.session_state.setdefault(KEY, Session())
    mine.settle()
    return mine


def wish(act: Literal["write", "onward", "again"]) -> None:
    """Ask for something to be written."""
    session().wish = Wish(act)


def stop() -> None:
    """Write no more; what stands there is kept."""
    mine: Session = st.session_state[KEY]
    mine.queue, mine.wish = [], None
    mine.settle()


def look(tree: "Tree", index: int) -> None:
    """Look at a branch, and at nothing beside it."""
    mine = session()
    mine.change(mine.tree_of(tree.question).at(index))
    mine.together = ()


def undo() -> None:
    """One step back."""
    mine = session()
    mine.together = ()
    mine.undo()


def redo() -> None:
    """One step forth."""
    mine = session()
    mine.together = ()
    mine.redo()
