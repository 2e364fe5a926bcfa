"""The training loop: it learns, and a run that was interrupted ends where it would have."""

from itertools import islice

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from lab.models.catalog import bundled
from lab.models.config import parse_config
from lab.models.weights import shapes
from training import corpus, finetune, pretrain
from training.instructions import Message
from training.run import IGNORED, Plan, train

CONFIG = parse_config(
    {"model_type": "gpt2", "vocab_size": 11, "n_embd": 16, "n_layer": 1, "n_head": 2}
)


@pytest.fixture(autouse=True)
def eager():
    with torch.compiler.set_stance("force_eager"):
        yield


def fresh():
    generator = torch.Generator().manual_seed(0)
    return {
        name: torch.randn(shape, generator=generator) * 0.1
        for name, shape in shapes(CONFIG).items()
    }


def counting(skip):
    """Rows that count upwards: the next token is always the last one plus one."""
    generator = torch.Generator().manual_seed(1)
    starts = torch.randint(0, 11, (10_000, 4, 1), generator=generator)[skip:]
    for start in starts:
        rows = (start + torch.arange(9)) % 11
        yield rows[:, :-1], rows[:, 1:]


def losses(folder):
    import json

    return [json.loads(line)["loss"] for line in (folder / "log.jsonl").read_text().splitlines()]


def test_it_learns_to_count(tmp_path):
    train(CONFIG, fresh(), counting, Plan(steps=150, rate=0.01), tmp_path, "cpu")
    assert losses(tmp_path)[0] > 2.0
    assert losses(tmp_path)[-1] < 0.5


def test_an_interrupted_run_ends_where_it_would_have(tmp_path):
    plan = Plan(steps=8, rate=0.01, save_every=4, log_every=2)
    whole = train(CONFIG, fresh(), counting, plan, tmp_path / "whole", "cpu")

    def broken(skip):
        yield from islice(counting(skip), 5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(CONFIG, fresh(), broken, plan, tmp_path / "parts", "cpu")
    resumed = train(CONFIG, fresh(), counting, plan, tmp_path / "parts", "cpu")
    for name, weight in whole.items():
        assert torch.equal(weight, resumed[name]), name


def test_batches_cover_every_document_and_look_one_token_ahead():
    documents = [np.arange(n * 100, n * 100 + 90, dtype=np.uint16) for n in range(9)]
    seen = set()
    for inputs, targets in islice(corpus.batches(documents, 2, 10, seed=0), 400):
        assert inputs.shape == targets.shape == (2, 10)
        assert torch.equal(inputs[:, 1:], targets[:, :-1])
        seen |= set(inputs.flatten().tolist())
    assert seen == {token for document in documents for token in document.tolist()}


@pytest.mark.parametrize("skip", [1, 37, 60])
def test_skipping_batches_is_having_seen_them(skip):
    documents = [np.arange(n, n + 50, dtype=np.uint16) for n in range(20)]
    all_of_them = list(islice(corpus.batches(documents, 2, 10, seed=3), 70))
    rest = islice(corpus.batches(documents, 2, 10, seed=3, skip=skip), 70 - skip)
    for (a, b), (c, d) in zip(all_of_them[skip:], rest, strict=True):
        assert torch.equal(a, c)
        assert torch.equal(b, d)


def test_the_context_grows_in_the_last_quarter():
    documents = [np.arange(5000, dtype=np.uint16)] * 3
    stream = pretrain.growing_batches(documents, batch=1, steps=8, seed=0, step=0)
    widths = [tuple(inputs.shape) for inputs, _ in islice(stream, 8)]
    assert widths == [(2, 256)] * 6 + [(1, 512)] * 2
    resumed = pretrain.growing_batches(documents, batch=1, steps=8, seed=0, step=5)
    assert [tuple(inputs.shape) for inputs, _ in islice(resumed, 3)] == widths[5:]


def test_only_the_assistants_words_carry_loss():
    tokenizer = Tokenizer.from_file(str(bundled()[0].folder / "tokenizer.json"))
    messages = (
        Message("user", "What is 2+2?"),
        Message("assistant", "2 + 2 = 4."),
        Message("user", "Thanks!"),
        Message("assistant", "You are welcome."),
    )
    ids, targets = finetune.render(messages, tokenizer)
    text = tokenizer.decode(ids, skip_special_tokens=False)
    assert text == (
        "<|im_start|>user\nWhat is 2+2?<|im_end|>\n<|im_start|>assistant\n2 + 2 = 4.<|im_end|>\n"
        "<|im_start|>user\nThanks!<|im_end|>\n<|im_start|>assistant\nYou are welcome.<|im_end|>\n"
    )
    learnt = [token for token, target in zip(ids, targets, strict=True) if target != IGNORED]
    assert (
        tokenizer.decode(learnt, skip_special_tokens=False)
        == "2 + 2 = 4.<|im_end|>You are welcome.<|im_end|>"
    )
