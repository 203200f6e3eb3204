(** * Positive definiteness by elimination: a pivot that is positive and a Schur complement that is positive definite. *)
From Coq Require Import Reals Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder.
Local Open Scope R_scope.

Lemma sumR_shift n f : sumR (S n) f = f O + sumR n (fun i => f (S i)).
Proof.
  induction n; [simpl; ring|].
  change (sumR (S (S n)) f) with (sumR (S n) f + f (S n)). rewrite IHn. simpl. ring.
Qed.
Definition schur (h : nat -> nat -> R) (i j : nat) : R := h (S i) (S j) - h (S i) O * (h O (S j) / h O O).
Lemma quad_schur n h u : (forall i j, h i j = h j i) -> h O O <> 0 ->
  quad (S n) h u = h O O * (u O + sumR n (fun j => h O (S j) * u (S j)) / h O O) ^ 2 + quad n (schur h) (fun i => u (S i)).
Proof.
  intros S0 N. unfold quad. set (s := sumR n (fun j => h O (S j) * u (S j))).
  rewrite sumR_shift, (sumR_shift n (fun j => h O j * u j)). fold s.
  assert (E1 : sumR n (fun i => sumR (S n) (fun j => h (S i) j * u j) * u (S i)) =
     u O * s + sumR n (fun i => sumR n (fun j => h (S i) (S j) * u (S j)) * u (S i))).
  { unfold s. rewrite <- sumR_scal, <- sumR_plus. apply sumR_ext. intros i Hi. rewrite sumR_shift, (S0 O (S i)). ring. }
  assert (E2 : sumR n (fun k => sumR n (fun j => schur h k j * u (S j)) * u (S k)) =
     sumR n (fun i => sumR n (fun j => h (S i) (S j) * u (S j)) * u (S i)) - s * s / h O O).
  { rewrite (sumR_ext n _ (fun i => sumR n (fun j => h (S i) (S j) * u (S j)) * u (S i) - h O (S i) * u (S i) * (s / h O O))).
    - rewrite sumR_minus, sumR_scal_r. fold s. unfold Rdiv. ring.
    - intros i Hi. rewrite (sumR_ext n _ (fun j => h (S i) (S j) * u (S j) - (h O (S i) / h O O) * (h O (S j) * u (S j)))).
      + rewrite sumR_minus, sumR_scal. fold s. field; auto.
      + intros j Hj. unfold schur. rewrite (S0 (S i) O). field; auto. }
  rewrite E1, E2. field; auto.
Qed.
Theorem posdef_schur n h : (forall i j, h i j = h j i) -> 0 < h O O -> posdef n (schur h) -> posdef (S n) h.
Proof.
  intros S0 P PD u [i [Hi Ni]]. rewrite quad_schur by (auto; lra).
  set (v := u O + sumR n (fun j => h O (S j) * u (S j)) / h O O).
  destruct (Req_dec v 0) as [Z|Z].
  - assert (Q : 0 < quad n (schur h) (fun i => u (S i))).
    { apply PD. destruct i as [|i]; [|exists i; split; auto; lia].
      destruct (Req_dec (sumR n (fun j => h O (S j) * u (S j))) 0) as [E|E].
      - exfalso. unfold v in Z. rewrite E in Z. unfold Rdiv in Z. lra.
      - clear - E. induction n as [|n IH]; [elim E; reflexivity|]. simpl in E.
        destruct (Req_dec (u (S n)) 0) as [F|F]; [|exists n; split; auto].
        destruct IH as [k [Hk Nk]]; [rewrite F in E; lra|exists k; split; auto]. }
    rewrite Z. simpl. lra.
  - assert (0 < v ^ 2) by (apply pow2_gt_0; auto).
    assert (Q : 0 <= quad n (schur h) (fun i => u (S i))).
    { destruct (Nat.eq_dec n 0) as [->|Hn]; [unfold quad; simpl; lra|].
      assert (C : (exists k, (k<n)%nat /\ u (S k) <> 0) \/ (forall k, (k<n)%nat -> u (S k) = 0)).
      { clear. induction n as [|n [[k [Hk Nk]]|A]]; [right; intros; lia|left; exists k; split; auto|].
        destruct (Req_dec (u (S n)) 0) as [F|F]; [|left; exists n; split; auto].
        right. intros k Hk. destruct (Nat.eq_dec k n) as [->|]; auto. apply A; lia. }
      destruct C as [C|C]; [apply Rlt_le, PD; auto|].
      unfold quad. rewrite sumR_0; [lra|]. intros k Hk. rewrite C by auto. ring. }
    assert (0 < h O O * v ^ 2) by (apply Rmult_lt_0_compat; auto). lra.
Qed.
Lemma posdef_0 h : posdef 0 h.
Proof. intros u [i [Hi _]]; lia. Qed.
