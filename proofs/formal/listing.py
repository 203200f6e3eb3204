"""What pages about listed points share: definitions, boxes, and the numbers behind each point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from numeric.enclosure import Enclosure
from proofs.formal.points import Hints, System
from proofs.formal.text import literal, ratio, vector

__all__ = [
    "KINDS",
    "POINTS",
    "STATIONARY",
    "Census",
    "ListedPoint",
    "box_text",
    "listed_text",
    "points_data",
    "region_text",
    "wrapped_box",
    "zero_definition",
]

KINDS = ("minimum", "maximum", "saddle")


@dataclass(frozen=True)
class ListedPoint:
    """A zero of the certificate; ``kind`` is empty for zeros that are not stationary points.

    ``vanishing`` are coordinates that are exactly 0, because changing the signs of ``flipped`` changes nothing.
    """

    box: tuple[Enclosure, ...]
    kind: str = ""
    vanishing: tuple[int, ...] = ()
    flipped: tuple[int, ...] = ()


@dataclass(frozen=True)
class Census:
    """One block: its names, its system, the region (None: everywhere) and its points.

    ``indices`` are the numbers of negative eigenvalues that the certificate states, in the order of the page's list.
    """

    names: tuple[str, ...]
    system: System
    region: tuple[tuple[Fraction, Fraction], ...] | None
    points: tuple[ListedPoint, ...]
    indices: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        return self.system.size


def box_text(h: Hints) -> str:
    return "; ".join(f"({literal(lo, h.decimals)}, {literal(hi, h.decimals)})" for lo, hi in h.box)


def wrapped_box(h: Hints, sides: int = 2) -> str:
    """The same on lines of so many sides."""
    each = box_text(h).split("; ")
    return ";\n  ".join("; ".join(each[i : i + sides]) for i in range(0, len(each), sides))


def region_text(sides: Sequence[tuple[Fraction, Fraction]]) -> str:
    return "[" + "; ".join(f"({literal(lo)}, {literal(hi)})" for lo, hi in sides) + "]"


def listed_text(region: str) -> str:
    text = "Definition everywhere (x : point) := True.\n" if region == "everywhere" else ""
    return text + _LISTED


POINTS = """Definition agree (x y : point) := forall i, (i < n)%nat -> x i = y i.
Definition inside (box : list (R * R)) (x : point) :=
  forall i, (i < n)%nat -> fst (nth i box (0, 0)) <= x i <= snd (nth i box (0, 0)).
"""
STATIONARY = """Definition near (x y : point) (d : R) := forall i, (i < n)%nat -> Rabs (y i - x i) <= d.
Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
(* All partial derivatives exist and are 0. *)
Definition stationary (f : point -> R) (x : point) :=
  forall j, (j < n)%nat -> is_derive (fun t => f (set x j t)) (x j) 0.
Definition local_min (f : point -> R) (x : point) := exists d, 0 < d /\\ forall y, near x y d -> f x <= f y.
Definition local_max (f : point -> R) (x : point) := exists d, 0 < d /\\ forall y, near x y d -> f y <= f x.
Definition minimum (f : point -> R) (x : point) := (* strict, local *)
  exists d, 0 < d /\\ forall y, near x y d -> ~ agree y x -> f x < f y.
Definition maximum (f : point -> R) (x : point) :=
  exists d, 0 < d /\\ forall y, near x y d -> ~ agree y x -> f y < f x.
Definition saddle (f : point -> R) (x : point) := ~ local_min f x /\\ ~ local_max f x.
"""
_LISTED = """(* The points of U with property P are exactly those of a list of different points, one in each of
   the boxes, of the kind named with it. *)
Definition listed (P U : point -> Prop) (points : list ((point -> Prop) * list (R * R))) :=
  exists ps : list point,
    Forall2 (fun p c => inside (snd c) p /\\ U p /\\ P p /\\ fst c p) ps points /\\
    ForallOrdPairs (fun p q => ~ agree p q) ps /\\
    forall x, U x -> P x -> exists p, In p ps /\\ agree x p.
"""


def zero_definition(name: str, h: Hints) -> str:
    """The numbers of one zero, as a definition of the library's type ``zero_data``."""
    matrix = "; ".join(vector(row) for row in h.inverse)
    jacobian = "; ".join(vector(row) for row in h.jacobian)
    return (
        f"Definition {name} : zero_data := {{| zc := {vector(h.centre)};\n  zr := {vector(h.radius)};\n"
        f"  zA := [{matrix}];\n  zB := [{jacobian}];\n"
        f"  zq := dec 9 10; zeps := {ratio(h.shrink)}; zqB := dec 1 2 |}}.\n"
    )


def points_data(census: Census, hints: Sequence[Hints], m: int) -> str:
    text = ""
    for k, h in enumerate(hints):
        text += zero_definition(f"zero{k}", h)
    entries = []
    for k, (p, h) in enumerate(zip(census.points, hints, strict=True)):
        code = {
            "": "Any",
            "minimum": f"Minimum {vector(h.neighbourhood)}",
            "maximum": f"Maximum {vector(h.neighbourhood)}",
            "saddle": f"Saddle {vector(h.neighbourhood)} {vector(h.down)} {vector(h.up)}",
        }[p.kind]
        box = "; ".join(f"({ratio(lo, h.decimals)}, {ratio(hi, h.decimals)})" for lo, hi in h.box)
        entries.append(f"(zero{k}, {code}, [{box}])")
    text += "Definition points : list point_data := [\n  " + ";\n  ".join(entries) + "].\n"
    if census.region is not None:
        box = "; ".join(f"({ratio(lo)}, {ratio(hi)})" for lo, hi in census.region)
        text += f"Definition region : qbox := [{box}].\n"
    return text
