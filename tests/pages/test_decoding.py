"""The decoding page without a browser: true numbers, sliders that ask no model, bad input."""

import base64
import json
import math

import pytest
import torch

import lab.models.decoder
from lab.generation import generate
from lab.generation.beam import search
from lab.generation.metrics import loops
from lab.models import forward, load
from lab.models.batch import Batch
from lab.models.catalog import bundled
from lab.sampling import LLAMA_CPP_ORDER, Settings, probabilities, stages
from lab.ui.decoding.inputs import SLIDERS

from .test_pages import HOSTILE, opened, strips

PAGE = "pages/3_Decoding.py"
TABS = [
    "Side by side",
    "Step by step",
    "The stages",
    "Beam search",
    "Repetition",
    "What a cache saves",
]
PROMPT = "Once upon a time"


def section(tab, **query):
    return opened(PAGE, decoding=tab, **{f"decoding_{k}": v for k, v in query.items()})


def figures(app):
    return [json.loads(each.proto.spec) for each in app.get("plotly_chart")]


def numbers(values):
    """A figure's numbers, which plotly sends as a list or as packed bytes."""
    if isinstance(values, dict):
        kinds = {"f8": torch.float64, "i2": torch.int16, "i4": torch.int32, "i1": torch.int8}
        packed = bytearray(base64.b64decode(values["bdata"]))
        return torch.frombuffer(packed, dtype=kinds[values["dtype"]]).tolist()
    return values


def captions(app):
    return "\n".join(each.value for each in app.main.caption)


def written(strip):
    return bytes.fromhex("".join(strip["hex"])).decode("utf-8", "replace")


@pytest.fixture(scope="module")
def model():
    return load(bundled()[0].id)


def _counting(original, count):
    def counted(*arguments, **options):
        count.append(1)
        return original(*arguments, **options)

    return counted


@pytest.fixture
def forwards(monkeypatch):
    """How many times the model was asked, from now on."""
    count = []
    counted = _counting(lab.models.decoder.forward, count)
    monkeypatch.setattr(lab.models.decoder, "forward", counted)
    monkeypatch.setattr("lab.generation.beam.decode", counted)
    monkeypatch.setattr(Batch, "read", _counting(Batch.read, count))
    return count


@pytest.mark.parametrize("tab", TABS)
def test_every_section_opens_with_an_example(tab):
    app = section(tab)
    assert not app.warning
    assert len(app.title) == 1


def test_the_course_examples_stand_side_by_side(model):
    app = section("Side by side", tokens=20)
    for strip, settings in zip(
        strips(app),
        (
            Settings(max_new_tokens=20),
            Settings("sample", top_k=50, seed=0, max_new_tokens=20),
            Settings("sample", top_p=0.9, seed=0, max_new_tokens=20),
        ),
        strict=True,
    ):
        steps = list(generate(model, PROMPT, settings))
        assert strip["ids"] == [step.token_id for step in steps]
        assert strip["probability"] == pytest.approx([s.probability for s in steps], abs=1e-4)
    (chart,) = figures(app)
    assert [line["name"] for line in chart["data"]] == ["Greedy", "Top-k", "Top-p"]
    assert numbers(chart["data"][0]["y"]) == pytest.approx(
        [math.log2(p) for p in strips(app)[0]["probability"]], abs=1e-3
    )
    assert "top-k 50" in captions(app).replace("\\", "")


def test_what_was_written_is_kept(forwards):
    query = {"tokens": 12, "samples": 2, "seed": 77}
    section("Side by side", **query)
    asked = len(forwards)
    assert asked > 0
    section("Side by side", **query)
    assert len(forwards) == asked
    section("Side by side", **(query | {"seed": 78}))
    assert len(forwards) > asked


def test_samples_have_seeds_of_their_own_and_greedy_has_one_text():
    app = section("Side by side", samples=3, tokens=10, seed=4)
    texts = [tuple(strip["ids"]) for strip in strips(app)]
    assert len(texts) == 1 + 3 + 3
    assert len(set(texts)) > 4
    table = app.dataframe[0].value
    assert list(table["Seed"]) == ["–", "4", "5", "6", "4", "5", "6"]


