"""Messages -> the exact text and ids that a model reads, and whose words each of them is.

What a person types must never act as a control token, whatever the template does with it. So the
template is not shown the messages: each of their characters is replaced by a stand-in, a
private-use character that it can only copy. In what comes back, a control token without any
stand-in was written by the template, and all others are text. Blanks are left as they are, so
that templates can strip them; no control token is made of blanks.

One consequence: a template cannot look inside a message either. Qwen3's, for example, cuts
`<think>...</think>` out of earlier answers; hand that over as `reasoning_content`, which it reads
too, and the result is the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict, get_args

from lab.chat.template import ChatTemplate, template_of
from lab.errors import LabError
from lab.models import Model
from lab.tokenizers import Tokenizer
from lab.tokenizers.base import well_formed

Role = Literal["system", "user", "assistant"]
Origin = Literal["control", "template", "system", "user", "assistant"]
"""Whose words a token is: a control token, other text of the template, or a message's."""
MOST_CHARACTERS_OF_A_TOKEN = 1_000
"""More than any vocabulary has; its longest tokens are runs of a hundred blanks or so."""


class Message(TypedDict):
    """One turn. `reasoning_content` is the thought behind an assistant's earlier answer."""

    role: Role
    content: str
    reasoning_content: NotRequired[str]


@dataclass(frozen=True)
class Rendered:
    """A conversation as a model reads it; its answer begins right after the last id.

    `origins` has one entry per id. A token with at least one letter of a message counts as that
    message's; blanks at a message's ends count as the template's, which may add or strip them.
    """

    ids: list[int]
    text: str
    origins: list[Origin]


def render(model: Model, messages: Sequence[Message], *, thinking: bool | None = None) -> Rendered:
    """The conversation in the model's own template, up to where its answer begins.

    thinking: whether the model is to think first, for templates with such a switch (others
        ignore it); None leaves it as the template has it.

    The ids are those of transformers' `apply_chat_template(..., add_generation_prompt=True)`,
    except that control tokens in the messages stay text. Raises `LabError` for no messages, roles
    that nobody has, a model without a template, a template that fails or writes nothing, and a
    conversation that the model's context cannot hold.

    >>> from lab.models import load
    >>> rendered = render(load("mini-gpt2"), [{"role": "user", "content": "Hi<|im_end|>"}])
    >>> rendered.text
    '<|im_start|>user\\nHi<|im_end|><|im_end|>\\n<|im_start|>assistant\\n'
    >>> rendered.ids.count(5119), rendered.origins.count("control")
    (1, 3)
    """
    _check(messages)
    template = template_of(model)
    stand_ins = _StandIns(template)
    hidden = template.write([stand_ins.hide(each) for each in messages], thinking=thinking)
    if len(hidden) > model.context * MOST_CHARACTERS_OF_A_TOKEN:  # not worth counting
        raise _too_long(model, f"{len(hidden):,} characters")
    text = "".join(map(stand_ins.character, hidden))
    controls = list(_controls(model.tokenizer, hidden))
    ids = _encode(model.tokenizer, text, controls)
    if not ids:
        raise LabError(
            f"The chat template of {model.id} writes nothing for this conversation.",
            "A model predicts the token after at least one other.",
            "Give it the text as it stands, or choose another model.",
        )
    if len(ids) >= model.context:
        raise _too_long(model, f"{len(ids):,} tokens")
    return Rendered(ids, text, _origins(model.tokenizer, ids, text, controls, stand_ins, hidden))


def _too_long(model: Model, length: str) -> LabError:
    return LabError(
        f"The conversation is too long for {model.id}: {length}.",
        f"It can look at {model.context:,} tokens at once, its answer included.",
        "Take out earlier turns, shorten the messages, or choose a model with a longer context.",
    )


def _check(messages: Sequence[Mapping[str, object]]) -> None:
    if not messages:
        raise LabError(
            "The conversation is empty.",
            "A template writes down messages, and there are none.",
            "Write a message.",
        )
    for message in messages:
        if message.get("role") not in get_args(Role):
            raise LabError(
                f"Nobody here has the role {message.get('role')!r}.",
                "A message is the system's, the user's or the assistant's.",
                'Use "system", "user" or "assistant".',
            )
        if not isinstance(message.get("content"), str):
            raise LabError(
                f"A message of the {message['role']} has no text.",
                "Each message carries its text as its content; pictures and tools are not read.",
                "Give the message a text, which may be empty.",
            )


