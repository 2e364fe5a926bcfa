"""Models that think aloud: where the thought ends and the answer begins."""

from collections.abc import Sequence

OPEN, CLOSE = "<think>", "</think>"


def thought_length(pieces: Sequence[str], *, opened: bool = False) -> int:
    """How many of the first pieces of a text are the thought, its closing tag included.

    All of them while the thought is still open, none where there is no thought. `opened` says
    that the template has opened the thought already (`rendered.text` ends with `<think>`).

    >>> thought_length(["<think>", "Hm", ".", "</think>", "Four"])
    4
    >>> thought_length(["<think>", "Hm"]), thought_length(["Four", "."])
    (2, 0)
    >>> thought_length(["Hm.", "</think>", "Four"], opened=True)
    2
    """
    text = "".join(pieces)
    if not (opened or text.lstrip().startswith(OPEN)):
        return 0
    end = text.find(CLOSE)
    if end < 0:
        return len(pieces)
    read = 0
    for count, piece in enumerate(pieces, start=1):
        read += len(piece)
        if read >= end + len(CLOSE):
            return count
    return len(pieces)


def opens_thought(text: str) -> bool:
    """Whether a template's text ends inside an open thought, as some reasoning models' do.

    >>> opens_thought("<|im_start|>assistant\\n<think>\\n")
    True
    >>> opens_thought("<|im_start|>assistant\\n<think>\\n\\n</think>\\n\\n")
    False
    """
    return text.rstrip().endswith(OPEN)
