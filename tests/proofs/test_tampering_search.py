"""Tampering with the recorded search of a landscape: trees, cuts, leaves, roots, functionals, subspaces.

Here the statement stays true, so what matters is that incomplete evidence does not pass and that nothing
raises; where the checker can still prove the claim from what is left, VALID is right.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from study_run import certificate

F = Fraction
Change = Callable[[dict[str, Any]], object]
LEAF = {"kinds": "1", "axes": [], "cuts": [], "children": [], "marks": []}


@pytest.fixture(scope="module")
def honest() -> dict[str, Any]:
    return certificate("L3")


@pytest.fixture(scope="module")
def honest_sl() -> dict[str, Any]:
    return certificate("L5")


def block_of(body: dict[str, Any]) -> dict[str, Any]:
    block: dict[str, Any] = body["claims"][0]["evidence"]["blocks"][0]
    return block


def tree(**parts: Any) -> Change:
    """Replace parts of the tree; functions get the part that is there."""

    def change(block: dict[str, Any]) -> None:
        for key, value in parts.items():
            block["tree"][key] = value(block["tree"][key]) if callable(value) else value

    return change


def field(name: str, value: Any) -> Change:
    def change(block: dict[str, Any]) -> None:
        block[name] = value(block[name]) if callable(value) else value

    return change


def inner(name: str, end: int, by: str) -> Change:
    """Move one end of the root."""

    def change(block: dict[str, Any]) -> None:
        block["root"][name][end] = str(F(block["root"][name][end]) + F(by))

    return change


def pruned(kind: str) -> Change:
    """The first cut becomes a leaf, and everything below it is taken out."""

    def change(block: dict[str, Any]) -> None:
        block["tree"] = {**LEAF, "kinds": kind, "marks": [[0, 0]] if kind == "3" else []}

    return change


def last_cut_removed(block: dict[str, Any]) -> None:
    """The last two leaves go, but their parent stays a cut."""
    block["tree"]["kinds"] = block["tree"]["kinds"][:-2]


REJECTED: dict[str, Change] = {
    # roots: one unit inside of the a-priori box is too little
    "root a from below": inner("a", 0, f"1/{2**200}"),
    "root a from above": inner("a", 1, f"-1/{2**200}"),
    "root b from below": inner("b", 0, f"1/{2**200}"),
    "root b from above": inner("b", 1, f"-1/{2**200}"),
    "root of one variable": field("root", lambda v: {"a": v["a"]}),
    "root of other variables": field("root", lambda v: {"x": v["a"], "y": v["b"]}),
    "root reversed": field("root", lambda v: {**v, "a": v["a"][::-1]}),
    "root missing": field("root", None),
    "other variables": field("variables", ["b", "a"]),
    "no variables": field("variables", []),
    # leaves and trees
    "one leaf emptied by rows": pruned("1"),
    "one leaf emptied by Krawczyk": pruned("2"),
    "one known leaf": pruned("3"),
    "one open leaf": pruned("4"),
    "a root that is cut but has no parts": pruned("0"),
    "leaf of an unknown kind": tree(kinds=lambda v: v.replace("3", "9")),
    "known leaves left open": tree(kinds=lambda v: v.replace("3", "4")),
    "the last two leaves cut off": last_cut_removed,
    "two leaves too many": tree(kinds=lambda v: v + "11"),
    "a cut turned into a leaf": tree(kinds=lambda v: "1" + v[1:]),
    "a leaf turned into a cut": tree(kinds=lambda v: v[:-1] + "0"),
    "no kinds": tree(kinds=""),
    "kinds of another script": tree(kinds="١"),
    "kinds as a list": tree(kinds=list),
    "a cut fewer": tree(cuts=lambda v: v[:-1]),
    "an axis fewer": tree(axes=lambda v: v[:-1]),
    "an axis beyond the last": tree(axes=lambda v: [2, *v[1:]]),
    "a negative axis": tree(axes=lambda v: [-1, *v[1:]]),
    "a child twice": tree(children=lambda v: [v[0], v[0], *v[2:]]),
    "a child before its parent": tree(children=lambda v: [*v[:-1], 1]),
    "the root as a child": tree(children=lambda v: [0, *v[1:]]),
    "a child beyond the end": tree(children=lambda v: [*v[:-1], 10**9]),
    "children exchanged": tree(children=lambda v: [v[1], v[0], *v[2:]]),
    "cuts that are no numbers": tree(cuts=lambda v: ["nan"] * len(v)),
    "infinite cuts": tree(cuts=lambda v: ["inf"] * len(v)),
    "a mark of no node": tree(marks=[[10**6, 0]]),
    "a mark of no box": tree(marks=lambda v: [[k, 3000 if m >= 0 else m] for k, m in v]),
    "marks below the range": tree(marks=lambda v: [[k, -3] for k, _ in v]),
    "all cuts at the lower end": tree(cuts=lambda v: [(-12.625).hex()] * len(v)),
    "no tree": field("tree", None),
    # uniqueness boxes
    "no uniqueness boxes": field("unique", []),
    "one uniqueness box fewer": field("unique", lambda v: v[1:]),
    "a uniqueness box over everything": field("unique", lambda v: [{"a": ["-13", "13"], "b": ["-13", "13"]}]),
    "a uniqueness box without a point": field("unique", lambda v: [*v, {"a": ["5", "6"], "b": ["5", "6"]}]),
    "a uniqueness box around half a point": field("unique", lambda v: [{**u, "a": [u["a"][0], u["a"][0]]} for u in v]),
    "uniqueness boxes of another type": field("unique", {"0": 1}),
    # points, subspaces, functionals
    "no points": field("points", []),
    "a point fewer": field("points", lambda v: v[:-1]),
    "a point twice": field("points", lambda v: [*v, v[0]]),
    "a point of another type": field("points", lambda v: [*v[:-1], None]),
    "a subspace for a minimum": field("points", lambda v: [{**p, "subspace": {"index": [-1, 0], "coefficients": [0, 1]}} for p in v]),
    "the relation a = b": field("points", lambda v: [{**p, "subspace": {"index": [0, 0], "coefficients": [1, 1]}} for p in v]),
    "the relation b = 0": field("points", lambda v: [{**p, "subspace": {"index": [0, -1], "coefficients": [1, 0]}} for p in v]),
    "no subspace at all": field("points", lambda v: [{**p, "subspace": None} for p in v]),
    "a functional of one entry": field("functional", ["1"]),
    "a functional of no numbers": field("functional", ["a", "b"]),
    "no functional": field("functional", None),
}  # fmt: skip


@pytest.mark.parametrize("name", REJECTED)
def test_incomplete_evidence_is_rejected(name: str, honest: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(honest)
    REJECTED[name](block_of(body))
    assert verdict_of(body).startswith("INVALID: claim 1")


SUBSPACES: list[Any] = [
    {}, [], "x", {"index": [0]}, {"index": [0, 1], "coefficients": [1]}, {"index": [0, 2], "coefficients": [1, 1]},
    {"index": [1, 1], "coefficients": [1, 1]}, {"index": [0, 0], "coefficients": [-1, -1]},
    {"index": [-1, 0], "coefficients": [1, 1]}, {"index": [0, 1], "coefficients": [0, 1]},
    {"index": [0, 1], "coefficients": [2, 1]}, {"index": [0.0, 1], "coefficients": [1, 1]},
    {"index": [10**30, 0], "coefficients": [1, 1]}, {"index": "01", "coefficients": "11"}, {"index": None, "coefficients": None},
]  # fmt: skip


@pytest.mark.parametrize("subspace", SUBSPACES, ids=str)
def test_malformed_subspaces(subspace: Any, honest: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(honest)
    block_of(body)["points"][0]["subspace"] = subspace
    assert verdict_of(body).startswith("INVALID: claim 1")


PROVABLE: dict[str, Change] = {
    "a larger root": inner("a", 1, "1"),
    "another functional of the same domain": field("functional", ["7/3", "0"]),
    "marks of narrowing dropped": tree(marks=lambda v: [[k, m] for k, m in v if m >= 0]),
    "emptied leaves said to be emptied otherwise": tree(kinds=lambda v: v.replace("1", "2")),
    "all points in another order": field("points", lambda v: v[::-1]),
    "uniqueness boxes twice": field("unique", lambda v: v + v),
    "leaves of any kind that can be settled": tree(kinds=lambda v: v.replace("3", "1")),
    "a leaf that the rows empty, left open": tree(kinds=lambda v: v[:-1] + "4"),
}


@pytest.mark.parametrize("name", PROVABLE)
def test_what_is_still_a_proof_is_accepted(name: str, honest: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(honest)
    PROVABLE[name](block_of(body))
    assert verdict_of(body) == "VALID"


@pytest.mark.parametrize("functional", [["0", "1"], ["-1", "0"], ["0", "0"], ["1", "1"]])
def test_another_domain_is_searched_or_rejected(
    functional: list[str], honest: dict[str, Any], verdict_of: Callable[..., str]
) -> None:
    # Any functional is sound; whether the recorded cuts still settle its domain is for the checker to see.
    body = copy.deepcopy(honest)
    block_of(body)["functional"] = functional
    assert verdict_of(body).startswith(("VALID", "INVALID: claim 1"))


# -- the landscape of SL: changes that fail before the long walk ---------------------------------------------
SL_REJECTED: dict[str, Change] = {
    "root too small": inner("f1", 1, f"-1/{2**200}"),
    "a point fewer": field("points", lambda v: v[:-1]),
    "the origin dropped": field("points", lambda v: [p for p in v if any(side != ["0", "0"] for side in p["box"].values())]),
    "a uniqueness box without a point": field("unique", lambda v: [*v, {n: ["9", "10"] for n in v[0]}]),
    "b = 0 for the spurious minima": field(
        "points",
        lambda v: [{**p, "subspace": {"index": [0, -1, 1, -1, 2, 3], "coefficients": [1, 0, 1, 0, 1, 1]}} for p in v],
    ),
    "one leaf": pruned("1"),
    "a cut fewer": tree(cuts=lambda v: v[:-1]),
}  # fmt: skip


@pytest.mark.parametrize("name", SL_REJECTED)
def test_sl_evidence_is_rejected(name: str, honest_sl: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(honest_sl)
    SL_REJECTED[name](block_of(body))
    assert verdict_of(body).startswith("INVALID: claim 1")