def test_small_changes_of_temperature_share_their_random_numbers(model):
    app = section("Side by side", set="Small changes of temperature", tokens=10)
    assert len(strips(app)) == 4
    warm = Settings("sample", temperature=0.8, seed=0, max_new_tokens=10)
    assert strips(app)[1]["ids"] == [step.token_id for step in generate(model, PROMPT, warm)]


def test_two_to_six_settings_of_your_own():
    app = section("Side by side", set="Your own", own_count=6)
    assert len(strips(app)) == 6
    assert all(rank == 1 for rank in strips(app)[0]["rank"])
    assert not app.warning


def test_step_by_step_draws_the_text_that_generate_writes(model):
    app = section("Step by step", seed=3)
    for _ in range(4):
        app.button(key="decoding_next").click().run()
    settings = Settings("sample", temperature=0.8, top_k=50, top_p=0.9, seed=3, max_new_tokens=4)
    steps = list(generate(model, PROMPT, settings))
    drawn = strips(app)[0]["ids"][len(model.tokenizer.encode(PROMPT)) :]
    assert drawn == [step.token_id for step in steps]
    assert strips(app)[0]["rank"][-4:] == [step.rank for step in steps]


def test_before_and_after_are_the_models_numbers(model):
    app = section("Step by step", temperature=1.5)
    before, after, strip = figures(app)
    ids = model.tokenizer.encode(PROMPT)
    logits = forward(model, ids)[-1]
    settings = Settings("sample", temperature=1.5, top_k=50, top_p=0.9)
    raw, last = logits.softmax(-1), probabilities(logits, settings, ids)
    shown = [row[0] for row in before["data"][0]["customdata"]]
    assert shown == raw.topk(12).indices.tolist()
    assert numbers(before["data"][0]["x"]) == pytest.approx(raw[shown].tolist(), abs=1e-4)
    kept = [place for place, each in enumerate(shown) if last[each] > 0]
    bars = numbers(after["data"][0]["x"])
    assert [bars[place] for place in kept] == pytest.approx(
        [float(last[shown[place]]) for place in kept], abs=1e-4
    )
    assert strip["layout"]["title"]["text"] == "Where the random number falls"


def test_back_forward_and_over():
    app = section("Step by step")
    for _ in range(3):
        app.button(key="decoding_next").click().run()
    text = strips(app)[0]["ids"]
    app.button(key="decoding_back").click().run()
    app.button(key="decoding_back").click().run()
    assert strips(app)[0]["ids"] == text  # looking back forgets nothing
    app.button(key="decoding_forward").click().run()
    app.button(key="decoding_forward").click().run()
    app.button(key="decoding_next").click().run()
    assert strips(app)[0]["ids"][:-1] == text
    app.button(key="decoding_start_over").click().run()
    assert written(strips(app)[0]) == PROMPT


def test_you_choose(model):
    app = section("Step by step")
    app.button(key="decoding_next").click().run()
    app.button(key="decoding_back").click().run()
    app.text_input(key="decoding_own_text").set_value(" there lived").run()
    assert written(strips(app)[0]) == PROMPT + " there lived"  # in place of what was drawn
    ids = model.tokenizer.encode(PROMPT + " there lived")
    logits = forward(model, ids)[len(model.tokenizer.encode(PROMPT)) - 1 : -1]
    for row, token, chance in zip(
        logits, ids[-len(logits) :], strips(app)[0]["probability"][-len(logits) :], strict=True
    ):
        assert chance == pytest.approx(float(row.softmax(-1)[token]), abs=1e-4)


def test_the_full_stop_that_ends_a_text_of_a_beam_search_is_said_to_be_in_it():
    said = [each.value for each in section("Beam search").caption if "The search:" in each.value]
    assert len(said) == 1
    assert "Stops before" not in said[0]
    assert "ends with its first full stop" in said[0]


