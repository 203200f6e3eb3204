"""The ladder of radii at a minimum, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log10
from typing import Any

import numpy as np

from numeric import balls
from numeric.compiler import to_fraction
from proofs.certificates import CertificateError, decode_box, decode_fraction
from proofs.checks.base import objective_from
from proofs.checks.ladder import METHODS
from proofs.formal.expression import Formal, NotFormal, formal_expression, total
from proofs.formal.inequalities import lambda_of
from proofs.formal.listing import box_text, zero_definition
from proofs.formal.points import Hints, System, hints_for
from proofs.formal.registry import formal
from proofs.formal.text import (
    FormalClaim,
    comment,
    coq_names,
    formal_claim,
    function_definitions,
    literal,
    page_head,
    ratio,
    vector,
)

__all__ = ["radius_ladder"]

PRECISION = 30
ZERO_PRECISION = 140
FUEL = 80
SEARCHED = 3  # unknowns of a ball that is cut into boxes
SIGNIFICANT = 5
# The kernel is asked for a little less than the certificate says, which spares most of the cuts near the sphere.
SHARE = Fraction(99, 100)
CONVEX_SHARE = Fraction(17, 20)
ROUNDING = Fraction(1, 10**7)  # of the kernel's numbers with PRECISION bits


@dataclass(frozen=True)
class Decimal:
    """A number as it is written: value times 10^-decimals."""

    units: int
    decimals: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.units, 10**self.decimals)

    def page(self) -> str:
        return literal(self.value, self.decimals)

    def data(self) -> str:
        return ratio(self.value, self.decimals)


def rounded_down(x: Fraction, significant: int = SIGNIFICANT) -> Decimal:
    """The greatest decimal with so many significant digits that is at most x (x positive)."""
    decimals = max(1, significant - 1 - floor(log10(float(x))))
    return Decimal(floor(x * 10**decimals), decimals)


def rounded_up(x: Fraction, significant: int = SIGNIFICANT) -> Decimal:
    decimals = max(1, significant - 1 - floor(log10(float(x))))
    return Decimal(ceil(x * 10**decimals), decimals)


@formal("radius-ladder")
def radius_ladder(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    """The radii and image radii of the certificate's four rungs, rounded down, at its minimum."""
    objective = objective_from(statement)
    names = [v.name for v in objective.variables]
    point = statement.get("point")
    if not isinstance(point, dict):
        raise CertificateError("the point is malformed")
    box = tuple(decode_box(point.get("box"), names))
    function = formal_expression(objective.numeric_loss, objective.variables)
    if len(names) > SEARCHED:
        raise NotFormal(f"balls in {len(names)} unknowns have no formal statement (at most {SEARCHED})")
    if not total(function):
        raise NotFormal("the function is not defined everywhere")
    rungs = _rungs(statement, evidence)
    ridge = to_fraction(objective.numeric_ridge)
    title = f"Certified radii of {objective.name} with {objective.neurons} neuron(s)"
    title += ", " + ", ".join(f"{k} = {v}" for k, v in objective.parameter_values.items())
    system = System(len(names), function)
    hints = hints_for(system, box)
    theorems = [*_exact(rungs[0], rungs[1], ridge), _preconditioned(rungs[2], hints), _convexity(rungs[3])]
    page = _page(title, names, function, hints, ridge, module)
    data = _data(title, function, hints, ridge)
    for t in theorems:
        page += t.page(module)
        data += t.data(hints, system)
    return formal_claim(title, page, data, ["centre", *(t.name for t in theorems)])


@dataclass(frozen=True)
class Rung:
    """``constant`` is lambda, q or m; ``radius`` and ``image`` are lower ends; ``inner`` the radius where H >= m."""

    constant: Fraction
    radius: Fraction
    image: Fraction
    inner: Fraction


