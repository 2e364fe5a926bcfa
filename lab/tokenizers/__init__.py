"""Text <-> ids: words, characters, and the subword vocabularies of real models."""

from lab.tokenizers.base import Tokenizer
from lab.tokenizers.huggingface import from_file, from_hub
from lab.tokenizers.pretrained import load, names

__all__ = ["Tokenizer", "from_file", "from_hub", "load", "names"]
