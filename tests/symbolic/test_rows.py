"""Linear rows: every row is a consequence of the equations, and the useful combinations are found."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy as sp
from random_expressions import random_expression, reference_value

from symbolic.activations import sigmoid
from symbolic.objectives import build_objective
from symbolic.rows import LinearRow, linear_rows

x, y, z = sp.symbols("x y z", real=True)


def as_expression(row: LinearRow, variables: list[sp.Symbol]) -> sp.Expr:
    return sp.Add(*(c * v for c, v in zip(row.coefficients, variables, strict=True))) + row.rest


def combination_of(row: LinearRow, equations: list[sp.Expr], variables: list[sp.Symbol]) -> bool | None:
    """Whether the row is a linear combination of the equations, by values at random points and least squares.

    None when the equations depend on each other.
    """
    generator = random.Random(0)
    with mpmath.workdps(60):
        samples = []
        for _ in range(len(equations) + 6):
            point = {v: mpmath.mpf(generator.randint(-99, 99)) / 64 for v in variables}
            samples.append([reference_value(e, point) for e in [*equations, as_expression(row, variables)]])
        A = mpmath.matrix([s[:-1] for s in samples])
        b = mpmath.matrix([s[-1] for s in samples])
        if abs(mpmath.det(A.T * A)) < mpmath.mpf(10) ** -30:
            return None
        solution = mpmath.lu_solve(A, b)
        return mpmath.norm(A * solution - b, mpmath.inf) < mpmath.mpf(10) ** -40


def test_a_linear_part_is_split_off_by_hand() -> None:
    (first, second) = linear_rows([2 * x - y / 3 + x * y - 5, y + sp.sin(x)], [x, y])
    assert first.coefficients == (2, sp.Rational(-1, 3))
    assert sp.expand(first.rest - x * y + 5) == 0
    assert second.coefficients == (0, 1)
    assert second.rest == sp.sin(x)


def test_products_are_expanded_to_find_linear_terms() -> None:
    (row,) = linear_rows([(x + 1) * (y + 2)], [x, y])
    assert row.coefficients == (2, 1)
    assert sp.expand(row.rest - x * y - 2) == 0


def test_equations_without_a_linear_term_give_no_row() -> None:
    assert linear_rows([x**2 + y**2 - 1, x * y], [x, y]) == []
    assert linear_rows([x - x, sp.sin(x)], [x, y]) == []


def test_irrational_coefficients_stay_in_the_rest() -> None:
    (row,) = linear_rows([sp.pi * x + y], [x, y])
    assert row.coefficients == (0, 1)
    assert row.rest == sp.pi * x


def test_combinations_that_cancel_a_shared_term() -> None:
    # x + s and 2 y - 3 s share s = sin(x y): 3 (x + s) + (2 y - 3 s) has no nonlinear part.
    shared = sp.sin(x * y)
    rows = linear_rows([x + shared, 2 * y - 3 * shared], [x, y])
    assert len(rows) == 3
    assert rows[2].rest == 0
    assert rows[2].coefficients[0] / rows[2].coefficients[1] == sp.Rational(3, 2)


def test_complements_of_a_function_stay_whole() -> None:
    # 1 - s(y) is positive as one unit; split up, an interval would forget that.
    (row,) = linear_rows([x + (1 - sigmoid(y)) * sigmoid(z)], [x, y, z])
    assert row.rest == (1 - sigmoid(y)) * sigmoid(z)


@pytest.mark.parametrize(("name", "neurons"), [("ssl", 1), ("ssl", 2), ("sl", 1), ("sl", 2)])
def test_rows_of_the_models_are_combinations_of_the_gradient(name: str, neurons: int) -> None:
    objective = build_objective(name, neurons=neurons)
    variables = list(objective.variables)
    rows = linear_rows(objective.gradient, variables)
    # One row for each equation (the ridge is linear), and the combinations that bound tau a + b and tau a - b.
    assert len(rows) > len(variables)
    for row in rows:
        assert combination_of(row, objective.gradient, variables)
    ridge = 2 * objective.numeric_ridge
    assert rows[0].coefficients[0] == ridge


def test_rows_of_random_systems_are_combinations() -> None:
    generator = random.Random(33)
    found = 0
    for _ in range(40):
        shared = random_expression(generator, [x, y], 2, tame=True, smooth=True)
        equations = [
            random_expression(generator, [x, y], 2, tame=True, smooth=True)
            + generator.randint(-2, 2) * shared
            + generator.randint(-3, 3) * v
            for v in (x, y)
        ]
        for row in linear_rows(equations, [x, y]):
            found += 1
            assert any(row.coefficients)
            assert not row.rest.has(sp.Dummy)
            assert combination_of(row, equations, [x, y]) is not False
    assert found > 20
