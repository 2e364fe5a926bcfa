"""The tokenization page without a browser: the notebook's figures, the address, bad input."""

import json

import pytest

from lab.ui.tokenization.inputs import LIMIT

from .test_pages import HOSTILE, opened, strips

PAGE = "pages/1_Tokenization.py"
TABS = [
    "Words",
    "Characters",
    "Subwords",
    "Back to text",
    "Side by side",
    "Train your own",
    "Special tokens",
    "Takeaways",
]


def section(tab, **query):
    return opened(PAGE, tokenization=tab, **{f"tokenization_{k}": v for k, v in query.items()})


def text_of(strip):
    return bytes.fromhex("".join(strip["hex"])).decode()


def figures(app):
    return [json.loads(each.proto.spec) for each in app.get("plotly_chart")]


def codes(app):
    return [each.value for each in app.main.code]


def infos(app):
    return [each.value for each in app.info]


def markdown(app):
    return "\n".join(each.value for each in app.main.markdown)


@pytest.mark.parametrize("tab", TABS)
def test_every_section_opens_with_an_example(tab):
    app = section(tab)
    assert not app.warning
    assert strips(app) or tab == "Takeaways"


def test_only_the_open_section_is_computed():
    assert [area.label for area in section("Characters").text_area] == ["Text"]


# The notebook's figures


def test_words():
    app = section("Words")
    assert "19 words" in markdown(app)
    assert strips(app)[0]["ids"] == [15, 13, 0, 3]
    assert codes(app) == ["the quick brown fox"]
    vocabulary = app.dataframe[0].value["Word"]
    assert list(vocabulary)[:5] == ["brown", "converts", "dog", "fox", "jumps"]
    growth, unknown = figures(app)
    assert growth["data"][0]["y"][-1] == 19
    assert unknown["data"][0]["y"][0] == 1


def test_characters():
    app = section("Characters")
    assert "**54** entries" in markdown(app)
    assert strips(app)[0]["ids"] == [9, 32, 39, 39, 42, 1, 1, 24, 42, 45, 39, 31, 1]
    assert codes(app) == ["Hello<unk><unk>World<unk>"]
    app.text_area(key="tokenization_characters_text").set_value("ABCxyz").run()
    assert strips(app)[0]["ids"] == [2, 3, 4, 51, 52, 53]


def test_subwords():
    app = section("Subwords")
    assert strips(app)[0]["ids"] == [
        *[3118, 6667, 11203, 540, 11241, 1634, 5635, 0],
        *[12520, 248, 222],
    ]


def test_side_by_side():
    gpt2, gpt4o = strips(section("Side by side"))
    assert gpt2["ids"] == [464, 12520, 234, 253, 3491, 12, 23065, 647, 9177, 13077, 40, 13417, 13]
    assert gpt4o["ids"] == [976, 130321, 253, 8253, 81630, 1159, 20681, 19215, 40, 34454, 13]


# Words


def test_an_unseen_word_is_shown_in_its_place_with_its_remedies():
    app = section("Words", words_text="The quick <b>cat</b>")
    assert r":red-background[**\<b\>cat\<\/b\>**]" in markdown(app)
    assert "smaller units" in app.warning[0].value
    assert not strips(app)


def test_the_two_remedies_for_an_unseen_word():
    unknown = section("Words", words_text="The cat", words_unseen="Unknown token")
    assert strips(unknown)[0]["ids"] == [15, 19]
    assert strips(unknown)[0]["control"] == [1]
    smaller = section("Words", words_text="The tokenizers", words_unseen="Smaller units")
    assert text_of(strips(smaller)[0]) == "The tokenizers"


@pytest.mark.parametrize("corpus", ["", "   ", "one"])
def test_a_tiny_corpus(corpus):
    app = section("Words", corpus=corpus, words_text="one")
    assert bool(app.warning) == (corpus != "one")
    assert len(figures(app)) == (2 if corpus == "one" else 0)
    assert ("**1 word**" in markdown(app)) == (corpus == "one")


