"""Tampering with certified balls: the ladder of radii, separation, and the evidence both share."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from study_run import certificate, signed

from proofs.certificates import FORMAT

F = Fraction
Change = Callable[[dict[str, Any], dict[str, Any]], object]
EXACT, BLOCK, PRECONDITIONED, CONVEX = range(4)


def only(lemma: str, number: int) -> dict[str, Any]:
    return signed({"format": FORMAT, "claims": [certificate(lemma)["claims"][number]]})


@pytest.fixture(scope="module")
def ladder() -> dict[str, Any]:
    return only("L6", 0)


@pytest.fixture(scope="module")
def separation_certificate() -> dict[str, Any]:
    return only("L7", 0)


def put(*path: Any, value: Any) -> Change:
    """Set a field; the path starts in the statement ("s") or the evidence ("e")."""

    def change(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        target: Any = {"s": statement, "e": evidence}[path[0]]
        for key in path[1:-1]:
            target = target[key]
        target[path[-1]] = value(target[path[-1]]) if callable(value) else value

    return change


def both(*changes: Change) -> Change:
    def change(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        for c in changes:
            c(statement, evidence)

    return change


def larger(text: str) -> str:
    return str(F(text) * (1 + F(1, 10**6)))


def smaller(text: str) -> str:
    return str(F(text) * (1 - F(1, 10**6)))


def ball(rung: int, name: str, value: Any, number: int = 0) -> Change:
    return put("e", "balls", rung, number, name, value=value)


def radius(rung: int, end: int, value: Any) -> Change:
    """A radius changed in the statement and in the evidence of its ball alike."""
    return both(put("s", "rungs", rung, "radius", end, value=value), ball(rung, ("inner", "outer")[end], value))


def doubled(text: str) -> str:
    return str(2 * F(text))


def halved(text: str) -> str:
    return str(F(text) / 2)


LADDER: dict[str, Change] = {
    # radii: larger balls, nearer failures, statement and evidence apart
    **{f"radius of rung {k} larger": radius(k, 0, lambda t: str(F(t) * F(102, 100))) for k in range(4)},
    **{f"upper radius of rung {k} halved": radius(k, 1, halved) for k in range(4)},
    **{f"radius of rung {k} larger in the statement": put("s", "rungs", k, "radius", 0, value=larger) for k in range(4)},
    **{f"upper end of rung {k} larger in the statement": put("s", "rungs", k, "radius", 1, value=larger) for k in range(4)},
    **{f"upper end of rung {k} dropped": put("s", "rungs", k, "radius", 1, value=None) for k in range(4)},
    "radius reversed": put("s", "rungs", 0, "radius", value=lambda v: v[::-1]),
    "negative radius": radius(EXACT, 0, "-1"),
    "radius of another type": put("s", "rungs", 0, "radius", value="1"),
    # images
    **{f"image of rung {k} larger": put("s", "rungs", k, "image_radius", 0, value=larger) for k in range(4)},
    **{
        f"upper image of rung {k} smaller": put("s", "rungs", k, "image_radius", 1, value=smaller)
        for k in (EXACT, BLOCK, CONVEX)
    },
    "upper image below the lower one": put("s", "rungs", PRECONDITIONED, "image_radius", 1, value=halved),
    "upper image of the exact form dropped": put("s", "rungs", EXACT, "image_radius", 1, value=None),
    # constants
    **{f"constant of rung {k} larger": put("s", "rungs", k, "constant", value=larger) for k in range(4)},
    "lambda beyond the least eigenvalue": both(
        put("s", "rungs", BLOCK, "constant", value=lambda t: str(F(t) * F(11, 10))),
        ball(BLOCK, "constant", lambda t: str(F(t) * F(11, 10))),
    ),
    "lambda beyond the ridge": both(
        put("s", "rungs", EXACT, "constant", value="1/399"), ball(EXACT, "constant", "1/798")
    ),
    "a weaker hypothesis than lambda/2": ball(EXACT, "constant", doubled),
    "a witness against too little": ball(EXACT, "violated_constant", halved),
    "q of the evidence": ball(PRECONDITIONED, "constant", "3/4"),
    "q of the witness": ball(PRECONDITIONED, "violated_constant", "1/4"),
    "m of the first ball": ball(CONVEX, "constant", "-1/10"),
    "m of the last ball": ball(CONVEX, "constant", larger, 1),
    "negative m": both(put("s", "rungs", CONVEX, "constant", value="-1"), ball(CONVEX, "constant", "-1", 1)),
    # families and methods
    "another family": ball(EXACT, "family", "convexity"),
    "an unknown family": ball(EXACT, "family", "concavity"),
    "a family of another type": ball(EXACT, "family", None),
    "methods exchanged": put("s", "rungs", value=lambda v: [v[1], v[0], *v[2:]]),
    "a method dropped": both(put("s", "rungs", value=lambda v: v[:3]), put("e", "balls", value=lambda v: v[:3])),
    "a method twice": put("s", "rungs", value=lambda v: [v[0], v[0], v[2], v[3]]),
    "a rung of another type": put("s", "rungs", 0, value=None),
    "no balls": put("e", "balls", EXACT, value=[]),
    "balls of another type": put("e", "balls", value=None),
    "a ball of another type": put("e", "balls", EXACT, 0, value=7),
    # evidence of a ball
    "the searched box halved": ball(BLOCK, "root", lambda v: [[a, (1.5).hex()] for a, _ in v]),
    "the searched box elsewhere": ball(BLOCK, "root", [["0x1p+6", "0x1p+7"]] * 2),
    "the searched box of one side": ball(BLOCK, "root", lambda v: v[:1]),
    "the searched box malformed": ball(BLOCK, "root", None),
    "the tree of another ball": ball(BLOCK, "tree", {"kinds": "1", "axes": [], "cuts": [], "children": [], "marks": []}),
    "all beyond": ball(BLOCK, "tree", {"kinds": "2", "axes": [], "cuts": [], "children": [], "marks": []}),
    "no tree but a step that is too long": both(
        lambda s, e: e["balls"][CONVEX][0].pop("tree"), ball(CONVEX, "step", "1/10")
    ),
    "no tree and no step": lambda s, e: e["balls"][CONVEX][0].pop("tree"),
    "a step of zero": both(lambda s, e: e["balls"][CONVEX][0].pop("tree"), ball(CONVEX, "step", "0")),
    "a negative step": both(lambda s, e: e["balls"][CONVEX][0].pop("tree"), ball(CONVEX, "step", "-1")),
    "a step of no size": both(lambda s, e: e["balls"][CONVEX][0].pop("tree"), ball(CONVEX, "step", f"1/{10**40}")),
    "no witness": ball(BLOCK, "witness", None),
    "a witness at the centre": ball(BLOCK, "witness", lambda w: {**w, "point": [(3.8162).hex(), (1.5198).hex()]}),
    "a witness far away": ball(BLOCK, "witness", lambda w: {**w, "point": [(9.0).hex(), (9.0).hex()]}),
    "a witness of no direction": ball(BLOCK, "witness", lambda w: {**w, "direction": ["0x0p+0", "0x0p+0"]}),
    "a witness of another direction": ball(BLOCK, "witness", lambda w: {**w, "direction": w["direction"][::-1]}),
    "a witness in three dimensions": ball(BLOCK, "witness", lambda w: {**w, "point": [*w["point"], "0x0p+0"]}),
    "a witness of another matrix": ball(BLOCK, "witness", lambda w: {**w, "matrix": 7}),
    "a witness of no matrix": ball(BLOCK, "witness", lambda w: {**w, "matrix": -1}),
    "a witness that is no number": ball(BLOCK, "witness", lambda w: {**w, "point": ["nan", "nan"]}),
    "the preconditioner malformed": ball(PRECONDITIONED, "matrix", [["1", "0"]]),
    "the zero preconditioner": ball(PRECONDITIONED, "matrix", [["0", "0"], ["0", "0"]]),
    "another preconditioner": ball(PRECONDITIONED, "matrix", [["1", "0"], ["0", "1"]]),
    # the point
    "another objective": put("s", "parameters", "alpha", value="1/900"),
    "the point is the saddle": put(
        "s", "point", value={"box": {"a": ["-1/1000", "1/1000"], "b": ["1", "6/5"]}, "unique_in": {"a": ["-1", "1"], "b": ["1", "6/5"]}}
    ),
    "no point": put("s", "point", value=None),
    "the box of the point beside it": put("s", "point", "box", "a", value=["3817/1000", "3818/1000"]),
    "the box of the point outside of its uniqueness box": put("s", "point", "unique_in", "a", value=["0", "1"]),
    "the uniqueness box over all points": put("s", "point", "unique_in", value={"a": ["-13", "13"], "b": ["-13", "13"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", LADDER)
def test_a_changed_ladder_is_rejected(name: str, ladder: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(ladder)
    LADDER[name](body["claims"][0]["statement"], body["claims"][0]["evidence"])
    assert body != ladder
    assert verdict_of(copy.deepcopy(body)).startswith("INVALID: claim 1")
    assert "digest" in verdict_of(body, sign=False)


SMALLER: dict[str, Change] = {
    "a smaller ball": both(
        radius(EXACT, 0, halved),
        put("s", "rungs", EXACT, "image_radius", 0, value=halved),
    ),
    "no ball": both(radius(EXACT, 0, "0"), put("s", "rungs", EXACT, "image_radius", 0, value="0")),
    "a smaller image": put("s", "rungs", CONVEX, "image_radius", 0, value=halved),
    "a larger upper image": put("s", "rungs", CONVEX, "image_radius", 1, value=doubled),
    "a larger upper radius": radius(BLOCK, 1, larger),
}


@pytest.mark.parametrize("name", SMALLER)
def test_a_weaker_ladder_is_valid(name: str, ladder: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(ladder)
    SMALLER[name](body["claims"][0]["statement"], body["claims"][0]["evidence"])
    if name == "a larger upper radius":
        # The upper image is lambda times the upper radius, so it has to grow with it.
        put("s", "rungs", BLOCK, "image_radius", 1, value=larger)(body["claims"][0]["statement"], {})
    assert verdict_of(body) == "VALID"


SEPARATION: dict[str, Change] = {
    "epsilon larger": put("s", "epsilon", value=lambda t: str(F(t) * F(11, 10))),
    "epsilon zero": put("s", "epsilon", value="0"),
    "epsilon negative": put("s", "epsilon", value="-1/100000"),
    "epsilon of another type": put("s", "epsilon", value=0.00001),
    "|a| kept larger": put("s", "a_kept", value=larger),
    "|b| kept larger": put("s", "b_kept", value=larger),
    "|b| limited further": put("s", "b_limit", value=smaller),
    "|b| limited by zero": put("s", "b_limit", value="0"),
    "bounds that do not separate": both(put("s", "b_kept", value="0"), put("s", "b_limit", value="1")),
    "m of SSL larger": put("s", "ssl", "m", value=larger),
    "m of SL larger": put("s", "sl", "m", value=larger),
    "m zero": put("s", "ssl", "m", value="0"),
    "m beyond twice the ridge": both(put("s", "ssl", "m", value="1/300"), put("e", "ssl", "constant", value="1/300")),
    "the ball of SSL larger": put("e", "ssl", "inner", value="1"),
    "the ball of SL larger": put("e", "sl", "inner", value="1/10"),
    "the step of SL longer": put("e", "sl", "step", value="1/10"),
    "no ball": put("e", "ssl", value=None),
    "the ball of the other": lambda s, e: e.update(ssl=e["sl"], sl=e["ssl"]),
    "the objectives exchanged": lambda s, e: s.update(ssl=s["sl"], sl=s["ssl"]),
    "SSL twice": lambda s, e: s.update(sl=s["ssl"]),
    "two SSL neurons": put("s", "ssl", "neurons", value=2),
    "three SL neurons": put("s", "sl", "neurons", value=3),
    "other data": put("s", "ssl", "parameters", "tau", value="8"),
    "another ridge": put("s", "sl", "parameters", "beta", value="1/900"),
    "no SSL": put("s", "ssl", value=None),
    "the SL minimum elsewhere": put("s", "sl", "point", "box", "b1", value=["1/10", "2/10"]),
    "another family": put("e", "ssl", "family", value="variation"),
    "convexity below m": put("e", "ssl", "constant", value=smaller),
}


@pytest.mark.parametrize("name", SEPARATION)
def test_a_changed_separation_is_rejected(
    name: str, separation_certificate: dict[str, Any], verdict_of: Callable[..., str]
) -> None:
    body = copy.deepcopy(separation_certificate)
    SEPARATION[name](body["claims"][0]["statement"], body["claims"][0]["evidence"])
    assert verdict_of(body).startswith("INVALID: claim 1")


def test_a_smaller_epsilon_is_valid(separation_certificate: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(separation_certificate)
    put("s", "epsilon", value=halved)(body["claims"][0]["statement"], {})
    assert verdict_of(body) == "VALID"
