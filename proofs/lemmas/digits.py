"""Whether a decimal is an exact constant rounded to nearest, or truncated, at its last digit.

Arithmetic: rigorous (Arb; exact algebra for ties).  Used by the prover and by the checker.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.scope import ClaimScope
from proofs.theorems.definedness import condition_goals
from proofs.theorems.goal import Inapplicable, constant_ball, constant_sign, is_regular
from proofs.verdict import Verdict
from symbolic.reader import DomainCondition

__all__ = ["ConstantClaim", "DigitsResult", "compare_digits", "read_constant"]

DECIMAL = re.compile(r"\s*([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*")
MAX_DIGITS = 3000
GUARD_BITS = (64, 256, 1024)


@dataclass(frozen=True)
class ConstantClaim:
    """``expr`` is claimed to be ``decimal``, whose last digit stands for ``unit``."""

    expr: sp.Expr
    conditions: tuple[DomainCondition, ...]
    text: str
    decimal: str
    value: Fraction
    unit: Fraction


@dataclass(frozen=True)
class DigitsResult:
    """``how`` is "rounded", "truncated", both joined by a comma, or "different"."""

    verdict: Verdict
    reason: str
    how: str = ""
    value: Enclosure | None = None


def read_constant(source: ClaimSource) -> ConstantClaim:
    """Raises ClaimError when the claim is malformed."""
    scope = ClaimScope(source)
    reading = scope.expression("expression")
    if reading.expr.free_symbols:
        raise source.error("the expression of a constant has no variables", "expression")
    decimal = source.text("value")
    assert decimal is not None
    match = DECIMAL.fullmatch(decimal)
    if match is None or len(decimal) > MAX_DIGITS:
        raise source.error("expected a decimal such as 3.1416", "value")
    sign, whole, part, exponent = match.group(1), match.group(2), match.group(3) or "", int(match.group(4) or 0)
    if abs(exponent) > MAX_DIGITS:
        raise source.error("the exponent is out of range", "value")
    unit = Fraction(10) ** (exponent - len(part))
    value = int(whole + part) * unit
    return ConstantClaim(
        reading.expr, reading.conditions, reading.text, decimal.strip(), -value if sign == "-" else value, unit
    )


def compare_digits(claim: ConstantClaim, deadline: float) -> DigitsResult:
    """Decide the claim; UNDECIDED only for ties that exact algebra does not settle, or for lack of time."""
    try:
        for condition in claim.conditions:
            for u, strict in condition_goals(condition):
                sign = constant_sign(u)
                if sign is None or sign < 0 or (strict and sign == 0):
                    word = "not shown to be defined" if sign is None else "not defined"
                    return DigitsResult(Verdict.UNDECIDED, f"{word}: {condition}")
        if not is_regular(claim.expr):
            return DigitsResult(Verdict.UNDECIDED, "the expression has no real value")
        return _compare(claim, deadline)
    except Inapplicable as error:
        return DigitsResult(Verdict.UNDECIDED, str(error))


def _compare(claim: ConstantClaim, deadline: float) -> DigitsResult:
    digits = len(str(int(abs(claim.value) / claim.unit)))
    value: Enclosure | None = None
    for guard in GUARD_BITS:
        if time.monotonic() > deadline:
            break
        with balls.precision(int(3.33 * digits) + guard + 64):
            x = constant_ball(claim.expr)
            if not x.is_finite():
                continue
            # Ends are rounded at the working precision, so they are taken inside.
            value = Enclosure.from_ball(x)
        # Twice the error must be known against one unit, and the sign of the value for truncation.
        rounded = _within(value, claim.value - claim.unit / 2, claim.value + claim.unit / 2)
        truncated = _truncated(value, claim)
        if rounded or truncated:
            how = ", ".join(w for w, yes in (("rounded", rounded), ("truncated", truncated)) if yes)
            words = {"rounded": "rounded to nearest", "truncated": "truncated"}
            reason = f"the decimal is the true value {' and also '.join(words[w] for w in how.split(', '))}"
            return DigitsResult(Verdict.PROVED, reason, how, value)
        if rounded is False and truncated is False:
            return DigitsResult(Verdict.REFUTED, f"the true value is {value.text(digits + 6)}", "different", value)
    return _tie(claim, value)


def _within(x: Enclosure, lo: Fraction, hi: Fraction) -> bool | None:
    if lo <= x.lo and x.hi <= hi:
        return True
    return False if x.hi < lo or x.lo > hi else None


def _truncated(x: Enclosure, claim: ConstantClaim) -> bool | None:
    """|decimal| <= |x| < |decimal| + unit with the decimal's sign."""
    v, u = claim.value, claim.unit
    if v > 0:
        lo, hi = v, v + u
    elif v < 0:
        lo, hi = v - u, v
    else:
        lo, hi = -u, u
    open_lo, open_hi = v <= 0, v >= 0
    if (lo < x.lo or (lo == x.lo and not open_lo)) and (x.hi < hi or (x.hi == hi and not open_hi)):
        return True
    outside = x.hi < lo or x.lo > hi or (open_hi and x.lo >= hi) or (open_lo and x.hi <= lo)
    return False if outside else None


def _tie(claim: ConstantClaim, value: Enclosure | None) -> DigitsResult:
    """The value seems to be exactly the decimal, or half a unit (a unit) away from it: exact algebra decides."""
    for k in (Fraction(0), Fraction(1, 2), Fraction(-1, 2), Fraction(1), Fraction(-1)):
        at = claim.value + k * claim.unit
        if constant_sign(claim.expr - sp.Rational(at.numerator, at.denominator)) == 0:
            exact = Enclosure.exact(at)
            if k == 0:
                return DigitsResult(Verdict.PROVED, "the decimal is the exact value", "rounded, truncated", exact)
            if abs(k) < 1:
                return DigitsResult(Verdict.PROVED, "a tie: the true value is half a unit away", "rounded", exact)
            return DigitsResult(Verdict.REFUTED, f"the true value is exactly {at}", "different", exact)
    return DigitsResult(Verdict.UNDECIDED, "too close to a rounding boundary for exact algebra", "", value)
