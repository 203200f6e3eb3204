(** * The census of the supervised objective.

    The contractor: every equation of a neuron, solved for each unknown, is evaluated on the box.  The search runs over
    the part f1 >= |f2| of a box that holds all stationary points; the symmetries carry the result to all of R^6. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Float.Basic.
From Separatrix Require Import Statements Calculus SecondOrder Expressions Jets Checkers Products Theorems Branching Tables Supervised.
Import ListNotations.
Local Open Scope R_scope.

(** The sigmoid of an interval: directly, or from a table with 2^depth cells of width 1/parts to each side of 0. *)
Inductive way := Exact | Table (parts : positive) (depth : nat).
(** A box in parts: cut at c along coordinate k. *)
Inductive cuts := Whole | Cut (k : nat) (c : ratio) (l r : cuts).
(** The numbers of a search: how sigmoids are computed, the parameters, the zeros, half sides of the box for rows and
    outputs, its parts, weights and size for the choice of cuts and tests, and the greatest depth. *)
Record search_data := { sway : way; stau : ratio; sbeta : ratio; sgamma : ratio; szeros : list zero_data;
  sBw : ratio; sBf : ratio; scuts : cuts; sweights : list ratio; ssmall : ratio; sfuel : nat }.

Definition proper d : Prop := let t := qR (stau d) in let b := qR (sbeta d) in let g := qR (sgamma d) in
  t <> 0 /\ 0 < b /\ 0 < g /\ 0 <= qR (sBf d) /\ 0 <= qR (sBw d) /\
  3/16 <= g * qR (sBf d) ^ 2 /\ 3/16 * qR (sBf d) <= b * qR (sBw d) ^ 2.

Definition objective_of d : expr := supervised (stau d) (sbeta d) (sgamma d).

Module Make (F : FloatOps with Definition sensible_format := true).
Module T := Tables.Make F.
Module B := T.B.
Import B.C B.C.J.

Section Prec.
Variable prec : F.precision.
Notation iadd := (iadd prec).
Notation isub := (isub prec).
Notation imul := (imul prec).
Notation i1 := (i1 prec).
Notation i2 := (i2 prec).
Notation mem_q := (mem_q prec).

Section Objective.
Variables tau beta gamma : R.
Hypothesis Ht : tau <> 0.
Hypothesis Hb : 0 < beta.
Hypothesis Hg : 0 < gamma.

(** The sigmoid of an interval: exact, or from a table. *)
Variable isig : it -> it.
Hypothesis isig_ok : forall x xi, mem x xi -> mem (sigmoid x) (isig xi).
(** Interval constants: tau, 1/tau, 8 beta, 1/(8 beta), tau/(8 beta), 1/(8 gamma). *)
Record constants := { kt : it; kit : it; kb : it; kib : it; ktb : it; kig : it }.
Definition good k := mem tau (kt k) /\ mem (/ tau) (kit k) /\ mem (8 * beta) (kb k) /\ mem (/ (8 * beta)) (kib k) /\
  mem (tau * / (8 * beta)) (ktb k) /\ mem (/ (8 * gamma)) (kig k).
(** What a box says about the first layer of one neuron: s(a), s(a + tau b), s(a - tau b). *)
Definition layer k (a b : it) : it * it * it :=
  let tb := imul (kt k) b in (isig a, isig (iadd a tb), isig (isub a tb)).
Definition contract_neuron k (ri : it * it * it * it) (s : it * it * it) (a b f : it) : it * it * it :=
  let '(r1, r2, r3, r4) := ri in let '(s0, sp, sm) := s in
  let p13 := imul (iadd r1 r3) (islope prec s0) in
  let p2 := imul r2 (islope prec sp) in
  let p4 := imul r4 (islope prec sm) in
  let p := iadd (iadd p13 p2) p4 in
  let pull := isub (isub (iadd (imul r1 s0) (imul r2 sp)) (imul r3 (isub i1 s0))) (imul r4 (isub i1 sm)) in
  let f := I.meet f (I.neg (imul (kig k) pull)) in
  let f := I.meet f (I.neg (I.div prec (imul (kb k) a) p)) in
  let a := I.meet a (I.neg (imul (imul (kib k) f) p)) in
  let g := imul (ktb k) f in
  let b := I.meet b (I.neg (imul g (isub p2 p4))) in
  let u := I.neg (imul g (iadd p13 (imul i2 p2))) in
  let v := I.neg (imul g (iadd p13 (imul i2 p4))) in
  let a := I.meet a (imul (kit k) (isub u b)) in
  let b := I.meet b (isub u (imul (kt k) a)) in
  let a := I.meet a (imul (kit k) (iadd v b)) in
  let b := I.meet b (isub (imul (kt k) a) v) in
  (a, b, f).
Definition margins (s t : it * it * it) (f g : it) : it * it * it * it :=
  let '(s0, sp, sm) := s in let '(t0, tp, tm) := t in
  (isig (iadd (imul f s0) (imul g t0)), isig (iadd (imul f sp) (imul g tp)),
   isig (I.neg (iadd (imul f (isub i1 s0)) (imul g (isub i1 t0)))),
   isig (I.neg (iadd (imul f (isub i1 sm)) (imul g (isub i1 tm))))).
Definition contract k (X : list it) : list it := match X with
  | [a1; b1; a2; b2; f1; f2] =>
      let f1 := I.meet (I.meet f1 (I.upper_extent f2)) (I.upper_extent (I.neg f2)) in
      let f2 := I.meet (I.meet f2 (I.lower_extent f1)) (I.upper_extent (I.neg f1)) in
      let s := layer k a1 b1 in let t := layer k a2 b2 in
      let r := margins s t f1 f2 in
      let '(a1, b1, f1) := contract_neuron k r s a1 b1 f1 in
      let '(a2, b2, f2) := contract_neuron k r t a2 b2 f2 in
      [a1; b1; a2; b2; f1; f2]
  | _ => X end.
Lemma contract_length k X : length X = 6%nat -> length (contract k X) = 6%nat.
Proof.
  destruct X as [|a1 [|b1 [|a2 [|b2 [|f1 [|f2 [|? ?]]]]]]]; simpl; intros L; try discriminate. cbv zeta.
  repeat match goal with |- context [contract_neuron ?k ?r ?s ?a ?b ?f] =>
    destruct (contract_neuron k r s a b f) as [[? ?] ?] end. reflexivity.
Qed.
Hint Resolve mem_add mem_sub mem_mul mem_neg mem_1 mem_2 isig_ok mem_slope : mem.
Lemma mem_meet x xi yi : mem x xi -> mem x yi -> mem x (I.meet xi yi).
Proof. intros; apply I.meet_correct; auto. Qed.
Definition mem3 x y z (t : it * it * it) := mem x (fst (fst t)) /\ mem y (snd (fst t)) /\ mem z (snd t).
Lemma layer_ok k a b ai bi : good k -> mem a ai -> mem b bi ->
  mem3 (sigmoid a) (sigmoid (a + tau * b)) (sigmoid (a - tau * b)) (layer k ai bi).
Proof. intros (G1 & _) Ha Hb'. unfold mem3, layer. simpl. repeat split; auto 8 with mem. Qed.
Lemma contract_neuron_ok k x a b f ri s ai bi fi : good k ->
  da tau beta x a b f = 0 -> db tau beta x a b f = 0 -> df tau gamma x a b f = 0 ->
  (let '(i1, i2, i3, i4) := ri in mem (r1 x) i1 /\ mem (r2 tau x) i2 /\ mem (r3 x) i3 /\ mem (r4 tau x) i4) ->
  mem3 (sigmoid a) (sigmoid (a + tau * b)) (sigmoid (a - tau * b)) s ->
  mem a ai -> mem b bi -> mem f fi -> mem3 a b f (contract_neuron k ri s ai bi fi).
Proof.
  intros (K1 & K2 & K3 & K4 & K5 & K6) A B F R S Ha Hb' Hf.
  destruct ri as [[[q1 q2] q3] q4], s as [[s0 sp] sm]. destruct R as (R1 & R2 & R3 & R4), S as (S1 & S2 & S3).
  unfold contract_neuron. cbn [fst snd] in *.
  set (p13 := imul (iadd q1 q3) (islope prec s0)). set (p2 := imul q2 (islope prec sp)). set (p4 := imul q4 (islope prec sm)).
  assert (P13 : mem (push13 x a) p13) by (unfold push13, p13, slope; auto with mem).
  assert (P2 : mem (push2 tau x a b) p2) by (unfold push2, p2, slope; auto with mem).
  assert (P4 : mem (push4 tau x a b) p4) by (unfold push4, p4, slope; auto with mem).
  set (p := iadd (iadd p13 p2) p4).
  assert (P : mem (push13 x a + push2 tau x a b + push4 tau x a b) p) by (unfold p; auto with mem).
  cbv zeta.
  set (pl := isub (isub (iadd (imul q1 s0) (imul q2 sp)) (imul q3 (isub i1 s0))) (imul q4 (isub i1 sm))).
  assert (PL : mem (pull tau x a b) pl) by (unfold pull, pl; auto 8 with mem).
  set (f1 := I.meet fi (I.neg (imul (kig k) pl))).
  assert (F1 : mem f f1).
  { apply mem_meet; auto. rewrite (solved_f tau gamma x a b f Hg F). auto with mem. }
  set (f2 := I.meet f1 (I.neg (I.div prec (imul (kb k) ai) p))).
  assert (F2 : mem f f2).
  { apply mem_meet; auto. rewrite (solved_f_push tau beta x a b f A) at 1. apply mem_neg, mem_div; auto with mem.
    generalize (push_pos tau x a b). lra. }
  clearbody f2. clear f1 F1 Hf.
  set (a1 := I.meet ai (I.neg (imul (imul (kib k) f2) p))).
  assert (A1 : mem a a1).
  { apply mem_meet; auto. rewrite (solved_a tau beta x a b f Hb A) at 1. auto with mem. }
  clearbody a1.
  set (g := imul (ktb k) f2). assert (G : mem (tau * / (8 * beta) * f) g) by (unfold g; auto with mem). clearbody g.
  set (b1 := I.meet bi (I.neg (imul g (isub p2 p4)))).
  assert (B1 : mem b b1).
  { apply mem_meet; auto. rewrite (solved_b tau beta x a b f Hb B) at 1. auto with mem. }
  clearbody b1.
  set (u := I.neg (imul g (iadd p13 (imul i2 p2)))).
  assert (U : mem (tau * a + b) u).
  { rewrite (solved_plus tau beta x a b f Hb A B). unfold u. auto 6 with mem. }
  set (v := I.neg (imul g (iadd p13 (imul i2 p4)))).
  assert (V : mem (tau * a - b) v).
  { rewrite (solved_minus tau beta x a b f Hb A B). unfold v. auto 6 with mem. }
  clearbody u v.
  set (a2 := I.meet a1 (imul (kit k) (isub u b1))).
  assert (A2 : mem a a2).
  { apply mem_meet; auto. replace a with (/ tau * ((tau * a + b) - b)) by (field; auto). auto with mem. }
  clearbody a2. set (b2 := I.meet b1 (isub u (imul (kt k) a2))).
  assert (B2 : mem b b2).
  { apply mem_meet; auto. replace b with ((tau * a + b) - tau * a) by ring. auto with mem. }
  clearbody b2. set (a3 := I.meet a2 (imul (kit k) (iadd v b2))).
  assert (A3 : mem a a3).
  { apply mem_meet; auto. replace a with (/ tau * ((tau * a - b) + b)) by (field; auto). auto with mem. }
  clearbody a3. split; [exact A3|]. split; [|exact F2]. cbn [fst snd].
  apply mem_meet; auto. replace b with (tau * a - (tau * a - b)) by ring. auto with mem.
Qed.
Theorem contract_ok k : good k -> forall X x, length X = 6%nat -> critical tau beta gamma x /\ domain x -> inb 6 X x ->
  inb 6 (contract k X) x.
Proof.
  intros K X x L [C [D1 D2]] H.
  destruct X as [|a1 [|b1 [|a2 [|b2 [|f1 [|f2 [|? ?]]]]]]]; simpl in L; try discriminate. clear L.
  assert (H0 := H 0%nat ltac:(lia)). assert (H1 := H 1%nat ltac:(lia)). assert (H2 := H 2%nat ltac:(lia)).
  assert (H3 := H 3%nat ltac:(lia)). assert (H4 := H 4%nat ltac:(lia)). assert (H5 := H 5%nat ltac:(lia)). clear H.
  cbn [nth] in *. unfold contract. cbv zeta.
  set (g1 := I.meet (I.meet f1 (I.upper_extent f2)) (I.upper_extent (I.neg f2))).
  assert (G1 : mem (x 4%nat) g1).
  { apply mem_meet; [apply mem_meet; auto|].
    - apply (I.upper_extent_correct f2 (x 4%nat) (x 5%nat)); auto.
    - apply (I.upper_extent_correct (I.neg f2) (x 4%nat) (- x 5%nat)); [apply mem_neg; auto|lra]. }
  set (g2 := I.meet (I.meet f2 (I.lower_extent g1)) (I.upper_extent (I.neg g1))).
  assert (G2 : mem (x 5%nat) g2).
  { apply mem_meet; [apply mem_meet; auto|].
    - apply (I.lower_extent_correct g1 (x 5%nat) (x 4%nat)); auto.
    - apply (I.upper_extent_correct (I.neg g1) (x 5%nat) (- x 4%nat)); [apply mem_neg; auto|lra]. }
  clearbody g1 g2.
  assert (S := layer_ok k _ _ _ _ K H0 H1). assert (T := layer_ok k _ _ _ _ K H2 H3).
  set (s := layer k a1 b1) in *. set (t := layer k a2 b2) in *. clearbody s t.
  set (r := margins s t g1 g2).
  assert (R : let '(i1, i2, i3, i4) := r in mem (r1 x) i1 /\ mem (r2 tau x) i2 /\ mem (r3 x) i3 /\ mem (r4 tau x) i4).
  { unfold r. destruct s as [[s0 sp] sm], t as [[t0 tp] tm]. destruct S as (S1 & S2 & S3), T as (T1 & T2 & T3).
    cbn [fst snd] in *. unfold margins, r1, r2, r3, r4, m1, m2, m3, m4. repeat split; auto 9 with mem. }
  clearbody r.
  assert (N1 := contract_neuron_ok k x _ _ _ r s _ _ _ K (C 0%nat ltac:(lia)) (C 1%nat ltac:(lia)) (C 4%nat ltac:(lia)) R S H0 H1 G1).
  assert (N2 := contract_neuron_ok k x _ _ _ r t _ _ _ K (C 2%nat ltac:(lia)) (C 3%nat ltac:(lia)) (C 5%nat ltac:(lia)) R T H2 H3 G2).
  destruct (contract_neuron k r s a1 b1 g1) as [[a1' b1'] f1'], (contract_neuron k r t a2 b2 g2) as [[a2' b2'] f2'].
  destruct N1 as (A1 & B1 & F1), N2 as (A2 & B2 & F2).
  intros i Hi. do 6 (destruct i as [|i]; [assumption|]). lia.
Qed.
End Objective.

(** ** the zeros in the domain, and their images *)
Definition rational_constants (tau beta gamma : ratio) : constants :=
  let t := iq prec tau in let b := imul (iq prec (8%Z, 1%positive)) (iq prec beta) in
  let ib := I.div prec i1 b in
  {| kt := t; kit := I.div prec i1 t; kb := b; kib := ib; ktb := imul t ib;
     kig := I.div prec i1 (imul (iq prec (8%Z, 1%positive)) (iq prec gamma)) |}.
Lemma mem_over x xi : x <> 0 -> mem x xi -> mem (/ x) (I.div prec i1 xi).
Proof. intros N H. replace (/ x) with (1 / x) by (unfold Rdiv; ring). apply mem_div; auto. apply mem_1. Qed.
Lemma rational_constants_ok tau beta gamma : qR tau <> 0 -> 0 < qR beta -> 0 < qR gamma ->
  good (qR tau) (qR beta) (qR gamma) (rational_constants tau beta gamma).
Proof.
  intros T B G. assert (P : 0 < qR (8%Z, 1%positive)) by (unfold qR; simpl; lra).
  unfold good, rational_constants. cbn [kt kit kb kib ktb kig]. change 8 with (qR (8%Z, 1%positive)).
  repeat split; repeat first [apply mem_q | apply mem_mul | apply mem_over]; auto;
    apply Rgt_not_eq; apply Rmult_lt_0_compat; auto.
Qed.

(* The box of z, moved by a symmetry; exactly. *)
Definition negated (a : ratio) : ratio := (Z.opp (fst a), snd a).
Definition moved (g : bool * bool) (c : qvec) : qvec := match c with
  | [a1; b1; a2; b2; f1; f2] =>
      let '(a1, b1, a2, b2, f1, f2) := if snd g then (a2, b2, a1, b1, f2, f1) else (a1, b1, a2, b2, f1, f2) in
      if fst g then [negated a1; b1; negated a2; b2; negated f1; negated f2] else [a1; b1; a2; b2; f1; f2]
  | _ => c end.
Definition absolute (g : bool * bool) (c : qvec) : qvec := moved (false, snd g) c.
Definition same_ratio (a b : ratio) : bool := Z.eqb (fst a) (fst b) && Pos.eqb (snd a) (snd b).
Fixpoint same_vector (a b : qvec) : bool := match a, b with
  | nil, nil => true | x :: a, y :: b => same_ratio x y && same_vector a b | _, _ => false end.
Definition all_symmetries : list (bool * bool) := [(false, false); (false, true); (true, false); (true, true)].
Definition closed (zs : list zero_data) : bool :=
  forallb (fun z => Nat.eqb (length (zc z)) 6 && Nat.eqb (length (zr z)) 6 &&
    forallb (fun g => existsb (fun w => same_vector (zc w) (moved g (zc z)) && same_vector (zr w) (absolute g (zr z))) zs)
      all_symmetries) zs.
Lemma same_vector_ok a : forall b, same_vector a b = true -> a = b.
Proof.
  induction a as [|x a IH]; destruct b as [|y b]; simpl; intros H; try discriminate; auto.
  rewrite andb_true_iff in H. destruct H as [E H]. f_equal; auto.
  unfold same_ratio in E. rewrite andb_true_iff in E. destruct E as [E1 E2]. destruct x, y. simpl in *.
  apply Z.eqb_eq in E1. apply Pos.eqb_eq in E2. subst; auto.
Qed.
Lemma qR_negated a : qR (negated a) = - qR a.
Proof.
  destruct a as [p q]. unfold qR, negated, rational. simpl. destruct q; rewrite opp_IZR; unfold Rdiv; ring.
Qed.
Lemma moved_ok g z x : length (zc z) = 6%nat -> length (zr z) = 6%nat -> in_box 6 (vq (zc z)) (vq (zr z)) x ->
  in_box 6 (vq (moved g (zc z))) (vq (absolute g (zr z))) (symmetry g x).
Proof.
  destruct z as [c r A B q e qB]. cbn [zc zr]. intros Lc Lr H.
  destruct c as [|c0 [|c1 [|c2 [|c3 [|c4 [|c5 [|? ?]]]]]]]; try discriminate.
  destruct r as [|d0 [|d1 [|d2 [|d3 [|d4 [|d5 [|? ?]]]]]]]; try discriminate.
  assert (H0 := H 0%nat ltac:(lia)). assert (H1 := H 1%nat ltac:(lia)). assert (H2 := H 2%nat ltac:(lia)).
  assert (H3 := H 3%nat ltac:(lia)). assert (H4 := H 4%nat ltac:(lia)). assert (H5 := H 5%nat ltac:(lia)).
  unfold vq in *. cbn [nth] in *. clear H Lc Lr.
  assert (N : forall y u d, Rabs (y - qR u) <= d -> Rabs (- y - qR (negated u)) <= d).
  { intros y u d Hd. rewrite qR_negated. replace (- y - - qR u) with (- (y - qR u)) by ring. rewrite Rabs_Ropp. auto. }
  intros i Hi. do 6 (destruct i as [|i]; [destruct g as [[|] [|]];
    unfold symmetry, absolute, moved; cbn [fst snd nth exchange_labels exchange_neurons]; auto|]). lia.
Qed.

(** ** the box of all stationary points, in parts that can be searched one by one *)
Fixpoint parts (t : cuts) (X : list it) : list (list it) := match t with
  | Whole => [X]
  | Cut k c l r => let xk := nth k X I.nai in let ci := iq prec c in
      parts l (upd X k (I.meet xk (I.lower_extent ci))) ++ parts r (upd X k (I.meet xk (I.upper_extent ci))) end.
Lemma parts_ok n t x : forall X, length X = n -> inb n X x -> exists Y, In Y (parts t X) /\ length Y = n /\ inb n Y x.
Proof.
  induction t as [|k c l IHl r IHr]; intros X L H; simpl.
  - exists X; auto.
  - assert (U : forall xi, mem (x k) xi -> inb n (upd X k xi) x).
    { intros xi M i Hi. rewrite <- L in Hi. destruct (Nat.ltb_spec k (length X)) as [K|K].
      - rewrite nth_upd by auto. destruct (Nat.eqb_spec i k) as [->|]; auto. apply H; lia.
      - replace (upd X k xi) with X; [apply H; lia|]. clear - K. revert k K. induction X as [|h X IH]; intros [|k] K; simpl in *; auto; try lia.
        f_equal. apply IH. lia. }
    assert (M : mem (x k) (nth k X I.nai)).
    { destruct (Nat.ltb_spec k n) as [K|K]; [apply H; auto|]. rewrite nth_overflow by lia. exact I. }
    destruct (Rle_dec (x k) (qR c)) as [Hc|Hc].
    + destruct (IHl (upd X k (I.meet (nth k X I.nai) (I.lower_extent (iq prec c))))) as [Y [HY R]].
      * rewrite upd_length; auto.
      * apply U, mem_meet; auto. apply (I.lower_extent_correct _ _ (qR c)); auto. apply mem_q.
      * exists Y. split; auto. apply in_or_app; auto.
    + destruct (IHr (upd X k (I.meet (nth k X I.nai) (I.upper_extent (iq prec c))))) as [Y [HY R]].
      * rewrite upd_length; auto.
      * apply U, mem_meet; auto. apply (I.upper_extent_correct _ _ (qR c)); [apply mem_q|lra].
      * exists Y. split; auto. apply in_or_app; auto.
Qed.
Definition sigmoid_by (m : way) : it -> it := match m with
  | Exact => isigmoid prec
  | Table parts depth => let t := T.sigmoid_table prec parts depth in T.table_sigmoid prec t end.
Lemma sigmoid_by_ok m x xi : mem x xi -> mem (sigmoid x) (sigmoid_by m xi).
Proof.
  destruct m; intros H; [apply mem_sigmoid; auto|]. apply T.table_sigmoid_ok; auto. apply T.sigmoid_table_ok.
Qed.
Definition whole_box d : list it :=
  let w := I.join (I.neg (iq prec (sBw d))) (iq prec (sBw d)) in let f := I.join (I.neg (iq prec (sBf d))) (iq prec (sBf d)) in
  [w; w; w; w; f; f].
Definition all_parts d := parts (scuts d) (whole_box d).
(** [check_part]: in the domain, part [i] of the box holds no stationary points but those near the zeros. *)
Definition check_part e d (i : nat) : bool :=
  B.branch prec 6 (Grad e) (szeros d) (contract (sigmoid_by (sway d)) (rational_constants (stau d) (sbeta d) (sgamma d)))
    (map (fun a => I.upper (iq prec a)) (sweights d)) (I.upper (iq prec (ssmall d))) (sfuel d) (nth i (all_parts d) nil).
(** [check_setting]: the zeros are closed under the symmetries, and there are as many parts as said. *)
Definition check_setting e d (count : nat) : bool :=
  wf 6 e && closed (szeros d) && Nat.eqb (length (all_parts d)) count.
Lemma symmetric_side y b : - qR b <= y <= qR b -> mem y (I.join (I.neg (iq prec b)) (iq prec b)).
Proof.
  intros H. apply (contains_connected (I.convert (I.join (I.neg (iq prec b)) (iq prec b))) (- qR b) (qR b)); [| |lra].
  - apply I.join_correct. left. apply mem_neg, mem_q.
  - apply I.join_correct. right. apply mem_q.
Qed.
Theorem supervised_census e d count : check_setting e d count = true -> proper d ->
  (forall j x, (j < 6)%nat -> D1 e j x = gradient (qR (stau d)) (qR (sbeta d)) (qR (sgamma d)) j x) ->
  (forall i, (i < count)%nat -> check_part e d i = true) ->
  forall x, root 6 (Grad e) x -> exists z, In z (szeros d) /\ in_box 6 (vq (zc z)) (vq (zr z)) x.
Proof.
  unfold check_setting, proper. cbv zeta. rewrite !andb_true_iff. intros [[W Cl] Cn] (T & Pb & Pg & F0 & W0 & HF & HW) E C x Z.
  apply Nat.eqb_eq in Cn.
  set (tau := qR (stau d)) in *. set (beta := qR (sbeta d)) in *. set (gamma := qR (sgamma d)) in *.
  set (P := fun y => critical tau beta gamma y /\ domain y).
  assert (Cx : critical tau beta gamma x). { intros j Hj. rewrite <- E by auto. apply Z; auto. }
  destruct (domain_meets_orbits x) as [g Dg].
  assert (Cg := symmetry_critical tau beta gamma g x Cx).
  assert (G : exists z, In z (szeros d) /\ in_box 6 (vq (zc z)) (vq (zr z)) (symmetry g x)).
  { assert (Box : inb 6 (whole_box d) (symmetry g x)).
    { assert (A := a_priori_bounds tau beta gamma (symmetry g x) (qR (sBf d)) (qR (sBw d)) Pb Pg F0 W0 HF HW Cg).
      intros i Hi. assert (Ai := A i Hi). unfold whole_box. cbv zeta.
      do 6 (destruct i as [|i]; [cbn [nth]; apply symmetric_side; exact Ai|]). lia. }
    destruct (parts_ok 6 (scuts d) (symmetry g x) (whole_box d) eq_refl Box) as [Y [HY [LY BY]]].
    apply (In_nth _ _ nil) in HY. destruct HY as [i [Hi <-]]. fold (all_parts d) in Hi. rewrite Cn in Hi.
    apply (B.branch_ok prec 6 (Grad e) (szeros d)) with (P := P) (9 := C i Hi); auto.
    - lia.
    - intros y [Cy _] j Hj. simpl. rewrite E by auto. apply Cy; auto.
    - apply contract_ok; auto; [apply sigmoid_by_ok|apply rational_constants_ok; auto].
    - apply contract_length.
    - split; auto. }
  destruct G as [z [Hz Bz]]. unfold closed in Cl. rewrite forallb_forall in Cl. specialize (Cl z Hz).
  rewrite !andb_true_iff in Cl. destruct Cl as [[Lc Lr] Cl]. apply Nat.eqb_eq in Lc, Lr.
  rewrite forallb_forall in Cl. assert (Ig : In g all_symmetries) by (destruct g as [[|] [|]]; simpl; tauto).
  specialize (Cl g Ig). apply existsb_exists in Cl. destruct Cl as [w [Hw Ew]]. rewrite andb_true_iff in Ew.
  destruct Ew as [Ec Er]. apply same_vector_ok in Ec, Er. exists w. split; auto. rewrite Ec, Er.
  assert (M := moved_ok g z (symmetry g x) Lc Lr Bz).
  intros i Hi. rewrite <- (symmetry_involution g x i Hi). apply M; auto.
Qed.

Theorem census d count : check_setting (objective_of d) d count = true -> proper d ->
  (forall i, (i < count)%nat -> check_part (objective_of d) d i = true) ->
  forall x, root 6 (Grad (objective_of d)) x -> exists z, In z (szeros d) /\ in_box 6 (vq (zc z)) (vq (zr z)) x.
Proof. intros S P. apply supervised_census with (1 := S); auto. intros. apply supervised_gradient; auto. Qed.

(** ** exact zeros: a listed zero that is balanced (a2 = - a1, f2 = - f1) has b1 = b2 = 0 *)
Definition is_zero (a : ratio) : bool := Z.eqb (fst a) 0.
Definition check_balanced z : bool :=
  Nat.eqb (length (zc z)) 6 && Nat.eqb (length (zr z)) 6 &&
  same_vector (moved (true, true) (zc z)) (zc z) && same_vector (absolute (true, true) (zr z)) (zr z) &&
  is_zero (nth 1 (zc z) (0%Z, 1%positive)) && is_zero (nth 3 (zc z) (0%Z, 1%positive)).
Lemma is_zero_ok a : is_zero a = true -> qR a = 0.
Proof. destruct a as [p q]. unfold is_zero, qR, rational. simpl. rewrite Z.eqb_eq. intros ->. destruct q; unfold Rdiv; ring. Qed.
Theorem balanced_zero e z tau beta gamma : check_zero prec 6 (Grad e) z = true -> check_balanced z = true ->
  (forall j x, (j < 6)%nat -> D1 e j x = gradient tau beta gamma j x) ->
  forall x, root 6 (Grad e) x -> in_box 6 (vq (zc z)) (vq (zr z)) x ->
  x 1%nat = 0 /\ x 3%nat = 0 /\ x 2%nat = - x 0%nat /\ x 5%nat = - x 4%nat.
Proof.
  unfold check_balanced. rewrite !andb_true_iff. intros Cz (((((Lc & Lr) & Sc) & Sr) & Z1) & Z3) E x Rx Bx.
  apply Nat.eqb_eq in Lc, Lr. apply same_vector_ok in Sc, Sr. apply is_zero_ok in Z1, Z3.
  assert (CR : forall y, critical tau beta gamma y -> root 6 (Grad e) y).
  { intros y C j Hj. simpl. rewrite E by auto. apply C; auto. }
  destruct (zero_in_box prec 6 (Grad e) z Cz) as [_ [x0 [_ [_ U]]]].
  apply (balanced tau beta gamma (fun y => in_box 6 (vq (zc z)) (vq (zr z)) y)); auto.
  - intros j Hj. rewrite <- E by auto. apply Rx; auto.
  - intros y w Cy By Cw Bw i Hi. rewrite (U y By (CR y Cy) i Hi). symmetry. apply (U w Bw (CR w Cw) i Hi).
  - intros y By. rewrite <- Sc, <- Sr at 1. apply moved_ok; auto.
  - intros y By i Hi. assert (Bi := By i Hi).
    do 6 (destruct i as [|i]; [cbn [mirror]; try exact Bi;
      unfold vq in *; rewrite ?Z1, ?Z3 in *; rewrite Rminus_0_r in *; rewrite Rabs_Ropp; exact Bi|]). lia.
Qed.
End Prec.
End Make.

(** Pure integer arithmetic: no axiom beyond those of the real numbers. *)
Module IntegerCensus := Make StandardZ.
