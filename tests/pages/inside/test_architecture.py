"""The section on the architecture: modules and parameters against transformers' own."""

import re
import shutil

import torch
import transformers

from lab.models import catalog
from lab.ui.inside.architecture import QWEN3
from tests.pages.test_pages import opened, strips

from .drawn import close, figure, markdown, numbers
from .known import COMMON, PAGE, forget


def test_the_parameters_are_all_there_and_tied_ones_once(known):
    app = known.page("Architecture")
    count = sum(parameter.numel() for parameter in known.network.parameters())
    assert f"**{count:,}** parameters" in markdown(app)
    treemap = figure(app, "Parameters by part")["data"][0]
    by_id = dict(zip(treemap["ids"], numbers(treemap["values"]), strict=True))
    for name, module in known.network.named_modules():
        own = sum(parameter.numel() for parameter in module.parameters())
        if name and own and name != "lm_head":
            assert by_id[name] == own
    assert "lm_head" not in by_id
    modules = app.dataframe[0].value
    assert list(modules["Module"]) == [name for name, _ in known.network.named_modules() if name]


def test_the_blocks_side_by_side_are_whole_and_those_of_transformers(known):
    table = known.page("Architecture").table[-1].value
    for column, config in (
        ("GPT-2 small", transformers.GPT2Config()),
        ("Qwen3-0.6B", transformers.Qwen3Config(**QWEN3)),
    ):
        with torch.device("meta"):
            network = transformers.AutoModelForCausalLM.from_config(config)
        block = network.transformer.h[0] if column == "GPT-2 small" else network.model.layers[0]
        said = [re.findall(r"`([\w.]+)` \w+", cell) for cell in table[column][:-2]]
        named = {name for names in said for name in names}
        assert named == {name for name, each in block.named_modules() if not list(each.children())}
        whole = [int(each.strip("*").replace(",", "")) for each in table[column][-2:]]
        assert whole == [sum(p.numel() for p in each.parameters()) for each in (block, network)]


def test_another_architecture_shows_what_it_can(tmp_path, monkeypatch):
    folder = tmp_path / "mini-gpt2"
    config = transformers.GPTNeoXConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, **COMMON
    )
    network = transformers.GPTNeoXForCausalLM(config).eval()
    network.save_pretrained(folder)
    for name in ("tokenizer.json", "card.json", "README.md"):
        shutil.copy(catalog.bundled()[0].folder / name, folder)
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    forget()
    app = opened(PAGE, inside_kind="Ids", inside_ids="5 6 7")
    monkeypatch.undo()
    forget()
    assert "run by transformers" in app.info[0].value
    bars = figure(app, "Most likely")["data"][0]
    with torch.no_grad():
        chances = network(torch.tensor([[5, 6, 7]])).logits[0].softmax(-1)
    close(numbers(bars["x"]), chances[-1].topk(10).values, atol=1e-5)
    text = strips(app)[0]
    assert text["ids"] == [5, 6, 7]
    close(text["probability"][1:], [chances[0, 6], chances[1, 7]], atol=1e-5)
    treemap = figure(app, "Parameters by part")["data"][0]
    by_id = dict(zip(treemap["ids"], numbers(treemap["values"]), strict=True))
    for name, module in network.named_modules():
        if name and (own := sum(each.numel() for each in module.parameters())):
            assert by_id.pop(name) == own
    assert not by_id
    assert app.dataframe[0].value["Parameters"].sum() == network.num_parameters()
