"""Models that no page is shown with as it ships."""

import shutil

import pytest
import torch
from transformers import AutoModelForCausalLM, Qwen3Config

from tests.chat.folders import folder_with
from tests.random_models import random_pair


@pytest.fixture(scope="session")
def thinker(tmp_path_factory):
    """The folder of a random model whose template has a thinking switch."""
    folder = folder_with("thinking", tmp_path_factory.mktemp("thinker"))
    config = random_pair("qwen3")[0].config.to_dict()
    config |= {"vocab_size": 5122, "max_position_embeddings": 512}
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(Qwen3Config(**config))
    model.save_pretrained(folder)
    (folder / "generation_config.json").write_text('{"eos_token_id": [5119], "temperature": 0.6}')
    return folder


@pytest.fixture
def thinker_aloud(thinker, tmp_path):
    """The same with a template that opens a thought, in which the answer begins."""
    folder = shutil.copytree(thinker, tmp_path / "aloud")
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text() + "{{ '<think>\\n' }}")
    return folder
