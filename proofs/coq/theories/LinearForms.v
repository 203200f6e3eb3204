(** * Sums of functions of one linear form each: their Hessians from functions of one variable.

    Let f(x) = r|x|^2 + g_1(u_1.x) + g_2(u_2.x) + ...  Then v.Hv = 2r|v|^2 + sum_k g_k''(u_k.x) (u_k.v)^2, so bounds of the
    g_k'' on the line bound H on all of R^n, and where all g_k are convex H >= 2r. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool Classical_Prop FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder Expressions InverseFunction Compactness Jets Checkers Theorems.
From Separatrix Require Import Descent LinearRate.
Import ListNotations.
Local Open Scope R_scope.
Module K := Integer.C.
Module J := Integer.C.J.

(** ** the Hessian of |x|^2, and bounds of a Hessian on all of R^n *)
Fixpoint squares (n : nat) : expr := match n with O => Cst 0 1 | S k => Add (squares k) (Un (Pow 2) (Var k)) end.
Lemma quad_plus n M N u : quad n (fun k j => M k j + N k j) u = quad n M u + quad n N u.
Proof.
  unfold quad. rewrite <- sumR_plus. apply sumR_ext. intros k _.
  rewrite (sumR_ext n _ (fun j => M k j * u j + N k j * u j)) by (intros; ring). rewrite sumR_plus. ring.
Qed.
Lemma quad_scal n a M u : quad n (fun k j => a * M k j) u = a * quad n M u.
Proof.
  unfold quad. rewrite <- sumR_scal. apply sumR_ext. intros k _.
  rewrite (sumR_ext n _ (fun j => a * (M k j * u j))) by (intros; ring). rewrite sumR_scal. ring.
Qed.
Lemma quad_opp n M u : quad n (fun k j => - M k j) u = - quad n M u.
Proof.
  replace (- quad n M u) with (-1 * quad n M u) by ring. rewrite <- quad_scal. unfold quad. apply sumR_ext. intros k _.
  f_equal. apply sumR_ext. intros; ring.
Qed.
Lemma quad_squares n m z u : (m <= n)%nat -> quad n (fun k j => D2 (squares m) k j z) u = 2 * square m u.
Proof.
  induction m as [|m IH]; intros Hm.
  - unfold quad, square. simpl. rewrite sumR_0; [ring|]. intros k _. rewrite sumR_0; [ring|]. intros; ring.
  - change (square (S m) u) with (square m u + u m ^ 2).
    change (fun k j => D2 (squares (S m)) k j z) with
      (fun k j => D2 (squares m) k j z + (INR 2 * (INR 1 * 1) * delta m j * delta m k + INR 2 * (z m * 1) * 0)).
    rewrite quad_plus, IH by lia. rewrite Rmult_plus_distr_l. f_equal. unfold quad.
    rewrite (sumR_ext n _ (fun k => delta m k * (2 * u m * u k))).
    + rewrite (sumR_delta n m (fun k => 2 * u m * u k)) by lia. ring.
    + intros k _. rewrite (sumR_ext n _ (fun j => delta m j * (2 * delta m k * u j))) by (intros; simpl; ring).
      rewrite (sumR_delta n m (fun j => 2 * delta m k * u j)) by lia. ring.
Qed.
(** The quadratic form of the Hessian of [Scal b squares + Scal a e]. *)
Definition balanced n (b : ratio) a e : expr := Add (Scal (fst b) (snd b) (squares n)) (Scal a 1 e).
Lemma quad_balanced n b a e z u : quad n (fun k j => D2 (balanced n b a e) k j z) u =
  2 * qR b * square n u + IZR a * quad n (fun k j => D2 e k j z) u.
Proof.
  change (fun k j => D2 (balanced n b a e) k j z) with
    (fun k j => qR b * D2 (squares n) k j z + IZR a * D2 e k j z).
  rewrite quad_plus, !quad_scal, quad_squares by lia. ring.
Qed.
Lemma nonzero_or_zero n (u : vec) : (exists i, (i < n)%nat /\ u i <> 0) \/ forall i, (i < n)%nat -> u i = 0.
Proof.
  destruct (classic (exists i, (i < n)%nat /\ u i <> 0)) as [|N]; auto. right. intros i Hi.
  destruct (Req_dec (u i) 0) as [|E]; auto. elim N. exists i; auto.
Qed.
Lemma square_zero n u : (forall i, (i < n)%nat -> u i = 0) -> square n u = 0.
Proof. intros Z. apply sumR_0. intros i Hi. rewrite (Z i Hi). ring. Qed.
(** L|x|^2/2 + e and L|x|^2/2 - e are convex. *)
Definition check_smooth prec n e (L : ratio) fuel : bool :=
  K.check_definite prec n (balanced n L 2 e) (whole n) fuel && K.check_definite prec n (balanced n L (-2) e) (whole n) fuel.
Theorem smooth prec n e L fuel : check_smooth prec n e L fuel = true ->
  forall z u, Rabs (quad n (fun k j => D2 e k j z) u) <= qR L * square n u.
Proof.
  unfold check_smooth. rewrite andb_true_iff. intros [C1 C2] z u.
  destruct (nonzero_or_zero n u) as [Nz|Z].
  - assert (W : in_sides n (whole n) z) by (apply region_whole; exact I).
    destruct (K.definite_on_box prec n _ _ fuel C1 z W) as [_ P1]. destruct (K.definite_on_box prec n _ _ fuel C2 z W) as [_ P2].
    specialize (P1 u Nz). specialize (P2 u Nz). rewrite quad_balanced in P1, P2. apply Rabs_le. lra.
  - change (quad n (fun k j => D2 e k j z) u) with (bil n (fun k j => D2 e k j z) u u).
    rewrite bil_0_l, square_zero, Rabs_R0 by auto. lra.
Qed.

(** ** functions of linear forms *)
(** The function of one variable, the coefficients of the form, a bound of the second derivative on the line, and a range
    on which the function is convex. *)
Record layer := { of_form : expr; form : qvec; bend : ratio; range : ratio * ratio }.
Definition over {A} (t : A -> R) (l : list A) : R := fold_right (fun a s => t a + s) 0 l.
Definition along (n : nat) (u : qvec) (x : vec) : R := sumR n (fun j => vq u j * x j).
Definition layered (n : nat) (r : R) (ls : list layer) (x : vec) : R :=
  r * square n x + over (fun l => eval (of_form l) (fun _ => along n (form l) x)) ls.
Lemma along_line n u z v t : along n u (line z v t) = along n u z + t * along n u v.
Proof. unfold along. rewrite <- sumR_scal, <- sumR_plus. apply sumR_ext. intros; unfold line; ring. Qed.
Lemma one_1 g t : wf 1 g = true -> total g = true -> is_derive (fun t => eval g (fun _ => t)) t (D1 g 0 (fun _ => t)).
Proof.
  intros W T. assert (E : forall s, line (fun _ => 0) (fun _ => 1) s = (fun _ => s)).
  { intros s. apply functional_extensionality. intros i. unfold line. ring. }
  assert (A := D1_correct 1 g W (fun _ => 0) (fun _ => 1) t (total_ok g _ T)). rewrite E in A. simpl in A.
  rewrite Rplus_0_l, Rmult_1_r in A. apply is_derive_ext with (2 := A). intros s. rewrite E. reflexivity.
Qed.
Lemma one_2 g t : wf 1 g = true -> total g = true -> is_derive (fun t => D1 g 0 (fun _ => t)) t (D2 g 0 0 (fun _ => t)).
Proof.
  intros W T. assert (E : forall s, line (fun _ => 0) (fun _ => 1) s = (fun _ => s)).
  { intros s. apply functional_extensionality. intros i. unfold line. ring. }
  assert (A := D2_correct 1 g 0 W (fun _ => 0) (fun _ => 1) t (total_ok g _ T)). rewrite E in A. simpl in A.
  rewrite Rplus_0_l, Rmult_1_r in A. apply is_derive_ext with (2 := A). intros s. rewrite E. reflexivity.
Qed.
Lemma is_derive_affine (h : R -> R) a c t d : is_derive h (a + t * c) d -> is_derive (fun t => h (a + t * c)) t (d * c).
Proof.
  intros H. rewrite Rmult_comm. apply (is_derive_comp h (fun t => a + t * c)); auto. auto_derive; auto. ring.
Qed.
Lemma is_derive_over {A} (h : A -> R -> R) d t (l : list A) : (forall a, In a l -> is_derive (h a) t (d a)) ->
  is_derive (fun t => over (fun a => h a t) l) t (over d l).
Proof.
  induction l as [|a l IH]; intros H; simpl; [apply @is_derive_const|].
  apply (is_derive_plus (h a) (fun t => over (fun a => h a t) l)); [apply H; left; auto|apply IH; intros; apply H; right; auto].
Qed.
Lemma square_line n z u t : square n (line z u t) = square n z + t * (2 * sumR n (fun i => z i * u i)) + t ^ 2 * square n u.
Proof. unfold square. rewrite <- !sumR_scal, <- !sumR_plus. apply sumR_ext. intros; unfold line; ring. Qed.
Theorem layered_quad n e r ls : wf n e = true -> total e = true ->
  (forall l, In l ls -> wf 1 (of_form l) = true /\ total (of_form l) = true) ->
  (forall x, eval e x = layered n r ls x) -> forall z u, quad n (fun k j => D2 e k j z) u =
  2 * r * square n u + over (fun l => D2 (of_form l) 0 0 (fun _ => along n (form l) z) * along n (form l) u ^ 2) ls.
Proof.
  intros W T Wl E z u.
  set (P := fun w => sumR n (fun j => D1 e j w * u j)).
  assert (A1 : forall t, is_derive (fun t => eval e (line z u t)) t (P (line z u t))).
  { intros t. apply (D1_correct n e W z u t), total_ok; auto. }
  assert (A2 : is_derive (fun t => P (line z u t)) 0 (quad n (fun k j => D2 e k j z) u)).
  { assert (HP : has_grad n (defined e) P (fun k w => sumR n (fun j => D2 e j k w * u j + D1 e j w * 0))).
    { apply has_grad_sum. intros j Hj. apply (has_grad_mult n _ (D1 e j) (fun _ => u j) (fun k => D2 e j k) (fun _ _ => 0)).
      - apply D2_correct; auto.
      - apply has_grad_const. }
    assert (B := HP z u 0 (total_ok e _ T)). rewrite line_0 in B.
    replace (quad n (fun k j => D2 e k j z) u) with (sumR n (fun k => sumR n (fun j => D2 e j k z * u j + D1 e j z * 0) * u k)); auto.
    unfold quad. apply sumR_ext. intros k _. f_equal. apply sumR_ext. intros j _. rewrite D2_sym. ring. }
  set (a := fun l => along n (form l) z). set (c := fun l => along n (form l) u).
  set (Q := fun t => r * (2 * sumR n (fun i => z i * u i) + 2 * t * square n u) +
    over (fun l => D1 (of_form l) 0 (fun _ => a l + t * c l) * c l) ls).
  assert (B1 : forall t, is_derive (fun t => layered n r ls (line z u t)) t (Q t)).
  { intros t. apply is_derive_ext with (f := fun t => r * (square n z + t * (2 * sumR n (fun i => z i * u i)) + t ^ 2 * square n u) +
      over (fun l => eval (of_form l) (fun _ => a l + t * c l)) ls).
    - intros s. unfold layered. rewrite square_line. f_equal. clear. induction ls as [|l ls IH]; simpl; auto.
      rewrite along_line. f_equal. exact IH.
    - apply @is_derive_plus; [auto_derive; auto; ring|].
      apply (is_derive_over (fun l t => eval (of_form l) (fun _ => a l + t * c l)) (fun l => D1 (of_form l) 0 (fun _ => a l + t * c l) * c l)).
      intros l Hl. destruct (Wl l Hl). apply (is_derive_affine (fun s => eval (of_form l) (fun _ => s))), one_1; auto. }
  assert (B2 : is_derive Q 0 (2 * r * square n u + over (fun l => D2 (of_form l) 0 0 (fun _ => a l) * c l ^ 2) ls)).
  { apply @is_derive_plus; [auto_derive; auto; ring|].
    apply (is_derive_over (fun l t => D1 (of_form l) 0 (fun _ => a l + t * c l) * c l)).
    intros l Hl. destruct (Wl l Hl) as [Wg Tg].
    replace (D2 (of_form l) 0 0 (fun _ => a l) * c l ^ 2) with (D2 (of_form l) 0 0 (fun _ => a l) * c l * c l) by ring.
    apply (is_derive_ext (fun t => c l * D1 (of_form l) 0 (fun _ => a l + t * c l))); [intros; apply Rmult_comm|].
    rewrite (Rmult_comm _ (c l)). apply (is_derive_scal (fun t => D1 (of_form l) 0 (fun _ => a l + t * c l))).
    apply (is_derive_affine (fun s => D1 (of_form l) 0 (fun _ => s))). rewrite Rmult_0_l, Rplus_0_r. apply one_2; auto. }
  assert (S : forall t, P (line z u t) = Q t).
  { intros t. assert (X := is_derive_unique _ _ _ (A1 t)). assert (Y := is_derive_unique _ _ _ (B1 t)). rewrite <- X, <- Y.
    apply Derive_ext. intros s. apply E. }
  apply is_derive_ext with (g := Q) in A2; [|exact S]. apply is_derive_unique in A2. apply is_derive_unique in B2.
  rewrite <- A2. exact B2.
Qed.

(** ** bounds on all of R^n *)
Lemma over_le {A} (s t : A -> R) l : (forall a, In a l -> s a <= t a) -> over s l <= over t l.
Proof.
  induction l as [|a l IH]; intros H; simpl; [lra|]. apply Rplus_le_compat; [apply H; left; auto|apply IH; intros; apply H; right; auto].
Qed.
Lemma over_opp {A} (t : A -> R) l : over (fun a => - t a) l = - over t l.
Proof. induction l as [|a l IH]; simpl; [ring|rewrite IH; ring]. Qed.
Lemma over_ge0 {A} (t : A -> R) l : (forall a, In a l -> 0 <= t a) -> 0 <= over t l.
Proof. induction l as [|a l IH]; intros H; simpl; [lra|]. apply Rplus_le_le_0_compat; [apply H; left; auto|apply IH; intros; apply H; right; auto]. Qed.
Definition iover prec {A} (t : A -> J.it) (l : list A) : J.it := fold_right (fun a s => J.iadd prec (t a) s) (J.i0 prec) l.
Lemma mem_over prec {A} (t : A -> R) ti l : (forall a, In a l -> J.mem (t a) (ti a)) -> J.mem (over t l) (iover prec ti l).
Proof.
  induction l as [|a l IH]; intros H; simpl; [apply J.mem_0|]. apply J.mem_add; [apply H; left; auto|apply IH; intros; apply H; right; auto].
Qed.
(** |g_k''| <= bend_k on the line, and (L - 2r)|v|^2 > sum_k bend_k (u_k.v)^2. *)
Definition check_layers prec n (r L : ratio) (ls : list layer) fuel : bool :=
  J.ile prec (J.i0 prec) (J.iq prec r) &&
  forallb (fun l => wf 1 (of_form l) && total (of_form l) && check_smooth prec 1 (of_form l) (bend l) fuel) ls &&
  K.pivots_positive prec n (tab n (fun i => tab n (fun j => J.isub prec
    (J.imul prec (K.idelta prec i j) (J.isub prec (J.iq prec L) (J.imul prec (J.i2 prec) (J.iq prec r))))
    (iover prec (fun l => J.imul prec (J.iq prec (bend l)) (J.imul prec (K.ivq prec (form l) i) (K.ivq prec (form l) j))) ls)))).
Lemma quad_outer n a (w v : vec) : quad n (fun k j => a * (w k * w j)) v = a * sumR n (fun j => w j * v j) ^ 2.
Proof.
  rewrite quad_scal. f_equal. unfold quad. simpl. rewrite Rmult_1_r, <- sumR_scal_r. apply sumR_ext. intros k _.
  rewrite (sumR_ext n _ (fun j => w k * (w j * v j))) by (intros; ring). rewrite sumR_scal. ring.
Qed.
Theorem smooth_layers prec n e r L ls fuel : check_layers prec n r L ls fuel = true -> wf n e && total e = true ->
  (forall x, eval e x = layered n (qR r) ls x) -> forall z u, Rabs (quad n (fun k j => D2 e k j z) u) <= qR L * square n u.
Proof.
  unfold check_layers. rewrite !andb_true_iff. intros [[C0 CL] CM] [W T] E z u.
  apply (J.ile_ok prec _ _ _ _ (J.mem_0 prec) (J.mem_q prec _)) in C0. rewrite forallb_forall in CL.
  assert (Wl : forall l, In l ls -> wf 1 (of_form l) = true /\ total (of_form l) = true).
  { intros l Hl. specialize (CL l Hl). rewrite !andb_true_iff in CL. tauto. }
  rewrite (layered_quad n e (qR r) ls W T Wl E z u).
  set (d := fun l => D2 (of_form l) 0 0 (fun _ => along n (form l) z)). set (c := fun l => along n (form l) u).
  change (Rabs (2 * qR r * square n u + over (fun l => d l * c l ^ 2) ls) <= qR L * square n u).
  assert (B : forall l, In l ls -> Rabs (d l) <= qR (bend l)).
  { intros l Hl. specialize (CL l Hl). rewrite !andb_true_iff in CL. destruct CL as [_ CS].
    assert (S := smooth prec 1 (of_form l) (bend l) fuel CS (fun _ => along n (form l) z) (fun _ => 1)).
    unfold quad, square in S. simpl in S. fold (d l) in S. rewrite Rplus_0_l, !Rmult_1_r in S.
    replace (0 + d l) with (d l) in S by ring. lra. }
  set (M := over (fun l => qR (bend l) * c l ^ 2) ls).
  assert (U : over (fun l => d l * c l ^ 2) ls <= M).
  { apply over_le. intros l Hl. apply Rmult_le_compat_r; [apply pow2_ge_0|]. generalize (B l Hl) (Rle_abs (d l)). lra. }
  assert (V : - M <= over (fun l => d l * c l ^ 2) ls).
  { unfold M. rewrite <- over_opp. apply over_le. intros l Hl. assert (X := B l Hl). apply Rabs_le_between in X.
    generalize (pow2_ge_0 (c l)). nra. }
  assert (Q : M <= (qR L - 2 * qR r) * square n u).
  { destruct (nonzero_or_zero n u) as [Nz|Z].
    - set (h := fun i j => delta i j * (qR L - 2 * qR r) - over (fun l => qR (bend l) * (vq (form l) i * vq (form l) j)) ls).
      assert (PD : posdef n h).
      { apply (K.pivots_positive_ok prec n h _) with (3 := CM).
        - intros i j. unfold h, delta. rewrite (Nat.eqb_sym i j). f_equal. clear. induction ls as [|l ls IH]; simpl; auto. rewrite IH. ring.
        - intros i j Hi Hj. rewrite K.hn_tab by auto. unfold h. apply J.mem_sub.
          + apply J.mem_mul; [apply K.mem_delta|]. apply J.mem_sub; [apply J.mem_q|]. apply J.mem_mul; [apply J.mem_2|apply J.mem_q].
          + apply mem_over. intros l _. apply J.mem_mul; [apply J.mem_q|]. apply J.mem_mul; apply J.mem_q. }
      specialize (PD u Nz). unfold h in PD.
      assert (EQ : quad n (fun i j => delta i j * (qR L - 2 * qR r) - over (fun l => qR (bend l) * (vq (form l) i * vq (form l) j)) ls) u =
        (qR L - 2 * qR r) * square n u - M).
      { assert (Q1 : quad n (fun i j => delta i j * (qR L - 2 * qR r)) u = (qR L - 2 * qR r) * square n u).
        { unfold quad, square. rewrite <- sumR_scal. apply sumR_ext. intros k Hk.
          rewrite (sumR_ext n _ (fun j => delta k j * ((qR L - 2 * qR r) * u j))) by (intros; ring).
          rewrite (sumR_delta n k (fun j => (qR L - 2 * qR r) * u j)) by auto. ring. }
        assert (Q2 : quad n (fun i j => over (fun l => qR (bend l) * (vq (form l) i * vq (form l) j)) ls) u = M).
        { unfold M, c. clear. induction ls as [|l ls IH]; simpl.
          - unfold quad. rewrite sumR_0; auto. intros k _. rewrite sumR_0; [ring|]. intros; ring.
          - rewrite quad_plus, quad_outer, IH. reflexivity. }
        rewrite <- Q1, <- Q2. unfold Rminus. rewrite quad_plus, quad_opp. reflexivity. }
      rewrite EQ in PD. lra.
    - assert (S0 : square n u = 0) by (apply square_zero; auto). rewrite S0, Rmult_0_r. unfold M.
      apply Req_le. clear - Z. unfold c, over. induction ls as [|l ls IH]; cbn [fold_right]; auto. rewrite IH. unfold along.
      rewrite sumR_0; [ring|]. intros i Hi. rewrite (Z i Hi). ring. }
  assert (P := Rmult_le_pos _ _ C0 (square_ge0 n u)). apply Rabs_le. lra.
Qed.

(** ** convexity near a point *)
(** The box [b] is within [slack] of the centre c, so the ball of radius [rad] about a point of it lies in the ball of radius
    [rc] about c; on that ball every form stays in its range, on which its function is convex. *)
Definition check_convex prec n (m r : ratio) (ls : list layer) (c : qvec) (slack rad rc : ratio) (b : qbox) fuel : bool :=
  let q := J.iq prec in let mul := J.imul prec in let sub := J.isub prec in let add := J.iadd prec in let le := J.ile prec in
  Nat.ltb 0 n && qle m (twice r) && le (J.i0 prec) (q slack) &&
  forall_lt n (fun i => let s := nth i b ((0%Z, xH), (0%Z, xH)) in
    le (sub (K.ivq prec c i) (q slack)) (q (fst s)) && le (q (snd s)) (add (K.ivq prec c i) (q slack))) &&
  le (add (q rad) (mul (add (J.iN prec n) (J.i1 prec)) (q slack))) (q rc) &&
  forallb (fun l =>
    let at_c := J.isum prec n (fun i => mul (K.ivq prec (form l) i) (K.ivq prec c i)) in
    let reach2 := mul (J.isum prec n (fun i => J.I.sqr prec (K.ivq prec (form l) i))) (mul (q rc) (q rc)) in
    let down := sub at_c (q (fst (range l))) in let up := sub (q (snd (range l))) at_c in
    wf 1 (of_form l) && total (of_form l) && le (J.i0 prec) down && le reach2 (mul down down) &&
    le (J.i0 prec) up && le reach2 (mul up up) &&
    K.check_definite prec 1 (of_form l) [(Some (fst (range l)), Some (snd (range l)))] fuel) ls.
Theorem convex_layers prec n e m r ls c slack rad rc b fuel : check_convex prec n m r ls c slack rad rc b fuel = true ->
  wf n e && total e = true -> (forall x, eval e x = layered n (qR r) ls x) ->
  forall p z u, inside n (realbox b) p -> distance n z p <= qR rad ->
  qR m * square n u <= quad n (fun k j => D2 e k j z) u.
Proof.
  unfold check_convex. cbv zeta. rewrite !andb_true_iff. intros (((((N & Cm) & C0) & CB) & CR) & CL) [W T] E p z u Bp Bz.
  apply qle_ok in Cm. rewrite twice_ok in Cm.
  apply (J.ile_ok prec _ _ _ _ (J.mem_0 prec) (J.mem_q prec _)) in C0.
  apply (J.ile_ok prec _ _ _ _ (J.mem_add prec _ _ _ _ (J.mem_q prec _)
    (J.mem_mul prec _ _ _ _ (J.mem_add prec _ _ _ _ (J.mem_N prec n) (J.mem_1 prec)) (J.mem_q prec _))) (J.mem_q prec _)) in CR.
  rewrite forallb_forall in CL.
  assert (Nc : near n (vq c) p (qR slack)).
  { intros i Hi. specialize (Bp i Hi). rewrite K.nth_realbox in Bp. simpl in Bp.
    assert (Ci := forall_lt_ok _ _ CB i Hi). cbv beta zeta in Ci. rewrite andb_true_iff in Ci. destruct Ci as [L U].
    apply (J.ile_ok prec _ _ _ _ (J.mem_sub prec _ _ _ _ (J.mem_q prec _) (J.mem_q prec _)) (J.mem_q prec _)) in L.
    apply (J.ile_ok prec _ _ _ _ (J.mem_q prec _) (J.mem_add prec _ _ _ _ (J.mem_q prec _) (J.mem_q prec _))) in U.
    unfold vq. apply Rabs_le_between'. lra. }
  assert (Dz : norm n (minus z (vq c)) <= qR rc).
  { eapply Rle_trans; [apply (norm_between n z p)|]. rewrite distance_norm in Bz.
    generalize (norm_near n (vq c) p (qR slack) Nc). lra. }
  assert (Wl : forall l, In l ls -> wf 1 (of_form l) = true /\ total (of_form l) = true).
  { intros l Hl. specialize (CL l Hl). rewrite !andb_true_iff in CL. tauto. }
  rewrite (layered_quad n e (qR r) ls W T Wl E z u).
  assert (P : 0 <= over (fun l => D2 (of_form l) 0 0 (fun _ => along n (form l) z) * along n (form l) u ^ 2) ls).
  { apply over_ge0. intros l Hl. specialize (CL l Hl). rewrite !andb_true_iff in CL. destruct CL as ((((((_ & _) & D0) & D1) & U0) & U1) & CD).
    apply Rmult_le_pos; [|apply pow2_ge_0]. set (w := form l) in *.
    assert (Mc : J.mem (along n w (vq c)) (J.isum prec n (fun i => J.imul prec (K.ivq prec w i) (K.ivq prec c i)))).
    { apply J.mem_sum. intros i _. apply J.mem_mul; apply J.mem_q. }
    assert (Mr : J.mem (square n (vq w) * (qR rc * qR rc)) (J.imul prec (J.isum prec n (fun i => J.I.sqr prec (K.ivq prec w i)))
      (J.imul prec (J.iq prec rc) (J.iq prec rc)))).
    { apply J.mem_mul; [|apply J.mem_mul; apply J.mem_q]. apply J.mem_sum. intros i _. apply J.mem_sqr, J.mem_q. }
    assert (Md := J.mem_sub prec _ _ _ _ Mc (J.mem_q prec (fst (range l)))).
    assert (Mu := J.mem_sub prec _ _ _ _ (J.mem_q prec (snd (range l))) Mc).
    apply (J.ile_ok prec _ _ _ _ (J.mem_0 prec) Md) in D0. apply (J.ile_ok prec _ _ _ _ Mr (J.mem_mul prec _ _ _ _ Md Md)) in D1.
    apply (J.ile_ok prec _ _ _ _ (J.mem_0 prec) Mu) in U0. apply (J.ile_ok prec _ _ _ _ Mr (J.mem_mul prec _ _ _ _ Mu Mu)) in U1.
    assert (Nr := norm_ge0 n (minus z (vq c))). assert (Nw := norm_ge0 n (vq w)). rewrite <- norm_square in D1, U1.
    assert (Reach : norm n (vq w) * norm n (minus z (vq c)) <= norm n (vq w) * qR rc) by (apply Rmult_le_compat_l; auto).
    assert (Far : along n w z - along n w (vq c) <= norm n (vq w) * qR rc).
    { eapply Rle_trans; [|exact Reach]. eapply Rle_trans; [|apply cauchy_schwarz]. apply Req_le. unfold along. rewrite <- sumR_minus.
      apply sumR_ext. intros; unfold minus; ring. }
    assert (Far' : along n w (vq c) - along n w z <= norm n (vq w) * qR rc).
    { eapply Rle_trans; [|exact Reach]. rewrite norm_swap. eapply Rle_trans; [|apply cauchy_schwarz]. apply Req_le. unfold along. rewrite <- sumR_minus.
      apply sumR_ext. intros; unfold minus; ring. }
    assert (In1 : in_sides 1 [(Some (fst (range l)), Some (snd (range l)))] (fun _ => along n w z)).
    { intros i Hi. assert (i = 0%nat) by lia. subst i. simpl. split; nra. }
    destruct (K.definite_on_box prec 1 _ _ fuel CD _ In1) as [_ PD].
    assert (H : 0 < quad 1 (fun k j => D2 (of_form l) k j (fun _ => along n w z)) (fun _ => 1)) by (apply PD; exists 0%nat; split; [lia|lra]).
    unfold quad in H. simpl in H. lra. }
  generalize (square_ge0 n u). nra.
Qed.
(** Closes eval e x = layered n r ls x once both are unfolded: the arguments of the same functions are made the same. *)
Ltac equal_arguments f := repeat match goal with |- context [f ?u] => match goal with |- context [f ?v] =>
  first [constr_eq u v; fail 1 | replace v with u by field] end end.
Ltac by_layers := cbv [layered over fold_right of_form form along vq nth eval uf rational qR fst snd dec square sumR];
  equal_arguments sigmoid; equal_arguments softplus; equal_arguments exp; equal_arguments tanh; equal_arguments sin;
  equal_arguments cos; equal_arguments atan; equal_arguments sinh; equal_arguments cosh; field.
