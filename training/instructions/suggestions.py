"""Ideas on request: party themes first of all, and other lists to choose from."""

import random

from training.instructions.conversation import Mentions
from training.instructions.ideas import LISTS, PARTIES
from training.instructions.phrasing import (
    Answer,
    Answerer,
    Ask,
    Divided,
    Subject,
    choose,
    join,
    phrasings,
    with_article,
)

SUGGEST = phrasings(
    "suggestions",
    """
    Suggest {one}.
    [Can|Could] you suggest {one}?
    Please suggest {one} for me.
    What {topic} would you suggest?
    I need {one}.
    I am looking for {one}.
    Give me an idea for {one}.
    [Have you|Do you have] an idea for {one}?
    Help me [find|choose|pick] {one}.
    [Can|Could] you help me find {one}?
    What would be a good {topic}?
    What is a good {topic}?
    Tell me a good {topic}.
    Think of {one} for me.
    [Can|Could] you think of {one}?
    Recommend {one}.
    [Can|Could] you recommend {one}?
    I cannot think of {one}. [Can|Could] you help?
    I would like {one}.
    I want {one}. What do you suggest?
    Which {topic} should I choose?
    Which {topic} do you like?
    Name a good {topic}.
    What {topic} should I take?
    [Do you know|Can you tell me] a nice {topic}?
    Any ideas for {one}?
    We need {one}. What do you think?
    My friends and I are looking for {one}.
    Come up with {one}.
    Find {one} for us.
    I am trying to think of {one}.
    It is hard to find {one}. Please help me.
    Make a suggestion: {one}.
    Would you suggest {one}?
    What could I choose as {one}?
    Pick {one} for me.
    I have no idea for {one}. Have you?
    What about {one}? Do you have an idea?
    Let us think of {one}.
    Advise me: I want {one}.
    """,
)
SUGGEST_THREE = phrasings(
    "lists of suggestions",
    """
    Suggest three {topics}.
    Give me three ideas for {one}.
    [Can|Could] you suggest three {topics}?
    List three {topics}.
    Name three good {topics}.
    I need three {topics}.
    Tell me three {topics} that I could choose.
    Think of three {topics} for me.
    What are three good {topics}?
    Make a list of three {topics}.
    Recommend three {topics}.
    I am looking for three {topics}.
    Which three {topics} do you like?
    Help me find three {topics}.
    Come up with three {topics}.
    [Can|Could] you think of three {topics}?
    Write down three ideas for {one}.
    I would like a list of three {topics}.
    """,
)


def rows(table: str) -> list[list[str]]:
    """The cells of a table, its lines unfolded."""
    return [[" ".join(cell.split()) for cell in row.split("|")] for row in table.split("\n\n")]


PARTY_NAMES = tuple(with_article(f"{theme} party") for theme, _, _ in rows(PARTIES))


def party(subject: Subject, rng: random.Random) -> Answer:
    """A theme with two things to do and one to eat."""
    theme, activities, foods = rng.choice(rows(PARTIES))
    first, second = rng.sample(activities.split(", "), 2)
    a_party = with_article(f"{theme} party")
    text = choose(
        f"[How about {a_party}?|Why not have {a_party}?|I suggest {a_party}.] "
        f"You [could|can] {first} and {second}, and [eat|serve] {rng.choice(foods.split(', '))}.",
        rng,
    )
    return Answer(text, Mentions(PARTY_NAMES, at_least=1))


def idea_from(ideas: tuple[str, ...], remarks: tuple[str, ...]) -> Answerer:
    """One of the ideas, with a remark."""

    def answer(subject: Subject, rng: random.Random) -> Answer:
        opening = rng.choice(("How about this", "My idea", "I suggest this", "You could try this"))
        text = f"{opening}: {rng.choice(ideas)}. {rng.choice(remarks)}"
        return Answer(text, Mentions(ideas, at_least=1))

    return answer


def three_from(ideas: tuple[str, ...]) -> Answerer:
    """Three different ideas."""

    def answer(subject: Subject, rng: random.Random) -> Answer:
        text = f"Here are three ideas: {join(rng.sample(ideas, 3))}."
        return Answer(text, Mentions(ideas, at_least=3))

    return answer


def asks_for(topic: str, topics: str, ideas: tuple[str, ...], single: Answerer) -> tuple[Ask, Ask]:
    """Asking for one idea, and for three."""
    about: Divided[Subject] = Divided(
        ({"topic": topic, "topics": topics, "one": with_article(topic)},)
    )
    return (
        Ask("suggestions", SUGGEST, about, single),
        Ask("suggestions", SUGGEST_THREE, about, three_from(ideas)),
    )


def list_asks(topic: str, topics: str, ideas: str, remarks: str) -> tuple[Ask, Ask]:
    """Asking for ideas from one row of the table."""
    choices = tuple(ideas.split(", "))
    return asks_for(topic, topics, choices, idea_from(choices, tuple(remarks.split(" / "))))


PARTY_ASKS = asks_for("party theme", "party themes", PARTY_NAMES, party)
LIST_ASKS = tuple(ask for row in rows(LISTS) for ask in list_asks(*row))
