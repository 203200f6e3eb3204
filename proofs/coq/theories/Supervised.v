(** * The supervised objective: two neurons, four classes.

    The unknowns are a1, b1, a2, b2, f1, f2 (numbers 0 to 5).  With the margins m1..m4 of the four classes,
    r_c = sigmoid(m_c) and s' = sigmoid (1 - sigmoid), the gradient for neuron (a, b, f) is

    - 2 beta a + f/4 ((r1 + r3) s'(a) + r2 s'(a + tau b) + r4 s'(a - tau b)),
    - 2 beta b + tau f/4 (r2 s'(a + tau b) - r4 s'(a - tau b)),
    - 2 gamma f + 1/4 (r1 s(a) + r2 s(a + tau b) - r3 (1 - s(a)) - r4 (1 - s(a - tau b))).

    This file: every stationary point lies in a box (from F.dL/dF = 0 and w.dL/dw = 0); the symmetries; a domain that
    meets every orbit; and, for each unknown, the equation solved for it. *)
From Coq Require Import Reals Lra Lia Arith List Bool.
From Separatrix Require Import Statements Calculus Expressions Symmetry.
Import ListNotations.
Local Open Scope R_scope.

Definition slope z := sigmoid z * (1 - sigmoid z).
Lemma sigmoid_range z : 0 < sigmoid z < 1.
Proof.
  unfold sigmoid. assert (P := exp_pos (- z)). split; [apply Rinv_0_lt_compat; lra|].
  apply Rmult_lt_reg_r with (1 + exp (- z)); [lra|]. rewrite Rinv_l; lra.
Qed.
Lemma slope_pos z : 0 < slope z.
Proof. unfold slope. generalize (sigmoid_range z); intros; apply Rmult_lt_0_compat; lra. Qed.
Lemma slope_opp z : slope (- z) = slope z.
Proof. unfold slope. rewrite sigmoid_opp. ring. Qed.
(** (1 + 1/64)^64 < e. *)
Lemma euler_bound : 8/3 <= exp 1.
Proof.
  assert (D : forall c x, 0 <= c <= exp x -> 0 <= c * c <= exp (x + x)).
  { intros c x [P H]. rewrite exp_plus. split; [apply Rmult_le_pos; lra|apply Rmult_le_compat; lra]. }
  assert (E : 0 <= 65/64 <= exp (1/64)) by (generalize (exp_ineq1_le (1/64)); lra).
  do 6 (apply D in E). replace (1/64 + 1/64 + (1/64 + 1/64) + (1/64 + 1/64 + (1/64 + 1/64)) +
    (1/64 + 1/64 + (1/64 + 1/64) + (1/64 + 1/64 + (1/64 + 1/64)))) with (16/64) in E by field.
  replace (16/64 + 16/64 + (16/64 + 16/64)) with 1 in E by field. lra.
Qed.
Lemma exp_tangent t : 8/3 * t <= exp t.
Proof.
  replace t with (1 + (t - 1)) at 2 by ring. rewrite exp_plus. assert (E := euler_bound).
  assert (T := exp_ineq1_le (t - 1)). assert (P := exp_pos 1). assert (Q := exp_pos (t - 1)).
  destruct (Rle_dec t 0) as [N|N]; [assert (0 < exp 1 * exp (t - 1)) by (apply Rmult_lt_0_compat; lra); lra|].
  apply Rle_trans with (8/3 * exp (t - 1)); [lra|]. apply Rmult_le_compat_r; lra.
Qed.
(** - m sigmoid(m) < 3/8 and |z| s'(z) < 3/8: both constants are 1/e, rounded up. *)
Lemma loss_bound m : - m * sigmoid m < 3/8.
Proof.
  unfold sigmoid. assert (T := exp_tangent (- m)). assert (P := exp_pos (- m)).
  apply Rmult_lt_reg_r with (1 + exp (- m)); [lra|]. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
Lemma slope_bound_pos z : 0 <= z -> z * slope z < 3/8.
Proof.
  intros Z. assert (T := exp_tangent z). assert (P := exp_pos z). unfold slope, sigmoid. rewrite exp_Ropp.
  replace (/ (1 + / exp z) * (1 - / (1 + / exp z))) with (exp z / ((1 + exp z) * (1 + exp z))) by (field; lra).
  assert (Q : 0 < (1 + exp z) * (1 + exp z)) by (apply Rmult_lt_0_compat; lra).
  apply Rmult_lt_reg_r with ((1 + exp z) * (1 + exp z)); [exact Q|].
  replace (z * (exp z / ((1 + exp z) * (1 + exp z))) * ((1 + exp z) * (1 + exp z))) with (z * exp z) by (field; lra).
  assert (z * exp z <= 3/8 * exp z * exp z) by (apply Rmult_le_compat_r; lra). nra.
Qed.
Lemma slope_bound z : -3/8 < z * slope z < 3/8.
Proof.
  destruct (Rle_dec 0 z) as [Z|Z].
  - assert (0 <= z * slope z) by (apply Rmult_le_pos; [lra|apply Rlt_le, slope_pos]).
    generalize (slope_bound_pos z Z). lra.
  - assert (B := slope_bound_pos (- z) ltac:(lra)). rewrite slope_opp in B.
    assert (0 < - z * slope z) by (apply Rmult_lt_0_compat; [lra|apply slope_pos]). lra.
Qed.

Section Objective.
Variables tau beta gamma : R.

Definition m1 (x : vec) := x 4%nat * sigmoid (x 0%nat) + x 5%nat * sigmoid (x 2%nat).
Definition m2 (x : vec) :=
  x 4%nat * sigmoid (x 0%nat + tau * x 1%nat) + x 5%nat * sigmoid (x 2%nat + tau * x 3%nat).
Definition m3 (x : vec) := - (x 4%nat * (1 - sigmoid (x 0%nat)) + x 5%nat * (1 - sigmoid (x 2%nat))).
Definition m4 (x : vec) :=
  - (x 4%nat * (1 - sigmoid (x 0%nat - tau * x 1%nat)) + x 5%nat * (1 - sigmoid (x 2%nat - tau * x 3%nat))).
Definition r1 x := sigmoid (m1 x).
Definition r2 x := sigmoid (m2 x).
Definition r3 x := sigmoid (m3 x).
Definition r4 x := sigmoid (m4 x).
(** The parts of the equations of one neuron: its push from classes 1 and 3, from class 2 and from class 4. *)
Definition push13 x (a : R) := (r1 x + r3 x) * slope a.
Definition push2 x (a b : R) := r2 x * slope (a + tau * b).
Definition push4 x (a b : R) := r4 x * slope (a - tau * b).
Definition pull x (a b : R) :=
  r1 x * sigmoid a + r2 x * sigmoid (a + tau * b) - r3 x * (1 - sigmoid a) - r4 x * (1 - sigmoid (a - tau * b)).
Definition da x (a b f : R) := 2 * beta * a + f / 4 * (push13 x a + push2 x a b + push4 x a b).
Definition db x (a b f : R) := 2 * beta * b + tau * f / 4 * (push2 x a b - push4 x a b).
Definition df x (a b f : R) := 2 * gamma * f + / 4 * pull x a b.
Definition gradient (j : nat) (x : vec) : R := match j with
  | 0%nat => da x (x 0%nat) (x 1%nat) (x 4%nat) | 1%nat => db x (x 0%nat) (x 1%nat) (x 4%nat)
  | 2%nat => da x (x 2%nat) (x 3%nat) (x 5%nat) | 3%nat => db x (x 2%nat) (x 3%nat) (x 5%nat)
  | 4%nat => df x (x 0%nat) (x 1%nat) (x 4%nat) | _ => df x (x 2%nat) (x 3%nat) (x 5%nat) end.
Definition critical (x : vec) := forall j, (j < 6)%nat -> gradient j x = 0.

(** ** a box for all stationary points *)
Lemma output_bound x Bf : 0 < gamma -> 0 <= Bf -> 3/16 <= gamma * Bf ^ 2 -> critical x ->
  - Bf <= x 4%nat <= Bf /\ - Bf <= x 5%nat <= Bf.
Proof.
  intros G B0 B C. assert (C4 := C 4%nat ltac:(lia)). assert (C5 := C 5%nat ltac:(lia)). simpl in C4, C5.
  assert (E : 2 * gamma * (x 4%nat ^ 2 + x 5%nat ^ 2) =
    / 4 * (- m1 x * r1 x + - m2 x * r2 x + - m3 x * r3 x + - m4 x * r4 x)).
  { assert (Z : x 4%nat * df x (x 0%nat) (x 1%nat) (x 4%nat) + x 5%nat * df x (x 2%nat) (x 3%nat) (x 5%nat) = 0)
      by (rewrite C4, C5; ring).
    unfold df, pull in Z. unfold m1, m2, m3, m4. lra. }
  assert (L1 := loss_bound (m1 x)). assert (L2 := loss_bound (m2 x)).
  assert (L3 := loss_bound (m3 x)). assert (L4 := loss_bound (m4 x)). unfold r1, r2, r3, r4 in E.
  assert (S : gamma * (x 4%nat ^ 2 + x 5%nat ^ 2) < gamma * Bf ^ 2) by lra.
  apply Rmult_lt_reg_l in S; [|exact G].
  assert (Q4 := pow2_ge_0 (x 4%nat)). assert (Q5 := pow2_ge_0 (x 5%nat)).
  split; split; nra.
Qed.
Lemma residual_range x : (0 < r1 x < 1) /\ (0 < r2 x < 1) /\ (0 < r3 x < 1) /\ (0 < r4 x < 1).
Proof. repeat split; unfold r1, r2, r3, r4; apply sigmoid_range. Qed.
Lemma weighted r z : 0 < r < 1 -> - (3/8) <= r * (z * slope z) <= 3/8.
Proof. intros H. generalize (slope_bound z). intros B. split; nra. Qed.
Lemma row_bound x a b f Bf Bw : 0 < beta -> 0 <= Bw -> - Bf <= f <= Bf -> 3/16 * Bf <= beta * Bw ^ 2 ->
  da x a b f = 0 -> db x a b f = 0 -> - Bw <= a <= Bw /\ - Bw <= b <= Bw.
Proof.
  intros Pb P F B A1 A2.
  destruct (residual_range x) as (R1 & R2 & R3 & R4).
  assert (W1 := weighted (r1 x) a R1). assert (W3 := weighted (r3 x) a R3).
  assert (W2 := weighted (r2 x) (a + tau * b) R2). assert (W4 := weighted (r4 x) (a - tau * b) R4).
  set (s := r1 x * (a * slope a) + r3 x * (a * slope a) + r2 x * ((a + tau * b) * slope (a + tau * b)) +
    r4 x * ((a - tau * b) * slope (a - tau * b))) in *.
  assert (E : 2 * beta * (a ^ 2 + b ^ 2) = - (f / 4 * s)).
  { assert (Z : a * da x a b f + b * db x a b f = 0) by (rewrite A1, A2; ring).
    unfold da, db, push13, push2, push4 in Z. unfold s. lra. }
  assert (Sb : -3/2 <= s <= 3/2) by (unfold s; lra).
  assert (Fs : - (f * s) <= Bf * (3/2)).
  { destruct (Rle_dec 0 f) as [Hf|Hf].
    - assert (- (f * s) <= f * (3/2)) by nra. assert (f * (3/2) <= Bf * (3/2)) by nra. lra.
    - assert (- (f * s) <= - f * (3/2)) by nra. assert (- f * (3/2) <= Bf * (3/2)) by nra. lra. }
  assert (S : beta * (a ^ 2 + b ^ 2) <= beta * Bw ^ 2) by lra.
  apply Rmult_le_reg_l in S; [|exact Pb].
  assert (Qa := pow2_ge_0 a). assert (Qb := pow2_ge_0 b). split; split; nra.
Qed.
(** Every stationary point has |f1|, |f2| <= Bf and |a1|, |b1|, |a2|, |b2| <= Bw. *)
Theorem a_priori_bounds x Bf Bw : 0 < beta -> 0 < gamma -> 0 <= Bf -> 0 <= Bw ->
  3/16 <= gamma * Bf ^ 2 -> 3/16 * Bf <= beta * Bw ^ 2 -> critical x ->
  forall i, (i < 6)%nat -> - (if Nat.ltb i 4 then Bw else Bf) <= x i <= (if Nat.ltb i 4 then Bw else Bf).
Proof.
  intros Pb Pg F0 W0 HF HW C. destruct (output_bound x Bf Pg F0 HF C) as [F4 F5].
  destruct (row_bound x _ _ _ Bf Bw Pb W0 F4 HW (C 0%nat ltac:(lia)) (C 1%nat ltac:(lia))) as [A1 B1].
  destruct (row_bound x _ _ _ Bf Bw Pb W0 F5 HW (C 2%nat ltac:(lia)) (C 3%nat ltac:(lia))) as [A2 B2].
  intros i Hi. do 6 (destruct i as [|i]; [simpl; assumption|]). lia.
Qed.

(** ** symmetries: exchange of labels, exchange of neurons *)
Definition exchange_labels (x : vec) : vec := fun i => match i with
  | 0%nat => - x 0%nat | 2%nat => - x 2%nat | 4%nat => - x 4%nat | 5%nat => - x 5%nat | _ => x i end.
Definition exchange_neurons (x : vec) : vec := fun i => match i with
  | 0%nat => x 2%nat | 1%nat => x 3%nat | 2%nat => x 0%nat | 3%nat => x 1%nat
  | 4%nat => x 5%nat | 5%nat => x 4%nat | _ => x i end.
Lemma labels_residuals x : let y := exchange_labels x in
  r1 y = r3 x /\ r3 y = r1 x /\ r2 y = r4 x /\ r4 y = r2 x.
Proof.
  assert (P : forall k l, - x k + tau * x l = - (x k - tau * x l)) by (intros; ring).
  assert (M : forall k l, - x k - tau * x l = - (x k + tau * x l)) by (intros; ring).
  cbv zeta. unfold r1, r2, r3, r4. repeat split; f_equal; unfold m1, m2, m3, m4; cbn [exchange_labels];
    rewrite ?P, ?M, !sigmoid_opp; ring.
Qed.
Theorem labels_critical x : critical x -> critical (exchange_labels x).
Proof.
  intros C. destruct (labels_residuals x) as (E1 & E3 & E2 & E4).
  assert (A : forall a b f, da (exchange_labels x) (- a) b (- f) = - da x a b f).
  { intros a b f. unfold da, push13, push2, push4. rewrite E1, E2, E3, E4, slope_opp.
    replace (- a + tau * b) with (- (a - tau * b)) by ring. replace (- a - tau * b) with (- (a + tau * b)) by ring.
    rewrite !slope_opp. field. }
  assert (B : forall a b f, db (exchange_labels x) (- a) b (- f) = db x a b f).
  { intros a b f. unfold db, push2, push4. rewrite E2, E4.
    replace (- a + tau * b) with (- (a - tau * b)) by ring. replace (- a - tau * b) with (- (a + tau * b)) by ring.
    rewrite !slope_opp. field. }
  assert (F : forall a b f, df (exchange_labels x) (- a) b (- f) = - df x a b f).
  { intros a b f. unfold df, pull. rewrite E1, E2, E3, E4, sigmoid_opp.
    replace (- a + tau * b) with (- (a - tau * b)) by ring. replace (- a - tau * b) with (- (a + tau * b)) by ring.
    rewrite !sigmoid_opp. field. }
  intros j Hj. assert (Cj := C j Hj).
  do 6 (destruct j as [|j]; [simpl in *; rewrite ?A, ?B, ?F; lra|]). lia.
Qed.
Lemma neurons_residuals x : let y := exchange_neurons x in
  r1 y = r1 x /\ r2 y = r2 x /\ r3 y = r3 x /\ r4 y = r4 x.
Proof. cbv zeta. unfold r1, r2, r3, r4, m1, m2, m3, m4, exchange_neurons. repeat split; f_equal; ring. Qed.
Theorem neurons_critical x : critical x -> critical (exchange_neurons x).
Proof.
  intros C. destruct (neurons_residuals x) as (E1 & E2 & E3 & E4).
  assert (A : forall a b f, da (exchange_neurons x) a b f = da x a b f).
  { intros. unfold da, push13, push2, push4. rewrite E1, E2, E3, E4. reflexivity. }
  assert (B : forall a b f, db (exchange_neurons x) a b f = db x a b f).
  { intros. unfold db, push2, push4. rewrite E2, E4. reflexivity. }
  assert (F : forall a b f, df (exchange_neurons x) a b f = df x a b f).
  { intros. unfold df, pull. rewrite E1, E2, E3, E4. reflexivity. }
  intros j Hj. do 6 (destruct j as [|j]; [simpl; rewrite ?A, ?B, ?F;
    solve [apply (C 0%nat); lia|apply (C 1%nat); lia|apply (C 2%nat); lia|apply (C 3%nat); lia|apply (C 4%nat); lia|apply (C 5%nat); lia]|]).
  lia.
Qed.
(** A fundamental domain: f1 >= |f2|. *)
Definition domain (x : vec) := x 5%nat <= x 4%nat /\ - x 5%nat <= x 4%nat.
Definition symmetry (g : bool * bool) (x : vec) : vec :=
  let y := if snd g then exchange_neurons x else x in if fst g then exchange_labels y else y.
Theorem symmetry_critical g x : critical x -> critical (symmetry g x).
Proof.
  destruct g as [[|] [|]]; unfold symmetry; simpl; intros C; auto using labels_critical, neurons_critical.
Qed.
Lemma symmetry_involution g x i : (i < 6)%nat -> symmetry g (symmetry g x) i = x i.
Proof.
  intros Hi. do 6 (destruct i as [|i]; [destruct g as [[|] [|]]; unfold symmetry, exchange_labels, exchange_neurons; simpl; ring|]). lia.
Qed.
Theorem domain_meets_orbits x : exists g, domain (symmetry g x).
Proof.
  unfold domain, symmetry.
  assert (T : forall g, (let y := symmetry g x in y 5%nat <= y 4%nat /\ - y 5%nat <= y 4%nat) -> exists g, domain (symmetry g x))
    by (intros g H; exists g; exact H).
  destruct (Rle_dec 0 (x 5%nat)), (Rle_dec 0 (x 4%nat)).
  - destruct (Rle_dec (x 5%nat) (x 4%nat)); [apply (T (false, false))|apply (T (false, true))];
      cbn [symmetry fst snd exchange_labels exchange_neurons]; lra.
  - destruct (Rle_dec (x 5%nat) (- x 4%nat)); [apply (T (true, false))|apply (T (false, true))];
      cbn [symmetry fst snd exchange_labels exchange_neurons]; lra.
  - destruct (Rle_dec (- x 5%nat) (x 4%nat)); [apply (T (false, false))|apply (T (true, true))];
      cbn [symmetry fst snd exchange_labels exchange_neurons]; lra.
  - destruct (Rle_dec (- x 5%nat) (- x 4%nat)); [apply (T (true, false))|apply (T (true, true))];
      cbn [symmetry fst snd exchange_labels exchange_neurons]; lra.
Qed.

(** ** points that both exchanges together leave as they are

    There a2 = - a1, b2 = b1 and f2 = - f1, so classes 2 and 4 have the same margin, and changing the sign of b1 and b2 gives
    a stationary point again.  If no other is near, b1 = b2 = 0. *)
Definition mirror (x : vec) : vec := fun i => match i with 1%nat => - x 1%nat | 3%nat => - x 3%nat | _ => x i end.
Lemma mirror_critical x : critical x -> x 2%nat = - x 0%nat -> x 3%nat = x 1%nat -> x 5%nat = - x 4%nat -> critical (mirror x).
Proof.
  intros C E2 E3 E5. set (a := x 0%nat) in *. set (b := x 1%nat) in *. set (f := x 4%nat) in *.
  assert (P : - a + tau * b = - (a - tau * b)) by ring. assert (M : - a - tau * b = - (a + tau * b)) by ring.
  assert (E24 : r2 x = r4 x).
  { unfold r2, r4. f_equal. unfold m2, m4. rewrite E2, E3, E5. fold a b f. rewrite P, M, !sigmoid_opp. ring. }
  assert (R1 : r1 (mirror x) = r1 x) by reflexivity. assert (R3 : r3 (mirror x) = r3 x) by reflexivity.
  assert (N : forall c, c + tau * - b = c - tau * b) by (intros; ring).
  assert (N' : forall c, c - tau * - b = c + tau * b) by (intros; ring).
  assert (R2 : r2 (mirror x) = r2 x).
  { unfold r2. f_equal. unfold m2. cbn [mirror]. rewrite E2, E3, E5. fold a b f. rewrite !N, P, M, !sigmoid_opp. ring. }
  assert (R4 : r4 (mirror x) = r4 x).
  { rewrite <- E24, <- R2. unfold r2, r4. f_equal. unfold m2, m4. cbn [mirror]. rewrite E2, E3, E5. fold a b f.
    rewrite !N, !N', P, M, !sigmoid_opp. ring. }
  assert (A : forall c g, da (mirror x) c (- b) g = da x c b g).
  { intros. unfold da, push13, push2, push4. rewrite R1, R2, R3, R4, N, N', E24. ring. }
  assert (B : forall c g, db (mirror x) c (- b) g = - db x c b g).
  { intros. unfold db, push2, push4. rewrite R2, R4, N, N', E24. field. }
  assert (F : forall c g, df (mirror x) c (- b) g = df x c b g).
  { intros. unfold df, pull. rewrite R1, R2, R3, R4, N, N', E24. ring. }
  intros j Hj. assert (Cj := C j Hj).
  do 6 (destruct j as [|j]; [simpl in Cj |- *; rewrite ?E3 in *; fold a b f in Cj |- *; rewrite ?A, ?B, ?F; lra|]). lia.
Qed.
Theorem balanced (near : vec -> Prop) x : critical x -> near x ->
  (forall y z, critical y -> near y -> critical z -> near z -> agree 6 y z) ->
  (forall y, near y -> near (symmetry (true, true) y)) -> (forall y, near y -> near (mirror y)) ->
  x 1%nat = 0 /\ x 3%nat = 0 /\ x 2%nat = - x 0%nat /\ x 5%nat = - x 4%nat.
Proof.
  intros C N U Ng Nm.
  assert (A := U _ _ (symmetry_critical (true, true) x C) (Ng x N) C N).
  assert (A0 := A 0%nat ltac:(lia)). assert (A1 := A 1%nat ltac:(lia)). assert (A4 := A 4%nat ltac:(lia)).
  cbn [symmetry fst snd exchange_labels exchange_neurons] in A0, A1, A4.
  assert (Cm : critical (mirror x)) by (apply mirror_critical; auto; lra).
  assert (B := U _ _ Cm (Nm x N) C N 1%nat ltac:(lia)). cbn [mirror] in B. repeat split; lra.
Qed.

(** ** the equations of a neuron, solved for each unknown *)
Section Solved.
Variables (x : vec) (a b f : R).
Hypothesis Hb : 0 < beta.
Hypothesis Hg : 0 < gamma.
Hypothesis Ht : tau <> 0.
Hypothesis A : da x a b f = 0.
Hypothesis B : db x a b f = 0.
Hypothesis F : df x a b f = 0.
Let S := push13 x a + push2 x a b + push4 x a b.
Lemma solved_f : f = - (/ (8 * gamma) * pull x a b).
Proof.
  unfold df in F. apply Rmult_eq_reg_l with (2 * gamma); [|lra].
  replace (2 * gamma * - (/ (8 * gamma) * pull x a b)) with (- (/ 4 * pull x a b)) by (field; lra). lra.
Qed.
Lemma push_pos : 0 < S.
Proof.
  unfold S, push13, push2, push4. destruct (residual_range x) as (R1 & R2 & R3 & R4).
  assert (S1 := slope_pos a). assert (S2 := slope_pos (a + tau * b)). assert (S4 := slope_pos (a - tau * b)).
  assert (0 < (r1 x + r3 x) * slope a) by (apply Rmult_lt_0_compat; lra).
  assert (0 < r2 x * slope (a + tau * b)) by (apply Rmult_lt_0_compat; lra).
  assert (0 < r4 x * slope (a - tau * b)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.
Lemma solved_f_push : f = - (8 * beta * a / S).
Proof.
  assert (P := push_pos). unfold da in A. fold S in A. apply Rmult_eq_reg_r with S; [|lra].
  replace (- (8 * beta * a / S) * S) with (- (8 * beta * a)) by (field; lra). lra.
Qed.
Lemma solved_a : a = - (/ (8 * beta) * f * S).
Proof.
  unfold da in A. fold S in A. apply Rmult_eq_reg_l with (2 * beta); [|lra].
  replace (2 * beta * - (/ (8 * beta) * f * S)) with (- (f / 4 * S)) by (field; lra). lra.
Qed.
Lemma solved_b : b = - (tau * / (8 * beta) * f * (push2 x a b - push4 x a b)).
Proof.
  unfold db in B. apply Rmult_eq_reg_l with (2 * beta); [|lra].
  replace (2 * beta * - (tau * / (8 * beta) * f * (push2 x a b - push4 x a b)))
    with (- (tau * f / 4 * (push2 x a b - push4 x a b))) by (field; lra). lra.
Qed.
(** tau dL/da +- dL/db: one of the pushes cancels. *)
Lemma solved_plus : tau * a + b = - (tau * / (8 * beta) * f * (push13 x a + 2 * push2 x a b)).
Proof.
  unfold da, db in *. apply Rmult_eq_reg_l with (2 * beta); [|lra].
  replace (2 * beta * - (tau * / (8 * beta) * f * (push13 x a + 2 * push2 x a b)))
    with (- (tau * f / 4 * (push13 x a + 2 * push2 x a b))) by (field; lra).
  assert (tau * (2 * beta * a + f / 4 * (push13 x a + push2 x a b + push4 x a b)) = 0) by (rewrite A; ring). lra.
Qed.
Lemma solved_minus : tau * a - b = - (tau * / (8 * beta) * f * (push13 x a + 2 * push4 x a b)).
Proof.
  unfold da, db in *. apply Rmult_eq_reg_l with (2 * beta); [|lra].
  replace (2 * beta * - (tau * / (8 * beta) * f * (push13 x a + 2 * push4 x a b)))
    with (- (tau * f / 4 * (push13 x a + 2 * push4 x a b))) by (field; lra).
  assert (tau * (2 * beta * a + f / 4 * (push13 x a + push2 x a b + push4 x a b)) = 0) by (rewrite A; ring). lra.
Qed.
End Solved.
End Objective.

(** The objective as an expression, and its gradient. *)
Section Expression.
Variables tau beta gamma : ratio.
Let scaled (a : ratio) (e : expr) := Scal (fst a) (snd a) e.
Let square k := Un (Pow 2) (Var k).
Let ahead a b := Un Sigmoid (Add (Var a) (scaled tau (Var b))).
Let behind a b := Un Sigmoid (Add (Var a) (Neg (scaled tau (Var b)))).
Let rest e := Add (Cst 1 1) (Neg e).
Let loss m := Scal 1 4 (Un Softplus m).
Let both s t := Add (Mul (Var 4) s) (Mul (Var 5) t).
Definition supervised : expr :=
  Add (Add (scaled beta (Add (Add (square 0) (square 1)) (Add (square 2) (square 3))))
           (scaled gamma (Add (square 4) (square 5))))
      (Add (Add (loss (both (Un Sigmoid (Var 0)) (Un Sigmoid (Var 2)))) (loss (both (ahead 0 1) (ahead 2 3))))
           (Add (loss (Neg (both (rest (Un Sigmoid (Var 0))) (rest (Un Sigmoid (Var 2))))))
                (loss (Neg (both (rest (behind 0 1)) (rest (behind 2 3))))))).
Theorem supervised_gradient j x : (j < 6)%nat -> D1 supervised j x = gradient (qR tau) (qR beta) (qR gamma) j x.
Proof.
  intros Hj. unfold qR.
  do 6 (destruct j as [|j]; [
    cbv [supervised scaled square ahead behind rest loss both D1 eval uf uf1 delta Nat.eqb fst snd gradient da db df push13 push2 push4
      pull r1 r2 r3 r4 m1 m2 m3 m4 slope Rminus]; cbn [INR pow Nat.pred];
    change (rational 1 1) with 1; change (rational 1 4) with (1 / 4); field|]). lia.
Qed.
Lemma supervised_wf : wf 6 supervised && total supervised = true.
Proof. reflexivity. Qed.
End Expression.

(** Closes f x = eval (supervised ...) x for a formula f with numbers in it. *)
Ltac same_arguments h :=
  repeat match goal with |- context [h ?u] => match goal with |- context [h ?v] =>
    first [constr_eq u v; fail 1 | let E := fresh in assert (E : u = v) by field; rewrite E; clear E] end end.
Ltac by_formula :=
  cbv [eval supervised uf rational fst snd dec Rminus]; same_arguments sigmoid; same_arguments softplus; field.
