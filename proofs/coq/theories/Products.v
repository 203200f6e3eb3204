(** * Sums over separate groups of variables: the stationary points are the combinations. *)
From Coq Require Import Reals Lra Lia Arith List FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder.
Import ListNotations.
Local Open Scope R_scope.

Definition shift (m : nat) (x : vec) : vec := fun i => x (m + i)%nat.
Definition join (m : nat) (p q : vec) : vec := fun i => if Nat.ltb i m then p i else q (i - m)%nat.
Definition beside (m : nat) (g h : vec -> R) : vec -> R := fun x => g x + h (shift m x).
(** [g] reads the first [n] coordinates only. *)
Definition local_to (n : nat) (g : vec -> R) := forall x y, agree n x y -> g x = g y.

Inductive tag := TAny | TMinimum | TMaximum | TSaddle.
Definition tagged (t : tag) (n : nat) (f : vec -> R) : vec -> Prop := match t with
  | TAny => fun _ => True | TMinimum => minimum n f | TMaximum => maximum n f | TSaddle => saddle n f end.
Definition both (s t : tag) : tag := match s, t with
  | TMinimum, TMinimum => TMinimum | TMaximum, TMaximum => TMaximum | TSaddle, _ | _, TSaddle => TSaddle | _, _ => TAny end.
