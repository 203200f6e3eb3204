(** * Certified radii in more unknowns: the march along the third derivatives, decided by interval arithmetic.

    One box around each ball of the march is enough; what a search in six dimensions could not afford. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Float.Basic.
From Separatrix Require Import Statements Calculus SecondOrder InverseFunction Radii Expressions ThirdDerivatives Jets Checkers Theorems RadiiCheckers.
Import ListNotations.
Local Open Scope R_scope.

(** ** products of matrices *)
Definition times n (A B : matrix) : matrix := fun i j => sumR n (fun k => A i k * B k j).
Lemma apply_times n A B v : agree n (apply n (times n A B) v) (apply n A (apply n B v)).
Proof.
  intros i Hi. unfold apply, times. rewrite (sumR_ext n _ (fun j => sumR n (fun k => A i k * (B k j * v j)))).
  - rewrite sumR_swap. apply sumR_ext. intros k Hk. rewrite sumR_scal. reflexivity.
  - intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros; ring.
Qed.
Lemma shear_times n Y M Z v : agree n (apply n (times n Y (times n M Z)) v) (shear n Y M Z v).
Proof.
  intros i Hi. rewrite (apply_times n Y (times n M Z) v i Hi). unfold shear. rewrite (apply_agree n Y _ _ (apply_times n M Z v)). reflexivity.
Qed.
Lemma apply_one n v : agree n (apply n delta v) v.
Proof. intros i Hi. apply sumR_delta; auto. Qed.
Lemma shear_one n Y M v : shear n Y M delta v = apply n Y (apply n M v).
Proof. unfold shear. rewrite (apply_agree n M _ _ (apply_one n v)). reflexivity. Qed.
(** A matrix that is near the identity reaches every vector. *)
Lemma near_identity_onto n M : (forall v, norm n (apply n (fun i j => M i j - delta i j) v) <= / 2 * norm n v) -> onto n M.
Proof.
  intros H v. destruct (halving_fixed_point n v (norm n v) (fun u => minus u (minus (apply n M u) v)) (norm_ge0 n v)) as [u [_ Fu]].
  - intros x y _ _. rewrite <- norm_swap. eapply Rle_trans; [|eapply Rle_trans; [apply (H (minus x y))|apply Rle_refl]].
    apply Req_le, norm_ext. intros i Hi. rewrite (apply_minus n M delta _ i Hi). unfold minus at 1 2 3 4 5 6.
    rewrite (apply_one n _ i Hi), (apply_minus_r n M x y i Hi). unfold minus. ring.
  - rewrite <- norm_opp. rewrite (norm_ext n _ (apply n (fun i j => M i j - delta i j) v)).
    + eapply Rle_trans; [apply H|]. lra.
    + intros i Hi. rewrite (apply_minus n M delta v i Hi). unfold minus. rewrite (apply_one n v i Hi). ring.
  - exists u. intros i Hi. specialize (Fu i Hi). unfold minus in Fu. lra.
Qed.

Module Make (F : FloatOps with Definition sensible_format := true).
Module R := RadiiCheckers.Make F.
Import R.C R.C.J R.

Section Prec.
Variable prec : F.precision.
Notation iq := (iq prec).
Notation iadd := (iadd prec).
Notation isub := (isub prec).
Notation imul := (imul prec).
Notation isum := (isum prec).
Notation i0 := (i0 prec).
Notation ile := (ile prec).
Notation ilt := (ilt prec).
Definition itimes n (A B : list (list it)) : list (list it) := table n (fun i j => isum n (fun k => imul (hn A i k) (hn B k j))).
Definition holds n (A : matrix) (Ai : list (list it)) := forall i j, (i < n)%nat -> (j < n)%nat -> mem (A i j) (hn Ai i j).
Lemma itimes_ok n A B Ai Bi : holds n A Ai -> holds n B Bi -> holds n (times n A B) (itimes n Ai Bi).
Proof.
  intros HA HB i j Hi Hj. unfold itimes, table. rewrite hn_tab by auto. apply mem_sum. intros k Hk. apply mem_mul; auto.
Qed.
Definition ione n := table n (idelta prec).
Definition given n (A : qmat) := table n (imq prec A).
Definition turned_over n (A : qmat) := table n (fun i j => imq prec A j i).
Lemma ione_ok n : holds n delta (ione n).
Proof. intros i j Hi Hj. unfold ione, table. rewrite hn_tab by auto. apply mem_delta. Qed.
Lemma given_ok n A : holds n (mq A) (given n A).
Proof. intros i j Hi Hj. unfold given, table. rewrite hn_tab by auto. apply mem_q. Qed.
Lemma turned_over_ok n A : holds n (fun i j => mq A j i) (turned_over n A).
Proof. intros i j Hi Hj. unfold turned_over, table. rewrite hn_tab by auto. apply mem_q. Qed.

(** Third derivatives on a box, entry [i], [j], [k]. *)
Definition thirds n (ds : list expr) X : list (list (list it)) := map (fun d => snd (jet2 prec n X d)) ds.
Definition third (T : list (list (list it))) i j k : it := hn (nth i T nil) j k.
Definition derivs n e : list expr := tab n (deriv e).
Lemma third_ok n e X x i j k : smooth n e = true -> (i < n)%nat -> (j < n)%nat -> (k < n)%nat -> inb n X x ->
  mem (D3 e i j k x) (third (thirds n (derivs n e) X) i j k).
Proof.
  intros S Hi Hj Hk Hx. destruct (proj2 (smooth_ok n e S) i Hi) as [W T]. unfold third, thirds, derivs.
  rewrite nth_indep with (d' := (fun d => snd (jet2 prec n X d)) e) by (unfold tab; rewrite !map_length, seq_length; auto).
  rewrite (map_nth (fun d => snd (jet2 prec n X d))), nth_tab by auto. apply (hessian_ok prec); auto.
Qed.
(** ** one step: N^2 - sum_k (Y T_k Z)' (Y T_k Z) is positive definite on the box around the ball *)
Definition step := (ratio * ratio * ratio)%type. (* radius, radius around the rational centre, N *)
Definition sradius (s : step) := fst (fst s).
Definition souter (s : step) := snd (fst s).
Definition sbound (s : step) := snd s.
Definition gentle n ds (Yi Zi : list (list it)) c (s : step) : bool :=
  let T := thirds n ds (cbox prec n c (repeat (souter s) n)) in
  let G := tab n (fun k => itimes n Yi (itimes n (table n (fun i j => third T i j k)) Zi)) in
  pivots_positive prec n (table n (fun i j => isub (imul (I.sqr prec (iq (sbound s))) (idelta prec i j))
    (isum n (fun k => let g := nth k G nil in isum n (fun l => imul (hn g l i) (hn g l j)))))).
Definition check_step n d ds Yi Zi s : bool :=
  ball_inside prec n (bbox d) (bcentre d) (boffset d) (sradius s) (souter s) && Z.leb 0 (fst (sbound s)) && gentle n ds Yi Zi (bcentre d) s.
Lemma gentle_ok n e Y Z Yi Zi c s z : smooth n e = true -> holds n Y Yi -> holds n Z Zi -> gentle n (derivs n e) Yi Zi c s = true ->
  closed_ball n (vq c) (qR (souter s)) z ->
  forall v, sumR n (fun k => square n (shear n Y (slopes e k z) Z v)) <= qR (sbound s) ^ 2 * square n v.
Proof.
  intros S HY HZ C Bz v. unfold gentle in C. cbv zeta in C.
  set (E := fun k => times n Y (times n (slopes e k z) Z)).
  assert (X : inb n (cbox prec n c (repeat (souter s) n)) z).
  { apply cbox_ok. intros i Hi. unfold vq at 2. rewrite nth_indep with (d' := souter s) by (rewrite repeat_length; auto).
    rewrite nth_repeat. eapply Rle_trans; [apply (coordinate_le n (minus z (vq c)) i Hi)|exact Bz]. }
  assert (P : posdef n (fun i j => scalar (qR (sbound s) ^ 2) i j - sumR n (fun k => gram n (E k) i j))).
  { apply (pivots_positive_ok prec n) with (3 := C).
    - intros i j. rewrite (scalar_sym _ i j). f_equal. apply sumR_ext. intros. apply gram_sym.
    - intros i j Hi Hj. unfold table at 1. rewrite hn_tab by auto. apply mem_sub; [apply mem_scalar, mem_sqr, mem_q|].
      apply mem_sum. intros k Hk. cbv zeta. rewrite nth_tab by auto. apply mem_sum. intros l Hl.
      assert (HE : holds n (E k) (itimes n Yi (itimes n (table n (fun i j =>
        third (thirds n (derivs n e) (cbox prec n c (repeat (souter s) n))) i j k)) Zi))).
      { apply itimes_ok; auto. apply itimes_ok; auto. intros a b Ha Hb. unfold table. rewrite hn_tab by auto. apply third_ok; auto. }
      apply mem_mul; apply HE; auto. }
  assert (Q := posdef_ge0 n _ v P). rewrite quad_minus, quad_scalar in Q.
  assert (G : quad n (fun i j => sumR n (fun k => gram n (E k) i j)) v = sumR n (fun k => square n (shear n Y (slopes e k z) Z v))).
  { unfold quad. rewrite (sumR_ext n _ (fun i => sumR n (fun k => sumR n (fun j => gram n (E k) i j * v j) * v i))).
    - rewrite sumR_swap. apply sumR_ext. intros k Hk. change (quad n (gram n (E k)) v = square n (shear n Y (slopes e k z) Z v)).
      rewrite quad_gram. apply sumR_ext. intros i Hi. f_equal. apply shear_times; auto.
    - intros i Hi. rewrite (sumR_ext n _ (fun j => sumR n (fun k => gram n (E k) i j * v j))) by (intros; rewrite sumR_scal_r; reflexivity).
      rewrite sumR_swap, <- sumR_scal_r. reflexivity. }
  rewrite G in Q. lra.
Qed.

(** ** the march *)
Definition qlt (a b : ratio) : bool := Z.ltb (fst a * Zpos (snd b)) (fst b * Zpos (snd a)).
Lemma qlt_ok a b : qlt a b = true -> qR a < qR b.
Proof.
  unfold qlt. rewrite Z.ltb_lt, !qR_div. intros H. apply IZR_lt in H. rewrite !mult_IZR in H.
  assert (A : 0 < IZR (Zpos (snd a))) by (apply (IZR_lt 0); reflexivity). assert (B : 0 < IZR (Zpos (snd b))) by (apply (IZR_lt 0); reflexivity).
  apply Rmult_lt_reg_r with (IZR (Zpos (snd a)) * IZR (Zpos (snd b))); [apply Rmult_lt_0_compat; auto|]. field_simplify; lra.
Qed.
Definition real_steps (l : list step) : list (R * R) := map (fun s => (qR (sradius s), qR (sbound s))) l.
Fixpoint check_steps n d ds Yi Zi (r0 : ratio) (l : list step) : bool := match l with
  | nil => true
  | s :: more => if qlt r0 (sradius s) then if check_step n d ds Yi Zi s then check_steps n d ds Yi Zi (sradius s) more else false else false end.
Fixpoint ibudget (r0 : ratio) (l : list step) : it := match l with
  | nil => i0 | s :: more => iadd (imul (isub (iq (sradius s)) (iq r0)) (iq (sbound s))) (ibudget (sradius s) more) end.
Lemma ibudget_ok l : forall r0, mem (budget (qR r0) (real_steps l)) (ibudget r0 l).
Proof.
  induction l as [|s l IH]; intros r0; simpl; [apply mem_0|]. apply mem_add; [|apply IH]. apply mem_mul; [apply mem_sub; apply mem_q|apply mem_q].
Qed.
Lemma check_steps_ok n e d Y Z Yi Zi p l : smooth n e = true -> holds n Y Yi -> holds n Z Zi -> inside n (realbox (bbox d)) p ->
  forall r0, check_steps n d (derivs n e) Yi Zi r0 l = true -> rising n e Y Z p (qR r0) (real_steps l).
Proof.
  intros S HY HZ B. induction l as [|s l IH]; intros r0 C; simpl in *; auto.
  destruct (qlt r0 (sradius s)) eqn:Lt; try discriminate. destruct (check_step n d (derivs n e) Yi Zi s) eqn:St; try discriminate.
  unfold check_step in St. rewrite !andb_true_iff in St. destruct St as [[In Pos] G].
  split; [apply qlt_ok; auto|]. split; [apply sign_ok; auto|]. split; [|apply IH; auto].
  intros z Bz. apply (gentle_ok n e Y Z Yi Zi (bcentre d) s z S HY HZ G). apply (ball_inside_ok prec n _ _ _ _ _ p z In B Bz).
Qed.
Definition final (l : list step) : ratio := fold_left (fun _ s => sradius s) l nothing.
Definition check_march n e d Yi Zi (l : list step) : bool := smooth n e && check_ball prec n e d &&
  check_steps n d (derivs n e) Yi Zi nothing l && qle (bradius d) (final l) && negb (Nat.eqb (length l) 0).
Theorem march_ok n e d Y Z Yi Zi l p : check_march n e d Yi Zi l = true -> holds n Y Yi -> holds n Z Zi ->
  inside n (realbox (bbox d)) p -> forall x, closed_ball n p (qR (bradius d)) x -> forall v,
  norm n (shear n Y (fun i j => turned e x i j - turned e p i j) Z v) <= budget 0 (real_steps l) * norm n v.
Proof.
  unfold check_march. rewrite !andb_true_iff. intros [[[[S C] St] Le] Ne] HY HZ B x Bx v.
  assert (N0 : qR nothing = 0) by (unfold qR, rational, nothing; simpl; lra).
  assert (Ri := check_steps_ok n e d Y Z Yi Zi p l S HY HZ B nothing St). rewrite N0 in Ri.
  replace (budget 0 (real_steps l)) with (0 + budget 0 (real_steps l)) by ring.
  apply (march n e Y Z p S (real_steps l) 0 0 v); auto; [lra| |].
  - intros y By. destruct l as [|s l]; [discriminate|]. simpl in Ri. destruct Ri as (Hr & HN & Ss & _).
    assert (Bp : closed_ball n p (qR (sradius s)) p).
    { unfold closed_ball. rewrite (norm_ext n _ zero_vec) by (intros i _; unfold minus, zero_vec; ring). apply norm_le; [lra|]. rewrite square_zero; [nra|intros i _; auto]. }
    assert (By' : closed_ball n p (qR (sradius s)) y) by (unfold closed_ball in *; lra).
    assert (V := variation_step n e Y Z p S _ _ p y v HN Ss Bp By'). unfold closed_ball in By.
    assert (P := norm_ge0 n (minus y p)). assert (E : norm n (minus y p) = 0) by lra. rewrite E in V. lra.
  - assert (Fl : qR (final l) = last_radius 0 (real_steps l)).
    { unfold final, last_radius. rewrite <- N0. generalize nothing. clear. induction l as [|s l IH]; intros q; simpl; auto. }
    rewrite <- Fl. apply qle_ok in Le. unfold closed_ball in *. lra.
Qed.

(** ** the three hypotheses *)
Definition march_little n e d (lambda : ratio) l : bool := check_march n e d (ione n) (ione n) l && ile (ibudget nothing l) (iq (half lambda)).
Theorem marched_little n e d lambda l : march_little n e d lambda l = true -> forall p, about n e d p -> little n e d lambda p.
Proof.
  unfold march_little. rewrite andb_true_iff. intros [C L] p [B _] x Bx v.
  assert (M := march_ok n e d delta delta _ _ l p C (ione_ok n) (ione_ok n) B x Bx v).
  assert (Lb := ile_ok prec _ _ _ _ (ibudget_ok l nothing) (mem_q prec _) L). rewrite half_ok in Lb.
  replace (qR nothing) with 0 in Lb by (unfold qR, rational, nothing; simpl; lra).
  rewrite shear_one in M. rewrite (norm_ext n _ _ (apply_one n _)) in M. eapply Rle_trans; [exact M|].
  apply Rmult_le_compat_r; [apply norm_ge0|lra].
Qed.
(* [q0] bounds |A H(p) - 1|. *)
Definition march_one n e d (A : qmat) (q0 : ratio) l : bool := check_march n e d (given n A) (ione n) l && Z.leb 0 (fst q0) &&
  nearly_one prec n e A (iq q0) (ibox prec (sides_of (bbox d))) && ile (iadd (iq q0) (ibudget nothing l)) (iq one_half).
Lemma nearly_one_ok n e d A q p : check_ball prec n e d = true -> 0 <= qR q -> inside n (realbox (bbox d)) p ->
  nearly_one prec n e A (iq q) (ibox prec (sides_of (bbox d))) = true -> forall v,
  norm n (apply n (fun k j => sumR n (fun i => mq A k i * D2 e i j p) - delta k j) v) <= qR q * norm n v.
Proof.
  intros C Q B V. unfold nearly_one in V. cbv zeta in V.
  apply (shortens_by_ok prec n (qR q) _ _ _) with (4 := V); auto; [apply mem_q|].
  intros i j Hi Hj. unfold table, product. rewrite !hn_tab by auto. apply mem_sub; [|apply mem_delta].
  unfold table. rewrite hn_tab by auto. apply mem_sum. intros k Hk. apply mem_mul; [apply mem_q|apply hessian_at; auto].
Qed.
Theorem marched_one n e d A q0 l : march_one n e d A q0 l = true -> forall p, about n e d p -> near_one n e d A p.
Proof.
  unfold march_one. rewrite !andb_true_iff. intros [[[C Sq] N0] L] p [B _] x Bx v.
  assert (M := march_ok n e d (mq A) delta _ _ l p C (given_ok n A) (ione_ok n) B x Bx v). rewrite shear_one in M.
  assert (Lb := ile_ok prec _ _ _ _ (mem_add prec _ _ _ _ (mem_q prec q0) (ibudget_ok l nothing)) (mem_q prec _) L).
  rewrite qR_half in Lb. replace (qR nothing) with 0 in Lb by (unfold qR, rational, nothing; simpl; lra).
  assert (Cb : check_ball prec n e d = true) by (unfold check_march in C; rewrite !andb_true_iff in C; tauto).
  assert (P := nearly_one_ok n e d A q0 p Cb (sign_ok _ Sq) B N0 v). assert (V := norm_ge0 n v).
  rewrite (norm_ext n _ (fun i => apply n (mq A) (apply n (fun i j => turned e x i j - turned e p i j) v) i +
    apply n (fun k j => sumR n (fun i => mq A k i * D2 e i j p) - delta k j) v i)).
  - eapply Rle_trans; [apply norm_triangle|]. nra.
  - intros i Hi. rewrite !(apply_minus n (times n (mq A) (fun i j => D2 e i j _)) delta v i Hi : apply n (fun k j => sumR n (fun i => mq A k i * D2 e i j _) - delta k j) v i = _).
    unfold minus. rewrite !(apply_times n (mq A) _ v i Hi).
    rewrite (apply_agree n (mq A) _ _ (apply_minus n (turned e x) (turned e p) v)). rewrite (apply_minus_r n (mq A) _ _ i Hi). unfold minus, turned. ring.
Qed.
(* [q0] bounds |X (H(p) - m) X' - 1|, and X' W is near 1, so that X' reaches every vector. *)
Definition march_convex n e d (m : ratio) (X W : qmat) (q0 : ratio) l : bool :=
  check_march n e d (given n X) (turned_over n X) l && Z.leb 0 (fst q0) && ilt (iadd (iq q0) (ibudget nothing l)) (i1 prec) &&
  (let H0 := hessian prec n e (ibox prec (sides_of (bbox d))) in
   let K := itimes n (given n X) (itimes n (table n (fun i j => isub (hn H0 i j) (imul (iq m) (idelta prec i j)))) (turned_over n X)) in
   shortens_by prec n (iq q0) (table n (fun i j => isub (hn K i j) (idelta prec i j)))) &&
  (let XW := itimes n (turned_over n X) (given n W) in
   shortens_by prec n (iq one_half) (table n (fun i j => isub (hn XW i j) (idelta prec i j)))).
Theorem marched_convex n e d m X W q0 l : march_convex n e d m X W q0 l = true -> forall p, about n e d p -> convex n e d m p.
Proof.
  unfold march_convex. cbv zeta. rewrite !andb_true_iff. intros [[[[C Sq] L] K0] XW] p [B _] x Bx v Nv.
  set (Xr := mq X). set (Xt := fun i j => mq X j i).
  assert (Cb : check_ball prec n e d = true) by (unfold check_march in C; rewrite !andb_true_iff in C; tauto).
  assert (Lb := ilt_ok prec _ _ _ _ (mem_add prec _ _ _ _ (mem_q prec q0) (ibudget_ok l nothing)) (mem_1 prec) L).
  replace (qR nothing) with 0 in Lb by (unfold qR, rational, nothing; simpl; lra).
  assert (On : onto n (times n Xt (mq W))).
  { apply near_identity_onto. rewrite <- qR_half. apply (shortens_by_ok prec n (qR one_half) _ _ _) with (4 := XW); [rewrite qR_half; lra|apply mem_q|].
    intros i j Hi Hj. unfold table. rewrite hn_tab by auto. apply mem_sub; [|apply mem_delta]. apply itimes_ok; auto; [apply turned_over_ok|apply given_ok]. }
  destruct (On v) as [u0 Hu]. set (u := apply n (mq W) u0).
  assert (Eu : agree n (apply n Xt u) v). { intros i Hi. rewrite <- (Hu i Hi). symmetry. apply apply_times; auto. }
  assert (Sym : forall M w, dot n (apply n Xt w) (apply n M (apply n Xt w)) = dot n w (shear n Xr M Xt w)).
  { intros M w. unfold shear. generalize (apply n M (apply n Xt w)). intros y. unfold dot, apply, Xr, Xt.
    rewrite (sumR_ext n _ (fun i => sumR n (fun j => mq X j i * w j * y i))) by (intros; rewrite sumR_scal_r; reflexivity).
    rewrite sumR_swap. apply sumR_ext. intros j Hj. rewrite <- sumR_scal. apply sumR_ext. intros; ring. }
  assert (Qv : forall M, quad n M v = dot n u (shear n Xr M Xt u)).
  { intros M. rewrite <- Sym, <- (apply_agree n M v _ (fun i Hi => eq_sym (Eu i Hi))), quad_dot. apply sumR_ext. intros i Hi. rewrite (Eu i Hi). reflexivity. }
  rewrite Qv.
  set (Hp := fun i j => D2 e i j p - scalar (qR m) i j). set (dH := fun i j => turned e x i j - turned e p i j).
  assert (M := march_ok n e d Xr Xt _ _ l p C (given_ok n X) (turned_over_ok n X) B x Bx u). fold dH in M.
  assert (P : norm n (apply n (fun i j => times n Xr (times n Hp Xt) i j - delta i j) u) <= qR q0 * norm n u).
  { apply (shortens_by_ok prec n (qR q0) _ _ _) with (4 := K0); [apply sign_ok; auto|apply mem_q|].
    intros i j Hi Hj. unfold table at 1. rewrite hn_tab by auto. apply mem_sub; [|apply mem_delta]. apply itimes_ok; auto; [apply given_ok|].
    apply itimes_ok; [|apply turned_over_ok]. intros a b Ha Hb. unfold table. rewrite hn_tab by auto. apply mem_sub; [apply hessian_at; auto|apply mem_scalar, mem_q]. }
  assert (Sp : agree n (shear n Xr (fun i j => D2 e i j x - scalar (qR m) i j) Xt u)
    (fun i => u i + (apply n (fun i j => times n Xr (times n Hp Xt) i j - delta i j) u i + shear n Xr dH Xt u i))).
  { intros i Hi. rewrite (apply_minus n _ delta u i Hi). unfold minus. rewrite (apply_one n u i Hi), (shear_times n Xr Hp Xt u i Hi).
    assert (A := shear_minus n Xr Xt (fun i j => D2 e i j x - scalar (qR m) i j) Hp u i Hi). unfold minus in A.
    replace (fun i j => D2 e i j x - scalar (qR m) i j - Hp i j) with dH in A; [lra|].
    apply functional_extensionality; intros a. apply functional_extensionality; intros b. unfold dH, Hp, turned. ring. }
  assert (E : dot n u (shear n Xr (fun i j => D2 e i j x - scalar (qR m) i j) Xt u) = square n u +
    (dot n u (apply n (fun i j => times n Xr (times n Hp Xt) i j - delta i j) u) + dot n u (shear n Xr dH Xt u))).
  { unfold dot at 1. rewrite (sumR_ext n _ (fun i => u i * (u i + (apply n (fun i j => times n Xr (times n Hp Xt) i j - delta i j) u i + shear n Xr dH Xt u i)))).
    - rewrite square_dot. unfold dot. rewrite <- !sumR_plus. apply sumR_ext. intros; ring.
    - intros i Hi. rewrite (Sp i Hi). reflexivity. }
  rewrite E.
  assert (low : forall w c, norm n w <= c * norm n u -> - (c * square n u) <= dot n u w).
  { intros w c Hw. assert (A := cauchy_schwarz n (fun i => - u i) w). rewrite norm_opp in A.
    rewrite (sumR_ext n (fun i => - u i * w i) (fun i => -1 * (u i * w i))) in A by (intros; ring). rewrite sumR_scal in A. fold (dot n u w) in A.
    assert (N := norm_ge0 n u). assert (norm n u * norm n w <= norm n u * (c * norm n u)) by (apply Rmult_le_compat_l; auto).
    rewrite <- (norm_square n u). simpl. lra. }
  assert (A1 := low _ _ P). assert (A2 := low _ _ M).
  assert (U : 0 < square n u).
  { destruct (Rle_lt_or_eq_dec 0 (square n u) (square_ge0 n u)) as [|Z]; auto. exfalso. destruct Nv as [i [Hi N]]. apply N.
    assert (Zu : forall k, (k < n)%nat -> u k = 0) by (apply norm_0; unfold norm; rewrite <- Z, sqrt_0; lra).
    rewrite <- (Eu i Hi). apply sumR_0. intros k Hk. rewrite (Zu k Hk). ring. }
  nra.
Qed.
End Prec.
End Make.
