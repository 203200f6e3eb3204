"""Check that a box holds exactly one stationary point (Krawczyk's theorem in Arb)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice

from flint import arb

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval, add, evaluate_endpoints, mul
from numeric.system import System
from proofs.checks.base import Invalid
from proofs.stationary import float_inverse, square
from proofs.theorems.krawczyk import KrawczykResult, krawczyk
from symbolic.objectives import Objective
from symbolic.symmetry import SignedPermutation, generated_group, is_symmetry

__all__ = [
    "check_unique",
    "check_unique_up_to",
    "contains",
    "enough_bits",
    "fattened",
    "krawczyk_on",
    "mean_value_misses",
    "shown_group",
    "zero_in",
]

Box = Sequence[Enclosure]
MOST_IMAGES = 64
MOST_STEPS = 12


def contains(outer: Box, inner: Box) -> bool:
    return all(a.contains(b) for a, b in zip(outer, inner, strict=True))


def fattened(box: Box) -> list[Enclosure]:
    """Room for Krawczyk's test around an already tight enclosure."""
    widest = max(x.width for x in box) or Fraction(1, 10**20)
    return [Enclosure(x.lo - 2 * widest, x.hi + 2 * widest) for x in box]


def enough_bits(box: Box) -> int:
    """Enough precision to work well inside the box."""
    widest = max(x.width for x in box) or Fraction(1, 10**20)
    log2 = widest.numerator.bit_length() - widest.denominator.bit_length()
    return min(20_000, 2 * max(1, -log2) + 96)


def check_unique(system: System, box: Box) -> None:
    """Exactly one zero in the box; raises Invalid where that is not shown."""
    with balls.precision(96):
        sides = [(balls.ball(x.lo), balls.ball(x.hi)) for x in box]
        result = krawczyk_on(system, sides)
        # A ball reaches a little beyond the ends it was made of: the image must lie between the exact ends.
        within = all(lo < k < hi for k, (lo, hi) in zip(result.image, sides, strict=True))
    if not (result.unique and within):
        raise Invalid("a box was not shown to hold exactly one stationary point")


def check_unique_up_to(system: System, box: Box, group: Iterable[SignedPermutation]) -> None:
    """Exactly one zero in the box, or in an image of it under a symmetry of the equations; ``group`` are shown ones.

    Interval arithmetic need not see a symmetry: Krawczyk's test may succeed for a box and not for its image.
    """
    try:
        check_unique(system, box)
    except Invalid:
        for g in islice(group, MOST_IMAGES):
            try:
                check_unique(system, g.apply(box))
                return
            except Invalid:
                continue
        raise


def shown_group(objective: Objective) -> Iterator[SignedPermutation]:
    """The group of those stated symmetries that exact algebra shows; nothing is computed before it is asked for."""
    shown = [g for g in objective.symmetries if is_symmetry(objective.numeric_loss, objective.variables, g)]
    yield from generated_group(shown, len(objective.variables))


def krawczyk_on(system: System, sides: Sequence[EndpointInterval]) -> KrawczykResult:
    """Krawczyk's test on a box with real ends, for every choice of the system's parameters."""
    n = system.dimension
    fixed = [(balls.ball(lo), balls.ball(hi)) for lo, hi in system.fixed]
    whole = [lo.lower().union(hi.upper()) for lo, hi in sides]
    slope = square([lo.union(hi) for lo, hi in evaluate_endpoints(system.jacobian, [*sides, *fixed])], n)

    def function(x: Sequence[arb]) -> list[arb]:
        # With real ends there is no loss inside of products.
        ends = [(t.lower(), t.upper()) for t in x]
        return [lo.union(hi) for lo, hi in evaluate_endpoints(system.function, [*ends, *fixed])]

    return krawczyk(function, lambda _: slope, whole, float_inverse(slope))


def mean_value_misses(system: System, sides: Sequence[EndpointInterval]) -> bool:
    """Whether an entry of F(m) + J(X)(X - m) does not hold 0, so that F has no zero in the box."""
    n = system.dimension
    fixed = [(balls.ball(lo), balls.ball(hi)) for lo, hi in system.fixed]
    middle = [((lo + hi) / 2).mid() for lo, hi in sides]
    whole = evaluate_endpoints(system.function, [*sides, *fixed])
    slopes = evaluate_endpoints(system.jacobian, [*sides, *fixed])
    if not all(x.is_finite() for pair in (*whole, *slopes) for x in pair):
        return False
    at = evaluate_endpoints(system.function, [*((m, m) for m in middle), *fixed])
    for i in range(n):
        total = at[i]
        for j, (lo, hi) in enumerate(sides):
            total = add(total, mul(slopes[i * n + j], (lo - middle[j], hi - middle[j])))
        if total[0] > 0 or total[1] < 0:
            return True
    return False


def zero_in(system: System, box: Box, bits: int) -> list[Enclosure] | None:
    """A tight enclosure of a zero near a small box, None when Krawczyk's test does not show one.

    At a kink one step may not lead into the box: the zero lies in every further image.
    """
    n = system.dimension
    with balls.precision(bits):
        wide = [x.ball() for x in fattened(box)]

        def jacobian(x: Sequence[arb]) -> list[list[arb]]:
            return square(evaluate_balls(system.jacobian, x), n)

        found = None
        for _ in range(MOST_STEPS):
            result = krawczyk(
                lambda x: evaluate_balls(system.function, x),
                jacobian,
                wide,
                float_inverse(jacobian(wide)),
            )
            if found is None and not result.unique:
                return None
            wide = [w.intersection(k) for w, k in zip(wide, result.image, strict=True)]
            found = [Enclosure.from_ball(x) for x in wide]
            if contains(box, found):
                break
        return found
