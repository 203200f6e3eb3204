(** * The sigmoid from a table: exponentials are what integer arithmetic is slow at.

    A cell holds one value sigmoid(m) and the range of the slope on an interval around m; the mean value theorem gives the
    sigmoid at any point of the interval.  Cells are found by comparisons; a point that a cell does not
    contain is computed without the table, so nothing depends on how the cells are arranged. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Float.Basic.
From Separatrix Require Import Statements Calculus Expressions Jets Checkers Branching.
Import ListNotations.
Local Open Scope R_scope.

Lemma sigmoid_increasing x y : x <= y -> sigmoid x <= sigmoid y.
Proof.
  intros H. unfold sigmoid. apply Rinv_le_contravar.
  - apply sigmoid_pos.
  - apply Rplus_le_compat_l. destruct (Req_dec x y) as [->|N]; [lra|]. apply Rlt_le, exp_increasing. lra.
Qed.
Lemma sigmoid_mean_value m x : exists y, (m <= y <= x \/ x <= y <= m) /\
  sigmoid x = sigmoid m + sigmoid y * (1 - sigmoid y) * (x - m).
Proof.
  destruct (Rtotal_order m x) as [H|[H|H]].
  - destruct (MVT_cor2 sigmoid (fun y => sigmoid y * (1 - sigmoid y)) m x H) as [y [E B]].
    { intros c _. apply is_derive_Reals, is_derive_sigmoid. }
    exists y. split; [left; lra|lra].
  - exists m. subst. split; [left; lra|ring].
  - destruct (MVT_cor2 sigmoid (fun y => sigmoid y * (1 - sigmoid y)) x m H) as [y [E B]].
    { intros c _. apply is_derive_Reals, is_derive_sigmoid. }
    exists y. split; [right; lra|lra].
Qed.

Module Make (F : FloatOps with Definition sensible_format := true).
Module B := Branching.Make F.
Import B.C.J.

Section Prec.
Variable prec : F.precision.
Notation iadd := (iadd prec).
Notation isub := (isub prec).
Notation imul := (imul prec).
Notation iq := (iq prec).
Notation i0 := (i0 prec).
Notation i1 := (i1 prec).

(** The interval of a cell, its point m, sigmoid(m), and the slope on the interval. *)
Record cell := { range : it; middle : it; value : it; steep : it }.
Inductive table := Cell (c : cell) | Below (t : F.type) (l r : table).
Definition good_cell c := exists m, mem m (range c) /\ mem m (middle c) /\ mem (sigmoid m) (value c) /\
  forall y, mem y (range c) -> mem (sigmoid y * (1 - sigmoid y)) (steep c).
Fixpoint good_table t := match t with Cell c => good_cell c | Below _ l r => good_table l /\ good_table r end.
Fixpoint find (p : F.type) t : cell := match t with
  | Cell c => c | Below b l r => match F.cmp p b with Xlt => find p l | _ => find p r end end.
Lemma find_ok p t : good_table t -> good_cell (find p t).
Proof. induction t as [c|b l IHl r IHr]; simpl; auto. intros [Hl Hr]. destruct (F.cmp p b); auto. Qed.
Definition i01 := I.join i0 i1.
Lemma mem_i01 x : 0 <= x <= 1 -> mem x i01.
Proof.
  intros H. apply (contains_connected (I.convert i01) 0 1); [| |exact H].
  - apply I.join_correct. left. apply mem_0.
  - apply I.join_correct. right. apply mem_1.
Qed.
Definition at_point t (p : F.type) : it :=
  let c := find p t in let pi := I.singleton p in
  if I.subset pi (range c) then I.meet i01 (iadd (value c) (imul (steep c) (isub pi (middle c)))) else isigmoid prec pi.
Lemma at_point_ok t p x : good_table t -> F.toX p = Xreal x -> mem (sigmoid x) (at_point t p).
Proof.
  intros G E. assert (Hx : mem x (I.singleton p)).
  { unfold mem. replace x with (proj_val (F.toX p)) by (rewrite E; reflexivity). apply I.singleton_correct. }
  unfold at_point. cbv zeta. destruct (I.subset (I.singleton p) (range (find p t))) eqn:S; [|apply mem_sigmoid; auto].
  apply I.meet_correct; [apply mem_i01; generalize (sigmoid_pos x) (exp_pos (- x)); unfold sigmoid; intros; split|].
  - apply Rlt_le, Rinv_0_lt_compat; auto.
  - apply Rmult_le_reg_r with (1 + exp (- x)); auto. rewrite Rinv_l; lra.
  - destruct (find_ok p t G) as [m (M1 & M2 & M3 & M4)]. assert (Rx := I.subset_correct _ _ _ Hx S).
    destruct (sigmoid_mean_value m x) as [y [B Ey]]. rewrite Ey. apply mem_add; auto. apply mem_mul.
    + apply M4. destruct B as [B|B].
      * apply (contains_connected (I.convert (range (find p t))) m x); auto.
      * apply (contains_connected (I.convert (range (find p t))) x m); auto.
    + apply mem_sub; auto.
Qed.
(** The sigmoid increases: the values at the two ends enclose it. *)
Definition table_sigmoid t (xi : it) : it :=
  if I.bounded xi then I.meet (I.upper_extent (at_point t (I.lower xi))) (I.lower_extent (at_point t (I.upper xi)))
  else isigmoid prec xi.
Theorem table_sigmoid_ok t : good_table t -> forall x xi, mem x xi -> mem (sigmoid x) (table_sigmoid t xi).
Proof.
  intros G x xi H. unfold table_sigmoid. destruct (I.bounded xi) eqn:E; [|apply mem_sigmoid; auto].
  apply I.bounded_correct in E. destruct E as [El Eu].
  apply I.lower_bounded_correct in El. apply I.upper_bounded_correct in Eu. destruct El as [El P], Eu as [Eu _].
  unfold I.bounded_prop in P. unfold mem in H. rewrite P, El, Eu in H by (exists x; exact H). simpl in H.
  apply I.meet_correct.
  - apply (I.upper_extent_correct _ (sigmoid x) (sigmoid (proj_val (F.toX (I.lower xi))))).
    + apply at_point_ok; auto.
    + apply sigmoid_increasing. apply H.
  - apply (I.lower_extent_correct _ (sigmoid x) (sigmoid (proj_val (F.toX (I.upper xi))))).
    + apply at_point_ok; auto.
    + apply sigmoid_increasing. apply H.
Qed.

(** The table on [-reach, reach] with cells of width 1/parts; beyond it two cells without end. *)
Definition make_cell (range middle : it) : cell :=
  {| range := range; middle := middle; value := isigmoid prec middle; steep := islope prec (isigmoid prec range) |}.
Lemma make_cell_ok range middle m : mem m range -> mem m middle -> good_cell (make_cell range middle).
Proof.
  intros H1 H2. exists m. cbn. split; auto. split; auto. split; [apply mem_sigmoid; auto|].
  intros y Hy. apply mem_slope, mem_sigmoid; auto.
Qed.
Definition grid (parts : positive) (k : Z) : it := iq (k, parts).
Definition inner_cell parts k : cell :=
  let m := iq ((2 * k + 1)%Z, (2 * parts)%positive) in make_cell (I.join m (I.join (grid parts k) (grid parts (k + 1)))) m.
Fixpoint inner_table parts (depth : nat) (k : Z) : table := match depth with
  | O => Cell (inner_cell parts k)
  | S d => let h := (k + 2 ^ Z.of_nat d)%Z in
      Below (I.lower (grid parts h)) (inner_table parts d k) (inner_table parts d h) end.
(* 2^depth cells to each side of 0 *)
Definition sigmoid_table parts depth : table :=
  let n := (2 ^ Z.of_nat depth)%Z in
  let lo := grid parts (- n) in let hi := grid parts n in
  Below (I.lower lo) (Cell (make_cell (I.lower_extent lo) lo))
    (Below (I.lower hi) (inner_table parts (S depth) (- n)) (Cell (make_cell (I.upper_extent hi) hi))).
Lemma inner_table_ok parts depth : forall k, good_table (inner_table parts depth k).
Proof.
  induction depth as [|d IH]; intros k; simpl; auto.
  apply make_cell_ok with (qR ((2 * k + 1)%Z, (2 * parts)%positive)); [|apply mem_q].
  apply I.join_correct. left. apply mem_q.
Qed.
Theorem sigmoid_table_ok parts depth : good_table (sigmoid_table parts depth).
Proof.
  unfold sigmoid_table. cbv zeta. split; [|split; [apply inner_table_ok|]].
  - apply make_cell_ok with (qR ((- 2 ^ Z.of_nat depth)%Z, parts)); [|apply mem_q].
    apply (I.lower_extent_correct _ _ (qR ((- 2 ^ Z.of_nat depth)%Z, parts))); [apply mem_q|lra].
  - apply make_cell_ok with (qR ((2 ^ Z.of_nat depth)%Z, parts)); [|apply mem_q].
    apply (I.upper_extent_correct _ _ (qR ((2 ^ Z.of_nat depth)%Z, parts))); [apply mem_q|lra].
Qed.
End Prec.
End Make.
