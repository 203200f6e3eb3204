"""Lipschitz constants as inequalities.

On a convex set a differentiable f is L-Lipschitz in the Euclidean norm exactly when |grad f| <= L
everywhere (mean value theorem), and its gradient exactly when the spectral norm of the Hessian H is
at most L, that is when L*I - H and L*I + H are positive semidefinite: all their principal minors are >= 0.

With absolute values, maxima and minima f is locally Lipschitz, so it is differentiable almost everywhere
(Rademacher) and L-Lipschitz on a convex set when |grad f| <= L almost everywhere.  Each kink is one of its branches
on the closed set where that one counts; where two count, their difference is 0, and so is its gradient almost
everywhere there, so that either branch gives grad f.  A bound of the gradient of every branch on its closed set is
therefore enough; to refute it, a point counts only in the interior, where one branch is f.
"""

from __future__ import annotations

import itertools

import sympy as sp

from proofs.lemmas.claim import ClaimSource, Constraint, Domain
from proofs.lemmas.problem import Condition, Problem, build_problem
from proofs.lemmas.scope import ClaimScope, read_number
from proofs.theorems.definedness import KINKS, smoothness
from proofs.theorems.goal import Goal, Inapplicable, constant_sign, is_regular
from proofs.theorems.nonnegative import by_cases, first_kink
from symbolic.reader import ConditionKind, DomainCondition, Reading

__all__ = ["LipschitzClaim", "read_lipschitz"]

MAX_GRADIENT_VARIABLES = 4
MAX_BRANCHES = 64


class LipschitzClaim:
    """``problem`` holds the claim as inequalities; None with ``obstacle`` when there is no such form."""

    def __init__(self, reading: str, problem: Problem | None, obstacle: str = "") -> None:
        self.reading, self.problem, self.obstacle = reading, problem, obstacle


def read_lipschitz(source: ClaimSource) -> LipschitzClaim:
    """Raises ClaimError when the claim is malformed."""
    scope = ClaimScope(source)
    function = scope.expression("function")
    constant = source.table.get("constant")
    if isinstance(constant, str) or "constant_latex" in source.table:
        bound = scope.expression("constant")
        if bound.expr.free_symbols:
            raise source.error("a Lipschitz constant is a number", "constant")
        L, text = bound.expr, bound.text
    else:
        L = read_number(source, "constant", constant)
        text = str(L)
    of_gradient = source.table.get("gradient", False)
    if not isinstance(of_gradient, bool):
        raise source.error("expected true or false", "gradient")
    if scope.domain.constraints:
        raise source.error("a Lipschitz constant is claimed on a box, without constraints", "where")
    variables = scope.domain.variables
    word = "the gradient of " if of_gradient else ""
    ends = ", ".join(v.name for v in variables)
    reading = f"{word}{function.text} is Lipschitz with constant {text} on the box of {ends} (Euclidean norm)"
    if not variables:
        raise source.error("a Lipschitz constant needs variables", "variables")
    try:
        if function.expr.has(*KINKS) and not of_gradient:
            return LipschitzClaim(reading, _by_branches(scope.domain, function, L, text))
        conditions = list(function.conditions)
        for v in variables:
            conditions += [
                DomainCondition(u, ConditionKind.POSITIVE if strict else ConditionKind.NONNEGATIVE)
                for u, strict in smoothness(function.expr, v)
            ]
        # A side without length leaves no room to move: its derivative does not matter.
        moving = tuple(v for v, (a, b) in zip(variables, scope.domain.sides, strict=True) if a is None or a != b)
        if not moving:
            raise Inapplicable("the box is a point")
        first = [sp.diff(function.expr, v) for v in moving]
        if not all(is_regular(e) for e in first):
            raise Inapplicable("there is no gradient in closed form")
        if of_gradient:
            statements = _hessian_statements(first, moving, L, text)
        else:
            statements = _gradient_statements(first, L, text)
        problem = build_problem(scope.domain, statements, list(dict.fromkeys(conditions)))
    except Inapplicable as error:
        why = f"{error}; bounds are proved for functions that are differentiable on the box"
        return LipschitzClaim(reading, None, why)
    return LipschitzClaim(reading, problem)


