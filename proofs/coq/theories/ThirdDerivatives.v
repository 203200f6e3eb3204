(** * Third derivatives: the derivative of an expression as an expression, and how far a Hessian varies. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder InverseFunction Radii Expressions.
Import ListNotations.
Local Open Scope R_scope.

(** ** symbolic differentiation, with the simplest simplifications *)
Definition slope (u : uop) (a : expr) : expr := match u with
  | Sigmoid => Mul (Un Sigmoid a) (Add (Cst 1 1) (Neg (Un Sigmoid a)))
  | Softplus => Un Sigmoid a | Exp => Un Exp a | Ln => Un Inv a | Inv => Neg (Mul (Un Inv a) (Un Inv a))
  | Sqrt => Scal 1 2 (Un Inv (Un Sqrt a)) | Tanh => Add (Cst 1 1) (Neg (Un (Pow 2) (Un Tanh a)))
  | Sinh => Un Cosh a | Cosh => Un Sinh a | Sin => Un Cos a | Cos => Neg (Un Sin a)
  | Atan => Un Inv (Add (Cst 1 1) (Un (Pow 2) a)) | Pow n => Scal (Z.of_nat n) 1 (Un (Pow (pred n)) a) end.
Definition nought (e : expr) : bool := match e with Cst Z0 _ => true | _ => false end.
Definition add (a b : expr) : expr := if nought a then b else if nought b then a else Add a b.
Definition mul (a b : expr) : expr := if nought a then a else match b with Cst 1 1 => a | _ => if nought b then b else Mul a b end.
Definition scal p q (a : expr) : expr := if nought a then a else Scal p q a.
Definition neg (a : expr) : expr := if nought a then a else Neg a.
Fixpoint deriv (e : expr) (j : nat) : expr := match e with
  | Cst _ _ => Cst 0 1 | Var i => if Nat.eqb i j then Cst 1 1 else Cst 0 1
  | Scal p q a => scal p q (deriv a j) | Neg a => neg (deriv a j)
  | Add a b => add (deriv a j) (deriv b j)
  | Mul a b => add (mul b (deriv a j)) (mul a (deriv b j))
  | Un u a => mul (slope u a) (deriv a j) end.
Lemma nought_ok e x : nought e = true -> eval e x = 0.
Proof. destruct e; try discriminate. simpl. destruct p; try discriminate. intros _. unfold rational. destruct q; unfold Rdiv; ring. Qed.
Lemma eval_add a b x : eval (add a b) x = eval a x + eval b x.
Proof.
  unfold add. destruct (nought a) eqn:A; [rewrite (nought_ok a x A); ring|].
  destruct (nought b) eqn:B; [rewrite (nought_ok b x B); ring|reflexivity].
Qed.
Lemma eval_mul a b x : eval (mul a b) x = eval a x * eval b x.
Proof.
  unfold mul. destruct (nought a) eqn:A; [rewrite (nought_ok a x A); ring|].
  assert (G : eval (if nought b then b else Mul a b) x = eval a x * eval b x).
  { destruct (nought b) eqn:B; [rewrite (nought_ok b x B); ring|reflexivity]. }
  destruct b as [p q| | | | | |]; auto. destruct p as [|[| |]|]; auto. destruct q; auto. simpl. ring.
Qed.
Lemma eval_scal p q a x : eval (scal p q a) x = rational p q * eval a x.
Proof. unfold scal. destruct (nought a) eqn:A; [rewrite (nought_ok a x A); ring|reflexivity]. Qed.
Lemma eval_neg a x : eval (neg a) x = - eval a x.
Proof. unfold neg. destruct (nought a) eqn:A; [rewrite (nought_ok a x A); ring|reflexivity]. Qed.
Lemma eval_slope u a x : eval (slope u a) x = uf1 u (eval a x).
Proof. destruct u; simpl; rewrite ?Rmult_1_r, <- ?INR_IZR_INZ; try ring; unfold Rdiv; ring. Qed.
Theorem eval_deriv e j x : eval (deriv e j) x = D1 e j x.
Proof.
  induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; cbn [deriv D1].
  - reflexivity.
  - unfold delta. destruct (Nat.eqb i j); reflexivity.
  - rewrite eval_scal, IHa. reflexivity.
  - rewrite eval_neg, IHa. reflexivity.
  - rewrite eval_add, IHa, IHb. reflexivity.
  - rewrite eval_add, !eval_mul, IHa, IHb. ring.
  - rewrite eval_mul, eval_slope, IHa. reflexivity.
Qed.

(** ** third derivatives of expressions that are defined everywhere, with their derivatives *)
Definition smooth n e : bool := wf n e && total e && forallb (fun j => wf n (deriv e j) && total (deriv e j)) (seq 0 n).
Definition D3 (e : expr) (i j k : nat) (x : vec) : R := D2 (deriv e i) j k x.
Lemma smooth_ok n e : smooth n e = true -> (wf n e = true /\ total e = true) /\
  forall i, (i < n)%nat -> wf n (deriv e i) = true /\ total (deriv e i) = true.
Proof.
  unfold smooth. rewrite !andb_true_iff, forallb_forall. intros [WT S]. split; auto. intros i Hi.
  apply andb_true_iff, S, in_seq. lia.
Qed.
Lemma D1_deriv n e i j x : smooth n e = true -> (i < n)%nat -> (j < n)%nat -> D1 (deriv e i) j x = D2 e i j x.
Proof.
  intros S Hi Hj. destruct (smooth_ok n e S) as [[W T] Sd]. destruct (Sd i Hi) as [Wd Td].
  assert (A := has_grad_partial n (defined (deriv e i)) _ _ x j Hj (total_ok _ x Td) (D1_correct n (deriv e i) Wd)).
  assert (B := has_grad_partial n (defined e) _ _ x j Hj (total_ok _ x T) (D2_correct n e i W)).
  rewrite <- (is_derive_unique _ _ _ A), <- (is_derive_unique _ _ _ B). apply Derive_ext. intros t. apply eval_deriv.
Qed.
Definition all_of (x : vec) := True.
Theorem D3_correct n e i j : smooth n e = true -> (i < n)%nat -> (j < n)%nat ->
  has_grad n all_of (D2 e i j) (fun k => D3 e i j k).
Proof.
  intros S Hi Hj. destruct (smooth_ok n e S) as [[W T] Sd]. destruct (Sd i Hi) as [Wd Td].
  apply (has_grad_ext n all_of (D1 (deriv e i) j) _ (fun k => D2 (deriv e i) j k)); auto.
  - intros x. apply (D1_deriv n); auto.
  - eapply has_grad_weaken; [|apply D2_correct; auto]. intros. apply total_ok; auto.
Qed.

(** ** how far Y H Z varies: |Y (H(x) - H(p)) Z| <= |x - p| sup lambda_max(sum_k T_k' T_k)^(1/2) with T_k = Y d_k H Z *)
Definition matrix := nat -> nat -> R.
Definition shear n (Y : matrix) (M : matrix) (Z : matrix) (v : vec) : vec := apply n Y (apply n M (apply n Z v)).
Section Variation.
Variables (n : nat) (e : expr) (Y Z : matrix) (p : vec).
Hypothesis S : smooth n e = true.
Definition turned (x : vec) : matrix := fun i j => D2 e i j x.
Definition slopes (k : nat) (x : vec) : matrix := fun i j => D3 e i j k x.
(** The bound of the third derivatives on a ball. *)
Definition steepness (r N : R) := forall z, closed_ball n p r z -> forall v,
  sumR n (fun k => square n (shear n Y (slopes k z) Z v)) <= N ^ 2 * square n v.
Lemma square_schwarz u v : dot n u v ^ 2 <= square n u * square n v.
Proof.
  assert (A := cauchy_schwarz n u v). assert (B := cauchy_schwarz n (fun i => - u i) v). rewrite norm_opp in B.
  rewrite (sumR_ext n (fun i => - u i * v i) (fun i => -1 * (u i * v i))) in B by (intros; ring). rewrite sumR_scal in B.
  fold (dot n u v) in A, B. rewrite <- !norm_square, <- Rpow_mult_distr. rewrite <- (pow2_abs (dot n u v)). apply pow_incr.
  split; [apply Rabs_pos|]. apply Rabs_le. lra.
Qed.
Lemma shear_dot w M v : dot n w (shear n Y M Z v) =
  sumR n (fun i => sumR n (fun j => dot n w (fun l => Y l i) * apply n Z v j * M i j)).
Proof.
  unfold dot, shear. unfold apply at 1 2.
  rewrite (sumR_ext n _ (fun l => sumR n (fun i => sumR n (fun j => w l * Y l i * apply n Z v j * M i j)))).
  - rewrite sumR_swap. apply sumR_ext. intros i Hi. rewrite sumR_swap. apply sumR_ext. intros j Hj.
    rewrite <- !sumR_scal_r. apply sumR_ext. intros; ring.
  - intros l Hl. rewrite <- sumR_scal. apply sumR_ext. intros i Hi. rewrite <- !sumR_scal. apply sumR_ext. intros; ring.
Qed.
Lemma shear_minus M M' v : agree n (shear n Y (fun i j => M i j - M' i j) Z v) (minus (shear n Y M Z v) (shear n Y M' Z v)).
Proof.
  intros k Hk. unfold shear. rewrite (apply_agree n Y _ _ (apply_minus n M M' (apply n Z v))).
  exact (apply_minus_r n Y _ _ k Hk).
Qed.
Lemma variation_step r N x y v : 0 <= N -> steepness r N -> closed_ball n p r x -> closed_ball n p r y ->
  norm n (shear n Y (fun i j => turned y i j - turned x i j) Z v) <= N * norm n (minus y x) * norm n v.
Proof.
  intros HN St Bx By. set (w := shear n Y (fun i j => turned y i j - turned x i j) Z v).
  set (c := fun i j => dot n w (fun l => Y l i) * apply n Z v j).
  assert (G : has_grad n all_of (fun z => sumR n (fun i => sumR n (fun j => c i j * turned z i j)))
    (fun k z => sumR n (fun i => sumR n (fun j => c i j * slopes k z i j)))).
  { apply has_grad_sum. intros i Hi. apply has_grad_sum. intros j Hj. apply has_grad_scal. apply D3_correct; auto. }
  destruct (mean_value n all_of _ _ x y G) as [t [Ht E]]; [intros; exact I|].
  set (z := line x (fun i => y i - x i) t) in *. assert (Bz := ball_line n p r x y t Bx By ltac:(lra)). fold z in Bz.
  set (a := fun k => dot n w (shear n Y (slopes k z) Z v)).
  assert (E1 : square n w = sumR n (fun k => a k * minus y x k)).
  { unfold a. rewrite square_dot. unfold w at 2. rewrite shear_dot.
    rewrite (sumR_ext n (fun k => dot n w (shear n Y (slopes k z) Z v) * minus y x k)
      (fun k => sumR n (fun i => sumR n (fun j => c i j * slopes k z i j)) * (y k - x k))).
    - rewrite <- E, <- sumR_minus. apply sumR_ext. intros i Hi. rewrite <- sumR_minus. apply sumR_ext. intros j Hj. unfold c. ring.
    - intros k Hk. rewrite shear_dot. reflexivity. }
  assert (A : square n a <= square n w * (N ^ 2 * square n v)).
  { apply Rle_trans with (sumR n (fun k => square n w * square n (shear n Y (slopes k z) Z v))).
    - apply sumR_le. intros k Hk. apply square_schwarz.
    - rewrite sumR_scal. apply Rmult_le_compat_l; [apply square_ge0|]. apply St; auto. }
  assert (C := square_schwarz a (minus y x)). unfold dot at 1 in C. rewrite <- E1 in C.
  assert (W := square_ge0 n w). assert (V := square_ge0 n v). assert (X := square_ge0 n (minus y x)).
  apply norm_le; [apply Rmult_le_pos; [apply Rmult_le_pos; auto; apply norm_ge0|apply norm_ge0]|].
  rewrite !Rpow_mult_distr, !norm_square.
  assert (B : square n a * square n (minus y x) <= square n w * (N ^ 2 * square n v) * square n (minus y x)) by (apply Rmult_le_compat_r; auto).
  destruct (Req_dec (square n w) 0) as [Zw|Nw].
  - rewrite Zw. apply Rmult_le_pos; auto. apply Rmult_le_pos; auto. apply pow2_ge_0.
  - apply Rmult_le_reg_l with (square n w); [lra|]. simpl in C. lra.
Qed.
(** In steps outward: (radius, bound) after (radius, bound). *)
Fixpoint budget (r0 : R) (steps : list (R * R)) : R :=
  match steps with nil => 0 | (r, N) :: more => (r - r0) * N + budget r more end.
Fixpoint rising (r0 : R) (steps : list (R * R)) : Prop :=
  match steps with nil => True | (r, N) :: more => r0 < r /\ 0 <= N /\ steepness r N /\ rising r more end.
Definition last_radius (r0 : R) (steps : list (R * R)) : R := fold_left (fun _ s => fst s) steps r0.
Theorem march steps : forall r0 b v, 0 <= r0 -> rising r0 steps ->
  (forall y, closed_ball n p r0 y -> norm n (shear n Y (fun i j => turned y i j - turned p i j) Z v) <= b * norm n v) ->
  forall x, closed_ball n p (last_radius r0 steps) x ->
  norm n (shear n Y (fun i j => turned x i j - turned p i j) Z v) <= (b + budget r0 steps) * norm n v.
Proof.
  induction steps as [|[r N] steps IH]; intros r0 b v H0 Ri Hb x Bx; simpl in *.
  - rewrite Rplus_0_r. auto.
  - destruct Ri as (Hr & HN & St & Ri). replace (b + ((r - r0) * N + budget r steps)) with ((b + (r - r0) * N) + budget r steps) by ring.
    apply IH; auto; [lra|]. clear x Bx. intros x Bx.
    set (t := r0 / r). assert (T : 0 <= t < 1).
    { unfold t. split; [apply Rmult_le_pos; auto; apply Rlt_le, Rinv_0_lt_compat; lra|].
      apply (Rmult_lt_reg_r r); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    set (y := fun i => p i + t * (x i - p i)).
    assert (K : forall c u, 0 <= c -> norm n (fun i => c * u i) = c * norm n u).
    { intros c u Hc. unfold norm, square. rewrite (sumR_ext n _ (fun i => c ^ 2 * u i ^ 2)) by (intros; ring). rewrite sumR_scal.
      rewrite sqrt_mult by (try apply pow2_ge_0; apply square_ge0). f_equal. replace (c ^ 2) with (Rsqr c) by (unfold Rsqr; ring). apply sqrt_Rsqr; auto. }
    assert (Yp : norm n (minus y p) = t * norm n (minus x p)).
    { rewrite <- K by lra. apply norm_ext. intros i _. unfold minus, y. ring. }
    assert (Xy : norm n (minus x y) = (1 - t) * norm n (minus x p)).
    { rewrite <- K by lra. apply norm_ext. intros i _. unfold minus, y. ring. }
    unfold closed_ball in Bx. assert (P := norm_ge0 n (minus x p)).
    assert (Tr : t * r = r0) by (unfold t; field; lra).
    assert (By0 : closed_ball n p r0 y) by (unfold closed_ball; rewrite Yp; nra).
    assert (By : closed_ball n p r y) by (unfold closed_ball in *; lra).
    assert (A := Hb y By0). assert (B := variation_step r N y x v HN St By Bx). rewrite Xy in B.
    assert (V := norm_ge0 n v). assert (L : (1 - t) * norm n (minus x p) <= r - r0) by nra.
    assert (M : N * ((1 - t) * norm n (minus x p)) * norm n v <= N * (r - r0) * norm n v).
    { apply Rmult_le_compat_r; auto. apply Rmult_le_compat_l; auto. }
    rewrite (norm_ext n _ (fun i => shear n Y (fun i j => turned x i j - turned y i j) Z v i + shear n Y (fun i j => turned y i j - turned p i j) Z v i)).
    + eapply Rle_trans; [apply norm_triangle|]. lra.
    + intros i Hi. rewrite !(shear_minus _ _ v i Hi). unfold minus. ring.
Qed.
End Variation.
