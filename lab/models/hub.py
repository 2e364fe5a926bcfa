"""Models from the Hugging Face Hub: the local cache first, the network only where it must be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.models.progress import Meter, Progress

# Only what loading reads: no pickles, no code.
PATTERNS = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja"]


_running: dict[str, Meter] = {}


def progress(model_id: str) -> Progress | None:
    """How far the download of a model has come; None where none runs in this process."""
    meter = _running.get(model_id)
    return meter.read() if meter else None


def fetch(model_id: str, revision: str | None = None) -> Path:
    """The folder of a Hub model in the local cache, downloaded if it is not there yet.

    Other threads may ask for its `progress` meanwhile. Raises `LabError` where the model is
    neither here nor to be had.
    """
    with _explained(model_id, revision):
        return cached(model_id, revision) or _download(model_id, revision)


def parameters(model_id: str, revision: str | None = None) -> int | None:
    """How many numbers a model's weights hold, as the Hub counts them; None where it has not.

    Nothing is downloaded. Raises `LabError` as `fetch` does.
    """
    from huggingface_hub import HfApi

    with _explained(model_id, revision):
        weights = HfApi().model_info(model_id, revision=revision, timeout=5).safetensors
        return weights.total if weights else None


@contextmanager
def _explained(model_id: str, revision: str | None) -> Iterator[None]:
    """What goes wrong with the Hub in here is told in plain words."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    try:
        yield
    except errors.RepositoryNotFoundError as error:
        raise LabError(
            f"The Hugging Face Hub has no model {model_id!r} that it shows to everybody.",
            "The name may be misspelt, or the model private.",
            "Look the id up on the Hub; log in with `hf auth login` if it is gated.",
        ) from error
    except errors.RevisionNotFoundError as error:
        raise LabError(
            f"{model_id} has no revision {revision!r}.",
            "The Hub knows the model, but not that branch, tag or commit.",
            "Leave the revision out, or use one that its page lists.",
        ) from error
    # hf_xet, which fetches large files, reports a broken connection as a RuntimeError.
    except (HTTPError, errors.HFValidationError, OSError, RuntimeError) as error:
        if model_id in _running:
            raise LabError(
                f"The download of {model_id} broke off at {_running[model_id].read().share:.0%}.",
                "The Hugging Face Hub could be reached, but not to the end.",
                "Try again: files that have come whole are kept.",
            ) from error
        raise LabError(
            f"{model_id} is not on this machine, and the Hugging Face Hub cannot be reached.",
            "The local cache was searched, then a download was tried.",
            f"Use a bundled model, or fetch it where there is a network: "
            f"python -m lab download {model_id}",
        ) from error
    finally:
        _running.pop(model_id, None)


def _download(model_id: str, revision: str | None) -> Path:
    from huggingface_hub import errors, snapshot_download

    options: dict[str, Any] = {
        "revision": revision,
        "allow_patterns": PATTERNS,
        "etag_timeout": 5,
    }
    try:
        files = snapshot_download(model_id, dry_run=True, tqdm_class=_bars(None), **options)
    except errors.DryRunError as error:
        raise error.__cause__ or error from None  # what the Hub really answered
    meter = Meter(sum(file.file_size or 0 for file in files if file.will_download))
    _running[model_id] = meter
    return Path(snapshot_download(model_id, tqdm_class=_bars(meter), **options))


def _bars(meter: Meter | None) -> type[Any]:
    """Progress bars for huggingface_hub: nothing is drawn, but the bytes are counted."""
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        def __init__(self, *args: Any, name: str | None = None, **options: Any) -> None:
            super().__init__(*args, **{**options, "disable": True})  # type: ignore[no-untyped-call]
            # One bar of several stands for all files; its bytes are those written to disk.
            self.meter = meter if name == "huggingface_hub.snapshot_download" else None

        def update(self, n: float | None = 1) -> bool | None:
            if self.meter is not None:
                self.meter.add(int(n or 0))
            return None

    return Bar


def cached(model_id: str, revision: str | None = None) -> Path | None:
    """The folder of a model whose config and weights are all in the local cache, else None."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, IncompleteSnapshotError

    try:
        folder = Path(
            snapshot_download(
                model_id, revision=revision, allow_patterns=PATTERNS, local_files_only=True
            )
        )
    except (OSError, HFValidationError, IncompleteSnapshotError):
        return None
    complete = (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))
    return folder if complete else None


def cached_models() -> list[str]:
    """The Hub ids in the local cache, for the environment check and the model picker."""
    from huggingface_hub import CacheNotFound, scan_cache_dir

    try:
        repositories = scan_cache_dir().repos
    except CacheNotFound:
        return []
    return sorted(
        repository.repo_id
        for repository in repositories
        if repository.repo_type == "model" and cached(repository.repo_id)
    )