def _by_branches(domain: Domain, function: Reading, L: sp.Expr, text: str) -> Problem:
    """The bound for every branch of every kink, on the closed region where that branch counts."""
    base = build_problem(domain, [], function.conditions)
    moving = [v for v, (a, b) in zip(domain.variables, domain.sides, strict=True) if a is None or a != b]
    conditions, goals, counter = list(base.conditions), [], []
    whole = Goal(function.expr, False, base.region)
    for closed, inner in _branches(whole, whole):
        sides = [closed.region.range_of(v) for v in moving]
        if any(r.lo is not None and r.hi is not None and constant_sign(r.hi - r.lo) == 0 for r in sides):
            continue  # a part without volume
        for v in moving:
            smooth = tuple(Goal(u, strict, closed.region) for u, strict in smoothness(closed.expr, v))
            if smooth:
                conditions.append(Condition(f"differentiable in {v.name}", smooth))
        first = [sp.diff(closed.expr, v) for v in moving]
        if not all(is_regular(e) for e in first):
            raise Inapplicable("there is no gradient in closed form")
        for s in _gradient_statements(first, L, text):
            goals.append((s.text, Goal(s.expr, False, closed.region)))
            counter.append(Goal(s.expr, False, inner.region))
    return Problem(base.region, tuple(conditions), tuple(goals), tuple(counter))


def _branches(closed: Goal, inner: Goal) -> list[tuple[Goal, Goal]]:
    """Every choice of branches, each on its closed region and on a smaller one where it counts alone."""
    kink = first_kink(closed)
    if kink is None:
        return [(closed, inner)]
    found = []
    for c, i in zip(by_cases(closed), by_cases(inner, strict=True), strict=True):
        if not c.region.is_empty():
            found += _branches(c, i)
    if len(found) > MAX_BRANCHES:
        raise Inapplicable("too many branches")
    return found


def _gradient_statements(first: list[sp.Expr], L: sp.Expr, text: str) -> list[Constraint]:
    if len(first) == 1:
        return _interval(first[0], L, text, "the derivative")
    square = sp.Add(*[e**2 for e in first])
    return [
        Constraint(L, False, (), f"0 <= {text}"),
        Constraint(L**2 - square, False, (), f"|gradient|^2 <= ({text})^2"),
    ]


def _interval(e: sp.Expr, L: sp.Expr, text: str, name: str) -> list[Constraint]:
    return [
        Constraint(L - e, False, (), f"{name} <= {text}"),
        Constraint(L + e, False, (), f"{name} >= -({text})"),
    ]


def _hessian_statements(
    first: list[sp.Expr], variables: tuple[sp.Symbol, ...], L: sp.Expr, text: str
) -> list[Constraint]:
    n = len(variables)
    if n > MAX_GRADIENT_VARIABLES:
        raise Inapplicable(f"gradients of more than {MAX_GRADIENT_VARIABLES} variables are not treated")
    second = [[sp.diff(first[min(i, j)], variables[max(i, j)]) for j in range(n)] for i in range(n)]
    if not all(is_regular(e) for row in second for e in row):
        raise Inapplicable("there is no Hessian in closed form")
    if n == 1:
        return _interval(second[0][0], L, text, "the second derivative")
    found = []
    for sign, name in ((-1, "L*I - H"), (1, "L*I + H")):
        matrix = L * sp.eye(n) + sign * sp.Matrix(second)
        for size in range(1, n + 1):
            for rows in itertools.combinations(range(n), size):
                minor = matrix.extract(rows, rows).det(method="berkowitz")
                which = ", ".join(variables[i].name for i in rows)
                words = f"the minor ({which}) of {name} is not negative for L = {text}"
                found.append(Constraint(minor, False, (), words))
    return found
