"""y = W x + b: the notebook's numbers, random ones against `torch.nn.Linear`, and bad input."""

import math

import pytest
import torch

from lab.errors import LabError
from lab.models.linear import initialise, work_out

WEIGHT = [[-0.8250, 1.3049, 0.1187], [-0.5890, -0.4155, 1.1964]]
BIAS = [-1.0197, 0.7386]
X = [1.0, -1.0, 0.5]


def test_the_course_example():
    worked = work_out(WEIGHT, BIAS, X)
    assert worked.output == pytest.approx([-3.0902, 1.1634], abs=1e-3)
    assert worked.products[0] == pytest.approx([-0.8250, -1.3049, 0.05935])
    assert worked.difference < 1e-6


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (7, 5)])
def test_random_layers_agree_with_torch(shape):
    inputs, outputs = shape
    weight, bias = initialise("normal", inputs, outputs, seed=3)
    x = torch.randn(inputs, generator=torch.Generator().manual_seed(1))
    worked = work_out(weight.tolist(), bias.tolist(), x.tolist())
    assert worked.output == pytest.approx((weight @ x + bias).tolist(), abs=1e-5)


def test_initialisation_is_that_of_torch():
    torch.manual_seed(5)
    layers = [torch.nn.Linear(64, 64) for _ in range(20)]
    theirs = torch.stack([layer.weight for layer in layers]).detach()
    ours = torch.stack([initialise("nn.Linear", 64, 64, seed)[0] for seed in range(20)])
    assert float(ours.abs().max()) <= 1 / 8
    assert float(ours.std()) == pytest.approx(float(theirs.std()), rel=0.01)
    assert float(ours.mean()) == pytest.approx(0, abs=1e-3)
    normal = torch.stack([initialise("normal", 64, 64, seed)[0] for seed in range(20)])
    assert float(normal.std()) == pytest.approx(1, rel=0.01)


def test_a_seed_is_a_seed():
    one, other = (initialise("normal", 3, 2, seed=9) for _ in range(2))
    assert torch.equal(one[0], other[0])
    assert torch.equal(one[1], other[1])


@pytest.mark.parametrize(
    ("weight", "bias", "x"),
    [
        (WEIGHT, BIAS, [1.0, 2.0]),
        (WEIGHT, [1.0], X),
        ([[1.0, 2.0], [3.0]], BIAS, X),
        ([], [], []),
        ([[math.nan, 1.0, 2.0], WEIGHT[1]], BIAS, X),
        ([[None, 1.0, 2.0], WEIGHT[1]], BIAS, X),
        (WEIGHT, [math.inf, 0.0], X),
        (WEIGHT, BIAS, [None, 1.0, 2.0]),
    ],
)
def test_bad_input_is_answered(weight, bias, x):
    with pytest.raises(LabError):
        work_out(weight, bias, x)
