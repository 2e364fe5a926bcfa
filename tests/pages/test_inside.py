"""The page inside the model without a browser: every number against transformers, and bad input."""

import base64
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
import transformers

from lab.models import catalog
from lab.ui.inside.body import SECTIONS

from .test_pages import HOSTILE, opened, strips

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

    def page(self, section="Output", **query):
        place = {"inside_layer": LAYER, "inside_head": HEAD, "inside_position": POSITION}
        query = {**place, **{f"inside_{name}": value for name, value in query.items()}}
        return opened(
            PAGE,
            inside_prompt=TEXT,
            inside_section=section,
            **{name: str(value) for name, value in query.items()},
        )


@pytest.fixture(scope="module", params=SHAPES)
def made(request, tmp_path_factory):
    return Known(request.param, tmp_path_factory.mktemp(request.param) / "mini-gpt2")


@pytest.fixture
def known(made, monkeypatch):
    """The known model stands in the place of the bundled one for the length of a test."""
    monkeypatch.setattr(catalog, "BUNDLED", made.folder.parent)
    forget()
    yield made
    monkeypatch.undo()
    forget()


def forget():
    catalog.bundled.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()


def numbers(values):
    """An array of a figure's specification, however plotly wrote it."""
    if isinstance(values, dict):
        raw = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
        shape = [int(size) for size in str(values.get("shape", raw.size)).split(",")]
        return raw.reshape(shape)
    return np.array(values, dtype=float)


def figures(app):
    return {
        figure["layout"]["title"]["text"]: figure
        for figure in (json.loads(each.proto.spec) for each in app.get("plotly_chart"))
    }


def figure(app, beginning):
    return next(each for title, each in figures(app).items() if title.startswith(beginning))


def markdown(app):
    return "\n".join(each.value for each in app.main.markdown)


def close(ours, theirs, atol=1e-4):
    np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=atol)


# Every number is the model's


def test_the_flow_draws_transformers_tensors(known):
    picture = strips(known.page())[0]
    assert [token["id"] for token in picture["tokens"]] == known.ids
    close(picture["attention"], known.output.attentions[LAYER][0, HEAD], atol=6e-5)
    states = known.output.hidden_states
    sizes = picture["sizes"]
    close(sizes["rows_in"], states[LAYER][0].norm(dim=-1), atol=1e-3)
    close(sizes["stream"][:3], [state[0, POSITION].norm() for state in states[:3]], atol=1e-3)
    # As wide as the marks allow, a strip shows every component or the largest of neighbours.
    for strip, state in (("embedding", states[0]), ("input", states[LAYER]), ("final", states[-1])):
        expected = [
            [float(part[part.abs().argmax()]) for part in row.tensor_split(24)] for row in state[0]
        ]
        close(picture["strips"][strip]["marks"], expected, atol=6e-4)
    chances = known.logits[POSITION].softmax(-1)
    for each in picture["next"]:
        assert each["probability"] == pytest.approx(float(chances[each["id"]]), abs=1e-5)
    assert [each["id"] for each in picture["next"]] == chances.topk(10).indices.tolist()


@torch.no_grad()
def test_what_a_head_adds_is_its_slice_through_the_projection(known):
    seen = []
    block = known.blocks[LAYER]
    projection = block.attn.c_proj if known.family == "gpt2" else block.self_attn.o_proj
    handle = projection.register_forward_pre_hook(lambda _, args: seen.append(args[0][0]))
    known.network(torch.tensor([known.ids]))
    handle.remove()
    weight = projection.weight if known.family == "gpt2" else projection.weight.T  # (in, out)
    slices = zip(seen[0][POSITION].chunk(4), weight.chunk(4), strict=True)
    expected = [(part @ rows).norm() for part, rows in slices]
    close(strips(known.page())[0]["sizes"]["heads"], expected, atol=1e-3)


@pytest.mark.parametrize(
    ("step", "of"),
    [("Residual stream", "hidden_states"), ("Attention", "attentions")],
)
def test_the_heat_map_is_transformers_tensor(known, step, of):
    app = known.page("Forward pass", step=step)
    drawn = numbers(figure(app, step)["data"][0]["z"])
    theirs = getattr(known.output, of)[LAYER][0]
    close(drawn, theirs[HEAD] if of == "attentions" else theirs)


def test_one_number_traced_ends_at_transformers(known):
    app = known.page("Forward pass", cell_component=7)
    assert "Worked out here" in markdown(app)
    app.toggle(key="inside_compare").set_value(True).run()
    verdict = next(
        each.value for each in app.main.markdown if "-badge[" in each.value
    )  # fmt: skip
    assert "equals transformers" in verdict


