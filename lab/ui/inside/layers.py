"""Section: what the model thinks at every depth, and which part contributes what."""

import math

import streamlit as st

from lab.charts import heatmaps, inside
from lab.charts.distribution import percent
from lab.charts.labels import plain
from lab.charts.lens_table import Guess, lens_table
from lab.errors import LabError
from lab.models.lens import Reading, contributions, head_contributions, read_layers, total
from lab.ui.errors import show
from lab.ui.inside.view import Place, View
from lab.ui.text import literal

MEASURES = {
    "probability": "Probability",
    "entropy": "Entropy",
    "rank": "Rank of a token",
}
POSITIONS = 12
"""Positions in the lens: more texts in cells could not be read."""
LENSES_IN_MEMORY = 8


def section(view: View) -> None:
    """The lens, a pair of prompts, and contributions to one logit."""
    _lens(view)
    _pair(view)
    _contributions(view)


# ---------------------------------------------------------------- the logit lens


def _lens(view: View) -> None:
    st.subheader("Layers as they think", anchor=False)
    st.markdown(
        "The logit lens reads the stream before the model is finished: the final norm and the "
        "output matrix, applied at every depth. The top row is the model's own prediction."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control(
            "Colour", list(MEASURES), default="probability", required=True,
            format_func=lambda each: MEASURES[each], key="inside_lens", bind="query-params",
        )  # fmt: skip
        between = st.toggle(
            "Between attention and MLP too", key="inside_between", bind="query-params"
        )
    watched = _token(view, "Watched token", "watched") if measure == "rank" else None
    columns = _columns(view)
    readings = _readings(view.place.model_id, view.ids, watched, between, columns.start)
    titles = {
        "probability": "The likeliest next token at every depth, coloured by its probability",
        "entropy": "The likeliest next token at every depth, coloured by certainty (low entropy)",
        "rank": "The rank at every depth of “" + view.name(watched or 0) + "”",
    }
    st.html(
        lens_table(
            [_cells(view, each, measure, watched) for each in readings],
            [each.name if between else each.name.removesuffix(" MLP") for each in readings],
            view.axis[columns],
            title=titles[measure],
        )
    )
    st.caption("Columns are the tokens read; a cell is what would come next. Point at it for more.")


def _columns(view: View) -> slice:
    """The positions shown; they move in steps, so that few moves of the slider need a new lens."""
    step = POSITIONS // 2
    first = (view.position - step) // step * step
    first = max(0, min(len(view.ids) - POSITIONS, first))
    return slice(first, first + POSITIONS)


@st.cache_resource(max_entries=LENSES_IN_MEMORY, show_spinner=False)
def _readings(
    model_id: str, ids: tuple[int, ...], watched: int | None, between: bool, first: int
) -> tuple[Reading, ...]:
    trace = View(Place(model_id, ids, 0, 0, 0)).trace
    positions = slice(first, first + POSITIONS)
    return read_layers(trace, watched, between=between, positions=positions)


def _cells(view: View, reading: Reading, measure: str, watched: int | None) -> list[Guess]:
    vocabulary = view.config.vocab_size
    cells = []
    for at, (token, chance, bits) in enumerate(
        zip(reading.token.tolist(), reading.probability.tolist(), reading.entropy.tolist(),
            strict=True)
    ):  # fmt: skip
        says = f"{view.name(token)} {percent(chance)}, entropy {bits:.2f} bits"
        text = _short(view.name(token))
        level = chance if measure == "probability" else 1 - bits / math.log2(vocabulary)
        if watched is not None and reading.rank is not None and reading.watched is not None:
            rank = int(reading.rank[at])
            level = 1 - math.log(rank) / math.log(vocabulary)
            text = f"{rank:,}"
            says += f"; {view.name(watched)} {percent(float(reading.watched[at]))}, rank {rank:,}"
        cells.append(Guess(text, level, says))
    return cells


def _short(text: str, length: int = 9) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _token(view: View, label: str, name: str) -> int:
    """A token typed by the learner; the likeliest next one where nothing is typed."""
    likeliest = int(view.trace.logits[view.position].argmax())
    text = st.text_input(
        label, key=f"inside_{name}", bind="query-params", width=260,
        placeholder=view.name(likeliest),
        help="A leading space matters: “ cat” and “cat” are two tokens. Empty: the likeliest one.",
    )  # fmt: skip
    if not text:
        return likeliest
    ids = view.model.tokenizer.encode(text)
    if len(ids) != 1:
        raise LabError(
            f"“{text[:40]}” is {len(ids)} tokens.",
            "One token is followed at a time.",
            f"Type just {view.name(ids[0])}, for example." if ids else "Type a token.",
        )
    return ids[0]


# ---------------------------------------------------------------- a pair of prompts


def _pair(view: View) -> None:
    st.subheader("Change a word", anchor=False)
    st.markdown(
        "Write the prompt again with one word changed, and see at which depth and position the "
        "model's states differ. Nothing before the change can know of it."
    )
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
    theirs = View(Place(view.place.model_id, other, 0, 0, 0)).trace
    ours, rows = view.trace, view.window
    states = zip((*ours.hidden[:-1], ours.last_block_output),
                 (*theirs.hidden[:-1], theirs.last_block_output), strict=True)  # fmt: skip
    gaps = [
        ((a - b).float().norm(dim=-1) / a.float().norm(dim=-1).clamp_min(1e-12)).tolist()[rows]
        for a, b in states
    ]
    second = View(Place(view.place.model_id, other, 0, 0, 0)).names
    columns = [
        name if a == b else f"{name} / {b_name}"
        for name, a, b, b_name in zip(view.axis, view.ids, other, second, strict=True)
    ][rows]
    depths = ["Embedding", *(f"Block {layer}" for layer in range(view.config.layers))]
    figure = heatmaps.tensor(
        gaps, depths, columns, title="Size of the difference beside the size of the state",
        row_title="After", column_title="Token", signed=False,
    )  # fmt: skip
    st.plotly_chart(
        figure, key="inside_pair_chart", config={"displayModeBar": False},
        alt="Difference of the two prompts' states by depth and position",
    )  # fmt: skip


# ---------------------------------------------------------------- contributions


def _contributions(view: View) -> None:
    st.subheader("Who said so", anchor=False)
    st.markdown(
        "A logit is a sum: what the embeddings and each attention and MLP wrote into the stream, "
        "read in the direction of one token under the final norm's own scale. Only differences of "
        "logits change probabilities, so compare with a rival."
    )
    with st.container(horizontal=True):
        token = _token(view, "Token", "credited")
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
