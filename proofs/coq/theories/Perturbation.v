(** * A minimum of a strongly convex ball under a perturbation.

    Let H >= m > 0 on the closed ball of radius R around a stationary point p of f, and |grad P| <= epsilon < m R there. Then f + P
    has a local minimum within epsilon/m of p, and all its stationary points in the ball are that near. With a linear P: the
    gradient of f takes every value of length less than m R in the ball. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus Krawczyk SecondOrder Definite InverseFunction Compactness Radii.
Local Open Scope R_scope.

Lemma downhill (h : R -> R) l : is_derive h 0 l -> l < 0 -> forall e, 0 < e -> exists t, 0 < t < e /\ h t < h 0.
Proof.
  intros H L e He. apply is_derive_Reals in H. destruct (H (- l / 2) ltac:(lra)) as [d Hd].
  assert (Pd := cond_pos d). set (t := Rmin e d / 2). assert (M := Rmin_pos e d He Pd).
  assert (T : 0 < t) by (unfold t; lra). exists t.
  assert (Te : t < e /\ t < d) by (unfold t; generalize (Rmin_l e d) (Rmin_r e d); lra). split; [lra|].
  specialize (Hd t ltac:(lra)). rewrite Rabs_pos_eq in Hd by lra. specialize (Hd ltac:(lra)). rewrite Rplus_0_l in Hd.
  apply Rabs_lt_between in Hd. assert (G : (h t - h 0) / t < 0) by lra.
  apply (Rmult_lt_compat_r t) in G; auto. unfold Rdiv in G. rewrite Rmult_assoc, Rinv_l in G by lra. lra.
Qed.

Section Perturbed.
Variables (n : nat) (D : vec -> Prop) (f : vec -> R) (F : nat -> vec -> R) (J : nat -> nat -> vec -> R) (p : vec) (r m : R).
Notation ball := (closed_ball n p r).
Hypothesis Hf : has_grad n D f F.
Hypothesis HF : forall k, (k < n)%nat -> has_grad n D (F k) (J k).
Hypothesis HD : forall x, ball x -> D x.
Hypothesis Cf : continuous_on n ball f.
Hypothesis Hr : 0 < r.
Hypothesis Hm : 0 < m.
Hypothesis Zp : forall k, (k < n)%nat -> F k p = 0.
Hypothesis convex : forall x, ball x -> forall v, 0 <= quad n (fun i j => J i j x - scalar m i j) v.
Lemma centre_in : ball p.
Proof. unfold closed_ball. rewrite (norm_ext n _ zero_vec) by (intros i _; unfold minus, zero_vec; ring). apply norm_le; [lra|]. rewrite square_zero; [nra|intros i _; auto]. Qed.
(** <grad f(x), x - p> >= m |x - p|^2. *)
Lemma outward x : ball x -> m * square n (minus x p) <= dot n (minus x p) (fun k => F k x).
Proof.
  intros Bx. set (d := minus x p).
  assert (G : has_grad n D (fun z => sumR n (fun k => d k * F k z)) (fun j z => sumR n (fun k => d k * J k j z))).
  { apply has_grad_sum. intros k Hk. apply has_grad_scal. auto. }
  destruct (mean_value n D _ _ p x G) as [t [Ht M]]; [intros; apply HD, ball_line; auto; apply centre_in|].
  set (z := line p (fun i => x i - p i) t) in *. assert (Bz := ball_line n p r p x t centre_in Bx ltac:(lra)). fold z in Bz.
  assert (Q := convex z Bz d). rewrite quad_minus, quad_scalar, quad_dot in Q.
  rewrite (sumR_0 n (fun k => d k * F k p)) in M by (intros k Hk; rewrite Zp by auto; ring). rewrite Rminus_0_r in M.
  unfold dot at 1. rewrite M.
  replace (sumR n (fun j => sumR n (fun k => d k * J k j z) * (x j - p j))) with (dot n d (apply n (fun k j => J k j z) d)); [lra|].
  unfold dot, apply. rewrite (sumR_ext n _ (fun i => sumR n (fun j => d i * (J i j z * d j)))) by (intros; rewrite sumR_scal; reflexivity).
  rewrite sumR_swap. apply sumR_ext. intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros. unfold d, minus. ring.
Qed.
Variables (P : vec -> R) (Q : nat -> vec -> R) (eps : R).
Hypothesis HP : has_grad n ball P Q.
Hypothesis He : 0 <= eps < m * r.
Hypothesis small : forall x, ball x -> norm n (fun k => Q k x) <= eps.
Lemma inward x : ball x -> eps / m < norm n (minus x p) -> 0 < dot n (minus x p) (fun k => F k x + Q k x).
Proof.
  intros Bx L. assert (O := outward x Bx). assert (S := small x Bx).
  assert (C := cauchy_schwarz n (fun i => - minus x p i) (fun k => Q k x)). rewrite norm_opp in C.
  unfold dot in *. rewrite (sumR_ext n (fun i => minus x p i * (F i x + Q i x)) (fun i => minus x p i * F i x + minus x p i * Q i x)) by (intros; ring).
  rewrite sumR_plus. rewrite (sumR_ext n (fun i => - minus x p i * Q i x) (fun i => -1 * (minus x p i * Q i x))) in C by (intros; ring).
  rewrite sumR_scal in C. rewrite <- norm_square in O.
  assert (N : 0 < norm n (minus x p)).
  { apply Rle_lt_trans with (eps / m); auto. apply Rmult_le_pos; [lra|]. apply Rlt_le, Rinv_0_lt_compat; auto. }
  assert (E : eps < m * norm n (minus x p)).
  { apply (Rmult_lt_compat_l m) in L; auto. replace (m * (eps / m)) with eps in L by (field; lra). lra. }
  assert (norm n (minus x p) * norm n (fun k => Q k x) <= norm n (minus x p) * eps) by (apply Rmult_le_compat_l; lra). nra.
Qed.
(** All stationary points of f + P in the ball are within eps/m. *)
Theorem perturbed_stationary x : ball x -> (forall k, (k < n)%nat -> F k x + Q k x = 0) -> norm n (minus x p) <= eps / m.
Proof.
  intros Bx Z. destruct (Rle_dec (norm n (minus x p)) (eps / m)) as [|N]; auto. exfalso.
  assert (I := inward x Bx ltac:(lra)). unfold dot in I. rewrite sumR_0 in I; [lra|]. intros k Hk. rewrite Z by auto. ring.
Qed.
Lemma perturbation_continuous : continuous_on n ball P.
Proof.
  apply continuous_on_lipschitz with eps; [lra|]. intros l y Bl By.
  destruct (mean_value n ball P Q l y HP) as [t [Ht E]]; [intros; apply ball_line; auto|].
  set (z := line l (fun i => y i - l i) t) in *. assert (Bz := ball_line n p r l y t Bl By ltac:(lra)). fold z in Bz.
  assert (C1 := cauchy_schwarz n (fun j => Q j z) (minus y l)). assert (C2 := cauchy_schwarz n (fun j => - Q j z) (minus y l)).
  cbv beta in C1, C2. rewrite (norm_opp n (fun j => Q j z)) in C2. rewrite (sumR_ext n (fun i => - Q i z * minus y l i) (fun i => -1 * (Q i z * minus y l i))) in C2 by (intros; ring).
  rewrite sumR_scal in C2. change (P y - P l = sumR n (fun j => Q j z * minus y l j)) in E. rewrite <- E in C1, C2.
  assert (S := Rmult_le_compat_r _ _ _ (norm_ge0 n (minus y l)) (small z Bz)). apply Rabs_le. lra.
Qed.
(** f + P has a local minimum within eps/m of p. *)
Theorem perturbed_minimum : exists q, norm n (minus q p) <= eps / m /\ local_min n (fun x => f x + P x) q /\
  forall k, (k < n)%nat -> F k q + Q k q = 0.
Proof.
  assert (C := continuous_on_plus n ball f P Cf perturbation_continuous).
  destruct (attained_on_ball n (fun x => f x + P x) p r ltac:(lra) C) as [q [Bq M]].
  assert (HG : has_grad n ball (fun x => f x + P x) (fun j x => F j x + Q j x)).
  { apply has_grad_plus; auto. eapply has_grad_weaken; [|exact Hf]. exact HD. }
  assert (near_p : norm n (minus q p) <= eps / m).
  { destruct (Rle_dec (norm n (minus q p)) (eps / m)) as [|G]; auto. exfalso.
    assert (I := inward q Bq ltac:(lra)). assert (B0 : ball (line q (fun i => p i - q i) 0)) by (rewrite line_0; exact Bq).
    assert (Dv := HG q (fun i => p i - q i) 0 B0). rewrite line_0 in Dv.
    destruct (downhill _ _ Dv) with (e := 1) as [t [Ht L]]; try lra.
    - unfold dot in I. rewrite (sumR_ext n _ (fun j => -1 * (minus q p j * (F j q + Q j q)))) by (intros; unfold minus; ring).
      rewrite sumR_scal. lra.
    - rewrite line_0 in L. assert (Bt := ball_line n p r q p t Bq centre_in ltac:(lra)). specialize (M _ Bt). lra. }
  assert (inside_ball : eps / m < r).
  { apply (Rmult_lt_reg_r m); auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (LM : local_min n (fun x => f x + P x) q).
  { set (d := (r - norm n (minus q p)) / (INR n + 1)). assert (N := pos_INR n).
    assert (Hd : 0 < d) by (apply Rdiv_lt_0_compat; lra). exists d. split; auto. intros y Ny. apply M.
    unfold closed_ball. eapply Rle_trans; [apply (norm_between n y q p)|]. assert (B := norm_near n q y d Ny).
    assert (INR n * d <= r - norm n (minus q p)).
    { unfold d. apply (Rmult_le_reg_r (INR n + 1)); [lra|].
      replace (INR n * ((r - norm n (minus q p)) / (INR n + 1)) * (INR n + 1)) with (INR n * (r - norm n (minus q p))) by (field; lra). nra. }
    lra. }
  exists q. split; auto. split; auto. intros k Hk.
  assert (S := fermat n ball (fun x => f x + P x) (fun j x => F j x + Q j x) q Bq HG LM).
  apply (proj1 (stationary_iff n ball (fun x => f x + P x) (fun j x => F j x + Q j x) q Bq HG) S k Hk).
Qed.
End Perturbed.

(** The monotone form: the gradient takes every value of length at most s < m r in the ball. *)
Theorem monotone_image n D f F J p r m s : has_grad n D f F -> (forall k, (k < n)%nat -> has_grad n D (F k) (J k)) ->
  (forall x, closed_ball n p r x -> D x) -> continuous_on n (closed_ball n p r) f -> 0 < r -> 0 < m ->
  (forall k, (k < n)%nat -> F k p = 0) -> (forall x, closed_ball n p r x -> forall v, 0 <= quad n (fun i j => J i j x - scalar m i j) v) ->
  s < m * r -> reaches n F p r s.
Proof.
  intros Hf HF HD Cf Hr Hm Zp Cx Hs v Hv.
  assert (L : has_grad n (closed_ball n p r) (fun x => sumR n (fun i => - v i * x i)) (fun j _ => - v j)).
  { apply (has_grad_ext n _ (fun x => sumR n (fun i => - v i * x i)) _ (fun j _ => sumR n (fun i => - v i * delta i j))); auto.
    - intros j x Hj _. rewrite (sumR_ext n _ (fun i => delta j i * - v i)) by (intros i _; unfold delta; rewrite Nat.eqb_sym; ring).
      apply (sumR_delta n j (fun i => - v i)); auto.
    - apply has_grad_sum. intros i Hi. apply has_grad_scal, has_grad_var; auto. }
  destruct (perturbed_minimum n D f F J p r m Hf HF HD Cf Hr Hm Zp Cx _ _ (norm n v) L) as [q [Bq [_ Z]]].
  - split; [apply norm_ge0|lra].
  - intros x _. rewrite norm_opp. lra.
  - exists q. split.
    + unfold closed_ball. eapply Rle_trans; [exact Bq|]. apply (Rmult_le_reg_r m); auto.
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
    + intros k Hk. assert (E := Z k Hk). lra.
Qed.
