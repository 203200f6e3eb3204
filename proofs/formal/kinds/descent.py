"""Gradient descent on one SSL neuron converges from each side of the mirror, as a theorem for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.certificates import decode_box, decode_fraction
from proofs.checks.base import Invalid, objective_from
from proofs.checks.descent import stated_landscape
from proofs.formal.expression import Formal, NotFormal, formal_expression
from proofs.formal.inequalities import lambda_of
from proofs.formal.kinds.landscapes import stationary_points
from proofs.formal.layers import DECIMALS, find_layers, layers_text
from proofs.formal.listing import box_text
from proofs.formal.points import Hints, System, hints_for, jet
from proofs.formal.registry import formal
from proofs.formal.text import (
    FormalClaim,
    coq_names,
    formal_claim,
    function_definitions,
    literal,
    page_head,
    ratio,
    vector,
)
from symbolic.objectives import Objective

__all__ = ["descent"]

PRECISION = 60
SEARCH_PRECISION = 40
FUEL = 60
SLACK = Fraction(1, 10**12)  # far above what is lost to rounding
RADIUS_DECIMALS = 5
ROTATED = 2  # unknowns of one neuron: two of them and their mirror images make a square matrix


@dataclass(frozen=True)
class _Numbers:
    """What the page states: ridge, bound L, rate m, radius; and where: the box and its mirror image."""

    ridge: Fraction
    constant: Fraction
    rate: Fraction
    radius: Fraction
    side: int  # the coordinate whose sign the function does not see
    index: int  # of the point with a positive one, in the list
    box: Hints

    def mirrored(self) -> list[tuple[Fraction, Fraction]]:
        return [(-hi, -lo) if i == self.side else (lo, hi) for i, (lo, hi) in enumerate(self.box.box)]


@formal("descent")
def descent(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    objective = objective_from(statement)
    if objective.neurons != 1 or objective.name != "ssl":
        raise NotFormal("gradient descent has a formal statement for one SSL neuron")
    inner, shown = stated_landscape(statement, evidence)
    listed = stationary_points(inner, shown, module, fast)
    if "Lemma ridge" not in listed.data:
        raise NotFormal("the objective is not a positive multiple of |x|^2 and something bounded below")
    names = [v.name for v in objective.variables]
    function = formal_expression(objective.numeric_loss, objective.variables)
    boxes = [tuple(decode_box(entry["box"], names)) for entry in inner["points"]]
    side = _mirror(objective)
    index = _attractor(boxes, side)
    point = statement.get("point")
    if not isinstance(point, dict) or tuple(decode_box(point.get("box"), names)) != boxes[index]:
        raise Invalid("the limit is not the stationary point with a > 0")
    if inner["points"][index].get("kind") != "minimum":
        raise NotFormal("the limit is not a minimum")
    system = System(len(names), function)
    hints = hints_for(system, boxes[index])
    layers = find_layers(function, len(names))
    constant, bends = layers.bends(decode_fraction(statement.get("smoothness")))
    unit = Fraction(1, 10**RADIUS_DECIMALS)
    stated, rate = decode_fraction(statement.get("local_radius")), decode_fraction(statement.get("local_m"))
    if stated <= 0 or rate <= 0:
        raise Invalid("the local rate and its radius have to be positive")
    radius = floor(layers.convex_radius(hints.centre, stated) / unit) * unit
    if radius <= 0:
        raise NotFormal("a function of one linear form is not convex near the limit")
    slack = max(2 * abs(end - c) for c, ends in zip(hints.centre, hints.box, strict=True) for end in ends)
    slack = max(slack, SLACK)
    ball = radius + (len(names) + 2) * slack
    ranges = layers.ranges(hints.centre, ball)
    rho = _neighbourhood(function, [hints_for(system, b) for b in boxes if b[side].lo <= 0 <= b[side].hi], side)
    numbers = _Numbers(layers.ridge, constant, rate, radius, side, index, hints)
    title = "Gradient descent on ssl with 1 and with 2 neurons"
    title += ", " + ", ".join(f"{k} = {v}" for k, v in objective.parameter_values.items())
    data = listed.data + _IMPORT + layers_text(layers, bends, ranges)
    data += _checks(len(names), layers.ridge, numbers, rho, (slack, ball)) + _proofs(len(names), numbers)
    return formal_claim(title, _page(title, module, function, names, numbers), data, _THEOREMS)


def _mirror(objective: Objective) -> int:
    """The one coordinate whose sign may be changed."""
    count = len(objective.variables)
    for g in objective.symmetries:
        flipped = [k for k, sign in enumerate(g.signs) if sign < 0]
        if g.source == tuple(range(count)) and len(flipped) == 1:
            return flipped[0]
    raise NotFormal("the objective is not even in one coordinate")


def _attractor(boxes: Sequence[tuple[Enclosure, ...]], side: int) -> int:
    inside = [k for k, box in enumerate(boxes) if box[side].lo > 0]
    if len(inside) != 1:
        raise Invalid(f"{len(inside)} stationary points on the positive side, not one")
    return inside[0]


def _neighbourhood(function: Formal, centres: Sequence[Hints], side: int) -> list[Fraction]:
    """The same for all points of the mirror: there the second derivative across it is negative."""
    n = len(centres[0].centre) if centres else 1
    for k in range(2, 30):
        rho = Fraction(1, 2**k)
        with balls.precision(80):
            found = [
                jet(function, [balls.ball(c) + arb(0, float(rho)) for c in h.centre])[2][side][side] for h in centres
            ]
        if all(value < 0 for value in found):
            return [rho] * n
    raise NotFormal("a stationary point on the mirror may attract from the side")


# -- the page ------------------------------------------------------------------------------------
_THEOREMS = ("smooth", "gradient_descent", "mirror_image", "two_neurons", "descents_exist")
_IMPORT = (
    "From Separatrix Require Import InverseFunction Descent LinearRate DescentParts LinearForms GradientDescent.\n"
)


def _page(title: str, module: str, function: Formal, names: Sequence[str], numbers: _Numbers) -> str:
    n = len(names)
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    page += f"""
Definition point := nat -> R. (* a point of R^n: the first n values *)
(* One neuron. *)
Definition ell (x : point) : R :=
  {lambda_of(function, coq_names(names))}.
{_DEFINITIONS}
(* One neuron in R^({n} + k): the other k coordinates enter by the ridge alone.  Two neurons, one after the other. *)
Definition full (k : nat) (x : point) : R := ell x + {literal(numbers.ridge)} * sum k (fun i => x ({n} + i)%nat ^ 2).
Definition network (k : nat) (x : point) : R := full k x + full k (fun i => x ({n} + k + i)%nat).
(* The bound of the slope of the gradient, as in the certificate up to rounding; and the steps. *)
Definition L := {literal(numbers.constant, DECIMALS)}.
Definition small (eta : R) := 0 < eta < 1 / L.
"""
    decimals = numbers.box.decimals
    mirrored = "; ".join(f"({literal(lo, decimals)}, {literal(hi, decimals)})" for lo, hi in numbers.mirrored())
    j, name = numbers.side, names[numbers.side]
    page += f"""
