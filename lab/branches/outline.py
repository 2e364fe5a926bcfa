"""A tree without its texts, small enough for an address: whoever follows the plans in their order
gets the same tree again.

As JSON: `[version, model, what was asked, thinking, settings, plans, tip]`. Equal settings are
listed once, without their seeds, and only what is set of them. What comes from an address may be
damaged or hostile: every value is checked, and nothing but `LabError` comes of it.
"""

import json
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

from lab.branches.question import Question, Turn
from lab.branches.tree import MOST_BRANCHES, Plan, Tree
from lab.chat.rendering import Role
from lab.errors import LabError
from lab.sampling import Settings

VERSION = 1
ROLES: tuple[Role, ...] = get_args(Role)
MOST_CHARACTERS, MOST_TURNS, LONGEST_ID = 1 << 20, 1000, 300
MOST_TOKENS, MOST_BEAMS = 400, 8
"""What a link may ask for at most: tokens per branch, and beams."""
_PLAIN = Settings()


@dataclass(frozen=True)
class Outline:
    """The question, the plans of all branches in the order in which they grew, and the tip."""

    question: Question
    plans: tuple[Plan, ...]
    tip: int


def outline(tree: Tree) -> Outline:
    """What has to be known of a tree to write it again."""
    return Outline(tree.question, tuple(branch.plan for branch in tree.branches), tree.tip)


def encode(outline: Outline) -> str:
    """An outline as text.

    >>> encode(Outline(Question("mini-gpt2", "Hi"), (Plan(Settings("sample", seed=7)),), 0))
    '[1,"mini-gpt2","Hi",null,[{"strategy":"sample"}],[[null,0,null,0,7,null]],0]'
    """
    kinds: list[dict[str, Any]] = []
    plans = []
    for plan in outline.plans:
        kind = {
            field.name: value
            for field in fields(Settings)
            if (value := getattr(plan.settings, field.name)) != getattr(_PLAIN, field.name)
            and field.name != "seed"
        }
        if kind not in kinds:
            kinds.append(kind)
        seed = plan.settings.seed
        plans.append([plan.parent, plan.at, plan.chosen, kinds.index(kind), seed, plan.length])
    question = outline.question
    asked = (
        question.asked
        if isinstance(question.asked, str)
        else [[ROLES.index(turn.role), turn.content] for turn in question.asked]
    )
    values = [VERSION, question.model_id, asked, question.thinking, kinds, plans, outline.tip]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Outline:
    """The outline that a text stands for. Raises `LabError` for any other text.

    >>> decode("[1, 2")
    Traceback (most recent call last):
    lab.errors.LabError: This link cannot be read. ...
    """
    try:
        values = json.loads(text)
        version = values[0]
        if type(version) is int and version > VERSION:
            raise _unreadable("It was made by a newer version of this page")
        _require(type(version) is int and version == VERSION and len(values) == 7)
        _, model_id, asked, thinking, kinds, plans, tip = values
        _require(0 < len(_text(model_id)) <= LONGEST_ID)
        _require(thinking is None or isinstance(thinking, bool))
        question = Question(model_id, _asked(asked), thinking)
        _require(isinstance(kinds, list) and isinstance(plans, list))
        _require(0 < len(plans) <= MOST_BRANCHES and len(kinds) <= len(plans))
        settings = [_settings(kind) for kind in kinds]
        found = tuple(_plan(each, number, settings) for number, each in enumerate(plans))
        return Outline(question, found, _whole(tip, len(plans) - 1))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise _unreadable("Part of it is missing or was changed") from error


def _asked(asked: Any) -> str | tuple[Turn, ...]:
    if isinstance(asked, str):
        return _text(asked)
    _require(isinstance(asked, list) and 0 < len(asked) <= MOST_TURNS)
    return tuple(Turn(ROLES[_whole(role, len(ROLES) - 1)], _text(said)) for role, said in asked)


def _settings(kind: Any) -> Settings:
    _require(isinstance(kind, dict) and "seed" not in kind)
    for name in ("stop", "order"):
        if name in kind:
            _require(isinstance(kind[name], list))
            kind[name] = tuple(_text(each) for each in kind[name])
    for name in ("early_stopping", "penalty_skips_prompt"):
        _require(isinstance(kind.get(name, False), bool))
    settings = Settings(**kind)
    _whole(settings.max_new_tokens, MOST_TOKENS)
    _require(settings.num_beams is None or settings.num_beams <= MOST_BEAMS)
    return settings


def _plan(values: Any, number: int, settings: list[Settings]) -> Plan:
    parent, at, chosen, kind, seed, length = values
    plan = Plan(
        settings=replace(settings[_whole(kind, len(settings) - 1)], seed=seed),
        parent=None if parent is None else _whole(parent, number - 1),
        at=_whole(at),
        chosen=None if chosen is None else _whole(chosen),
        length=None if length is None else _whole(length, MOST_TOKENS),
    )
    _require(plan.parent is not None or (plan.at == 0 and plan.chosen is None))
    _require(plan.settings.strategy != "sample" or seed is not None)
    return plan


def _whole(value: Any, most: int = 10**9) -> int:
    _require(type(value) is int and 0 <= value <= most)
    return int(value)


def _text(value: Any) -> str:
    _require(isinstance(value, str) and len(value) <= MOST_CHARACTERS)
    value.encode()  # a lone surrogate is no character
    return str(value)


def _require(true: bool) -> None:
    if not true:
        raise ValueError


def _unreadable(why: str) -> LabError:
    return LabError(
        "This link cannot be read.",
        f"{why}, so what it stands for is not known.",
        "Copy the link once more, all of it; the page is ready for a new text meanwhile.",
    )