def _rungs(statement: dict[str, Any], evidence: dict[str, Any]) -> list[Rung]:
    rungs, given = statement.get("rungs"), evidence.get("balls")
    if not isinstance(rungs, list) or [r.get("method") if isinstance(r, dict) else None for r in rungs] != list(
        METHODS
    ):
        raise CertificateError("the ladder does not have the four methods in order")
    if not isinstance(given, list) or len(given) != len(rungs) or not all(isinstance(g, list) and g for g in given):
        raise CertificateError("the balls of the ladder are malformed")
    found = []
    for rung, parts in zip(rungs, given, strict=True):
        last = parts[-1]
        ends = [rung.get("radius"), rung.get("image_radius")]
        if not isinstance(last, dict) or not all(isinstance(e, list) and len(e) == 2 for e in ends):
            raise CertificateError("a rung of the ladder is malformed")
        numbers = [rung.get("constant"), ends[0][0], ends[1][0], last.get("inner")]
        found.append(Rung(*(decode_fraction(x) for x in numbers)))
        if min(found[-1].constant, found[-1].radius, found[-1].image, found[-1].inner) <= 0:
            raise NotFormal("a radius of the ladder is not positive")
    return found


# -- the theorems -------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Theorem:
    """A radius and an image radius; ``checked`` is the call of the library's checker, ``proof`` its theorem.

    ``balls`` are the radii with which data about the ball have to be defined: name and radius.
    """

    name: str
    title: str
    radius: Decimal
    image: Decimal
    checker: str
    theorem: str
    inner: Decimal | None = None
    beside: bool = False

    def page(self, module: str) -> str:
        numbers = f"{self.radius.page()} {self.image.page()}"
        if self.beside:
            return f"""
(** {self.title} *)
Theorem {self.name} : forall m p, (n <= m)%nat -> stationary m (further m) p -> inside box p ->
  invertible m (further m) p {numbers}.
Proof. exact ({module}.{self.name} ell (fun x => eq_refl)). Qed.
"""
        return f"""
(** {self.title} *)
Theorem {self.name} : forall p, stationary n ell p -> inside box p -> invertible n ell p {numbers}.
Proof. exact ({module}.{self.name} ell (fun x => eq_refl)). Qed.
"""

    def data(self, h: Hints, system: System) -> str:
        n = len(h.centre)
        weights = _weights(system, h.centre, self.radius.value / 2)
        text = _ball(f"{self.name}_ball", h, self.radius, self.image, weights)
        if self.inner is not None:
            text += _ball(f"{self.name}_inner", h, self.inner, self.image, weights)
        text += f"""Lemma {self.name}_checked : IntegerRadii.{self.checker} {FUEL} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
"""
        numbers = f"({_real(self.radius)}) ({_real(self.image)})"
        if self.beside:
            return (
                text
                + f"""Theorem {self.name} (f : vec -> R) : (forall x, f x = eval e x) ->
  forall m p, ({n} <= m)%nat -> stationary m (further {n} (qR rho) f m) p -> inside {n} (realbox box) p ->
  invertible m (further {n} (qR rho) f m) p {numbers}.
Proof. exact (IntegerRadii.{self.theorem} _ _ _ _ _ rho _ f {self.name}_checked eq_refl). Qed.
"""
            )
        return (
            text
            + f"""Theorem {self.name} (f : vec -> R) : (forall x, f x = eval e x) ->
  forall p, stationary {n} f p -> inside {n} (realbox box) p -> invertible {n} f p {numbers}.
Proof. intros E p S B. exact ({self.proof} f {self.name}_checked E p S B{" B" if self.inner else ""}). Qed.
"""
        )

    @property
    def proof(self) -> str:
        holes = {"exact_radius": 6, "preconditioned_radius": 8, "convexity_radius": 7}[self.theorem]
        return f"IntegerRadii.{self.theorem} {' '.join('_' * holes)}"


def _just_below(x: Fraction) -> Decimal:
    """Rounded down, and so that interval arithmetic sees it."""
    return rounded_down(x * (1 - Fraction(1, 10**9)))