# Characters


@pytest.mark.parametrize(
    ("units", "entries"), [("Every character seen", 12), ("Bytes", 256), ("Letters A to z", 54)]
)
def test_the_units(units, entries):
    app = section("Characters", characters_units=units)
    assert f"**{entries}** entries" in markdown(app)
    assert figures(app)[0]["data"][0]["x"] == [2, 4, 13, 13]


# Subwords


def test_a_word_is_rebuilt_merge_by_merge():
    app = section("Subwords", word_step="0")
    assert [bytes.fromhex(each) for each in strips(app)[1]["hex"]] == [
        bytes([byte]) for byte in b"Unbelievable"
    ]
    app.slider(key="tokenization_word_step").set_value(8).run()
    assert strips(app)[1]["ids"] == [3118, 6667, 11203, 540]
    table = app.dataframe[0].value
    learnt = dict(zip(table["Joined"], table["Merge in training"], strict=True))
    assert learnt["able"] == 540 - 255  # GPT-2's first merge made token 256
    assert list(learnt.values())[:2] == sorted(list(learnt.values())[:2])


def test_the_selected_token_says_which_word_is_rebuilt():
    app = section("Subwords", **{"subwords.token": "6"})
    assert strips(app)[0]["selected"] == 5
    assert strips(app)[1]["ids"] == [11241, 1634]  # " token" "ization"
    emoji = section("Subwords", **{"subwords.token": "11"})
    assert strips(emoji)[1]["ids"] == [12520, 248, 222]


def test_a_vocabulary_that_does_not_tell_its_merges_says_so():
    app = section("Subwords", subwords_of="Gemma 3")
    assert len(strips(app)) == 1
    assert "How a token was built" in app.caption[-1].value


def test_a_word_of_endless_length_is_not_replayed():
    app = section("Subwords", subwords_text="a" * 201)
    assert len(strips(app)) == 1
    assert "201 bytes" in app.caption[-1].value


def test_the_ids_can_be_copied_and_read_back():
    copied = codes(section("Subwords", copy="true", subwords_text="naïve 🚀"))[0]
    assert codes(section("Back to text", ids_text=copied))[0] == "naïve 🚀"


# The picked model's own vocabulary


def test_what_the_picked_model_reads_is_said_in_a_sentence():
    app = section("Subwords")
    said = next(each.value for each in app.caption if "picked in the sidebar" in each.value)
    own = section("Subwords", subwords_of="mini-gpt2's own, 5,120 entries")
    assert f"{len(strips(own)[0]['ids'])} tokens of its own vocabulary of 5,120" in said
    assert not [each for each in own.caption if "picked in the sidebar" in each.value]


def test_the_picked_models_own_vocabulary_stands_beside_the_others():
    own = "mini-gpt2's own, 5,120 entries"
    assert len(strips(section("Side by side", families=own))) == 1
    assert 5117 in strips(section("Special tokens", special_family=own))[1]["ids"]
    table = section("Takeaways").dataframe[0].value.set_index("Units")
    assert table.loc["mini-gpt2's own", "Vocabulary"] == 5120


def test_another_picked_model_brings_its_own_vocabulary():
    app = section("Subwords", subwords_of="mini-gpt2's own, 5,120 entries")
    app.selectbox(key="model").set_value("mini-qwen3-base").run()
    assert "mini-qwen3-base's own" in markdown(app).replace("\\", "")
    named = app.query_params["tokenization_subwords_of"]
    assert named == "mini-qwen3-base's own, 5,120 entries"


def test_a_picked_model_that_is_not_here_has_no_vocabulary_to_offer():
    app = opened(PAGE, tokenization="Subwords", model="nobody/nothing")
    assert "is not on this computer" in "".join(each.value for each in app.caption)
    assert len(app.selectbox(key="tokenization_subwords_of").options) == 8


