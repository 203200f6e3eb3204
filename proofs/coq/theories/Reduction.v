(** * Reduction from R^d to the plane of the features: coordinates that enter as c w^2 alone are 0 where the gradient is. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder Products.
Local Open Scope R_scope.

Definition squares (c : R) (r : nat) (y : vec) := c * sumR r (fun k => y k ^ 2).
Lemma squares_grad c r : has_grad r (fun _ => True) (squares c r) (fun j y => 2 * c * y j).
Proof.
  apply (has_grad_ext r _ (fun y => c * sumR r (fun k => y k * y k)) _
    (fun j y => c * sumR r (fun k => delta k j * y k + y k * delta k j))).
  - intros y. unfold squares. f_equal. apply sumR_ext. intros; ring.
  - intros j y Hj _. rewrite (sumR_ext r _ (fun k => delta j k * (2 * y k))).
    + rewrite sumR_delta by auto. ring.
    + intros k Hk. unfold delta. rewrite (Nat.eqb_sym k j). destruct (Nat.eqb_spec j k) as [->|]; ring.
  - apply has_grad_scal. apply (has_grad_sum r _ r (fun k y => y k * y k) (fun k j y => delta k j * y k + y k * delta k j)).
    intros k Hk. apply (has_grad_mult r _ (fun y => y k) (fun y => y k) (fun j _ => delta k j) (fun j _ => delta k j));
      apply has_grad_var; auto.
Qed.
Lemma squares_stationary c r y : c <> 0 -> (stationary r (squares c r) y <-> forall k, (k < r)%nat -> y k = 0).
Proof.
  intros N. rewrite (stationary_iff r (fun _ => True) _ _ y I (squares_grad c r)). split; intros H k Hk.
  - specialize (H k Hk). cbv beta in H. apply Rmult_integral in H. destruct H as [H|H]; [|exact H].
    exfalso. apply N. lra.
  - rewrite (H k Hk). ring.
Qed.
Theorem reduction n f c r x : local_to n f -> c <> 0 ->
  (stationary (n + r) (fun y => f y + c * sumR r (fun k => y (n + k)%nat ^ 2)) x <->
   stationary n f x /\ forall k, (k < r)%nat -> x (n + k)%nat = 0).
Proof.
  intros L N. rewrite <- (squares_stationary c r (shift n x) N).
  apply (stationary_beside n r f (squares c r) L).
Qed.
