"""Bytes of tokens -> text that can be shown at once: never half a character, never past a stop."""

import codecs
from collections.abc import Sequence


class TextStream:
    """Turns the bytes of one token after another into valid Unicode as soon as it is certain.

    Bytes of an unfinished character are held back until the rest of it comes, and so is text that
    may be the beginning of a stop string. `stopped` turns True when a stop string is complete;
    neither it nor anything after it is ever given out.

    >>> stream = TextStream(stop=["END"])
    >>> [stream.push(part) for part in (b"a \\xf0\\x9f", b"\\x9a\\x80 E", b"N", b"T END", b"!")]
    ['a ', '🚀 ', '', 'ENT ', '']
    >>> stream.stopped
    True
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stop = [text for text in stop if text]
        self._held = ""
        self.stopped = False

    def push(self, data: bytes) -> str:
        """Take in the next token's bytes; give out the text that is now certain."""
        return self._release(self._decoder.decode(data))

    def close(self) -> str:
        """What was still held back; bytes that never became a character show as U+FFFD."""
        text = self._release(self._decoder.decode(b"", final=True))
        held, self._held = self._held, ""
        return text if self.stopped else text + held

    def _release(self, text: str) -> str:
        if self.stopped:
            return ""
        text = self._held + text
        found = [at for stop in self._stop if (at := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        keep = max((_overlap(text, stop) for stop in self._stop), default=0)
        certain, self._held = text[: len(text) - keep], text[len(text) - keep :]
        return certain


def _overlap(text: str, stop: str) -> int:
    """The length of the longest end of `text` with which `stop` begins.

    >>> _overlap("see the E", "END")
    1
    """
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(stop[:n])), 0)
