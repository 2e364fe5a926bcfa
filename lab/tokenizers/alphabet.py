"""GPT-2's printable alphabet: one visible character for each of the 256 bytes.

Byte-level vocabularies are written down in this alphabet, which is why a space shows as `Ġ`,
a line feed as `Ċ` and `é` as `Ã©`. The whole map is inverted here, not only its famous two.
Source: `bytes_to_unicode` in https://github.com/openai/gpt-2/blob/master/src/encoder.py
"""


def _alphabet() -> tuple[str, ...]:
    # Bytes that Latin-1 prints stand for themselves; the other 68 take the code points from 256.
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printable]
    return tuple(
        chr(byte) if byte in printable else chr(256 + others.index(byte)) for byte in range(256)
    )


CHAR_OF_BYTE = _alphabet()
BYTE_OF_CHAR = {char: byte for byte, char in enumerate(CHAR_OF_BYTE)}


def to_printable(data: bytes) -> str:
    """Bytes as a byte-level vocabulary writes them.

    >>> to_printable(" é".encode())
    'ĠÃ©'
    """
    return "".join(map(CHAR_OF_BYTE.__getitem__, data))


def from_printable(token: str) -> bytes:
    """The bytes of a vocabulary entry; KeyError where a character is not of the alphabet.

    >>> from_printable("ĠÃ©").decode()
    ' é'
    """
    return bytes(map(BYTE_OF_CHAR.__getitem__, token))
