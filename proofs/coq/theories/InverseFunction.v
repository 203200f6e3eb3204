(** * The exact inverse function theorem, in the Euclidean norm of R^n.

    If |DF(x0)^-1| <= 1/lambda and |DF(x) - DF(x0)| <= lambda/2 on the closed ball of radius r about x0, then F is injective
    there and its image contains the closed ball of radius lambda r / 2 about F(x0). *)
From Coq Require Import Reals Lra Lia Arith.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus.
Local Open Scope R_scope.

(** ** the Euclidean norm *)
Definition square (n : nat) (v : vec) := sumR n (fun i => v i ^ 2).
Definition norm (n : nat) (v : vec) := sqrt (square n v).
Definition minus (x y : vec) : vec := fun i => x i - y i.
Definition apply (n : nat) (M : nat -> nat -> R) (v : vec) : vec := fun k => sumR n (fun j => M k j * v j).
Lemma square_ge0 n v : 0 <= square n v.
Proof. apply sumR_ge0. intros. apply pow2_ge_0. Qed.
Lemma norm_ge0 n v : 0 <= norm n v.
Proof. apply sqrt_pos. Qed.
Lemma norm_square n v : norm n v ^ 2 = square n v.
Proof. unfold norm. simpl. rewrite Rmult_1_r. apply sqrt_sqrt, square_ge0. Qed.
Lemma norm_le n v c : 0 <= c -> square n v <= c ^ 2 -> norm n v <= c.
Proof. intros C H. rewrite <- norm_square in H. generalize (norm_ge0 n v). intros. nra. Qed.
Lemma norm_ext n u v : agree n u v -> norm n u = norm n v.
Proof. intros A. unfold norm, square. f_equal. apply sumR_ext. intros i Hi. rewrite (A i Hi). reflexivity. Qed.
Lemma coordinate_le n v i : (i < n)%nat -> Rabs (v i) <= norm n v.
Proof.
  intros Hi. rewrite <- (sqrt_Rsqr_abs (v i)). apply sqrt_le_1_alt. unfold Rsqr.
  replace (v i * v i) with (v i ^ 2) by ring. apply (sumR_term n (fun i => v i ^ 2)); auto. intros; apply pow2_ge_0.
Qed.
Lemma norm_0 n v : norm n v <= 0 -> forall i, (i < n)%nat -> v i = 0.
Proof.
  intros H i Hi. generalize (coordinate_le n v i Hi) (Rabs_pos (v i)). intros A B.
  destruct (Req_dec (v i) 0) as [|N]; auto. apply Rabs_pos_lt in N. lra.
Qed.
Theorem cauchy_schwarz n u v : sumR n (fun i => u i * v i) <= norm n u * norm n v.
Proof.
  set (b := sumR n (fun i => u i * v i)). set (c := square n v).
  assert (Q : forall s t, 0 <= s ^ 2 * square n u - 2 * (s * t) * b + t ^ 2 * c).
  { intros s t. replace (s ^ 2 * square n u - 2 * (s * t) * b + t ^ 2 * c) with (square n (fun i => s * u i - t * v i)).
    - apply square_ge0.
    - unfold square, b, c. unfold square. rewrite <- !sumR_scal, <- sumR_minus, <- sumR_plus. apply sumR_ext. intros; ring. }
  assert (H : b ^ 2 <= square n u * c).
  { assert (C := square_ge0 n v). fold c in C. destruct (Req_dec c 0) as [Z|N].
    - assert (b = 0).
      { assert (V : norm n v <= 0) by (apply norm_le; [lra|fold c; rewrite Z; lra]).
        apply sumR_0. intros i Hi. rewrite (norm_0 n v V i Hi). ring. }
      rewrite H, Z. lra.
    - generalize (Q c b). intros G. replace (c ^ 2 * square n u - 2 * (c * b) * b + b ^ 2 * c) with (c * (square n u * c - b ^ 2)) in G by ring.
      assert (0 < c) by lra. destruct (Rle_dec 0 (square n u * c - b ^ 2)) as [P|P]; [lra|].
      assert (c * (square n u * c - b ^ 2) < 0) by nra. lra. }
  rewrite <- !norm_square in H. unfold c in H. rewrite <- norm_square in H.
  assert (P := Rmult_le_pos _ _ (norm_ge0 n u) (norm_ge0 n v)).
  replace (norm n u ^ 2 * norm n v ^ 2) with ((norm n u * norm n v) ^ 2) in H by ring. nra.
