"""The section on the output: probabilities, ranks and entropy against transformers."""

import numpy as np
import torch

from tests.pages.test_pages import strips

from .drawn import close, figure, markdown, numbers
from .known import POSITION, VOCABULARY


def test_the_output_is_softmax_of_the_logits(known):
    app = known.page("Output", top=7, nucleus=0.75)
    chances = known.logits[POSITION].softmax(-1)
    bars = figure(app, "The 7 likeliest")["data"][0]
    assert [row[0] for row in bars["customdata"]] == chances.topk(7).indices.tolist()
    close(numbers(bars["x"]), chances.topk(7).values, atol=1e-5)
    curve = figure(app, "All 5,120")["data"][0]
    ranked = chances.sort(descending=True).values
    ranks = numbers(curve["x"]).astype(int)
    close(numbers(curve["y"]), ranked[ranks - 1], atol=1e-6)
    assert (ranks[0], ranks[-1]) == (1, VOCABULARY)
    nucleus = 1 + int((ranked.cumsum(0) < 0.75).sum())
    assert [line["x0"] for line in figure(app, "All 5,120")["layout"]["shapes"]] == [7, nucleus]
    bits = float(torch.special.entr(chances).sum() / np.log(2))
    said = [float(each.value.rstrip(" bits%").replace(",", "")) for each in app.metric]
    mass = 100 * float(ranked[:7].sum())
    np.testing.assert_allclose(
        said, [bits, 2**bits, mass, 100 - mass, nucleus], rtol=0.01, atol=0.06
    )
    worked = next(each.value for each in app.dataframe if "Logit" in each.value)
    close(worked["Logit"], known.logits[POSITION].topk(7).values)
    close(worked["Probability"], ranked[:7], atol=1e-5)


def test_the_text_is_coloured_by_its_own_probabilities(known):
    app = known.page("Output")
    strip = strips(app)[1]
    before = known.logits[:-1].softmax(-1)
    expected = [float(row[token]) for row, token in zip(before, known.ids[1:], strict=True)]
    assert strip["probability"][0] is None
    close(strip["probability"][1:], expected, atol=1e-5)
    pairs = zip(before, known.ids[1:], strict=True)
    assert strip["rank"][1:] == [1 + int((row > row[token]).sum()) for row, token in pairs]
    perplexity = np.exp(-np.log(expected).mean())
    assert f"**{perplexity:,.2f}**" in markdown(app)
