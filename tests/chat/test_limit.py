"""Templates that would never end."""

import sys
from functools import partial

import pytest

from lab.chat import ChatTemplate
from lab.chat.limit import limited
from lab.errors import LabError

LOOP = "{% for each in range(99999) %}"


@pytest.mark.parametrize(
    "source",
    [
        LOOP * 9 + "{% endfor %}" * 9,
        LOOP + "{{ range(99999) | map('string') | join | length }}{% endfor %}",
        "{% macro more(n) %}{{ more(n) }}{% endmacro %}{{ more(1) }}",
    ],
    ids=["loops in loops", "filters in a loop", "a macro of itself"],
)
def test_a_template_without_end_is_ended(monkeypatch, source):
    monkeypatch.setattr("lab.chat.template.limited", partial(limited, 0.2))
    with pytest.raises(LabError, match=r"stopped after 0\.2 seconds|recursion"):
        ChatTemplate(source, {}).write([{"role": "user", "content": "Hi"}])


def test_a_debugger_is_asked_again_afterwards():
    def debugger(*event):
        return None

    before = sys.gettrace()
    sys.settrace(debugger)
    try:
        with limited():
            assert sys.gettrace() is not debugger
        assert sys.gettrace() is debugger
    finally:
        sys.settrace(before)
