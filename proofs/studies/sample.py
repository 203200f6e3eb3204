"""From the noise-free population to n = d^2 noisy samples: what a typical sample is, how likely, and its minima."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

import sympy as sp
from flint import arb

from numeric import balls
from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from proofs.claims.sample import (
    all_dimensions_claim,
    both_claim,
    methods_claim,
    probability_claim,
    sl_sample_claim,
    ssl_sample_claim,
)
from proofs.sample.methods import reach_of_rung
from proofs.sample.sl import SlSample, prove_sl_sample
from proofs.sample.ssl import PRECISION, SslSample, prove_ssl_sample
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.separation import SeparationStudy
from proofs.theorems.sl_deviation import SlData
from proofs.theorems.ssl_deviation import SslData
from proofs.theorems.typical_sample import MAX_DIMENSION, TypicalSample, failure_for_all
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

__all__ = ["SampleStudy"]

DIMENSION = 10
LARGEST_DIMENSION = 10**6
# The event.  At d = 10 at most 0.8 per cent of the samples are not typical.
KAPPA, LO, HI = Fraction(3, 4), Fraction(3, 25), Fraction(2, 5)

# SL needs more points: below SL_DIMENSION there are many regions, below LEAST_SL none were found.
SL_DIMENSION, LEAST_SL, SL_KAPPA, SL_WIDTH = 30, 25, Fraction(3, 10), Fraction(3, 2)


class SampleStudy:
    """One dimension and one choice of parameters; results are computed once."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        shared = [build_objective("ssl"), build_objective("sl")]
        self.parameters: dict[str, sp.Rational] = {"d": sp.Integer(DIMENSION)}
        for objective in shared:
            self.parameters.update(objective.parameter_values)
        for name in values:
            if name not in self.parameters:
                raise KeyError(name)
        self.parameters.update(values)
        for objective in shared:
            objective.with_values({k: v for k, v in self.parameters.items() if k in objective.parameter_values})
        d = self.parameters["d"]
        if not d.is_Integer or not 3 <= int(d) <= LARGEST_DIMENSION:
            raise ValueError(f"d = {d} must be an integer between 3 and {LARGEST_DIMENSION}")
        if not self.parameters["tau"] > 0:
            raise ValueError(f"tau = {self.parameters['tau']} must be positive")
        self.event = TypicalSample(int(d), KAPPA, LO, HI)
        sl_d = int(d) if int(d) >= LEAST_SL else SL_DIMENSION
        width = (SL_WIDTH if sl_d <= MAX_DIMENSION else 2) / Fraction(sl_d)  # Chernoff's bound needs a wider range
        self.sl_event = TypicalSample(sl_d, SL_KAPPA, Fraction(1, 4) - width, Fraction(1, 4) + width)

    def value(self, name: str) -> Fraction:
        return to_fraction(self.parameters[name])

    @cached_property
    def sl(self) -> SlSample:
        data = SlData(self.value("tau"), self.value("beta"), self.value("gamma"))
        return prove_sl_sample(data, self.sl_event)

    @cached_property
    def separation(self) -> SeparationStudy:
        return SeparationStudy({k: v for k, v in self.parameters.items() if k != "d"})

    @cached_property
    def ssl(self) -> SslSample:
        return prove_ssl_sample(SslData(self.value("tau"), self.value("alpha")), self.event)

    def s1(self) -> Outcome:
        """The probability of a typical sample."""
        with balls.precision(PRECISION):
            delta = _above(self.event.failure())
            values = {"1 - P <=": delta, "P >=": 1 - delta}
            if self.event.d <= MAX_DIMENSION:
                values["class fractions fail"] = self.event.fractions_fail()
                values["noise fails <="] = _above(self.event.noise_fails())
        return Outcome(
            Verdict.PROVED,
            "multinomial sums in integers, chi-square tails by the incomplete gamma function in Arb",
            {k: Enclosure.exact(v) for k, v in values.items()},
            [probability_claim(self.event, delta)],
        )

    def s2(self) -> Outcome:
        """The empirical SSL minimum on every typical sample."""
        found = self.ssl.content
        return Outcome(
            Verdict.PROVED,
            "inward gradient on the boundary and positive definite Hessian in every region, for all noise at once",
            {
                "regions": Enclosure.exact(sum(1 for _ in self.ssl.cover.leaves())),
                "|a|": found.a,
                "|b|": found.b,
                "|b| >=": Enclosure.exact(found.b.lo),
                "nuisance |u| <=": Enclosure.exact(found.nuisance),
                "energy of e2 >=": Enclosure.exact(found.energy),
            },
            [ssl_sample_claim(self.ssl)],
        )

    def s3(self) -> Outcome:
        """All dimensions from d on."""
        start = _start(self.event)
        with balls.precision(PRECISION):
            delta = _above(failure_for_all(self.event, start))
        return Outcome(
            Verdict.PROVED,
            f"exact for d < {start}, Chernoff's bound from there on; rho times each threshold decreases in d",
            {
                "for all d >=": Enclosure.exact(self.event.d),
                "1 - P <=": Enclosure.exact(delta),
                "P >=": Enclosure.exact(1 - delta),
            },
            [all_dimensions_claim(self.event, delta, start)],
        )

    def s4(self) -> Outcome:
        """What each method reaches."""
        outcome = Outcome(
            Verdict.PROVED, "the sample's gradient fits in the image ball; every bound of it decreases in d"
        )
        ssl = SslData(self.value("tau"), self.value("alpha"))
        sl = SlData(self.value("tau"), self.value("beta"), self.value("gamma"))
        for name, data, analysis in (
            ("SSL", ssl, self.separation.ssl_analysis),
            ("SL", sl, self.separation.sl_analysis),
        ):
            rungs = analysis.ladder()
            reached = [reach_of_rung(data, analysis.point.box, rung) for rung in rungs]
            found = [(rung, d) for rung, d in zip(rungs, reached, strict=True) if d is not None]
            for rung, d in found:
                outcome.values[f"{name} {rung.method} d >="] = Enclosure.exact(d)
            if len(found) < len(rungs):
                outcome.verdict, outcome.reason = Verdict.UNDECIDED, f"{name}: a method reaches no dimension"
            outcome.claims.append(methods_claim(analysis, rungs, reached))
        return outcome

    def s5(self) -> Outcome:
        """The empirical SL minimum on every typical sample, in all dimensions from sl_event.d on."""
        found, start = self.sl.content, _start(self.sl_event)
        with balls.precision(PRECISION):
            delta = _above(failure_for_all(self.sl_event, start))
        return Outcome(
            Verdict.PROVED,
            "noise-free objective by Taylor's theorem to fourth order, convex whatever the noise, in every region",
            {
                "for all d >=": Enclosure.exact(self.sl_event.d),
                "1 - P <=": Enclosure.exact(delta),
                "P >=": Enclosure.exact(1 - delta),
                "regions": Enclosure.exact(sum(1 for _ in self.sl.cover.leaves())),
                "|a|": found.a,
                "|f|": found.f,
                "|b| <=": Enclosure.exact(found.b),
                "nuisance |U| <=": Enclosure.exact(found.nuisance),
                "energy of e2 <=": Enclosure.exact(found.energy),
            },
            [sl_sample_claim(self.sl), all_dimensions_claim(self.sl_event, delta, start)],
        )

    def s6(self) -> Outcome:
        """Both on one sample."""
        d = self.sl_event.d
        first = TypicalSample(d, KAPPA, LO, HI)
        with balls.precision(PRECISION):
            delta = _above(
                failure_for_all(first, _start(first)) + failure_for_all(self.sl_event, _start(self.sl_event))
            )
        more, less = self.ssl.content.energy, self.sl.content.energy
        if not more > less:
            return Outcome(Verdict.UNDECIDED, "the two bounds on the energy of e2 do not separate")
        return Outcome(
            Verdict.PROVED,
            "union bound over the two events",
            {
                "for all d >=": Enclosure.exact(d),
                "P >=": Enclosure.exact(1 - delta),
                "SSL energy of e2 >=": Enclosure.exact(more),
                "SL energy of e2 <=": Enclosure.exact(less),
            },
            [both_claim(self.ssl, self.sl, delta, (_start(first), _start(self.sl_event)))],
        )

    def study(self) -> Study:
        d, n = self.event.d, self.event.d**2
        typical = (
            f"every class fraction in [{LO}, {HI}], and class means, second moments and largest norms of the noise "
            f"below their thresholds at level {KAPPA} d"
        )
        data = "x = s e1 + t tau e2 + rho xi, rho = d^(-3/2), xi ~ N(0, I_d) a vector, augmentations in expectation"
        return Study(
            "sample",
            f"Minima on a typical sample of n = d^2 points (d = {d}, n = {n})",
            self.parameters,
            (
                Lemma(
                    "S1",
                    "A sample is typical",
                    f"With probability at least 1 - delta a sample of n = {n} points is typical: {typical}.",
                    data,
                    (),
                    self.s1,
                ),
                Lemma(
                    "S2",
                    "SSL on every typical sample",
                    "The empirical SSL objective of one neuron has, for either sign of a, a local minimum that is the "
                    "only stationary point in the region of its class fractions; so a network has one for each "
                    "pattern of signs, with e2-content above explicit constants.",
                    data,
                    (),
                    self.s2,
                ),
                Lemma(
                    "S3",
                    "All larger dimensions",
                    f"In every dimension from {d} on, with n = d^2, S2 holds with the same regions on typical samples, "
                    "and a sample is typical with probability at least 1 - delta.",
                    data,
                    ("S2",),
                    self.s3,
                ),
                Lemma(
                    "S4",
                    "What each method reaches",
                    "With probability at least 0.99 in every dimension from the stated one on, the empirical objective "
                    "has a stationary point in the ball of each rung of the ladder around the noise-free minimum.",
                    data,
                    (),
                    self.s4,
                ),
                Lemma(
                    "S5",
                    "SL on every typical sample",
                    f"In every dimension from {self.sl_event.d} on, with probability at least 1 - delta, the empirical "
                    "SL objective of two neurons has a local minimum with rows of opposite signs of a that is the only "
                    "stationary point in the region of its class fractions, with e2-content below explicit constants.",
                    "the same data, no augmentation; fractions and noise as in S1 at other levels",
                    (),
                    self.s5,
                ),
                Lemma(
                    "S6",
                    "Separation on one sample",
                    f"In every dimension from {self.sl_event.d} on, with probability at least 1 - delta, both minima "
                    "exist for the same sample, and the energy of e2 separates them.",
                    data,
                    ("S2", "S5"),
                    self.s6,
                ),
            ),
        )


@register_study("sample")
def sample_study(values: Mapping[str, sp.Rational]) -> Study:
    return SampleStudy(values).study()


def _start(event: TypicalSample) -> int:
    """The first dimension in which the limit form is no worse than the exact bound in the event's dimension."""
    with balls.precision(PRECISION):
        first = event.failure()
        for d in range(event.d, MAX_DIMENSION + 1):
            if TypicalSample(d, event.kappa, event.lo, event.hi).failure_limit() <= first:
                return d
    return max(event.d, MAX_DIMENSION + 1)


def _above(x: arb) -> Fraction:
    """An upper bound with few digits."""
    scale = 10**12
    top = balls.upper_fraction(x) * scale
    return Fraction(-((-top.numerator) // top.denominator), scale)