(** The gradient of one neuron is Lipschitz continuous. *)
Theorem smooth : forall x y g h, gradient {n} ell x g -> gradient {n} ell y h ->
  distance {n} g h <= L * distance {n} x y.
Proof. exact ({module}.smooth ell (fun x => eq_refl)). Qed.

(** From every start with {name} > 0 gradient descent converges to one point, a minimum; within a distance of it
    each step brings it nearer by a factor. *)
Theorem gradient_descent : exists p,
  inside {n} [{box_text(numbers.box)}] p /\\
  stationary {n} ell p /\\ minimum {n} ell p /\\
  (forall eta x, small eta -> descends {n} ell eta x -> 0 < x 0%nat {j}%nat -> converges {n} x p) /\\
  (forall eta x k, small eta -> descends {n} ell eta x ->
    distance {n} (x k) p <= {literal(numbers.radius, RADIUS_DECIMALS)} ->
    distance {n} (x (S k)) p <= (1 - eta * {literal(numbers.rate)}) * distance {n} (x k) p).
Proof. exact ({module}.gradient_descent ell (fun x => eq_refl)). Qed.

(** From every start with {name} < 0. *)
Theorem mirror_image : exists p,
  inside {n} [{mirrored}] p /\\
  stationary {n} ell p /\\ minimum {n} ell p /\\
  (forall eta x, small eta -> descends {n} ell eta x -> x 0%nat {j}%nat < 0 -> converges {n} x p).
