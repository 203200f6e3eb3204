"""All stationary points of a function, or all zeros of a system, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence

from proofs.formal.attained import attained_stationary
from proofs.formal.expression import Formal, NotFormal, conditions, total
from proofs.formal.index import index_checked, index_of_block, index_of_copies, index_page
from proofs.formal.inequalities import lambda_of
from proofs.formal.listing import (
    KINDS,
    POINTS,
    STATIONARY,
    Census,
    ListedPoint,
    box_text,
    listed_text,
    points_data,
    region_text,
)
from proofs.formal.points import Hints, hints_for
from proofs.formal.text import (
    FormalClaim,
    coq_names,
    data_head,
    formal_claim,
    function_definitions,
    page_head,
)

__all__ = ["Census", "ListedPoint", "stationary_claim", "zeros_claim"]

PRECISION = 140
SEARCH_PRECISION = 40
FUEL = 60
LATE = 48  # boxes cut 12 times or more get the preconditioned test


def stationary_claim(title: str, census: Census, copies: int, variables: Sequence[str], module: str) -> FormalClaim:
    """The stationary points of a sum over ``copies`` groups of variables with one function each."""
    function = census.system.gradient_of
    if function is None:
        raise NotFormal("stationary points are those of a function")
    hints = [hints_for(census.system, p.box) for p in census.points]
    if any(p.kind not in KINDS for p in census.points):
        raise NotFormal("a stationary point is degenerate")
    m = census.size
    n = m * copies
    names = coq_names(variables)
    combined = _combinations(census, hints, copies)
    page = page_head(title, module) + "\n".join(["", *function_definitions([function]), ""])
    page += _points_preamble(n, function, names, census, copies)
    page += STATIONARY + listed_text("everywhere" if census.region is None else region_text(census.region))
    entries = ";\n  ".join(f"({kind} ell, [{box}])" for kind, box in combined)
    region = "everywhere" if census.region is None else f"(inside {region_text(census.region)})"
    page += f"\nDefinition points : list ((point -> Prop) * list (R * R)) := [\n  {entries}].\n"
    page += f"Theorem stationary_points : listed (stationary ell) {region} points.\n"
    page += f"Proof. exact ({module}.proof ell (fun x => eq_refl)). Qed.\n"
    theorems = ["stationary_points"]
    data = data_head(title) + f"Definition e : expr := {function.tree()}.\n" + points_data(census, hints, m)
    data += _checked("check_stationary", "e", census, m)
    data += _block_theorem(census, m) + _proof_theorem(census, m, copies)
    nonzero = _never_zero(census, hints, copies)
    if census.region is None and total(function) and nonzero:
        conclusion = " /\\ ".join(f"p {j}%nat <> 0" for j in nonzero)
        page += "\n(** Every local minimum contains these coordinates. *)\n"
        page += f"Theorem features : forall p, local_min ell p -> {conclusion}.\n"
        page += f"Proof. exact ({module}.features ell (fun x => eq_refl)). Qed.\n"
        theorems.append("features")
        data += f"Definition whole : expr := {_sum_of_copies(function, m, copies).tree()}.\n"
        data += _features(n, copies, conclusion)
    if copies == 1 and census.region is None:
        for k, (p, h) in enumerate(zip(census.points, hints, strict=True)):
            if p.vanishing:
                more_page, more_data = _exact_by_symmetry(k, p, box_text(h), n, module)
                page, data, theorems = page + more_page, data + more_data, [*theorems, f"exact{k + 1}"]
    if census.region is None:
        more = attained_stationary(_sum_of_copies(function, m, copies), combined, copies, n, module)
        page, data, theorems = page + more.page, data + more.data, [*theorems, *more.theorems]
    if census.indices:
        page += index_page("(map snd points)", census.indices, module)
        data += index_checked(census, hints) + index_of_block(m) + index_of_copies(m, copies)
        theorems.append("indices")
    return formal_claim(title, page, data, theorems)


def zeros_claim(title: str, census: Census, module: str) -> FormalClaim:
    """All zeros of a square system of equations in a box."""
    if census.region is None or census.system.gradient_of is not None:
        raise NotFormal("zeros are those of equations, in a box")
    hints = [hints_for(census.system, p.box) for p in census.points]
    n = census.size
    names = coq_names(census.names)
    equations = census.system.equations
    page = page_head(title, module) + "\n".join(["", *function_definitions(equations), ""])
    page += f"""
