"""The census of the supervised objective with two neurons, over all of R^6, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, isqrt

from numeric import balls
from proofs.formal.attained import attained
from proofs.formal.expression import Formal, NotFormal
from proofs.formal.index import index_checked, index_of_census, index_page
from proofs.formal.inequalities import lambda_of
from proofs.formal.listing import KINDS, POINTS, STATIONARY, Census, listed_text, points_data, wrapped_box
from proofs.formal.points import BITS, Hints, hints_for, jet
from proofs.formal.text import (
    FormalClaim,
    comment,
    coq_names,
    formal_claim,
    function_definitions,
    page_head,
    ratio,
    vector,
)
from symbolic.symmetry import SignedPermutation

__all__ = ["supervised_claim"]

PRECISION = 100
# The search: module of the library and precision; primitive floats need axioms about them.
INTEGERS = ("IntegerCensus", "30%Z")
FLOATS = ("FloatCensus", "53%Z")
VALUE_PRECISION = 60
TABLE = (32, 9)  # cells of width 1/32 from -16 to 16
SMALL = Fraction(1, 4)
FUEL = 100
VALUE_DIGITS = 9
# Where the box is cut into parts that are searched by themselves: coordinate, place, lower part, upper part.
CUTS = "Cut 2 (dec 0 1) (Cut 1 (dec 0 1) Whole Whole) (Cut 3 (dec 0 1) Whole Whole)"
PARTS = 4
CLOSE = Fraction(1, 10**15)


def supervised_claim(
    title: str,
    census: Census,
    parameters: tuple[Fraction, Fraction, Fraction],
    group: Sequence[SignedPermutation],
    module: str,
    fast: bool = False,
) -> FormalClaim:
    """All stationary points; those of the global minimum have b1 = b2 = 0 where that can be seen from their boxes.

    With ``fast`` the search computes in primitive floats.  ``parameters`` are tau, beta, gamma; ``group`` are all
    symmetries, and the points are closed under them.
    """
    function = census.system.gradient_of
    if function is None or census.size != 6 or any(p.kind not in KINDS for p in census.points):
        raise NotFormal("the supervised census needs six unknowns and points that are not degenerate")
    hints = _symmetric([hints_for(census.system, p.box) for p in census.points], group)
    engine = FLOATS if fast else INTEGERS
    least, values = _least(census, function, hints)
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    names = coq_names(census.names)
    page += f"""
Definition point := nat -> R. (* a point of R^n: the first n values, {", ".join(census.names)} *)
Definition n := 6%nat.
Definition ell (x : point) : R :=
  {lambda_of(function, names)}.

"""
    page += POINTS + STATIONARY + listed_text("everywhere")
    page += "\n" + "".join(f"Definition box{k + 1} := [{wrapped_box(h)}].\n" for k, h in enumerate(hints))
    entries = "; ".join(f"({p.kind} ell, box{k + 1})" for k, p in enumerate(census.points))
    page += f"\nTheorem stationary_points : listed (stationary ell) everywhere [\n  {entries}].\n"
    page += f"Proof. exact ({module}.proof ell (fun x => eq_refl)). Qed.\n"
    theorems = ["stationary_points"]
    root = module.removesuffix("Data")
    data = _head(title, f"{root}Numbers {root}Points " + " ".join(f"{root}Part{k + 1}" for k in range(PARTS)), root)
    data += f"Definition written : expr := {function.tree()}.\n" + _setting(engine)
    data += f"""Lemma census : forall x, root 6 (Grad e) x ->
  exists z, In z (map pz points) /\\ in_box 6 (vq (zc z)) (vq (zr z)) x.
Proof.
  apply ({engine[0]}.census {engine[1]} search {PARTS} setting proper_numbers). intros i Hi.
