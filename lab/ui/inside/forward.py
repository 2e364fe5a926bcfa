"""Section: every step of a block as a picture, and any one number followed to its causes."""

import math
from typing import TYPE_CHECKING

import streamlit as st

from lab.models.explain import Explanation, explain
from lab.models.lens import neuron_logits
from lab.models.steps import Step, first_steps, last_steps, steps
from lab.ui import address, models
from lab.ui.inside.matrices import Axis, Matrix, linked
from lab.ui.inside.view import View
from lab.ui.inside.written import show_written
from lab.ui.text import literal

if TYPE_CHECKING:
    from torch import Tensor

COMPONENTS = 256
"""Components drawn at once."""
TERMS = 12
CHECKS_IN_MEMORY = 2
EXACT = 1e-4
"""How far from transformers a number computed with 32 bits may be."""


def section(view: View) -> None:
    """Choose a step, see its tensor, pick a cell."""
    st.subheader("A forward pass", anchor=False)
    st.markdown(
        f"Token embeddings{'' if view.config.rotary else ' plus positions'} enter block 0; each "
        "block reads the stream and adds to it; what the last one leaves becomes a score for every "
        "token. Below is every tensor on the way, those of the chosen block among them."
    )
    known = {step.name: step for step in _all_steps(view)}
    if st.session_state.get("inside_step") not in known:
        st.session_state.pop("inside_step", None)  # chosen in a model of the other family
    name = st.selectbox(
        "Step",
        list(known),
        index=list(known).index("attention_norm"),
        format_func=lambda each: known[each].title,
        key="inside_step",
        bind="query-params",
    )
    step = known[name]
    ends = view.trace.ends
    tensor = ends[name] if name in ends else view.steps[name]
    # The chosen head, or the key and value head that it shares.
    head = view.head * len(tensor) // view.config.heads if tensor.dim() == 3 else None
    st.markdown(f"{step.what} *{step.why}*")
    _facts(tensor, step)
    if head is not None and len(tensor) < view.config.heads:
        st.caption(f"Head {view.head} shares key and value head {head} with others.")
    _picture(view, step, tensor, head)
    _one_number(view, step, tensor, head)


def _all_steps(view: View) -> list[Step]:
    return [*first_steps(view.config), *steps(view.config), *last_steps(view.config)]


def _columns(step: Step) -> str:
    """What the last dimension of a step's tensor counts."""
    return {"T": "Key", "V": "Id"}.get(step.shape[-1], "Component")


def _facts(tensor: "Tensor", step: Step) -> None:
    import torch

    values = tensor.float()
    if not bool(values.amin().isfinite()):  # what a mask hides counts for nothing
        values = values[values.isfinite()]
    spread, mean = torch.std_mean(values, correction=0)
    low, high = values.aminmax()
    shape = " × ".join(f"{each:,}" for each in tensor.shape)
    st.markdown(
        f"Shape **{shape}** ({step.shape}), mean **{float(mean):.4g}**, spread "
        f"**{float(spread):.4g}**, from **{float(low):.4g}** to **{float(high):.4g}**"
    )


def _picture(view: View, step: Step, tensor: "Tensor", head: int | None) -> None:
    matrix = tensor if head is None else tensor[head]
    rows, kind = view.window, _columns(step)
    columns = rows if kind == "Key" else _components(kind, matrix.shape[1])
    values = matrix[rows, columns]
    names = view.names[rows]

    def choose(row: int, column: int) -> None:
        st.session_state.inside_position = rows.start + row
        st.session_state[_cell_key(step)] = columns.start + column

    in_block = step.name not in view.trace.ends
    where = [
        step.title,
        *([f"block {view.layer}"] if in_block else []),
        *([] if head is None else [f"head {head}"]),
    ]
    labels = {
        "Key": names,
        "Id": [view.name(each) for each in range(columns.start, columns.start + values.shape[1])],
    }
    linked(
        [
            Matrix(
                ", ".join(where),
                values,
                signed=step.name != "attention",
                blank="−∞, it comes later",
            )
        ],
        Axis("Query" if kind == "Key" else "Token", names, rows.start),
        Axis(kind, labels.get(kind), columns.start),
        view.position - rows.start,
        choose,
        key="inside_tensor",
    )
    if len(names) < len(view.ids):
        st.caption(
            f"Tokens {rows.start} to {rows.stop - 1} of {len(view.ids)} are drawn, those around "
            "the chosen position."
        )


def _components(kind: str, width: int) -> slice:
    """The columns that are drawn: all of a narrow tensor, a window of a wide one."""
    if width <= COMPONENTS:
        return slice(0, width)
    last = width - COMPONENTS
    first = st.slider(
        f"First {kind.lower()}", 0, last, 0, COMPONENTS // 4,
        key=f"inside_first_{width}", bind="query-params",
    )  # fmt: skip
    first = min(max(0, first), last)
    return slice(first, first + COMPONENTS)


def _cell_key(step: Step) -> str:
    return f"inside_cell_{_columns(step).lower()}"


