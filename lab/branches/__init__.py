"""What a person tried with one question: the texts that a model wrote, and where they part.

Trees and everything in them are values: growing one gives another, and nothing that was written is
lost. Knows neither pages nor models; what is to be written is a `Plan`, what was is a `Branch`.
"""

from lab.branches.difference import Difference, Part, difference
from lab.branches.history import History
from lab.branches.outline import Outline, decode, encode, outline
from lab.branches.question import Question, Turn
from lab.branches.tree import Branch, Plan, Tree

__all__ = [
    "Branch",
    "Difference",
    "History",
    "Outline",
    "Part",
    "Plan",
    "Question",
    "Tree",
    "Turn",
    "decode",
    "difference",
    "encode",
    "outline",
]
