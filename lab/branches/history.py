"""Undo and redo: every tree there was, in a row."""

from dataclasses import dataclass

from lab.branches.tree import Tree

MOST_STEPS = 100
"""Steps that can be undone."""


@dataclass(frozen=True)
class History:
    """The tree that is seen, those before it, and those that were undone, the next one last."""

    present: Tree
    past: tuple[Tree, ...] = ()
    future: tuple[Tree, ...] = ()

    def then(self, tree: Tree) -> "History":
        """A new tree; what was undone before is forgotten. The same tree is no step."""
        if tree == self.present:
            return self
        return History(tree, (*self.past, self.present)[-MOST_STEPS:])

    def undone(self) -> "History":
        """One step back, if there is one."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redone(self) -> "History":
        """One step forth, if one was undone."""
        if not self.future:
            return self
        return History(self.future[-1], (*self.past, self.present), self.future[:-1])
