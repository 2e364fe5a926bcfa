"""Section 5: every knob at once, on a text of one's own."""

from lab.ui.page import page
from lab.ui.playground.body import body

with page(
    "Playground",
    "Your prompt, your model, your settings. Point at a token to see what else could have come "
    "there; click it to try.",
):
    body()
