(** * Conditions of second order: strict minima, negative curvature, stationary points. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus.
Local Open Scope R_scope.

(** ** second-order conditions on the box *)
Definition posdef n (H:nat->nat->R) := forall u:vec, (exists i, (i<n)%nat /\ u i <> 0) -> 0 < quad n H u.
Lemma strict_line n (D : vec -> Prop) c r f G (H:nat->nat->vec->R) x y :
  has_grad n D f G -> (forall k, (k<n)%nat -> has_grad n D (G k) (H k)) -> (forall z, in_box n c r z -> D z) ->
  (forall z, in_box n c r z -> 0 < quad n (fun k j => H k j z) (fun i => y i - x i)) ->
  in_box n c r x -> (forall k, (k<n)%nat -> G k x = 0) -> in_box n c r y -> f x < f y.
Proof.
  intros Hf HG HD PD Bx Gx By.
  destruct (mean_value n D f G x y Hf) as [t [Ht E]].
  { intros t Ht. apply HD, in_box_line; auto. }
  set (z := line x (fun i => y i - x i) t) in *.
  assert (Bz : in_box n c r z) by (apply in_box_line; auto; lra).
  assert (HP : has_grad n D (fun w => sumR n (fun k => G k w * (y k - x k))) (fun j w => sumR n (fun k => H k j w * (y k - x k) + G k w * 0))).
  { apply has_grad_sum. intros k Hk. apply (has_grad_mult n D (G k) (fun _ => y k - x k) (H k) (fun _ _ => 0)); auto. apply has_grad_const. }
  destruct (mean_value n D _ _ x z HP) as [s [Hs E2]].
  { intros s Hs. apply HD, in_box_line; auto. }
  set (w := line x (fun i => z i - x i) s) in *.
  assert (Bw : in_box n c r w) by (apply in_box_line; auto; lra).
  rewrite (sumR_0 n (fun k => G k x * (y k - x k))) in E2 by (intros k Hk; rewrite Gx by auto; ring).
  assert (Q := PD w Bw). unfold quad in Q.
  assert (E3 : sumR n (fun j => sumR n (fun k => H k j w * (y k - x k) + G k w * 0) * (z j - x j))
     = t * sumR n (fun k => sumR n (fun j => H k j w * (y j - x j)) * (y k - x k))).
  { rewrite <- sumR_scal.
    rewrite (sumR_ext n _ (fun j => sumR n (fun k => t * (H k j w * (y j - x j) * (y k - x k))))).
    - rewrite sumR_swap. apply sumR_ext. intros k Hk. rewrite sumR_scal, sumR_scal_r. reflexivity.
    - intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros k Hk. unfold z, line. ring. }
  rewrite E3 in E2. rewrite Rminus_0_r in E2.
  assert (0 < t * sumR n (fun k => sumR n (fun j => H k j w * (y j - x j)) * (y k - x k))) by (apply Rmult_lt_0_compat; lra).
  lra.
Qed.
Theorem strict_min n (D : vec -> Prop) c r f G (H:nat->nat->vec->R) x :
  has_grad n D f G -> (forall k, (k<n)%nat -> has_grad n D (G k) (H k)) -> (forall z, in_box n c r z -> D z) ->
  (forall z, in_box n c r z -> posdef n (fun k j => H k j z)) ->
  in_box n c r x -> (forall k, (k<n)%nat -> G k x = 0) ->
  forall y, in_box n c r y -> (exists i, (i<n)%nat /\ y i <> x i) -> f x < f y.
Proof.
  intros Hf HG HD PD Bx Gx y By [i [Hi Ni]]. apply (strict_line n D c r f G H); auto.
  intros z Bz. apply (PD z Bz). exists i; split; auto. lra.
Qed.
(** negative curvature along d on the box: f decreases strictly from a stationary point along d *)
Theorem neg_curv n (D : vec -> Prop) c r f G (H:nat->nat->vec->R) x (d:vec) :
  has_grad n D f G -> (forall k, (k<n)%nat -> has_grad n D (G k) (H k)) -> (forall z, in_box n c r z -> D z) ->
  (forall z, in_box n c r z -> quad n (fun k j => H k j z) d < 0) ->
  in_box n c r x -> (forall k, (k<n)%nat -> G k x = 0) ->
  forall t, t <> 0 -> in_box n c r (line x d t) -> f (line x d t) < f x.
Proof.
  intros Hf HG HD PD Bx Gx t Ht By.
  assert (L : -1 * f x < -1 * f (line x d t)); [|lra].
  apply (strict_line n D c r (fun x => -1 * f x) (fun k x => -1 * G k x) (fun k j x => -1 * H k j x)); auto.
  - apply has_grad_scal; auto.
  - intros; apply has_grad_scal; auto.
  - intros z Bz. specialize (PD z Bz). unfold quad in *.
    rewrite (sumR_ext n _ (fun k => (- t^2) * (sumR n (fun j => H k j z * d j) * d k))).
    + rewrite sumR_scal. assert (0 < t^2) by (apply pow2_gt_0; auto). nra.
    + intros k Hk. rewrite (sumR_ext n _ (fun j => (-t) * (H k j z * d j))) by (intros; unfold line; ring).
      rewrite sumR_scal. unfold line. ring.
  - intros k Hk. rewrite Gx by auto. ring.
Qed.

(** ** positive definiteness: H = W^T W + D with D diagonally dominant (rows+columns) *)
Lemma posdef_ldl n (H:nat->nat->R) (W:nat->nat->R) :
  (forall i, (i<n)%nat ->
    let D i j := H i j - sumR n (fun k => W k i * W k j) in
    sumR n (fun j => if Nat.eqb i j then 0 else Rabs (D i j) + Rabs (D j i)) < 2 * D i i) ->
  posdef n H.
Proof.
  intros HD u [i0 [Hi0 Hu]]. unfold quad. set (D i j := H i j - sumR n (fun k => W k i * W k j)). cbv zeta in HD. fold D in HD.
  assert (E : sumR n (fun k => sumR n (fun j => H k j * u j) * u k) =
    sumR n (fun m => (sumR n (fun k => W m k * u k))^2) + sumR n (fun k => sumR n (fun j => D k j * u j * u k))).
  { rewrite (sumR_ext n (fun m => (sumR n (fun k => W m k * u k))^2)
      (fun m => sumR n (fun k => sumR n (fun j => W m k * W m j * u j * u k)))).
    - rewrite sumR_swap, <- sumR_plus. apply sumR_ext. intros k Hk.
      rewrite sumR_swap, <- sumR_plus, <- sumR_scal_r. apply sumR_ext. intros j Hj.
      unfold D. rewrite (sumR_ext n (fun i => W i k * W i j * u j * u k) (fun i => W i k * W i j * (u j * u k))) by (intros; ring).
      rewrite sumR_scal_r. ring.
    - intros m Hm. simpl pow. rewrite Rmult_1_r. rewrite <- sumR_scal_r. apply sumR_ext. intros k Hk.
      rewrite <- sumR_scal. apply sumR_ext. intros; ring. }
  rewrite E.
  assert (E1 : 0 <= sumR n (fun m => (sumR n (fun k => W m k * u k))^2)).
  { apply sumR_ge0. intros. apply pow2_ge_0. }
  set (S i j := if Nat.eqb i j then 0 else Rabs (D i j)).
  assert (E2 : sumR n (fun k => sumR n (fun j => delta k j * D k j * u j * u k - (S k j * (u j)^2 / 2 + S k j * (u k)^2 / 2)))
     <= sumR n (fun k => sumR n (fun j => D k j * u j * u k))).
  { apply sumR_le; intros k Hk. apply sumR_le; intros j Hj. unfold S, delta. destruct (Nat.eqb k j). lra.
    assert (Rabs (D k j * (u j * u k)) <= Rabs (D k j) * ((u j)^2/2 + (u k)^2/2)).
    { rewrite Rabs_mult. apply Rmult_le_compat_l. apply Rabs_pos.
      unfold Rabs. destruct (Rcase_abs (u j * u k)); generalize (pow2_ge_0 (u j - u k)) (pow2_ge_0 (u j + u k)); lra. }
    generalize (Rle_abs (- (D k j * (u j * u k)))). rewrite Rabs_Ropp. lra. }
  assert (E3 : sumR n (fun k => sumR n (fun j => delta k j * D k j * u j * u k - (S k j * (u j)^2 / 2 + S k j * (u k)^2 / 2)))
     = sumR n (fun k => (2 * D k k - sumR n (fun j => S k j + S j k)) * ((u k)^2/2))).
  { rewrite (sumR_ext n _ (fun k => D k k * (u k)^2 - sumR n (fun j => S k j * (u j)^2/2) - sumR n (fun j => S k j) * ((u k)^2/2))).
    - rewrite !sumR_minus. rewrite sumR_swap. rewrite <- !sumR_minus. apply sumR_ext. intros k Hk.
      rewrite sumR_plus.
      rewrite (sumR_ext n (fun i => S i k * u k ^ 2 / 2) (fun i => S i k * (u k ^ 2 / 2))) by (intros; field).
      rewrite sumR_scal_r. change (fun j : nat => S k j) with (S k). field.
    - intros k Hk. rewrite sumR_minus, sumR_plus.
      rewrite (sumR_ext n (fun j => delta k j * D k j * u j * u k) (fun j => delta k j * (D k j * u j * u k))) by (intros; ring).
      rewrite (sumR_delta n k (fun j => D k j * u j * u k)) by auto.
      rewrite (sumR_ext n (fun j => S k j * u k ^ 2 / 2) (fun j => S k j * (u k ^ 2 / 2))) by (intros; field).
      rewrite sumR_scal_r. change (fun j : nat => S k j) with (S k). ring. }
  rewrite E3 in E2.
  assert (HD' : forall k, (k<n)%nat -> 0 < 2 * D k k - sumR n (fun j => S k j + S j k)).
  { intros k Hk. specialize (HD k Hk). apply Rlt_Rminus.
    eapply Rle_lt_trans; [|exact HD]. apply Req_le, sumR_ext. intros j Hj. unfold S.
    rewrite (Nat.eqb_sym j k). destruct (Nat.eqb k j); ring. }
  assert (E4 : 0 < sumR n (fun k => (2 * D k k - sumR n (fun j => S k j + S j k)) * ((u k)^2/2))).
  { eapply Rlt_le_trans; [|apply (sumR_term n (fun k => (2 * D k k - sumR n (fun j => S k j + S j k)) * ((u k)^2/2)) i0); auto].
    - apply Rmult_lt_0_compat; auto. assert (0 < u i0 ^ 2) by (apply pow2_gt_0; auto). lra.
    - intros k Hk. apply Rmult_le_pos. apply Rlt_le, HD'; auto. generalize (pow2_ge_0 (u k)); lra. }
  lra.
Qed.

(** ** partial derivatives and stationary points *)
Lemma has_grad_partial n (D : vec -> Prop) f g x j : (j<n)%nat -> D x -> has_grad n D f g ->
  is_derive (fun t => f (updv x j t)) (x j) (g j x).
Proof.
  intros Hj Dx H. assert (E : forall t, line (updv x j 0) (delta j) t = updv x j t).
  { intros t. apply functional_extensionality; intros i. unfold line, updv, delta. rewrite (Nat.eqb_sym j i).
    destruct (Nat.eqb i j); ring. }
  assert (Ex : updv x j (x j) = x).
  { apply functional_extensionality; intros i. unfold updv. destruct (Nat.eqb_spec i j) as [->|]; reflexivity. }
  assert (Dv := H (updv x j 0) (delta j) (x j)). rewrite !E, !Ex in Dv. specialize (Dv Dx).
  apply is_derive_ext with (f := fun t => f (line (updv x j 0) (delta j) t)).
  - intros t; rewrite E; reflexivity.
  - replace (g j x) with (sumR n (fun k => g k x * delta j k)); auto.
    rewrite (sumR_ext n _ (fun k => delta j k * g k x)) by (intros; ring).
    apply sumR_delta; auto.
Qed.
Lemma stationary_iff n (D : vec -> Prop) f g x : D x -> has_grad n D f g ->
  (stationary n f x <-> forall j, (j<n)%nat -> g j x = 0).
Proof.
  intros Dx H; split; intros S j Hj.
  - specialize (S j Hj). apply is_derive_unique in S. rewrite <- S. symmetry.
    apply is_derive_unique, (has_grad_partial n D); auto.
  - rewrite <- (S j Hj). apply (has_grad_partial n D); auto.
Qed.

(** Fermat's theorem: a local minimum is stationary. *)
Theorem fermat n (D : vec -> Prop) f g x : D x -> has_grad n D f g -> local_min n f x -> stationary n f x.
Proof.
  intros Dx H [d [Hd M]] j Hj. assert (Dv := has_grad_partial n D f g x j Hj Dx H).
  replace 0 with (g j x); auto.
  apply is_derive_Reals in Dv.
  assert (pr : derivable_pt (fun t => f (updv x j t)) (x j)) by (exists (g j x); exact Dv).
  rewrite <- (derive_pt_eq_0 _ _ _ pr Dv).
  apply (deriv_minimum _ (x j - d) (x j + d)); try lra.
  intros t Ha Hb. assert (E : updv x j (x j) = x).
  { apply functional_extensionality; intros i. unfold updv. destruct (Nat.eqb_spec i j) as [->|]; auto. }
  rewrite E. apply M. intros i Hi. unfold updv. destruct (Nat.eqb_spec i j) as [->|].
  - apply Rabs_le; lra.
  - rewrite Rminus_eq_0, Rabs_R0. lra.
Qed.
(** A positive distance from a point to the sides of a box that holds it in its interior. *)
Lemma room n (c r x : vec) : (forall i, (i<n)%nat -> Rabs (x i - c i) < r i) ->
  exists d, 0 < d /\ forall y, near n x y d -> in_box n c r y.
Proof.
  induction n as [|n IH]; intros B.
  - exists 1; split; [lra|]. intros y _ i Hi; lia.
  - destruct IH as [d [Hd I]]; [intros; apply B; lia|]. assert (Bn := B n (Nat.lt_succ_diag_r n)).
    exists (Rmin d (r n - Rabs (x n - c n))). split; [apply Rmin_pos; lra|]. intros y Ny i Hi.
    generalize (Rmin_l d (r n - Rabs (x n - c n))) (Rmin_r d (r n - Rabs (x n - c n))). intros A1 A2.
    destruct (Nat.eq_dec i n) as [->|Hin].
    + replace (y n - c n) with ((y n - x n) + (x n - c n)) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. specialize (Ny n Hi). lra.
    + apply (I y); [|lia]. intros k Hk. specialize (Ny k ltac:(lia)). lra.
Qed.
Lemma not_agree n x y : ~ agree n y x -> exists i, (i<n)%nat /\ y i <> x i.
Proof.
  induction n as [|n IH]; intros N.
  - elim N. intros i Hi; lia.
  - destruct (Req_dec (y n) (x n)) as [E|E]; [|exists n; split; auto].
    destruct IH as [i [Hi Ni]]; [|exists i; split; auto].
    intros A. apply N. intros i Hi. destruct (Nat.eq_dec i n) as [->|]; auto. apply A; lia.
Qed.
(** Stationary, in the interior of a box on which the Hessian is positive definite: a strict local minimum. *)
Theorem second_derivative_test n (D : vec -> Prop) c r f G (H:nat->nat->vec->R) x :
  has_grad n D f G -> (forall k, (k<n)%nat -> has_grad n D (G k) (H k)) -> (forall z, in_box n c r z -> D z) ->
  (forall z, in_box n c r z -> posdef n (fun k j => H k j z)) ->
  (forall i, (i<n)%nat -> Rabs (x i - c i) < r i) -> (forall k, (k<n)%nat -> G k x = 0) -> minimum n f x.
Proof.
  intros Hf HG HD PD Bx Gx. destruct (room n c r x Bx) as [d [Hd R]]. exists d; split; auto.
  intros y Ny Na. apply (strict_min n D c r f G H); auto.
  - intros i Hi. apply Rlt_le, Bx; auto.
  - apply not_agree; auto.
Qed.
Lemma neg_curv_not_local_min n (D : vec -> Prop) c r f G (H:nat->nat->vec->R) x (d:vec) :
  has_grad n D f G -> (forall k, (k<n)%nat -> has_grad n D (G k) (H k)) -> (forall z, in_box n c r z -> D z) ->
  (forall z, in_box n c r z -> quad n (fun k j => H k j z) d < 0) ->
  (forall i, (i<n)%nat -> Rabs (x i - c i) < r i) -> (forall k, (k<n)%nat -> G k x = 0) -> ~ local_min n f x.
Proof.
  intros Hf HG HD PD Bx Gx [d0 [Hd M]].
  assert (S : exists t, 0 < t /\ forall i, (i<n)%nat -> t * Rabs (d i) <= d0 /\ t * Rabs (d i) <= r i - Rabs (x i - c i)).
  { clear - Hd Bx. induction n as [|n IH]. exists 1; split; [lra|intros; lia].
    destruct IH as [t [Ht IH]]; [auto|]. assert (P := Rabs_pos (d n)).
    assert (Q := Bx n (Nat.lt_succ_diag_r n)). set (m := Rmin d0 (r n - Rabs (x n - c n))).
    assert (Hm : 0 < m) by (apply Rmin_pos; lra).
    exists (Rmin t (m / (Rabs (d n) + 1))).
    assert (Hq : 0 < m / (Rabs (d n) + 1)) by (apply Rdiv_lt_0_compat; lra).
    split. apply Rmin_pos; auto. intros i Hi.
    generalize (Rmin_l t (m / (Rabs (d n) + 1))) (Rmin_r t (m / (Rabs (d n) + 1))). intros A1 A2.
    destruct (Nat.eq_dec i n) as [->|Hin].
    - assert (m / (Rabs (d n) + 1) * Rabs (d n) <= m).
      { apply Rmult_le_reg_r with (Rabs (d n) + 1); [lra|].
        replace (m / (Rabs (d n) + 1) * Rabs (d n) * (Rabs (d n) + 1)) with (m * Rabs (d n)) by (field; lra). nra. }
      generalize (Rmin_l d0 (r n - Rabs (x n - c n))) (Rmin_r d0 (r n - Rabs (x n - c n))). fold m. intros.
      assert (Rmin t (m / (Rabs (d n) + 1)) * Rabs (d n) <= m / (Rabs (d n) + 1) * Rabs (d n)) by (apply Rmult_le_compat_r; auto).
      lra.
    - destruct (IH i ltac:(lia)) as [I1 I2]. assert (Pi := Rabs_pos (d i)).
      assert (Rmin t (m / (Rabs (d n) + 1)) * Rabs (d i) <= t * Rabs (d i)) by (apply Rmult_le_compat_r; auto). lra. }
  destruct S as [t [Ht S]].
  assert (L : f (line x d t) < f x).
  { apply (neg_curv n D c r f G H); auto; try lra.
    - intros i Hi. apply Rlt_le, Bx; auto.
    - intros i Hi. unfold line. replace (x i + t * d i - c i) with (t * d i + (x i - c i)) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, (Rabs_pos_eq t) by lra. destruct (S i Hi); lra. }
  apply (Rlt_not_le _ _ L), M. intros i Hi. unfold line.
  replace (x i + t * d i - x i) with (t * d i) by ring. rewrite Rabs_mult, (Rabs_pos_eq t) by lra. apply S; auto.
Qed.