def _exact(in_space: Rung, in_block: Rung, ridge: Fraction) -> list[_Theorem]:
    found = []
    for name, rung, title in (
        ("exact_ift", in_space, "The exact inverse function theorem in R^m, for every m."),
        ("exact_ift_block", in_block, "The same in the coordinates of the formula."),
    ):
        constant = rounded_down(rung.constant)
        radius = rounded_down(rung.radius * SHARE)
        image = _just_below(constant.value * radius.value / 2)
        beside = name == "exact_ift"
        if beside and constant.value > 2 * ridge:
            raise CertificateError("the constant of exact-ift is larger than the curvature of the further coordinates")
        checker = f"check_exact {PRECISION}%Z size e {name}_ball ({constant.data()})"
        theorem = "exact_radius_further" if beside else "exact_radius"
        found.append(_Theorem(name, title, radius, image, checker, theorem, beside=beside))
    return found


def _preconditioned(rung: Rung, h: Hints) -> _Theorem:
    if rung.constant != Fraction(1, 2):
        raise NotFormal("the preconditioned form is stated with deviation 1/2")
    norm = float(np.linalg.norm(np.array([[float(x) for x in row] for row in h.inverse]), 2))
    bound = rounded_up(Fraction(norm) * (1 + Fraction(1, 10**6)), 8)
    radius = rounded_down(rung.radius * SHARE)
    image = _just_below(radius.value / (2 * bound.value))
    checker = f"check_preconditioned {PRECISION}%Z size e preconditioned_ball (zA zero0) (zB zero0) ({bound.data()})"
    title = "With an approximate inverse of the Hessian."
    return _Theorem("preconditioned", title, radius, image, checker, "preconditioned_radius")


def _convexity(rung: Rung) -> _Theorem:
    constant = rounded_down(rung.constant)
    radius, inner = rounded_down(rung.radius * CONVEX_SHARE), rounded_down(rung.inner * CONVEX_SHARE)
    image = _just_below(constant.value * inner.value)
    checker = f"check_convex {PRECISION}%Z size e convexity_ball ({constant.data()}) convexity_inner"
    title = "Where the Hessian is positive definite."
    return _Theorem("convexity", title, radius, image, checker, "convexity_radius", inner)


# -- texts --------------------------------------------------------------------------------------
def _real(x: Decimal) -> str:
    return f"qR ({x.data()})"


def _weights(system: System, centre: Sequence[Fraction], radius: Fraction) -> list[Fraction]:
    """How much the Hessian changes along each coordinate: which side of a box is worth cutting."""
    changes = []
    with balls.precision(PRECISION):
        for k in range(len(centre)):
            ends = []
            for sign in (-1, 1):
                moved = [x + sign * radius * (i == k) for i, x in enumerate(centre)]
                _, hessian = system.evaluate([balls.ball(x) for x in moved])
                ends.append(np.array([[float(t.mid()) for t in row] for row in hessian]))
            changes.append(float(np.linalg.norm(ends[1] - ends[0])))
    most = max(changes) or 1.0
    return [Fraction(max(round(100 * c / most), 2), 100) for c in changes]


def _ball(name: str, h: Hints, radius: Decimal, image: Decimal, weights: Sequence[Fraction]) -> str:
    """The ball around the rational centre that holds the one around the stationary point."""
    offset = Fraction(4 * len(h.centre), 10**h.decimals) + ROUNDING
    fields = {
        "bbox": "box",
        "bcentre": "zc zero0",
        "boffset": ratio(offset),
        "bouter": ratio(radius.value + 2 * offset),
        "bweights": vector(weights),
        "bradius": radius.data(),
        "bimage": image.data(),
    }
    inner = ";\n  ".join(f"IntegerRadii.{key} := {value}" for key, value in fields.items())
    return f"Definition {name} : IntegerRadii.ball_data := {{| {inner} |}}.\n"


