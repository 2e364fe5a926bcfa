import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import tokenizers as hf
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import LabError
from lab.tokenizers import from_file, from_hub, load, pretrained
from lab.tokenizers.bpe import GPT2_PATTERN, train
from lab.tokenizers.huggingface import FileTokenizer

from .samples import prose, texts

_UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def _gpt2() -> hf.Tokenizer:
    folder = pretrained._gpt2_data()
    merges = (folder / "vocab.bpe").read_text(encoding="utf-8").splitlines()[1:]
    vocabulary = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    backend = hf.Tokenizer(hf.models.BPE(vocabulary, [tuple(m.split(" ")) for m in merges]))
    backend.pre_tokenizer = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = hf.decoders.ByteLevel()
    backend.add_special_tokens(["<|endoftext|>"])
    backend.add_tokens(["<think>", "   "])
    return backend


def _sentencepiece() -> hf.Tokenizer:
    """A small vocabulary in the manner of Llama: byte fallback, and "▁" for a space."""
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces += ["▁", "h", "i", "▁h", "▁hi", "hi"]
    merges = [("▁", "h"), ("▁h", "i"), ("h", "i")]
    backend = hf.Tokenizer(
        hf.models.BPE(
            {piece: i for i, piece in enumerate(pieces)},
            merges,
            unk_token="<unk>",
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    backend.normalizer = hf.normalizers.Sequence(
        [hf.normalizers.Prepend("▁"), hf.normalizers.Replace(" ", "▁")]
    )
    backend.decoder = hf.decoders.Sequence(
        [
            hf.decoders.Replace("▁", " "),
            hf.decoders.ByteFallback(),
            hf.decoders.Fuse(),
            hf.decoders.Strip(" ", 1, 0),
        ]
    )
    backend.add_special_tokens(["<unk>", "<s>", "</s>"])
    return backend


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory) -> FileTokenizer:
    folder = tmp_path_factory.mktemp("gpt2")
    backend = _gpt2()
    backend.enable_truncation(3)
    backend.enable_padding(length=50)
    backend.save(str(folder / "tokenizer.json"))
    return from_file(folder)


@pytest.fixture(scope="module")
def llama() -> FileTokenizer:
    return FileTokenizer("llama", _sentencepiece())


def test_a_byte_level_file_agrees_with_tiktoken(gpt2):
    for text in texts(2500):
        if "   " not in text:  # an added token of this file, see below
            assert gpt2.encode(text) == load("gpt2").encode(text)


def test_every_byte_of_a_byte_level_file(gpt2):
    assert gpt2.vocab_size == 50259
    for token_id in range(50257):
        assert gpt2.token_bytes(token_id) == load("gpt2").token_bytes(token_id)


@given(text=_UNICODE)
def test_any_text_comes_back(gpt2, llama, text):
    assert gpt2.decode(gpt2.encode(text)) == text
    text = text.replace("▁", "")
    assert llama.decode(llama.encode(text)) == text


def test_truncation_and_padding_of_the_file_are_off(gpt2):
    assert len(gpt2.encode("one two three four five")) == 5
    assert gpt2.encode("one") == load("gpt2").encode("one")


@pytest.mark.parametrize("special", ["<|endoftext|>", "<think>"])
def test_typed_control_tokens_stay_text_unless_asked_for(gpt2, special):
    token_id = gpt2.special_tokens[special]
    text = f"Hi {special}there"
    assert token_id not in gpt2.encode(text)
    assert gpt2.encode(text) == load("gpt2").encode(text)
    assert token_id in gpt2.encode(text, parse_special=True)
    assert gpt2.decode(gpt2.encode(text, parse_special=True)) == text
    assert gpt2.token_bytes(token_id) == special.encode()


def test_added_blanks_are_ordinary_text(gpt2):
    assert "   " not in gpt2.special_tokens
    assert 50258 in gpt2.encode("a   b")


def test_a_sentencepiece_file_has_exact_bytes(llama):
    ids = llama.encode("hi é hi")
    assert [llama.token_bytes(i) for i in ids] == [b" hi", b" ", b"\xc3", b"\xa9", b" hi"]
    assert llama.decode(ids) == "hi é hi"


def test_the_space_that_sentencepiece_adds_is_taken_away_once_per_run_of_text(llama):
    text = " hi</s> hi"
    ids = llama.encode(text, parse_special=True)
    assert llama.decode(ids) == text
    assert 2 in ids


@pytest.mark.parametrize("scheme", ["always", "first", "never"])
def test_metaspace(scheme):
    pieces = [("<unk>", 0.0), ("▁", -1.0), ("a", -2.0), ("▁a", -1.5)]
    backend = hf.Tokenizer(hf.models.Unigram(pieces, 0, False))
    backend.pre_tokenizer = hf.pre_tokenizers.Metaspace(prepend_scheme=scheme)
    backend.decoder = hf.decoders.Metaspace(prepend_scheme=scheme)
    backend.add_special_tokens(["<s>"])
    tokenizer = FileTokenizer("metaspace", backend)
    # No text begins with a space: Metaspace adds none there, and so cannot tell "a" from " a".
    for text in ["a", "a a", "a  a ", "<s>a", "a<s>a"]:
        assert tokenizer.decode(tokenizer.encode(text, parse_special=True)) == text


def test_other_kinds_decode_as_their_file_says():
    vocabulary = {"[UNK]": 0, "play": 1, "##ing": 2, "now": 3}
    backend = hf.Tokenizer(hf.models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.pre_tokenizer = hf.pre_tokenizers.Whitespace()
    backend.decoder = hf.decoders.WordPiece()
    tokenizer = FileTokenizer("wordpiece", backend)
    ids = tokenizer.encode("playing now")
    assert ids == [1, 2, 3]
    assert tokenizer.decode(ids) == "playing now"
    assert [tokenizer.token_bytes(i) for i in ids] == [b"play", b"##ing", b"now"]


def test_a_trained_tokenizer_survives_the_file(tmp_path):
    trained = train(prose(5000), 400, pattern=GPT2_PATTERN)
    file = tmp_path / "tokenizer.json"
    file.write_text(trained.to_json(), encoding="utf-8")
    loaded = from_file(file)
    assert loaded.vocab_size == trained.vocab_size
    assert loaded.name == tmp_path.name
    for token_id in range(trained.vocab_size):
        assert loaded.token_bytes(token_id) == trained.token_bytes(token_id)
    for text in texts(200):
        assert loaded.encode(text) == trained.encode(text)


@pytest.mark.parametrize("token_id", [-1, 50259, 2**70])
def test_an_id_that_nobody_has_is_a_plain_answer(gpt2, token_id):
    with pytest.raises(LabError):
        gpt2.decode([token_id])


def test_awkward_text(gpt2, llama):
    for tokenizer in (gpt2, llama):
        assert tokenizer.encode("") == []
        assert tokenizer.decode(tokenizer.encode("h\ud800\0")) == "h\ufffd\0"
        text = "hi 🚀" * 100_000
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_threads_do_not_disturb_each_other(gpt2):
    text = "a<|endoftext|>b"
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda i: gpt2.encode(text, parse_special=i % 2 == 0), range(200)))
    assert all((50256 in ids) == (i % 2 == 0) for i, ids in enumerate(results))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"not json", b"\xff\xfe\x00", b'{"model": 3}']
)
def test_a_file_that_is_no_tokenizer_is_a_plain_answer(tmp_path, content):
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(LabError):
        from_file(tmp_path)


def test_a_folder_without_a_tokenizer_is_a_plain_answer(tmp_path):
    for path in (tmp_path, tmp_path / "nothing", "bad\0path"):
        with pytest.raises(LabError):
            from_file(path)


@pytest.mark.parametrize("name", ["nobody/nothing", "../x", "a b", "", "x" * 300, "\0"])
def test_what_cannot_be_fetched_is_a_plain_answer(name, monkeypatch):
    def refuse(*_):
        raise OSError("no network")

    monkeypatch.setattr("socket.getaddrinfo", refuse)
    with pytest.raises(LabError, match="to be had"):
        from_hub(name)
