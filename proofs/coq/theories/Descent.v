(** * Gradient descent: the descent lemma, limits of descents, and what a mirror does.

    Let f have a Hessian with -L|u|^2 <= u.Hu <= L|u|^2 everywhere, f(z) >= r|z|^2 - C with r > 0, and finitely many
    stationary points.  Then for 0 < eta < 1/L every gradient descent with step eta converges to one of them.  If f is even
    in a coordinate, a descent that starts on one side of the mirror stays there, and it does not end at a point of the
    mirror where the second derivative along that coordinate is negative.
    (Descent lemma: Yu. Nesterov, Introductory Lectures on Convex Optimization, 2004, lemma 1.2.3.) *)
From Coq Require Import Reals Lra Lia Arith List Classical_Prop FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder InverseFunction Products Symmetry Compactness.
Import ListNotations.
Local Open Scope R_scope.

(** The gradient at a point; the points x 0, x 1, ... of gradient descent with step [eta]; convergence in R^n. *)
Definition gradient (n : nat) (f : vec -> R) (x g : vec) :=
  forall j, (j < n)%nat -> is_derive (fun t => f (updv x j t)) (x j) (g j).
Definition descends (n : nat) (f : vec -> R) (eta : R) (x : nat -> vec) := forall k,
  exists g, gradient n f (x k) g /\ forall j, (j < n)%nat -> x (S k) j = x k j - eta * g j.
Definition approaches (n : nat) (x : nat -> vec) (p : vec) :=
  forall d, 0 < d -> exists N, forall k, (N <= k)%nat -> near n p (x k) d.

(** ** bilinear forms *)
Definition bil (n : nat) (M : nat -> nat -> R) (u v : vec) := sumR n (fun k => sumR n (fun j => M k j * u j) * v k).
Lemma bil_comb n M u v w s t : bil n M (fun i => s * u i + t * v i) w = s * bil n M u w + t * bil n M v w.
Proof.
  unfold bil. rewrite <- !sumR_scal, <- sumR_plus. apply sumR_ext. intros k _.
  rewrite (sumR_ext n _ (fun j => s * (M k j * u j) + t * (M k j * v j))) by (intros; ring).
  rewrite sumR_plus, !sumR_scal. ring.
Qed.
Lemma bil_sym n M u v : (forall i j, M i j = M j i) -> bil n M u v = bil n M v u.
Proof.
  intros S. unfold bil. rewrite (sumR_ext n _ (fun k => sumR n (fun j => M k j * u j * v k))) by (intros; rewrite sumR_scal_r; reflexivity).
  rewrite sumR_swap. apply sumR_ext. intros j _. rewrite <- sumR_scal_r. apply sumR_ext. intros k _. rewrite (S k j). ring.
Qed.
Lemma quad_comb n M u v s t : (forall i j, M i j = M j i) ->
  quad n M (fun i => s * u i + t * v i) = s ^ 2 * quad n M u + 2 * (s * t) * bil n M u v + t ^ 2 * quad n M v.
Proof.
  intros S. change (bil n M (fun i => s * u i + t * v i) (fun i => s * u i + t * v i) =
    s ^ 2 * bil n M u u + 2 * (s * t) * bil n M u v + t ^ 2 * bil n M v v).
  rewrite bil_comb, (bil_sym n M u _ S), (bil_sym n M v _ S), !bil_comb, (bil_sym n M v u S). ring.
Qed.
Lemma bil_0_l n M u v : (forall i, (i < n)%nat -> u i = 0) -> bil n M u v = 0.
Proof. intros Z. apply sumR_0. intros k _. rewrite sumR_0; [ring|]. intros j Hj. rewrite Z by auto. ring. Qed.
(** A bound of a symmetric quadratic form bounds the bilinear one. *)
Theorem symmetric_form n M c u v : (forall i j, M i j = M j i) ->
  (forall w, Rabs (quad n M w) <= c * square n w) -> Rabs (bil n M u v) <= c * (norm n u * norm n v).
