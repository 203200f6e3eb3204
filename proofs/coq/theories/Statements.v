(** * What the theorems say, in elementary terms.

    Everything a final theorem mentions is defined here or in Coquelicot ([is_derive]) and repeated in the
    emitted statement page, where the two are compared by conversion.  A point of R^n is a function
    [nat -> R] of which the first [n] entries matter. *)
From Coq Require Import Reals List ZArith.
From Coquelicot Require Import Coquelicot.
Import ListNotations.
Local Open Scope R_scope.

Definition vec := nat -> R.

(** The functions of the expression language that the standard library does not have. *)
Definition sigmoid (z : R) : R := / (1 + exp (- z)).
Definition softplus (z : R) : R := ln (1 + exp z).

(** Equal in the first [n] coordinates; within [d] in each of them; in a box given by its sides. *)
Definition agree (n : nat) (x y : vec) := forall i, (i < n)%nat -> x i = y i.
Definition near (n : nat) (x y : vec) (d : R) := forall i, (i < n)%nat -> Rabs (y i - x i) <= d.
Definition inside (n : nat) (box : list (R * R)) (x : vec) :=
  forall i, (i < n)%nat -> fst (nth i box (0, 0)) <= x i <= snd (nth i box (0, 0)).

(** All partial derivatives exist at [x] and are 0. *)
Definition updv (x : vec) (j : nat) (t : R) : vec := fun i => if Nat.eqb i j then t else x i.
Definition stationary (n : nat) (f : vec -> R) (x : vec) :=
  forall j, (j < n)%nat -> is_derive (fun t => f (updv x j t)) (x j) 0.

Definition local_min (n : nat) (f : vec -> R) (x : vec) :=
  exists d, 0 < d /\ forall y, near n x y d -> f x <= f y.
Definition local_max (n : nat) (f : vec -> R) (x : vec) :=
  exists d, 0 < d /\ forall y, near n x y d -> f y <= f x.
Definition minimum (n : nat) (f : vec -> R) (x : vec) :=
  exists d, 0 < d /\ forall y, near n x y d -> ~ agree n y x -> f x < f y.
Definition maximum (n : nat) (f : vec -> R) (x : vec) :=
  exists d, 0 < d /\ forall y, near n x y d -> ~ agree n y x -> f y < f x.
Definition saddle (n : nat) (f : vec -> R) (x : vec) := ~ local_min n f x /\ ~ local_max n f x.

(** All components of a system vanish. *)
Definition zero (n : nat) (F : list (vec -> R)) (x : vec) := forall k, (k < n)%nat -> nth k F (fun _ => 0) x = 0.

(** On [B] the function has partial derivatives [G j], these have partial derivatives [H j k], and the
    quadratic form of the matrix [H j k x] is positive. *)
Fixpoint sumR (n : nat) (f : nat -> R) : R := match n with O => 0 | S k => sumR k f + f k end.
Definition definite (n : nat) (f : vec -> R) (B : vec -> Prop) :=
  exists (G : nat -> vec -> R) (H : nat -> nat -> vec -> R), forall x, B x ->
    (forall j, (j < n)%nat -> is_derive (fun t => f (updv x j t)) (x j) (G j x)) /\
    (forall j k, (j < n)%nat -> (k < n)%nat -> is_derive (fun t => G j (updv x k t)) (x k) (H j k x)) /\
    forall u, (exists i, (i < n)%nat /\ u i <> 0) -> 0 < sumR n (fun j => sumR n (fun k => H j k x * u k) * u j).

(** The matrix [H] consists of the second partial derivatives of [f] at [x]; it has [k] negative eigenvalues and [n - k]
    positive ones: [k] vectors (and [n - k]) such that the quadratic form is negative (positive) at every combination of
    them but the trivial one. *)
Definition quad (n : nat) (H : nat -> nat -> R) (u : vec) := sumR n (fun k => sumR n (fun j => H k j * u j) * u k).
Definition hessian (n : nat) (f : vec -> R) (x : vec) (H : nat -> nat -> R) :=
  exists (G : nat -> vec -> R) (d : R), 0 < d /\
    (forall y j, near n x y d -> (j < n)%nat -> is_derive (fun t => f (updv y j t)) (y j) (G j y)) /\
    forall i j, (i < n)%nat -> (j < n)%nat -> is_derive (fun t => G i (updv x j t)) (x j) (H i j) /\ H i j = H j i.
Definition combination (m : nat) (V : nat -> vec) (u : nat -> R) : vec := fun i => sumR m (fun j => u j * V j i).
Definition nonzero (m : nat) (u : nat -> R) := exists i, (i < m)%nat /\ u i <> 0.
Definition index (n : nat) (f : vec -> R) (x : vec) (k : nat) := exists H, hessian n f x H /\
  (exists V, forall u, nonzero k u -> quad n H (combination k V u) < 0) /\
  (exists V, forall u, nonzero (n - k) u -> 0 < quad n H (combination (n - k) V u)).

(** All partial derivatives of [f], everywhere. *)
Definition gradient (n : nat) (f : vec -> R) (G : nat -> vec -> R) :=
  forall x j, (j < n)%nat -> is_derive (fun t => f (updv x j t)) (x j) (G j x).
(** The gradient of [f] takes no value twice on the closed ball of radius [r] around [p], and takes there all values of
    the closed ball of radius [s] around 0. *)
Definition magnitude (n : nat) (v : vec) := sqrt (sumR n (fun i => v i ^ 2)).
Definition distance (n : nat) (x y : vec) := magnitude n (fun i => x i - y i).
Definition invertible (n : nat) (f : vec -> R) (p : vec) (r s : R) := exists G, gradient n f G /\
  (forall x y, distance n x p <= r -> distance n y p <= r -> (forall j, (j < n)%nat -> G j x = G j y) -> agree n x y) /\
  forall v, magnitude n v <= s -> exists x, distance n x p <= r /\ forall j, (j < n)%nat -> G j x = v j.

(** On the closed ball of radius [r] around [p] the function [P] has the gradient [Q], along every line, of length at most [s]. *)
Definition perturbation (n : nat) (p : vec) (r s : R) (P : vec -> R) (Q : nat -> vec -> R) :=
  (forall x u t, distance n (fun i => x i + t * u i) p <= r ->
    is_derive (fun z => P (fun i => x i + z * u i)) t (sumR n (fun j => Q j (fun i => x i + t * u i) * u j))) /\
  forall x, distance n x p <= r -> magnitude n (fun j => Q j x) <= s.
(** After every such perturbation there is a local minimum within [d] of [p], and the ball has no stationary point farther away. *)
Definition keeps (n : nat) (f : vec -> R) (p : vec) (r s d : R) := forall P Q, perturbation n p r s P Q ->
  (exists q, distance n q p <= d /\ local_min n (fun x => f x + P x) q) /\
  forall q, distance n q p <= r -> stationary n (fun x => f x + P x) q -> distance n q p <= d.

(** [listed n P U points]: the points of [U] with property [P] are, up to the first [n] coordinates, those of
    a list that has one point in each of the boxes, of the kind named with it, and no others. *)
Definition listed (n : nat) (P U : vec -> Prop) (points : list ((vec -> Prop) * list (R * R))) :=
  exists ps : list vec,
    Forall2 (fun p c => inside n (snd c) p /\ U p /\ P p /\ fst c p) ps points /\
    ForallOrdPairs (fun p q => ~ agree n p q) ps /\
    forall x, U x -> P x -> exists p, In p ps /\ agree n x p.
