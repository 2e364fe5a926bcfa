from transformers.convert_slow_tokenizer import bytes_to_unicode

from lab.tokenizers.alphabet import CHAR_OF_BYTE, from_printable, to_printable


def test_the_alphabet_is_the_one_that_transformers_uses():
    assert dict(enumerate(CHAR_OF_BYTE)) == bytes_to_unicode()


def test_every_byte_comes_back():
    data = bytes(range(256))
    assert from_printable(to_printable(data)) == data
    assert len(set(to_printable(data))) == 256


def test_the_two_famous_letters():
    assert to_printable(b" \n") == "ĠĊ"
