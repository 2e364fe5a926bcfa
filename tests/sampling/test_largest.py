"""The largest numbers are those that torch.topk finds, at the places it names or equal ones."""

import pytest
import torch

from lab.sampling import largest
from lab.sampling.largest import BLOCK


@pytest.mark.parametrize("size", [1, 5120, 300 * BLOCK, 50257])
@pytest.mark.parametrize("k", [1, 7, 50, 400])
@pytest.mark.parametrize("rows", [(), (3,), (2, 3)])
def test_they_are_those_of_topk(size, k, rows):
    if k > size:
        with pytest.raises(RuntimeError):
            largest(torch.zeros(*rows, size), k)
        return
    generator = torch.Generator().manual_seed(size + k)
    numbers = torch.randn(*rows, size, generator=generator)
    values, places = largest(numbers, k)
    expected = numbers.topk(k)
    assert torch.equal(values, expected.values)
    assert torch.equal(places, expected.indices)


def test_the_largest_may_all_stand_together_or_at_the_very_end():
    numbers = torch.zeros(50257)
    numbers[700:720] = torch.arange(20) + 1.0
    numbers[-5:] = 30.0 + torch.arange(5)
    values, places = largest(numbers, 10)
    assert values.tolist() == [34, 33, 32, 31, 30, 20, 19, 18, 17, 16]
    assert places.tolist() == [50256, 50255, 50254, 50253, 50252, 719, 718, 717, 716, 715]


def test_equal_numbers_are_named_once_each():
    numbers = torch.randint(0, 3, (20_000,), generator=torch.Generator().manual_seed(0)).float()
    values, places = largest(numbers, 30)
    assert values.tolist() == [2.0] * 30
    assert len(set(places.tolist())) == 30
    assert torch.equal(numbers[places], values)


def test_what_is_cut_comes_last():
    numbers = torch.full((20000,), -torch.inf)
    numbers[[5, 19_999]] = torch.tensor([1.0, 2.0])
    values, places = largest(numbers, 3)
    assert values.tolist() == [2.0, 1.0, -torch.inf]
    assert places[:2].tolist() == [19_999, 5]
