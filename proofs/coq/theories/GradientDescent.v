(** * Gradient descent from one side of a mirror: what the kernel checks, and the theorems that emitted files apply. *)
From Coq Require Import Reals Lra Lia Arith List ZArith Bool Classical_Prop FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus SecondOrder Definite Expressions InverseFunction Jets Checkers Products Symmetry Theorems.
From Separatrix Require Import Coercive Descent LinearRate DescentParts LinearForms.
Import ListNotations.
Local Open Scope R_scope.

(** ** where a descent does not end *)
Definition side_of i (b : qbox) := nth i b ((0%Z, xH), (0%Z, xH)).
(** The box of the point is beyond the mirror; or the point is within [rho] of the centre, a box that meets the mirror
    and on which the second derivative across it is negative. *)
Definition check_behind prec n e j0 rho (p : point_data) : bool :=
  let lower i := J.isub prec (K.ivq prec (zc (pz p)) i) (K.ivq prec rho i) in
  let upper i := J.iadd prec (K.ivq prec (zc (pz p)) i) (K.ivq prec rho i) in
  J.ilt prec (J.iq prec (snd (side_of j0 (pb p)))) (J.i0 prec) ||
  (forall_lt n (fun i => J.ilt prec (lower i) (J.iq prec (fst (side_of i (pb p)))) &&
     J.ilt prec (J.iq prec (snd (side_of i (pb p)))) (upper i)) &&
   J.ile prec (lower j0) (J.i0 prec) && J.ile prec (J.i0 prec) (upper j0) &&
   let X := K.cbox prec n (zc (pz p)) rho in
   J.valid prec X e && J.ilt prec (J.hn (snd (J.jet2 prec n X e)) j0 j0) (J.i0 prec)).
Lemma check_behind_ok prec n e j0 rho p q : (j0 < n)%nat -> wf n e = true -> check_behind prec n e j0 rho p = true ->
  inside n (realbox (pb p)) q ->
  q j0 < 0 \/ ((exists d, 0 < d /\ forall z, near n q z d -> D2 e j0 j0 z < 0) /\
    forall t, 0 < t < 1 -> D2 e j0 j0 (updv q j0 (t * q j0)) < 0).
