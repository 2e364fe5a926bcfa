"""The steps from ids to logits, in order: what each does, why, and where transformers does it."""

from dataclasses import dataclass

from lab.models.config import Config


@dataclass(frozen=True)
class Step:
    """One intermediate on the way from ids to logits.

    `name` is what `lab.models.decoder` shows a tap; `module` is the place in transformers whose
    output it is (an input where it says so; None where no module has it): in a block for a step of
    a block, else in the whole model.
    """

    name: str
    title: str
    shape: str
    module: str | None
    what: str
    why: str


def first_steps(config: Config) -> tuple[Step, ...]:
    """The steps before the first block.

    >>> from lab.models.config import parse_config
    >>> [step.name for step in first_steps(parse_config({"model_type": "gpt2"}))]
    ['token_embedding', 'position_embedding']
    """
    gpt2 = config.model_type == "gpt2"
    token = Step(
        "token_embedding", "Token embedding", "T × D",
        "transformer.wte" if gpt2 else "model.embed_tokens",
        "Each id picks its row of a table.",
        "Words become numbers that can be computed with.",
    )  # fmt: skip
    position = Step(
        "position_embedding", "Position embedding", "T × D", "transformer.wpe",
        "Each position picks its row of another table.",
        "Without it, a sentence would be a bag of words.",
    )  # fmt: skip
    return (token,) if config.rotary else (token, position)


def last_steps(config: Config) -> tuple[Step, ...]:
    """The steps after the last block.

    >>> from lab.models.config import parse_config
    >>> [step.name for step in last_steps(parse_config({"model_type": "gpt2"}))]
    ['final_norm', 'logits']
    """
    gpt2 = config.model_type == "gpt2"
    return (
        Step(
            "final_norm", f"Final {'LayerNorm' if gpt2 else 'RMSNorm'}", "T × D",
            "transformer.ln_f" if gpt2 else "model.norm",
            "What the last block left is brought to a standard size once more.",
            "The output matrix reads a stream of known scale.",
        ),
        Step(
            "logits", "Logits", "T × V", "lm_head",
            "Each final state meets the row of every token: one product is one score.",
            "The higher the score beside the others, the likelier the token comes next.",
        ),
    )  # fmt: skip


def steps(config: Config) -> tuple[Step, ...]:
    """The steps of a block of this family.

    >>> from lab.models.config import parse_config
    >>> [step.name for step in steps(parse_config({"model_type": "gpt2"}))][:3]
    ['block_input', 'attention_norm', 'query']
    """
    gpt2 = config.model_type == "gpt2"
    norm = "LayerNorm" if gpt2 else "RMSNorm"
    one, two = ("ln_1", "ln_2") if gpt2 else ("input_layernorm", "post_attention_layernorm")
    attention, into, out = (
        ("attn", "attn.c_attn", "attn.c_proj")
        if gpt2
        else ("self_attn", "self_attn.{}_proj", "self_attn.o_proj")
    )
    up, activation, down = (
        ("mlp.c_fc", "mlp.act", "mlp.c_proj")
        if gpt2
        else ("mlp.up_proj", "mlp.down_proj (input)", "mlp.down_proj")
    )
    query, key, value = (into.format(part) for part in "qkv")
    if config.model_type == "qwen3":
        query, key = "self_attn.q_norm", "self_attn.k_norm"
    rows: list[tuple[str, str, str, str | None, str, str]] = [
        ("block_input", "Residual stream", "T × D", f"{one} (input)",
         "One vector per token: all that earlier parts have written about it.",
         "Everything reads from this stream and adds to it; nothing overwrites it."),
        ("attention_norm", f"{norm} before attention", "T × D", one,
         "Each vector is brought to a standard size, then weighted component by component.",
         "Keeps the numbers in a range where training is stable, however deep the model."),
        ("query", "Queries", "H × T × K", query,
         "Each head asks, for every token: what am I looking for?",
         "A query meets the keys to decide whom to listen to."),
        ("key", "Keys", "G × T × K", key,
         "Each head announces, for every token: this is what I have.",
         "Tokens whose key agrees with a query get its attention."),
        ("value", "Values", "G × T × K", value,
         "Each head prepares, for every token: this is what I pass on.",
         "What is gathered differs from what is compared."),
        ("rotated_query", "Rotated queries", "H × T × K", None,
         "Pairs of components are turned by an angle that grows with the position.",
         "A product with a key then depends on how far apart the two tokens are."),
        ("rotated_key", "Rotated keys", "G × T × K", None,
         "The same turn for the keys.",
         "Order enters here; there is no table of positions."),
        ("scores", "Scores", "H × T × T", None,
         "Query times key, divided by the square root of the head's width.",
         "Without the division, wide heads would have huge scores and look at one token only."),
        ("masked_scores", "Masked scores", "H × T × T", None,
         "Scores of later tokens become minus infinity.",
         "A token must not see the future that it is to predict."),
        ("attention", "Attention", "H × T × T", f"{attention} (weights)",
         "Softmax turns each row of scores into shares that add up to one.",
         "Every token spreads one unit of attention over itself and those before it."),
        ("mixed", "Mixed values", "H × T × K", f"{out} (input)",
         "Each token's average of the values, weighted by its attention.",
         "The only place where information moves from token to token."),
        ("attention_output", "Output projection", "T × D", out,
         "All heads side by side, times one matrix.",
         "Brings what the heads found back to the width of the stream."),
        ("between", "Stream after attention", "T × D", f"{two} (input)",
         "The stream plus what attention found.",
         "Adding keeps the old and lets gradients flow straight through."),
        ("mlp_norm", f"{norm} before the MLP", "T × D", two,
         "Again each vector is brought to a standard size.",
         "The MLP reads a stream of known scale."),
        ("mlp_gate", "MLP: gate", "T × M", "mlp.gate_proj",
         "A wide layer that decides how far each neuron opens.",
         "A product of two inputs can express more than a sum."),
        ("mlp_up", "MLP: widen", "T × M", up,
         "A linear layer to several times the width.",
         "Room for many small detectors."),
        ("mlp_activation", "MLP: neurons", "T × M", activation,
         f"Bent by {config.activation}: negative values fade, positive ones pass."
         + ("" if gpt2 else " Then gate times up."),
         "Without a bend, two linear layers would be one."),
        ("mlp_output", "MLP: narrow", "T × D", down,
         "A linear layer back to the width of the stream.",
         "Each active neuron writes its own vector into the stream."),
        ("block_output", "Stream after the MLP", "T × D", "",
         "The stream plus what the MLP found.",
         "It enters the next block."),
    ]  # fmt: skip
    present = [Step(*row) for row in rows]
    absent = {"rotated_query", "rotated_key", "mlp_gate"} if gpt2 else set()
    return tuple(step for step in present if step.name not in absent)
