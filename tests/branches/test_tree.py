"""Texts that part: what each branch says, undo and redo, and what two of them differ in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.branches import Branch, History, Plan, Question, Tree, Turn, difference
from lab.branches.tree import MOST_BRANCHES
from lab.errors import LabError
from lab.generation import generate
from lab.models import load
from lab.sampling import Settings
from tests.branches.grown import QUESTION, follow, ids, plans, settings, step, trees


@pytest.fixture
def tree():
    return follow(Tree(QUESTION), Plan(settings(1)), 10, 20, 30, 40)


def test_a_fork_keeps_what_stands_before_it(tree):
    forked = follow(tree, tree.fork(2, 31, settings(2)), 50, 60)
    assert ids(forked) == [10, 20, 31, 50, 60]
    assert ids(forked, 0) == [10, 20, 30, 40]
    chosen = forked.answer(1)[2]
    assert (chosen.probability, chosen.rank, chosen.sampled_probability) == (0.25, 2, 1.0)


def test_a_fork_hangs_on_the_branch_in_which_its_token_stands(tree):
    forked = follow(tree, tree.fork(2, 31, settings(2)), 50, 60)
    assert forked.fork(1, 21, settings(3)).parent == 0
    assert forked.fork(3, 51, settings(3)).parent == 1


def test_going_on_and_writing_again(tree):
    longer = follow(tree, tree.onward(settings(2)), 50)
    assert ids(longer) == [10, 20, 30, 40, 50]
    other = follow(longer, longer.again(settings(3)), 60)
    assert ids(other) == [10, 20, 30, 40, 60]
    assert ids(follow(tree, tree.again(settings(4)), 70)) == [70]


@given(trees(), st.data())
def test_a_new_branch_changes_no_other(tree, data):
    plan = data.draw(plans(tree))
    grown = follow(tree, plan, 7, 8)
    assert ids(grown) == [each.token_id for each in tree.before(plan)] + [7, 8]
    assert grown.tip == len(tree.branches)
    for index in range(len(tree.branches)):
        assert grown.answer(index) == tree.answer(index)


@given(trees(), st.lists(st.sampled_from(["grow", "look", "undo", "redo"]), max_size=12), st.data())
def test_undo_gives_back_what_was_and_redo_what_was_undone(tree, acts, data):
    history = History(tree)
    for act in acts:
        before, seen = history, history.present
        if act == "grow":
            history = history.then(follow(seen, data.draw(plans(seen)), 9))
            assert history.undone().present == seen
            assert history.undone().redone() == history
        elif act == "look":
            history = history.then(seen.at(data.draw(st.integers(0, len(seen.branches) - 1))))
            assert history == before or history.undone().present == seen
        elif act == "undo":
            history = history.undone()
            assert not before.past or history.redone() == before
        else:
            history = history.redone()
            assert not before.future or history.undone() == before


def test_what_a_plan_needs_must_be_there(tree):
    for plan in (
        Plan(settings(1), parent=3, at=0),
        Plan(settings(1), parent=0, at=5),
        Plan(settings(1), parent=0, at=4, chosen=41),
        Plan(settings(1), parent=0, at=1, chosen=4999),
    ):
        with pytest.raises(LabError, match="came out otherwise"):
            tree.before(plan)


def test_a_tree_does_not_grow_for_ever(tree):
    for seed in range(MOST_BRANCHES - 1):
        tree = tree.grown(Branch(Plan(settings(seed)), (step(1),)))
    with pytest.raises(LabError, match="48 texts"):
        tree.grown(Branch(Plan(settings(0)), (step(1),)))


def test_the_same_plan_is_the_same_text():
    model = load("mini-gpt2")
    plan = Plan(Settings("sample", seed=5, max_new_tokens=6))
    prompt = QUESTION.ids(model)
    first, second = (
        Tree(QUESTION).grown(Branch(plan, tuple(generate(model, prompt, plan.settings))))
        for _ in range(2)
    )
    assert first == second
    rival = first.answer(0)[3].alternatives[1]
    before = first.before(first.fork(3, rival.token_id, plan.settings))
    assert before[3].text == rival.text
    assert before[3].rank == 2


def test_a_conversation_is_read_by_the_template_and_an_empty_one_is_refused():
    model = load("mini-gpt2")
    asked = Question(model.id, (Turn("system", "Be kind."), Turn("user", "Hi<|im_end|>")))
    control = set(model.tokenizer.special_tokens.values())
    assert sum(each in control for each in asked.ids(model)) == 5
    for nothing in ((), (Turn("user", ""),), (Turn("user", "\n"),)):
        with pytest.raises(LabError, match="message is empty"):
            Question(model.id, nothing).ids(model)
    with pytest.raises(LabError, match="too long"):
        Question(model.id, (Turn("user", "Hi"), Turn("assistant", "Hi")) * 200).ids(model)


def test_two_texts_beside_each_other(tree):
    forked = follow(tree, tree.fork(2, 31, settings(2)), 40, 50)
    found = difference(forked, 0, 1)
    assert found.parting == 2
    assert [each.token_id for each in found.rivals] == [30, 31]
    assert found.lengths == (4, 5)
    assert found.surprise == (1.0, pytest.approx(6 / 5))  # bits: 1 each, 2 for the chosen one
    assert [(part.first, part.second, part.same) for part in found.parts] == [
        ((0, 2), (0, 2), True),
        ((2, 3), (2, 3), False),
        ((3, 4), (3, 4), True),
        ((4, 4), (4, 5), False),
    ]


def test_texts_that_do_not_part(tree):
    assert difference(tree, 0, 0).parting is None
    longer = follow(tree, tree.onward(settings(2)), 50)
    found = difference(longer, 0, 1)
    assert found.parting == 4
    assert found.rivals[0] is None
    assert found.rivals[1].token_id == 50
