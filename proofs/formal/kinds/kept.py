"""What every small perturbation of the gradient leaves standing, as theorems for Coq."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from proofs.certificates import CertificateError, decode_box, decode_fraction
from proofs.checks.base import Invalid, objective_from
from proofs.formal.balls import SPACE, ball_text, head, lemma, meaning, setting
from proofs.formal.covers import BITS, Ball, covers_for
from proofs.formal.decimals import Decimal, rounded_down, rounded_up
from proofs.formal.expression import Formal, NotFormal, formal_expression
from proofs.formal.inequalities import lambda_of
from proofs.formal.listing import wrapped_box
from proofs.formal.points import Hints, System, hints_for
from proofs.formal.registry import formal
from proofs.formal.text import FormalClaim, coq_names, formal_claim, function_definitions, literal, page_head
from symbolic.objectives import Objective, build_objective

__all__ = ["separation"]

# Of m r, so that intervals see that a perturbation is smaller.
SHARE = Fraction(999, 1000)
LEAST_SHARE = Fraction(9, 10)  # of the certificate's epsilon


@dataclass(frozen=True)
class _Kept:
    """A minimum of an objective, the ball where its Hessian is at least ``m``, and what is said of it."""

    name: str
    objective: Objective
    function: Formal
    hints: Hints
    ball: Ball
    m: Decimal

    @property
    def size(self) -> int:
        return len(self.hints.centre)

    @property
    def ridge(self) -> Fraction:
        return to_fraction(self.objective.numeric_ridge)

    @property
    def system(self) -> System:
        return System(self.size, self.function)


@formal("separation")
def separation(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    """Two SSL neurons with opposite signs of a, and SL: each minimum survives, and keeps or lacks the hidden feature.

    The certificate speaks of one SSL neuron; the second is its mirror image.
    """
    epsilon = decode_fraction(statement.get("epsilon"))
    if epsilon <= 0:
        raise Invalid("epsilon is not positive")
    kept = [_ssl(statement.get("ssl"), evidence.get("ssl")), _sl(statement.get("sl"), evidence.get("sl"))]
    small = rounded_down(min(epsilon, *(SHARE * k.m.value * k.ball.radius.value for k in kept)))
    if small.value < LEAST_SHARE * epsilon:
        raise NotFormal(f"of the perturbation the kernel would see {float(small.value / epsilon):.0%} only")
    moves = [rounded_up(small.value / k.m.value * (1 + Fraction(1, 10**6))) for k in kept]
    title = "Separation under perturbation, " + ", ".join(
        f"{k} = {v}" for o in (kept[0].objective, kept[1].objective) for k, v in o.parameter_values.items()
    )
    page = page_head(title, module) + "\n".join(["", *function_definitions([k.function for k in kept]), ""])
    page += "\nDefinition point := nat -> R. (* a point of R^m: the first m values *)\n" + SPACE
    data, theorems = head(title), []
    for k in kept:
        page += _function(k)
    page += _DEFINITIONS
    for k, move, facts in zip(kept, moves, (_keeps_features(kept[0], moves[0]), _lacks_b(moves[1])), strict=True):
        page += _page(k, small, move, facts, module)
        data += _data(k, small, move, facts)
        theorems += [f"{k.name}_minimum", f"{k.name}_kept", f"{k.name}_features"]
    return formal_claim(title, page, data, theorems)


def _ssl(stated: Any, ball: Any) -> _Kept:
    one, box = _point(stated, "ssl", 1)
    values = {k: sp.Rational(v) for k, v in one.parameter_values.items()}
    both = build_objective("ssl", neurons=2, values=values)
    a, b = box
    return _kept("ssl", both, (a, b, -a, b), stated, ball)


def _sl(stated: Any, ball: Any) -> _Kept:
    objective, box = _point(stated, "sl", 2)
    return _kept("sl", objective, box, stated, ball)


def _point(stated: Any, name: str, neurons: int) -> tuple[Objective, tuple[Enclosure, ...]]:
    if not isinstance(stated, dict) or not isinstance(stated.get("point"), dict):
        raise CertificateError("a minimum is malformed")
    objective = objective_from(stated)
    if objective.name != name or objective.neurons != neurons:
        raise Invalid("the separation is about one SSL neuron and two SL neurons")
    return objective, tuple(decode_box(stated["point"].get("box"), [v.name for v in objective.variables]))


def _kept(name: str, objective: Objective, box: tuple[Enclosure, ...], stated: dict[str, Any], ball: Any) -> _Kept:
    if not isinstance(ball, dict):
        raise CertificateError("a ball is malformed")
    radius, m = decode_fraction(ball.get("inner")), decode_fraction(stated.get("m"))
    if min(radius, m) <= 0:
        raise Invalid("a ball of strong convexity is empty")
    function = formal_expression(objective.numeric_loss, objective.variables)
    system = System(len(objective.variables), function)
    hints = hints_for(system, box)
    constant = rounded_down(m)
    return _Kept(name, objective, function, hints, covers_for(system, hints).at_least(radius, constant), constant)


# -- what is said of a point that is at most ``move`` away ------------------------------------------
def _keeps_features(k: _Kept, move: Decimal) -> list[str]:
    """Each coordinate stays away from 0, on its side."""
    facts = []
    for i, (lo, hi) in enumerate(k.hints.box):
        if lo - move.value > 0:
            facts.append(f"{rounded_down(lo - move.value).page()} <= q {i}%nat")
        elif hi + move.value < 0:
            facts.append(f"q {i}%nat <= - {rounded_down(-hi - move.value).page()}")
        else:
            raise Invalid("a coordinate of the SSL minimum may vanish")
    return facts


def _lacks_b(move: Decimal) -> list[str]:
    """The coordinates along e2 stay small."""
    bound = rounded_up(move.value * (1 + Fraction(1, 10**6))).page()
    return [f"- {bound} <= q {i}%nat <= {bound}" for i in (1, 3)]


# -- texts --------------------------------------------------------------------------------------
def _function(k: _Kept) -> str:
    names = [v.name for v in k.objective.variables]
    return f"""(* {", ".join(names)}; in R^m every further coordinate enters as a multiple of its square. *)
