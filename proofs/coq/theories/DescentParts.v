(** * Descents seen in a mirror, those of a sum over separate groups of variables, and further coordinates with a ridge alone. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder InverseFunction Products Symmetry Descent.
Local Open Scope R_scope.

(** ** changes of signs *)
Section Flip.
Variables (n : nat) (f : vec -> R) (s : nat -> bool).
Hypothesis even : forall y, f (flip s y) = f y.
Lemma flip_flip x : flip s (flip s x) = x.
Proof. apply functional_extensionality. intros i. unfold flip, sign. destruct (s i); ring. Qed.
Lemma near_flip x y d : near n x y d -> near n (flip s x) (flip s y) d.
Proof.
  intros N i Hi. unfold flip. replace (sign s i * y i - sign s i * x i) with (sign s i * (y i - x i)) by ring.
  rewrite Rabs_mult. replace (Rabs (sign s i)) with 1; [rewrite Rmult_1_l; auto|].
  unfold sign. destruct (s i); [rewrite Rabs_left; lra|rewrite Rabs_pos_eq; lra].
Qed.
Theorem descends_flip eta x : descends n f eta x -> descends n f eta (fun k => flip s (x k)).
Proof.
  intros X k. destruct (X k) as [g [Dg E]]. exists (fun j => sign s j * g j). split.
  - intros j Hj. apply is_derive_ext with (f := fun t => f (updv (x k) j (sign s j * t))).
    + intros t. rewrite flip_updv, even. reflexivity.
    + apply (is_derive_comp (fun t => f (updv (x k) j t)) (fun t => sign s j * t)).
      * unfold flip. replace (sign s j * (sign s j * x k j)) with (x k j) by (unfold sign; destruct (s j); ring). apply Dg; auto.
      * auto_derive; auto. ring.
  - intros j Hj. unfold flip. rewrite E by auto. ring.
Qed.
Theorem approaches_flip x p : approaches n (fun k => flip s (x k)) p -> approaches n x (flip s p).
Proof.
  intros A d Hd. destruct (A d Hd) as [N HN]. exists N. intros k Hk. rewrite <- (flip_flip (x k)). apply near_flip, HN, Hk.
Qed.
Lemma minimum_flip p : minimum n f p -> minimum n f (flip s p).
Proof.
  intros [d [Hd M]]. exists d. split; auto. intros y Ny Na. rewrite even, <- (even y). apply M.
  - rewrite <- (flip_flip p). apply near_flip, Ny.
  - intros A. apply Na. intros i Hi. rewrite <- (flip_flip y). unfold flip at 1 3. rewrite (A i Hi). reflexivity.
Qed.
End Flip.

(** ** sums over separate groups of variables *)
Section Beside.
Variables (m k : nat) (g h : vec -> R).
Hypothesis (Hg : local_to m g) (Hh : local_to k h).
Lemma is_derive_minus_const (u : R -> R) c z l : is_derive (fun t => u t + c) z l -> is_derive u z l.
Proof.
  intros H. apply is_derive_ext with (f := fun t => (u t + c) + (- c)); [intros; simpl; ring|].
  replace l with (l + 0) by ring. apply @is_derive_plus; auto. apply @is_derive_const.
Qed.
Theorem descends_beside eta x : descends (m + k) (beside m g h) eta x ->
  descends m g eta x /\ descends k h eta (fun i => shift m (x i)).
Proof.
  intros X. split; intros i; destruct (X i) as [d [Dd E]].
  - exists d. split; [|intros j Hj; apply E; lia]. intros j Hj. assert (P := Dd j ltac:(lia)).
    apply is_derive_minus_const with (h (shift m (x i))).
    apply is_derive_ext with (2 := P). intros t. unfold beside. rewrite shift_updv_low; auto.
  - exists (shift m d). split; [|intros j Hj; apply E; lia]. intros j Hj. assert (P := Dd (m + j)%nat ltac:(lia)).
    apply is_derive_minus_const with (g (x i)).
    apply is_derive_ext with (2 := P). intros t. unfold beside. rewrite shift_updv_high, (g_updv_high m g Hg). apply Rplus_comm.
Qed.
Lemma approaches_join x p q : approaches m x p -> approaches k (fun i => shift m (x i)) q -> approaches (m + k) x (join m p q).
Proof.
  intros P Q d Hd. destruct (P d Hd) as [N HN], (Q d Hd) as [N' HN']. exists (max N N'). intros i Hi j Hj.
  destruct (Nat.lt_ge_cases j m) as [A|A].
  - rewrite join_low by auto. apply (HN i); [lia|auto].
  - assert (B := HN' i ltac:(lia) (j - m)%nat ltac:(lia)). unfold shift in B. replace (m + (j - m))%nat with j in B by lia.
    unfold join. destruct (Nat.ltb_spec j m); [lia|exact B].
Qed.
Theorem minimum_join p q : minimum m g p -> minimum k h q -> minimum (m + k) (beside m g h) (join m p q).
Proof.
  intros P Q. apply minimum_beside; auto.
  - apply (tagged_agree TMinimum m g p); auto. apply agree_sym, join_low.
  - rewrite shift_join. exact Q.
Qed.
End Beside.
Lemma join_right m p q i : join m p q (m + i)%nat = q i.
Proof. unfold join. destruct (Nat.ltb_spec (m + i) m); [lia|]. f_equal; lia. Qed.

(** ** coordinates that enter by r|y|^2 alone: they shrink by the factor 1 - 2 eta r *)
Definition ridge_alone (r : R) (k : nat) (y : vec) : R := r * sumR k (fun i => y i ^ 2).
Lemma ridge_alone_local r k : local_to k (ridge_alone r k).
Proof. intros x y A. unfold ridge_alone. f_equal. apply sumR_ext. intros i Hi. rewrite (A i Hi). reflexivity. Qed.
Lemma square_updv k x j t : (j < k)%nat -> square k (updv x j t) = square k x - x j ^ 2 + t ^ 2.
Proof.
  intros Hj. unfold square. induction k as [|k IH]; [lia|]. cbn [sumR]. destruct (Nat.eq_dec j k) as [->|N].
  - rewrite (sumR_ext k _ (fun i => x i ^ 2)).
    + unfold updv. rewrite Nat.eqb_refl. ring.
    + intros i Hi. unfold updv. destruct (Nat.eqb_spec i k); [lia|reflexivity].
  - rewrite IH by lia. unfold updv at 1. destruct (Nat.eqb_spec k j); [lia|ring].
Qed.
Lemma ridge_alone_descends r k eta x : 0 < r -> 0 < eta -> 2 * r * eta < 1 -> descends k (ridge_alone r k) eta x ->
  approaches k x (fun _ => 0).
Proof.
  intros Hr He Hs X. set (q := 1 - 2 * r * eta). assert (Q : 0 < q < 1) by (unfold q; nra).
  assert (S : forall a j, (j < k)%nat -> x a j = q ^ a * x O j).
  { induction a as [|a IH]; intros j Hj; [simpl; ring|]. destruct (X a) as [g [Dg E]]. rewrite (E j Hj).
    assert (Gj : g j = 2 * r * x a j).
    { specialize (Dg j Hj). apply is_derive_unique in Dg. rewrite <- Dg. apply is_derive_unique.
      apply is_derive_ext with (f := fun t => r * (square k (x a) - x a j ^ 2 + t ^ 2)).
      - intros t. unfold ridge_alone. rewrite <- square_updv by auto. reflexivity.
      - auto_derive; auto. ring. }
    rewrite Gj, (IH j Hj). unfold q. simpl. ring. }
  intros d Hd. set (M := norm k (x O) + 1). assert (PM : 0 < M) by (unfold M; generalize (norm_ge0 k (x O)); lra).
  destruct (pow_lt_1_zero q) with (y := d / M) as [N HN]; [rewrite Rabs_pos_eq; lra|apply Rdiv_lt_0_compat; auto|].
  exists N. intros a Ha j Hj. rewrite S by auto. rewrite Rminus_0_r, Rabs_mult. specialize (HN a Ha).
  assert (B := coordinate_le k (x O) j Hj). assert (B' : Rabs (x O j) <= M) by (unfold M; lra).
  replace d with (d / M * M) by (field; lra). apply Rmult_le_compat; auto using Rabs_pos. lra.
Qed.
Lemma ridge_alone_minimum r k : 0 < r -> minimum k (ridge_alone r k) (fun _ => 0).
Proof.
  intros Hr. exists 1. split; [lra|]. intros y _ N. destruct (not_agree k (fun _ => 0) y N) as [i [Hi Ni]]. unfold ridge_alone.
  rewrite (sumR_0 k (fun _ => 0 ^ 2)) by (intros; ring). rewrite Rmult_0_r. apply Rmult_lt_0_compat; auto.
  apply Rlt_le_trans with (y i ^ 2); [apply pow2_gt_0; auto|].
  apply (sumR_term k (fun i => y i ^ 2)); auto. intros; apply pow2_ge_0.
Qed.
(** A descent in m + k coordinates whose first m converge on their own. *)
Theorem further_coordinates m k f r p eta x : local_to m f -> 0 < r -> 0 < eta -> 2 * r * eta < 1 ->
  (descends m f eta x -> approaches m x p) -> descends (m + k) (beside m f (ridge_alone r k)) eta x ->
  approaches (m + k) x (join m p (fun _ => 0)).
Proof.
  intros Lf Hr He Hs A X. destruct (descends_beside m k f (ridge_alone r k) Lf eta x X) as [X1 X2].
  apply approaches_join; auto. apply (ridge_alone_descends r k eta); auto.
Qed.
