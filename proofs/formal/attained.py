"""That a function attains its least value: it is a positive multiple of |x|^2 and something bounded below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofs.formal.expression import Formal, nodes, total
from proofs.formal.text import ratio

__all__ = ["Extra", "attained", "attained_stationary", "ridge_form", "summands"]

PRECISION = 40
FEW = 4  # boxes named in one theorem
POSITIVE = Fraction(1, 1000)

Range = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True)
class Extra:
    """What theorems add to a claim: text of the page, of the data file, and their names."""

    page: str = ""
    data: str = ""
    theorems: tuple[str, ...] = ()


def attained_stationary(
    function: Formal, combined: Sequence[tuple[str, str]], copies: int, n: int, module: str
) -> Extra:
    """For a census: that the least value is attained, and in which boxes of ``combined`` (kinds and boxes)."""
    first = attained(function, n, module)
    if not first.theorems or not total(function):
        return first
    same = "E" if copies == 1 else f"(fun x => eq_trans (E x) (eq_refl : eval whole_function x = whole{copies} x))"
    second = _global_minimum(combined, n, same, module)
    return Extra(first.page + second.page, first.data + second.data, first.theorems + second.theorems)


def attained(function: Formal, n: int, module: str) -> Extra:
    """The theorem for a function of all n coordinates; nothing where it has no such form."""
    split = ridge_form(function, n) if _defined(function) else None
    if split is None:
        return Extra()
    ridge, bounded = split
    lowest, _ = _range(bounded)
    if lowest is None:
        return Extra()
    page = f"""
(** The least value is attained. *)
Theorem attained : exists p, forall q, ell p <= ell q.
Proof. exact ({module}.attained ell (fun x => eq_refl)). Qed.
"""
    data = f"""From Separatrix Require Import Coercive.
Definition whole_function : expr := {function.tree()}.
Definition bounded : expr := {bounded.tree()}.
Lemma coercive : check_coercive {PRECISION}%Z {n} whole_function bounded ({ratio(ridge)}) ({ratio(1 - lowest)}) = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Lemma ridge x : eval whole_function x = eval bounded x + qR ({ratio(ridge)}) * InverseFunction.square {n} x.
Proof. cbv [whole_function bounded]. by_ridge. Qed.
Theorem attained (f : vec -> R) : (forall x, f x = eval whole_function x) -> exists p, forall q, f p <= f q.
Proof. exact (attains_least_value _ _ _ _ _ _ f coercive ridge). Qed.
"""
    return Extra(page, data, ("attained",))


def _global_minimum(combined: Sequence[tuple[str, str]], n: int, same: str, module: str) -> Extra:
    """Every global minimum lies in the box of a listed minimum.  ``combined``: kind and box of each listed point.

    ``same`` proves that the page's function is that of the data's theorem ``proof``; nothing for long lists.
    """
    minima = [k for k, (kind, _) in enumerate(combined) if kind != "saddle"]
    if not 0 < len(minima) <= FEW:
        return Extra()
    stated = " \\/\n  ".join(f"inside [{combined[k][1]}] p" for k in minima)
    page = f"""
(** Every point where the value is least lies in one of these boxes. *)
Theorem global_minimum : forall p, (forall q, ell p <= ell q) ->
  {stated}.
Proof. exact ({module}.global_minimum ell (fun x => eq_refl)). Qed.
"""
    boxes = " \\/ ".join(f"inside {n} (snd (nth {k} found (TAny, []))) p" for k in minima)
    data = f"""Theorem global_minimum (f : vec -> R) : (forall x, f x = eval whole_function x) -> forall p,
  (forall q, f p <= f q) -> {boxes}.
Proof.
  intros E p M. destruct (least_value {n} f whole_function found (TAny, []) eq_refl E (proof f {same}) p M)
    as [_ [k [Hk [T B]]]].
  change (length found) with {len(combined)}%nat in Hk.
  do {len(combined)} (destruct k as [|k]; [first [elim T; reflexivity | tauto]|]). lia.
