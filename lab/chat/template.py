"""A model's chat template: the little program, written in Jinja, that turns messages into text.

It comes with the model, as `chat_template.jinja` or inside `tokenizer_config.json`, and is run by
transformers, in its sandbox: what it writes is what every other user of the model gets.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.chat.limit import limited
from lab.errors import LabError
from lab.models import Model

THINKING_SWITCH = "enable_thinking"
"""The variable with which templates since Qwen3 let the caller turn thinking on and off."""


@dataclass(frozen=True)
class ChatTemplate:
    """The program, and the special tokens that it may name (`bos_token` and so on)."""

    source: str
    special_tokens: Mapping[str, str]

    @property
    def has_thinking_switch(self) -> bool:
        """Whether the template asks if the model is to think before it answers."""
        return THINKING_SWITCH in self.source

    def write(
        self,
        messages: Sequence[Mapping[str, str]],
        *,
        thinking: bool | None = None,
        open_answer: bool = True,
    ) -> str:
        """The text of a conversation; with `open_answer`, up to where the answer begins.

        `thinking` sets the template's switch; None leaves it as the template has it. Raises
        `LabError` where the template refuses the messages, fails, or takes too long.
        """
        from transformers.utils import chat_template_utils

        render: Any = chat_template_utils.render_jinja_template  # wrongly declared to return a str
        switch = {} if thinking is None else {THINKING_SWITCH: thinking}
        try:
            with limited():
                rendered, _ = render(
                    conversations=[list(messages)],
                    chat_template=self.source,
                    add_generation_prompt=open_answer,
                    **self.special_tokens,
                    **switch,
                )
        except Exception as error:  # a foreign program can fail in any way
            raise LabError(
                "The model's chat template refuses this conversation.",
                f"It says: “{str(error).strip() or type(error).__name__}”.",
                "Leave out the system prompt, let user and assistant take turns, or choose "
                "another model.",
            ) from error
        return str(rendered[0])


def template_of(model: Model) -> ChatTemplate:
    """The template that came with a model. Raises `LabError` where none did.

    >>> from lab.models import load
    >>> template_of(load("mini-gpt2")).write([{"role": "user", "content": "Hello"}])
    '<|im_start|>user\\nHello<|im_end|>\\n<|im_start|>assistant\\n'
    """
    template = find_template(model.folder)
    if template is None:
        raise LabError(
            f"{model.id} has no chat template.",
            "Nobody taught it where a question ends and an answer begins, so its files do not "
            "say how messages are written down.",
            "Give it the text as it stands, or choose an instruction-tuned model.",
        )
    return template


def find_template(folder: Path) -> ChatTemplate | None:
    """The template in a model's folder, if there is one; transformers looks in the same order."""
    config = _read(folder / "tokenizer_config.json")
    source = config.get("chat_template")
    if isinstance(source, list):  # several, by name
        named = [each for each in source if isinstance(each, dict)]
        source = next((each.get("template") for each in named if each.get("name") == "default"), "")
    file = folder / "chat_template.jinja"
    if file.is_file():
        source = file.read_text(encoding="utf-8", errors="replace")
    if not (isinstance(source, str) and source):
        return None
    return ChatTemplate(source, _special_tokens({**_read(folder / _OLD_MAP), **config}))


_OLD_MAP = "special_tokens_map.json"


def _special_tokens(config: Mapping[str, Any]) -> dict[str, str]:
    """The tokens that the tokenizer's settings name, such as {"eos_token": "<|im_end|>"}."""
    named = {name: value for name, value in config.items() if name.endswith("_token")}
    texts = {
        name: value.get("content") if isinstance(value, dict) else value
        for name, value in named.items()
    }
    return {name: text for name, text in texts.items() if isinstance(text, str)}


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