"""
    for k in range(PARTS):
        data += f"  destruct i as [|i]; [exact {root}Part{k + 1}.checked|].\n"
    data += "  lia.\nQed.\n" + _LISTED_PROOF.replace("MODULE", root)
    if least:
        more_page, more_data = _global_minimum(least, values, hints, module)
        page, data, theorems = page + more_page, data + more_data, [*theorems, "exact", "global_minimum"]
    attains = attained(function, 6, module)
    page, data, theorems = page + attains.page, data + attains.data, [*theorems, *attains.theorems]
    if census.indices:
        page += index_page(f"[{'; '.join(f'box{k + 1}' for k in range(len(hints)))}]", census.indices, module)
        data += index_checked(census, hints) + index_of_census(6, f"{root}Points.checked")
        theorems.append("indices")
    numbers = _numbers(title, census, hints, parameters)
    parts = [("Points", _points_file(title, root))]
    parts += [(f"Part{k + 1}", _part_file(title, root, k, engine)) for k in range(PARTS)]
    return replace(formal_claim(title, page, data, theorems), before=(("Numbers", numbers),), parts=tuple(parts))


def _symmetric(hints: Sequence[Hints], group: Sequence[SignedPermutation]) -> list[Hints]:
    """The same hints with centres and radii that the symmetries map to each other exactly."""
    done: list[Hints] = []
    for h in hints:
        for g in group:
            image = g.apply(h.centre)
            if _close(image, h.centre):
                h = replace(h, centre=[(a + b) / 2 for a, b in zip(image, h.centre, strict=True)])
        for other in done:
            for g in group:
                image = g.apply(other.centre)
                if _close(image, h.centre):
                    h = replace(
                        h,
                        centre=image,
                        radius=[other.radius[i] for i in g.source],
                        shrink=other.shrink,
                        neighbourhood=[other.neighbourhood[i] for i in g.source],
                    )
                    break
        done.append(h)
    for h in done:
        for g in group:
            if g.apply(h.centre) not in [other.centre for other in done]:
                raise NotFormal("the listed points are not closed under the symmetries of the objective")
    return done


def _close(a: Sequence[Fraction], b: Sequence[Fraction]) -> bool:
    return all(abs(x - y) < CLOSE for x, y in zip(a, b, strict=True))


def _least(
    census: Census, function: Formal, hints: Sequence[Hints]
) -> tuple[list[int], list[tuple[Fraction, Fraction]]]:
    """The points of least value, and bounds for the value at each point.

    No points if another minimum might be as low, or if they are not of the form (a, 0, -a, 0, f, -f).
    """
    values = []
    with balls.precision(BITS):
        for h in hints:
            value, _, _ = jet(function, [balls.ball(lo).union(balls.ball(hi)) for lo, hi in h.box])
            lower, upper = (balls.exact_fraction(t.mid()) for t in (value.lower(), value.upper()))
            unit = Fraction(1, 10**VALUE_DIGITS)
            values.append((floor(lower / unit - 1) * unit, ceil(upper / unit + 1) * unit))
    minima = [k for k, p in enumerate(census.points) if p.kind == "minimum"]
    if any(p.kind == "maximum" for p in census.points):
        return [], values
    lowest = min((values[k][1] for k in minima), default=Fraction(0))
    least = [k for k in minima if values[k][0] <= lowest]
    for k in least:
        a1, b1, a2, b2, f1, f2 = hints[k].centre
        if b1 or b2 or a1 + a2 or f1 + f2:
            return [], values
    return least, values


# -- files -----------------------------------------------------------------------------------------
_LIBRARY = "Statements Calculus Expressions Checkers Products Symmetry Theorems Index Supervised SupervisedCensus"


def _head(title: str, modules: str, root: str) -> str:
    return (
        f"(** {comment(title)}: numbers and proof.  Emitted from a certificate. *)\n"
        "From Coq Require Import Reals Lra Lia List ZArith Bool.\n"
        f"From Separatrix Require Import {_LIBRARY}.\n"
        + (f"From Claims Require Import {root}Numbers.\nFrom Claims Require {modules}.\n" if modules else "")
        + "Import ListNotations.\nLocal Open Scope R_scope.\n\n"
    )


def _numbers(
    title: str, census: Census, hints: Sequence[Hints], parameters: tuple[Fraction, Fraction, Fraction]
) -> str:
    tau, beta, gamma = parameters
    outputs = _root_above(Fraction(3, 16) / gamma)
    rows = _root_above(Fraction(3, 16) * outputs / beta)
    across = max(abs(tau) * Fraction(6, 7), Fraction(1))
    weights = [Fraction(1), across, Fraction(1), across, Fraction(4, 5), Fraction(4, 5)]
    parts, depth = TABLE
    return (
        _head(title, "", "")
        + points_data(census, hints, 6)
        + f"""Definition search : search_data := {{| sway := Table {parts} {depth};
  stau := {ratio(tau)}; sbeta := {ratio(beta)}; sgamma := {ratio(gamma)}; szeros := map pz points;
  sBw := {ratio(rows)}; sBf := {ratio(outputs)};
  scuts := {CUTS};
  sweights := {vector(weights)}; ssmall := {ratio(SMALL)}; sfuel := {FUEL} |}}.
