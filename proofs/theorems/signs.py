"""Signs that the form of an expression shows, over a region.

The set of possible signs of an expression follows from those of its parts (a sum of positive terms
is positive, exp is positive, tanh has the sign of its argument, ...); where the form shows nothing, an
Arb enclosure over the whole box may.  Unlike enclosures this sees that exp(-x) > 0 on [0, inf).
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from numeric import balls
from numeric.compiler import compile_tape
from numeric.endpoints import EndpointInterval, evaluate_endpoints
from proofs.theorems.goal import Goal, Inapplicable, Range, Region, constant_sign
from symbolic.activations import ActivationFunction, sigmoid, softplus

__all__ = ["Signs", "sign_by_form"]

Set = frozenset[int]
ANY: Set = frozenset((-1, 0, 1))
POSITIVE: Set = frozenset((1,))
NONNEGATIVE: Set = frozenset((0, 1))
ODD = (sp.sinh, sp.tanh, sp.atan, sp.erf, sp.asin)
INCREASING = (sp.exp, sp.log, sp.sinh, sp.tanh, sp.atan, sp.erf, sp.asin, sigmoid, softplus)
BITS = 80
MAX_DEPTH = 40


def sign_by_form(goal: Goal) -> list[Goal]:
    """The goal follows from the signs of the parts of its expression.  Raises Inapplicable."""
    found = Signs(goal.region).of(goal.expr)
    if found <= (POSITIVE if goal.strict else NONNEGATIVE):
        return []
    raise Inapplicable("the form of the expression does not show its sign")


class Signs:
    """Possible signs of expressions wherever they are defined in a region."""

    def __init__(self, region: Region, enclose: bool = True) -> None:
        self.region = region
        self.enclose = enclose
        self.known: dict[sp.Expr, Set] = {}
        self.assumed: dict[sp.Expr, Set] = {}
        for h, strict in region.constraints:
            signs = POSITIVE if strict else NONNEGATIVE
            for scaled, s in ((h, signs), (sp.expand(h), signs)):
                self.assumed[scaled] = s
                self.assumed[-scaled] = _minus(s)
                self.assumed[sp.expand(-scaled)] = _minus(s)
        self.box: list[EndpointInterval] | None = None

    def of(self, e: sp.Expr, depth: int = 0) -> Set:
        if e not in self.known:
            if depth > MAX_DEPTH:
                return ANY
            found = self._by_form(e, depth + 1)
            if e in self.assumed:
                found = found & self.assumed[e]
            if len(found) > 1 and self.enclose and not e.is_Symbol and not e.is_number:
                found = found & self._by_enclosure(e)
            self.known[e] = found
        return self.known[e]

    def _by_form(self, e: sp.Expr, depth: int) -> Set:
        if e.is_number:
            sign = constant_sign(e)
            return ANY if sign is None else frozenset((sign,))
        if e.is_Symbol:
            return _of_range(self.region.range_of(e)) if e in self.region.variables else ANY
        if isinstance(e, sp.Add):
            return self._of_sum(e, depth)
        if isinstance(e, sp.Mul):
            signs: Set = POSITIVE
            for factor in e.args:
                inner = self.of(factor, depth)
                signs = frozenset(a * b for a in signs for b in inner)
            # (f(a) - f(b))*(a - b) has the sign of (a - b)^2.
            simpler = sp.Mul(*map(_same_sign, e.args))
            return signs if simpler == e or len(signs) == 1 else signs & self.of(simpler, depth)
        if isinstance(e, (sp.exp, sp.cosh, sigmoid, softplus)):
            return POSITIVE
        if isinstance(e, sp.Pow):
            return self._of_power(e, depth)
        if isinstance(e, sp.Abs):
            return frozenset(abs(s) for s in self.of(e.args[0], depth))
        if isinstance(e, ODD):
            return self.of(e.args[0], depth)
        if isinstance(e, sp.log):
            return self.of(sp.expand(e.args[0] - 1), depth)
        if isinstance(e, sp.acos):
            return NONNEGATIVE
        if isinstance(e, (sp.sin, sp.cos)):
            # The sine is positive between 0 and pi, the cosine between -pi/2 and pi/2.
            u = e.args[0] + (sp.pi / 2 if isinstance(e, sp.cos) else 0)
            both = self.of(sp.factor_terms(u), depth) | self.of(sp.factor_terms(sp.expand(sp.pi - u)), depth)
            return both if both <= NONNEGATIVE else ANY
        if isinstance(e, ActivationFunction) and e.base is sigmoid and e.derivative_order == 1:
            return POSITIVE
        if isinstance(e, (sp.Max, sp.Min)):
            parts = [self.of(a, depth) for a in e.args]
            ends = [(min(p), max(p)) for p in parts if p]
            pick = max if isinstance(e, sp.Max) else min
            return frozenset(range(pick(a for a, _ in ends), pick(b for _, b in ends) + 1))
        return ANY

    def _of_power(self, e: sp.Pow, depth: int) -> Set:
        base, exponent = e.base, e.exp
        inner = self.of(base, depth)
        if exponent.is_Integer:
            signs = frozenset(s ** abs(int(exponent)) for s in inner)
            return signs - {0} if exponent < 0 else signs
        # A real power is defined where its base is positive, or zero if the exponent is positive.
        if exponent.is_Rational and exponent > 0:
            return inner & NONNEGATIVE or NONNEGATIVE
        return POSITIVE

    def _of_sum(self, e: sp.Add, depth: int) -> Set:
        parts = [self.of(t, depth) for t in e.args]
        for sign in (1, -1):
            if all(p <= {0, sign} for p in parts):
                return frozenset((sign,)) if any(0 not in p for p in parts) else frozenset((0, sign))
        if len(e.args) == 2:
            return self._of_pair(e.args[0], e.args[1], depth)
        return ANY

    def _of_pair(self, first: sp.Expr, second: sp.Expr, depth: int) -> Set:
        """f(a) - f(b) has the sign of a - b for increasing f; c*exp(a) + d that of a - log(-d/c)."""
        if (difference := _same_sign(first + second)) != first + second:
            return self.of(difference, depth)
        (c, f), (d, h) = first.as_independent(*first.free_symbols), second.as_independent(*second.free_symbols)
        for factor, e, rest in ((c, f, second), (d, h, first)):
            if isinstance(e, sp.exp) and rest.is_number:
                sign, other = constant_sign(factor), constant_sign(rest)
                if sign and other and sign != other:
                    return _times(sign, self.of(sp.expand(e.args[0] - sp.log(-rest / factor)), depth))
        return ANY

    def _by_enclosure(self, e: sp.Expr) -> Set:
        if not e.free_symbols <= set(self.region.variables):
            return ANY
        try:
            tape = compile_tape([e], self.region.variables)
            with balls.precision(BITS):
                if self.box is None:
                    self.box = self.region.endpoints()
                lo, hi = evaluate_endpoints(tape, self.box)[0]
        except (ValueError, TypeError, Inapplicable):
            return ANY
        return _between(lo > 0, lo >= 0, hi < 0, hi <= 0)


def _same_sign(e: sp.Expr) -> sp.Expr:
    """An expression with the same sign wherever e is defined: u for an odd increasing f(u), a - b for f(a) - f(b)."""
    if isinstance(e, ODD):
        return e.args[0]
    if isinstance(e, sp.Add) and len(e.args) == 2:
        first, second = e.args
        (c, f), (d, h) = first.as_independent(*first.free_symbols), second.as_independent(*second.free_symbols)
        if type(f) is type(h) and isinstance(f, INCREASING) and sp.expand(c + d) == 0 and (sign := constant_sign(c)):
            return sp.expand(sign * (f.args[0] - h.args[0]))
    return e


def _between(positive: bool, nonnegative: bool, negative: bool, nonpositive: bool) -> Set:
    low = 1 if positive else 0 if nonnegative else -1
    high = -1 if negative else 0 if nonpositive else 1
    return frozenset(range(low, high + 1))


def _of_range(r: Range) -> Set:
    low, high = -1, 1
    if r.lo is not None and (s := constant_sign(r.lo)) is not None:
        low = 1 if s > 0 or (s == 0 and r.lo_open) else 0 if s == 0 else -1
    if r.hi is not None and (s := constant_sign(r.hi)) is not None:
        high = -1 if s < 0 or (s == 0 and r.hi_open) else 0 if s == 0 else 1
    return frozenset(range(low, high + 1))


def _minus(signs: Iterable[int]) -> Set:
    return frozenset(-s for s in signs)


def _times(sign: int, signs: Set) -> Set:
    return signs if sign > 0 else _minus(signs)
