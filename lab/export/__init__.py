"""A text that was written, to keep: to read, to compute with, and to write again.

Knows neither the page nor the model's weights: a `Record` in, a file's contents out.
"""

from lab.export.documents import as_json, as_markdown
from lab.export.program import as_notebook, as_script
from lab.export.record import Record, record
from lab.export.remote import RemoteRecord, remote_as_json, remote_as_markdown

__all__ = [
    "Record",
    "RemoteRecord",
    "as_json",
    "as_markdown",
    "as_notebook",
    "as_script",
    "record",
    "remote_as_json",
    "remote_as_markdown",
]