Definition e : expr := objective_of search.
"""
    )


def _root_above(x: Fraction) -> Fraction:
    """A short fraction whose square is at least x."""
    return Fraction(isqrt(int(x * 256)) + 1, 16)


def _points_file(title: str, root: str) -> str:
    return _head(title, "", "") + (
        f"From Claims Require Import {root}Numbers.\n"
        f"Lemma checked : Integer.C.check_points {PRECISION}%Z 6 (Grad e) (whole 6) points = true.\n"
        "Proof. vm_cast_no_check (eq_refl true). Qed.\n"
    )


def _part_file(title: str, root: str, k: int, engine: tuple[str, str]) -> str:
    return _head(title, "", "") + (
        f"{_engine_import(engine)}From Claims Require Import {root}Numbers.\n"
        f"Lemma checked : {engine[0]}.check_part {engine[1]} e search {k} = true.\n"
        "Proof. vm_cast_no_check (eq_refl true). Qed.\n"
    )


def _engine_import(engine: tuple[str, str]) -> str:
    if engine != FLOATS:
        return ""
    return "From Separatrix Require Import Floats.\n"


def _setting(engine: tuple[str, str]) -> str:
    return f"""{_engine_import(engine)}Lemma formula x : eval written x = eval e x.
Proof. unfold written, e, objective_of, search. cbn [stau sbeta sgamma]. by_formula. Qed.
Lemma setting : {engine[0]}.check_setting {engine[1]} e search {PARTS} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma proper_numbers : proper search.
Proof. cbv [proper search stau sbeta sgamma sBw sBf qR rational dec fst snd]. repeat split; lra. Qed.
"""


_LISTED_PROOF = """Definition found := tagged_points points.
Lemma whole_space (f : vec -> R) : (forall x, f x = eval written x) -> forall x, f x = eval e x.
Proof. intros E x. rewrite E. apply formula. Qed.
Theorem proof (f : vec -> R) : (forall x, f x = eval written x) ->
  listed 6 (stationary 6 f) anywhere (claims 6 f found).
Proof.
  intros E. unfold found. rewrite <- claims_points.
  exact (Integer.stationary_points_of_census _ 6 e points f MODULEPoints.checked eq_refl (whole_space f E) census).
Qed.
"""


def _global_minimum(
    least: Sequence[int], values: Sequence[tuple[Fraction, Fraction]], hints: Sequence[Hints], module: str
) -> tuple[str, str]:
    """That every global minimum has b1 = b2 = 0: page and data."""
    where = " \\/ ".join(f"inside box{k + 1} p" for k in least)
    page = f"""
(** Exactly, by symmetry. *)
Theorem exact : forall p, stationary ell p ->
  {where} -> p 1%nat = 0 /\\ p 3%nat = 0.
Proof. exact ({module}.exact ell (fun x => eq_refl)). Qed.

(** Every global minimum is one of these, and has no part of the hidden feature. *)
Theorem global_minimum : forall p, (forall q, ell p <= ell q) ->
  ({where}) /\\
  p 1%nat = 0 /\\ p 3%nat = 0.
Proof. exact ({module}.global_minimum ell (fun x => eq_refl)). Qed.
"""
    bounds = ";\n  ".join(
        f"(pb (nth {k} points none), ({ratio(lo, VALUE_DIGITS)}, {ratio(hi, VALUE_DIGITS)}))"
        for k, (lo, hi) in enumerate(values)
    )
    boxes = " \\/ ".join(f"inside 6 (snd (nth {k} found (TAny, []))) p" for k in least)
    data = f"""Definition none : point_data := nth 0 points (zero0, Any, []).
Definition bounds : list (qbox * (ratio * ratio)) := [
  {bounds}].
