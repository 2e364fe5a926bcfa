"""The section on one linear layer."""

import pytest

from tests.pages.test_pages import opened

from .drawn import close
from .known import PAGE


def test_the_course_example_of_a_linear_layer():
    app = opened(PAGE, inside_section="Linear layer")
    table = app.dataframe[-1].value
    close(table["Worked out"], [-3.0902, 1.1634], atol=2e-4)
    close(table["Worked out"], table["torch.nn.Linear"], atol=1e-6)


def linear(**edits):
    edits = {f"inside_linear.{name}": written for name, written in edits.items()}
    return opened(PAGE, inside_section="Linear layer", **edits)


def test_a_link_carries_what_was_typed_into_the_grids():
    app = linear(W="1_2_0~3_4_-1", b="0.5~0", x="10~1~2")
    close(app.dataframe[-1].value["Worked out"], [12.5, 32])
    assert app.query_params["inside_linear.W"] == "1_2_0~3_4_-1"
    app.segmented_control(key="inside_linear_start").set_value("nn.Linear").run()
    assert "inside_linear.W" not in app.query_params
    close(app.dataframe[-1].value["Worked out"], [-0.7966, 0.7318], atol=2e-4)
    app.segmented_control(key="inside_linear_start").set_value("By hand").run()
    close(app.dataframe[-1].value["Worked out"], [12.5, 32])  # still there


@pytest.mark.parametrize("written", ["", "a_b_c", "1_2~3_4", "1_2_3~4", "~", "1_2_3" * 999])
def test_a_link_that_carries_no_grid_opens_with_the_example(written):
    app = linear(W=written)
    close(app.dataframe[-1].value["Worked out"], [-3.0902, 1.1634], atol=2e-4)
    assert "inside_linear.W" not in app.query_params


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"W": "nan_1_1~1_1_1"}, "W has an entry that is no number"),
        ({"W": "1__1~1_1_1"}, "W has an entry that is no number"),
        ({"b": "inf~1"}, "b has an entry that is no number"),
        ({"x": "1~1"}, "W is 2 × 3, x has 2 entries"),
        ({"W": "1_1_1"}, "W is 1 × 3"),
    ],
)
def test_what_cannot_be_multiplied_is_explained(edits, said):
    warning = linear(**edits).warning[0].value.replace("\\", "")
    assert said in warning
