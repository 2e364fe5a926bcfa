"""A text that a server writes: streamed, stopped, and kept when the server dies in the middle.

It stands apart from the tree of what this machine writes. A server tells no ids, and need not draw
the same text from the same seed, so that nobody could follow its branches again.
"""

from contextlib import closing
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Literal

import streamlit as st

from lab.branches import Question
from lab.errors import LabError
from lab.export import RemoteRecord
from lab.generation.remote import RemoteModel, RemoteStep, describe, generate
from lab.sampling import Settings
from lab.ui.errors import show
from lab.ui.keep import keep_remote
from lab.ui.patience import give_way
from lab.ui.text import literal
from lab.ui.token_strip import Candidate, StripToken, token_strip
from lab.ui.writing import in_the_making, piece, redraw_if_stopped

ANSWER, TASK = "playground_remote", "playground_remote_task"
Task = Literal["write", "continue"]

SECONDS_BETWEEN_DRAWINGS = 0.04
ENDS = {
    "stop": "The model ended the text, or a stop text came.",
    "length": "The number of new tokens was reached.",
    "content_filter": "The server held back the rest.",
    None: "You stopped it.",
}
"""Why a text ended, by the server's word for it; None where somebody stopped it."""

APART = (
    "A server tells no token ids, and need not draw the same text from the same seed. So its text "
    "does not grow in the tree, and no script can promise to write it again."
)


@dataclass
class Answer:
    """A text in the making; it stays in the session. `first` is when the first piece came."""

    model: RemoteModel
    question: Question
    settings: Settings
    steps: list[RemoteStep] = field(default_factory=list)
    first: float | None = None
    seconds: float = 0.0  # all in all, also where it was continued
    error: LabError | None = None

    @property
    def text(self) -> str:
        """What came so far."""
        return "".join(step.text for step in self.steps)

    @property
    def thought(self) -> int:
        """How many of the steps are the model's thought, told apart or between its tags."""
        from lab.chat import thought_length

        apart = sum(step.thought for step in self.steps)
        return apart or thought_length([step.text for step in self.steps])

    @property
    def open(self) -> bool:
        """Whether there is a text to go on with: only a prompt's can be handed back to a server."""
        ended = self.steps[-1].finish == "stop" if self.steps else True
        return isinstance(self.question.asked, str) and bool(self.text) and not ended


def section(model: RemoteModel, question: Question, settings: Settings) -> None:
    """Draw the buttons and the text; write it if one of them was pressed."""
    task: Task | None = st.session_state.get(TASK)
    answer: Answer | None = st.session_state.get(ANSWER)
    _buttons(task, answer)
    if task:
        redraw_if_stopped(TASK)
        _set(None)  # whatever interrupts the text from here on has stopped it
        before = answer
        if answer is None or task == "write":
            answer = st.session_state[ANSWER] = Answer(model, question, settings)
        _write(answer)
        if before and answer.error and not answer.steps:  # nothing came, so nothing is lost for it
            st.session_state[ANSWER] = replace(before, error=answer.error)
        st.rerun()
    if answer:
        _draw(answer)


def _buttons(task: Task | None, answer: Answer | None) -> None:
    """The same two in every run, so that none stands there faded while the text is written."""
    with st.container(horizontal=True):
        st.button(
            "Stop" if task else "Write",
            icon=":material/stop:" if task else ":material/play_arrow:",
            type="primary",  # another type would be another button, and lose the focus
            key=f"{TASK}_write",
            on_click=_set,
            args=(None if task else "write",),
        )
        st.button(
            "Continue",
            icon=":material/arrow_forward:",
            key=f"{TASK}_continue",
            disabled=bool(task) or answer is None or not answer.open,
            help="Only a prompt can be gone on with: a server takes no half answer to a chat.",
            on_click=_set,
            args=("continue",),
        )


def _set(task: Task | None) -> None:
    st.session_state[TASK] = task


def _write(answer: Answer) -> None:
    """Have the server write, or go on; each piece is in the answer as soon as it has come."""
    asked = answer.question.asked
    prompt = asked + answer.text if isinstance(asked, str) else [turn._asdict() for turn in asked]
    host, note, place = literal(answer.model.endpoint.host), st.empty(), st.empty()
    begin, before, shown, drawn = perf_counter(), answer.seconds, 0, 0.0
    answer.error = None

    def draw() -> None:
        nonlocal shown, drawn
        pieces = [piece(step) for step in answer.steps]
        place.html(in_the_making(pieces, answer.thought, "pieces"))
        shown, drawn = len(answer.steps), perf_counter()

    def waiting() -> None:
        give_way()
        if shown < len(answer.steps):
            draw()
        note.caption(f"Waiting for {host}, {perf_counter() - begin:.0f} s.")

    thinking = answer.question.thinking
    text = generate(answer.model, prompt, answer.settings, thinking=thinking, waiting=waiting)
    with closing(text):
        try:
            for step in text:
                answer.steps.append(step)
                answer.seconds = before + perf_counter() - begin
                answer.first = answer.first or answer.seconds
                if perf_counter() - drawn > SECONDS_BETWEEN_DRAWINGS:
                    draw()
        except LabError as error:
            answer.error = error


def _draw(answer: Answer) -> None:
    """The whole text as tokens, and what is known of it."""
    thought = answer.thought
    for title, steps in (("thought", answer.steps[:thought]), ("answer", answer.steps[thought:])):
        tokens = [_token(step) for step in steps if step.text or step.probability is not None]
        if not tokens:
            continue
        with st.expander("Thought") if title == "thought" else st.container():
            token_strip(
                tokens,
                key=f"{ANSWER}_{title}",
                label=f"The {title} of {answer.model.id}",
                colour="probability",
                rows=(),
            )
    if answer.error:
        show(answer.error)
    if answer.steps:
        _keep(answer)
        st.caption(literal(_facts(answer)))
    st.caption(literal(describe(answer.settings)))
    st.caption(APART)


def _keep(answer: Answer) -> None:
    asked, model = answer.question.asked, answer.model
    record = RemoteRecord(
        model.id,
        model.endpoint.host,
        asked if isinstance(asked, str) else [turn._asdict() for turn in asked],
        answer.settings,
        tuple(answer.steps),
    )
    keep_remote(record, key=f"{ANSWER}_keep")


def _token(step: RemoteStep) -> StripToken:
    return StripToken(
        None,
        step.text.encode(),
        probability=step.probability,
        rank=step.rank,
        alternatives=[
            Candidate(None, each.text.encode(), each.probability) for each in step.alternatives
        ],
    )


def _facts(answer: Answer) -> str:
    """What came, how fast, why it ended, and what the server did not tell."""
    pieces = [step for step in answer.steps if step.text or step.probability is not None]
    without = sum(step.probability is None for step in pieces)
    noun = "piece" if without else "token"
    facts = [f"{answer.model.id} at {answer.model.endpoint.host}: {len(pieces):,} {noun}s"]
    if answer.first is not None:
        facts[0] += f", the first after {answer.first:.2f} s"
    if len(pieces) > 1 and answer.seconds:
        facts[0] += f", {len(pieces) / answer.seconds:,.0f} per second"
    facts[0] += "."
    if not answer.error:
        word = answer.steps[-1].finish
        facts.append(ENDS.get(word, f"The server says why it ended: {word}."))
    if pieces and without == len(pieces):
        facts.append("Probabilities are not given by this server; a piece may be several tokens.")
    elif without:
        facts.append(f"Probabilities are not given for {without:,} of them.")
    return " ".join(facts)
