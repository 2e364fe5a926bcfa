"""Two models x two ways to ask, written side by side: a token of each in turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.ui.completion.inputs import PAGE, Question
from lab.ui.completion.reading import WAYS, Reading, read
from lab.ui.engines import due, steps
from lab.ui.errors import show
from lab.ui.keep import keep
from lab.ui.kinds import badge, warn
from lab.ui.settings import with_seed
from lab.ui.text import literal
from lab.ui.token_strip import StripToken, token_strip
from lab.ui.writing import ENDS, in_the_making, piece, written

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.generation import Step
    from lab.generation.loop import Finish
    from lab.models import Model
    from lab.sampling import Settings

WRITTEN = f"{PAGE}_written"


@dataclass(frozen=True)
class Cell:
    """One of the four: a model, a way to ask, what it reads, and the place of its answer."""

    model: "Model"
    way: str
    reading: Reading
    place: "DeltaGenerator"


@dataclass
class Answer:
    """A text in the making. It stays in the session, so it holds neither tensor nor model."""

    steps: "list[Step]" = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)  # their texts as HTML
    seconds: float = 0.0  # from the question to the last token
    error: LabError | None = None

    @property
    def finish(self) -> "Finish | None":
        """Why it ended; None if it has not."""
        return self.steps[-1].finish if self.steps else None


@dataclass
class Written:
    """The answers to one question; `stopped` if somebody has had enough of it.

    `settings` are those in force: with the seed that was drawn where none was set.
    """

    key: object
    settings: "Settings"
    answers: list[Answer]
    stopped: bool = False

    @property
    def over(self) -> bool:
        return self.stopped or all(answer.finish or answer.error for answer in self.answers)


def draw(loaded: "Sequence[Model]", question: Question) -> list[Cell]:
    """Draw the frames, a column per model and a row per way; return those that can be filled."""
    cells = []
    frames = [(model, way) for way in WAYS for model in loaded]
    for row in (frames[:2], frames[2:]):  # of one model, both ways stand in one row
        for column, (model, way) in zip(st.columns(2, gap="medium"), row, strict=False):
            with column, st.container(border=True, height="stretch", gap="small"):
                cell = _frame(model, way, question)
            if cell:
                cells.append(cell)
    return cells


def _frame(model: "Model", way: str, question: Question) -> Cell | None:
    from lab.chat import kind

    tuned = kind(model).tuned
    st.markdown(f"**{literal(model.id)}** {badge(tuned)} :gray-badge[{WAYS[way]}]")
    try:
        reading = read(model, question, way)
    except LabError as error:
        show(error)
        return None
    place = st.empty()
    warn(tuned, templated=way == "template")
    return Cell(model, way, reading, place)


def write(
    cells: Sequence[Cell],
    question: Question,
    settings: "Settings",
    button: "DeltaGenerator",
    in_force: "DeltaGenerator",
) -> None:
    """Fill the cells, unless their answers are there already.

    `button` is the place of what stops or repeats it, `in_force` that of the settings' names.
    """
    from lab.sampling import describe

    key = ([(cell.model.id, cell.way) for cell in cells], question, settings)
    record: Written | None = st.session_state.get(WRITTEN)
    writing = record is None or record.key != key or not record.over
    with button:
        st.button(
            "Stop" if writing else "Write again",
            icon=":material/stop:" if writing else ":material/refresh:",
            key=f"{PAGE}_write",
            on_click=_stop if writing else _forget,
        )
    if record is None or writing:
        record = Written(key, with_seed(settings), [Answer() for _ in cells])
        st.session_state[WRITTEN] = record
    # With the seed, be it one that chance chose: so the texts can be written again.
    in_force.caption(f"In force for every text: {literal(describe(record.settings))}")
    if writing:
        _take_turns(cells, record)
        st.rerun()
    for number, (cell, answer) in enumerate(zip(cells, record.answers, strict=True)):
        with cell.place.container(gap="small"):
            _finished(number, cell, answer, record.settings)


def _stop() -> None:
    st.session_state[WRITTEN].stopped = True


def _forget() -> None:
    st.session_state.pop(WRITTEN, None)


def _take_turns(cells: Sequence[Cell], record: Written) -> None:
    """One token of each text in turn, until all have ended."""
    streams: list[tuple[Cell, Answer, Iterator[Step]]] = [
        (cell, answer, steps(cell.model, cell.reading.ids, record.settings, cell.place))
        for cell, answer in zip(cells, record.answers, strict=True)
    ]
    begin = perf_counter()
    drawn = 0.0
    while streams:
        for stream in tuple(streams):
            cell, answer, text = stream
            try:
                step = next(text, None)
            except LabError as error:
                answer.error, step = error, None
            answer.seconds = perf_counter() - begin
            if step is None:
                streams.remove(stream)
            else:
                record.stopped = True  # whatever interrupts the texts from here on has stopped them
                answer.steps.append(step)
                answer.pieces.append(piece(step))
        if due(perf_counter() - drawn):
            for cell, answer in zip(cells, record.answers, strict=True):
                cell.place.html(in_the_making(answer.pieces, _thought(cell, answer)))
            drawn = perf_counter()


def _thought(cell: Cell, answer: Answer) -> int:
    """How many of the tokens so far are the model's thought."""
    from lab.chat import thought_length

    texts = [step.text for step in answer.steps]
    return thought_length(texts, opened=cell.reading.opens_thought)


def _finished(number: int, cell: Cell, answer: Answer, settings: "Settings") -> None:
    thought = _thought(cell, answer)
    name = f"{cell.model.id}, {WAYS[cell.way]}"
    tokens = [written(cell.model.tokenizer, step) for step in answer.steps]
    if thought:
        with st.expander(f"Thought, {thought} tokens", icon=":material/psychology:"):
            _strip(f"{number}_thought", f"The thought of {name}", tokens[:thought])
    if tokens[thought:]:
        _strip(f"{number}", f"The answer of {name}", tokens[thought:])
    if answer.error:
        show(answer.error)
        return
    count, seconds = len(tokens), answer.seconds
    noun = "token" if count == 1 else "tokens"
    speed = f", {count / seconds:,.0f} per second" if seconds else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count} {noun}{speed}. {ENDS[answer.finish]}")
        if answer.steps:
            keep(cell.model, cell.reading.ids, settings, answer.steps, key=f"{PAGE}_keep_{number}")


def _strip(key: str, label: str, tokens: list[StripToken]) -> None:
    token_strip(tokens, key=f"{PAGE}_text_{key}", label=label, colour="probability", rows=())
