(** * Descents seen in a mirror, and those of a sum over separate groups of variables. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder Products Symmetry Descent.
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
