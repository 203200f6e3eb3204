"""The operator form of noise: polynomials by hand, and the Laplacian in the data as an independent derivation."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from symbolic.activations import sigmoid, softplus
from symbolic.activations.base import S
from symbolic.calculus import is_identically_zero
from symbolic.noise import class_operator, class_polynomial, noisy_population
from symbolic.objectives import build_objective


def test_polynomials_of_the_class_term_by_hand() -> None:
    # s' = s(1-s), s'' = s(1-s)(1-2s): Q s(x)s(y) = 2 s s'' + s'^2 = s^2 (1-s) (2 - 4s + 1 - s).
    assert class_polynomial(0, 0) == sp.Poly(S**2, S)
    assert class_polynomial(0, 1) == sp.Poly(S**2 * (1 - S) * (3 - 5 * S), S)
    # d/dm s^2 = 2 s s'.
    assert class_polynomial(1, 0) == sp.Poly(2 * S**2 * (1 - S), S)
    # (D1^2 + D1 D2 + D2^2)^2 = D1^4 + 2 D1^3 D2 + 3 D1^2 D2^2 + 2 D1 D2^3 + D2^4.
    assert dict(class_operator(0, 2).terms()) == {(4, 0): 1, (3, 1): 2, (2, 2): 3, (1, 3): 2, (0, 4): 1}


@pytest.mark.parametrize("in_v", [0, 1, 2])
def test_derivatives_commute_with_the_operator(in_v: int) -> None:
    # d/dm p(s(m)) = p'(s) s (1 - s).
    p = class_polynomial(0, in_v)
    assert class_polynomial(1, in_v) == p.diff(S) * sp.Poly(S - S**2, S)


@pytest.mark.parametrize("nuisance", [0, 1])
def test_ssl_first_term(nuisance: int) -> None:
    # rho^2 |w|^2 times the polynomial of each class, with weight -1/4.
    objective = build_objective("ssl", nuisance=nuisance)
    tau, row = sp.Symbol("tau", real=True), objective.rows[0]
    a, b = row[:2]
    p = class_polynomial(0, 1).as_expr()
    scores = [a, a + tau * b, -a, -a + tau * b]
    expected = -sum(p.subs(S, sigmoid(m)) for m in scores) * sum(w**2 for w in row) / 4
    assert is_identically_zero(noisy_population(objective).coefficient(1) - expected)


@pytest.mark.parametrize("neurons", [1, 2])
def test_sl_first_term_is_half_the_laplacian_in_the_data(neurons: int) -> None:
    objective = build_objective("sl", neurons=neurons, nuisance=1)
    tau = sp.Symbol("tau", real=True)
    x = sp.symbols("x1:4", real=True)
    expected = sp.S.Zero
    for s in (1, -1):
        for t in (0, 1):
            logit = sum(
                f * sigmoid(sum(w * c for w, c in zip(row, x, strict=True)))
                for f, row in zip(objective.outputs, objective.rows, strict=True)
            )
            h = softplus(s * logit) / 4
            laplacian = sum(sp.diff(h, c, 2) for c in x)
            expected += laplacian.subs(dict(zip(x, (s, t * tau, 0), strict=True)), simultaneous=True) / 2
    assert is_identically_zero(noisy_population(objective).coefficient(1) - expected)


def test_second_term_of_ssl() -> None:
    objective = build_objective("ssl")
    a, b = objective.rows[0]
    tau = sp.Symbol("tau", real=True)
    p = class_polynomial(0, 2).as_expr()
    expected = -sum(p.subs(S, sigmoid(m)) for m in (a, a + tau * b, -a, -a + tau * b)) * (a**2 + b**2) ** 2 / 8
    assert is_identically_zero(noisy_population(objective).coefficient(2) - expected)


def test_nuisance_matrix_is_the_gradient_off_the_data() -> None:
    # d/dc of rho^2 coefficient(1) at leading order is c times the matrix.
    for name, neurons in (("ssl", 1), ("sl", 2)):
        objective = build_objective(name, neurons=neurons, nuisance=1)
        population = noisy_population(objective)
        matrix, off = population.nuisance_matrix(), [row[2] for row in objective.rows]
        for j in range(neurons):
            slope = sp.diff(population.coefficient(1), off[j])
            assert is_identically_zero(slope - sum(matrix[j][i] * off[i] for i in range(neurons)))


def test_objectives_without_a_noisy_form() -> None:
    with pytest.raises(ValueError, match="ssl with 2 neurons"):
        noisy_population(build_objective("ssl", neurons=2))


def test_a_loss_that_is_another_one_is_refused() -> None:
    objective = build_objective("ssl")
    changed = replace(objective, loss=objective.loss + sigmoid(objective.variables[0]))
    with pytest.raises(ValueError, match="does not reduce"):
        noisy_population(changed)
    crossed = replace(objective, loss=objective.loss + objective.variables[0] * objective.variables[1])
    with pytest.raises(ValueError, match="does not reduce"):
        noisy_population(crossed)


def test_the_mirror() -> None:
    assert noisy_population(build_objective("sl")).has_mirror()
    assert not noisy_population(build_objective("ssl")).has_mirror()
    assert not noisy_population(build_objective("sl", neurons=3)).has_mirror()
    population = noisy_population(build_objective("sl"))
    # Another weight for one class breaks the exchange of labels.
    classes = (replace(population.classes[0], integrand=2 * population.classes[0].integrand), *population.classes[1:])
    assert not replace(population, classes=classes).has_mirror()
    # Another ridge for one row only.
    objective = population.objective
    uneven = replace(objective, loss=objective.loss + objective.rows[0][0] ** 2)
    assert not replace(population, objective=uneven).has_mirror()
    # Another activation for the second neuron keeps neither identity.
    y = population.slots[1]
    broken = tuple(replace(c, integrand=c.integrand.subs(sigmoid(y), sigmoid(2 * y))) for c in population.classes)
    assert not replace(population, classes=broken).has_mirror()
