"""Models from the Hugging Face Hub: the local cache first, the network only where it must be."""

from pathlib import Path

from lab.errors import LabError

# Only what loading reads: no pickles, no code.
PATTERNS = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja"]


def fetch(model_id: str, revision: str | None = None) -> Path:
    """The folder of a Hub model in the local cache, downloaded if it is not there yet.

    Raises `LabError` where it is neither here nor to be had.
    """
    from huggingface_hub import errors, snapshot_download

    cached = _cached(model_id, revision)
    if cached is not None:
        return cached
    try:
        return Path(
            snapshot_download(model_id, revision=revision, allow_patterns=PATTERNS, etag_timeout=5)
        )
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
    except (errors.HfHubHTTPError, errors.HFValidationError, OSError) as error:
        raise LabError(
            f"{model_id} is not on this machine, and the Hugging Face Hub cannot be reached.",
            "The local cache was searched, then a download was tried.",
            f"Use a bundled model, or fetch it where there is a network: "
            f"python -m lab download {model_id}",
        ) from error


def _cached(model_id: str, revision: str | None = None) -> Path | None:
    """The folder of a model whose config and weights are all in the local cache."""
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
        if repository.repo_type == "model" and _cached(repository.repo_id)
    )