Qed.
"""
    return Extra(page, data, ("global_minimum",))


# -- the form of the function --------------------------------------------------------------------
def ridge_form(function: Formal, n: int) -> tuple[Fraction, Formal] | None:
    """The largest r with function = bounded + r |x|^2 whose rest keeps squares with factors >= 0; and that rest."""
    terms = summands(function, Fraction(1))
    squares = {i: Formal("Pow", (Formal("Var", index=i),), index=2) for i in range(n)}
    factors = [sum((c for c, e in terms if e == squares[i]), Fraction(0)) for i in range(n)]
    ridge = min(factors)
    if ridge <= 0:
        return None
    rest = [(c, e) for c, e in terms if e not in squares.values()]
    rest += [(c - ridge, squares[i]) for i, c in enumerate(factors) if c != ridge]
    total_rest = Formal("Cst")
    for c, e in rest:
        total_rest = Formal("Add", (total_rest, Formal("Scal", (e,), value=c)))
    return ridge, total_rest


def summands(e: Formal, factor: Fraction) -> list[tuple[Fraction, Formal]]:
    """The summands of an expression, each with a rational factor."""
    if e.kind == "Add":
        return summands(e.arguments[0], factor) + summands(e.arguments[1], factor)
    if e.kind == "Neg":
        return summands(e.arguments[0], -factor)
    if e.kind == "Scal":
        return summands(e.arguments[0], factor * e.value)
    return [(factor, e)]


# -- bounds that hold everywhere -----------------------------------------------------------------
_EVERYWHERE: dict[str, Range] = {
    "Sigmoid": (Fraction(0), Fraction(1)),
    "Softplus": (Fraction(0), None),
    "Exp": (Fraction(0), None),
    "Tanh": (Fraction(-1), Fraction(1)),
    "Cosh": (Fraction(0), None),
    "Sin": (Fraction(-1), Fraction(1)),
    "Cos": (Fraction(-1), Fraction(1)),
    "Atan": (Fraction(-2), Fraction(2)),
}


def _defined(e: Formal) -> bool:
    """Every denominator, root and logarithm is of something that is seen to be positive, with room for rounding."""
    lows = [_range(node.arguments[0])[0] for node in nodes(e) if node.kind in ("Inv", "Ln", "Sqrt")]
    return all(low is not None and low >= POSITIVE for low in lows)


def _range(e: Formal) -> Range:
    """Bounds of the values on all of R^n, no better than the kernel's intervals find; None: not bounded."""
    if e.kind == "Cst":
        return e.value, e.value
    if e.kind in _EVERYWHERE:
        return _EVERYWHERE[e.kind]
    parts = [_range(a) for a in e.arguments]
    if e.kind == "Neg":
        return _scaled(Fraction(-1), parts[0])
    if e.kind == "Scal":
        return _scaled(e.value, parts[0])
    if e.kind == "Add":
        (a, b), (c, d) = parts
        return None if a is None or c is None else a + c, None if b is None or d is None else b + d
    low, high = parts[0] if parts else (None, None)
    if e.kind in ("Inv", "Ln", "Sqrt") and low is not None and low > 0:
        if e.kind == "Ln":  # 1 - 1/z <= ln z <= z - 1
            return 1 - 1 / low, None if high is None else high - 1
        if e.kind == "Sqrt":
            return Fraction(0), None if high is None else max(high, Fraction(1))
        return Fraction(0), 1 / low
    if e.kind in ("Mul", "Pow"):
        factors = parts * e.index if e.kind == "Pow" else parts
        sizes = [max(abs(a), abs(b)) if a is not None and b is not None else None for a, b in factors]
        largest: Fraction | None = Fraction(1)
        for size in sizes:
            largest = None if largest is None or size is None else largest * size
        if (e.kind == "Pow" and e.index % 2 == 0) or all(a is not None and a >= 0 for a, _ in factors):
            return Fraction(0), largest
        return None if largest is None else -largest, largest
    return None, None


def _scaled(c: Fraction, part: Range) -> Range:
    if c == 0:
        return Fraction(0), Fraction(0)
    low, high = (None if end is None else c * end for end in part)
    return (low, high) if c > 0 else (high, low)