def test_the_three_matrices_are_scores_masked_scores_and_softmax(known):
    raw, masked, softmax = strips(known.page("Attention"))[2]["matrices"]
    tokens, width = len(known.ids), 8
    attention = known.output.attentions[LAYER][0, HEAD]
    close(softmax["values"], attention, atol=2e-5)
    for query in range(tokens):
        assert masked["values"][query][query + 1 :] == [None] * (tokens - query - 1)
        seen = torch.tensor(masked["values"][query][: query + 1])
        close(seen.softmax(-1), attention[query, : query + 1])
        close(seen, torch.tensor(raw["values"][query][: query + 1]) / width**0.5)


def test_thumbnails_and_arcs_are_the_attention(known):
    app = known.page("Attention", heads_all="true")
    small = strips(app)[1]["matrices"]
    assert len(small) == 12
    for index, matrix in enumerate(small):
        close(matrix["values"], known.output.attentions[index // 4][0, index % 4], atol=6e-3)
    row = known.output.attentions[LAYER][0, HEAD, POSITION]
    words = [each["text"] for each in figure(app, "Where")["data"][:-1]]
    shares = [float(text.rpartition(" ")[2].rstrip("%")) / 100 for text in words]
    close(shares, row[row >= 0.005], atol=6e-5)


def test_hiding_the_first_token_shares_the_rest(known):
    matrix = strips(known.page("Attention", hide_first="true"))[2]["matrices"][2]["values"]
    attention = known.output.attentions[LAYER][0, HEAD].clone()
    attention[:, 0] = 0
    close(matrix[1:], (attention / attention.sum(-1, keepdim=True))[1:], atol=2e-5)


@torch.no_grad()
def test_silenced_heads_change_the_prediction_as_in_transformers(known):
    app = known.page("Attention")
    app.multiselect(key="inside_ablated").set_value(["0.1", "2.3"]).run()
    handles = []
    for layer, head in ((0, 1), (2, 3)):
        block = known.blocks[layer]
        projection = block.attn.c_proj if known.family == "gpt2" else block.self_attn.o_proj

        def silence(_, args, head=head):
            x = args[0].clone()
            x[..., 8 * head : 8 * head + 8] = 0
            return (x,)

        handles.append(projection.register_forward_pre_hook(silence))
    after = known.network(torch.tensor([known.ids])).logits[0, POSITION].softmax(-1)
    for handle in handles:
        handle.remove()
    before = known.logits[POSITION].softmax(-1)
    shown = list(dict.fromkeys(before.topk(6).indices.tolist() + after.topk(6).indices.tolist()))
    drawn = figure(app, "What comes after")["data"]
    close(numbers(drawn[0]["x"]), before[shown], atol=1e-5)
    close(numbers(drawn[1]["x"]), after[shown], atol=1e-5)
    bits = float((before * (before / after).log2()).sum())
    assert float(app.metric[-1].value.split()[0]) == pytest.approx(bits, rel=0.02, abs=1e-5)


@torch.no_grad()
def test_the_lens_is_the_final_norm_and_head_at_every_depth(known):
    states = known.output.hidden_states
    logits = [*(known.read(state[0]) for state in states[:3]), known.logits]
    cells = known.page("Layers").get("html")[0].proto.body
    said = re.findall(r'<td title="(.*?) ([\d.]+)%, entropy ([\d.]+) bits"', cells)
    ours = np.array([(float(chance) / 100, float(bits)) for _, chance, bits in said])
    chances = torch.stack(logits[::-1]).softmax(-1)  # the deepest row is on top
    close(ours[:, 0], chances.max(-1).values.flatten(), atol=6e-4)
    close(ours[:, 1], torch.special.entr(chances).sum(-1).flatten() / np.log(2), atol=6e-3)


@torch.no_grad()
def test_contributions_are_drawn_and_add_up_to_the_logit(known):
    app = known.page("Layers")
    drawn = figure(app, "Logit of")
    best = float(known.logits[POSITION].max())
    assert float(numbers(drawn["data"][0]["x"]).sum()) == pytest.approx(best, abs=1e-3)
    assert drawn["layout"]["title"]["text"].endswith(f"{best:.4f}")
    heads = figure(app, "The attention of block")["data"][0]
    whole = dict(zip(drawn["data"][0]["y"], numbers(drawn["data"][0]["x"]), strict=True))
    assert float(numbers(heads["x"]).sum()) == pytest.approx(
        whole[f"Block {LAYER} attention"], abs=1e-4
    )


@torch.no_grad()
def test_a_changed_word_is_found_where_it_is(known):
    other = "Once upon a day there was"
    app = known.page("Layers", pair=other)
    drawn = numbers(figure(app, "Size of")["data"][0]["z"])
    place = [i for i, column in enumerate(drawn[0]) if column > 0]
    assert len(place) == 1
    assert not drawn[:, : place[0]].any()
    assert (drawn[1:, place[0] :] > 0).all()


def test_the_output_is_softmax_of_the_logits(known):
    app = known.page("Output", top=7)
    chances = known.logits[POSITION].softmax(-1)
    bars = figure(app, "The 7 likeliest")["data"][0]
    assert [row[0] for row in bars["customdata"]] == chances.topk(7).indices.tolist()
    close(numbers(bars["x"]), chances.topk(7).values, atol=1e-5)
    curve = figure(app, "All 5,120")["data"][0]
    ranked = chances.sort(descending=True).values
    ranks = numbers(curve["x"]).astype(int)
    close(numbers(curve["y"]), ranked[ranks - 1], atol=1e-6)
    assert (ranks[0], ranks[-1]) == (1, VOCABULARY)
    bits = float(torch.special.entr(chances).sum() / np.log(2))
    assert float(app.metric[0].value.split()[0]) == pytest.approx(bits, abs=1e-3)


def test_the_text_is_coloured_by_its_own_probabilities(known):
    app = known.page("Output")
    strip = strips(app)[1]
    before = known.logits[:-1].softmax(-1)
    expected = [float(row[token]) for row, token in zip(before, known.ids[1:], strict=True)]
    assert strip["probability"][0] is None
    close(strip["probability"][1:], expected, atol=1e-5)
    pairs = zip(before, known.ids[1:], strict=True)
    assert strip["rank"][1:] == [1 + int((row > row[token]).sum()) for row, token in pairs]
    perplexity = np.exp(-np.log(expected).mean())
    assert f"**{perplexity:,.2f}**" in markdown(app)


@torch.no_grad()
def test_a_switch_moves_the_prediction_by_the_divergence_drawn(known):
    app = known.page("Switches")
    drawn = figure(app, "How far each")["data"][0]
    bits = dict(zip(drawn["y"], numbers(drawn["x"]), strict=True))
    ids = torch.tensor([known.ids])
    everything = torch.zeros(1, 1, len(known.ids), len(known.ids))  # a mask that hides nothing
    after = known.network(ids, attention_mask=everything).logits[0, POSITION].log_softmax(-1)
    before = known.logits[POSITION].log_softmax(-1)
    expected = float((before.exp() * (before - after)).sum()) / np.log(2)
    assert bits["No mask"] == pytest.approx(expected, rel=1e-3, abs=1e-6)
    assert len(bits) == (6 if known.family == "gpt2" else 5)
    assert all(value >= 0 for value in bits.values())


@torch.no_grad()
def test_a_switch_in_the_address_is_drawn_before_and_after(known):
    app = known.page("Switches", off="No mask")
    everything = torch.zeros(1, 1, len(known.ids), len(known.ids))
    ids = torch.tensor([known.ids])
    after = known.network(ids, attention_mask=everything).logits[0, POSITION].softmax(-1)
    before = known.logits[POSITION].softmax(-1)
    shown = list(dict.fromkeys(before.topk(6).indices.tolist() + after.topk(6).indices.tolist()))
    drawn = next(
        json.loads(each.proto.spec)["data"]
        for each in app.get("plotly_chart")
        if '"after"' in each.proto.spec
    )
    close(numbers(drawn[0]["x"]), before[shown], atol=1e-5)
    close(numbers(drawn[1]["x"]), after[shown], atol=1e-5)


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


# The page itself


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_with_the_first_example(section):
    app = opened(PAGE, inside_section=section)
    assert not app.warning
    assert "".join(each["text"] for each in strips(app)[0]["tokens"]) == "Hello␣my␣name"


def test_the_course_example_of_a_linear_layer():
    app = opened(PAGE, inside_section="Linear layer")
    table = app.dataframe[-1].value
    close(table["Worked out"], [-3.0902, 1.1634], atol=2e-4)
    close(table["Worked out"], table["torch.nn.Linear"], atol=1e-6)


def test_random_ids_are_read_and_the_seed_repeats_them():
    first = opened(PAGE, inside_kind="Random ids", inside_seed="3")
    again = opened(PAGE, inside_kind="Random ids", inside_seed="3")
    ids = [token["id"] for token in strips(first)[0]["tokens"]]
    assert len(ids) == 8
    assert ids == [token["id"] for token in strips(again)[0]["tokens"]]


def test_a_slider_does_not_run_the_model_again(monkeypatch):
    app = opened(PAGE, inside_section="Forward pass")
    from lab.models import decoder

    def refuse(*_, **__):
        raise AssertionError("the model ran again")

    monkeypatch.setattr(decoder, "forward", refuse)
    app.slider(key="inside_layer").set_value(3).run()
    app.slider(key="inside_head").set_value(1).run()
    app.slider(key="inside_position").set_value(0).run()
    app.segmented_control(key="inside_section").set_value("Attention").run()
    app.segmented_control(key="inside_section").set_value("Layers").run()
    assert not app.exception
    assert strips(app)[0]["layer"] == 3


def test_no_tensor_is_kept_in_the_session():
    app = opened(PAGE, inside_section="Layers")
    kept = app.session_state._state.filtered_state
    assert kept["inside_section"] == "Layers"
    assert not any(isinstance(value, torch.Tensor) for value in kept.values())


def test_a_shorter_text_brings_the_position_back_to_its_end():
    app = opened(PAGE, inside_prompt="one two three four five six")
    app.text_input(key="inside_prompt").set_value("one two").run()
    picture = strips(app)[0]
    assert picture["position"] == picture["total"] - 1
    assert not app.warning


# Bad input


@pytest.mark.parametrize("section", SECTIONS)
def test_a_text_is_never_markup(section):
    app = opened(PAGE, inside_prompt="a <b>", inside_section=section, inside_off="No mask")
    assert strips(app)[0]["tokens"][-1]["text"] == ">"
    drawn = json.dumps(list(figures(app).values()))
    assert "“>" not in drawn  # in a title, plotly would take it for the end of a tag
    assert "“>" not in markdown(app)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_text_is_answered(text):
    app = opened(PAGE, inside_prompt=text, inside_section="Output")
    if text == HOSTILE["empty"]:
        assert "nothing to read" in app.warning[0].value
    elif text == HOSTILE["long"]:
        assert "too long" in app.warning[0].value
        app.toggle(key="inside_cut").set_value(True).run()
        assert not app.exception
        assert not app.warning
        assert strips(app)[0]["total"] == 512
    else:
        assert not app.warning


@pytest.mark.parametrize("ids", ["5120", "-1", "1, x", "9" * 30, "²"])
def test_ids_out_of_range_are_refused(ids):
    app = opened(PAGE, inside_kind="Ids", inside_ids=ids)
    assert "is no id of" in app.warning[0].value


def test_typed_ids_are_read():
    app = opened(PAGE, inside_kind="Ids", inside_ids="7, 8 9")
    assert [token["id"] for token in strips(app)[0]["tokens"]] == [7, 8, 9]


@pytest.mark.parametrize(
    ("section", "query", "said"),
    [
        ("Layers", {"pair": "a much longer text than the other one"}, "The prompts have"),
        ("Layers", {"credited": "two words"}, " tokens."),
    ],
)
def test_what_does_not_fit_is_explained(section, query, said):
    app = opened(
        PAGE, inside_section=section, **{f"inside_{name}": each for name, each in query.items()}
    )
    assert any(said in each.value.replace("\\", "") for each in app.warning)


@pytest.mark.parametrize("value", ["-5", "99", "x"])
def test_an_address_that_asks_for_a_block_that_is_not_there_shows_one_that_is(value):
    app = opened(PAGE, inside_layer=value, inside_head=value, inside_position=value)
    picture = strips(app)[0]
    assert picture["layer"] in range(6)
    assert picture["head"] in range(4)
    assert not app.warning


def test_a_space_at_the_end_is_pointed_out():
    assert any(
        "ends with a space" in each.value for each in opened(PAGE, inside_prompt="a ").caption
    )


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
        chances = network(torch.tensor([[5, 6, 7]])).logits[0, -1].softmax(-1)
    close(numbers(bars["x"]), chances.topk(10).values, atol=1e-5)
    assert app.dataframe[0].value["Parameters"].sum() == network.num_parameters()


def test_a_single_token_has_a_page_too():
    for section in SECTIONS:
        app = opened(PAGE, inside_prompt="Hello", inside_section=section)
        assert not app.warning
