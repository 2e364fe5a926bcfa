"""How weights are laid out: nothing is lost that was to be kept."""

import torch

from lab.models.kernels import fits_halves


def test_weights_fit_halves_only_if_each_is_a_number_of_float16():
    stored = torch.arange(2**15, dtype=torch.int16).view(torch.bfloat16)  # all without a sign
    stored = stored[stored.isfinite()]
    # With its 8 digits, a number of bfloat16 is one of float16 if it is a multiple of the smallest
    # and does not exceed the largest.
    steps = stored.double() * 2**24
    exact = (steps == steps.floor()) & (steps <= 65504 * 2**24)
    assert 0 < exact.sum() < len(exact)
    assert [fits_halves(each) for each in stored] == exact.tolist()
    assert fits_halves(stored[exact])
    assert not fits_halves(stored)