@pytest.mark.parametrize("words", ["hi", "🚀", "a", ""])
def test_a_shorter_text_takes_the_merges_back(words):
    app = section("Subwords", word_step="8")
    app.text_area(key="tokenization_subwords_text").set_value("Unbelievable").run()
    app.text_area(key="tokenization_subwords_text").set_value(words).run()
    assert not app.exception
    app = section("Train your own", train_text="abc abc abd abd hello hello", train_step="7")
    app.text_area(key="tokenization_train_text").set_value(words).run()
    assert not app.exception


# Side by side


def test_cuts_that_not_all_make_are_marked():
    app = section("Side by side")
    gpt2, gpt4o = strips(app)
    assert [gpt2["ids"][index] for index in gpt2["marks"]] == [12520, 12]
    assert gpt4o["marks"] == []
    app.toggle(key="tokenization_marked").set_value(False).run()
    assert strips(app)[0]["marks"] == []


def test_an_example_takes_the_place_of_the_text():
    app = section("Side by side")
    app.button_group(key="tokenization_example").set_value("Arabic").run()
    assert text_of(strips(app)[0]) == app.text_area(key="tokenization_families_text").value
    assert "الطقس" in text_of(strips(app)[0])


def test_the_language_tax_counts_every_language():
    tax = figures(section("Side by side"))[0]
    points = {trace["name"]: trace for trace in tax["data"] if trace["mode"] == "markers"}
    assert len(points["GPT-2"]["y"]) == 10
    assert points["GPT-2"]["x"][7] > 4 * points["GPT-4o"]["x"][7]  # Hindi


def test_no_vocabulary_at_all():
    app = section("Side by side")
    app.multiselect(key="tokenization_families").set_value([]).run()
    assert not app.exception
    assert "at least one" in app.info[0].value


def test_a_tokenizer_from_a_folder(tmp_path):
    from lab.tokenizers.bpe import train

    trained = train("star star", 260)
    (tmp_path / "tokenizer.json").write_text(trained.to_json())
    app = section("Side by side", other=str(tmp_path), families_text="start")
    assert strips(app)[2]["ids"] == trained.encode("start")


@pytest.mark.parametrize("other", ["../x", "a b", "\0", "/", "/etc/hostname", "<script>"])
def test_what_is_no_tokenizer_is_explained(other):
    app = section("Side by side", other=other)
    assert app.warning
    assert len(strips(app)) == 2


# Train your own


def test_training_is_shown_step_by_step():
    app = section("Train your own", train_text="aaabdaaabac", train_size="259", train_step="1")
    assert strips(app)[0]["ids"] == [256, 97, 98, 100, 256, 97, 98, 97, 99]
    assert "4 times" in markdown(app)
    pairs, compression = figures(app)
    assert pairs["data"][0]["customdata"][0] == "aa + a"
    assert compression["data"][0]["y"] == [11, 9, 7, 5]
    app.slider(key="tokenization_train_step").set_value(2).run()
    assert strips(app)[0]["ids"] == [257, 98, 100, 257, 98, 97, 99]
    assert "1 other pair occurred as often" in markdown(app)


def test_the_three_ways_of_cutting_before_any_merge():
    app = section("Train your own", train_text="12345 a(ab)", train_cuts="GPT-4's words")
    assert app.caption[0].value == r"123 · 45 · ␣a · \(ab · \)"
    app.button_group(key="tokenization_train_cuts").set_value("GPT-2's words").run()
    assert app.caption[0].value == r"12345 · ␣a · \( · ab · \)"
    app.button_group(key="tokenization_train_cuts").set_value("Whole text").run()
    assert "ab" not in app.caption[0].value


@pytest.mark.parametrize("size", ["255", "0", "-5"])
def test_a_vocabulary_without_room_for_the_bytes(size):
    app = section("Train your own", train_size=size)
    assert "256" in app.warning[0].value


