"""Section 2: the inside of the active model, from its parameters to its prediction."""

from lab.ui.inside.body import body
from lab.ui.page import page

with page(
    "Inside the model",
    "A language model is a long chain of simple layers, each with numbers learnt by predicting "
    "the next token. Here is every one of them, at work on your own words.",
):
    body()
