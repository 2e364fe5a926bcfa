"""Beam search against transformers' `generate`, and the record it keeps."""

import math
from dataclasses import replace

import pytest
import torch
import transformers

from lab.errors import LabError
from lab.generation import generate
from lab.generation.beam import Candidate, Search, search
from lab.models import forward, load
from lab.models.catalog import bundled
from lab.sampling import Settings
from tests.random_models import CONTEXT, random_pair

CASES = 200
PENALTIES = (-1.0, -0.3, 0.0, 0.7, 1.0, 2.0)


def case(number):
    """A family, a prompt and settings; the end token is one that a beam is likely to meet."""
    generator = torch.Generator().manual_seed(number)

    def whole(low, high):
        return int(torch.randint(low, high + 1, (), generator=generator))

    family = ("gpt2", "qwen3")[number % 2]
    reference, model = random_pair(family, seed=number % 6)
    prompt = torch.randint(0, 5117, (whole(1, 12),), generator=generator).tolist()
    settings = Settings(
        "beam",
        num_beams=whole(2, 8),
        length_penalty=PENALTIES[whole(0, len(PENALTIES) - 1)],
        early_stopping=bool(whole(0, 1)),
        max_new_tokens=whole(1, 16),
        repetition_penalty=(None, None, 1.3)[whole(0, 2)],
    )
    likely = list(generate(model, prompt, Settings(max_new_tokens=whole(1, 6))))[-1]
    ends = [step.token_id for step in likely.alternatives[whole(0, 4) :]][: whole(1, 2)]
    return reference, replace(model, end_ids=frozenset(ends)), prompt, settings


def transformers_beams(reference, ends, prompt, settings):
    """All beams that transformers returns, (ids, score) each, the best first."""
    with torch.no_grad():
        found = reference.generate(
            torch.tensor([prompt]),
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            do_sample=False,
            num_beams=settings.num_beams,
            num_return_sequences=settings.num_beams,
            length_penalty=settings.length_penalty,
            early_stopping=settings.early_stopping,
            repetition_penalty=settings.repetition_penalty or 1.0,
            max_new_tokens=settings.max_new_tokens,
            eos_token_id=list(ends),
            pad_token_id=5118,
            return_dict_in_generate=True,
            output_scores=True,
        )
    texts = [
        [token for token in row if token != 5118]
        for row in found.sequences[:, len(prompt) :].tolist()
    ]
    return texts, found.sequences_scores.tolist()


@pytest.mark.parametrize("number", range(CASES))
def test_ids_and_scores_equal_transformers(number):
    reference, model, prompt, settings = case(number)
    texts, scores = transformers_beams(reference, model.end_ids, prompt, settings)
    found = search(model, prompt, settings)
    ours = found.ranking(settings.length_penalty)[: settings.num_beams]
    assert [each.score for each in ours] == pytest.approx(scores, abs=1e-4, rel=1e-5)
    assert [found.ids(each.candidate) for each in ours] == texts


def test_the_cases_are_worth_their_name():
    """Many texts end by themselves, some at the limit, and some searches stop before it."""
    by_end = by_limit = before_limit = 0
    for number in range(0, CASES, 4):
        _, model, prompt, settings = case(number)
        found = search(model, prompt, settings)
        last = [found.candidates[index] for index in found.finished]
        by_end += sum(each.token_id in model.end_ids for each in last)
        by_limit += sum(each.length == settings.max_new_tokens for each in last)
        before_limit += found.candidates[-1].length < settings.max_new_tokens
    assert by_end > 50
    assert by_limit > 50
    assert before_limit > 5


@pytest.mark.parametrize("card", bundled(), ids=lambda card: card.id)
@pytest.mark.parametrize("length_penalty", [-1.0, 1.0, 2.0])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_the_bundled_models_equal_transformers(card, length_penalty, early_stopping):
    model = load(card.id)
    reference = transformers.AutoModelForCausalLM.from_pretrained(card.folder, dtype=torch.float32)
    settings = Settings(
        "beam",
        num_beams=4,
        length_penalty=length_penalty,
        early_stopping=early_stopping,
        max_new_tokens=12,
    )
    prompt = model.tokenizer.encode("Once upon a time")
    texts, scores = transformers_beams(reference, model.end_ids, prompt, settings)
    found = search(model, prompt, settings)
    ours = found.ranking(length_penalty)[:4]
    assert [found.ids(each.candidate) for each in ours] == texts
    assert [each.score for each in ours] == pytest.approx(scores, abs=1e-3)


@pytest.fixture(scope="module")
def found():
    _, model = random_pair("qwen3")
    settings = Settings("beam", num_beams=3, max_new_tokens=6)
    return model, search(model, [1, 2, 3], settings), settings


def test_every_total_is_the_sum_of_the_models_log_probabilities(found):
    model, record, _ = found
    for index in record.finished:
        ids = record.ids(index)
        logs = forward(model, [1, 2, 3, *ids])[2:-1].log_softmax(-1)
        total = float(logs[range(len(ids)), ids].sum())
        assert record.candidates[index].total == pytest.approx(total, abs=1e-3)