@pytest.mark.parametrize("size", ["1e400", "-inf", "nan", "many", ""])
def test_a_vocabulary_size_that_is_no_number_is_the_usual_one(size):
    app = section("Train your own", train_size=size)
    box = app.number_input(key="tokenization_train_size")
    assert box.value == 296
    box.set_value(300).run()
    assert app.slider(key="tokenization_train_step").max == 44


@pytest.mark.parametrize("size", ["2000", "1000000000"])
def test_a_vocabulary_above_what_the_text_supports(size):
    app = section("Train your own", train_text="hello", train_size=size)
    assert not app.warning
    assert app.info


@pytest.mark.parametrize("text", ["", " ", "a", "\n\n\n", "word"])
@pytest.mark.parametrize("cuts", ["Whole text", "GPT-2's words", "GPT-4's words"])
def test_texts_with_little_to_learn(text, cuts):
    app = section("Train your own", train_text=text, train_cuts=cuts)
    assert not app.warning


def test_the_comparison_with_hugging_faces_trainer_explains_the_first_difference():
    app = section("Train your own", train_text="aaabdaaabac", train_size="258", compare="true")
    assert list(app.dataframe[1].value["Here"]) == ["aa", "aaa"]
    assert list(app.dataframe[1].value["Hugging Face"]) == ["aa", "ab"]
    assert "differ at merge 2" in markdown(app)


# Special tokens


def test_a_special_token_typed_and_meant():
    typed, meant = strips(section("Special tokens"))
    assert 50256 not in typed["ids"]
    assert typed["control"] == []
    assert 50256 in meant["ids"]
    assert meant["control"] == [3]
    assert text_of(typed) == text_of(meant)


# Takeaways


def test_the_takeaways_are_counted_on_the_text():
    app = section("Takeaways", takeaways_text="one two one six")
    table = app.dataframe[0].value.set_index("Units")
    assert list(table.loc["Words"]) == [3, 4, 1, 10]
    assert list(table.loc["Letters"]) == [54, 15, 3, 120]
    assert list(table.loc["Bytes"]) == [256, 15, 0, 120]
    assert table.loc["GPT-2", "Tokens"] == 4


# The address, and whatever people paste


def test_the_address_carries_the_state():
    app = section("Train your own", train_text="banana band", train_size="262", train_step="2")
    assert app.text_area(key="tokenization_train_text").value == "banana band"
    assert app.number_input(key="tokenization_train_size").value == 262
    assert app.slider(key="tokenization_train_step").value == 2


@pytest.mark.parametrize(
    ("tab", "key"),
    [
        ("Words", "words_text"),
        ("Words", "corpus"),
        ("Characters", "characters_text"),
        ("Subwords", "subwords_text"),
        ("Back to text", "ids_text"),
        ("Side by side", "families_text"),
        ("Train your own", "train_text"),
        ("Special tokens", "special_text"),
        ("Takeaways", "takeaways_text"),
    ],
)
def test_every_section_answers_every_text(tab, key):
    app = section(tab)
    for name, text in HOSTILE.items():
        app.text_area(key=f"tokenization_{key}").set_value(text).run()
        assert not app.exception, name
        assert app.text_area(key=f"tokenization_{key}").value == text, name
        assert "<script" not in markdown(app).replace(r"\<", ""), name


def test_what_is_beyond_the_limit_is_cut_and_said():
    app = section("Side by side")
    app.text_area(key="tokenization_families_text").set_value("word " * 200_000).run()
    assert not app.exception
    assert "900,000" in app.info[0].value
    assert all(strip["total"] == LIMIT / len("word ") + 1 for strip in strips(app))


def test_a_long_text_is_compressed_into_the_address():
    app = section("Subwords")
    app.text_area(key="tokenization_subwords_text").set_value("ok " * 5_000).run()
    packed = app.query_params["tokenization_subwords_text.z"]
    again = section("Subwords", **{"subwords_text.z": packed})
    assert again.text_area(key="tokenization_subwords_text").value == "ok " * 5_000
