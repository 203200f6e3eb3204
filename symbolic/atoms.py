"""Expressions as quotients of polynomials in atoms: the normal form in which algebra is exact.

Arithmetic: symbolic (exact).  sigmoid, tanh, sinh, cosh and exp become rational functions of
exponentials e^{m/k}; roots and fractional powers become powers of one root; sin^2 becomes
1 - cos^2; anything else (log, erf, constants such as pi) is an atom without relations.  Every
identity between the polynomials is an identity between the expressions; the converse may fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from symbolic.activations import sigmoid, softplus, to_polynomials

__all__ = ["MAX_TERMS", "NormalForm", "TooLarge", "normal_quotient"]

MAX_OPERATIONS = 400
MAX_TERMS = 400
MAX_DEGREE = 48
MAX_ROOT = 12

Nonnegative = Callable[[sp.Expr], bool]


class TooLarge(ValueError):
    """An expression whose normal form would be too large to work with."""


@dataclass(frozen=True)
class NormalForm:
    """numerator/denominator as polynomials in symbols; ``atoms`` says what each symbol stands for.

    Symbols of exponentials and of roots are listed in ``positive`` and ``nonnegative``.
    """

    numerator: sp.Expr
    denominator: sp.Expr
    atoms: Mapping[sp.Symbol, sp.Expr]
    positive: frozenset[sp.Symbol]
    nonnegative: frozenset[sp.Symbol]

    def back(self, expr: sp.Expr) -> sp.Expr:
        """An expression in the symbols as an expression in the variables."""
        return expr.xreplace(dict(self.atoms))


def normal_quotient(expr: sp.Expr, nonnegative: Nonnegative = lambda e: False) -> NormalForm:
    """The normal form; ``nonnegative`` tells which real bases a root may be distributed over.

    Raises TooLarge for expressions beyond moderate size.
    """
    if sp.count_ops(expr) > MAX_OPERATIONS:
        raise TooLarge("the expression is too large for exact algebra")
    return _Builder(nonnegative).build(expr)


class _Builder:
    def __init__(self, nonnegative: Nonnegative) -> None:
        self.nonnegative = nonnegative
        self.symbols: dict[sp.Expr, sp.Symbol] = {}
        self.units: dict[sp.Expr, int] = {}
        self.roots: dict[sp.Expr, int] = {}
        self.solved: dict[sp.Expr, sp.Expr] = {}

    def build(self, expr: sp.Expr) -> NormalForm:
        expr = self._exponentials(to_polynomials(expr))
        self._collect(expr)
        self._solve_linear_bases()
        substituted = self._rebuild(expr)
        numerator, denominator = sp.fraction(sp.together(substituted))
        pieces = []
        for part in (numerator, denominator):
            pieces.append(self._reduced(part))
        back = {s: e for e, s in self.symbols.items()}
        positive = frozenset(s for e, s in self.symbols.items() if isinstance(e, (sp.exp, softplus)) or _positive(e))
        roots = frozenset(self.symbols[_root(b, n)] for b, n in self.roots.items() if n > 1)
        return NormalForm(pieces[0], pieces[1], back, positive, roots)

    def _exponentials(self, expr: sp.Expr) -> sp.Expr:
        """Everything hyperbolic in terms of exp."""

        def rewrite(e: sp.Expr) -> sp.Expr:
            u = sp.expand(e.args[0])
            p = sp.exp(u)
            if isinstance(e, sigmoid):
                return p / (1 + p)
            if isinstance(e, sp.tanh):
                return (p**2 - 1) / (p**2 + 1)
            if isinstance(e, sp.sinh):
                return (p - 1 / p) / 2
            return (p + 1 / p) / 2

        hyperbolic = (sigmoid, sp.tanh, sp.sinh, sp.cosh)
        return expr.replace(lambda e: isinstance(e, hyperbolic), rewrite)

    # -- which units of exponentials and roots occur ------------------------------------------
    def _collect(self, e: sp.Expr) -> None:
        if isinstance(e, sp.exp):
            for unit, c in self._exponent_terms(e.args[0]):
                self.units[unit] = sp.ilcm(self.units.get(unit, 1), c.q)
            return
        if isinstance(e, sp.Pow) and e.exp.is_Rational and not e.exp.is_Integer:
            for base in self._bases(e.base):
                self.roots[base] = sp.ilcm(self.roots.get(base, 1), e.exp.q)
                if self.roots[base] > MAX_ROOT:
                    raise TooLarge("a root of high order")
        if isinstance(e, (sp.Add, sp.Mul, sp.Pow)):
            for a in e.args:
                self._collect(a)

    @staticmethod
    def _exponent_terms(u: sp.Expr) -> list[tuple[sp.Expr, sp.Rational]]:
        """u = sum c*unit with rational c, one unit up to sign."""
        terms = []
        for term in sp.Add.make_args(sp.expand(u)):
            c, unit = term.as_coeff_Mul()
            if not c.is_Rational:
                c, unit = sp.S.One, term
            terms.append((unit, c))
        return terms

    def _bases(self, base: sp.Expr) -> list[sp.Expr]:
        """The factors that a root may be distributed over (all non-negative), else the base itself."""
        factors = sp.Mul.make_args(sp.factor_terms(base))
        if len(factors) > 1:
            flat = [f.base if isinstance(f, sp.Pow) and f.exp.is_Rational else f for f in factors]
            if all((f.is_Rational and f > 0) or self.nonnegative(f) for f in flat):
                return flat
        return [base]

    def _solve_linear_bases(self) -> None:
        """x in terms of t = (a*x + b)^(1/n): x = (t^n - b)/a."""
        for base, n in self.roots.items():
            if n > 1 and isinstance(base, sp.Add) and len(base.free_symbols) == 1:
                (x,) = base.free_symbols
                slope = sp.diff(base, x)
                rest = sp.expand(base - slope * x)
                if slope.is_Rational and rest.is_Rational and x not in self.roots and x not in self.solved:
                    self.solved[x] = (self._symbol(_root(base, n)) ** n - rest) / slope

    # -- rebuilding with symbols ---------------------------------------------------------------
    def _symbol(self, e: sp.Expr) -> sp.Symbol:
        if e not in self.symbols:
            self.symbols[e] = sp.Symbol(f"_{len(self.symbols)}", real=True)
        return self.symbols[e]

    def _rebuild(self, e: sp.Expr) -> sp.Expr:
        if e.is_Rational:
            return e
        if e in self.solved:
            return self.solved[e]
        if e in self.roots and self.roots[e] > 1:
            return self._symbol(_root(e, self.roots[e])) ** self.roots[e]
        if isinstance(e, sp.exp):
            product: sp.Expr = sp.S.One
            for unit, c in self._exponent_terms(e.args[0]):
                k = self.units[unit]
                if abs(int(c * k)) > MAX_DEGREE:
                    raise TooLarge("an exponential of high degree")
                product *= self._symbol(sp.exp(unit / k)) ** int(c * k)
            return product
        if isinstance(e, sp.Add):
            return sp.Add(*[self._rebuild(a) for a in e.args])
        if isinstance(e, sp.Mul):
            return sp.Mul(*[self._rebuild(a) for a in e.args])
        if isinstance(e, sp.Pow) and e.exp.is_Rational:
            if abs(e.exp) > MAX_DEGREE:
                raise TooLarge("a power of high degree")
            if e.exp.is_Integer:
                return self._rebuild(e.base) ** e.exp
            product = sp.S.One
            for base in self._bases(e.base):
                # The base may itself be a power that was split; its root has the lcm of the orders.
                factor = next((f for f in sp.Mul.make_args(sp.factor_terms(e.base)) if _core(f) == base), e.base)
                power = factor.exp if base != e.base and isinstance(factor, sp.Pow) and factor != base else 1
                order = self.roots[base]
                exponent = power * e.exp * order
                if not exponent.is_Integer:
                    raise TooLarge("nested fractional powers")
                product *= self._symbol(_root(base, order)) ** exponent
            return product
        return self._symbol(e)

    def _reduced(self, polynomial: sp.Expr) -> sp.Expr:
        """Expanded, with the relations between atoms used up."""
        result = _expanded(polynomial)
        by_symbol = {s: e for e, s in self.symbols.items()}
        for s, e in by_symbol.items():
            relation = self._relation(s, e)
            if relation is not None and result.has(s):
                order, value = relation
                if sp.degree(result, s) >= order:
                    result = _expanded(sp.rem(sp.Poly(result, s), sp.Poly(s**order - value, s)).as_expr())
        return result

    def _relation(self, s: sp.Symbol, e: sp.Expr) -> tuple[int, sp.Expr] | None:
        """s^order = value for the symbol of a sine, or of a root of something that is no atom itself."""
        if isinstance(e, sp.sin) and sp.cos(e.args[0]) in self.symbols:
            return 2, 1 - self.symbols[sp.cos(e.args[0])] ** 2
        if isinstance(e, sp.Pow) and e.exp.is_Rational and e.exp.p == 1 and not e.base.is_Symbol:
            order = int(e.exp.q)
            if self.roots.get(e.base) == order:
                saved = dict(self.roots)
                self.roots.pop(e.base)
                try:
                    value = self._rebuild(e.base)
                finally:
                    self.roots = saved
                if not sp.fraction(sp.together(value))[1].is_number or sp.expand(value).has(s):
                    return None
                return order, value
        return None


def _core(f: sp.Expr) -> sp.Expr:
    return f.base if isinstance(f, sp.Pow) and f.exp.is_Rational else f


def _root(base: sp.Expr, order: int) -> sp.Expr:
    return sp.Pow(base, sp.Rational(1, order), evaluate=False) if order > 1 else base


def _positive(e: sp.Expr) -> bool:
    return e in (sp.pi, sp.E)


@lru_cache(maxsize=1024)
def _expanded(expr: sp.Expr) -> sp.Expr:
    """Expanded over the rationals.  Raises TooLarge when there would be very many terms."""
    symbols = sorted(expr.free_symbols, key=lambda s: s.name)
    if not symbols:
        return expr
    if _size(expr) > 20 * MAX_TERMS:
        raise TooLarge("too many terms")
    polynomial = sp.Poly(expr, *symbols)
    if len(polynomial.terms()) > MAX_TERMS or polynomial.total_degree() > 2 * MAX_DEGREE:
        raise TooLarge("too many terms")
    return polynomial.as_expr()


def _size(e: sp.Expr) -> int:
    """A bound on the number of terms after expansion."""
    if isinstance(e, sp.Add):
        return sum(_size(a) for a in e.args)
    if isinstance(e, sp.Mul):
        total = 1
        for a in e.args:
            total *= _size(a)
            if total > 10**7:
                return total
        return total
    if isinstance(e, sp.Pow) and e.exp.is_Integer and e.exp > 0:
        n, k = _size(e.base), int(e.exp)
        return min(10**8, int(sp.binomial(n + k - 1, k))) if n > 1 else 1
    return 1
