"""Trees whose texts nobody wrote: steps with just enough in them to be told apart."""

from hypothesis import strategies as st

from lab.branches import Branch, Plan, Question, Tree
from lab.generation import Alternative, Step
from lab.sampling import Settings

QUESTION = Question("mini-gpt2", "Once upon a time")


def step(token_id, probability=0.5):
    """A token with two rivals, which are the next two ids."""
    rivals = tuple(
        Alternative(token_id + more, f" {token_id + more}", probability / 2**more)
        for more in range(3)
    )
    return Step(token_id, f" {token_id}", probability, 1.0, 1, 1.5, rivals)


def follow(tree, plan, *ids):
    """Grow what a model would have written, had it written `ids`."""
    before = tree.before(plan)
    chosen = before[-1] if plan.chosen is not None else None
    return tree.grown(Branch(plan, tuple(map(step, ids)), chosen))


def settings(seed):
    return Settings("sample", seed=seed, top_k=50)


def ids(tree, index=None):
    return [each.token_id for each in tree.answer(tree.tip if index is None else index)]


@st.composite
def trees(draw):
    """Any tree that the page can grow."""
    tree = follow(Tree(QUESTION), Plan(settings(0)), *draw(_texts))
    for _ in range(draw(st.integers(0, 6))):
        tree = tree.at(draw(st.integers(0, len(tree.branches) - 1)))
        tree = follow(tree, draw(plans(tree)), *draw(_texts))
    return tree


@st.composite
def plans(draw, tree):
    """Any next branch at the tip: a fork, going on, again, or from the beginning."""
    kind = draw(st.sampled_from(["fork", "onward", "again", "root"]))
    under = settings(draw(st.integers(0, 2**31 - 1)))
    if kind == "fork":
        at = draw(st.integers(0, len(tree.answer(tree.tip)) - 1))
        rival = draw(st.sampled_from(tree.answer(tree.tip)[at].alternatives))
        return tree.fork(at, rival.token_id, under)
    return {"onward": tree.onward, "again": tree.again, "root": Plan}[kind](under)


_texts = st.lists(st.integers(0, 5000), min_size=1, max_size=6)
