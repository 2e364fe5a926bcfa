"""Beam search as a tree, and what a length penalty makes of its finished texts."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts.beam_tree import Node, beam_tree
from lab.ui.decoding import answers, inputs
from lab.ui.writing import read

if TYPE_CHECKING:
    from lab.generation.beam import Search
    from lab.models import Model


SEARCHED_WITH = 1.0
"""The length penalty that decides when the search ends: transformers' usual one."""


def section(prompt: str, model: "Model") -> None:
    from lab.sampling import Settings, describe

    st.markdown(
        "Greedy decoding never looks back: a likely token now may lead to unlikely ones later. "
        "Beam search follows several texts at once and keeps those whose "
        "log-probabilities have the best **sum**."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        beams = st.slider("Beams", 2, 8, 3, width=220, **inputs.kept("beams"))
        tokens = st.slider("New tokens", 2, 24, 12, width=220, **inputs.kept("beam_tokens"))
        early = st.toggle(
            "Early stopping",
            help="End as soon as there are as many finished texts as beams.",
            **inputs.kept("early_stopping"),
        )
        sentence = st.toggle(
            "A text ends at a full stop",
            True,
            help="Off, it ends with the model's end token or after the number of new tokens.",
            **inputs.kept("beam_sentence"),
        )
    settings = Settings(
        "beam",
        stop=(".",) if sentence else (),
        num_beams=beams,
        max_new_tokens=tokens,
        early_stopping=early,
        length_penalty=SEARCHED_WITH,
    )
    found = answers.found(model, model.id, prompt, settings)
    ends = " A text ends with its first full stop, too." if sentence else ""
    st.caption(f"The search: {describe(replace(settings, stop=()))}{ends}")
    _tree(model, found)


@st.fragment
def _tree(model: "Model", found: "Search") -> None:
    penalty = st.slider(
        "Length penalty",
        -1.0,
        2.0,
        1.0,
        0.1,
        help="The finished texts are ranked by sum of log-probabilities / length ^ penalty. 0 "
        "compares the sums, 1 the averages; above 0 longer texts gain.",
        **inputs.kept("length_penalty"),
    )
    ranking = found.ranking(penalty)
    data = _data(model, [each.token_id for each in found.candidates])
    nodes = [
        Node(each.parent, each.length, data[index], each.log_probability, each.total, each.fate)
        for index, each in enumerate(found.candidates)
    ]
    figure = beam_tree(nodes, found.path(ranking[0].candidate))
    st.html(_scrolling("decoding_tree_frame", figure.layout.width))
    with st.container(key="decoding_tree_frame"):
        st.plotly_chart(
            figure,
            key="decoding_tree",
            config={"displayModeBar": False},
            alt=f"The {len(nodes)} candidates of the beam search, round by round",
        )
    st.markdown("**The finished texts**, ranked anew by the slider, without asking the model:")
    st.dataframe(
        [
            {
                "Rank": rank,
                "Text": model.tokenizer.decode(found.ids(each.candidate)),
                "Tokens": found.candidates[each.candidate].length,
                "Sum": found.candidates[each.candidate].total,
                "Score": each.score,
            }
            for rank, each in enumerate(ranking, start=1)
        ],
        hide_index=True,
        column_config={
            "Rank": st.column_config.NumberColumn(width="small"),
            "Text": st.column_config.TextColumn(width="large"),
            "Tokens": st.column_config.NumberColumn(width="small"),
            "Sum": st.column_config.NumberColumn("Sum of log-probabilities", format="%.3f"),
            "Score": st.column_config.NumberColumn(
                f"Score: sum / tokens^{penalty:g}", format="%.3f"
            ),
        },
    )


def _scrolling(key: str, pixels: int) -> str:
    """A style under which the figure in the container `key` scrolls where it would be squeezed."""
    return (
        f"<style>.st-key-{key} {{ overflow-x: auto }} "
        f".st-key-{key} > div {{ min-width: {pixels}px }}</style>"
    )


def _data(model: "Model", ids: list[int]) -> list[bytes]:
    return [token.data for token in read(model.tokenizer, ids)]
