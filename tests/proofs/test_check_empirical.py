"""Rechecking certificates of trained networks, and tampering with them: new digests do not help a false statement."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_certify import saddle_data
from trained_networks import data_sets

from proofs.certificates import digest, write_certificate
from proofs.checks import recheck
from proofs.claims import empirical
from proofs.claims.empirical import empirical_claim
from proofs.empirical.certify import certify

F = Fraction
Change = Callable[[dict[str, Any], dict[str, Any]], object]


def small(objective: str) -> dict[str, Any]:
    """Weights near a minimum, in dimension 3 so that every check takes a moment."""
    x, y = (a[0] for a in data_sets(range(1), 24, 3, "vector"))
    w = np.array([[3.4, 1.4, 0.1], [-3.4, 1.4, 0.0]])
    if objective == "sl":
        return {"X": x, "y": y, "W": np.array([[-2.6, 0, 0], [2.6, 0, 0]]), "F": [4.2, -4.2]}
    if objective == "views":
        return {"X1": x, "X2": x + 0.05, "W": w}
    return {"X": x, "W": w}


@cache
def honest(case: str) -> dict[str, Any]:
    if case == "saddle":
        return empirical_claim(certify(saddle_data(), augment="none"))
    found = certify(small(case), augment="none" if case == "plain" else None, within=3.0)
    assert found.verdict.value == "PROVED", found.reason
    return empirical_claim(found)


def verdict(tmp_path: Path, claim: dict[str, Any]) -> tuple[bool, str]:
    write_certificate(tmp_path / "c.json", [claim])
    result = recheck(tmp_path / "c.json")
    return result.valid, result.reason


CASES = ["ssl", "plain", "sl", "views", "saddle"]


@pytest.mark.parametrize("case", CASES)
def test_what_was_proved_is_proved_again(case: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, honest(case)) == (True, "every claim was proved again (1)")


def test_an_old_digest_is_noticed_first(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    write_certificate(path, [honest("plain")])
    body = json.loads(path.read_text())
    body["claims"][0]["statement"]["index"] = 1
    path.write_text(json.dumps(body))
    assert "digest" in recheck(path).reason


def scaled(block: int, field: str, factor: Fraction) -> Change:
    def change(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        target = statement["blocks"][block]
        target[field] = str(F(target[field]) * factor)

    return change


def convex(field: str, factor: Fraction) -> Change:
    def change(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        target = statement["blocks"][0]["convex"][0]
        target[field] = str(F(target[field]) * factor)

    return change


def put(*path: Any, value: Any) -> Change:
    """Set a field of the statement; ``value`` may be a function of what is there."""

    def change(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        target: Any = statement
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value(target[path[-1]]) if callable(value) else value

    return change


def other_data(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Data of another seed, with their own digest: another objective, with its minimum elsewhere."""
    x = data_sets(range(5, 6), 24, 3, "vector")[0][0]
    raw = np.ascontiguousarray(x, dtype="<f8").tobytes()
    import hashlib

    statement["data"]["X"]["sha256"] = hashlib.sha256(raw).hexdigest()
    evidence["arrays"]["X"] = base64.b64encode(raw).decode()


