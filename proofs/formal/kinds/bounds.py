"""Lemma L1: every stationary point lies in the stated balls, as a theorem for Coq, from the energy identities.

The identities are proved by algebra in the kernel; z p(sigmoid z) is bounded on the whole line by a search on an
interval and a lemma about the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from numeric import balls
from numeric.compiler import to_fraction
from proofs.certificates import CertificateError, decode_fraction
from proofs.checks.base import objective_from
from proofs.formal.expression import Formal, NotFormal, formal_expression, nodes, total
from proofs.formal.inequalities import lambda_of
from proofs.formal.points import BITS, jet
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
    vector,
)
from proofs.theorems.a_priori import profile_supremum
from symbolic.activations.base import S
from symbolic.objectives import EnergyIdentity, Objective

__all__ = ["bounds"]

PRECISION = 60
FUEL = 40
CLOSE = 1e-25
_KEPT = "IZR Rplus Rmult Ropp Rminus Rinv Rdiv sigmoid softplus"
Polynomial = tuple[Fraction, ...]


@dataclass(frozen=True)
class Term:
    """weight * multiplier * z * p(sigmoid z) with a positive weight; no multiplier is 1."""

    weight: Fraction
    multiplier: Formal | None
    argument: Formal
    profile: Polynomial


@dataclass(frozen=True)
class Ball:
    """ridge * |group|^2 = group . gradient + terms, and the radius that the certificate states."""

    group: tuple[int, ...]
    ridge: Fraction
    terms: tuple[Term, ...]
    radius: Fraction

    def squares(self, x: str) -> str:
        return " + ".join(f"{x} {j}%nat ^ 2" for j in self.group)


@formal("a-priori-bounds")
def bounds(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    objective = objective_from(statement)
    stated = statement.get("bounds")
    if not isinstance(stated, list) or not all(isinstance(entry, dict) for entry in stated):
        raise CertificateError("the bounds are malformed")
    if objective.penalties or len(stated) != len(objective.energy):
        raise NotFormal("only bounds from energy identities have a formal statement")
    function = formal_expression(objective.numeric_loss, objective.variables)
    if not total(function):
        raise NotFormal("the objective is not defined everywhere")
    found = [_ball(objective, i, entry) for i, entry in zip(objective.energy, stated, strict=True)]
    n = len(objective.variables)
    names = coq_names([v.name for v in objective.variables])
    title = f"A ball that holds every stationary point of {described(objective)}"
    conclusion = " /\\\n  ".join(f"{b.squares('p')} <= {literal(b.radius)} ^ 2" for b in found)
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    page += f"""
Definition point := nat -> R. (* a point of R^n: the first n values, {", ".join(v.name for v in objective.variables)} *)
Definition n := {n}%nat.
Definition ell (x : point) : R :=
  {lambda_of(function, names)}.

Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
(* All partial derivatives exist and are 0. *)
Definition stationary (f : point -> R) (x : point) :=
  forall j, (j < n)%nat -> is_derive (fun t => f (set x j t)) (x j) 0.

Theorem bounds : forall p, stationary ell p ->
  {conclusion}.
Proof. exact ({module}.bounds ell (fun x => eq_refl)). Qed.
"""
    data = data_head(title) + "From Separatrix Require Import Energy.\n"
    data += f"Definition e : expr := {function.tree()}.\n" + _profiles(found)
    aliases = _aliases(function, found, n)
    data += "".join(_alias(k, aliases) for k in range(len(aliases)))
    for g, b in enumerate(found):
        data += _identity(g, b, _number(found), len(aliases))
    return formal_claim(title, page, data + _proof(n, found, conclusion), ["bounds"])


def _ball(objective: Objective, identity: EnergyIdentity, entry: dict[str, Any]) -> Ball:
    names = [v.name for v in objective.variables]
    if entry.get("variables") != [v.name for v in identity.group]:
        raise NotFormal("only bounds from energy identities have a formal statement")
    terms = []
    for term in identity.terms:
        weight = to_fraction(objective.at_values(term.weight))
        coefficients = [to_fraction(c) for c in reversed(sp.Poly(term.profile, S).all_coeffs())]
        multiplier = objective.at_values(term.multiplier)
        terms.append(
            Term(
                abs(weight),
                None if multiplier == 1 else formal_expression(multiplier, objective.variables),
                formal_expression(objective.at_values(term.argument), objective.variables),
                tuple(c if weight < 0 else -c for c in coefficients),
            )
        )
    ridge = to_fraction(objective.at_values(identity.ridge))
    group = tuple(names.index(v.name) for v in identity.group)
    return Ball(group, ridge, tuple(terms), decode_fraction(entry.get("radius")))


# -- profiles --------------------------------------------------------------------------------------
def _number(found: Sequence[Ball]) -> dict[Polynomial, int]:
    """All polynomials that have to be bounded: both signs where there is a multiplier."""
    needed: dict[Polynomial, None] = {}
    for term in (t for b in found for t in b.terms):
        needed[term.profile] = None
        if term.multiplier is not None:
            needed[tuple(-c for c in term.profile)] = None
    return {p: k for k, p in enumerate(needed)}


def _supremum(p: Polynomial) -> Fraction:
    """Halfway between the supremum of z p(sigmoid z) and what the prover took for it; rounded."""
    loose = profile_supremum(p)
    if loose is None:
        raise NotFormal("a term of the energy identity is unbounded")
    z = np.linspace(-60, 60, 240_001)
    values = z * np.polynomial.polynomial.polyval(1 / (1 + np.exp(-z)), [float(c) for c in p])
    tight = Fraction(float(values.max()))
    middle = (tight + max(balls.upper_fraction(loose), tight)) / 2
    return Fraction(ceil(middle * 10**4), 10**4)


def _profiles(found: Sequence[Ball]) -> str:
    text = ""
    for p, k in _number(found).items():
        size = _supremum(p)
        slope = sum(((i + 1) * abs(c) for i, c in enumerate(p)), Fraction(0))
        reach = Fraction(ceil(4 * slope / size) + 1) if size else Fraction(1)
        text += f"""Definition p{k} : list ratio := {vector(p)}.
