"""The ladder of radii at a minimum, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from numeric.compiler import to_fraction
from proofs.certificates import CertificateError, decode_box, decode_fraction
from proofs.checks.base import objective_from
from proofs.checks.ladder import METHODS
from proofs.formal.balls import SPACE, ball_text, head, lemma, meaning, setting
from proofs.formal.covers import BITS, INVERSE, Ball, Covers, covers_for
from proofs.formal.decimals import Decimal, rounded_down, rounded_up
from proofs.formal.expression import Formal, NotFormal, formal_expression, total
from proofs.formal.inequalities import lambda_of
from proofs.formal.listing import wrapped_box
from proofs.formal.points import Hints, System, hints_for
from proofs.formal.registry import formal
from proofs.formal.text import (
    FormalClaim,
    coq_names,
    described,
    formal_claim,
    function_definitions,
    literal,
    page_head,
)

__all__ = ["radius_ladder"]

LEAST_SHARE = Fraction(3, 4)


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
    if not total(function):
        raise NotFormal("the function is not defined everywhere")
    rungs = _rungs(statement, evidence)
    ridge = to_fraction(objective.numeric_ridge)
    title = f"Certified radii of {described(objective)}"
    system = System(len(names), function)
    hints = hints_for(system, box)
    covers = covers_for(system, hints)
    theorems = [
        *_exact(rungs[0], rungs[1], ridge, covers),
        _preconditioned(rungs[2], hints, covers),
        _convexity(rungs[3], covers),
    ]
    page = _page(title, names, function, hints, ridge, module)
    data = head(title) + setting(function, hints, ridge) + _centre(len(names))
    for t in theorems:
        page += t.page(module)
        data += t.data(hints, system)
    return formal_claim(title, page, data, ["centre", "centre_further", *(t.name for t in theorems)])


@dataclass(frozen=True)
class Rung:
    """``constant`` is lambda, q or m; ``radius`` and ``image`` are lower ends; ``inner`` the radius where H >= m."""

    constant: Fraction
    radius: Fraction
    image: Fraction
    inner: Fraction


def _rungs(statement: dict[str, Any], evidence: dict[str, Any]) -> list[Rung]:
    rungs, given = statement.get("rungs"), evidence.get("balls")
    methods = [r.get("method") for r in rungs if isinstance(r, dict)] if isinstance(rungs, list) else []
    if not isinstance(rungs, list) or len(methods) != len(rungs) or methods != list(METHODS):
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


def _near(method: str, ball: Ball, radius: Fraction) -> Ball:
    """The ball, which may not be much smaller than what the certificate says."""
    if ball.radius.value < LEAST_SHARE * radius:
        raise NotFormal(f"of the radius of {method} the kernel would see {float(ball.radius.value / radius):.0%} only")
    return ball


# -- the theorems -------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Theorem:
    """A radius and an image radius; ``checker`` and ``theorem`` are the library's, ``holes`` their first arguments."""

    name: str
    title: str
    radius: Decimal
    image: Decimal
    checker: str
    theorem: str
    holes: int
    balls: tuple[tuple[str, Ball], ...]
    beside: bool = False

    def page(self, module: str) -> str:
        numbers = f"{self.radius.page()} {self.image.page()}"
        statement = (
            f"forall m p, (n <= m)%nat -> stationary m (further m) p -> inside box p ->\n"
            f"  invertible m (further m) p {numbers}"
            if self.beside
            else f"forall p, stationary n ell p -> inside box p -> invertible n ell p {numbers}"
        )
        return f"""
(** {self.title} *)
Theorem {self.name} : {statement}.
Proof. exact ({module}.{self.name} ell (fun x => eq_refl)). Qed.
"""

    def data(self, h: Hints, system: System) -> str:
        n = len(h.centre)
        text = ""
        for name, b in self.balls:
            text += ball_text(name, h, system, b, self.image)
        text += lemma(f"{self.name}_numbers", self.checker)
        shown = " ".join(meaning(name, b) for name, b in self.balls)
        numbers = f"(qR ({self.radius.data()})) (qR ({self.image.data()}))"
        call = f"{self.theorem} {'_ ' * self.holes}"
        shown += " eq_refl" * (len(self.balls) - 1)  # both balls are about the same box
        if self.beside:
            return (
                text
                + f"""Theorem {self.name} (f : vec -> R) : (forall x, f x = eval e x) ->
  forall m p, ({n} <= m)%nat -> stationary m (further {n} (qR rho) f m) p -> inside {n} (realbox box) p ->
  invertible m (further {n} (qR rho) f m) p {numbers}.
Proof. exact ({call}rho f {self.name}_numbers {shown} eq_refl). Qed.
"""
            )
        return (
            text
            + f"""Theorem {self.name} (f : vec -> R) : (forall x, f x = eval e x) ->
  forall p, stationary {n} f p -> inside {n} (realbox box) p -> invertible {n} f p {numbers}.
Proof. exact ({call}f {self.name}_numbers {shown}). Qed.
"""
        )


def _just_below(x: Fraction) -> Decimal:
    """Rounded down, and so that interval arithmetic sees it."""
    return rounded_down(x * (1 - Fraction(1, 10**6)))


