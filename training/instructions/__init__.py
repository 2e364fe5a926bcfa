"""The text that teaches a model to answer: generated conversations, skill by skill.

Everything follows from explicit seeds. What is held out, of phrasings and of subjects alike, is
drawn by lot before anything is generated, and is the same in every run.
"""

from training.instructions.conversation import (
    Check,
    Conversation,
    Exactly,
    Mentions,
    Message,
    Split,
)
from training.instructions.mix import conversations, evaluation_set

__all__ = [
    "Check",
    "Conversation",
    "Exactly",
    "Mentions",
    "Message",
    "Split",
    "conversations",
    "evaluation_set",
]