Definition claims n (f : vec -> R) (l : list (tag * list (R*R))) := map (fun c => (tagged (fst c) n f, snd c)) l.
Definition combinations (l l' : list (tag * list (R*R))) : list (tag * list (R*R)) :=
  flat_map (fun c => map (fun d => (both (fst c) (fst d), snd c ++ snd d)) l') l.

Section Beside.
Variables (m k : nat) (g h : vec -> R).
Hypothesis (Hg : local_to m g) (Hh : local_to k h).
Notation f := (beside m g h).

Lemma shift_updv_low x j t : (j < m)%nat -> shift m (updv x j t) = shift m x.
Proof.
  intros Hj. apply functional_extensionality; intros i. unfold shift, updv.
  destruct (Nat.eqb_spec (m + i) j); [lia|reflexivity].
Qed.
Lemma shift_updv_high x j t : shift m (updv x (m + j) t) = updv (shift m x) j t.
Proof.
  apply functional_extensionality; intros i. unfold shift, updv.
  destruct (Nat.eqb_spec (m + i) (m + j)), (Nat.eqb_spec i j); auto; lia.
Qed.
Lemma g_updv_high x j t : g (updv x (m + j) t) = g x.
Proof. apply Hg. intros i Hi. unfold updv. destruct (Nat.eqb_spec i (m + j)); [lia|reflexivity]. Qed.
Lemma is_derive_shift_const (u : R -> R) c z : is_derive (fun t => u t + c) z 0 <-> is_derive u z 0.
Proof.
  split; intros H.
  - apply is_derive_ext with (f := fun t => (u t + c) + (- c)); [intros; simpl; ring|].
    replace 0 with (0 + 0) by ring. apply @is_derive_plus; auto. apply @is_derive_const.
  - replace 0 with (0 + 0) by ring. apply @is_derive_plus; auto. apply @is_derive_const.
Qed.
Lemma stationary_beside x : stationary (m + k) f x <-> stationary m g x /\ stationary k h (shift m x).
Proof.
  split.
  - intros S; split; intros j Hj.
    + apply (is_derive_shift_const (fun t => g (updv x j t)) (h (shift m x))).
      apply is_derive_ext with (f := fun t => f (updv x j t)); [|apply S; lia]. intros t. unfold beside. rewrite shift_updv_low; auto.
    + apply (is_derive_shift_const (fun t => h (updv (shift m x) j t)) (g x)).
      apply is_derive_ext with (f := fun t => f (updv x (m + j) t)); [|exact (S (m + j)%nat ltac:(lia))]. intros t. unfold beside.
      rewrite shift_updv_high, g_updv_high. apply Rplus_comm.
  - intros [Sg Sh] j Hj. destruct (Nat.lt_ge_cases j m) as [L|L].
    + apply is_derive_ext with (f := fun t => g (updv x j t) + h (shift m x)).
      * intros t. unfold beside. rewrite shift_updv_low; auto.
      * apply (is_derive_shift_const (fun t => g (updv x j t)) (h (shift m x))), Sg; auto.
    + replace j with (m + (j - m))%nat by lia.
      apply is_derive_ext with (f := fun t => h (updv (shift m x) (j - m) t) + g x).
      * intros t. unfold beside. rewrite shift_updv_high, g_updv_high. apply Rplus_comm.
      * apply (is_derive_shift_const (fun t => h (updv (shift m x) (j - m) t)) (g x)). exact (Sh (j - m)%nat ltac:(lia)).
Qed.
Lemma join_low p q : agree m (join m p q) p.
Proof. intros i Hi. unfold join. destruct (Nat.ltb_spec i m); [reflexivity|lia]. Qed.
Lemma shift_join p q : shift m (join m p q) = q.
Proof.
  apply functional_extensionality; intros i. unfold shift, join. destruct (Nat.ltb_spec (m + i) m); [lia|]. f_equal; lia.
Qed.
Lemma agree_beside x y : agree m x y -> agree k (shift m x) (shift m y) -> agree (m + k) x y.
Proof.
  intros A B i Hi. destruct (Nat.lt_ge_cases i m) as [L|L]; [apply A; auto|].
  replace i with (m + (i - m))%nat by lia. apply B; lia.
Qed.
Lemma near_parts x y d : near (m + k) x y d -> near m x y d /\ near k (shift m x) (shift m y) d.
Proof. intros N; split; intros i Hi; apply N; lia. Qed.
Lemma agree_local_stationary x y : agree m x y -> stationary m g x -> stationary m g y.
Proof.
  intros A S j Hj. rewrite <- (A j Hj). apply is_derive_ext with (f := fun t => g (updv x j t)); [|apply S; auto]. intros t. apply Hg.
  intros i Hi. unfold updv. destruct (Nat.eqb i j); auto.
Qed.
(** Joining with a fixed second part. *)
Lemma local_min_left x : local_min (m + k) f x -> local_min m g x.
Proof.
  intros [d [Hd M]]. exists d; split; auto. intros y Ny.
  assert (H : f x <= f (join m y (shift m x))).
  { apply M. intros i Hi. unfold join. destruct (Nat.ltb_spec i m) as [L|L]; [apply Ny; auto|].
    unfold shift. replace (m + (i - m))%nat with i by lia. rewrite Rminus_eq_0, Rabs_R0. lra. }
  unfold beside in H. rewrite shift_join, (Hg (join m y (shift m x)) y (join_low _ _)) in H. lra.
Qed.
Lemma local_min_right x : local_min (m + k) f x -> local_min k h (shift m x).
Proof.
  intros [d [Hd M]]. exists d; split; auto. intros y Ny.
  assert (H : f x <= f (join m x y)).
  { apply M. intros i Hi. unfold join. destruct (Nat.ltb_spec i m) as [L|L]; [rewrite Rminus_eq_0, Rabs_R0; lra|].
    specialize (Ny (i - m)%nat ltac:(lia)). unfold shift in Ny. replace (m + (i - m))%nat with i in Ny by lia. exact Ny. }
  unfold beside in H. rewrite shift_join, (Hg (join m x y) x (join_low _ _)) in H. lra.
Qed.
Lemma minimum_beside x : minimum m g x -> minimum k h (shift m x) -> minimum (m + k) f x.
Proof.
  intros [d [Hd M]] [d' [Hd' M']]. exists (Rmin d d'). split; [apply Rmin_pos; auto|]. intros y Ny Na.
  assert (A1 := Rmin_l d d'). assert (A2 := Rmin_r d d'). destruct (near_parts x y _ Ny) as [N1 N2].
  assert (G : g x <= g y).
  { destruct (Classical_Prop.classic (agree m y x)) as [A|A]; [rewrite (Hg y x A); lra|].
    apply Rlt_le, M; auto. intros i Hi. specialize (N1 i Hi). lra. }
  assert (H : h (shift m x) <= h (shift m y)).
  { destruct (Classical_Prop.classic (agree k (shift m y) (shift m x))) as [A|A]; [rewrite (Hh _ _ A); lra|].
    apply Rlt_le, M'; auto. intros i Hi. specialize (N2 i Hi). lra. }
  unfold beside. destruct (Classical_Prop.classic (agree m y x)) as [A|A].
  - assert (B : ~ agree k (shift m y) (shift m x)). { intros B. apply Na, agree_beside; auto. }
    assert (h (shift m x) < h (shift m y)); [|lra]. apply M'; auto. intros i Hi. specialize (N2 i Hi). lra.
  - assert (g x < g y); [|lra]. apply M; auto. intros i Hi. specialize (N1 i Hi). lra.
Qed.
End Beside.

Lemma beside_opp m g h : (fun x => - beside m g h x) = beside m (fun x => - g x) (fun x => - h x).
Proof. apply functional_extensionality; intros x. unfold beside. ring. Qed.
Lemma maximum_iff n f x : maximum n f x <-> minimum n (fun y => - f y) x.
Proof. split; intros [d [Hd M]]; exists d; split; auto; intros y Ny Na; specialize (M y Ny Na); lra. Qed.
Lemma local_max_iff n f x : local_max n f x <-> local_min n (fun y => - f y) x.
Proof. split; intros [d [Hd M]]; exists d; split; auto; intros y Ny; specialize (M y Ny); lra. Qed.
Lemma local_to_opp n g : local_to n g -> local_to n (fun x => - g x).
Proof. intros H x y A. rewrite (H x y A). reflexivity. Qed.
Lemma agree_sym n x y : agree n x y -> agree n y x.
Proof. intros A i Hi. symmetry. apply A; auto. Qed.
Lemma tagged_agree t n f x y : local_to n f -> agree n x y -> tagged t n f x -> tagged t n f y.
Proof.
  intros L A.
  assert (N : forall z d, near n y z d -> near n x z d). { intros z d N i Hi. rewrite (A i Hi). apply N; auto. }
  assert (N' : forall z d, near n x z d -> near n y z d). { intros z d N' i Hi. rewrite <- (A i Hi). apply N'; auto. }
  assert (E := L x y A).
  assert (Ag : forall z, ~ agree n z y -> ~ agree n z x).
  { intros z Na Az. apply Na. intros i Hi. rewrite (Az i Hi). apply A; auto. }
  destruct t; simpl; auto.
  - intros [d [Hd M]]. exists d; split; auto. intros z Nz Na. rewrite <- E. apply M; auto.
  - intros [d [Hd M]]. exists d; split; auto. intros z Nz Na. rewrite <- E. apply M; auto.
  - intros [M1 M2]. split; intros [d [Hd M]]; [apply M1|apply M2]; exists d; (split; [auto|]); intros z Nz; rewrite E; apply M; auto.
Qed.
Lemma tagged_beside m k g h s t x : local_to m g -> local_to k h ->
  tagged s m g x -> tagged t k h (shift m x) -> tagged (both s t) (m + k) (beside m g h) x.
Proof.
  intros Hg Hh.
  assert (SL : saddle m g x -> saddle (m + k) (beside m g h) x).
  { intros [A B]. split; [intros M; apply A; revert M; apply local_min_left; auto|].
    intros M. apply B. apply local_max_iff. apply local_max_iff in M. rewrite beside_opp in M.
    apply local_min_left in M; auto using local_to_opp. }
  assert (SR : saddle k h (shift m x) -> saddle (m + k) (beside m g h) x).
  { intros [A B]. split; [intros M; apply A; revert M; apply local_min_right; auto|].
    intros M. apply B. apply local_max_iff. apply local_max_iff in M. rewrite beside_opp in M.
    apply local_min_right in M; auto using local_to_opp. }
  destruct s, t; simpl; auto.
  - intros; apply minimum_beside; auto.
  - intros A B. apply maximum_iff. rewrite beside_opp. apply maximum_iff in A. apply maximum_iff in B.
    apply minimum_beside; auto using local_to_opp.
Qed.
Lemma inside_beside m k b c x : length b = m -> inside m b x -> inside k c (shift m x) -> inside (m + k) (b ++ c) x.
Proof.
  intros L B C i Hi. destruct (Nat.lt_ge_cases i m) as [H|H].
  - rewrite app_nth1 by lia. apply B; auto.
  - rewrite app_nth2 by lia. rewrite L. specialize (C (i - m)%nat ltac:(lia)). unfold shift in C.
    replace (m + (i - m))%nat with i in C by lia. exact C.
Qed.

Definition anywhere : vec -> Prop := fun _ => True.
Lemma stationary_agree n f x y : local_to n f -> agree n x y -> stationary n f x -> stationary n f y.
Proof. intros L A S. apply (agree_local_stationary n f L x y A S). Qed.
Lemma inside_agree n b x y : agree n x y -> inside n b x -> inside n b y.
Proof. intros A B i Hi. rewrite <- (A i Hi). apply B; auto. Qed.
Lemma local_to_beside m k g h : local_to m g -> local_to k h -> local_to (m + k) (beside m g h).
Proof.
  intros Hg Hh x y A. unfold beside. rewrite (Hg x y), (Hh (shift m x) (shift m y)); auto.
  - intros i Hi. apply A; lia.
  - intros i Hi. apply A; lia.
Qed.
(** If these are all the stationary points of g and those of h, the combinations are all those of
    g(x_0 .. x_(m-1)) + h(x_m .. x_(m+k-1)). *)
Theorem product_of_censuses m k g h l l' : local_to m g -> local_to k h -> List.Forall (fun c => length (snd c) = m) l ->
  listed m (stationary m g) anywhere (claims m g l) -> listed k (stationary k h) anywhere (claims k h l') ->
  listed (m + k) (stationary (m + k) (beside m g h)) anywhere (claims (m + k) (beside m g h) (combinations l l')).
Proof.
  intros Hg Hh Len [ps [F [O All]]] [qs [F' [O' All']]].
  exists (flat_map (fun p => map (join m p) qs) ps). split; [|split].
  - clear O All O' All'. revert Len F. unfold claims, combinations. revert ps.
    induction l as [|[t b] l IH]; intros ps Len F; simpl in F; inversion F as [|x c ps' l2 Hx F2]; subst; simpl; [constructor|].
    inversion Len as [|c l2 Lb Ls]; subst. rewrite map_app. apply Forall2_app; [|apply IH; auto].
    clear IH. destruct Hx as [B [_ [S T]]]. simpl in *. revert F'. revert qs.
    induction l' as [|[t' b'] l' IH]; intros qs F'; simpl in F'; inversion F' as [|x0 c qs' l2 Hx0 F2']; subst; simpl; [constructor|].
    constructor; [|apply IH; auto]. destruct Hx0 as [B' [_ [S' T']]]. simpl in *.
    assert (A : agree (length b) x (join (length b) x x0)) by (apply agree_sym, join_low).
    split; [|split; [exact I|split]].
    + apply inside_beside; auto. apply (inside_agree _ _ x); auto. rewrite shift_join. auto.
    + apply stationary_beside; auto. split; [apply (stationary_agree _ _ x); auto|rewrite shift_join; auto].
    + apply tagged_beside; auto. apply (tagged_agree _ _ _ x); auto. rewrite shift_join. auto.
  - clear F F' All All' Len. induction O as [|p ps Hp O IH]; simpl; [constructor|].
    assert (App : forall l1 l2 : list vec, ForallOrdPairs (fun p q => ~ agree (m + k) p q) l1 ->
      ForallOrdPairs (fun p q => ~ agree (m + k) p q) l2 -> (forall a b, In a l1 -> In b l2 -> ~ agree (m + k) a b) ->
      ForallOrdPairs (fun p q => ~ agree (m + k) p q) (l1 ++ l2)).
    { intros l1 l2 O1 O2 X. induction O1 as [|a l1 Ha O1 IH1]; simpl; auto. constructor.
      - apply Forall_app. split; auto. apply Forall_forall. intros b Hb. apply X; [left; auto|auto].
      - apply IH1. intros a' b Ha' Hb. apply X; [right; auto|auto]. }
    apply App; auto.
    + clear - O'. induction O' as [|q qs Hq O' IH]; simpl; constructor; auto. apply Forall_forall. intros y Hy.
      apply in_map_iff in Hy. destruct Hy as [q' [<- Hq']]. rewrite Forall_forall in Hq. intros A. apply (Hq q' Hq').
      intros i Hi. specialize (A (m + i)%nat ltac:(lia)).
      rewrite <- (shift_join m p q), <- (shift_join m p q'). exact A.
    + intros a b Ha Hb A. apply in_map_iff in Ha. destruct Ha as [q [<- Hq]]. apply in_flat_map in Hb.
      destruct Hb as [p' [Hp' Hb]]. apply in_map_iff in Hb. destruct Hb as [q' [<- Hq']].
      rewrite Forall_forall in Hp. apply (Hp p' Hp'). intros i Hi. specialize (A i ltac:(lia)).
      rewrite (join_low m p q i Hi), (join_low m p' q' i Hi) in A. exact A.
  - intros x _ S. apply stationary_beside in S; auto. destruct S as [Sg Sh].
    destruct (All x I Sg) as [p [Hp Ap]]. destruct (All' (shift m x) I Sh) as [q [Hq Aq]].
    exists (join m p q). split.
    + apply in_flat_map. exists p; split; auto. apply in_map; auto.
    + apply agree_beside; [|rewrite shift_join; auto]. intros i Hi. rewrite (join_low m p q i Hi). apply Ap; auto.
Qed.
