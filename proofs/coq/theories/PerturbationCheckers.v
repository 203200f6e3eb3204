(** * A minimum in R^d that small perturbations move a little: the perturbation theorem applied to numbers.

    Every coordinate beyond the first [n] enters as rho x^2, so that the Hessian is at least m <= 2 rho wherever it is so in the
    first [n]. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Specific_stdz Specific_ops.
From Separatrix Require Import Statements Calculus SecondOrder InverseFunction Compactness Radii Perturbation Expressions Jets Checkers Theorems.
From Separatrix Require Import RadiiCheckers MarchCheckers LinearForms.
Import ListNotations.
Local Open Scope R_scope.

Lemma eval_local n e x y : wf n e = true -> agree n x y -> eval e x = eval e y.
Proof. intros W. exact (local_to_eval n e W x y). Qed.
Lemma D1_local n e j x y : wf n e = true -> agree n x y -> D1 e j x = D1 e j y.
Proof.
  intros W A. induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl in *; auto;
    try (apply andb_prop in W; destruct W as [Wa Wb]); try (rewrite IHa by auto); try (rewrite IHb by auto); auto.
  - rewrite (eval_local n b x y Wb A), (eval_local n a x y Wa A). reflexivity.
  - rewrite (eval_local n a x y W A). reflexivity.
Qed.
Lemma quad_beyond n d c J m x v : (n <= d)%nat -> quad d (fun i j => beyond_jacobian n c J i j x - scalar m i j) v =
  quad n (fun i j => J i j x - scalar m i j) v + (c - m) * sumR d (fun k => low n k 0 (v k ^ 2)).
Proof.
  intros H. rewrite !quad_minus, !quad_scalar, (square_split n d v H).
  assert (E : quad d (fun i j => beyond_jacobian n c J i j x) v = quad n (fun i j => J i j x) v + c * sumR d (fun k => low n k 0 (v k ^ 2))).
  { rewrite !quad_dot. unfold dot. rewrite (sumR_split n d) by auto. f_equal.
    - apply sumR_ext. intros i Hi. rewrite apply_beyond by (auto; lia). rewrite low_lt; auto.
    - rewrite <- sumR_scal. apply sumR_ext. intros i Hi. rewrite apply_beyond by auto.
      destruct (Nat.lt_ge_cases i n); rewrite ?low_lt, ?low_ge by auto; ring. }
  rewrite E. ring.
Qed.
Lemma continuous_wider n d f l : (n <= d)%nat -> continuous_at n f l -> continuous_at d f l.
Proof.
  intros H C. apply continuous_at_iff. intros e He. destruct (proj1 (continuous_at_iff n f l) C e He) as [a [Ha N]].
  exists a. split; auto. intros y Ny. apply N. intros i Hi. apply Ny. lia.
Qed.
Lemma further_continuous n d e rho l : (n <= d)%nat -> wf n e = true -> total e = true -> continuous_at d (further n rho (eval e) d) l.
Proof.
  intros H W T. unfold further. apply continuous_plus.
  - apply (continuous_wider n d); auto. apply eval_continuous; auto. apply total_ok; auto.
  - apply (continuous_mult d l (fun _ => rho)); [apply continuous_const|].
    assert (S : forall m, (m <= d)%nat -> continuous_at d (fun x => sumR m (fun k => if Nat.ltb k n then 0 else x k ^ 2)) l).
    { induction m as [|m IH]; intros Hm; simpl sumR; [apply continuous_const|].
      apply (continuous_plus d l (fun x => sumR m (fun k => if Nat.ltb k n then 0 else x k ^ 2)) (fun x => if Nat.ltb m n then 0 else x m ^ 2)); [apply IH; lia|].
      destruct (Nat.ltb m n); [apply continuous_const|].
      apply (continuous_after d l (fun z => z ^ 2) (2 * l m) (fun x => x m)); [auto_derive; auto; ring|apply nearby_coordinate; lia]. }
    apply S. lia.
Qed.

Module Make (F : FloatOps with Definition sensible_format := true).
Module M := MarchCheckers.Make F.
Module R := M.R.
Import R.C R.C.J R.

Section Prec.
Variable prec : F.precision.
Notation iq := (iq prec).
Notation ile := (ile prec).
Notation ilt := (ilt prec).
Notation imul := (imul prec).
Lemma further_stationary n d e rho p : (n <= d)%nat -> wf n e = true -> total e = true ->
  (stationary d (further n rho (eval e) d) p <-> forall k, (k < d)%nat -> beyond n (2 * rho) (fun k => D1 e k) k p = 0).
Proof.
  intros H W T. apply (stationary_iff d (defined e)); [apply total_ok; auto|]. apply R.further_grad; auto.
Qed.
(** The stationary point of the first coordinates, with zeros for the others. *)
Theorem further_centre n e z b rho (f : vec -> R) : R.check_centre prec n e z b = true -> (forall x, f x = eval e x) ->
  forall d, (n <= d)%nat -> exists p, inside n (realbox b) p /\ stationary d (further n (qR rho) f d) p.
Proof.
  intros C E d H. destruct (R.centre prec n e z b f C E) as [p [B [S _]]]. replace f with (eval e) in * by (apply functional_extensionality; auto).
  assert (WT : wf n e = true /\ total e = true).
  { unfold R.check_centre in C. rewrite !andb_true_iff in C. split; [|tauto].
    destruct C as [[[Z _] _] _]. unfold check_zero in Z. cbv zeta in Z. rewrite !andb_true_iff in Z. apply Z. }
  destruct WT as [W T]. set (q := fun k => low n k (p k) 0). assert (A : agree n q p) by (intros k Hk; unfold q; apply low_lt; auto).
  exists q. split.
  - intros i Hi. rewrite (A i Hi). apply B; auto.
  - apply further_stationary; auto. intros k Hk. unfold beyond. destruct (Nat.lt_ge_cases k n) as [L|L].
    + rewrite low_lt by auto. rewrite (D1_local n e k q p W A).
      apply (proj1 (stationary_iff n (defined e) (eval e) (fun j => D1 e j) p (total_ok e p T) (D1_correct n e W)) S k L).
    + rewrite low_ge by auto. unfold q. rewrite low_ge by auto. ring.
Qed.
Definition check_keeps n e d (m rho eps move : ratio) : bool :=
  R.check_ball prec n e d && Z.ltb 0 (fst (R.bradius d)) && Z.ltb 0 (fst m) && qle m (twice rho) && Z.leb 0 (fst eps) &&
  ilt (iq eps) (imul (iq m) (iq (R.bradius d))) && ile (iq eps) (imul (iq m) (iq move)).
Theorem kept n e d m rho eps move (f : vec -> R) : check_keeps n e d m rho eps move = true ->
  (forall p, R.about n e d p -> R.at_least n e d m p) -> (forall x, f x = eval e x) -> forall dim p, (n <= dim)%nat ->
  stationary dim (further n (qR rho) f dim) p -> inside n (realbox (R.bbox d)) p ->
  keeps dim (further n (qR rho) f dim) p (qR (R.bradius d)) (qR eps) (qR move).
Proof.
  unfold check_keeps. rewrite !andb_true_iff. intros [[[[[[C Rp] Pm] Lm] Pe] Le] Lv] Cx E dim p H S B P Q [HP HQ].
  destruct (R.check_ball_ok prec n e d C) as ([W T] & _ & _ & _).
  replace f with (eval e) in * by (apply functional_extensionality; auto).
  set (r := qR (R.bradius d)) in *. set (c := 2 * qR rho).
  assert (Hr : 0 < r) by (apply R.sign_pos; auto). assert (Hm : 0 < qR m) by (apply R.sign_pos; auto).
  assert (He : 0 <= qR eps) by (apply R.sign_ok; auto).
  assert (Hs := ilt_ok prec _ _ _ _ (mem_q prec eps) (mem_mul prec _ _ _ _ (mem_q prec m) (mem_q prec (R.bradius d))) Le). fold r in Hs.
  assert (Hv := ile_ok prec _ _ _ _ (mem_q prec eps) (mem_mul prec _ _ _ _ (mem_q prec m) (mem_q prec move)) Lv).
  assert (Hd : qR eps / qR m <= qR move).
  { apply (Rmult_le_reg_r (qR m)); auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (Zb := proj1 (further_stationary n dim e (qR rho) p H W T) S).
  assert (Zl : root n (Grad e) p).
  { intros k Hk. assert (Zk := Zb k ltac:(lia)). unfold beyond in Zk. rewrite low_lt in Zk by auto. exact Zk. }
  assert (HG := R.further_grad n dim e (qR rho) H W T). fold c in HG, Zb.
  assert (HJ : forall k, (k < dim)%nat -> has_grad dim (defined e) (beyond n c (fun k => D1 e k) k) (beyond_jacobian n c (fun k j => D2 e k j) k)).
  { apply has_grad_beyond; auto. intros; apply D2_correct; auto. }
  assert (HD : forall x, closed_ball dim p r x -> defined e x) by (intros; apply total_ok; auto).
  assert (Co : continuous_on dim (closed_ball dim p r) (further n (qR rho) (eval e) dim)).
  { apply continuous_at_on. intros l _. apply further_continuous; auto. }
  assert (Cv : forall x, closed_ball dim p r x -> forall v, 0 <= quad dim (fun i j => beyond_jacobian n c (fun k j => D2 e k j) i j x - scalar (qR m) i j) v).
  { intros x Bx v. rewrite quad_beyond by auto. assert (G := high_ge0 n dim v).
    assert (K := Cx p (conj B Zl) x (closed_ball_low n dim p _ x H Bx) v). rewrite quad_minus, quad_scalar.
    apply qle_ok in Lm. rewrite twice_ok in Lm. fold c in Lm. assert (0 <= (c - qR m) * sumR dim (fun k => low n k 0 (v k ^ 2))) by (apply Rmult_le_pos; lra). lra. }
  assert (HPg : has_grad dim (closed_ball dim p r) P Q) by (intros x u t Bx; apply HP; exact Bx).
  assert (Small : forall x, closed_ball dim p r x -> norm dim (fun k => Q k x) <= qR eps) by (intros x Bx; apply HQ; exact Bx).
  split.
  - destruct (perturbed_minimum dim (defined e) _ _ _ p r (qR m) HG HJ HD Co Hr Hm Zb Cv P Q (qR eps) HPg (conj He Hs) Small) as [q [Nq [Mq _]]].
    exists q. split; auto. eapply Rle_trans; [exact Nq|auto].
  - intros q Bq Sq. eapply Rle_trans; [|exact Hd].
    apply (perturbed_stationary dim (defined e) (beyond n c (fun k => D1 e k)) _ p r (qR m) HJ HD Hr Hm Zb Cv Q (qR eps) (conj He Hs) Small q Bq).
    assert (HS : has_grad dim (closed_ball dim p r) (fun x => further n (qR rho) (eval e) dim x + P x) (fun j x => beyond n c (fun k => D1 e k) j x + Q j x)).
    { apply has_grad_plus; auto. eapply has_grad_weaken; [|exact HG]. auto. }
    apply (proj1 (stationary_iff dim (closed_ball dim p r) _ _ q Bq HS) Sq).
Qed.
End Prec.
End Make.

(** Pure integer arithmetic: no axiom beyond those of the real numbers. *)
Module IntegerKept := Make StandardZ.
Module IntegerMarch := IntegerKept.M.
Module IntegerRadii := IntegerKept.R.

(** Where the functions of one linear form are convex on the whole ball, H >= m for every m up to 2 r. *)
Theorem layered_at_least prec n e d m r ls c slack rc fuel : wf n e && total e = true -> (forall x, eval e x = layered n (qR r) ls x) ->
  check_convex prec n m r ls c slack (IntegerRadii.bradius d) rc (IntegerRadii.bbox d) fuel = true ->
  forall p, IntegerRadii.about n e d p -> IntegerRadii.at_least n e d m p.
Proof.
  intros W E C p [B _] x Bx u. apply (convex_layers prec n e m r ls c slack (IntegerRadii.bradius d) rc (IntegerRadii.bbox d) fuel C W E p x u B Bx).
Qed.
Theorem layered_strictly prec n e d m r ls c slack rc fuel : wf n e && total e = true -> (forall x, eval e x = layered n (qR r) ls x) ->
  Z.ltb 0 (fst m) && check_convex prec n m r ls c slack (IntegerRadii.bradius d) rc (IntegerRadii.bbox d) fuel = true ->
  forall p, IntegerRadii.about n e d p -> IntegerRadii.strictly n e d p.
Proof.
  rewrite (andb_true_iff (Z.ltb 0 (fst m))). intros W E [P C].
  apply (IntegerRadii.at_least_strictly n e d m (IntegerRadii.sign_pos m P) (layered_at_least prec n e d m r ls c slack rc fuel W E C)).
Qed.
