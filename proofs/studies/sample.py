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
from proofs.claims.sample import all_dimensions_claim, probability_claim, ssl_sample_claim
from proofs.sample.ssl import PRECISION, SslSample, prove_ssl_sample
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.theorems.ssl_deviation import SslData
from proofs.theorems.typical_sample import MAX_DIMENSION, TypicalSample, failure_for_all
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

__all__ = ["SampleStudy"]

DIMENSION = 10
LARGEST_DIMENSION = 10**6
# The event.  At d = 10 at most 0.8 per cent of the samples are not typical.
KAPPA, LO, HI = Fraction(3, 4), Fraction(3, 25), Fraction(2, 5)


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

    def value(self, name: str) -> Fraction:
        return to_fraction(self.parameters[name])

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
        start = self._start()
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

    def _start(self) -> int:
        """The first dimension in which the limit form is no worse than the exact bound in dimension d."""
        first = self.event.failure()
        for d in range(self.event.d, MAX_DIMENSION + 1):
            if TypicalSample(d, KAPPA, LO, HI).failure_limit() <= first:
                return d
        return max(self.event.d, MAX_DIMENSION + 1)

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
            ),
        )


@register_study("sample")
def sample_study(values: Mapping[str, sp.Rational]) -> Study:
    return SampleStudy(values).study()


def _above(x: arb) -> Fraction:
    """An upper bound with few digits."""
    scale = 10**12
    top = balls.upper_fraction(x) * scale
    return Fraction(-((-top.numerator) // top.denominator), scale)