Definition point := nat -> R. (* a point of R^n: the first n values *)
Definition n := {n}%nat.
"""
    for k, e in enumerate(equations):
        page += f"Definition F{k + 1} (x : point) : R :=\n  {lambda_of(e, names)}.\n"
    page += "\n" + POINTS + listed_text("")
    system = "; ".join(f"F{k + 1}" for k in range(n))
    page += (
        "Definition zero (F : list (point -> R)) (x : point) := forall k, (k < n)%nat -> nth k F (fun _ => 0) x = 0.\n"
    )
    entries = ";\n  ".join(f"((fun _ => True), [{box_text(h)}])" for h in hints)
    region = region_text(census.region)
    page += f"\nTheorem zeros : listed (zero [{system}]) (inside {region}) [\n  {entries}].\n"
    page += f"Proof. exact ({module}.proof [{system}] eq_refl). Qed.\n"
    theorems = ["zeros"]
    needed = list(dict.fromkeys(c for e in equations for c in conditions(e, [f"(x {k}%nat)" for k in range(n)])))
    data = data_head(title)
    data += "Definition es : list expr := [" + ";\n  ".join(e.tree() for e in equations) + "].\n"
    data += points_data(census, hints, n) + _checked("check_zeros", "es", census, n)
    data += f"""Theorem proof (F : list (vec -> R)) : F = map eval es ->
  listed {n} (zero {n} F) (inside {n} (realbox region))
    (map (fun p => ((fun _ : vec => True), realbox (pb p))) points).
Proof.
  intros E. apply (Integer.zeros _ _ {n} es _ points _ _ F _ checked E eq_refl).
  intros x. apply (region_box {n} region x eq_refl).
Qed.
"""
    if needed:
        conclusion = " /\\ ".join(needed)
        page += "\n(** The equations are defined on the whole box. *)\n"
        page += f"Theorem defined : forall x, inside {region} x -> {conclusion}.\n"
        page += f"Proof. exact {module}.defined. Qed.\n"
        theorems.append("defined")
        data += f"""Theorem defined : forall x, inside {n} (realbox region) x -> {conclusion}.
Proof.
  intros x Hx. apply (region_box {n} region x eq_refl) in Hx.
  assert (D := Integer.zeros_defined _ _ {n} es _ points _ _ checked x Hx).
"""
        for k in range(n):
            data += f"  assert (D{k} := D {k}%nat ltac:(lia)).\n"
            data += f"  cbv beta iota delta [eq_at nth es defined udom] in D{k}.\n"
        data += "  repeat match goal with H : _ /\\ _ |- _ => destruct H end. repeat split; assumption.\nQed.\n"
    return formal_claim(title, page, data, theorems)


# -- pages ---------------------------------------------------------------------------------------
def _points_preamble(n: int, function: Formal, names: Sequence[str], census: Census, copies: int) -> str:
    text = f"""
