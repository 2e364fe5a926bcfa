"""Why the two differ: the first token of the answer, and how each model comes to it."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import pair as charts
from lab.charts.labels import visible
from lab.ui import models
from lab.ui.completion.inputs import PAGE, Question, kept
from lab.ui.completion.reading import WAYS, read
from lab.ui.text import literal

if TYPE_CHECKING:
    from torch import Tensor

    from lab.models import Model
    from lab.models.comparing import Racer


def section(first: "Model", second: "Model", question: Question) -> None:
    """Draw both models' next tokens after the same text, and one token's way through both."""
    if not _share(first.id, second.id):
        st.info(
            f"{literal(first.id)} and {literal(second.id)} cut text into different tokens, so "
            "their probabilities cannot be set side by side. Choose two models of one family.",
            icon=":material/info:",
        )
        return
    from lab.models.comparing import difference

    way = st.segmented_control(
        "After", list(WAYS), format_func=lambda each: f"the {WAYS[each]}", default="template",
        required=True, **kept("why"),
    )  # fmt: skip
    # Both read the very same ids, those of the second model's template.
    ids = tuple(read(second, question, way).ids)
    found = difference(_logits(first.id, ids), _logits(second.id, ids))
    data = [second.tokenizer.token_bytes(each) for each in found.token_ids]
    names = _names(first, second)
    st.plotly_chart(
        charts.next_tokens(names, data, [found.first, found.second]),
        key=f"{PAGE}_next_tokens",
        config={"displayModeBar": False},
        alt=f"Probabilities of the first token of the answer by {names[0]} and {names[1]}",
    )
    st.caption(
        f"The two distributions have {found.overlap:.0%} in common; KL({literal(names[1])} ‖ "
        f"{literal(names[0])}) is {found.divergence:.2f} bits."
    )
    _race(first, second, ids, dict(zip(found.token_ids, data, strict=True)))


def _race(
    first: "Model",
    second: "Model",
    ids: tuple[int, ...],
    tokens: dict[int, bytes],
) -> None:
    if first.config is None or second.config is None:
        st.caption("The race needs two models that the playground's own decoder runs.")
        return
    box = kept("watched")
    key, likeliest = box["key"], next(iter(tokens))
    if key not in st.query_params or st.session_state.get(key, likeliest) not in tokens:
        st.session_state[key] = likeliest  # else the box goes on showing that of another prompt
    watched = st.selectbox(
        "Token to follow",
        list(tokens),
        format_func=lambda each: visible(tokens[each]),
        width=280,
        **box,
    )
    runners = [
        charts.Runner(name, runner.depths, runner.ranks, runner.probabilities)
        for name, model in zip(_names(first, second), (first, second), strict=True)
        for runner in [_follow(model.id, ids, watched)]
    ]
    st.plotly_chart(
        charts.race(runners, tokens[watched]),
        key=f"{PAGE}_race",
        config={"displayModeBar": False},
        alt="Rank of the followed token after each layer of both models",
    )
    st.caption(
        "The logit lens: what each model would say if it stopped at that depth. Where the lines "
        "part is where further training changed the course."
    )


def _names(first: "Model", second: "Model") -> list[str]:
    """What the two are called in figures; a folder is called by its last part."""
    names = [each.folder.name if each.source == "folder" else each.id for each in (first, second)]
    if names[0] == names[1]:
        return [f"{names[0]} (first)", f"{names[1]} (second)"]
    return names


@st.cache_data(max_entries=32, show_spinner=False)
def _share(first: str, second: str) -> bool:
    from lab.models.comparing import shares_vocabulary

    return shares_vocabulary(models.get(first).tokenizer, models.get(second).tokenizer)


@st.cache_resource(max_entries=8, show_spinner=False)
def _logits(model_id: str, ids: tuple[int, ...]) -> "Tensor":
    from lab.models import forward

    return forward(models.get(model_id), ids)[-1]


@st.cache_data(max_entries=64, show_spinner=False)
def _follow(model_id: str, ids: tuple[int, ...], token: int) -> "Racer":
    from lab.models import trace
    from lab.models.comparing import follow

    return follow(trace(models.get(model_id), ids), token)
