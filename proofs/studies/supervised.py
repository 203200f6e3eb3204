"""The supervised objective beyond two neurons: signs, points without hidden feature, three neurons completely."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import sympy as sp

from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs.bounds import a_priori_bounds
from proofs.claims.features import content_claim, hidden_free_claim, signs_claim
from proofs.claims.lemmas import bounds_claim
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.landscapes import energies_of, landscape_outcome
from proofs.theorems.supervised_pairs import (
    PairedNeurons,
    hidden_free_count,
    paired_neurons,
    zero_neurons_are_saddles,
)
from proofs.theorems.supervised_signs import supervised_signs
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

__all__ = ["SupervisedStudy"]

NEURONS = 3
SECONDS = 900.0  # an idle core takes about 12
SHOWN_PAIRS = (1, 2, 3, 4)
SHAPE = [("minimum", 0)] * 6 + [("saddle", 1)] * 6 + [("saddle", 2)] * 2 + [("saddle", 3)]


class SupervisedStudy:
    """SL with three neurons at one choice of parameters; the lemmas on signs and pairs hold for every number."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        self.sl = build_objective("sl", neurons=NEURONS).with_values(values)
        self.parameters = self.sl.parameter_values

    @cached_property
    def landscape(self) -> Landscape:
        return prove_landscape(self.sl, budget=Budget(seconds=SECONDS))

    @cached_property
    def pairs(self) -> list[PairedNeurons]:
        """The points without hidden feature, for 1, 2, ... pairs; empty when there is none but the origin."""
        beta, gamma = (to_fraction(self.parameters[k]) for k in ("beta", "gamma"))
        found = [paired_neurons(beta, gamma, p) for p in SHOWN_PAIRS]
        return [p for p in found if p is not None]

    def m1(self) -> Outcome:
        """A-priori box."""
        bounds = a_priori_bounds(self.sl)
        outcome = Outcome(Verdict.PROVED, "energy identities checked by exact algebra, suprema by Arb")
        for bound in bounds:
            outcome.values[f"|({','.join(v.name for v in bound.group)})| <="] = Enclosure.exact(bound.radius)
        outcome.claims.append(bounds_claim(self.sl, bounds))
        return outcome

    def m2(self) -> Outcome:
        """Signs, for any number of neurons."""
        if supervised_signs(self.sl) is None:
            return Outcome(Verdict.UNDECIDED, "the theorem needs tau > 0 and its own form of the loss")
        return Outcome(
            Verdict.PROVED,
            "from the signs of the stationarity equations; the form of the loss is checked by exact algebra",
            claims=[signs_claim(self.sl)],
        )

    def m3(self) -> Outcome:
        """All stationary points without hidden feature, for any number of neurons."""
        if not self.pairs:
            return Outcome(Verdict.REFUTED, "beta*gamma >= 1/256: the origin is the only one")
        outcome = Outcome(Verdict.PROVED, "the equations reduce to two monotone scalar ones, solved by bisection")
        for p in self.pairs:
            outcome.values[f"p = {p.pairs}: |a|"], outcome.values[f"p = {p.pairs}: |f|"] = p.a, p.f
        outcome.values[f"points for {NEURONS} neurons"] = Enclosure.exact(hidden_free_count(NEURONS))
        outcome.claims.append(self._hidden_free_claim())
        return outcome

    def m4(self) -> Outcome:
        """Odd numbers of neurons learn the hidden feature."""
        if not self.pairs or not zero_neurons_are_saddles(self.pairs[0]):
            return Outcome(Verdict.UNDECIDED, "theta_1^2 >= 3/8 is not known here")
        theta = self.pairs[0].theta
        return Outcome(
            Verdict.PROVED,
            "a zero neuron gives negative curvature, and an odd number leaves one over",
            {"theta_1": theta},
            [self._hidden_free_claim()],
        )

    def m5(self) -> Outcome:
        """Three neurons: exactly fifteen stationary points."""
        landscape = self.landscape
        outcome = landscape_outcome(landscape, sorted((p.kind, p.index) for p in landscape.points) == SHAPE)
        if outcome.verdict is Verdict.PROVED:
            outcome.values["stationary points"] = Enclosure.exact(len(landscape.points))
            for name, point in (("minimum", self._first(0)), ("rank one", self._first(2))):
                for variable in ("a1", "b1", "f1", "a3", "b3", "f3"):
                    outcome.values[f"{name}: {variable}"] = point.coordinate(variable)
                outcome.values[f"{name}: value"] = point.value
            free = sum({"b1 = 0", "b2 = 0", "b3 = 0"} <= set(p.relations) for p in landscape.points)
            outcome.notes.append(f"{free} of the points have no hidden feature; M3 says {hidden_free_count(NEURONS)}")
        return outcome

    def m6(self) -> Outcome:
        """Every minimum is global and holds the hidden feature in every neuron."""
        minima = [p for p in self.landscape.points if p.index == 0]
        rows = [p.coordinate(b.name) for p in minima for _, b in self.sl.rows]
        symmetric = all(self._same_orbit(p, minima[0]) for p in minima)
        if not minima or any(x.lo <= 0 <= x.hi for x in rows) or not symmetric:
            return Outcome(Verdict.UNDECIDED, "a minimum without hidden feature, or of another orbit, is not excluded")
        energies = energies_of(self.sl, minima[0])
        outcome = Outcome(
            Verdict.PROVED,
            "the minima of M5 are one orbit of the symmetries, so they share their value; their b are not 0",
            {"least |b|": Enclosure.exact(min(x.least_magnitude for x in rows))},
            [content_claim(self.sl, minima[0])],
        )
        outcome.values.update({f"energy of {k}": e for k, e in energies.items() if e is not None})
        outcome.values["value"] = minima[0].value
        return outcome

    def _hidden_free_claim(self) -> dict:
        return hidden_free_claim(
            self.sl, self.pairs, hidden_free_count(NEURONS), zero_neurons_are_saddles(self.pairs[0])
        )

    def _first(self, index: int) -> StationaryPoint:
        """The point of this index with the least a3: for a minimum, the neuron of the other sign comes last."""
        return min((p for p in self.landscape.points if p.index == index), key=lambda p: p.coordinate("a3").middle)

    def _same_orbit(self, p: StationaryPoint, q: StationaryPoint) -> bool:
        """Some symmetry carries q into the box where p is alone."""
        images = (g.apply(q.box) for g in self.sl.symmetry_group)
        return any(all(o.contains(x) for o, x in zip(p.unique_in, image, strict=True)) for image in images)

    def study(self) -> Study:
        """The lemma graph."""
        shown = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        any_number = "noise-free population, tau, beta, gamma > 0, any number of neurons"
        statements = (
            ("A-priori box", "Every stationary point of SL with three neurons lies in an explicit box.", "none", ()),
            (
                "Signs",
                "At every stationary point a_j f_j <= 0. Up to the exchange of labels b_j f_j >= 0 and f_1 + ... + f_m "
                "<= 0; either all b_j are 0, or none is and no neuron is zero.",
                any_number,
                (),
            ),
            (
                "Without hidden feature",
                "The stationary points with all b_j = 0 are these: p neurons (-a, 0; f), p neurons (a, 0; -f), the "
                "others zero, with one a and f for each p; they do not depend on tau.",
                any_number + ", beta*gamma < 1/256",
                ("M2",),
            ),
            (
                "An odd number learns it",
                "For odd m >= 3 every local minimum, hence the global one, has b_j != 0 in every neuron.",
                any_number + ", beta*gamma < 1/256, theta_1^2 >= 3/8",
                ("M2", "M3"),
            ),
            (
                "Three neurons",
                "There are exactly fifteen stationary points: six minima, six saddles of index 1, two of index 2 with "
                "equal rows, and the origin of index 3.",
                "noise-free population",
                ("M1", "M2"),
            ),
            (
                "What three neurons learn",
                "All minima have the same value, and each holds a little of the hidden feature in every neuron.",
                "noise-free population",
                ("M5",),
            ),
        )
        return Study(
            "supervised",
            f"Supervised learning with more than two neurons ({shown})",
            self.parameters,
            tuple(
                Lemma(f"M{k}", title, statement, hypotheses, uses, getattr(self, f"m{k}"))
                for k, (title, statement, hypotheses, uses) in enumerate(statements, 1)
            ),
        )


@register_study("supervised")
def supervised_study(values: Mapping[str, sp.Rational]) -> Study:
    return SupervisedStudy(values).study()
