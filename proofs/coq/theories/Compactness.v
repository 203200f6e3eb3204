(** * Compactness in R^n: Bolzano-Weierstrass, continuity of expressions, and minima that are attained.

    No axiom of choice: points are found coordinate by coordinate as least upper bounds, and continuity is meant in the
    sense of epsilon and delta.  Limits of sequences follow from it. *)
From Coq Require Import Reals Lra Lia Arith Bool ConstructiveEpsilon.
From Coquelicot Require Import Coquelicot.
From Separatrix Require Import Statements Calculus Expressions InverseFunction.
Local Open Scope R_scope.

(** ** neighbourhoods, limits, continuity; only the first [n] coordinates matter *)
Definition tends (n : nat) (x : nat -> vec) (l : vec) := forall i, (i < n)%nat -> is_lim_seq (fun k => x k i) (l i).
Definition nearby (n : nat) (l : vec) (P : vec -> Prop) := exists d, 0 < d /\ forall y, near n l y d -> P y.
Definition continuous_at (n : nat) (f : vec -> R) (l : vec) := filterlim f (nearby n l) (locally (f l)).
(** On a set: at its points, as seen from the set. *)
Definition continuous_on (n : nat) (K : vec -> Prop) (f : vec -> R) := forall l, K l -> forall eps, 0 < eps ->
  exists d, 0 < d /\ forall y, K y -> near n l y d -> Rabs (f y - f l) < eps.
(** A set that has every point which its points come close to. *)
Definition closed (n : nat) (K : vec -> Prop) :=
  forall l, (forall d, 0 < d -> exists x, K x /\ near n l x d) -> K l.

Lemma near_weaken n x y d d' : d <= d' -> near n x y d -> near n x y d'.
Proof. intros L N i Hi. specialize (N i Hi). lra. Qed.
Lemma near_S n x y d : near (S n) x y d <-> near n x y d /\ Rabs (y n - x n) <= d.
Proof.
  split.
  - intros N; split; [intros i Hi; apply N; lia|apply N; lia].
  - intros [N L] i Hi. destruct (Nat.eq_dec i n) as [->|]; [exact L|apply N; lia].
Qed.
Lemma near_dec n x y d : {near n x y d} + {~ near n x y d}.
Proof.
  induction n as [|n [N|N]]; [left; intros i Hi; lia| |right; rewrite near_S; tauto].
  destruct (Rle_dec (Rabs (y n - x n)) d); [left|right]; rewrite near_S; tauto.
