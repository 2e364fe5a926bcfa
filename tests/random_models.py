"""Small random models of each family: transformers' own, and ours with the same weights."""

from functools import cache

import torch
import transformers

from lab.models import Model
from lab.models.catalog import bundled
from lab.models.config import parse_config
from lab.models.model import ReadableNetwork
from lab.tokenizers import from_file

VOCABULARY = 5120  # the bundled tokenizer's
CONTEXT = 96


@cache
def random_pair(family: str, seed: int = 0, sharpness: float = 4.0):
    """(transformers' model, ours): "gpt2" or "qwen3", weights drawn from `seed`.

    The output is sharpened, so that the distributions are about as uneven as a trained model's.
    """
    torch.manual_seed(seed)
    shape = {
        "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": CONTEXT},
        "qwen3": {
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "max_position_embeddings": CONTEXT,
        },
    }[family]
    config = transformers.AutoConfig.for_model(
        family,
        vocab_size=VOCABULARY,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=5117,
        pad_token_id=5117,
        **shape,
    )
    reference = transformers.AutoModelForCausalLM.from_config(
        config, attn_implementation="eager", dtype=torch.float32
    ).eval()
    with torch.no_grad():
        for parameter in reference.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.3)
        reference.lm_head.weight.mul_(sharpness)
    ours = parse_config(config.to_dict())
    tensors = reference.state_dict()
    model = Model(
        id=f"random-{family}",
        tokenizer=from_file(bundled()[0].folder),
        network=ReadableNetwork(ours, torch.float32, lambda: tensors),
        dtype=torch.float32,
        source="folder",
        folder=bundled()[0].folder,
        context=CONTEXT,
        end_ids=frozenset({5117}),
        config=ours,
    )
    return reference, model