Proof. exact ({module}.mirror_image ell (fun x => eq_refl)). Qed.

(** Two neurons in R^({n} + k) that start on different sides: independent rows, with the features and nothing else. *)
Theorem two_neurons : forall k eta x, small eta -> descends ({n} + k + ({n} + k)) (network k) eta x ->
  0 < x 0%nat {j}%nat -> x 0%nat ({n + j} + k)%nat < 0 ->
  exists p, converges ({n} + k + ({n} + k)) x p /\\ minimum ({n} + k + ({n} + k)) (network k) p{_features(numbers)}.
Proof. exact ({module}.two_neurons ell (fun x => eq_refl)). Qed.

(** Gradient descent is possible from every start. *)
Theorem descents_exist : forall eta s, exists x, x 0%nat = s /\\ descends {n} ell eta x.
Proof. exact ({module}.descents_exist ell (fun x => eq_refl)). Qed.
"""
    return page


def _nonzero(numbers: _Numbers) -> list[int]:
    return [k for k, (lo, hi) in enumerate(numbers.box.box) if lo > 0 or hi < 0]


def _features(numbers: _Numbers) -> str:
    """Which coordinates of the limit of two neurons are not 0, and that the rows of weights are independent."""
    n = len(numbers.box.box)
    one = _nonzero(numbers)
    own = [f"p {j}%nat <> 0" for j in one] + [f"p ({n + j} + k)%nat <> 0" for j in one]
    text = " /\\\n  " + " /\\ ".join(own) if own else ""
    if n == ROTATED and len(one) == ROTATED:
        text += " /\\\n  p 0%nat * p (3 + k)%nat - p 1%nat * p (2 + k)%nat <> 0"
    return text + f" /\\\n  forall i, (i < k)%nat -> p ({n} + i)%nat = 0 /\\ p ({n} + k + ({n} + i))%nat = 0"


_DEFINITIONS = """
Definition agree (n : nat) (x y : point) := forall i, (i < n)%nat -> x i = y i.
Definition inside (n : nat) (box : list (R * R)) (x : point) :=
  forall i, (i < n)%nat -> fst (nth i box (0, 0)) <= x i <= snd (nth i box (0, 0)).
Definition near (n : nat) (x y : point) (d : R) := forall i, (i < n)%nat -> Rabs (y i - x i) <= d.
Fixpoint sum (n : nat) (f : nat -> R) : R := match n with O => 0 | S k => sum k f + f k end.
Definition distance (n : nat) (x y : point) := sqrt (sum n (fun i => (x i - y i) ^ 2)).
Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
(* All partial derivatives exist, and g has them; all of them are 0. *)
Definition gradient (n : nat) (f : point -> R) (x g : point) :=
  forall j, (j < n)%nat -> is_derive (fun t => f (set x j t)) (x j) (g j).
Definition stationary (n : nat) (f : point -> R) (x : point) := gradient n f x (fun _ => 0).
Definition minimum (n : nat) (f : point -> R) (x : point) := (* strict, local *)
  exists d, 0 < d /\\ forall y, near n x y d -> ~ agree n y x -> f x < f y.
(* x 0, x 1, x 2, ... are the points of gradient descent with step eta. *)
Definition descends (n : nat) (f : point -> R) (eta : R) (x : nat -> point) := forall k,
  exists g, gradient n f (x k) g /\\ forall j, (j < n)%nat -> x (S k) j = x k j - eta * g j.
Definition converges (n : nat) (x : nat -> point) (p : point) :=
  forall d, 0 < d -> exists N, forall k, (N <= k)%nat -> near n p (x k) d."""


# -- numbers and proofs ----------------------------------------------------------------------------
def _checks(
    n: int, ridge: Fraction, numbers: _Numbers, rho: Sequence[Fraction], ball: tuple[Fraction, Fraction]
) -> str:
    def box(name: str, sides: Sequence[tuple[Fraction, Fraction]]) -> str:
        d = numbers.box.decimals
        inner = "; ".join(f"({ratio(lo, d)}, {ratio(hi, d)})" for lo, hi in sides)
        return f"Definition {name} : qbox := [{inner}].\n"

    slack, around = ball
    return (
        box("limit", numbers.box.box)
        + box("mirrored_limit", numbers.mirrored())
        + f"""Lemma layered_e x : eval e x = layered {n} (qR ({ratio(ridge)})) layers x.
