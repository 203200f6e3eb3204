(** * Certified radii, decided by interval arithmetic: the forms of [Radii] applied to numbers.

    The centre p of a ball is a stationary point, known by a box; the search covers the ball around a rational point [c]
    near it, and leaves out what lies beyond. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Float.Basic.
From Separatrix Require Import Statements Calculus Krawczyk SecondOrder InverseFunction Compactness Radii Perturbation Expressions Jets Checkers Theorems Branching.
Import ListNotations.
Local Open Scope R_scope.

Lemma norm_le_sum n v : norm n v <= sumR n (fun i => Rabs (v i)).
Proof.
  apply norm_le; [apply sumR_ge0; intros; apply Rabs_pos|]. unfold square. induction n as [|n IH]; [simpl; lra|].
  change (sumR n (fun i => v i ^ 2) + v n ^ 2 <= (sumR n (fun i => Rabs (v i)) + Rabs (v n)) ^ 2).
  assert (S : 0 <= sumR n (fun i => Rabs (v i))) by (apply sumR_ge0; intros; apply Rabs_pos).
  assert (P := Rabs_pos (v n)). rewrite <- (pow2_abs (v n)). nra.
Qed.

Module Make (F : FloatOps with Definition sensible_format := true).
Module T := Theorems.Make F.
Module B := Branching.Make F.
Module C := B.C.
Import C C.J.

Section Prec.
Variable prec : F.precision.
Notation iq := (iq prec).
Notation iadd := (iadd prec).
Notation isub := (isub prec).
Notation imul := (imul prec).
Notation isum := (isum prec).
Notation i0 := (i0 prec).
Notation ivq := (ivq prec).
Notation ile := (ile prec).
Notation ilt := (ilt prec).

(** ** a test on every part of a ball *)
Definition outside n (c : qvec) (r : ratio) X : bool :=
  ilt (I.sqr prec (iq r)) (isum n (fun i => I.sqr prec (isub (nth i X I.nai) (ivq c i)))).
(* The widest side is cut, each measured with its weight. *)
Fixpoint cover (test : list it -> bool) (ws : list F.type) (fuel : nat) (X : list it) : bool :=
  if test X then true else
  match fuel with
  | O => false
  | S fuel =>
      let k := fst (B.widest prec ws X 0 0 F.zero) in
      let (l, r) := I.bisect (nth k X I.nai) in
      if cover test ws fuel (upd X k l) then cover test ws fuel (upd X k r) else false
  end.
Theorem cover_ok n test ws (P : vec -> Prop) : (0 < n)%nat -> (forall X x, inb n X x -> test X = true -> P x) ->
  forall fuel X x, length X = n -> inb n X x -> cover test ws fuel X = true -> P x.
Proof.
  intros N T. induction fuel; intros X x L Hx; cbn [cover].
  - destruct (test X) eqn:E; [intros _; apply (T X); auto|discriminate].
  - destruct (test X) eqn:E; [intros _; apply (T X); auto|].
    assert (Hk := B.widest_lt prec ws X n 0 0 F.zero L ltac:(lia)). set (k := fst (B.widest prec ws X 0 0 F.zero)) in *.
    generalize (I.bisect_correct _ _ (Hx k ltac:(lia))). destruct (I.bisect (nth k X I.nai)) as [l r]. simpl fst; simpl snd.
    destruct (cover test ws fuel (upd X k l)) eqn:E1; try discriminate. intros [B|B] H.
    + apply (IHfuel (upd X k l)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
    + apply (IHfuel (upd X k r)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
Qed.
Definition on_ball n c r (ws : qvec) (test : list it -> bool) fuel : bool :=
  Nat.ltb 0 n && cover (fun X => if outside n c r X then true else test X) (map (fun w => I.upper (iq w)) ws) fuel (cbox prec n c (repeat r n)).
Theorem on_ball_ok n c r ws test fuel (P : vec -> Prop) : (forall X x, inb n X x -> test X = true -> P x) ->
  on_ball n c r ws test fuel = true -> forall x, closed_ball n (vq c) (qR r) x -> P x.
Proof.
  unfold on_ball. rewrite andb_true_iff. intros T [N S] x Bx. apply Nat.ltb_lt in N.
  apply (cover_ok n (fun X => if outside n c r X then true else test X) (map (fun w => I.upper (iq w)) ws)
    (fun y => closed_ball n (vq c) (qR r) y -> P y)) with (5 := S); auto.
  - intros X y Hy. destruct (outside n c r X) eqn:O; [|intros; apply (T X); auto]. intros _ By. exfalso.
    unfold outside in O. apply (ilt_ok prec (qR r ^ 2) (square n (minus y (vq c)))) in O.
    + rewrite <- norm_square in O. assert (G := norm_ge0 n (minus y (vq c))). unfold closed_ball in By. nra.
    + apply mem_sqr, mem_q.
    + apply mem_sum. intros i Hi. apply mem_sqr, mem_sub; [apply Hy; auto|apply mem_q].
  - unfold cbox, tab. rewrite map_length, seq_length. auto.
  - apply cbox_ok. intros i Hi. unfold vq at 2. rewrite nth_indep with (d' := r) by (rewrite repeat_length; auto).
    rewrite nth_repeat. eapply Rle_trans; [apply (coordinate_le n (minus x (vq c)) i Hi)|exact Bx].
Qed.
(** A point of the box [b] is within [s] of [c], so its ball of radius [r] lies in that of radius [outer] around [c]. *)
Definition near_centre n (b : qbox) c (s : ratio) : bool := Nat.eqb (length b) n &&
  ile (isum n (fun i => I.abs (isub (nth i (ibox prec (sides_of b)) I.nai) (ivq c i)))) (iq s).
Definition ball_inside n b c s r outer : bool := near_centre n b c s && ile (iadd (iq r) (iq s)) (iq outer).
Lemma box_points n b p : length b = n -> inside n (realbox b) p -> inb n (ibox prec (sides_of b)) p.
Proof.
  intros L B. apply ibox_ok; [unfold sides_of; rewrite map_length; auto|]. apply region_box; auto.
Qed.
Lemma ball_inside_ok n b c s r outer p x : ball_inside n b c s r outer = true -> inside n (realbox b) p ->
  closed_ball n p (qR r) x -> closed_ball n (vq c) (qR outer) x.
Proof.
  unfold ball_inside, near_centre. rewrite !andb_true_iff. intros [[L N] O] B W. apply Nat.eqb_eq in L.
  assert (D : norm n (minus p (vq c)) <= qR s).
  { eapply Rle_trans; [apply norm_le_sum|]. apply (ile_ok prec _ _ _ _) with (3 := N); [|apply mem_q].
    apply mem_sum. intros i Hi. apply mem_abs, mem_sub; [exact (box_points n b p L B i Hi)|apply mem_q]. }
  apply (ile_ok prec _ _ _ _ (mem_add prec _ _ _ _ (mem_q prec _) (mem_q prec _)) (mem_q prec _)) in O.
  unfold closed_ball in *. eapply Rle_trans; [apply (norm_between n x p (vq c))|]. lra.
Qed.

(** ** matrices of intervals *)
Definition hessian n e X : list (list it) := snd (jet2 prec n X e).
Definition table n (f : nat -> nat -> it) : list (list it) := tab n (fun i => tab n (f i)).
Definition shortens_by n (q : it) (E : list (list it)) : bool := pivots_positive prec n (table n (fun i j =>
  isub (imul (I.sqr prec q) (idelta prec i j)) (isum n (fun k => imul (hn E k i) (hn E k j))))).
Definition exceeds n (H : list (list it)) (m : it) : bool := pivots_positive prec n (table n (fun i j =>
  isub (hn H i j) (imul m (idelta prec i j)))).
Lemma mem_scalar c ci i j : mem c ci -> mem (scalar c i j) (imul ci (idelta prec i j)).
Proof. intros M. apply mem_mul; auto. apply mem_delta. Qed.
Lemma shortens_by_ok n q qi e E : 0 <= q -> mem q qi -> (forall i j, (i < n)%nat -> (j < n)%nat -> mem (e i j) (hn E i j)) ->
  shortens_by n qi E = true -> forall v, norm n (apply n e v) <= q * norm n v.
Proof.
  intros Q M ME C. apply shortens; auto. apply (pivots_positive_ok prec n) with (3 := C).
  - intros i j. rewrite (gram_sym n e i j), (scalar_sym _ i j). reflexivity.
  - intros i j Hi Hj. unfold table. rewrite hn_tab by auto. apply mem_sub; [apply mem_scalar, mem_sqr; auto|].
    apply mem_sum. intros k Hk. apply mem_mul; auto.
Qed.
Lemma exceeds_ok n m mi h H : (forall i j, h i j = h j i) -> mem m mi ->
  (forall i j, (i < n)%nat -> (j < n)%nat -> mem (h i j) (hn H i j)) -> exceeds n H mi = true ->
  posdef n (fun i j => h i j - scalar m i j).
Proof.
  intros Sy M MH C. apply (pivots_positive_ok prec n) with (3 := C).
  - intros i j. rewrite Sy, (scalar_sym m i j). reflexivity.
  - intros i j Hi Hj. unfold table. rewrite hn_tab by auto. apply mem_sub; auto. apply mem_scalar; auto.
Qed.
Lemma hessian_ok n e X x i j : (i < n)%nat -> (j < n)%nat -> wf n e = true -> total e = true -> inb n X x ->
  mem (D2 e i j x) (hn (hessian n e X) i j).
Proof. intros Hi Hj W T Hx. apply (proj2 (jet2_ok prec n X e x W Hx (total_ok e x T))); auto. Qed.

(** ** the exact form *)
Definition varies_little n e (H0 : list (list it)) (mu : it) X : bool :=
  let H := hessian n e X in shortens_by n mu (table n (fun i j => isub (hn H i j) (hn H0 i j))).
Definition half (a : ratio) : ratio := (fst a, xO (snd a)).
Lemma half_ok a : qR (half a) = qR a / 2.
Proof.
  rewrite !qR_div. unfold half. cbn [fst snd]. change (Zpos (xO (snd a))) with (2 * Zpos (snd a))%Z. rewrite mult_IZR.
  assert (B : 0 < IZR (Zpos (snd a))) by (apply (IZR_lt 0); reflexivity). field. lra.
Qed.
Record ball_data := { bbox : qbox; bcentre : qvec; boffset : ratio; bouter : ratio; bweights : qvec; bradius : ratio; bimage : ratio }.
Definition check_ball n e d : bool := wf n e && total e && Z.leb 0 (fst (bradius d)) &&
  ball_inside n (bbox d) (bcentre d) (boffset d) (bradius d) (bouter d).
Definition check_linear n e d (lambda : ratio) : bool :=
  check_ball n e d && Z.ltb 0 (fst lambda) && ile (iq (bimage d)) (imul (iq (half lambda)) (iq (bradius d))) &&
  exceeds n (hessian n e (ibox prec (sides_of (bbox d)))) (iq lambda).
Lemma sign_ok a : Z.leb 0 (fst a) = true -> 0 <= qR a.
Proof.
  rewrite Z.leb_le, qR_div. intros H. apply IZR_le in H. assert (B : 0 < IZR (Zpos (snd a))) by (apply (IZR_lt 0); reflexivity).
  apply Rmult_le_pos; auto. apply Rlt_le, Rinv_0_lt_compat; auto.
Qed.
Lemma sign_pos a : Z.ltb 0 (fst a) = true -> 0 < qR a.
Proof.
  rewrite Z.ltb_lt, qR_div. intros H. apply IZR_lt in H. assert (B : 0 < IZR (Zpos (snd a))) by (apply (IZR_lt 0); reflexivity).
  apply Rdiv_lt_0_compat; auto.
Qed.
Definition about n e d p := inside n (realbox (bbox d)) p /\ root n (Grad e) p.
(** What remains to be shown on the ball: [searched] below, or a march along the third derivatives. *)
Definition little n e d lambda p := forall x, closed_ball n p (qR (bradius d)) x -> forall v,
  norm n (apply n (fun k j => D2 e k j x - D2 e k j p) v) <= qR lambda / 2 * norm n v.
Lemma check_ball_ok n e d : check_ball n e d = true -> (wf n e = true /\ total e = true) /\ 0 <= qR (bradius d) /\ length (bbox d) = n /\
  ball_inside n (bbox d) (bcentre d) (boffset d) (bradius d) (bouter d) = true.
Proof.
  unfold check_ball. rewrite !andb_true_iff. intros [[[W T] R] In]. split; auto. split; [apply sign_ok; auto|]. split; auto.
  apply Nat.eqb_eq. unfold ball_inside, near_centre in In. rewrite !andb_true_iff in In. tauto.
Qed.
Lemma hessian_at n e d p i j : check_ball n e d = true -> inside n (realbox (bbox d)) p -> (i < n)%nat -> (j < n)%nat ->
  mem (D2 e i j p) (hn (hessian n e (ibox prec (sides_of (bbox d)))) i j).
Proof.
  intros C B Hi Hj. destruct (check_ball_ok n e d C) as ([W T] & _ & L & _). apply hessian_ok; auto.
  apply (box_points n (bbox d) p L B).
Qed.
Lemma linear_facts n e d lambda p : check_linear n e d lambda = true -> about n e d p ->
  (wf n e = true /\ total e = true) /\ 0 <= qR (bradius d) /\ 0 < qR lambda /\ qR (bimage d) <= qR lambda * qR (bradius d) / 2 /\
  (forall v, qR lambda * norm n v <= norm n (apply n (fun k j => D2 e k j p) v)) /\ onto n (fun k j => D2 e k j p).
Proof.
  unfold check_linear. rewrite !andb_true_iff. intros [[[C L] Im] Ex] [Bp Zp].
  destruct (check_ball_ok n e d C) as ([W T] & R & _ & _). assert (Lp := sign_pos _ L).
  assert (P := exceeds_ok n (qR lambda) (iq lambda) (fun k j => D2 e k j p) _ (fun i j => D2_sym e i j p) (mem_q prec _)
    (fun i j Hi Hj => hessian_at n e d p i j C Bp Hi Hj) Ex).
  split; [auto|]. split; [auto|]. split; [auto|]. split; [|split].
  - apply (ile_ok prec _ _ _ _ (mem_q prec _) (mem_mul prec _ _ _ _ (mem_q prec _) (mem_q prec _))) in Im. rewrite half_ok in Im. lra.
  - apply lengthens; auto.
  - apply posdef_onto; [intros; apply D2_sym|]. intros v N. assert (Q := P v N). rewrite quad_minus, quad_scalar in Q.
    assert (S := square_ge0 n v). nra.
Qed.
Definition varies_on_ball n e d (lambda : ratio) fuel : bool := check_ball n e d && Z.ltb 0 (fst lambda) &&
  (let H0 := hessian n e (ibox prec (sides_of (bbox d))) in
   on_ball n (bcentre d) (bouter d) (bweights d) (varies_little n e H0 (iq (half lambda))) fuel).
Theorem searched_little n e d lambda fuel : varies_on_ball n e d lambda fuel = true -> forall p, about n e d p -> little n e d lambda p.
Proof.
  unfold varies_on_ball. cbv zeta. rewrite !andb_true_iff. intros [[C L] Va] p [Bp Zp] x Bx.
  destruct (check_ball_ok n e d C) as ([W T] & R & _ & In). assert (Lp := sign_pos _ L).
  set (H0 := hessian n e (ibox prec (sides_of (bbox d)))) in *.
  apply (ball_inside_ok n _ _ _ _ _ p x In Bp) in Bx.
  apply (on_ball_ok n _ _ _ _ _ (fun x => forall v, norm n (apply n (fun k j => D2 e k j x - D2 e k j p) v) <= qR lambda / 2 * norm n v))
    with (2 := Va); auto.
  intros X y Hy V. rewrite <- half_ok. unfold varies_little in V. cbv zeta in V.
  apply (shortens_by_ok n (qR (half lambda)) _ _ _) with (4 := V).
  - rewrite half_ok. lra.
  - apply mem_q.
  - intros i j Hi Hj. unfold table. rewrite hn_tab by auto. apply mem_sub; [apply hessian_ok; auto|apply hessian_at; auto].
Qed.
Lemma gradient_eval n e : wf n e = true -> total e = true -> gradient n (eval e) (fun j => D1 e j).
Proof. intros W T x j Hj. apply (has_grad_partial n (defined e)); auto. apply total_ok; auto. apply D1_correct; auto. Qed.
Lemma linear_wf n e d lambda : check_linear n e d lambda = true -> wf n e && total e = true.
Proof. unfold check_linear, check_ball. rewrite !andb_true_iff. tauto. Qed.
Theorem exact_radius n e d lambda (f : vec -> R) : check_linear n e d lambda = true ->
  (forall p, about n e d p -> little n e d lambda p) -> (forall x, f x = eval e x) ->
  forall p, stationary n f p -> inside n (realbox (bbox d)) p -> invertible n f p (qR (bradius d)) (qR (bimage d)).
Proof.
  intros C Va E p S B. assert (Z := T.stationary_root n e f p (linear_wf n e d lambda C) E S).
  destruct (linear_facts n e d lambda p C (conj B Z)) as ([W T] & R & L & Im & Lo & On).
  assert (Ch := Va p (conj B Z)). replace f with (eval e) by (apply functional_extensionality; auto).
  destruct (exact_form n (defined e) (fun k => D1 e k) (fun k j => D2 e k j) p (qR (bradius d))) with (lambda := qR lambda) (s := qR (bimage d))
    as [I Re]; auto.
  - intros; apply D2_correct; auto.
  - intros; apply total_ok; auto.
  - exists (fun j => D1 e j). split; [apply gradient_eval; auto|]. split; auto.
Qed.

(** ** the exact form in R^d: every further coordinate enters as rho x^2 *)
Lemma further_grad n d e rho : (n <= d)%nat -> wf n e = true -> total e = true ->
  has_grad d (defined e) (further n rho (eval e) d) (beyond n (2 * rho) (fun k => D1 e k)).
Proof.
  intros H W T. set (D := defined e).
  apply (has_grad_ext d D (fun x => eval e x + rho * sumR d (fun k => low n k 0 (x k ^ 2))) _
    (fun j x => low n j (D1 e j x) 0 + rho * sumR d (fun k => low n k 0 (2 * x k * delta k j)))).
  - reflexivity.
  - intros j x Hj _. unfold beyond. rewrite (sumR_ext d _ (fun k => delta j k * low n k 0 (2 * x k))).
    + rewrite sumR_delta by auto. destruct (Nat.lt_ge_cases j n); rewrite ?low_lt, ?low_ge by auto; ring.
    + intros k Hk. unfold delta. rewrite (Nat.eqb_sym j k). destruct (Nat.lt_ge_cases k n); rewrite ?low_lt, ?low_ge by auto; ring.
  - apply has_grad_plus; [apply has_grad_low; auto; apply D1_correct; auto|]. apply has_grad_scal. apply has_grad_sum. intros k Hk.
    destruct (Nat.lt_ge_cases k n) as [L|L].
    + apply (has_grad_ext d D (fun _ => 0) _ (fun _ _ => 0)); [intros; rewrite low_lt; auto|intros; rewrite low_lt; auto|apply has_grad_const].
    + apply (has_grad_ext d D (fun x => x k * x k) _ (fun j x => delta k j * x k + x k * delta k j)).
      * intros. rewrite low_ge by auto. ring.
      * intros. rewrite low_ge by auto. ring.
      * apply has_grad_mult; apply has_grad_var; auto.
Qed.
Theorem exact_radius_further n e d lambda rho (f : vec -> R) : check_linear n e d lambda = true ->
  (forall p, about n e d p -> little n e d lambda p) ->
  qle lambda (twice rho) = true -> (forall x, f x = eval e x) -> forall dim p, (n <= dim)%nat ->
  stationary dim (further n (qR rho) f dim) p -> inside n (realbox (bbox d)) p ->
  invertible dim (further n (qR rho) f dim) p (qR (bradius d)) (qR (bimage d)).
Proof.
  intros C Va Le E dim p H S B. replace f with (eval e) in * by (apply functional_extensionality; auto).
  assert (WT := linear_wf n e d lambda C). apply andb_prop in WT.
  destruct WT as [W T]. assert (Dt : forall x, defined e x) by (intros; apply total_ok; auto).
  assert (HG := further_grad n dim e (qR rho) H W T).
  assert (Z := proj1 (stationary_iff dim (defined e) _ _ p (Dt p) HG) S).
  assert (Zl : root n (Grad e) p).
  { intros k Hk. assert (Zk := Z k ltac:(lia)). unfold beyond in Zk. rewrite low_lt in Zk by auto. exact Zk. }
  destruct (linear_facts n e d lambda p C (conj B Zl)) as (_ & R & L & Im & Lo & On). assert (Ch := Va p (conj B Zl)).
  assert (Lr : qR lambda <= 2 * qR rho).
  { apply qle_ok in Le. rewrite twice_ok in Le. exact Le. }
  destruct (exact_form_beside n dim (defined e) (fun k => D1 e k) (fun k j => D2 e k j) p (qR (bradius d)) (2 * qR rho) (qR lambda) (qR (bimage d)))
    as [I Re]; auto.
  - intros; apply D2_correct; auto.
  - intros k [Hk Hd]. assert (Zk := Z k Hd). unfold beyond in Zk. rewrite low_ge in Zk by auto.
    apply Rmult_integral in Zk. destruct Zk; auto. lra.
  - exists (beyond n (2 * qR rho) (fun k => D1 e k)). split; [|split; auto].
    intros x j Hj. apply (has_grad_partial dim (defined e)); auto.
Qed.

(** ** the preconditioned form *)
Definition product n (A : qmat) (H : list (list it)) : list (list it) :=
  table n (fun i j => isum n (fun k => imul (imq prec A i k) (hn H k j))).
Definition nearly_one n e (A : qmat) (q : it) X : bool := let AH := product n A (hessian n e X) in
  shortens_by n q (table n (fun i j => isub (hn AH i j) (idelta prec i j))).
Definition one_half : ratio := (1%Z, 2%positive).
Definition check_inverse n (A B : qmat) : bool := forall_lt n (fun i =>
  ile (isum n (fun k => I.abs (isub (idelta prec i k) (isum n (fun j => imul (imq prec B i j) (imq prec A j k)))))) (iq one_half)).
Lemma qR_half : qR one_half = / 2.
Proof. unfold qR, rational, one_half. simpl. lra. Qed.
Lemma check_inverse_ok n A B : check_inverse n A B = true -> forall y : vec,
  (forall i, (i < n)%nat -> sumR n (fun k => mq A i k * y k) = 0) -> forall k, (k < n)%nat -> y k = 0.
Proof.
  intros C. apply (approx_inverse_inj n (mq A) (mq B) (/ 2)); [lra|].
  intros i Hi. rewrite <- qR_half. apply (ile_ok prec _ _ _ _) with (3 := forall_lt_ok _ _ C i Hi); [|apply mem_q].
  apply mem_sum. intros k Hk. apply mem_abs, mem_sub; [apply mem_delta|]. apply mem_sum. intros j Hj. apply mem_mul; apply mem_q.
Qed.
Definition check_preconditioned n e d (A B : qmat) (a : ratio) : bool :=
  check_ball n e d && Z.leb 0 (fst a) && ile (imul (iq a) (iq (bimage d))) (iq (half (bradius d))) &&
  shortens_by n (iq a) (table n (fun i j => imq prec A i j)) && check_inverse n A B.
Definition near_one n e d A p := forall x, closed_ball n p (qR (bradius d)) x -> forall v,
  norm n (apply n (fun k j => sumR n (fun i => mq A k i * D2 e i j x) - delta k j) v) <= / 2 * norm n v.
Definition one_on_ball n e d (A : qmat) fuel : bool := check_ball n e d &&
  on_ball n (bcentre d) (bouter d) (bweights d) (nearly_one n e A (iq one_half)) fuel.
Theorem searched_one n e d A fuel : one_on_ball n e d A fuel = true -> forall p, about n e d p -> near_one n e d A p.
Proof.
  unfold one_on_ball. rewrite andb_true_iff. intros [C Va] p [Bp Zp] x Bx.
  destruct (check_ball_ok n e d C) as ([W T] & R & _ & In). apply (ball_inside_ok n _ _ _ _ _ p x In Bp) in Bx.
  apply (on_ball_ok n _ _ _ _ _ (fun x => forall v, norm n (apply n (fun k j => sumR n (fun i => mq A k i * D2 e i j x) - delta k j) v) <= / 2 * norm n v))
    with (2 := Va); auto.
  intros X y Hy V. rewrite <- qR_half. unfold nearly_one in V. cbv zeta in V.
  apply (shortens_by_ok n (qR one_half) _ _ _) with (4 := V).
  - rewrite qR_half. lra.
  - apply mem_q.
  - intros i j Hi Hj. unfold table, product. rewrite !hn_tab by auto. apply mem_sub; [|apply mem_delta].
    unfold table. rewrite hn_tab by auto. apply mem_sum. intros k Hk. apply mem_mul; [apply mem_q|apply hessian_ok; auto].
Qed.
Theorem preconditioned_radius n e d A B a (f : vec -> R) : check_preconditioned n e d A B a = true ->
  (forall p, about n e d p -> near_one n e d A p) -> (forall x, f x = eval e x) ->
  forall p, stationary n f p -> inside n (realbox (bbox d)) p -> invertible n f p (qR (bradius d)) (qR (bimage d)).
Proof.
  unfold check_preconditioned. rewrite !andb_true_iff. intros [[[[C Sa] Im] Na] Inv] Va E p S Bp.
  destruct (check_ball_ok n e d C) as ([W T] & Hr & _ & _).
  assert (Z := T.stationary_root n e f p (andb_true_intro (conj W T)) E S). assert (Ha := sign_ok _ Sa).
  replace f with (eval e) by (apply functional_extensionality; auto).
  destruct (preconditioned_form n (defined e) (fun k => D1 e k) (fun k j => D2 e k j) p (qR (bradius d)))
    with (A := mq A) (a := qR a) (s := qR (bimage d)) as [I Re]; auto.
  - intros; apply D2_correct; auto.
  - intros; apply total_ok; auto.
  - apply (ile_ok prec _ _ _ _ (mem_mul prec _ _ _ _ (mem_q prec _) (mem_q prec _)) (mem_q prec _)) in Im. rewrite half_ok in Im. lra.
  - apply Va. split; auto.
  - apply (shortens_by_ok n (qR a) (iq a) (mq A)) with (4 := Na); auto.
    + apply mem_q.
    + intros i j Hi Hj. unfold table. rewrite hn_tab by auto. apply mem_q.
  - apply (check_inverse_ok n A B Inv).
  - exists (fun j => D1 e j). split; [apply gradient_eval; auto|]. split; auto.
Qed.

(** ** strong convexity: injective where H > 0; with H >= m on a smaller ball an image *)
Definition convex n e d (m : ratio) p := forall x, closed_ball n p (qR (bradius d)) x -> posdef n (fun i j => D2 e i j x - scalar (qR m) i j).
Definition convex_on n e d (m : ratio) fuel : bool := check_ball n e d &&
  on_ball n (bcentre d) (bouter d) (bweights d) (fun X => exceeds n (hessian n e X) (iq m)) fuel.
Theorem searched_convex n e d m fuel : convex_on n e d m fuel = true -> forall p, about n e d p -> convex n e d m p.
Proof.
  unfold convex_on. rewrite andb_true_iff. intros [C Va] p [Bp _] x Bx.
  destruct (check_ball_ok n e d C) as ([W T] & R & _ & In). apply (ball_inside_ok n _ _ _ _ _ p x In Bp) in Bx.
  apply (on_ball_ok n _ _ _ _ _ (fun x => posdef n (fun i j => D2 e i j x - scalar (qR m) i j))) with (2 := Va); auto.
  intros X y Hy V. apply (exceeds_ok n (qR m) (iq m) (fun i j => D2 e i j y) (hessian n e X)); auto.
  - intros. apply D2_sym.
  - apply mem_q.
  - intros. apply hessian_ok; auto.
Qed.
Definition nothing : ratio := (0%Z, 1%positive).
(** What the theorems need, in the two forms in which it is shown. *)
Definition at_least n e d (m : ratio) p := forall x, closed_ball n p (qR (bradius d)) x -> forall u,
  qR m * square n u <= quad n (fun i j => D2 e i j x) u.
Definition strictly n e d p := forall x, closed_ball n p (qR (bradius d)) x -> posdef n (fun i j => D2 e i j x).
Lemma convex_at_least n e d m : (forall p, about n e d p -> convex n e d m p) -> forall p, about n e d p -> at_least n e d m p.
Proof.
  intros C p A x Bx u. assert (Q := posdef_ge0 n _ u (C p A x Bx)). rewrite quad_minus, quad_scalar in Q. lra.
Qed.
Lemma convex_strictly n e d : (forall p, about n e d p -> convex n e d nothing p) -> forall p, about n e d p -> strictly n e d p.
Proof.
  intros C p A x Bx u N. assert (Q := C p A x Bx u N). rewrite quad_minus, quad_scalar in Q. unfold qR in Q. simpl in Q. lra.
Qed.
Lemma at_least_strictly n e d m : 0 < qR m -> (forall p, about n e d p -> at_least n e d m p) -> forall p, about n e d p -> strictly n e d p.
Proof.
  intros Hm C p A x Bx u [i [Hi N]]. assert (Q := C p A x Bx u).
  assert (S : 0 < square n u).
  { eapply Rlt_le_trans; [|apply (sumR_term n (fun i => u i ^ 2) i Hi); intros; apply pow2_ge_0]. apply pow2_gt_0; auto. }
  assert (0 < qR m * square n u) by (apply Rmult_lt_0_compat; auto). lra.
Qed.
(* [d] is the ball where H > 0, [dm] the one where H >= m. *)
Definition check_convex n e d m dm : bool := check_ball n e d && check_ball n e dm &&
  qle (bradius dm) (bradius d) && Z.ltb 0 (fst m) && Z.ltb 0 (fst (bradius dm)) && ilt (iq (bimage d)) (imul (iq m) (iq (bradius dm))).
Theorem convexity_radius n e d m dm (f : vec -> R) : check_convex n e d m dm = true ->
  (forall p, about n e d p -> strictly n e d p) -> (forall p, about n e dm p -> at_least n e dm m p) -> bbox dm = bbox d ->
  (forall x, f x = eval e x) -> forall p, stationary n f p -> inside n (realbox (bbox d)) p ->
  invertible n f p (qR (bradius d)) (qR (bimage d)).
Proof.
  unfold check_convex. rewrite !andb_true_iff. intros [[[[[C Cm] Le] Pm] Pr] Im] Vd Vm Eb E p S B.
  destruct (check_ball_ok n e d C) as ([W T] & R & _ & _).
  assert (Z := T.stationary_root n e f p (andb_true_intro (conj W T)) E S). replace f with (eval e) by (apply functional_extensionality; auto).
  assert (H := Vd p (conj B Z)). assert (Hm := Vm p (conj (eq_ind_r (fun b => inside n (realbox b) p) B Eb) Z)).
  assert (J : forall k, (k < n)%nat -> has_grad n (defined e) (D1 e k) (fun j => D2 e k j)) by (intros; apply D2_correct; auto).
  exists (fun j => D1 e j). split; [apply gradient_eval; auto|]. split.
  - apply (monotone_form n (defined e) (fun k => D1 e k) (fun k j => D2 e k j) p (qR (bradius d))); auto.
    + intros; apply total_ok; auto.
  - intros v Hv. destruct (monotone_image n (defined e) (eval e) (fun k => D1 e k) (fun k j => D2 e k j) p (qR (bradius dm)) (qR m) (qR (bimage d)))
      with (v := v) as [x [Bx Ex]]; auto.
    + apply D1_correct; auto.
    + intros; apply total_ok; auto.
    + apply continuous_at_on. intros l _. apply eval_continuous; auto. apply total_ok; auto.
    + apply sign_pos; auto.
    + apply sign_pos; auto.
    + intros z Bz u. rewrite quad_minus, quad_scalar. generalize (Hm z Bz u). lra.
    + apply (ilt_ok prec _ _ _ _ (mem_q prec _) (mem_mul prec _ _ _ _ (mem_q prec _) (mem_q prec _)) Im).
    + exists x. split; auto. apply qle_ok in Le. unfold closed_ball in Bx. eapply Rle_trans; [exact Bx|]. exact Le.
Qed.
(** ** the centre: one stationary point in the box, and only one *)
Definition check_centre n e z (b : qbox) : bool := check_zero prec n (Grad e) z && C.within prec n z b && T.box_alone prec n b z && total e.
Theorem centre n e z b (f : vec -> R) : check_centre n e z b = true -> (forall x, f x = eval e x) ->
  exists p, inside n (realbox b) p /\ stationary n f p /\
    forall q, inside n (realbox b) q -> stationary n f q -> agree n q p.
Proof.
  unfold check_centre. rewrite !andb_true_iff. intros [[[Z In] Al] T] E.
  assert (W : wf n e = true). { assert (W := Z). unfold check_zero in W. cbv zeta in W. rewrite !andb_true_iff in W. apply W. }
  replace f with (eval e) by (apply functional_extensionality; auto).
  assert (S : forall x, stationary n (eval e) x <-> root n (Grad e) x).
  { intros x. apply (stationary_iff n (defined e) (eval e) (fun j => D1 e j)); [apply total_ok; auto|apply D1_correct; auto]. }
  destruct (zero_in_box prec n (Grad e) z Z) as [_ [p [B [R U]]]]. exists p. split; [apply (within_ok prec n z b); auto|].
  split; [apply S; auto|]. intros q Bq Sq. apply U; [apply (T.box_alone_ok prec n b z q Al Bq)|apply S; auto].
Qed.
End Prec.
End Make.