def _one_number(view: View, step: Step, tensor: "Tensor", head: int | None) -> None:
    st.subheader("Trace one number", anchor=False)
    key, last = _cell_key(step), tensor.shape[-1] - 1
    if st.session_state.get(key, 0) > last:
        del st.session_state[key]  # chosen in a wider tensor
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = address.whole_number(
            f"{_columns(step)}, 0 to {last:,}", 0, last, 0, key=key, width=220
        )
        cell = min(max(0, int(typed)), last)
        score = f"“{literal(view.name(cell))}”, a score " if _columns(step) == "Id" else ""
        token = f"token {view.position} “{literal(view.names[view.position])}”"
        st.markdown(
            f"{score}of {token}{'' if head is None else f', head {head}'}. "
            "A click in the picture chooses another."
        )
    index = (*([] if head is None else [head]), view.position, cell)
    worked = explain(view.trace, step.name, view.layer, index, seen=view.steps)
    _working(view, worked)
    _check(view, step, tensor, worked)
    if step.name == "mlp_activation":
        added = neuron_logits(view.trace, view.layer, cell, view.position)
        show_written(view, "neuron", cell, added)


def _working(view: View, worked: Explanation) -> None:
    shown = worked.largest(TERMS)
    rows = [
        {"Term": term.name, "Input": term.left, "Weight": term.right, "Value": term.value}
        for term in shown
    ]
    if len(worked.terms) > TERMS:
        rest = len(worked.terms) - TERMS
        rows.append({"Term": f"{rest:,} smaller terms", "Value": worked.rest(TERMS)})
    if worked.bias is not None:
        rows.append({"Term": "bias", "Value": worked.bias})
    with_factors = any(term.left is not None for term in shown)
    st.markdown(f"The rule: *{worked.rule}*")
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        width=640,
        column_order=["Term", "Input", "Weight", "Value"] if with_factors else ["Term", "Value"],
        column_config={
            each: st.column_config.NumberColumn(format="%.6f")
            for each in ("Input", "Weight", "Value")
        },
        alt="The terms that make this number, the largest first",
    )
    result = "−∞" if math.isinf(worked.worked_out) else f"{worked.worked_out:.7g}"
    model = "−∞" if math.isinf(worked.value) else f"{worked.value:.7g}"
    closing = f"{worked.closing[0].upper()}{worked.closing[1:]}. " if worked.closing else ""
    st.markdown(f"{closing}Worked out here: **{result}**. In the forward pass: **{model}**.")
    precision = str(view.model.dtype).removeprefix("torch.")
    if precision != "float32":
        st.caption(
            f"This model computes in {precision}, which keeps two or three digits of every "
            "number; what is worked out here keeps them all."
        )


def _check(view: View, step: Step, tensor: "Tensor", worked: Explanation) -> None:
    """The end of the trail: the same cell in transformers, computed when asked for."""
    if step.module is None:
        st.caption(
            "Inside transformers this tensor never leaves a module, so there is nothing to compare "
            "it with; the attention made of it can be compared."
        )
        return
    if not st.toggle(
        "Compare with transformers", key="inside_compare", bind="query-params",
        help="Loads the same checkpoint into transformers and reads this very cell.",
    ):  # fmt: skip
        return
    with st.spinner("transformers reads the same text"):
        theirs = _reference(view.place.model_id, view.ids, view.layer)
    value = float(theirs[step.name][worked.index])
    gap = abs(value - worked.value)
    largest = float((theirs[step.name] - tensor).abs().max())
    tolerance = _tolerance(view, value)
    agrees = gap <= tolerance
    st.badge(_verdict(gap, tolerance), icon=":material/verified:" if agrees else ":material/error:",
             color="green" if agrees else "red")  # fmt: skip
    away = f"{gap:.1e} away" if gap else "the very same number"
    st.caption(
        f"transformers has {value:.7g} in this cell of `{step.module or 'the block'}`, "
        f"{away}. Over all {theirs[step.name].numel():,} cells of the tensor the largest "
        f"difference is {largest:.1e}."
    )


def _tolerance(view: View, value: float) -> float:
    """How far apart two ways of computing a number may end, with the roundings of this model."""
    import torch

    if view.model.dtype == torch.float32:
        return EXACT
    return 8 * torch.finfo(view.model.dtype).eps * max(1.0, abs(value))


def _verdict(gap: float, tolerance: float) -> str:
    """How far two numbers agree, in words.

    >>> _verdict(3e-7, EXACT), _verdict(0.02, EXACT)
    ('equals transformers to 1e-6', 'differs from transformers by 0.02')
    >>> _verdict(0.02, 0.06)
    'within rounding of transformers (0.02 apart)'
    """
    if gap == 0:
        return "equals transformers exactly"
    if gap <= EXACT:
        return f"equals transformers to 1e{math.ceil(math.log10(gap))}"
    if gap <= tolerance:
        return f"within rounding of transformers ({gap:.2g} apart)"
    return f"differs from transformers by {gap:.2g}"


@st.cache_resource(max_entries=CHECKS_IN_MEMORY, show_spinner=False)
def _reference(model_id: str, ids: tuple[int, ...], layer: int) -> "dict[str, Tensor]":
    from lab.models.reference import reference

    return dict(reference(models.get(model_id), ids, layer))
