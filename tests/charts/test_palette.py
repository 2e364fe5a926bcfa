"""The palette's promises: contrast by WCAG 2.2, hues apart for every kind of colour vision."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from lab.charts import palette

ROOT = Path(__file__).parents[2]
MARKS = sorted({*palette.TOKENS, palette.PROBABILITY, palette.KEPT, palette.CUT,
                palette.LOWER, palette.HIGHER})  # fmt: skip
THEMES = sorted(palette.SURFACES.items())

# Machado, Oliveira and Fernandes (2009), severity 1, for linear sRGB.
VISION = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def streamlit_theme(name):
    return tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"][name]


def linear(colour):
    value = np.array(palette.channels(colour)) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    darker, lighter = sorted(np.dot([0.2126, 0.7152, 0.0722], linear(c)) for c in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def oklab(rgb):
    """Björn Ottosson's perceptual space, from linear sRGB."""
    lms = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                    [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]]) @ rgb  # fmt: skip
    return np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                     [1.9779984951, -2.4285922050, 0.4505937099],
                     [0.0259040371, 0.7827717662, -0.8086757660]]) @ np.cbrt(lms)  # fmt: skip


def test_the_measure_of_contrast_is_the_published_one():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("theme", "surface"), THEMES)
@pytest.mark.parametrize("colour", MARKS)
def test_every_mark_stands_out_from_both_pages(colour, theme, surface):
    assert contrast(colour, surface.background) >= 3


@pytest.mark.parametrize(("theme", "surface"), THEMES)
def test_text_is_readable_on_every_token(theme, surface):
    for hue in palette.TOKENS:
        fill = palette.over(hue, palette.TOKEN_OPACITY, surface.background)
        assert contrast(surface.ink, fill) >= 7


def test_text_is_readable_on_full_hues():
    for hue, ink in palette.INK_ON.items():
        assert contrast(ink, hue) >= 4.5


@pytest.mark.parametrize(("theme", "surface"), THEMES)
def test_text_is_readable_at_every_probability(theme, surface):
    for opacity in np.linspace(*palette.LEVEL_OPACITY, 101):
        fill = palette.over(palette.PROBABILITY, opacity, surface.background)
        assert contrast(surface.ink, fill) >= 4.5


@pytest.mark.parametrize(("theme", "surface"), THEMES)
def test_text_buttons_and_links_are_readable(theme, surface):
    for ground in (surface.background, surface.panel):
        assert contrast(surface.ink, ground) >= 12
        assert contrast(surface.accent, ground) >= 3
        assert contrast(streamlit_theme(theme)["linkColor"], ground) >= 4.5
    assert contrast("#ffffff", surface.accent) >= 4.5  # what is written on the main button


@pytest.mark.parametrize("vision", VISION)
def test_hues_stay_apart_for_every_kind_of_vision(vision):
    seen = [oklab(np.clip(VISION[vision] @ linear(hue), 0, 1)) for hue in palette.TOKENS]
    apart = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(apart) >= 0.1  # the just noticeable difference is about 0.02


@pytest.mark.parametrize(("theme", "surface"), THEMES)
def test_probability_grows_monotonically_away_from_the_page(theme, surface):
    steps = [
        contrast(palette.over(palette.PROBABILITY, opacity, surface.background), surface.background)
        for opacity in np.linspace(*palette.LEVEL_OPACITY, 11)
    ]
    assert steps == sorted(steps)


@pytest.mark.parametrize(("theme", "surface"), THEMES)
def test_streamlit_is_given_the_same_colours(theme, surface):
    config = streamlit_theme(theme)
    assert config["backgroundColor"] == surface.background
    assert config["secondaryBackgroundColor"] == surface.panel
    assert config["textColor"] == surface.ink
    assert config["primaryColor"] == surface.accent
    assert tuple(config["chartCategoricalColors"]) == palette.TOKENS
