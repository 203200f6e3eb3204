"""Which minima of two self-supervised neurons have rows that span both features, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from numeric.enclosure import Enclosure
from proofs.blocks import find_blocks
from proofs.certificates import CertificateError, decode_box
from proofs.checks.base import objective_from
from proofs.formal.expression import Formal, NotFormal, formal_expression
from proofs.formal.inequalities import lambda_of
from proofs.formal.kinds.landscapes import first_block
from proofs.formal.listing import POINTS, Census, ListedPoint, box_text, points_data
from proofs.formal.points import Hints, System, hints_for
from proofs.formal.registry import formal
from proofs.formal.text import (
    FormalClaim,
    coq_names,
    data_head,
    described,
    formal_claim,
    function_definitions,
    literal,
    page_head,
    ratio,
)

__all__ = ["spanning"]

PRECISION = 140
SEARCH_PRECISION = 40
LATE, FUEL = 48, 60
DECIMALS = 6  # of a box where a row is alone, rounded outward
Row = tuple[Enclosure, ...]
Sides = list[tuple[Fraction, Fraction]]


@formal("spanning")
def spanning(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    objective = objective_from(statement)
    blocks = find_blocks(objective)
    groups = [b.variables for b in blocks]
    if objective.name != "ssl" or [len(g) for g in groups] != [2, 2] or blocks[1].same_as != 0:
        raise NotFormal("spanning is stated for two SSL neurons")
    if tuple(v for g in groups for v in g) != objective.variables:
        raise NotFormal("the groups of variables are not in order")
    function = formal_expression(first_block(objective, groups[0], groups), groups[0])
    names = tuple(v.name.rstrip("1") for v in groups[0])
    minima = [_minimum(entry, names) for entry in _entries(statement)]
    rows = list(dict.fromkeys(row for pair, _ in minima for row in pair))
    pairs = [(rows.index(pair[0]), rows.index(pair[1])) for pair, _ in minima]
    ranks = [rank for _, rank in minima]
    title = f"Rows that span, {described(objective)}"
    census = Census(names, System(2, function), None, tuple(ListedPoint(box) for box, _ in rows))
    hints = [hints_for(census.system, p.box) for p in census.points]
    around = [_outward(outer) for _, outer in rows]
    page, theorems = _page(
        title, function, [v.name for v in objective.variables], names, hints, around, pairs, ranks, module
    )
    return formal_claim(title, page, _data(title, census, hints, around, pairs, ranks), theorems)


def _entries(statement: dict[str, Any]) -> list[dict[str, Any]]:
    minima = statement.get("minima")
    if not isinstance(minima, list) or not minima or not all(isinstance(entry, dict) for entry in minima):
        raise CertificateError("the minima are malformed")
    return minima


def _minimum(entry: dict[str, Any], names: Sequence[str]) -> tuple[list[tuple[Row, Row]], int]:
    """Each row with the box where it is alone, and the rank."""
    rows, outer, rank = entry.get("rows"), entry.get("unique_in"), entry.get("rank")
    if not isinstance(rows, list) or not isinstance(outer, list) or len(rows) != 2 or len(outer) != 2:
        raise CertificateError("a minimum does not have two rows")
    if rank not in (1, 2) or isinstance(rank, bool):
        raise CertificateError("the rank is 1 or 2")
    boxes = [(tuple(decode_box(r, names)), tuple(decode_box(o, names))) for r, o in zip(rows, outer, strict=True)]
    return boxes, int(rank)


def _outward(box: Row) -> Sides:
    unit = Fraction(1, 10**DECIMALS)
    return [(floor(side.lo / unit) * unit, ceil(side.hi / unit) * unit) for side in box]


def _wide_text(box: Sides) -> str:
    return "[" + "; ".join(f"({literal(lo, DECIMALS)}, {literal(hi, DECIMALS)})" for lo, hi in box) + "]"


def _page(
    title: str,
    function: Formal,
    variables: Sequence[str],
    names: Sequence[str],
    hints: Sequence[Hints],
    around: Sequence[Sides],
    pairs: Sequence[tuple[int, int]],
    ranks: Sequence[int],
    module: str,
) -> tuple[str, list[str]]:
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    page += f"""
Definition point := nat -> R. (* a point of R^n: the first n values, {", ".join(variables)} *)
Definition n := 4%nat.
(* One neuron. *)
Definition neuron (x : point) : R :=
  {lambda_of(function, coq_names(names))}.
