"""One model for many readers: texts join and leave a running batch at every token.

Continuous batching (Yu et al. 2022, Orca): the weights, whose reading is what a token costs on a
CPU, are read once per turn for all texts in the batch. New texts are read in chunks, in the same
passes (Agrawal et al. 2023, Sarathi), so that a long prompt keeps nobody waiting.

The engine knows nothing of pages or sessions. The choices are those of `lab.generation.loop`:
each text has its own settings and its own random numbers.

transformers has continuous batching too (`generate_batch`), and it runs on a CPU. It was tried with
GPT-2's 124M shape and is not used: it draws for all texts from one seed, so that a text depends on
its company; it gives ids and not what a `Step` tells of them; and of the knobs only temperature,
top-k and top-p can differ between texts. `benchmarks.continuous` measures both.
"""

import atexit
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakSet

import torch
from torch import Tensor

from lab.errors import LabError
from lab.generation.beam import Candidate, best_text, record, rounds
from lab.generation.channel import Channel, Stream
from lab.generation.loop import Continuation, Step, prompt_ids
from lab.models import Model
from lab.models.batch import Batch, bytes_per_token, new_batch
from lab.sampling import Settings, outlooks

MEMORY = 2**30
"""Bytes that the keys and values of all texts being written may take."""
MOST_TOKENS = 1024
"""Tokens of one text, its prompt included, where the model itself would take more."""
RESERVE = 4
"""The slots may take so many times that memory if all were full, which admission prevents; what is
never filled is never taken from the system, but not every system promises more than it has."""
MOST_WAITING = 128
"""Texts in the queue; there is no promising a place behind so many."""
LONGEST_WAIT = 1.0
"""Seconds after which the writer looks for itself whether there is something to do."""
CHUNK, READ_PER_TURN = 64, 256
"""Tokens that are read in one turn of a new text, and of all new texts."""


@dataclass(eq=False)
class _Text:
    """A text being written, and how many of its tokens the batch has read into which slot.

    `tokens` is how long it may become.
    """

    continuation: Continuation
    channel: Channel
    tokens: int
    slot: int = 0
    read: int = 0

    @property
    def unread(self) -> list[int]:
        return self.continuation.ids[self.read :]

    @property
    def new(self) -> bool:
        """Whether more than its last token has yet to be read."""
        return self.read == 0 or len(self.continuation.ids) - self.read > 1


@dataclass(eq=False)
class _Search:
    """A beam search that waits for its turn."""

    ids: list[int]
    settings: Settings
    channel: Channel


_engines, _threads = WeakSet["Engine"](), WeakSet[threading.Thread]()


@atexit.register
def _stop_all() -> None:
    """A thread that still computes while the interpreter goes away would abort the process."""
    for engine in list(_engines):
        engine._stop()
    for thread in list(_threads):
        thread.join()


