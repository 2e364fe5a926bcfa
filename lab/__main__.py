"""What this machine has, and how to fetch models for a class without a network.

python -m lab                      the environment check
python -m lab download gpt2 ...    fetch models from the Hugging Face Hub
"""

import argparse
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from lab import tokenizers
from lab.errors import LabError
from lab.models import hub
from lab.models.catalog import SUGGESTED, bundled

PACKAGES = ("torch", "transformers", "tiktoken", "streamlit", "plotly")


def environment() -> list[tuple[str, str]]:
    """Names and values of the environment check: versions, device, cores, memory, models."""
    import torch

    rows = [("python", platform.python_version())]
    rows += [(package, version(package)) for package in PACKAGES]
    if torch.cuda.is_available():
        rows.append(("device", f"cuda ({torch.cuda.get_device_name()})"))
    else:
        rows.append(("device", "mps" if torch.backends.mps.is_available() else "cpu"))
    rows.append(("cores", f"{os.cpu_count()} ({torch.get_num_threads()} used by torch)"))
    rows.append(("memory", f"{memory() / 2**30:.1f} GiB"))
    rows.append(("bundled models", ", ".join(card.id for card in bundled()) or "none"))
    rows.append(("models from the Hub", ", ".join(hub.cached_models()) or "none here"))
    rows.append(("tokenizers", ", ".join(tokenizers.names())))
    return rows


def memory() -> int:
    """Bytes of main memory; 0 where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


@contextmanager
def shown(model_id: str) -> Iterator[None]:
    """Tell on the terminal, if there is one, how far a download has come while it runs."""
    over = threading.Event()

    def show() -> None:
        while not over.wait(0.5):
            if progress := hub.progress(model_id):
                print(f"\r{model_id}: {progress}\033[K", end="", file=sys.stderr, flush=True)
        print("\r\033[K", end="", file=sys.stderr, flush=True)

    thread = threading.Thread(target=show, daemon=True)
    if sys.stderr.isatty():
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread.ident is not None:
            thread.join()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when all went well, 1 when something could not be had."""
    parser = argparse.ArgumentParser(
        prog="python -m lab", description=(__doc__ or "").split("\n")[0]
    )
    commands = parser.add_subparsers(dest="command")
    download = commands.add_parser("download", help="fetch models for use without a network")
    download.add_argument(
        "models",
        nargs="*",
        default=list(SUGGESTED),
        metavar="MODEL",
        help=f"ids on the Hugging Face Hub; default: {' '.join(SUGGESTED)}",
    )
    download.add_argument("--revision", help="a branch, tag or commit to pin them to")
    parsed = parser.parse_args(arguments)
    if parsed.command is None:
        for name, value in environment():
            print(f"{name:20} {value}")
        return 0
    failed = False
    for model_id in parsed.models:
        try:
            with shown(model_id):
                folder = hub.fetch(model_id, parsed.revision)
            print(f"{model_id}: {folder}")
        except LabError as error:
            print(f"{model_id}: {error}", file=sys.stderr)
            failed = True
    for name in tokenizers.names():  # their files ship with the packages, and are checked
        tokenizers.load(name)
    print(f"tokenizers: {', '.join(tokenizers.names())}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