def flipped_bit(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    raw = bytearray(base64.b64decode(evidence["arrays"]["X"]))
    raw[0] ^= 1
    evidence["arrays"]["X"] = base64.b64encode(bytes(raw)).decode()


FALSE: dict[str, Change] = {
    "index": put("index", value=1),
    "kind": put("kind", value="saddle"),
    "verdict": put("verdict", value="REFUTED"),
    "index of a block": put("blocks", 0, "index", value=1),
    "larger radius": scaled(0, "radius", F(4)),
    "no distance": scaled(0, "distance", F(1, 10**9)),
    "larger gap": scaled(0, "gap", F(2)),
    "higher eigenvalue": put("blocks", 0, "eigenvalues", 0, value=lambda v: str(F(v) * F(101, 100))),
    "lower eigenvalue": put("blocks", 0, "eigenvalues", 1, value=lambda v: str(F(v) * F(99, 100))),
    "larger convex ball": convex("radius", F(3)),
    "more convex": convex("lower", F(5, 4)),
    "less curved": convex("upper", F(1, 10)),
    "centre": put("blocks", 0, "centre", 0, value=lambda v: (float.fromhex(v) + 1e-3).hex()),
    "blocks exchanged": put("blocks", value=lambda v: v[::-1]),
    "distance": put("distance", 1, value=lambda v: str(F(v) * F(99, 100))),
    "energy": put("energy", "e1", 0, value=lambda v: str(F(v) + F(1, 1000))),
    "span": put("span", "e2", 1, value=lambda v: str(F(v) - F(1, 10))),
    "parameter": put("parameters", "alpha", value="1/700"),
    "parameter missing": put("parameters", value={}),
    "parameter negative": put("parameters", "alpha", value="-1/800"),
    "one block less": put("blocks", value=lambda v: v[:1]),
    "objective": put("objective", value="sl"),
    "augmentation": put("augment", value="views"),
    "unknown augmentation": put("augment", value="flip"),
    "shape": put("data", "X", "shape", value=[3, 24]),
    "digest of the data": put("data", "X", "sha256", value="0" * 64),
    "malformed": put("blocks", 0, "gap", value=0.5),
    "malformed block": put("blocks", 0, value=None),
    "malformed pair": put("blocks", 0, "eigenvalues", value=["1"]),
    "malformed balls": put("blocks", 0, "convex", value={}),
    "malformed energy": put("energy", value={"e7": None}),
    "no data": lambda s, e: e.clear(),
    "other data": other_data,
    "flipped bit": flipped_bit,
    "not base64": lambda s, e: e["arrays"].update(X="*"),
    "missing file": lambda s, e: (e.clear(), e.update(file="/nowhere/x.npz", name="x.npz")),
    "file name with a folder": lambda s, e: (e.clear(), e.update(file="x", name="../x.npz")),
}


@pytest.mark.parametrize("change", FALSE)
def test_a_changed_statement_is_invalid(change: str, tmp_path: Path) -> None:
    claim = copy.deepcopy(honest("plain"))
    FALSE[change](claim["statement"], claim["evidence"])
    valid, reason = verdict(tmp_path, claim)
    assert not valid
    assert "claim 1" in reason


@pytest.mark.parametrize("change", ["larger radius", "index of a block", "no distance", "centre", "larger convex ball"])
@pytest.mark.parametrize("case", ["sl", "ssl"])
def test_the_same_with_other_objectives(case: str, change: str, tmp_path: Path) -> None:
    claim = copy.deepcopy(honest(case))
    FALSE[change](claim["statement"], claim["evidence"])
    assert not verdict(tmp_path, claim)[0]


def test_a_saddle_is_not_passed_off_as_a_minimum(tmp_path: Path) -> None:
    claim = copy.deepcopy(honest("saddle"))
    claim["statement"] |= {"verdict": "PROVED", "kind": "minimum", "index": 0}
    claim["statement"]["blocks"][0]["index"] = 0
    assert not verdict(tmp_path, claim)[0]


def test_weaker_statements_are_true(tmp_path: Path) -> None:
    claim = copy.deepcopy(honest("plain"))
    scaled(0, "radius", F(9, 10))(claim["statement"], {})
    put("distance", 1, value=lambda v: str(F(v) * 2))(claim["statement"], {})
    put("span", "e1", value=None)(claim["statement"], {})
    assert verdict(tmp_path, claim)[0]


def test_large_data_stay_in_their_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the certificate names the file, which may move along with it, and its digest is checked."""
    monkeypatch.setattr(empirical, "INLINE_NUMBERS", 10)
    data = small("plain")
    folder = tmp_path / "there"
    folder.mkdir()
    np.savez(folder / "net.npz", **data)
    claim = empirical_claim(certify(folder / "net.npz", augment="none", within=3.0))
    assert set(claim["evidence"]) == {"file", "name"}
    assert verdict(tmp_path, claim)[0]
    (folder / "net.npz").rename(tmp_path / "net.npz")
    assert verdict(tmp_path, claim)[0]
    np.savez(tmp_path / "net.npz", **{**data, "X": data["X"] + 1e-9})
    valid, reason = verdict(tmp_path, claim)
    assert not valid
    assert "not the one" in reason
    (tmp_path / "net.npz").write_bytes(b"PK")
    assert not verdict(tmp_path, claim)[0]


def test_the_digest_covers_the_claim() -> None:
    claim = honest("plain")
    body = {"format": "x", "claims": [claim]}
    changed = {"format": "x", "claims": [{**claim, "kind": "other"}]}
    assert digest(body) != digest(changed)
