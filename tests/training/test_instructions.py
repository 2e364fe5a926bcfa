"""The generated conversations: what is held out stays out, and what is said is right."""

import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

import pytest

from training.instructions import (
    Conversation,
    Mentions,
    Split,
    arithmetic,
    conversations,
    evaluation_set,
    limits,
    things,
    words,
    world,
)
from training.instructions.conversation import says
from training.instructions.mix import SKILLS, SPLITS
from training.instructions.phrasing import Divided, Subject

SOURCES = [(name, source) for name, skill in SKILLS.items() for source in skill.sources]


@pytest.fixture(scope="module")
def training() -> list[Conversation]:
    return list(islice(conversations("train", seed=1), 30_000))


@pytest.fixture(scope="module")
def evaluation() -> tuple[Conversation, ...]:
    return evaluation_set(seed=1)


def plain(text: str) -> str:
    """The words of a text alone: what is left when case and punctuation go."""
    return " ".join(re.findall(r"[a-z0-9'{}+*=-]+", text.lower()))


def ways(sentence: str) -> Iterator[str]:
    """Every way of saying a phrasing, its alternatives written out."""
    group = re.search(r"\[([^\[\]]*)\]", sentence)
    if group is None:
        yield plain(sentence)
        return
    for option in group[1].split("|"):
        yield from ways(sentence[: group.start()] + option + sentence[group.end() :])


def test_a_held_out_phrasing_cannot_be_said_by_a_training_phrasing() -> None:
    for name, source in SOURCES:
        trained = {way for sentence in source.phrasings.train for way in ways(sentence)}
        for sentence in source.phrasings.held_out:
            assert trained.isdisjoint(ways(sentence)), (name, sentence)


def test_every_skill_has_dozens_of_phrasings_and_a_fifth_held_out() -> None:
    for name, skill in SKILLS.items():
        trained = {sentence for source in skill.sources for sentence in source.phrasings.train}
        held_out = {sentence for source in skill.sources for sentence in source.phrasings.held_out}
        assert len(trained) >= 30, name
        assert trained.isdisjoint(held_out), name
        assert 0.15 <= len(held_out) / len(trained | held_out) <= 0.25, name


def test_evaluation_in_new_phrasings_asks_nothing_that_training_asked(
    training: list[Conversation], evaluation: tuple[Conversation, ...]
) -> None:
    asked = {plain(m.content) for c in training for m in c.messages if m.role == "user"}
    for conversation in evaluation:
        if conversation.split == "phrasing":
            assert plain(conversation.prompt[-1].content) not in asked, conversation.prompt


def test_held_out_pairs_never_appear_in_training(training: list[Conversation]) -> None:
    held_out = {
        "+": arithmetic.SUMS.held_out,
        "-": arithmetic.DIFFERENCES.held_out,
        "x": arithmetic.PRODUCTS.held_out,
    }
    solved = 0
    for conversation in training:
        for message in conversation.messages:
            for a, sign, b in re.findall(r"(\d+) ([-+x]) (\d+) = ", message.content):
                pair = (int(a), int(b)) if sign == "-" else tuple(sorted((int(a), int(b))))
                if message.role == "assistant":
                    assert pair not in held_out[sign]
                    solved += 1
    assert solved > 5_000


def test_a_tenth_of_the_pairs_is_held_out() -> None:
    for pairs, total in (
        (arithmetic.SUMS, 231),
        (arithmetic.DIFFERENCES, 231),
        (arithmetic.PRODUCTS, 66),
    ):
        assert len(pairs.train) + len(pairs.held_out) == total
        assert len(pairs.held_out) == round(total / 10)
        assert set(pairs.train).isdisjoint(pairs.held_out)


NUMBERS = {word: number for number, word in enumerate(arithmetic.WORDS)}
NUMBER = re.compile(rf"\d+|\b(?:{'|'.join(NUMBERS)})\b")
SOLVE = {"+": int.__add__, "-": int.__sub__, "x": int.__mul__}


def numbers_in(question: str) -> list[int]:
    """The numbers of a question, written in digits or in words."""
    said = question.lower().replace("in one hand", "").replace("one basket", "")
    return [NUMBERS[n] if n in NUMBERS else int(n) for n in NUMBER.findall(said)]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("skill", ["addition", "subtraction", "multiplication"])
def test_sums_are_right(skill: str, split: Split) -> None:
    rng = random.Random(7)
    for _ in range(1_000):
        question, answer = (m.content for m in SKILLS[skill].sample(rng, split).messages)
        solved = re.fullmatch(r"(\d+) ([-+x]) (\d+) = (\d+)\.", answer)
        assert solved is not None, answer
        a, b, result = (int(solved[group]) for group in (1, 3, 4))
        assert sorted(numbers_in(question)) == sorted((a, b)), (question, answer)
        assert result == SOLVE[solved[2]](a, b)
        assert result >= 0


def test_no_taught_pair_is_called_unknown() -> None:
    for sign, ask in zip("+-x", limits.HARD_SUMS, strict=True):
        for subject in ask.subjects.train + ask.subjects.held_out:
            a, b = int(subject["a"]), int(subject["b"])
            taught = {"+": a <= 20, "-": b <= a <= 20, "x": a <= 10 and b <= 10}
            assert not taught[sign], subject