Definition C{k} : ratio := {ratio(size)}.
Definition T{k} : ratio := {ratio(reach)}.
Lemma profile{k} : forall z, z * horner p{k} (sigmoid z) <= qR C{k}.
Proof.
  apply (profile {PRECISION}%Z p{k} C{k} T{k} {FUEL});
    [vm_cast_no_check (eq_refl true)|cbv -[IZR Rplus Rmult Rdiv Rlt Rle]; lra..].
Qed.
"""
    return text


# -- arguments of the sigmoid -------------------------------------------------------------------------
Alias = tuple[Formal, Formal, bool]


def _aliases(function: Formal, found: Sequence[Ball], n: int) -> list[Alias]:
    """Arguments of sigmoids that are another one, or its opposite (then True), smaller ones first.

    Found by their values at a point; that they are the same function is proved.
    """
    point = [arb(k * k + 3) / (7 * k + 5) for k in range(1, n + 1)]
    every = [a for e in nodes(function) if e.kind in ("Sigmoid", "Softplus") for a in e.arguments]
    for t in (t for b in found for t in b.terms):
        every += [t.argument]
        for e in (t.argument, *([t.multiplier] if t.multiplier is not None else [])):
            every += [a for node in nodes(e) if node.kind == "Sigmoid" for a in node.arguments]
    kept: list[tuple[Formal, arb]] = []
    same: list[Alias] = []
    with balls.precision(BITS):
        for a in sorted(dict.fromkeys(every), key=lambda a: len(a.tree())):
            value, _, _ = jet(a, point)
            for other, known in kept:
                if abs(float(value - known)) < CLOSE or abs(float(value + known)) < CLOSE:
                    same.append((a, other, abs(float(value - known)) >= CLOSE))
                    break
            else:
                kept.append((a, value))
    return same


def _alias(k: int, aliases: Sequence[Alias]) -> str:
    a, other, opposite = aliases[k]
    right = f"sigmoid (eval {other.tree()} x)"
    return f"""Lemma same{k} x : sigmoid (eval {a.tree()} x) = {f"1 - {right}" if opposite else right}.
Proof.
  {_known(k)}cbv -[{_KEPT}]{"" if k == 0 else " in *"}.
  {"rewrite <- sigmoid_opp. " if opposite else ""}f_equal; {_rewritten(k).replace(".", ";")}ring.
Qed.
"""


def _known(count: int) -> str:
    return "".join(f"assert (H{k} := same{k} x). " for k in range(count))


def _rewritten(count: int) -> str:
    """Longer arguments first: they contain shorter ones."""
    return "".join(f"rewrite ?H{k}. " for k in reversed(range(count)))


# -- identities and the proof ------------------------------------------------------------------------
def _identity(g: int, b: Ball, number: dict[Polynomial, int], aliases: int) -> str:
    text, terms = "", []
    for k, t in enumerate(b.terms):
        text += f"Definition z{g}_{k} : expr := {t.argument.tree()}.\n"
        inner = f"(eval z{g}_{k} x * horner p{number[t.profile]} (sigmoid (eval z{g}_{k} x)))"
        if t.multiplier is not None:
            text += f"Definition m{g}_{k} : expr := {t.multiplier.tree()}.\n"
            inner = f"(eval m{g}_{k} x * {inner})"
        terms.append(f"{literal(t.weight)} * {inner}")
    along = " + ".join(f"x {j}%nat * D1 e {j} x" for j in b.group)
    right = " +\n  ".join([along, *terms])
    return (
        text
        + f"""Lemma energy{g} x : {literal(b.ridge)} * ({b.squares("x")}) =
  {right}.