Lemma bounds_checked : Integer.check_values {VALUE_PRECISION}%Z 6 e bounds = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
"""
    for k in least:
        data += f"""Lemma alone{k} : IntegerCensus.B.C.check_zero {PRECISION}%Z 6 (Grad e) zero{k} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma balanced{k} : IntegerCensus.check_balanced zero{k} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma within{k} : Integer.box_alone {PRECISION}%Z 6 (pb (nth {k} points none)) zero{k} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma exact{k} (f : vec -> R) : (forall x, f x = eval written x) -> forall p, stationary 6 f p ->
  inside 6 (snd (nth {k} found (TAny, []))) p -> p 1%nat = 0 /\\ p 3%nat = 0.
Proof.
  intros E p S B.
  assert (D : forall j x, (j < 6)%nat ->
    D1 e j x = gradient (qR (stau search)) (qR (sbeta search)) (qR (sgamma search)) j x)
    by (intros; apply supervised_gradient; auto).
  destruct (IntegerCensus.balanced_zero _ e zero{k} _ _ _ alone{k} balanced{k} D p) as (Z1 & Z3 & _); auto.
  - apply (Integer.stationary_root 6 e f); auto. apply whole_space; auto.
  - apply (Integer.box_alone_ok _ 6 _ zero{k} p within{k} B).
Qed.
"""
    first = least[0]
    cases = ""
    for k in range(len(hints)):
        if k in least:
            side = "".join("right; " for _ in range(least.index(k)))
            side += "left; " if least.index(k) < len(least) - 1 else ""
            cases += f"  destruct k as [|k]; [split; [{side}exact B|exact (exact{k} f E p S B)]|].\n"
        else:
            cases += (
                f"  destruct k as [|k]; [first [elim T; reflexivity | exfalso; apply (higher {k}%nat); [lia|exact B|"
                "cbv -[IZR Rdiv Rlt Ropp]; lra]]|].\n"
            )
    data += f"""Lemma exact (f : vec -> R) : (forall x, f x = eval written x) -> forall p, stationary 6 f p ->
  {boxes} -> p 1%nat = 0 /\\ p 3%nat = 0.
Proof.
  intros E p S B. repeat (destruct B as [B|B]; [first [{" | ".join(f"exact (exact{k} f E p S B)" for k in least)}]|]).
  first [{" | ".join(f"exact (exact{k} f E p S B)" for k in least)}].
Qed.
Theorem global_minimum (f : vec -> R) : (forall x, f x = eval written x) -> forall p, (forall q, f p <= f q) ->
  ({boxes}) /\\ p 1%nat = 0 /\\ p 3%nat = 0.
Proof.
  intros E p M. destruct (least_value 6 f e found (TAny, []) eq_refl (whole_space f E) (proof f E) p M)
    as [S [k [Hk [T B]]]].
  assert (V := Integer.values _ 6 e bounds f bounds_checked (whole_space f E)).
  assert (low : f (vq (zc zero{first})) <= qR (snd (snd (nth {first} bounds (nil, (dec 0 1, dec 0 1)))))).
  {{ apply (V (nth {first} bounds (nil, (dec 0 1, dec 0 1)))).
    - apply nth_In. cbv [bounds length]. lia.
    - intros i Hi. do 6 (destruct i as [|i]; [cbv -[IZR Rdiv Rle Ropp]; lra|]). lia. }}
  assert (least := Rle_trans _ _ _ (M (vq (zc zero{first}))) low). clear M low.
  assert (higher : forall j, (j < {len(hints)})%nat -> inside 6 (snd (nth j found (TAny, []))) p ->
    qR (snd (snd (nth {first} bounds (nil, (dec 0 1, dec 0 1))))) <
    qR (fst (snd (nth j bounds (nil, (dec 0 1, dec 0 1))))) -> False).
  {{ intros j Hj Bj L. assert (W := V (nth j bounds (nil, (dec 0 1, dec 0 1))) p ltac:(apply nth_In; exact Hj)).
    enough (B' : inside 6 (realbox (fst (nth j bounds (nil, (dec 0 1, dec 0 1))))) p) by (specialize (W B'); lra).
    do {len(hints)} (destruct j as [|j]; [exact Bj|]). lia. }}
  cbv [found tagged_points points map length] in Hk.
{cases}  lia.
Qed.
"""
    return page, data
