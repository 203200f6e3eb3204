(** * Branch and contract: the census for many unknowns.

    Instead of cutting a box until a component of the system is nonzero on each part, every part is first made
    smaller: by a contractor, which may drop points that are no zeros, and, once it is small, by Krawczyk's operator.
    Which side is cut is decided by weights that nothing depends on. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float Interval.Float_full Float.Sig Float.Basic.
From Separatrix Require Import Statements Calculus Krawczyk SecondOrder Expressions Jets Checkers.
Import ListNotations.
Local Open Scope R_scope.

Module Make (F : FloatOps with Definition sensible_format := true).
Module C := Checkers.Make F.
Import C C.J.

Section Prec.
Variable prec : F.precision.
Notation iadd := (iadd prec).
Notation isub := (isub prec).
Notation imul := (imul prec).
Notation isum := (isum prec).

Definition meet (X Y : list it) : list it := map (fun xy => I.meet (fst xy) (snd xy)) (combine X Y).
Lemma meet_ok n X Y x : length X = n -> length Y = n -> inb n X x -> inb n Y x -> inb n (meet X Y) x.
Proof.
  intros LX LY HX HY i Hi. unfold meet. change I.nai with ((fun xy => I.meet (fst xy) (snd xy)) (I.nai, I.nai)).
  rewrite map_nth, combine_nth by lia. apply I.meet_correct; [apply HX|apply HY]; auto.
Qed.
Definition is_empty (X : list it) : bool := existsb I.is_empty X.
Lemma is_empty_ok n X x : length X = n -> inb n X x -> is_empty X = true -> False.
Proof.
  intros L H E. apply existsb_exists in E. destruct E as [xi [Hx E]]. apply (In_nth _ _ I.nai) in Hx.
  destruct Hx as [i [Hi <-]]. apply (I.is_empty_correct _ (Xreal (x i))) with (2 := E). apply H. lia.
Qed.

(** ** Krawczyk's operator: m - A F(m) + (1 - A J(X)) (X - m) contains every zero in X. *)
Definition krawczyk_image n s X : list it :=
  let h := sjac prec n s X in let g := svals prec n s (centre n X) in let d := reach prec n X in
  let inv := inverse prec n h in let A := tab n (fun i => tab n (fun k => pt (hn inv i k))) in
  tab n (fun i => iadd (isub (pt (nth i X I.nai)) (isum n (fun k => imul (hn A i k) (gn g k))))
    (isum n (fun j => imul (isub (idelta prec i j) (isum n (fun k => imul (hn A i k) (hn h k j)))) (gn d j)))).
Lemma krawczyk_image_ok n s X x : swf n s = true -> inb n X x -> (forall y, inb n X y -> sdef n s y) ->
  root n s x -> inb n (krawczyk_image n s X) x.
Proof.
  intros W Hx D Z i Hi. set (c := centreR X). set (A := inverse prec n (sjac prec n s X)).
  assert (Hc : inb n X c). { intros k Hk. apply (ptR_in (x k)); auto. }
  set (a := fun k => ptR (hn A i k)).
  set (R := fun y => y i + -1 * sumR n (fun k => a k * sF s k y)).
  assert (G : has_grad n (sdef n s) R (fun j y => delta i j + -1 * sumR n (fun k => 0 * sF s k y + a k * sJ s k j y))).
  { apply (has_grad_plus n _ (fun y => y i) (fun y => -1 * sumR n (fun k => a k * sF s k y))
      (fun j _ => delta i j) (fun j y => -1 * sumR n (fun k => 0 * sF s k y + a k * sJ s k j y))).
    - apply has_grad_var; auto.
    - apply has_grad_scal. apply has_grad_sum. intros k Hk.
      apply (has_grad_mult n _ (fun _ => a k) (sF s k) (fun _ _ => 0) (sJ s k)). apply has_grad_const. apply sJ_correct; auto. }
  destruct (mean_value n (sdef n s) R _ c x G) as [t [Ht E]].
  { intros t Ht. apply D, inb_line; auto. }
  assert (Rx : R x = x i). { unfold R. rewrite sumR_0; [ring|]. intros k Hk. rewrite Z by auto. ring. }
  set (y := line c (fun i => x i - c i) t) in *.
  assert (Hy : inb n X y) by (apply inb_line; auto; lra).
  rewrite <- Rx. replace (R x) with ((c i - sumR n (fun k => a k * sF s k c)) +
    sumR n (fun j => (delta i j - sumR n (fun k => a k * sJ s k j y)) * (x j - c j))).
  - unfold krawczyk_image. cbv zeta. fold A. rewrite nth_tab by auto. apply mem_add.
    + apply mem_sub; [apply pt_ok|]. apply mem_sum. intros k Hk. rewrite hn_tab by auto.
      apply mem_mul; [apply pt_ok|]. apply svals_ok; auto. apply centre_ok.
    + apply mem_sum. intros j Hj. apply mem_mul.
      * apply mem_sub; [apply C.mem_delta|]. apply mem_sum. intros k Hk. rewrite hn_tab by auto.
        apply mem_mul; [apply pt_ok|]. apply sjac_ok; auto.
      * unfold reach. rewrite gn_tab by auto. apply mem_sub; [apply Hx; auto|apply pt_ok].
  - assert (E' : sumR n (fun j => (delta i j - sumR n (fun k => a k * sJ s k j y)) * (x j - c j)) = R x - R c).
    { rewrite E. apply sumR_ext. intros j Hj. rewrite (sumR_ext n (fun k => 0 * sF s k y + a k * sJ s k j y) (fun k => a k * sJ s k j y))
        by (intros; ring). ring. }
    rewrite E'. unfold R at 2. ring.
Qed.
Definition narrow n s X : list it := if sval prec n s X then meet X (krawczyk_image n s X) else X.
Lemma narrow_ok n s X x : length X = n -> swf n s = true -> inb n X x -> root n s x -> inb n (narrow n s X) x.
Proof.
  intros L W Hx Z. unfold narrow. destruct (sval prec n s X) eqn:V; auto. apply meet_ok; auto.
  - unfold krawczyk_image, tab. cbv zeta. rewrite map_length, seq_length. auto.
  - apply krawczyk_image_ok; auto. intros y Hy. apply (sval_ok prec n s X); auto.
Qed.
Lemma narrow_length n s X : length X = n -> length (narrow n s X) = n.
Proof.
  intros L. unfold narrow. destruct (sval prec n s X); auto. unfold meet, krawczyk_image, tab. cbv zeta.
  rewrite map_length, combine_length, map_length, seq_length. lia.
Qed.

(** ** the search *)
(* The widest side, each measured with its weight, and its size. *)
Definition size (w : F.type) (xi : it) : F.type := F.mul_UP prec w (F.sub_UP prec (I.upper xi) (I.lower xi)).
Definition greater (a b : F.type) : bool := match F.cmp a b with Xgt | Xund => true | _ => false end.
Fixpoint widest (ws : list F.type) (X : list it) (i k : nat) (best : F.type) : nat * F.type :=
  match ws, X with
  | w :: ws, xi :: X => let t := size w xi in
      if greater t best then widest ws X (S i) i t else widest ws X (S i) k best
  | _, _ => (k, best) end.
Fixpoint branch n s zs (contract : list it -> list it) (ws : list F.type) (small : F.type) (fuel : nat) (X : list it) : bool :=
  let X := contract X in
  if is_empty X then true else
  let (k, t) := widest ws X 0 0 F.zero in
  let near := negb (greater t small) in
  if (if near then existsb (in_known prec n X) zs else false) then true else
  let X := if near then narrow n s X else X in
  if (if near then if is_empty X then true else existsb (in_known prec n X) zs else false) then true else
  match fuel with
  | O => false
  | S fuel =>
      let (l, r) := I.bisect (nth k X I.nai) in
      if branch n s zs contract ws small fuel (upd X k l) then branch n s zs contract ws small fuel (upd X k r) else false
  end.
Lemma in_known_ok n X x zs : inb n X x -> existsb (in_known prec n X) zs = true ->
  exists z, In z zs /\ in_box n (vq (zc z)) (vq (zr z)) x.
Proof.
  intros Hx E. apply existsb_exists in E. destruct E as [z [Hz H]]. exists z; split; auto.
  intros i Hi; apply (ile_ok prec _ _ _ _) with (3 := forall_lt_ok _ _ H i Hi);
    [apply mem_abs, mem_sub; [apply Hx; auto|apply mem_q]|apply mem_q].
Qed.
Lemma widest_lt ws : forall X n i k best, length X = n -> (k < n + i)%nat -> (fst (widest ws X i k best) < n + i)%nat.
Proof.
  induction ws as [|w ws IH]; intros X n i k best L H; simpl; auto. destruct X as [|xi X]; auto. simpl in L. subst n.
  destruct (greater (size w xi) best).
  - replace (S (length X) + i)%nat with (length X + S i)%nat by lia. apply IH; auto. lia.
  - replace (S (length X) + i)%nat with (length X + S i)%nat by lia. apply IH; auto. lia.
Qed.
Theorem branch_ok n s zs contract ws small (P : vec -> Prop) : (0 < n)%nat -> swf n s = true ->
  (forall x, P x -> root n s x) ->
  (forall X x, length X = n -> P x -> inb n X x -> inb n (contract X) x) ->
  (forall X, length X = n -> length (contract X) = n) ->
  forall fuel X x, length X = n -> P x -> inb n X x -> branch n s zs contract ws small fuel X = true ->
  exists z, In z zs /\ in_box n (vq (zc z)) (vq (zr z)) x.
Proof.
  intros N W PR CO CL. induction fuel; intros X x L Px Hx; cbn [branch];
    set (Y := contract X); assert (LY : length Y = n) by (apply CL; auto); assert (HY : inb n Y x) by (apply CO; auto);
    destruct (is_empty Y) eqn:E; try (elim (is_empty_ok n Y x LY HY E));
    generalize (widest_lt ws Y n 0 0 F.zero LY ltac:(lia)); destruct (widest ws Y 0 0 F.zero) as [k t]; simpl; intros Hk;
    destruct (greater t small) eqn:G; simpl.
  - discriminate.
  - destruct (existsb (in_known prec n Y) zs) eqn:K; [intros _; apply (in_known_ok n Y); auto|].
    assert (HZ : inb n (narrow n s Y) x) by (apply narrow_ok; auto).
    destruct (is_empty (narrow n s Y)) eqn:E'; [elim (is_empty_ok n (narrow n s Y) x (narrow_length n s Y LY) HZ E')|].
    destruct (existsb (in_known prec n (narrow n s Y)) zs) eqn:K'; [intros _; apply (in_known_ok n (narrow n s Y)); auto|discriminate].
  - generalize (I.bisect_correct _ _ (HY k ltac:(lia))). destruct (I.bisect (nth k Y I.nai)) as [l r]. simpl.
    destruct (branch n s zs contract ws small fuel (upd Y k l)) eqn:E1; try discriminate. intros [B|B] H.
    + apply (IHfuel (upd Y k l)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
    + apply (IHfuel (upd Y k r)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
  - destruct (existsb (in_known prec n Y) zs) eqn:K; [intros _; apply (in_known_ok n Y); auto|].
    assert (HZ : inb n (narrow n s Y) x) by (apply narrow_ok; auto). assert (LZ := narrow_length n s Y LY).
    destruct (is_empty (narrow n s Y)) eqn:E'; [elim (is_empty_ok n (narrow n s Y) x LZ HZ E')|].
    destruct (existsb (in_known prec n (narrow n s Y)) zs) eqn:K'; [intros _; apply (in_known_ok n (narrow n s Y)); auto|].
    set (Z := narrow n s Y) in *.
    generalize (I.bisect_correct _ _ (HZ k ltac:(lia))). destruct (I.bisect (nth k Z I.nai)) as [l r]. simpl.
    destruct (branch n s zs contract ws small fuel (upd Z k l)) eqn:E1; try discriminate. intros [B|B] H.
    + apply (IHfuel (upd Z k l)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
    + apply (IHfuel (upd Z k r)); auto. rewrite upd_length; auto.
      intros i Hi. rewrite nth_upd by lia. destruct (Nat.eqb_spec i k) as [->|]; auto.
Qed.
End Prec.
End Make.
