"""Newton-Kantorovich in contraction form: bounds by hand, equality, NaN, infinity, uncertain balls."""

from __future__ import annotations

import pytest
from flint import arb

from proofs.theorems.newton_kantorovich import newton_kantorovich


def test_by_hand() -> None:
    # Y = 1/4, Z = 1/2, r = 1: Y + Z r = 3/4 < 1, and the zero is at most (1/4)/(1/2) = 1/2 away.
    result = newton_kantorovich(arb(0.25), arb(0.5), arb(1))
    assert result.unique
    assert result.distance.contains(0.5)
    assert result.distance < 0.5001


def test_an_exact_zero_of_a_linear_map() -> None:
    result = newton_kantorovich(arb(0), arb(0), arb(1))
    assert result.unique
    assert result.distance.contains(0)


@pytest.mark.parametrize(
    ("Y", "Z", "r"),
    [
        (arb(0.5), arb(0.5), arb(1)),  # equality Y + Z r = r
        (arb(0.6), arb(0.5), arb(1)),
        (arb(0), arb(1), arb(1)),  # Z = 1
        (arb(0), arb(2), arb(1)),
        (arb(0.25), arb(0.5), arb(0)),
        (arb(0.25), arb(0.5), arb(-1)),
        (arb(-0.25), arb(0.5), arb(1)),
        (arb(0.25), arb(-0.5), arb(1)),
        (arb("nan"), arb(0.5), arb(1)),
        (arb(0.25), arb("nan"), arb(1)),
        (arb(0.25), arb(0.5), arb("nan")),
        (arb("inf"), arb(0.5), arb(1)),
        (arb(0.25), arb("inf"), arb(1)),
        (arb(0.25), arb(0.5), arb("inf")),
        (arb(0.25, 0.3), arb(0.5), arb(1)),  # Y may be negative or too large
        (arb(0.25), arb(0.5, 0.6), arb(1)),  # Z may be 1
        (arb(0.25), arb(0.5), arb(0.3, 0.4)),  # r may be 0
    ],
)
def test_nothing_is_concluded_unless_all_is_certain(Y: arb, Z: arb, r: arb) -> None:
    result = newton_kantorovich(Y, Z, r)
    assert not result.unique
    assert not result.distance.is_finite()


def test_a_square_root() -> None:
    # F(x) = x^2 - 2 at x = 3/2 with A = 1/3: Y = (1/4)/3 = 1/12; on the ball of radius 1/4 the derivative 2x lies
    # in [5/2, 7/2], so |1 - 2x/3| <= 1/6 = Z and 1/12 + 1/24 = 1/8 < 1/4: the zero is within 1/12 / (5/6) = 1/10.
    result = newton_kantorovich(arb(1) / 12, arb(1) / 6, arb(0.25))
    assert result.unique
    assert abs(arb(2).sqrt() - 1.5) < result.distance
    assert result.distance.contains(arb(1) / 10)
