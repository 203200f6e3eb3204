"""The robustness study: sweeps that must come out, certified brackets, and the words of the table."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from numeric.search import Budget
from proofs.certificates import write_certificate
from proofs.checks import recheck
from proofs.experiments import robustness as study
from proofs.experiments import robustness_report as report
from proofs.landscape import Landscape, prove_landscape
from proofs.verdict import Verdict
from symbolic.objectives import build_objective


@pytest.fixture(scope="module")
def found() -> study.Robustness:
    return study.run_robustness(steps=300, points=3, taus=0)


def test_every_factor_is_there(found: study.Robustness) -> None:
    assert len(found.sweeps) == 10
    for sweep in found.sweeps:
        for energies in sweep.energies.values():
            assert energies.shape == (len(sweep.values), 2)
            assert ((energies >= 0) & (energies <= 1)).all()


def test_masking_the_hidden_feature_removes_it() -> None:
    sweep = study._augmentation("mask e2", 2, 20_000)
    # Never masked: |b|/|(a, b)| = 0.370; always masked: the gradient along e2 is the ridge alone.
    assert sweep.energies["SSL"][:, 1] == pytest.approx([0.370, 0], abs=2e-3)
    assert sweep.residual is not None
    assert sweep.residual < 1e-3


def test_sl_needs_a_correlation() -> None:
    sweep = study._correlation(3, 20_000)
    left, middle, right = sweep.energies["SL"][:, 1]
    assert middle < 1e-6
    assert min(left, right) > 0.01
    assert left == pytest.approx(right, rel=1e-3)  # mirror images


def landscape(alpha: str, budget: Budget | None = None) -> Landscape:
    objective = build_objective("ssl", values={"alpha": sp.Rational(alpha)})
    return prove_landscape(objective, budget=budget) if budget else prove_landscape(objective)


def test_rows_with_both_features() -> None:
    assert study.rows_with_both_features(landscape("1/800")) is True
    assert study.rows_with_both_features(landscape("1")) is False
    assert study.rows_with_both_features(landscape("1/800", Budget(boxes=2))) is None


def test_a_bracket_is_proved_at_both_ends(tmp_path: Path) -> None:
    bracket = study.alpha_bracket(Fraction(7), low=Fraction(1, 40), high=Fraction(1, 25))
    assert bracket.verdict is Verdict.PROVED
    assert 0 < bracket.high - bracket.low <= bracket.high / 64
    # The saddle of the published landscape turns into the minimum where its curvature along a vanishes: near 0.0284.
    assert bracket.low < Fraction(284, 10_000) + Fraction(1, 1000)
    assert bracket.high > Fraction(284, 10_000) - Fraction(1, 1000)
    for claim, answer in zip(bracket.claims, (True, False), strict=True):
        path = tmp_path / f"{answer}.json"
        write_certificate(path, [claim])
        assert recheck(path).valid
        assert any("a = 0" not in p["relations"] for p in claim["statement"]["points"]) is answer


def test_a_bracket_that_holds_no_boundary_is_undecided() -> None:
    for low, high in ((Fraction(1, 800), Fraction(1, 400)), (Fraction(1, 4), Fraction(1, 2))):
        bracket = study.alpha_bracket(Fraction(7), low=low, high=high)
        assert (bracket.verdict, bracket.claims) == (Verdict.UNDECIDED, ())


def test_thresholds_in_words() -> None:
    values = np.arange(5.0)
    energies = np.array([[0.2, 0.05], [0.2, 0.05], [0.0, 0.05], [0.1, 0.05], [0.0, 0.05]])
    sweep = study.Sweep("x", "unit", values, {"SSL": energies})
    assert report.threshold(sweep, "SSL", 0) == "0 to 1, 3 to 3"
    assert report.threshold(sweep, "SSL", 1) == "nowhere"
    assert report.threshold(study.Sweep("x", "unit", values, {"SSL": energies + 1}), "SSL", 1) == "everywhere"


def test_report(found: study.Robustness) -> None:
    data = json.loads(json.dumps(report.robustness_json(found, 1.0)))
    assert len(data["sweeps"]) == 10
    assert np.array(data["heat_map"]["energy"]["SSL"]["e2"]).shape == (3, 3)
    assert report.robustness_arrays(found)["heat SSL"].shape == (3, 3, 2)
    figure = report.sweep_figure(found.sweeps)
    assert "start with signs only" in figure.get_suptitle()
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 10
    assert all(axes.get_xlabel() and axes.get_ylabel() == "energy" and axes.get_legend() for axes in shown)
    assert found.heat is not None
    bracket = study.Bracket(Fraction(7), Fraction(1, 40), Fraction(1, 30), Verdict.PROVED, 2)
    maps = report.heat_figure(found.heat, [bracket])
    assert sum(bool(axes.get_title()) for axes in maps.axes) == 4
    assert maps.axes[0].get_legend() is not None
