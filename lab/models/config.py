"""What a decoder's shape is, read from a Hugging Face `config.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.errors import LabError

FAMILIES = ("gpt2", "llama", "qwen2", "qwen3")

ACTIVATIONS = ("gelu_new", "gelu_pytorch_tanh", "gelu", "silu", "relu")
"""Those that our decoder computes, by the names that configs have for them."""


@dataclass(frozen=True)
class RopeScaling:
    """Llama 3's stretching of the slow rotary frequencies (`rope_type: "llama3"`)."""

    factor: float
    low_frequency_factor: float
    high_frequency_factor: float
    original_context: int


@dataclass(frozen=True)
class Config:
    """The shape of a decoder of the GPT-2 or the Llama / Qwen family.

    Widths are numbers of components. `kv_heads < heads` is grouped-query attention;
    `rope_theta is None` means learned positions (GPT-2).
    """

    model_type: str
    vocab_size: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    head_width: int
    mlp_width: int
    context: int
    norm_eps: float
    activation: str
    tied: bool
    rope_theta: float | None = None
    rope_scaling: RopeScaling | None = None

    @property
    def query_width(self) -> int:
        """Components of all query heads together; equals `width` in GPT-2."""
        return self.heads * self.head_width

    @property
    def kv_width(self) -> int:
        """Components of all key (or value) heads together."""
        return self.kv_heads * self.head_width

    @property
    def rotary(self) -> bool:
        """Whether positions enter by rotating queries and keys (else: a learned table)."""
        return self.rope_theta is not None


def parse_config(values: Mapping[str, Any]) -> Config:
    """Read the fields of a `config.json` into a `Config`.

    Raises `LabError` where the architecture is not one that our decoder computes, or where the
    file asks for a variant of it (sliding windows, exotic rotary scalings or activations) that it
    does not.

    >>> parse_config({"model_type": "gpt2"}).width
    768
    >>> parse_config({"model_type": "mamba"})
    Traceback (most recent call last):
    lab.errors.LabError: This model has the architecture 'mamba'. ...
    """
    family = values.get("model_type")
    if family not in FAMILIES:
        raise _unsupported(f"This model has the architecture {family!r}.")
    config = _gpt2(values) if family == "gpt2" else _llama(values)
    whole = config.heads > 0 < config.kv_heads and config.heads % config.kv_heads == 0
    if not whole or (config.rotary and config.head_width % 2):
        raise _unsupported(
            f"This model's {config.heads} query heads of {config.head_width} components do not "
            f"fit its {config.kv_heads} key heads."
        )
    return config


def _unsupported(what: str) -> LabError:
    return LabError(
        what,
        f"The readable decoder computes the families {', '.join(FAMILIES)} in their plain form.",
        "Choose a model of one of them for the views inside a model.",
    )


def _activation(name: Any) -> str:
    if name == "swish":
        return "silu"  # its older name
    if name not in ACTIVATIONS:
        raise _unsupported(f"This model has the activation {name!r}.")
    return str(name)


def _gpt2(values: Mapping[str, Any]) -> Config:
    if values.get("scale_attn_by_inverse_layer_idx") or not values.get("scale_attn_weights", True):
        raise _unsupported("This GPT-2 scales its attention in an unusual way.")
    width, heads = values.get("n_embd", 768), values.get("n_head", 12)
    return Config(
        model_type="gpt2",
        vocab_size=values.get("vocab_size", 50257),
        width=width,
        layers=values.get("n_layer", 12),
        heads=heads,
        kv_heads=heads,
        head_width=width // heads,
        mlp_width=values.get("n_inner") or 4 * width,
        context=values.get("n_positions", 1024),
        norm_eps=values.get("layer_norm_epsilon", 1e-5),
        activation=_activation(values.get("activation_function", "gelu_new")),
        tied=values.get("tie_word_embeddings", True),
    )


def _llama(values: Mapping[str, Any]) -> Config:
    if values.get("use_sliding_window") or "sliding_attention" in values.get("layer_types", ()):
        raise _unsupported("This model attends through a sliding window in some layers.")
    # transformers 5 writes `rope_parameters`; before it, theta stood alone beside `rope_scaling`.
    rope = values.get("rope_parameters") or values.get("rope_scaling") or {}
    theta = rope.get("rope_theta") or values.get("rope_theta") or 10_000.0
    kind = rope.get("rope_type") or rope.get("type") or "default"
    if kind not in ("default", "llama3"):
        raise _unsupported(f"This model scales its rotary positions by {kind!r}.")
    if values.get("partial_rotary_factor", 1.0) != 1.0:
        raise _unsupported("This model rotates only part of each head.")
    heads = values["num_attention_heads"]
    return Config(
        model_type=values["model_type"],
        vocab_size=values["vocab_size"],
        width=values["hidden_size"],
        layers=values["num_hidden_layers"],
        heads=heads,
        kv_heads=values.get("num_key_value_heads") or heads,
        head_width=values.get("head_dim") or values["hidden_size"] // heads,
        mlp_width=values["intermediate_size"],
        context=values["max_position_embeddings"],
        norm_eps=values.get("rms_norm_eps", 1e-6),
        activation=_activation(values.get("hidden_act", "silu")),
        tied=values.get("tie_word_embeddings", False),
        rope_theta=float(theta),
        rope_scaling=None
        if kind == "default"
        else RopeScaling(
            factor=rope["factor"],
            low_frequency_factor=rope["low_freq_factor"],
            high_frequency_factor=rope["high_freq_factor"],
            original_context=rope["original_max_position_embeddings"],
        ),
    )
