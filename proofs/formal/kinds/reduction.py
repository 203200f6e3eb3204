"""Reduction from R^d to the plane of the features, for every d, as a theorem for Coq."""

from __future__ import annotations

from typing import Any

from proofs.certificates import CertificateError, decode_fraction
from proofs.checks.base import objective_from
from proofs.formal.expression import NotFormal, formal_expression
from proofs.formal.inequalities import lambda_of
from proofs.formal.registry import formal
from proofs.formal.text import (
    FormalClaim,
    coq_names,
    data_head,
    described,
    formal_claim,
    function_definitions,
    literal,
    page_head,
)

__all__ = ["reduction"]


@formal("reduction")
def reduction(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    """One more coordinate in every row adds ridge * w^2; so all further coordinates of a stationary point are 0."""
    plane, lifted = objective_from(statement), objective_from(statement, nuisance=1)
    ridge = decode_fraction(statement.get("ridge"))
    if ridge == 0:
        raise CertificateError("the ridge is 0")
    more = [v for v in lifted.variables if v not in plane.variables]
    if not more or set(plane.variables) - set(lifted.variables):
        raise NotFormal("the objective has no coordinates off the data")
    variables = [*plane.variables, *more]
    n, last = len(plane.variables), len(variables)
    short, long = (formal_expression(o.numeric_loss, v) for o, v in ((plane, plane.variables), (lifted, variables)))
    names = coq_names([*(v.name for v in plane.variables), *(f"w{k + 1}" for k in range(len(more)))])
    squares = " + ".join(f"x {k}%nat ^ 2" for k in range(n, last))
    title = f"Reduction to the plane of the features, {described(plane)}"
    split = f"ell x + {literal(ridge)} * ({squares})"
    page = page_head(title, module) + "\n".join(["", *function_definitions([short]), ""])
    page += f"""
Definition point := nat -> R. (* a point of R^m: the first m values *)
Definition n := {n}%nat.
Definition ell (x : point) : R :=
  {lambda_of(short, names[:n])}.
(* The objective with one coordinate more in every row, orthogonal to the data: {", ".join(names[n:])}. *)
Definition lifted (x : point) : R :=
  {lambda_of(long, names)}.

Theorem nuisance : forall x, lifted x = {split}.
Proof. exact {module}.nuisance. Qed.

Fixpoint sum (m : nat) (f : nat -> R) : R := match m with O => 0 | S k => sum k f + f k end.
Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
(* All partial derivatives in the first m coordinates exist and are 0. *)
Definition stationary (m : nat) (f : point -> R) (x : point) :=
  forall j, (j < m)%nat -> is_derive (fun t => f (set x j t)) (x j) 0.

(** With any number r of such coordinates (for rows in R^d: d - 2 in each) they are 0 at every stationary point, and the
    others are a stationary point of ell. *)
Theorem reduction : forall r x,
  stationary (n + r) (fun y => ell y + {literal(ridge)} * sum r (fun k => y (n + k)%nat ^ 2)) x <->
  stationary n ell x /\\ forall k, (k < r)%nat -> x (n + k)%nat = 0.
Proof. exact {module}.reduction. Qed.
"""
    data = data_head(title) + "From Separatrix Require Import Calculus Reduction.\n"
    data += f"""Definition e : expr := {short.tree()}.
Definition e1 : expr := {long.tree()}.
Theorem nuisance x : eval e1 x = {split.replace("ell x", "eval e x")}.
Proof. cbv [e e1 eval uf rational]. field. Qed.
Theorem reduction r x :
  stationary ({n} + r) (fun y => eval e y + {literal(ridge)} * sumR r (fun k => y ({n} + k)%nat ^ 2)) x <->
  stationary {n} (eval e) x /\\ forall k, (k < r)%nat -> x ({n} + k)%nat = 0.
Proof. apply Reduction.reduction; [apply local_to_eval; reflexivity|lra]. Qed.
"""
    return formal_claim(title, page, data, ["nuisance", "reduction"])
