"""Check: the zeros of a system in the user's box."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import sympy as sp

from numeric.enclosure import Enclosure
from numeric.system import System, build_system
from proofs.certificates import CertificateError, decode_box, decode_fraction, decode_tree
from proofs.checks.base import Invalid
from proofs.checks.lemma import register_lemma
from proofs.checks.points import check_unique, contains, enough_bits, zero_in
from proofs.checks.walk import SearchWalk
from proofs.conditions import conditions_at
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.kinds.zeros import ZerosClaim, read_zeros
from proofs.theorems.exact_zero import is_exact_zero
from proofs.theorems.goal import Inapplicable
from proofs.theorems.kinks import zero_alone_in_pieces

__all__ = ["check_zeros", "proved_zeros"]


@register_lemma("zeros")
def check_zeros(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    claim = read_zeros(source)
    names = claim.names
    if evidence.get("without_ends") is True:
        extended = claim.without_ends()
        if extended is None:
            raise Invalid("there are no roots or inverse sines to replace")
        claim = extended
    complete = statement.get("complete")
    inside = proved_zeros(claim, evidence, complete is True)
    stated = statement.get("zeros")
    if not isinstance(stated, list):
        raise CertificateError("the zeros are not a list")
    boxes = [tuple(decode_box(z, names)) for z in stated]
    if len(set(boxes)) != len(boxes) or not set(boxes) <= set(inside):
        raise Invalid("a stated zero is not one of those that were proved")
    if complete is True and len(boxes) != len(inside):
        raise Invalid(f"there are {len(inside)} zeros, not {len(boxes)}")
    if statement.get("verdict") == "PROVED":
        if complete is not True or (claim.count is not None and claim.count != len(inside)):
            raise Invalid("the count that was claimed is not the one that was proved")
    elif claim.count is None or not (len(boxes) > claim.count or (complete is True and len(inside) != claim.count)):
        raise Invalid("the claimed count is not refuted")


def proved_zeros(claim: ZerosClaim, evidence: dict[str, Any], complete: bool) -> list[tuple[Enclosure, ...]]:
    """The zeros inside the user's box, each proved again; all of them where ``complete``."""
    if any(a is None or b is None for a, b in claim.sides):
        raise Invalid("the box is unbounded")
    try:
        system = claim.system()
    except ValueError as error:
        raise Invalid(f"the equations are not differentiable: {error}") from error
    names = claim.names
    sides = [(Fraction(a), Fraction(b)) for a, b in claim.sides if a is not None and b is not None]
    points: list[tuple[list[Enclosure], list[Enclosure], bool]] = []
    proved: set[tuple[Enclosure, ...]] = set()
    for entry in _list(evidence.get("points")):
        if not isinstance(entry, dict):
            raise CertificateError("a zero is malformed")
        box, outer = decode_box(entry.get("box"), names), decode_box(entry.get("unique_in"), names)
        points.append((box, outer, _check_point(claim, system, entry, box, outer, sides)))
        proved.add(tuple(outer))
    if not claim.told_apart([box for box, _, _ in points]):
        raise Invalid("two zeros are not told apart")
    inside = []
    for box, _, lies_inside in points:
        if not lies_inside:
            continue
        defined = conditions_at(claim.conditions, claim.variables, box)
        if defined is None:
            raise Invalid("a zero was not shown to lie in the domain of the equations")
        if defined:
            inside.append(claim.own(box))
    if complete:
        root = decode_box(evidence.get("root"), names)
        if any(r.lo > lo or r.hi < hi for r, (lo, hi) in zip(root, sides, strict=True)):
            raise Invalid("the searched box does not contain the claim's box")
        unique = [decode_box(u, names) for u in _list(evidence.get("unique"))]
        for u in unique:
            if tuple(u) not in proved:
                check_unique(system, u)
            if not any(contains(u, box) for box, _, _ in points):
                raise Invalid("a uniqueness box of the search holds none of the listed zeros")
        SearchWalk(system, unique).walk(decode_tree(evidence.get("tree"), len(names)), root)
    return inside


def _check_point(
    claim: ZerosClaim,
    system: System,
    entry: dict[str, Any],
    box: Sequence[Enclosure],
    outer: Sequence[Enclosure],
    sides: Sequence[tuple[Fraction, Fraction]],
) -> bool:
    """Prove the zero again; whether it lies in the user's box."""
    if not contains(outer, box):
        raise Invalid("a zero is not inside its uniqueness box")
    if entry.get("by_pieces") is True:
        point = _exact_point(entry, box)
        try:
            zero_alone_in_pieces(claim.equations, claim.variables, point, outer, partial(_one_zero, claim.variables))
        except (Inapplicable, ValueError) as error:
            raise Invalid(f"a zero at a kink: {error}") from error
        return all(lo <= p <= hi for p, (lo, hi) in zip(point, sides, strict=True))
    check_unique(system, outer)
    thin = [x.lo for x in box]
    if not (all(x.is_exact for x in box) and is_exact_zero(claim.equations, claim.variables, thin)):
        zero = zero_in(system, box, enough_bits(box))
        if zero is None or not contains(box, zero):
            raise Invalid("a listed box was not shown to hold its zero")
    if any(x.hi < lo or x.lo > hi for x, (lo, hi) in zip(box, sides, strict=True)):
        return False
    if all(lo <= x.lo and x.hi <= hi for x, (lo, hi) in zip(box, sides, strict=True)):
        return True
    point = _exact_point(entry, box)
    if not is_exact_zero(claim.equations, claim.variables, point):
        raise Invalid("a zero on the boundary was not shown to be exact")
    return all(lo <= p <= hi for p, (lo, hi) in zip(point, sides, strict=True))


def _exact_point(entry: dict[str, Any], box: Sequence[Enclosure]) -> list[Fraction]:
    exact = entry.get("exact")
    if not isinstance(exact, list) or len(exact) != len(box):
        raise Invalid("a zero is neither inside nor outside of the box for certain")
    point = [decode_fraction(v) for v in exact]
    if not all(x.lo <= p <= x.hi for x, p in zip(box, point, strict=True)):
        raise Invalid("an exact zero is not in its box")
    return point


def _one_zero(variables: Sequence[sp.Symbol], piece: Sequence[sp.Expr], box: Sequence[Enclosure]) -> bool:
    try:
        check_unique(build_system(piece, variables, plain=True), box)
    except (Invalid, ValueError):
        return False
    return True


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CertificateError("a list is missing")
    return value
