"""The section on one linear layer."""

from tests.pages.test_pages import opened

from .drawn import close
from .known import PAGE


def test_the_course_example_of_a_linear_layer():
    app = opened(PAGE, inside_section="Linear layer")
    table = app.dataframe[-1].value
    close(table["Worked out"], [-3.0902, 1.1634], atol=2e-4)
    close(table["Worked out"], table["torch.nn.Linear"], atol=1e-6)
