"""Probabilities of a typical sample: hand calculations, a second library, enumeration, simulation."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from sample_simulation import draw, failures

from numeric import balls
from proofs.theorems.class_fractions import chernoff_rate, count_range, probability_of_range
from proofs.theorems.gaussian_tails import chi_square_tail, chi_square_threshold, singular_value_threshold
from proofs.theorems.typical_noise import atypical_limit, atypical_noise, typical_noise
from proofs.theorems.typical_sample import MAX_DIMENSION, TypicalSample, failure_for_all, narrow_failure

LO, HI, KAPPA = Fraction(3, 25), Fraction(2, 5), Fraction(3, 4)


def upper(x: arb) -> float:
    return float(x.upper())


# -- tails ----------------------------------------------------------------------------------------
def test_tail_of_two_degrees_is_exponential() -> None:
    assert (chi_square_tail(2, arb(3)) - (-arb(3) / 2).exp()).contains(0)
    assert chi_square_tail(2, arb(3)) < arb("0.2232")  # exp(-1.5) = 0.22313


@pytest.mark.parametrize(("k", "r"), [(1, 2.5), (5, 11.0), (50, 75.5), (200, 260.25)])
def test_tail_agrees_with_mpmath(k: int, r: float) -> None:
    with mpmath.workdps(30):
        other = mpmath.gammainc(mpmath.mpf(k) / 2, mpmath.mpf(r) / 2, mpmath.inf, regularized=True)
        with balls.precision(128):
            assert abs(float(chi_square_tail(k, arb(r)).mid()) / float(other) - 1) < 1e-14


@pytest.mark.parametrize("k", [1, 2, 3, 8, 30, 250])
@pytest.mark.parametrize("x", [0.5, 3.0, 9.0])
def test_threshold_has_the_stated_tail(k: int, x: float) -> None:
    assert chi_square_tail(k, chi_square_threshold(k, arb(x))) <= (-arb(x)).exp()


def test_thresholds_by_hand() -> None:
    # 9 + 2 sqrt(9 * 4) + 2 * 4 = 29;  3 + 2 + sqrt(2 * 8) = 9
    assert chi_square_threshold(9, arb(4)).contains(29)
    assert singular_value_threshold(9, 4, arb(8)).contains(9)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: chi_square_threshold(0, arb(1)),
        lambda: chi_square_threshold(3, arb(-1)),
        lambda: chi_square_threshold(3, arb("nan")),
        lambda: chi_square_tail(0, arb(1)),
        lambda: chi_square_tail(2, arb(-1)),
        lambda: singular_value_threshold(-1, 2, arb(1)),
        lambda: singular_value_threshold(1, 2, arb(-1)),
        lambda: typical_noise(2, arb(1)),
        lambda: typical_noise(10, arb(0)),
        lambda: probability_of_range(0, LO, HI),
        lambda: probability_of_range(2501, LO, HI),
        lambda: chernoff_rate(Fraction(1)),
        lambda: chernoff_rate(Fraction(-1, 9)),
        lambda: TypicalSample(2, KAPPA, LO, HI),
        lambda: TypicalSample(10, Fraction(0), LO, HI),
        lambda: TypicalSample(10, KAPPA, Fraction(1, 4), HI),
        lambda: TypicalSample(10, KAPPA, LO, Fraction(1, 5)),
        lambda: failure_for_all(TypicalSample(10, KAPPA, LO, HI), 9),
        lambda: failure_for_all(TypicalSample(10, KAPPA, LO, HI), MAX_DIMENSION + 2),
    ],
)
def test_hypotheses_are_checked(bad: object) -> None:
    with pytest.raises(ValueError):
        bad()  # type: ignore[operator]


# -- class fractions ------------------------------------------------------------------------------
def test_probability_of_equal_counts_by_hand() -> None:
    # four points, one in each class: 4!/4^4
    assert probability_of_range(4, Fraction(1, 4), Fraction(1, 4)) == Fraction(24, 256)


@pytest.mark.parametrize(("n", "lo", "hi"), [(5, "1/10", "1/2"), (6, "0", "1/2"), (7, "1/7", "3/7"), (3, "1/4", "1/2")])
def test_probability_agrees_with_enumeration(n: int, lo: str, hi: str) -> None:
    low, high = Fraction(lo), Fraction(hi)
    good = sum(
        all(low <= Fraction(word.count(c), n) <= high for c in range(4))
        for word in itertools.product(range(4), repeat=n)
    )
    assert probability_of_range(n, low, high) == Fraction(good, 4**n)


def test_count_range_includes_both_ends() -> None:
    assert count_range(100, LO, HI) == (12, 40)
    assert count_range(49, LO, HI) == (6, 19)


@pytest.mark.parametrize("n", [36, 100, 400])
def test_chernoff_bounds_the_exact_probability(n: int) -> None:
    exact = 1 - probability_of_range(n, LO, HI)
    bound = 4 * ((-n * chernoff_rate(LO)).exp() + (-n * chernoff_rate(HI)).exp())
    assert balls.ball(exact) < bound


def test_chernoff_rate_by_hand() -> None:
    assert chernoff_rate(Fraction(1, 4)).contains(0)
    # q = 0: log(4/3);  q = 1/2: log 2 / 2 + log(2/3) / 2
    assert (chernoff_rate(Fraction(0)) - (arb(4) / 3).log()).contains(0)
    assert abs(float(chernoff_rate(Fraction(1, 2)).mid()) - 0.5 * math.log(4 / 3)) < 1e-15


# -- noise ----------------------------------------------------------------------------------------
def test_exact_tails_are_below_the_limit() -> None:
    for d in (3, 7, 10, 20):
        x = arb(KAPPA.numerator * d) / KAPPA.denominator
        assert atypical_noise(d, x, count_range(d * d, LO, HI)) <= atypical_limit(x)


def test_thresholds_do_not_increase_with_the_dimension() -> None:
    before = None
    for d in (*range(3, 40), 60, 100, 1000):
        noise = typical_noise(d, balls.ball(KAPPA * d))
        parts = [noise.of_class(arb(p)) for p in (0.12, 0.25, 0.4)]
        now = [noise.rho, noise.peak_f, noise.peak_u]
        now += [v for c in parts for v in (c.mean_f, c.mean_u, c.root_f, c.root_u)]
        if before is not None:
            assert all(new < old for new, old in zip(now, before, strict=True)), d
        before = now


def test_failure_falls_from_ten_on() -> None:
    deltas = [upper(TypicalSample(d, KAPPA, LO, HI).failure()) for d in range(10, 25)]
    assert deltas == sorted(deltas, reverse=True)
    assert deltas[0] < 0.01
    everywhere = failure_for_all(TypicalSample(10, KAPPA, LO, HI), 14)
    assert deltas[0] <= upper(everywhere) < 0.01
    beyond = TypicalSample(60, KAPPA, LO, HI)
    assert upper(failure_for_all(beyond, 60)) == upper(beyond.failure_limit())
    with pytest.raises(ValueError, match="must start"):
        failure_for_all(beyond, 61)
    far = TypicalSample(MAX_DIMENSION + 1, KAPPA, LO, HI)
    assert upper(far.failure()) == upper(far.failure_limit()) < 1e-12


@pytest.mark.parametrize("d", [15, 20, 40])
def test_narrow_failure_bounds_the_exact_one_and_decreases(d: int) -> None:
    width, x = Fraction(9, 5), arb(9)
    exact = 1 - probability_of_range(d * d, Fraction(1, 4) - width / d, Fraction(1, 4) + width / d)
    bound = narrow_failure(d, width, x)
    assert balls.ball(exact) + atypical_limit(x) < bound
    assert narrow_failure(d + 1, width, x) < bound
    with pytest.raises(ValueError, match="positive"):
        narrow_failure(d, Fraction(0), x)


# -- simulation -----------------------------------------------------------------------------------
def _simulated(d: int, x: float, trials: int, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    total: dict[str, float] = {}
    chunk = max(1, 4_000_000 // d**3)
    done = 0
    while done < trials:
        size = min(chunk, trials - done)
        broken = failures(*draw(rng, size, d), x, float(LO), float(HI))
        broken["any"] = np.logical_or.reduce(list(broken.values()))
        broken["noise"] = np.logical_or.reduce([v for k, v in broken.items() if k not in ("fractions", "any")])
        for name, bad in broken.items():
            total[name] = total.get(name, 0.0) + float(bad.sum())
        done += size
    return {name: count / trials for name, count in total.items()}


def _not_below(bound: float, rate: float, trials: int, what: str) -> None:
    error = math.sqrt(max(rate * (1 - rate), 1 / trials) / trials)
    assert bound >= rate - 3 * error, f"{what}: {bound} < {rate} - 3 * {error}"


def _compare(d: int, x: float, trials: int, seed: int) -> None:
    rates = _simulated(d, x, trials, seed)
    exact = float(1 - probability_of_range(d * d, LO, HI))
    error = math.sqrt(max(exact * (1 - exact), 1 / trials) / trials)
    assert abs(rates["fractions"] - exact) <= 4 * error
    for name in ("mean_f", "mean_u", "root_f", "root_u"):
        _not_below(4 * math.exp(-x), rates[name], trials, name)
    # Two degrees of freedom: the thresholds are exact, so the rates are known from both sides.
    # (In dimension 3 a class of nine points is often empty, and fulfils its conditions.)
    known = 1 - (1 - math.exp(-x)) ** 4
    assert d < 5 or abs(rates["mean_f"] - known) <= 4 * math.sqrt(known * (1 - known) / trials) + 1 / trials
    for name in ("peak_f", "peak_u"):
        _not_below(math.exp(-x), rates[name], trials, name)
    noise = upper(atypical_noise(d, arb(x), (0, d * d)))
    _not_below(noise, rates["noise"], trials, "noise")
    _not_below(exact + noise, rates["any"], trials, "any")


@pytest.mark.parametrize("d", [3, 6, 10])
def test_certified_failure_is_not_below_the_simulated_rate(d: int) -> None:
    _compare(d, 2.0, 3000, d)  # a low level, so that there is something to see
    rates = _simulated(d, float(KAPPA) * d, 3000, 100 + d)
    _not_below(upper(TypicalSample(d, KAPPA, LO, HI).failure()), rates["any"], 3000, "delta")


@pytest.mark.slow
@pytest.mark.parametrize("d", [3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20])
def test_certified_failure_on_a_grid_of_dimensions(d: int) -> None:
    for x in (1.0, 2.0, 3.5):
        _compare(d, x, 20_000, 1000 * d + int(10 * x))
    rates = _simulated(d, float(KAPPA) * d, 20_000, d)
    _not_below(upper(TypicalSample(d, KAPPA, LO, HI).failure()), rates["any"], 20_000, "delta")


def test_thresholds_of_noise_by_hand() -> None:
    # d = 9, n = 81, rho = 1/27, x = 2, p = 1/4; chi-square with 7 degrees: 7 + 2 sqrt(14) + 4
    noise = typical_noise(9, arb(2))
    part = noise.of_class(arb(1) / 4)
    expected = {
        "mean_f": math.sqrt(2 * 2 * 0.25 / 81) / 27,
        "mean_u": math.sqrt(0.25 * (11 + 2 * math.sqrt(14)) / 81) / 27,
        "root_f": math.sqrt(0.5 + 2 * math.sqrt(1 / 81) + 4 / 81) / 27,
        "root_u": (0.5 + (math.sqrt(7) + 2) / 9) / 27,
    }
    for name, value in expected.items():
        assert abs(float(getattr(part, name).mid()) / value - 1) < 1e-14
    level = 2 + math.log(81)
    assert abs(float(noise.peak_f.mid()) * 27 / math.sqrt(2 * level) - 1) < 1e-14
    assert abs(float(noise.peak_u.mid()) * 27 / math.sqrt(7 + 2 * math.sqrt(7 * level) + 2 * level) - 1) < 1e-14
