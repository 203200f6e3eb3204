"""An enclosure of a real number by two exact rationals, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numeric import balls

__all__ = ["Enclosure", "decimal_down", "decimal_up", "truncated_digits"]


@dataclass(frozen=True)
class Enclosure:
    """lo <= x <= hi with exact rational ends."""

    lo: Fraction
    hi: Fraction

    def __post_init__(self) -> None:
        if self.lo > self.hi:
            raise ValueError("an enclosure needs lo <= hi")

    @classmethod
    def exact(cls, value: Fraction | int) -> Enclosure:
        return cls(Fraction(value), Fraction(value))

    @classmethod
    def from_ball(cls, x: arb) -> Enclosure:
        """Raises ValueError when the ball is not finite."""
        return cls(balls.lower_fraction(x), balls.upper_fraction(x))

    @classmethod
    def from_floats(cls, lo: float, hi: float) -> Enclosure:
        return cls(Fraction(lo), Fraction(hi))

    def ball(self) -> arb:
        """A ball that contains the enclosure (at the current precision)."""
        if self.lo == self.hi:
            return balls.ball(self.lo)
        return balls.ball(self.lo).union(balls.ball(self.hi))

    @property
    def width(self) -> Fraction:
        return self.hi - self.lo

    @property
    def middle(self) -> Fraction:
        return (self.lo + self.hi) / 2

    @property
    def is_exact(self) -> bool:
        return self.lo == self.hi

    def __neg__(self) -> Enclosure:
        return Enclosure(-self.hi, -self.lo)

    @property
    def least_magnitude(self) -> Fraction:
        """The largest m with |x| >= m for every x in the enclosure (0 where it contains 0)."""
        return max(self.lo, -self.hi, Fraction(0))

    @property
    def greatest_magnitude(self) -> Fraction:
        """The smallest m with |x| <= m for every x in the enclosure."""
        return max(-self.lo, self.hi)

    def relaxed(self) -> Enclosure:
        """A little wider, so that another arithmetic with other rounding can confirm it."""
        if self.is_exact:
            return self
        slack = 16 * self.width + abs(self.middle) * Fraction(1, 2**60)
        return Enclosure(self.lo - slack, self.hi + slack)

    def contains(self, other: Enclosure) -> bool:
        return self.lo <= other.lo and other.hi <= self.hi

    def overlaps(self, other: Enclosure) -> bool:
        return self.lo <= other.hi and other.lo <= self.hi

    def json(self, digits: int = 20) -> list[str]:
        """["lo", "hi"] as decimals rounded outward to about ``digits`` significant digits."""
        return [decimal_down(self.lo, digits), decimal_up(self.hi, digits)]

    def text(self, digits: int = 12) -> str:
        """The digits that are certain, followed by an ellipsis; exact values as they are."""
        if self.is_exact:
            value = self.lo
            if value.denominator == 1:
                return str(value.numerator)
            short = decimal_down(value, 40)
            if _terminates(value) and len(short) <= 24 and Fraction(short) == value:
                return short
        common = truncated_digits(self, digits)
        certain = 0 if common is None else len(common.split("e")[0].strip("-0.").replace(".", ""))
        if certain >= 6:
            return f"{common}…"
        if self.lo > 0 or self.hi < 0:
            # Few digits are common when the enclosure straddles a round number, however thin it is.
            size = magnitude_exponent(self.middle) - magnitude_exponent(self.width or Fraction(1, 10**40))
            if size >= 8:
                centre = _nearest(self.middle, min(size, digits))
                reach = max(self.hi - Fraction(centre), Fraction(centre) - self.lo)
                return f"{centre} ± {decimal_up(reach, 1)}"
        return f"[{decimal_down(self.lo, 5)}, {decimal_up(self.hi, 5)}]"

    def _repr_latex_(self) -> str:
        return "$" + self.text().replace("…", r"{\ldots}") + "$"


def _terminates(value: Fraction) -> bool:
    d = value.denominator
    for p in (2, 5):
        while d % p == 0:
            d //= p
    return d == 1


def decimal_down(x: Fraction, digits: int) -> str:
    """The largest decimal with about ``digits`` significant digits that is <= x."""
    return _decimal(x, digits, up=False)


def decimal_up(x: Fraction, digits: int) -> str:
    """The smallest decimal with about ``digits`` significant digits that is >= x."""
    return _decimal(x, digits, up=True)


def magnitude_exponent(x: Fraction) -> int:
    """e with 10^e <= |x| < 10^(e+1), for x != 0 (exact)."""
    x = abs(x)
    # 10^e is near 2^(bit difference); the loops below make it exact.
    e = int((x.numerator.bit_length() - x.denominator.bit_length()) * 0.30103)
    while Fraction(10) ** e > x:
        e -= 1
    while Fraction(10) ** (e + 1) <= x:
        e += 1
    return e


def _decimal(x: Fraction, digits: int, *, up: bool) -> str:
    if x == 0:
        return "0"
    shift = digits - 1 - magnitude_exponent(x)
    scaled = x * Fraction(10) ** shift
    n = -((-scaled.numerator) // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return _place(n, shift)


def _nearest(x: Fraction, digits: int) -> str:
    """x to ``digits`` significant digits, rounded to nearest."""
    shift = digits - 1 - magnitude_exponent(x)
    return _place(round(x * Fraction(10) ** shift), shift)


def _place(n: int, shift: int) -> str:
    """n * 10^-shift as a plain decimal, or with an exponent when that would be long."""
    sign, text = ("-", str(-n)) if n < 0 else ("", str(n))
    if n == 0:
        return "0"
    stripped = text.rstrip("0")
    shift -= len(text) - len(stripped)
    text = stripped
    exponent = len(text) - 1 - shift
    if -7 < exponent < 21:
        if shift <= 0:
            return sign + text + "0" * -shift
        text = text.rjust(shift + 1, "0")
        return f"{sign}{text[:-shift]}.{text[-shift:]}"
    return f"{sign}{text[0]}{'.' + text[1:] if len(text) > 1 else ''}e{exponent}"


def truncated_digits(x: Enclosure, digits: int) -> str | None:
    """Up to ``digits`` significant digits shared by every number in x, truncated toward zero.

    None when not even one digit is certain (in particular when x contains 0 and is not exact).
    """
    if x.is_exact and x.lo == 0:
        return "0"
    if x.lo <= 0 <= x.hi:
        return None
    sign, low, high = ("-", -x.hi, -x.lo) if x.hi < 0 else ("", x.lo, x.hi)
    exponent = magnitude_exponent(high)
    for count in range(digits, 0, -1):
        shift = count - 1 - exponent
        scale = Fraction(10) ** shift
        n, m = int(low * scale), int(high * scale)
        if n == m and n > 0:
            return sign + _fixed(n, shift)
    return None


def _fixed(n: int, shift: int) -> str:
    """n * 10^-shift with every digit kept, trailing zeros included (they are certain digits)."""
    digits = str(n)
    if shift == 0:
        return digits
    if shift < 0 or (shift > 40 and len(digits) < shift - 20):
        # Zeros in place of digits that are not known would look certain.
        return digits[0] + (f".{digits[1:]}" if digits[1:] else "") + f"e{len(digits) - 1 - shift}"
    text = digits.rjust(shift + 1, "0")
    return f"{text[:-shift]}.{text[-shift:]}"
