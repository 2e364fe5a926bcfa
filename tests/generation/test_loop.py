"""The loop against transformers' `generate`, and what each step says of itself."""

import itertools
from dataclasses import replace

import pytest
import torch
import transformers

from lab.errors import LabError
from lab.generation import generate
from lab.models import forward, load
from lab.models.catalog import bundled
from lab.sampling import Settings, probabilities
from tests.random_models import CONTEXT, random_pair

MINI = bundled()[0].id


@pytest.fixture(scope="module")
def mini():
    return load(MINI)


def prompt(seed: int, length: int) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 5117, (length,), generator=generator).tolist()


def text(steps) -> str:
    return "".join(step.text for step in steps)


@pytest.mark.parametrize("family", ["gpt2", "qwen3"])
@pytest.mark.parametrize("penalty", [None, 1.3])
@pytest.mark.parametrize("seed", range(10))
def test_greedy_ids_equal_transformers(family, penalty, seed):
    reference, model = random_pair(family)
    ids = prompt(seed, 1 + 3 * seed)
    ours = [
        step.token_id
        for step in generate(model, ids, Settings(max_new_tokens=25, repetition_penalty=penalty))
    ]
    with torch.no_grad():
        theirs = reference.generate(
            torch.tensor([ids]),
            attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            max_new_tokens=25,
            do_sample=False,
            repetition_penalty=penalty or 1.0,
        )
    assert ours == theirs[0, len(ids) :].tolist()


@pytest.mark.parametrize("card", bundled(), ids=lambda card: card.id)
@pytest.mark.parametrize("words", ["Once upon a time", "What is 2+2?", "Suggest a party theme."])
def test_greedy_text_equals_transformers_on_the_bundled_models(card, words):
    model = load(card.id)
    reference = transformers.AutoModelForCausalLM.from_pretrained(card.folder, dtype=torch.float32)
    ids = model.tokenizer.encode(words)
    steps = list(generate(model, words, Settings(max_new_tokens=40)))
    theirs = reference.generate(
        torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        max_new_tokens=40,
        do_sample=False,
    )[0, len(ids) :].tolist()
    assert [step.token_id for step in steps] == theirs
    shown = [token for token in theirs if token not in model.end_ids]
    assert text(steps) == model.tokenizer.decode(shown)


def test_a_step_tells_what_the_model_thought(mini):
    settings = Settings("sample", max_new_tokens=8, temperature=1.4, top_p=0.8, seed=3)
    ids = mini.tokenizer.encode("The little fox")
    for step in generate(mini, ids, settings):
        logits = forward(mini, ids)[-1]
        raw = logits.softmax(-1)
        order = raw.argsort(descending=True)
        assert step.probability == pytest.approx(float(raw[step.token_id]), rel=1e-3)
        drawn_from = probabilities(logits, settings, ids)
        assert step.sampled_probability == pytest.approx(float(drawn_from[step.token_id]), rel=1e-3)
        assert step.rank == 1 + order.tolist().index(step.token_id)
        assert step.entropy == pytest.approx(float(-(raw * raw.log2()).sum()), rel=1e-3)
        assert [a.token_id for a in step.alternatives] == order[:10].tolist()
        assert step.alternatives[0].text == mini.tokenizer.decode([int(order[0])])
        ids.append(step.token_id)


def test_the_same_seed_is_the_same_text(mini):
    settings = Settings("sample", max_new_tokens=30, temperature=1.0, seed=7)
    first, again = (list(generate(mini, "The king", settings)) for _ in range(2))
    assert first == again
    other = list(generate(mini, "The king", replace(settings, seed=8)))
    assert text(other) != text(first)


def test_two_texts_in_turns_do_not_disturb_each_other(mini):
    settings = Settings("sample", max_new_tokens=12, seed=1)
    alone = [text(generate(mini, words, settings)) for words in ("A fox", "The old queen")]
    together = [generate(mini, words, settings) for words in ("A fox", "The old queen")]
    parts = list(zip(*together, strict=True))
    assert [text(column) for column in zip(*parts, strict=True)] == alone


def test_nothing_runs_ahead_of_the_reader(mini, monkeypatch):
    """Leaving the loop leaves the model alone: one forward pass per token that was asked for."""
    import lab.generation.loop as loop

    passes = []

    def counting_reader(model, capacity):
        read = original(model, capacity)

        def counted(ids):
            passes.append(len(ids))
            return read(ids)

        return counted

    original = loop.reader
    monkeypatch.setattr(loop, "reader", counting_reader)
    steps = generate(mini, "One two three", Settings(max_new_tokens=50))
    list(itertools.islice(steps, 3))
    steps.close()
    assert passes == [len(mini.tokenizer.encode("One two three")), 1, 1]


def test_why_a_text_ends(mini):
    def finish(ids, settings, model=mini):
        steps = list(generate(model, ids, settings))
        assert all(step.finish is None for step in steps[:-1])
        return steps[-1].finish, text(steps)

    ids = mini.tokenizer.encode("Once upon a")
    assert finish(ids, Settings(max_new_tokens=3))[0] == "length"
    long = (ids * 200)[: mini.context - 2]
    assert finish(long, Settings(max_new_tokens=9))[0] == "context"
    _, whole = finish(ids, Settings(max_new_tokens=12))
    stop = whole[4:7]  # most likely a part of one token and a part of the next
    assert finish(ids, Settings(max_new_tokens=12, stop=(stop,))) == (
        "stop",
        whole[: whole.find(stop)],
    )
    first = next(generate(mini, ids, Settings())).token_id
    ending = replace(mini, end_ids=frozenset({first}))
    assert finish(ids, Settings(), ending) == ("end", "")


@pytest.mark.parametrize("words", ["", []])
def test_an_empty_prompt_is_answered(mini, words):
    with pytest.raises(LabError, match="empty"):
        next(generate(mini, words, Settings()))


def test_a_prompt_that_fills_the_context_is_answered():
    _, model = random_pair("gpt2")
    with pytest.raises(LabError, match="fills the model's context"):
        next(generate(model, prompt(0, CONTEXT), Settings()))


def test_typed_control_tokens_stay_text(mini):
    ids = mini.tokenizer.encode("<|endoftext|>")
    assert len(ids) > 1
    assert next(generate(mini, "<|endoftext|>", Settings())).token_id >= 0
