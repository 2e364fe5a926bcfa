"""The whole flow on one screen: tokens, embedding, one block opened, what comes next.

This module says what is to be drawn: real tensors of the trace, thinned to a few marks each (of
several neighbouring components the one with the largest size stands for all). `flow.js` draws
it where `layout.js` places it, with the means of `picture.js`.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.charts import palette
from lab.ui.inside.view import View

if TYPE_CHECKING:
    from torch import Tensor

KEY = "inside_flow"
HEIGHT = 508
"""Pixels, the same for every prompt and known before the first one is drawn: no page jumps."""
SCROLLBAR = 14
ROWS = 18
"""Tokens drawn at once: the last ones of a longer prompt."""
MARKS, HEAD_MARKS, NEURON_MARKS = 12, 8, 24
"""Marks in a vector of the stream, of a head, and of the MLP."""
NEXT = 10


def flow(view: View, on_choice: Callable[[str, Any], None]) -> None:
    """Draw the flow; `on_choice(what, value)` is told of a click.

    `what` is "layer", "head" or "position" with a number, "section" with a section's name, or
    "step" with that of a step of the forward pass.
    """

    def chosen() -> None:
        choice = st.session_state[KEY].get("choice")
        if isinstance(choice, dict) and {"what", "value"} <= choice.keys():
            on_choice(choice["what"], choice["value"])

    _draw(key=KEY, data=picture(view), height=HEIGHT + SCROLLBAR, on_choice_change=chosen)


def picture(view: View) -> dict[str, Any]:
    """All that is drawn, as plain numbers."""
    trace, layer, head, position = view.trace, view.layer, view.head, view.position
    config = view.config
    tokens = len(trace.ids)
    first = min(max(0, tokens - ROWS), position)
    rows = slice(first, first + ROWS)
    steps = view.steps
    kv_head = head // (config.heads // config.kv_heads)
    stream = [*trace.hidden[:-1], trace.last_block_output]
    chances = trace.logits[position].softmax(-1)
    best = chances.topk(min(NEXT, len(chances)))
    return {
        "height": HEIGHT,
        "tokens": [
            {"text": view.name(token_id), "hue": hue, "id": token_id}
            for token_id, hue in zip(trace.ids[rows], palette.hues(trace.ids)[rows], strict=True)
        ],
        "first": first,
        "total": tokens,
        "position": position,
        "layer": layer,
        "layers": config.layers,
        "head": head,
        "heads": config.heads,
        "rotary": config.rotary,
        "shapes": {
            "stream": [tokens, config.width],
            "query": [config.heads, tokens, config.head_width],
            "key": [config.kv_heads, tokens, config.head_width],
            "value": [config.kv_heads, tokens, config.head_width],
            "attention": [config.heads, tokens, tokens],
            "mixed": [config.heads, tokens, config.head_width],
            "neurons": [tokens, config.mlp_width],
            "logits": [tokens, config.vocab_size],
        },
        "strips": {
            "embedding": strip(trace.hidden[0][rows]),
            "input": strip(steps["block_input"][rows]),
            "query": strip(steps["query"][head][rows], HEAD_MARKS),
            "key": strip(steps["key"][kv_head][rows], HEAD_MARKS),
            "value": strip(steps["value"][kv_head][rows], HEAD_MARKS),
            "mixed": strip(steps["mixed"][head][rows], HEAD_MARKS),
            "between": strip(steps["between"][rows]),
            "neurons": strip(steps["mlp_activation"][rows], NEURON_MARKS),
            "output": strip(steps["block_output"][rows]),
            "final": strip(trace.hidden[-1][rows]),
        },
        # Not rounded: a share just below one is not one.
        "attention": steps["attention"][head][rows, rows].tolist(),
        "unseen": steps["attention"][head][rows, :first].sum(-1).tolist(),
        "sizes": {
            "stream": _sizes(*(state[position] for state in stream)),
            "rows_in": _sizes(*steps["block_input"][rows]),
            "rows_attention": _sizes(*steps["attention_output"][rows]),
            "rows_between": _sizes(*steps["between"][rows]),
            "rows_mlp": _sizes(*steps["mlp_output"][rows]),
            "rows_output": _sizes(*steps["block_output"][rows]),
            "blocks": _sizes(
                *(after[position] - before[position] for before, after in pairwise(stream))
            ),
            "heads": _head_sizes(view, steps["mixed"][:, position]),
        },
        "next": [
            {"text": view.name(token_id), "id": token_id, "probability": probability}
            for token_id, probability in zip(
                best.indices.tolist(), best.values.tolist(), strict=True
            )
        ],
    }


def strip(vectors: "Tensor", marks: int = MARKS) -> dict[str, Any]:
    """Rows of vectors thinned to at most `marks` marks each, and where the colour is full.

    A mark is the component of largest size among its neighbours, sign kept; `limit` is the size
    that 98 in 100 marks do not exceed.

    >>> import torch
    >>> strip(torch.tensor([[1.0, -3.0, 0.5, 0.25]]), marks=2)["marks"]
    [[-3.0, 0.5]]
    """
    import torch

    vectors = vectors.float()
    parts = vectors.tensor_split(min(marks, vectors.shape[-1]), dim=-1)
    extremes = torch.cat(
        [part.gather(-1, part.abs().argmax(-1, keepdim=True)) for part in parts], dim=-1
    )
    limit = extremes.abs().flatten().kthvalue(max(1, round(0.98 * extremes.numel()))).values
    return {
        "marks": [[round(mark, 3) for mark in row] for row in extremes.tolist()],
        "width": vectors.shape[-1],
        "limit": float(limit) or 1.0,
    }


def _head_sizes(view: View, mixed: "Tensor") -> list[float]:
    """How much each head writes into the stream at the chosen position: the size of its part."""
    weight = view.trace.decoder.blocks[view.layer].attention_output.weight
    slices = weight.chunk(len(mixed), dim=1)
    return _sizes(*(part @ row for part, row in zip(slices, mixed, strict=True)))


def _sizes(*vectors: "Tensor") -> list[float]:
    return [round(float(vector.float().norm()), 3) for vector in vectors]


def _styles() -> str:
    colours = {
        "--query": palette.TEAL,
        "--key": palette.GOLD,
        "--value": palette.PLUM,
        "--probability": palette.PROBABILITY,
        "--lower": palette.LOWER,
        "--higher": palette.HIGHER,
        "--grey": palette.GREY,
        **{f"--token-{index}": hue for index, hue in enumerate(palette.TOKENS)},
    }
    block = "\n".join(f"  {name}: {value};" for name, value in colours.items())
    return f":host {{\n{block}\n}}\n" + (_HERE / "flow.css").read_text()


_HERE = Path(__file__).parent
_draw = st.components.v2.component(
    "inside_flow",
    css=_styles(),
    js="".join(
        (_HERE / f"{part}.js").read_text() for part in ("../percent", "picture", "layout", "flow")
    ),
)