Definition ell (x : point) : R := neuron x + neuron (fun i => x (2 + i)%nat).

{POINTS}{_ALONE}
"""
    listed = []
    for k, (i, j) in enumerate(pairs, 1):
        page += f"Definition box{k} := [{box_text(hints[i])};\n  {box_text(hints[j])}].\n"
        page += f"Definition around{k} := {_wide_text([*around[i], *around[j]])}.\n"
        listed.append(f"alone ell box{k} around{k}")
    entries = " /\\ ".join(listed)
    page += f"""
Theorem unique : {entries}.
Proof. exact ({module}.unique ell (fun x => eq_refl)). Qed.
"""
    theorems = ["unique"]
    for rank, name, words in (
        (2, "spans", "The rows are linearly independent: they span both features."),
        (1, "line", "The rows are one vector, not 0: they span a line."),
    ):
        where = " \\/ ".join(f"inside box{k} p" for k, r in enumerate(ranks, 1) if r == rank)
        if where:
            page += f"\n(** {words} *)\nTheorem {name} : forall p, stationary ell p ->\n  {where} ->\n"
            page += f"  {_SAID[rank]}.\nProof. exact ({module}.{name} ell (fun x => eq_refl)). Qed.\n"
            theorems.append(name)
    return page, theorems


def _data(
    title: str,
    census: Census,
    hints: Sequence[Hints],
    around: Sequence[Sides],
    pairs: Sequence[tuple[int, int]],
    ranks: Sequence[int],
) -> str:
    function = census.system.gradient_of
    assert function is not None
    data = data_head(title) + "From Separatrix Require Import Spanning.\n"
    data += f"Definition e : expr := {function.tree()}.\n" + points_data(census, hints, 2)
    data += _SETTING
    for k, box in enumerate(around):
        inner = "; ".join(f"({ratio(lo, DECIMALS)}, {ratio(hi, DECIMALS)})" for lo, hi in box)
        data += f"""Definition row{k} : point_data := nth {k} points none.
Definition around{k} : qbox := [{inner}].
Lemma checked{k} : Integer.check_stationary {PRECISION}%Z {SEARCH_PRECISION}%Z 2 e (sides_of around{k}) [row{k}]
  {LATE} {FUEL} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Definition found{k} := alone_of_search _ _ 2 e around{k} row{k} _ _ eq_refl checked{k}.
"""
    listed = []
    for k, (i, j) in enumerate(pairs):
        boxes = f"(realbox (pb row{i}) ++ realbox (pb row{j})) (realbox around{i} ++ realbox around{j})"
        listed.append(f"alone 4 f {boxes}")
        data += f"""Lemma pair{k} : alone 4 both {boxes}.
Proof.
  apply (alone_beside 2 2 one one local_one);
    [reflexivity|reflexivity|exact (proj1 found{i})|exact (proj1 found{j})].
Qed.
"""
    entries = " /\\\n  ".join(listed)
    each = "|".join(f"exact pair{k}" for k in range(len(pairs)))
    data += f"""Theorem unique (f : vec -> R) : (forall x, f x = both x) ->
  {entries}.
Proof. intros E. rewrite (is_both f E). repeat apply conj; [{each}]. Qed.
"""
    for rank, name in ((2, "spans"), (1, "line")):
        chosen = [k for k, r in enumerate(ranks) if r == rank]
        if not chosen:
            continue
        for k in chosen:
            data += (_independent if rank == 2 else _equal)(k, pairs[k], hints)
        where = " \\/ ".join(
            f"inside 4 (realbox (pb row{pairs[k][0]}) ++ realbox (pb row{pairs[k][1]})) p" for k in chosen
        )
        cases = "".join(f"  destruct B as [B|B]; [exact ({name}{k} f E p S B)|].\n" for k in chosen[:-1])
        data += f"""Theorem {name} (f : vec -> R) : (forall x, f x = both x) -> forall p, stationary 4 f p ->
  {where} ->
  {_SAID[rank]}.
