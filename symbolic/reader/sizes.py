"""How large an expression is, and how large SymPy's automatic simplification could make it.

These are guards on time and memory, never on truth: they bound what a constructor may do before it
is called, and reject what could not be printed or differentiated afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from symbolic.activations import sigmoid
from symbolic.reader.domain import sign_of
from symbolic.reader.limits import (
    MAX_DEGREE,
    MAX_DIGITS,
    MAX_EFFORT,
    MAX_HEIGHT,
    MAX_MAGNITUDE_BITS,
    MAX_NODES,
    MAX_NUMBER_BITS,
    MAX_POTENTIAL_BITS,
    MAX_ROOT_BITS,
    MAX_ROOT_WORK,
    MAX_WORK_BITS,
    SMALL_EFFORT,
    SMALL_NODES,
)

__all__ = ["RefusedError", "Size", "Sizes"]

_LARGE_BITS = 4096
_LARGE_MAGNITUDE = 64
_LARGE_EFFORT = 16
# A sum or function that is constant may be close to zero; taken to be 2^-32 at least.
_SMALLEST_BITS = 32
_BOUNDED = (sp.sin, sp.cos, sp.asin, sp.acos, sp.atan, sp.tanh, sp.erf, sigmoid)
_HYPERBOLIC = (sp.sinh, sp.cosh, sp.tanh)
_EFFORT = {sp.Mul: 2, sp.Pow: 2, sp.log: 2}
_NOT_REAL = (sp.I, sp.nan, sp.zoo, sp.oo, -sp.oo)


class RefusedError(Exception):
    """An expression that is not built: too large, or not real.  The reader says where it was written."""


@dataclass(frozen=True, slots=True)
class Size:
    """Measures of one expression, as a tree.

    ``bits`` bounds the numbers that can come out when its factors are merged into powers,
    ``root_bits`` those under roots among its factors, ``log_bits`` those inside its logarithms and
    ``exp_bits`` those inside its exponentials (logarithms and exponentials
    turn into powers when the two meet); ``magnitude`` is log2 of a bound on a constant's value and
    ``effort`` the number of steps in which SymPy evaluates it.  An expression is ``wild`` when SymPy
    does not know it to be real (it ignores domain conditions), and ``opaque`` when finding out would
    make it expand real and imaginary parts, as for tanh(log(x)^50), or evaluate a complex constant.
    """

    nodes: int = 1
    height: int = 1
    degree: int = 0
    bits: int = 0
    root_bits: int = 0
    log_bits: int = 0
    exp_bits: int = 0
    magnitude: int = 1
    effort: int = 0
    constant: bool = True
    constant_sum: bool = False
    wild: bool = False
    opaque: bool = False

    @property
    def tame(self) -> bool:
        """Whether SymPy can be asked about the expression without searching for long."""
        return not self.opaque and self.effort <= SMALL_EFFORT

    @property
    def simple(self) -> bool:
        """Tame, and small enough to be searched for simplifications."""
        return self.tame and self.nodes <= SMALL_NODES


class Sizes:
    """Measures expressions once each, and keeps the account of one reading."""

    def __init__(self) -> None:
        self._known: dict[sp.Basic, Size] = {}
        self._work = 0
        self._magnitudes = 0
        self._effort = 0
        self._root_work = 0

    def of(self, expr: sp.Basic) -> Size:
        """The size of an expression.  Raises RefusedError when it is beyond a limit or not real."""
        pending = [expr]
        while pending:
            e = pending[-1]
            if e in self._known:
                pending.pop()
                continue
            missing = [a for a in e.args if a not in self._known]
            if missing:
                pending.extend(missing)
                if len(pending) > MAX_NODES:
                    raise RefusedError(f"the expression has more than {MAX_NODES} parts")
                continue
            self._known[e] = self._checked(e, [self._known[a] for a in e.args])
            pending.pop()
        return self._known[expr]

    def before_sum(self, terms: Sequence[sp.Expr]) -> None:
        """Raise RefusedError when adding these could make numbers or the sum too large."""
        self._together([self.of(term) for term in terms])
        common = 1
        for term in terms:
            for part in sp.Add.make_args(term):
                common = math.lcm(common, part.as_coeff_Mul()[0].q)
                if common.bit_length() > MAX_NUMBER_BITS:
                    raise RefusedError(f"the common denominator has more than {MAX_DIGITS} digits")

    def before_product(self, factors: Sequence[sp.Expr]) -> None:
        """Raise RefusedError when multiplying these could make numbers or the product too large."""
        sizes = [self.of(factor) for factor in factors]
        self._together(sizes)
        # Roots of one order are multiplied under one root.
        self._charge_root(sum(size.root_bits for size in sizes))

    def before_power(self, base: sp.Expr, exponent: sp.Expr) -> None:
        """Raise RefusedError when this power could make numbers too large."""
        self._charge(_power_bits(self.of(base), exponent, self.of(exponent)))

    def before_exp(self, argument: sp.Expr) -> None:
        """Raise RefusedError when this exponential could make numbers too large."""
        self._charge(_exp_bits(self.of(argument)))

    def before_root(self, base: sp.Expr) -> None:
        """Raise RefusedError when taking a root would factor numbers for too long."""
        self._charge_root(self.of(base).bits if base.is_Rational else 0)

    def _charge_root(self, bits: int) -> None:
        if bits > MAX_ROOT_BITS:
            digits = MAX_ROOT_BITS * 3 // 10
            raise RefusedError(f"roots or real powers of numbers of more than {digits} digits")
        self._root_work += bits
        if self._root_work > MAX_ROOT_WORK:
            raise RefusedError("too many roots of numbers")

    def _together(self, sizes: list[Size]) -> None:
        if sum(size.nodes for size in sizes) > MAX_NODES:
            raise RefusedError(f"the expression has more than {MAX_NODES} parts")
        self._charge(sum(size.bits for size in sizes))

    def _charge(self, bits: int) -> None:
        self._work += bits if bits > _LARGE_BITS else 0
        if bits > MAX_POTENTIAL_BITS or self._work > MAX_WORK_BITS:
            raise RefusedError("the numbers in this would become too large")

    def _checked(self, e: sp.Basic, parts: list[Size]) -> Size:
        size = _measure(e, parts)
        if e.is_Rational and max(abs(e.p), e.q).bit_length() > MAX_NUMBER_BITS:
            raise RefusedError(f"this makes a number of more than {MAX_DIGITS} digits")
        if size.nodes > MAX_NODES:
            raise RefusedError(f"the expression has more than {MAX_NODES} parts")
        if size.height > MAX_HEIGHT:
            raise RefusedError(f"more than {MAX_HEIGHT} operations inside one another")
        if size.degree > MAX_DEGREE:
            raise RefusedError(f"the degree would be {size.degree}; at most {MAX_DEGREE} is read")
        if size.constant:
            self._magnitudes += size.magnitude if size.magnitude > _LARGE_MAGNITUDE else 0
            if max(size.magnitude, self._magnitudes // 8) > MAX_MAGNITUDE_BITS:
                raise RefusedError(f"the constants are too large (beyond about 2^{MAX_MAGNITUDE_BITS})")
            self._effort += size.effort if size.effort > _LARGE_EFFORT else 0
            if max(size.effort, self._effort // 2) > MAX_EFFORT:
                raise RefusedError("the constants are nested too deeply, or too many")
        return size


def _measure(e: sp.Basic, parts: list[Size]) -> Size:
    if isinstance(e, sp.Float):
        raise RefusedError("a floating-point number, where numbers must be exact")
    if e in _NOT_REAL:
        raise RefusedError("this has no real value (a root or logarithm of something negative?)")
    if isinstance(e, sp.Rational):
        p, q = abs(e.p).bit_length(), e.q.bit_length()
        return Size(bits=p + (q if e.q > 1 else 0), magnitude=max(1, p - q + 1))
    if isinstance(e, sp.Symbol):
        return Size(degree=1, constant=False)
    if not parts:
        return Size(magnitude=2, effort=1)
    constant = all(part.constant for part in parts)
    wild = any(part.wild for part in parts) or _may_leave_the_line(e)
    return Size(
        nodes=1 + sum(part.nodes for part in parts),
        height=1 + max(part.height for part in parts),
        degree=_degree(e, parts) if not constant else 0,
        bits=_bits(e, parts),
        root_bits=_root_bits(e, parts),
        log_bits=max(part.log_bits for part in parts) + (parts[0].bits if isinstance(e, sp.log) else 0),
        exp_bits=max(part.exp_bits for part in parts) + (parts[0].bits if isinstance(e, sp.exp) else 0),
        magnitude=_magnitude(e, parts) if constant else 1,
        effort=1 + _EFFORT.get(e.func, 1) * sum(part.effort for part in parts) if constant else 0,
        constant=constant,
        wild=wild,
        opaque=any(part.opaque for part in parts) or (wild and (constant or isinstance(e, _HYPERBOLIC))),
        constant_sum=any(part.constant_sum for part in parts) or (constant and isinstance(e, sp.Add)),
    )


def _may_leave_the_line(e: sp.Basic) -> bool:
    if isinstance(e, sp.Pow):
        return not e.exp.is_Integer and sign_of(e.base) != 1
    if isinstance(e, sp.log):
        return sign_of(e.args[0]) != 1
    return isinstance(e, (sp.asin, sp.acos)) and not e.args[0].is_Rational


def _bits(e: sp.Basic, parts: list[Size]) -> int:
    if isinstance(e, sp.Add):
        return max(part.bits for part in parts) + len(parts).bit_length()
    if isinstance(e, sp.Mul):
        return sum(part.bits for part in parts)
    if isinstance(e, sp.exp):
        return _exp_bits(parts[0])
    if isinstance(e, sp.Pow):
        _reject_complex(e)
        return _power_bits(parts[0], e.exp, parts[1])
    return 0


def _whole(exponent: sp.Rational) -> int:
    """The size of an exponent, rounded up."""
    return int(-(-abs(exponent.p) // exponent.q))


def _root_bits(e: sp.Basic, parts: list[Size]) -> int:
    if isinstance(e, sp.Mul):
        return sum(part.root_bits for part in parts)
    if isinstance(e, sp.Pow) and e.base.is_Rational and e.exp.is_Rational and e.exp.q > 1:
        return parts[0].bits * _whole(e.exp)
    return 0


def _reject_complex(e: sp.Pow) -> None:
    if e.base.is_Rational and e.base < 0 and not e.exp.is_Integer:
        raise RefusedError("a root or real power of a negative number")


def _exp_bits(argument: Size) -> int:
    # exp(k log c) becomes c^k, with k up to 2^bits.
    return argument.log_bits << min(argument.bits, 32)


def _power_bits(base: Size, exponent: sp.Expr, size: Size) -> int:
    if exponent.is_Rational:
        return base.bits * _whole(exponent)
    logs = base.log_bits + size.log_bits
    return (base.bits << min(size.bits, 32)) + (logs << min(size.bits + base.exp_bits, 32))


def _degree(e: sp.Basic, parts: list[Size]) -> int:
    if isinstance(e, sp.Add):
        return max(part.degree for part in parts)
    if isinstance(e, sp.Mul):
        return sum(part.degree for part in parts)
    if isinstance(e, sp.Pow) and e.exp.is_Rational:
        return parts[0].degree * _whole(e.exp)
    return 1


def _magnitude(e: sp.Basic, parts: list[Size]) -> int:
    largest = max(part.magnitude for part in parts)
    if isinstance(e, sp.Add):
        return largest + len(parts).bit_length()
    if isinstance(e, sp.Mul):
        return sum(part.magnitude for part in parts)
    if isinstance(e, sp.Pow):
        base = max(parts[0].magnitude, parts[0].bits if e.base.is_Rational else 0)
        rational = e.exp.is_Rational
        if isinstance(e.base, (sp.Add, sp.Function)) and not (rational and e.exp > 0):
            base = max(base, _SMALLEST_BITS)
        return base * _whole(e.exp) if rational else base << min(parts[1].magnitude, 24)
    if isinstance(e, (sp.exp, sp.sinh, sp.cosh)):
        return 2 << min(largest, 24)
    if isinstance(e, sp.tan):
        return _SMALLEST_BITS
    if isinstance(e, _BOUNDED):
        return 2
    # The remaining functions of the language grow no faster than their argument.
    return largest + 2
