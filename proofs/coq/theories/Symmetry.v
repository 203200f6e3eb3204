(** * Symmetries: a signed permutation that leaves the function unchanged maps stationary points to stationary points. *)
From Coq Require Import Reals Lra Lia Arith List Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus Products.
Import ListNotations.
Local Open Scope R_scope.

(** Changing the sign of the coordinates where [s] is true. *)
Definition sign (s : nat -> bool) (i : nat) : R := if s i then -1 else 1.
Definition flip (s : nat -> bool) (x : vec) : vec := fun i => sign s i * x i.
Lemma flip_updv s x j t : updv (flip s x) j t = flip s (updv x j (sign s j * t)).
Proof.
  apply functional_extensionality; intros i. unfold updv, flip, sign.
  destruct (Nat.eqb_spec i j) as [->|]; [destruct (s j); ring|reflexivity].
Qed.
Theorem symmetry_stationary n (f : vec -> R) s x : (forall y, f (flip s y) = f y) ->
  stationary n f x -> stationary n f (flip s x).
Proof.
  intros Sy S j Hj.
  apply is_derive_ext with (f := fun t => f (updv x j (sign s j * t))).
  - intros t. rewrite flip_updv, Sy. reflexivity.
  - replace 0 with (sign s j * 0) by ring.
    apply (is_derive_comp (fun t => f (updv x j t)) (fun t => sign s j * t)).
    + unfold flip. replace (sign s j * (sign s j * x j)) with (x j) by (unfold sign; destruct (s j); ring). apply S; auto.
    + auto_derive; auto. ring.
Qed.
(** A stationary point in a box whose mirror image meets no other listed box is its own mirror image. *)
Definition mirrored (b : list (R * R)) (s : nat -> bool) : list (R * R) :=
  map (fun k => let a := nth k b (0,0) in if s k then (- snd a, - fst a) else a) (seq 0 (length b)).
Definition separate (n : nat) (a b : list (R * R)) := exists i, (i < n)%nat /\
  (snd (nth i a (0,0)) < fst (nth i b (0,0)) \/ snd (nth i b (0,0)) < fst (nth i a (0,0))).
