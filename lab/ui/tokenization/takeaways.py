"""The three ways of cutting, in numbers, on the learner's own text."""

import streamlit as st

from lab.charts import tokenization as charts
from lab.tokenizers.compare import summaries
from lab.ui.tokenization import vocabularies
from lab.ui.tokenization.inputs import text_area

TEXT = (
    "Tokenization looks like a detail, yet it decides what a model can see. A vocabulary of words "
    "knows nothing of the next new word; a vocabulary of letters makes every text long; subwords "
    "are the compromise on which today's models are built, emoji included 🚀."
)


def section() -> None:
    st.markdown("Put your own text in. Every number below is counted on it.")
    text = text_area("Text", TEXT, key="takeaways_text", height=110)
    own = vocabularies.own()
    rows = summaries(text, {vocabularies.title(own): own} if own else {})
    st.dataframe(
        {
            "Units": [row.name for row in rows],
            "Vocabulary": [row.vocabulary for row in rows],
            "Tokens": [row.tokens for row in rows],
            "Unknown": [row.unknown for row in rows],
            "Attention": [row.attention for row in rows],
        },
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(name, format="localized")
            for name in ("Vocabulary", "Tokens", "Unknown", "Attention")
        },
        alt="Vocabulary, tokens, unknown tokens and attention scores for each way of cutting",
    )
    st.caption(
        "Words are those of the first half of your text. Attention is the number of scores that "
        "one head of one layer computes: each token looks at itself and at every token before it, "
        "so twice the length costs four times as much."
    )
    st.plotly_chart(
        charts.lengths([row.name for row in rows], [row.tokens for row in rows]),
        key="tokenization_takeaways",
        alt=", ".join(f"{row.name}: {row.tokens:,} tokens" for row in rows),
    )
    st.markdown(
        "- **Words** are short and easy to read, but new words have no id.\n"
        "- **Characters and bytes** know every text, but make it long.\n"
        "- **Subwords** keep frequent words whole and spell out the rest; nothing is unknown.\n"
        "- **The vocabulary is a choice**: it decides which languages are cheap."
    )
