(** * Zeros of systems: Banach's fixed point theorem on a box, and Krawczyk's theorem. *)
From Coq Require Import Reals Lra Lia Arith.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus.
Local Open Scope R_scope.

(** ** contraction on a box *)
Lemma geom_small q C z : 0 <= q < 1 -> (forall k, Rabs z <= q ^ k * C) -> z = 0.
Proof.
  intros Hq H. destruct (Req_dec z 0) as [|Hz]; auto. exfalso.
  assert (Hp := Rabs_pos_lt z Hz).
  assert (HC : 0 < C). { specialize (H 0%nat). simpl in H. lra. }
  destruct (pow_lt_1_zero q) with (y := Rabs z / C) as [N HN].
  - rewrite Rabs_pos_eq; lra.
  - apply Rdiv_lt_0_compat; auto.
  - specialize (HN N (le_n N)). specialize (H N).
    rewrite Rabs_pos_eq in HN by (apply pow_le; lra).
    apply Rmult_lt_compat_r with (r := C) in HN; auto.
    unfold Rdiv in HN. rewrite Rmult_assoc, Rinv_l in HN; lra.
Qed.

Section Contraction.
Variables (n:nat) (c r:vec) (T:vec->vec) (q eps:R).
Hypothesis Hr : forall i, (i<n)%nat -> 0 <= r i.
Hypothesis Hq : 0 <= q < 1.
Hypothesis Heps : 0 <= eps <= 1.
Hypothesis Hlip : forall x y M, in_box n c r x -> in_box n c r y -> 0 <= M ->
  (forall i, (i<n)%nat -> Rabs (x i - y i) <= M * r i) ->
  forall i, (i<n)%nat -> Rabs (T x i - T y i) <= q * M * r i.
Hypothesis Hc : forall i, (i<n)%nat -> Rabs (T c i - c i) <= (1-q) * eps * r i.

Let x_ (k:nat) : vec := Nat.iter k T c.
Let q01 k : 0 <= q^k <= 1.
Proof. induction k; simpl; [lra|nra]. Qed.

Let inv k : (forall i, (i<n)%nat -> Rabs (x_ k i - c i) <= (1 - q^k) * eps * r i) /\
  (forall i, (i<n)%nat -> Rabs (x_ (S k) i - x_ k i) <= q^k * ((1-q) * eps) * r i).
Proof.
  induction k as [|k [I1 I2]].
  - split; intros i Hi; simpl.
    + replace (c i - c i) with 0 by ring. rewrite Rabs_R0. lra.
    + specialize (Hc i Hi). lra.
  - assert (J : forall i, (i<n)%nat -> Rabs (x_ (S k) i - c i) <= (1 - q^(S k)) * eps * r i).
    { intros i Hi. replace (x_ (S k) i - c i) with ((x_ (S k) i - x_ k i) + (x_ k i - c i)) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. specialize (I1 i Hi); specialize (I2 i Hi). simpl pow. lra. }
    assert (B : forall m, (forall i, (i<n)%nat -> Rabs (x_ m i - c i) <= (1 - q^m) * eps * r i) -> in_box n c r (x_ m)).
    { intros m Hm i Hi. eapply Rle_trans; [apply Hm; auto|]. specialize (Hr i Hi). specialize (q01 m).
      assert (0 <= (1 - q^m) * eps <= 1) by nra. nra. }
    split; auto. intros i Hi. change (Rabs (T (x_ (S k)) i - T (x_ k) i) <= q ^ S k * ((1 - q) * eps) * r i).
    simpl pow. rewrite (Rmult_assoc q). apply Hlip; auto.
    apply Rmult_le_pos; [apply q01|apply Rmult_le_pos; lra].
Qed.
Let box_ k : in_box n c r (x_ k).
Proof.
  intros i Hi. eapply Rle_trans; [apply (proj1 (inv k)); auto|].
  specialize (Hr i Hi). specialize (q01 k). assert (0 <= (1 - q^k) * eps <= 1) by nra. nra.
