(** * A-priori bounds: from v . grad L = ridge |v|^2 + ... at a stationary point, and bounds of z p(sigmoid z) over all of R. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus Expressions Checkers Symmetry Theorems.
Import ListNotations.
Local Open Scope R_scope.

(** A polynomial by its coefficients, ascending; the sum of their sizes; a bound for its slope on [0, 1]. *)
Fixpoint horner (p : list ratio) (s : R) : R := match p with nil => 0 | c :: p => qR c + s * horner p s end.
Definition qabs (c : ratio) : ratio := (Z.abs (fst c), snd c).
Fixpoint size (p : list ratio) : R := match p with nil => 0 | c :: p => qR (qabs c) + size p end.
Fixpoint slope (p : list ratio) : R := match p with nil => 0 | c :: p => size p + slope p end.
Lemma qabs_ok c : qR (qabs c) = Rabs (qR c).
Proof.
  destruct c as [p q]. unfold qR, qabs, rational. cbn [fst snd]. rewrite abs_IZR.
  assert (P : 0 < IZR (Zpos q)) by (apply IZR_lt; lia).
  destruct q; auto; unfold Rdiv; rewrite Rabs_mult, (Rabs_pos_eq (/ _)); auto; apply Rlt_le, Rinv_0_lt_compat; exact P.
Qed.
Lemma size_ge0 p : 0 <= size p.
Proof. induction p as [|c p IH]; simpl; [lra|]. rewrite qabs_ok. generalize (Rabs_pos (qR c)); lra. Qed.
Lemma slope_ge0 p : 0 <= slope p.
Proof. induction p as [|c p IH]; simpl; [lra|]. generalize (size_ge0 p); lra. Qed.
Lemma horner_size p s : 0 <= s <= 1 -> Rabs (horner p s) <= size p.
Proof.
  intros Hs. induction p as [|c p IH]; simpl; [rewrite Rabs_R0; lra|]. rewrite qabs_ok.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, (Rabs_pos_eq s) by lra.
  generalize (Rabs_pos (horner p s)); nra.
Qed.
Lemma horner_near_0 p s : 0 <= s <= 1 -> horner p 0 - s * slope p <= horner p s.
Proof.
  intros Hs. destruct p as [|c p]; simpl; [lra|]. assert (A := horner_size p s Hs). apply Rabs_le_between in A.
  assert (B := slope_ge0 p). nra.
Qed.
Lemma horner_near_1 p s : 0 <= s <= 1 -> Rabs (horner p s - horner p 1) <= (1 - s) * slope p.
Proof.
  intros Hs. induction p as [|c p IH]; simpl; [rewrite Rminus_eq_0, Rabs_R0; lra|].
  replace (qR c + s * horner p s - (qR c + 1 * horner p 1))
    with (s * (horner p s - horner p 1) + (- (1 - s)) * horner p 1) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult, Rabs_Ropp, (Rabs_pos_eq s), (Rabs_pos_eq (1 - s)) by lra.
  assert (A := horner_size p 1 ltac:(lra)). assert (B := Rabs_pos (horner p s - horner p 1)). nra.
Qed.
Lemma sigmoid_between z : 0 < sigmoid z < 1.
Proof.
  unfold sigmoid. assert (E := exp_pos (- z)). split; [apply Rinv_0_lt_compat; lra|].
  rewrite <- Rinv_1. apply Rinv_lt_contravar; lra.
Qed.
(** z (1 - sigmoid z) = z / (1 + e^z), and e^z = (e^(z/2))^2 >= (z/2)^2. *)
Lemma far z : 0 < z -> z * (1 - sigmoid z) <= 4 / z.
Proof.
  intros Hz. replace (1 - sigmoid z) with (/ (1 + exp z)).
  2:{ rewrite <- sigmoid_opp. unfold sigmoid. rewrite Ropp_involutive. reflexivity. }
  assert (E : exp z = exp (z / 2) * exp (z / 2)) by (rewrite <- exp_plus; f_equal; field).
  assert (G := exp_ineq1 (z / 2) ltac:(lra)). assert (P := exp_pos z).
  apply Rmult_le_reg_r with (z * (1 + exp z)); [apply Rmult_lt_0_compat; lra|].
  replace (z * / (1 + exp z) * (z * (1 + exp z))) with (z * z) by (field; lra).
  replace (4 / z * (z * (1 + exp z))) with (4 * (1 + exp z)) by (field; lra).
  rewrite E. nra.
Qed.
Lemma bounded_profile p C T : 0 < T -> horner p 1 <= 0 -> 0 <= horner p 0 -> 4 * slope p <= C * T ->
  (forall z, - T <= z <= T -> z * horner p (sigmoid z) <= C) -> forall z, z * horner p (sigmoid z) <= C.
Proof.
  intros HT P1 P0 HC In z. assert (Sl := slope_ge0 p).
  assert (Out : forall y, T < y -> y * (1 - sigmoid y) * slope p <= C).
  { intros y Hy. assert (F := far y ltac:(lra)).
    apply Rle_trans with (4 / y * slope p); [apply Rmult_le_compat_r; auto|].
    apply Rmult_le_reg_r with y; [lra|]. replace (4 / y * slope p * y) with (4 * slope p) by (field; lra).
    assert (0 <= C) by (apply Rmult_le_reg_r with T; lra). nra. }
  destruct (Rle_or_lt z T) as [L|L]; [destruct (Rle_or_lt (- T) z) as [L'|L']; [apply In; lra|]|].
  - assert (S := sigmoid_between z). assert (N := horner_near_0 p (sigmoid z) ltac:(lra)).
    specialize (Out (- z) ltac:(lra)). rewrite sigmoid_opp in Out. nra.
  - assert (S := sigmoid_between z). assert (N := horner_near_1 p (sigmoid z) ltac:(lra)).
    apply Rabs_le_between in N. specialize (Out z L). nra.
Qed.

(** The same in the kernel: the middle is searched. *)
Fixpoint in_sigmoid (p : list ratio) : expr := match p with
  | nil => Cst 0 1 | c :: p => Add (Cst (fst c) (snd c)) (Mul (Un Sigmoid (Var 0)) (in_sigmoid p)) end.
Lemma in_sigmoid_ok p x : eval (in_sigmoid p) x = horner p (sigmoid (x 0%nat)).
Proof. induction p as [|c p IH]; simpl; [reflexivity|]. rewrite IH. reflexivity. Qed.
Definition opposite (c : ratio) : ratio := ((- fst c)%Z, snd c).
Lemma opposite_ok c : qR (opposite c) = - qR c.
Proof.
  destruct c as [p q]. unfold opposite, qR, rational. cbn [fst snd]. rewrite opp_IZR.
  destruct q; auto; unfold Rdiv; apply Ropp_mult_distr_l_reverse.
Qed.
Definition check_profile prec p (C T : ratio) fuel : bool := Integer.C.check_positive prec 1
  (Add (Cst (fst C) (snd C)) (Neg (Mul (Var 0) (in_sigmoid p)))) [(Some (opposite T), Some T)] fuel.
Theorem profile prec p C T fuel : check_profile prec p C T fuel = true -> 0 < qR T -> horner p 1 <= 0 -> 0 <= horner p 0 ->
  4 * slope p <= qR C * qR T -> forall z, z * horner p (sigmoid z) <= qR C.
Proof.
  intros K HT P1 P0 HC. apply (bounded_profile p (qR C) (qR T)); auto. intros z Hz.
  destruct (Integer.positive prec 1 _ _ fuel K (fun _ => z)) as [_ P].
  - intros [|i] Hi; [|lia]. simpl. rewrite opposite_ok. exact Hz.
  - cbn [eval] in P. rewrite in_sigmoid_ok in P. change (rational (fst C) (snd C)) with (qR C) in P. lra.
Qed.
Lemma horner_opposite p s : horner (map opposite p) s = - horner p s.
Proof. induction p as [|c p IH]; simpl; [ring|]. rewrite IH, opposite_ok. ring. Qed.

(** A multiplier that is bounded on a region, and the term with it. *)
Definition check_multiplier prec n m (B : ratio) b fuel : bool :=
  Integer.C.check_positive prec n (Add (Cst (fst B) (snd B)) (Neg m)) b fuel &&
  Integer.C.check_positive prec n (Add (Cst (fst B) (snd B)) m) b fuel.
Theorem multiplied prec n m B b fuel x p C z : check_multiplier prec n m B b fuel = true -> in_sides n b x ->
  (forall z, z * horner p (sigmoid z) <= C) -> (forall z, z * horner (map opposite p) (sigmoid z) <= C) ->
  eval m x * (z * horner p (sigmoid z)) <= qR B * C.
Proof.
  unfold check_multiplier. rewrite andb_true_iff. intros [K1 K2] Hx Up Lo.
  destruct (Integer.positive prec n _ b fuel K1 x Hx) as [_ P1]. destruct (Integer.positive prec n _ b fuel K2 x Hx) as [_ P2].
  cbn [eval] in P1, P2. change (rational (fst B) (snd B)) with (qR B) in P1, P2.
  specialize (Up z). specialize (Lo z). rewrite horner_opposite in Lo.
  set (t := z * horner p (sigmoid z)) in *. replace (z * - horner p (sigmoid z)) with (- t) in Lo by (unfold t; ring).
  assert (0 <= C) by lra. destruct (Rle_or_lt 0 (eval m x)), (Rle_or_lt 0 t); nra.
Qed.
Lemma side_of_squares x s r : x ^ 2 <= s -> s <= r ^ 2 -> 0 <= r -> - r <= x <= r.
Proof. intros A B P. simpl in *. split; nra. Qed.
