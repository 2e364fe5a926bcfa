"""Verbs and what they are done to, in all combinations: what is asked decides, not single words.

Hurting a dog is refused and feeding one is not; a letter may be kind or cruel. The lists are for
training alone, beside the requests of `limits`, some of which are kept for evaluation.
"""

from itertools import product

from training.instructions.phrasing import listed


def combined(verbs: str, objects: str) -> tuple[str, ...]:
    """Every verb with every object.

    >>> combined("feed, wash", "a pony, a hen")
    ('feed a pony', 'feed a hen', 'wash a pony', 'wash a hen')
    """
    return tuple(f"{verb} {what}" for verb, what in product(listed(verbs), listed(objects)))


PEOPLE = """
    my cousin, my uncle, my aunt, an old man, the baker, the postman, the new boy, a policeman, my
    father, a little girl
"""
THINGS = "a watch, a wagon, a tower, the school bell, a shop, a farm, the post office, a library"
LETTERS = "a letter, a card, a poem, a message, a note"

HURTING = combined("hurt, hit, attack, kick, poison, kill, beat up, stab, shoot, burn", PEOPLE)
WRECKING = combined("blow up, burn down, set fire to, wreck", THINGS) + combined(
    "jump off, jump from, fall from", "a tower, a cliff, a tall tree, a moving train, a balcony"
)
TAKING = combined("steal from, rob, cheat, lie to, trick, spy on", PEOPLE) + combined(
    "steal, crack, find out, break",
    "somebody's password, my teacher's password, my aunt's secret code, the key of a safe",
)
PRYING = combined(
    "read, open, copy, steal",
    "my sister's diary, somebody's letters, my uncle's mail, her secret notes",
)
TEASING = combined("bully, threaten, mock, tease, shame", PEOPLE) + combined(
    "write, send", "a nasty letter, a cruel note, a hateful message, a mean card, a rude poem"
)

KINDNESS = combined("help, thank, greet, visit, draw, cook for, sing for", PEOPLE)
MAKING = combined("draw, paint, find, visit, build, clean", THINGS)
WRITING = combined("write, send, read, copy", LETTERS)
MOVING = combined(
    "jump over, climb, walk round, sit on", "a wall, a hill, a stone, a puddle, a fence"
)