def _exact(in_space: Rung, in_block: Rung, ridge: Fraction, covers: Covers) -> list[_Theorem]:
    found = []
    for name, rung, title in (
        ("exact_ift", in_space, "The exact inverse function theorem in R^m, for every m."),
        ("exact_ift_block", in_block, "The same in the coordinates of the formula."),
    ):
        constant = rounded_down(rung.constant)
        beside = name == "exact_ift"
        if beside and constant.value > 2 * ridge:
            raise CertificateError("the constant of exact-ift is larger than the curvature of the further coordinates")
        ball = _near(name, covers.little(rung.radius, constant), rung.radius)
        image = _just_below(constant.value * ball.radius.value / 2)
        checker = f"IntegerRadii.check_linear {BITS}%Z size e {name}_ball ({constant.data()})"
        theorem = "IntegerRadii.exact_radius" + ("_further" if beside else "")
        found.append(_Theorem(name, title, ball.radius, image, checker, theorem, 5, ((f"{name}_ball", ball),), beside))
    return found


def _preconditioned(rung: Rung, h: Hints, covers: Covers) -> _Theorem:
    if rung.constant != Fraction(1, 2):
        raise NotFormal("the preconditioned form is stated with deviation 1/2")
    norm = float(np.linalg.norm(np.array([[float(x) for x in row] for row in h.inverse]), 2))
    bound = rounded_up(Fraction(norm) * (1 + Fraction(1, 10**4)))
    ball = _near("preconditioned", covers.near_one(rung.radius), rung.radius)
    image = _just_below(ball.radius.value / (2 * bound.value))
    checker = f"IntegerRadii.check_preconditioned {BITS}%Z size e preconditioned_ball {INVERSE} ({bound.data()})"
    title = "With an approximate inverse of the Hessian."
    theorem = "IntegerRadii.preconditioned_radius"
    parts = (("preconditioned_ball", ball),)
    return _Theorem("preconditioned", title, ball.radius, image, checker, theorem, 7, parts)


def _convexity(rung: Rung, covers: Covers) -> _Theorem:
    constant = rounded_down(rung.constant)
    whole = _near("convexity", covers.strictly(rung.radius), rung.radius)
    inner = covers.at_least(min(rung.inner, whole.radius.value), constant)
    image = _just_below(constant.value * inner.radius.value)
    checker = f"IntegerRadii.check_convex {BITS}%Z size e convexity_ball ({constant.data()}) convexity_inner"
    title = "Where the Hessian is positive definite."
    theorem = "IntegerRadii.convexity_radius"
    parts = (("convexity_ball", whole), ("convexity_inner", inner))
    return _Theorem("convexity", title, whole.radius, image, checker, theorem, 6, parts)


# -- texts --------------------------------------------------------------------------------------
def _page(title: str, names: Sequence[str], function: Formal, h: Hints, ridge: Fraction, module: str) -> str:
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    text = _DEFINITIONS.replace("@SIZE", str(len(names))).replace("@ELL", lambda_of(function, coq_names(names)))
    text = text.replace("@NAMES", ", ".join(names)).replace("@RHO", literal(ridge)).replace("@BOX", wrapped_box(h))
    return page + text.replace("@MODULE", module).replace("@SPACE", SPACE)


def _centre(n: int) -> str:
    return f"""Theorem centre (f : vec -> R) : (forall x, f x = eval e x) -> exists p, inside {n} (realbox box) p /\\
  stationary {n} f p /\\ forall q, inside {n} (realbox box) q -> stationary {n} f q -> agree {n} q p.
Proof. exact (IntegerRadii.centre _ _ _ _ _ f centre_checked). Qed.
Theorem centre_further (f : vec -> R) : (forall x, f x = eval e x) -> forall m, ({n} <= m)%nat ->
  exists p, inside {n} (realbox box) p /\\ stationary m (further {n} (qR rho) f m) p.
Proof. exact (IntegerKept.further_centre _ _ _ _ _ rho f centre_checked). Qed.
"""


_DEFINITIONS = """
Definition point := nat -> R. (* a point of R^m: the first m values *)
Definition n := @SIZE%nat. (* @NAMES *)
Definition ell (x : point) : R :=
  @ELL.

@SPACE(* In R^m every further coordinate enters as a multiple of its square. *)
Definition further (m : nat) (x : point) : R := ell x + @RHO * sum m (fun k => if Nat.ltb k n then 0 else x k ^ 2).
Definition agree (m : nat) (x y : point) := forall i, (i < m)%nat -> x i = y i.
Definition inside (box : list (R * R)) (x : point) :=
  forall i, (i < n)%nat -> fst (nth i box (0, 0)) <= x i <= snd (nth i box (0, 0)).
Definition gradient (m : nat) (f : point -> R) (G : nat -> point -> R) :=
  forall x j, (j < m)%nat -> is_derive (fun t => f (set x j t)) (x j) (G j x).
(* The gradient takes no value twice on the closed ball of radius r around p, and it takes there every value of the
   closed ball of radius s around 0. *)
Definition invertible (m : nat) (f : point -> R) (p : point) (r s : R) := exists G, gradient m f G /\\
  (forall x y, distance m x p <= r -> distance m y p <= r -> (forall j, (j < m)%nat -> G j x = G j y) ->
    agree m x y) /\\
  forall v, norm m v <= s -> exists x, distance m x p <= r /\\ forall j, (j < m)%nat -> G j x = v j.

Definition box := [@BOX].
(** The stationary point that the balls are about; the same with further coordinates. *)
Theorem centre : exists p, inside box p /\\ stationary n ell p /\\
  forall q, inside box q -> stationary n ell q -> agree n q p.
Proof. exact (@MODULE.centre ell (fun x => eq_refl)). Qed.
Theorem centre_further : forall m, (n <= m)%nat -> exists p, inside box p /\\ stationary m (further m) p.
Proof. exact (@MODULE.centre_further ell (fun x => eq_refl)). Qed.
"""
