(** * Sylvester's law of inertia: the index of a stationary point is one number.

    A quadratic form of n variables that is negative on the combinations of k vectors and positive on those of l vectors
    has k + l <= n.  So the numbers of negative and of positive eigenvalues are the greatest such k and l, and
    [index] says that exactly k are negative and none is 0. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder Definite.
Local Open Scope R_scope.

Lemma sumR_split k l f : sumR (k + l) f = sumR k f + sumR l (fun j => f (k + j)%nat).
Proof.
  induction l as [|l IH]; [rewrite Nat.add_0_r; simpl; ring|].
  rewrite Nat.add_succ_r. simpl. rewrite IH. ring.
Qed.
Lemma nonzero_or_not m u : nonzero m u \/ (forall i, (i < m)%nat -> u i = 0).
Proof.
  induction m as [|m [[i [Hi Ni]]|A]]; [right; intros; lia|left; exists i; split; auto|].
  destruct (Req_dec (u m) 0) as [F|F]; [|left; exists m; split; auto].
  right. intros i Hi. destruct (Nat.eq_dec i m) as [->|]; auto. apply A; lia.
Qed.
Lemma quad_ext n H u v : (forall i, (i < n)%nat -> u i = v i) -> quad n H u = quad n H v.
Proof.
  intros E. unfold quad. apply sumR_ext. intros i Hi. rewrite (E i Hi). f_equal.
  apply sumR_ext. intros j Hj. rewrite (E j Hj). reflexivity.
Qed.
Lemma quad_0 n H u : (forall i, (i < n)%nat -> u i = 0) -> quad n H u = 0.
Proof. intros E. unfold quad. apply sumR_0. intros i Hi. rewrite (E i Hi). ring. Qed.
Lemma quad_opposite n H u : quad n H (fun i => - u i) = quad n H u.
Proof.
  unfold quad. apply sumR_ext. intros i Hi.
  rewrite (sumR_ext n (fun j => H i j * - u j) (fun j => -1 * (H i j * u j))) by (intros; ring).
  rewrite sumR_scal. ring.
Qed.
Lemma quad_neg n H u : quad n (fun i j => - H i j) u = - quad n H u.
Proof.
  unfold quad. rewrite (sumR_ext n _ (fun i => -1 * (sumR n (fun j => H i j * u j) * u i))).
  - rewrite sumR_scal. ring.
  - intros i Hi. rewrite (sumR_ext n _ (fun j => -1 * (H i j * u j))) by (intros; ring). rewrite sumR_scal. ring.
Qed.

(** n + 1 vectors of R^n are linearly dependent: eliminate the coordinate p where the last one is not 0. *)
Lemma dependent n : forall A : nat -> nat -> R, exists u, nonzero (S n) u /\
  forall i, (i < n)%nat -> sumR (S n) (fun j => u j * A j i) = 0.
Proof.
  induction n as [|n IH]; intros A.
  - exists (fun _ => 1). split; [exists 0%nat; split; [lia|lra]|intros; lia].
  - destruct (nonzero_or_not (S n) (A (S n))) as [[p [Hp Np]]|Z].
    + set (other := fun i => if Nat.ltb i p then i else S i).
      destruct (IH (fun j i => A j (other i) - A j p / A (S n) p * A (S n) (other i))) as [u [[k [Hk Nk]] E]].
      set (s := sumR (S n) (fun j => u j * (A j p / A (S n) p))).
      exists (fun j => if Nat.eqb j (S n) then - s else u j). split.
      { exists k. split; [lia|]. destruct (Nat.eqb_spec k (S n)); [lia|auto]. }
      intros i Hi. change (sumR (S (S n)) ?f) with (sumR (S n) f + f (S n)). cbv beta. rewrite Nat.eqb_refl.
      rewrite (sumR_ext (S n) _ (fun j => u j * A j i)).
      2:{ intros j Hj. destruct (Nat.eqb_spec j (S n)); [lia|reflexivity]. }
      assert (Es : s * A (S n) i = sumR (S n) (fun j => u j * (A j p / A (S n) p) * A (S n) i))
        by (unfold s; rewrite sumR_scal_r; reflexivity).
      destruct (Nat.eq_dec i p) as [->|Ni].
      * replace (- s * A (S n) p) with (- (s * A (S n) p)) by ring. rewrite Es.
        rewrite (sumR_ext (S n) (fun j => u j * (A j p / A (S n) p) * A (S n) p) (fun j => u j * A j p)); [ring|].
        intros j Hj. field. exact Np.
      * assert (O : exists c, (c < n)%nat /\ other c = i).
        { destruct (Nat.lt_ge_cases i p) as [L|L].
          - exists i. split; [lia|]. unfold other. destruct (Nat.ltb_spec i p); lia.
          - exists (pred i). split; [lia|]. unfold other. destruct (Nat.ltb_spec (pred i) p); lia. }
        destruct O as [c [Hc Oc]]. specialize (E c Hc). cbv beta in E. rewrite Oc in E.
        replace (- s * A (S n) i) with (- (s * A (S n) i)) by ring. rewrite Es, <- E.
        rewrite <- (Rplus_0_r (sumR (S n) (fun j => u j * (A j i - A j p / A (S n) p * A (S n) i)))) at 1.
        rewrite (sumR_ext (S n) (fun j => u j * (A j i - A j p / A (S n) p * A (S n) i))
          (fun j => u j * A j i - u j * (A j p / A (S n) p) * A (S n) i)) by (intros; ring).
        rewrite sumR_minus in *. lra.
    + exists (fun j => delta (S n) j). split.
      { exists (S n). split; [lia|]. unfold delta. rewrite Nat.eqb_refl. lra. }
      intros i Hi. rewrite (sumR_delta (S (S n)) (S n) (fun j => A j i)) by lia. apply Z; auto.
Qed.

Section Form.
Variables (n : nat) (H : nat -> nat -> R).
(** Positive on the combinations of m vectors. *)
Definition positive_on (m : nat) (V : nat -> vec) := forall u, nonzero m u -> 0 < quad n H (combination m V u).
Definition negative_on (m : nat) (V : nat -> vec) := forall u, nonzero m u -> quad n H (combination m V u) < 0.
Lemma combination_trivial m V u i : (forall j, (j < m)%nat -> u j = 0) -> combination m V u i = 0.
Proof. intros E. unfold combination. apply sumR_0. intros j Hj. rewrite (E j Hj). ring. Qed.

Theorem inertia k l V W : negative_on k V -> positive_on l W -> (k + l <= n)%nat.
Proof.
  intros Neg Pos. destruct (Nat.le_gt_cases (k + l) n) as [L|L]; auto. exfalso.
  set (A := fun j : nat => if Nat.ltb j k then V j else W (j - k)%nat).
  destruct (dependent n A) as [u0 [[q [Hq Nq]] E]].
  set (u := fun j => if Nat.ltb j (S n) then u0 j else 0).
  set (a := combination k V u). set (b := combination l W (fun j => u (k + j)%nat)).
  assert (Z : forall i, (i < n)%nat -> b i = - a i).
  { intros i Hi. specialize (E i Hi).
    assert (T : sumR (k + l) (fun j => u j * A j i) = 0).
    { replace (k + l)%nat with (S n + (k + l - S n))%nat by lia. rewrite sumR_split.
      rewrite (sumR_ext (S n) _ (fun j => u0 j * A j i)).
      2:{ intros j Hj. unfold u. destruct (Nat.ltb_spec j (S n)); [reflexivity|lia]. }
      rewrite E. rewrite sumR_0; [ring|]. intros j Hj. unfold u. destruct (Nat.ltb_spec (S n + j) (S n)); [lia|ring]. }
    rewrite sumR_split in T. unfold a, b, combination.
    rewrite (sumR_ext k _ (fun j => u j * V j i)) in T.
    2:{ intros j Hj. unfold A. destruct (Nat.ltb_spec j k); [reflexivity|lia]. }
    rewrite (sumR_ext l _ (fun j => u (k + j)%nat * W j i)) in T.
    2:{ intros j Hj. unfold A. destruct (Nat.ltb_spec (k + j) k); [lia|]. replace (k + j - k)%nat with j by lia. reflexivity. }
    lra. }
  assert (Q : quad n H b = quad n H a).
  { rewrite <- (quad_opposite n H a). apply quad_ext. exact Z. }
  destruct (nonzero_or_not k u) as [Nu|Zu]; destruct (nonzero_or_not l (fun j => u (k + j)%nat)) as [Nv|Zv].
  - specialize (Neg u Nu). specialize (Pos _ Nv). fold a in Neg. fold b in Pos. lra.
  - specialize (Neg u Nu). fold a in Neg. rewrite <- Q in Neg.
    rewrite quad_0 in Neg; [lra|]. intros i _. apply combination_trivial. exact Zv.
  - specialize (Pos _ Nv). fold b in Pos. rewrite Q in Pos.
    rewrite quad_0 in Pos; [lra|]. intros i _. apply combination_trivial. exact Zu.
  - apply Nq. replace (u0 q) with (u q) by (unfold u; destruct (Nat.ltb_spec q (S n)); [reflexivity|lia]).
    destruct (Nat.lt_ge_cases q k) as [Lq|Lq]; [apply Zu; auto|].
    replace q with (k + (q - k))%nat by lia. apply Zv. lia.
Qed.
End Form.

Lemma hessian_unique n f x H H' : hessian n f x H -> hessian n f x H' ->
  forall i j, (i < n)%nat -> (j < n)%nat -> H i j = H' i j.
Proof.
  intros [G [d [Hd [D DD]]]] [G' [d' [Hd' [D' DD']]]] i j Hi Hj.
  rewrite <- (is_derive_unique _ _ _ (proj1 (DD i j Hi Hj))), <- (is_derive_unique _ _ _ (proj1 (DD' i j Hi Hj))).
  apply Derive_ext_loc. assert (Hm : 0 < Rmin d d') by (apply Rmin_pos; auto).
  exists (mkposreal _ Hm). intros t Ht.
  assert (N : near n x (updv x j t) (Rmin d d')).
  { intros l Hl. unfold updv. destruct (Nat.eqb_spec l j) as [->|]; [|rewrite Rminus_eq_0, Rabs_R0; lra].
    apply Rlt_le. exact Ht. }
  assert (M1 := Rmin_l d d'). assert (M2 := Rmin_r d d').
  rewrite <- (is_derive_unique _ _ _ (D (updv x j t) i ltac:(intros l Hl; specialize (N l Hl); lra) Hi)).
  apply is_derive_unique. apply D'; auto. intros l Hl. specialize (N l Hl). lra.
Qed.
Lemma index_at_most n f x k : index n f x k -> (k <= n)%nat.
Proof. intros [H [_ [[V Neg] [W Pos]]]]. assert (L := inertia n H k (n - k) V W Neg Pos). lia. Qed.
Theorem index_unique n f x k k' : index n f x k -> index n f x k' -> k = k'.
Proof.
  intros I I'. assert (A := index_at_most n f x k I). assert (A' := index_at_most n f x k' I').
  destruct I as [H [D [[V Neg] [W Pos]]]], I' as [H' [D' [[V' Neg'] [W' Pos']]]].
  assert (E : forall u, quad n H u = quad n H' u).
  { intros u. unfold quad. apply sumR_ext. intros i Hi. f_equal. apply sumR_ext. intros j Hj.
    rewrite (hessian_unique n f x H H' D D' i j Hi Hj). reflexivity. }
  assert (L1 := inertia n H k (n - k') V W' Neg ltac:(intros u Nu; rewrite E; apply Pos'; auto)).
  assert (L2 := inertia n H k' (n - k) V' W ltac:(intros u Nu; rewrite E; apply Neg'; auto) Pos).
  lia.
Qed.
