"""Messages -> the ids that a model reads, by its own template; and what kind of model that is.

Knows nothing of generation: `generate(model, render(model, messages).ids, settings)` answers.
"""

from lab.chat.kind import Kind, kind, own_defaults
from lab.chat.rendering import Message, Origin, Rendered, render
from lab.chat.template import ChatTemplate, find_template, template_of
from lab.chat.thinking import opens_thought, thought_length

__all__ = [
    "ChatTemplate",
    "Kind",
    "Message",
    "Origin",
    "Rendered",
    "find_template",
    "kind",
    "opens_thought",
    "own_defaults",
    "render",
    "template_of",
    "thought_length",
]
