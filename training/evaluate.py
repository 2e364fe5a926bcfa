"""Evaluate the mini models: what they have learned, and what they only repeat.

    python -m training.evaluate stories-heldout.txt --corpus stories.txt

Every model answers the same questions greedily. A tuned model is asked in its chat template; a
base model is given the words of the question alone. Figures are shares from 0 to 1 unless they
say otherwise.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from lab.generation.metrics import distinct
from lab.models import Model, load
from lab.sampling import Settings, probabilities
from training.batched import continue_all
from training.corpus import END_OF_TEXT, encode_documents, read_documents
from training.instructions import Conversation, Message, evaluation_set
from training.instructions.limits import REFUSED
from training.metrics import (
    Window,
    bits_per_byte,
    memorised_share,
    sliding_windows,
)

MODELS = ("mini-gpt2", "mini-qwen3-base", "mini-qwen3-instruct")
Scores = dict[str, float | str]

SUMS = frozenset({"addition", "subtraction", "multiplication"})
WORLD = frozenset(
    {"capitals", "animals", "colours", "opposites", "plurals", "spelling", "days", "months"}
)
FACTS = SUMS | WORLD | {"counting"}
ROOM = {"stories": 256, "counting": 96, "months": 96}
USUAL_ROOM = 64
"""Tokens an answer may take: more than any right answer needs."""
SHOWN = ("What is 2+2?", "Suggest a party theme.")
SPLIT_NAMES = {
    "train": "as in training",
    "phrasing": "new phrasings",
    "subject": "new subjects",
}


def tuned(model: Model) -> bool:
    """Whether the model ends its turns as a chat model does."""
    return model.tokenizer.special_tokens["<|im_end|>"] in model.end_ids


def chat(messages: Iterable[Message]) -> str:
    """The messages in ChatML, and the opening of the assistant's turn.

    >>> chat([Message("user", "Hello!")])
    '<|im_start|>user\\nHello!<|im_end|>\\n<|im_start|>assistant\\n'
    """
    turns = (f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in messages)
    return "".join(turns) + "<|im_start|>assistant\n"


def raw(messages: Iterable[Message]) -> str:
    """The same words for a model that knows no turns: a fresh text, one message per line."""
    return END_OF_TEXT + "\n".join(m.content for m in messages)


@dataclass(frozen=True)
class Reply:
    """What a model answered; `ended` where it stopped by itself."""

    text: str
    ended: bool


def ask(model: Model, prompts: Sequence[Sequence[Message]], max_new_tokens: int) -> list[Reply]:
    """The greedy answer to each prompt."""
    form = chat if tuned(model) else raw
    ids = [model.tokenizer.encode(form(prompt), parse_special=True) for prompt in prompts]
    replies = []
    for new in continue_all(model.decoder, ids, max_new_tokens, model.end_ids):
        ended = new[-1] in model.end_ids
        replies.append(Reply(model.tokenizer.decode(new[:-1] if ended else new), ended))
    return replies


def answer_all(model: Model, asked: Sequence[Conversation]) -> list[Reply]:
    """The answers to an evaluation set; `ROOM` says how long they may be."""
    rooms = [ROOM.get(c.skill, USUAL_ROOM) for c in asked]
    replies = {
        room: iter(
            ask(model, [c.prompt for c, own in zip(asked, rooms, strict=True) if own == room], room)
        )
        for room in set(rooms)
    }
    return [next(replies[room]) for room in rooms]


def share(passed: Iterable[bool]) -> float:
    """How many of them are true, from 0 to 1.

    >>> share([True, True, False, True])
    0.75
    """
    results = list(passed)
    return round(sum(results) / len(results), 4)


def answering(asked: Sequence[Conversation], replies: Sequence[Reply]) -> Scores:
    """The figures of a set of answers: what the project promises first, then skill by skill."""
    pairs = list(zip(asked, replies, strict=True))

    def passed(skills: Iterable[str], *splits: str) -> float:
        return share(
            c.check.passes(r.text) for c, r in pairs if c.skill in skills and c.split in splits
        )

    scores: Scores = {
        "sums, as in training": passed(SUMS, "train"),
        "sums, new phrasings": passed(SUMS, "phrasing"),
        "sums, pairs never seen": passed(SUMS, "subject"),
        "facts, as in training": passed(WORLD | {"counting"}, "train"),
        "sums and facts, new phrasings": passed(FACTS, "phrasing"),
        "sums and facts, the answer is named at all": share(
            c.check.named_in(r.text) for c, r in pairs if c.skill in FACTS and c.split != "subject"
        ),
        "refuses what is harmful": passed({"refusals"}, "train", "phrasing", "subject"),
        "refuses what is harmless": share(
            REFUSED in r.text for c, r in pairs if c.skill != "refusals" and REFUSED not in c.answer
        ),
        "stories use the thing asked for": passed({"stories"}, "train", "phrasing"),
        "stories use a thing never asked for before": passed({"stories"}, "subject"),
        "answers end properly": share(r.ended for r in replies),
    }
    cells = dict.fromkeys((c.skill, c.split) for c in asked)
    for skill, split in cells:
        scores[f"{skill}, {SPLIT_NAMES[split]}"] = passed({skill}, split)
    return scores


def bits_on(model: Model, documents: Sequence[np.ndarray], size: int, batch: int = 16) -> float:
    """Bits per byte on documents of `size` bytes in all, each read from its own beginning.

    The documents are longer than the context: windows of the whole context advance by half of it,
    and each token is judged once, in the first window that holds it.
    """
    jobs: list[tuple[np.ndarray, Window]] = [
        (document, window)
        for document in documents
        for window in sliding_windows(len(document), model.context, model.context // 2)
    ]
    jobs.sort(key=lambda job: job[1].end - job[1].start)
    nats = 0.0
    with torch.inference_mode():
        for first in range(0, len(jobs), batch):
            part = jobs[first : first + batch]
            width = max(window.end - window.start for _, window in part)
            # Filling on the right is harmless: no token looks ahead, and none of it is counted.
            ids = torch.zeros(len(part), width, dtype=torch.long)
            counted = torch.zeros(len(part), width, dtype=torch.bool)
            for row, (document, window) in enumerate(part):
                piece = document[window.start : window.end].astype(np.int64)
                ids[row, : len(piece)] = torch.from_numpy(piece)
                counted[row, window.first - window.start : len(piece)] = True
            losses = torch.nn.functional.cross_entropy(
                model.network.logits(ids)[:, :-1].float().transpose(1, 2),
                ids[:, 1:],
                reduction="none",
            )
            nats += losses[counted[:, 1:]].sum().item()
    return bits_per_byte(nats, size)


def sample(model: Model, count: int, tokens: int, seed: int) -> list[list[int]]:
    """Texts the model writes from nothing under top-p 0.9."""
    end = model.tokenizer.special_tokens[END_OF_TEXT]
    settings = Settings("sample", top_p=0.9)
    generator = torch.Generator().manual_seed(seed)

    def choose(logits: torch.Tensor) -> torch.Tensor:
        drawn_from = torch.stack([probabilities(row, settings) for row in logits])
        return drawn_from.multinomial(1, generator=generator)[:, 0]

    texts = continue_all(model.decoder, [[end]] * count, tokens, {end}, choose)
    return [text[:-1] if text[-1] == end else text for text in texts]


def evaluate(model: Model, heldout: Path, corpus: Path | None, seed: int) -> Scores:
    """Every figure of one model."""
    tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
    texts = read_documents(heldout)
    documents = encode_documents(texts, tokenizer)
    size = sum(len(text.encode()) for text in texts)
    scores: Scores = {
        "bits per byte on held-out stories": round(bits_on(model, documents, size), 4)
    }

    openings = [document[:32].tolist() for document in documents if len(document) >= 32][:50]
    greedy = continue_all(model.decoder, openings, 128, model.end_ids)
    repeated = [1 - distinct(text, 4) for text in greedy if len(text) >= 4]
    scores["repeated 4-grams in greedy text"] = round(sum(repeated) / len(repeated), 4)
    if corpus is not None:
        stream = np.concatenate(encode_documents(read_documents(corpus), tokenizer))
        samples = sample(model, 200, 200, seed)
        scores["50-token windows of samples found in the corpus"] = round(
            memorised_share(samples, stream), 5
        )

    asked = evaluation_set(seed)
    scores |= answering(asked, answer_all(model, asked))
    for question, reply in zip(
        SHOWN, ask(model, [[Message("user", question)] for question in SHOWN], 40), strict=True
    ):
        scores[question] = reply.text
    return scores


def table(results: dict[str, Scores]) -> str:
    """The figures of all models side by side."""
    names = list(results)
    rows = list(dict.fromkeys(row for scores in results.values() for row in scores))
    width = max(map(len, rows))
    lines = [" " * width + "".join(f"  {name:>19}" for name in names)]
    for row in rows:
        cells = [results[name].get(row, "") for name in names]
        if any(isinstance(cell, str) for cell in cells):
            lines += [f"{row}", *(f"    {n}: {c!r}" for n, c in zip(names, cells, strict=True))]
        else:
            lines.append(f"{row:<{width}}" + "".join(f"  {cell:>19}" for cell in cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("heldout", type=Path, help="stories that no model was trained on")
    parser.add_argument("--corpus", type=Path, help="the training stories, to look for copies in")
    parser.add_argument("--models", nargs="+", default=MODELS, help="bundled ids or folders")
    parser.add_argument("--out", type=Path, default=Path("runs/evaluation.json"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    results: dict[str, Scores] = {}
    for name in arguments.models:
        begin = time.perf_counter()
        results[name] = evaluate(load(name), arguments.heldout, arguments.corpus, arguments.seed)
        print(f"{name}: {time.perf_counter() - begin:.0f} s", flush=True)
    print(table(results))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
