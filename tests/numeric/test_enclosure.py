"""Enclosures: exact ends, decimals rounded outward, and digits that are printed only when they are certain."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numeric.balls import precision
from numeric.enclosure import Enclosure, decimal_down, decimal_up, magnitude_exponent, truncated_digits

F = Fraction
SIZES = st.integers(-250, 250)


@st.composite
def fractions(draw: st.DrawFn) -> Fraction:
    """Fractions of all sizes, many of them close to or at round decimals."""
    base = F(draw(st.integers(-(10**6), 10**6)), draw(st.sampled_from([1, 2, 3, 7, 9, 10, 64, 99, 1000, 12345])))
    nudge = draw(st.sampled_from([0, 0, 1, -1])) * F(1, 10 ** draw(st.integers(1, 40)))
    return (base + nudge) * F(10) ** draw(SIZES)


@st.composite
def enclosures(draw: st.DrawFn) -> Enclosure:
    a = draw(fractions())
    width = draw(st.sampled_from([F(0), F(1), abs(a), abs(a) / 10**4, abs(a) / 10**9, abs(a) / 10**30]))
    return Enclosure(a, a + width * draw(st.integers(1, 9)))


# -- decimals ----------------------------------------------------------------------------------------------
@given(fractions(), st.integers(1, 40))
def test_decimals_are_outward_and_close(q: Fraction, digits: int) -> None:
    low, high = F(decimal_down(q, digits)), F(decimal_up(q, digits))
    assert low <= q <= high
    # At most one unit in the last of ``digits`` significant digits.
    assert high - low <= abs(q) * F(10) ** (1 - digits)


@given(fractions(), st.integers(1, 40))
def test_decimals_that_fit_are_exact(q: Fraction, digits: int) -> None:
    text = decimal_down(q, digits)
    assert decimal_down(F(text), digits) == text == decimal_up(F(text), digits)


@pytest.mark.parametrize(
    ("q", "digits", "low", "high"),
    [
        (F(0), 5, "0", "0"),
        (F(2, 3), 4, "0.6666", "0.6667"),
        (F(-2, 3), 4, "-0.6667", "-0.6666"),
        (F(1, 4), 10, "0.25", "0.25"),
        (F(12345), 2, "12000", "13000"),
        (F(-12345), 2, "-13000", "-12000"),
        (F(99999, 100000), 3, "0.999", "1"),
        (F(10**25), 5, "1e25", "1e25"),
        (F(1, 10**10), 3, "1e-10", "1e-10"),
        (F(123, 10**12), 2, "1.2e-10", "1.3e-10"),
        (F(-5, 10**300), 1, "-5e-300", "-5e-300"),
        (F(1, 3) * 10**30, 3, "3.33e29", "3.34e29"),
        (F(1, 10**6), 4, "0.000001", "0.000001"),
    ],
)
def test_decimals_by_hand(q: Fraction, digits: int, low: str, high: str) -> None:
    assert (decimal_down(q, digits), decimal_up(q, digits)) == (low, high)


@given(st.integers(1, 10**40), st.integers(1, 10**40), SIZES)
def test_the_exponent_of_a_number(p: int, q: int, shift: int) -> None:
    value = F(p, q) * F(10) ** shift
    e = magnitude_exponent(value)
    assert F(10) ** e <= value < F(10) ** (e + 1)
    assert magnitude_exponent(-value) == e


@pytest.mark.parametrize("e", [-5000, -400, 0, 400, 5000])
def test_huge_and_tiny_numbers_can_be_written(e: int) -> None:
    q = F(3) * F(10) ** e / 7
    assert F(decimal_down(q, 6)) <= q <= F(decimal_up(q, 6))
    assert Enclosure(q, q * (1 + F(1, 10**9))).text(6)


# -- texts -------------------------------------------------------------------------------------------------
def numbers_of(text: str) -> tuple[Fraction, Fraction] | None:
    """The set of numbers that a printed text allows, read by rules of its own; None for an exact text."""
    if text.startswith("["):
        low, high = text[1:-1].split(", ")
        return F(low), F(high)
    if "±" in text:
        centre, reach = text.split(" ± ")
        return F(centre) - F(reach), F(centre) + F(reach)
    if not text.endswith("…"):
        return None
    text = text[:-1]
    mantissa, _, exponent = text.partition("e")
    places = len(mantissa.partition(".")[2])
    # Digits after the last one shown are unknown.
    unit = F(10) ** (int(exponent or 0) - places)
    # A text without a point shows all digits in front of it: x lies between two neighbouring integers.
    value = F(text)
    return (value - unit, value) if text.startswith("-") else (value, value + unit)


def test_digits_that_are_not_certain_are_not_printed_as_zeros() -> None:
    # 123456789012345.6 to 12 digits is not 123456789012000.
    low = F("123456789012345.6")
    text = Enclosure(low, low + F(1, 10**6)).text(12)
    allowed = numbers_of(text)
    assert allowed is not None
    assert allowed[0] <= low < allowed[1], text
    # 10^-40/3 to one digit is 3e-41, not 3.0e-41.
    assert truncated_digits(Enclosure.exact(F(1, 3 * 10**40)), 1) == "3e-41"


@given(enclosures(), st.integers(1, 30))
def test_every_printed_digit_is_certain(e: Enclosure, digits: int) -> None:
    text = e.text(digits)
    allowed = numbers_of(text)
    if allowed is None:
        assert e.is_exact
        assert F(text) == e.lo
    else:
        # x = d.ddd... means that the digits are those of every x in the enclosure, cut off toward zero.
        assert allowed[0] <= e.lo, text
        assert e.hi <= allowed[1], text


@given(enclosures(), st.integers(1, 30))
def test_truncated_digits_are_those_of_both_ends(e: Enclosure, digits: int) -> None:
    text = truncated_digits(e, digits)
    if text is None:
        return
    if text == "0":
        assert e.is_exact
        return
    shown = F(text)
    assert (shown > 0) == (e.lo > 0)
    size = abs(shown)
    assert size <= min(abs(e.lo), abs(e.hi))
    count = len(re.sub(r"e.*", "", text).replace(".", "").lstrip("-0"))
    assert count >= 1
    # The last digit shown has this unit, and both ends agree up to it.
    unit = numbers_of(text + "…")
    assert unit is not None
    assert unit[0] <= e.lo <= e.hi <= unit[1], text


@pytest.mark.parametrize(
    ("lo", "hi", "text"),
    [
        (F(3), F(3), "3"),
        (F(-1, 4), F(-1, 4), "-0.25"),
        (F(31415926, 10**7), F(31415927, 10**7) - F(1, 10**12), "3.1415926…"),
        (F(-31415927, 10**7) + F(1, 10**12), F(-31415926, 10**7), "-3.1415926…"),
        (F(-1, 2), F(1, 2), "[-0.5, 0.5]"),
        (F(3, 10), F(7, 10), "[0.3, 0.7]"),
        (F(1) - F(1, 10**12), F(1) + F(1, 10**12), None),
    ],
)
def test_texts_by_hand(lo: Fraction, hi: Fraction, text: str | None) -> None:
    found = Enclosure(lo, hi).text()
    if text is None:
        # Two sides of a round number share no digit, but the enclosure is thin: a centre and a reach.
        assert "±" in found
    else:
        assert found == text


def test_an_exact_value_is_printed_as_exact_only_when_all_its_digits_are_shown() -> None:
    for value in (1 - F(1, 2**200), F(1, 2**150), F(3, 10) - F(1, 10**60), F(7, 5), F(1, 3), -(1 - F(1, 2**100))):
        text = Enclosure.exact(value).text()
        assert text.endswith("…") or "±" in text or F(text) == value, text


def test_json_encloses_outward(soundness: int) -> None:
    generator = random.Random(4)
    for _ in range(10_000 * soundness):
        a = F(generator.randint(-(10**12), 10**12), generator.randint(1, 10**9)) * F(10) ** generator.randint(-40, 40)
        b = a + F(generator.randint(0, 10**6), generator.randint(1, 10**12))
        low, high = Enclosure(a, b).json(generator.randint(1, 25))
        assert F(low) <= a
        assert b <= F(high)
    assert Enclosure(F(-1, 3), F(0)).json(3) == ["-0.334", "0"]


# -- construction and comparison ---------------------------------------------------------------------------
def test_an_inverted_enclosure_is_refused() -> None:
    with pytest.raises(ValueError, match="lo <= hi"):
        Enclosure(F(1), F(0))


@pytest.mark.parametrize("b", [arb("nan"), arb("inf"), arb(0, "inf")])
def test_a_ball_that_is_not_finite_is_refused(b: arb) -> None:
    with pytest.raises(ValueError, match="finite"):
        Enclosure.from_ball(b)


@pytest.mark.parametrize("pair", [(float("nan"), 1.0), (0.0, float("inf")), (float("-inf"), 0.0)])
def test_floats_that_are_not_finite_are_refused(pair: tuple[float, float]) -> None:
    with pytest.raises((ValueError, OverflowError)):
        Enclosure.from_floats(*pair)


@given(enclosures(), st.integers(2, 300))
def test_a_ball_contains_its_enclosure(e: Enclosure, bits: int) -> None:
    with precision(bits):
        around = Enclosure.from_ball(e.ball())
    assert around.contains(e)


@given(enclosures())
def test_simple_properties(e: Enclosure) -> None:
    assert e.width == e.hi - e.lo >= 0
    assert e.lo <= e.middle <= e.hi
    assert e.is_exact == (e.lo == e.hi)
    opposite = -e
    assert -opposite == e
    assert (opposite.lo, opposite.hi) == (-e.hi, -e.lo)
    assert e.contains(e)
    assert e.overlaps(e)


def test_containment_and_overlap_at_the_ends() -> None:
    a, b = Enclosure(F(0), F(1)), Enclosure(F(1), F(2))
    assert a.overlaps(b)
    assert b.overlaps(a)
    assert not a.contains(b)
    assert a.contains(Enclosure.exact(1))
    assert not a.overlaps(Enclosure(F(1) + F(1, 10**30), F(2)))
    assert not a.contains(Enclosure(F(0), F(1) + F(1, 10**30)))


def test_latex_has_dots() -> None:
    assert Enclosure(F(31415926, 10**7), F(314159261, 10**8))._repr_latex_() == r"$3.1415926{\ldots}$"


@given(enclosures())
def test_relaxing_only_widens(e: Enclosure) -> None:
    assert e.relaxed().contains(e)
    assert e.is_exact == e.relaxed().is_exact


@pytest.mark.parametrize(
    ("lo", "hi", "least", "greatest"), [(1, 2, 1, 2), (-2, -1, 1, 2), (-1, 3, 0, 3), (-3, 1, 0, 3), (0, 0, 0, 0)]
)
def test_magnitudes(lo: int, hi: int, least: int, greatest: int) -> None:
    x = Enclosure(Fraction(lo), Fraction(hi))
    assert (x.least_magnitude, x.greatest_magnitude) == (least, greatest)