Proof. cbv [e layers]. by_layers. Qed.
Lemma layers_checked : check_layers {SEARCH_PRECISION}%Z {n} ({ratio(ridge)})
  ({ratio(numbers.constant, DECIMALS)}) layers {FUEL} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma convex_checked : check_convex {PRECISION}%Z {n} ({ratio(numbers.rate)}) ({ratio(ridge)}) layers
  {vector(numbers.box.centre)}
  ({ratio(slack)}) ({ratio(numbers.radius, RADIUS_DECIMALS)})
  ({ratio(around)}) limit {FUEL} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma others_checked : check_others {PRECISION}%Z {n} e {numbers.side} {vector(rho)} points {numbers.index} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Definition smooth_e := smooth_layers _ _ e _ _ _ _ layers_checked eq_refl layered_e.
Definition convex_e := convex_layers _ _ e _ _ _ _ _ _ _ _ _ convex_checked eq_refl layered_e.
Lemma even (f : vec -> R) : (forall x, f x = eval e x) -> forall y, f (flip (Nat.eqb {numbers.side}) y) = f y.
Proof. intros E y. rewrite !E. cbv [e eval uf rational flip sign Nat.eqb]. by_oddness. Qed.
"""
    )


def _proofs(n: int, numbers: _Numbers) -> str:
    constant, j = ratio(numbers.constant, DECIMALS), numbers.side
    small = f"0 < eta < 1 / qR ({constant})"
    return f"""Theorem smooth (f : vec -> R) : (forall x, f x = eval e x) ->
  forall x y g h, gradient {n} f x g -> gradient {n} f y h -> distance {n} g h <= qR ({constant}) * distance {n} x y.
Proof. exact (lipschitz {n} e _ f smooth_e eq_refl). Qed.
Theorem gradient_descent (f : vec -> R) : (forall x, f x = eval e x) -> exists p,
  inside {n} (realbox limit) p /\\ stationary {n} f p /\\ minimum {n} f p /\\
  (forall eta x, {small} -> descends {n} f eta x -> 0 < x 0%nat {j}%nat -> approaches {n} x p) /\\
  (forall eta x k, {small} -> descends {n} f eta x ->
    distance {n} (x k) p <= qR ({ratio(numbers.radius, RADIUS_DECIMALS)}) ->
    distance {n} (x (S k)) p <= (1 - eta * qR ({ratio(numbers.rate)})) * distance {n} (x k) p).
Proof.
  intros E. destruct (GradientDescent.gradient_descent _ _ {n} e _ bounded _ _ {j} _ points {numbers.index} f
    smooth_e coercive others_checked ridge E (even f E) (proof f E)) as [p [B [S [T A]]]].
  exists p. split; [exact B|]. split; [exact S|]. split; [exact T|]. split; [exact A|].
  exact (local_rate {n} e _ _ _ (realbox limit) f smooth_e eq_refl convex_e E p B S).
Qed.
Theorem mirror_image (f : vec -> R) : (forall x, f x = eval e x) -> exists p,
  inside {n} (realbox mirrored_limit) p /\\ stationary {n} f p /\\ minimum {n} f p /\\
  (forall eta x, {small} -> descends {n} f eta x -> x 0%nat {j}%nat < 0 -> approaches {n} x p).
Proof.
  intros E. destruct (gradient_descent f E) as [p [B [S [M [A _]]]]]. exists (flip (Nat.eqb {j}) p).
  split; [|split; [|split]].
  - apply sides_hold_inside. apply sides_hold_ok in B. cbv -[IZR Rdiv Rle Rmult] in B |- *. repeat split; lra.
  - apply symmetry_stationary; [exact (even f E)|exact S].
  - exact (minimum_flip {n} f _ (even f E) p M).
  - exact (other_side {n} f {j} p (fun eta => {small}) (even f E) A).
Qed.
Theorem two_neurons (f : vec -> R) : (forall x, f x = eval e x) ->
  forall k eta x, {small} ->
  let g := beside {n} f (ridge_alone (qR ({ratio(numbers.ridge)})) k) in
  descends ({n} + k + ({n} + k)) (beside ({n} + k) g g) eta x -> 0 < x 0%nat {j}%nat -> x 0%nat ({n + j} + k)%nat < 0 ->
  exists p, approaches ({n} + k + ({n} + k)) x p /\\
  minimum ({n} + k + ({n} + k)) (beside ({n} + k) g g) p{_features(numbers)}.
