"""What a model is given to read in each of the two ways, as values that a run can keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.ui.completion.inputs import Question

if TYPE_CHECKING:
    from lab.models import Model

WAYS = {"raw": "raw prompt", "template": "chat template"}


@dataclass(frozen=True)
class Reading:
    """The ids to continue, and whether the template left a thought open at their end."""

    ids: Sequence[int]
    opens_thought: bool = False


def read(model: "Model", question: Question, way: str) -> Reading:
    """The prompt as it stands, or the conversation in the model's template. Raises `LabError`."""
    if way == "raw":
        from lab.generation.loop import prompt_ids

        return Reading(prompt_ids(model, question.prompt))
    from lab import chat

    rendered = chat.render(model, question.messages, thinking=question.thinking)
    return Reading(rendered.ids, chat.opens_thought(rendered.text))
