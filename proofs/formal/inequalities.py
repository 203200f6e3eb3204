"""Inequalities and convexity on a box, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofs.formal.expression import Formal, conditions, total
from proofs.formal.text import (
    FormalClaim,
    coq_names,
    data_head,
    formal_claim,
    function_definitions,
    literal,
    page_head,
    ratio,
    wrapped,
)

__all__ = ["Inequality", "Side", "definite_claim", "inequality_claim"]

Side = tuple[Fraction | None, Fraction | None]
PRECISION = 60
FUEL = 60


@dataclass(frozen=True)
class Inequality:
    """``left operator right`` with an operator of < <= > >=."""

    left: Formal
    operator: str
    right: Formal

    def difference(self) -> Formal:
        """What has to be positive."""
        big, small = (self.right, self.left) if self.operator in ("<", "<=") else (self.left, self.right)
        return Formal("Add", (big, Formal("Neg", (small,))))


def inequality_claim(
    title: str, variables: Sequence[str], sides: Sequence[Side], parts: Sequence[Inequality], module: str
) -> FormalClaim:
    """Every part on the whole box, and that every expression in it is defined there."""
    names = coq_names(variables)
    n = len(names)
    stated = []
    for part in parts:
        text = f"{part.left.formula(names)} {part.operator} {part.right.formula(names)}"
        stated += [text, *conditions(part.difference(), names)]
    binders = " ".join(names)
    hypotheses = "".join(f"  {h} ->\n" for h in _hypotheses(names, sides))
    page = page_head(title, module)
    page += "\n".join(["", *function_definitions([p.difference() for p in parts]), ""])
    conclusion = " /\\\n  ".join(dict.fromkeys(stated))
    page += f"\nTheorem inequality : forall {binders} : R,\n{hypotheses}  {conclusion}.\n"
    page += f"Proof. exact {module}.proof. Qed.\n"
    data = data_head(title)
    data += _vector_of(names) + _sides(sides)
    for k, part in enumerate(parts):
        data += f"Definition e{k} : expr := {part.difference().tree()}.\n"
        data += (
            f"Lemma checked{k} : Integer.C.check_positive {PRECISION}%Z {n} e{k} sides {FUEL} = true.\n"
            "Proof. vm_cast_no_check (eq_refl true). Qed.\n"
        )
    data += _proof(names, sides, parts, list(dict.fromkeys(stated)))
    return formal_claim(title, page, data, ["inequality"])


def _proof(names: Sequence[str], sides: Sequence[Side], parts: Sequence[Inequality], stated: Sequence[str]) -> str:
    binders = " ".join(names)
    hypotheses = "".join(f"  {h} ->\n" for h in _hypotheses(names, sides))
    conclusion = " /\\\n  ".join(stated)
    lines = [
        f"Theorem proof : forall {binders} : R,\n{hypotheses}  {conclusion}.",
        "Proof.",
        f"  intros {binders}. intros.",
    ]
    lines.append(f"  assert (B : in_sides {len(names)} sides (coordinates {binders})).")
    lines.append(
        f"  {{ intros i Hi. do {len(names)} (destruct i as [|i];\n"
        "    [cbv -[Rle Rlt IZR Rdiv]; split; first [exact I | lra]|]). lia. }"
    )
    for k, part in enumerate(parts):
        lines.append(f"  destruct (Integer.positive _ _ _ _ _ checked{k} _ B) as [D{k} P{k}].")
        big, small = (part.right, part.left) if part.operator in ("<", "<=") else (part.left, part.right)
        lines.append(
            f"  change (0 < {big.formula(names)} - ({small.formula(names)})) in P{k}. apply Rminus_gt_0_lt in P{k}."
        )
        if not total(part.difference()):
            lines.append(f"  cbv beta iota delta [defined udom e{k}] in D{k}.")
    lines.append("  repeat match goal with H : _ /\\ _ |- _ => destruct H end.")
    lines.append(
        "  repeat split; first [assumption | apply Rlt_le; assumption | apply Rlt_gt; assumption\n"
        "    | apply Rle_ge, Rlt_le; assumption]."
    )
    lines.append("Qed.\n")
    return "\n".join(lines)


def _hypotheses(names: Sequence[str], sides: Sequence[Side]) -> list[str]:
    found = []
    for name, (lo, hi) in zip(names, sides, strict=True):
        if lo is not None and hi is not None:
            found.append(f"{literal(lo)} <= {name} <= {literal(hi)}")
        elif lo is not None:
            found.append(f"{literal(lo)} <= {name}")
        elif hi is not None:
            found.append(f"{name} <= {literal(hi)}")
    return found


def _vector_of(names: Sequence[str]) -> str:
    cases = " ".join(f"| {k}%nat => {name}" for k, name in enumerate(names))
    return f"Definition coordinates ({' '.join(names)} : R) : vec := fun i => match i with {cases} | _ => 0 end.\n"


def _sides(sides: Sequence[Side]) -> str:
    def end(x: Fraction | None) -> str:
        return "None" if x is None else f"Some ({ratio(x)})"

    inner = "; ".join(f"({end(lo)}, {end(hi)})" for lo, hi in sides)
    return f"Definition sides : list side := [{inner}].\n"


def definite_claim(
    title: str, variables: Sequence[str], sides: Sequence[tuple[Fraction, Fraction]], function: Formal, module: str
) -> FormalClaim:
    """The Hessian of the function is positive definite on the whole box."""
    names = coq_names(variables)
    n = len(names)
    box = "; ".join(f"({literal(lo)}, {literal(hi)})" for lo, hi in sides)
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    page += _HESSIAN.replace("@N", str(n)).replace("@ELL", lambda_of(function, names))
    page += f"""
