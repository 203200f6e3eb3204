"""Zeros at kinks by pieces, equations without domain ends: hypotheses that fail, and what is derived."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
import sympy as sp

from numeric.enclosure import Enclosure
from proofs.theorems.domain_ends import Equations, same_zeros, without_ends
from proofs.theorems.goal import Inapplicable
from proofs.theorems.kinks import zero_alone_in_pieces
from symbolic.reader import ConditionKind, DomainCondition

x, y = sp.symbols("x y", real=True)
ORIGIN = [Fraction(0)]
NEAR = [Enclosure(Fraction(-1, 2), Fraction(1, 2))]
ALWAYS = lambda piece, box: True  # noqa: E731


def test_every_piece_is_asked_for_its_one_zero() -> None:
    asked = []

    def one_zero(piece: Sequence[sp.Expr], box: Sequence[Enclosure]) -> bool:
        asked.append(tuple(piece))
        return True

    zero_alone_in_pieces([sp.Abs(x) - x**2], [x], ORIGIN, NEAR, one_zero)
    assert set(asked) == {(x - x**2,), (-x - x**2,)}


@pytest.mark.parametrize(
    ("equation", "point", "one_zero", "message"),
    [
        (sp.Abs(x) - x**2, [Fraction(2)], ALWAYS, "in the box"),
        (x - x**2, ORIGIN, ALWAYS, "no kinks"),
        # 1/4 is a zero of the piece x - x, and not of -x - x.
        (sp.Abs(x) - x, [Fraction(1, 4)], ALWAYS, "every piece"),
        (sp.Abs(x) - x**2, ORIGIN, lambda piece, box: piece[0] == x - x**2, "one zero"),
        (sum(sp.Abs(x - sp.Rational(3**k, 10**4)) for k in range(7)), ORIGIN, ALWAYS, "too many"),
    ],
)
def test_hypotheses(equation: sp.Expr, point: list[Fraction], one_zero: object, message: str) -> None:
    with pytest.raises(Inapplicable, match=message):
        zero_alone_in_pieces([equation], [x], point, NEAR, one_zero)  # type: ignore[arg-type]


def _condition(u: sp.Expr, kind: ConditionKind = ConditionKind.NONNEGATIVE) -> DomainCondition:
    return DomainCondition(u, kind)


def test_outer_kinks_and_roots_are_left_out() -> None:
    equations, conditions = same_zeros(
        [3 * sp.Abs(sp.sin(x)) * y, sp.sqrt(x + 1), sp.Abs(x) + y, sp.Abs(x - 1) ** 3],
        [_condition(x + 1), _condition(y)],
    )
    assert equations == (3 * sp.sin(x) * y, x + 1, sp.Abs(x) + y, (x - 1) ** 3)
    assert conditions == (_condition(y),)


def test_a_root_with_a_factor_is_kept() -> None:
    # sqrt(x) (x + 1) = 0 is not x (x + 1) = 0: at -1 it is not defined.
    assert same_zeros([sp.sqrt(x) * (x + 1)], [_condition(x)]) == ((sp.sqrt(x) * (x + 1),), (_condition(x),))
    assert same_zeros([1 / sp.sqrt(x)], [])[0] == (1 / sp.sqrt(x),)


def _given(equation: sp.Expr, lo: int, hi: int, *conditions: DomainCondition) -> Equations:
    return Equations((equation,), (x,), ((Fraction(lo), Fraction(hi)),), conditions)


def test_a_root_becomes_an_unknown() -> None:
    found = without_ends(_given(sp.sqrt(x) - x, 0, 4, _condition(x)))
    assert found is not None
    t = found.variables[1]
    assert found.equations == (t - x, t**2 - x)
    lo, hi = found.sides[1]
    assert lo == 0
    assert hi**2 > 4
    assert found.conditions == ()


def test_powers_of_one_root_share_an_unknown() -> None:
    found = without_ends(_given(x ** sp.Rational(1, 3) + x ** sp.Rational(2, 3) - 1, 0, 2))
    assert found is not None
    t = found.variables[1]
    assert found.equations == (t + t**2 - 1, t**3 - x)


def test_nested_roots_are_replaced_from_the_inside() -> None:
    found = without_ends(_given(sp.sqrt(1 - sp.sqrt(x)) - x, 0, 1))
    assert found is not None
    s, t = found.variables[1:]
    assert set(found.equations) == {t - x, s**2 - x, t**2 - 1 + s}


def test_inverse_sine_and_cosine_become_angles() -> None:
    found = without_ends(_given(sp.asin(x) - x, -1, 1, _condition(x, ConditionKind.CLOSED_UNIT)))
    assert found is not None
    t = found.variables[1]
    assert found.equations == (sp.pi * t / 2 - x, sp.sin(sp.pi * t / 2) - x)
    assert found.sides[1] == (-1, 1)
    assert found.conditions == ()
    found = without_ends(_given(sp.acos(x) - x, -1, 1))
    assert found is not None
    assert found.equations[1] == sp.cos(sp.pi * found.variables[1] / 2) - x
    assert found.sides[1] == (0, 2)


def test_nothing_to_do_away_from_the_ends() -> None:
    assert without_ends(_given(sp.sqrt(x) - x, 1, 4)) is None
    assert without_ends(_given(sp.asin(x / 2) - x, -1, 1)) is None


def test_a_root_of_something_unbounded_is_left_alone() -> None:
    assert without_ends(_given(sp.sqrt(1 / x) - x, 0, 4)) is None


def test_other_conditions_are_kept_in_the_new_unknowns() -> None:
    found = without_ends(
        _given(sp.log(sp.sqrt(x)) + 1, 0, 4, _condition(x), _condition(sp.sqrt(x), ConditionKind.POSITIVE))
    )
    assert found is not None
    assert found.conditions == (_condition(found.variables[1], ConditionKind.POSITIVE),)


def test_names_of_new_unknowns_are_free() -> None:
    t1 = sp.Symbol("t1", real=True)
    found = without_ends(Equations((sp.sqrt(t1) - t1,), (t1,), ((Fraction(0), Fraction(2)),), ()))
    assert found is not None
    assert [v.name for v in found.variables] == ["t1", "t2"]
