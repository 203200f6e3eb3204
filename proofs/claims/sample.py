"""The claims of the sample study: probabilities of a typical sample, and the minima on it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

from proofs.certificates import encode_enclosure, encode_fraction
from proofs.claims.common import objective_statement
from proofs.claims.ladder import ladder_claim
from proofs.ladder import PointAnalysis, Rung
from proofs.sample.fractions import CoverNode
from proofs.sample.sl import SlSample
from proofs.sample.ssl import SslSample
from proofs.theorems.sl_region import Ellipsoid
from proofs.theorems.ssl_region import ProductRegion
from proofs.theorems.typical_sample import TypicalSample

__all__ = [
    "all_dimensions_claim",
    "both_claim",
    "event_statement",
    "methods_claim",
    "probability_claim",
    "sl_sample_claim",
    "ssl_sample_claim",
]

T = TypeVar("T")


def event_statement(event: TypicalSample) -> dict[str, Any]:
    return {
        "d": event.d,
        "kappa": encode_fraction(event.kappa),
        "lo": encode_fraction(event.lo),
        "hi": encode_fraction(event.hi),
    }


def probability_claim(event: TypicalSample, delta: Fraction) -> dict[str, Any]:
    """P(typical) >= 1 - delta in dimension d."""
    return {
        "kind": "typical-sample",
        "statement": {"event": event_statement(event), "delta": encode_fraction(delta)},
        "evidence": {},
    }


def all_dimensions_claim(event: TypicalSample, delta: Fraction, start: int) -> dict[str, Any]:
    """P(typical) >= 1 - delta in every dimension from d on."""
    return {
        "kind": "typical-samples",
        "statement": {"event": event_statement(event), "delta": encode_fraction(delta)},
        "evidence": {"start": start},
    }


def ssl_sample_claim(sample: SslSample) -> dict[str, Any]:
    """On every typical sample the empirical SSL objective has one minimum in the region of its class fractions."""
    found = sample.content
    return {
        "kind": "ssl-sample",
        "statement": {
            "event": event_statement(sample.event),
            "tau": encode_fraction(sample.data.tau),
            "alpha": encode_fraction(sample.data.alpha),
            "a": encode_enclosure(found.a),
            "b": encode_enclosure(found.b),
            "nuisance": encode_fraction(found.nuisance),
            "energy": encode_fraction(found.energy),
        },
        "evidence": {"cover": encode_cover(sample.cover, _encode_region)},
    }


def sl_sample_claim(sample: SlSample) -> dict[str, Any]:
    """On every typical sample the empirical SL objective has one minimum in the region of its class fractions."""
    found = sample.content
    return {
        "kind": "sl-sample",
        "statement": {
            "event": event_statement(sample.event),
            "tau": encode_fraction(sample.data.tau),
            "beta": encode_fraction(sample.data.beta),
            "gamma": encode_fraction(sample.data.gamma),
            "a": encode_enclosure(found.a),
            "b": encode_fraction(found.b),
            "f": encode_enclosure(found.f),
            "nuisance": encode_fraction(found.nuisance),
            "energy": encode_fraction(found.energy),
        },
        "evidence": {"cover": encode_cover(sample.cover, _encode_ellipsoid)},
    }


def both_claim(ssl: SslSample, sl: SlSample, delta: Fraction, starts: tuple[int, int]) -> dict[str, Any]:
    """Both minima on one sample, P >= 1 - delta, in every dimension from that of the SL event on."""
    first, second = ssl_sample_claim(ssl), sl_sample_claim(sl)
    return {
        "kind": "sample-separation",
        "statement": {"ssl": first["statement"], "sl": second["statement"], "delta": encode_fraction(delta)},
        "evidence": {"ssl": first["evidence"], "sl": second["evidence"], "starts": list(starts)},
    }


def _encode_ellipsoid(region: Ellipsoid) -> dict[str, Any]:
    return {
        "centre": [encode_fraction(x) for x in region.centre],
        "columns": [[encode_fraction(x) for x in column] for column in region.columns],
        "r": encode_fraction(region.r),
        "radius": encode_fraction(region.radius),
    }


def methods_claim(analysis: PointAnalysis, rungs: list[Rung], reached: list[int | None]) -> dict[str, Any]:
    """From which dimension on each rung of the ladder keeps a stationary point, with probability at least 0.99."""
    ladder = ladder_claim(analysis, rungs)
    return {
        "kind": "sample-methods",
        "statement": {
            **objective_statement(analysis.objective),
            "reached": {rung.method: d for rung, d in zip(rungs, reached, strict=True) if d is not None},
        },
        "evidence": {"ladder": {"statement": ladder["statement"], "evidence": ladder["evidence"]}},
    }


def encode_cover(node: CoverNode[T], encode: Callable[[T], Any]) -> Any:
    """null where there are no fractions, {"region"}, or {"axis", "cut", "parts"}."""
    if node.leaf is not None:
        return {"region": encode(node.leaf)}
    if node.children is None:
        return None
    return {
        "axis": node.axis,
        "cut": encode_fraction(node.cut),
        "parts": [encode_cover(child, encode) for child in node.children],
    }


def _encode_region(region: ProductRegion) -> dict[str, Any]:
    return {
        "a": encode_enclosure(region.a),
        "c": encode_enclosure(region.c),
        "radius": encode_fraction(region.radius),
    }
