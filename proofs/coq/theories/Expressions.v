(** * Expressions: syntax, meaning, domain, and proven first and second derivatives.

    [eval e] is the function that a statement page prints; that the two are the same is checked in each page by
    conversion.  [defined e x] says that no denominator is 0 and no logarithm or root is taken of a number that
    is not positive in [e] at [x]. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus.
Import ListNotations.
Local Open Scope R_scope.

Inductive uop :=
| Sigmoid | Softplus | Exp | Ln | Inv | Sqrt | Tanh | Sinh | Cosh | Sin | Cos | Atan | Pow (n : nat).
Inductive expr :=
| Cst (p : Z) (q : positive) | Var (i : nat) | Scal (p : Z) (q : positive) (a : expr) | Neg (a : expr)
| Add (a b : expr) | Mul (a b : expr) | Un (u : uop) (a : expr).

Definition rational (p : Z) (q : positive) : R := match q with xH => IZR p | _ => IZR p / IZR (Zpos q) end.
Definition ratio := (Z * positive)%type.
(** [dec p q] is the number p/q, the way emitted files write it. *)
Definition dec (p : Z) (q : positive) : ratio := (p, q).
Definition qR (a : ratio) := rational (fst a) (snd a).

(** Rational numbers are compared exactly. *)
Definition qle (a b : ratio) : bool := Z.leb (fst a * Zpos (snd b)) (fst b * Zpos (snd a)).
Lemma qR_div a : qR a = IZR (fst a) / IZR (Zpos (snd a)).
Proof. unfold qR, rational. destruct (snd a); unfold Rdiv; rewrite ?Rinv_1; ring. Qed.
Lemma qle_ok a b : qle a b = true -> qR a <= qR b.
Proof.
  unfold qle. rewrite Z.leb_le, !qR_div. intros H. apply IZR_le in H. rewrite !mult_IZR in H.
  assert (A : 0 < IZR (Zpos (snd a))) by (apply (IZR_lt 0); reflexivity). assert (B : 0 < IZR (Zpos (snd b))) by (apply (IZR_lt 0); reflexivity).
  apply Rmult_le_reg_r with (IZR (Zpos (snd a)) * IZR (Zpos (snd b))); [apply Rmult_lt_0_compat; auto|]. field_simplify; lra.
Qed.
Definition twice (a : ratio) : ratio := (fst a * 2, snd a)%Z.
Lemma twice_ok a : qR (twice a) = 2 * qR a.
Proof. rewrite (qR_div (twice a)), (qR_div a). unfold twice. cbn [fst snd]. rewrite mult_IZR. unfold Rdiv. ring. Qed.

Definition uf u z := match u with
  | Sigmoid => sigmoid z | Softplus => softplus z | Exp => exp z | Ln => ln z | Inv => / z | Sqrt => sqrt z
  | Tanh => tanh z | Sinh => sinh z | Cosh => cosh z | Sin => sin z | Cos => cos z | Atan => atan z
  | Pow n => z ^ n end.
Definition uf1 u z := match u with
  | Sigmoid => sigmoid z * (1 - sigmoid z) | Softplus => sigmoid z | Exp => exp z | Ln => / z | Inv => - (/ z * / z)
  | Sqrt => / 2 * / sqrt z | Tanh => 1 - tanh z ^ 2 | Sinh => cosh z | Cosh => sinh z
  | Sin => cos z | Cos => - sin z | Atan => / (1 + z ^ 2) | Pow n => INR n * z ^ pred n end.
Definition uf2 u z := match u with
  | Sigmoid => sigmoid z * (1 - sigmoid z) * (1 - 2 * sigmoid z) | Softplus => sigmoid z * (1 - sigmoid z)
  | Exp => exp z | Ln => - (/ z * / z) | Inv => 2 * (/ z * / z * / z) | Sqrt => - (/ 4 * (/ sqrt z * / z))
  | Tanh => - (2 * tanh z * (1 - tanh z ^ 2)) | Sinh => sinh z | Cosh => cosh z
  | Sin => - sin z | Cos => - cos z | Atan => - (2 * z * / (1 + z ^ 2) * / (1 + z ^ 2))
  | Pow n => INR n * (INR (pred n) * z ^ pred (pred n)) end.
(** Where the function of a [uop] is twice differentiable. *)
Definition udom u z : Prop := match u with Ln | Sqrt => 0 < z | Inv => z <> 0 | _ => True end.

Fixpoint eval (e : expr) (x : vec) : R :=
  match e with
  | Cst p q => rational p q | Var i => x i | Scal p q a => rational p q * eval a x | Neg a => - eval a x
  | Add a b => eval a x + eval b x | Mul a b => eval a x * eval b x
  | Un u a => uf u (eval a x)
  end.
Fixpoint defined (e : expr) (x : vec) : Prop :=
  match e with
  | Cst _ _ | Var _ => True | Scal _ _ a | Neg a => defined a x
  | Add a b | Mul a b => defined a x /\ defined b x
  | Un u a => defined a x /\ udom u (eval a x)
  end.
Fixpoint D1 (e : expr) (j : nat) (x : vec) : R :=
  match e with
  | Cst _ _ => 0 | Var i => delta i j | Scal p q a => rational p q * D1 a j x | Neg a => - D1 a j x
  | Add a b => D1 a j x + D1 b j x
  | Mul a b => D1 a j x * eval b x + eval a x * D1 b j x
  | Un u a => uf1 u (eval a x) * D1 a j x
  end.
Fixpoint D2 (e : expr) (j k : nat) (x : vec) : R :=
  match e with
  | Cst _ _ => 0 | Var i => 0 | Scal p q a => rational p q * D2 a j k x | Neg a => - D2 a j k x
  | Add a b => D2 a j k x + D2 b j k x
  | Mul a b => D2 a j k x * eval b x + D1 a j x * D1 b k x + (D1 a k x * D1 b j x + eval a x * D2 b j k x)
  | Un u a => uf2 u (eval a x) * D1 a k x * D1 a j x + uf1 u (eval a x) * D2 a j k x
  end.
Fixpoint wf (n : nat) (e : expr) : bool :=
  match e with
  | Cst _ _ => true | Var i => Nat.ltb i n
  | Add a b | Mul a b => wf n a && wf n b
  | Scal _ _ a | Un _ a | Neg a => wf n a
  end.

Lemma sigmoid_pos z : 0 < 1 + exp (-z).
Proof. generalize (exp_pos (-z)); lra. Qed.
Lemma softplus_pos z : 0 < 1 + exp z.
Proof. generalize (exp_pos z); lra. Qed.
Lemma is_derive_sigmoid z : is_derive sigmoid z (sigmoid z * (1 - sigmoid z)).
Proof. unfold sigmoid. assert (H := sigmoid_pos z). auto_derive. lra. field. lra. Qed.
Lemma cosh_pos z : 0 < cosh z.
Proof. unfold cosh. generalize (exp_pos z) (exp_pos (-z)); lra. Qed.
Lemma is_derive_tanh z : is_derive tanh z (1 - tanh z ^ 2).
Proof.
  unfold tanh, sinh, cosh. generalize (exp_pos z) (exp_pos (-z)); intros. auto_derive. lra. field. lra.
Qed.
Lemma is_derive_ratio_sigmoid z : is_derive (fun z => sigmoid z * (1 - sigmoid z)) z (sigmoid z * (1 - sigmoid z) * (1 - 2 * sigmoid z)).
Proof. unfold sigmoid. assert (H := sigmoid_pos z). auto_derive. lra. field. lra. Qed.
Lemma is_derive_pow_nat n z : is_derive (fun z => z ^ n) z (INR n * z ^ pred n).
Proof. auto_derive; auto. ring. Qed.

Lemma uf1_correct u z : udom u z -> is_derive (uf u) z (uf1 u z).
Proof.
  destruct u; simpl; intros H.
  - apply is_derive_sigmoid.
  - apply is_derive_ext with (f := fun z => ln (1 + exp z)); [reflexivity|]. unfold sigmoid.
    assert (P := softplus_pos z). assert (Q := sigmoid_pos z). assert (E := exp_pos z). auto_derive. lra.
    rewrite exp_Ropp. field. lra.
  - apply is_derive_exp.
  - apply is_derive_ext with (f := fun z => ln z); [reflexivity|]. auto_derive; auto. ring.
  - apply is_derive_ext with (f := fun z => / z); [reflexivity|]. auto_derive; auto. field; auto.
  - apply is_derive_ext with (f := fun z => sqrt z); [reflexivity|]. assert (S := sqrt_lt_R0 z H).
    auto_derive; auto. field. lra.
  - apply is_derive_tanh.
  - apply is_derive_ext with (f := fun z => (exp z - exp (- z)) / 2); [reflexivity|]. unfold cosh. auto_derive; auto. field.
  - apply is_derive_ext with (f := fun z => (exp z + exp (- z)) / 2); [reflexivity|]. unfold sinh. auto_derive; auto. field.
  - apply is_derive_ext with (f := fun z => sin z); [reflexivity|]. auto_derive; auto. ring.
  - apply is_derive_ext with (f := fun z => cos z); [reflexivity|]. auto_derive; auto. ring.
  - apply is_derive_ext with (f := fun z => atan z); [reflexivity|]. auto_derive; auto. unfold Rsqr. field.
    generalize (pow2_ge_0 z); intros; nra.
  - apply is_derive_pow_nat.
Qed.
Lemma uf2_correct u z : udom u z -> is_derive (uf1 u) z (uf2 u z).
Proof.
  destruct u; simpl; intros H.
  - apply is_derive_ratio_sigmoid.
  - apply is_derive_sigmoid.
  - apply is_derive_exp.
  - apply is_derive_ext with (f := fun z => / z); [reflexivity|]. auto_derive; [lra|field; lra].
  - apply is_derive_ext with (f := fun z => - (/ z * / z)); [reflexivity|]. auto_derive; [tauto|field; auto].
  - apply is_derive_ext with (f := fun z => / 2 * / sqrt z); [reflexivity|]. assert (S := sqrt_lt_R0 z H).
    auto_derive. split; auto. lra. replace (/ z) with (/ (sqrt z * sqrt z)) by (rewrite sqrt_sqrt; lra). field. lra.
  - apply is_derive_ext with (f := fun z => 1 - tanh z ^ 2); [reflexivity|].
    unfold tanh, sinh, cosh. generalize (exp_pos z) (exp_pos (-z)); intros. auto_derive. lra. field. lra.
  - apply is_derive_ext with (f := fun z => (exp z + exp (- z)) / 2); [reflexivity|]. unfold sinh. auto_derive; auto. field.
  - apply is_derive_ext with (f := fun z => (exp z - exp (- z)) / 2); [reflexivity|]. unfold cosh. auto_derive; auto. field.
  - apply is_derive_ext with (f := fun z => cos z); [reflexivity|]. auto_derive; auto. ring.
  - apply is_derive_ext with (f := fun z => - sin z); [reflexivity|]. auto_derive; auto. ring.
  - apply is_derive_ext with (f := fun z => / (1 + z ^ 2)); [reflexivity|]. assert (0 < 1 + z ^ 2) by (generalize (pow2_ge_0 z); lra).
    auto_derive. lra. field. lra.
  - apply (is_derive_scal (fun z => z ^ pred n) z (INR n) (INR (pred n) * z ^ pred (pred n))). apply is_derive_pow_nat.
Qed.

Theorem D1_correct n e : wf n e = true -> has_grad n (defined e) (eval e) (fun j => D1 e j).
Proof.
  induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl; intros H.
  - apply has_grad_const.
  - apply has_grad_var. apply Nat.ltb_lt; auto.
  - apply has_grad_scal; auto.
  - apply has_grad_opp; auto.
  - apply andb_prop in H; destruct H. apply (has_grad_plus n _ (eval a) (eval b));
      eapply has_grad_weaken; [|apply IHa; auto| |apply IHb; auto]; simpl; tauto.
  - apply andb_prop in H; destruct H. apply (has_grad_mult n _ (eval a) (eval b));
      eapply has_grad_weaken; [|apply IHa; auto| |apply IHb; auto]; simpl; tauto.
  - apply (has_grad_comp n _ (udom u) (uf u) (uf1 u)); simpl; try tauto.
    + apply uf1_correct.
    + eapply has_grad_weaken; [|apply IHa; auto]; simpl; tauto.
Qed.
Theorem D2_correct n e j : wf n e = true -> has_grad n (defined e) (D1 e j) (fun k => D2 e j k).
Proof.
  induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl; intros H.
  - apply has_grad_const.
  - apply has_grad_const.
  - apply has_grad_scal; auto.
  - apply has_grad_opp; auto.
  - apply andb_prop in H; destruct H. apply (has_grad_plus n _ (D1 a j) (D1 b j));
      eapply has_grad_weaken; [|apply IHa; auto| |apply IHb; auto]; simpl; tauto.
  - apply andb_prop in H; destruct H.
    assert (Da : has_grad n (fun x => defined a x /\ defined b x) (eval a) (fun k => D1 a k)).
    { eapply has_grad_weaken; [|apply D1_correct; auto]; simpl; tauto. }
    assert (Db : has_grad n (fun x => defined a x /\ defined b x) (eval b) (fun k => D1 b k)).
    { eapply has_grad_weaken; [|apply D1_correct; auto]; simpl; tauto. }
    apply (has_grad_plus n _ (fun x => D1 a j x * eval b x) (fun x => eval a x * D1 b j x)
      (fun k x => D2 a j k x * eval b x + D1 a j x * D1 b k x) (fun k x => D1 a k x * D1 b j x + eval a x * D2 b j k x)).
    + apply (has_grad_mult n _ (D1 a j) (eval b) (fun k => D2 a j k)); auto.
      eapply has_grad_weaken; [|apply IHa; auto]; simpl; tauto.
    + apply (has_grad_mult n _ (eval a) (D1 b j) (fun k => D1 a k)); auto.
      eapply has_grad_weaken; [|apply IHb; auto]; simpl; tauto.
  - apply (has_grad_mult n _ (fun x => uf1 u (eval a x)) (D1 a j) (fun k x => uf2 u (eval a x) * D1 a k x)); auto.
    + apply (has_grad_comp n _ (udom u) (uf1 u) (uf2 u)); simpl; try tauto. apply uf2_correct.
      eapply has_grad_weaken; [|apply D1_correct; auto]; simpl; tauto.
    + eapply has_grad_weaken; [|apply IHa; auto]; simpl; tauto.
Qed.
(** Schwarz's theorem, for these expressions. *)
Lemma D2_sym e j k x : D2 e j k x = D2 e k j x.
Proof.
  induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl; auto;
    rewrite ?IHa, ?IHb; ring.
Qed.
(** Expressions without denominators, logarithms and roots are defined everywhere. *)
Fixpoint total (e:expr) : bool :=
  match e with
  | Cst _ _ | Var _ => true | Scal _ _ a | Neg a => total a | Add a b | Mul a b => total a && total b
  | Un u a => match u with Ln | Sqrt | Inv => false | _ => total a end
  end.
Lemma total_ok e x : total e = true -> defined e x.
Proof.
  induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl; auto; try (rewrite andb_true_iff; tauto).
  intros H; split; [apply IHa|]; destruct u; simpl; auto; discriminate.
Qed.
