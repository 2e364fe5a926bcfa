"""Section: y = Wx + b with the learner's own numbers."""

import streamlit as st

from lab.models.linear import Initialisation, Worked, initialise, work_out
from lab.ui import address
from lab.ui.inside.grid import Rows, grid
from lab.ui.inside.view import View
from lab.ui.text import literal

COURSE = {
    "By hand": (
        [[-0.8250, 1.3049, 0.1187], [-0.5890, -0.4155, 1.1964]],
        [-1.0197, 0.7386],
    ),
    "nn.Linear": (
        [[-0.3170, -0.3254, -0.5291], [0.2270, -0.4149, 0.4038]],
        [-0.5404, -0.1120],
    ),
}
"""The two layers of the course: one made by hand, one PyTorch's own."""
X = [1.0, -1.0, 0.5]
STARTS = ("By hand", "nn.Linear", "Random")
HOW: "dict[Initialisation, str]" = {"normal": "randn", "nn.Linear": "As nn.Linear does"}


def section(view: View) -> None:
    """Three grids to edit, the sum term by term, and how such layers begin."""
    st.subheader("A linear layer", anchor=False)
    st.markdown(
        "The smallest building block: every output is a weighted sum of all inputs, plus a bias. "
        f"{literal(view.model.id)} is made of many of them. Change any number."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = st.segmented_control(
            "Start from", STARTS, default=STARTS[0], required=True, key="inside_linear_start",
            bind="query-params",
        )  # fmt: skip
        weight, bias, x = _start(start)
    beginning = f"{start}_{len(weight)}_{len(x)}_{sum(map(sum, weight)):.6g}"
    grids = st.columns([5, 2, 2], gap="medium")
    with grids[0]:
        w = _grid("W, one row per output", "W", weight, beginning)
    with grids[1]:
        b = _grid("b, one per output", "b", _column(bias), beginning)
    with grids[2]:
        inputs = _grid("x, one per input", "x", _column(x), beginning)
    worked = work_out(w, [row[0] for row in b], [row[0] for row in inputs])
    _show(worked)
    _beginnings()


def _start(start: str) -> tuple[list[list[float]], list[float], list[float]]:
    if start in COURSE:
        return *COURSE[start], X
    how = st.selectbox(
        "Initialisation", list(HOW), format_func=lambda each: HOW[each], key="inside_linear_how",
        bind="query-params", width=200,
    )  # fmt: skip
    count = {
        name: address.whole_number(label, 1, 8, size, key=f"inside_linear_{name}", width=110)
        for name, label, size in (("inputs", "Inputs", 3), ("outputs", "Outputs", 2))
    }
    seed = address.whole_number("Seed", 0, 2**31, 0, key="inside_linear_seed", width=130)
    inputs, outputs = (min(max(1, int(each)), 8) for each in count.values())
    weight, bias = initialise(how, inputs, outputs, int(seed))
    x = [*X, *([1.0] * inputs)][:inputs]
    return _rounded(weight.tolist()), [round(each, 4) for each in bias.tolist()], x


def _rounded(rows: list[list[float]]) -> list[list[float]]:
    return [[round(each, 4) for each in row] for row in rows]


def _column(values: list[float]) -> list[list[float]]:
    return [[each] for each in values]


def _grid(label: str, name: str, start: list[list[float]], beginning: str) -> Rows:
    """A grid that has as many columns as it began with, or as the address gives it."""
    columns = [f"{j + 1}" for j in range(len(start[0]))] if name == "W" else [name]
    return grid(label, start, columns, key=f"inside_linear.{name}", beginning=beginning)


def _show(worked: Worked) -> None:
    lines = []
    for row, (weights, products) in enumerate(zip(worked.weight, worked.products, strict=True)):
        terms = " + ".join(
            rf"\underbrace{{{_bracket(w)} \cdot {_bracket(value)}}}_{{{product:.4f}}}"
            for w, value, product in zip(weights, worked.x, products, strict=True)
        )
        bias, output = worked.bias[row], worked.output[row]
        lines.append(rf"y_{{{row + 1}}} &= {terms} + {_bracket(bias)} = \mathbf{{{output:.4f}}}")
    st.latex(r"\begin{aligned}" + r"\\[0.6em]".join(lines) + r"\end{aligned}")
    table = {
        "Output": [f"y{row + 1}" for row in range(len(worked.output))],
        "Worked out": worked.output,
        "torch.nn.Linear": worked.reference,
        "Difference": [abs(a - b) for a, b in zip(worked.output, worked.reference, strict=True)],
    }
    st.dataframe(
        table,
        hide_index=True,
        width="content",
        column_config={
            "Worked out": st.column_config.NumberColumn(format="%.6f"),
            "torch.nn.Linear": st.column_config.NumberColumn(format="%.6f"),
            "Difference": st.column_config.NumberColumn(format="scientific"),
        },
        alt="The outputs worked out here and by torch.nn.Linear",
    )
    st.caption(
        f"The same numbers through `torch.nn.Linear` differ by at most {worked.difference:.1e}: "
        "it computes with 32 bits, the terms above with 64."
    )


def _beginnings() -> None:
    """Why a fresh layer is not filled with randn."""
    with st.expander("Why a new layer's numbers are not simply randn", key="inside_linear_why"):
        st.markdown(
            "With standard normal weights a sum of n terms is about √n large: the more inputs, the "
            "larger the output, and after a few layers numbers explode. `nn.Linear` draws from "
            "−1/√n to 1/√n, so that outputs keep about the same size however many inputs there are."
        )
        inputs = st.select_slider(
            "Inputs", [1, 4, 16, 64, 256, 1024], 256, key="inside_linear_n", bind="query-params"
        )
        import torch

        x = torch.randn(inputs, generator=torch.Generator().manual_seed(1))
        for column, (how, label) in zip(st.columns(2), HOW.items(), strict=True):
            weight, bias = initialise(how, inputs, 500, seed=0)
            spread = float((weight @ x + bias).std())
            column.metric(
                f"{label}: spread of 500 outputs",
                f"{spread:.3f}",
                help=f"W within ±{float(weight.abs().max()):.3f}; x is standard normal.",
            )


def _bracket(value: float) -> str:
    return f"({value:g})" if value < 0 else f"{value:g}"
