"""Check: the probability of a typical sample, and the empirical SSL minimum on every typical sample.

Nothing of the search is used: the cover of the class fractions is walked from the whole box, and the theorem is applied
again to every part, at another precision and with other pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from numeric import balls
from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from proofs.certificates import CertificateError, decode_box, decode_enclosure, decode_fraction
from proofs.checks.balls import HAIR
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.ladder import check_ladder
from proofs.theorems.sampled_zero import survives_sampling
from proofs.theorems.sl_deviation import SIZE, SlData
from proofs.theorems.sl_region import Ellipsoid, sl_content, sl_minimum_in_region
from proofs.theorems.ssl_deviation import SslData
from proofs.theorems.ssl_region import ProductRegion, content, minimum_in_region
from proofs.theorems.typical_sample import TypicalSample, failure_for_all

__all__ = [
    "check_methods",
    "check_probability",
    "check_probability_for_all",
    "check_sl_sample",
    "check_ssl_sample",
    "walk_cover",
]

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
    lo, hi = event.lo, event.hi
    walked = walk_cover(evidence.get("cover"), [Enclosure(lo, hi)] * 3, _three_of_four, lo, hi)
    cover = [(fractions, _decode_region(encoded)) for _, fractions, encoded in walked]
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


def _three_of_four(box: list[Enclosure]) -> list[Enclosure]:
    """The fractions of (1, 0), (-1, 0), (-1, 1) are free; that of (1, 1) is the rest."""
    first, third, fourth = box
    rest = Enclosure(1 - first.hi - third.hi - fourth.hi, 1 - first.lo - third.lo - fourth.lo)
    return [first, rest, third, fourth]


def _two_labels(box: list[Enclosure]) -> list[Enclosure]:
    """q = p of the label with s = -1, and the fractions of (1, 1) and (-1, 1)."""
    q, second, fourth = box
    first = Enclosure(1 - q.hi - second.hi, 1 - q.lo - second.lo)
    return [first, second, Enclosure(q.lo - fourth.hi, q.hi - fourth.lo), fourth]


@register("sl-sample")
def check_sl_sample(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    event = decode_event(statement.get("event"))
    data = SlData(*(decode_fraction(statement.get(k)) for k in ("tau", "beta", "gamma")))
    if not (data.tau > 0 and data.beta > 0 and data.gamma > 0):
        raise Invalid("tau, beta and gamma must be positive")
    lo, hi = event.lo, event.hi
    # Fractions in [lo, hi] put q into [2 lo, 2 hi], and 1 - q, the share of the other label, as well.
    root = [Enclosure(max(2 * lo, 1 - 2 * hi), min(2 * hi, 1 - 2 * lo)), Enclosure(lo, hi), Enclosure(lo, hi)]
    walked = walk_cover(evidence.get("cover"), root, _two_labels, lo, hi)
    cover = [(box, fractions, _decode_ellipsoid(encoded)) for box, fractions, encoded in walked]
    with balls.precision(PRECISION):
        try:
            found = sl_content([region for _, _, region in cover])
        except ValueError as error:
            raise Invalid(str(error)) from error
    if not (
        decode_enclosure(statement.get("a")).contains(found.a)
        and decode_enclosure(statement.get("f")).contains(found.f)
        and decode_fraction(statement.get("b")) >= found.b
        and decode_fraction(statement.get("nuisance")) >= found.nuisance
    ):
        raise Invalid("a region is larger than stated")
    if decode_fraction(statement.get("energy")) < found.energy:
        raise Invalid("the energy of e2 is not shown to be that small")
    with balls.precision(PRECISION):
        noise = event.noise()
        for box, fractions, region in cover:
            failed = sl_minimum_in_region(data, noise, box, fractions, region)
            if failed:
                raise Invalid(f"a region is not established: {failed}")


@register("sample-separation")
def check_sample_separation(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    parts: list[dict[str, Any]] = []
    for value in (statement.get("ssl"), evidence.get("ssl"), statement.get("sl"), evidence.get("sl")):
        if not isinstance(value, dict):
            raise CertificateError("the two minima are malformed")
        parts.append(value)
    ssl, ssl_cover, sl, sl_cover = parts
    starts, delta = evidence.get("starts"), decode_fraction(statement.get("delta"))
    if not isinstance(starts, list) or [type(x) for x in starts] != [int, int]:
        raise CertificateError("the starts of the limit forms are malformed")
    first, second = decode_event(ssl.get("event")), decode_event(sl.get("event"))
    if first.d > second.d or ssl.get("tau") != sl.get("tau"):
        raise Invalid("the two minima are not of the same data")
    if not decode_fraction(ssl.get("energy")) > decode_fraction(sl.get("energy")):
        raise Invalid("the energies of e2 do not separate")
    # The SSL regions of a smaller dimension hold in this one.
    event = TypicalSample(second.d, first.kappa, first.lo, first.hi)
    try:
        with balls.precision(PRECISION):
            if not failure_for_all(event, starts[0]) + failure_for_all(second, starts[1]) <= balls.ball(delta):
                raise Invalid("both events are not shown to hold with that probability")
    except ValueError as error:
        raise Invalid(str(error)) from error
    check_ssl_sample(ssl, ssl_cover)
    check_sl_sample(sl, sl_cover)


def _decode_ellipsoid(value: Any) -> Ellipsoid:
    if not isinstance(value, dict):
        raise CertificateError("a region is malformed")
    centre, columns = value.get("centre"), value.get("columns")
    if not isinstance(centre, list) or not isinstance(columns, list) or len(centre) != SIZE or len(columns) != SIZE:
        raise CertificateError("a region is malformed")
    if not all(isinstance(column, list) and len(column) == SIZE for column in columns):
        raise CertificateError("a region is malformed")
    return Ellipsoid(
        tuple(decode_fraction(x) for x in centre),
        tuple(tuple(decode_fraction(x) for x in column) for column in columns),
        decode_fraction(value.get("r")),
        decode_fraction(value.get("radius")),
    )


@register("sample-methods")
def check_methods(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    ladder, reached = evidence.get("ladder"), statement.get("reached")
    if not isinstance(ladder, dict) or not isinstance(reached, dict):
        raise CertificateError("the methods are malformed")
    inner, balls_of = ladder.get("statement"), ladder.get("evidence")
    if not isinstance(inner, dict) or not isinstance(balls_of, dict):
        raise CertificateError("the ladder is malformed")
    if any(inner.get(k) != statement.get(k) for k in ("objective", "neurons", "parameters")):
        raise Invalid("the ladder is that of another objective")
    objective = objective_from(statement)
    if (objective.name, objective.neurons) not in (("ssl", 1), ("sl", 2)):
        raise Invalid("the methods are about one SSL neuron or two SL neurons")
    check_ladder(inner, balls_of)
    value = {k: to_fraction(v) for k, v in objective.parameter_values.items()}
    if not value["tau"] > 0:
        raise Invalid("tau must be positive")
    data: SslData | SlData = (
        SslData(value["tau"], value["alpha"])
        if objective.name == "ssl"
        else (SlData(value["tau"], value["beta"], value["gamma"]))
    )
    point = decode_box(inner["point"]["box"], [v.name for v in objective.variables])
    box = [Enclosure(x.lo - HAIR, x.hi + HAIR) for x in point]  # as the ladder reads it
    if set(reached) - {r["method"] for r in inner["rungs"]}:
        raise Invalid("a method is not on the ladder")
    for rung, parts in zip(inner["rungs"], balls_of["balls"], strict=True):
        d = reached.get(rung["method"])
        if d is None:
            continue
        if not isinstance(d, int) or isinstance(d, bool) or d < 4:
            raise CertificateError("a dimension is malformed")
        r, epsilon = decode_fraction(parts[-1]["inner"]), decode_fraction(rung["image_radius"][0])
        with balls.precision(PRECISION):
            if not survives_sampling(data, box, d, r, epsilon, rung["method"] == "exact-ift"):
                raise Invalid(f"{rung['method']} is not shown to keep a stationary point from dimension {d} on")


def _decode_region(value: Any) -> ProductRegion:
    if not isinstance(value, dict):
        raise CertificateError("a region is malformed")
    return ProductRegion(
        decode_enclosure(value.get("a")), decode_enclosure(value.get("c")), decode_fraction(value.get("radius"))
    )


def walk_cover(
    node: Any,
    root: list[Enclosure],
    fractions_of: Callable[[list[Enclosure]], list[Enclosure]],
    lo: Fraction,
    hi: Fraction,
) -> Iterator[tuple[list[Enclosure], list[Enclosure], Any]]:
    """The parts of the cover with all four class fractions; raises Invalid where it leaves fractions open."""
    stack = [(node, root, 0)]
    parts = 0
    while stack:
        node, box, depth = stack.pop()
        parts += 1
        if parts > MOST_PARTS or depth > DEEPEST:
            raise Invalid("the cover has too many parts")
        fractions = fractions_of(box)
        possible = all(x.hi >= lo and x.lo <= hi for x in fractions)
        if node is None:
            if possible:
                raise Invalid("the cover leaves class fractions open")
        elif not isinstance(node, dict):
            raise CertificateError("the cover is malformed")
        elif "region" in node:
            if possible:
                yield box, [Enclosure(max(x.lo, lo), min(x.hi, hi)) for x in fractions], node["region"]
        else:
            axis, parts_of = node.get("axis"), node.get("parts")
            if not isinstance(axis, int) or not 0 <= axis < len(root) or not isinstance(parts_of, list):
                raise CertificateError("the cover is malformed")
            cut = decode_fraction(node.get("cut"))
            if len(parts_of) != 2 or not box[axis].lo < cut < box[axis].hi:
                raise CertificateError("the cover is malformed")
            for part, half in zip(parts_of, (Enclosure(box[axis].lo, cut), Enclosure(cut, box[axis].hi)), strict=True):
                stack.append((part, [half if k == axis else x for k, x in enumerate(box)], depth + 1))
