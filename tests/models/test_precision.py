"""The precision nobody asked for."""

import torch

from lab.models import load
from lab.models.precision import SMALL, precision, quickest


def test_small_models_keep_the_numbers_of_float32():
    assert precision(SMALL - 1) == torch.float32
    assert load("mini-gpt2").dtype == torch.float32


def test_large_models_run_in_what_the_trial_found_and_it_is_not_repeated():
    assert precision(SMALL) == quickest()
    assert quickest() in (torch.bfloat16, torch.float16, torch.float32)
    assert quickest.cache_info().misses == 1
