"""One stationary point to many digits: against an independent Newton iteration at higher precision."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import mpmath
import pytest
import sympy as sp

from proofs.solve import Solution, solve
from symbolic.objectives import build_objective


def sigmoid(z: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-z))


def ssl_slope(a: mpmath.mpf, b: mpmath.mpf) -> list[mpmath.mpf]:
    """The gradient of -1/4 sum s(z)^2 + (a^2 + b^2)/800 over z = s a + 7 t b."""
    da, db = a / 400, b / 400
    for s, t in ((1, 0), (1, 1), (-1, 0), (-1, 1)):
        value = sigmoid(s * a + 7 * t * b)
        common = -(value**2) * (1 - value) / 2
        da, db = da + s * common, db + 7 * t * common
    return [da, db]


def sl_slope(*x: mpmath.mpf) -> list[mpmath.mpf]:
    """The gradient of mean log(1 + e^(+-logit)) + |x|^2/800, label 0 for s = 1."""
    total = [v / 400 for v in x]
    for s, t in ((1, 0), (1, 1), (-1, 0), (-1, 1)):
        hidden = [sigmoid(s * x[2 * j] + 7 * t * x[2 * j + 1]) for j in range(2)]
        logit = x[4] * hidden[0] + x[5] * hidden[1]
        outer = s * sigmoid(s * logit) / 4
        for j in range(2):
            inner = outer * x[4 + j] * hidden[j] * (1 - hidden[j])
            total[2 * j] += s * inner
            total[2 * j + 1] += 7 * t * inner
            total[4 + j] += outer * hidden[j]
    return total


def agrees(text: str, value: mpmath.mpf, digits: int) -> bool:
    """Whether ``text`` is ``value`` cut off after ``digits`` significant digits."""
    sign, shown = text.startswith("-"), text.lstrip("-")
    if sign != (value < 0):
        return False
    count = len(shown.split("e")[0].replace(".", "").lstrip("0"))
    place = mpmath.mpf(10) ** (int(mpmath.floor(mpmath.log10(abs(value)))) + 1 - digits)
    return count == digits and 0 <= abs(value) - mpmath.mpf(shown) < place


def check(solution: Solution | None, root: Sequence[mpmath.mpf], digits: int) -> None:
    assert solution is not None
    for name, value in zip(solution.names, root, strict=True):
        assert agrees(solution.digits[name], value, digits), name


@pytest.mark.parametrize("digits", [1, 2, 3, 15, 50, 200, 1000])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_ssl_minimum(digits: int, sign: int) -> None:
    solution = solve(build_objective("ssl"), [sign * 3.8, 1.5], digits)
    with mpmath.workdps(digits + 60):
        check(solution, mpmath.findroot(ssl_slope, (sign * mpmath.mpf("3.816"), mpmath.mpf("1.5199"))), digits)
    assert solution is not None
    assert (solution.kind, solution.index, solution.relations) == ("minimum", 0, ())


@pytest.mark.parametrize("digits", [2, 40])
def test_an_sl_minimum_without_exact_relations(digits: int) -> None:
    start = [4.0463, -0.21902, 3.0077, -0.2381, -3.1475, -0.905]
    solution = solve(build_objective("sl"), start, digits)
    with mpmath.workdps(digits + 40):
        check(solution, mpmath.findroot(sl_slope, [mpmath.mpf(v) for v in start]), digits)


def test_exact_coordinates_are_printed_as_such() -> None:
    saddle = solve(build_objective("ssl"), [0.0, 1.1], 30)
    assert saddle is not None
    assert saddle.digits["a"] == "0"
    assert saddle.digits["b"].startswith("1.11782702597")
    assert (saddle.kind, saddle.relations) == ("saddle", ("a = 0",))
    assert saddle.box[0].is_exact


def test_the_global_sl_minimum_has_b_equal_to_zero() -> None:
    solution = solve(build_objective("sl"), [-2.6, 0.01, 2.6, -0.01, 4.2, -4.2], 25)
    assert solution is not None
    assert (solution.digits["b1"], solution.digits["b2"]) == ("0", "0")
    assert {"b1 = 0", "b2 = 0", "a2 = -a1", "f2 = -f1"} <= set(solution.relations)
    assert solution.digits["a2"] == solution.digits["a1"].lstrip("-")


def test_the_origin_of_sl_is_found_exactly() -> None:
    solution = solve(build_objective("sl"), [0.0] * 6, 10)
    assert solution is not None
    assert set(solution.digits.values()) == {"0"}
    assert solution.index == 2


def test_other_parameters() -> None:
    objective = build_objective("ssl", values={"tau": sp.Integer(0)})
    solution = solve(objective, [4.4, 0.1], 30)
    assert solution is not None
    # 800 s s'(2s - 1) = 2a: 4.451680821285430384... from the one-dimensional equation.
    assert solution.digits == {"a": "4.45168082128543038404897837837", "b": "0"}


def test_more_digits_extend_fewer() -> None:
    objective = build_objective("ssl")
    solutions = [solve(objective, [3.8, 1.5], digits) for digits in (5, 20, 80)]
    assert all(s is not None for s in solutions)
    for shorter, longer in itertools.pairwise(solutions):
        assert shorter is not None
        assert longer is not None
        assert all(longer.digits[n].startswith(shorter.digits[n]) for n in ("a", "b"))


def test_no_point_near_the_start() -> None:
    assert solve(build_objective("ssl"), [1e5, 1e5], 10) is None


def test_a_start_that_is_no_number() -> None:
    assert solve(build_objective("ssl"), [float("nan"), 1.0], 10) is None


@pytest.mark.parametrize(
    ("near", "digits"), [([3.8, 1.5], 0), ([3.8, 1.5], -3), ([3.8], 5), ([3.8, 1.5, 0.0], 5), ([], 5)]
)
def test_mistakes(near: list[float], digits: int) -> None:
    with pytest.raises(ValueError, match="solve needs"):
        solve(build_objective("ssl"), near, digits)


def test_latex() -> None:
    solution = solve(build_objective("ssl"), [3.8, 1.5], 60)
    assert solution is not None
    assert solution._repr_latex_().startswith("$a = 3.8162036966673661879")