class Engine:
    """A model that writes for everybody at once. Its methods may be called from any thread.

    At most `max_batch` texts are written at a time, and not more than can become as long as they
    may without their keys and values taking more than `memory` bytes; the others wait in the order
    in which they came. A text whose reader falls behind is written no further, and gives its slot
    to one that waits; it is read again, from its beginning, when its reader has caught up. The
    thread that does the work lives as long as there is something to write.

    Beam search needs rows of its own for each text, so searches run one at a time in a thread
    beside the batch; one that nobody reads any more ends with the round that it is in.

    >>> from lab.models import load
    >>> engine = Engine(load("mini-gpt2"))
    >>> texts = [engine.generate(words, Settings(max_new_tokens=3)) for words in ("The", "A")]
    >>> [[step.finish for step in text] for text in texts]
    [[None, None, 'length'], [None, None, 'length']]
    """

    def __init__(self, model: Model, *, max_batch: int = 32, memory: int = MEMORY) -> None:
        self._room = memory // bytes_per_token(model)  # in tokens, for all texts being written
        self.model = model
        self.capacity = min(model.context, MOST_TOKENS, self._room)
        self.slots = min(max_batch, RESERVE * self._room // self.capacity)
        self._changed = threading.Condition()  # guards all that follows
        self._waiting = deque[_Text]()
        self._writing: list[_Text] = []
        self._resting: list[_Text] = []  # their readers have fallen behind
        self._free = set(range(self.slots))
        self._searches = deque[_Search]()
        self._writer: threading.Thread | None = None
        self._searcher: threading.Thread | None = None
        self._over = False
        _engines.add(self)

    @property
    def writing(self) -> int:
        """How many texts are in the making."""
        return len(self._writing)

    @property
    def busy(self) -> bool:
        """Whether anything is being written or waits for that."""
        with self._changed:
            return self._writer is not None or self._searcher is not None

    def generate(self, prompt: str | Sequence[int], settings: Settings) -> Stream:
        """What `lab.generation.generate` yields, written in turns with the texts of others.

        The text stands in the queue as soon as this returns. Raises `LabError` for a prompt that
        no model can continue, for a text that would take too much memory, and where too many wait.
        """
        ids = prompt_ids(self.model, prompt)
        tokens = self._length(len(ids), settings)
        channel = Channel(self._wake)
        with self._changed:
            self._forget_searches()
            if len(self._waiting) + len(self._searches) >= MOST_WAITING:
                raise LabError(
                    f"{MOST_WAITING} texts are waiting for the model.",
                    "It writes for all who use this server, and more would wait for very long.",
                    "Try again in a minute.",
                )
            new = self._queue(ids, settings, channel, tokens)
        if new is not None:
            self._start(new, channel)
        return Stream(channel, lambda: self._place(channel))

    def _queue(
        self, ids: list[int], settings: Settings, channel: Channel, tokens: int
    ) -> threading.Thread | None:
        """Put a text in its queue; the thread for it, if there has to be a new one."""
        if settings.strategy == "beam":
            self._searches.append(_Search(ids, settings, channel))
            if self._searcher is not None:
                return None
            self._searcher = self._thread(self._search)
            return self._searcher
        self._waiting.append(_Text(Continuation(self.model, ids, settings), channel, tokens))
        self._changed.notify()
        if self._writer is not None:
            return None
        self._writer = self._thread(self._write)
        return self._writer

    def _length(self, prompt: int, settings: Settings) -> int:
        """How long a text may become; `LabError` where that is too long."""
        tokens = min(prompt + settings.max_new_tokens, self.model.context)
        beams = settings.num_beams or 1 if settings.strategy == "beam" else 1
        if tokens > self.capacity or tokens * beams > self._room:
            raise LabError(
                f"This text is too long to be written for many at once: {tokens:,} tokens with "
                "those to come.",
                f"All texts keep their keys and values in memory, so each may have "
                f"{self.capacity:,} tokens, and those of all beams of a search count.",
                "Shorten the prompt, or ask for fewer new tokens or beams.",
            )
        return tokens

    def _place(self, channel: Channel) -> int:
        with self._changed:
            self._forget_searches()
            for queue in (self._waiting, self._searches):
                channels = [each.channel for each in queue]
                if channel in channels:
                    return channels.index(channel) + 1
            return 0

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify()

    def _stop(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()

    def _thread(self, work: Callable[[], None]) -> threading.Thread:
        return threading.Thread(target=work, name=f"engine of {self.model.id}", daemon=True)

    def _start(self, thread: threading.Thread, channel: Channel) -> None:
        """Start a thread. Not under the lock: the new thread may collect garbage before it says
        that it runs, and a stream among that asks for the lock."""
        try:
            thread.start()
        except RuntimeError as error:  # the system has no thread left
            with self._changed:
                self._writer = None if self._writer is thread else self._writer
                self._searcher = None if self._searcher is thread else self._searcher
            channel.close()
            raise _stopped(error) from error
        _threads.add(thread)

    def _forget_searches(self) -> None:
        """Forget the searches in the queue that nobody waits for any more."""
        self._searches = deque(each for each in self._searches if not each.channel.closed)

    # What follows runs in the worker.

    def _write(self) -> None:
        """Turn after turn, as long as there is something to write."""
        batch = None
        while ready := self._next_turn():
            try:
                batch = batch or new_batch(self.model, self.slots, self.capacity)
                self._turn(batch, ready)
            except Exception as error:  # whatever it is, the texts in the batch are lost, not more
                batch = None
                self._lose_all(error)

    def _next_turn(self) -> list[_Text]:
        """The texts that can go on; waits until there is one. Empty when all are done."""
        with self._changed:
            while True:
                self._let_go()
                self._admit()
                ready = [text for text in self._writing if not text.channel.full]
                if ready and not self._over:
                    return ready
                if self._over or not (self._waiting or self._writing or self._resting):
                    self._writer = None
                    return []
                # At most so long: garbage that is collected in here may close a text unheard.
                self._changed.wait(LONGEST_WAIT)

    def _let_go(self) -> None:
        """Forget the texts that nobody reads any more."""
        for text in [text for text in self._writing if text.channel.closed]:
            self._release(text)
        self._resting = [text for text in self._resting if not text.channel.closed]
        self._waiting = deque(text for text in self._waiting if not text.channel.closed)

    def _admit(self) -> None:
        """Give slots to those who wait; readers that have fallen behind make room for them."""
        for text in [text for text in self._resting if text.channel.low]:
            self._resting.remove(text)
            self._waiting.append(text)
        self._seat()
        if self._waiting:
            for text in [text for text in self._writing if text.channel.full]:
                self._release(text)
                self._resting.append(text)
            self._seat()

    def _seat(self) -> None:
        """Begin the texts at the head of the queue, as far as slots and memory go."""
        used = sum(text.tokens for text in self._writing)
        while self._waiting and self._free and used + self._waiting[0].tokens <= self._room:
            text = self._waiting.popleft()
            text.slot, text.read = min(self._free), 0
            self._free.remove(text.slot)
            self._writing.append(text)
            used += text.tokens

    def _release(self, text: _Text) -> None:
        self._writing.remove(text)
        self._free.add(text.slot)

    def _turn(self, batch: Batch, ready: list[_Text]) -> None:
        """Read some of the new texts; give all others, and those now read, their next token."""
        pieces: list[tuple[_Text, list[int]]] = []
        budget = READ_PER_TURN
        for text in ready:
            if text.new and budget <= 0:
                continue
            piece = text.unread[:CHUNK]
            if text.new:
                budget -= len(piece)
            if text.read == 0:
                batch.clear(text.slot)
            pieces.append((text, piece))
        pieces.sort(key=lambda each: each[0].slot)  # for PyTorch, neighbours are quicker
        texts, logits = self._read(batch, pieces)
        self._hand_out(texts, logits)

    def _read(
        self, batch: Batch, pieces: list[tuple[_Text, list[int]]]
    ) -> tuple[list[_Text], Tensor]:
        """Read a piece of each of several texts, all in one pass: those that could be read."""
        try:
            logits = batch.read([text.slot for text, _ in pieces], [piece for _, piece in pieces])
        except Exception:
            return self._read_apart(batch, pieces)
        for text, piece in pieces:
            text.read += len(piece)
        return [text for text, _ in pieces], logits

    def _read_apart(
        self, batch: Batch, pieces: list[tuple[_Text, list[int]]]
    ) -> tuple[list[_Text], Tensor]:
        """Read each text by itself and from its beginning, to lose none but those that fail."""
        texts, rows = list[_Text](), list[Tensor]()
        for text, piece in pieces:
            text.read += len(piece)
            batch.clear(text.slot)
            try:
                row = batch.read([text.slot], [text.continuation.ids[: text.read]])
            except Exception as error:
                self._fail(text, error)
                continue
            texts.append(text)
            rows.append(row)
        return texts, torch.cat(rows) if rows else torch.empty(0, 0)

    def _hand_out(self, texts: list[_Text], logits: Tensor) -> None:
        """Choose a token for each text that is read to its end and give the steps to the readers.

        logits: (texts, vocabulary).
        """
        ready = [row for row, text in enumerate(texts) if not text.unread]
        if not ready:
            return
        ours = logits if len(ready) == len(texts) else logits[ready]
        steps: list[tuple[_Text, Step]] = []
        for row, outlook in zip(ready, outlooks(ours), strict=True):
            try:
                steps.append((texts[row], texts[row].continuation.step(outlook)))
            except Exception as error:
                self._fail(texts[row], error)
        for text, step in steps:  # readers who wake up while others' steps are made slow it down
            if step.finish is not None:
                with self._changed:
                    self._release(text)
            text.channel.put(step)

    def _fail(self, text: _Text, error: Exception) -> None:
        with self._changed:
            self._release(text)
        text.channel.fail(_stopped(error))

    def _lose_all(self, error: Exception) -> None:
        """The model failed: who was being written for is told so, and the others go on."""
        with self._changed:
            lost = list(self._writing)
            for text in lost:
                self._release(text)
        for text in lost:
            text.channel.fail(_stopped(error))

    # What follows runs in the thread of the searches.

    def _search(self) -> None:
        while search := self._next_search():
            try:
                self._follow(search)
            except Exception as error:
                search.channel.fail(_stopped(error))

    def _follow(self, search: _Search) -> None:
        """Search to the end, unless nobody reads it any more."""
        found: list[list[Candidate]] = []
        for candidates in rounds(self.model, search.ids, search.settings):
            if search.channel.closed or self._over:
                return
            found.append(candidates)
        whole = record(found, search.settings)
        for step in best_text(self.model, search.ids, whole, search.settings):
            search.channel.put(step)

    def _next_search(self) -> _Search | None:
        with self._changed:
            self._forget_searches()
            if self._searches and not self._over:
                return self._searches.popleft()
            self._searcher = None
            return None


def _stopped(error: Exception) -> LabError:
    """What somebody is told whose text cannot go on."""
    if isinstance(error, LabError):
        return error
    told = LabError(
        "The model stopped in the middle of this text.",
        f"Computing the next token failed: {error}",
        "Write it again; if that fails too, choose another model.",
    )
    told.__cause__ = error
    return told
