"""Repetition: why the likeliest token leads into loops, and what helps."""

import html
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import palette
from lab.charts import texts as charts
from lab.ui.decoding import answers, inputs
from lab.ui.text import literal
from lab.ui.writing import TEXT, written

if TYPE_CHECKING:
    from lab.generation import Step
    from lab.generation.metrics import Loop
    from lab.models import Model
    from lab.sampling import Settings

TOKENS = (40, 200, 120)
WINDOW = 8
"""The certainty is averaged over so many tokens: within a phrase it goes up and down."""
TINTS = (palette.veil(palette.GOLD, 0.42), palette.veil(palette.GOLD, 0.2))
"""Behind the phrase of a loop, in turns, so that each time it stands there can be counted."""


def section(prompt: str, model: "Model") -> None:
    st.markdown(
        "A text that repeats itself invites the next repetition, and greedy decoding, which takes "
        "the likeliest token whatever it is, seldom finds its way out. A penalty or a draw does "
        "more often."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        penalty = st.slider(
            "Repetition penalty", 1.0, 2.0, 1.2, 0.05, width=260, **inputs.kept("loop_penalty")
        )
        low, high, start = TOKENS
        tokens = st.slider(
            "New tokens", low, high, start, 20, width=260, **inputs.kept("loop_tokens")
        )
        seed = inputs.seed()
        spares = st.toggle(
            "The penalty spares the prompt",
            help="Off, words of the prompt are punished like those already written.",
            **inputs.kept("loop_spares"),
        )
    from lab.generation.metrics import moving_average
    from lab.sampling import Settings

    tried = {
        "Greedy": Settings(max_new_tokens=tokens),
        "Greedy with a penalty": Settings(
            max_new_tokens=tokens, repetition_penalty=penalty, penalty_skips_prompt=spares
        ),
        "A draw from the top 90%": Settings("sample", max_new_tokens=tokens, top_p=0.9, seed=seed),
    }
    lines, stretches = [], []
    for column, (name, settings) in zip(
        st.columns(len(tried), gap="medium"), tried.items(), strict=True
    ):
        with column:
            steps, loops = _text(model, prompt, name, settings)
        data = [written(model.tokenizer, step).data for step in steps]
        top = moving_average([step.alternatives[0].probability for step in steps], WINDOW)
        lines.append(charts.Line(name, data, top))
        if name == "Greedy":
            stretches = [
                charts.Stretch(loop.start, loop.end, f"× {loop.times:.1f}") for loop in loops
            ]
    st.plotly_chart(
        charts.top_probability(lines, stretches),
        key="decoding_top_probability",
        config={"displayModeBar": False},
        alt="Probability of the likeliest token along each text"
        + "; loops of the greedy one shaded" * bool(stretches),
    )
    shaded = "Shaded: the loops of the greedy text. " if stretches else ""
    st.caption(
        f"Averaged over {WINDOW} tokens. {shaded}A loop is a phrase that stands three times in a "
        "row or more."
    )


def _text(
    model: "Model", prompt: str, name: str, settings: "Settings"
) -> "tuple[tuple[Step, ...], list[Loop]]":
    from lab.generation.metrics import distinct, loops
    from lab.sampling import describe

    steps = answers.written(model, model.id, prompt, settings).steps
    ids = [step.token_id for step in steps]
    found = loops(ids)
    st.subheader(name, anchor=False)
    st.caption(literal(describe(settings)))
    st.html(_marked([step.text for step in steps], found))
    looping = sum(loop.end - loop.start for loop in found)
    lines = [f"**{looping / len(ids):.0%}** of the tokens are in loops"]
    lines += [
        f"a phrase of {loop.period} token{'s' * (loop.period > 1)}, **{loop.times:.1f} times**"
        for loop in found
    ]
    lines.append(f"**{distinct(ids, 2):.0%}** of the pairs of neighbours are different")
    st.caption("  \n".join(lines))
    return steps, found


def _marked(pieces: list[str], loops: "list[Loop]") -> str:
    """The text as HTML, each time of a looping phrase on a tint of its own."""
    tints = [""] * len(pieces)
    for loop in loops:
        for place in range(loop.start, loop.end):
            tints[place] = TINTS[(place - loop.start) // loop.period % len(TINTS)]
    spans = [
        f'<span style="background: {tint}">{html.escape(piece)}</span>'
        if tint
        else html.escape(piece)
        for piece, tint in zip(pieces, tints, strict=True)
    ]
    return f'<div style="{TEXT}; font-size: 1rem">{"".join(spans)}</div>'
