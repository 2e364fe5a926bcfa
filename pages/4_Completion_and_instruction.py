"""Section 4: a model that continues text, and one that was taught to answer."""

from lab.ui.completion.body import body
from lab.ui.page import page

with page(
    "Completion and instruction",
    "A completion model only continues your text. An instruction-tuned one reads it as a request, "
    "because it was trained further on requests and answers, wrapped in a template.",
):
    body()
