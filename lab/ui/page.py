"""The frame around every page: its name, why it exists, and the way to the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from lab.errors import LabError
from lab.ui import address
from lab.ui.errors import show
from lab.ui.models import picker

ICON = str(Path(__file__).parent / "icon.svg")
STYLE = f"<style>{Path(__file__).with_name('page.css').read_text()}</style>"
PAGES = (
    ("streamlit_app.py", "The loop", ":material/autorenew:"),
    ("pages/1_Tokenization.py", "Tokenization", ":material/segment:"),
    ("pages/2_Inside_the_model.py", "Inside the model", ":material/stacks:"),
    ("pages/3_Decoding.py", "Decoding", ":material/casino:"),
    ("pages/4_Completion_and_instruction.py", "Completion and instruction", ":material/forum:"),
    ("pages/5_Playground.py", "Playground", ":material/tune:"),
)


@contextmanager
def page(title: str, why: str) -> Iterator[None]:
    """Draw the frame, then what the `with` block draws; a `LabError` in it is shown as it is."""
    st.set_page_config(page_title=f"{title} · LLM playground", page_icon=ICON, layout="wide")
    st.logo(ICON, size="large")
    st.html(STYLE)
    with st.sidebar:
        with st.container(gap="xsmall"):
            for path, name, icon in PAGES:
                st.page_link(path, label=name, icon=icon, width="stretch")
        picker(title)
    st.title(title, anchor=False)
    st.markdown(why)
    try:
        with address.tidied():
            yield
    except LabError as error:
        show(error)
