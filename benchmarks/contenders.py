"""Ways to write greedily from the same weights: ours and those of others, two threads each.

Each takes a path and gives a function from a prompt's ids and a number of tokens to the ids that
it writes. A contender runs in a process of its own, since their thread pools get in each other's
way; `Contender` asks it from outside.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

THREADS = 2
Write = Callable[[Sequence[int], int], list[int]]


def ours(path: Path, dtype: str) -> Write:
    """Our reader and the likeliest token: what the others do, and no more."""
    import torch

    from lab.models import load, reader

    torch.set_num_threads(THREADS)
    model = load(str(path), dtype=dtype)

    def write(prompt: Sequence[int], count: int) -> list[int]:
        read = reader(model, capacity=len(prompt) + count)
        written: list[int] = []
        new = list(prompt)
        for _ in range(count):
            new = [int(read(new).argmax())]
            written += new
        return written

    return write


def our_loop(path: Path, dtype: str) -> Write:
    """The loop of the pages: every step with its probability, rank, entropy and alternatives."""
    import torch

    from lab.generation import generate
    from lab.models import load
    from lab.sampling import Settings

    torch.set_num_threads(THREADS)
    model = load(str(path), dtype=dtype)

    def write(prompt: Sequence[int], count: int) -> list[int]:
        steps = generate(model, prompt, Settings("greedy", max_new_tokens=count))
        return [step.token_id for step in steps]

    return write


def transformers_generate(path: Path, dtype: str) -> Write:
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(THREADS)
    model = AutoModelForCausalLM.from_pretrained(path, dtype=getattr(torch, dtype)).eval()
    model.generation_config.eos_token_id = None

    def write(prompt: Sequence[int], count: int) -> list[int]:
        row = torch.tensor([prompt])
        with torch.inference_mode():
            found = model.generate(
                row,
                attention_mask=torch.ones_like(row),
                max_new_tokens=count,
                do_sample=False,
                pad_token_id=0,
            )
        return found[0, len(prompt) :].tolist()

    return write


def llama_cpp(path: Path, dtype: str) -> Write:
    import numpy as np
    from llama_cpp import Llama

    llama = Llama(str(path), n_ctx=256, n_threads=THREADS, n_threads_batch=THREADS, verbose=False)

    def write(prompt: Sequence[int], count: int) -> list[int]:
        llama.reset()
        written: list[int] = []
        new = list(prompt)
        for _ in range(count):
            llama.eval(new)
            logits = np.ctypeslib.as_array(llama._ctx.get_logits(), shape=(llama.n_vocab(),))
            new = [int(logits.argmax())]
            written += new
        return written

    return write


def ctranslate2_generate(path: Path, dtype: str) -> Write:
    import ctranslate2

    generator = ctranslate2.Generator(
        str(path), compute_type=dtype, inter_threads=1, intra_threads=THREADS
    )

    def write(prompt: Sequence[int], count: int) -> list[int]:
        (result,) = generator.generate_batch(
            [[f"t{number}" for number in prompt]],
            max_length=count,
            min_length=count,
            include_prompt_in_result=False,
            end_token=[],
        )
        return result.sequences_ids[0]

    return write


class Contender:
    """One of the above in a process of its own."""

    def __init__(self, make: Callable[[Path, str], Write], path: Path, dtype: str) -> None:
        os.environ["OMP_NUM_THREADS"] = str(THREADS)
        context = multiprocessing.get_context("spawn")
        self._line, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far, make, path, dtype), daemon=True)
        self._process.start()

    def seconds(self, prompt: Sequence[int], count: int) -> float:
        """How long it takes to read `prompt` and write `count` tokens."""
        self._line.send((prompt, count))
        taken = self._line.recv()
        if isinstance(taken, str):
            raise RuntimeError(taken)
        return float(taken)

    def close(self) -> None:
        self._line.close()
        self._process.join()


def _serve(line: Connection, make: Callable[[Path, str], Write], path: Path, dtype: str) -> None:
    write = make(path, dtype)
    while True:
        try:
            prompt, count = line.recv()
        except EOFError:
            return
        start = time.perf_counter()
        written = write(prompt, count)
        taken = time.perf_counter() - start
        line.send(taken if len(written) == count else f"{len(written)} tokens instead of {count}")
