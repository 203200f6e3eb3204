"""Tampering with the certificate of the SSL landscape: with and without a new digest.

A changed file with the old digest is always INVALID.  With a new digest (a forger computes one) a
certificate is VALID only when its statement is still true and still supported.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from study_run import certificate

F = Fraction
Change = Callable[[dict[str, Any], dict[str, Any]], object]
UNIT = F(1, 2**160)


@pytest.fixture(scope="module")
def honest() -> dict[str, Any]:
    return certificate("L3")


def parts(body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The statement, and the evidence of its only block."""
    claim = body["claims"][0]
    return claim["statement"], claim["evidence"]["blocks"][0]


# -- changes of the statement that make it false or unsupported ----------------------------------------------
def nudge(point: int, where: str, name: str, end: int, by: Fraction) -> Change:
    """One end of one side of a stated box moved by one unit, below any width in the file."""

    def change(statement: dict[str, Any], block: dict[str, Any]) -> None:
        side = statement["points"][point][where][name]
        side[end] = str(F(side[end]) + by)

    return change


def put(*path: Any, value: Any) -> Change:
    """Set a field of the statement; ``value`` may be a function of what is there."""

    def change(statement: dict[str, Any], block: dict[str, Any]) -> None:
        target: Any = statement
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value(target[path[-1]]) if callable(value) else value

    return change


def swap(i: int, j: int, *fields: str) -> Change:
    def change(statement: dict[str, Any], block: dict[str, Any]) -> None:
        p, q = statement["points"][i], statement["points"][j]
        for name in fields:
            p[name], q[name] = q[name], p[name]

    return change


def lower_part(side: list[str]) -> list[str]:
    lo, hi = map(F, side)
    return [side[0], str(lo + (hi - lo) / 1000)]


def upper_part(side: list[str]) -> list[str]:
    lo, hi = map(F, side)
    return [str(hi - (hi - lo) / 1000), side[1]]


def false_statements() -> Iterator[tuple[str, Change]]:
    for point in range(3):
        for where in ("box", "unique_in"):
            for name in "ab":
                for end in (0, 1):
                    for by in (UNIT, -UNIT):
                        yield f"{where} {point} {name} {end} {float(by):+.0e}", nudge(point, where, name, end, by)
        for part in (lower_part, upper_part):
            yield f"value {point} {part.__name__}", put("points", point, "value", value=part)
            for k in (0, 1):
                yield f"eigenvalue {point} {k} {part.__name__}", put("points", point, "eigenvalues", k, value=part)
        yield f"eigenvalues {point} exchanged", put("points", point, "eigenvalues", value=lambda v: v[::-1])
        yield f"eigenvalue {point} dropped", put("points", point, "eigenvalues", value=lambda v: v[:1])
        yield f"eigenvalue {point} repeated", put("points", point, "eigenvalues", value=lambda v: [*v, v[0]])
        yield f"eigenvalues {point} emptied", put("points", point, "eigenvalues", value=[])
        for kind in ("minimum", "saddle", "maximum", "degenerate", "Minimum", "", None):
            yield f"kind {point} {kind}", put("points", point, "kind", value=kind)
        for index in (0, 1, 2, -1, "0", None, True):
            yield f"index {point} {index!r}", put("points", point, "index", value=index)
        for relations in (["a = 0"], [], ["b = 0"], ["a = 0", "b = 0"], ["a = 0", "a = 0"], ["a = b"], "a = 0", None):
            yield f"relations {point} {relations}", put("points", point, "relations", value=relations)
        yield f"point {point} dropped", put("points", value=lambda v, k=point: v[:k] + v[k + 1 :])
        yield f"point {point} repeated", put("points", value=lambda v, k=point: [*v, v[k]])
        yield f"point {point} replaced", put("points", value=lambda v, k=point: [*v[:k], v[(k + 1) % 3], *v[k + 1 :]])
        for junk in (None, [], "point", 7):
            yield f"point {point} is {junk!r}", put("points", point, value=junk)
    for fields in (
        ["box"],
        ["unique_in"],
        ["box", "unique_in"],
        ["kind", "index"],
        ["value"],
        ["eigenvalues"],
        ["relations"],
    ):
        for i, j in ((0, 1), (1, 2)):
            yield f"{fields} of {i} and {j} exchanged", swap(i, j, *fields)
    yield "boxes of the mirrored minima exchanged", swap(0, 2, "box")
    for count in (0, 1, 2, 4, -3, "3", None, [3], 10**30):
        yield f"count {count!r}", put("count", value=count)
    for key, values in (
        ("tau", ("8", "-7", "0", "7/8", "1/7", "7000001/1000000")),
        ("alpha", ("1/801", "1/799", "1", "0", "-1/800")),
    ):
        for value in values:
            yield f"{key} = {value}", put("parameters", key, value=value)
    yield "tau and alpha exchanged", put("parameters", value={"tau": "1/800", "alpha": "7"})
    yield "a further parameter", put("parameters", "beta", value="1")
    yield "no parameters", put("parameters", value={})
    for name in ("sl", "SSL", "", None, ["ssl"]):
        yield f"objective {name!r}", put("objective", value=name)
    for neurons in (0, 2, -1, True, 1.5, "1", None, 10**20):
        yield f"neurons {neurons!r}", put("neurons", value=neurons)


