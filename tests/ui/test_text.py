"""Text of unknown origin stays text."""

import pytest

from lab.ui.text import literal, size


@pytest.mark.parametrize("text", ["*a*", "$x$", "<b>", "[a](b)", "`c`", "~~d~~", "# e", "\\f"])
def test_every_sign_of_markdown_is_escaped(text):
    assert literal(text) == "".join("\\" + c if not c.isalnum() and c != " " else c for c in text)


def test_words_stay_as_they_are():
    assert literal("naïve café 日本語 🚀") == "naïve café 日本語 🚀"


@pytest.mark.parametrize(
    ("count", "unit", "said"),
    [(0, "", "0"), (999, "", "999"), (1000, "", "1.0 k"), (596_049_920, "", "596 M"),
     (1_192_099_840, "B", "1.2 GB"), (1_500_000_000, "", "1.5 B")],
)  # fmt: skip
def test_sizes_are_said_as_people_say_them(count, unit, said):
    assert size(count, unit) == said
