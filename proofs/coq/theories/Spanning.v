(** * Rows that span: boxes where one stationary point is alone, pairs of them, and two neurons that are equal. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder Expressions Jets Checkers Products Theorems.
Import ListNotations.
Local Open Scope R_scope.

(** In the box [around] is exactly one stationary point, and it lies in [box]. *)
Definition alone (n : nat) (f : vec -> R) (box around : list (R * R)) :=
  exists p, inside n box p /\ inside n around p /\ stationary n f p /\
    forall q, stationary n f q -> inside n around q -> agree n q p.
Lemma alone_of_listed n f K box around : listed n (stationary n f) (inside n around) [(K, box)] -> alone n f box around.
Proof.
  intros [ps [F [_ All]]]. inversion F as [|p c ps' l Hp F' E1 E2]; subst. inversion F'; subst.
  destruct Hp as [B [U [S _]]]. exists p. split; [exact B|]. split; [exact U|]. split; [exact S|].
  intros q Sq Uq. destruct (All q Uq Sq) as [r [[<-|[]] A]]. exact A.
Qed.
(** One listed point of the search in a region. *)
Theorem alone_of_search prec prec' n e around p late fuel : Nat.eqb (length around) n = true ->
  Integer.check_stationary prec prec' n e (sides_of around) [p] late fuel = true ->
  alone n (eval e) (realbox (pb p)) (realbox around) /\
  forall x, inside n (realbox (pb p)) x -> inside n (realbox around) x.
Proof.
  intros L C. apply Nat.eqb_eq in L. split.
  - apply (alone_of_listed n (eval e) (meaning n (eval e) (pk p))).
    apply (Integer.stationary_points prec prec' n e (sides_of around) [p] late fuel (eval e) _ C); [reflexivity|].
    intros x. apply region_box; auto.
  - intros x B. apply region_box; auto. apply and_then in C. destruct C as [P _].
    unfold Integer.C.check_points in P. simpl in P. rewrite !andb_true_iff in P. destruct P as [[P _] _].
    unfold Integer.C.check_point in P. rewrite !andb_true_iff in P. destruct P as [[_ P] _].
    apply (Integer.C.in_region_ok prec n (pb p)); auto.
Qed.

Section Pairs.
Variables (m k : nat) (g h : vec -> R).
Hypothesis (Hg : local_to m g) (Hh : local_to k h).
Lemma inside_parts b c x : length b = m -> inside (m + k) (b ++ c) x -> inside m b x /\ inside k c (shift m x).
Proof.
  intros L B. split; intros i Hi.
  - specialize (B i ltac:(lia)). rewrite app_nth1 in B by lia. exact B.
  - specialize (B (m + i)%nat ltac:(lia)). rewrite app_nth2 in B by lia.
    replace (m + i - length b)%nat with i in B by lia. exact B.
Qed.
(** Alone in each part: alone in the whole. *)
Theorem alone_beside b o b' o' : length b = m -> length o = m -> alone m g b o -> alone k h b' o' ->
  alone (m + k) (beside m g h) (b ++ b') (o ++ o').
Proof.
  intros Lb Lo [p [B [U [S Un]]]] [p' [B' [U' [S' Un']]]]. exists (join m p p').
  assert (A : agree m p (join m p p')) by (apply agree_sym, join_low).
  split; [|split; [|split]].
  - apply inside_beside; auto. apply (inside_agree m b p); auto. rewrite shift_join. exact B'.
  - apply inside_beside; auto. apply (inside_agree m o p); auto. rewrite shift_join. exact U'.
  - apply stationary_beside; auto. split; [apply (stationary_agree m g p); auto|rewrite shift_join; exact S'].
  - intros q Sq Uq. apply stationary_beside in Sq; auto. destruct Sq as [Sg Sh].
    apply inside_parts in Uq; auto. destruct Uq as [Ug Uh]. apply agree_beside.
    + intros i Hi. rewrite (Un q Sg Ug i Hi). apply A; auto.
    + rewrite shift_join. apply Un'; auto.
Qed.
End Pairs.
(** Two neurons whose rows lie in one such box have the same row. *)
Theorem equal_rows m g b o p : local_to m g -> length b = m -> alone m g b o -> (forall x, inside m b x -> inside m o x) ->
  stationary (m + m) (beside m g g) p -> inside (m + m) (b ++ b) p -> agree m p (shift m p).
Proof.
  intros Hg L [w [_ [_ [_ Un]]]] I S B. apply stationary_beside in S; auto. destruct S as [S1 S2].
  apply inside_parts in B; auto. destruct B as [B1 B2].
  intros i Hi. rewrite (Un p S1 (I p B1) i Hi), (Un (shift m p) S2 (I _ B2) i Hi). reflexivity.
Qed.