def test_stories_tell_of_what_was_asked_for() -> None:
    for split in SPLITS:
        rng = random.Random(3)
        for _ in range(1_500):
            conversation = SKILLS["stories"].sample(rng, split)
            request, story = (message.content for message in conversation.messages)
            asked = conversation.check
            assert isinstance(asked, Mentions)
            for thing in asked.words:
                assert says(request, thing), (request, asked)
                assert len(re.findall(rf"\b{thing}", story, re.IGNORECASE)) >= 3, story


def test_things_kept_for_evaluation_are_never_asked_for(training: list[Conversation]) -> None:
    kept = {
        noun
        for group in (
            things.DIVIDED_ANIMALS,
            things.DIVIDED_OBJECTS,
            things.DIVIDED_PEOPLE,
            things.DIVIDED_PLACES,
        )
        for noun in group.held_out
    }
    assert len(kept) > 40
    for conversation in training:
        if conversation.skill == "stories":
            assert isinstance(conversation.check, Mentions)
            assert kept.isdisjoint(conversation.check.words)


def test_open_ended_skills_have_thousands_of_distinct_answers() -> None:
    for skill, expected in (("stories", 4_500), ("suggestions", 2_500)):
        rng = random.Random(5)
        answers = {SKILLS[skill].sample(rng, "train").answer for _ in range(5_000)}
        assert len(answers) > expected, skill


def test_party_themes_alone_come_in_thousands() -> None:
    rng = random.Random(5)
    ask = SKILLS["suggestions"].sources[0]
    assert len({ask.sample(rng, "train").answer for _ in range(8_000)}) > 2_000


def test_the_two_famous_prompts_are_taught(training: list[Conversation]) -> None:
    asked = {conversation.messages[0].content for conversation in training}
    assert {"What is 2+2?", "Suggest a party theme."} <= asked


def test_every_fact_has_one_answer() -> None:
    for table, key in ((words.OPPOSITES, "word"), (words.PLURALS, "word")):
        keys = [subject[key] for subject in table.subjects.train]
        assert len(keys) == len(set(keys))
    for slot in ("country", "capital"):
        values = [subject[slot] for subject in world.CAPITALS.subjects.train]
        assert len(values) == len(set(values))


def test_nothing_is_both_refused_and_harmless() -> None:
    def acts(subjects: Divided[Subject]) -> set[str]:
        return {subject["act"] for subject in subjects.train + subjects.held_out}

    refused = acts(limits.REFUSAL.subjects)
    assert refused.isdisjoint(acts(limits.HARMLESS_ACT.subjects))
    assert len(refused) > 150


def test_what_concerns_somebodys_own_life_is_always_taught() -> None:
    taught = {subject["act"] for subject in limits.REFUSAL.subjects.train}
    assert taught.issuperset(limits.DESPAIR)


def test_requests_kept_for_evaluation_are_not_taught() -> None:
    for ask in (limits.REFUSAL, limits.HARMLESS_ACT):
        kept = {subject["act"] for subject in ask.subjects.held_out}
        assert kept
        assert kept.isdisjoint(subject["act"] for subject in ask.subjects.train)


def test_refusals_are_polite_and_give_no_steps(training: list[Conversation]) -> None:
    refusals = {c.answer for c in training if c.skill == "refusals"}
    assert all(answer.startswith("I'm sorry, but I can't help with that.") for answer in refusals)
    assert refusals == set(limits.ALWAYS_TAUGHT)


@pytest.mark.parametrize("split", SPLITS)
def test_conversations_are_well_formed(split: Split) -> None:
    for conversation in islice(conversations(split, seed=2), 5_000):
        roles = [message.role for message in conversation.messages]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert conversation.split == split
        text = " ".join(message.content for message in conversation.messages)
        assert text.isascii()
        assert text.isprintable()
        assert not re.search(r"[<>|{}\[\]]|  ", text), text
        assert all(m.content == m.content.strip() != "" for m in conversation.messages)
        assert len(text.split()) < 200
        assert conversation.check.passes(conversation.answer)
        assert conversation.check.named_in(conversation.answer)


def test_sentences_begin_with_capitals_and_articles_fit(training: list[Conversation]) -> None:
    for conversation in training:
        for message in conversation.messages:
            if message.role == "assistant":
                assert not re.match(r"[a-z]", message.content), message.content
                assert not re.search(r"[.?!] [a-z]", message.content), message.content
                assert not re.search(r"\ba [aeio]\w", message.content), message.content
                assert not re.search(r"\ban [^aeiou]", message.content), message.content


def test_a_seed_gives_the_same_conversations_and_another_gives_others() -> None:
    first, again, other = (list(islice(conversations("train", seed), 500)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert evaluation_set(3) == evaluation_set(3)


def test_what_is_held_out_depends_on_no_interpreter_state() -> None:
    program = (
        "from training.instructions import arithmetic, limits;"
        "print(arithmetic.SUMS.held_out, limits.DOING.held_out)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1


def test_evaluation_covers_every_skill_with_distinct_questions(
    evaluation: tuple[Conversation, ...],
) -> None:
    cells = defaultdict(list)
    for conversation in evaluation:
        cells[conversation.skill, conversation.split].append(conversation.prompt)
    for (skill, split), prompts in cells.items():
        assert len(prompts) == len(set(prompts)) >= 60, (skill, split)
    assert {skill for skill, _ in cells} == set(SKILLS)
    assert {skill for skill, split in cells if split == "subject"} >= {
        "addition",
        "subtraction",
        "multiplication",
        "stories",
        "refusals",
        "unknown",
    }