Definition {k.name}_plane (x : point) : R :=
  {lambda_of(k.function, coq_names(names))}.
Definition {k.name} (m : nat) (x : point) : R :=
  {k.name}_plane x + {literal(k.ridge)} * sum m (fun k => if Nat.ltb k {k.size} then 0 else x k ^ 2).
"""


def _page(k: _Kept, small: Decimal, move: Decimal, facts: list[str], module: str) -> str:
    n, f, box = k.size, k.name, f"{k.name}_box"
    conclusion = " /\\\n  ".join(facts)
    exact = f"{module}.M{f}.@ {f}_plane (fun x => eq_refl)"
    return f"""
Definition {box} := [{wrapped_box(k.hints)}].
Theorem {f}_minimum : forall m, ({n} <= m)%nat -> exists p, inside {n} {box} p /\\ stationary m ({f} m) p.
Proof. exact ({exact.replace("@", "minimum")}). Qed.
Theorem {f}_kept : forall m p, ({n} <= m)%nat -> stationary m ({f} m) p -> inside {n} {box} p ->
  keeps m ({f} m) p {k.ball.radius.page()} {small.page()} {move.page()}.
Proof. exact ({exact.replace("@", "kept")}). Qed.
Theorem {f}_features : forall m p q, ({n} <= m)%nat -> inside {n} {box} p -> distance m q p <= {move.page()} ->
  {conclusion}.
Proof. exact {module}.M{f}.features. Qed.
"""


def _data(k: _Kept, small: Decimal, move: Decimal, facts: list[str]) -> str:
    n = k.size
    conclusion = " /\\ ".join(facts)
    used = sorted({int(f.split("q ")[1].split("%")[0]) for f in facts})
    near = "".join(
        f"  assert (C{i} := coordinate_le m (minus q p) {i} ltac:(lia)). assert (B{i} := B {i}%nat ltac:(lia)).\n"
        f"  unfold minus at 1 in C{i}. assert (A{i} : Rabs (q {i}%nat - p {i}%nat) <= {move.page()}) by lra.\n"
        f"  apply Rabs_le_between in A{i}. cbv -[IZR Rdiv Rle Ropp] in B{i}.\n"
        for i in used
    )
    numbers = f"(qR ({k.ball.radius.data()})) (qR ({small.data()})) (qR ({move.data()}))"
    check = f"IntegerKept.check_keeps {BITS}%Z size e ball ({k.m.data()}) rho\n  ({small.data()}) ({move.data()})"
    return f"""Module M{k.name}.
{setting(k.function, k.hints, k.ridge)}{ball_text("ball", k.hints, k.system, k.ball, None)}{lemma("numbers", check)}
Theorem minimum (f : vec -> R) : (forall x, f x = eval e x) -> forall m, ({n} <= m)%nat ->
  exists p, inside {n} (realbox box) p /\\ stationary m (further {n} (qR rho) f m) p.
Proof. exact (IntegerKept.further_centre _ _ _ _ _ rho f centre_checked). Qed.
Theorem kept (f : vec -> R) : (forall x, f x = eval e x) -> forall m p, ({n} <= m)%nat ->
  stationary m (further {n} (qR rho) f m) p -> inside {n} (realbox box) p ->
  keeps m (further {n} (qR rho) f m) p {numbers}.
Proof. exact (IntegerKept.kept _ _ _ _ _ rho _ _ f numbers {meaning("ball", k.ball)}). Qed.
Theorem features : forall m p q, ({n} <= m)%nat -> inside {n} (realbox box) p ->
  distance m q p <= {move.page()} -> {conclusion}.
Proof.
  intros m p q L B D. change (norm m (minus q p) <= {move.page()}) in D.
{near}  repeat split; lra.
Qed.
End M{k.name}.
"""


_DEFINITIONS = """
Definition inside (n : nat) (box : list (R * R)) (x : point) :=
  forall i, (i < n)%nat -> fst (nth i box (0, 0)) <= x i <= snd (nth i box (0, 0)).
Definition near (m : nat) (x y : point) (d : R) := forall i, (i < m)%nat -> Rabs (y i - x i) <= d.
Definition local_min (m : nat) (f : point -> R) (x : point) :=
  exists d, 0 < d /\\ forall y, near m x y d -> f x <= f y.
(* On the closed ball of radius r around p the function P has the gradient Q, along every line, of length at most s. *)
Definition perturbation (m : nat) (p : point) (r s : R) (P : point -> R) (Q : nat -> point -> R) :=
  (forall x u t, distance m (fun i => x i + t * u i) p <= r ->
    is_derive (fun z => P (fun i => x i + z * u i)) t (sum m (fun j => Q j (fun i => x i + t * u i) * u j))) /\\
  forall x, distance m x p <= r -> norm m (fun j => Q j x) <= s.
(* After every such perturbation there is a local minimum within d of p, and the ball has no stationary point farther
   away than that. *)
Definition keeps (m : nat) (f : point -> R) (p : point) (r s d : R) := forall P Q, perturbation m p r s P Q ->
  (exists q, distance m q p <= d /\\ local_min m (fun x => f x + P x) q) /\\
  forall q, distance m q p <= r -> stationary m (fun x => f x + P x) q -> distance m q p <= d.
"""
