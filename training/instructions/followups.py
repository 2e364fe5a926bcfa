"""Conversations of two or three turns: what a follow-up is, and those that go on from an answer."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from training.instructions import arithmetic, sequences, words, world
from training.instructions.conversation import Conversation, Message, Split
from training.instructions.phrasing import (
    Answerer,
    Ask,
    Divided,
    Subject,
    phrasings,
    render,
    vary,
)

Turns = tuple[Message, ...]
Opening = Callable[[random.Random], tuple[Turns, Subject]]


@dataclass(frozen=True)
class FollowUp:
    """A question that builds on an opening.

    `opening` gives the turns before it and the slots that the question and its answer need.
    """

    opening: Opening
    phrasings: Divided[str]
    answer: Answerer
    skill: str = "follow-ups"
    splits: tuple[Split, ...] = ("train", "phrasing")

    def sample(self, rng: random.Random, split: Split) -> Conversation:
        """An opening as in training, and the last question in a phrasing of the split."""
        before, slots = self.opening(rng)
        sentences = self.phrasings.held_out if split == "phrasing" else self.phrasings.train
        question = vary(render(rng.choice(sentences), slots, rng), rng, courtesy=False)
        answer = self.answer(slots, rng)
        messages = (*before, Message("user", question), Message("assistant", answer.text))
        return Conversation(messages, self.skill, split, answer.check)


def turns(ask: Ask, subject: Subject, rng: random.Random) -> Turns:
    """A question about a given subject in a training phrasing, and its answer."""
    question, answer = ask.turn(subject, rng, "train")
    return question, Message("assistant", answer.text)


# The same question about something else: "And Spain?"


def after(ask: Ask, times: int) -> Opening:
    """The question asked `times` times; the slots are those of one more subject."""

    def opening(rng: random.Random) -> tuple[Turns, Subject]:
        *before, last = rng.sample(ask.subjects.train, times + 1)
        return sum((turns(ask, subject, rng) for subject in before), ()), last

    return opening


AGAIN = """
    [|Good. |All right. |Thank you. ]And {it}?
    [|I see. |And ][What|How] about {it}?
    [And now|Now] {it}.
    The same for {it}, please.
    And for {it}?
    Then {it}?
    What of {it}?
    And with {it}?
    Now tell me the same for {it}.
    Do the same with {it}.
    And if I say {it}?
    Now I want it for {it}.
    Next: {it}.
    And in the case of {it}?
    Go on with {it}.
    Try {it}.
    I need it for {it} too.
    My next one is {it}.
    And what would you say for {it}?
    [Can|Could] you do {it} too?
    One more: {it}.
    {it} next, please.
    Do you know it for {it}?
"""


def again(ask: Ask, slot: str) -> tuple[FollowUp, ...]:
    """The same question about another subject, named by its `slot`, after one turn or two."""
    sentences = phrasings("again", AGAIN.replace("{it}", f"{{{slot}}}"))
    return tuple(FollowUp(after(ask, times), sentences, ask.answer) for times in (1, 2))


AGAINS = (
    *again(world.CAPITALS, "country"),
    *again(world.SOUND, "an_animal"),
    *again(world.COLOUR, "thing"),
    *again(words.OPPOSITES, "word"),
    *again(words.PLURALS, "word"),
    *again(words.SPELLING, "word"),
    *again(sequences.DAY_AFTER, "it"),
    *again(sequences.MONTH_AFTER, "it"),
)


# Going on from the answer


def with_word(ask: Ask, slot: str) -> Opening:
    """A question answered with a word that can be spelled."""

    def opening(rng: random.Random) -> tuple[Turns, Subject]:
        subject = rng.choice([s for s in ask.subjects.train if s[slot] in words.SPELLED])
        word = subject[slot]
        return turns(ask, subject, rng), {"word": word, "letters": "-".join(word)}

    return opening


SPELL_IT = phrasings(
    "spell it",
    """
    How do you spell that?
    Spell it.
    [Can|Could] you spell that?
    How is it spelled?
    How do you write it?
    And how is that spelled?
    Spell that word.
    Which letters are in it?
    Please spell it for me.
    How is that word written?
    Say it letter by letter.
    Now spell it.
    """,
)
SPELLINGS = (
    FollowUp(with_word(words.OPPOSITES, "opposite"), SPELL_IT, words.SPELLING.answer),
    FollowUp(with_word(words.PLURALS, "plural"), SPELL_IT, words.SPELLING.answer),
)


def sum_to_go_on_from(sign: str) -> Opening:
    """A sum, and a number to add to it or take from it, all of it taught."""

    def opening(rng: random.Random) -> tuple[Turns, Subject]:
        while True:
            first = rng.choice(arithmetic.ADDITION.subjects.train)
            x, y = int(first["result"]), rng.randint(1, 10)
            taught = arithmetic.SUMS if sign == "+" else arithmetic.DIFFERENCES
            pair = (min(x, y), max(x, y)) if sign == "+" else (x, y)
            if pair in taught.train:
                result = x + y if sign == "+" else x - y
                slots = {"x": str(x), "y": str(y), "result": str(result)}
                return turns(arithmetic.ADDITION, first, rng), slots

    return opening


ADD_MORE = FollowUp(
    sum_to_go_on_from("+"),
    phrasings(
        "add more",
        """
        Now add {y}.
        Add {y} more.
        And [|with ]{y} more?
        [And|Then] plus {y}?
        What if I add {y} more?
        [Can|Could] you add {y} to that?
        Add {y} to it.
        And if {y} more come?
        Put {y} more to it.
        Make it {y} more.
        What is that plus {y}?
        """,
    ),
    arithmetic.ADDITION.answer,
)
TAKE_AWAY = FollowUp(
    sum_to_go_on_from("-"),
    phrasings(
        "take some away",
        """
        Now take away {y}.
        Take {y} away.
        And [|with ]{y} less?
        [And|Then] minus {y}?
        What if I take away {y}?
        [Can|Could] you take {y} from that?
        Subtract {y} from it.
        And if {y} are lost?
        Take {y} from it.
        Make it {y} less.
        What is that minus {y}?
        """,
    ),
    arithmetic.SUBTRACTION.answer,
)
