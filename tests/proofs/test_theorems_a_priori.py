"""A-priori radii: suprema of profiles by hand and by mpmath, unbounded profiles, and the radius formula."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
from flint import arb

from numeric.balls import precision
from proofs.theorems.a_priori import energy_radius, profile_supremum

F = Fraction
Polynomial = tuple[Fraction, ...]


def profile(p: Polynomial, z: mpmath.mpf) -> mpmath.mpf:
    """z p(s(z)), the sigmoid by tanh."""
    s = (1 + mpmath.tanh(z / 2)) / 2
    return z * sum(mpmath.mpf(c.numerator) / c.denominator * s**i for i, c in enumerate(p))


def observed(p: Polynomial) -> float:
    """The largest value found on a grid that is finer than the pieces of the proof (0 is attained at z = 0)."""
    return max(0.0, *(float(profile(p, mpmath.mpf(k) / 50)) for k in range(-2500, 2501)))


@pytest.mark.parametrize(
    ("p", "supremum"),
    [
        # sup of -z s(z) is W(1/e) = 0.27846454276...: with t = -z, t/(1 + e^t) is stationary where e^t (t - 1) = 1.
        ((F(0), F(-1)), "0.2784645427610738"),
        # z (1 - s(z)) = t s(-t): the same number.
        ((F(1), F(-1)), "0.2784645427610738"),
        # z s(1 - s) = z s'(z), at z tanh(z/2) = 1.
        ((F(0), F(1), F(-1)), "0.2238716023"),
        ((F(0),), "0"),
        # -z s'(z) is the same at -z.
        ((F(0), F(-1), F(1)), "0.2238716023"),
    ],
)
def test_suprema_by_hand(p: Polynomial, supremum: str) -> None:
    found = profile_supremum(p)
    assert found is not None
    assert found.is_exact()
    assert F(supremum) <= F(float(found)) <= F(supremum) + F(6, 100)
    finer = profile_supremum(p, pieces=4800)
    assert finer is not None
    assert F(supremum) <= F(float(finer)) <= F(supremum) + F(2, 100)


def test_the_hand_values_are_right() -> None:
    assert float(mpmath.lambertw(mpmath.exp(-1))) == pytest.approx(0.2784645427610738)
    z = mpmath.findroot(lambda t: t * mpmath.tanh(t / 2) - 1, 1.5)
    assert float(profile((F(0), F(1), F(-1)), z)) == pytest.approx(0.2238716023, abs=1e-9)


@pytest.mark.parametrize(
    "p",
    [
        # z p(s(z)) -> +oo for z -> +oo when p(1) > 0, and for z -> -oo when p(0) < 0.
        (F(0), F(1)),
        (F(1, 10**30),),
        (F(-1), F(1)),
        (F(-1),),
        (F(-1, 10**30), F(0)),
        (F(0), F(-1), F(1) + F(1, 10**30)),
        (F(-1, 2), F(1)),
    ],
)
def test_unbounded_profiles_have_no_supremum(p: Polynomial) -> None:
    assert profile_supremum(p) is None


@pytest.mark.parametrize("p", [(F(1), F(-1)), (F(1), F(-2)), (F(3), F(-2), F(-1)), (F(0),), (F(0), F(0))])
def test_limits_exactly_at_the_boundary_are_allowed(p: Polynomial) -> None:
    assert profile_supremum(p) is not None


def test_random_profiles_are_bounded_by_their_suprema(soundness: int) -> None:
    generator = random.Random(9)
    found = 0
    for _ in range(12 * soundness):
        p = tuple(F(generator.randint(-6, 6), generator.choice([1, 2, 3])) for _ in range(generator.randint(2, 5)))
        bound = profile_supremum(p)
        if p[0] < 0 or sum(p) > 0:
            assert bound is None
            continue
        found += 1
        assert bound is not None
        size = 1 + max(abs(c) for c in p)
        assert observed(p) <= float(bound) <= observed(p) + 1.5 * float(size)
    assert found


def test_the_bound_holds_at_any_working_precision() -> None:
    for bits in (20, 64, 200):
        with precision(bits):
            bound = profile_supremum((F(0), F(-1), F(1, 3)), pieces=300)
        assert bound is not None
        assert observed((F(0), F(-1), F(1, 3))) <= float(bound)


# -- the radius --------------------------------------------------------------------------------------------
def test_radius_by_hand() -> None:
    # sqrt((1/(1/100)) * (3 + 6)) = 30
    radius = energy_radius(arb(1) / 100, [arb(3), arb(6)])
    assert radius.is_exact()
    assert F(30) <= F(float(radius.upper())) + F(1, 10**9)
    assert abs(radius - 30) < 1e-9


def test_radius_is_an_upper_bound_for_wide_contributions() -> None:
    # Contributions up to 4 and a ridge down to 1/4: sqrt(16) = 4.
    radius = energy_radius(arb(0.5, 0.25), [arb(3, 1)])
    assert float(radius) >= 4.0


def test_negative_totals_leave_only_the_origin() -> None:
    assert energy_radius(arb(1), [arb(-3)]) == 0
    assert energy_radius(arb(1), []) == 0


@pytest.mark.parametrize("ridge", [arb(0), arb(-1), arb(0, 1), arb("nan"), arb(0.5, 0.6)])
def test_a_ridge_that_may_not_be_positive_is_refused(ridge: arb) -> None:
    with pytest.raises(ValueError, match="positive ridge"):
        energy_radius(ridge, [arb(1)])


def test_an_unknown_contribution_never_gives_a_finite_radius() -> None:
    for bad in (arb("nan"), arb("inf"), arb(0, "inf")):
        assert not energy_radius(arb(1), [arb(1), bad]).is_finite()
