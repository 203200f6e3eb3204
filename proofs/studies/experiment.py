"""Theorems about the paper's experiments: what the published figures show, and what is left at convergence."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import sympy as sp

from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from proofs.claims.experiment import (
    early_span_claim,
    energy_gap_claim,
    hidden_kept_claim,
    nuisance_claim,
    span_jump_claim,
)
from proofs.hidden_feature import hidden_coordinate_bound
from proofs.landscape import StationaryPoint
from proofs.reduction import reduces_to_features
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.separation import PUBLISHED_STEP, PUBLISHED_STEPS, SeparationStudy
from proofs.theorems.experiment import (
    EnergyGap,
    energies_apart,
    jump_projection,
    nuisance_factor,
    span_with_nuisance,
    steps_below,
)
from proofs.verdict import Verdict

__all__ = ["ExperimentStudy"]

SL_STEPS = 8000  # the published run of SL
TARGET = Fraction(1, 1000)
LATE_STEPS = 40_000
# Nuisance parts of two rows start as independent N(0, I_8) for d = 10: |n1 -+ n2|^2 has mean 2 * 8.
TYPICAL_SQUARE = Fraction(16)
DIRECTIONS = ((Fraction(0), Fraction(1)), (Fraction(3, 5), Fraction(4, 5)), (Fraction(1), Fraction(0)))
EPSILONS = (Fraction(1, 10), Fraction(1, 10**6), Fraction(1, 10**12))
GRID = 256
HAIR = Fraction(1, 2**60)  # a checker encloses the minima on its own, and not quite as tightly


class ExperimentStudy:
    """Lemmas about the minima that the separation study isolates."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        self.base = SeparationStudy(values)
        self.parameters = self.base.parameters

    def e1(self) -> Outcome:
        """The complete SSL landscape of one neuron."""
        return self.base.l3()

    def e2(self) -> Outcome:
        """The complete SL landscape."""
        return self.base.l5()

    def e3(self) -> Outcome:
        """Nuisance coordinates at the published stopping times."""
        outcome = Outcome(
            Verdict.PROVED, "one step multiplies a nuisance coordinate by 1 - 2 step ridge (exact algebra)"
        )
        runs = ((*self.base.lifted[0], PUBLISHED_STEPS), (*self.base.lifted[1], SL_STEPS))
        for plane, lifted, steps in runs:
            if not reduces_to_features(plane, lifted):
                return Outcome(Verdict.UNDECIDED, f"{plane.name}: the loss does not split off its nuisance coordinates")
            ridge = to_fraction(plane.numeric_ridge)
            factor = nuisance_factor(PUBLISHED_STEP, ridge, steps)
            needed = steps_below(PUBLISHED_STEP, ridge, TARGET)
            if factor is None or needed is None:
                return Outcome(Verdict.UNDECIDED, f"{plane.name}: the step is too large for the ridge")
            outcome.values[f"{plane.name} factor after {steps} steps"] = factor
            outcome.values[f"{plane.name} steps until the factor is 1/1000"] = Enclosure.exact(needed)
            outcome.claims.append(nuisance_claim(plane, PUBLISHED_STEP, steps, factor, TARGET, needed))
        return outcome

    def e4(self) -> Outcome:
        """The span projection of e2 jumps at the SL minimum."""
        minimum = self._sl_minimum()
        cases = []
        for epsilon in EPSILONS:
            for direction in DIRECTIONS:
                found = jump_projection(minimum.coordinate("a1"), epsilon, direction)
                if found is None:
                    return Outcome(Verdict.UNDECIDED, "a1 was not shown to differ from 0")
                cases.append((epsilon, direction, found))
        outcome = Outcome(
            Verdict.PROVED,
            "rows a e1 + epsilon v and -a e1 span e1 and v exactly, for every epsilon > 0 and every unit vector v",
            claims=[span_jump_claim(self.base.sl, minimum, cases)],
        )
        outcome.values["projection of e2 at the minimum"] = Enclosure.exact(0)
        for _, (c, s), projection in cases[-len(DIRECTIONS) :]:
            outcome.values[f"projection at distance 1e-12, v = {c} e2 + {s} e3"] = Enclosure.exact(projection)
        outcome.notes.append("v = c e2 + s e3 reaches every value |c| in [0, 1]: no radius controls it (d >= 3)")
        return outcome

    def e5(self) -> Outcome:
        """The energy of e2 separates SSL from SL on explicit balls."""
        ssl, sl = self.base.attractor, self._sl_minimum()
        row = (ssl.box[0], ssl.box[1])
        weights = tuple(sl.coordinate(n) for n in ("a1", "b1", "a2", "b2"))
        best, radius = EnergyGap(False, Fraction(0), Fraction(0)), Fraction(0)
        low, high = 0, 64 * GRID
        while high - low > 1:
            middle = (low + high) // 2
            gap = energies_apart(row, (weights[0], weights[1], weights[2], weights[3]), Fraction(middle, GRID))
            if gap.holds and gap.kept - HAIR > gap.limit + HAIR:
                low, best, radius = middle, gap, Fraction(middle, GRID)
            else:
                high = middle
        if not best.holds:
            return Outcome(Verdict.UNDECIDED, "no ball was found on which the energies stay apart")
        stated = EnergyGap(True, best.kept - HAIR, best.limit + HAIR)
        exact = energies_apart(row, (weights[0], weights[1], weights[2], weights[3]), Fraction(0))
        outcome = Outcome(
            Verdict.PROVED,
            "the energy is the cosine of an angle that moves by at most asin(r/|W|)",
            claims=[energy_gap_claim((self.base.ssl, ssl), (self.base.sl, sl), radius, stated)],
        )
        outcome.values["SSL energy of e2 at the minimum >="] = Enclosure.exact(exact.kept)
        outcome.values["SL energy of e2 at the minimum"] = Enclosure.exact(0)
        outcome.values["radius of both balls"] = Enclosure.exact(radius)
        outcome.values["SSL energy of e2 on its ball >="] = Enclosure.exact(stated.kept)
        outcome.values["SL energy of e2 on its ball <="] = Enclosure.exact(stated.limit)
        return outcome

    def e6(self) -> Outcome:
        """Span projections of SSL when it is stopped early, and later."""
        point, objective = self.base.attractor, self.base.ssl
        outcome = Outcome(Verdict.PROVED, "w1 - w2 = 2a e1 + ..., w1 + w2 = 2b e2 + ... lie in the row space")
        for steps in (PUBLISHED_STEPS, LATE_STEPS):
            factor = nuisance_factor(PUBLISHED_STEP, to_fraction(objective.numeric_ridge), steps)
            if factor is None:
                return Outcome(Verdict.UNDECIDED, "the step is too large for the ridge")
            bounds = []
            for feature, coordinate in zip(objective.features, point.box, strict=True):
                bound = span_with_nuisance(coordinate, factor, TYPICAL_SQUARE)
                if bound is None:
                    return Outcome(Verdict.UNDECIDED, f"the coordinate along {feature} was not shown to differ from 0")
                bounds.append(bound - HAIR)
                outcome.values[f"span of {feature} after {steps} steps >="] = Enclosure.exact(bounds[-1])
            claim = early_span_claim(objective, point, PUBLISHED_STEP, steps, TYPICAL_SQUARE, (bounds[0], bounds[1]))
            outcome.claims.append(claim)
        outcome.notes.append("both bounds tend to 1: what the published histograms miss to 1 is the stopping time")
        return outcome

    def e7(self) -> Outcome:
        """SSL has the hidden feature at every stationary point."""
        bound = hidden_coordinate_bound(self.base.ssl)
        if bound is None:
            return Outcome(Verdict.UNDECIDED, "the slope along e2 is another one, or tau = 0")
        outcome = Outcome(
            Verdict.PROVED,
            "dL/db = 2 alpha b - (tau/2) (p(a + tau b) + p(-a + tau b)) with 0 < p <= 4/27 (exact algebra)",
            {"|b| <=": Enclosure.exact(bound)},
            [hidden_kept_claim(self.base.ssl, bound)],
        )
        outcome.notes.append("what a large alpha removes is e1: then a = 0, and all rows have the direction of e2")
        return outcome

    def _sl_minimum(self) -> StationaryPoint:
        """A global SL minimum with rows a e1 and -a e1 exactly."""
        wanted = {"b1 = 0", "b2 = 0", "a2 = -a1", "f2 = -f1"}
        best, _ = self.base.sl_minima
        for point in best:
            if wanted <= set(point.relations):
                return point
        raise ValueError("no global SL minimum has the rows a e1 and -a e1 exactly")

    def study(self) -> Study:
        tau, alpha, beta = (self.parameters[k] for k in ("tau", "alpha", "beta"))
        values = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())

        def lemma(number: int, title: str, statement: str, hypotheses: str, uses: tuple[str, ...]) -> Lemma:
            return Lemma(f"E{number}", title, statement, hypotheses, uses, getattr(self, f"e{number}"))

        population = "noise-free population"
        return Study(
            "experiment",
            f"What the paper's experiments show, and what they would show at convergence ({values})",
            self.parameters,
            (
                lemma(
                    1,
                    "SSL minimum",
                    f"For tau = {tau}, alpha = {alpha} one SSL neuron has exactly three stationary points, two of them "
                    "minima (+-a, b).",
                    population,
                    (),
                ),
                lemma(
                    2,
                    "SL minimum",
                    f"For tau = {tau}, beta = {beta} the global SL minima are e2-free: nine stationary points in all.",
                    population,
                    (),
                ),
                lemma(
                    3,
                    "Nuisance coordinates at the published stopping times",
                    f"At step {PUBLISHED_STEP} on the mean, a coordinate orthogonal to e1, e2 keeps the stated "
                    f"share of its start after {PUBLISHED_STEPS} steps of SSL and {SL_STEPS} steps of SL; it takes "
                    "the stated number of steps to fall to 1/1000.",
                    f"{population}, any d",
                    (),
                ),
                lemma(
                    4,
                    "The span projection of e2 is not continuous at the SL minimum",
                    "The rows are a e1 and -a e1, so W has rank one and |P e2| = 0; in every ball around W, however "
                    "small, |P e2| takes every value in [0, 1].",
                    f"{population}, d >= 3",
                    ("E2",),
                ),
                lemma(
                    5,
                    "The energy of e2 is controlled, with constants",
                    "|W e2|/|W|_F moves by an angle of at most asin(r/|W|_F) when W moves by r. Within the stated "
                    "radius of two SSL rows (+-a, b) and of the SL minimum, SSL has more energy in e2 than SL.",
                    f"{population}, any d",
                    ("E1", "E2"),
                ),
                lemma(
                    6,
                    "Stopping early lowers the span projections of SSL",
                    "For rows (a, b), (-a, b) with nuisance parts n1, n2 at the start, |n1 -+ n2|^2 <= "
                    f"{TYPICAL_SQUARE} (the mean for d = 10), the span projections are at least as stated after "
                    f"{PUBLISHED_STEPS} and {LATE_STEPS} steps, and tend to 1.",
                    f"{population}; feature coordinates at the minimum",
                    ("E1", "E3"),
                ),
                lemma(
                    7,
                    "No ridge makes SSL drop the hidden feature",
                    "At every stationary point of one SSL neuron b is not 0 and has the sign of tau.",
                    f"{population}, tau != 0, any alpha > 0",
                    (),
                ),
            ),
        )


@register_study("experiment")
def experiment_study(values: Mapping[str, sp.Rational]) -> Study:
    return ExperimentStudy(values).study()
