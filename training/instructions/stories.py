"""Short stories on request, always about the thing that was asked for."""

import random

from training.instructions import plots, things
from training.instructions.conversation import Mentions
from training.instructions.phrasing import (
    Answer,
    Ask,
    Divided,
    Subject,
    listed,
    phrasings,
    render,
    with_article,
)

HOMES = listed(
    """
    in a small house at the edge of the wood, by the sea, at the foot of a mountain, near a river,
    in a green valley, in a quiet village, behind the old mill, in a hollow tree, beside a pond,
    on a high hill, on a little island, in a cottage with a red roof, at the end of a long road,
    in the middle of a forest, under a bridge, not far from the king's castle
    """
)
FOODS = listed("bread, honey, cheese, cake, corn, fruit, gingerbread, chocolate, pie, jam, rice")

HE = {"he": "he", "his": "his", "him": "him"}
SHE = {"he": "she", "his": "her", "him": "her"}

TRAITS_PER_THING = 3
FRIENDS_PER_THING = 2


def pronouns(noun: str) -> Subject:
    """He or she: as the noun says, else by lot, always the same for one noun."""
    if noun in things.FEMALE or noun in things.MALE:
        return SHE if noun in things.FEMALE else HE
    return random.Random(noun).choice((HE, SHE))


def about(kind: str, noun: str, described: str | None = None) -> Subject:
    """A story about a noun, which the request may describe more closely ("brave fox")."""
    first = with_article(described or noun)
    names = {"kind": kind, "asked": first, "first": first, "the": f"the {noun}", "must": noun}
    return names | pronouns(noun)


def creature_subjects(noun: str) -> list[Subject]:
    """The noun alone, with a trait, and together with a friend."""
    rng = random.Random(noun)
    alone = about("creature", noun)
    traits = rng.sample(things.TRAITS, TRAITS_PER_THING)
    friends = rng.sample([f for f in FRIENDS if f != noun], FRIENDS_PER_THING)
    return [
        alone,
        alone,
        dict(alone) | {"asked": f"the {noun}"},
        *(about("creature", noun, f"{trait} {noun}") for trait in traits),
        *(
            dict(alone)
            | {"asked": f"{alone['first']} and {with_article(friend)}", "friend": friend}
            for friend in friends
        ),
    ]


def still_subjects(kind: str, noun: str) -> list[Subject]:
    """The noun alone, and with a look."""
    looks = random.Random(noun).sample(things.LOOKS, TRAITS_PER_THING)
    alone = about(kind, noun)
    described = (about(kind, noun, f"{look} {noun}") for look in looks)
    return [alone, alone, dict(alone) | {"asked": f"the {noun}"}, *described]


def named_subjects(name: str) -> list[Subject]:
    """A child of that name."""
    child, pronoun = ("girl", SHE) if name in things.GIRLS else ("boy", HE)
    first = f"a {child} named {name}"
    subject = {"kind": "creature", "first": first, "the": name, "must": name} | pronoun
    return [
        subject | {"asked": asked}
        for asked in (first, f"a {child} called {name}", f"{name} and {pronoun['his']} friend")
    ]


FRIENDS = things.DIVIDED_ANIMALS.train + things.DIVIDED_PEOPLE.train
CHILDREN = things.DIVIDED_NAMES.train

SUBJECTS: Divided[Subject] = (
    things.DIVIDED_ANIMALS.expand(creature_subjects)
    + things.DIVIDED_PEOPLE.expand(creature_subjects)
    + things.DIVIDED_OBJECTS.expand(lambda noun: still_subjects("object", noun))
    + things.DIVIDED_PLACES.expand(lambda noun: still_subjects("place", noun))
    + things.DIVIDED_NAMES.expand(named_subjects)
)

PLOTS = {
    "creature": tuple(
        (plots.CREATURE_OPENING, *plot, plots.CREATURE_ENDING) for plot in plots.CREATURE_PLOTS
    ),
    "object": plots.OBJECT_PLOTS,
    "place": plots.PLACE_PLOTS,
}


def story(subject: Subject, rng: random.Random) -> Answer:
    """A story of some eighty words about the subject, and the words it must mention."""
    friend = subject.get("friend") or rng.choice([f for f in FRIENDS if f != subject["must"]])
    child = rng.choice([name for name in CHILDREN if name != subject["must"]])
    slots = dict(subject) | {
        "friend": friend,
        "a_friend": with_article(friend),
        "child": child,
        "she": "she" if child in things.GIRLS else "he",
        "her": "her" if child in things.GIRLS else "his",
        "home": rng.choice(HOMES),
        "food": rng.choice(FOODS),
    }
    plot = rng.choice(PLOTS[subject["kind"]])
    text = " ".join(render(line, slots, rng) for line in plot)
    must = (subject["must"], subject["friend"]) if "friend" in subject else (subject["must"],)
    return Answer(text, Mentions(must))


STORY = Ask(
    skill="stories",
    phrasings=phrasings(
        "stories",
        """
        Tell me a [short |little |]story about {asked}.
        [Can|Could] you tell me a [short |little |]story about {asked}?
        Write a [short |little |]story about {asked}.
        [Can|Could] you write a [short |little |]story about {asked}?
        I want a [short |little |]story about {asked}.
        I would like to hear a story about {asked}.
        Please tell a story about {asked}.
        Make up a story about {asked}.
        Invent a story about {asked}.
        Give me a story about {asked}.
        Do you know a story about {asked}?
        Let me hear a tale about {asked}.
        Tell me a tale of {asked}.
        Tell a fairy tale about {asked}.
        [Can|Could] you make up a tale about {asked}?
        Read me a story about {asked}.
        A story about {asked}, please.
        I love stories about {asked}. Tell me one.
        My [son|daughter|little sister|little brother] wants a story about {asked}.
        It is bedtime. Tell me about {asked}.
        A bedtime story about {asked}, please.
        Think of a story with {asked} in it.
        Write me a few lines about {asked}.
        Begin a story about {asked}.
        Tell me what happened to {asked}.
        We want to hear about {asked}. Tell us a story.
        I cannot sleep. Tell me a story about {asked}.
        [Can|Could] I have a story about {asked}?
        Would you tell us a story about {asked}?
        Make a story. It should be about {asked}.
        The story should be about {asked}.
        Please write a tale in which we meet {asked}.
        Story time! Tell me about {asked}.
        Entertain me with a story about {asked}.
        How about a story of {asked}?
        Tell the children a story about {asked}.
        Compose a short tale about {asked}.
        I am bored. Tell me a story about {asked}.
        Who can tell me a story about {asked}? You can!
        """,
    ),
    subjects=SUBJECTS,
    answer=story,
)
