(** * Calculus in n variables: finite sums, gradients along lines, the mean value theorem.

    A point of R^n is a function [nat -> R] of which the first [n] entries matter.  A gradient is stated
    on a domain [D] (where the function is defined): the derivative along every line, at every point of
    the line that lies in [D].  Partial derivatives are the special case of coordinate lines. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements.
Local Open Scope R_scope.

Definition delta (i j : nat) : R := if Nat.eqb i j then 1 else 0.
Definition line (x u : vec) (t : R) : vec := fun i => x i + t * u i.
Definition in_box (n : nat) (c r x : vec) := forall i, (i < n)%nat -> Rabs (x i - c i) <= r i.
Definition has_grad (n : nat) (D : vec -> Prop) (f : vec -> R) (g : nat -> vec -> R) :=
  forall x u t, D (line x u t) ->
    is_derive (fun s => f (line x u s)) t (sumR n (fun j => g j (line x u t) * u j)).

(** ** finite sums *)
Lemma sumR_ext n f g : (forall i, (i<n)%nat -> f i = g i) -> sumR n f = sumR n g.
Proof. induction n; intros H; simpl; auto. rewrite IHn, H; auto. Qed.
Lemma sumR_0 n f : (forall i, (i<n)%nat -> f i = 0) -> sumR n f = 0.
Proof. induction n; intros H; simpl; auto. rewrite IHn, H; auto. ring. Qed.
Lemma sumR_plus n f g : sumR n (fun i => f i + g i) = sumR n f + sumR n g.
Proof. induction n; simpl; [ring|rewrite IHn; ring]. Qed.
Lemma sumR_minus n f g : sumR n (fun i => f i - g i) = sumR n f - sumR n g.
Proof. induction n; simpl; [ring|rewrite IHn; ring]. Qed.
Lemma sumR_scal n a f : sumR n (fun i => a * f i) = a * sumR n f.
Proof. induction n; simpl; [ring|rewrite IHn; ring]. Qed.
Lemma sumR_scal_r n a f : sumR n (fun i => f i * a) = sumR n f * a.
Proof. induction n; simpl; [ring|rewrite IHn; ring]. Qed.
Lemma sumR_le n f g : (forall i, (i<n)%nat -> f i <= g i) -> sumR n f <= sumR n g.
Proof. induction n; intros H; simpl. lra. apply Rplus_le_compat; auto. Qed.
Lemma sumR_ge0 n f : (forall i, (i<n)%nat -> 0 <= f i) -> 0 <= sumR n f.
Proof. induction n; intros H; simpl. lra. apply Rplus_le_le_0_compat; auto. Qed.
Lemma sumR_term n f k : (k<n)%nat -> (forall i, (i<n)%nat -> 0 <= f i) -> f k <= sumR n f.
Proof.
  induction n; intros Hk H; simpl. lia.
  destruct (Nat.eq_dec k n) as [->|Hn].
  - assert (0 <= sumR n f) by (apply sumR_ge0; auto). lra.
  - assert (f k <= sumR n f) by (apply IHn; [lia|auto]). assert (0 <= f n) by auto. lra.
Qed.
Lemma sumR_abs n f : Rabs (sumR n f) <= sumR n (fun i => Rabs (f i)).
Proof.
  induction n; simpl. rewrite Rabs_R0; lra.
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma sumR_swap n m f : sumR n (fun i => sumR m (fun j => f i j)) = sumR m (fun j => sumR n (fun i => f i j)).
Proof.
  induction n; simpl. rewrite sumR_0; auto.
  rewrite IHn, <- sumR_plus. reflexivity.
Qed.
Lemma sumR_delta n k f : (k<n)%nat -> sumR n (fun j => delta k j * f j) = f k.
Proof.
  induction n; intros H; simpl. lia.
  unfold delta at 2. destruct (Nat.eqb_spec k n) as [->|Hn].
  - rewrite sumR_0. ring. intros i Hi. unfold delta. destruct (Nat.eqb_spec n i); [lia|ring].
  - rewrite IHn; [ring|lia].
Qed.
(** ** lines, boxes, mean value theorem *)
Lemma line_0 x u : line x u 0 = x.
Proof. apply functional_extensionality; intro i; unfold line; ring. Qed.
Lemma line_1 x y : line x (fun i => y i - x i) 1 = y.
Proof. apply functional_extensionality; intro i; unfold line; ring. Qed.
Lemma in_box_line n c r x y t : in_box n c r x -> in_box n c r y -> 0 <= t <= 1 ->
  in_box n c r (line x (fun i => y i - x i) t).
Proof.
  intros Hx Hy Ht i Hi. specialize (Hx i Hi); specialize (Hy i Hi). unfold line.
  replace (x i + t * (y i - x i) - c i) with ((1-t) * (x i - c i) + t * (y i - c i)) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult, (Rabs_pos_eq t), (Rabs_pos_eq (1-t)) by lra.
  nra.
Qed.
(** The mean value theorem on the segment from x to y. *)
Theorem mean_value n D f g x y : has_grad n D f g ->
  (forall t, 0 <= t <= 1 -> D (line x (fun i => y i - x i) t)) ->
  exists t, 0 < t < 1 /\
    f y - f x = sumR n (fun j => g j (line x (fun i => y i - x i) t) * (y j - x j)).
Proof.
  intros H HD. set (u := fun i => y i - x i).
  destruct (MVT_cor2 (fun s => f (line x u s))
     (fun t => sumR n (fun j => g j (line x u t) * u j)) 0 1) as [t [E Ht]].
  - lra.
  - intros t Ht. apply is_derive_Reals, H, HD, Ht.
  - exists t; split; [exact Ht|]. cbv beta in E. unfold u in E at 1.
    rewrite line_1, line_0 in E. rewrite E. fold u. unfold u; ring.
Qed.

(** ** rules of differentiation *)
Lemma has_grad_const n D k : has_grad n D (fun _ => k) (fun _ _ => 0).
Proof. intros x u t _. rewrite sumR_0 by (intros; ring). apply @is_derive_const. Qed.
Lemma has_grad_var n D i : (i<n)%nat -> has_grad n D (fun x => x i) (fun j _ => delta i j).
Proof.
  intros Hi x u t _. rewrite sumR_delta by auto. unfold line. auto_derive; auto. ring.
Qed.
Lemma has_grad_plus n D f g f' g' : has_grad n D f f' -> has_grad n D g g' ->
  has_grad n D (fun x => f x + g x) (fun j x => f' j x + g' j x).
Proof.
  intros Hf Hg x u t Hd.
  rewrite (sumR_ext _ _ (fun j => f' j (line x u t) * u j + g' j (line x u t) * u j)) by (intros; ring).
  rewrite sumR_plus. apply @is_derive_plus; [apply Hf|apply Hg]; auto.
Qed.
Lemma has_grad_mult n D f g f' g' : has_grad n D f f' -> has_grad n D g g' ->
  has_grad n D (fun x => f x * g x) (fun j x => f' j x * g x + f x * g' j x).
Proof.
  intros Hf Hg x u t Hd. set (z := line x u t).
  rewrite (sumR_ext _ _ (fun j => g z * (f' j z * u j) + f z * (g' j z * u j))) by (intros; unfold z; ring).
  rewrite sumR_plus, !sumR_scal.
  replace (g z * sumR n (fun j => f' j z * u j)) with (sumR n (fun j => f' j z * u j) * g z) by ring.
  apply (is_derive_mult (fun s => f (line x u s)) (fun s => g (line x u s))); [apply Hf; auto|apply Hg; auto|].
  intros; apply Rmult_comm.
Qed.
Lemma has_grad_scal n D k f f' : has_grad n D f f' -> has_grad n D (fun x => k * f x) (fun j x => k * f' j x).
Proof.
  intros Hf x u t Hd. rewrite (sumR_ext _ _ (fun j => k * (f' j (line x u t) * u j))) by (intros; ring).
  rewrite sumR_scal. apply (is_derive_scal (fun s => f (line x u s))). apply Hf; auto.
Qed.
(** The chain rule; the outer function need only be differentiable where [P] holds. *)
Lemma has_grad_comp n (D : vec -> Prop) (P : R -> Prop) (h h':R->R) f f' : (forall z, P z -> is_derive h z (h' z)) ->
  (forall x, D x -> P (f x)) -> has_grad n D f f' ->
  has_grad n D (fun x => h (f x)) (fun j x => h' (f x) * f' j x).
Proof.
  intros Hh HP Hf x u t Hd.
  rewrite (sumR_ext _ _ (fun j => h' (f (line x u t)) * (f' j (line x u t) * u j))) by (intros; ring).
  rewrite sumR_scal. rewrite Rmult_comm.
  apply (is_derive_comp h (fun s => f (line x u s))); [apply Hh, HP; auto|apply Hf; auto].
Qed.
Lemma has_grad_sum n D m f f' : (forall k, (k<m)%nat -> has_grad n D (f k) (f' k)) ->
  has_grad n D (fun x => sumR m (fun k => f k x)) (fun j x => sumR m (fun k => f' k j x)).
Proof.
  induction m; intros H; simpl. apply has_grad_const.
  apply (has_grad_plus n D (fun x => sumR m (fun k => f k x)) (f m) (fun j x => sumR m (fun k => f' k j x)) (f' m)); auto.
Qed.
Lemma has_grad_ext n (D : vec -> Prop) f g f' g' : (forall x, f x = g x) ->
  (forall j x, (j<n)%nat -> D x -> f' j x = g' j x) -> has_grad n D f f' -> has_grad n D g g'.
Proof.
  intros E E' H x u t Hd. rewrite <- (sumR_ext n (fun j => f' j (line x u t) * u j)).
  - apply is_derive_ext with (2 := H x u t Hd). intros; apply E.
  - intros i Hi. rewrite E'; auto.
Qed.
Lemma has_grad_opp n D f f' : has_grad n D f f' -> has_grad n D (fun x => - f x) (fun j x => - f' j x).
Proof.
  intros H. apply (has_grad_ext n D (fun x => -1 * f x) _ (fun j x => -1 * f' j x)); [intros; ring|intros; ring|].
  apply has_grad_scal; auto.
Qed.
Lemma has_grad_weaken n (D D' : vec -> Prop) f f' : (forall x, D' x -> D x) -> has_grad n D f f' -> has_grad n D' f f'.
Proof. intros W H x u t Hd. apply H, W, Hd. Qed.
