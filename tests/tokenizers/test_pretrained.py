import json
import os
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import tiktoken
import tokenizers as hf
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.errors import LabError
from lab.tokenizers import load, names, pretrained
from lab.tokenizers.alphabet import CHAR_OF_BYTE

from .samples import texts

SENTENCE = "The 🌟 star-programmer implemented AGI overnight."
_UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_SENTENCEPIECE = ("mistral", "gemma3")
_CL100K_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def test_the_promised_names():
    assert names() == [
        "gpt2",
        "cl100k_base",
        "o200k_base",
        "qwen3",
        "llama3",
        "deepseek_v3",
        "mistral",
        "gemma3",
    ]


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        (
            "gpt2",
            "Unbelievable tokenization powers! 🚀",
            [3118, 6667, 11203, 540, 11241, 1634, 5635, 0, 12520, 248, 222],
        ),
        (
            "gpt2",
            SENTENCE,
            [464, 12520, 234, 253, 3491, 12, 23065, 647, 9177, 13077, 40, 13417, 13],
        ),
        (
            "o200k_base",
            SENTENCE,
            [976, 130321, 253, 8253, 81630, 1159, 20681, 19215, 40, 34454, 13],
        ),
    ],
)
def test_the_notebooks_ids(name, text, ids):
    assert load(name).encode(text) == ids
    assert load(name).decode(ids) == text


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("gpt2", 50257),
        ("cl100k_base", 100277),
        ("o200k_base", 200019),
        ("qwen3", 151669),
        ("llama3", 128256),
        ("deepseek_v3", 128815),
        ("mistral", 32000),
        ("gemma3", 262144),
    ],
)
def test_the_sizes_that_the_models_publish(name, size):
    tokenizer = load(name)
    assert tokenizer.vocab_size == size
    assert max(tokenizer.special_tokens.values()) < size


@pytest.mark.parametrize("name", names())
@settings(max_examples=300)
@given(text=_UNICODE)
def test_any_text_comes_back(name, text):
    if name in _SENTENCEPIECE:  # see the next test
        text = text.replace("▁", "")
    tokenizer = load(name)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    space = b"" if tokenizer.leading_space == "never" or not ids else b" "
    assert b"".join(map(tokenizer.token_bytes, ids)) == space + text.encode()


@pytest.mark.parametrize("name", _SENTENCEPIECE)
def test_sentencepiece_cannot_tell_its_own_sign_from_a_space(name):
    assert load(name).decode(load(name).encode("a▁b")) == "a b"


@pytest.mark.parametrize("name", names())
def test_each_of_the_256_bytes_has_a_token(name):
    tokenizer = load(name)
    data = {tokenizer.token_bytes(i) for i in range(700)}
    assert {bytes([byte]) for byte in range(256)} <= data


def test_gpt2_gives_every_byte_the_id_of_its_place_in_the_printable_alphabet():
    by_letter = sorted(range(256), key=lambda byte: CHAR_OF_BYTE[byte])
    assert [load("gpt2").token_bytes(i) for i in range(256)] == [bytes([b]) for b in by_letter]


def test_344_of_gpt2s_tokens_are_no_text_by_themselves():
    def is_text(data: bytes) -> bool:
        try:
            data.decode()
        except UnicodeDecodeError:
            return False
        return True

    data = [load("gpt2").token_bytes(i) for i in range(50256)]
    assert sum(not is_text(each) for each in data) == 344
    assert sum(each.startswith(b" ") for each in data) == 33135
    # A string is no key: so many ids show as the same one as another id. Bytes are.
    shown = Counter(each.decode("utf-8", "replace") for each in data)
    assert sum(count for count in shown.values() if count > 1) == 340
    assert len(set(data)) == len(data)


def test_a_space_decides_how_a_word_is_cut():
    gpt2 = load("gpt2")
    assert len(gpt2.encode("strawberry")) == 3
    assert len(gpt2.encode(" strawberry")) == 1
    assert gpt2.encode(" SolidGoldMagikarp") == [43453]


