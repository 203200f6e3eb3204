"""The theorems about metrics over a ball: values by hand, and every hypothesis that fails."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb

from numeric.enclosure import Enclosure
from proofs.theorems import metric_balls

NAN = arb("nan")


def ends(x: arb | Enclosure | None) -> tuple[float, float]:
    assert x is not None
    e = x if isinstance(x, Enclosure) else Enclosure.from_ball(x)
    return float(e.lo), float(e.hi)


def test_angle() -> None:
    assert ends(metric_balls.angle_ball(arb(5), arb(3))) == pytest.approx((0.6, 0.6))
    for size, r in (
        (arb(3), arb(3)),
        (arb(3), arb(4)),
        (arb(0), arb(0)),
        (arb(3), arb(-1)),
        (NAN, arb(1)),
        (arb(1), NAN),
    ):
        assert metric_balls.angle_ball(size, r) is None
    # A size that is only known to be in [2.9, 3.1] is not certainly larger than 3.
    assert metric_balls.angle_ball(arb(3, 0.1), arb(3)) is None


@pytest.mark.parametrize("degrees", [0, 10, 45, 90, 135, 175, 180])
@pytest.mark.parametrize("delta", [0, 5, 30, 80])
def test_cosine(degrees: int, delta: int) -> None:
    t, s = math.radians(degrees), math.radians(delta)
    expected = (math.cos(min(math.pi, t + s)), math.cos(max(0.0, t - s)))
    assert ends(metric_balls.cosine_ball(arb(math.cos(t)), arb(math.sin(s)))) == pytest.approx(expected, abs=1e-7)


def test_cosine_hypotheses() -> None:
    for cosine, sine in ((arb(0), arb(1)), (arb(0), arb(-1)), (arb(2), arb(0)), (NAN, arb(0)), (arb(0), NAN)):
        assert metric_balls.cosine_ball(cosine, sine) is None
    # A wide ball for the cosine gives the hull of all its angles.
    low, high = ends(metric_balls.cosine_ball(arb(0, 0.5), arb(0)))
    assert low <= -0.5
    assert high >= 0.5


def test_span() -> None:
    assert ends(metric_balls.span_ball(arb(0.5), arb(2), arb(0.5))) == pytest.approx((0.25, 0.75))
    assert ends(metric_balls.span_ball(arb(0.9), arb(1), arb(0.5))) == pytest.approx((0.4, 1.0))
    for sigma, r in ((arb(1), arb(1)), (arb(0), arb(0)), (arb(1), arb(-1)), (NAN, arb(0)), (arb(1), NAN)):
        assert metric_balls.span_ball(arb(0.5), sigma, r) is None
    assert metric_balls.span_ball(NAN, arb(1), arb(0)) is None


def test_absolute_value() -> None:
    # numerator 1, nuclear norm 4, two singular values, r = 1/2: (1 -+ sqrt(2)/2) / (4 +- sqrt(2)/2).
    half = math.sqrt(2) / 2
    expected = ((1 - half) / (4 + half), (1 + half) / (4 - half))
    assert ends(metric_balls.absolute_value_ball(arb(1), arb(4), 2, arb(0.5))) == pytest.approx(expected)
    for nuclear, r in ((arb(1), arb(1)), (arb(1), arb(-1)), (NAN, arb(0)), (arb(1), NAN)):
        assert metric_balls.absolute_value_ball(arb(0.5), nuclear, 2, r) is None


def test_kernel_and_chord() -> None:
    # |(1 + d)^2 - 1| = d (2 + d) for numbers; unit vectors at 60 degrees are 1 apart.
    assert ends(metric_balls.kernel_move(arb(1), arb(0.5))) == pytest.approx((1.25, 1.25))
    assert ends(metric_balls.chord(arb(3).sqrt() / 2)) == pytest.approx((1.0, 1.0))
    assert Enclosure.from_ball(metric_balls.chord(arb(0))).hi >= Fraction(0)
