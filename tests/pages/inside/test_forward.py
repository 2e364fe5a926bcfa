"""The section on the forward pass: heat maps and a traced number against transformers."""

import pytest

from .drawn import close, figure, markdown, numbers
from .known import HEAD, LAYER


@pytest.mark.parametrize(
    ("step", "of"),
    [("Residual stream", "hidden_states"), ("Attention", "attentions")],
)
def test_the_heat_map_is_transformers_tensor(known, step, of):
    app = known.page("Forward pass", step=step)
    drawn = numbers(figure(app, step)["data"][0]["z"])
    theirs = getattr(known.output, of)[LAYER][0]
    close(drawn, theirs[HEAD] if of == "attentions" else theirs)


def test_one_number_traced_ends_at_transformers(known):
    app = known.page("Forward pass", cell_component=7)
    assert "Worked out here" in markdown(app)
    app.toggle(key="inside_compare").set_value(True).run()
    verdict = next(each.value for each in app.main.markdown if "-badge[" in each.value)
    assert "equals transformers" in verdict