@pytest.mark.parametrize("name", ["cl100k_base", "o200k_base"])
def test_tiktoken_and_splintr_agree(name):
    splintr = pytest.importorskip("splintr").Tokenizer.from_pretrained(name)
    tokenizer = load(name)
    for text in texts(2500):
        assert tokenizer.encode(text) == splintr.encode_ordinary(text)


def test_gpt2_agrees_with_hugging_faces_own_class():
    from transformers import GPT2Tokenizer

    folder = pretrained._gpt2_data()
    merges = (folder / "vocab.bpe").read_text(encoding="utf-8").splitlines()[1:]
    theirs = GPT2Tokenizer(
        vocab=json.loads((folder / "encoder.json").read_text(encoding="utf-8")),
        merges=[tuple(merge.split(" ")) for merge in merges],
    )
    for text in texts(2500):
        assert load("gpt2").encode(text) == theirs.encode(text, add_special_tokens=False)


@pytest.mark.parametrize(
    ("name", "cuts"),
    [
        ("llama3", [_CL100K_SPLIT]),
        ("qwen3", [_CL100K_SPLIT.replace("{1,3}", "")]),
        (
            "deepseek_v3",
            [
                r"\p{N}{1,3}",
                r"[一-龥\u3040-ゟ゠-ヿ]+",
                r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"
                r"|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*"
                r"|\s*[\r\n]+|\s+(?!\S)|\s+",
            ],
        ),
    ],
)
def test_splintrs_vocabularies_agree_with_an_encoder_built_from_their_ranks(name, cuts):
    tokenizer = load(name)
    ordinary = set(range(tokenizer.vocab_size)) - set(tokenizer.special_tokens.values())
    ranks = {}
    for token_id in ordinary:
        data = tokenizer._token_bytes(token_id)
        if data is not None:
            ranks[data] = token_id
    merger = tiktoken.Encoding(name, pat_str=r"[\s\S]+", mergeable_ranks=ranks, special_tokens={})
    cutter = hf.pre_tokenizers.Sequence(
        [hf.pre_tokenizers.Split(hf.Regex(cut), "isolated") for cut in cuts]
    )
    for text in texts(2500):
        expected = [
            token_id
            for chunk, _ in cutter.pre_tokenize_str(text)
            for token_id in merger.encode_ordinary(chunk)
        ]
        assert tokenizer.encode(text) == expected


@pytest.mark.parametrize(
    ("name", "first_byte", "units"),
    [
        ("mistral", 3, r"[\s\S]+"),
        # Gemma keeps runs of blanks whole before anything is merged.
        ("gemma3", 238, r" {2,31}|\n{1,31}|\t{1,31}|(?: (?! )|[^ \n\t])+"),
    ],
)
def test_the_sentencepiece_vocabularies_agree_with_the_textbook_algorithm(name, first_byte, units):
    tokenizer = load(name)
    bytes_ = range(first_byte, first_byte + 256)
    pieces: dict[bytes, int] = {}
    for token_id in sorted(set(range(tokenizer.vocab_size)) - set(bytes_)):
        pieces.setdefault(tokenizer.token_bytes(token_id), token_id)
    space = "" if tokenizer.leading_space == "never" else " "
    for text in texts(2500):
        expected = [
            token_id
            for unit in re.findall(units, space + text.replace("▁", " "))
            for token_id in _sentencepiece(unit, pieces, first_byte)
        ]
        assert tokenizer.encode(text) == expected


def _sentencepiece(unit: str, pieces: dict[bytes, int], first_byte: int) -> list[int]:
    """Join neighbours, oldest piece first and blanks last; what is no piece falls to its bytes."""
    parts = [unit.encode()] if not unit.strip(" \n\t") else [char.encode() for char in unit]
    if len(parts) == 1 and parts[0] not in pieces:
        parts = [char.encode() for char in unit]
    while True:
        joined = [parts[i] + parts[i + 1] for i in range(len(parts) - 1)]
        known = [(not j.strip(b" "), pieces[j], i) for i, j in enumerate(joined) if j in pieces]
        if not known:
            break
        at = min(known)[-1]
        parts[at : at + 2] = [joined[at]]
    return [
        token_id
        for part in parts
        for token_id in ([pieces[part]] if part in pieces else [first_byte + b for b in part])
    ]


