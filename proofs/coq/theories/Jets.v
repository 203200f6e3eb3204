(** * Interval enclosures of expressions and of their derivatives (forward differentiation), in any arithmetic.

    [mem x xi]: the real x lies in the interval xi.  Every operation has its lemma of inclusion; [jet1] encloses the
    gradient, [jet2] also the Hessian, [valid] decides that an expression is defined on a box. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Float.Basic.
From Separatrix Require Import Statements Calculus Expressions.
Import ListNotations.
Local Open Scope R_scope.

Definition tab {A} (n:nat) (f:nat->A) : list A := map f (seq 0 n).
Lemma nth_tab {A} n (f:nat->A) j d : (j<n)%nat -> nth j (tab n f) d = f j.
Proof.
  intros H. unfold tab. rewrite (nth_indep _ d (f 0%nat)) by (rewrite map_length, seq_length; auto).
  rewrite (map_nth f (seq 0 n) 0%nat j), seq_nth; auto.
Qed.
Definition forall_lt (n:nat) (p:nat->bool) : bool := forallb p (seq 0 n).
Lemma forall_lt_ok n p : forall_lt n p = true -> forall i, (i<n)%nat -> p i = true.
Proof. intros H i Hi. unfold forall_lt in H. rewrite forallb_forall in H. apply H, in_seq. lia. Qed.

Module Make (F : FloatOps with Definition sensible_format := true).
Module I := FloatIntervalFull F.
Notation it := I.type.
Definition mem (x:R) (xi:it) := contains (I.convert xi) (Xreal x).

Section Prec.
Variable prec : F.precision.
Definition iadd := I.add prec.
Definition imul := I.mul prec.
Definition isub := I.sub prec.
Definition icst (p:Z) (q:positive) := match q with xH => I.fromZ prec p | _ => I.div prec (I.fromZ prec p) (I.fromZ prec (Zpos q)) end.
Definition iq (a:ratio) := icst (fst a) (snd a).
Definition i0 := I.fromZ prec 0.
Definition i1 := I.fromZ prec 1.
Definition i2 := I.fromZ prec 2.

Arguments iadd : simpl never.
Arguments imul : simpl never.
Arguments isub : simpl never.
Arguments icst : simpl never.
Arguments i0 : simpl never.
Arguments i1 : simpl never.
Arguments i2 : simpl never.
Arguments mem : simpl never.
Lemma mem_add x y xi yi : mem x xi -> mem y yi -> mem (x+y) (iadd xi yi).
Proof. intros; apply (I.add_correct prec xi yi (Xreal x) (Xreal y)); auto. Qed.
Lemma mem_sub x y xi yi : mem x xi -> mem y yi -> mem (x-y) (isub xi yi).
Proof. intros; apply (I.sub_correct prec xi yi (Xreal x) (Xreal y)); auto. Qed.
Lemma mem_mul x y xi yi : mem x xi -> mem y yi -> mem (x*y) (imul xi yi).
Proof. intros; apply (I.mul_correct prec xi yi (Xreal x) (Xreal y)); auto. Qed.
Lemma mem_neg x xi : mem x xi -> mem (-x) (I.neg xi).
Proof. intros; apply (I.neg_correct xi (Xreal x)); auto. Qed.
Lemma mem_abs x xi : mem x xi -> mem (Rabs x) (I.abs xi).
Proof. intros; apply (I.abs_correct xi (Xreal x)); auto. Qed.
Lemma mem_exp x xi : mem x xi -> mem (exp x) (I.exp prec xi).
Proof. intros; apply (I.exp_correct prec xi (Xreal x)); auto. Qed.
Lemma mem_sqr x xi : mem x xi -> mem (x^2) (I.sqr prec xi).
Proof.
  intros H. replace (x^2) with (x*x) by ring. apply (I.sqr_correct prec xi (Xreal x)); auto.
Qed.
Lemma mem_inv x xi : x <> 0 -> mem x xi -> mem (/x) (I.inv prec xi).
Proof.
  intros Hx H. generalize (I.inv_correct prec xi (Xreal x) H). unfold Xinv'. simpl.
  unfold Xinv'. rewrite is_zero_false; auto.
Qed.
Lemma mem_Z z : mem (IZR z) (I.fromZ prec z).
Proof. apply I.fromZ_correct. Qed.
Lemma mem_cst p q : mem (rational p q) (icst p q).
Proof.
  assert (G : mem (IZR p / IZR (Zpos q)) (I.div prec (I.fromZ prec p) (I.fromZ prec (Zpos q)))).
  { generalize (I.div_correct prec _ _ _ _ (mem_Z p) (mem_Z (Zpos q))). simpl. unfold Xdiv'. simpl.
    rewrite is_zero_false; [auto|]. apply not_eq_sym, Rlt_not_eq, (IZR_lt 0); lia. }
  destruct q; auto. apply mem_Z.
Qed.
Lemma mem_q a : mem (qR a) (iq a).
Proof. apply mem_cst. Qed.
Lemma mem_0 : mem 0 i0. Proof. apply mem_Z. Qed.
Lemma mem_1 : mem 1 i1. Proof. apply mem_Z. Qed.
Lemma mem_2 : mem 2 i2. Proof. apply mem_Z. Qed.
Hint Resolve mem_add mem_sub mem_mul mem_neg mem_abs mem_exp mem_sqr mem_0 mem_1 mem_2 mem_cst mem_q : mem.

Fixpoint isum (n:nat) (f:nat->it) : it := match n with O => i0 | S O => f O | S k => iadd (isum k f) (f k) end.
Lemma mem_sum n f fi : (forall i, (i<n)%nat -> mem (f i) (fi i)) -> mem (sumR n f) (isum n fi).
Proof.
  induction n as [|[|n] IH]; intros H.
  - apply mem_0.
  - simpl. rewrite Rplus_0_l. auto.
  - change (mem (sumR (S n) f + f (S n)) (iadd (isum (S n) fi) (fi (S n)))).
    apply mem_add; [apply IH; intros; apply H; lia|apply H; lia].
Qed.
(* decided comparisons *)
Definition ile (xi yi:it) : bool := match I.sign_large (isub xi yi) with Xlt | Xeq => true | _ => false end.
Definition ilt (xi yi:it) : bool := match I.sign_strict (isub xi yi) with Xlt => true | _ => false end.
Definition inz (xi:it) : bool := match I.sign_strict xi with Xlt | Xgt => true | _ => false end.
Lemma ile_ok x y xi yi : mem x xi -> mem y yi -> ile xi yi = true -> x <= y.
Proof.
  intros Hx Hy. unfold ile. assert (M := mem_sub _ _ _ _ Hx Hy). generalize (I.sign_large_correct (isub xi yi)).
  destruct (I.sign_large (isub xi yi)); try discriminate; intros C _.
  - specialize (C _ M). inversion C; lra.
  - specialize (C _ M). simpl in C; lra.
Qed.
Lemma ilt_ok x y xi yi : mem x xi -> mem y yi -> ilt xi yi = true -> x < y.
Proof.
  intros Hx Hy. unfold ilt. assert (M := mem_sub _ _ _ _ Hx Hy). generalize (I.sign_strict_correct (isub xi yi)).
  destruct (I.sign_strict (isub xi yi)); try discriminate; intros C _.
  specialize (C _ M). simpl in C; lra.
Qed.
Lemma inz_ok x xi : mem x xi -> inz xi = true -> x <> 0.
Proof.
  intros M. unfold inz. generalize (I.sign_strict_correct xi).
  destruct (I.sign_strict xi); try discriminate; intros C _; specialize (C _ M); simpl in C; lra.
Qed.

(* unary operators: value, first and second derivative *)
Definition isigmoid (xi:it) := I.inv prec (iadd i1 (I.exp prec (I.neg xi))).
(* s (1 - s): the product keeps the relative precision of small numbers, 1/4 - (s - 1/2)^2 is the exact range *)
Definition islope (s:it) :=
  I.meet (imul s (isub i1 s)) (isub (icst 1 4) (I.sqr prec (isub s (icst 1 2)))).
Definition isoftplus (xi:it) := I.ln prec (iadd i1 (I.exp prec xi)).
(* tanh z = 1 - 2/(1 + exp(2z)): z occurs once *)
Definition itanh (xi:it) := isub i1 (imul i2 (I.inv prec (iadd i1 (I.exp prec (imul i2 xi))))).
Definition ihalf := icst 1 2.
Definition icosh (xi:it) := imul ihalf (iadd (I.exp prec xi) (I.exp prec (I.neg xi))).
Definition isinh (xi:it) := imul ihalf (isub (I.exp prec xi) (I.exp prec (I.neg xi))).
Definition ipow (xi:it) (k:nat) := match k with O => i1 | 1%nat => xi | 2%nat => I.sqr prec xi | _ => I.power_int prec xi (Z.of_nat k) end.
Definition iN (k:nat) := I.fromZ prec (Z.of_nat k).
Lemma mem_N k : mem (INR k) (iN k).
Proof. rewrite INR_IZR_INZ. apply mem_Z. Qed.
Lemma mem_ln x xi : 0 < x -> mem x xi -> mem (ln x) (I.ln prec xi).
Proof. intros P H. generalize (I.ln_correct prec xi (Xreal x) H). simpl. unfold Xln'. rewrite is_positive_true; auto. Qed.
Lemma mem_sqrt x xi : mem x xi -> mem (sqrt x) (I.sqrt prec xi).
Proof. intros H. apply (I.sqrt_correct prec xi (Xreal x) H). Qed.
Lemma mem_sin x xi : mem x xi -> mem (sin x) (I.sin prec xi).
Proof. intros H. apply (I.sin_correct prec xi (Xreal x) H). Qed.
Lemma mem_cos x xi : mem x xi -> mem (cos x) (I.cos prec xi).
Proof. intros H. apply (I.cos_correct prec xi (Xreal x) H). Qed.
Lemma mem_atan x xi : mem x xi -> mem (atan x) (I.atan prec xi).
Proof. intros H. apply (I.atan_correct prec xi (Xreal x) H). Qed.
Lemma mem_pow x xi k : mem x xi -> mem (x ^ k) (ipow xi k).
Proof.
  intros H. assert (G : mem (x ^ k) (I.power_int prec xi (Z.of_nat k))).
  { generalize (I.power_int_correct prec (Z.of_nat k) xi (Xreal x) H). destruct k as [|k]; [exact (fun t => t)|].
    simpl. rewrite SuccNat2Pos.id_succ. exact (fun t => t). }
  destruct k as [|[|[|k]]]; auto; unfold ipow.
  - apply mem_1.
  - rewrite pow_1. auto.
  - apply mem_sqr; auto.
Qed.
Lemma mem_sigmoid x xi : mem x xi -> mem (sigmoid x) (isigmoid xi).
Proof. intros H. apply mem_inv. generalize (sigmoid_pos x); lra. auto with mem. Qed.
Lemma mem_slope x s : mem x s -> mem (x * (1 - x)) (islope s).
Proof.
  intros H. apply I.meet_correct; [change (mem (x * (1 - x)) (imul s (isub i1 s))); auto with mem|].
  replace (x * (1 - x)) with (rational 1 4 - (x - rational 1 2) ^ 2) by (unfold rational; field).
  change (mem (rational 1 4 - (x - rational 1 2) ^ 2) (isub (icst 1 4) (I.sqr prec (isub s (icst 1 2))))). auto with mem.
Qed.
Lemma mem_softplus x xi : mem x xi -> mem (softplus x) (isoftplus xi).
Proof. intros H. apply mem_ln. apply softplus_pos. auto with mem. Qed.
Lemma mem_tanh x xi : mem x xi -> mem (tanh x) (itanh xi).
Proof.
  intros H. replace (tanh x) with (1 - 2 * / (1 + exp (2 * x))).
  - apply mem_sub; [apply mem_1|]. apply mem_mul; [apply mem_2|]. apply mem_inv.
    generalize (exp_pos (2 * x)); lra. auto with mem.
  - unfold tanh, sinh, cosh. rewrite exp_Ropp. replace (2 * x) with (x + x) by ring. rewrite exp_plus.
    generalize (exp_pos x); intros. field. split; nra.
Qed.
Lemma mem_half : mem (/ 2) ihalf.
Proof. replace (/ 2) with (rational 1 2) by (simpl; field). apply mem_cst. Qed.
Lemma mem_cosh x xi : mem x xi -> mem (cosh x) (icosh xi).
Proof. intros H. replace (cosh x) with (/ 2 * (exp x + exp (- x))) by (unfold cosh; field). apply mem_mul; [apply mem_half|auto with mem]. Qed.
Lemma mem_sinh x xi : mem x xi -> mem (sinh x) (isinh xi).
Proof. intros H. replace (sinh x) with (/ 2 * (exp x - exp (- x))) by (unfold sinh; field). apply mem_mul; [apply mem_half|auto with mem]. Qed.
Hint Resolve mem_N mem_sqrt mem_sin mem_cos mem_atan mem_pow mem_sigmoid mem_slope mem_softplus mem_tanh mem_half mem_cosh mem_sinh : mem.

Definition iu (u:uop) (xi:it) : it * it * it :=
  match u with
  | Sigmoid => let s := isigmoid xi in let d := islope s in (s, d, imul d (isub i1 (imul i2 s)))
  | Softplus => let s := isigmoid xi in (isoftplus xi, s, islope s)
  | Exp => let s := I.exp prec xi in (s,s,s)
  | Ln => let s := I.inv prec xi in (I.ln prec xi, s, I.neg (I.sqr prec s))
  | Inv => let s := I.inv prec xi in let s2 := I.sqr prec s in (s, I.neg s2, imul i2 (imul s2 s))
  | Sqrt => let s := I.sqrt prec xi in let d := I.inv prec s in
      (s, imul ihalf d, I.neg (imul (icst 1 4) (imul d (I.inv prec xi))))
  | Tanh => let s := itanh xi in let d := isub i1 (I.sqr prec s) in (s, d, I.neg (imul (imul i2 s) d))
  | Sinh => let s := isinh xi in (s, icosh xi, s)
  | Cosh => let s := icosh xi in (s, isinh xi, s)
  | Sin => let s := I.sin prec xi in (s, I.cos prec xi, I.neg s)
  | Cos => let s := I.cos prec xi in (s, I.neg (I.sin prec xi), I.neg s)
  | Atan => let d := I.inv prec (iadd i1 (I.sqr prec xi)) in
      (I.atan prec xi, d, I.neg (imul (imul (imul i2 xi) d) d))
  | Pow k => (ipow xi k, imul (iN k) (ipow xi (pred k)), imul (iN k) (imul (iN (pred k)) (ipow xi (pred (pred k)))))
  end.
(** First and second derivative alone; softplus would cost a logarithm. *)
Definition iu12 (u:uop) (xi:it) : it * it := match u with
  | Softplus => let s := isigmoid xi in (s, islope s)
  | _ => let '(_, d1, d2) := iu u xi in (d1, d2) end.
Lemma mem_u u x xi : udom u x -> mem x xi ->
  let '(a,b,c) := iu u xi in mem (uf u x) a /\ mem (uf1 u x) b /\ mem (uf2 u x) c.
Proof.
  intros Hd H. destruct u; unfold uf, uf1, uf2, iu; cbv zeta; simpl in Hd.
  - split; [|split]; auto 12 with mem.
  - split; [|split]; auto 12 with mem.
  - split; [|split]; auto 12 with mem.
  - assert (Hi : mem (/ x) (I.inv prec xi)) by (apply mem_inv; auto; lra).
    split; [|split]; auto. apply mem_ln; auto. apply mem_neg. replace (/ x * / x) with ((/ x) ^ 2) by ring. auto 12 with mem.
  - assert (Hi : mem (/ x) (I.inv prec xi)) by (apply mem_inv; auto).
    assert (Hs : mem (/ x * / x) (I.sqr prec (I.inv prec xi))) by (replace (/ x * / x) with ((/ x) ^ 2) by ring; auto 12 with mem).
    split; [|split]; auto 12 with mem.
  - assert (Hi : mem (/ x) (I.inv prec xi)) by (apply mem_inv; auto; lra).
    assert (Hs : mem (/ sqrt x) (I.inv prec (I.sqrt prec xi))) by (apply mem_inv; auto 12 with mem; apply Rgt_not_eq, sqrt_lt_R0; auto).
    split; [|split]; auto 12 with mem. apply mem_neg. apply mem_mul; auto 12 with mem.
    replace (/ 4) with (rational 1 4) by (simpl; field). apply mem_cst.
  - split; [|split]; auto 12 with mem.
  - split; [|split]; auto 12 with mem.
  - split; [|split]; auto 12 with mem.
  - split; [|split]; auto 12 with mem.
  - split; [|split]; auto 12 with mem.
  - assert (Hi : mem (/ (1 + x ^ 2)) (I.inv prec (iadd i1 (I.sqr prec xi)))).
    { apply mem_inv; auto 12 with mem. generalize (pow2_ge_0 x); lra. }
    split; [|split]; auto 12 with mem.
  - split; [|split]; auto 12 with mem.
Qed.

Lemma mem_u12 u x xi : udom u x -> mem x xi -> let '(b,c) := iu12 u xi in mem (uf1 u x) b /\ mem (uf2 u x) c.
Proof.
  intros Hd H. generalize (mem_u u x xi Hd H). destruct u; unfold iu12; destruct (iu _ xi) as [[a b] c]; try tauto.
  intros _. cbv zeta. unfold uf1, uf2. auto with mem.
Qed.

Section Jet.
Variable n : nat.
Variable X : list it.
Definition inb (x:vec) := forall i, (i<n)%nat -> mem (x i) (nth i X I.nai).
Definition gn (g:list it) j := nth j g I.nai.
Definition hn (h:list (list it)) j k := nth k (nth j h nil) I.nai.
(* value *)
Fixpoint ival (e:expr) : it :=
  match e with
  | Cst p q => icst p q | Var i => nth i X I.nai | Scal p q a => imul (icst p q) (ival a) | Neg a => I.neg (ival a)
  | Add a b => iadd (ival a) (ival b) | Mul a b => imul (ival a) (ival b)
  | Un u a => let v := ival a in
      match u with
      | Sigmoid => isigmoid v | Softplus => isoftplus v | Exp => I.exp prec v | Ln => I.ln prec v | Inv => I.inv prec v
      | Sqrt => I.sqrt prec v | Tanh => itanh v | Sinh => isinh v | Cosh => icosh v | Sin => I.sin prec v
      | Cos => I.cos prec v | Atan => I.atan prec v | Pow k => ipow v k
      end
  end.
(* the expression is defined on the whole box *)
Definition in_dom u (xi:it) : bool :=
  match u with
  | Ln | Sqrt => match I.sign_strict xi with Xgt => true | _ => false end
  | Inv => inz xi | _ => true end.
Fixpoint in_domain (e:expr) : bool :=
  match e with
  | Cst _ _ | Var _ => true | Scal _ _ a | Neg a => in_domain a | Add a b | Mul a b => in_domain a && in_domain b
  | Un u a => in_domain a && (match u with Ln | Sqrt | Inv => in_dom u (ival a) | _ => true end)
  end.
Definition valid (e:expr) : bool := if total e then true else in_domain e.
Lemma in_dom_ok u x xi : mem x xi -> in_dom u xi = true -> udom u x.
Proof.
  intros M. destruct u; simpl; auto.
  - generalize (I.sign_strict_correct xi). destruct (I.sign_strict xi); try discriminate. intros C _. specialize (C _ M). simpl in C. lra.
  - apply inz_ok; auto.
  - generalize (I.sign_strict_correct xi). destruct (I.sign_strict xi); try discriminate. intros C _. specialize (C _ M). simpl in C. lra.
Qed.
Lemma ival_ok e x : wf n e = true -> inb x -> defined e x -> mem (eval e x) (ival e).
Proof.
  intros W Hx. induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl in W |- *;
    try (apply andb_prop in W; destruct W as [W1 W2]); intros Hd; try (destruct Hd as [Hd1 Hd2]); auto with mem.
  - apply Hx, Nat.ltb_lt; auto.
  - assert (A := IHa W Hd1). destruct u; simpl; auto with mem; simpl in Hd2.
    + apply mem_ln; auto.
    + apply mem_inv; auto.
Qed.
Lemma valid_ok e x : wf n e = true -> inb x -> valid e = true -> defined e x.
Proof.
  intros W Hx. unfold valid. destruct (total e) eqn:T; [intros _; apply total_ok; auto|].
  clear T. induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl in W |- *; auto;
    try (apply andb_prop in W; destruct W as [W1 W2]); rewrite ?andb_true_iff; try tauto.
  intros [V1 V2]. assert (Da := IHa W V1). split; auto.
  assert (M : mem (eval a x) (ival a)) by (apply ival_ok; auto).
  destruct u; simpl; auto; apply (in_dom_ok _ _ _ M V2).
Qed.
(** *** jets: gradient and Hessian

    Most entries are 0 because a part of the expression does not depend on a variable: [None] stands for them.
    Of the Hessian the lower triangle is computed; the value [value e] only where a derivative needs it. *)
Notation ot := (option it).
Definition omem (x:R) (o:ot) := match o with None => x = 0 | Some xi => mem x xi end.
Definition oadd (a b:ot) : ot := match a, b with None, _ => b | _, None => a | Some x, Some y => Some (iadd x y) end.
Definition oscal (c:it) (a:ot) : ot := match a with None => None | Some x => Some (imul c x) end.
Definition oneg (a:ot) : ot := match a with None => None | Some x => Some (I.neg x) end.
Definition oprod (a b:ot) : ot := match a, b with Some x, Some y => Some (imul x y) | _, _ => None end.
Definition dense (o:ot) : it := match o with None => i0 | Some x => x end.
Definition go (g:list ot) j : ot := nth j g None.
Definition ho (h:list (list ot)) j k : ot := nth k (nth j h nil) None.
Lemma omem_add x y a b : omem x a -> omem y b -> omem (x+y) (oadd a b).
Proof.
  destruct a, b; simpl; intros Hx Hy; auto with mem; subst; rewrite ?Rplus_0_l, ?Rplus_0_r; auto.
Qed.
Lemma omem_scal c x ci a : mem c ci -> omem x a -> omem (c*x) (oscal ci a).
Proof. destruct a; simpl; intros Hc Hx; auto with mem. subst; ring. Qed.
Lemma omem_neg x a : omem x a -> omem (-x) (oneg a).
Proof. destruct a; simpl; intros Hx; auto with mem. subst; ring. Qed.
Lemma omem_prod x y a b : omem x a -> omem y b -> omem (x*y) (oprod a b).
Proof. destruct a, b; simpl; intros Hx Hy; auto with mem; subst; ring. Qed.
Lemma dense_ok x a : omem x a -> mem x (dense a).
Proof. destruct a; simpl; auto. intros ->. apply mem_0. Qed.
Hint Resolve omem_add omem_scal omem_neg omem_prod : mem.

Definition row (g:nat->ot) : list ot := tab n g.
Definition triangle (h:nat->nat->ot) : list (list ot) := tab n (fun j => tab (S j) (h j)).
Lemma go_row g j : (j<n)%nat -> go (row g) j = g j.
Proof. intros Hj. unfold go, row. rewrite nth_tab; auto. Qed.
Lemma ho_triangle h j k : (j<n)%nat -> (k<=j)%nat -> ho (triangle h) j k = h j k.
Proof. intros Hj Hk. unfold ho, triangle. rewrite !nth_tab by lia. auto. Qed.
Fixpoint sparse1 (value:bool) (e:expr) : it * list ot :=
  match e with
  | Cst p q => (icst p q, nil)
  | Var i => (nth i X I.nai, row (fun j => if Nat.eqb i j then Some i1 else None))
  | Scal p q a => let c := icst p q in let (av,ag) := sparse1 value a in (imul c av, row (fun j => oscal c (go ag j)))
  | Neg a => let (av,ag) := sparse1 value a in (I.neg av, row (fun j => oneg (go ag j)))
  | Add a b => let (av,ag) := sparse1 value a in let (bv,bg) := sparse1 value b in
      (iadd av bv, row (fun j => oadd (go ag j) (go bg j)))
  | Mul a b => let (av,ag) := sparse1 true a in let (bv,bg) := sparse1 true b in
      (imul av bv, row (fun j => oadd (oscal bv (go ag j)) (oscal av (go bg j))))
  | Un u a => let (av,ag) := sparse1 true a in
      let '(v,d1) := if value then fst (iu u av) else (I.nai, fst (iu12 u av)) in (v, row (fun j => oscal d1 (go ag j)))
  end.
Fixpoint sparse2 (value:bool) (e:expr) : it * list ot * list (list ot) :=
  match e with
  | Cst p q => (icst p q, nil, nil)
  | Var i => (nth i X I.nai, row (fun j => if Nat.eqb i j then Some i1 else None), nil)
  | Scal p q a => let c := icst p q in let '(av,ag,ah) := sparse2 value a in
      (imul c av, row (fun j => oscal c (go ag j)), triangle (fun j k => oscal c (ho ah j k)))
  | Neg a => let '(av,ag,ah) := sparse2 value a in
      (I.neg av, row (fun j => oneg (go ag j)), triangle (fun j k => oneg (ho ah j k)))
  | Add a b => let '(av,ag,ah) := sparse2 value a in let '(bv,bg,bh) := sparse2 value b in
      (iadd av bv, row (fun j => oadd (go ag j) (go bg j)), triangle (fun j k => oadd (ho ah j k) (ho bh j k)))
  | Mul a b => let '(av,ag,ah) := sparse2 true a in let '(bv,bg,bh) := sparse2 true b in
      (imul av bv, row (fun j => oadd (oscal bv (go ag j)) (oscal av (go bg j))),
       triangle (fun j k => oadd (oadd (oscal bv (ho ah j k)) (oprod (go ag j) (go bg k)))
                                 (oadd (oprod (go ag k) (go bg j)) (oscal av (ho bh j k)))))
  | Un u a => let '(av,ag,ah) := sparse2 true a in
      let '(v,d1,d2) := if value then iu u av else (let (d1,d2) := iu12 u av in (I.nai, d1, d2)) in
      (v, row (fun j => oscal d1 (go ag j)),
       triangle (fun j k => oadd (oscal d2 (oprod (go ag k) (go ag j))) (oscal d1 (ho ah j k))))
  end.
Definition jet1 (e:expr) : list it := let (_,g) := sparse1 false e in tab n (fun j => dense (go g j)).
Definition jet2 (e:expr) : list it * list (list it) := let '(_,g,h) := sparse2 false e in
  (tab n (fun j => dense (go g j)),
   tab n (fun j => tab n (fun k => dense (if Nat.leb k j then ho h j k else ho h k j)))).
Definition ok1 e x (r:list it) := forall j, (j<n)%nat -> mem (D1 e j x) (gn r j).
Definition ok2 e x (r:list it * list (list it)) :=
  ok1 e x (fst r) /\ forall j k, (j<n)%nat -> (k<n)%nat -> mem (D2 e j k x) (hn (snd r) j k).
Definition sok1 (value:bool) e x (r:it * list ot) :=
  (value = true -> mem (eval e x) (fst r)) /\ forall j, (j<n)%nat -> omem (D1 e j x) (go (snd r) j).
Definition sok2 (value:bool) e x (r:it * list ot * list (list ot)) :=
  sok1 value e x (fst r) /\ forall j k, (j<n)%nat -> (k<=j)%nat -> omem (D2 e j k x) (ho (snd r) j k).
Lemma mem_delta i j : mem (delta i j) (if Nat.eqb i j then i1 else i0).
Proof. unfold delta. destruct (Nat.eqb i j); auto with mem. Qed.
Lemma omem_delta i j : omem (delta i j) (if Nat.eqb i j then Some i1 else None).
Proof. unfold delta. destruct (Nat.eqb i j); simpl; auto with mem. Qed.
Lemma go_nil j : go nil j = None. Proof. destruct j; reflexivity. Qed.
Lemma ho_nil j k : ho nil j k = None. Proof. destruct j, k; reflexivity. Qed.

Lemma sparse1_ok e x : wf n e = true -> inb x -> defined e x -> forall value, sok1 value e x (sparse1 value e).
Proof.
  intros W Hx Hd. induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl in W;
    simpl in Hd; try (apply andb_prop in W; destruct W as [W1 W2]); try (destruct Hd as [Hd1 Hd2]); intros value.
  - split; simpl; auto with mem. intros j Hj. rewrite go_nil. reflexivity.
  - split; simpl.
    + intros _. apply Hx, Nat.ltb_lt; auto.
    + intros j Hj. rewrite go_row by auto. apply omem_delta.
  - destruct (IHa W Hd value) as [A1 A2]. simpl. destruct (sparse1 value a) as [av ag]. simpl in *. split; simpl; auto with mem.
    intros j Hj. rewrite go_row by auto. auto with mem.
  - destruct (IHa W Hd value) as [A1 A2]. simpl. destruct (sparse1 value a) as [av ag]. simpl in *. split; simpl; auto with mem.
    intros j Hj. rewrite go_row by auto. auto with mem.
  - destruct (IHa W1 Hd1 value) as [A1 A2]. destruct (IHb W2 Hd2 value) as [B1 B2]. simpl.
    destruct (sparse1 value a) as [av ag], (sparse1 value b) as [bv bg]. simpl in *. split; simpl; auto with mem.
    intros j Hj. rewrite go_row by auto. auto with mem.
  - destruct (IHa W1 Hd1 true) as [A1 A2]. destruct (IHb W2 Hd2 true) as [B1 B2]. simpl.
    destruct (sparse1 true a) as [av ag], (sparse1 true b) as [bv bg]. simpl in *. specialize (A1 eq_refl). specialize (B1 eq_refl).
    split; simpl; auto with mem.
    intros j Hj. rewrite go_row by auto. rewrite (Rmult_comm (D1 a j x)). auto with mem.
  - destruct (IHa W Hd1 true) as [A1 A2]. simpl. destruct (sparse1 true a) as [av ag]. simpl in *. specialize (A1 eq_refl).
    generalize (mem_u u _ _ Hd2 A1) (mem_u12 u _ _ Hd2 A1). destruct (iu u av) as [[v d1] d2], (iu12 u av) as [c1 c2].
    intros (U0 & U1 & U2) (V1 & V2). destruct value; (split; simpl; [auto; discriminate|]);
      intros j Hj; rewrite go_row by auto; auto with mem.
Qed.
Lemma sparse2_ok e x : wf n e = true -> inb x -> defined e x -> forall value, sok2 value e x (sparse2 value e).
Proof.
  intros W Hx Hd. induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl in W;
    simpl in Hd; try (apply andb_prop in W; destruct W as [W1 W2]); try (destruct Hd as [Hd1 Hd2]); intros value.
  - split; [split|]; simpl; auto with mem. intros j Hj. rewrite go_nil. reflexivity.
    intros j k Hj Hk. rewrite ho_nil. reflexivity.
  - split; [split|]; simpl.
    + intros _. apply Hx, Nat.ltb_lt; auto.
    + intros j Hj. rewrite go_row by auto. apply omem_delta.
    + intros j k Hj Hk. rewrite ho_nil. reflexivity.
  - destruct (IHa W Hd value) as [[A1 A2] A3]. simpl. destruct (sparse2 value a) as [[av ag] ah]. simpl in *. split; [split|]; simpl; auto with mem.
    + intros j Hj. rewrite go_row by auto. auto with mem.
    + intros j k Hj Hk. rewrite ho_triangle by auto. auto with mem.
  - destruct (IHa W Hd value) as [[A1 A2] A3]. simpl. destruct (sparse2 value a) as [[av ag] ah]. simpl in *. split; [split|]; simpl; auto with mem.
    + intros j Hj. rewrite go_row by auto. auto with mem.
    + intros j k Hj Hk. rewrite ho_triangle by auto. auto with mem.
  - destruct (IHa W1 Hd1 value) as [[A1 A2] A3]. destruct (IHb W2 Hd2 value) as [[B1 B2] B3]. simpl.
    destruct (sparse2 value a) as [[av ag] ah], (sparse2 value b) as [[bv bg] bh]. simpl in *. split; [split|]; simpl; auto with mem.
    + intros j Hj. rewrite go_row by auto. auto with mem.
    + intros j k Hj Hk. rewrite ho_triangle by auto. auto with mem.
  - destruct (IHa W1 Hd1 true) as [[A1 A2] A3]. destruct (IHb W2 Hd2 true) as [[B1 B2] B3]. simpl.
    destruct (sparse2 true a) as [[av ag] ah], (sparse2 true b) as [[bv bg] bh]. simpl in *.
    specialize (A1 eq_refl). specialize (B1 eq_refl). split; [split|]; simpl; auto with mem.
    + intros j Hj. rewrite go_row by auto. rewrite (Rmult_comm (D1 a j x)). auto with mem.
    + intros j k Hj Hk. assert (Hk' : (k<n)%nat) by lia. rewrite ho_triangle by auto. rewrite (Rmult_comm (D2 a j k x)). auto 6 with mem.
  - destruct (IHa W Hd1 true) as [[A1 A2] A3]. simpl. destruct (sparse2 true a) as [[av ag] ah]. simpl in *. specialize (A1 eq_refl).
    generalize (mem_u u _ _ Hd2 A1) (mem_u12 u _ _ Hd2 A1). destruct (iu u av) as [[v d1] d2], (iu12 u av) as [c1 c2].
    intros (U0 & U1 & U2) (V1 & V2). destruct value; (split; [split|]; simpl; [auto; discriminate| |]).
    1, 3: intros j Hj; rewrite go_row by auto; auto with mem.
    all: intros j k Hj Hk; assert (Hk' : (k<n)%nat) by lia; rewrite ho_triangle by auto; rewrite Rmult_assoc; auto 6 with mem.
Qed.
Theorem jet1_ok e x : wf n e = true -> inb x -> defined e x -> ok1 e x (jet1 e).
Proof.
  intros W Hx Hd. generalize (sparse1_ok e x W Hx Hd false). unfold jet1. destruct (sparse1 false e) as [v g]. intros [A1 A2].
  intros j Hj. simpl. unfold gn. rewrite nth_tab by auto. apply dense_ok; auto.
Qed.
Theorem jet2_ok e x : wf n e = true -> inb x -> defined e x -> ok2 e x (jet2 e).
Proof.
  intros W Hx Hd. generalize (sparse2_ok e x W Hx Hd false). unfold jet2. destruct (sparse2 false e) as [[v g] h]. intros [[A1 A2] A3].
  split.
  - intros j Hj. simpl. unfold gn. rewrite nth_tab by auto. apply dense_ok; auto.
  - intros j k Hj Hk. simpl. unfold hn. rewrite !nth_tab by auto. destruct (Nat.leb_spec k j).
    + apply dense_ok, A3; auto.
    + rewrite D2_sym. apply dense_ok, A3; [auto|lia].
Qed.
End Jet.

End Prec.
End Make.
