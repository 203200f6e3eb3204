(** * An expression that is a positive multiple of |x|^2 plus something bounded below attains its least value. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Separatrix Require Import Statements Calculus Expressions InverseFunction Compactness Checkers Theorems.
Local Open Scope R_scope.

(** The expression is defined and [bounded] + C is positive everywhere, as the kernel finds with intervals that have no ends. *)
Definition check_coercive prec n e bounded (ridge C : ratio) : bool :=
  Integer.C.check_defined prec n (Grad e) (whole n) 0 && Z.ltb 0 (fst ridge) &&
  Integer.C.check_positive prec n (Add bounded (Cst (fst C) (snd C))) (whole n) 0.
Theorem coercive prec n e bounded ridge C : check_coercive prec n e bounded ridge C = true ->
  (forall x, eval e x = eval bounded x + qR ridge * square n x) ->
  wf n e = true /\ (forall x, defined e x) /\ 0 < qR ridge /\ forall x, qR ridge * square n x - qR C <= eval e x.
Proof.
  unfold check_coercive. rewrite !andb_true_iff. intros [[D P] B] S. apply Z.ltb_lt in P. split; [|split; [|split]].
  - unfold Integer.C.check_defined in D. rewrite andb_true_iff in D. tauto.
  - intros x. apply (Integer.C.defined_on_box prec n (Grad e) (whole n) 0 D x), region_whole, I.
  - destruct ridge as [p q]. unfold qR, rational. cbn [fst snd] in *.
    destruct q; try (apply IZR_lt; exact P); apply Rdiv_lt_0_compat; apply IZR_lt; auto; reflexivity.
  - intros x. rewrite S. destruct (Integer.positive prec n _ (whole n) 0 B x (proj2 (region_whole n x) I)) as [_ L].
    change (0 < eval bounded x + qR C) in L. lra.
Qed.
Theorem attains_least_value prec n e bounded ridge C (f : vec -> R) : check_coercive prec n e bounded ridge C = true ->
  (forall x, eval e x = eval bounded x + qR ridge * square n x) -> (forall x, f x = eval e x) ->
  exists p, forall q, f p <= f q.
Proof.
  intros H S E. destruct (coercive prec n e bounded ridge C H S) as (W & D & P & B).
  destruct (attained_coercive n (eval e) (qR ridge) (qR C)) as [p M]; auto.
  - intros l. apply eval_continuous; auto.
  - exists p. intros q. rewrite !E. apply M.
Qed.
(** The identity of [attains_least_value]: both sides have the same terms, and the same denominators in them. *)
Ltac by_ridge := cbv [eval uf rational qR fst snd dec square sumR];
  repeat match goal with |- context [/ ?z] => generalize (/ z); intro end; field.