Theorem positive_definite : definite ell (inside [{box}]).
Proof. exact ({module}.proof ell (fun x => eq_refl)). Qed.
"""
    data = data_head(title)
    data += f"Definition e : expr := {function.tree()}.\n"
    inner = "; ".join(f"({ratio(lo)}, {ratio(hi)})" for lo, hi in sides)
    data += f"Definition box : qbox := [{inner}].\n"
    data += f"""Lemma checked : Integer.C.check_definite {PRECISION}%Z {n} e (sides_of box) {FUEL} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Theorem proof (f : vec -> R) : (forall x, f x = eval e x) -> definite {n} f (inside {n} (realbox box)).
Proof.
  intros E. apply (Integer.positive_definite _ _ _ _ _ f _ checked E).
  intros x Hx. apply (region_box {n} box x eq_refl), Hx.
Qed.
"""
    return formal_claim(title, page, data, ["positive_definite"])


def lambda_of(function: Formal, names: Sequence[str]) -> str:
    """The body of a function of a point, with its coordinates named."""
    lets = [f"let {name} := x {k}%nat in" for k, name in enumerate(names)]
    lines = [" ".join(lets[k : k + 4]) for k in range(0, len(lets), 4)]
    return "\n  ".join([*lines, wrapped(function.formula(names))])


_HESSIAN = """
Definition point := nat -> R. (* a point of R^n: the first n values *)
Definition n := @N%nat.
Definition ell (x : point) : R :=
  @ELL.

Definition inside (box : list (R * R)) (x : point) :=
  forall i, (i < n)%nat -> fst (nth i box (0, 0)) <= x i <= snd (nth i box (0, 0)).
Definition set (x : point) (j : nat) (t : R) : point := fun i => if Nat.eqb i j then t else x i.
Fixpoint sum (m : nat) (f : nat -> R) : R := match m with O => 0 | S k => sum k f + f k end.
(* On B the function f has partial derivatives G j, these have partial derivatives H j k, and the quadratic form of
   the matrix H is positive. *)
Definition definite (f : point -> R) (B : point -> Prop) :=
  exists (G : nat -> point -> R) (H : nat -> nat -> point -> R), forall x, B x ->
    (forall j, (j < n)%nat -> is_derive (fun t => f (set x j t)) (x j) (G j x)) /\\
    (forall j k, (j < n)%nat -> (k < n)%nat -> is_derive (fun t => G j (set x k t)) (x k) (H j k x)) /\\
    forall u, (exists i, (i < n)%nat /\\ u i <> 0) -> 0 < sum n (fun j => sum n (fun k => H j k x * u k) * u j).
"""
