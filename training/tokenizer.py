"""Train the one tokenizer of the bundled models: byte-level BPE over the stories.

    python -m training.tokenizer stories.txt --out runs/tokenizer

The pre-split follows Qwen's: words keep their leading space, every digit stands alone (which is
what lets so small a model learn sums). Ids are laid out as the teaching pages count them: 256
bytes, then merge k at 256 + k, then the special tokens.
"""

import argparse
import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from training.corpus import END_OF_TEXT, read_documents

SPECIAL_TOKENS = (END_OF_TEXT, "<|im_start|>", "<|im_end|>")
VOCABULARY = 5120
PRE_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# ChatML: each turn between <|im_start|>role and <|im_end|>.
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' -}}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}"
)


def train(documents: list[str], vocab_size: int = VOCABULARY) -> Tokenizer:
    """A byte-level BPE tokenizer of `vocab_size` entries, special tokens included."""
    tokenizer = _untrained({}, [])
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(SPECIAL_TOKENS), initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator(documents, trainer)
    merges = [(left, right) for left, right in json.loads(tokenizer.to_str())["model"]["merges"]]
    ordered = [_printable(byte) for byte in range(256)] + ["".join(pair) for pair in merges]
    renumbered = _untrained({token: index for index, token in enumerate(ordered)}, merges)
    renumbered.add_special_tokens(list(SPECIAL_TOKENS))
    return renumbered


def _untrained(vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRE_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _printable(byte: int) -> str:
    """GPT-2's printable stand-in for a byte: itself where it prints, else one from U+0100 on."""
    prints = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    if byte in prints:
        return chr(byte)
    return chr(0x100 + sorted(set(range(256)) - set(prints)).index(byte))


def save(tokenizer: Tokenizer, folder: Path, context: int, end: str) -> None:
    """Write `tokenizer.json` and a `tokenizer_config.json` that transformers reads.

    `end` is the token that ends an answer: `<|endoftext|>` for a base model, `<|im_end|>` for a
    tuned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": context,
        "eos_token": end,
        "pad_token": END_OF_TEXT,
        "extra_special_tokens": list(SPECIAL_TOKENS[1:]),
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/tokenizer"))
    arguments = parser.parse_args()
    tokenizer = train(read_documents(arguments.stories))
    save(tokenizer, arguments.out, context=512, end=END_OF_TEXT)
    print(f"{tokenizer.get_vocab_size()} entries -> {arguments.out}")


if __name__ == "__main__":
    main()
