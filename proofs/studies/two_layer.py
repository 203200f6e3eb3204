"""A two-layer encoder: the label is lost, and complete landscapes of small ones with their balls in R^d."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import sympy as sp

from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs.claims.features import content_claim, lost_label_claim
from proofs.claims.ladder import ladder_claim
from proofs.ladder import PointAnalysis
from proofs.landscape import Landscape, prove_landscape
from proofs.reduction import reduces_to_features
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.feature_models import feature_model, model_parameters
from proofs.studies.landscapes import landscape_outcome
from proofs.theorems.second_layer import critical_ridge, label_is_lost
from proofs.verdict import Verdict
from symbolic.objectives import Objective

__all__ = ["TwoLayerStudy"]

BUDGET = Budget(seconds=900.0)
SHAPES = ((1, 1), (2, 1), (2, 2))  # hidden neurons, output units
THEOREM_CASES = ((1, 1), (1, 3), (3, 2))  # hidden features, output units


class TwoLayerStudy:
    """f = sigmoid(V sigmoid(W x)), alignment of positive pairs; each landscape is computed once."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        self.parameters = model_parameters(values)
        self.landscape = cache(self._landscape)

    def objective(self, neurons: int, units: int, hidden: int = 1, nuisance: int = 0) -> Objective:
        return feature_model(self.parameters, neurons=neurons, units=units, hidden=hidden, nuisance=nuisance)

    def _landscape(self, neurons: int, units: int) -> Landscape:
        return prove_landscape(self.objective(neurons, units), budget=BUDGET)

    def t1(self) -> Outcome:
        """One hidden neuron: the label is lost, for any number of features and units."""
        critical, alpha = critical_ridge(), to_fraction(self.parameters["alpha"])
        outcome = Outcome(
            Verdict.PROVED,
            "sigmoid' and F fall where it matters; the form of the loss is checked by exact algebra",
            {"critical alpha": critical},
        )
        for hidden, units in THEOREM_CASES:
            objective = self.objective(1, units, hidden)
            if not label_is_lost(objective, alpha):
                return Outcome(Verdict.UNDECIDED, "the theorem needs tau > 0 and alpha below 0.0081")
            outcome.claims.append(lost_label_claim(objective, critical))
        return outcome

    def complete(self, neurons: int, units: int) -> Outcome:
        """Exactly one stationary point, a minimum, with w_e1 = 0 in every row and equal rows."""
        landscape = self.landscape(neurons, units)
        rows = landscape.objective.rows
        stated = len(landscape.points) == 1 and landscape.points[0].index == 0
        if stated:
            found = set(landscape.points[0].relations)
            first = rows[0][1].name
            wanted = {f"{label.name} = 0" for label, _ in rows} | {f"{b.name} = {first}" for _, b in rows[1:]}
            stated = wanted <= found and landscape.points[0].coordinate(first).lo > 0
        outcome = landscape_outcome(landscape, stated)
        if outcome.verdict is Verdict.PROVED:
            (point,) = landscape.points
            outcome.values[rows[0][0].name] = point.coordinate(rows[0][0].name)
            outcome.values[rows[0][1].name] = point.coordinate(rows[0][1].name)
            outcome.values["v1_1"] = point.coordinate("v1_1")
            outcome.values["value"] = point.value
            outcome.values["boxes of the search"] = Enclosure.exact(sum(e.search.boxes for e in landscape.evidence))
            outcome.claims.append(content_claim(landscape.objective, point))
        return outcome

    def balls(self) -> Outcome:
        """Balls in R^d around the minima of T2 and T3."""
        outcome = Outcome(Verdict.PROVED, "each radius holds on its whole ball; upper ends are proved failures")
        for neurons, units in SHAPES[:2]:
            plane, lifted = self.objective(neurons, units), self.objective(neurons, units, nuisance=1)
            if not reduces_to_features(plane, lifted):
                return Outcome(Verdict.UNDECIDED, "the loss does not split off its nuisance coordinates")
            points = self.landscape(neurons, units).points
            if len(points) != 1 or points[0].index != 0:
                return Outcome(Verdict.UNDECIDED, "the landscape has other points")
            analysis = PointAnalysis(plane, points[0])
            rungs = analysis.ladder()
            for rung in rungs:
                if rung.radius[0] <= 0:
                    return Outcome(Verdict.UNDECIDED, f"no radius was certified for {rung.method}")
                lo, hi = rung.radius
                name = f"{neurons}+{units} {rung.method} r"
                if hi is not None:
                    outcome.values[name] = Enclosure(lo, hi)
                else:
                    outcome.values[f"{name} >="] = Enclosure.exact(lo)
            outcome.claims.append(ladder_claim(analysis, rungs))
        return outcome

    def study(self) -> Study:
        """The lemma graph."""
        shown = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        noise_free = "noise-free population, positive pairs only, sigmoid in both layers"

        def of(shape: tuple[int, int]) -> Callable[[], Outcome]:
            return lambda: self.complete(*shape)

        lemmas = [
            Lemma(
                "T1",
                "A second layer loses the label",
                "With one hidden neuron, any number of output units and of hidden features, and alpha below the "
                "critical value, every stationary point has w_e1 = 0 exactly.",
                noise_free + ", any tau > 0",
                (),
                self.t1,
            )
        ]
        for k, (neurons, units) in enumerate(SHAPES, 2):
            lemmas.append(
                Lemma(
                    f"T{k}",
                    f"{neurons} hidden neuron{'s' * (neurons > 1)}, {units} output unit{'s' * (units > 1)}",
                    "There is exactly one stationary point, a minimum: w_e1 = 0 exactly in every row, and all rows are "
                    "one positive multiple of e2.",
                    noise_free,
                    (),
                    of((neurons, units)),
                )
            )
        lemmas.append(
            Lemma(
                "T5",
                "Balls in R^d",
                "Around the minima of T2 and T3, in all coordinates of W and V: the largest balls of the exact inverse "
                "function theorem, of its preconditioned form and of convexity; the minimum is alone in each.",
                noise_free + ", any d",
                ("T2", "T3"),
                self.balls,
            )
        )
        return Study("two-layer", f"A two-layer encoder ({shown})", self.parameters, tuple(lemmas))


@register_study("two-layer")
def two_layer_study(values: Mapping[str, sp.Rational]) -> Study:
    return TwoLayerStudy(values).study()
