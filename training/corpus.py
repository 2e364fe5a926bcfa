"""The stories as documents, and as an endless stream of training batches."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

END_OF_TEXT = "<|endoftext|>"


def read_documents(path: Path) -> list[str]:
    """The documents of a text file in which a line `<|endoftext|>` ends each of them."""
    text = path.read_text(encoding="utf-8")
    return [part.strip() for part in text.split(END_OF_TEXT) if part.strip()]


def encode_documents(documents: Sequence[str], tokenizer: Tokenizer) -> list[np.ndarray]:
    """Each document's ids (uint16), opened by `<|endoftext|>`, which thus also ends the last."""
    end = tokenizer.token_to_id(END_OF_TEXT)
    encoded = tokenizer.encode_batch(documents, add_special_tokens=False)
    return [np.array([end, *one.ids], dtype=np.uint16) for one in encoded]


def batches(
    documents: Sequence[np.ndarray], batch: int, tokens: int, seed: int, skip: int = 0
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless pairs (inputs, targets), both (batch, tokens) int64; targets are one token ahead.

    Every epoch shuffles the documents, joins them and cuts the stream from a random start, so no
    two epochs see the same windows. `skip` batches are passed over: a run that resumes sees what
    it would have seen.
    """
    rng = random.Random(seed)
    span = batch * tokens
    while True:
        order = rng.sample(range(len(documents)), len(documents))
        start = rng.randrange(tokens)
        stream = np.concatenate([documents[index] for index in order])[start:]
        windows = (len(stream) - 1) // tokens
        cut = rng.sample(range(windows), windows)
        for first in range(0, windows - batch + 1, batch):
            if skip:
                skip -= 1
                continue
            at = np.array(cut[first : first + batch])[:, None] * tokens + np.arange(tokens + 1)
            rows = torch.from_numpy(stream[at].astype(np.int64))
            assert rows.numel() == span + batch
            yield rows[:, :-1].contiguous(), rows[:, 1:].contiguous()
