"""Absolute values, maxima and minima: derivatives almost everywhere, and the smooth pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp

__all__ = ["KINKS", "kinks_of", "pieces", "slope", "slopes"]

KINKS = (sp.Abs, sp.Max, sp.Min)
HALF = sp.Rational(1, 2)


def kinks_of(expr: sp.Expr) -> list[sp.Expr]:
    """Every absolute value, maximum or minimum that varies, innermost first."""
    return [e for e in dict.fromkeys(sp.postorder_traversal(expr)) if isinstance(e, KINKS) and e.free_symbols]


def slope(expr: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """The derivative by the chain rule, with d|u| = sign(u) du and max(a, b) = (a + b + |a - b|)/2.

    Along a segment it is the derivative almost everywhere, whatever sign(0) is taken to be
    (``docs/theory/search.md``).
    """
    outer = {k: sp.Dummy(real=True) for k in kinks_of(expr)}
    if not outer:
        return sp.diff(expr, variable)
    smooth = expr.xreplace(outer)  # from the outside in: inner kinks stay inside
    back = {symbol: kink for kink, symbol in outer.items()}
    total = sp.diff(smooth, variable)
    for symbol in sorted(smooth.free_symbols & back.keys(), key=lambda s: sp.default_sort_key(back[s])):
        if variable in back[symbol].free_symbols:
            total += sp.diff(smooth, symbol) * _of_kink(back[symbol], variable)
    return total.xreplace(back)


def _of_kink(kink: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    if isinstance(kink, sp.Abs):
        return sp.sign(kink.args[0]) * slope(kink.args[0], variable)
    turn = 1 if isinstance(kink, sp.Max) else -1
    first, *others = sorted(kink.args, key=sp.default_sort_key)
    rest = others[0] if len(others) == 1 else kink.func(*others)
    a, b = slope(first, variable), slope(rest, variable)
    return HALF * (a + b) + turn * HALF * sp.sign(first - rest) * (a - b)


def slopes(equations: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> list[list[sp.Expr]]:
    """The Jacobian almost everywhere on every segment; shape (len(equations), len(variables))."""
    return [[sp.factor_terms(slope(e, v)) for v in variables] for e in equations]


def pieces(
    equations: Sequence[sp.Expr], above: Callable[[sp.Expr], int | None], most: int
) -> list[tuple[sp.Expr, ...]] | None:
    """The smooth systems that agree with the equations somewhere; None when there are more than ``most``.

    ``above(u)`` is 1 or -1 where u has that sign all over the region of interest, else None.
    """
    todo, found = [tuple(equations)], []
    while todo:
        system = todo.pop()
        kink = next((k for e in system for k in kinks_of(e)), None)
        if kink is None:
            if system not in found:
                found.append(system)
        else:
            for value in _branches(kink, above):
                todo.append(tuple(e.xreplace({kink: value}) for e in system))
        if len(found) + len(todo) > most:
            return None
    return found


def _branches(kink: sp.Expr, above: Callable[[sp.Expr], int | None]) -> list[sp.Expr]:
    """The arguments that a kink may equal."""
    if isinstance(kink, sp.Abs):
        u = kink.args[0]
        return {1: [u], -1: [-u], None: [u, -u]}[above(u)]
    turn = 1 if isinstance(kink, sp.Max) else -1
    chosen = [a for a in kink.args if not any(b != a and above(turn * (b - a)) == 1 for b in kink.args)]
    return sorted(chosen or kink.args, key=sp.default_sort_key)
