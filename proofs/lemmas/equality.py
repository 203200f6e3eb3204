"""Whether two expressions are equal: an exact normal form shows it, or an Arb enclosure at a point refutes it.

Used by the prover and by the checker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sympy as sp

from proofs.lemmas.claim import ClaimSource, Constraint
from proofs.lemmas.problem import Problem, build_problem
from proofs.lemmas.scope import ClaimScope
from proofs.theorems.algebraic import quotient
from proofs.theorems.equal_functions import zero_by_cases, zero_by_derivatives, zero_by_square_root
from proofs.theorems.goal import Goal, Inapplicable, Region, vanishes
from proofs.theorems.signs import Signs
from symbolic.activations import sigmoid, softplus
from symbolic.reader import Reading

__all__ = ["Identity", "equal_by_algebra", "read_identity", "rewritings"]

MAX_OPERATIONS = 400


class Identity:
    """left = right on a region; ``problem`` holds the domain conditions and no goals."""

    def __init__(self, left: Reading, right: Reading, problem: Problem) -> None:
        self.left, self.right, self.problem = left, right, problem
        self.difference = left.expr - right.expr

    @property
    def text(self) -> str:
        return f"{self.left.text} == {self.right.text}"

    def sides(self) -> Sequence[Goal]:
        """Goals that a counterexample violates: left - right >= 0 and right - left >= 0."""
        return [Goal(self.difference, False, self.problem.region), Goal(-self.difference, False, self.problem.region)]


def read_identity(source: ClaimSource) -> Identity:
    """Raises ClaimError when the claim is malformed."""
    scope = ClaimScope(source)
    if "statement" in source.table or "statement_latex" in source.table:
        relation = scope.relation("statement")
        if relation.operators != ("==",):
            raise source.error("an identity is one equation: left == right", "statement")
        left, right = relation.sides
    else:
        left, right = scope.expression("left"), scope.expression("right")
    both = Constraint(left.expr - right.expr, False, tuple(dict.fromkeys(left.conditions + right.conditions)), "")
    try:
        problem = build_problem(scope.domain, [both])
    except Inapplicable as error:
        raise source.error(str(error)) from error
    return Identity(left, right, replace(problem, goals=()))


def equal_by_algebra(identity: Identity) -> str | None:
    """The name of the rewriting or theorem that shows that the difference vanishes identically, or None."""
    region = identity.problem.region
    if name := _rewritten_to_zero(identity.difference, region):
        return name
    for theorem, name in THEOREMS:
        if theorem(identity.difference, region, _is_zero):
            return name
    return None


THEOREMS = (
    (zero_by_cases, "cases of absolute values, maxima and minima"),
    (zero_by_square_root, "squares of both sides"),
    (zero_by_derivatives, "derivatives that vanish, and the value at a point"),
)


def _is_zero(expr: sp.Expr, region: Region) -> bool:
    """By rewriting, or by cases of what kinks are left, or by squaring."""
    if _rewritten_to_zero(expr, region):
        return True
    return zero_by_cases(expr, region, _is_zero) or zero_by_square_root(expr, region, _vanishing)


def _vanishing(expr: sp.Expr, region: Region) -> bool:
    return _rewritten_to_zero(expr, region) is not None


def _rewritten_to_zero(difference: sp.Expr, region: Region) -> str | None:
    for name, expr in rewritings(difference, region):
        if vanishes(expr):
            return name
        try:
            if quotient(Goal(expr, False, region)).numerator == 0:
                return name
        except (Inapplicable, sp.PolynomialError, ZeroDivisionError):
            continue
    return None


def rewritings(expr: sp.Expr, region: Region) -> list[tuple[str, sp.Expr]]:
    """Expressions equal to the given one wherever that is defined on the region, by named exact rules."""
    found = [("polynomial normal form", expr)]
    if sp.count_ops(expr) > MAX_OPERATIONS:
        return found

    def attempt(name: str, change: object) -> None:
        try:
            changed = change(found[-1][1])  # type: ignore[operator]
        except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError):
            return
        if changed != found[-1][1] and not changed.has(sp.I, sp.zoo, sp.nan):
            found.append((name, changed))

    signs = Signs(region)
    attempt("absolute values by sign", lambda e: _absolute_values(e, signs))
    attempt("a common unit of angles", _common_angles)
    attempt("angles of sums and multiples", _expand_angles)
    attempt("tangent as a quotient", _tangents)
    attempt("logarithms of products", lambda e: _expand_logarithms(e, signs))
    return found


def _absolute_values(expr: sp.Expr, signs: Signs) -> sp.Expr:
    def resolve(e: sp.Expr) -> sp.Expr:
        s = signs.of(e.args[0])
        return e.args[0] if s <= {0, 1} else -e.args[0] if s <= {0, -1} else e

    return expr.replace(lambda e: isinstance(e, sp.Abs), resolve)


def _common_angles(expr: sp.Expr) -> sp.Expr:
    """x = q*w for a new w where sines and cosines have fractions of x as arguments: an identity in w is one in x."""
    for v in sorted(expr.free_symbols, key=lambda s: s.name):
        parts = [sp.expand(e.args[0]).coeff(v) for e in expr.atoms(sp.sin, sp.cos, sp.tan)]
        unit = sp.ilcm(1, *[c.q for c in parts if c.is_Rational])
        if 1 < unit <= 12:
            expr = expr.subs(v, unit * sp.Dummy(v.name, real=True))
    return expr


def _expand_angles(expr: sp.Expr) -> sp.Expr:
    """Addition theorems for sine, cosine and tangent (SymPy's expand with trig=True)."""
    trigonometric = (sp.sin, sp.cos, sp.tan)
    small = sp.Integer(12)
    for e in expr.atoms(*trigonometric):
        for term in sp.Add.make_args(e.args[0]):
            c, _ = term.as_coeff_Mul()
            if c.is_Integer and abs(c) > small:
                return expr
    return sp.expand_trig(_tangents(expr))


def _tangents(expr: sp.Expr) -> sp.Expr:
    return expr.replace(lambda e: isinstance(e, sp.tan), lambda e: sp.sin(e.args[0]) / sp.cos(e.args[0]))


def _expand_logarithms(expr: sp.Expr, signs: Signs) -> sp.Expr:
    """log of products and powers of positive factors; softplus(u) as log(1 + e^u); log e^u = u."""
    expr = expr.replace(lambda e: isinstance(e, softplus), lambda e: sp.log(1 + sp.exp(e.args[0])))
    hyperbolic = (sigmoid, sp.tanh, sp.sinh, sp.cosh)

    def resolve(e: sp.Expr) -> sp.Expr:
        inner = e.args[0].replace(lambda f: isinstance(f, hyperbolic), _as_exponentials)
        inner = sp.factor(sp.together(inner))
        total: sp.Expr = sp.S.Zero
        for factor in sp.Mul.make_args(inner):
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sp.exp):
                total += factor.args[0]
            elif signs.of(base) <= {1} and exponent.is_Rational:
                total += exponent * sp.log(base)
            else:
                return e
        return total

    return sp.expand(expr.replace(lambda e: isinstance(e, sp.log), resolve))


def _as_exponentials(e: sp.Expr) -> sp.Expr:
    u = e.args[0]
    p = sp.exp(u)
    if isinstance(e, sigmoid):
        return p / (1 + p)
    if isinstance(e, sp.tanh):
        return (p**2 - 1) / (p**2 + 1)
    return (p - 1 / p) / 2 if isinstance(e, sp.sinh) else (p + 1 / p) / 2
