"""How many hidden features a self-supervised neuron learns: K = 1 to 6, and m neurons against K features."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import sympy as sp

from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs.blocks import find_blocks
from proofs.claims.features import content_claim
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.feature_models import feature_model, model_parameters
from proofs.studies.landscapes import energies_of, landscape_outcome, only
from proofs.verdict import Verdict
from symbolic.objectives import Objective

__all__ = ["FeatureStudy"]

BUDGET = Budget(seconds=900.0)
MOST_HIDDEN, LOST = 5, 6
SEVERAL_NEURONS = (2, 3, 4)


class FeatureStudy:
    """Alignment with K hidden features at one choice of parameters; each landscape is computed once."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        self.parameters = model_parameters(values)
        self.landscape = cache(self._landscape)

    def objective(self, hidden: int, neurons: int = 1) -> Objective:
        return feature_model(self.parameters, hidden=hidden, neurons=neurons)

    def _landscape(self, hidden: int) -> Landscape:
        return prove_landscape(self.objective(hidden), budget=BUDGET)

    def learns_all(self, hidden: int) -> Outcome:
        """Exactly three stationary points; at the two minima the hidden coordinates are equal and positive."""
        landscape = self.landscape(hidden)
        minima = [p for p in landscape.points if p.index == 0]
        saddles = [p for p in landscape.points if p.kind == "saddle"]
        stated = len(landscape.points) == 3 and len(minima) == 2 and len(saddles) == 1
        if stated:
            signs = [p.coordinate("w_e1").lo > 0 for p in minima] + [p.coordinate("w_e1").hi < 0 for p in minima]
            stated = sorted(signs) == [False, False, True, True] and "w_e1 = 0" in saddles[0].relations
            stated = stated and all(_equal_and_positive(p, hidden) for p in minima)
        outcome = landscape_outcome(landscape, stated)
        if outcome.verdict is Verdict.PROVED:
            minimum = only([p for p in minima if p.coordinate("w_e1").lo > 0], "minimum with w_e1 > 0")
            self._describe(outcome, landscape, minimum)
        return outcome

    def loses_the_label(self) -> Outcome:
        """With six hidden features one stationary point is left, a minimum with w_e1 = 0 exactly."""
        landscape = self.landscape(LOST)
        stated = len(landscape.points) == 1
        if stated:
            (point,) = landscape.points
            stated = point.index == 0 and "w_e1 = 0" in point.relations and _equal_and_positive(point, LOST)
        outcome = landscape_outcome(landscape, stated)
        if outcome.verdict is Verdict.PROVED:
            self._describe(outcome, landscape, landscape.points[0])
        return outcome

    def several_neurons(self) -> Outcome:
        """m neurons do not meet, so their stationary points are products."""
        for hidden in range(1, MOST_HIDDEN + 1):
            if len(self.landscape(hidden).points) != 3:
                return Outcome(Verdict.UNDECIDED, f"one neuron with {hidden} hidden features has another landscape")
        for m in SEVERAL_NEURONS:
            if [b.same_as for b in find_blocks(self.objective(2, m))] != [None] + [0] * (m - 1):
                return Outcome(Verdict.UNDECIDED, f"the equations of {m} neurons were not shown to be uncoupled")
        outcome = Outcome(
            Verdict.PROVED,
            "the loss is a sum over neurons, so points are products; uncoupled equations are checked for K = 2",
        )
        for m in SEVERAL_NEURONS:
            outcome.values[f"m = {m}: stationary points"] = Enclosure.exact(3**m)
            outcome.values[f"m = {m}: minima"] = Enclosure.exact(2**m)
        outcome.values["rank of W at a minimum <="] = Enclosure.exact(2)
        outcome.notes.append(
            "a row is (+-a, c, ..., c), so rows of both signs span e1 and e2 + ... + e_(K+1): the hidden features "
            "are learned as one direction, whatever m is"
        )
        both = prove_landscape(self.objective(2, 2), budget=BUDGET)
        more = landscape_outcome(both, len(both.points) == 9 and both.count("minimum") == 4)
        if more.verdict is not Verdict.PROVED:
            return more
        outcome.claims = more.claims
        return outcome

    def _describe(self, outcome: Outcome, landscape: Landscape, point: StationaryPoint) -> None:
        energies = energies_of(landscape.objective, point)
        outcome.values["w_e1"] = point.coordinate("w_e1")
        outcome.values["each hidden coordinate"] = point.coordinate("w_e2")
        outcome.values["value"] = point.value
        for name in ("e1", "e2"):
            energy = energies[name]
            if energy is not None:
                outcome.values[f"energy of {name}"] = energy
        outcome.values["boxes of the search"] = Enclosure.exact(sum(e.search.boxes for e in landscape.evidence))
        outcome.claims.append(content_claim(landscape.objective, point))

    def study(self) -> Study:
        """The lemma graph."""
        shown = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        noise_free = "noise-free population, one neuron, positive pairs only"

        def one(hidden: int) -> Callable[[], Outcome]:
            return lambda: self.learns_all(hidden)

        lemmas = [
            Lemma(
                f"K{k}",
                f"{k} hidden feature{'s' * (k > 1)}",
                "There are exactly three stationary points: two minima with opposite signs of w_e1, where all hidden "
                "coordinates are equal and positive, and a saddle with w_e1 = 0. No minimum learns a proper subset.",
                noise_free,
                (),
                one(k),
            )
            for k in range(1, MOST_HIDDEN + 1)
        ]
        lemmas.append(
            Lemma(
                f"K{LOST}",
                f"{LOST} hidden features: the label is lost",
                "There is exactly one stationary point, a minimum: w_e1 = 0 exactly, all hidden coordinates are equal "
                "and positive. Self-supervision learns every hidden feature and not the label.",
                noise_free,
                (),
                self.loses_the_label,
            )
        )
        lemmas.append(
            Lemma(
                "KM",
                "m neurons against K features",
                "For m neurons and K <= 5 there are 3^m stationary points, 2^m of them minima; the rows of a minimum "
                "span one dimension or two, never more.",
                "noise-free population, positive pairs only; the loss is a sum over neurons",
                tuple(f"K{k}" for k in range(1, MOST_HIDDEN + 1)),
                self.several_neurons,
            )
        )
        return Study("features", f"Which features self-supervision learns ({shown})", self.parameters, tuple(lemmas))


@register_study("features")
def feature_study(values: Mapping[str, sp.Rational]) -> Study:
    return FeatureStudy(values).study()


def _equal_and_positive(p: StationaryPoint, hidden: int) -> bool:
    """All hidden coordinates are one positive number, by exact relations."""
    equal = {f"w_e{k} = w_e2" for k in range(3, hidden + 2)}
    return equal <= set(p.relations) and p.coordinate("w_e2").lo > 0
