"""Every lemma's certificate is proved again, and changed ones are rejected, digest or not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proofs.certificates import CertificateError, digest, write_certificate
from proofs.checks import recheck
from proofs.claims.stationary_points import landscape_claim
from proofs.landscape import prove_landscape
from proofs.studies import StudyResult, build_study, run_study
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def study() -> StudyResult:
    return run_study(build_study("separation"))


@pytest.fixture(scope="module")
def ssl_claim() -> dict[str, Any]:
    return landscape_claim(prove_landscape(build_objective("ssl")))


def test_the_paper_is_proved(study: StudyResult) -> None:
    assert [r.verdict for r in study.lemmas] == [Verdict.PROVED] * 8
    values = study["L3"].outcome.values
    # DESIGN, section 2: minima (+-3.8162037, 1.5198619), value -0.7178279, eigenvalues 0.0114311, 0.0298252.
    for name, digits in (
        ("a", "3.8162037"),
        ("b", "1.5198619"),
        ("value", "-0.7178279"),
        ("eigenvalue 1", "0.0114311"),
    ):
        assert abs(values[name].middle - Fraction(digits)) < Fraction(1, 10**7)


@pytest.mark.parametrize("lemma", ["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8"])
def test_every_certificate_is_valid(study: StudyResult, lemma: str, tmp_path: Path) -> None:
    path = tmp_path / f"{lemma}.json"
    write_certificate(path, study[lemma].outcome.claims, lemma=lemma)
    result = recheck(path)
    assert result.valid, result.reason


def verdict_of(claim: dict[str, Any], tmp_path: Path) -> bool:
    path = tmp_path / "c.json"
    write_certificate(path, [claim])
    return recheck(path).valid


def up(text: str, by: Fraction = Fraction(1, 10**6)) -> str:
    return str(Fraction(text) + by)


def _statement(path: list[Any], value: Any) -> Change:
    def change(claim: dict[str, Any]) -> None:
        node: Any = claim
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value(node[path[-1]]) if callable(value) else value

    return change


POINT = ["statement", "points", 0]
BLOCK = ["evidence", "blocks", 0]
CHANGES: dict[str, Change] = {
    "count": _statement(["statement", "count"], 2),
    "one point fewer": lambda c: (c["statement"]["points"].pop(), c["statement"].__setitem__("count", 2))[0],
    "a point twice": lambda c: c["statement"]["points"].append(c["statement"]["points"][0]),
    "index": _statement([*POINT, "index"], 1),
    "kind": _statement([*POINT, "kind"], "saddle"),
    "box moved": _statement([*POINT, "box", "a"], lambda x: [up(x[0]), up(x[1])]),
    "box shrunk": _statement([*POINT, "box", "a"], lambda x: [x[1], x[1]]),
    "value moved": _statement([*POINT, "value"], lambda x: [up(x[0]), up(x[1])]),
    "eigenvalue moved": _statement([*POINT, "eigenvalues", 0], lambda x: [up(x[0]), up(x[1])]),
    "relation added": _statement([*POINT, "relations"], ["b = 0"]),
    "tau": _statement(["statement", "parameters", "tau"], "8"),
    "alpha": _statement(["statement", "parameters", "alpha"], "1/400"),
    "a parameter dropped": lambda c: c["statement"]["parameters"].pop("alpha"),
    "objective": _statement(["statement", "objective"], "sl"),
    "neurons": _statement(["statement", "neurons"], 2),
    "root too small": _statement([*BLOCK, "root", "a"], ["-4", "4"]),
    "unique box dropped": lambda c: c["evidence"]["blocks"][0]["unique"].pop(0),
    "unique box too wide": _statement([*BLOCK, "unique", 0, "a"], ["-12", "12"]),
    "evidence point dropped": lambda c: c["evidence"]["blocks"][0]["points"].pop(0),
    "leaf opened": _statement([*BLOCK, "tree", "kinds"], lambda k: k.replace("3", "4")),
    "tree of one leaf": _statement([*BLOCK, "tree"], {"kinds": "1", "axes": [], "cuts": [], "children": [], "marks": []}),
    "known leaf for all": _statement([*BLOCK, "tree"], {"kinds": "3", "axes": [], "cuts": [], "children": [], "marks": [[0, 0]]}),
    "child dropped": lambda c: c["evidence"]["blocks"][0]["tree"]["children"].pop(),
    "subspace forged": _statement([*BLOCK, "points", 0, "subspace"], {"index": [-1, 0], "coefficients": [0, 1]}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_certificate_is_rejected_even_with_a_new_digest(
    name: str, ssl_claim: dict[str, Any], tmp_path: Path
) -> None:
    claim = copy.deepcopy(ssl_claim)
    CHANGES[name](claim)
    assert claim != ssl_claim
    assert not verdict_of(claim, tmp_path)


def test_the_unchanged_certificate_is_accepted(ssl_claim: dict[str, Any], tmp_path: Path) -> None:
    assert verdict_of(copy.deepcopy(ssl_claim), tmp_path)


def test_any_edit_breaks_the_digest(ssl_claim: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    write_certificate(path, [ssl_claim], note="as written")
    certificate = json.loads(path.read_text())
    assert certificate["digest"] == digest(certificate)
    path.write_text(path.read_text().replace("as written", "as edited"))
    assert "digest" in recheck(path).reason


@pytest.mark.parametrize(
    ("lemma", "number", "path", "value"),
    [
        ("L1", 0, ["statement", "bounds", 0, "radius"], "12"),
        ("L2", 0, ["statement", "ridge"], "1/900"),
        ("L4", 1, ["statement", "minima", 0, "rank"], 2),
        ("L4", 1, ["statement", "minima", 1, "rank"], 1),
        ("L7", 0, ["statement", "epsilon"], "1/100"),
        ("L7", 0, ["statement", "a_kept"], "39/10"),
        ("L7", 0, ["statement", "b_limit"], "1/100"),
        ("L7", 0, ["statement", "ssl", "m"], "1/300"),
        ("L7", 0, ["evidence", "ssl", "inner"], "1"),
        ("L8", 0, ["statement", "smoothness"], "3"),
        ("L8", 0, ["statement", "local_radius"], "1"),
        ("L8", 0, ["statement", "local_m"], "1/100"),
        ("L6", 0, ["statement", "rungs", 0, "radius", 0], "1/100"),
        ("L6", 0, ["statement", "rungs", 3, "image_radius", 0], "1/100"),
        ("L6", 0, ["evidence", "balls", 0, 0, "outer"], "1/1000"),
    ],
)
def test_changed_lemmas_are_rejected(
    study: StudyResult, lemma: str, number: int, path: list[Any], value: str, tmp_path: Path
) -> None:
    claim = copy.deepcopy(study[lemma].outcome.claims[number])
    _statement(path, value)(claim)
    assert not verdict_of(claim, tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": "separatrix-certificate/1"}', b"[" * 5000]
)
def test_unreadable_files(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    with pytest.raises(CertificateError):
        recheck(path)
