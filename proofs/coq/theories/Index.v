(** * The index of a stationary point, computed: how many eigenvalues of the Hessian are negative.

    For n vectors that nothing vouches for (approximate eigenvectors) the quadratic form of the Hessian on a box becomes
    a matrix of intervals; the negative of its leading block and its trailing block have positive pivots. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Float.Sig Specific_stdz Specific_ops.
From Separatrix Require Import Statements Calculus SecondOrder Definite Inertia Expressions Jets Checkers Products Theorems.
Import ListNotations.
Local Open Scope R_scope.

(** The form in terms of the coefficients of a combination. *)
Definition gram n (H : nat -> nat -> R) (V : nat -> vec) (a b : nat) := sumR n (fun i => sumR n (fun j => H i j * V b j) * V a i).
Lemma gram_sym n H V a b : (forall i j, H i j = H j i) -> gram n H V a b = gram n H V b a.
Proof.
  intros S. unfold gram.
  rewrite (sumR_ext n _ (fun i => sumR n (fun j => H i j * V b j * V a i))) by (intros; rewrite sumR_scal_r; auto).
  rewrite sumR_swap. apply sumR_ext. intros j Hj. rewrite <- sumR_scal_r. apply sumR_ext. intros i Hi. rewrite (S i j). ring.
Qed.
Lemma quad_combination n H m V u : quad n H (combination m V u) = quad m (gram n H V) u.
Proof.
  unfold quad, gram, combination.
  rewrite (sumR_ext n _ (fun i => sumR m (fun a => sumR m (fun b => sumR n (fun j => H i j * V b j) * V a i * u b * u a)))).
  - rewrite sumR_swap. apply sumR_ext. intros a Ha. rewrite sumR_swap, <- sumR_scal_r. apply sumR_ext. intros b Hb.
    rewrite <- !sumR_scal_r. reflexivity.
  - intros i Hi. rewrite <- sumR_scal. apply sumR_ext. intros a Ha.
    rewrite (sumR_ext n _ (fun j => sumR m (fun b => H i j * V b j * u b))).
    + rewrite sumR_swap.
      replace (sumR m (fun b => sumR n (fun j => H i j * V b j * u b)) * (u a * V a i))
        with (sumR m (fun b => sumR n (fun j => H i j * V b j * u b) * (u a * V a i))) by apply sumR_scal_r.
      apply sumR_ext. intros b Hb. rewrite sumR_scal_r. ring.
    + intros j Hj. rewrite <- sumR_scal. apply sumR_ext. intros b Hb. ring.
Qed.

Module C := Integer.C.
Import C C.J.

Section Prec.
Variable prec : StandardZ.precision.
Definition basis (V : qmat) (a : nat) : vec := vq (nth a V nil).
Definition igram n (h : list (list it)) (V : qmat) (a b : nat) : it :=
  isum prec n (fun i => imul prec (isum prec n (fun j => imul prec (hn h i j) (imq prec V b j))) (imq prec V a i)).
Lemma igram_ok n H h V a b : (forall i j, (i < n)%nat -> (j < n)%nat -> mem (H i j) (hn h i j)) ->
  mem (gram n H (basis V) a b) (igram n h V a b).
Proof.
  intros M. apply mem_sum. intros i Hi. apply mem_mul; [|apply mem_q].
  apply mem_sum. intros j Hj. apply mem_mul; [apply M; auto|apply mem_q].
Qed.
(** [check_index]: on the box [c - rho, c + rho] the form is negative on the first k of the vectors, positive on the others. *)
Definition check_index n e z rho V k : bool :=
  let X := cbox prec n (zc z) rho in let h := snd (jet2 prec n X e) in
  inner prec n z rho && valid prec X e &&
  pivots_positive prec k (tab k (fun a => tab k (fun b => I.neg (igram n h V a b)))) &&
  pivots_positive prec (n - k) (tab (n - k) (fun a => tab (n - k) (fun b => igram n h V (k + a) (k + b)))).
Theorem index_ok n e z rho V k x : wf n e = true -> check_index n e z rho V k = true ->
  in_box n (vq (zc z)) (fun i => qR (zeps z) * vq (zr z) i) x -> index n (eval e) x k.
Proof.
  intros W C B. unfold check_index in C. cbv zeta in C. rewrite !andb_true_iff in C. destruct C as [[[Ci V0] Cn] Cp].
  assert (Bi := inner_ok prec n z rho x Ci B).
  assert (D : forall y, in_box n (vq (zc z)) (vq rho) y -> defined e y).
  { intros y Hy. apply (valid_ok prec n (cbox prec n (zc z) rho)); auto. apply cbox_ok; auto. }
  assert (Bx : in_box n (vq (zc z)) (vq rho) x) by (intros i Hi; apply Rlt_le, Bi; auto).
  set (H := fun i j => D2 e i j x).
  assert (M : forall i j, (i < n)%nat -> (j < n)%nat -> mem (H i j) (hn (snd (jet2 prec n (cbox prec n (zc z) rho) e)) i j)).
  { apply (proj2 (jet2_ok prec n _ e x W (cbox_ok prec _ _ _ _ Bx) (D x Bx))). }
  assert (S : forall i j, H i j = H j i) by (intros; apply D2_sym).
  exists H. split; [|split].
  - destruct (room n (vq (zc z)) (vq rho) x Bi) as [d [Hd R]]. exists (fun j => D1 e j), d. split; auto. split.
    + intros y j Ny Hj. apply (has_grad_partial n (defined e)); auto. apply D1_correct; auto.
    + intros i j Hi Hj. split; [|apply S].
      apply (has_grad_partial n (defined e) (D1 e i) (fun k => D2 e i k)); auto. apply D2_correct; auto.
  - exists (basis V). intros u Nu. rewrite quad_combination.
    assert (P : posdef k (fun a b => - gram n H (basis V) a b)).
    { apply (pivots_positive_ok prec k _ _) with (3 := Cn).
      - intros a b. cbv beta. rewrite (gram_sym n H _ a b S). reflexivity.
      - intros a b Ha Hb. rewrite hn_tab by auto. apply mem_neg, igram_ok. exact M. }
    specialize (P u Nu). rewrite quad_neg in P. lra.
  - exists (fun a => basis V (k + a)%nat). intros u Nu. rewrite quad_combination. revert u Nu.
    apply (pivots_positive_ok prec (n - k) (gram n H (fun a => basis V (k + a)%nat)) _) with (3 := Cp).
    + intros a b. apply gram_sym. exact S.
    + intros a b Ha Hb. rewrite hn_tab by auto. apply (igram_ok n H _ V (k + a) (k + b)). exact M.
Qed.

(** For each point: how many directions are negative, a neighbourhood, directions. *)
Definition index_data := (nat * (qvec * qmat))%type.
Fixpoint check_indices n e (ps : list point_data) (ds : list index_data) : bool := match ps, ds with
  | nil, nil => true
  | p :: ps, (k, (rho, V)) :: ds => check_index n e (pz p) rho V k && check_indices n e ps ds
  | _, _ => false end.
Lemma pairwise_in {A} (r : A -> A -> bool) l a b : pairwise r l = true -> In a l -> In b l ->
  a = b \/ r a b = true \/ r b a = true.
Proof.
  induction l as [|h t IH]; simpl; [tauto|]. rewrite andb_true_iff, forallb_forall. intros [Hh Ht] [<-|Ha] [<-|Hb]; auto.
Qed.
Definition has_index n f (box : list (R * R)) k := forall p, stationary n f p -> inside n box p -> index n f p k.
(** The indices of the listed points, in their order. *)
Theorem indices prec' n e u ps ds f : check_points prec' n (Grad e) u ps = true -> check_indices n e ps ds = true ->
  wf n e = true -> (forall x, in_sides n u x -> defined e x) ->
  (forall x, in_sides n u x -> root n (Grad e) x -> exists z, In z (map pz ps) /\ in_box n (vq (zc z)) (vq (zr z)) x) ->
  (forall x, f x = eval e x) ->
  Forall2 (has_index n f) (map snd (tagged_points ps)) (map fst ds).
Proof.
  intros P C W D Cen E. replace f with (eval e) by (apply functional_extensionality; auto). clear E f.
  assert (K : forall p x, In p ps -> stationary n (eval e) x -> inside n (realbox (pb p)) x ->
    in_box n (vq (zc (pz p))) (fun i => qR (zeps (pz p)) * vq (zr (pz p)) i) x).
  { intros p x Hp Sx Bx. unfold check_points in P. rewrite andb_true_iff, forallb_forall in P. destruct P as [P A].
    assert (Ux : in_sides n u x).
    { specialize (P p Hp). unfold check_point in P. rewrite !andb_true_iff in P. destruct P as [[_ Pr] _].
      apply (in_region_ok prec' n (pb p)); auto. }
    assert (Rx : root n (Grad e) x).
    { intros j Hj. apply (proj1 (stationary_iff n (defined e) (eval e) (fun j => D1 e j) x (D x Ux) (D1_correct n e W)) Sx j Hj). }
    destruct (Cen x Ux Rx) as [z [Hz Bz]]. apply in_map_iff in Hz. destruct Hz as [q [<- Hq]].
    assert (Pq := P q Hq). unfold check_point in Pq. rewrite !andb_true_iff in Pq. destruct Pq as [[[Pz Pw] _] _].
    destruct (zero_in_box prec' n (Grad e) (pz q) Pz) as [_ [y [By [Zy Un]]]].
    assert (Bq : in_box n (vq (zc (pz q))) (fun i => qR (zeps (pz q)) * vq (zr (pz q)) i) x).
    { intros i Hi. rewrite (Un x Bz Rx i Hi). apply By; auto. }
    assert (Iq := within_ok prec' n (pz q) (pb q) x Pw Bq).
    destruct (pairwise_in (fun a b => apart prec' n (pb a) (pb b)) ps p q) as [<-|[Ap|Ap]]; auto.
    - clear - A. induction ps as [|h t IH]; simpl in *; auto. rewrite andb_true_iff in *. destruct A as [A1 A2]. split; auto.
      rewrite forallb_forall in *. intros b Hb. apply A1, in_map; auto.
    - elim (apart_ok prec' n _ _ x x Ap Bx Iq). intros i Hi; reflexivity.
    - elim (apart_ok prec' n _ _ x x Ap Iq Bx). intros i Hi; reflexivity. }
  clear P Cen D. revert ds C. induction ps as [|p ps IH]; intros [|[k [rho V]] ds] C; simpl in C; try discriminate; simpl; constructor.
  - rewrite andb_true_iff in C. intros x Sx Bx. apply (index_ok n e (pz p) rho V k); [auto|tauto|]. apply K; [left; auto|auto|auto].
  - rewrite andb_true_iff in C. apply IH; [|tauto]. intros q x Hq. apply K. right; auto.
Qed.
Theorem indices_of_search prec1 prec2 n e u ps ds late fuel f : Integer.check_stationary prec1 prec2 n e u ps late fuel = true ->
  check_indices n e ps ds = true -> (forall x, f x = eval e x) -> Forall2 (has_index n f) (map snd (tagged_points ps)) (map fst ds).
Proof.
  intros H C E. apply and_then in H. destruct H as [P [Ce D]].
  apply (indices prec1 n e u); auto.
  - unfold check_defined in D. rewrite andb_true_iff in D. tauto.
  - apply (defined_on_box prec2 n (Grad e) u fuel D).
  - apply (census prec2 n (Grad e) (map pz ps) u late fuel Ce).
Qed.
End Prec.

(** ** sums over separate groups of variables: indices add up *)
Section Beside.
Variables (m k : nat) (g h : vec -> R).
Hypothesis (Hg : local_to m g) (Hh : local_to k h).
Notation f := (beside m g h).
Definition block (H H' : nat -> nat -> R) (i j : nat) : R :=
  if Nat.ltb i m then (if Nat.ltb j m then H i j else 0) else (if Nat.ltb j m then 0 else H' (i - m)%nat (j - m)%nat).
Lemma quad_block H H' u : quad (m + k) (block H H') u = quad m H u + quad k H' (shift m u).
Proof.
  unfold quad. rewrite sumR_split. f_equal; apply sumR_ext; intros i Hi; f_equal; rewrite sumR_split.
  - rewrite (sumR_0 k), Rplus_0_r.
    + apply sumR_ext. intros j Hj. unfold block. destruct (Nat.ltb_spec i m), (Nat.ltb_spec j m); try lia. reflexivity.
    + intros j Hj. unfold block. destruct (Nat.ltb_spec i m), (Nat.ltb_spec (m + j) m); try lia. ring.
  - rewrite (sumR_0 m), Rplus_0_l.
    + apply sumR_ext. intros j Hj. unfold block, shift. destruct (Nat.ltb_spec (m + i) m), (Nat.ltb_spec (m + j) m); try lia.
      replace (m + i - m)%nat with i by lia. replace (m + j - m)%nat with j by lia. reflexivity.
    + intros j Hj. unfold block. destruct (Nat.ltb_spec (m + i) m), (Nat.ltb_spec j m); try lia. ring.
Qed.
(** Vectors of the first group followed by those of the second. *)
Definition side_by_side (a : nat) (V V' : nat -> vec) (j : nat) : vec := fun i =>
  if Nat.ltb j a then (if Nat.ltb i m then V j i else 0) else (if Nat.ltb i m then 0 else V' (j - a)%nat (i - m)%nat).
Lemma quad_side_by_side H H' a b V V' u : quad (m + k) (block H H') (combination (a + b) (side_by_side a V V') u) =
  quad m H (combination a V u) + quad k H' (combination b V' (fun j => u (a + j)%nat)).
Proof.
  rewrite quad_block. f_equal; apply quad_ext; intros i Hi; unfold shift, combination; rewrite sumR_split.
  - rewrite (sumR_0 b), Rplus_0_r.
    + apply sumR_ext. intros j Hj. unfold side_by_side. destruct (Nat.ltb_spec j a), (Nat.ltb_spec i m); try lia. reflexivity.
    + intros j Hj. unfold side_by_side. destruct (Nat.ltb_spec (a + j) a), (Nat.ltb_spec i m); try lia. ring.
  - rewrite (sumR_0 a), Rplus_0_l.
    + apply sumR_ext. intros j Hj. unfold side_by_side. destruct (Nat.ltb_spec (a + j) a), (Nat.ltb_spec (m + i) m); try lia.
      replace (a + j - a)%nat with j by lia. replace (m + i - m)%nat with i by lia. reflexivity.
    + intros j Hj. unfold side_by_side. destruct (Nat.ltb_spec j a), (Nat.ltb_spec (m + i) m); try lia. ring.
Qed.
Lemma positive_beside H H' a b V V' : positive_on m H a V -> positive_on k H' b V' ->
  positive_on (m + k) (block H H') (a + b) (side_by_side a V V').
Proof.
  intros P P' u [i [Hi Ni]]. rewrite quad_side_by_side.
  assert (A : forall n0 H0 c (W : nat -> vec) v, positive_on n0 H0 c W ->
    nonzero c v /\ 0 < quad n0 H0 (combination c W v) \/ (forall j, (j < c)%nat -> v j = 0) /\ quad n0 H0 (combination c W v) = 0).
  { intros n0 H0 c W v Q. destruct (nonzero_or_not c v) as [N|Z]; [left; auto|right; split; auto].
    apply quad_0. intros j _. apply combination_trivial; auto. }
  destruct (A m H a V u P) as [[_ Q]|[Z Q]]; destruct (A k H' b V' (fun j => u (a + j)%nat) P') as [[_ Q']|[Z' Q']]; try lra.
  exfalso. apply Ni. destruct (Nat.lt_ge_cases i a) as [L|L]; [apply Z; auto|].
  replace i with (a + (i - a))%nat by lia. apply Z'. lia.
Qed.
Lemma positive_neg n H c V : positive_on n (fun i j => - H i j) c V <-> negative_on n H c V.
Proof. split; intros P u Nu; specialize (P u Nu); rewrite quad_neg in *; lra. Qed.
Lemma negative_beside H H' a b V V' : negative_on m H a V -> negative_on k H' b V' ->
  negative_on (m + k) (block H H') (a + b) (side_by_side a V V').
Proof.
  intros N N'. apply positive_neg in N. apply positive_neg in N'. apply positive_neg.
  intros u Nu. assert (Q := positive_beside _ _ a b V V' N N' u Nu).
  replace (fun i j => - block H H' i j) with (block (fun i j => - H i j) (fun i j => - H' i j)); auto.
  apply functional_extensionality; intros i. apply functional_extensionality; intros j. unfold block.
  destruct (Nat.ltb i m), (Nat.ltb j m); ring.
Qed.
Lemma is_derive_plus_const (u : R -> R) c z l : is_derive u z l -> is_derive (fun t => u t + c) z l.
Proof. intros D. replace l with (l + 0) by ring. apply @is_derive_plus; auto. apply @is_derive_const. Qed.
Lemma hessian_beside x H H' : hessian m g x H -> hessian k h (shift m x) H' -> hessian (m + k) f x (block H H').
Proof.
  intros [G [d [Hd [D DD]]]] [G' [d' [Hd' [D' DD']]]].
  exists (fun j y => if Nat.ltb j m then G j y else G' (j - m)%nat (shift m y)), (Rmin d d').
  assert (M1 := Rmin_l d d'). assert (M2 := Rmin_r d d'). split; [apply Rmin_pos; auto|]. split.
  - intros y j Ny Hj. destruct (near_parts m k x y _ Ny) as [N1 N2]. destruct (Nat.ltb_spec j m) as [L|L].
    + apply is_derive_ext with (f := fun t => g (updv y j t) + h (shift m y)).
      * intros t. unfold beside. rewrite shift_updv_low; auto.
      * apply is_derive_plus_const, D; auto. intros i Hi. specialize (N1 i Hi). lra.
    + apply is_derive_ext with (f := fun t => h (updv (shift m y) (j - m) t) + g y).
      * intros t. unfold beside. replace j with (m + (j - m))%nat at 2 3 by lia.
        rewrite shift_updv_high, (g_updv_high m g Hg). apply Rplus_comm.
      * apply is_derive_plus_const. replace (y j) with (shift m y (j - m)%nat) by (unfold shift; f_equal; lia).
        apply D'; [|lia]. intros i Hi. specialize (N2 i Hi). lra.
  - intros i j Hi Hj. unfold block. destruct (Nat.ltb_spec i m) as [Li|Li], (Nat.ltb_spec j m) as [Lj|Lj].
    + apply DD; auto.
    + split; [|reflexivity]. apply is_derive_ext with (f := fun _ => G i x); [|apply @is_derive_const].
      intros t. assert (A : forall s, g (updv (updv x j t) i s) = g (updv x i s)).
      { intros s. apply Hg. intros l Hl. unfold updv. destruct (Nat.eqb l i); auto. destruct (Nat.eqb_spec l j); auto; lia. }
      assert (Dx := D x i ltac:(intros l Hl; rewrite Rminus_eq_0, Rabs_R0; lra) Li).
      assert (Dy := D (updv x j t) i ltac:(intros l Hl; unfold updv; destruct (Nat.eqb_spec l j); [lia|]; rewrite Rminus_eq_0, Rabs_R0; lra) Li).
      rewrite <- (is_derive_unique _ _ _ Dx), <- (is_derive_unique _ _ _ Dy).
      replace (updv x j t i) with (x i) by (unfold updv; destruct (Nat.eqb_spec i j); [lia|reflexivity]).
      apply Derive_ext. intros s. symmetry. apply A.
    + split; [|reflexivity]. apply is_derive_ext with (f := fun _ => G' (i - m)%nat (shift m x)); [|apply @is_derive_const].
      intros t. rewrite shift_updv_low; auto.
    + destruct (DD' (i - m)%nat (j - m)%nat ltac:(lia) ltac:(lia)) as [Dij Sij]. split; auto.
      apply is_derive_ext with (f := fun t => G' (i - m)%nat (updv (shift m x) (j - m) t)).
      * intros t. replace j with (m + (j - m))%nat at 2 by lia. rewrite shift_updv_high. reflexivity.
      * replace (x j) with (shift m x (j - m)%nat) by (unfold shift; f_equal; lia). exact Dij.
Qed.
Theorem index_beside x a b : index m g x a -> index k h (shift m x) b -> index (m + k) f x (a + b).
Proof.
  intros I I'. assert (A := index_at_most m g x a I). assert (B := index_at_most k h _ b I').
  destruct I as [H [D [[V N] [W P]]]], I' as [H' [D' [[V' N'] [W' P']]]].
  exists (block H H'). split; [apply hessian_beside; auto|]. split.
  - exists (side_by_side a V V'). apply (negative_beside H H' a b V V' N N').
  - exists (side_by_side (m - a) W W'). replace (m + k - (a + b))%nat with ((m - a) + (k - b))%nat by lia.
    apply (positive_beside H H' (m - a) (k - b) W W' P P').
Qed.
End Beside.

(** The indices of the combinations of listed points. *)
Theorem indices_beside m k g h l l' ks ks' : local_to m g -> local_to k h -> List.Forall (fun c => length (snd c) = m) l ->
  Forall2 (has_index m g) (map snd l) ks -> Forall2 (has_index k h) (map snd l') ks' ->
  Forall2 (has_index (m + k) (beside m g h)) (map snd (combinations l l')) (flat_map (fun a => map (fun b => (a + b)%nat) ks') ks).
Proof.
  intros Hg Hh Len F F'. revert ks F. induction l as [|[t box] l IH]; intros ks F; simpl in F; inversion F as [|x a xs as_ Ha F2]; subst; simpl; [constructor|].
  inversion Len as [|c l0 Lb Ls]; subst. rewrite map_app. apply Forall2_app; [|apply IH; auto].
  clear IH F F2 Len Ls. rewrite map_map. simpl. simpl in Ha |- *. revert ks' F'.
  induction l' as [|[t' box'] l' IH]; intros ks' F'; simpl in F'; inversion F' as [|x b xs bs Hb F2]; subst; simpl; constructor; [|apply IH; auto].
  intros p Sp Bp. apply stationary_beside in Sp; auto. destruct Sp as [Sg Sh]. apply index_beside; auto.
  - apply Ha; auto. intros i Hi. specialize (Bp i ltac:(lia)). rewrite app_nth1 in Bp by lia. exact Bp.
  - apply Hb; auto. intros i Hi. specialize (Bp (length box + i)%nat ltac:(lia)). rewrite app_nth2 in Bp by lia.
    replace (length box + i - length box)%nat with i in Bp by lia. exact Bp.
Qed.