@pytest.mark.parametrize("name", names())
def test_typed_special_tokens_stay_text_unless_asked_for(name):
    tokenizer = load(name)
    for special, token_id in tokenizer.special_tokens.items():
        text = f"Hi{special} there"
        typed = tokenizer.encode(text)
        assert token_id not in typed
        assert tokenizer.decode(typed) == text
        parsed = tokenizer.encode(text, parse_special=True)
        assert parsed.count(token_id) == 1
        assert tokenizer.decode(parsed) == text
        assert tokenizer.token_bytes(token_id) == special.encode()


def test_gpt2s_end_of_text():
    assert load("gpt2").special_tokens == {"<|endoftext|>": 50256}
    assert load("gpt2").encode("<|endoftext|>") == [27, 91, 437, 1659, 5239, 91, 29]
    assert load("gpt2").encode("<|endoftext|>", parse_special=True) == [50256]


def test_tokens_that_only_splintr_knows_do_not_exist():
    for name in names():
        assert "<|think|>" not in load(name).special_tokens


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("token_id", [-1, 10**9, 2**70])
def test_an_id_that_nobody_has_is_a_plain_answer(name, token_id):
    with pytest.raises(LabError):
        load(name).token_bytes(token_id)
    with pytest.raises(LabError):
        load(name).decode([0, token_id])


def test_an_unused_id_is_a_plain_answer():
    with pytest.raises(LabError, match="100256"):
        load("cl100k_base").token_bytes(100256)


@pytest.mark.parametrize("name", names())
def test_awkward_text(name):
    tokenizer = load(name)
    assert tokenizer.encode("") == []
    assert tokenizer.decode([]) == ""
    assert tokenizer.decode(tokenizer.encode("a\ud800b\0")) == "a\ufffdb\0"
    assert tokenizer.decode(tokenizer.encode("\ud83d\ude80")) == "🚀"


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("unit", ["a", "🚀", "one two 3.\n", "﷽"])
def test_a_megabyte_comes_back(name, unit):
    text = unit * (1_000_000 // len(unit.encode()))
    assert load(name).decode(load(name).encode(text)) == text


@pytest.mark.parametrize("name", names())
def test_a_megabyte_of_blanks_is_answered(name):
    text = " " * 1_000_000 + "a"
    tokenizer = load(name)
    if isinstance(tokenizer, pretrained.TiktokenTokenizer):
        with pytest.raises(LabError, match="blanks"):
            tokenizer.encode(text)
        text = text[600_000:]
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(LabError, match="gemma3"):
        load("../gpt2")


def test_one_load_for_all_threads(monkeypatch):
    loads = []

    def loader(name):
        loads.append(name)
        return load("gpt2") if name != "once" else object()

    monkeypatch.setitem(pretrained._LOADERS, "once", loader)
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(load, ["once"] * 16))
    assert loads == ["once"]
    assert len({id(each) for each in loaded}) == 1


_OFFLINE = """
import os, socket, sys

def refuse(*args, **kwargs):
    raise OSError("no network")

socket.socket.connect = socket.getaddrinfo = refuse
import lab.tokenizers
heavy = {"torch", "transformers", "streamlit", "plotly", "tiktoken", "splintr", "tokenizers"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
for name in lab.tokenizers.names():
    assert lab.tokenizers.load(name).encode("Hello")
assert not {"torch", "transformers", "streamlit", "plotly"} & set(sys.modules)
print(os.environ.get("TIKTOKEN_CACHE_DIR"))
"""


@pytest.mark.parametrize("folder", [None, "/nowhere/at/all"])
def test_all_load_without_network_light_and_without_touching_the_environment(folder):
    environment = {k: v for k, v in os.environ.items() if k != "TIKTOKEN_CACHE_DIR"}
    if folder is not None:
        environment["TIKTOKEN_CACHE_DIR"] = folder
    run = subprocess.run(
        [sys.executable, "-c", _OFFLINE], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(folder)
