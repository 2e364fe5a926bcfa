"""The same intermediates from transformers' own modules, to compare with.

The only place where hooks are used: on an instance that is loaded for this one question and then
dropped, so nothing is shared. It reads what transformers' modules take in and give out; scores
and rotated queries never leave a module there, so there is nothing to compare them with.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from lab.models.model import Model, id_row

Take = Callable[[Tensor], Tensor]


def reference(model: Model, ids: Sequence[int], layer: int) -> Mapping[str, Tensor]:
    """transformers' intermediates of one block, of what is before the first and after the last.

    Names and shapes as in `lab.models.tracing.Trace`, its `steps` and `ends`; computed with eager
    attention in the model's precision. Raises `LabError` for ids that the model cannot read.
    """
    from transformers import AutoModelForCausalLM

    row = id_row(model, ids)
    config = model.decoder.config
    network: Any = AutoModelForCausalLM.from_pretrained(
        model.folder,
        dtype=model.decoder.embedding.dtype,
        attn_implementation="eager",
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
    ).eval()
    seen: dict[str, Tensor] = {}
    with torch.inference_mode():
        if config.model_type == "gpt2":
            _output(seen, "token_embedding", network.transformer.wte)
            _output(seen, "position_embedding", network.transformer.wpe)
            _watch_gpt2(network.transformer.h[layer], config.head_width, seen)
            _output(seen, "final_norm", network.transformer.ln_f)
        else:
            _output(seen, "token_embedding", network.model.embed_tokens)
            _watch_llama(network.model.layers[layer], config.head_width, seen)
            _output(seen, "final_norm", network.model.norm)
        output = network(row, output_attentions=True, output_hidden_states=True)
    seen["attention"] = output.attentions[layer][0]
    seen["logits"] = output.logits[0].float()
    return seen


def _heads(width: int) -> Take:
    """(T, H*K) or (T, H, K) -> (H, T, K)."""
    return lambda x: x.reshape(x.shape[0], -1, width).transpose(0, 1)


def _third(index: int, then: Take) -> Take:
    """One of queries, keys and values, which GPT-2 has side by side."""
    return lambda x: then(x.chunk(3, dim=-1)[index])


def _whole(x: Tensor) -> Tensor:
    return x


def _output(seen: dict[str, Tensor], name: str, module: Any, take: Take = _whole) -> None:
    module.register_forward_hook(
        lambda _, __, output: seen.__setitem__(
            name, take((output[0] if isinstance(output, tuple) else output)[0])
        )
    )


def _input(seen: dict[str, Tensor], name: str, module: Any, take: Take = _whole) -> None:
    module.register_forward_pre_hook(lambda _, args: seen.__setitem__(name, take(args[0][0])))


def _watch_gpt2(block: Any, width: int, seen: dict[str, Tensor]) -> None:
    heads = _heads(width)
    _input(seen, "block_input", block.ln_1)
    _output(seen, "attention_norm", block.ln_1)
    for index, name in enumerate(("query", "key", "value")):
        _output(seen, name, block.attn.c_attn, _third(index, heads))
    _input(seen, "mixed", block.attn.c_proj, heads)
    _output(seen, "attention_output", block.attn.c_proj)
    _input(seen, "between", block.ln_2)
    _output(seen, "mlp_norm", block.ln_2)
    _output(seen, "mlp_up", block.mlp.c_fc)
    _output(seen, "mlp_activation", block.mlp.act)
    _output(seen, "mlp_output", block.mlp.c_proj)
    _output(seen, "block_output", block)


def _watch_llama(block: Any, width: int, seen: dict[str, Tensor]) -> None:
    heads, attention = _heads(width), block.self_attn
    _input(seen, "block_input", block.input_layernorm)
    _output(seen, "attention_norm", block.input_layernorm)
    _output(seen, "query", getattr(attention, "q_norm", attention.q_proj), heads)
    _output(seen, "key", getattr(attention, "k_norm", attention.k_proj), heads)
    _output(seen, "value", attention.v_proj, heads)
    _input(seen, "mixed", attention.o_proj, heads)
    _output(seen, "attention_output", attention.o_proj)
    _input(seen, "between", block.post_attention_layernorm)
    _output(seen, "mlp_norm", block.post_attention_layernorm)
    _output(seen, "mlp_gate", block.mlp.gate_proj)
    _output(seen, "mlp_up", block.mlp.up_proj)
    _input(seen, "mlp_activation", block.mlp.down_proj)
    _output(seen, "mlp_output", block.mlp.down_proj)
    _output(seen, "block_output", block)
