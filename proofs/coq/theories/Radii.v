(** * Balls on which a gradient is injective, and the balls that its image contains: four forms.

    [exact_form] and [preconditioned_form] are inverse function theorems, [monotone_form] is that of a strongly convex
    function; [exact_form_beside] is the exact form in R^d, where every further coordinate enters as c/2 x^2.
    The hypotheses are about quadratic forms, which pivots decide. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus Krawczyk SecondOrder Definite InverseFunction.
Local Open Scope R_scope.

(** ** matrices and quadratic forms *)
Definition dot n (u v : vec) := sumR n (fun i => u i * v i).
Definition scalar (c : R) (i j : nat) : R := c * delta i j.
Definition gram n (E : nat -> nat -> R) (i j : nat) : R := sumR n (fun k => E k i * E k j).
Definition zero_vec : vec := fun _ => 0.
Lemma quad_dot n H v : quad n H v = dot n v (apply n H v).
Proof. apply sumR_ext. intros k Hk. unfold apply. ring. Qed.
Lemma square_dot n v : square n v = dot n v v.
Proof. apply sumR_ext. intros. ring. Qed.
Lemma apply_minus n A B v : agree n (apply n (fun k j => A k j - B k j) v) (minus (apply n A v) (apply n B v)).
Proof. intros k Hk. unfold minus, apply. rewrite <- sumR_minus. apply sumR_ext. intros; ring. Qed.
Lemma apply_minus_r n A u v : agree n (apply n A (minus u v)) (minus (apply n A u) (apply n A v)).
Proof. intros k Hk. unfold minus, apply. rewrite <- sumR_minus. apply sumR_ext. intros; ring. Qed.
Lemma apply_scalar n c v : agree n (apply n (scalar c) v) (fun k => c * v k).
Proof.
  intros k Hk. unfold apply, scalar. rewrite (sumR_ext n _ (fun j => c * (delta k j * v j))) by (intros; ring).
  rewrite sumR_scal, sumR_delta; auto.
Qed.
Lemma quad_scalar n c v : quad n (scalar c) v = c * square n v.
Proof.
  rewrite quad_dot. unfold dot, square. rewrite <- sumR_scal. apply sumR_ext. intros i Hi. rewrite (apply_scalar n c v i Hi). ring.
Qed.
Lemma quad_minus n A B v : quad n (fun i j => A i j - B i j) v = quad n A v - quad n B v.
Proof.
  rewrite !quad_dot. unfold dot. rewrite <- sumR_minus. apply sumR_ext. intros i Hi.
  rewrite (apply_minus n A B v i Hi). unfold minus. ring.
Qed.
Lemma quad_gram n E v : quad n (gram n E) v = square n (apply n E v).
Proof.
  unfold quad, gram, square.
  rewrite (sumR_ext n _ (fun i => sumR n (fun k => E k i * v i * apply n E v k))).
  - rewrite sumR_swap. apply sumR_ext. intros k Hk. rewrite sumR_scal_r. unfold apply. ring.
  - intros i Hi. rewrite (sumR_ext n _ (fun j => sumR n (fun k => E k i * (E k j * v j)))).
    + rewrite sumR_swap, <- sumR_scal_r. apply sumR_ext. intros k Hk. rewrite sumR_scal. unfold apply. ring.
    + intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros. ring.
Qed.
Lemma gram_sym n E i j : gram n E i j = gram n E j i.
Proof. apply sumR_ext. intros. ring. Qed.
Lemma scalar_sym c i j : scalar c i j = scalar c j i.
Proof. unfold scalar, delta. rewrite Nat.eqb_sym. reflexivity. Qed.
Lemma all_or_some n (v : vec) : (exists i, (i < n)%nat /\ v i <> 0) \/ agree n v zero_vec.
Proof.
  induction n as [|n [[i [Hi N]]|A]]; [right; intros i Hi; lia|left; exists i; split; auto|].
  destruct (Req_dec (v n) 0) as [Z|N]; [|left; exists n; split; auto].
  right. intros i Hi. destruct (Nat.eq_dec i n) as [->|]; auto. apply A. lia.
Qed.
Lemma square_zero n v : agree n v zero_vec -> square n v = 0.
Proof. intros A. apply sumR_0. intros i Hi. rewrite (A i Hi). unfold zero_vec. ring. Qed.
Lemma quad_zero n H v : agree n v zero_vec -> quad n H v = 0.
Proof. intros A. apply sumR_0. intros i Hi. rewrite (A i Hi). unfold zero_vec. ring. Qed.
Lemma posdef_ge0 n H v : posdef n H -> 0 <= quad n H v.
Proof. intros P. destruct (all_or_some n v) as [N|Z]; [apply Rlt_le, P; auto|rewrite quad_zero; auto; lra]. Qed.

(** [q^2 - E'E] positive definite: E shortens by the factor q. *)
Lemma shortens n E q : 0 <= q -> posdef n (fun i j => scalar (q ^ 2) i j - gram n E i j) ->
  forall v, norm n (apply n E v) <= q * norm n v.
Proof.
  intros Q P v. apply norm_le; [apply Rmult_le_pos; auto; apply norm_ge0|].
  assert (G := posdef_ge0 n _ v P). rewrite quad_minus, quad_scalar, quad_gram in G.
  rewrite Rpow_mult_distr, norm_square. lra.
Qed.
(** [H - lambda] positive definite: H lengthens by the factor lambda. *)
Lemma lengthens n H lambda : 0 < lambda -> posdef n (fun i j => H i j - scalar lambda i j) ->
  forall v, lambda * norm n v <= norm n (apply n H v).
Proof.
  intros L P v. assert (G := posdef_ge0 n _ v P). rewrite quad_minus, quad_scalar, quad_dot, <- norm_square in G.
  assert (C := cauchy_schwarz n v (apply n H v)). unfold dot in G. assert (N := norm_ge0 n v).
  destruct (Req_dec (norm n v) 0) as [Z|Z]; [rewrite Z, Rmult_0_r; apply norm_ge0|].
  apply Rmult_le_reg_l with (norm n v); [lra|]. simpl in G. lra.
Qed.

(** A symmetric positive definite matrix reaches every vector: by elimination. *)
Definition onto n H := forall v, exists u, agree n (apply n H u) v.
Lemma onto_schur n h : h O O <> 0 -> onto n (schur h) -> onto (S n) h.
Proof.
  intros N S v. destruct (S (fun i => v (Datatypes.S i) - h (Datatypes.S i) O * (v O / h O O))) as [u A].
  set (s := sumR n (fun j => h O (Datatypes.S j) * u j)).
  exists (fun i => match i with O => (v O - s) / h O O | Datatypes.S k => u k end).
  intros [|i] Hi; unfold apply; rewrite sumR_shift; cbv beta.
  - fold s. field; auto.
  - assert (Ai := A i ltac:(lia)). unfold apply, schur in Ai.
    rewrite (sumR_ext n _ (fun j => h (Datatypes.S i) (Datatypes.S j) * u j - (h (Datatypes.S i) O / h O O) * (h O (Datatypes.S j) * u j))) in Ai.
    + rewrite sumR_minus, sumR_scal in Ai. fold s in Ai.
      assert (E : sumR n (fun j => h (Datatypes.S i) (Datatypes.S j) * u j) =
        v (Datatypes.S i) - h (Datatypes.S i) O * (v O / h O O) + h (Datatypes.S i) O / h O O * s) by lra.
      rewrite E. field; auto.
    + intros j Hj. field; auto.
Qed.
Lemma posdef_onto n : forall h, (forall i j, h i j = h j i) -> posdef n h -> onto n h.
Proof.
  induction n as [|n IH]; intros h Sy P; [intros v; exists v; intros i Hi; lia|].
  assert (P0 : 0 < h O O).
  { assert (Q := P (delta 0) ltac:(exists O; split; [lia|unfold delta; simpl; lra])). unfold quad in Q.
    rewrite (sumR_ext _ _ (fun k => delta 0 k * h k O)) in Q; [rewrite sumR_delta in Q by lia; auto|].
    intros k Hk. rewrite (sumR_ext _ _ (fun j => delta 0 j * h k j)) by (intros; ring). rewrite sumR_delta by lia. ring. }
  apply onto_schur; [lra|]. apply IH.
  - intros i j. unfold schur. rewrite (Sy (S i) (S j)), (Sy (S i) 0%nat), (Sy 0%nat (S j)). field. lra.
  - intros u [i [Hi N]].
    set (w := fun k => match k with O => - (sumR n (fun j => h O (S j) * u j) / h O O) | S k => u k end).
    assert (Q := P w ltac:(exists (S i); split; [lia|exact N])). rewrite quad_schur in Q by (auto; lra).
    change (fun i0 : nat => w (S i0)) with u in Q. cbn [w] in Q. simpl in Q.
    replace (- (sumR n (fun j => h O (S j) * u j) / h O O) + sumR n (fun j => h O (S j) * u j) / h O O) with 0 in Q by ring. lra.
Qed.

(** ** the forms *)
Definition closed_ball n (c : vec) r x := norm n (minus x c) <= r.
(** On the ball no two points have the same value, and the values contain the ball of radius [s] around 0. *)
Definition injective_on n (F : nat -> vec -> R) (p : vec) r :=
  forall x y, closed_ball n p r x -> closed_ball n p r y -> (forall k, (k < n)%nat -> F k x = F k y) -> agree n x y.
Definition reaches n (F : nat -> vec -> R) (p : vec) r s :=
  forall v, norm n v <= s -> exists x, closed_ball n p r x /\ forall k, (k < n)%nat -> F k x = v k.
Section Forms.
Variables (n : nat) (D : vec -> Prop) (F : nat -> vec -> R) (J : nat -> nat -> vec -> R) (p : vec) (r : R).
Hypothesis HF : forall k, (k < n)%nat -> has_grad n D (F k) (J k).
Hypothesis HD : forall x, closed_ball n p r x -> D x.
Hypothesis Hr : 0 <= r.
Hypothesis Zp : forall k, (k < n)%nat -> F k p = 0.
Let from_0 v : norm n (minus v (fun k => F k p)) = norm n v.
Proof. apply norm_ext. intros k Hk. unfold minus. rewrite Zp by auto. ring. Qed.
Theorem exact_form lambda s : 0 < lambda -> s <= lambda * r / 2 ->
  (forall v, lambda * norm n v <= norm n (apply n (fun k j => J k j p) v)) -> onto n (fun k j => J k j p) ->
  (forall x, closed_ball n p r x -> forall v, norm n (apply n (fun k j => J k j x - J k j p) v) <= lambda / 2 * norm n v) ->
  injective_on n F p r /\ reaches n F p r s.
Proof.
  intros L Hs Lo On Ch. destruct (inverse_function n D F J p r lambda HF HD Hr L Lo On Ch) as [I R]. split.
  - intros x y Bx By E. apply I; auto.
  - intros v Hv. destruct (R v) as [x [Bx A]]; [rewrite from_0; lra|]. exists x. split; auto.
Qed.
Theorem preconditioned_form (A : nat -> nat -> R) a s : 0 <= a -> a * s <= r / 2 ->
  (forall x, closed_ball n p r x -> forall v,
    norm n (apply n (fun k j => sumR n (fun i => A k i * J i j x) - delta k j) v) <= / 2 * norm n v) ->
  (forall v, norm n (apply n A v) <= a * norm n v) ->
  (forall y : vec, (forall i, (i < n)%nat -> sumR n (fun k => A i k * y k) = 0) -> forall k, (k < n)%nat -> y k = 0) ->
  injective_on n F p r /\ reaches n F p r s.
Proof.
  intros Ha Hs Ch N Inj. set (AF := fun k x => sumR n (fun i => A k i * F i x)).
  destruct (inverse_function_near n D AF (fun k j x => sumR n (fun i => A k i * J i j x)) p r 1 delta) as [I R]; auto; try lra.
  - intros k Hk. apply has_grad_sum. intros i Hi. apply has_grad_scal. auto.
  - intros v. rewrite (norm_ext n (apply n delta v) v); [lra|]. intros i Hi. apply sumR_delta; auto.
  - intros v. exists v. intros i Hi. apply sumR_delta; auto.
  - intros x Bx v. replace (1 / 2) with (/ 2) by field. apply Ch; auto.
  - split.
    + intros x y Bx By E. apply I; auto. intros k Hk. apply sumR_ext. intros i Hi. rewrite (E i Hi). reflexivity.
    + intros v Hv. destruct (R (apply n A v)) as [x [Bx Ax]].
      * rewrite (norm_ext n _ (apply n A v)).
        { eapply Rle_trans; [apply N|]. assert (a * norm n v <= a * s) by (apply Rmult_le_compat_l; auto). lra. }
        intros k Hk. unfold minus, AF. rewrite (sumR_0 n (fun i => A k i * F i p)); [ring|]. intros i Hi. rewrite Zp by auto. ring.
      * exists x. split; auto. intros k Hk. apply Rminus_diag_uniq. apply (Inj (fun k => F k x - v k)); auto. intros i Hi.
        assert (Ei := Ax i Hi). unfold AF, apply in Ei. rewrite (sumR_ext n _ (fun k => A i k * F k x - A i k * v k)) by (intros; ring).
        rewrite sumR_minus. lra.
Qed.
(** A Jacobian that is positive definite on the ball: F is injective there. *)
Theorem monotone_form : (forall x, closed_ball n p r x -> posdef n (fun k j => J k j x)) -> injective_on n F p r.
Proof.
  intros P x y Bx By E. destruct (all_or_some n (minus y x)) as [N|Z].
  2: { intros i Hi. specialize (Z i Hi). unfold minus, zero_vec in Z. lra. }
  exfalso. set (d := minus y x) in *.
  assert (G : has_grad n D (fun z => sumR n (fun k => d k * F k z)) (fun j z => sumR n (fun k => d k * J k j z))).
  { apply has_grad_sum. intros k Hk. apply has_grad_scal. auto. }
  destruct (mean_value n D _ _ x y G) as [t [Ht M]]; [intros; apply HD, ball_line; auto|].
  set (z := line x (fun i => y i - x i) t) in *. assert (Q := P z (ball_line n p r x y t Bx By ltac:(lra)) d N).
  rewrite (sumR_ext n (fun k => d k * F k y) (fun k => d k * F k x)) in M by (intros k Hk; rewrite (E k Hk); reflexivity).
  rewrite Rminus_eq_0 in M. rewrite quad_dot in Q. unfold dot, apply in Q.
  rewrite (sumR_ext n (fun j => sumR n (fun k => d k * J k j z) * (y j - x j)) (fun j => sumR n (fun k => d k * (J k j z * d j)))) in M.
  - rewrite sumR_swap in M. rewrite (sumR_ext n _ (fun i => sumR n (fun k => d i * (J i k z * d k)))) in Q; [lra|].
    intros k Hk. rewrite sumR_scal. reflexivity.
  - intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros. unfold d, minus. ring.
Qed.
End Forms.

(** ** further coordinates, each of which enters as c/2 x^2 *)
(** [f] with them: in R^d each enters as rho x^2. *)
Definition further n (rho : R) (f : vec -> R) (d : nat) : vec -> R :=
  fun x => f x + rho * sumR d (fun k => if Nat.ltb k n then 0 else x k ^ 2).
Definition low (n k : nat) (a b : R) : R := if Nat.ltb k n then a else b.
Definition beyond n c (F : nat -> vec -> R) (k : nat) (x : vec) : R := low n k (F k x) (c * x k).
Definition beyond_jacobian n c (J : nat -> nat -> vec -> R) (k j : nat) (x : vec) : R :=
  low n k (low n j (J k j x) 0) (c * delta k j).
Lemma low_lt n k a b : (k < n)%nat -> low n k a b = a.
Proof. intros H. unfold low. destruct (Nat.ltb_spec k n); [auto|lia]. Qed.
Lemma low_ge n k a b : (n <= k)%nat -> low n k a b = b.
Proof. intros H. unfold low. destruct (Nat.ltb_spec k n); [lia|auto]. Qed.
Lemma sumR_low n d f : (n <= d)%nat -> sumR d (fun j => low n j (f j) 0) = sumR n f.
Proof.
  induction 1 as [|d Hd IH]; simpl.
  - apply sumR_ext. intros i Hi. apply low_lt; auto.
  - rewrite IH, low_ge by auto. ring.
Qed.
Lemma sumR_split n d f : (n <= d)%nat -> sumR d f = sumR n f + sumR d (fun j => low n j 0 (f j)).
Proof.
  intros H. rewrite <- (sumR_low n d f H), <- sumR_plus. apply sumR_ext. intros i Hi.
  destruct (Nat.lt_ge_cases i n); rewrite ?low_lt, ?low_ge by auto; ring.
Qed.
Lemma le_norm n c v : c ^ 2 <= square n v -> c <= norm n v.
Proof. intros H. rewrite <- norm_square in H. assert (N := norm_ge0 n v). destruct (Rle_dec c (norm n v)); auto. nra. Qed.
Lemma high_ge0 n d v : 0 <= sumR d (fun j => low n j 0 (v j ^ 2)).
Proof.
  apply sumR_ge0. intros i Hi. destruct (Nat.lt_ge_cases i n); rewrite ?low_lt, ?low_ge by auto; [lra|apply pow2_ge_0].
Qed.
Lemma closed_ball_low n d p r x : (n <= d)%nat -> closed_ball d p r x -> closed_ball n p r x.
Proof.
  intros H W. eapply Rle_trans; [|exact W]. apply le_norm. rewrite norm_square. unfold square.
  rewrite (sumR_split n d) by auto. generalize (high_ge0 n d (minus x p)). lra.
Qed.
Lemma has_grad_low n d D f g : (n <= d)%nat -> has_grad n D f g -> has_grad d D f (fun j x => low n j (g j x) 0).
Proof.
  intros H G x u t Dx.
  rewrite (sumR_ext d _ (fun j => low n j (g j (line x u t) * u j) 0)).
  - rewrite sumR_low by auto. apply G; auto.
  - intros j Hj. destruct (Nat.lt_ge_cases j n); rewrite ?low_lt, ?low_ge by auto; ring.
Qed.
Lemma has_grad_beyond n d D c F J : (n <= d)%nat -> (forall k, (k < n)%nat -> has_grad n D (F k) (J k)) ->
  forall k, (k < d)%nat -> has_grad d D (beyond n c F k) (beyond_jacobian n c J k).
Proof.
  intros H HF k Hk. destruct (Nat.lt_ge_cases k n) as [L|L].
  - apply (has_grad_ext d D (F k) _ (fun j x => low n j (J k j x) 0)); [| |apply has_grad_low; auto].
    + intros x. unfold beyond. rewrite low_lt; auto.
    + intros j x Hj _. unfold beyond_jacobian. rewrite (low_lt n k); auto.
  - apply (has_grad_ext d D (fun x => c * x k) _ (fun j _ => c * delta k j)); [| |apply has_grad_scal, has_grad_var; auto].
    + intros x. unfold beyond. rewrite low_ge; auto.
    + intros j x Hj _. unfold beyond_jacobian. rewrite (low_ge n k); auto.
Qed.
Lemma apply_beyond n d c J x v k : (n <= d)%nat -> (k < d)%nat ->
  apply d (fun k j => beyond_jacobian n c J k j x) v k = low n k (apply n (fun k j => J k j x) v k) (c * v k).
Proof.
  intros H Hk. unfold apply, beyond_jacobian. destruct (Nat.lt_ge_cases k n) as [L|L].
  - rewrite (low_lt n k) by auto. rewrite <- (sumR_low n d) by auto. apply sumR_ext. intros j Hj. rewrite (low_lt n k) by auto.
    destruct (Nat.lt_ge_cases j n); rewrite ?low_lt, ?low_ge by auto; ring.
  - rewrite (low_ge n k) by auto. rewrite (sumR_ext d _ (fun j => c * (delta k j * v j))).
    + rewrite sumR_scal, sumR_delta; auto.
    + intros j Hj. rewrite (low_ge n k) by auto. ring.
Qed.
Lemma square_low n d u w : (n <= d)%nat -> square d (fun k => low n k (u k) (w k)) = square n u + sumR d (fun k => low n k 0 (w k ^ 2)).
Proof.
  intros H. unfold square at 1. rewrite (sumR_split n d) by auto. f_equal; apply sumR_ext; intros i Hi.
  - rewrite low_lt; auto.
  - destruct (Nat.lt_ge_cases i n); rewrite ?low_lt, ?low_ge by auto; ring.
Qed.
Lemma square_split n d v : (n <= d)%nat -> square d v = square n v + sumR d (fun k => low n k 0 (v k ^ 2)).
Proof. intros H. apply (sumR_split n d (fun k => v k ^ 2) H). Qed.
Theorem exact_form_beside n d (D : vec -> Prop) F J p r c lambda s : (n <= d)%nat ->
  (forall k, (k < n)%nat -> has_grad n D (F k) (J k)) -> (forall x, closed_ball n p r x -> D x) -> 0 <= r ->
  (forall k, (k < n)%nat -> F k p = 0) -> (forall k, (n <= k < d)%nat -> p k = 0) ->
  0 < lambda <= c -> s <= lambda * r / 2 ->
  (forall v, lambda * norm n v <= norm n (apply n (fun k j => J k j p) v)) -> onto n (fun k j => J k j p) ->
  (forall x, closed_ball n p r x -> forall v, norm n (apply n (fun k j => J k j x - J k j p) v) <= lambda / 2 * norm n v) ->
  injective_on d (beyond n c F) p r /\ reaches d (beyond n c F) p r s.
Proof.
  intros H HF HD Hr Zp Zh [L Lc] Hs Lo On Ch.
  apply (exact_form d D (beyond n c F) (beyond_jacobian n c J) p r) with (lambda := lambda); auto.
  - apply has_grad_beyond; auto.
  - intros x Bx. apply HD, (closed_ball_low n d); auto.
  - intros k Hk. unfold beyond. destruct (Nat.lt_ge_cases k n); rewrite ?low_lt, ?low_ge by auto; auto. rewrite Zh by lia. ring.
  - intros v. apply le_norm. rewrite Rpow_mult_distr, norm_square.
    assert (E : square d (apply d (fun k j => beyond_jacobian n c J k j p) v) =
      square d (fun k => low n k (apply n (fun k j => J k j p) v k) (c * v k))).
    { apply sumR_ext. intros k Hk. rewrite apply_beyond by auto. reflexivity. }
    rewrite E, square_low, (square_split n d v) by auto.
    rewrite (sumR_ext d (fun k => low n k 0 ((c * v k) ^ 2)) (fun k => c ^ 2 * low n k 0 (v k ^ 2))).
    + rewrite sumR_scal. assert (B := Lo v). assert (N := norm_ge0 n v).
      assert (B2 : lambda ^ 2 * square n v <= square n (apply n (fun k j => J k j p) v)).
      { rewrite <- !norm_square, <- Rpow_mult_distr. apply pow_incr. split; auto. apply Rmult_le_pos; lra. }
      assert (G := high_ge0 n d v). assert (lambda ^ 2 <= c ^ 2) by (apply pow_incr; lra). nra.
    + intros i Hi. destruct (Nat.lt_ge_cases i n); rewrite ?low_lt, ?low_ge by auto; ring.
  - intros v. destruct (On v) as [u A]. exists (fun k => low n k (u k) (v k / c)). intros k Hk. rewrite apply_beyond by auto.
    destruct (Nat.lt_ge_cases k n) as [G|G]; rewrite ?low_lt, ?low_ge by auto.
    + rewrite <- (A k G). apply sumR_ext. intros j Hj. rewrite low_lt; auto.
    + field. lra.
  - intros x Bx v. apply norm_le; [apply Rmult_le_pos; [lra|apply norm_ge0]|].
    assert (B := Ch x (closed_ball_low n d p r x H Bx) v).
    assert (E : square d (apply d (fun k j => beyond_jacobian n c J k j x - beyond_jacobian n c J k j p) v) =
      square d (fun k => low n k (apply n (fun k j => J k j x - J k j p) v k) 0)).
    { apply sumR_ext. intros k Hk. f_equal. rewrite (apply_minus d _ _ v k Hk). unfold minus. rewrite !apply_beyond by auto.
      destruct (Nat.lt_ge_cases k n) as [G|G]; rewrite ?low_lt, ?low_ge by auto; [|ring].
      rewrite (apply_minus n _ _ v k G). reflexivity. }
    rewrite E, square_low by auto. rewrite (sumR_0 d) by (intros i Hi; destruct (Nat.lt_ge_cases i n); rewrite ?low_lt, ?low_ge by auto; ring).
    rewrite Rplus_0_r, <- norm_square, Rpow_mult_distr.
    apply Rle_trans with ((lambda / 2 * norm n v) ^ 2).
    + apply pow_incr. split; auto. apply norm_ge0.
    + rewrite Rpow_mult_distr. apply Rmult_le_compat_l; [apply pow2_ge_0|]. rewrite !norm_square, (square_split n d v) by auto.
      generalize (high_ge0 n d v). lra.
Qed.