def test_play_goes_on_until_it_has_written_enough():
    app = section("Step by step")
    app.button(key="decoding_play").click().run()
    assert len(strips(app)[0]["ids"]) > 4 + 20
    assert app.button(key="decoding_play").label == "Play"


def test_a_full_context_ends_the_steps_and_leaves_the_way_back(model):
    room = 3
    app = section("Step by step", prompt=" the" * (model.context - room))
    assert len(strips(app)[0]["ids"]) == model.context - room
    for _ in range(room):
        app.button(key="decoding_next").click().run()
    assert not app.warning
    assert "context is full" in app.info[0].value
    app.button(key="decoding_back").click().run()
    app.button(key="decoding_start_over").click().run()
    assert len(strips(app)[0]["ids"]) == model.context - room


def test_another_prompt_begins_again():
    app = section("Step by step")
    app.button(key="decoding_next").click().run()
    app.text_input(key="decoding_prompt").set_value("The fox").run()
    assert written(strips(app)[0]) == "The fox"
    app.pills(key="decoding_example").set_value("What is 2+2?").run()
    assert written(strips(app)[0]) == "What is 2+2?"


def test_the_stages_are_those_of_the_library(model):
    app = section("The stages")
    ids = model.tokenizer.encode(PROMPT)
    logits = forward(model, ids)[-1]
    found = stages(logits, Settings("sample", temperature=0.8, top_k=50, top_p=0.9), ids)
    head = found[0].probabilities.topk(10).indices.tolist()
    cards = figures(app)[:4]
    for card, stage in zip(cards, found, strict=True):
        assert [row[0] for row in card["data"][0]["customdata"]] == head
        kept = stage.kept[head].tolist()
        for value, probability, keep in zip(
            numbers(card["data"][0]["x"]), stage.probabilities[head].tolist(), kept, strict=True
        ):
            assert not keep or value == pytest.approx(probability, abs=1e-4)
        assert f"**{int(stage.kept.sum()):,}** of {len(logits):,} left" in captions(app)


@pytest.mark.parametrize("count", range(len(SLIDERS) + 1))
def test_any_number_of_stages_can_be_chosen(count):
    app = section("The stages")
    app.multiselect(key="decoding_stages").set_value(list(SLIDERS)[:count]).run()
    assert not app.exception
    assert len(figures(app)) == 1 + count + 2  # the ranks and the draws come after the stages


def test_no_slider_asks_the_model(forwards):
    app = section("The stages", prompt="A prompt that nobody has asked about before")
    asked = len(forwards)
    assert asked > 0
    for key, value in (("temperature", 1.7), ("top_k", 7), ("top_p", 0.35), ("draws", 5000)):
        before = figures(app)
        app.slider(key=f"decoding_{key}").set_value(value).run()
        assert figures(app) != before
    app.multiselect(key="decoding_stages").set_value(["min_p", "typical_p", "temperature"]).run()
    app.slider(key="decoding_min_p").set_value(0.2).run()
    app.button(key="decoding_draw_again").click().run()
    assert len(forwards) == asked


def test_the_length_penalty_asks_no_model(forwards, model):
    app = section("Beam search", prompt="Another prompt that is new", beams=4)
    asked = len(forwards)
    assert asked > 0
    scores, lengths = set(), []
    for penalty in (-1.0, 0.0, 2.0):
        app.slider(key="decoding_length_penalty").set_value(penalty).run()
        table = app.dataframe[0].value
        assert list(table["Score"]) == sorted(table["Score"], reverse=True)
        for total, tokens, score in zip(table["Sum"], table["Tokens"], table["Score"], strict=True):
            assert score == pytest.approx(total / tokens**penalty)
        scores.add(table["Score"][0])
        (tree,) = figures(app)
        lengths += [len(numbers(e["x"])) for e in tree["data"] if e.get("name") == "winner"]
        assert lengths[-1] == table["Tokens"][0]
    assert len(scores) > 1
    assert lengths == sorted(lengths)  # a higher penalty never prefers a shorter text
    assert len(forwards) == asked


