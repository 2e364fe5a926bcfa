"""The vocabularies of real models on the same text, side by side."""

import streamlit as st

from lab.charts import tokenization as charts
from lab.errors import LabError
from lab.tokenizers import Tokenizer
from lab.tokenizers.compare import cuts, disputed
from lab.tokenizers.examples import EXAMPLES, LANGUAGES
from lab.ui import access
from lab.ui.errors import show
from lab.ui.text import literal
from lab.ui.tokenization import vocabularies
from lab.ui.tokenization.inputs import text_area
from lab.ui.tokenization.strip import strip
from lab.ui.writing import read

START = ["gpt2", "o200k_base"]
MOST = 4
TEXT_KEY = "tokenization_families_text"


def section() -> None:
    st.markdown(
        "Each family of models has its own vocabulary, trained on its own texts. What one reads "
        "as a word, another spells out."
    )
    chosen = _chosen()
    st.pills(
        "Examples",
        list(EXAMPLES),
        key="tokenization_example",
        on_change=_take_example,
    )
    text = text_area("Text", EXAMPLES["Star"], key="families_text")
    if not chosen:
        st.info("Choose at least one vocabulary.", icon=":material/info:")
        return
    marked = st.toggle(
        "Mark cuts that not all of them make",
        True,
        key="tokenization_marked",
        bind="query-params",
        persist_state="session",
    )
    _strips(chosen, text, marked)
    vocabularies.picked_model_reads(text)
    _language_tax(chosen)


def _chosen() -> list[Tokenizer]:
    left, right = st.columns([2, 1], gap="medium")
    with left:
        vocabularies.rename("tokenization_families")
        picked = st.multiselect(
            "Vocabularies",
            vocabularies.offered(),
            START,
            format_func=vocabularies.label,
            max_selections=MOST,
            key="tokenization_families",
            bind="query-params",
            persist_state="session",
            help=f"Up to {MOST}. All of them are on this computer.",
        )
    with right:
        other = _another_name() if access.anything() else None
    chosen = [vocabularies.load(name) for name in picked[:MOST]]
    if other:
        try:
            chosen.append(vocabularies.read(other.strip()))
        except LabError as error:
            show(error)
    return chosen


def _another_name() -> str | None:
    return st.text_input(
        "Another one",
        key="tokenization_other",
        bind="query-params",
        persist_state="session",
        placeholder="Hub id, folder or tokenizer.json",
    )


def _take_example() -> None:
    example = st.session_state["tokenization_example"]
    if example is not None:
        st.session_state[TEXT_KEY] = EXAMPLES[example]
        st.session_state["tokenization_example"] = None  # the text is what a link carries


def _strips(chosen: list[Tokenizer], text: str, marked: bool) -> None:
    tokens = [read(tokenizer, tokenizer.encode(text)) for tokenizer in chosen]
    marks = disputed(
        [
            cuts(tokenizer, [token.data for token in each])
            for tokenizer, each in zip(chosen, tokens, strict=True)
        ]
    )
    characters, size = len(text), len(text.encode())
    for place, (tokenizer, each) in enumerate(zip(chosen, tokens, strict=True)):
        with st.container(border=True):
            count = max(1, len(each))
            st.markdown(
                f"**{literal(vocabularies.title(tokenizer))}** · **{len(each):,}** tokens · "
                f"{characters / count:.2f} characters and {size / count:.2f} bytes per token · "
                f"vocabulary of {tokenizer.vocab_size:,}"
            )
            strip(
                each,
                key=f"strip_{place}",
                label=vocabularies.title(tokenizer),
                marks=marks[place] if marked else (),
            )


def _language_tax(chosen: list[Tokenizer]) -> None:
    st.subheader("The language tax", anchor=False)
    st.markdown(
        "The same sentence in ten languages. Who pays per token, or has a limit on tokens, pays "
        "more for a language that the vocabulary saw little of."
    )
    counts = {
        vocabularies.title(tokenizer): [len(tokenizer.encode(text)) for text in LANGUAGES.values()]
        for tokenizer in chosen
    }
    worst, language = max(
        (each[row], name) for each in counts.values() for row, name in enumerate(LANGUAGES)
    )
    st.plotly_chart(
        charts.language_tax(list(LANGUAGES), counts),
        key="tokenization_tax",
        alt=f"Tokens per language and vocabulary; the most are {worst}, for {language}.",
    )
    with st.expander(
        "The sentences and their tokens", key="tokenization_sentences", bind="query-params"
    ):
        st.dataframe(
            {"Language": list(LANGUAGES), "Sentence": list(LANGUAGES.values()), **counts},
            hide_index=True,
            alt="One sentence in ten languages and its tokens under each vocabulary",
        )
