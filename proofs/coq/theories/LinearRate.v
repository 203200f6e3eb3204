(** * The linear rate of gradient descent near a minimum.

    Let m|u|^2 <= u.Hu <= L|u|^2 on the ball of radius R about a stationary point p, and 0 < eta <= 1/L.  Then one step from
    a point of the ball ends nearer to p by the factor 1 - eta m. *)
From Coq Require Import Reals Lra Lia Arith List.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder InverseFunction Descent.
Local Open Scope R_scope.

Definition distance (n : nat) (x y : vec) : R := sqrt (sumR n (fun i => (x i - y i) ^ 2)).
Lemma distance_norm n x y : distance n x y = norm n (minus x y).
Proof. reflexivity. Qed.

Theorem linear_rate n f G (H : nat -> nat -> vec -> R) L m R eta p y y' :
  has_grad n (fun _ => True) f G -> (forall k, (k < n)%nat -> has_grad n (fun _ => True) (G k) (H k)) ->
  (forall i j z, H i j z = H j i z) ->
  (forall z u, distance n z p <= R -> m * square n u <= quad n (fun k j => H k j z) u <= L * square n u) ->
  (forall j, (j < n)%nat -> G j p = 0) -> 0 < eta -> eta * L <= 1 -> distance n y p <= R ->
  (forall j, (j < n)%nat -> y' j = y j - eta * G j y) -> distance n y' p <= (1 - eta * m) * distance n y p.
Proof.
  intros Hf HG Hs HB Gp He Hl Hy Y. rewrite !distance_norm in *. set (u := minus y p). set (v := minus y' p). set (c := 1 - eta * m).
  (* <v, w - eta G(w)> along the segment from p to y *)
  set (F := fun w => sumR n (fun k => (w k + (- eta) * G k w) * v k)).
  assert (GF : has_grad n (fun _ => True) F (fun j w => sumR n (fun k => (delta k j + (- eta) * H k j w) * v k + (w k + (- eta) * G k w) * 0))).
  { apply has_grad_sum. intros k Hk. apply (has_grad_mult n _ (fun w => w k + (- eta) * G k w) (fun _ => v k)
      (fun j w => delta k j + (- eta) * H k j w) (fun _ _ => 0)); [|apply has_grad_const].
    apply (has_grad_plus n _ (fun w => w k) (fun w => (- eta) * G k w) (fun j _ => delta k j) (fun j w => (- eta) * H k j w)).
    - apply has_grad_var; auto.
    - apply has_grad_scal; auto. }
  destruct (mean_value n _ F _ p y GF) as [t [Ht E]]; [auto|].
  set (z := line p (fun i => y i - p i) t) in *.
  set (M := fun k j => delta k j + (- eta) * H k j z).
  assert (EF : F y - F p = square n v).
  { unfold F, square. rewrite <- sumR_minus. apply sumR_ext. intros k Hk. rewrite (Gp k Hk). unfold v, minus. rewrite (Y k Hk). ring. }
  assert (EB : sumR n (fun j => sumR n (fun k => (delta k j + (- eta) * H k j z) * v k + (z k + (- eta) * G k z) * 0) * (y j - p j)) =
    bil n M u v).
  { unfold bil. rewrite (sumR_ext n _ (fun j => sumR n (fun k => M k j * u j * v k))).
    - rewrite sumR_swap. apply sumR_ext. intros k Hk. rewrite sumR_scal_r. reflexivity.
    - intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros k Hk. unfold M, u, minus. ring. }
  assert (Bz : norm n (minus z p) <= R).
  { eapply Rle_trans; [|exact Hy]. fold u. apply norm_le; [apply norm_ge0|]. rewrite norm_square.
    replace (square n (minus z p)) with (t ^ 2 * square n u).
    - assert (P := square_ge0 n u). assert (t ^ 2 <= 1) by nra. nra.
    - unfold square. rewrite <- sumR_scal. apply sumR_ext. intros i Hi. unfold u, z, minus, line. ring. }
  assert (MS : forall i j, M i j = M j i) by (intros i j; unfold M, delta; rewrite (Hs i j), (Nat.eqb_sym i j); reflexivity).
  assert (QM : forall w, quad n M w = square n w - eta * quad n (fun k j => H k j z) w).
  { intros w. unfold quad, square. rewrite <- sumR_scal, <- sumR_minus. apply sumR_ext. intros k Hk. unfold M.
    rewrite (sumR_ext n _ (fun j => delta k j * w j + (- eta) * (H k j z * w j))) by (intros; ring).
    rewrite sumR_plus, sumR_scal, (sumR_delta n k w) by auto. ring. }
  assert (BM : forall w, Rabs (quad n M w) <= c * square n w).
  { intros w. rewrite QM. assert (Q := HB z w Bz). assert (P := square_ge0 n w). unfold c. rewrite Rabs_pos_eq; nra. }
  assert (K := symmetric_form n M c u v MS BM). rewrite <- EB, <- E, EF, <- norm_square in K.
  rewrite Rabs_pos_eq in K by apply pow2_ge_0. assert (Pu := norm_ge0 n u). assert (Pv := norm_ge0 n v).
  destruct (Req_dec (norm n v) 0) as [Z|N].
  - rewrite Z. assert (B := BM u). assert (A := Rabs_pos (quad n M u)). rewrite <- norm_square in B.
    destruct (Req_dec (norm n u) 0) as [->|Nu]; [lra|]. apply Rmult_le_reg_l with (norm n u); [lra|]. nra.
  - apply Rmult_le_reg_l with (norm n v); [lra|]. nra.
Qed.
