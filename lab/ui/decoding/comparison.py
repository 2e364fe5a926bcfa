"""The same prompt under several settings, side by side."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.charts import texts as charts
from lab.ui import address
from lab.ui.decoding import answers, inputs
from lab.ui.settings import controls
from lab.ui.text import literal
from lab.ui.token_strip import token_strip
from lab.ui.writing import written

if TYPE_CHECKING:
    from lab.models import Model
    from lab.sampling import Settings

COLUMNS_PER_ROW = 3
MOST_SETTINGS, MOST_SAMPLES = 6, 4
TOKENS = (10, 120, 40)
SETS = {
    "rules": "Greedy, top-k, top-p",
    "temperatures": "Small changes of temperature",
    "own": "Your own",
}
TEMPERATURES = (0.6, 0.8, 1.0, 1.2)


def section(prompt: str, model: "Model") -> None:
    st.markdown(
        "The probabilities are the model's; the rule that picks from them is ours. Change the "
        "rule alone, and the text changes."
    )
    choice = st.segmented_control(
        "Settings to compare",
        list(SETS),
        format_func=lambda each: SETS[each],
        default="rules",
        required=True,
        **inputs.kept("set"),
    )
    with st.container(horizontal=True):
        seed = inputs.seed()
        samples = address.whole_number(
            "Samples each",
            1,
            MOST_SAMPLES,
            1,
            width=160,
            help="Sample n uses the seed plus n - 1. Greedy and beam search have only one text.",
            key="decoding_samples",
            persist_state="session",
        )
        if choice != "own":  # your own settings have their own numbers of tokens
            low, high, start = TOKENS
            tokens = address.whole_number(
                "New tokens",
                low,
                high,
                start,
                step=10,
                width=160,
                key="decoding_tokens",
                persist_state="session",
            )
    match choice:
        case "rules":
            compared = _rules(tokens)
        case "temperatures":
            compared = _temperatures(tokens)
        case _:
            compared = _own()
    lines: list[charts.Line] = []
    rows: list[dict[str, object]] = []
    names = list(compared)
    for first in range(0, len(names), COLUMNS_PER_ROW):
        row = names[first : first + COLUMNS_PER_ROW]
        for column, name in zip(st.columns(len(row), gap="medium"), row, strict=True):
            with column:
                _texts(model, prompt, name, compared[name], seed, samples, lines, rows)
    _table(rows)
    st.plotly_chart(
        charts.log_probabilities(lines),
        key="decoding_log_probabilities",
        config={"displayModeBar": False},
        alt="Log-probability of each token of the first text under each setting",
    )


def _rules(tokens: int) -> "dict[str, Settings]":
    from lab.sampling import Settings

    return {
        "Greedy": Settings(max_new_tokens=tokens),
        "Top-k": Settings("sample", max_new_tokens=tokens, top_k=50),
        "Top-p": Settings("sample", max_new_tokens=tokens, top_p=0.9),
    }


def _temperatures(tokens: int) -> "dict[str, Settings]":
    from lab.sampling import Settings

    return {
        f"Temperature {each:g}": Settings("sample", max_new_tokens=tokens, temperature=each)
        for each in TEMPERATURES
    }


def _own() -> "dict[str, Settings]":
    count = address.whole_number(
        "How many settings",
        2,
        MOST_SETTINGS,
        2,
        width=160,
        key="decoding_own_count",
        persist_state="session",
    )
    compared = {}
    with st.container(horizontal=True):
        for number in range(1, count + 1):
            with st.popover(
                f"Setting {number}", icon=":material/tune:", key=f"decoding_own{number}"
            ):
                compared[f"Setting {number}"] = controls(
                    f"decoding_own{number}",
                    start="greedy" if number == 1 else "sample",
                    new_tokens=TOKENS[-1],
                )
    return compared


def _texts(
    model: "Model",
    prompt: str,
    name: str,
    settings: "Settings",
    seed: int,
    samples: int,
    lines: list[charts.Line],
    rows: list[dict[str, object]],
) -> None:
    """Draw one column; add its first text to `lines` and all of them to `rows`."""
    from lab.generation.metrics import distinct, loops, perplexity, repetition_rate
    from lab.sampling import describe, surprise

    first = seed if settings.seed is None else settings.seed
    drawn = settings.strategy == "sample"
    st.subheader(name, anchor=False)
    st.caption(literal(describe(replace(settings, seed=first if drawn else None))))
    for sample in range(samples if drawn else 1):
        this = replace(settings, seed=first + sample if drawn else None)
        text = answers.written(model, model.id, prompt, this)
        tokens = [written(model.tokenizer, step) for step in text.steps]
        token_strip(
            tokens,
            key=f"decoding_{name}_{sample}",
            label=f"{name}, seed {this.seed}" if drawn else name,
            colour="probability",
            rows=(),
        )
        ids = [step.token_id for step in text.steps]
        chances = [step.probability for step in text.steps]
        if sample == 0:
            data = [token.data for token in tokens]
            lines.append(charts.Line(name, data, [-surprise(chance) for chance in chances]))
        rows.append(
            {
                "Settings": name,
                "Seed": str(this.seed) if drawn else "–",
                "Perplexity": perplexity(chances),
                "Distinct-1": 100 * distinct(ids, 1),
                "Distinct-2": 100 * distinct(ids, 2),
                "Repetition": 100 * repetition_rate(ids),
                "Loops": len(loops(ids)),
                "Tokens": len(ids),
                "ms per token": 1000 * text.seconds / len(ids),
            }
        )


def _table(rows: list[dict[str, object]]) -> None:
    number = st.column_config.NumberColumn
    share: dict[str, Any] = {"format": "%.0f%%", "width": "small"}
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "Seed": st.column_config.TextColumn(width="small"),
            "Perplexity": number(
                format="%.1f",
                help="Of the text under the model's own distribution, before any setting: as if "
                "it had chosen among so many equally likely tokens each time.",
            ),
            "Distinct-1": number(help="Different tokens among all tokens.", **share),
            "Distinct-2": number(help="Different pairs of neighbours among all pairs.", **share),
            "Repetition": number(
                help="Tokens that stood among the 128 tokens before them.", **share
            ),
            "Loops": number(
                help="Stretches in which a phrase stands three times in a row or more.",
                width="small",
            ),
            "Tokens": number(width="small"),
            "ms per token": number(format="%.1f", help="When this text was first written."),
        },
    )
