"""A small model with known weights, which the page takes for the bundled one."""

import shutil
from pathlib import Path

import streamlit as st
import torch
import transformers

from lab.models import catalog
from tests.pages.test_pages import opened

PAGE = "pages/2_Inside_the_model.py"
TEXT = "Once upon a time there was"
LAYER, HEAD, POSITION = 1, 2, 4
VOCABULARY = 5120
COMMON = {"vocab_size": VOCABULARY, "bos_token_id": None, "eos_token_id": None}
SHAPES = {
    "gpt2": {"n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 64},
    "qwen3": {
        "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
        "max_position_embeddings": 64, "tie_word_embeddings": True,
    },
}  # fmt: skip


class Known:
    """A model with known weights in a folder, and what transformers computes with it."""

    def __init__(self, family: str, folder: Path) -> None:
        torch.manual_seed(4)
        config = transformers.AutoConfig.for_model(family, **COMMON, **SHAPES[family])
        self.network = transformers.AutoModelForCausalLM.from_config(
            config, attn_implementation="eager", dtype=torch.float32
        ).eval()
        with torch.no_grad():
            for parameter in self.network.parameters():
                parameter.add_(torch.randn_like(parameter) * 0.15)
        self.network.save_pretrained(folder)
        for name in ("tokenizer.json", "card.json", "README.md"):
            shutil.copy(catalog.bundled()[0].folder / name, folder)
        self.folder, self.family = folder, family
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_file=str(folder / "tokenizer.json")
        )
        self.ids = tokenizer(TEXT)["input_ids"]
        with torch.no_grad():
            self.output = self.network(
                torch.tensor([self.ids]), output_attentions=True, output_hidden_states=True
            )
        self.logits = self.output.logits[0]

    @property
    def blocks(self):
        body = self.network.transformer if self.family == "gpt2" else self.network.model
        return body.h if self.family == "gpt2" else body.layers

    @property
    def read(self):
        """The final norm and the output head."""
        norm = self.network.transformer.ln_f if self.family == "gpt2" else self.network.model.norm
        return lambda x: self.network.lm_head(norm(x))

    @torch.no_grad()
    def adds(self, part):
        """What a vector in the stream adds to all logits, the final norm's own scale kept."""
        body = self.network.transformer if self.family == "gpt2" else self.network.model
        norm = body.ln_f if self.family == "gpt2" else body.norm
        seen = []
        handle = norm.register_forward_pre_hook(lambda _, args: seen.append(args[0][0, POSITION]))
        self.network(torch.tensor([self.ids]))
        handle.remove()
        stream = seen[0]
        if self.family == "gpt2":
            part, stream = part - part.mean(), stream - stream.mean()
        return self.network.lm_head.weight @ (part * norm.weight / stream.square().mean().sqrt())

    def page(self, section="Output", **query):
        place = {"inside_layer": LAYER, "inside_head": HEAD, "inside_position": POSITION}
        query = {**place, **{f"inside_{name}": value for name, value in query.items()}}
        return opened(
            PAGE,
            inside_prompt=TEXT,
            inside_section=section,
            **{name: str(value) for name, value in query.items()},
        )


def forget():
    catalog.bundled.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()
