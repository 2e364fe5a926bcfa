"""Texts to try a tokenizer on: the same ones in every run."""

import random
from itertools import accumulate

NOTEBOOK_CORPUS = [
    "The quick brown fox jumps over the lazy dog",
    "Tokenization converts text to numbers",
    "Large language models predict the next token",
]

_WORDS = """
the of and tokens language überall naïve façade crème Straße œuvre don't we'll I'D you've
strawberry SolidGoldMagikarp HTTPServer snake_case camelCase x1y22z333 4567890 3.14159
привет мир Ελληνικά שלום مرحبا नमस्ते สวัสดี 你好世界 こんにちは カタカナ 안녕하세요
👩‍👩‍👧 🚀 🇫🇷 é ﬁ ① for(int i=0;i<10;++i){ return None </div> https://example.org/a?b=c#d
user@host C:\\temp !? ... --- ==> «quoted» “curly” — – …
"""
_BLANKS = [" ", " ", " ", "  ", "\n", "\n\n", "\t", "\r\n", "    ", "\u00a0", "\u3000", " \n ", ""]
_RANGES = [(0, 0x80), (0x80, 0x800), (0x800, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000)]


def texts(count: int, seed: int = 0) -> list[str]:
    """Words of many scripts between blanks of many kinds, and every fourth pure Unicode noise."""
    rng = random.Random(seed)
    return [_noise(rng) if i % 4 == 3 else _phrase(rng) for i in range(count)]


def prose(length: int, seed: int = 0) -> str:
    """So many letters of invented prose: few frequent words, many rare ones."""
    rng = random.Random(seed)
    syllables = [a + b for a in [*"bdfghklmnprstvw", "st", "th", "pl"] for b in "aeiou"]
    words = ["".join(rng.choices(syllables, k=rng.choice([1, 2, 2, 3]))) for _ in range(5000)]
    weights = list(accumulate(1 / (i + 1) for i in range(len(words))))
    written: list[str] = []
    size = 0
    while size < length:
        sentence = " ".join(rng.choices(words, cum_weights=weights, k=12)).capitalize() + ". "
        written.append(sentence)
        size += len(sentence)
    return "".join(written)[:length]


def _phrase(rng: random.Random) -> str:
    words = _WORDS.split()
    return "".join(rng.choice(words) + rng.choice(_BLANKS) for _ in range(rng.randint(1, 12)))


def _noise(rng: random.Random) -> str:
    return "".join(chr(rng.randrange(*rng.choice(_RANGES))) for _ in range(rng.randint(1, 40)))
