"""Check: the probability of a typical sample, and the empirical SSL minimum on every typical sample.

Nothing of the search is used: the cover of the class fractions is walked from the whole box, and the theorem is applied
again to every part, at another precision and with other pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.certificates import CertificateError, decode_enclosure, decode_fraction
from proofs.checks.base import Invalid, register
from proofs.theorems.ssl_deviation import SslData
from proofs.theorems.ssl_region import ProductRegion, content, minimum_in_region
from proofs.theorems.typical_sample import TypicalSample, failure_for_all

__all__ = ["check_probability", "check_probability_for_all", "check_ssl_sample", "walk_cover"]

PRECISION, PIECES = 96, (7, 5)
MOST_PARTS, DEEPEST = 40_000, 60


def decode_event(value: Any) -> TypicalSample:
    if not isinstance(value, dict) or not isinstance(value.get("d"), int) or isinstance(value["d"], bool):
        raise CertificateError("the event is malformed")
    kappa, lo, hi = (decode_fraction(value.get(k)) for k in ("kappa", "lo", "hi"))
    try:
        return TypicalSample(value["d"], kappa, lo, hi)
    except ValueError as error:
        raise Invalid(str(error)) from error


@register("typical-sample")
def check_probability(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    event, delta = decode_event(statement.get("event")), decode_fraction(statement.get("delta"))
    with balls.precision(PRECISION):
        if not event.failure() <= balls.ball(delta):
            raise Invalid("the sample is not shown to be typical with that probability")


@register("typical-samples")
def check_probability_for_all(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    event, delta = decode_event(statement.get("event")), decode_fraction(statement.get("delta"))
    start = evidence.get("start")
    if not isinstance(start, int) or isinstance(start, bool):
        raise CertificateError("the start of the limit form is malformed")
    try:
        with balls.precision(PRECISION):
            if not failure_for_all(event, start) <= balls.ball(delta):
                raise Invalid("samples are not shown to be typical with that probability in every dimension")
    except ValueError as error:
        raise Invalid(str(error)) from error


@register("ssl-sample")
def check_ssl_sample(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    event = decode_event(statement.get("event"))
    data = SslData(decode_fraction(statement.get("tau")), decode_fraction(statement.get("alpha")))
    if not (data.tau > 0 and data.alpha > 0):
        raise Invalid("tau and alpha must be positive")
    walked = walk_cover(evidence.get("cover"), event.lo, event.hi)
    cover = [(fractions, _decode_region(encoded)) for fractions, encoded in walked]
    with balls.precision(PRECISION):
        try:
            found = content(data, [region for _, region in cover])
        except ValueError as error:
            raise Invalid(str(error)) from error
    stated_a, stated_b = decode_enclosure(statement.get("a")), decode_enclosure(statement.get("b"))
    if not (stated_a.contains(found.a) and stated_b.contains(found.b)):
        raise Invalid("a region is larger than stated")
    if decode_fraction(statement.get("nuisance")) < found.nuisance:
        raise Invalid("the nuisance weights are not shown to be that small")
    if decode_fraction(statement.get("energy")) > found.energy:
        raise Invalid("the energy of e2 is not shown to be that large")
    with balls.precision(PRECISION):
        noise = event.noise()
        for fractions, region in cover:
            failed = minimum_in_region(data, noise, fractions, region, PIECES)
            if failed:
                raise Invalid(f"a region is not established: {failed}")


def _decode_region(value: Any) -> ProductRegion:
    if not isinstance(value, dict):
        raise CertificateError("a region is malformed")
    return ProductRegion(
        decode_enclosure(value.get("a")), decode_enclosure(value.get("c")), decode_fraction(value.get("radius"))
    )


def walk_cover(node: Any, lo: Fraction, hi: Fraction) -> Iterator[tuple[list[Enclosure], Any]]:
    """The parts of the cover with all four class fractions; raises Invalid where it leaves fractions open."""
    free, rest = (0, 2, 3), 1
    stack = [(node, [Enclosure(lo, hi) for _ in free], 0)]
    parts = 0
    while stack:
        node, box, depth = stack.pop()
        parts += 1
        if parts > MOST_PARTS or depth > DEEPEST:
            raise Invalid("the cover has too many parts")
        other = Enclosure(1 - sum((x.hi for x in box), Fraction(0)), 1 - sum((x.lo for x in box), Fraction(0)))
        possible = other.hi >= lo and other.lo <= hi
        if node is None:
            if possible:
                raise Invalid("the cover leaves class fractions open")
        elif not isinstance(node, dict):
            raise CertificateError("the cover is malformed")
        elif "region" in node:
            if possible:
                fractions = list(box)
                fractions.insert(rest, Enclosure(max(other.lo, lo), min(other.hi, hi)))
                yield fractions, node["region"]
        else:
            axis, parts_of = node.get("axis"), node.get("parts")
            if not isinstance(axis, int) or not 0 <= axis < len(free) or not isinstance(parts_of, list):
                raise CertificateError("the cover is malformed")
            cut = decode_fraction(node.get("cut"))
            if len(parts_of) != 2 or not box[axis].lo < cut < box[axis].hi:
                raise CertificateError("the cover is malformed")
            for part, half in zip(parts_of, (Enclosure(box[axis].lo, cut), Enclosure(cut, box[axis].hi)), strict=True):
                stack.append((part, [half if k == axis else x for k, x in enumerate(box)], depth + 1))
