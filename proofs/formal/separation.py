"""The separation theorem: what the minima of SSL have and the global minima of SL have not, on one page.

It rests on the claims about all stationary points of ``ssl`` and of ``sl`` in the same folder.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofs.formal.inequalities import lambda_of
from proofs.formal.registry import joint
from proofs.formal.text import (
    FormalClaim,
    Subject,
    comment,
    coq_names,
    formal_claim,
    function_definitions,
    wrapped,
)

__all__ = ["separation"]


@joint("Separation")
def separation(claims: Sequence[FormalClaim]) -> FormalClaim | None:
    """For a census of ``ssl`` with two neurons or more and one of ``sl`` with the same tau; None without them."""
    for k, ssl in enumerate(claims, 1):
        for j, sl in enumerate(claims, 1):
            if _both_features(ssl) and _only_label(sl) and _tau(ssl) == _tau(sl):
                assert ssl.subject
                assert sl.subject
                return _claim(ssl.subject, f"Claim{k}", sl.subject, f"Claim{j}")
    return None


def _tau(claim: FormalClaim) -> str | None:
    return claim.subject.parameters.get("tau") if claim.subject else None


def _both_features(claim: FormalClaim) -> bool:
    """A claim of SSL whose page says that both coordinates of every row are nonzero at every local minimum."""
    subject = claim.subject
    if subject is None or subject.objective != "ssl" or subject.neurons < 2 or len(subject.names) != 2:
        return False
    stated = f"Theorem features : forall p, local_min ell p -> {_nonzero(range(2 * subject.neurons))}.\n"
    return "attained" in claim.theorems and stated in claim.page


def _only_label(claim: FormalClaim) -> bool:
    subject = claim.subject
    known = subject is not None and subject.objective == "sl" and subject.neurons == 2
    return known and {"attained", "global_minimum"} <= set(claim.theorems)


def _nonzero(coordinates: Sequence[int]) -> str:
    return " /\\ ".join(f"p {j}%nat <> 0" for j in coordinates)


def _claim(ssl: Subject, ssl_page: str, sl: Subject, sl_page: str) -> FormalClaim:
    n = 2 * ssl.neurons
    title = f"The separation theorem: SSL with {ssl.neurons} neurons and SL with 2, tau = {ssl.parameters['tau']}"
    given = "; ".join(
        f"{name}: " + ", ".join(f"{k} = {v}" for k, v in subject.parameters.items())
        for name, subject in (("SSL", ssl), ("SL", sl))
    )
    # Where the value of SL is least: a1, a2 are not 0 if the boxes say so, and b1 = b2 = 0.
    least = " /\\ ".join([*([_nonzero(sl.away)] if sl.away else []), "p 1%nat = 0 /\\ p 3%nat = 0"])
    theirs = "no hidden feature in any row" if len(sl.away) < 2 else "the label feature in both rows and no hidden one"
    row, rows = coq_names(ssl.names), ", ".join(f"a{j}, b{j}" for j in range(1, ssl.neurons + 1))
    page = f"""(** * {comment(title)}

    The data are x = s e1 + t tau e2 with s = 1 or -1 (the label) and t = 0 or 1 (hidden), four classes of weight 1/4.
    A row w of the weights counts by a = w.e1, its part of the label feature, and b = w.e2, its part of the hidden one.
    {comment(given)}.
    Every definition of the statement is on this page or in Coq's library.  It follows from what is proved in
    [{ssl_page}] and [{sl_page}] about all stationary points of the two objectives. *)
From Coq Require Import Reals.
From Claims Require SeparationData.
Local Open Scope R_scope.

"""
    page += "\n".join(function_definitions([ssl.function, sl.function]))
    page += f"""
Definition point := nat -> R. (* a point of R^n: the first n values *)

(* The self-supervised objective of one row, and of {ssl.neurons}: the point is ({rows}). *)
Definition neuron ({" ".join(row)} : R) : R :=
  {wrapped(ssl.function.formula(row))}.
Definition ssl (x : point) : R :=
  {_sum([f"neuron (x {j}%nat) (x {j + 1}%nat)" for j in range(0, n, 2)])}.

(* The supervised objective: the point is ({", ".join(sl.names)}), with output weights f1 and f2. *)
Definition sl (x : point) : R :=
  {lambda_of(sl.function, coq_names(sl.names))}.

Definition local_min (n : nat) (f : point -> R) (p : point) :=
  exists d, 0 < d /\\ forall q, (forall i, (i < n)%nat -> Rabs (q i - p i) <= d) -> f p <= f q.
Definition global_min (f : point -> R) (p : point) := forall q, f p <= f q.

(** SSL has a global minimum, and every local minimum has both features in every row.
    SL has a global minimum, and every global minimum has {theirs}. *)
Theorem separation :
  (exists p, global_min ssl p) /\\
  (forall p, local_min {n} ssl p -> {_nonzero(range(n))}) /\\
  (exists p, global_min sl p) /\\
  (forall p, global_min sl p -> {least}).
Proof. exact SeparationData.proof. Qed.
"""
    return formal_claim(title, page, _data(title, ssl_page, sl_page, least), ["separation"])


def _sum(terms: Sequence[str]) -> str:
    first, *rest = terms
    return f"{first} + {f'({_sum(rest)})' if len(rest) > 1 else rest[0]}" if rest else first


def _data(title: str, ssl_page: str, sl_page: str, least: str) -> str:
    return f"""(** {comment(title)}: proof. *)
From Coq Require Import Reals Lra List.
From Claims Require {ssl_page} {sl_page}.
Import ListNotations.
Local Open Scope R_scope.

Lemma only_label p : (forall q, {sl_page}.ell p <= {sl_page}.ell q) -> {least}.
Proof.
  intros M. destruct ({sl_page}.global_minimum p M) as [B [B1 B3]].
  repeat match goal with |- _ /\\ _ => split end; try assumption; intros Z;
    repeat (destruct B as [B|B]);
    match type of Z with p ?j = 0 => assert (C := B j ltac:(repeat constructor)) end;
    cbv -[IZR Rdiv Rle Ropp] in C; rewrite Z in C; lra.
Qed.
Definition proof := conj {ssl_page}.attained (conj {ssl_page}.features (conj {sl_page}.attained only_label)).
"""