FALSE = dict(false_statements())


@pytest.mark.parametrize("name", FALSE)
def test_a_changed_statement_is_rejected(name: str, honest: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(honest)
    FALSE[name](*parts(body))
    if json.dumps(body) == json.dumps(honest):
        pytest.skip("this is what the certificate says")
    assert verdict_of(body).startswith(("INVALID: claim 1", "UNREADABLE"))


def test_there_are_enough_of_them() -> None:
    assert len(FALSE) > 150


# -- changes of both, kept consistent: the statement is false although the file agrees with itself -------------
def both(point: int, field: str, change: Callable[[list[str]], list[str]], name: str = "b") -> Change:
    """Change one side of a box in the statement and in the evidence alike."""

    def apply(statement: dict[str, Any], block: dict[str, Any]) -> None:
        for entry in (statement["points"][point], block["points"][point]):
            entry[field][name] = change(entry[field][name])

    return apply


def shifted(side: list[str]) -> list[str]:
    lo, hi = map(F, side)
    return [str(hi), str(hi + (hi - lo))]


CONSISTENT: dict[str, Change] = {
    **{f"box {p} {c.__name__}": both(p, "box", c) for p in range(3) for c in (lower_part, upper_part, shifted)},
    "unique box beside its point": both(0, "unique_in", shifted, "a"),
    "unique box over all points": both(0, "unique_in", lambda v: ["-13", "13"], "a"),
    "unique box reaches the saddle": both(0, "unique_in", lambda v: ["0", v[1]], "a"),
    "a = 0 turned into a thin box elsewhere": both(1, "box", lambda v: ["1/1000", "1/999"], "a"),
    "a minimum said to lie on a = 0": both(0, "box", lambda v: ["0", "0"], "a"),
}


@pytest.mark.parametrize("name", CONSISTENT)
def test_a_consistent_forgery_is_rejected(name: str, honest: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    body = copy.deepcopy(honest)
    CONSISTENT[name](*parts(body))
    assert verdict_of(body).startswith("INVALID: claim 1")


@pytest.mark.parametrize("point", [0, 1, 2])
def test_a_point_dropped_everywhere_is_missed(
    point: int, honest: dict[str, Any], verdict_of: Callable[..., str]
) -> None:
    # Statement, evidence and uniqueness boxes all agree on two points; the search or the symmetry disagrees.
    body = copy.deepcopy(honest)
    statement, block = parts(body)
    lost = block["points"].pop(point)
    statement["points"].pop(point)
    statement["count"] = 2
    block["unique"] = [u for u in block["unique"] if not all(inside(lost["box"][n], u[n]) for n in "ab")]
    for entry in block["tree"]["marks"]:
        entry[1] = min(entry[1], len(block["unique"]) - 1)
    assert verdict_of(body).startswith("INVALID: claim 1")


def inside(inner: list[str], outer: list[str]) -> bool:
    return F(outer[0]) <= F(inner[0]) and F(inner[1]) <= F(outer[1])


# -- weaker statements ---------------------------------------------------------------------------------------
def wider(side: list[str]) -> list[str]:
    return [str(F(side[0]) - 1), str(F(side[1]) + 1)]


WEAKER: dict[str, Change] = {
    "points in another order": put("points", value=lambda v: v[::-1]),
    "wider value": put("points", 0, "value", value=wider),
    "wider eigenvalue": put("points", 0, "eigenvalues", 0, value=wider),
    "the same parameter": put("parameters", "alpha", value="2/1600"),
}


@pytest.mark.parametrize("name", WEAKER)
def test_a_weaker_or_equal_statement_is_still_valid(
    name: str, honest: dict[str, Any], verdict_of: Callable[..., str]
) -> None:
    body = copy.deepcopy(honest)
    WEAKER[name](*parts(body))
    assert verdict_of(body) == "VALID"


# -- the digest ----------------------------------------------------------------------------------------------
def test_the_old_digest_convicts_every_change(honest: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    for changes in (FALSE, CONSISTENT, WEAKER):
        for name, change in changes.items():
            body = copy.deepcopy(honest)
            change(*parts(body))
            if json.dumps(body, sort_keys=True) != json.dumps(honest, sort_keys=True):
                assert "digest does not match" in verdict_of(body, sign=False), name


def test_every_top_level_field_is_under_the_digest(honest: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    for change in (
        {"lemma": "L4"},
        {"claims": honest["claims"] * 2},
        {"digest": "0" * 64},
        {"digest": None},
        {"note": ""},
    ):
        assert "digest does not match" in verdict_of({**honest, **change}, sign=False)
    assert verdict_of({**honest, "format": "separatrix-certificate/2"}).startswith("UNREADABLE")


def test_single_characters_changed_at_random(honest: dict[str, Any], tmp_path: Any) -> None:
    from proofs.certificates import CertificateError
    from proofs.checks import recheck

    generator = random.Random(12)
    text = json.dumps(honest)
    path = tmp_path / "c.json"
    for _ in range(200):
        k = generator.randrange(len(text))
        other = generator.choice([c for c in '0123456789abx"[]{},:/- ' if c != text[k]])
        path.write_text(text[:k] + other + text[k + 1 :])
        try:
            result = recheck(path)
        except CertificateError:
            continue
        assert not result.valid or json.loads(path.read_text()) == honest