Proof. {_known(aliases)}cbv -[{_KEPT}]{" in *" if aliases else ""}. {_rewritten(aliases)}field. Qed.
"""
    )


def _magnitude(e: Formal, known: Mapping[int, Fraction]) -> float:
    """A bound of |e|, without rounding control: the kernel is asked for a little more."""

    def sides(e: Formal) -> tuple[float, float]:
        if e.kind == "Cst":
            return float(e.value), float(e.value)
        if e.kind == "Var":
            reach = float(known.get(e.index, inf))
            return -reach, reach
        if e.kind == "Sigmoid":
            return 0.0, 1.0
        parts = [sides(a) for a in e.arguments]
        if e.kind == "Add":
            return sum(p[0] for p in parts), sum(p[1] for p in parts)
        if e.kind == "Neg":
            return -parts[0][1], -parts[0][0]
        if e.kind == "Scal":
            parts = [(float(e.value), float(e.value)), *parts]
        elif e.kind != "Mul":
            return -inf, inf
        products = [a * b if a and b else 0.0 for a in parts[0] for b in parts[1]]
        return min(products), max(products)

    found = max(abs(side) for side in sides(e))
    if not found < inf:
        raise NotFormal("a multiplier of the energy identity has no bound")
    return found


def _proof(n: int, found: Sequence[Ball], conclusion: str) -> str:
    number = _number(found)
    before, known = "", dict[int, Fraction]()
    lines = ""
    for g, b in enumerate(found):
        if any(t.multiplier is not None for t in b.terms):
            ends = (
                f"(Some ({ratio(-known[j])}), Some ({ratio(known[j])}))" if j in known else "(None, None)"
                for j in range(n)
            )
            before += f"Definition sides{g} : list side := [{'; '.join(ends)}].\n"
            lines += (
                f"  assert (I{g} : in_sides {n} sides{g} p).\n  {{ intros i Hi.\n"
                f"    do {n} (destruct i as [|i]; [cbv -[Rle IZR Rdiv Ropp]; split; first [exact I | lra]|]). lia. }}\n"
            )
        uses = ""
        for k, t in enumerate(b.terms):
            up, z = number[t.profile], f"(eval z{g}_{k} p)"
            if t.multiplier is None:
                uses += f"    assert (B{k} := profile{up} {z}).\n"
                continue
            limit = Fraction(ceil(_magnitude(t.multiplier, known) * 1.0005 * 1000), 1000)
            down = number[tuple(-c for c in t.profile)]
            before += f"""Lemma multiplier{g}_{k} :
  check_multiplier {PRECISION}%Z {n} m{g}_{k} ({ratio(limit)}) sides{g} {FUEL} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
"""
            uses += (
                f"    assert (B{k} := multiplied _ {n} m{g}_{k} _ _ _ p p{up} (qR C{up}) {z} multiplier{g}_{k} I{g}"
                f" profile{up} profile{down}).\n"
            )
        zero = " ".join(f"assert (Z{j} := Z {j}%nat ltac:(lia)); cbn [sF] in Z{j}; rewrite Z{j} in A." for j in b.group)
        lines += f"""  assert (S{g} : {b.squares("p")} <= {literal(b.radius)} ^ 2).
  {{ assert (A := energy{g} p). {zero}
{uses}    cbv [qR rational dec fst snd {" ".join(f"C{k}" for k in number.values())}] in *. lra. }}
"""
        for j in b.group:
            positive = "; ".join(f"assert (Q{i} := pow2_ge_0 (p {i}%nat))" for i in b.group)
            lines += f"""  assert (K{j} : - {literal(b.radius)} <= p {j}%nat <= {literal(b.radius)}).
  {{ apply (side_of_squares _ ({b.squares("p")})); [{positive}; lra|exact S{g}|lra]. }}
"""
            known[j] = b.radius
    return (
        before
        + f"""Theorem bounds (f : vec -> R) : (forall x, f x = eval e x) -> forall p, stationary {n} f p ->
  {conclusion}.
Proof.
  intros E p S. assert (Z := Integer.stationary_root {n} e f p eq_refl E S).
{lines}  repeat apply conj; assumption.
Qed.
"""
    )
