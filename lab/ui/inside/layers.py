"""Section: what the model thinks at every depth, and which part contributes what."""

import streamlit as st

from lab.charts import inside
from lab.charts.labels import plain
from lab.errors import LabError
from lab.models.lens import contributions, head_contributions, total
from lab.ui.errors import show
from lab.ui.inside.lens import lens
from lab.ui.inside.matrices import Axis, Matrix, linked
from lab.ui.inside.token import one_token
from lab.ui.inside.view import Place, View
from lab.ui.text import literal


def section(view: View) -> None:
    """The lens, a pair of prompts, and contributions to one logit."""
    lens(view)
    _pair(view)
    _contributions(view)


# ---------------------------------------------------------------- a pair of prompts


def _pair(view: View) -> None:
    st.subheader("Change a word", anchor=False)
    st.markdown(
        "Write the prompt again with one word changed, and see at which depth and position the "
        "model's states differ. Nothing before the change can know of it."
    )
    import torch

    text = st.text_input("The other prompt", key="inside_pair", bind="query-params")
    if not text:
        return
    other = tuple(view.model.tokenizer.encode(text))
    if len(other) != len(view.ids):
        show(LabError(
            f"The prompts have {len(view.ids)} and {len(other)} tokens.",
            "States are compared position by position, so both need the same number.",
            "Choose a word with as many tokens as the one it replaces.",
        ))  # fmt: skip
        return
    second = Place(view.place.model_id, other, 0, 0, 0)
    theirs = View(second).trace
    ours, rows = view.trace, view.window
    states = zip((*ours.hidden[:-1], ours.last_block_output),
                 (*theirs.hidden[:-1], theirs.last_block_output), strict=True)  # fmt: skip
    gaps = torch.stack(
        [(a - b).float().norm(dim=-1) / a.float().norm(dim=-1).clamp_min(1e-12) for a, b in states]
    )[:, rows]
    names = [
        name if a == b else f"{name} / {changed}"
        for name, a, b, changed in zip(view.names, view.ids, other, View(second).names, strict=True)
    ][rows]

    def choose(depth: int, token: int) -> None:
        st.session_state.inside_layer = max(0, depth - 1)
        st.session_state.inside_position = rows.start + token

    title = "Size of the difference beside the size of the state"
    depths = ["embedding", *(f"block {each}" for each in range(view.config.layers))]
    linked(
        [Matrix(title, gaps, percent=True)],
        Axis("After", depths, None),
        Axis("Token", names, rows.start),
        view.layer + 1,
        choose,
        key="inside_pair_grid",
    )


# ---------------------------------------------------------------- contributions


def _contributions(view: View) -> None:
    st.subheader("Who said so", anchor=False)
    st.markdown(
        "A logit is a sum: what the embeddings and each attention and MLP wrote into the stream, "
        "read in the direction of one token under the final norm's own scale. Only differences of "
        "logits change probabilities, so compare with a rival."
    )
    with st.container(horizontal=True):
        token = one_token(view, "Token", "credited")
        rival = _rival(view, token)
    parts = contributions(view.trace, view.position, token, against=rival)
    name = f"“{plain(view.name(token))}”"
    if rival is not None:
        name += f" above “{plain(view.name(rival))}”"
    st.plotly_chart(
        inside.contributions(
            [part.name for part in parts],
            [part.value for part in parts],
            title=f"Logit of {name} after “{plain(view.names[view.position])}”",
            total=total(parts),
        ),
        key="inside_contributions",
        config={"displayModeBar": False},
        alt="Contributions of each part of the model to one logit",
    )
    logits = view.trace.logits[view.position]
    wanted = float(logits[token]) - (0.0 if rival is None else float(logits[rival]))
    st.caption(
        f"The parts add up to {total(parts):.5f}; the forward pass has {wanted:.5f}, "
        f"{abs(total(parts) - wanted):.1e} away."
    )
    heads = head_contributions(view.trace, view.layer, view.position, token, against=rival)
    st.plotly_chart(
        inside.contributions(
            [part.name for part in heads],
            [part.value for part in heads],
            title=f"The attention of block {view.layer} by head",
            total=total(heads),
        ),
        key="inside_head_contributions",
        config={"displayModeBar": False},
        alt="Contributions of each head of a block to one logit",
    )


def _rival(view: View, token: int) -> int | None:
    best = [each for each in view.trace.logits[view.position].topk(6).indices.tolist()
            if each != token][:5]  # fmt: skip
    names = {str(each): view.name(each) for each in best}
    chosen = st.selectbox(
        "Compared with", ["none", *names],
        format_func=lambda each: literal(names.get(each, "nothing")),
        key="inside_rival", bind="query-params", width=220,
    )  # fmt: skip
    return int(chosen) if chosen in names else None
