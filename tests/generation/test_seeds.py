"""The same seed is the same text: alone, as a row of a batch, and in another process."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lab.errors import LabError
from lab.generation import generate
from lab.models import load
from lab.models.catalog import bundled
from lab.models.decoder import forward, new_cache
from lab.sampling import Settings, draw, probabilities
from tests.random_models import random_pair

NEW = 24
ROOT = Path(__file__).parents[2]


def settings(seed: int) -> Settings:
    return Settings("sample", temperature=0.9, top_p=0.9, seed=seed, max_new_tokens=NEW)


def alone(model, ids, seed):
    return [step.token_id for step in generate(model, ids, settings(seed))]


def as_a_batch(model, rows):
    """All rows in one forward pass per token; row i draws with seed i."""
    generators = [torch.Generator().manual_seed(seed) for seed in range(len(rows))]
    cache = new_cache(model.decoder, capacity=len(rows[0]) + NEW, batch=len(rows))
    texts = [list(row) for row in rows]
    new = torch.tensor(rows)
    for _ in range(NEW):
        with torch.inference_mode():
            logits = forward(model.decoder, new, cache=cache, last_only=True)[:, 0].float()
        for seed, (text, row) in enumerate(zip(texts, logits, strict=True)):
            text.append(draw(probabilities(row, settings(seed), text), generators[seed]))
        new = torch.tensor([text[-1:] for text in texts])
    return [text[len(row) :] for text, row in zip(texts, rows, strict=True)]


@pytest.mark.parametrize("family", ["gpt2", "qwen3"])
def test_a_row_of_a_batch_is_the_text_alone(family):
    _, model = random_pair(family)
    rows = torch.randint(0, 5117, (30, 9), generator=torch.Generator().manual_seed(5)).tolist()
    for seed, (row, together) in enumerate(zip(rows, as_a_batch(model, rows), strict=True)):
        own = alone(model, row, seed)
        assert own == together[: len(own)]  # alone, a text may end before the others


def test_seeds_of_numpy_are_seeds():
    _, model = random_pair("gpt2")
    assert alone(model, [5, 6], np.int64(3)) == alone(model, [5, 6], 3)


def test_the_last_seed_is_none_of_the_first():
    """PyTorch would take more of them, and begin again with the numbers of 0."""
    last = torch.Generator().manual_seed(2**32 - 1)
    again = torch.Generator().manual_seed(2**32)
    first = torch.Generator().manual_seed(0)
    numbers = [torch.rand(8, generator=each).tolist() for each in (last, again, first)]
    assert numbers[0] != numbers[1] == numbers[2]
    with pytest.raises(LabError):
        settings(2**32)


def test_a_restart_changes_nothing():
    model = bundled()[0].id
    code = (
        "from lab.generation import generate; from lab.models import load; "
        "from lab.sampling import Settings; "
        f"print([s.token_id for s in generate(load({model!r}), 'The king', {settings(3)!r})])"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert printed.strip() == str(alone(load(model), "The king", 3))
