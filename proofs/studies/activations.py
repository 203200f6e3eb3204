"""Does the activation change what is learned?  Alignment with tanh and erf beside the sigmoid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import sympy as sp

from numeric.enclosure import Enclosure
from proofs.claims.features import content_claim
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.feature_models import feature_model, model_parameters
from proofs.studies.landscapes import landscape_outcome
from proofs.verdict import Verdict

__all__ = ["ActivationStudy"]

ODD = ("tanh", "erf")
ODD_SHAPE = ["maximum"] + ["minimum"] * 6 + ["saddle"] * 6


class ActivationStudy:
    """One neuron, one hidden feature, alignment; each landscape is computed once."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        self.parameters = model_parameters(values)
        self.landscape = cache(self._landscape)

    def _landscape(self, activation: str) -> Landscape:
        return prove_landscape(feature_model(self.parameters, activation=activation))

    def sigmoid(self) -> Outcome:
        """Three points; both minima hold both features."""
        landscape = self.landscape("sigmoid")
        kinds = sorted(p.kind for p in landscape.points)
        stated = kinds == ["minimum", "minimum", "saddle"] and all(_holds_both(p) for p in _minima(landscape))
        outcome = landscape_outcome(landscape, stated)
        if outcome.verdict is Verdict.PROVED:
            _describe(outcome, landscape, "both features", _minima(landscape)[0])
        return outcome

    def odd(self, activation: str) -> Outcome:
        """Thirteen points; four minima hold both features, two the label alone, at a higher value."""
        landscape = self.landscape(activation)
        both = [p for p in _minima(landscape) if _holds_both(p)]
        label = [p for p in _minima(landscape) if "w_e2 = 0" in p.relations]
        stated = sorted(p.kind for p in landscape.points) == ODD_SHAPE and (len(both), len(label)) == (4, 2)
        outcome = landscape_outcome(landscape, stated)
        if outcome.verdict is Verdict.PROVED:
            if not max(p.value.hi for p in both) < min(p.value.lo for p in label):
                return Outcome(Verdict.UNDECIDED, "the values of the minima were not told apart", claims=outcome.claims)
            _describe(outcome, landscape, "both features", both[0])
            _describe(outcome, landscape, "label alone", label[0])
        return outcome

    def study(self) -> Study:
        """The lemma graph."""
        shown = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        hypotheses = "noise-free population, one neuron, one hidden feature, positive pairs only"

        def of(activation: str) -> Callable[[], Outcome]:
            return lambda: self.odd(activation)

        lemmas = [
            Lemma(
                "A1",
                "sigmoid",
                "There are exactly three stationary points, and both minima hold both features.",
                hypotheses,
                (),
                self.sigmoid,
            )
        ]
        lemmas += [
            Lemma(
                f"A{k}",
                activation,
                "There are exactly thirteen stationary points: six minima, six saddles and the origin, a maximum. Four "
                "minima hold both features, and two, at a higher value, hold w_e2 = 0 exactly: the label alone.",
                hypotheses,
                (),
                of(activation),
            )
            for k, activation in enumerate(ODD, 2)
        ]
        return Study("activations", f"What the activation changes ({shown})", self.parameters, tuple(lemmas))


@register_study("activations")
def activation_study(values: Mapping[str, sp.Rational]) -> Study:
    return ActivationStudy(values).study()


def _minima(landscape: Landscape) -> list[StationaryPoint]:
    return [p for p in landscape.points if p.index == 0]


def _holds_both(p: StationaryPoint) -> bool:
    return all(x.lo > 0 or x.hi < 0 for x in p.box)


def _describe(outcome: Outcome, landscape: Landscape, name: str, point: StationaryPoint) -> None:
    for variable in ("w_e1", "w_e2"):
        x = point.coordinate(variable)
        outcome.values[f"{name}: |{variable}|"] = Enclosure.exact(0) if x.is_exact and x.lo == 0 else _magnitude(x)
    outcome.values[f"{name}: value"] = point.value
    outcome.claims.append(content_claim(landscape.objective, point))


def _magnitude(x: Enclosure) -> Enclosure:
    return -x if x.hi < 0 else x