Qed.
Let cau k m i : (i<n)%nat -> Rabs (x_ (m+k)%nat i - x_ k i) <= (q^k - q^(m+k)) * eps * r i.
Proof.
  intros Hi. induction m.
  - change (0+k)%nat with k. replace (x_ k i - x_ k i) with 0 by ring. rewrite Rabs_R0; lra.
  - change (S m + k)%nat with (S (m+k)).
    replace (x_ (S (m+k)) i - x_ k i) with ((x_ (S (m+k)) i - x_ (m+k)%nat i) + (x_ (m+k)%nat i - x_ k i)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. generalize (proj2 (inv (m+k)%nat) i Hi). simpl pow. lra.
Qed.
Let cau' k m i : (i<n)%nat -> Rabs (x_ (m+k)%nat i - x_ k i) <= q^k * eps * r i.
Proof.
  intros Hi. eapply Rle_trans; [apply cau; auto|]. specialize (Hr i Hi).
  apply Rmult_le_compat_r; auto. apply Rmult_le_compat_r. lra. specialize (q01 (m+k)). lra.
Qed.
Let l : vec := fun i => real (Lim_seq (fun k => x_ k i)).
Let lim_l i : (i<n)%nat -> is_lim_seq (fun k => x_ k i) (l i).
Proof.
  intros Hi. apply Lim_seq_correct', ex_lim_seq_cauchy_corr. intros e.
  assert (Hri := Hr i Hi).
  destruct (pow_lt_1_zero q) with (y := e / (2 * (r i + 1))) as [N HN].
  { rewrite Rabs_pos_eq; lra. }
  { apply Rdiv_lt_0_compat; [apply cond_pos|lra]. }
  specialize (HN N (le_n N)). rewrite Rabs_pos_eq in HN by apply q01.
  assert (HN' : q^N * eps * r i < e / 2).
  { apply Rmult_lt_compat_r with (r := r i + 1) in HN; [|lra].
    replace (e / (2 * (r i + 1)) * (r i + 1)) with (e/2) in HN by (field; lra).
    specialize (q01 N). assert (q^N * eps <= q^N) by nra. nra. }
  exists N. intros a b Ha Hb.
  replace a with ((a - N) + N)%nat by lia. replace b with ((b - N) + N)%nat by lia.
  generalize (cau' N (a-N)%nat i Hi) (cau' N (b-N)%nat i Hi). intros A B.
  replace (x_ (a - N + N)%nat i - x_ (b - N + N)%nat i)
    with ((x_ (a - N + N)%nat i - x_ N i) - (x_ (b - N + N)%nat i - x_ N i)) by ring.
  unfold Rminus at 1. eapply Rle_lt_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra.
Qed.
Let l_near k i : (i<n)%nat -> Rabs (l i - x_ k i) <= q^k * eps * r i.
Proof.
  intros Hi.
  assert (L : is_lim_seq (fun m => Rabs (x_ (m+k)%nat i - x_ k i)) (Rabs (l i - x_ k i))).
  { apply (is_lim_seq_abs _ (Finite (l i - x_ k i))).
    apply (is_lim_seq_minus' (fun m => x_ (m+k)%nat i) (fun _ => x_ k i)).
    - apply (is_lim_seq_incr_n (fun m => x_ m i)), lim_l; auto.
    - apply is_lim_seq_const. }
  apply (is_lim_seq_le (fun m => Rabs (x_ (m+k)%nat i - x_ k i)) (fun _ => q^k * eps * r i) _ _) with (2 := L) (3 := is_lim_seq_const _).
  intros m. apply cau'; auto.
Qed.
Let l_eps : in_box n c (fun i => eps * r i) l.
Proof. intros i Hi. generalize (l_near 0 i Hi). simpl. lra. Qed.
Let l_box : in_box n c r l.
Proof. intros i Hi. eapply Rle_trans; [apply l_eps; auto|]. specialize (Hr i Hi). simpl. nra. Qed.

Theorem banach_fixed_point : exists x, in_box n c (fun i => eps * r i) x /\ forall i, (i<n)%nat -> T x i = x i.
Proof.
  exists l; split; auto. intros i Hi. apply Rminus_diag_uniq.
  apply (geom_small q (2 * r i)); auto. intros k.
  replace (T l i - l i) with ((T l i - T (x_ k) i) - (l i - x_ (S k) i)) by (simpl; ring).
  unfold Rminus at 1. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp.
  assert (A : Rabs (T l i - T (x_ k) i) <= q * (q^k * eps) * r i).
  { apply Hlip; auto. specialize (q01 k); nra. }
  generalize (l_near (S k) i Hi). simpl pow. intros B.
  specialize (Hr i Hi). specialize (q01 k).
  assert (0 <= q ^ k * eps <= q ^ k) by nra.
  assert (q * (q ^ k * eps) <= q^k) by nra.
  assert (q * (q ^ k * eps) * r i <= q^k * r i) by nra. lra.
Qed.
Theorem banach_unique x y : in_box n c r x -> in_box n c r y ->
  (forall i, (i<n)%nat -> T x i = x i) -> (forall i, (i<n)%nat -> T y i = y i) ->
  forall i, (i<n)%nat -> x i = y i.
Proof.
  intros Bx By Fx Fy i Hi. apply Rminus_diag_uniq. apply (geom_small q (2 * r i)); auto.
  intros k; revert i Hi. induction k; intros i Hi.
  - specialize (Bx i Hi); specialize (By i Hi).
    replace (x i - y i) with ((x i - c i) - (y i - c i)) by ring. unfold Rminus at 1.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. simpl. lra.
  - rewrite <- (Fx i Hi), <- (Fy i Hi). simpl pow.
    replace (q * q^k * (2 * r i)) with (q * (q^k * 2) * r i) by ring. apply Hlip; auto.
    + specialize (q01 k); lra.
    + intros j Hj. specialize (IHk j Hj). lra.
Qed.
End Contraction.

(** ** nonsingularity of a matrix from an approximate left inverse *)
Lemma approx_inverse_inj n (A B:nat->nat->R) q : 0 <= q < 1 ->
  (forall i, (i<n)%nat -> sumR n (fun k => Rabs (delta i k - sumR n (fun j => B i j * A j k))) <= q) ->
  forall y:vec, (forall i, (i<n)%nat -> sumR n (fun k => A i k * y k) = 0) ->
  forall k, (k<n)%nat -> y k = 0.
Proof.
  intros Hq HB y Hy k Hk. set (M := sumR n (fun j => Rabs (y j))).
  apply (geom_small q M); auto. intros m; revert k Hk. induction m; intros k Hk.
  - simpl. rewrite Rmult_1_l. apply (sumR_term n (fun j => Rabs (y j))); auto. intros; apply Rabs_pos.
  - assert (E : y k = sumR n (fun j => (delta k j - sumR n (fun i => B k i * A i j)) * y j)).
    { rewrite (sumR_ext _ _ (fun j => delta k j * y j - sumR n (fun i => B k i * (A i j * y j)))).
      - rewrite sumR_minus, sumR_delta by auto. rewrite sumR_swap.
        rewrite (sumR_0 n (fun j => sumR n (fun i => B k j * (A j i * y i)))). ring.
        intros i Hi. rewrite sumR_scal, Hy by auto. ring.
      - intros j Hj. rewrite Rmult_minus_distr_r, <- sumR_scal_r. f_equal. apply sumR_ext; intros; ring. }
    rewrite E. eapply Rle_trans; [apply sumR_abs|]. simpl pow. rewrite Rmult_assoc.
    apply Rle_trans with (sumR n (fun j => Rabs (delta k j - sumR n (fun i => B k i * A i j)) * (q^m * M))).
    + apply sumR_le. intros j Hj. rewrite Rabs_mult. apply Rmult_le_compat_l. apply Rabs_pos. auto.
    + rewrite sumR_scal_r. apply Rmult_le_compat_r; auto.
      apply Rmult_le_pos. apply pow_le; lra. apply sumR_ge0; intros; apply Rabs_pos.
Qed.

(** ** Krawczyk: zero of F in the box, unique in the box, within eps*r of the centre *)
Theorem krawczyk n (D : vec -> Prop) (c r:vec) (F:nat->vec->R) (J:nat->nat->vec->R) (A:nat->nat->R) q eps :
  (forall k, (k<n)%nat -> has_grad n D (F k) (J k)) -> (forall x, in_box n c r x -> D x) ->
  (forall i, (i<n)%nat -> 0 <= r i) -> 0 <= q < 1 -> 0 <= eps <= 1 ->
  (forall x, in_box n c r x -> forall i, (i<n)%nat ->
     sumR n (fun j => Rabs (delta i j - sumR n (fun k => A i k * J k j x)) * r j) <= q * r i) ->
  (forall i, (i<n)%nat -> Rabs (sumR n (fun k => A i k * F k c)) <= (1-q) * eps * r i) ->
  (forall y:vec, (forall i, (i<n)%nat -> sumR n (fun k => A i k * y k) = 0) -> forall k, (k<n)%nat -> y k = 0) ->
  exists x, in_box n c (fun i => eps * r i) x /\ (forall k, (k<n)%nat -> F k x = 0) /\
    forall y, in_box n c r y -> (forall k, (k<n)%nat -> F k y = 0) -> forall i, (i<n)%nat -> y i = x i.
Proof.
  intros HF HD Hr Hq Heps HK Hc HA.
  set (T := fun (x:vec) (i:nat) => x i - sumR n (fun k => A i k * F k x)).
  assert (HT : forall i, (i<n)%nat -> has_grad n D (fun x => T x i)
      (fun j x => delta i j - sumR n (fun k => A i k * J k j x))).
  { intros i Hi. unfold T.
    apply (has_grad_ext n D (fun x => x i + (-1) * sumR n (fun k => A i k * F k x)) _
      (fun j x => delta i j + (0 * sumR n (fun k => A i k * F k x) + (-1) * sumR n (fun k => 0 * F k x + A i k * J k j x)))).
    - intros; ring.
    - intros j x Hj _. rewrite (sumR_ext n (fun k => 0 * F k x + A i k * J k j x) (fun k => A i k * J k j x)) by (intros; ring). ring.
    - apply has_grad_plus. apply has_grad_var; auto.
      apply (has_grad_mult n D (fun _ => -1) (fun x => sumR n (fun k => A i k * F k x)) (fun _ _ => 0)).
      apply has_grad_const.
      apply (has_grad_sum n D n (fun k x => A i k * F k x) (fun k j x => 0 * F k x + A i k * J k j x)).
      intros k Hk. apply (has_grad_mult n D (fun _ => A i k) (F k) (fun _ _ => 0) (J k)); auto. apply has_grad_const. }
  assert (Hlip : forall x y M, in_box n c r x -> in_box n c r y -> 0 <= M ->
    (forall i, (i<n)%nat -> Rabs (x i - y i) <= M * r i) ->
    forall i, (i<n)%nat -> Rabs (T x i - T y i) <= q * M * r i).
  { intros x y M Bx By HM Hxy i Hi. destruct (mean_value n D _ _ y x (HT i Hi)) as [t [Ht E]].
    { intros t Ht. apply HD, in_box_line; auto. }
    rewrite E. eapply Rle_trans; [apply sumR_abs|].
    set (z := line y (fun i => x i - y i) t) in *.
    assert (Bz : in_box n c r z) by (apply in_box_line; auto; lra).
    apply Rle_trans with (sumR n (fun j => M * (Rabs (delta i j - sumR n (fun k => A i k * J k j z)) * r j))).
    - apply sumR_le. intros j Hj. rewrite Rabs_mult. specialize (Hxy j Hj).
      apply Rle_trans with (Rabs (delta i j - sumR n (fun k => A i k * J k j z)) * (M * r j)); [|lra].
      apply Rmult_le_compat_l; auto. apply Rabs_pos.
    - rewrite sumR_scal. specialize (HK z Bz i Hi). nra. }
  assert (Z : forall x, (forall i, (i<n)%nat -> T x i = x i) <-> (forall k, (k<n)%nat -> F k x = 0)).
  { intros x; split; intros H.
    - apply HA. intros i Hi. specialize (H i Hi). unfold T in H. lra.
    - intros i Hi. unfold T. rewrite sumR_0. ring. intros k Hk. rewrite H by auto. ring. }
  destruct (banach_fixed_point n c r T q eps Hr Hq Heps Hlip) as [x [Bx Fx]].
  { intros i Hi. unfold T. replace (c i - sumR n (fun k => A i k * F k c) - c i) with (- sumR n (fun k => A i k * F k c)) by ring.
    rewrite Rabs_Ropp; auto. }
  exists x; split; [|split]; auto.
  - apply Z; auto.
  - intros y By Fy. apply (banach_unique n c r T q Hq Hlip); auto.
    + intros i Hi. eapply Rle_trans; [apply Bx; auto|]. specialize (Hr i Hi); simpl; nra.
    + apply Z; auto.
Qed.
