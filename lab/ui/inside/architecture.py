"""Section: the modules, the steps, and where the parameters are."""

import streamlit as st

from lab.charts.inside import treemap
from lab.models.architecture import BYTES, Module, build
from lab.models.config import Config, parse_config
from lab.models.steps import Step, steps
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
    st.markdown(
        f"**{tree.parameters:,}** parameters in {len(modules)} named modules. "
        + (f"The output head shares its weight with `{tied}`; it is counted once." if tied else "")
    )
    st.plotly_chart(
        _treemap(modules),
        key="inside_treemap",
        config={"displayModeBar": False},
        alt="Parameters by part of the model",
    )
    left, right = st.columns([3, 1], gap="large")
    with left:
        _table(modules)
    with right:
        st.markdown("**Memory for the weights**")
        st.dataframe(
            [
                {"Precision": name, "Memory": size(tree.parameters * each, "B")}
                for name, each in BYTES.items()
            ],
            hide_index=True,
            alt="Memory per precision",
        )
        st.caption("int8 and int4 need some scales on top.")
    st.subheader("One block, step by step", anchor=False)
    _steps(view.config)
    st.subheader("Two families side by side", anchor=False)
    st.markdown(
        "A block of GPT-2 small and one of Qwen3-0.6B, drawn from their configurations. Same plan, "
        "newer parts: rotary positions, fewer key and value heads, normed queries and keys, a "
        "gated MLP, no biases."
    )
    columns = st.columns(2, gap="large")
    for column, title, config, block in (
        (columns[0], "GPT-2 small", parse_config({"model_type": "gpt2"}), "transformer.h.0"),
        (columns[1], "Qwen3-0.6B", parse_config(QWEN3), "model.layers.0"),
    ):
        with column:
            _block(title, build(config), block)


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
        f"M = {config.mlp_width} neurons."
    )
    st.table(
        [
            {
                "Step": step.title,
                "Shape": step.shape,
                "Where in transformers": _place(step),
                "What it does": step.what,
                "Why": step.why,
            }
            for step in steps(config)
        ],
        hide_index=True,
        alt="The steps of a block",
    )


def _place(step: Step) -> str:
    if step.module is None:
        return "in no module of its own"
    return f"`{step.module}`" if step.module else "the block itself"


def _block(title: str, tree: Module, path: str) -> None:
    block = tree.find(path)
    st.markdown(
        f"**{title}**: {tree.parameters:,} parameters, {block.parameters:,} of them in each block"
    )
    st.dataframe(
        [_row(name, module) for name, module in block.walk() if name],
        hide_index=True,
        height="content",
        alt=f"The modules of a block of {title}",
        column_config=NUMBERS,
    )
