"""Step by step: the distribution before and after the settings, the draw, and your own choice."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import streamlit as st

from lab.charts import decoding as charts
from lab.charts.distribution import percent
from lab.ui.decoding import answers, inputs
from lab.ui.patience import give_way
from lab.ui.text import literal
from lab.ui.token_strip import StripToken, token_strip
from lab.ui.writing import read

if TYPE_CHECKING:
    from lab.models import Model
    from lab.sampling import Stage

HEAD = 12
TOKENS_PER_PLAY, SECONDS_PER_TOKEN = 40, 0.25
NARROWEST_SLICE = 0.004


@dataclass(frozen=True)
class Taken:
    """A token that was appended, by a draw or by hand, and what the model thought of it."""

    token_id: int
    by: Literal["draw", "hand"]
    probability: float
    rank: int


state = st.session_state


def section(prompt: str, model: "Model") -> None:
    st.markdown(
        "One token at a time: what the model offers, what the settings leave of it, and which "
        "token a random number picks. Or pick one yourself, and see where the text goes."
    )
    _start_over_if_new(prompt, model)
    buttons = st.container(horizontal=True, vertical_alignment="center")
    text = st.container()  # below the buttons, which so stay in place while it grows
    with st.expander("Settings", icon=":material/tune:", key="decoding_step_settings"):
        values = {}
        chosen = inputs.stage_picker()
        columns = st.columns(max(1, min(3, len(chosen))))
        for index, knob in enumerate(chosen):
            with columns[index % len(columns)]:
                values[knob] = inputs.slider(knob)
        seed = inputs.seed()
    settings = inputs.settings_of(values, seed)

    import torch

    from lab.sampling import describe, pick, stages, uniform

    prompt_ids = model.tokenizer.encode(prompt)
    last_step = model.context - 1 - len(prompt_ids)
    if 0 <= last_step < state.decoding_at:
        _go(last_step)
        st.info(
            "The context is full: the model cannot look at more tokens.", icon=":material/info:"
        )
    taken, at = state.decoding_taken, state.decoding_at
    ids = (*prompt_ids, *(each.token_id for each in taken[:at]))
    logits = answers.next_logits(model, model.id, ids)
    found = stages(logits, settings, ids, prompt_length=len(prompt_ids))
    number = uniform(seed, at)
    drawn = int(pick(found[-1].probabilities, torch.tensor([number], dtype=torch.float64)))
    with text:
        _text(model, prompt_ids, at)
    with buttons:
        _buttons(_taken(found[0], drawn, "draw"), at)
    st.caption(literal(describe(settings).partition(" At most")[0]))
    _choices(model, found)
    past = taken[at] if at < len(taken) else None
    _draw(model, found[-1], number, drawn)
    _verdict(model, found, past or _taken(found[0], drawn, "draw"), done=past is not None)
    if (playing := state.decoding_playing) and past is None:
        state.decoding_playing = 0  # whatever interrupts the play from here on has ended it
        time.sleep(SECONDS_PER_TOKEN)  # each step is to be seen
        give_way()
        _append(_taken(found[0], drawn, "draw"))
        ended = drawn in model.end_ids or len(ids) + 1 >= model.context
        state.decoding_playing = 0 if ended else playing - 1
        st.rerun()


def _start_over_if_new(prompt: str, model: "Model") -> None:
    if state.get("decoding_of") != (prompt, model.id):
        state.decoding_of = (prompt, model.id)
        _start_over()


def _start_over() -> None:
    state.decoding_turn = state.get("decoding_turn", 0) + 1  # changes with all that is looked at
    state.decoding_taken = []  # what was appended to the prompt
    state.decoding_at = 0  # the step that is looked at: so many tokens were taken before it
    state.decoding_playing = 0  # tokens still to come before playing ends by itself


def _go(to: int) -> None:
    state.decoding_turn += 1
    state.decoding_at = to
    state.decoding_playing = 0


def _play(tokens: int) -> None:
    state.decoding_playing = tokens
    state.decoding_at = len(state.decoding_taken)


def _append(token: Taken) -> None:
    """Take a token at the step that is looked at; what came after it there is forgotten."""
    state.decoding_turn += 1
    state.decoding_taken = [*state.decoding_taken[: state.decoding_at], token]
    state.decoding_at += 1


def _taken(raw: "Stage", token_id: int, by: Literal["draw", "hand"]) -> Taken:
    probability = float(raw.probabilities[token_id])
    return Taken(token_id, by, probability, 1 + int((raw.logits > raw.logits[token_id]).sum()))


def _text(model: "Model", prompt_ids: list[int], at: int) -> None:
    tokens = read(model.tokenizer, prompt_ids)
    for each in state.decoding_taken:
        token = read(model.tokenizer, [each.token_id])[0]
        tokens.append(
            StripToken(
                token.token_id,
                token.data,
                token.control,
                probability=each.probability,
                rank=each.rank,
            )
        )
    clicked = token_strip(
        tokens,
        key="decoding_step_text",
        label="The text so far; a click on a written token goes back to its step",
        colour="probability" if state.decoding_taken else "id",
        rows=(),
        action=True,
    )
    if clicked is not None and clicked >= len(prompt_ids):
        _go(clicked - len(prompt_ids))
        st.rerun()


def _buttons(drawn: Taken, at: int) -> None:
    count = len(state.decoding_taken)
    st.button(
        "Back",
        icon=":material/arrow_back:",
        key="decoding_back",
        disabled=at == 0,
        on_click=_go,
        args=(at - 1,),
    )
    if at < count:
        st.button(
            "Forward",
            icon=":material/arrow_forward:",
            key="decoding_forward",
            on_click=_go,
            args=(at + 1,),
        )
    else:
        st.button(
            "Draw",
            icon=":material/casino:",
            type="primary",
            key="decoding_next",
            on_click=_append,
            args=(drawn,),
        )
    playing = state.decoding_playing > 0
    st.button(
        "Stop" if playing else "Play",
        icon=":material/stop:" if playing else ":material/play_arrow:",
        key="decoding_play",
        on_click=_play,
        args=(0 if playing else TOKENS_PER_PLAY,),
    )
    st.button(
        "Start over",
        icon=":material/undo:",
        type="tertiary",
        key="decoding_start_over",
        disabled=not count,
        on_click=_start_over,
    )
    st.caption(f"Step {at + 1}" + (f" of {count}" if at < count else ", not taken yet"))


def _choices(model: "Model", found: "list[Stage]") -> None:
    raw, last = found[0], found[-1]
    head = raw.probabilities.topk(min(HEAD, len(raw.logits))).indices.tolist()
    data = [token.data for token in read(model.tokenizer, head)]
    sides = {
        "before": (raw, raw, "What the model offers"),
        "after": (last, raw, "What the settings leave"),
    }
    turn = state.decoding_turn
    largest = max(float(stage.probabilities.max()) for stage in (raw, last))  # one scale for both
    for column, (side, (stage, before, title)) in zip(
        st.columns(2, gap="medium"), sides.items(), strict=True
    ):
        key = f"decoding_step_{side}_{turn}"  # another chart each time, with nothing selected
        with column:
            st.plotly_chart(
                charts.stage_bars(
                    head,
                    data,
                    stage.probabilities[head].tolist(),
                    before.probabilities[head].tolist(),
                    stage.kept[head].tolist(),
                    title=title,
                    largest=largest,
                ),
                key=key,
                on_select=lambda key=key: _choose_from(key, turn, raw),
                selection_mode="points",
                config={"displayModeBar": False},
                alt=f"{title}: probabilities of {len(head)} tokens",
            )
            st.caption(_left(stage))
    st.text_input(
        "You choose: click a bar, or write what comes next (mind the space before a word)",
        key="decoding_own_text",
        on_change=_choose_text,
        args=(model, raw),
        placeholder=" and then",
    )


def _left(stage: "Stage") -> str:
    from lab.sampling import entropy

    bits = entropy(stage.probabilities)
    return (
        f"{int(stage.kept.sum()):,} tokens can come. Uncertainty: {bits:.2f} bits, as between "
        f"{2**bits:,.1f} equally likely ones."
    )


def _choose_from(key: str, turn: int, raw: "Stage") -> None:
    # What a quick hand does next, the browser may send together with the same click once more.
    if turn != state.decoding_turn:
        return
    for point in state[key].selection.points:
        _append(_taken(raw, point["customdata"][0], "hand"))


def _choose_text(model: "Model", raw: "Stage") -> None:
    """Append what was written; only its first token was looked at by the model so far."""
    from lab.sampling import Settings, stages

    ids = model.tokenizer.encode(state.decoding_own_text)
    before = [*model.tokenizer.encode(state.decoding_of[0])]
    before += [each.token_id for each in state.decoding_taken[: state.decoding_at]]
    for token_id in ids[: max(0, model.context - len(before) - 1)]:
        _append(_taken(raw, token_id, "hand"))
        before.append(token_id)
        raw = stages(answers.next_logits(model, model.id, tuple(before)), Settings())[0]
    state.decoding_own_text = ""


def _draw(model: "Model", last: "Stage", number: float, drawn: int) -> None:
    from lab.sampling import interval

    wide = (last.probabilities > NARROWEST_SLICE).nonzero().flatten().tolist()
    ids = [*(each for each in wide if each != drawn), drawn]
    pieces = [
        charts.Slice(token.data, low, high)
        for token, (low, high) in zip(
            read(model.tokenizer, ids), interval(last.probabilities, ids).tolist(), strict=True
        )
    ]
    st.plotly_chart(
        charts.draw_strip(pieces, pieces[-1], number),
        key="decoding_draw_strip",
        config={"displayModeBar": False},
        alt=f"The random number {number:.4f} and the token in whose slice it falls",
    )


def _verdict(model: "Model", found: "list[Stage]", token: Taken, *, done: bool) -> None:
    from lab.charts.labels import visible
    from lab.sampling import surprise

    name = literal(visible(read(model.tokenizer, [token.token_id])[0].data))
    after = float(found[-1].probabilities[token.token_id])
    how = {
        ("draw", False): "The draw will take",
        ("draw", True): "The draw took",
        ("hand", True): "You chose",
    }[token.by, done]
    st.markdown(
        f"{how} **{name}**: rank {token.rank:,} for the model, "
        f"probability {percent(token.probability)} before the settings and {percent(after)} "
        f"after them; surprise {surprise(token.probability):.2f} bits."
    )