Proof.
  intros Hj W. unfold check_behind. cbv zeta. rewrite orb_true_iff, !andb_true_iff. intros [C|[[[C1 C2] C3] [V C4]]] B.
  - left. apply (J.ilt_ok prec _ _ _ _ (J.mem_q prec _) (J.mem_0 prec)) in C. specialize (B j0 Hj). rewrite K.nth_realbox in B.
    unfold side_of in C. simpl in B. lra.
  - right. set (c := vq (zc (pz p))) in *. set (r := vq rho) in *.
    assert (Lower : forall i, J.mem (c i - r i) (J.isub prec (K.ivq prec (zc (pz p)) i) (K.ivq prec rho i))).
    { intros i. apply J.mem_sub; apply J.mem_q. }
    assert (Upper : forall i, J.mem (c i + r i) (J.iadd prec (K.ivq prec (zc (pz p)) i) (K.ivq prec rho i))).
    { intros i. apply J.mem_add; apply J.mem_q. }
    apply (J.ile_ok prec _ _ _ _ (Lower j0) (J.mem_0 prec)) in C2. apply (J.ile_ok prec _ _ _ _ (J.mem_0 prec) (Upper j0)) in C3.
    assert (Neg : forall z, in_box n c r z -> D2 e j0 j0 z < 0).
    { intros z Hz. assert (Bz := K.cbox_ok prec n (zc (pz p)) rho z Hz).
      assert (D : defined e z) by (apply (J.valid_ok prec n (K.cbox prec n (zc (pz p)) rho)); auto).
      apply (J.ilt_ok prec _ _ _ _) with (3 := C4); [|apply J.mem_0].
      apply (proj2 (J.jet2_ok prec n _ e z W Bz D)); auto. }
    assert (In : forall i, (i < n)%nat -> Rabs (q i - c i) < r i).
    { intros i Hi. specialize (B i Hi). rewrite K.nth_realbox in B. simpl in B.
      assert (Ci := forall_lt_ok _ _ C1 i Hi). cbv beta in Ci. rewrite andb_true_iff in Ci. destruct Ci as [L U].
      apply (J.ilt_ok prec _ _ _ _ (Lower i) (J.mem_q prec _)) in L. apply (J.ilt_ok prec _ _ _ _ (J.mem_q prec _) (Upper i)) in U.
      unfold side_of in *. apply Rabs_lt_between'. lra. }
    split.
    + destruct (room n c r q In) as [d [Hd Rd]]. exists d. split; auto.
    + intros t Ht. apply Neg. intros i Hi. unfold updv. destruct (Nat.eqb_spec i j0) as [->|]; [|apply Rlt_le, In; auto].
      specialize (In j0 Hj). apply Rabs_lt_between' in In. apply Rabs_le_between'. nra.
Qed.
(** Point number [k0] is on the positive side; a descent ends at none of the others. *)
Definition check_others prec n e j0 rho ps k0 : bool :=
  Nat.ltb j0 n && (match nth_error ps k0 with
    Some p => J.ilt prec (J.i0 prec) (J.iq prec (fst (side_of j0 (pb p)))) | None => false end) &&
  forall_lt (length ps) (fun k => Nat.eqb k k0 ||
    match nth_error ps k with Some p => check_behind prec n e j0 rho p | None => true end).

Lemma Forall2_nth_error {A B} (P : A -> B -> Prop) l l' : Forall2 P l l' -> forall k b, nth_error l' k = Some b ->
  exists a, nth_error l k = Some a /\ P a b.
Proof.
  intros F. induction F as [|a b l l' Hab F IH]; intros [|k] c E; simpl in *; try discriminate.
  - injection E; intros <-. exists a; auto.
  - apply IH; auto.
Qed.

(** ** the theorem *)
(** The page says 0 < eta < 1/L, and means eta L < 1. *)
Lemma step_below n e L eta : (forall z u, Rabs (quad n (fun k j => D2 e k j z) u) <= L * square n u) ->
  0 < eta < 1 / L -> 0 < eta /\ eta * L < 1.
Proof.
  intros S [H1 H2]. split; auto. destruct (Rlt_le_dec 0 L) as [P|P].
  - apply Rmult_lt_compat_r with (r := L) in H2; auto. unfold Rdiv in H2. rewrite Rmult_assoc, Rinv_l in H2; lra.
  - nra.
Qed.
Theorem gradient_descent prec prec' n e L bounded ridge C j0 rho ps k0 (f : vec -> R) :
  (forall z u, Rabs (quad n (fun k j => D2 e k j z) u) <= L * square n u) -> check_coercive prec' n e bounded ridge C = true ->
  check_others prec n e j0 rho ps k0 = true ->
  (forall x, eval e x = eval bounded x + qR ridge * square n x) -> (forall x, f x = eval e x) ->
  (forall y, f (flip (Nat.eqb j0) y) = f y) ->
  listed n (stationary n f) anywhere (claims n f (tagged_points ps)) ->
  exists p, inside n (snd (nth k0 (tagged_points ps) (TAny, nil))) p /\ stationary n f p /\
    tagged (fst (nth k0 (tagged_points ps) (TAny, nil))) n f p /\
    forall eta x, 0 < eta < 1 / L -> descends n f eta x -> 0 < x O j0 -> approaches n x p.
Proof.
  intros S CC CO ER E Ev [qs [F [_ All]]].
  destruct (coercive prec' n e bounded ridge C CC ER) as (W & T & Pr & Co).
  unfold check_others in CO. rewrite !andb_true_iff in CO. destruct CO as [[Cj C0] CB]. apply Nat.ltb_lt in Cj.
  destruct (nth_error ps k0) as [p0|] eqn:E0; try discriminate.
  apply (J.ilt_ok prec _ _ _ _ (J.mem_0 prec) (J.mem_q prec _)) in C0.
  assert (Nth : forall k p, nth_error ps k = Some p -> nth_error (claims n f (tagged_points ps)) k =
    Some (tagged (tag_of (pk p)) n f, realbox (pb p))).
  { intros k p Ek. unfold claims, tagged_points. rewrite map_map. apply map_nth_error with (1 := Ek). }
  destruct (Forall2_nth_error _ _ _ F k0 _ (Nth k0 p0 E0)) as [q0 [Q0 [B0 [_ [S0 T0]]]]]. cbn [fst snd] in B0, T0.
  replace (nth k0 (tagged_points ps) (TAny, nil)) with (tag_of (pk p0), realbox (pb p0)).
  2: { symmetry. apply nth_error_nth. unfold tagged_points. apply (map_nth_error (fun p => (tag_of (pk p), realbox (pb p)))), E0. }
  exists q0. split; [exact B0|]. split; [exact S0|]. split; [exact T0|]. intros eta x He X St.
  destruct (step_below n e L eta S He) as [He0 Hl].
  replace f with (eval e) in * by (apply functional_extensionality; auto). clear E f.
  assert (Hf : has_grad n (fun _ => True) (eval e) (fun j => D1 e j)).
  { apply (has_grad_weaken n (defined e)); [intros; apply T|apply D1_correct; auto]. }
  assert (HG : forall k, (k < n)%nat -> has_grad n (fun _ => True) (D1 e k) (fun j => D2 e k j)).
  { intros k _. apply (has_grad_weaken n (defined e)); [intros; apply T|apply D2_correct; auto]. }
  assert (Hs : forall i j z, D2 e i j z = D2 e j i z) by (intros; apply D2_sym).
  assert (Zero : forall z, stationary n (eval e) z <-> forall j, (j < n)%nat -> D1 e j z = 0).
  { intros z. apply (stationary_iff n (fun _ => True) (eval e) (fun j => D1 e j)); auto. }
  assert (Where : forall q, In q qs -> q = q0 \/ exists p, inside n (realbox (pb p)) q /\ stationary n (eval e) q /\
    check_behind prec n e j0 rho p = true).
  { intros q Hq. apply In_nth_error in Hq. destruct Hq as [k Hk].
    destruct (nth_error ps k) as [p|] eqn:Ep.
    - destruct (Forall2_nth_error _ _ _ F k _ (Nth k p Ep)) as [q' [Hk' [B [_ [Sq _]]]]].
      rewrite Hk in Hk'. injection Hk'; intros <-.
      destruct (Nat.eq_dec k k0) as [->|Nk]; [left; rewrite Hk in Q0; injection Q0; auto|right].
      exists p. split; [exact B|]. split; [exact Sq|].
      assert (Lk : (k < length ps)%nat) by (apply nth_error_Some; rewrite Ep; discriminate).
      assert (Ck := forall_lt_ok _ _ CB k Lk). cbv beta in Ck. rewrite Ep in Ck. apply orb_true_iff in Ck.
      destruct Ck as [Ck|]; auto. apply Nat.eqb_eq in Ck. contradiction.
    - exfalso. apply nth_error_None in Ep. assert (Lk : (k < length qs)%nat) by (apply nth_error_Some; rewrite Hk; discriminate).
      apply Forall2_same_length in F. unfold claims, tagged_points in F. rewrite !map_length in F. lia. }
  assert (P0 : 0 < q0 j0).
  { specialize (B0 j0 Cj). rewrite K.nth_realbox in B0. unfold side_of in C0. simpl in B0. lra. }
  destruct (converges_off_the_mirror n (eval e) (fun j => D1 e j) (fun j k => D2 e j k) L (qR ridge) (qR C)
    Hf HG Hs S Pr Co eta x He0 Hl X qs) with (j0 := j0) as [p [Hp [Pp Ap]]]; auto.
  - intros z Gz. apply All; [exact I|]. apply Zero; auto.
  - intros q Hq Z. destruct (Where q Hq) as [->|[p [B [_ Cp]]]]; [lra|].
    destruct (check_behind_ok prec n e j0 rho p q Cj W Cp B) as [Neg|[H _]]; [lra|exact H].
  - destruct (Where p Hp) as [<-|[p' [B [Sp Cp]]]]; auto. exfalso.
    destruct (check_behind_ok prec n e j0 rho p' p Cj W Cp B) as [Neg|[_ Hn]]; [lra|].
    destruct (across n (eval e) (fun j => D1 e j) (fun j k => D2 e j k) Hf HG j0 Cj Ev p) as [t [Ht A]].
    rewrite (proj1 (Zero p) Sp j0 Cj) in A. specialize (Hn t Ht). nra.
Qed.

(** ** the rate near a minimum *)
Theorem local_rate n e L m rad b (f : vec -> R) :
  (forall z u, Rabs (quad n (fun k j => D2 e k j z) u) <= L * square n u) -> wf n e && total e = true ->
  (forall p z u, inside n b p -> distance n z p <= rad -> m * square n u <= quad n (fun k j => D2 e k j z) u) ->
  (forall x, f x = eval e x) -> forall p, inside n b p -> stationary n f p ->
  forall eta x k, 0 < eta < 1 / L -> descends n f eta x -> distance n (x k) p <= rad ->
  distance n (x (S k)) p <= (1 - eta * m) * distance n (x k) p.
Proof.
  rewrite andb_true_iff. intros S [W T] CB E p Bp Sp eta x k He X Dk. destruct (step_below n e L eta S He) as [He0 Hl].
  replace f with (eval e) in * by (apply functional_extensionality; auto). clear E f.
  assert (Hf : has_grad n (fun _ => True) (eval e) (fun j => D1 e j)).
  { apply (has_grad_weaken n (defined e)); [intros; apply total_ok; auto|apply D1_correct; auto]. }
  apply (linear_rate n (eval e) (fun j => D1 e j) (fun j k => D2 e j k) L m rad); auto; try lra.
  - intros j _. apply (has_grad_weaken n (defined e)); [intros; apply total_ok; auto|apply D2_correct; auto].
  - intros; apply D2_sym.
  - intros z u Bz. split; [apply (CB p z u Bp Bz)|]. eapply Rle_trans; [apply Rle_abs|apply S].
  - apply (stationary_iff n (fun _ => True) (eval e) (fun j => D1 e j)); auto.
  - intros j Hj. apply (step n (eval e) (fun j => D1 e j) Hf eta x X); auto.
Qed.
(** Lipschitz continuity of the gradient. *)
Theorem lipschitz n e L (f : vec -> R) :
  (forall z u, Rabs (quad n (fun k j => D2 e k j z) u) <= L * square n u) -> wf n e && total e = true ->
  (forall x, f x = eval e x) -> forall x y g h, gradient n f x g -> gradient n f y h -> distance n g h <= L * distance n x y.
Proof.
  rewrite andb_true_iff. intros S [W T] E x y g h Dg Dh.
  replace f with (eval e) in * by (apply functional_extensionality; auto). clear E f.
  assert (Hf : has_grad n (fun _ => True) (eval e) (fun j => D1 e j)).
  { apply (has_grad_weaken n (defined e)); [intros; apply total_ok; auto|apply D1_correct; auto]. }
  rewrite !distance_norm. rewrite (norm_ext n (minus g h) (fun j => D1 e j x - D1 e j y)).
  - apply (gradient_lipschitz n (fun j => D1 e j) (fun j k => D2 e j k) L); auto.
    + intros j _. apply (has_grad_weaken n (defined e)); [intros; apply total_ok; auto|apply D2_correct; auto].
    + intros; apply D2_sym.
  - intros j Hj. unfold minus. rewrite (gradient_is n (eval e) (fun j => D1 e j) Hf x g Dg j Hj).
    rewrite (gradient_is n (eval e) (fun j => D1 e j) Hf y h Dh j Hj). reflexivity.
Qed.
(** Descents exist, from every start. *)
Theorem descent_from n e (f : vec -> R) eta s : wf n e && total e = true -> (forall x, f x = eval e x) ->
  exists x, x O = s /\ descends n f eta x.
Proof.
  rewrite andb_true_iff. intros [W T] E. replace f with (eval e) by (apply functional_extensionality; auto).
  set (x := fix x k := match k with O => s | S k => fun j => x k j - eta * D1 e j (x k) end).
  exists x. split; [reflexivity|]. intros k. exists (fun j => D1 e j (x k)). split; [|reflexivity]. intros j Hj.
  apply (has_grad_partial n (defined e) (eval e) (fun j => D1 e j)); auto; [apply total_ok; auto|apply D1_correct; auto].
Qed.

(** The limit of the descents from the other side is the mirror image. *)
Theorem other_side n (f : vec -> R) j0 p (steps : R -> Prop) : (forall y, f (flip (Nat.eqb j0) y) = f y) ->
  (forall eta x, steps eta -> descends n f eta x -> 0 < x O j0 -> approaches n x p) ->
  forall eta x, steps eta -> descends n f eta x -> x O j0 < 0 -> approaches n x (flip (Nat.eqb j0) p).
Proof.
  intros Ev A eta x He X St. apply approaches_flip, (A eta); auto.
  - apply descends_flip; auto.
  - unfold flip, sign. rewrite Nat.eqb_refl. lra.
Qed.
Lemma sides_hold_inside n box p : sides_hold n box p -> inside n box p.
Proof.
  induction n as [|n IH]; simpl; intros H i Hi; [lia|]. destruct H as [H1 H2].
  destruct (Nat.eq_dec i n) as [->|]; [exact H2|apply IH; auto; lia].
Qed.