Proof.
  intros E p S B.
{cases}  exact ({name}{chosen[-1]} f E p S B).
Qed.
"""
    return data


def _independent(k: int, pair: tuple[int, int], hints: Sequence[Hints]) -> str:
    """The determinant has a sign on the box."""
    (a, b), (c, d) = (hints[i].centre for i in pair)
    negative = a * d - b * c < 0
    tree = "Add (Mul (Var 0) (Var 3)) (Neg (Mul (Var 1) (Var 2)))"
    return f"""Definition sides{k} : list side := sides_of (pb row{pair[0]} ++ pb row{pair[1]}).
Definition determinant{k} : expr := {f"Neg ({tree})" if negative else tree}.
Lemma sign{k} : Integer.C.check_positive {PRECISION}%Z 4 determinant{k} sides{k} {FUEL} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma spans{k} (f : vec -> R) : (forall x, f x = both x) -> forall p, stationary 4 f p ->
  inside 4 (realbox (pb row{pair[0]}) ++ realbox (pb row{pair[1]})) p ->
  {_SAID[2]}.
Proof.
  intros _ p _ B. apply (region_box 4 (pb row{pair[0]} ++ pb row{pair[1]}) p eq_refl) in B.
  destruct (Integer.positive _ 4 determinant{k} sides{k} _ sign{k} p B) as [_ P]. cbv [determinant{k} eval] in P. lra.
Qed.
"""


def _equal(k: int, pair: tuple[int, int], hints: Sequence[Hints]) -> str:
    """Both rows are the one stationary point of a neuron in a box; a side of it does not hold 0."""
    row = pair[0]
    nonzero = next((j for j, (lo, hi) in enumerate(hints[row].box) if lo > 0 or hi < 0), 0)
    return f"""Lemma line{k} (f : vec -> R) : (forall x, f x = both x) -> forall p, stationary 4 f p ->
  inside 4 (realbox (pb row{row}) ++ realbox (pb row{row})) p ->
  {_SAID[1]}.
Proof.
  intros E p S B. rewrite (is_both f E) in S.
  assert (A := equal_rows 2 one (realbox (pb row{row})) _ p local_one eq_refl
    (proj1 found{row}) (proj2 found{row}) S B).
  split; [exact (A 0%nat ltac:(lia))|]. split; [exact (A 1%nat ltac:(lia))|].
  apply sides_hold_ok in B. cbv -[IZR Rdiv Rle Rlt not] in B. {"left" if nonzero == 0 else "right"}. lra.
Qed.
"""


_SAID = {
    1: "p 0%nat = p 2%nat /\\ p 1%nat = p 3%nat /\\ (p 0%nat <> 0 \\/ p 1%nat <> 0)",
    2: "p 0%nat * p 3%nat - p 1%nat * p 2%nat <> 0",
}
_SETTING = """Definition none : point_data := (zero0, Any, []).
Definition one : vec -> R := eval e.
Lemma local_one : local_to 2 one. Proof. apply local_to_eval. reflexivity. Qed.
Definition both : vec -> R := beside 2 one one.
Lemma is_both (f : vec -> R) : (forall x, f x = both x) -> f = both.
Proof. intros E. apply FunctionalExtensionality.functional_extensionality. exact E. Qed.
"""
_ALONE = """Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
(* All partial derivatives exist and are 0. *)
Definition stationary (f : point -> R) (x : point) :=
  forall j, (j < n)%nat -> is_derive (fun t => f (set x j t)) (x j) 0.
(* There is exactly one stationary point in the box around, and it lies in box. *)
Definition alone (f : point -> R) (box around : list (R * R)) :=
  exists p, inside box p /\\ inside around p /\\ stationary f p /\\
    forall q, stationary f q -> inside around q -> agree q p.
"""
