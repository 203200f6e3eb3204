"""Results as JSON: outward decimals, energies against direct computation, schemas of section 7 of the design."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from study_run import ladders

from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs.landscape import StationaryPoint, prove_landscape
from proofs.results import feature_energies, ladder_json, landscape_json, study_json
from proofs.studies import StudyResult
from proofs.studies.separation import SeparationStudy
from symbolic.objectives import build_objective

F = Fraction


def interval(value: Any) -> tuple[Fraction, Fraction]:
    assert isinstance(value, list)
    assert all(isinstance(v, str) for v in value)
    lo, hi = map(F, value)
    assert lo <= hi
    return lo, hi


def encloses(value: Any, x: Enclosure) -> bool:
    lo, hi = interval(value)
    return lo <= x.lo and x.hi <= hi


# -- energies ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["ssl", "sl"])
def test_energies_against_direct_computation(study: SeparationStudy, name: str) -> None:
    landscape = study.ssl_landscape if name == "ssl" else study.sl_landscape
    objective = landscape.objective
    for p in landscape.points:
        at = {n: float(x.middle) for n, x in zip(p.names, p.box, strict=True)}
        w = np.array([[at[v.name] for v in row] for row in objective.rows])
        energies = feature_energies(objective, p)
        assert list(energies) == ["e1", "e2"]
        whole = np.linalg.norm(w)
        for k, found in enumerate(energies.values()):
            if whole == 0:
                assert found is None
                continue
            assert found is not None
            assert float(found.middle) == pytest.approx(np.linalg.norm(w[:, k]) / whole, abs=1e-10)
            assert found.width < F(1, 10**9)


def test_energies_of_the_paper(study: SeparationStudy) -> None:
    # SSL: 1.5198619 / |(3.8162037, 1.5198619)| = 0.37; SL: exactly 0.
    ssl = feature_energies(study.ssl, study.attractor)["e2"]
    sl = feature_energies(study.sl, study.sl_minima[0][0])["e2"]
    assert ssl is not None
    assert float(ssl.middle) == pytest.approx(0.37, abs=0.005)
    assert sl is not None
    assert sl.lo <= 0 <= sl.hi
    assert sl.hi < F(1, 10**9)


def test_the_origin_has_no_energy(study: SeparationStudy) -> None:
    (origin,) = [p for p in landscape_json(study.sl_landscape)["stationary_points"] if p["index"] == 2]
    assert origin["features"] == {"e1": {"energy": None}, "e2": {"energy": None}}


def test_the_energy_of_a_box_around_zero_is_an_interval_from_zero(study: SeparationStudy) -> None:
    p = study.attractor
    wide = StationaryPoint(p.names, (p.box[0], Enclosure(F(-1), F(1))), p.unique_in, p.eigenvalues, 0, p.value, ())
    energy = feature_energies(study.ssl, wide)["e2"]
    assert energy is None or (energy.lo <= 0 and energy.hi >= F(25, 100))


# -- landscapes ----------------------------------------------------------------------------------------------
def test_landscape_schema(study: SeparationStudy) -> None:
    for landscape in (study.ssl_landscape, study.sl_landscape):
        data = json.loads(json.dumps(landscape_json(landscape)))
        names = [v.name for v in landscape.objective.variables]
        assert data["objective"] == landscape.objective.name
        assert data["parameters"]["tau"] == "7"
        assert data["verdict"] == "PROVED"
        assert data["undecided"] == []
        assert data["count"] == len(data["stationary_points"]) == len(landscape.points)
        for name in names:
            assert encloses(data["box"][name], landscape.box[name])
        for entry, p in zip(data["stationary_points"], landscape.points, strict=True):
            assert list(entry["box"]) == names
            assert all(encloses(entry["box"][n], x) for n, x in zip(names, p.box, strict=True))
            assert all(encloses(entry["unique_in"][n], x) for n, x in zip(names, p.unique_in, strict=True))
            assert encloses(entry["value"], p.value)
            assert all(encloses(e, x) for e, x in zip(entry["eigenvalues"], p.eigenvalues, strict=True))
            assert entry["status"] == "unique"
            assert entry["kind"] in ("minimum", "saddle", "maximum")
            assert entry["kind"] == p.kind
            assert entry["index"] == p.index
            for energy in entry["features"].values():
                if energy["energy"] is not None:
                    lo, hi = interval(energy["energy"])
                    assert hi - lo < F(1, 10**9)


def test_an_exact_coordinate_stays_exact_in_json(study: SeparationStudy) -> None:
    entries = landscape_json(study.sl_landscape)["stationary_points"]
    best = [e for e in entries if "b1 = 0" in e["relations"] and e["kind"] == "minimum"]
    assert len(best) == 2
    assert all(e["box"]["b1"] == e["box"]["b2"] == ["0", "0"] for e in best)


def test_open_regions_are_reported() -> None:
    data = landscape_json(prove_landscape(build_objective("ssl"), budget=Budget(boxes=3)))
    assert data["verdict"] == "UNDECIDED"
    assert "box budget" in data["reason"]
    assert data["undecided"]
    for region in data["undecided"]:
        assert set(region) == {"a", "b"}
        assert all(interval(side)[0] < interval(side)[1] for side in region.values())


# -- studies and ladders -------------------------------------------------------------------------------------
def test_study_schema(study_result: StudyResult) -> None:
    data = json.loads(json.dumps(study_json(study_result)))
    assert data["study"] == "separation"
    assert data["verdict"] == "PROVED"
    assert data["seconds"] > 0
    assert [entry["id"] for entry in data["lemmas"]] == [f"L{k}" for k in range(1, 9)]
    for entry, item in zip(data["lemmas"], study_result.lemmas, strict=True):
        assert {"id", "title", "statement", "verdict", "reason", "uses", "seconds", "values", "certificate"} <= set(
            entry
        )
        assert entry["verdict"] in ("PROVED", "REFUTED", "UNDECIDED")
        assert set(entry["uses"]) <= {e["id"] for e in data["lemmas"]}
        for name, value in item.outcome.values.items():
            assert encloses(entry["values"][name], value)


def test_ladder_schema() -> None:
    entries = [(analysis.point, rungs) for analysis, rungs in ladders().values()]
    data = json.loads(json.dumps(ladder_json(entries)))
    assert len(data["points"]) == 3
    for entry, (point, rungs) in zip(data["points"], entries, strict=True):
        assert entry["kind"] == "minimum"
        assert all(encloses(entry["box"][n], x) for n, x in zip(point.names, point.box, strict=True))
        assert [m["method"] for m in entry["methods"]] == [r.method for r in rungs]
        for method, rung in zip(entry["methods"], rungs, strict=True):
            for key, (lo, hi) in (("radius", rung.radius), ("image_radius", rung.image_radius)):
                assert F(method[key][0]) <= lo
                assert method[key][1] == "inf" if hi is None else F(method[key][1]) >= hi
            assert F(method["constant"]) <= rung.constant