def test_stages_change_places(model):
    both = {"stages": ["Temperature", "Top-p"], "temperature": 2.0, "top_p": 0.9}
    app = section("The stages", **both)
    ids = model.tokenizer.encode(PROMPT)
    logits = forward(model, ids)[-1]
    for button, order in (
        (None, Settings().order),
        ("As in llama.cpp", LLAMA_CPP_ORDER),
        ("As in transformers", Settings().order),
        ("Reversed", LLAMA_CPP_ORDER),
    ):
        if button:
            app.button(key=f"decoding_{button}").click().run()
        settings = Settings("sample", temperature=2.0, top_p=0.9, order=order)
        left = int((probabilities(logits, settings, ids) > 0).sum())
        assert f"**{left:,}** of" in captions(app)
    assert app.multiselect(key="decoding_stages").value == ["top_p", "temperature"]
    assert "llama.cpp's order" in captions(app)


def test_without_stages_nothing_is_changed():
    app = section("The stages")
    app.multiselect(key="decoding_stages").set_value([]).run()
    assert not app.exception
    assert "unchanged" in captions(app)


def test_temperature_zero_is_greedy_and_says_so():
    app = section("The stages", temperature=0)
    assert "temperature 0, which means greedy" in captions(app)
    assert "only one way to draw" in captions(app)


def test_the_tree_is_the_search(model):
    app = section("Beam search", beams=3, beam_tokens=6, beam_sentence="false")
    settings = Settings("beam", num_beams=3, max_new_tokens=6, length_penalty=1.0)
    found = search(model, PROMPT, settings)
    texts = [model.tokenizer.decode(found.ids(e.candidate)) for e in found.ranking(1.0)]
    assert list(app.dataframe[0].value["Text"]) == texts
    (tree,) = figures(app)
    named = {trace["name"]: trace for trace in tree["data"] if trace.get("name")}
    assert len(numbers(named["winner"]["x"])) == 6
    drawn = sum(len(numbers(trace["x"])) for trace in named.values())
    assert drawn == len(found.candidates)


@pytest.mark.parametrize("tokens", [120, 200])  # too few for a loop, and enough
def test_loops_are_marked_where_they_are_and_said_to_be_only_then(model, tokens):
    app = section("Repetition", loop_tokens=tokens)
    steps = list(generate(model, PROMPT, Settings(max_new_tokens=tokens)))
    found = loops([step.token_id for step in steps])
    shaded = list(figures(app)[0]["layout"].get("shapes", []))
    assert [(s["x0"], s["x1"]) for s in shaded] == [(f.start + 0.5, f.end + 0.5) for f in found]
    assert ("Shaded" in captions(app)) is bool(found)
    assert all(f"a phrase of {loop.period} token" in captions(app) for loop in found)


def test_the_cache_is_measured_when_asked():
    app = section("What a cache saves", length=32)
    assert not figures(app)
    assert "bytes per token" in captions(app)
    app.button(key="decoding_measure").click().run()
    per_token, batch = figures(app)
    assert len(numbers(per_token["data"][0]["x"])) == 32 - 8
    assert [bar["name"] for bar in batch["data"]] == ["one by one", "as one batch"]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_prompt_is_answered(tab, text):
    app = section(tab, prompt=text, tokens=10, loop_tokens=40)
    if text == HOSTILE["long"]:
        assert "fills the model" in app.warning[0].value
    elif not text:
        assert "prompt is empty" in app.warning[0].value
    else:
        assert not app.warning


@pytest.mark.parametrize(
    "query",
    [
        {"temperature": "nan"},
        {"temperature": "-1"},
        {"top_k": "0"},
        {"top_k": "999999999"},
        {"top_p": "0"},
        {"stages": "bogus"},
        {"stages": ["Top-k", "Top-k"]},
        {"tokens": "0"},
        {"seed": "-5"},
        {"beams": "1000"},
        {"length_penalty": "inf"},
        {"set": "nothing"},
    ],
    ids=str,
)
def test_an_address_with_nonsense_is_answered(query):
    for tab in ("Side by side", "The stages", "Beam search"):
        section(tab, **query)  # asserts that there was no exception
