"""Home: the whole loop on one screen. Text -> tokens -> probabilities -> one more token."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts.distribution import next_token
from lab.errors import LabError
from lab.tokenizers import Tokenizer
from lab.ui import address, models
from lab.ui.engines import longest, steps
from lab.ui.errors import show
from lab.ui.page import page
from lab.ui.token_strip import token_strip
from lab.ui.writing import ENDS, bars, candidates, paragraph, piece, read, redraw_if_stopped

if TYPE_CHECKING:
    from lab.generation import Step
    from lab.models import Model

SECONDS_PER_TOKEN = 0.1  # a pace that eyes can follow, and a browser that redraws the chart
CHOICES = {"greedy": "The likeliest", "sample": "By chance"}

state = st.session_state
state.setdefault("home_added", [])  # the ids that came after the prompt
state.setdefault("home_writing", False)  # whether this run is to append one after the other
state.setdefault("home_end", None)  # why the text has ended, if it did so by itself
state.setdefault("home_model", None)  # whose ids they are


def append(token_id: int) -> None:
    state.home_added.append(token_id)
    state.home_end = None


def append_from_chart() -> None:
    for point in state.home_chart.selection.points:
        append(point["customdata"][0])


def writing(on: bool) -> None:
    state.home_writing = on


def start_over() -> None:
    state.home_added = []
    state.home_end = None
    writing(False)


def draw_text(tokenizer: Tokenizer) -> list[int]:
    """Draw the prompt and what came after it as one strip; return all its ids."""
    ids = tokenizer.encode(prompt) + state.home_added
    with text:
        token_strip(read(tokenizer, ids), key="home_text", label="The text so far")
    return ids


def uncertainty(step: "Step") -> str:
    bits = step.entropy
    return f"Uncertainty: {bits:.2f} bits, as between {2**bits:,.1f} equally likely tokens."


def write_on(model: "Model", ids: list[int]) -> None:
    """Append token after token, until Stop, the end of the text, or room for just one more.

    Each is kept as soon as it exists; what is drawn is where Streamlit stops the run.
    """
    chart, caption, pieces = st.empty(), st.empty(), list[str]()
    st.empty()  # in the place of the candidates: a text on the move waits for no click
    with text:
        place = st.empty()
        redraw_if_stopped("home_writing")
    writing(False)  # whatever interrupts the text from here on has stopped it
    room = max(1, longest(model) - len(ids) - 1)
    settings = Settings(strategy=choice, max_new_tokens=room)
    for step in steps(model, ids, settings):
        append(step.token_id)
        pieces.append(piece(step))
        chart.html(bars(candidates(model.tokenizer, step)))
        caption.caption(uncertainty(step))
        place.html(paragraph(pieces))
        time.sleep(SECONDS_PER_TOKEN)
    if step.finish == "end":
        state.home_end = "end"
    else:
        state.home_end = "context" if longest(model) == model.context else "length"


def offer(model: "Model", ids: list[int]) -> None:
    """Draw what may come next; a click on a candidate appends it."""
    step = next(steps(model, ids, Settings(strategy=choice, max_new_tokens=1)))
    likely = candidates(model.tokenizer, step)
    st.plotly_chart(
        next_token(*zip(*likely, strict=True)),
        config={"displayModeBar": False},
        alt=f"Probabilities of the {len(likely)} likeliest next tokens",
        key="home_chart",
        on_select=append_from_chart,
        selection_mode="points",
    )
    st.caption(uncertainty(step))
    with st.container():
        st.caption("Click a bar, or a token here, to append it:")
        clicked = token_strip(
            read(model.tokenizer, [each.token_id for each in likely]),
            key="home_candidates",
            label="Candidates for the next token",
            rows=(),
            action=True,
        )
    if clicked is not None:
        append(likely[clicked].token_id)
        st.rerun()


with page(
    "How a language model writes",
    "It reads the tokens so far and gives every token it knows a probability of coming next. "
    "One of them is appended, and it all begins again.",
):
    if state.home_model != models.active_id():
        start_over()
        state.home_model = models.active_id()
    left, right = st.columns([3, 2], gap="large")
    with left:
        prompt = address.text_input(
            "Prompt",
            "Once upon a time",
            key="home_prompt",
            live=True,
            on_change=start_over,
        )
        choice = st.segmented_control(
            "Which token is appended",
            list(CHOICES),
            format_func=lambda each: CHOICES[each],
            default="greedy",
            required=True,
            key="home_choice",
            bind="query-params",
        )
        with st.container(horizontal=True):
            on = state.home_writing
            st.button(
                "Stop" if on else "Write",
                icon=":material/stop:" if on else ":material/play_arrow:",
                type="primary",  # another type would be another button, and lose the focus
                key="home_write",
                on_click=writing,
                args=(not on,),
            )
            st.button(
                "Start over",
                icon=":material/undo:",
                type="tertiary",
                disabled=not state.home_added,
                on_click=start_over,
            )
        text = st.container()  # below the buttons, which so stay in place while it grows

    # The page and the tokens are painted before torch is even imported.
    tokenizer = models.early_tokenizer()
    ids = draw_text(tokenizer) if tokenizer else []
    if "home_ready" not in state:
        right = right.empty()
        right.plotly_chart(  # and meanwhile the browser fetches what draws charts
            next_token([], [], []),
            config={"displayModeBar": False},
            height=420,
            alt="A chart that waits for the model",
        )
    from lab.sampling import Settings

    with right.container():
        model = models.active_model()
        if not tokenizer or tokenizer.name != model.id:
            ids = draw_text(model.tokenizer)
        state.home_ready = True
        try:
            if state.home_writing:
                with suppress(LabError):  # a prompt that is refused is refused below as well
                    write_on(model, ids)
                st.rerun()
            if state.home_end:
                text.caption(ENDS[state.home_end])
            offer(model, ids)
        except LabError as error:
            show(error)  # here, and not below a text that may be very long