Proof.
  intros S B. assert (A := norm_ge0 n u). assert (A' := norm_ge0 n v).
  assert (K : forall s t, 4 * (s * t) * bil n M u v <= 2 * c * (s ^ 2 * norm n u ^ 2 + t ^ 2 * norm n v ^ 2)).
  { intros s t. assert (P := B (fun i => s * u i + t * v i)). assert (Q := B (fun i => s * u i + (- t) * v i)).
    rewrite quad_comb in P, Q by auto. apply Rabs_le_between in P. apply Rabs_le_between in Q.
    assert (E : square n (fun i => s * u i + t * v i) + square n (fun i => s * u i + - t * v i) =
      2 * (s ^ 2 * norm n u ^ 2 + t ^ 2 * norm n v ^ 2)).
    { rewrite !norm_square. unfold square. rewrite <- !sumR_scal, <- !sumR_plus, <- sumR_scal. apply sumR_ext. intros; ring. }
    replace (2 * c * (s ^ 2 * norm n u ^ 2 + t ^ 2 * norm n v ^ 2)) with
      (c * (2 * (s ^ 2 * norm n u ^ 2 + t ^ 2 * norm n v ^ 2))) by ring. rewrite <- E. lra. }
  destruct (Req_dec (norm n u) 0) as [Zu|Nu].
  { rewrite bil_0_l by (apply norm_0; lra). rewrite Zu, Rabs_R0. lra. }
  destruct (Req_dec (norm n v) 0) as [Zv|Nv].
  { rewrite bil_sym, bil_0_l by (auto; apply norm_0; lra). rewrite Zv, Rabs_R0. lra. }
  assert (P : 0 < norm n u * norm n v) by (apply Rmult_lt_0_compat; lra).
  assert (K1 := K (norm n v) (norm n u)). assert (K2 := K (norm n v) (- norm n u)).
  apply Rabs_le; split; apply Rmult_le_reg_l with (4 * (norm n u * norm n v)); lra.
Qed.
Lemma square_delta n j : (j < n)%nat -> square n (delta j) = 1.
Proof.
  intros Hj. unfold square. rewrite (sumR_ext n _ (fun i => delta j i * delta j i)) by (intros; ring).
  rewrite (sumR_delta n j (delta j)) by auto. unfold delta. rewrite Nat.eqb_refl. reflexivity.
Qed.
Lemma bil_delta n M u j : (j < n)%nat -> bil n M u (delta j) = sumR n (fun k => M j k * u k).
Proof.
  intros Hj. unfold bil. rewrite (sumR_ext n _ (fun k => delta j k * sumR n (fun i => M k i * u i))) by (intros; ring).
  apply (sumR_delta n j (fun k => sumR n (fun i => M k i * u i))); auto.
Qed.

(** Points of a finite list that differ are a distance apart. *)
Lemma gap n (l : list (vec * vec)) : exists d, 0 < d /\ forall p q, In (p, q) l -> near n p q d -> agree n p q.
Proof.
  induction l as [|[p q] l [d [Hd IH]]]; [exists 1; split; [lra|intros p q []]|].
  destruct (classic (agree n p q)) as [A|A].
  - exists d. split; auto. intros p' q' [E|Hin] N; [injection E; intros <- <-; auto|apply IH; auto].
  - assert (A' : ~ agree n q p) by (intros Z; apply A, agree_sym, Z).
    destruct (not_agree n p q A') as [i [Hi Ni]]. assert (P : 0 < Rabs (q i - p i)) by (apply Rabs_pos_lt; lra).
    exists (Rmin d (Rabs (q i - p i) / 2)). split; [apply Rmin_pos; lra|].
    intros p' q' [E|Hin] N.
    + injection E; intros <- <-. specialize (N i Hi). assert (R := Rmin_r d (Rabs (q i - p i) / 2)). lra.
    + apply IH; auto. intros j Hj. eapply Rle_trans; [apply N; auto|apply Rmin_l].
Qed.

Section Descent.
Variables (n : nat) (f : vec -> R) (G : nat -> vec -> R) (H : nat -> nat -> vec -> R) (L r C : R).
Notation D := (fun _ : vec => True).
Hypothesis Hf : has_grad n D f G.
Hypothesis HG : forall k, (k < n)%nat -> has_grad n D (G k) (H k).
Hypothesis Hs : forall i j z, H i j z = H j i z.
Hypothesis HL : forall z u, Rabs (quad n (fun k j => H k j z) u) <= L * square n u.
Hypothesis Hr : 0 < r.
Hypothesis coercive : forall z, r * square n z - C <= f z.

(** Taylor's theorem, with the mean value theorem twice; t is not the best possible factor 1/2. *)
Lemma second_order x y : exists t w, 0 < t < 1 /\
  f y - f x = sumR n (fun k => G k x * (y k - x k)) + t * quad n (fun k j => H k j w) (fun i => y i - x i).
Proof.
  destruct (mean_value n D f G x y Hf) as [t [Ht E]]; [auto|].
  set (z := line x (fun i => y i - x i) t) in *.
  assert (HP : has_grad n D (fun w => sumR n (fun k => G k w * (y k - x k))) (fun j w => sumR n (fun k => H k j w * (y k - x k) + G k w * 0))).
  { apply has_grad_sum. intros k Hk. apply (has_grad_mult n D (G k) (fun _ => y k - x k) (H k) (fun _ _ => 0)); auto. apply has_grad_const. }
  destruct (mean_value n D _ _ x z HP) as [s [Hs2 E2]]; [auto|].
  set (w := line x (fun i => z i - x i) s) in *. exists t, w. split; auto.
  rewrite E. apply Rplus_eq_reg_l with (- sumR n (fun k => G k x * (y k - x k))).
  transitivity (sumR n (fun k => G k z * (y k - x k)) - sumR n (fun k => G k x * (y k - x k))); [ring|].
  rewrite E2. unfold quad. ring_simplify. rewrite <- sumR_scal.
  rewrite (sumR_ext n _ (fun j => sumR n (fun k => t * (H k j w * (y j - x j) * (y k - x k))))).
  - rewrite sumR_swap. apply sumR_ext. intros k Hk. rewrite sumR_scal, sumR_scal_r. reflexivity.
  - intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros k Hk. unfold z, line. ring.
Qed.
Theorem descent_lemma eta x y : (forall j, (j < n)%nat -> y j = x j - eta * G j x) ->
  f y <= f x - eta * (1 - eta * L) * square n (fun j => G j x).
Proof.
  intros Y. destruct (second_order x y) as [t [w [Ht E]]].
  assert (E1 : sumR n (fun k => G k x * (y k - x k)) = - eta * square n (fun j => G j x)).
  { unfold square. rewrite <- sumR_scal. apply sumR_ext. intros k Hk. rewrite Y by auto. ring. }
  assert (E2 : square n (fun i => y i - x i) = eta ^ 2 * square n (fun j => G j x)).
  { unfold square. rewrite <- sumR_scal. apply sumR_ext. intros k Hk. rewrite Y by auto. ring. }
  assert (B := HL w (fun i => y i - x i)). rewrite E2 in B. rewrite E1 in E.
  set (q := quad n (fun k j => H k j w) (fun i => y i - x i)) in *.
  assert (T : t * q <= Rabs q).
  { apply Rle_trans with (t * Rabs q); [apply Rmult_le_compat_l; [lra|apply Rle_abs]|]. generalize (Rabs_pos q). nra. }
  lra.
Qed.
Lemma gradient_is x g : gradient n f x g -> forall j, (j < n)%nat -> g j = G j x.
Proof.
  intros Dg j Hj. specialize (Dg j Hj). apply is_derive_unique in Dg. rewrite <- Dg.
  apply is_derive_unique, (has_grad_partial n D); auto.
Qed.
Theorem gradient_lipschitz x y : norm n (fun j => G j y - G j x) <= L * norm n (minus y x).
Proof.
  set (u := minus y x). set (v := fun j => G j y - G j x).
  assert (GF : has_grad n D (fun w => sumR n (fun k => G k w * v k)) (fun j w => sumR n (fun k => H k j w * v k + G k w * 0))).
  { apply has_grad_sum. intros k Hk. apply (has_grad_mult n D (G k) (fun _ => v k) (H k) (fun _ _ => 0)); auto. apply has_grad_const. }
  destruct (mean_value n D _ _ x y GF) as [t [_ E]]; [auto|]. set (z := line x (fun i => y i - x i) t) in *.
  rewrite <- sumR_minus in E. rewrite (sumR_ext n _ (fun k => v k ^ 2)) in E by (intros; unfold v; ring).
  assert (EB : sumR n (fun j => sumR n (fun k => H k j z * v k + G k z * 0) * (y j - x j)) = bil n (fun k j => H k j z) u v).
  { unfold bil. rewrite (sumR_ext n _ (fun j => sumR n (fun k => H k j z * u j * v k))).
    - rewrite sumR_swap. apply sumR_ext. intros k _. rewrite sumR_scal_r. reflexivity.
    - intros j _. rewrite <- sumR_scal_r. apply sumR_ext. intros k _. unfold u, minus. ring. }
  rewrite EB in E. assert (K := symmetric_form n (fun k i => H k i z) L u v (fun i k => Hs i k z) (HL z)).
  rewrite <- E in K. change (sumR n (fun k => v k ^ 2)) with (square n v) in K. rewrite <- norm_square, Rabs_pos_eq in K by apply pow2_ge_0.
  assert (Pu := norm_ge0 n u). assert (Pv := norm_ge0 n v). destruct (Req_dec (norm n v) 0) as [Z|N].
  - rewrite Z. assert (B := HL z u). assert (A := Rabs_pos (quad n (fun k j => H k j z) u)). rewrite <- norm_square in B.
    destruct (Req_dec (norm n u) 0) as [->|Nu]; [lra|]. apply Rmult_le_reg_l with (norm n u); [lra|]. nra.
  - apply Rmult_le_reg_l with (norm n v); [lra|]. nra.
Qed.
Lemma diagonal j z : (j < n)%nat -> Rabs (H j j z) <= L.
Proof.
  intros Hj. assert (B := HL z (delta j)). rewrite square_delta in B by auto.
  change (quad n (fun k i => H k i z) (delta j)) with (bil n (fun k i => H k i z) (delta j) (delta j)) in B.
  rewrite bil_delta in B by auto. rewrite (sumR_ext n _ (fun k => delta j k * H j k z)) in B by (intros; ring).
  rewrite (sumR_delta n j (fun k => H j k z)) in B by auto. lra.
Qed.

(** ** one descent *)
Section Sequence.
Variables (eta : R) (x : nat -> vec).
Hypothesis He : 0 < eta.
Hypothesis Hl : eta * L < 1.
Hypothesis X : descends n f eta x.
Lemma step k j : (j < n)%nat -> x (S k) j = x k j - eta * G j (x k).
Proof.
  intros Hj. destruct (X k) as [g [Dg E]]. rewrite (E j Hj), (gradient_is (x k) g Dg j Hj). reflexivity.
Qed.
Let gs k := square n (fun j => G j (x k)).
Let decreases k : f (x (S k)) <= f (x k) - eta * (1 - eta * L) * gs k.
Proof. apply descent_lemma. intros j Hj. apply step; auto. Qed.
Let gain : 0 < eta * (1 - eta * L).
Proof. apply Rmult_lt_0_compat; lra. Qed.
Let gs_ge0 k : 0 <= gs k.
Proof. apply square_ge0. Qed.
Let monotone k : f (x (S k)) <= f (x k).
Proof. generalize (decreases k) (Rmult_le_pos _ _ (Rlt_le _ _ gain) (gs_ge0 k)). lra. Qed.
Lemma gradient_vanishes d : 0 < d -> exists N, forall k, (N <= k)%nat -> norm n (fun j => G j (x k)) <= d.
Proof.
  intros Hd.
  destruct (ex_finite_lim_seq_decr (fun k => f (x k)) (- C) monotone) as [l Hlim].
  { intros k. generalize (coercive (x k)) (square_ge0 n (x k)). nra. }
  apply is_lim_seq_spec in Hlim. set (e := eta * (1 - eta * L) * d ^ 2 / 2).
  assert (Pe : 0 < e) by (unfold e; assert (0 < d ^ 2) by (apply pow2_gt_0; lra); nra).
  destruct (Hlim (mkposreal e Pe)) as [N HN]. exists N. intros k Hk. simpl in HN.
  assert (A := HN k Hk). assert (A' := HN (S k) ltac:(lia)). apply Rabs_lt_between in A. apply Rabs_lt_between in A'.
  apply norm_le; [lra|]. change (gs k <= d ^ 2). assert (De := decreases k).
  apply Rmult_le_reg_l with (eta * (1 - eta * L)); auto. unfold e in *. lra.
Qed.
Lemma stays_bounded k i : (i < n)%nat -> Rabs (x k i) <= sqrt ((f (x O) + C) / r).
Proof.
  intros Hi. eapply Rle_trans; [apply coordinate_le, Hi|]. apply sqrt_le_1_alt.
  assert (M : f (x k) <= f (x O)) by (induction k as [|k IH]; [lra|generalize (monotone k); lra]).
  apply Rmult_le_reg_l with r; auto. replace (r * ((f (x O) + C) / r)) with (f (x O) + C) by (field; lra).
  generalize (coercive (x k)). lra.
Qed.
Lemma steps_vanish d : 0 < d -> exists N, forall k, (N <= k)%nat -> near n (x k) (x (S k)) d.
Proof.
  intros Hd. destruct (gradient_vanishes (d / eta)) as [N HN]; [apply Rdiv_lt_0_compat; auto|].
  exists N. intros k Hk i Hi. rewrite step by auto.
  replace (x k i - eta * G i (x k) - x k i) with (- (eta * G i (x k))) by ring.
  rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq eta) by lra.
  assert (B := coordinate_le n (fun j => G j (x k)) i Hi). specialize (HN k Hk). cbv beta in B.
  replace d with (eta * (d / eta)) by (field; lra). apply Rmult_le_compat_l; lra.
Qed.
Lemma limit_points_stationary l : (forall d N, 0 < d -> exists k, (N <= k)%nat /\ near n l (x k) d) ->
  forall j, (j < n)%nat -> G j l = 0.
Proof.
  intros Lim j Hj. destruct (Req_dec (G j l) 0) as [|Nz]; auto. exfalso.
  assert (P : 0 < Rabs (G j l)) by (apply Rabs_pos_lt; auto). set (g := Rabs (G j l)) in *.
  assert (L0 : 0 <= L) by (eapply Rle_trans; [apply Rabs_pos|apply (diagonal j l Hj)]). assert (Pn := pos_INR n).
  set (a := L * INR n + 1). assert (Pa : 0 < a) by (unfold a; nra).
  destruct (gradient_vanishes (g / 3)) as [N HN]; [lra|].
  destruct (Lim (g / 3 / a) N) as [k [Hk Nk]]; [apply Rdiv_lt_0_compat; lra|].
  assert (A := Rle_trans _ _ _ (coordinate_le n (fun j => G j (x k) - G j l) j Hj) (gradient_lipschitz l (x k))). cbv beta in A.
  assert (Pd : 0 < g / 3 / a) by (apply Rdiv_lt_0_compat; lra).
  assert (B := norm_near n l (x k) _ Nk). assert (S := coordinate_le n (fun j => G j (x k)) j Hj). cbv beta in S.
  specialize (HN k Hk).
  assert (E : L * (INR n * (g / 3 / a)) <= g / 3).
  { replace (L * (INR n * (g / 3 / a))) with (g / 3 * ((a - 1) / a)) by (unfold a in *; field; lra).
    assert ((a - 1) / a <= 1); [|nra]. apply Rmult_le_reg_r with a; auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (F : L * norm n (minus (x k) l) <= L * (INR n * (g / 3 / a))) by (apply Rmult_le_compat_l; auto).
  assert (T := Rabs_triang_inv (G j l) (G j (x k))). fold g in T. rewrite Rabs_minus_sym in A. lra.
Qed.

(** ** finitely many stationary points: one limit *)
Variable ps : list vec.
Hypothesis All : forall z, (forall j, (j < n)%nat -> G j z = 0) -> exists p, In p ps /\ agree n z p.
Lemma near_one d : 0 < d -> exists N, forall k, (N <= k)%nat -> exists p, In p ps /\ near n p (x k) d.
Proof.
  intros Hd. apply NNPP. intros No.
  set (Q := fun k => ~ exists p, In p ps /\ near n p (x k) d).
  assert (Inf : forall N, exists k, (N <= k)%nat /\ Q k).
  { intros N. apply NNPP. intros A. apply No. exists N. intros k Hk. apply NNPP. intros B. apply A. exists k. split; auto. }
  destruct (accumulation (fun S => forall N, exists k, (N <= k)%nat /\ Q k /\ S (x k))) with (n := n)
    (b := fun _ : nat => sqrt ((f (x O) + C) / r)) (B := fun y => forall i, (i < n)%nat -> Rabs (y i) <= sqrt ((f (x O) + C) / r))
    as [l Hlp]; auto.
  - intros S T ST B N. destruct (B N) as [k [H1 [H2 H3]]]. exists k; auto.
  - intros S T B. destruct (classic (forall N, exists k, (N <= k)%nat /\ Q k /\ S (x k))) as [|A]; auto.
    right. apply Classical_Pred_Type.not_all_ex_not in A. destruct A as [M A]. intros N.
    destruct (B (max M N)) as [k [H1 [H2 [H3|H3]]]]; [elim A|]; exists k; (split; [lia|auto]).
  - intros F. destruct (F O) as [k [_ [_ []]]].
  - intros N. destruct (Inf N) as [k [H1 H2]]. exists k. split; auto. split; auto. intros i Hi. apply stays_bounded; auto.
  - assert (S : forall e N, 0 < e -> exists k, (N <= k)%nat /\ Q k /\ near n l (x k) e).
    { intros e N Pe. destruct (Hlp e Pe N) as [k [H1 [H2 [_ H3]]]]. exists k; auto. }
    destruct (All l) as [p [Hp Ap]].
    { apply limit_points_stationary. intros e N Pe. destruct (S e N Pe) as [k [H1 [_ H2]]]. exists k; auto. }
    destruct (S d O Hd) as [k [_ [Qk Nk]]]. apply Qk. exists p. split; auto. intros i Hi. rewrite <- (Ap i Hi). apply Nk; auto.
Qed.
Theorem converges : exists p, In p ps /\ approaches n x p.
Proof.
  destruct (gap n (list_prod ps ps)) as [g [Hg Gap]].
  assert (G1 : forall p q, In p ps -> In q ps -> near n p q g -> agree n p q).
  { intros p q Hp Hq. apply Gap, in_prod; auto. }
  destruct (near_one (g / 3)) as [N1 A1]; [lra|]. destruct (steps_vanish (g / 3)) as [N2 A2]; [lra|].
  set (N := max N1 N2). destruct (A1 N ltac:(lia)) as [p [Hp Np]].
  assert (Stay : forall m, near n p (x (N + m)%nat) (g / 3)).
  { induction m as [|m IH]; [rewrite Nat.add_0_r; exact Np|]. rewrite Nat.add_succ_r.
    destruct (A1 (S (N + m)) ltac:(lia)) as [q [Hq Nq]].
    assert (E : agree n p q).
    { apply G1; auto. intros i Hi. specialize (IH i Hi). specialize (Nq i Hi). assert (T := A2 (N + m)%nat ltac:(lia) i Hi).
      apply Rabs_le_between in IH. apply Rabs_le_between in Nq. apply Rabs_le_between in T. apply Rabs_le. lra. }
    intros i Hi. rewrite (E i Hi). apply Nq; auto. }
  exists p. split; auto. intros d Hd.
  destruct (near_one (Rmin d (g / 3))) as [N3 A3]; [apply Rmin_pos; lra|].
  exists (max N N3). intros k Hk. destruct (A3 k ltac:(lia)) as [q [Hq Nq]].
  assert (Rl := Rmin_l d (g / 3)). assert (Rr := Rmin_r d (g / 3)).
  assert (E : agree n p q).
  { apply G1; auto. assert (S := Stay (k - N)%nat). replace (N + (k - N))%nat with k in S by lia.
    intros i Hi. specialize (S i Hi). specialize (Nq i Hi).
    apply Rabs_le_between in S. apply Rabs_le_between in Nq. apply Rabs_le. lra. }
  intros i Hi. rewrite (E i Hi). eapply Rle_trans; [apply Nq; auto|auto].
Qed.

(** ** a mirror *)
Variable j0 : nat.
Hypothesis Hj0 : (j0 < n)%nat.
Hypothesis even : forall z, f (flip (Nat.eqb j0) z) = f z.
Lemma flat_on_mirror z : z j0 = 0 -> G j0 z = 0.
Proof.
  intros Z. assert (Dv := has_grad_partial n D f G z j0 Hj0 I Hf). rewrite Z in Dv.
  assert (M : is_derive (fun t => f (updv z j0 (- t))) 0 (- G j0 z)).
  { replace (- G j0 z) with (-1 * G j0 z) by ring. apply (is_derive_comp (fun t => f (updv z j0 t)) (fun t => - t)).
    - rewrite Ropp_0. exact Dv.
    - auto_derive; auto. }
  apply is_derive_ext with (g := fun t => f (updv z j0 t)) in M.
  - apply is_derive_unique in M. apply is_derive_unique in Dv. assert (Q : - G j0 z = G j0 z) by exact (eq_trans (eq_sym M) Dv). lra.
  - intros t. rewrite <- even. f_equal. apply functional_extensionality. intros i. unfold flip, sign, updv.
    rewrite (Nat.eqb_sym j0 i). destruct (Nat.eqb_spec i j0) as [->|]; ring.
Qed.
(** The derivative across the mirror, by the mean value theorem from the mirror on. *)
Lemma across z : exists t, 0 < t < 1 /\ G j0 z = H j0 j0 (updv z j0 (t * z j0)) * z j0.
Proof.
  set (m := updv z j0 0).
  destruct (mean_value n D (G j0) (H j0) m z (HG j0 Hj0)) as [t [Ht E]]; [auto|]. exists t. split; auto.
  rewrite (flat_on_mirror m) in E by (unfold m, updv; rewrite Nat.eqb_refl; reflexivity).
  assert (P : line m (fun i => z i - m i) t = updv z j0 (t * z j0)).
  { apply functional_extensionality. intros i. unfold line, m, updv. destruct (Nat.eqb_spec i j0) as [->|]; ring. }
  rewrite P in E. rewrite <- (Rminus_0_r (G j0 z)), E.
  rewrite (sumR_ext n _ (fun i => delta j0 i * (H j0 i (updv z j0 (t * z j0)) * z i))).
  - apply (sumR_delta n j0 (fun i => H j0 i (updv z j0 (t * z j0)) * z i)); auto.
  - intros i Hi. unfold m, updv at 2, delta. rewrite (Nat.eqb_sym j0 i). destruct (Nat.eqb i j0); ring.
Qed.
Hypothesis start : 0 < x O j0.
Lemma stays_on_its_side k : 0 < x k j0.
Proof.
  induction k as [|k IH]; auto. rewrite step by auto. destruct (across (x k)) as [t [_ ->]].
  assert (B := diagonal j0 (updv (x k) j0 (t * x k j0)) Hj0). apply Rabs_le_between in B.
  set (h := H j0 j0 (updv (x k) j0 (t * x k j0))) in *.
  replace (x k j0 - eta * (h * x k j0)) with ((1 - eta * h) * x k j0) by ring. apply Rmult_lt_0_compat; auto. nra.
Qed.
Hypothesis escape : forall p, In p ps -> p j0 = 0 -> exists rho, 0 < rho /\ forall z, near n p z rho -> H j0 j0 z < 0.
Theorem converges_off_the_mirror : exists p, In p ps /\ 0 < p j0 /\ approaches n x p.
Proof.
  destruct converges as [p [Hp T]]. exists p. split; auto. split; auto.
  destruct (Rtotal_order (p j0) 0) as [Neg|[Z|]]; auto; exfalso.
  - destruct (T (- p j0 / 2)) as [N HN]; [lra|]. specialize (HN N (le_n N) j0 Hj0). apply Rabs_le_between in HN.
    generalize (stays_on_its_side N). lra.
  - destruct (escape p Hp Z) as [rho [Hrho Neg]]. destruct (T rho Hrho) as [N HN].
    assert (Grow : forall m, x N j0 <= x (N + m)%nat j0).
    { induction m as [|m IH]; [rewrite Nat.add_0_r; lra|]. rewrite Nat.add_succ_r, step by auto.
      destruct (across (x (N + m)%nat)) as [t [Ht ->]]. set (y := x (N + m)%nat) in *.
      assert (Py : 0 < y j0) by apply stays_on_its_side.
      assert (Nh : H j0 j0 (updv y j0 (t * y j0)) < 0).
      { apply Neg. assert (B := HN (N + m)%nat ltac:(lia)). fold y in B. intros i Hi. specialize (B i Hi). unfold updv.
        destruct (Nat.eqb_spec i j0) as [->|]; auto. apply Rabs_le_between in B. apply Rabs_le. nra. }
      assert (0 < y j0 * - (H j0 j0 (updv y j0 (t * y j0)))) by (apply Rmult_lt_0_compat; lra). nra. }
    assert (P := stays_on_its_side N). destruct (T (x N j0 / 2)) as [N' HN']; [lra|].
    specialize (HN' (N + N')%nat ltac:(lia) j0 Hj0). specialize (Grow N'). rewrite Z, Rminus_0_r in HN'.
    apply Rabs_le_between in HN'. lra.
Qed.
End Sequence.
End Descent.
