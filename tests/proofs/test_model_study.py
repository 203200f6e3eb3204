"""The lemma graph of a model, landscapes in a given box, and their certificates, tampered ones too."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from numeric.enclosure import Enclosure
from proofs.certificates import encode_box, write_certificate
from proofs.checks import recheck
from proofs.checks.base import Invalid, check_claim
from proofs.claims.stationary_points import landscape_claim
from proofs.features import ABSENT, HELD, OPEN, energies_at, features_at
from proofs.landscape import prove_landscape
from proofs.models import Model
from proofs.studies import StudyResult, run_study
from proofs.verdict import Verdict
from symbolic.objectives import build_objective


def small(**changes: Any) -> Model:
    """Barlow on one sign: two minima that hold it, and a maximum at 0."""
    return Model.of(
        {
            "parameters": {"a": {"value": "1/10", "positive": True}},
            "data": {"independent": {"e1": ["1", "-1"]}},
            "network": {"activation": "tanh"},
            "objective": {"kind": "barlow", "ridge": "a"},
            **changes,
        }
    )


@pytest.fixture(scope="module")
def result() -> StudyResult:
    return run_study(small().study())


def test_every_lemma_is_proved_and_rechecked(result: StudyResult, tmp_path: Path) -> None:
    assert [(r.lemma.id, r.verdict) for r in result.lemmas] == [(f"M{k}", Verdict.PROVED) for k in range(1, 8)]
    values = result["M4"].outcome.values
    # L(w) = (1 - tanh(w)^2)^2 + w^2/10: L'(w) = -4 (1 - t^2)^2 t + w/5 vanishes at 0 and at +-w.
    assert {k: v.lo for k, v in values.items()} == {"stationary points": 3, "of kind minimum": 2, "of kind maximum": 1}
    for item in result.lemmas:
        path = tmp_path / f"{item.lemma.id}.json"
        write_certificate(path, item.outcome.claims)
        assert recheck(path).valid, item.lemma.id
    assert "{e1}" in result["M7"].outcome.reason


def forge_derivation(claim: dict[str, Any]) -> None:
    claim["statement"]["equalities"] += 1


def forge_steps(claim: dict[str, Any]) -> None:
    claim["statement"]["steps"] = ["objective"]


def forge_bound(claim: dict[str, Any]) -> None:
    claim["statement"]["bounds"][0]["radius"] = "1/64"


def forget_a_point(claim: dict[str, Any]) -> None:
    claim["statement"]["points"] = claim["statement"]["points"][:1]


def maximum_as_lowest(claim: dict[str, Any]) -> None:
    points = claim["evidence"]["landscape"]["statement"]["points"]
    claim["statement"]["points"] = [p["box"] for p in points if p["kind"] == "maximum"]


def other_objective(claim: dict[str, Any]) -> None:
    claim["statement"]["parameters"]["a"] = "1/11"


def feature_absent(claim: dict[str, Any]) -> None:
    claim["statement"]["minima"][0]["features"]["e1"] = ABSENT


def other_energy(claim: dict[str, Any]) -> None:
    claim["statement"]["minima"][0]["energies"]["e1"] = ["1/3", "1/2"]


def no_minimum(claim: dict[str, Any]) -> None:
    zero = encode_box(("w_e1",), [Enclosure.exact(0)])
    claim["statement"]["minima"][0] |= {"box": zero, "unique_in": claim["statement"]["minima"][0]["unique_in"]}


@pytest.mark.parametrize(
    ("lemma", "forge"),
    [
        ("M1", forge_derivation),
        ("M1", forge_steps),
        ("M2", forge_bound),
        ("M4", forget_a_point),
        ("M5", forget_a_point),
        ("M5", maximum_as_lowest),
        ("M5", other_objective),
        ("M7", feature_absent),
        ("M7", other_energy),
        ("M7", no_minimum),
    ],
)
def test_forged_claims_are_rejected(result: StudyResult, lemma: str, forge: Callable[[dict[str, Any]], None]) -> None:
    claim = copy.deepcopy(result[lemma].outcome.claims[0])
    check_claim(copy.deepcopy(claim))
    forge(claim)
    with pytest.raises(Invalid):
        check_claim(claim)


def test_a_model_without_theorems_says_why() -> None:
    model = small(network={"activation": "gelu"}, objective={"kind": "alignment", "ridge": "a"})
    verdicts = {r.lemma.id: r for r in run_study(model.study()).lemmas}
    assert verdicts["M1"].verdict is Verdict.PROVED
    assert verdicts["M3"].verdict is Verdict.PROVED
    for key in ("M2", "M4", "M5", "M6", "M7"):
        assert verdicts[key].verdict is Verdict.UNDECIDED
    assert "unbounded below" in verdicts["M2"].outcome.reason
    inside = run_study(model.study(within={"w_e1": (Fraction(-1), Fraction(2))}))
    assert inside["M4"].verdict is Verdict.PROVED
    assert inside["M5"].verdict is Verdict.UNDECIDED
    assert "does not tell" in inside["M5"].outcome.reason


def test_penalties_and_noise_leave_the_reduction_open() -> None:
    noisy = small(
        data={"independent": {"e1": ["1", "-1"]}, "noise": "1/2"},
        network={"activation": "erf"},
        objective={"kind": "alignment", "ridge": "a"},
    )
    fourth = small(penalty=[{"form": "fourth", "on": "rows", "weight": "a"}])
    for model in (noisy, fourth):
        found = run_study(model.study())
        assert found["M3"].verdict is Verdict.UNDECIDED
        assert found["M4"].verdict is Verdict.PROVED
    assert found["M1"].verdict is Verdict.PROVED


def test_features_of_a_point() -> None:
    objective = build_objective("ssl", neurons=2)
    zero, wide = Enclosure.exact(0), Enclosure(Fraction(-1), Fraction(1))
    at = {"a1": zero, "b1": Enclosure.exact(3), "a2": zero, "b2": Enclosure.exact(-4)}
    assert features_at(objective, at) == {"e1": ABSENT, "e2": HELD}
    energies = energies_at(objective, at)
    assert energies["e1"] is not None
    assert energies["e1"].contains(zero)
    assert features_at(objective, {**at, "a1": wide}) == {"e1": OPEN, "e2": HELD}
    assert energies_at(objective, dict.fromkeys(at, wide)) == {"e1": None, "e2": None}


# -- a given box ---------------------------------------------------------------------------------------
BOX = {"a": (Fraction(1), Fraction(5)), "b": (Fraction(0), Fraction(3))}


def test_landscape_in_a_box() -> None:
    objective = build_objective("ssl")
    found = prove_landscape(objective, within=BOX)
    assert (found.verdict, len(found.points), found.points[0].kind) == (Verdict.PROVED, 1, "minimum")
    assert found.box["a"] == Enclosure(Fraction(1), Fraction(5))
    claim = landscape_claim(found)
    assert claim["statement"]["within"].keys() == {"a", "b"}
    check_claim(copy.deepcopy(claim))
    for change in ({"a": ["0", "5"]}, {"a": ["4", "5"]}, {"b": ["-20", "20"]}):
        forged = copy.deepcopy(claim)
        forged["statement"]["within"] |= change
        with pytest.raises(Invalid):
            check_claim(forged)
    forged = copy.deepcopy(claim)
    del forged["statement"]["within"]
    with pytest.raises(Invalid):
        check_claim(forged)


def test_one_side_of_a_box_uses_the_bound_of_the_other() -> None:
    found = prove_landscape(build_objective("ssl"), within={"a": (Fraction(-5), Fraction(5))})
    assert (found.verdict, len(found.points)) == (Verdict.PROVED, 3)
    check_claim(landscape_claim(found))


def test_ends_are_rounded_outward_and_stated_so() -> None:
    found = prove_landscape(build_objective("ssl"), within={"a": (Fraction(1, 3), Fraction(14, 3)), "b": BOX["b"]})
    side = found.box["a"]
    assert side.lo <= Fraction(1, 3) <= Fraction(14, 3) <= side.hi
    assert side.lo.denominator & (side.lo.denominator - 1) == 0


def test_a_point_on_the_boundary_is_left_open() -> None:
    found = prove_landscape(build_objective("ssl"), within={"a": (Fraction(0), Fraction(5)), "b": BOX["b"]})
    assert found.verdict is Verdict.UNDECIDED
    assert "boundary" in found.reason


def test_symmetries_count_only_where_the_box_has_them() -> None:
    # Two neurons: the blocks are twins, but not with different sides.
    sides = {"a1": (Fraction(1), Fraction(5)), "b1": BOX["b"], "a2": (Fraction(-5), Fraction(5)), "b2": BOX["b"]}
    found = prove_landscape(build_objective("ssl", neurons=2), within=sides)
    assert (found.verdict, len(found.points)) == (Verdict.PROVED, 3)
    check_claim(landscape_claim(found))


@pytest.mark.parametrize(
    "within",
    [{"x": (Fraction(0), Fraction(1))}, {"a": (Fraction(1), Fraction(1))}, {"a": (Fraction(2), Fraction(1))}],
)
def test_boxes_that_make_no_sense(within: dict[str, tuple[Fraction, Fraction]]) -> None:
    with pytest.raises(ValueError, match="box"):
        prove_landscape(build_objective("ssl"), within=within)
