"""Slopes at kinks and smooth pieces, worked out by hand."""

from __future__ import annotations

import pytest
import sympy as sp

from symbolic.kinks import kinks_of, pieces, slope, slopes

x, y = sp.symbols("x y", real=True)
HALF = sp.Rational(1, 2)


@pytest.mark.parametrize(
    ("expr", "at", "expected"),
    [
        (sp.Abs(x), -2, -1),
        (sp.Abs(x) + 3 * x, 5, 4),
        (sp.Abs(x) + 3 * x, 0, 3),  # sign(0) = 0
        (sp.Abs(x**2 - 4), 1, -2),
        (sp.Max(x, 2 * x - 1), 0, 1),
        (sp.Max(x, 2 * x - 1), 3, 2),
        (sp.Max(x, 2 * x - 1), 1, sp.Rational(3, 2)),
        (sp.Min(x, 2 * x - 1, 5), 0, 2),
        (sp.Min(x, 2 * x - 1, 5), 9, 0),
        (sp.Abs(sp.Abs(x) - 2), 1, -1),
        (sp.Abs(sp.Abs(x) - 2), -3, -1),
        (sp.exp(sp.Abs(x)) * x, -1, 2 * sp.E),  # e^-x (1 - x)
        (sp.Abs(x) ** 3, -2, -12),
    ],
)
def test_slope_is_the_derivative_beside_kinks(expr: sp.Expr, at: int, expected: sp.Expr) -> None:
    assert sp.simplify(slope(expr, x).subs(x, at) - expected) == 0


def test_slope_without_kinks_is_the_derivative() -> None:
    assert slope(sp.sin(x * y), y) == x * sp.cos(x * y)
    assert slope(sp.Abs(y), x) == 0


def test_slopes_of_a_maximum_are_convex_combinations() -> None:
    # d max(x, y) = (1 + s)/2 dx + (1 - s)/2 dy with s = sign(x - y)
    ((a, b),) = slopes([sp.Max(x, y)], [x, y])
    s = sp.Symbol("s")
    for e, expected in ((a, (1 + s) / 2), (b, (1 - s) / 2)):
        e = e.replace(sp.sign, lambda u: s if u.subs({x: 1, y: 0}) > 0 else -s)
        assert sp.expand(e - expected) == 0


def test_kinks_come_innermost_first_and_only_where_something_varies() -> None:
    assert kinks_of(sp.Abs(sp.Abs(x) - 2) + sp.Abs(sp.pi - 4, evaluate=False)) == [sp.Abs(x), sp.Abs(sp.Abs(x) - 2)]


def test_pieces_are_every_choice_of_branches() -> None:
    found = pieces([sp.Abs(x) + y, sp.Max(x, y, 1)], lambda u: None, 10)
    assert found is not None
    assert set(found) == {(s * x + y, m) for s in (1, -1) for m in (x, y, sp.S.One)}


def test_pieces_that_signs_exclude_are_left_out() -> None:
    # On x > 2: abs(x) is x, and max(x, 1) is x.
    above = {x: 1, x - 1: 1, 1 - x: -1}
    assert pieces([sp.Abs(x) - sp.Max(x, 1) + y], above.get, 10) == [(y,)]


def test_pieces_share_their_kinks() -> None:
    found = pieces([sp.Abs(x), sp.Abs(x) + y], lambda u: None, 10)
    assert found is not None
    assert set(found) == {(x, x + y), (-x, -x + y)}


def test_too_many_pieces() -> None:
    assert pieces([sp.Abs(x) + sp.Abs(x - 1) + sp.Abs(x - 2)], lambda u: None, 7) is None
    assert pieces([sp.Abs(x) + sp.Abs(x - 1) + sp.Abs(x - 2)], lambda u: None, 8) is not None