Proof.
  intros E k eta x He g X S1 S2. set (r := qR ({ratio(numbers.ridge)})) in *.
  assert (Hr : 0 < r) by (cbv; lra).
  assert (Hs : 2 * r * eta < 1).
  {{ destruct (step_below {n} e _ eta smooth_e He) as [P Q].
    assert (H : 2 * r <= qR ({constant})) by (cbv; lra). apply (Rmult_le_compat_r eta) in H; lra. }}
  assert (Lf : local_to {n} f) by (intros a b H; rewrite !E; apply (local_to_eval {n} e); [reflexivity|exact H]).
  assert (Lg : local_to ({n} + k) g) by (apply local_to_beside; [exact Lf|apply ridge_alone_local]).
  destruct (gradient_descent f E) as [p [B [_ [M [A _]]]]]. destruct (mirror_image f E) as [q [B' [_ [M' A']]]].
  destruct (descends_beside ({n} + k) ({n} + k) g g Lg eta x X) as [X1 X2]. set (o := fun _ : nat => 0).
  assert (S3 : shift ({n} + k) (x 0%nat) {j}%nat < 0).
  {{ unfold shift. replace ({n} + k + {j})%nat with ({n + j} + k)%nat by lia. exact S2. }}
  assert (C1 := further_coordinates {n} k f r p eta x Lf Hr (proj1 He) Hs (fun Y => A eta x He Y S1) X1).
  assert (C2 := further_coordinates {n} k f r q eta _ Lf Hr (proj1 He) Hs (fun Y => A' eta _ He Y S3) X2).
  assert (M1 := minimum_join {n} k f _ Lf (ridge_alone_local r k) p o M (ridge_alone_minimum r k Hr)).
  assert (M2 := minimum_join {n} k f _ Lf (ridge_alone_local r k) q o M' (ridge_alone_minimum r k Hr)).
  exists (join ({n} + k) (join {n} p o) (join {n} q o)).
  split; [exact (approaches_join ({n} + k) ({n} + k) x _ _ C1 C2)|].
  split; [exact (minimum_join ({n} + k) ({n} + k) g g Lg Lg _ _ M1 M2)|].
  apply sides_hold_ok in B. apply sides_hold_ok in B'. cbv -[IZR Rdiv Rle] in B, B'.
{_features_proof(numbers)}Qed.
Theorem descents_exist (f : vec -> R) : (forall x, f x = eval e x) ->
  forall eta s, exists x, x 0%nat = s /\\ descends {n} f eta x.
Proof. intros E eta s. exact (descent_from {n} e f eta s eq_refl E). Qed.
"""


def _features_proof(numbers: _Numbers) -> str:
    n = len(numbers.box.box)
    one = _nonzero(numbers)
    whole = f"join ({n} + k) (join {n} p o) (join {n} q o)"
    text = ""
    for j in range(n):
        text += (
            f"  change ({whole} {j}%nat) with (p {j}%nat).\n"
            f"  replace ({whole} ({n + j} + k)%nat) with (q {j}%nat)\n"
            f"    by (transitivity ({whole} ({n} + k + {j})%nat);\n"
            f"      [symmetry; exact (join_right ({n} + k) (join {n} p o) (join {n} q o) {j})|f_equal; lia]).\n"
        )
    if n == ROTATED and len(one) == ROTATED:
        # The products of the determinant have the same sign, whichever it is.
        other = 1 - numbers.side
        sign = "" if numbers.box.box[other][0] > 0 else "- "
        for own, far in (("p", "q"), ("q", "p")):
            turned = "- " if own == "q" else ""
            text += (
                f"  assert (P{own} : 0 < ({turned}{own} {numbers.side}%nat) * ({sign}{far} {other}%nat))"
                " by (apply Rmult_lt_0_compat; lra).\n"
            )
    return text + (
        "  repeat match goal with |- _ /\\ _ => split; [lra|] end. intros i Hi. split.\n"
        "  - rewrite join_low by lia. apply join_right.\n  - rewrite join_right. apply join_right.\n"
    )