Lemma mirrored_ok n b s x : length b = n -> inside n b x -> inside n (mirrored b s) (flip s x).
Proof.
  intros L H i Hi. specialize (H i Hi). unfold mirrored, flip, sign.
  set (h := fun k => let a := nth k b (0,0) in if s k then (- snd a, - fst a) else a).
  rewrite nth_indep with (d' := h 0%nat) by (rewrite map_length, seq_length; lia).
  rewrite map_nth, seq_nth by lia. unfold h. cbv zeta. rewrite Nat.add_0_l. destruct (s i); simpl; lra.
Qed.
Lemma separate_ok n a b x : separate n a b -> inside n a x -> inside n b x -> False.
Proof. intros [i [Hi S]] A B. specialize (A i Hi). specialize (B i Hi). lra. Qed.
Lemma Forall2_same_length {A B} (P : A -> B -> Prop) l l' : Forall2 P l l' -> length l = length l'.
Proof. intros F. induction F; simpl; auto. Qed.
Theorem exact_by_symmetry n (f : vec -> R) s l before b t after : (forall y, f (flip s y) = f y) ->
  listed n (stationary n f) anywhere (claims n f l) -> l = before ++ (t, b) :: after -> length b = n ->
  List.Forall (fun c => separate n b (snd c) /\ separate n (mirrored b s) (snd c)) (before ++ after) ->
  forall x, stationary n f x -> inside n b x -> agree n (flip s x) x.
Proof.
  intros Sy [ps [F [_ All]]] -> Len Sep x S B.
  assert (G : forall y, stationary n f y -> inside n b y \/ inside n (mirrored b s) y ->
    exists q1 q q2, ps = q1 ++ q :: q2 /\ length q1 = length before /\ agree n y q).
  { intros y Sy' By. destruct (All y I Sy') as [q [Hq Aq]].
    unfold claims in F. rewrite map_app in F. simpl in F.
    apply Forall2_app_inv_r in F. destruct F as [q1 [q2 [F1 [F2 ->]]]]. inversion F2 as [|p c0 ps' l0 Hp F2' Eq1 Eq2]; clear F2 Hp; subst q2.
    exists q1, p, ps'. split; auto. split; [apply Forall2_same_length in F1; rewrite map_length in F1; auto|].
    assert (Out : forall g (l0 : list (tag * list (R*R))), Forall2 (fun p c => inside n (snd c) p /\ anywhere p /\ stationary n f p /\ fst c p) g
        (map (fun c => (tagged (fst c) n f, snd c)) l0) -> In q g -> exists c, In c l0 /\ inside n (snd c) q).
    { clear. induction g as [|a g IH]; intros l0 F Hq; [elim Hq|]. destruct l0 as [|c l0]; simpl in F; inversion F as [|a' c' g' l' Ha F']; subst.
      destruct Hq as [E|Hq]; [rewrite <- E; exists c; split; [left; auto|apply Ha]|].
      destruct (IH l0 F' Hq) as [c' [H1 H2]]. exists c'; split; auto. right; auto. }
    rewrite Forall_forall in Sep. apply agree_sym in Aq.
    assert (No : forall c, In c (before ++ after) -> inside n (snd c) q -> False).
    { intros c Hc Bc. destruct (Sep c Hc) as [S1 S2]. apply (inside_agree n _ q y Aq) in Bc.
      destruct By as [By|By]; [apply (separate_ok n b (snd c) y S1 By Bc)|apply (separate_ok n (mirrored b s) (snd c) y S2 By Bc)]. }
    apply agree_sym. apply in_app_or in Hq. destruct Hq as [Hq|[E|Hq]].
    - destruct (Out q1 before F1 Hq) as [c [Hc Bc]]. elim (No c); auto. apply in_or_app; auto.
    - rewrite E; auto.
    - destruct (Out ps' after F2' Hq) as [c [Hc Bc]]. elim (No c); auto. apply in_or_app; auto. }
  destruct (G x S (or_introl B)) as [a1 [q [a2 [E1 [L1 A1]]]]].
  destruct (G (flip s x) (symmetry_stationary n f s x Sy S) (or_intror (mirrored_ok n b s x Len B))) as [b1 [r [b2 [E2 [L2 A2]]]]].
  assert (E : q = r).
  { clear - E1 E2 L1 L2. rewrite E1 in E2. rewrite <- L2 in L1. clear L2 E1. revert b1 L1 E2.
    induction a1 as [|u a1 IH]; intros [|v b1] L E; simpl in *; try discriminate; injection E; intros.
    - auto.
    - apply (IH b1); [lia|auto]. }
  subst r. intros i Hi. rewrite (A2 i Hi), (A1 i Hi). reflexivity.
Qed.
Lemma sigmoid_opp z : sigmoid (- z) = 1 - sigmoid z.
Proof.
  unfold sigmoid. rewrite Ropp_involutive, exp_Ropp. generalize (exp_pos z); intros. field. lra.
Qed.
(** Closes f (flip s y) = f y for a function of sigmoids. *)
Ltac by_oddness :=
  repeat match goal with |- context [sigmoid ?u] => match goal with |- context [sigmoid ?v] =>
    first [constr_eq u v; fail 1 | let E := fresh in assert (E : u = - v) by ring; rewrite E, sigmoid_opp; clear E] end end; ring.
(** Two boxes of numbers are separated by one of the first coordinates. *)
Ltac separated :=
  let by_coordinate k := (exists k; split; [lia|cbv -[IZR Rdiv Rlt Ropp]; first [left; lra | right; lra]]) in
  first [by_coordinate 0%nat | by_coordinate 1%nat | by_coordinate 2%nat | by_coordinate 3%nat].
Ltac all_separated :=
  match goal with |- List.Forall _ ?l => let m := eval cbv -[IZR Rdiv Ropp] in l in change l with m end;
  repeat (apply Forall_cons; [split; separated|]); apply Forall_nil.
