"""Section: the modules, the steps, and where the parameters are."""

import streamlit as st

from lab.charts.inside import treemap
from lab.models.architecture import BYTES, Module, build
from lab.models.config import Config, parse_config
from lab.models.steps import Step, first_steps, last_steps, steps
from lab.ui.inside.view import View
from lab.ui.text import literal, size

QWEN3 = {
    "model_type": "qwen3",
    "vocab_size": 151_936,
    "hidden_size": 1024,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "intermediate_size": 3072,
    "max_position_embeddings": 40_960,
    "rope_theta": 1_000_000.0,
    "tie_word_embeddings": True,
}
"""The shape of Qwen3-0.6B."""
PARTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Norm before attention", ("ln_1",), ("input_layernorm",)),
    ("Queries, keys, values", ("attn.c_attn",), tuple(f"self_attn.{each}_proj" for each in "qkv")),
    ("Norm of queries and keys", (), ("self_attn.q_norm", "self_attn.k_norm")),
    ("Output projection", ("attn.c_proj",), ("self_attn.o_proj",)),
    ("Norm before the MLP", ("ln_2",), ("post_attention_layernorm",)),
    ("MLP: widen", ("mlp.c_fc",), ("mlp.gate_proj", "mlp.up_proj")),
    ("MLP: bend", ("mlp.act",), ("mlp.act_fn",)),
    ("MLP: narrow", ("mlp.c_proj",), ("mlp.down_proj",)),
    (
        "Dropout, in training only",
        ("attn.attn_dropout", "attn.resid_dropout", "mlp.dropout"),
        (),
    ),
)
"""What a block of GPT-2 and one of Qwen3 have for the same part."""
NUMBERS = {"Parameters": st.column_config.NumberColumn(format="localized")}


def section(view: View) -> None:
    """The tree with a search, the treemap, memory, the steps, and two families side by side."""
    tree = build(
        view.config,
        {name: tuple(each.shape) for name, each in view.model.network.parameters().items()},
    )
    st.subheader("What it is made of", anchor=False)
    modules = [(path, module) for path, module in tree.walk() if path]
    tied = next((module.tied for _, module in modules if module.tied), None)
    body = tree.children[0]
    st.markdown(
        f"**{tree.parameters:,}** parameters in {len(modules)} named modules, "
        f"{len(list(body.walk()))} of them in `{body.name}`. "
        + (f"The output head shares its weight with `{tied}`; it is counted once." if tied else "")
    )
    st.plotly_chart(
        _treemap(modules),
        key="inside_treemap",
        config={"displayModeBar": False},
        alt="Parameters by part of the model",
    )
    _table(modules)
    _memory(tree.parameters)
    st.subheader("From ids to logits, step by step", anchor=False)
    _steps(view.config)
    st.subheader("Two families side by side", anchor=False)
    st.markdown(
        "A block of GPT-2 small and one of Qwen3-0.6B, drawn from their configurations. Same plan, "
        "newer parts: rotary positions, fewer key and value heads, normed queries and keys, a "
        "gated MLP, no biases."
    )
    _families()


def _treemap(modules: list[tuple[str, Module]]) -> object:
    shown = [(path, module) for path, module in modules if module.parameters]
    return treemap(
        [path for path, _ in shown],
        [path.rpartition(".")[0] for path, _ in shown],
        [module.name for _, module in shown],
        [module.parameters for _, module in shown],
    )


def _table(modules: list[tuple[str, Module]]) -> None:
    sought = st.text_input(
        "Search the modules", key="inside_modules", bind="query-params", live=True,
        placeholder="attn, h.0, LayerNorm …",
    )  # fmt: skip
    word = (sought or "").strip().lower()
    found = [
        (path, module)
        for path, module in modules
        if word in path.lower() or word in module.kind.lower()
    ]
    if not found:
        st.caption(f"No module has “{literal(word)}” in its name or kind.")
        return
    st.dataframe(
        [_row(path, module) for path, module in found],
        hide_index=True,
        height=360,
        alt="Modules with their shapes and parameters",
        column_config=NUMBERS,
    )


def _memory(parameters: int) -> None:
    st.markdown("**Memory for the weights**")
    with st.container(horizontal=True, gap="medium"):
        for precision, each in BYTES.items():
            st.metric(precision, size(parameters * each, "B"), width="content")
    st.caption("int8 and int4 need some scales on top.")


def _row(path: str, module: Module) -> dict[str, str | int]:
    return {
        "Module": path,
        "Kind": module.kind,
        "Shapes": ", ".join(
            f"{name} {' × '.join(map(str, shape))}"
            for name, shape in sorted(module.shapes.items(), reverse=True)
        )
        or (f"shares {module.tied}.weight" if module.tied else ""),
        "Parameters": module.parameters,
    }


def _steps(config: Config) -> None:
    st.caption(
        f"T tokens, D = {config.width} components, H = {config.heads} heads, "
        f"G = {config.kv_heads} key and value heads, K = {config.head_width} components per head, "
        f"M = {config.mlp_width} neurons, V = {config.vocab_size:,} tokens known. Names in small "
        f"print are transformers' modules; those between the embeddings and the final norm are in "
        f"each of the {config.layers} blocks."
    )
    st.table(
        [
            {
                "Step, and where": f"{step.title}  \n{_place(step)}",
                "Shape": step.shape.replace(" ", "\u00a0"),  # on one line
                "What it does, and why": f"{step.what} *{step.why}*",
            }
            for step in (*first_steps(config), *steps(config), *last_steps(config))
        ],
        hide_index=True,
        alt="The steps from ids to logits",
    )


def _place(step: Step) -> str:
    if step.module is None:
        return "in no module of its own"
    return f"`{step.module}`" if step.module else "the block itself"


def _families() -> None:
    """Part by part, what a block of either family has for it."""
    gpt2, qwen3 = build(parse_config({"model_type": "gpt2"})), build(parse_config(QWEN3))
    older, newer = gpt2.find("transformer.h.0"), qwen3.find("model.layers.0")
    rows = [(part, _modules(older, old), _modules(newer, new)) for part, old, new in PARTS]
    for whole, left, right in (("The block", older, newer), ("The model", gpt2, qwen3)):
        rows.append((f"**{whole}**", f"**{left.parameters:,}**", f"**{right.parameters:,}**"))
    st.table(
        [dict(zip(("Part", "GPT-2 small", "Qwen3-0.6B"), row, strict=True)) for row in rows],
        hide_index=True,
        alt="The parts of a block of GPT-2 small and of Qwen3-0.6B, with their parameters",
    )


def _modules(block: Module, names: tuple[str, ...]) -> str:
    return "  \n".join(_module(name, block.find(name)) for name in names) or "none"


def _module(name: str, module: Module) -> str:
    if not module.shapes:
        return f"`{name}` {module.kind}"
    shapes = " and ".join(" × ".join(map(str, shape)) for shape in module.shapes.values())
    return f"`{name}` {module.kind} {shapes}: {module.parameters:,}"