Definition point := nat -> R. (* a point of R^n: the first n values *)
Definition n := {n}%nat.
"""
    m = census.size
    if copies == 1:
        text += f"Definition ell (x : point) : R :=\n  {lambda_of(function, names)}.\n\n"
    else:
        inner = coq_names(census.names)
        text += f"(* One neuron. *)\nDefinition neuron (x : point) : R :=\n  {lambda_of(function, inner)}.\n"
        text += f"(* The coordinates are {', '.join(names)}. *)\n"
        text += f"Definition ell (x : point) : R :=\n  {_sum_text(copies, m)}.\n\n"
    return text + POINTS


def _sum_text(copies: int, m: int, at: int = 0) -> str:
    here = "neuron x" if at == 0 else f"neuron (fun i => x ({at * m} + i)%nat)"
    if at == copies - 1:
        return here
    rest = _sum_text(copies, m, at + 1)
    return f"{here} + {rest}" if at == copies - 2 else f"{here} + ({rest})"


def _both(a: str, b: str) -> str:
    if "saddle" in (a, b):
        return "saddle"
    if a != b:
        raise NotFormal("a minimum beside a maximum has no kind here")
    return a


def _combinations(census: Census, hints: Sequence[Hints], copies: int) -> list[tuple[str, str]]:
    one = [(p.kind, box_text(h)) for p, h in zip(census.points, hints, strict=True)]
    combined = one
    for _ in range(copies - 1):
        combined = [(_both(k, kind), f"{box}; {rest}") for k, box in one for kind, rest in combined]
    return combined


# -- numbers and proofs ----------------------------------------------------------------------------
def _checked(check: str, expression: str, census: Census, m: int) -> str:
    sides = f"(whole {m})" if census.region is None else "(sides_of region)"
    return (
        f"Lemma checked : Integer.{check} {PRECISION}%Z {SEARCH_PRECISION}%Z {m} {expression} {sides} points\n"
        f"  {LATE} {FUEL} = true.\n"
        "Proof. vm_cast_no_check (eq_refl true). Qed.\n"
    )


def _block_theorem(census: Census, m: int) -> str:
    if census.region is None:
        region, proof = "anywhere", f"(region_whole {m})"
    else:
        region, proof = f"(inside {m} (realbox region))", f"(fun x => region_box {m} region x eq_refl)"
    return f"""Theorem all1 (f : vec -> R) : (forall x, f x = eval e x) ->
  listed {m} (stationary {m} f) {region} (claims {m} f (tagged_points points)).
Proof.
  intros E. rewrite <- claims_points.
  exact (Integer.stationary_points _ _ _ _ _ _ _ _ f _ checked E {proof}).
Qed.
Definition found1 := tagged_points points.
"""


def _proof_theorem(census: Census, m: int, copies: int) -> str:
    """The theorem about the whole function: one block, or the sum of as many as there are copies."""
    if copies == 1:
        region = "anywhere" if census.region is None else f"(inside {m} (realbox region))"
        return f"""Definition found := found1.
Theorem proof (f : vec -> R) : (forall x, f x = eval e x) ->
  listed {m} (stationary {m} f) {region} (claims {m} f found).
Proof. exact (all1 f). Qed.
"""
    text = f"""Definition whole1 : vec -> R := eval e.
Lemma local1 : local_to {m} whole1. Proof. apply local_to_eval. reflexivity. Qed.
"""
    for k in range(2, copies + 1):
        text += f"""Definition whole{k} : vec -> R := beside {m} whole1 whole{k - 1}.
Definition found{k} := combinations found1 found{k - 1}.
Lemma local{k} : local_to {k * m} whole{k}.
Proof. exact (local_to_beside {m} {(k - 1) * m} _ _ local1 local{k - 1}). Qed.
Theorem all{k} : listed {k * m} (stationary {k * m} whole{k}) anywhere (claims {k * m} whole{k} found{k}).
Proof.
  refine (product_of_censuses {m} {(k - 1) * m} _ _ _ _ local1 local{k - 1} _
    (all1 whole1 (fun x => eq_refl)) {_rest(k - 1)}).
  repeat constructor.
Qed.
"""
    return (
        text
        + f"""Definition found := found{copies}.
Theorem proof (f : vec -> R) : (forall x, f x = whole{copies} x) ->
  listed {copies * m} (stationary {copies * m} f) anywhere (claims {copies * m} f found).