def _page(title: str, names: Sequence[str], function: Formal, h: Hints, ridge: Fraction, module: str) -> str:
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    text = _DEFINITIONS.replace("@SIZE", str(len(names))).replace("@ELL", lambda_of(function, coq_names(names)))
    text = text.replace("@NAMES", ", ".join(names)).replace("@RHO", literal(ridge)).replace("@BOX", box_text(h))
    return page + text.replace("@MODULE", module)


def _data(title: str, function: Formal, h: Hints, ridge: Fraction) -> str:
    n = len(h.centre)
    box = "; ".join(f"({ratio(lo, h.decimals)}, {ratio(hi, h.decimals)})" for lo, hi in h.box)
    return (
        _HEAD.replace("@TITLE", comment(title))
        + f"Definition size := {n}%nat.\nDefinition e : expr := {function.tree()}.\nDefinition rho := {ratio(ridge)}.\n"
        + f"Definition box : qbox := [{box}].\n"
        + zero_definition("zero0", h)
        + f"""Lemma centre_checked : IntegerRadii.check_centre {ZERO_PRECISION}%Z size e zero0 box = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Theorem centre (f : vec -> R) : (forall x, f x = eval e x) -> exists p, inside {n} (realbox box) p /\\
  stationary {n} f p /\\ forall q, inside {n} (realbox box) q -> stationary {n} f q -> agree {n} q p.
Proof. exact (IntegerRadii.centre _ _ _ _ _ f centre_checked). Qed.
"""
    )


_HEAD = """(** @TITLE: numbers and proof.  Emitted from a certificate. *)
From Coq Require Import Reals Lra Lia List ZArith Bool.
From Separatrix Require Import Statements Expressions Checkers Radii RadiiCheckers.
Import ListNotations.
Local Open Scope R_scope.

"""
_DEFINITIONS = """
Definition point := nat -> R. (* a point of R^m: the first m values *)
Definition n := @SIZE%nat. (* @NAMES *)
Definition ell (x : point) : R :=
  @ELL.
(* In R^m every further coordinate enters as a multiple of its square. *)
Fixpoint sum (m : nat) (f : nat -> R) : R := match m with O => 0 | S k => sum k f + f k end.
Definition further (m : nat) (x : point) : R := ell x + @RHO * sum m (fun k => if Nat.ltb k n then 0 else x k ^ 2).

Definition agree (m : nat) (x y : point) := forall i, (i < m)%nat -> x i = y i.
Definition inside (box : list (R * R)) (x : point) :=
  forall i, (i < n)%nat -> fst (nth i box (0, 0)) <= x i <= snd (nth i box (0, 0)).
Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
Definition stationary (m : nat) (f : point -> R) (x : point) :=
  forall j, (j < m)%nat -> is_derive (fun t => f (set x j t)) (x j) 0.
Definition gradient (m : nat) (f : point -> R) (G : nat -> point -> R) :=
  forall x j, (j < m)%nat -> is_derive (fun t => f (set x j t)) (x j) (G j x).
Definition norm (m : nat) (v : point) := sqrt (sum m (fun i => v i ^ 2)).
Definition distance (m : nat) (x y : point) := norm m (fun i => x i - y i).
(* The gradient takes no value twice on the closed ball of radius r around p, and it takes there every value of the
   closed ball of radius s around 0. *)
Definition invertible (m : nat) (f : point -> R) (p : point) (r s : R) := exists G, gradient m f G /\\
  (forall x y, distance m x p <= r -> distance m y p <= r -> (forall j, (j < m)%nat -> G j x = G j y) ->
    agree m x y) /\\
  forall v, norm m v <= s -> exists x, distance m x p <= r /\\ forall j, (j < m)%nat -> G j x = v j.

Definition box := [@BOX].
(** The stationary point that the balls are about. *)
Theorem centre : exists p, inside box p /\\ stationary n ell p /\\
  forall q, inside box q -> stationary n ell q -> agree n q p.
Proof. exact (@MODULE.centre ell (fun x => eq_refl)). Qed.
"""
