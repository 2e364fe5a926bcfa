"""The rules by which the cells of each step are made, in one line each."""

from collections.abc import Mapping

from lab.models.decoder import Decoder


def formula(step: str, decoder: Decoder, layer: int) -> str:
    """How a cell of a step is made, in one line; with a bias where this model has one.

    >>> from lab.models import load
    >>> formula("query", load("mini-gpt2").decoder, 0)
    'row of W · normalised stream + bias'
    """
    block = decoder.blocks[layer]
    norm = {
        "attention_norm": block.attention_norm,
        "mlp_norm": block.mlp_norm,
        "query": block.query_norm,
        "key": block.key_norm,
        "final_norm": decoder.final_norm,
    }.get(step)
    if norm is None:
        made_by = {
            "query": block.query_key_value,
            "key": block.query_key_value,
            "value": block.query_key_value,
            "attention_output": block.attention_output,
            "mlp_gate": block.mlp_input,
            "mlp_up": block.mlp_input,
            "mlp_output": block.mlp_output,
        }.get(step)
        biased = made_by is None or made_by.bias is not None
        return _FORMULAS[step] if biased else _FORMULAS[step].removesuffix(" + bias")
    of = "(row of W · normalised stream)" if step in ("query", "key") else "x"
    if norm.bias is None:
        return f"{of} ÷ root mean square × weight"
    return f"({of} − mean) ÷ spread × weight + bias"


_FORMULAS: Mapping[str, str] = {
    "token_embedding": "the id's row of the token table, the component's column",
    "position_embedding": "the position's row of the position table, the component's column",
    "block_input": "sum of what was written so far",
    "query": "row of W · normalised stream + bias",
    "key": "row of W · normalised stream + bias",
    "value": "row of W · normalised stream + bias",
    "rotated_query": "own component × cosine ± its partner × sine",
    "rotated_key": "own component × cosine ± its partner × sine",
    "scores": "query · key ÷ √K",
    "masked_scores": "the score, or minus infinity for a later token",
    "attention": "e^(score − largest) ÷ their sum over the row",
    "mixed": "sum of attention × value over the tokens",
    "attention_output": "row of W · mixed values of all heads + bias",
    "between": "stream + attention",
    "mlp_gate": "row of W · normalised stream + bias",
    "mlp_up": "row of W · normalised stream + bias",
    "mlp_activation": "the activation of the widened value",
    "mlp_output": "row of W · neurons + bias",
    "block_output": "stream + MLP",
    "logits": "the token's row of the output matrix · final state",
}