Proof.
  intros E. replace f with whole{copies};
    [|apply FunctionalExtensionality.functional_extensionality; intros; symmetry; auto].
  exact all{copies}.
Qed.
"""
    )


def _rest(k: int) -> str:
    return "(all1 whole1 (fun x => eq_refl))" if k == 1 else f"all{k}"


def _sum_of_copies(function: Formal, m: int, copies: int) -> Formal:
    def moved(e: Formal, by: int) -> Formal:
        return Formal(
            e.kind, tuple(moved(a, by) for a in e.arguments), e.value, e.index + by if e.kind == "Var" else e.index
        )

    total_function = moved(function, (copies - 1) * m)
    for k in range(copies - 2, -1, -1):
        total_function = Formal("Add", (moved(function, k * m), total_function))
    return total_function


def _never_zero(census: Census, hints: Sequence[Hints], copies: int) -> list[int]:
    """Coordinates that no box of a minimum holds 0 in."""
    boxes = [h.box for p, h in zip(census.points, hints, strict=True) if p.kind == "minimum"]
    if not boxes or any(p.kind == "maximum" for p in census.points):
        return []
    one = [j for j in range(census.size) if all(box[j][0] > 0 or box[j][1] < 0 for box in boxes)]
    return [k * census.size + j for k in range(copies) for j in one]


def _features(n: int, copies: int, conclusion: str) -> str:
    same = "E" if copies == 1 else f"(fun x => eq_trans (E x) (eq_refl : eval whole x = whole{copies} x))"
    return f"""Theorem features (f : vec -> R) : (forall x, f x = eval whole x) ->
  forall p, local_min {n} f p -> {conclusion}.
Proof.
  intros E p M. destruct (local_minima {n} f whole found eq_refl E (proof f {same}) p M) as [c [Hc [T B]]].
  apply sides_hold_ok in B. cbv -[IZR Rdiv Rle Rlt not] in Hc.
  repeat (destruct Hc as [<-|Hc]; [first [elim T; reflexivity | cbv -[IZR Rdiv Rle Rlt not] in B; repeat split; lra]|]).
  elim Hc.
Qed.
"""


def _exact_by_symmetry(k: int, p: ListedPoint, box: str, n: int, module: str) -> tuple[str, str]:
    """That coordinates of listed point k are exactly 0: page and data."""
    name = f"exact{k + 1}"
    conclusion = " /\\ ".join(f"x {j}%nat = 0" for j in p.vanishing)
    page = f"""
(** Exactly, by symmetry. *)
Theorem {name} : forall x, stationary ell x -> inside [{box}] x -> {conclusion}.
Proof. exact ({module}.{name} ell (fun x => eq_refl)). Qed.
"""
    cases = " ".join(f"| {j}%nat => true" for j in p.flipped)
    entry = f"(nth {k} found (TAny, []))"
    data = f"""Definition flipped{k + 1} (i : nat) : bool := match i with {cases} | _ => false end.
Theorem {name} (f : vec -> R) : (forall x, f x = eval e x) ->
  forall x, stationary {n} f x -> inside {n} (snd {entry}) x -> {conclusion}.
Proof.
  intros E x S B. assert (A : agree {n} (flip flipped{k + 1} x) x).
  {{ apply (exact_by_symmetry {n} f flipped{k + 1} found (firstn {k} found)
    (snd {entry}) (fst {entry}) (skipn {k + 1} found)).
    - intros y. rewrite !E. cbv [e eval uf rational flip sign flipped{k + 1}]. by_oddness.
    - exact (proof f E).
    - reflexivity.
    - reflexivity.
    - all_separated.
    - exact S.
    - exact B. }}
"""
    for j in p.vanishing:
        data += f"  assert (A{j} := A {j}%nat ltac:(lia)). cbv [flip sign flipped{k + 1}] in A{j}.\n"
    return page, data + "  repeat split; lra.\nQed.\n"
