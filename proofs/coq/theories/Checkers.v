(** * Boolean checkers, run inside the kernel, and what it means that they answer [true].

    A checker reads numbers that nothing vouches for; each has a theorem that says what follows from the answer
    [true].  All of them work for every dimension n and any arithmetic. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Float.Basic.
From Separatrix Require Import Statements Calculus Krawczyk SecondOrder Definite Expressions Jets.
Import ListNotations.
Local Open Scope R_scope.

Definition qvec := list ratio.
Definition qmat := list qvec.
Definition vq (v:qvec) : vec := fun i => qR (nth i v (0%Z,xH)).
Definition mq (m:qmat) (i j:nat) : R := qR (nth j (nth i m nil) (0%Z,xH)).
(** A box with rational sides; [None] is an infinite end. *)
Definition side := (option ratio * option ratio)%type.
Definition in_sides (n:nat) (b:list side) (x:vec) := forall i, (i<n)%nat ->
  (match fst (nth i b (None,None)) with Some a => qR a <= x i | None => True end) /\
  (match snd (nth i b (None,None)) with Some a => x i <= qR a | None => True end).
Definition qbox := list (ratio * ratio).
Definition realbox (b:qbox) : list (R*R) := map (fun s => (qR (fst s), qR (snd s))) b.

(** A square system: given by its equations, or the gradient of one function. *)
Inductive system := Grad (e:expr) | Eqs (es:list expr).
Definition eq_at (es:list expr) k := nth k es (Cst 0 1).
Definition sF s k x := match s with Grad e => D1 e k x | Eqs es => eval (eq_at es k) x end.
Definition sJ s k j x := match s with Grad e => D2 e k j x | Eqs es => D1 (eq_at es k) j x end.
Definition sdef n s x := match s with Grad e => defined e x | Eqs es => forall k, (k<n)%nat -> defined (eq_at es k) x end.
Definition swf n s := match s with Grad e => wf n e | Eqs es => forall_lt n (fun k => wf n (eq_at es k)) end.
Lemma sJ_correct n s k : (k<n)%nat -> swf n s = true -> has_grad n (sdef n s) (sF s k) (sJ s k).
Proof.
  intros Hk. destruct s as [e|es]; simpl; intros W.
  - apply D2_correct; auto.
  - eapply has_grad_weaken; [|apply D1_correct, (forall_lt_ok _ _ W k Hk)]. intros x H. apply H; auto.
Qed.
Definition root n s x := forall k, (k<n)%nat -> sF s k x = 0.

(** What a certificate says about one zero: centre and radii of a box where it is alone, an approximate inverse A of the
    Jacobian and an approximate inverse B of A, the factor of contraction, the shrinking factor of the enclosure, a
    bound for |1 - B A|; then how its kind is seen (neighbourhood, directions), and the box that is stated. *)
Record zero_data := { zc : qvec; zr : qvec; zA : qmat; zB : qmat; zq : ratio; zeps : ratio; zqB : ratio }.
Inductive code := Any | Minimum (rho:qvec) | Maximum (rho:qvec) | Saddle (rho down up:qvec).
Definition meaning n (f:vec->R) k : vec -> Prop := match k with
  | Any => fun _ => True | Minimum _ => minimum n f | Maximum _ => maximum n f | Saddle _ _ _ => saddle n f end.
Definition point_data := (zero_data * code * qbox)%type.
Definition pz (p:point_data) := fst (fst p).
Definition pk (p:point_data) := snd (fst p).
Definition pb (p:point_data) := snd p.
Definition claim n f (p:point_data) := (meaning n f (pk p), realbox (pb p)).

Module Make (F : FloatOps with Definition sensible_format := true).
Module J := Jets.Make F.
Import J.

Section Prec.
Variable prec : F.precision.
Notation iq := (iq prec).
Notation iadd := (iadd prec).
Notation isub := (isub prec).
Notation imul := (imul prec).
Notation isum := (isum prec).
Notation i0 := (i0 prec).
Notation i1 := (i1 prec).
Notation ile := (ile prec).
Notation ilt := (ilt prec).
Notation mem_q := (mem_q prec).
Notation mem_add := (mem_add prec).
Notation mem_sub := (mem_sub prec).
Notation mem_mul := (mem_mul prec).
Notation mem_0 := (mem_0 prec).
Notation mem_1 := (mem_1 prec).
Notation mem_sum := (mem_sum prec).
Notation ile_ok := (ile_ok prec).
Notation ilt_ok := (ilt_ok prec).

(** ** boxes *)
Definition iside (s:side) : it := match s with
  | (Some a, Some b) => I.join (iq a) (iq b) | (Some a, None) => I.upper_extent (iq a)
  | (None, Some b) => I.lower_extent (iq b) | (None, None) => I.whole end.
Definition ibox (b:list side) : list it := map iside b.
Lemma ibox_ok n b x : length b = n -> in_sides n b x -> inb n (ibox b) x.
Proof.
  intros L H i Hi. unfold ibox. rewrite <- L in Hi.
  rewrite (nth_indep _ I.nai (iside (None,None))) by (rewrite map_length; auto).
  rewrite (map_nth iside). rewrite L in Hi. specialize (H i Hi).
  destruct (nth i b (None,None)) as [[lo|] [hi|]]; simpl in H |- *; destruct H as [H1 H2].
  - apply (contains_connected (I.convert (I.join (iq lo) (iq hi))) (qR lo) (qR hi)); [| |lra].
    + apply I.join_correct. left; apply mem_q.
    + apply I.join_correct. right; apply mem_q.
  - apply (I.upper_extent_correct (iq lo) (x i) (qR lo)); [apply mem_q|auto].
  - apply (I.lower_extent_correct (iq hi) (x i) (qR hi)); [apply mem_q|auto].
  - apply I.whole_correct.
Qed.
Definition ivq (v:qvec) i := iq (nth i v (0%Z,xH)).
Definition imq (m:qmat) i j := iq (nth j (nth i m nil) (0%Z,xH)).
Definition cbox n (c r:qvec) : list it := tab n (fun i => I.join (isub (ivq c i) (ivq r i)) (iadd (ivq c i) (ivq r i))).
Lemma cbox_ok n c r x : in_box n (vq c) (vq r) x -> inb n (cbox n c r) x.
Proof.
  intros H i Hi. unfold cbox. rewrite nth_tab by auto. specialize (H i Hi).
  apply (contains_connected (I.convert (I.join (isub (ivq c i) (ivq r i)) (iadd (ivq c i) (ivq r i)))) (vq c i - vq r i) (vq c i + vq r i)).
  - apply I.join_correct. left. apply mem_sub; apply mem_q.
  - apply I.join_correct. right. apply mem_add; apply mem_q.
  - apply Rabs_le_between in H. lra.
Qed.
Lemma hn_tab n f i j : (i<n)%nat -> (j<n)%nat -> hn (tab n (fun i => tab n (f i))) i j = f i j.
Proof. intros. unfold hn. rewrite !nth_tab; auto. Qed.
Lemma gn_tab n f i : (i<n)%nat -> gn (tab n f) i = f i.
Proof. intros. unfold gn. rewrite nth_tab; auto. Qed.

(** ** systems *)
Definition sval n s X := match s with Grad e => valid prec X e | Eqs es => forall_lt n (fun k => valid prec X (eq_at es k)) end.
Definition svals n s X : list it := match s with Grad e => (jet1 prec n X e) | Eqs es => tab n (fun k => ival prec X (eq_at es k)) end.
Definition sjac n s X : list (list it) := match s with Grad e => snd (jet2 prec n X e) | Eqs es => tab n (fun k => (jet1 prec n X (eq_at es k))) end.
Lemma sval_ok n s X x : swf n s = true -> inb n X x -> sval n s X = true -> sdef n s x.
Proof.
  intros W Hx. destruct s as [e|es]; simpl in *; intros V.
  - apply (valid_ok prec n X); auto.
  - intros k Hk. apply (valid_ok prec n X); auto; [apply (forall_lt_ok _ _ W k Hk)|apply (forall_lt_ok _ _ V k Hk)].
Qed.
Lemma svals_ok n s X x k : (k<n)%nat -> swf n s = true -> inb n X x -> sdef n s x -> mem (sF s k x) (gn (svals n s X) k).
Proof.
  intros Hk W Hx D. destruct s as [e|es]; simpl in *.
  - apply ((jet1_ok prec n X e x W Hx D)); auto.
  - rewrite gn_tab by auto. apply (ival_ok prec n X); auto. apply (forall_lt_ok _ _ W k Hk).
Qed.
Lemma sjac_ok n s X x k j : (k<n)%nat -> (j<n)%nat -> swf n s = true -> inb n X x -> sdef n s x -> mem (sJ s k j x) (hn (sjac n s X) k j).
Proof.
  intros Hk Hj W Hx D. destruct s as [e|es]; simpl in *.
  - apply (proj2 (jet2_ok prec n X e x W Hx D)); auto.
  - unfold hn. rewrite nth_tab by auto. apply ((jet1_ok prec n X (eq_at es k) x (forall_lt_ok _ _ W k Hk) Hx (D k Hk))); auto.
Qed.

(** ** search by bisection: a test that holds on every part of a box *)
Fixpoint upd {A} (l:list A) (k:nat) (v:A) : list A :=
  match l, k with nil, _ => nil | _::t, O => v::t | h::t, S k => h :: upd t k v end.
Lemma upd_length {A} (l:list A) k v : length (upd l k v) = length l.
Proof. revert k; induction l; destruct k; simpl; auto. Qed.
Lemma nth_upd {A} (l:list A) k v i d : (k < length l)%nat -> nth i (upd l k v) d = if Nat.eqb i k then v else nth i l d.
Proof.
  revert k i; induction l as [|h t IH]; simpl; intros k i H. lia.
  destruct k; destruct i; simpl; auto. apply IH. lia.
Qed.
Fixpoint search (n:nat) (test : nat -> list it -> bool) (fuel k:nat) (X:list it) : bool :=
  if test fuel X then true else
  match fuel with
  | O => false
  | S fuel =>
     let (Xl,Xr) := I.bisect (nth k X I.nai) in
     let k' := if Nat.ltb (S k) n then S k else O in
     if search n test fuel k' (upd X k Xl) then search n test fuel k' (upd X k Xr) else false
  end.
Theorem search_ok n test (P : vec -> Prop) :
  (forall fuel X x, inb n X x -> test fuel X = true -> P x) ->
  forall fuel k X x, (k<n)%nat -> length X = n -> inb n X x -> search n test fuel k X = true -> P x.
Proof.
  intros T. induction fuel; intros k X x Hk L Hx; cbn [search].
  - destruct (test O X) eqn:E; [intros _; apply (T O X); auto|discriminate].
  - destruct (test (S fuel) X) eqn:E; [intros _; apply (T (S fuel) X); auto|].
    generalize (I.bisect_correct _ _ (Hx k Hk)). destruct (I.bisect (nth k X I.nai)) as [Xl Xr]. simpl fst; simpl snd.
    set (k' := if Nat.ltb (S k) n then S k else O) in *.
    assert (Hk' : (k' < n)%nat). { unfold k'. destruct (Nat.ltb_spec (S k) n); lia. }
    destruct (search n test fuel k' (upd X k Xl)) eqn:E1; try discriminate. intros [B|B] H.
    + apply (IHfuel k' (upd X k Xl)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
    + apply (IHfuel k' (upd X k Xr)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
Qed.
Definition everywhere n (b:list side) test fuel := Nat.ltb 0 n && Nat.eqb (length b) n && search n test fuel 0 (ibox b).
Lemma everywhere_ok n b test fuel (P : vec -> Prop) : (forall fuel X x, inb n X x -> test fuel X = true -> P x) ->
  everywhere n b test fuel = true -> forall x, in_sides n b x -> P x.
Proof.
  unfold everywhere. rewrite !andb_true_iff. intros T [[N L] H] x Hx. apply Nat.ltb_lt in N. apply Nat.eqb_eq in L.
  apply (search_ok n test P T fuel 0 (ibox b)); auto.
  - unfold ibox. rewrite map_length; auto.
  - apply ibox_ok; auto.
Qed.

(** ** the mean value form at the midpoint *)
Definition pt (xi:it) : it := I.singleton (I.midpoint xi).
Definition ptR (xi:it) : R := proj_val (F.toX (I.midpoint xi)).
Lemma pt_ok xi : mem (ptR xi) (pt xi).
Proof. apply I.singleton_correct. Qed.
Lemma ptR_in x xi : mem x xi -> mem (ptR xi) xi.
Proof.
  intros H. destruct (I.midpoint_correct xi) as [E C]; [exists x; exact H|]. unfold mem, ptR. rewrite <- E. exact C.
Qed.
Definition centre n (X:list it) : list it := tab n (fun i => pt (nth i X I.nai)).
Definition centreR (X:list it) : vec := fun i => ptR (nth i X I.nai).
Lemma centre_ok n X : inb n (centre n X) (centreR X).
Proof. intros i Hi. unfold centre. rewrite nth_tab by auto. apply pt_ok. Qed.
Lemma between x y xi t : mem x xi -> mem y xi -> 0 <= t <= 1 -> mem (x + t * (y - x)) xi.
Proof.
  intros Hx Hy Ht. destruct (Rle_dec x y) as [L|L].
  - apply (contains_connected (I.convert xi) x y Hx Hy). nra.
  - apply (contains_connected (I.convert xi) y x Hy Hx). nra.
Qed.
Lemma inb_line n X x y t : inb n X x -> inb n X y -> 0 <= t <= 1 -> inb n X (line x (fun i => y i - x i) t).
Proof. intros Hx Hy Ht i Hi. apply between; auto. Qed.
(* reach of a box from its midpoint *)
Definition reach n (X:list it) : list it := tab n (fun j => isub (nth j X I.nai) (pt (nth j X I.nai))).

(** ** sign of an expression on a box: 0 < e *)
Definition ipos (xi:it) : bool := match I.sign_strict xi with Xgt => true | _ => false end.
Lemma ipos_ok x xi : mem x xi -> ipos xi = true -> 0 < x.
Proof.
  intros M. unfold ipos. generalize (I.sign_strict_correct xi). destruct (I.sign_strict xi); try discriminate.
  intros C _. specialize (C _ M). simpl in C. lra.
Qed.
Definition mean_value_form n e X : it :=
  let g := (jet1 prec n X e) in let d := reach n X in
  iadd (ival prec (centre n X) e) (isum n (fun j => imul (gn g j) (gn d j))).
Lemma mean_value_form_ok n e X x : wf n e = true -> inb n X x -> (forall y, inb n X y -> defined e y) ->
  mem (eval e x) (mean_value_form n e X).
Proof.
  intros W Hx D. set (c := centreR X).
  assert (Hc : inb n X c). { intros i Hi. apply (ptR_in (x i)); auto. }
  destruct (mean_value n (defined e) (eval e) (fun j => D1 e j) c x (D1_correct n e W)) as [t [Ht E]].
  { intros t Ht. apply D, inb_line; auto. }
  replace (eval e x) with (eval e c + sumR n (fun j => D1 e j (line c (fun i => x i - c i) t) * (x j - c j))) by lra.
  unfold mean_value_form. cbv zeta. apply mem_add.
  - apply (ival_ok prec n); auto. apply centre_ok.
  - apply mem_sum. intros j Hj. apply mem_mul.
    + apply ((jet1_ok prec n X e _ W (inb_line n X c x t Hc Hx ltac:(lra)) (D _ (inb_line n X c x t Hc Hx ltac:(lra))))); auto.
    + unfold reach. rewrite gn_tab by auto. apply mem_sub; [apply Hx; auto|apply pt_ok].
Qed.
Definition positive_test n e (fuel:nat) X : bool :=
  valid prec X e && (if ipos (ival prec X e) then true else ipos (mean_value_form n e X)).
(** [check_positive]: e is defined and positive on the whole box. *)
Definition check_positive n e b fuel := wf n e && everywhere n b (positive_test n e) fuel.
Theorem positive_on_box n e b fuel : check_positive n e b fuel = true ->
  forall x, in_sides n b x -> defined e x /\ 0 < eval e x.
Proof.
  unfold check_positive. rewrite andb_true_iff. intros [W C].
  apply (everywhere_ok n b (positive_test n e) fuel); auto. intros f X x Hx. unfold positive_test.
  rewrite andb_true_iff. intros [V P].
  assert (D : forall y, inb n X y -> defined e y) by (intros; apply (valid_ok prec n X); auto). split; auto.
  destruct (ipos (ival prec X e)) eqn:E.
  - apply (ipos_ok _ (ival prec X e)); auto. apply (ival_ok prec n); auto.
  - apply (ipos_ok _ _ (mean_value_form_ok n e X x W Hx D) P).
Qed.
Definition check_defined n s b fuel := swf n s && everywhere n b (fun _ X => sval n s X) fuel.
Theorem defined_on_box n s b fuel : check_defined n s b fuel = true -> forall x, in_sides n b x -> sdef n s x.
Proof.
  unfold check_defined. rewrite andb_true_iff. intros [W C].
  apply (everywhere_ok n b (fun _ X => sval n s X) fuel); auto. intros f X x Hx V. apply (sval_ok n s X); auto.
Qed.

(** ** positive definiteness of a matrix of intervals, and of a Hessian on a box *)
Fixpoint pivots_positive (n:nat) (H:list (list it)) : bool :=
  match n with
  | O => true
  | S m => let p := hn H 0 0 in
      if ipos p then pivots_positive m (tab m (fun i => tab m (fun j =>
        isub (hn H (S i) (S j)) (imul (hn H (S i) 0) (I.div prec (hn H 0 (S j)) p)))))
      else false
  end.
Lemma mem_div x y xi yi : y <> 0 -> mem x xi -> mem y yi -> mem (x / y) (I.div prec xi yi).
Proof.
  intros N Hx Hy. generalize (I.div_correct prec _ _ _ _ Hx Hy). simpl. unfold Xdiv'. simpl. rewrite is_zero_false; auto.
Qed.
Lemma pivots_positive_ok n : forall h H, (forall i j, h i j = h j i) ->
  (forall i j, (i<n)%nat -> (j<n)%nat -> mem (h i j) (hn H i j)) -> pivots_positive n H = true -> posdef n h.
Proof.
  induction n as [|n IH]; intros h H Sy M; cbn [pivots_positive].
  - intros _. apply posdef_0.
  - destruct (ipos (hn H 0 0)) eqn:P; try discriminate. intros C.
    apply ipos_ok with (1 := M 0%nat 0%nat ltac:(lia) ltac:(lia)) in P.
    apply posdef_schur; auto. apply (IH (schur h) _) with (3 := C).
    + intros i j. unfold schur. rewrite (Sy (S i) (S j)), (Sy (S i) 0%nat), (Sy 0%nat (S j)). unfold Rdiv. ring.
    + intros i j Hi Hj. rewrite hn_tab by auto. unfold schur.
      apply mem_sub; [apply M; lia|]. apply mem_mul; [apply M; lia|]. apply mem_div; [lra|apply M; lia|apply M; lia].
Qed.
Definition definite_test n e (fuel:nat) X : bool := valid prec X e && pivots_positive n (snd (jet2 prec n X e)).
Lemma definite_test_ok n e fuel X x : wf n e = true -> inb n X x -> definite_test n e fuel X = true ->
  defined e x /\ posdef n (fun k j => D2 e k j x).
Proof.
  intros W Hx. unfold definite_test. rewrite andb_true_iff. intros [V P].
  assert (D : defined e x) by (apply (valid_ok prec n X); auto). split; auto.
  apply (pivots_positive_ok n _ (snd (jet2 prec n X e))); auto.
  - intros; apply D2_sym.
  - intros i j Hi Hj. apply (proj2 (jet2_ok prec n X e x W Hx D)); auto.
Qed.
(** [check_definite]: e is defined and its Hessian is positive definite on the whole box. *)
Definition check_definite n e b fuel := wf n e && everywhere n b (definite_test n e) fuel.
Theorem definite_on_box n e b fuel : check_definite n e b fuel = true ->
  forall x, in_sides n b x -> defined e x /\ posdef n (fun k j => D2 e k j x).
Proof.
  unfold check_definite. rewrite andb_true_iff. intros [W C].
  apply (everywhere_ok n b (definite_test n e) fuel); auto. intros f X x Hx T. apply (definite_test_ok n e f X); auto.
Qed.

(** ** existence and uniqueness: Krawczyk's theorem on [c-r, c+r] *)
Definition idelta i j := if Nat.eqb i j then i1 else i0.
Definition check_zero n s z : bool :=
  let X := cbox n (zc z) (zr z) in
  let h := sjac n s X in
  let g := svals n s (tab n (ivq (zc z))) in
  let iA := tab n (fun i => tab n (fun j => imq (zA z) i j)) in
  let ir := tab n (ivq (zr z)) in
  let q := iq (zq z) in let eps := iq (zeps z) in let qB := iq (zqB z) in
  swf n s && sval n s X && forall_lt n (fun i => ile i0 (ivq (zr z) i)) &&
  ile i0 q && ilt q i1 && ile i0 eps && ile eps i1 && ile i0 qB && ilt qB i1 &&
  forall_lt n (fun i => ile (isum n (fun j => imul (I.abs (isub (idelta i j) (isum n (fun k => imul (hn iA i k) (hn h k j))))) (gn ir j)))
                            (imul q (gn ir i))) &&
  forall_lt n (fun i => ile (I.abs (isum n (fun k => imul (hn iA i k) (gn g k)))) (imul (imul (isub i1 q) eps) (gn ir i))) &&
  forall_lt n (fun i => ile (isum n (fun k => I.abs (isub (idelta i k) (isum n (fun j => imul (imq (zB z) i j) (hn iA j k)))))) qB).
Lemma mem_delta i j : mem (delta i j) (idelta i j).
Proof. unfold delta, idelta. destruct (Nat.eqb i j); [apply mem_1|apply mem_0]. Qed.
Theorem zero_in_box n s z : check_zero n s z = true ->
  (forall x, in_box n (vq (zc z)) (vq (zr z)) x -> sdef n s x) /\
  exists x, in_box n (vq (zc z)) (fun i => qR (zeps z) * vq (zr z) i) x /\ root n s x /\
    forall y, in_box n (vq (zc z)) (vq (zr z)) y -> root n s y -> agree n y x.
Proof.
  destruct z as [c r A B q eps qB]. unfold check_zero. cbn [zc zr zA zB zq zeps zqB]. cbv zeta. rewrite !andb_true_iff.
  intros (((((((((((W & V) & Cr) & Cq0) & Cq1) & Ce0) & Ce1) & CB0) & CB1) & CK) & CC) & CB).
  assert (Hr : forall i, (i<n)%nat -> 0 <= vq r i).
  { intros i Hi. apply (ile_ok _ _ _ _ mem_0 (mem_q _) (forall_lt_ok _ _ Cr i Hi)). }
  assert (D : forall x, in_box n (vq c) (vq r) x -> sdef n s x).
  { intros x Hx. apply (sval_ok n s (cbox n c r)); auto. apply cbox_ok; auto. }
  assert (Dc : sdef n s (vq c)).
  { apply D. intros i Hi. rewrite Rminus_eq_0, Rabs_R0. auto. }
  split; auto.
  apply (krawczyk n (sdef n s) (vq c) (vq r) (fun k => sF s k) (fun k j => sJ s k j) (mq A) (qR q) (qR eps)); auto.
  - intros k Hk. apply sJ_correct; auto.
  - split; [apply (ile_ok _ _ _ _ mem_0 (mem_q _) Cq0)|apply (ilt_ok _ _ _ _ (mem_q _) mem_1 Cq1)].
  - split; [apply (ile_ok _ _ _ _ mem_0 (mem_q _) Ce0)|apply (ile_ok _ _ _ _ (mem_q _) mem_1 Ce1)].
  - intros x Hx i Hi. apply (ile_ok _ _ _ _) with (3 := forall_lt_ok _ _ CK i Hi).
    + apply mem_sum. intros j Hj. rewrite gn_tab by auto. apply mem_mul; [|apply mem_q].
      apply mem_abs, mem_sub. apply mem_delta. apply mem_sum. intros k Hk. rewrite hn_tab by auto.
      apply mem_mul. apply mem_q. apply sjac_ok; auto. apply cbox_ok; auto.
    + rewrite gn_tab by auto. apply mem_mul; apply mem_q.
  - intros i Hi. apply (ile_ok _ _ _ _) with (3 := forall_lt_ok _ _ CC i Hi).
    + apply mem_abs, mem_sum. intros k Hk. rewrite hn_tab by auto. apply mem_mul. apply mem_q.
      apply svals_ok; auto. intros j Hj. rewrite nth_tab by auto. apply mem_q.
    + rewrite gn_tab by auto. apply mem_mul; [apply mem_mul; [apply mem_sub; [apply mem_1|]|]|]; apply mem_q.
  - apply (approx_inverse_inj n (mq A) (mq B) (qR qB)).
    + split; [apply (ile_ok _ _ _ _ mem_0 (mem_q _) CB0)|apply (ilt_ok _ _ _ _ (mem_q _) mem_1 CB1)].
    + intros i Hi. apply (ile_ok _ _ _ _) with (3 := forall_lt_ok _ _ CB i Hi); [|apply mem_q].
      apply mem_sum. intros k Hk. apply mem_abs, mem_sub. apply mem_delta. apply mem_sum. intros j Hj.
      rewrite hn_tab by auto. apply mem_mul; apply mem_q.
Qed.

(** ** census: every zero of the region lies in one of the boxes where a zero is alone *)
Definition in_known n (X:list it) (z:zero_data) : bool :=
  forall_lt n (fun i => ile (I.abs (isub (nth i X I.nai) (ivq (zc z) i))) (ivq (zr z) i)).
(* Any matrix will do for the preconditioned test; this is an approximate inverse of the midpoint of H. *)
Definition largest (k:nat) (rows:list (list it)) : nat :=
  let size r := I.midpoint (I.abs (pt (nth k r i0))) in
  snd (fold_left (fun best ir => let '(i, r) := ir in
    if match F.cmp (size (fst best)) (size r) with Xlt => true | _ => false end then (r, i) else best)
    (combine (seq 0 (length rows)) rows) (nth 0 rows nil, O)).
Definition eliminate (k:nat) (p r:list it) : list it :=
  let f := nth k r i0 in map (fun ab => isub (fst ab) (imul f (snd ab))) (combine r p).
Fixpoint gauss_jordan (steps k:nat) (done rest:list (list it)) : list (list it) :=
  match steps with
  | O => rev done
  | S steps =>
      let i := largest k rest in
      let row := nth i rest nil in
      let v := I.inv prec (nth k row i0) in
      let p := map (fun a => pt (imul a v)) row in
      gauss_jordan steps (S k) (p :: map (eliminate k p) done) (map (eliminate k p) (firstn i rest ++ skipn (S i) rest))
  end.
Definition inverse n (H:list (list it)) : list (list it) :=
  map (skipn n) (gauss_jordan n 0 nil (tab n (fun i => tab n (fun j => pt (hn H i j)) ++ tab n (fun j => idelta i j)))).
Definition preconditioned n s X : list it :=
  let h := sjac n s X in let g := svals n s (centre n X) in let d := reach n X in
  let A := inverse n h in
  tab n (fun i => iadd (isum n (fun k => imul (pt (hn A i k)) (gn g k)))
                       (isum n (fun j => imul (isum n (fun k => imul (pt (hn A i k)) (hn h k j))) (gn d j)))).
Lemma preconditioned_ok n s X x i : (i<n)%nat -> swf n s = true -> inb n X x -> (forall y, inb n X y -> sdef n s y) ->
  root n s x -> mem 0 (gn (preconditioned n s X) i).
Proof.
  intros Hi W Hx D Z. set (c := centreR X). set (A := inverse n (sjac n s X)).
  assert (Hc : inb n X c). { intros k Hk. apply (ptR_in (x k)); auto. }
  set (a := fun k => ptR (hn A i k)).
  set (R := fun y => sumR n (fun k => a k * sF s k y)).
  assert (G : has_grad n (sdef n s) R (fun j y => sumR n (fun k => 0 * sF s k y + a k * sJ s k j y))).
  { apply has_grad_sum. intros k Hk. apply (has_grad_mult n _ (fun _ => a k) (sF s k) (fun _ _ => 0) (sJ s k)).
    apply has_grad_const. apply sJ_correct; auto. }
  destruct (mean_value n (sdef n s) R _ c x G) as [t [Ht E]].
  { intros t Ht. apply D, inb_line; auto. }
  assert (R0 : R x = 0). { unfold R. apply sumR_0. intros k Hk. rewrite Z by auto. ring. }
  set (y := line c (fun i => x i - c i) t) in *.
  assert (Hy : inb n X y) by (apply inb_line; auto; lra).
  replace 0 with (R c + sumR n (fun j => sumR n (fun k => 0 * sF s k y + a k * sJ s k j y) * (x j - c j))) by lra.
  unfold preconditioned. cbv zeta. fold A. rewrite gn_tab by auto. apply mem_add.
  - apply mem_sum. intros k Hk. apply mem_mul; [apply pt_ok|]. apply svals_ok; auto. apply centre_ok.
  - apply mem_sum. intros j Hj. apply mem_mul.
    + rewrite (sumR_ext n _ (fun k => a k * sJ s k j y)) by (intros; ring).
      apply mem_sum. intros k Hk. apply mem_mul; [apply pt_ok|]. apply sjac_ok; auto.
    + unfold reach. rewrite gn_tab by auto. apply mem_sub; [apply Hx; auto|apply pt_ok].
Qed.
(** On boxes that were cut at most [fuel - late] times only the natural test is tried. *)
Definition census_test n s zs (late fuel:nat) X : bool :=
  if existsb (fun k => inz (gn (svals n s X) k)) (seq 0 n) then sval n s X else
  if existsb (in_known n X) zs then true else
  if Nat.leb fuel late then sval n s X && (let p := preconditioned n s X in existsb (fun k => inz (gn p k)) (seq 0 n)) else false.
Definition check_census n s zs b late fuel := swf n s && everywhere n b (census_test n s zs late) fuel.
Lemma existsb_lt n p : existsb p (seq 0 n) = true -> exists k, (k<n)%nat /\ p k = true.
Proof. intros H. apply existsb_exists in H. destruct H as [k [Hk H]]. apply in_seq in Hk. exists k; split; [lia|auto]. Qed.
Theorem census n s zs b late fuel : check_census n s zs b late fuel = true ->
  forall x, in_sides n b x -> root n s x -> exists z, In z zs /\ in_box n (vq (zc z)) (vq (zr z)) x.
Proof.
  unfold check_census. rewrite andb_true_iff. intros [W C].
  assert (G := everywhere_ok n b (census_test n s zs late) fuel
    (fun x => root n s x -> exists z, In z zs /\ in_box n (vq (zc z)) (vq (zr z)) x)).
  apply G; auto. clear G C. intros f X x Hx. unfold census_test.
  destruct (existsb (fun k => inz (gn (svals n s X) k)) (seq 0 n)) eqn:E1.
  { intros V Z. apply existsb_lt in E1. destruct E1 as [k [Hk N]]. elim (inz_ok (sF s k x) _) with (2 := N); auto.
    apply svals_ok; auto. apply (sval_ok n s X); auto. }
  destruct (existsb (in_known n X) zs) eqn:E2.
  { intros _ _. apply existsb_exists in E2. destruct E2 as [z [Hz H]]. exists z; split; auto.
    intros i Hi; apply (ile_ok _ _ _ _) with (3 := forall_lt_ok _ _ H i Hi);
      [apply mem_abs, mem_sub; [apply Hx; auto|apply mem_q]|apply mem_q]. }
  destruct (Nat.leb f late); try discriminate. cbv zeta. rewrite andb_true_iff. intros [V E3] Z.
  apply existsb_lt in E3. destruct E3 as [k [Hk N]]. elim (inz_ok 0 _) with (2 := N); auto.
  apply preconditioned_ok with (x := x); auto. intros y Hy. apply (sval_ok n s X); auto.
Qed.

(** ** kinds of stationary points, from the Hessian on [c-rho, c+rho] *)
Definition inner n z rho : bool := forall_lt n (fun i => ilt (imul (iq (zeps z)) (ivq (zr z) i)) (ivq rho i)).
Definition curved n e c rho d : bool :=
  let X := cbox n c rho in let h := snd (jet2 prec n X e) in
  valid prec X e && ilt (isum n (fun k => imul (isum n (fun j => imul (hn h k j) (ivq d j))) (ivq d k))) i0.
Definition check_code n e z k : bool := match k with
  | Any => true
  | Minimum rho => inner n z rho && definite_test n e 0 (cbox n (zc z) rho)
  | Maximum rho => inner n z rho && definite_test n (Neg e) 0 (cbox n (zc z) rho)
  | Saddle rho down up => inner n z rho && curved n e (zc z) rho down && curved n (Neg e) (zc z) rho up end.
Lemma inner_ok n z rho x : inner n z rho = true -> in_box n (vq (zc z)) (fun i => qR (zeps z) * vq (zr z) i) x ->
  forall i, (i<n)%nat -> Rabs (x i - vq (zc z) i) < vq rho i.
Proof.
  intros C B i Hi. eapply Rle_lt_trans; [apply B; auto|].
  apply (ilt_ok _ _ _ _) with (3 := forall_lt_ok _ _ C i Hi); [apply mem_mul; apply mem_q|apply mem_q].
Qed.
Lemma curved_ok n e c rho d : wf n e = true -> curved n e c rho d = true -> forall x, in_box n (vq c) (vq rho) x ->
  defined e x /\ quad n (fun k j => D2 e k j x) (vq d) < 0.
Proof.
  unfold curved. cbv zeta. rewrite andb_true_iff. intros We [V C] x Hx.
  assert (D : defined e x) by (apply (valid_ok prec n (cbox n c rho)); auto; apply cbox_ok; auto). split; auto.
  apply (ilt_ok _ _ _ _) with (3 := C); [|apply mem_0]. unfold quad. apply mem_sum. intros k Hk. apply mem_mul; [|apply mem_q].
  apply mem_sum. intros j Hj. apply mem_mul; [|apply mem_q].
  apply (proj2 (jet2_ok prec n _ e x We (cbox_ok _ _ _ _ Hx) D)); auto.
Qed.
Lemma minimum_opp n f x : minimum n (fun y => - f y) x -> maximum n f x.
Proof. intros [d [Hd M]]. exists d; split; auto. intros y Ny Na. specialize (M y Ny Na). lra. Qed.
Lemma local_max_opp n f x : local_max n f x -> local_min n (fun y => - f y) x.
Proof. intros [d [Hd M]]. exists d; split; auto. intros y Ny. specialize (M y Ny). lra. Qed.
Lemma definite_minimum n e c rho x : wf n e = true -> definite_test n e 0 (cbox n c rho) = true ->
  (forall i, (i<n)%nat -> Rabs (x i - vq c i) < vq rho i) -> root n (Grad e) x -> minimum n (eval e) x.
Proof.
  intros W C B Z.
  apply (second_derivative_test n (defined e) (vq c) (vq rho) (eval e) (fun j => D1 e j) (fun j k => D2 e j k)); auto.
  - apply D1_correct; auto.
  - intros; apply D2_correct; auto.
  - intros z Hz. apply (definite_test_ok n e 0 (cbox n c rho)); auto. apply cbox_ok; auto.
  - intros z Hz. apply (definite_test_ok n e 0 (cbox n c rho)); auto. apply cbox_ok; auto.
Qed.
Lemma curved_not_min n e c rho d x : wf n e = true -> curved n e c rho d = true ->
  (forall i, (i<n)%nat -> Rabs (x i - vq c i) < vq rho i) -> root n (Grad e) x -> ~ local_min n (eval e) x.
Proof.
  intros W C B Z.
  apply (neg_curv_not_local_min n (defined e) (vq c) (vq rho) (eval e) (fun j => D1 e j) (fun j k => D2 e j k) x (vq d)); auto.
  - apply D1_correct; auto.
  - intros; apply D2_correct; auto.
  - intros z Hz. apply (curved_ok n e c rho d W C z Hz).
  - intros z Hz. apply (curved_ok n e c rho d W C z Hz).
Qed.
Theorem code_ok n e z k x : wf n e = true -> check_code n e z k = true ->
  in_box n (vq (zc z)) (fun i => qR (zeps z) * vq (zr z) i) x -> root n (Grad e) x -> meaning n (eval e) k x.
Proof.
  intros W. destruct k as [|rho|rho|rho down up]; simpl; rewrite ?andb_true_iff; auto.
  - intros [Ci C] B Z. apply (definite_minimum n e (zc z) rho); auto. apply (inner_ok n z rho x); auto.
  - intros [Ci C] B Z. apply minimum_opp. apply (definite_minimum n (Neg e) (zc z) rho); auto.
    apply (inner_ok n z rho x); auto. intros j Hj. simpl. rewrite (Z j Hj : D1 e j x = 0). ring.
  - intros [[Ci C1] C2] B Z. assert (Bi := inner_ok n z rho x Ci B). split.
    + apply (curved_not_min n e (zc z) rho down); auto.
    + intros M. apply local_max_opp in M. revert M. apply (curved_not_min n (Neg e) (zc z) rho up); auto.
      intros j Hj. simpl. rewrite (Z j Hj : D1 e j x = 0). ring.
Qed.

(** ** the list of all zeros *)
Definition dside (s:ratio*ratio) : side := (Some (fst s), Some (snd s)).
(* the enclosure eps*r around c lies in the box b *)
Definition within n z (b:qbox) : bool :=
  Nat.eqb (length b) n && forall_lt n (fun i => let s := nth i b ((0%Z,xH),(0%Z,xH)) in let d := imul (iq (zeps z)) (ivq (zr z) i) in
    ile (iq (fst s)) (isub (ivq (zc z) i) d) && ile (iadd (ivq (zc z) i) d) (iq (snd s))).
(* the box b lies in the region *)
Definition in_region n (b:qbox) (u:list side) : bool :=
  forall_lt n (fun i => let s := nth i b ((0%Z,xH),(0%Z,xH)) in let t := nth i u (None,None) in
    (match fst t with Some a => ile (iq a) (iq (fst s)) | None => true end) &&
    (match snd t with Some a => ile (iq (snd s)) (iq a) | None => true end)).
Definition apart n (b b':qbox) : bool :=
  existsb (fun i => let s := nth i b ((0%Z,xH),(0%Z,xH)) in let t := nth i b' ((0%Z,xH),(0%Z,xH)) in
    ilt (iq (snd s)) (iq (fst t)) || ilt (iq (snd t)) (iq (fst s))) (seq 0 n).
Fixpoint pairwise {A} (p:A->A->bool) (l:list A) : bool := match l with nil => true | a::t => forallb (p a) t && pairwise p t end.
Definition code_of n s p : bool := match s with Grad e => check_code n e (pz p) (pk p) | Eqs _ => match pk p with Any => true | _ => false end end.
Definition check_point n s u (p:point_data) : bool :=
  check_zero n s (pz p) && within n (pz p) (pb p) && in_region n (pb p) u && code_of n s p.
Definition objective s : vec -> R := match s with Grad e => eval e | Eqs _ => fun _ => 0 end.
Definition check_points n s u ps : bool := forallb (check_point n s u) ps && pairwise (apart n) (map pb ps).

Lemma nth_realbox b i : nth i (realbox b) (0,0) = (qR (fst (nth i b ((0%Z,xH),(0%Z,xH)))), qR (snd (nth i b ((0%Z,xH),(0%Z,xH))))).
Proof. unfold realbox. change (0,0) with ((fun s : ratio*ratio => (qR (fst s), qR (snd s))) ((0%Z,xH),(0%Z,xH))). rewrite map_nth. reflexivity. Qed.
Lemma within_ok n z b x : within n z b = true -> in_box n (vq (zc z)) (fun i => qR (zeps z) * vq (zr z) i) x -> inside n (realbox b) x.
Proof.
  unfold within. rewrite andb_true_iff. intros [_ C] B i Hi. rewrite nth_realbox. simpl. assert (Ci := forall_lt_ok _ _ C i Hi).
  cbv zeta beta in Ci. rewrite andb_true_iff in Ci. destruct Ci as [C1 C2].
  apply (ile_ok _ _ _ _ (mem_q _) (mem_sub _ _ _ _ (mem_q _) (mem_mul _ _ _ _ (mem_q _) (mem_q _)))) in C1.
  apply (ile_ok _ _ _ _ (mem_add _ _ _ _ (mem_q _) (mem_mul _ _ _ _ (mem_q _) (mem_q _))) (mem_q _)) in C2.
  specialize (B i Hi). apply Rabs_le_between in B. unfold vq in *. lra.
Qed.
Lemma in_region_ok n b u x : in_region n b u = true -> inside n (realbox b) x -> in_sides n u x.
Proof.
  intros C B i Hi. specialize (B i Hi). rewrite nth_realbox in B. simpl in B. assert (Ci := forall_lt_ok _ _ C i Hi).
  cbv zeta beta in Ci. rewrite andb_true_iff in Ci. destruct Ci as [C1 C2].
  destruct (nth i u (None,None)) as [[lo|] [hi|]]; simpl in *; split; auto.
  - apply (ile_ok _ _ _ _ (mem_q _) (mem_q _)) in C1; lra.
  - apply (ile_ok _ _ _ _ (mem_q _) (mem_q _)) in C2; lra.
  - apply (ile_ok _ _ _ _ (mem_q _) (mem_q _)) in C1; lra.
  - apply (ile_ok _ _ _ _ (mem_q _) (mem_q _)) in C2; lra.
Qed.
Lemma apart_ok n b b' x y : apart n b b' = true -> inside n (realbox b) x -> inside n (realbox b') y -> ~ agree n x y.
Proof.
  intros C Bx By E. apply existsb_lt in C. destruct C as [i [Hi C]].
  specialize (Bx i Hi); specialize (By i Hi). rewrite nth_realbox in Bx, By. simpl in Bx, By.
  cbv zeta in C. rewrite orb_true_iff in C. specialize (E i Hi).
  destruct C as [C|C]; apply (ilt_ok _ _ _ _ (mem_q _) (mem_q _)) in C; lra.
Qed.
(** All zeros in a region: as many as listed, each in its box, and no others. *)
Theorem all_zeros n s (u:list side) ps : check_points n s u ps = true ->
  (forall x, in_sides n u x -> root n s x -> exists z, In z (map pz ps) /\ in_box n (vq (zc z)) (vq (zr z)) x) ->
  listed n (root n s) (in_sides n u) (map (claim n (objective s)) ps).
Proof.
  unfold check_points. rewrite andb_true_iff. intros [C A] cen.
  assert (G : forall qs, forallb (check_point n s u) qs = true -> pairwise (apart n) (map pb qs) = true ->
    exists xs, Forall2 (fun x c => inside n (snd c) x /\ in_sides n u x /\ root n s x /\ fst c x) xs (map (claim n (objective s)) qs) /\
      ForallOrdPairs (fun p q => ~ agree n p q) xs /\
      Forall2 (fun x p => inside n (realbox (pb p)) x /\ forall y, in_box n (vq (zc (pz p))) (vq (zr (pz p))) y -> root n s y -> agree n y x) xs qs).
  { clear C A cen. induction qs as [|[[z k] b] qs IH]; simpl; intros C A.
    - exists nil. repeat constructor.
    - rewrite andb_true_iff in C, A. destruct C as [C Cs], A as [A As]. destruct (IH Cs As) as [xs [F2 [FO FU]]].
      unfold check_point in C. rewrite !andb_true_iff in C. cbn [pz pk pb fst snd] in C. destruct C as [[[C1 C2] C3] C4].
      destruct (zero_in_box n s z C1) as [_ [x [B [Z U]]]]. assert (Bb := within_ok n z b x C2 B).
      exists (x :: xs). split; [|split].
      + constructor; auto. split; [exact Bb|]. split; [apply (in_region_ok n b); auto|]. split; [exact Z|].
        destruct s as [e|es]; simpl in *.
        * apply (code_ok n e z k); auto. unfold check_zero in C1. cbv zeta in C1. rewrite !andb_true_iff in C1. tauto.
        * unfold code_of in C4. cbn [pk fst snd] in C4. destruct k; try discriminate. exact I.
      + constructor; auto. rewrite forallb_forall in A. clear - A FU Bb.
        induction FU as [|y q ys qs [Hy _] FU IH]; constructor.
        * apply (apart_ok n b (pb q)); auto. apply A. left; auto.
        * apply IH. intros b' Hb'. apply A. right; auto.
      + constructor; auto. }
  destruct (G ps C A) as [xs [F2 [FO FU]]]. exists xs. split; [exact F2|]. split; auto.
  intros x Ux Rx. destruct (cen x Ux Rx) as [z [Hz Bz]].
  clear - FU Hz Bz Rx. induction FU as [|y p ys ps [_ U] FU IH]; simpl in Hz; [tauto|]. destruct Hz as [<-|Hz].
  - exists y; split; [left; auto|]. apply U; auto.
  - destruct (IH Hz) as [w [Hw Aw]]. exists w; split; [right; auto|auto].
Qed.
End Prec.
End Make.