Qed.
Lemma norm_triangle n u v : norm n (fun i => u i + v i) <= norm n u + norm n v.
Proof.
  assert (U := norm_ge0 n u). assert (V := norm_ge0 n v). apply norm_le; [lra|].
  assert (E : square n (fun i => u i + v i) = square n u + 2 * sumR n (fun i => u i * v i) + square n v).
  { unfold square. rewrite <- sumR_scal, <- !sumR_plus. apply sumR_ext. intros; ring. }
  rewrite E, <- !norm_square. generalize (cauchy_schwarz n u v). nra.
Qed.
Lemma norm_opp n v : norm n (fun i => - v i) = norm n v.
Proof. unfold norm, square. f_equal. apply sumR_ext. intros; ring. Qed.
Lemma norm_between n x y z : norm n (minus x z) <= norm n (minus x y) + norm n (minus y z).
Proof.
  rewrite (norm_ext n (minus x z) (fun i => minus x y i + minus y z i)); [apply norm_triangle|].
  intros i _. unfold minus. ring.
Qed.
Lemma norm_swap n x y : norm n (minus x y) = norm n (minus y x).
Proof. rewrite <- norm_opp. apply norm_ext. intros i _. unfold minus. ring. Qed.

(** ** limits in R^n *)
Lemma square_limit n (x : nat -> vec) (l : vec) : (forall i, (i < n)%nat -> is_lim_seq (fun k => x k i) (l i)) ->
  forall y, is_lim_seq (fun k => square n (minus (x k) y)) (square n (minus l y)).