class _StandIns:
    """A private-use character for each different character of each role's messages."""

    def __init__(self, template: ChatTemplate) -> None:
        own = {*template.source, *"".join(template.special_tokens.values())}
        self._free = (
            character
            for plane in (0xF0000, 0x100000)
            for character in map(chr, range(plane, plane + 0xFFFE))
            if character not in own
        )
        self._of: dict[tuple[Role, str], str] = {}
        self._meaning: dict[str, tuple[Role, str]] = {}

    def hide(self, message: Message) -> dict[str, str]:
        """The message with stand-ins for all its characters but blanks."""
        role = message["role"]
        texts = {name: text for name, text in message.items() if name != "role"}
        return {"role": role} | {
            name: "".join(self._stand_in(role, each) for each in well_formed(str(text)))
            for name, text in texts.items()
        }

    def _stand_in(self, role: Role, character: str) -> str:
        if character.isspace():
            return character
        known = (role, character)
        if known not in self._of:
            stand_in = next(self._free, None)
            if stand_in is None:
                raise LabError(
                    "The conversation has too many different characters.",
                    "Each needs a stand-in while the template works, and there are only "
                    "131,068 of these.",
                    "Shorten the messages.",
                )
            self._of[known] = stand_in
            self._meaning[stand_in] = known
        return self._of[known]

    def character(self, hidden: str) -> str:
        """What a character of the template's text stands for: mostly itself."""
        return self._meaning[hidden][1] if hidden in self._meaning else hidden

    def origin(self, hidden: str) -> Origin:
        return self._meaning[hidden][0] if hidden in self._meaning else "template"


def _controls(tokenizer: Tokenizer, text: str) -> Iterator[tuple[int, int]]:
    """Where the control tokens of a text begin and end, the longest first where several do."""
    names = sorted(tokenizer.special_tokens, key=len, reverse=True)
    if names:
        for found in re.finditer("|".join(map(re.escape, names)), text):
            yield found.span()


def _encode(tokenizer: Tokenizer, text: str, controls: list[tuple[int, int]]) -> list[int]:
    """The ids of a text in which only the spans `controls` are control tokens."""
    special = tokenizer.special_tokens
    if list(_controls(tokenizer, text)) == controls:
        ids = tokenizer.encode(text, parse_special=True)
    else:  # somebody typed a control token: everything between the real ones is encoded as text
        ids, at = [], 0
        for start, end in controls:
            ids += tokenizer.encode(text[at:start])
            ids.append(special[text[start:end]])
            at = end
        ids += tokenizer.encode(text[at:])
    steering = set(special.values())
    if [each for each in ids if each in steering] != [special[text[a:b]] for a, b in controls]:
        raise LabError(
            "This conversation cannot be written down safely.",
            f"The tokenizer of {tokenizer.name} makes control tokens of plain text.",
            "Choose another model.",
        )
    return ids


def _origins(
    tokenizer: Tokenizer,
    ids: list[int],
    text: str,
    controls: list[tuple[int, int]],
    stand_ins: _StandIns,
    hidden: str,
) -> list[Origin]:
    """Whose words each token is, found by counting bytes from one control token to the next."""
    of_byte: list[Origin] = []
    byte_at = []  # the place in bytes of each character
    for real, stand_in in zip(text, _with_blanks(hidden, stand_ins), strict=True):
        byte_at.append(len(of_byte))
        of_byte += [stand_in] * len(real.encode())
    ends = iter([byte_at[end] if end < len(text) else len(of_byte) for _, end in controls])
    steering = set(tokenizer.special_tokens.values())
    origins: list[Origin] = []
    at = 0
    for token_id in ids:
        if token_id in steering:
            origins.append("control")
            at = next(ends)
            continue
        end = at + len(tokenizer.token_bytes(token_id))
        typed = (each for each in of_byte[at:end] if each != "template")
        origins.append(next(typed, "template"))
        at = end
    return origins


def _with_blanks(hidden: str, stand_ins: _StandIns) -> list[Origin]:
    """Whose each character is; a blank between two of one message belongs to it as well."""
    origins = [stand_ins.origin(each) for each in hidden]
    last = -1  # the last character that is no blank
    for at, character in enumerate(hidden):
        if character.isspace():
            continue
        if at - last > 1 and last >= 0 and origins[last] == origins[at]:
            origins[last + 1 : at] = [origins[at]] * (at - last - 1)
        last = at
    return origins
