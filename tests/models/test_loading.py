"""What can be loaded, what is refused, and that a refusal is a plain sentence."""

import json
import shutil

import pytest
import torch
import transformers

from lab.errors import LabError
from lab.models import forward, load, reader
from lab.models.catalog import bundled
from lab.models.config import parse_config
from lab.models.weights import assemble

MINI = bundled()[0].id


@pytest.fixture(scope="module")
def mini():
    return load(MINI)


@pytest.fixture
def folder(tmp_path):
    """A copy of a bundled model's folder, to be damaged."""
    return shutil.copytree(bundled()[0].folder, tmp_path / "copy")


@pytest.mark.parametrize("card", bundled(), ids=lambda card: card.id)
def test_bundled_models_open_with_transformers_and_agree(card):
    model = load(card.id)
    reference = transformers.AutoModelForCausalLM.from_pretrained(card.folder, dtype=torch.float32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(card.folder)
    text = 'Once upon a time there was a little fox, who said: "I\'m 12!"\n'
    ids = model.tokenizer.encode(text)
    assert tokenizer(text)["input_ids"] == ids
    with torch.no_grad():
        expected = reference(torch.tensor([ids])).logits[0]
    assert (forward(model, ids) - expected).abs().max() < 1e-4
    assert model.parameter_count == reference.num_parameters() == card.parameters


@pytest.mark.parametrize("card", bundled(), ids=lambda card: card.id)
def test_bundled_checkpoints_are_small_and_say_what_they_are(card):
    assert (card.folder / "model.safetensors").stat().st_size <= 16_000_000
    assert "This is not" in card.text
    assert card.description


def test_reading_in_pieces_is_reading_at_once(mini):
    ids = mini.tokenizer.encode("The king had three sons, and the youngest was")
    read = reader(mini, capacity=len(ids))
    pieces = [read(ids[:4]), read(ids[4:5]), read(ids[5:])]
    whole = forward(mini, ids)[[3, 4, -1]]
    assert (torch.stack(pieces) - whole).abs().max() < 1e-4


@pytest.mark.parametrize("family", ["gpt2", "qwen3"])
def test_a_folder_loads_in_the_precision_asked_for(family, tmp_path, folder):
    sizes = {"gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 64}}
    settings = sizes.get(family) or {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
    }
    config = transformers.AutoConfig.for_model(family, vocab_size=5120, **settings)
    reference = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float16).eval()
    reference.save_pretrained(tmp_path / "model")
    shutil.copy(folder / "tokenizer.json", tmp_path / "model")
    path = str(tmp_path / "model")
    assert load(path).dtype == torch.float32
    assert load(path, dtype="bfloat16").dtype == torch.bfloat16
    with torch.no_grad():
        expected = reference.float()(torch.tensor([[1, 2, 3]])).logits[0]
    assert (forward(load(path), [1, 2, 3]) - expected).abs().max() < 1e-4
    assert load(path).source == "folder"


def test_another_architecture_falls_back_to_transformers(tmp_path, folder):
    config = transformers.GPTNeoXConfig(
        vocab_size=5120,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    reference = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    reference.save_pretrained(tmp_path / "model")
    shutil.copy(folder / "tokenizer.json", tmp_path / "model")
    model = load(str(tmp_path / "model"))
    ids = [5, 6, 7, 8]
    with torch.no_grad():
        expected = reference(torch.tensor([ids])).logits[0]
    assert (forward(model, ids) - expected).abs().max() < 1e-5
    read = reader(model, capacity=8)
    read(ids[:3])
    assert (read(ids[3:]) - expected[-1]).abs().max() < 1e-4
    assert model.context == 64
    with pytest.raises(LabError, match="cannot be shown step by step"):
        _ = model.decoder


@pytest.mark.parametrize(
    "model_id",
    [
        "",
        " ",
        "..",
        "../x",
        "a/../../b",
        "/nowhere",
        "a/b/c",
        "a\0b",
        "\ud800",
        "<script>",
        "x" * 999,
    ],
)
def test_no_such_model(model_id):
    with pytest.raises(LabError):
        load(model_id)


def test_the_hub_out_of_reach(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(LabError) as caught:
        load("some-author/some-model")
    assert "cannot be reached" in caught.value.what
    assert "python -m lab download some-author/some-model" in caught.value.remedy


def test_a_folder_without_weights(folder):
    (folder / "model.safetensors").unlink()
    with pytest.raises(LabError, match="has no weights"):
        load(str(folder))


def test_pickles_are_refused(folder):
    (folder / "model.safetensors").unlink()
    torch.save({"x": torch.zeros(1)}, folder / "pytorch_model.bin")
    with pytest.raises(LabError, match="pickle"):
        load(str(folder))


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 100])
def test_a_broken_download(folder, damage):
    (folder / "model.safetensors").write_bytes(damage)
    with pytest.raises(LabError, match="cannot be read"):
        load(str(folder))


def test_weights_that_do_not_fit_their_config(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": 99}))
    with pytest.raises(LabError, match="do not fit"):
        load(str(folder))


def test_missing_tensors():
    with pytest.raises(LabError, match=r"lack the tensor 'transformer\.wte\.weight'"):
        assemble(parse_config({"model_type": "gpt2"}), {})


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_a_config_that_is_none(folder, text):
    (folder / "config.json").write_text(text)
    with pytest.raises(LabError):
        load(str(folder))


@pytest.mark.parametrize("ids", [[], [-1], [5120], list(range(513))])
def test_ids_that_no_model_can_read(mini, ids):
    with pytest.raises(LabError):
        forward(mini, ids)


def test_unsupported_variants_are_named():
    rope = {"rope_type": "yarn", "factor": 2.0}
    with pytest.raises(LabError, match="'yarn'"):
        parse_config({"model_type": "llama", "rope_parameters": rope})
    with pytest.raises(LabError, match="sliding window"):
        parse_config({"model_type": "qwen2", "use_sliding_window": True})


def with_activation(folder, name):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"activation_function": name}))
    return str(folder)


@pytest.mark.parametrize("name", ["gelu_fast", "gelu_python", "quick_gelu", None, ["gelu"]])
def test_activations_that_the_decoder_does_not_know_are_refused(folder, name):
    with pytest.raises(LabError, match="activation"):
        load(with_activation(folder, name))


def test_swish_is_silu(folder):
    model = load(with_activation(folder, "swish"))
    reference = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.no_grad():
        expected = reference(torch.tensor([[5, 6, 7]])).logits[0]
    assert (forward(model, [5, 6, 7]) - expected).abs().max() < 1e-4