Proof.
  unfold square. induction n as [|n IH]; intros H y; simpl sumR; [apply is_lim_seq_const|].
  apply (is_lim_seq_plus' (fun k => sumR n (fun i => minus (x k) y i ^ 2)) (fun k => minus (x k) y n ^ 2)); [apply IH; intros; apply H; lia|].
  unfold minus. assert (G : is_lim_seq (fun k => x k n - y n) (l n - y n)).
  { apply (is_lim_seq_minus' (fun k => x k n) (fun _ => y n)); [apply H; lia|apply is_lim_seq_const]. }
  apply is_lim_seq_ext with (u := fun k => (x k n - y n) * (x k n - y n)); [intros; ring|].
  apply (is_lim_seq_mult' (fun k => x k n - y n) (fun k => x k n - y n)); rewrite ?Rmult_1_r; auto.
Qed.
(** Banach's theorem on a ball: a map that halves distances and moves the centre by at most r/2. *)
Section Halving.
Variables (n : nat) (x0 : vec) (r : R) (T : vec -> vec).
Hypothesis Hr : 0 <= r.
Hypothesis half : forall x y, norm n (minus x x0) <= r -> norm n (minus y x0) <= r ->
  norm n (minus (T x) (T y)) <= / 2 * norm n (minus x y).
Hypothesis centre : norm n (minus (T x0) x0) <= r / 2.
Let x_ k : vec := Nat.iter k T x0.
Let p k : 0 < (/ 2) ^ k <= 1.
Proof. induction k; simpl; lra. Qed.
Let steps k : norm n (minus (x_ k) x0) <= (1 - (/ 2) ^ k) * r /\ norm n (minus (x_ (S k)) (x_ k)) <= (/ 2) ^ S k * r.
Proof.
  induction k as [|k [I1 I2]].
  - split; [|simpl; lra]. simpl. rewrite (norm_ext n (minus x0 x0) (fun _ => 0)) by (intros i _; unfold minus; ring).
    unfold norm, square. rewrite sumR_0 by (intros; ring). rewrite sqrt_0. lra.
  - assert (P := p (S k)). assert (J : norm n (minus (x_ (S k)) x0) <= (1 - (/ 2) ^ S k) * r).
    { eapply Rle_trans; [apply (norm_between n _ (x_ k))|]. simpl in *. lra. }
    split; auto. change (norm n (minus (T (x_ (S k))) (T (x_ k))) <= (/ 2) ^ S (S k) * r).
    eapply Rle_trans; [apply half; [nra|assert (Q := p k); nra]|]. simpl in *. lra.
Qed.
Let far k m : norm n (minus (x_ (m + k)%nat) (x_ k)) <= ((/ 2) ^ k - (/ 2) ^ (m + k)) * r.
Proof.
  induction m.
  - change (0 + k)%nat with k. rewrite (norm_ext n (minus (x_ k) (x_ k)) (fun _ => 0)) by (intros i _; unfold minus; ring).
    unfold norm, square. rewrite sumR_0 by (intros; ring). rewrite sqrt_0. lra.
  - change (S m + k)%nat with (S (m + k)). eapply Rle_trans; [apply (norm_between n _ (x_ (m + k)%nat))|]. destruct (steps (m + k)) as [_ S2]. simpl in *. lra.
Qed.
Let l : vec := fun i => real (Lim_seq (fun k => x_ k i)).
Let lim_l i : (i < n)%nat -> is_lim_seq (fun k => x_ k i) (l i).
Proof.
  intros Hi. apply Lim_seq_correct', ex_lim_seq_cauchy_corr. intros e.
  destruct (pow_lt_1_zero (/ 2)) with (y := e / (2 * (r + 1))) as [N HN].
  { rewrite Rabs_pos_eq; lra. }
  { apply Rdiv_lt_0_compat; [apply cond_pos|lra]. }
  specialize (HN N (le_n N)). assert (P := p N). rewrite Rabs_pos_eq in HN by lra.
  assert (S : (/ 2) ^ N * r < e / 2).
  { apply Rmult_lt_compat_r with (r := r + 1) in HN; [|lra].
    replace (e / (2 * (r + 1)) * (r + 1)) with (e / 2) in HN by (field; lra). nra. }
  assert (G : forall a, (N <= a)%nat -> Rabs (x_ a i - x_ N i) < e / 2).
  { intros a Ha. replace a with ((a - N) + N)%nat by lia.
    eapply Rle_lt_trans; [apply (coordinate_le n (minus (x_ (a - N + N)%nat) (x_ N)) i Hi)|].
    eapply Rle_lt_trans; [apply far|]. assert (Q := p (a - N + N)%nat). nra. }
  exists N. intros a b Ha Hb. replace (x_ a i - x_ b i) with ((x_ a i - x_ N i) - (x_ b i - x_ N i)) by ring.
  unfold Rminus at 1. eapply Rle_lt_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. generalize (G a Ha) (G b Hb). lra.
Qed.
Let near k : norm n (minus l (x_ k)) <= (/ 2) ^ k * r.
Proof.
  assert (P := p k). apply norm_le; [nra|].
  assert (L := square_limit n (fun m => x_ (m + k)%nat) l (fun i Hi => proj1 (is_lim_seq_incr_n (fun m => x_ m i) k _) (lim_l i Hi)) (x_ k)).
  apply (is_lim_seq_le (fun m => square n (minus (x_ (m + k)%nat) (x_ k))) (fun _ => ((/ 2) ^ k * r) ^ 2)
    (Finite (square n (minus l (x_ k)))) (Finite (((/ 2) ^ k * r) ^ 2))) with (2 := L) (3 := is_lim_seq_const _).
  intros m. rewrite <- norm_square. assert (G := far k m). assert (Q := p (m + k)%nat). assert (N := norm_ge0 n (minus (x_ (m + k)%nat) (x_ k))).
  apply pow_incr. split; auto. nra.
Qed.
Theorem halving_fixed_point : exists x, norm n (minus x x0) <= r /\ agree n (T x) x.
Proof.
  assert (B : norm n (minus l x0) <= r) by (generalize (near 0); simpl; lra).
  exists l. split; auto. intros i Hi. apply Rminus_diag_uniq. apply (norm_0 n (minus (T l) l)); auto.
  destruct (Rle_dec (norm n (minus (T l) l)) 0) as [|G]; auto. exfalso. set (g := norm n (minus (T l) l)) in *.
  assert (S : forall k, g <= 2 * r * (/ 2) ^ k).
  { intros k. unfold g. eapply Rle_trans; [apply (norm_between n _ (x_ (S k)))|].
    rewrite (norm_swap n (x_ (S k)) l). assert (N1 := near (S k)). assert (N2 := near k). destruct (steps k) as [S1 _].
    assert (P := p k). assert (H := half l (x_ k) B ltac:(nra)). change (x_ (S k)) with (T (x_ k)) in *.
    change ((/ 2) ^ S k) with (/ 2 * (/ 2) ^ k) in N1. assert (Q : 0 <= (/ 2) ^ k * r) by (apply Rmult_le_pos; lra). lra. }
  destruct (pow_lt_1_zero (/ 2)) with (y := g / (2 * r + 1)) as [N HN].
  { rewrite Rabs_pos_eq; lra. }
  { apply Rdiv_lt_0_compat; lra. }
  specialize (HN N (le_n N)). assert (P := p N). rewrite Rabs_pos_eq in HN by lra. specialize (S N).
  apply Rmult_lt_compat_r with (r := 2 * r + 1) in HN; [|lra].
  replace (g / (2 * r + 1) * (2 * r + 1)) with g in HN by (field; lra). nra.
Qed.
End Halving.

(** ** the theorem *)
Lemma finite_choice n (P : nat -> vec -> Prop) : (forall j, (j < n)%nat -> exists u, P j u) ->
  exists B : nat -> vec, forall j, (j < n)%nat -> P j (B j).
Proof.
  induction n as [|n IH]; intros H; [exists (fun _ _ => 0); intros; lia|].
  destruct IH as [B HB]; [auto|]. destruct (H n ltac:(lia)) as [u Hu].
  exists (fun j => if Nat.eqb j n then u else B j). intros j Hj. destruct (Nat.eqb_spec j n) as [->|]; auto. apply HB. lia.
Qed.
(** A square matrix that never shortens below a factor lambda > 0 and reaches every vector has an inverse, |B v| <= |v| / lambda. *)
Lemma inverse_matrix n M lambda : 0 < lambda -> (forall v, lambda * norm n v <= norm n (apply n M v)) ->
  (forall v, exists u, agree n (apply n M u) v) ->
  exists B, (forall v, agree n (apply n M (apply n B v)) v) /\ (forall v, agree n (apply n B (apply n M v)) v) /\
    forall v, norm n (apply n B v) <= norm n v / lambda.
Proof.
  intros L Lo On. destruct (finite_choice n (fun j u => agree n (apply n M u) (delta j))) as [C HC]; [intros; apply On|].
  set (B := fun k j => C j k).
  assert (R : forall v, agree n (apply n M (apply n B v)) v).
  { intros v k Hk. unfold apply, B. rewrite (sumR_ext n _ (fun j => sumR n (fun i => M k j * (C i j * v i)))) by (intros; rewrite sumR_scal; reflexivity).
    rewrite sumR_swap. rewrite (sumR_ext n _ (fun i => delta k i * v i)); [apply sumR_delta; auto|].
    intros i Hi. specialize (HC i Hi k Hk). unfold apply in HC. rewrite (sumR_ext n _ (fun j => M k j * C i j * v i)) by (intros; ring).
    rewrite sumR_scal_r, HC. unfold delta. rewrite Nat.eqb_sym. reflexivity. }
  assert (I : forall v, agree n (apply n B (apply n M v)) v).
  { intros v i Hi. apply Rminus_diag_uniq. apply (norm_0 n (minus (apply n B (apply n M v)) v)); auto.
    assert (Z : norm n (apply n M (minus (apply n B (apply n M v)) v)) = 0).
    { rewrite (norm_ext n _ (fun _ => 0)).
      - unfold norm, square. rewrite sumR_0 by (intros; ring). apply sqrt_0.
      - intros k Hk. assert (E := R (apply n M v) k Hk). unfold apply at 1. unfold apply at 1 in E. unfold minus.
        rewrite (sumR_ext n _ (fun j => M k j * apply n B (apply n M v) j - M k j * v j)) by (intros; ring).
        rewrite sumR_minus, E. unfold apply. ring. }
    assert (G := Lo (minus (apply n B (apply n M v)) v)). rewrite Z in G.
    assert (P := norm_ge0 n (minus (apply n B (apply n M v)) v)). nra. }
  exists B. split; [exact R|]. split; [exact I|]. intros v. apply Rmult_le_reg_l with lambda; auto.
  replace (lambda * (norm n v / lambda)) with (norm n v) by (field; lra).
  eapply Rle_trans; [apply Lo|]. rewrite (norm_ext n _ v (R v)). lra.
Qed.
Lemma apply_agree n M u v : agree n u v -> apply n M u = apply n M v.
Proof. intros A. apply FunctionalExtensionality.functional_extensionality. intros k. apply sumR_ext. intros i Hi. rewrite (A i Hi). reflexivity. Qed.
Lemma ball_line n x0 r x y t : norm n (minus x x0) <= r -> norm n (minus y x0) <= r -> 0 <= t <= 1 ->
  norm n (minus (line x (fun i => y i - x i) t) x0) <= r.
Proof.
  intros Hx Hy Ht.
  assert (S : forall c v, 0 <= c -> norm n (fun i => c * v i) = c * norm n v).
  { intros c v C. unfold norm, square. rewrite (sumR_ext n _ (fun i => c ^ 2 * v i ^ 2)) by (intros; ring). rewrite sumR_scal.
    rewrite sqrt_mult by (try apply pow2_ge_0; apply square_ge0). f_equal. replace (c ^ 2) with (Rsqr c) by (unfold Rsqr; ring). apply sqrt_Rsqr; auto. }
  rewrite (norm_ext n _ (fun i => (1 - t) * minus x x0 i + t * minus y x0 i)) by (intros i _; unfold minus, line; ring).
  eapply Rle_trans; [apply (norm_triangle n (fun i => (1 - t) * minus x x0 i) (fun i => t * minus y x0 i))|].
  rewrite !S by lra. nra.
Qed.
Section Statement.
Variables (n : nat) (D : vec -> Prop) (F : nat -> vec -> R) (J : nat -> nat -> vec -> R) (x0 : vec) (r lambda : R).
(* Compared with DF; in the exact form it is DF(x0). *)
Variable M : nat -> nat -> R.
Let ball x := norm n (minus x x0) <= r.
Let F_ x : vec := fun k => F k x.
Hypothesis HF : forall k, (k < n)%nat -> has_grad n D (F k) (J k).
Hypothesis HD : forall x, ball x -> D x.
Hypothesis Hr : 0 <= r.
Hypothesis Hl : 0 < lambda.
Hypothesis below : forall v, lambda * norm n v <= norm n (apply n M v).
Hypothesis onto : forall v, exists u, agree n (apply n M u) v.
Hypothesis change : forall x, ball x -> forall v,
  norm n (apply n (fun k j => J k j x - M k j) v) <= lambda / 2 * norm n v.
(** The mean value inequality for F - M. *)
Lemma nearly_linear x y : ball x -> ball y ->
  norm n (minus (minus (F_ y) (F_ x)) (apply n M (minus y x))) <= lambda / 2 * norm n (minus y x).
Proof.
  intros Bx By. set (d := minus (minus (F_ y) (F_ x)) (apply n M (minus y x))).
  set (f := fun z => sumR n (fun k => d k * (F k z - sumR n (fun j => M k j * z j)))).
  assert (G : has_grad n D f (fun j z => sumR n (fun k => d k * (J k j z - M k j)))).
  { unfold f. apply has_grad_sum. intros k Hk. apply has_grad_scal.
    apply (has_grad_ext n D (fun z => F k z + -1 * sumR n (fun j => M k j * z j)) _
      (fun j z => J k j z + -1 * sumR n (fun i => M k i * delta i j))).
    - intros; ring.
    - intros j z Hj _. rewrite (sumR_ext n _ (fun i => delta j i * M k i)) by (intros; unfold delta; rewrite Nat.eqb_sym; ring).
      rewrite sumR_delta by auto. ring.
    - apply has_grad_plus; [apply HF; auto|]. apply has_grad_scal.
      apply (has_grad_sum n D n (fun i z => M k i * z i) (fun i j _ => M k i * delta i j)).
      intros i Hi. apply has_grad_scal, has_grad_var; auto. }
  destruct (mean_value n D f _ x y G) as [t [Ht E]].
  { intros t Ht. apply HD, ball_line; auto. }
  set (z := line x (fun i => y i - x i) t) in *.
  assert (Bz : ball z) by (apply ball_line; auto; lra).
  assert (E1 : square n d = f y - f x).
  { unfold f. rewrite <- sumR_minus. apply sumR_ext. intros k Hk. unfold d at 1 2 3. unfold minus, F_, apply.
    rewrite (sumR_ext n (fun j => M k j * (y j - x j)) (fun j => M k j * y j - M k j * x j)) by (intros; ring).
    rewrite sumR_minus. ring. }
  assert (E2 : f y - f x = sumR n (fun k => d k * apply n (fun k j => J k j z - M k j) (minus y x) k)).
  { rewrite E. rewrite (sumR_ext n _ (fun j => sumR n (fun k => d k * (J k j z - M k j) * (y j - x j)))) by (intros; rewrite sumR_scal_r; reflexivity).
    rewrite sumR_swap. apply sumR_ext. intros k Hk. unfold apply. rewrite <- sumR_scal. apply sumR_ext. intros. unfold minus. ring. }
  assert (C := cauchy_schwarz n d (apply n (fun k j => J k j z - M k j) (minus y x))).
  rewrite <- E2, <- E1, <- norm_square in C. assert (H := change z Bz (minus y x)).
  assert (P := norm_ge0 n d). destruct (Req_dec (norm n d) 0) as [Z|N].
  - rewrite Z. apply Rmult_le_pos; [lra|apply norm_ge0].
  - eapply Rle_trans; [|exact H]. apply Rmult_le_reg_l with (norm n d); [lra|]. simpl in C. lra.
Qed.
Theorem inverse_function_near :
  (forall x y, ball x -> ball y -> agree n (F_ x) (F_ y) -> agree n x y) /\
  (forall y, norm n (minus y (F_ x0)) <= lambda * r / 2 -> exists x, ball x /\ agree n (F_ x) y).
Proof.
  split.
  - intros x y Bx By E i Hi. symmetry. apply Rminus_diag_uniq. apply (norm_0 n (minus y x)); auto.
    assert (N := nearly_linear x y Bx By). assert (L := below (minus y x)).
    rewrite (norm_ext n _ (fun k => - apply n M (minus y x) k)) in N.
    + rewrite norm_opp in N.  assert (P := norm_ge0 n (minus y x)). nra.
    + intros k Hk. unfold minus at 1 2. rewrite (E k Hk). ring.
  - intros y Hy. destruct (inverse_matrix n M lambda Hl below onto) as [B [R [I N]]].
    set (T := fun x : vec => minus x (apply n B (minus (F_ x) y))).
    assert (Lin : forall u v, agree n (minus (apply n B u) (apply n B v)) (apply n B (minus u v))).
    { intros u v k Hk. unfold minus, apply. rewrite <- sumR_minus. apply sumR_ext. intros; ring. }
    destruct (halving_fixed_point n x0 r T Hr) as [x [Bx Fx]].
    + intros x z Bx Bz.
      rewrite (norm_ext n _ (apply n B (minus (apply n M (minus x z)) (minus (F_ x) (F_ z))))).
      * eapply Rle_trans; [apply N|]. apply Rmult_le_reg_r with lambda; auto.
        assert (K := nearly_linear z x Bz Bx). rewrite norm_swap in K.
        replace (norm n (minus (apply n M (minus x z)) (minus (F_ x) (F_ z))) / lambda * lambda)
          with (norm n (minus (apply n M (minus x z)) (minus (F_ x) (F_ z)))) by (field; lra). lra.
      * intros i Hi. transitivity (minus (apply n B (apply n M (minus x z))) (apply n B (minus (F_ x) (F_ z))) i); [|apply Lin; auto].
        assert (E := Lin (minus (F_ x) y) (minus (F_ z) y) i Hi).
        rewrite (apply_agree n B (minus (minus (F_ x) y) (minus (F_ z) y)) (minus (F_ x) (F_ z))) in E by (intros k _; unfold minus; ring).
        change (apply n B (minus (F_ x) y) i - apply n B (minus (F_ z) y) i = apply n B (minus (F_ x) (F_ z)) i) in E.
        change ((x i - apply n B (minus (F_ x) y) i) - (z i - apply n B (minus (F_ z) y) i) =
          apply n B (apply n M (minus x z)) i - apply n B (minus (F_ x) (F_ z)) i).
        rewrite (I (minus x z) i Hi). change (minus x z i) with (x i - z i). lra.
    + rewrite (norm_ext n _ (fun i => - apply n B (minus (F_ x0) y) i)) by (intros i _; unfold T, minus; ring).
      rewrite norm_opp. eapply Rle_trans; [apply N|]. rewrite norm_swap. apply Rmult_le_reg_r with lambda; auto.
      replace (norm n (minus y (F_ x0)) / lambda * lambda) with (norm n (minus y (F_ x0))) by (field; lra). lra.
    + exists x. split; auto. intros k Hk.
      assert (Z : agree n (apply n B (minus (F_ x) y)) (fun _ => 0)).
      { intros i Hi. specialize (Fx i Hi). unfold T, minus at 1 in Fx. lra. }
      assert (E := R (minus (F_ x) y) k Hk). rewrite (apply_agree n M _ (fun _ => 0) Z) in E.
      unfold apply in E at 1. rewrite sumR_0 in E by (intros; ring). unfold minus in E. lra.
Qed.
End Statement.
Theorem inverse_function n D F J x0 r lambda : (forall k, (k < n)%nat -> has_grad n D (F k) (J k)) ->
  (forall x, norm n (minus x x0) <= r -> D x) -> 0 <= r -> 0 < lambda ->
  (forall v, lambda * norm n v <= norm n (apply n (fun k j => J k j x0) v)) ->
  (forall v, exists u, agree n (apply n (fun k j => J k j x0) u) v) ->
  (forall x, norm n (minus x x0) <= r -> forall v,
    norm n (apply n (fun k j => J k j x - J k j x0) v) <= lambda / 2 * norm n v) ->
  (forall x y, norm n (minus x x0) <= r -> norm n (minus y x0) <= r ->
    agree n (fun k => F k x) (fun k => F k y) -> agree n x y) /\
  (forall y, norm n (minus y (fun k => F k x0)) <= lambda * r / 2 ->
    exists x, norm n (minus x x0) <= r /\ agree n (fun k => F k x) y).
Proof. intros. apply (inverse_function_near n D F J x0 r lambda (fun k j => J k j x0)); auto. Qed.
