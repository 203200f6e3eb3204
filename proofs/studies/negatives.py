"""Do negative pairs change what is learned?  The spectral contrastive loss beside the alignment of positive pairs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import sympy as sp

from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs.bounds import a_priori_bounds
from proofs.claims.features import content_claim
from proofs.claims.lemmas import bounds_claim
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.feature_models import feature_model, model_parameters
from proofs.studies.landscapes import energies_of, landscape_outcome, only
from proofs.theorems.rank import rows_independent
from proofs.verdict import Verdict

__all__ = ["NegativeStudy"]

BUDGET = Budget(seconds=900.0, boxes=20_000_000)
ONE = ["minimum", "minimum", "saddle"]
TWO = [("minimum", 0)] * 4 + [("saddle", 1)] * 6 + [("saddle", 2)] * 5 + [("saddle", 3)] * 2


class NegativeStudy:
    """One hidden feature, sigmoid; one neuron and two."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        self.parameters = model_parameters(values)
        self.positive = feature_model(self.parameters)
        self.one = feature_model(self.parameters, kind="spectral")
        self.two = feature_model(self.parameters, kind="spectral", neurons=2)

    @cached_property
    def landscapes(self) -> tuple[Landscape, Landscape]:
        """One neuron, without and with negatives."""
        return prove_landscape(self.positive, budget=BUDGET), prove_landscape(self.one, budget=BUDGET)

    @cached_property
    def coupled(self) -> Landscape:
        return prove_landscape(self.two, budget=BUDGET)

    def g1(self) -> Outcome:
        """A-priori boxes."""
        outcome = Outcome(Verdict.PROVED, "energy identities checked by exact algebra, suprema by Arb")
        for objective in (self.one, self.two):
            bounds = a_priori_bounds(objective)
            outcome.values[f"{objective.neurons} neuron{'s' * (objective.neurons > 1)}: |w| <="] = Enclosure.exact(
                max(b.radius for b in bounds)
            )
            outcome.claims.append(bounds_claim(objective, bounds))
        return outcome

    def g2(self) -> Outcome:
        """One neuron: the same three points, with smaller coordinates."""
        outcomes = []
        for landscape in self.landscapes:
            saddle = [p for p in landscape.points if "w_e1 = 0" in p.relations and p.kind == "saddle"]
            stated = sorted(p.kind for p in landscape.points) == ONE and len(saddle) == 1
            outcomes.append(landscape_outcome(landscape, stated))
        for outcome in outcomes:
            if outcome.verdict is not Verdict.PROVED:
                return outcome
        positive, negative = (_right_minimum(x) for x in self.landscapes)
        smaller = all(n.lo > 0 and n.hi < p.lo for p, n in zip(positive.box, negative.box, strict=True))
        if not smaller:
            return Outcome(Verdict.UNDECIDED, "negatives were not shown to make both coordinates smaller")
        outcome = Outcome(Verdict.PROVED, outcomes[1].reason, claims=outcomes[0].claims + outcomes[1].claims)
        for name, point, objective in (("positive", positive, self.positive), ("negatives", negative, self.one)):
            outcome.values[f"{name}: w_e1"], outcome.values[f"{name}: w_e2"] = point.box
            energies = energies_of(objective, point)
            if energies["e2"] is not None:
                outcome.values[f"{name}: energy of e2"] = energies["e2"]
            outcome.claims.append(content_claim(objective, point))
        return outcome

    def g3(self) -> Outcome:
        """Two neurons: seventeen stationary points."""
        landscape = self.coupled
        outcome = landscape_outcome(landscape, sorted((p.kind, p.index) for p in landscape.points) == TWO)
        if outcome.verdict is Verdict.PROVED:
            boxes = sum(e.search.boxes for e in landscape.evidence)
            outcome.values["stationary points"] = Enclosure.exact(len(landscape.points))
            outcome.values["boxes of the search"] = Enclosure.exact(boxes)
            # A tree of millions of boxes: `separatrix landscape` writes it where it is wanted.
            outcome.claims = []
            outcome.notes.append("no certificate is written for so large a search; that of G4 holds the minimum alone")
        return outcome

    def g4(self) -> Outcome:
        """At every minimum of two neurons the rows span both features."""
        minima = [p for p in self.coupled.points if p.index == 0]
        if not minima or not all(rows_independent(p.box[:2], p.box[2:]) for p in minima):
            return Outcome(Verdict.UNDECIDED, "the rows of a minimum were not shown to be independent")
        first = min(minima, key=lambda p: p.box[2].middle)
        energies = energies_of(self.two, first)
        outcome = Outcome(
            Verdict.PROVED,
            "the determinant of the rows of every minimum of G3 is certainly not 0",
            dict(zip(first.names, first.box, strict=True)),
            [content_claim(self.two, first)],
        )
        outcome.values["value"] = first.value
        outcome.values.update({f"energy of {k}": e for k, e in energies.items() if e is not None})
        outcome.notes.append("without negatives the rows of half of the minima span a line only (L4 of `separation`)")
        return outcome

    def study(self) -> Study:
        """The lemma graph."""
        shown = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        hypotheses = "noise-free population, one hidden feature, sigmoid"
        statements = (
            ("A-priori boxes", "Every stationary point lies in an explicit box.", "none", ()),
            (
                "One neuron",
                "With and without negatives there are exactly three stationary points: two minima and a saddle with "
                "w_e1 = 0. Negatives make both coordinates of the minima smaller, and both stay.",
                hypotheses,
                ("G1",),
            ),
            (
                "Two neurons",
                "With negatives two neurons have exactly seventeen stationary points, four of them minima.",
                hypotheses,
                ("G1",),
            ),
            (
                "Negatives make neurons differ",
                "At every minimum of two neurons with negatives the rows span both features.",
                hypotheses,
                ("G3",),
            ),
        )
        return Study(
            "negatives",
            f"What negative pairs change ({shown})",
            self.parameters,
            tuple(
                Lemma(f"G{k}", title, statement, given, uses, getattr(self, f"g{k}"))
                for k, (title, statement, given, uses) in enumerate(statements, 1)
            ),
        )


@register_study("negatives")
def negative_study(values: Mapping[str, sp.Rational]) -> Study:
    return NegativeStudy(values).study()


def _right_minimum(landscape: Landscape) -> StationaryPoint:
    points = [p for p in landscape.points if p.index == 0 and p.coordinate("w_e1").lo > 0]
    return only(points, "minimum with w_e1 > 0")
