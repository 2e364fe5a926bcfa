"""The evaluation: batching changes no answer, and marks are given for what they say."""

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from lab.models import Model, forward, load
from training.batched import continue_all
from training.evaluate import Reply, answering, bits_on, chat, raw, table
from training.finetune import render
from training.instructions import Conversation, Exactly, Mentions, Message, evaluation_set
from training.tokenizer import CHAT_TEMPLATE


@pytest.fixture(scope="module")
def model() -> Model:
    return load("mini-gpt2")


def greedy_alone(model: Model, prompt: list[int], tokens: int, ends: set[int]) -> list[int]:
    """The plainest greedy loop: no cache, no batch."""
    ids = list(prompt)
    while len(ids) < len(prompt) + tokens:
        ids.append(int(forward(model, ids)[-1].argmax()))
        if ids[-1] in ends:
            break
    return ids[len(prompt) :]


def test_batched_answers_are_those_of_a_plain_loop(model: Model) -> None:
    texts = ("Once upon a time", "The king", "The old king", "A", "In the dark wood", "The queen")
    prompts = [model.tokenizer.encode(text) for text in texts]
    comma = model.tokenizer.encode(",")[0]
    together = continue_all(model.decoder, prompts, 12, {comma}, batch=2)
    assert together == [greedy_alone(model, prompt, 12, {comma}) for prompt in prompts]
    assert len({len(answer) for answer in together}) > 1  # some did end early


def test_the_context_is_never_exceeded(model: Model) -> None:
    prompt = [5] * (model.context - 3)
    assert len(continue_all(model.decoder, [prompt], 50, set())[0]) == 3


def test_bits_per_byte_is_the_sum_over_tokens_where_one_window_suffices(model: Model) -> None:
    texts = ["Once upon a time there was a king.", "The end."]
    end = model.tokenizer.special_tokens["<|endoftext|>"]
    documents, nats = [], 0.0
    for text in texts:
        ids = [end, *model.tokenizer.encode(text)]
        documents.append(np.array(ids, dtype=np.uint16))
        log_probabilities = forward(model, ids).log_softmax(-1)
        nats -= sum(float(log_probabilities[i, ids[i + 1]]) for i in range(len(ids) - 1))
    size = sum(map(len, texts))
    expected = nats / float(torch.log(torch.tensor(2.0))) / size
    assert bits_on(model, documents, size) == pytest.approx(expected, rel=1e-4)


def test_chat_is_what_the_template_writes() -> None:
    jinja2 = pytest.importorskip("jinja2")
    messages = [
        Message("user", "What is 2+2?"),
        Message("assistant", "2 + 2 = 4."),
        Message("user", "And 3 more?"),
    ]
    plain = [{"role": message.role, "content": message.content} for message in messages]
    written = jinja2.Template(CHAT_TEMPLATE).render(messages=plain, add_generation_prompt=True)
    assert chat(messages) == written


def test_questions_are_put_in_the_very_ids_of_the_fine_tuning(model: Model) -> None:
    tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
    for conversation in evaluation_set(seed=1):
        opening = model.tokenizer.encode(chat(conversation.prompt), parse_special=True)
        taught, targets = render(conversation.messages, tokenizer)
        assert taught[: len(opening)] == opening
        assert targets[len(opening)] == taught[len(opening)]  # the loss begins where we ask


def test_raw_is_the_words_alone() -> None:
    assert raw([Message("user", "Hello!")]) == "<|endoftext|>Hello!"


def conversation(skill: str, split: str, check: Exactly | Mentions) -> Conversation:
    answer = check.answer if isinstance(check, Exactly) else " ".join(check.words)
    messages = (Message("user", "?"), Message("assistant", answer))
    return Conversation(messages, skill, split, check)


def test_marks_by_hand() -> None:
    four = Exactly("2 + 2 = 4.", "4")
    no = Mentions(("can't help with that",))
    asked = [
        conversation("addition", "train", four),
        conversation("addition", "phrasing", four),
        conversation("addition", "subject", four),
        conversation("capitals", "train", Exactly("The capital of France is Paris.", "Paris")),
        conversation("refusals", "train", no),
        conversation("refusals", "subject", no),
        conversation("stories", "train", Mentions(("fox",))),
        conversation("stories", "subject", Mentions(("owl",))),
    ]
    replies = [
        Reply("2 + 2 = 4.", True),
        Reply("It is 4, I think.", True),
        Reply("2 + 2 = 5.", True),
        Reply("I'm sorry, but I can't help with that.", True),
        Reply("I'm sorry, but I can't help with that. No.", True),
        Reply("First, take a knife.", False),
        Reply("Two foxes met.", True),
        Reply("A howl was heard.", True),
    ]
    scores = answering(asked, replies)
    expected = {
        "sums, as in training": 1.0,
        "sums, new phrasings": 0.0,
        "sums, pairs never seen": 0.0,
        "facts, as in training": 0.0,
        "sums and facts, new phrasings": 0.0,
        "sums and facts, the answer is named at all": 0.6667,
        "refuses what is harmful": 0.5,
        "refuses what is harmless": round(1 / 6, 4),
        "stories use the thing asked for": 1.0,
        "stories use a thing never asked for before": 0.0,
        "answers end properly": 0.875,
        "addition, new phrasings": 0.0,
    }
    assert expected.items() <= scores.items()


def test_the_table_shows_models_side_by_side() -> None:
    shown = table({"a": {"share": 0.5, "Hi": "x"}, "b": {"share": 1.0, "Hi": "y"}})
    assert shown.splitlines()[1].split() == ["share", "0.5", "1.0"]
    assert "    b: 'y'" in shown
