"""Which algebraic theorems are worth trying on a goal, and with what parameters.

Arithmetic: heuristic (signs are guessed from samples); :mod:`proofs.theorems.algebraic` decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy as sp

from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from proofs.lemmas.witness import Sampler
from proofs.theorems.algebraic import factored, quotient
from proofs.theorems.goal import Goal, Inapplicable
from proofs.theorems.rules import write_constant
from proofs.theorems.signs import Signs
from symbolic.activations import softplus

__all__ = ["algebraic_steps", "factor_signs"]

Step = tuple[str, dict[str, Any]]
MAX_FACTORS = 12
MAX_SHIFTS = 8


def algebraic_steps(goal: Goal) -> Iterator[Step]:
    """Steps in the order in which they should be tried."""
    if goal.expr.has(sp.log, softplus):
        yield "exponential", {}
    try:
        form = quotient(goal)
    except Inapplicable:
        return
    signs = factor_signs(goal)
    if signs is not None:
        yield "factors", {"signs": signs}
        return
    if not form.denominator.is_number:
        return
    symbols = sorted(form.numerator.free_symbols, key=lambda s: s.name)
    for shifts in _shifts(goal, symbols, form):
        yield "coefficients", {"shifts": shifts}
    for k, s in enumerate(symbols):
        degree = sp.degree(form.numerator, s)
        if degree == 1 and s in form.nonnegative and form.atoms[s].exp == sp.Rational(1, 2):
            yield "root", {"atom": k, "rational": True}
            yield "root", {"atom": k, "rational": False}
    for k, s in enumerate(symbols):
        if sp.degree(form.numerator, s) == 2:
            yield "discriminant", {"atom": k}


def factor_signs(goal: Goal) -> list[int] | None:
    """Signs of the factors at sampled points; None when nothing is gained or a sign changes."""
    try:
        f = factored(goal)
    except (Inapplicable, sp.PolynomialError, NotImplementedError):
        return None
    if len(f.odd) > MAX_FACTORS:
        return None
    whole = len(f.odd) == 1 and not f.even and not (f.form.denominator.free_symbols - f.form.positive)
    if whole and sp.count_ops(f.odd[0]) >= sp.count_ops(goal.expr):
        return None
    if not f.odd:
        return []
    try:
        tape = compile_tape(list(f.odd), goal.region.variables)
        sampler = Sampler(goal)
    except ValueError:
        return None
    points = sampler.spread(160)
    keep = np.isfinite(sampler(points))
    values = evaluate_numpy(tape, points[:, keep])
    if not values.shape[1]:
        return None
    signs = []
    for row in values:
        row = row[np.isfinite(row)]
        if not len(row):
            return None
        tiny = 1e-12 * float(np.abs(row).max())
        sign = 1 if row.min() >= -tiny else -1 if row.max() <= tiny else 0
        if sign == 0:
            return None
        signs.append(sign)
    return signs


def _shifts(goal: Goal, symbols: list[sp.Symbol], form: Any) -> Iterator[list[list[str]]]:
    """Ways to write the atoms as an end plus or minus something that is not negative."""
    signs = Signs(goal.region, enclose=False)
    options: list[list[tuple[str, sp.Expr]]] = []
    for s in symbols:
        atom = form.atoms[s]
        if s in form.positive or s in form.nonnegative:
            own: list[tuple[str, sp.Expr]] = [("+", sp.S.Zero)]
            if signs.of(sp.expand(atom - 1)) <= {0, 1}:
                own.insert(0, ("+", sp.S.One))
            elif signs.of(sp.expand(1 - atom)) <= {0, 1}:
                own.append(("-", sp.S.One))
            options.append(own)
            continue
        own = []
        if atom in goal.region.variables:
            r = goal.region.range_of(atom)
            if r.lo is not None and r.lo.is_Rational:
                own.append(("+", r.lo))
            if r.hi is not None and r.hi.is_Rational:
                own.append(("-", r.hi))
        elif signs.of(atom) <= {0, 1}:
            own.append(("+", sp.S.Zero))
        own.append(("", sp.S.Zero))
        options.append(own)
    count = 0
    stack: list[list[tuple[str, sp.Expr]]] = [[]]
    while stack and count < MAX_SHIFTS:
        chosen = stack.pop()
        if len(chosen) == len(options):
            count += 1
            yield [[d, write_constant(c)] for d, c in chosen]
        else:
            stack += [[*chosen, o] for o in reversed(options[len(chosen)])]