def test_the_record_is_a_tree_of_rounds(found):
    _, record, settings = found
    for index, each in enumerate(record.candidates):
        if each.parent is None:
            assert each.length == 1
            continue
        parent = record.candidates[each.parent]
        assert each.parent < index
        assert parent.fate == "open"
        assert each.length == parent.length + 1
        assert each.total == pytest.approx(parent.total + each.log_probability, abs=1e-4)
    for length in range(1, settings.max_new_tokens + 1):
        round_ = [each for each in record.candidates if each.length == length]
        assert len(round_) == 6
        assert [each.total for each in round_] == sorted(
            (each.total for each in round_), reverse=True
        )
        assert sum(each.fate == "open" for each in round_) <= 3


def test_one_round_by_hand():
    """Totals -1 and -3 over lengths 1 and 3: the penalty turns the ranking at 1."""
    record = Search(
        (
            Candidate(None, 1, 5, -1.0, -1.0, "finished"),
            Candidate(None, 1, 6, -1.2, -1.2, "open"),
            Candidate(1, 2, 7, -0.3, -1.5, "open"),
            Candidate(2, 3, 8, -0.6, -2.1, "finished"),
        ),
        num_beams=2,
    )
    assert record.ids(3) == [6, 7, 8]
    plain, longer = record.ranking(None), record.ranking(1.0)
    assert [(each.candidate, each.score) for each in plain] == [(0, -1.0), (3, -2.1)]
    assert [each.candidate for each in longer] == [3, 0]
    assert longer[0].score == pytest.approx(-0.7)
    assert [each.candidate for each in record.ranking(-1.0)] == [0, 3]


def test_ranking_again_asks_no_model(found, monkeypatch):
    _, record, _ = found
    monkeypatch.setattr("lab.models.decoder.forward", None)
    monkeypatch.setattr("lab.generation.beam.decode", None)
    assert len(record.ranking(0.0)) == len(record.ranking(2.0)) >= 3


def test_one_beam_is_greedy():
    _, model = random_pair("gpt2")
    one = Settings("beam", num_beams=1, max_new_tokens=10)
    greedy = Settings("greedy", max_new_tokens=10)
    beams = [step.token_id for step in generate(model, [1, 2], one)]
    assert beams == [step.token_id for step in generate(model, [1, 2], greedy)]


def test_more_beams_find_a_likelier_text():
    _, model = random_pair("gpt2", seed=3)

    def best(beams):
        settings = Settings("beam", num_beams=beams, max_new_tokens=8)
        return search(model, [9, 8, 7], settings).ranking(None)[0].score

    assert best(8) >= best(1)


def test_the_best_text_comes_as_steps(found):
    model, record, settings = found
    steps = list(generate(model, [1, 2, 3], settings))
    assert [step.token_id for step in steps] == record.ids(record.ranking(None)[0].candidate)
    assert [step.finish for step in steps] == [None] * 5 + ["length"]
    total = sum(math.log(step.probability) for step in steps)
    assert total == pytest.approx(record.ranking(None)[0].score, abs=1e-3)
    assert "".join(step.text for step in steps) == model.tokenizer.decode(
        [step.token_id for step in steps]
    )


def test_a_stop_text_across_two_tokens_ends_a_beam():
    model = load(bundled()[0].id)
    plain = Settings("beam", num_beams=3, max_new_tokens=12)
    steps = list(generate(model, "Once upon a", plain))
    whole = "".join(step.text for step in steps)
    seam = len(steps[0].text) + len(steps[1].text)
    stop = whole[seam - 2 : seam + 2]
    stopped = replace(plain, stop=(stop,))
    record = search(model, "Once upon a", stopped)
    ended = [record.ids(index) for index in record.finished]
    assert any(stop in model.tokenizer.decode(ids) for ids in ended)
    steps = list(generate(model, "Once upon a", stopped))
    assert stop not in "".join(step.text for step in steps)


def test_no_room_and_no_prompt_are_answered():
    _, model = random_pair("gpt2")
    settings = Settings("beam", num_beams=2)
    with pytest.raises(LabError, match="fills the model's context"):
        search(model, [1] * CONTEXT, settings)
    with pytest.raises(LabError, match="empty"):
        search(model, "", settings)
    steps = list(generate(model, [1] * (CONTEXT - 2), settings))
    assert (len(steps), steps[-1].finish) == (2, "context")


@pytest.mark.parametrize("ids", [[5, 99_999], [5, -3]])
def test_ids_outside_the_vocabulary_are_answered(ids):
    _, model = random_pair("gpt2")
    with pytest.raises(LabError, match="outside the vocabulary"):
        search(model, ids, Settings("beam", num_beams=2, max_new_tokens=2))


def test_the_longest_texts_have_a_score_at_every_penalty():
    record = Search((Candidate(None, 1_000_000, 5, -1.0, -1e7, "finished"),), num_beams=1)
    for penalty in (-50.0, 50.0):
        assert Settings("beam", num_beams=1, length_penalty=penalty)
        assert -math.inf < record.ranking(penalty)[0].score < 0


def test_a_network_without_a_branching_memory_gives_the_same(found):
    model, record, settings = found

    class Closed:
        def __init__(self, network):
            self.logits, self.parameters = network.logits, network.parameters

    closed = replace(model, network=Closed(model.network))
    again = search(closed, [1, 2, 3], settings)
    assert [each.token_id for each in again.candidates] == [
        each.token_id for each in record.candidates
    ]
