"""Byte-pair training, side by side: incremental pair counts against a full recount per merge.

    python -m benchmarks.bpe

Both learn the same merges from the same text in the same run, so the ratio holds on any machine.
Hugging Face's trainer, which is Rust and breaks ties differently, is timed beside them.
"""

import time
from collections.abc import Callable

import tokenizers as hf

from lab.tokenizers.bpe import GPT2_PATTERN, train
from tests.tokenizers.recount import by_recounting
from tests.tokenizers.samples import prose


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The shortest of a few runs."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def hugging_face(text: str, vocab_size: int) -> None:
    trainer = hf.trainers.BpeTrainer(
        vocab_size=vocab_size,
        show_progress=False,
        initial_alphabet=hf.pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer = hf.Tokenizer(hf.models.BPE())
    tokenizer.pre_tokenizer = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator([text], trainer)


def main() -> None:
    text = prose(186_000)
    print("256 merges on 186,000 characters")
    recount = seconds(lambda: by_recounting([text.encode()], 256), repeats=1)
    assert train(text, 512).merges == by_recounting([text.encode()], 256)
    print(f"  full recount per merge      {recount:8.3f} s")
    for label, pattern in [("no cuts", None), ("GPT-2's cuts", GPT2_PATTERN)]:
        ours = seconds(lambda pattern=pattern: train(text, 512, pattern=pattern))
        print(f"  incremental, {label:<14} {ours:8.3f} s   {recount / ours:6.0f} times faster")
    theirs = seconds(lambda: hugging_face(text, 512))
    print(f"  Hugging Face, GPT-2's cuts  {theirs:8.3f} s")

    text = prose(1_000_000)
    print("2,000 merges on 1,000,000 characters")
    for label, pattern in [("no cuts", None), ("GPT-2's cuts", GPT2_PATTERN)]:
        ours = seconds(lambda pattern=pattern: train(text, 2256, pattern=pattern), repeats=1)
        print(f"  incremental, {label:<14} {ours:8.3f} s")
    theirs = seconds(lambda: hugging_face(text, 2256), repeats=1)
    print(f"  Hugging Face, GPT-2's cuts  {theirs:8.3f} s")


if __name__ == "__main__":
    main()
