"""The claims of the sample study: probabilities of a typical sample, and the minima on it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

from proofs.certificates import encode_enclosure, encode_fraction
from proofs.sample.fractions import CoverNode
from proofs.sample.ssl import SslSample
from proofs.theorems.ssl_region import ProductRegion
from proofs.theorems.typical_sample import TypicalSample

__all__ = ["all_dimensions_claim", "event_statement", "probability_claim", "ssl_sample_claim"]

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
