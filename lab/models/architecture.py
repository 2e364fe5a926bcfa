"""What a model is made of: its modules by name, their shapes, and where the parameters are.

Names, kinds and order are those of transformers' `named_modules`, without importing it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lab.models import weights
from lab.models.config import Config

BYTES = {"float32": 4.0, "bfloat16": 2.0, "int8": 1.0, "int4": 0.5}
"""Bytes per parameter in each precision (scales of quantised blocks come on top)."""

_CLASSES = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}
_ACTIVATIONS = {
    "gelu_new": "NewGELUActivation",
    "gelu_pytorch_tanh": "GELUTanh",
    "gelu": "GELUActivation",
    "silu": "SiLUActivation",
    "relu": "ReLU",
}

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Module:
    """A part of a model, and the parts within it.

    `shapes` are those of its own tensors ("weight", "bias"); `tied` names the module whose
    weight this one shares instead of having its own.
    """

    name: str
    kind: str
    shapes: Mapping[str, tuple[int, ...]]
    children: tuple["Module", ...] = ()
    tied: str | None = None

    @property
    def own_parameters(self) -> int:
        """Numbers learnt in this module itself; tied ones are counted where they live."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def parameters(self) -> int:
        """Numbers learnt in this module and all within it."""
        return self.own_parameters + sum(child.parameters for child in self.children)

    def walk(self, path: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module and all within it, with their dotted names; its own name is `path`."""
        yield path, self
        for child in self.children:
            yield from child.walk(f"{path}.{child.name}" if path else child.name)

    def find(self, path: str) -> "Module":
        """The module of a dotted name within this one; `KeyError` if there is none.

        >>> from lab.models.config import parse_config
        >>> gpt2 = build(parse_config({"model_type": "gpt2"}))
        >>> gpt2.find("transformer.h.0.attn.c_attn").shapes
        {'weight': (768, 2304), 'bias': (2304,)}
        """
        return dict(self.walk())[path]


def build(config: Config, shapes: Shapes | None = None) -> Module:
    """The tree of a model of this shape.

    `shapes` are the tensors that a checkpoint really has, by name; without them, the ones that
    the config calls for.

    >>> from lab.models.config import parse_config
    >>> gpt2 = build(parse_config({"model_type": "gpt2"}))
    >>> gpt2.parameters
    124439808
    >>> len(list(gpt2.find("transformer").walk()))
    162
    """
    shapes = weights.shapes(config) if shapes is None else shapes
    if config.model_type == "gpt2":
        if "wte.weight" in shapes:  # the original checkpoint leaves the first name out
            shapes = {f"transformer.{name}": shape for name, shape in shapes.items()}
        return _gpt2(config, shapes)
    return _llama(config, shapes)


class _Builder:
    """Makes modules, giving each the tensors that bear its name."""

    def __init__(self, shapes: Shapes) -> None:
        self._own: dict[str, dict[str, tuple[int, ...]]] = {}
        for name, shape in shapes.items():
            path, _, tensor = name.rpartition(".")
            self._own.setdefault(path, {})[tensor] = tuple(shape)

    def __call__(self, path: str, kind: str, *children: Module, tied: str | None = None) -> Module:
        own = {} if tied else self._own.get(path, {})
        return Module(path.rpartition(".")[2], kind, own, children, tied)


def _gpt2(config: Config, shapes: Shapes) -> Module:
    make = _Builder(shapes)

    def block(at: str) -> Module:
        return make(
            at,
            "GPT2Block",
            make(f"{at}.ln_1", "LayerNorm"),
            make(
                f"{at}.attn",
                "GPT2Attention",
                make(f"{at}.attn.c_attn", "Conv1D"),
                make(f"{at}.attn.c_proj", "Conv1D"),
                make(f"{at}.attn.attn_dropout", "Dropout"),
                make(f"{at}.attn.resid_dropout", "Dropout"),
            ),
            make(f"{at}.ln_2", "LayerNorm"),
            make(
                f"{at}.mlp",
                "GPT2MLP",
                make(f"{at}.mlp.c_fc", "Conv1D"),
                make(f"{at}.mlp.c_proj", "Conv1D"),
                make(f"{at}.mlp.act", _ACTIVATIONS[config.activation]),
                make(f"{at}.mlp.dropout", "Dropout"),
            ),
        )

    blocks = [block(f"transformer.h.{layer}") for layer in range(config.layers)]
    body = make(
        "transformer",
        "GPT2Model",
        make("transformer.wte", "Embedding"),
        make("transformer.wpe", "Embedding"),
        make("transformer.drop", "Dropout"),
        make("transformer.h", "ModuleList", *blocks),
        make("transformer.ln_f", "LayerNorm"),
    )
    head = make("lm_head", "Linear", tied="transformer.wte" if config.tied else None)
    return Module("", "GPT2LMHeadModel", {}, (body, head))


def _llama(config: Config, shapes: Shapes) -> Module:
    make = _Builder(shapes)
    prefix = _CLASSES[config.model_type]
    normed_heads = ("q_norm", "k_norm") if config.model_type == "qwen3" else ()

    def block(at: str) -> Module:
        projections = (f"{part}_proj" for part in "qkvo")
        return make(
            at,
            f"{prefix}DecoderLayer",
            make(
                f"{at}.self_attn",
                f"{prefix}Attention",
                *(make(f"{at}.self_attn.{name}", "Linear") for name in projections),
                *(make(f"{at}.self_attn.{name}", f"{prefix}RMSNorm") for name in normed_heads),
            ),
            make(
                f"{at}.mlp",
                f"{prefix}MLP",
                *(make(f"{at}.mlp.{part}_proj", "Linear") for part in ("gate", "up", "down")),
                make(f"{at}.mlp.act_fn", _ACTIVATIONS[config.activation]),
            ),
            make(f"{at}.input_layernorm", f"{prefix}RMSNorm"),
            make(f"{at}.post_attention_layernorm", f"{prefix}RMSNorm"),
        )

    blocks = [block(f"model.layers.{layer}") for layer in range(config.layers)]
    body = make(
        "model",
        f"{prefix}Model",
        make("model.embed_tokens", "Embedding"),
        make("model.layers", "ModuleList", *blocks),
        make("model.norm", f"{prefix}RMSNorm"),
        make("model.rotary_emb", f"{prefix}RotaryEmbedding"),
    )
    head = make("lm_head", "Linear", tied="model.embed_tokens" if config.tied else None)
    return Module("", f"{prefix}ForCausalLM", {}, (body, head))
