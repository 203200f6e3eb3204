(** * The theorems that emitted certificates apply.

    [f] is the function of the statement page; that it is [eval e] is proved there by conversion. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Float.Sig Specific_stdz Specific_ops.
From Separatrix Require Import Statements Calculus SecondOrder Expressions Jets Checkers Products.
Import ListNotations.
Local Open Scope R_scope.

Lemma listed_ext n (P P' U U' : vec -> Prop) l : (forall x, U x <-> U' x) -> (forall x, U' x -> (P x <-> P' x)) ->
  listed n P U l -> listed n P' U' l.
Proof.
  intros EU EP [ps [F [O All]]]. exists ps. split; [|split; auto].
  - clear O All. induction F as [|x c xs l [H1 [H2 [H3 H4]]] F IH]; constructor; auto.
    apply EU in H2. split; auto. split; auto. split; auto. apply EP; auto.
  - intros x Ux Px. apply All; [apply EU; auto|apply EP; auto].
Qed.
Lemma local_to_eval n e : wf n e = true -> local_to n (eval e).
Proof.
  intros W x y A. induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl in *;
    try (apply andb_prop in W; destruct W as [W1 W2]); try (rewrite IHa by auto); try (rewrite IHb by auto); auto.
  apply A, Nat.ltb_lt; auto.
Qed.

Lemma and_then (a b c : bool) : (if a then if b then c else false else false) = true -> a = true /\ b = true /\ c = true.
Proof. destruct a, b; intros; try discriminate; auto. Qed.

(** ** regions *)
Definition whole (n : nat) : list side := repeat (None, None) n.
Lemma region_whole n x : in_sides n (whole n) x <-> anywhere x.
Proof. split; [intros _; exact I|]. intros _ i Hi. unfold whole. rewrite nth_repeat. simpl. auto. Qed.
Definition sides_of (b : qbox) : list side := map (fun s => (Some (fst s), Some (snd s))) b.
Lemma region_box n b x : length b = n -> (in_sides n (sides_of b) x <-> inside n (realbox b) x).
Proof.
  intros L. assert (E : forall i, (i<n)%nat -> nth i (sides_of b) (None,None) =
    (Some (fst (nth i b ((0%Z,xH),(0%Z,xH)))), Some (snd (nth i b ((0%Z,xH),(0%Z,xH)))))).
  { intros i Hi. set (h := fun s : ratio*ratio => (Some (fst s), Some (snd s))). unfold sides_of. fold h.
    rewrite nth_indep with (d' := h ((0%Z,xH),(0%Z,xH))) by (rewrite map_length; lia). apply (map_nth h). }
  assert (E' : forall i, nth i (realbox b) (0,0) = (qR (fst (nth i b ((0%Z,xH),(0%Z,xH)))), qR (snd (nth i b ((0%Z,xH),(0%Z,xH)))))).
  { intros i. unfold realbox. change (0,0) with ((fun s : ratio*ratio => (qR (fst s), qR (snd s))) ((0%Z,xH),(0%Z,xH))).
    rewrite map_nth. reflexivity. }
  split; intros H i Hi; specialize (H i Hi); rewrite ?E, ?E' in * by auto; simpl in *; tauto.
Qed.

Module Make (F : FloatOps with Definition sensible_format := true).
Module C := Checkers.Make F.
Import C.

(** ** inequalities *)
Theorem positive prec n e b fuel : check_positive prec n e b fuel = true ->
  forall x, in_sides n b x -> defined e x /\ 0 < eval e x.
Proof. exact (positive_on_box prec n e b fuel). Qed.

(** ** positive definite Hessian on a box *)
Theorem positive_definite prec n e b fuel (f : vec -> R) (B : vec -> Prop) : check_definite prec n e b fuel = true ->
  (forall x, f x = eval e x) -> (forall x, B x -> in_sides n b x) -> definite n f B.
Proof.
  intros C E EB. replace f with (eval e) by (apply functional_extensionality; auto). clear E f.
  assert (W : wf n e = true). { unfold check_definite in C. rewrite andb_true_iff in C. tauto. }
  exists (fun j => D1 e j), (fun j k => D2 e j k). intros x Hx.
  destruct (definite_on_box prec n e b fuel C x (EB x Hx)) as [D PD]. split; [|split].
  - intros j Hj. apply (has_grad_partial n (defined e)); auto. apply D1_correct; auto.
  - intros j k Hj Hk. apply (has_grad_partial n (defined e) (D1 e j) (fun k => D2 e j k)); auto. apply D2_correct; auto.
  - exact PD.
Qed.

(** ** all stationary points of [f] in the region [u], with their kinds *)
Definition check_stationary prec prec' n e u ps late fuel : bool :=
  if check_points prec n (Grad e) u ps then
    if check_census prec' n (Grad e) (map pz ps) u late fuel then check_defined prec' n (Grad e) u fuel else false
  else false.
Theorem stationary_points prec prec' n e u ps late fuel (f : vec -> R) (U : vec -> Prop) :
  check_stationary prec prec' n e u ps late fuel = true ->
  (forall x, f x = eval e x) -> (forall x, in_sides n u x <-> U x) ->
  listed n (stationary n f) U (map (claim n f) ps).
Proof.
  intros H E EU. apply and_then in H. destruct H as [P [C D]].
  replace f with (eval e) by (apply functional_extensionality; auto). clear E f.
  assert (W : wf n e = true). { unfold check_defined in D. rewrite andb_true_iff in D. tauto. }
  apply (listed_ext n (root n (Grad e)) _ (in_sides n u)); auto.
  - intros x Ux. symmetry. apply EU in Ux. apply (stationary_iff n (defined e) (eval e) (fun j => D1 e j)).
    + apply (defined_on_box prec' n (Grad e) u fuel D x Ux).
    + apply D1_correct; auto.
  - apply (all_zeros prec n (Grad e) u ps P (census prec' n (Grad e) (map pz ps) u late fuel C)).
Qed.

(** The same, when a census of the whole space comes from elsewhere. *)
Theorem stationary_points_of_census prec n e ps (f : vec -> R) : check_points prec n (Grad e) (whole n) ps = true ->
  wf n e && total e = true -> (forall x, f x = eval e x) ->
  (forall x, root n (Grad e) x -> exists z, In z (map pz ps) /\ in_box n (vq (zc z)) (vq (zr z)) x) ->
  listed n (stationary n f) anywhere (map (claim n f) ps).
Proof.
  rewrite andb_true_iff. intros P [W T] E C.
  replace f with (eval e) by (apply functional_extensionality; auto). clear E f.
  apply (listed_ext n (root n (Grad e)) _ (in_sides n (whole n))).
  - apply region_whole.
  - intros x _. symmetry. apply (stationary_iff n (defined e) (eval e) (fun j => D1 e j)).
    + apply total_ok; auto.
    + apply D1_correct; auto.
  - apply (all_zeros prec n (Grad e) (whole n) ps P). intros x _. apply C.
Qed.
Lemma stationary_root n e f x : wf n e && total e = true -> (forall x, f x = eval e x) -> stationary n f x -> root n (Grad e) x.
Proof.
  rewrite andb_true_iff. intros [W T] E S. replace f with (eval e) in S by (apply functional_extensionality; auto).
  intros j Hj. simpl. apply (proj1 (stationary_iff n (defined e) (eval e) (fun j => D1 e j) x (total_ok e x T) (D1_correct n e W)) S j Hj).
Qed.

(** A stated box lies where a zero is alone; the values of an expression on a box. *)
Definition box_alone prec n (b : qbox) z : bool :=
  forall_lt n (fun i => let s := nth i b ((0%Z,xH),(0%Z,xH)) in
    J.ile prec (J.isub prec (ivq prec (zc z) i) (ivq prec (zr z) i)) (J.iq prec (fst s)) &&
    J.ile prec (J.iq prec (snd s)) (J.iadd prec (ivq prec (zc z) i) (ivq prec (zr z) i))).
Lemma box_alone_ok prec n b z x : box_alone prec n b z = true -> inside n (realbox b) x -> in_box n (vq (zc z)) (vq (zr z)) x.
Proof.
  intros C B i Hi. specialize (B i Hi). rewrite nth_realbox in B. simpl in B. assert (Ci := forall_lt_ok _ _ C i Hi).
  cbv zeta in Ci. rewrite andb_true_iff in Ci. destruct Ci as [C1 C2].
  apply (J.ile_ok prec _ _ _ _ (J.mem_sub prec _ _ _ _ (J.mem_q prec _) (J.mem_q prec _)) (J.mem_q prec _)) in C1.
  apply (J.ile_ok prec _ _ _ _ (J.mem_q prec _) (J.mem_add prec _ _ _ _ (J.mem_q prec _) (J.mem_q prec _))) in C2.
  unfold vq. apply Rabs_le. lra.
Qed.
Definition check_values prec n e (vs : list (qbox * (ratio * ratio))) : bool :=
  wf n e && total e && forallb (fun v => let '(b, (lo, hi)) := v in
    let value := J.ival prec (ibox prec (sides_of b)) e in
    Nat.eqb (length b) n && J.ile prec (J.iq prec lo) value && J.ile prec value (J.iq prec hi)) vs.
Theorem values prec n e vs (f : vec -> R) : check_values prec n e vs = true -> (forall x, f x = eval e x) ->
  forall v x, In v vs -> inside n (realbox (fst v)) x -> qR (fst (snd v)) <= f x <= qR (snd (snd v)).
Proof.
  unfold check_values. rewrite !andb_true_iff. intros [[W T] C] E [b [lo hi]] x Hv B. rewrite forallb_forall in C.
  specialize (C _ Hv). cbv zeta in C. rewrite !andb_true_iff in C. destruct C as [[L C1] C2]. apply Nat.eqb_eq in L.
  cbn [fst snd] in *. rewrite E.
  assert (M : J.mem (eval e x) (J.ival prec (ibox prec (sides_of b)) e)).
  { apply (J.ival_ok prec n); auto; [|apply total_ok; auto]. apply ibox_ok.
    - unfold sides_of. rewrite map_length. auto.
    - apply region_box; auto. }
  split; [apply (J.ile_ok prec _ _ _ _ (J.mem_q prec _) M C1)|apply (J.ile_ok prec _ _ _ _ M (J.mem_q prec _) C2)].
Qed.

(** ** all zeros of a square system in the region [u] *)
Definition check_zeros prec prec' n es u ps late fuel : bool :=
  if check_points prec n (Eqs es) u ps then
    if check_census prec' n (Eqs es) (map pz ps) u late fuel then check_defined prec' n (Eqs es) u fuel else false
  else false.
Theorem zeros prec prec' n es u ps late fuel (F : list (vec -> R)) (U : vec -> Prop) :
  check_zeros prec prec' n es u ps late fuel = true ->
  F = map eval es -> length es = n -> (forall x, in_sides n u x <-> U x) ->
  listed n (zero n F) U (map (fun p => ((fun _ : vec => True), realbox (pb p))) ps).
Proof.
  intros H -> L EU. apply and_then in H. destruct H as [P [C D]].
  assert (Z : forall x, root n (Eqs es) x <-> zero n (map eval es) x).
  { intros x. split; intros H k Hk; specialize (H k Hk); simpl in *; unfold eq_at in *.
    - rewrite nth_indep with (d' := eval (Cst 0 1)) by (rewrite map_length; lia). rewrite map_nth. exact H.
    - rewrite nth_indep with (d' := eval (Cst 0 1)) in H by (rewrite map_length; lia). rewrite map_nth in H. exact H. }
  apply (listed_ext n (root n (Eqs es)) _ (in_sides n u)); auto.
  replace (map (fun p => ((fun _ : vec => True), realbox (pb p))) ps) with (map (claim n (objective (Eqs es))) ps).
  - apply (all_zeros prec n (Eqs es) u ps P (census prec' n (Eqs es) (map pz ps) u late fuel C)).
  - unfold check_points in P. rewrite andb_true_iff in P. destruct P as [P _]. rewrite forallb_forall in P.
    apply map_ext_in. intros [[z k] b] Hp. specialize (P _ Hp). unfold check_point, code_of in P. cbn [pz pk pb fst snd] in P.
    destruct k; rewrite ?andb_false_r in P; try discriminate. reflexivity.
Qed.
Theorem zeros_defined prec prec' n es u ps late fuel : check_zeros prec prec' n es u ps late fuel = true ->
  forall x, in_sides n u x -> forall k, (k < n)%nat -> defined (eq_at es k) x.
Proof. intros H x Hx. apply and_then in H. destruct H as [_ [_ D]]. apply (defined_on_box prec' n (Eqs es) u fuel D x Hx). Qed.
End Make.

(** ** what a census says about local minima *)
Lemma local_min_agree n f x y : local_to n f -> agree n x y -> local_min n f x -> local_min n f y.
Proof.
  intros L A [d [Hd M]]. exists d; split; auto. intros z Nz. rewrite <- (L x y A). apply M.
  intros i Hi. rewrite (A i Hi). apply Nz; auto.
Qed.
Theorem local_minima n (f : vec -> R) e l : wf n e && total e = true -> (forall x, f x = eval e x) ->
  listed n (stationary n f) anywhere (claims n f l) ->
  forall p, local_min n f p -> exists c, In c l /\ fst c <> TSaddle /\ inside n (snd c) p.
Proof.
  rewrite andb_true_iff. intros [W T] E [ps [F [_ All]]] p M.
  replace f with (eval e) in * by (apply functional_extensionality; auto). clear E f.
  assert (S : stationary n (eval e) p).
  { apply (fermat n (defined e) (eval e) (fun j => D1 e j)); auto. apply total_ok; auto. apply D1_correct; auto. }
  destruct (All p I S) as [q [Hq Aq]]. clear All S.
  assert (G : exists c, In c l /\ inside n (snd c) q /\ tagged (fst c) n (eval e) q).
  { revert F. unfold claims. revert Hq. clear. revert l. induction ps as [|r ps IH]; intros l Hq F; [elim Hq|].
    destruct l as [|c l]; simpl in F; inversion F as [|r' c' ps' l' Hr F']; subst. destruct Hq as [Eq|Hq].
    - rewrite <- Eq. exists c. destruct Hr as [B [_ [_ K]]]. simpl in *. split; [left; auto|split; auto].
    - destruct (IH l Hq F') as [c' [H1 H2]]. exists c'; split; auto. right; auto. }
  destruct G as [c [Hc [B K]]]. exists c. split; auto. split.
  - intros E. rewrite E in K. destruct K as [K _]. apply K.
    apply (local_min_agree n (eval e) p q); auto. apply local_to_eval; auto.
  - apply (inside_agree n _ q); auto. apply agree_sym; auto.
Qed.

Theorem local_min_stationary n (f : vec -> R) e p : wf n e && total e = true -> (forall x, f x = eval e x) ->
  local_min n f p -> stationary n f p.
Proof.
  rewrite andb_true_iff. intros [W T] E M.
  replace f with (eval e) in * by (apply functional_extensionality; auto).
  apply (fermat n (defined e) (eval e) (fun j => D1 e j)); auto. apply total_ok; auto. apply D1_correct; auto.
Qed.
(** A point where the value is least is a local minimum: it is in one of the listed boxes, and that is not a saddle's. *)
Theorem least_value n (f : vec -> R) e l d : wf n e && total e = true -> (forall x, f x = eval e x) ->
  listed n (stationary n f) anywhere (claims n f l) -> forall p, (forall q, f p <= f q) ->
  stationary n f p /\ exists k, (k < length l)%nat /\ fst (nth k l d) <> TSaddle /\ inside n (snd (nth k l d)) p.
Proof.
  intros We E C p M. assert (L : local_min n f p) by (exists 1; split; [lra|auto]).
  split; [apply (local_min_stationary n f e); auto|].
  destruct (local_minima n f e l We E C p L) as [c [Hc [T B]]]. apply (In_nth _ _ d) in Hc. destruct Hc as [k [Hk Ek]].
  exists k. rewrite Ek. auto.
Qed.

(** Reading a census with numbers: every box of the list is a saddle, or its sides decide the goal. *)
Definition tag_of k := match k with Any => TAny | Minimum _ => TMinimum | Maximum _ => TMaximum | Saddle _ _ _ => TSaddle end.
Definition tagged_points (ps : list point_data) : list (tag * list (R*R)) := map (fun p => (tag_of (pk p), realbox (pb p))) ps.
Lemma claims_points n f ps : map (claim n f) ps = claims n f (tagged_points ps).
Proof. unfold claims, tagged_points. rewrite map_map. apply map_ext. intros [[z k] b]. destruct k; reflexivity. Qed.
Fixpoint sides_hold (n : nat) (box : list (R*R)) (p : vec) : Prop :=
  match n with O => True | S k => sides_hold k box p /\ fst (nth k box (0,0)) <= p k <= snd (nth k box (0,0)) end.
Lemma sides_hold_ok n box p : inside n box p -> sides_hold n box p.
Proof. intros H. induction n; simpl; auto. split; [apply IHn; intros i Hi; apply H; lia|apply H; lia]. Qed.

(** Pure integer arithmetic: no axiom beyond those of the real numbers. *)
Module StandardZ := SpecificFloat StdZRadix2.
Module Integer := Make StandardZ.
