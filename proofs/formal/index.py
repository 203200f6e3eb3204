"""The number of negative eigenvalues at each listed stationary point: what a page states, and the data behind it.

The page states the numbers of the certificate.  The directions are approximate eigenvectors; the kernel decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from proofs.formal.listing import Census
from proofs.formal.points import Hints
from proofs.formal.text import vector

__all__ = ["index_checked", "index_of_block", "index_of_census", "index_of_copies", "index_page"]

PRECISION = 60
DECIMALS = 8  # of a direction


def index_page(boxes: str, stated: Sequence[int], module: str) -> str:
    """Definitions and theorem; ``boxes`` is the list of the boxes on the page."""
    return f"""{_DEFINITIONS}
(** How many eigenvalues of the Hessian are negative at these points, in the order of the list; none is 0. *)
Theorem indices : Forall2 (fun box k => forall p, stationary ell p -> inside box p -> index ell p k)
  {boxes} [{"; ".join(map(str, stated))}]%nat.
Proof. exact ({module}.indices ell (fun x => eq_refl)). Qed.
"""


def index_checked(census: Census, hints: Sequence[Hints], points: str = "points") -> str:
    """The directions at the points of one block, and what the kernel computes with them."""
    entries = []
    for h in hints:
        values, vectors = np.linalg.eigh(_symmetric(h))
        rows = "; ".join(vector([_short(t) for t in v]) for v in vectors.T.tolist())
        entries.append(f"({int((values < 0).sum())}%nat, ({vector(h.neighbourhood)},\n    [{rows}]))")
    return (
        "Definition directions : list index_data := [\n  " + ";\n  ".join(entries) + "].\n"
        f"Lemma indices_checked : check_indices {PRECISION}%Z {census.size} e {points} directions = true.\n"
        "Proof. vm_cast_no_check (eq_refl true). Qed.\n"
    )


def index_of_block(m: int) -> str:
    """For one block whose search is ``checked``."""
    return f"""Theorem indices1 (f : vec -> R) : (forall x, f x = eval e x) ->
  Forall2 (has_index {m} f) (map snd found1) (map fst directions).
Proof. exact (indices_of_search _ _ _ _ _ _ points directions _ _ f checked indices_checked). Qed.
"""


def index_of_copies(m: int, copies: int) -> str:
    """For the sum of as many blocks as there are copies: the numbers add up."""
    if copies == 1:
        return f"""Theorem indices (f : vec -> R) : (forall x, f x = eval e x) ->
  Forall2 (has_index {m} f) (map snd found) (map fst directions).
Proof. exact (indices1 f). Qed.
"""
    text = "Definition numbers1 := map fst directions.\n"
    for k in range(2, copies + 1):
        rest = "(indices1 whole1 (fun x => eq_refl))" if k == 2 else f"added{k - 1}"
        text += f"""Definition numbers{k} := flat_map (fun a => map (fun b => (a + b)%nat) numbers{k - 1}) numbers1.
Lemma added{k} : Forall2 (has_index {k * m} whole{k}) (map snd found{k}) numbers{k}.
Proof.
  refine (indices_beside {m} {(k - 1) * m} _ _ found1 found{k - 1} _ _ local1 local{k - 1} _
    (indices1 whole1 (fun x => eq_refl)) {rest}).
  repeat constructor.
Qed.
"""
    return (
        text
        + f"""Theorem indices (f : vec -> R) : (forall x, f x = whole{copies} x) ->
  Forall2 (has_index {copies * m} f) (map snd found) numbers{copies}.
Proof.
  intros E. replace f with whole{copies};
    [|apply FunctionalExtensionality.functional_extensionality; intros; symmetry; auto].
  exact added{copies}.
Qed.
"""
    )


def index_of_census(n: int, points_checked: str) -> str:
    """For all of R^n, where the search comes from elsewhere: ``whole_space``, ``census`` and ``found`` are known."""
    return f"""Theorem indices (f : vec -> R) : (forall x, f x = eval written x) ->
  Forall2 (has_index {n} f) (map snd found) (map fst directions).
Proof.
  intros E. apply (indices _ _ {n} e (whole {n}) points directions f {points_checked} indices_checked eq_refl).
  - intros x _. apply total_ok. reflexivity.
  - intros x _. apply census.
  - exact (whole_space f E).
Qed.
"""


def _symmetric(h: Hints) -> np.ndarray:
    matrix = np.array([[float(t) for t in row] for row in h.jacobian])
    return (matrix + matrix.T) / 2


def _short(v: float) -> Fraction:
    return Fraction(round(v * 10**DECIMALS), 10**DECIMALS)


_DEFINITIONS = """
Fixpoint sum (m : nat) (f : nat -> R) : R := match m with O => 0 | S k => sum k f + f k end.
(* H: the second partial derivatives of f at x.  The first ones are G, near x. *)
Definition hessian (f : point -> R) (x : point) (H : nat -> nat -> R) :=
  exists (G : nat -> point -> R) (d : R), 0 < d /\\
    (forall y j, near x y d -> (j < n)%nat -> is_derive (fun t => f (set y j t)) (y j) (G j y)) /\\
    forall i j, (i < n)%nat -> (j < n)%nat -> is_derive (fun t => G i (set x j t)) (x j) (H i j) /\\ H i j = H j i.
Definition quad (H : nat -> nat -> R) (u : point) : R := sum n (fun k => sum n (fun j => H k j * u j) * u k).
Definition combination (m : nat) (V : nat -> point) (u : nat -> R) : point := fun i => sum m (fun j => u j * V j i).
Definition nonzero (m : nat) (u : nat -> R) := exists i, (i < m)%nat /\\ u i <> 0.
(* The form of H is negative on the span of k vectors and positive on that of n - k.  They are independent: their
   combinations are not 0.  By Sylvester's law k eigenvalues are negative and n - k positive. *)
Definition index (f : point -> R) (x : point) (k : nat) := exists H, hessian f x H /\\
  (exists V, forall u, nonzero k u -> quad H (combination k V u) < 0) /\\
  (exists V, forall u, nonzero (n - k) u -> 0 < quad H (combination (n - k) V u)).
"""