Qed.
Global Instance nearby_filter n l : Filter (nearby n l).
Proof.
  split.
  - exists 1. split; [lra|auto].
  - intros P Q [d [Hd HP]] [d' [Hd' HQ]]. exists (Rmin d d'). split; [apply Rmin_pos; auto|].
    intros y N. split; [apply HP|apply HQ]; apply near_weaken with (2 := N); [apply Rmin_l|apply Rmin_r].
  - intros P Q I [d [Hd HP]]. exists d. split; auto.
Qed.
Lemma nearby_coordinate n l i : (i < n)%nat -> filterlim (fun y : vec => y i) (nearby n l) (locally (l i)).
Proof.
  intros Hi P [e HP]. exists (e / 2). assert (Pe := cond_pos e). split; [lra|]. intros y N. apply HP.
  specialize (N i Hi). change (Rabs (y i - l i) < e). lra.
Qed.
Lemma tends_nearby n x l : tends n x l -> filterlim x eventually (nearby n l).
Proof.
  intros T P [d [Hd HP]]. unfold filtermap. apply (filter_imp (F := eventually)) with (P := fun k => near n l (x k) d); [intros; apply HP; auto|].
  clear P HP. induction n as [|n IH]; [exists O; intros k _ i Hi; lia|].
  assert (L : eventually (fun k => Rabs (x k n - l n) <= d)).
  { apply (filter_imp (F := eventually)) with (P := fun k => Rabs (x k n - l n) < d); [intros; lra|].
    apply (T n ltac:(lia) (fun z => Rabs (z - l n) < d)). exists (mkposreal d Hd). auto. }
  apply (filter_imp (F := eventually) (fun k => near n l (x k) d /\ Rabs (x k n - l n) <= d)); [intros k; rewrite near_S; auto|].
  apply (filter_and (F := eventually)); auto. apply IH. intros i Hi. apply T. lia.
Qed.
Lemma continuous_at_iff n f l : continuous_at n f l <->
  forall eps, 0 < eps -> exists d, 0 < d /\ forall y, near n l y d -> Rabs (f y - f l) < eps.
Proof.
  split.
  - intros C eps He. apply (C (fun z => Rabs (z - f l) < eps)). exists (mkposreal eps He). auto.
  - intros C P [e HP]. destruct (C e (cond_pos e)) as [d [Hd H]]. exists d. split; auto. intros y N. apply HP, H; auto.
Qed.
Lemma continuous_at_on n (K : vec -> Prop) f : (forall l, K l -> continuous_at n f l) -> continuous_on n K f.
Proof.
  intros C l Kl eps He. destruct (proj1 (continuous_at_iff n f l) (C l Kl) eps He) as [d [Hd H]]. exists d. auto.
Qed.
Lemma continuous_limit n f l x : continuous_at n f l -> tends n x l -> is_lim_seq (fun k => f (x k)) (f l).
Proof. intros C T. apply (filterlim_comp _ _ _ x f _ _ _ (tends_nearby n x l T) C). Qed.

(** ** continuity of expressions, and of their derivatives, where they are defined *)
Section Rules.
Variables (n : nat) (l : vec).
Lemma continuous_const c : continuous_at n (fun _ => c) l.
Proof. apply filterlim_const. Qed.
Lemma continuous_plus f g : continuous_at n f l -> continuous_at n g l -> continuous_at n (fun x => f x + g x) l.
Proof. intros F G. apply (filterlim_comp_2 f g Rplus F G (@filterlim_plus R_AbsRing R_NormedModule (f l) (g l))). Qed.
Lemma continuous_mult f g : continuous_at n f l -> continuous_at n g l -> continuous_at n (fun x => f x * g x) l.
Proof. intros F G. apply (filterlim_comp_2 f g Rmult F G (@filterlim_mult R_AbsRing (f l) (g l))). Qed.
Lemma continuous_after h h' f : is_derive h (f l) h' -> continuous_at n f l -> continuous_at n (fun x => h (f x)) l.
Proof.
  intros D F. apply (filterlim_comp _ _ _ f h _ _ _ F). apply (@ex_derive_continuous R_AbsRing R_NormedModule).
  exists h'. exact D.
Qed.
Lemma continuous_opp f : continuous_at n f l -> continuous_at n (fun x => - f x) l.
Proof.
  intros F. apply (continuous_after (fun z => - z) (-1) f); auto. auto_derive; auto.
Qed.
End Rules.
Theorem eval_continuous n e l : wf n e = true -> defined e l -> continuous_at n (eval e) l.
Proof.
  induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl; intros W D.
  - apply continuous_const.
  - apply nearby_coordinate. apply Nat.ltb_lt; auto.
  - apply (continuous_mult n l (fun _ => rational p q) (eval a)); auto using continuous_const.
  - apply (continuous_opp n l (eval a)); auto.
  - apply andb_prop in W; destruct W, D. apply (continuous_plus n l (eval a) (eval b)); auto.
  - apply andb_prop in W; destruct W, D. apply (continuous_mult n l (eval a) (eval b)); auto.
  - destruct D as [D U]. apply (continuous_after n l (uf u) (uf1 u (eval a l)) (eval a)); auto. apply uf1_correct; auto.
Qed.
Theorem D1_continuous n e j l : wf n e = true -> defined e l -> continuous_at n (D1 e j) l.
Proof.
  induction e as [p q|i|p q a IHa|a IHa|a IHa b IHb|a IHa b IHb|u a IHa]; simpl; intros W D.
  - apply continuous_const.
  - apply continuous_const.
  - apply (continuous_mult n l (fun _ => rational p q) (D1 a j)); auto using continuous_const.
  - apply (continuous_opp n l (D1 a j)); auto.
  - apply andb_prop in W; destruct W, D. apply (continuous_plus n l (D1 a j) (D1 b j)); auto.
  - apply andb_prop in W; destruct W, D.
    apply (continuous_plus n l (fun x => D1 a j x * eval b x) (fun x => eval a x * D1 b j x)).
    + apply (continuous_mult n l (D1 a j) (eval b)); auto using eval_continuous.
    + apply (continuous_mult n l (eval a) (D1 b j)); auto using eval_continuous.
  - destruct D as [D U]. apply (continuous_mult n l (fun x => uf1 u (eval a x)) (D1 a j)); auto.
    apply (continuous_after n l (uf1 u) (uf2 u (eval a l)) (eval a)); [apply uf2_correct; auto|apply eval_continuous; auto].
Qed.
Theorem eval_limit n e x l : wf n e = true -> defined e l -> tends n x l ->
  is_lim_seq (fun k => eval e (x k)) (eval e l).
Proof. intros W D. apply continuous_limit, eval_continuous; auto. Qed.
Theorem D1_limit n e j x l : wf n e = true -> defined e l -> tends n x l ->
  is_lim_seq (fun k => D1 e j (x k)) (D1 e j l).
Proof. intros W D. apply continuous_limit, D1_continuous; auto. Qed.
Lemma continuous_square n m c l : (m <= n)%nat -> continuous_at n (fun x => square m (minus x c)) l.
Proof.
  unfold square. induction m as [|m IH]; intros L; simpl sumR; [apply continuous_const|].
  apply (continuous_plus n l (fun x => sumR m (fun i => minus x c i ^ 2)) (fun x => minus x c m ^ 2)); [apply IH; lia|].
  unfold minus. apply (continuous_after n l (fun z => (z - c m) ^ 2) (2 * (l m - c m)) (fun x => x m)).
  - auto_derive; auto. ring.
  - apply nearby_coordinate. lia.
Qed.

(** ** continuity on a set: sums, and functions that change slowly *)
Lemma norm_near n x y d : near n x y d -> norm n (minus y x) <= INR n * d.
Proof.
  intros N. destruct n as [|n]; [unfold norm, square; simpl; rewrite sqrt_0; lra|].
  assert (D : 0 <= d) by (eapply Rle_trans; [apply Rabs_pos|apply (N O); lia]).
  assert (Sq : square (S n) (minus y x) <= INR (S n) * d ^ 2).
  { revert N. generalize (S n). clear n. intros n. induction n as [|n IH]; intros N; [unfold square; simpl; lra|].
    apply near_S in N. destruct N as [N L]. specialize (IH N). rewrite S_INR. unfold square in *. cbn [sumR].
    assert (Q : minus y x n ^ 2 <= d ^ 2) by (unfold minus; rewrite <- pow2_abs; apply pow_incr; split; [apply Rabs_pos|exact L]).
    lra. }
  assert (G : 1 <= INR (S n)) by (rewrite S_INR; generalize (pos_INR n); lra).
  apply norm_le; [apply Rmult_le_pos; lra|]. assert (P := pow2_ge_0 d). rewrite Rpow_mult_distr. nra.
Qed.
Lemma continuous_on_lipschitz n (K : vec -> Prop) f M : 0 <= M ->
  (forall x y, K x -> K y -> Rabs (f y - f x) <= M * norm n (minus y x)) -> continuous_on n K f.
Proof.
  intros HM H l Kl eps He. assert (P : 0 <= M * INR n) by (apply Rmult_le_pos; [auto|apply pos_INR]).
  exists (eps / (M * INR n + 1)). split; [apply Rdiv_lt_0_compat; lra|]. intros y Ky N.
  eapply Rle_lt_trans; [apply H; auto|]. apply norm_near in N. apply Rle_lt_trans with (M * (INR n * (eps / (M * INR n + 1)))).
  - apply Rmult_le_compat_l; auto.
  - apply Rmult_lt_reg_r with (M * INR n + 1); [lra|].
    replace (M * (INR n * (eps / (M * INR n + 1))) * (M * INR n + 1)) with (M * INR n * eps) by (field; lra). lra.
Qed.
Lemma continuous_on_plus n K f g : continuous_on n K f -> continuous_on n K g -> continuous_on n K (fun x => f x + g x).
Proof.
  intros F G l Kl eps He. destruct (F l Kl (eps / 2) ltac:(lra)) as [d [Hd A]]. destruct (G l Kl (eps / 2) ltac:(lra)) as [d' [Hd' B]].
  exists (Rmin d d'). split; [apply Rmin_pos; auto|]. intros y Ky N.
  specialize (A y Ky (near_weaken n l y _ d (Rmin_l _ _) N)). specialize (B y Ky (near_weaken n l y _ d' (Rmin_r _ _) N)).
  replace (f y + g y - (f l + g l)) with ((f y - f l) + (g y - g l)) by ring. eapply Rle_lt_trans; [apply Rabs_triang|]. lra.
Qed.

(** ** a point at which sets of a certain kind accumulate

    Of two sets that together are [good] one is.  Then a bounded [good] set has a point with [good] parts in every
    neighbourhood. *)
Section Accumulation.
Variable good : (vec -> Prop) -> Prop.
Hypothesis larger : forall S T : vec -> Prop, (forall x, S x -> T x) -> good S -> good T.
Hypothesis halves : forall S T : vec -> Prop, good (fun x => S x \/ T x) -> good S \/ good T.
Hypothesis nonempty : ~ good (fun _ => False).
Theorem accumulation n (b : nat -> R) (B : vec -> Prop) : good B ->
  (forall x i, B x -> (i < n)%nat -> Rabs (x i) <= b i) ->
  exists l, forall d, 0 < d -> good (fun x => B x /\ near n l x d).
Proof.
  intros G. induction n as [|n IH]; intros Bd.
  { exists (fun _ => 0). intros d _. apply larger with (2 := G). intros x Bx. split; auto. intros i Hi. lia. }
  destruct IH as [l Hl]; [intros x i Bx Hi; apply Bd; auto|].
  set (part := fun d t x => (B x /\ near n l x d) /\ x n <= t).
  set (E := fun t => exists d, 0 < d /\ ~ good (part d t)).
  assert (down : forall t t', t' <= t -> E t -> E t').
  { intros t t' L [d [Hd N]]. exists d. split; auto. intros H. apply N. apply larger with (2 := H).
    unfold part. intros x [Hx Lx]. split; auto. lra. }
  destruct (completeness E) as [c [up least]].
  { exists (b n). intros t [d [Hd N]]. destruct (Rle_dec t (b n)) as [|L]; auto. elim N.
    apply larger with (2 := Hl d Hd). intros x [Bx Nx]. split; auto.
    assert (A := Bd x n Bx ltac:(lia)). apply Rabs_le_between in A. lra. }
  { exists (- b n - 1). exists 1. split; [lra|]. intros H. apply nonempty. apply larger with (2 := H).
    intros x [[Bx _] Lx]. assert (A := Bd x n Bx ltac:(lia)). apply Rabs_le_between in A. lra. }
  exists (fun i => if Nat.eqb i n then c else l i). intros d Hd.
  assert (low : E (c - d)).
  { destruct (Classical_Prop.classic (E (c - d))) as [|N]; auto. enough (c <= c - d) by lra.
    apply least. intros t Et. destruct (Rle_dec t (c - d)) as [|L]; auto. elim N. apply (down t); auto. lra. }
  destruct low as [d0 [Hd0 N0]].
  assert (high : good (part (Rmin d d0) (c + d))).
  { destruct (Classical_Prop.classic (good (part (Rmin d d0) (c + d)))) as [|N]; auto.
    enough (c + d <= c) by lra. apply up. exists (Rmin d d0). split; auto. apply Rmin_pos; auto. }
  destruct (halves (part d0 (c - d)) (fun x => B x /\ near (S n) (fun i => if Nat.eqb i n then c else l i) x d)) as [H|H];
    [|tauto|exact H].
  apply larger with (2 := high). intros x [[Bx Nx] Lx]. destruct (Rle_dec (x n) (c - d)) as [A|A].
  - left. split; auto. split; auto. apply near_weaken with (2 := Nx). apply Rmin_r.
  - right. split; auto. rewrite near_S, Nat.eqb_refl. split; [|apply Rabs_le; lra].
    intros i Hi. destruct (Nat.eqb_spec i n) as [|_]; [lia|]. specialize (Nx i Hi). assert (M := Rmin_l d d0). lra.
Qed.
End Accumulation.

(** ** the theorem of Bolzano and Weierstrass *)
Lemma subsequence n (x : nat -> vec) l : (forall d N, 0 < d -> exists k, (N <= k)%nat /\ near n l (x k) d) ->
  exists phi, (forall k, (phi k < phi (S k))%nat) /\ tends n (fun k => x (phi k)) l.
Proof.
  intros H.
  assert (P : forall k, 0 < / (INR k + 1)) by (intros k; apply Rinv_0_lt_compat; generalize (pos_INR k); lra).
  assert (next : forall k N, {m | (N <= m)%nat /\ near n l (x m) (/ (INR k + 1))}).
  { intros k N. apply constructive_indefinite_ground_description_nat; [|apply H, P].
    intros m. destruct (le_dec N m), (near_dec n l (x m) (/ (INR k + 1))); [left|right|right|right]; tauto. }
  set (phi := fix phi k := match k with O => proj1_sig (next O O) | S j => proj1_sig (next k (S (phi j))) end).
  exists phi. split.
  - intros k. assert (L := proj1 (proj2_sig (next (S k) (S (phi k))))). change (phi (S k)) with (proj1_sig (next (S k) (S (phi k)))). lia.
  - intros i Hi.
    assert (B : forall k, Rabs (x (phi k) i - l i) <= / (INR k + 1)).
    { intros [|k]; [exact (proj2 (proj2_sig (next O O)) i Hi)|exact (proj2 (proj2_sig (next (S k) (S (phi k)))) i Hi)]. }
    intros Q [e HQ]. destruct (archimed_cor1 e (cond_pos e)) as [K [HK PK]]. exists K. intros k Hk. apply HQ.
    change (Rabs (x (phi k) i - l i) < e). eapply Rle_lt_trans; [apply B|]. apply Rle_lt_trans with (2 := HK).
    apply Rinv_le_contravar; [apply lt_0_INR; auto|]. apply le_INR in Hk. lra.
Qed.
Theorem bolzano_weierstrass n (x : nat -> vec) (b : nat -> R) :
  (forall k i, (i < n)%nat -> Rabs (x k i) <= b i) ->
  exists phi l, (forall k, (phi k < phi (S k))%nat) /\ tends n (fun k => x (phi k)) l.
Proof.
  intros Bd.
  destruct (accumulation (fun S => forall N, exists k, (N <= k)%nat /\ S (x k))) with (n := n) (b := b)
    (B := fun y => forall i, (i < n)%nat -> Rabs (y i) <= b i) as [l Hl].
  - intros S T I G N. destruct (G N) as [k [L H]]. exists k; auto.
  - intros S T G. destruct (Classical_Prop.classic (forall N, exists k, (N <= k)%nat /\ S (x k))) as [|N]; auto.
    right. apply Classical_Pred_Type.not_all_ex_not in N. destruct N as [M HM]. intros N.
    destruct (G (max M N)) as [k [L [H|H]]]; [|exists k; split; [lia|auto]]. elim HM. exists k. split; [lia|auto].
  - intros F. destruct (F O) as [k [_ []]].
  - intros N. exists N. auto.
  - auto.
  - destruct (subsequence n x l) as [phi Hphi].
    + intros d N Hd. destruct (Hl d Hd N) as [k [L [_ H]]]. exists k; auto.
    + exists phi, l. exact Hphi.
Qed.

(** ** the extreme value theorem *)
Theorem extreme_value n (K : vec -> Prop) (b : nat -> R) f : (exists x, K x) ->
  (forall x i, K x -> (i < n)%nat -> Rabs (x i) <= b i) -> closed n K -> continuous_on n K f ->
  exists p, K p /\ forall q, K q -> f p <= f q.
Proof.
  intros [x0 K0] Bd Cl C.
  destruct (accumulation (fun S => forall q, K q -> exists x, S x /\ f x <= f q)) with (n := n) (b := b) (B := K)
    as [l Hl]; auto.
  - intros S T I G q Kq. destruct (G q Kq) as [x [Sx L]]. exists x; auto.
  - intros S T G. destruct (Classical_Prop.classic (forall q, K q -> exists x, S x /\ f x <= f q)) as [|N]; auto.
    right. apply Classical_Pred_Type.not_all_ex_not in N. destruct N as [q N]. apply Classical_Prop.imply_to_and in N.
    destruct N as [Kq N]. intros r Kr. destruct (Rle_dec (f q) (f r)) as [L|L].
    + destruct (G q Kq) as [x [[Sx|Tx] Lx]]; [elim N; exists x; auto|exists x; split; auto; lra].
    + destruct (G r Kr) as [x [[Sx|Tx] Lx]]; [elim N; exists x; split; auto; lra|exists x; auto].
  - intros F. destruct (F x0 K0) as [x [[] _]].
  - intros q Kq. exists q. split; auto. lra.
  - assert (Kl : K l). { apply Cl. intros d Hd. destruct (Hl d Hd x0 K0) as [x [H _]]. exists x; exact H. }
    exists l. split; auto. intros q Kq. destruct (Rle_dec (f l) (f q)) as [|L]; auto.
    destruct (C l Kl (f l - f q) ltac:(lra)) as [d [Hd H]]. destruct (Hl d Hd q Kq) as [x [[Kx N] Lx]].
    specialize (H x Kx N). apply Rabs_lt_between in H. lra.
Qed.
Lemma sublevel_closed n f c : (forall l, continuous_at n f l) -> closed n (fun x => f x <= c).
Proof.
  intros C l H. destruct (Rle_dec (f l) c) as [|L]; auto. exfalso.
  destruct (proj1 (continuous_at_iff n f l) (C l) (f l - c) ltac:(lra)) as [d [Hd N]].
  destruct (H d Hd) as [x [Lx Nx]]. specialize (N x Nx). apply Rabs_lt_between in N. lra.
Qed.
Lemma in_ball n v r : 0 <= r -> (norm n v <= r <-> square n v <= r ^ 2).
Proof.
  intros Hr. split; [|apply norm_le; auto]. intros H. rewrite <- norm_square. apply pow_incr. split; auto. apply norm_ge0.
Qed.
(** A function that is continuous on a closed ball has a least value there. *)
Theorem attained_on_ball n f c r : 0 <= r -> continuous_on n (fun x => norm n (minus x c) <= r) f ->
  exists p, norm n (minus p c) <= r /\ forall q, norm n (minus q c) <= r -> f p <= f q.
Proof.
  intros Hr C. apply (extreme_value n (fun x => norm n (minus x c) <= r) (fun i => Rabs (c i) + r)); auto.
  - exists c. apply norm_le; auto. unfold square. rewrite sumR_0; [apply pow2_ge_0|]. intros; unfold minus; ring.
  - intros x i Hx Hi. assert (A := coordinate_le n (minus x c) i Hi). unfold minus at 1 in A.
    replace (x i) with (c i + (x i - c i)) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra.
  - intros l H. apply in_ball; auto.
    apply (sublevel_closed n (fun x => square n (minus x c)) (r ^ 2)); [intros; apply continuous_square; lia|].
    intros d Hd. destruct (H d Hd) as [x [Hx N]]. exists x. split; auto. apply in_ball; auto.
Qed.
(** A continuous function that grows like |x|^2 has a least value. *)
Theorem attained_coercive n f ridge C : (forall l, continuous_at n f l) -> 0 < ridge ->
  (forall x, ridge * square n x - C <= f x) -> exists p, forall q, f p <= f q.
Proof.
  intros Cf Hr G. set (o := fun _ : nat => 0).
  destruct (extreme_value n (fun x => f x <= f o) (fun _ => 1 + (f o + C) / ridge) f) as [p [Hp M]].
  - exists o. lra.
  - intros x i Hx Hi. specialize (G x).
    assert (S : x i ^ 2 <= square n x) by (apply (sumR_term n (fun i => x i ^ 2)); auto; intros; apply pow2_ge_0).
    assert (Q : square n x <= (f o + C) / ridge).
    { apply Rmult_le_reg_l with ridge; auto. replace (ridge * ((f o + C) / ridge)) with (f o + C) by (field; lra). lra. }
    rewrite <- pow2_abs in S. assert (P := Rabs_pos (x i)). nra.
  - apply sublevel_closed; auto.
  - apply continuous_at_on; auto.
  - exists p. intros q. destruct (Rle_dec (f q) (f o)) as [|L]; [apply M; auto|lra].
Qed.
Theorem attained n e f ridge C : wf n e && total e = true -> (forall x, f x = eval e x) -> 0 < ridge ->
  (forall x, ridge * square n x - C <= f x) -> exists p, forall q, f p <= f q.
Proof.
  rewrite andb_true_iff. intros [W T] E Hr G.
  destruct (attained_coercive n (eval e) ridge C) as [p M]; auto.
  - intros l. apply eval_continuous; auto. apply total_ok; auto.
  - intros x. rewrite <- E. auto.
  - exists p. intros q. rewrite !E. auto.
Qed.
