"""The noise-free separation theorem of arXiv 2401.03214 as a graph of lemmas."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

import sympy as sp

from numeric import balls
from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from proofs.bounds import a_priori_bounds
from proofs.claims.ladder import ladder_claim
from proofs.claims.lemmas import (
    bounds_claim,
    descent_claim,
    reduction_claim,
    separation_claim,
    spanning_claim,
)
from proofs.claims.stationary_points import landscape_claim
from proofs.ladder import PointAnalysis
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.reduction import reduces_to_features
from proofs.separation import keeper, separate
from proofs.smoothness import curvature_along_first, global_constants
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.landscapes import landscape_outcome, only
from proofs.studies.separation_words import separation_words
from proofs.theorems.descent import half_plane_descent, linear_rate
from proofs.theorems.rank import rows_independent
from proofs.verdict import Verdict
from symbolic.objectives import Objective, build_objective

__all__ = ["SeparationStudy"]

PUBLISHED_STEP = Fraction(1, 10)  # 0.001 on the sum over n = 100 samples
PUBLISHED_STEPS = 4000


class SeparationStudy:
    """The objectives at one choice of parameters, and the lemmas about them (computed once each)."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        shared = [build_objective("ssl"), build_objective("sl")]
        for name in values:
            if not any(name in o.parameter_values for o in shared):
                raise KeyError(name)

        def at_values(name: str, neurons: int, nuisance: int = 0) -> Objective:
            plain = build_objective(name, neurons=neurons, nuisance=nuisance)
            return plain.with_values({k: v for k, v in values.items() if k in plain.parameter_values})

        self.ssl, self.ssl2, self.sl = at_values("ssl", 1), at_values("ssl", 2), at_values("sl", 2)
        self.lifted = [(self.ssl, at_values("ssl", 1, 1)), (self.sl, at_values("sl", 2, 1))]
        self.parameters = {**self.ssl.parameter_values, **self.sl.parameter_values}

    # -- shared results -----------------------------------------------------------------------
    @cached_property
    def ssl_landscape(self) -> Landscape:
        return prove_landscape(self.ssl)

    @cached_property
    def sl_landscape(self) -> Landscape:
        return prove_landscape(self.sl)

    @cached_property
    def attractor(self) -> StationaryPoint:
        """The SSL minimum with a > 0."""
        return only(
            [p for p in self.ssl_landscape.points if p.index == 0 and p.box[0].lo > 0], "SSL minimum with a > 0"
        )

    @cached_property
    def sl_minima(self) -> tuple[list[StationaryPoint], list[StationaryPoint]]:
        """Global minima first, then the others; certain by their values."""
        minima = [p for p in self.sl_landscape.points if p.index == 0]
        if not minima:
            raise ValueError("SL has no minimum with a certain index")
        lowest = min(p.value.hi for p in minima)
        best = [p for p in minima if p.value.lo <= lowest]
        return best, [p for p in minima if p not in best]

    @cached_property
    def ssl_analysis(self) -> PointAnalysis:
        return PointAnalysis(self.ssl, self.attractor)

    @cached_property
    def sl_analysis(self) -> PointAnalysis:
        return PointAnalysis(self.sl, self.sl_minima[0][0])

    # -- lemmas ---------------------------------------------------------------------------------
    def l1(self) -> Outcome:
        """A-priori boxes."""
        outcome = Outcome(Verdict.PROVED, "energy identities checked by exact algebra, suprema by Arb")
        for objective in (self.ssl, self.sl):
            bounds = a_priori_bounds(objective)
            for bound in bounds:
                group = ",".join(v.name for v in bound.group)
                outcome.values[f"|({group})| <="] = Enclosure.exact(bound.radius)
            outcome.claims.append(bounds_claim(objective, bounds))
        return outcome

    def l2(self) -> Outcome:
        """Reduction from R^d to the feature plane."""
        for plane, lifted in self.lifted:
            if not reduces_to_features(plane, lifted):
                return Outcome(Verdict.UNDECIDED, f"{plane.name}: the loss does not split off its nuisance coordinates")
        outcome = Outcome(Verdict.PROVED, "each nuisance coordinate enters as ridge * w^2 (exact algebra)")
        for objective in (self.ssl, self.sl):
            outcome.values[f"nuisance curvature {objective.name}"] = Enclosure.exact(
                2 * to_fraction(objective.numeric_ridge)
            )
            outcome.claims.append(reduction_claim(objective))
        return outcome

    def l3(self) -> Outcome:
        """One SSL neuron: exactly three stationary points."""
        landscape = self.ssl_landscape
        shape = sorted((p.kind, "a = 0" in p.relations) for p in landscape.points)
        expected = [("minimum", False), ("minimum", False), ("saddle", True)]
        outcome = landscape_outcome(landscape, shape == expected)
        if outcome.verdict is Verdict.PROVED:
            saddle = only([p for p in landscape.points if p.kind == "saddle"], "saddle")
            outcome.values.update(
                {
                    "a": self.attractor.box[0],
                    "b": self.attractor.box[1],
                    "value": self.attractor.value,
                    "eigenvalue 1": self.attractor.eigenvalues[0],
                    "eigenvalue 2": self.attractor.eigenvalues[1],
                    "saddle b": saddle.box[1],
                }
            )
        return outcome

    def l4(self) -> Outcome:
        """Two SSL neurons: the nine products, four minima, two of which span both features."""
        landscape = prove_landscape(self.ssl2)
        kinds = sorted(p.kind for p in landscape.points)
        outcome = landscape_outcome(landscape, kinds == ["minimum"] * 4 + ["saddle"] * 5)
        if outcome.verdict is not Verdict.PROVED:
            return outcome
        single = [p for p in self.ssl_landscape.points if p.index == 0]
        pairs = [(p, q) for p in single for q in single]
        outcome.claims.append(spanning_claim(self.ssl2, pairs))
        if not all(rows_independent(p.box, q.box) for p, q in pairs if p is not q):
            return Outcome(Verdict.UNDECIDED, "the rows of opposite signs were not shown to be independent")
        outcome.values["stationary points"] = Enclosure.exact(len(landscape.points))
        outcome.values["minima"] = Enclosure.exact(landscape.count("minimum"))
        outcome.values["minima that span e1 and e2"] = Enclosure.exact(sum(1 for p, q in pairs if p is not q))
        outcome.notes.append("rows of equal sign are the same vector, so they span a line only")
        return outcome

    def l5(self) -> Outcome:
        """SL: exactly nine stationary points; e2-content exactly 0 at the global minima."""
        landscape = self.sl_landscape
        kinds = sorted((p.kind, p.index) for p in landscape.points)
        expected = [("minimum", 0)] * 4 + [("saddle", 1)] * 4 + [("saddle", 2)]
        outcome = landscape_outcome(landscape, kinds == expected)
        if outcome.verdict is not Verdict.PROVED:
            return outcome
        best, others = self.sl_minima
        exact = all({"b1 = 0", "b2 = 0"} <= set(p.relations) for p in best)
        little = all(p.coordinate(n).lo > 0 or p.coordinate(n).hi < 0 for p in others for n in ("b1", "b2"))
        if not exact or len(best) != 2 or not little:
            return Outcome(
                Verdict.UNDECIDED, "the e2-content of the minima is not the stated one", claims=outcome.claims
            )
        first = best[0]
        outcome.values.update({"global |a|": _absolute(first.coordinate("a1")), "global b": Enclosure.exact(0)})
        outcome.values.update({"global |f|": _absolute(first.coordinate("f1")), "global value": first.value})
        if others:
            outcome.values.update(
                {
                    "spurious |a|": _absolute(others[0].coordinate("a1")),
                    "spurious |b|": _absolute(others[0].coordinate("b1")),
                    "spurious value": others[0].value,
                }
            )
        outcome.notes.append("b = 0 exactly: the gradient maps the subspace b = 0, a2 = -a1, f2 = -f1 into itself")
        return outcome

    def l6(self) -> Outcome:
        """The ladder of radii at each minimum (one of each symmetry class)."""
        outcome = Outcome(Verdict.PROVED, "each radius holds on its whole ball; upper ends are proved failures")
        analyses = [("SSL", self.ssl_analysis), ("SL global", self.sl_analysis)]
        analyses += [("SL spurious", PointAnalysis(self.sl, p)) for p in self.sl_minima[1][:1]]
        for name, analysis in analyses:
            rungs = analysis.ladder()
            for rung in rungs:
                if rung.radius[0] <= 0:
                    return Outcome(Verdict.UNDECIDED, f"{name}: no radius was certified for {rung.method}")
                for what, (lo, hi) in (("r", rung.radius), ("image", rung.image_radius)):
                    if hi is not None:
                        outcome.values[f"{name} {rung.method} {what}"] = Enclosure(lo, hi)
                    else:
                        outcome.values[f"{name} {rung.method} {what} >="] = Enclosure.exact(lo)
            outcome.claims.append(ladder_claim(analysis, rungs))
        return outcome

    def l7(self) -> Outcome:
        """Separation under every gradient perturbation below an explicit epsilon."""
        best, _ = self.sl_minima
        if not all({"b1 = 0", "b2 = 0"} <= set(p.relations) for p in best):
            return Outcome(Verdict.UNDECIDED, "the global SL minimum is not the e2-free one")
        found = separate(self.ssl_analysis, self.sl_analysis)
        if not found.holds:
            return Outcome(Verdict.UNDECIDED, "the certified balls are too small to separate")
        values = {
            "epsilon": found.epsilon,
            "SSL minimum moves <=": found.ssl_distance,
            "SL minimum moves <=": found.sl_distance,
            "SSL |a| >=": found.a_kept,
            "SSL |b| >=": found.b_kept,
            "SL |b| <=": found.b_limit,
        }
        return Outcome(
            Verdict.PROVED,
            "strong convexity on explicit balls in R^d",
            {k: Enclosure.exact(v) for k, v in values.items()},
            [separation_claim(found)],
        )

    def l8(self) -> Outcome:
        """Global convergence of gradient descent on the SSL objective."""
        constants = global_constants(self.ssl)
        points = self.ssl_landscape.points
        interior = [p for p in points if p.box[0].lo > 0]
        boundary = [p for p in points if "a = 0" in p.relations]
        curvatures = [curvature_along_first(self.ssl, p.box) for p in boundary]
        if any(p.box[0].lo <= 0 <= p.box[0].hi for p in points if p not in boundary):
            return Outcome(Verdict.UNDECIDED, "a stationary point is not placed for certain")
        result = half_plane_descent(constants.smoothness, constants.coercive, constants.even, len(interior), curvatures)
        if not result.holds:
            return Outcome(Verdict.UNDECIDED, result.reason)
        local = keeper(self.ssl_analysis)
        rate = linear_rate(local.m, constants.smoothness, PUBLISHED_STEP)
        nuisance = 1 - 2 * PUBLISHED_STEP * to_fraction(self.ssl.numeric_ridge)
        outcome = Outcome(
            Verdict.PROVED,
            "compact sublevel sets, invariance of a > 0, completeness of L3",
            {
                "L <=": Enclosure.exact(constants.smoothness).relaxed(),
                "step limit 1/L >=": Enclosure.exact(result.step_limit),
                "local radius": Enclosure.exact(local.ball.inner),
                "local m": Enclosure.exact(local.m),
            },
        )
        outcome.claims.append(
            descent_claim(
                self.ssl, landscape_claim(self.ssl_landscape), constants.smoothness, (local.ball.inner, local.m), local
            )
        )
        if rate is not None and result.step_limit > PUBLISHED_STEP and self._mirrored_rows_span():
            outcome.values["published step: local factor"] = Enclosure.exact(rate)
            outcome.values["published run: nuisance factor after 4000 steps"] = _power(nuisance, PUBLISHED_STEPS)
            outcome.notes.append(
                "corollary: every start with a1 > 0 > a2, hence the published start regions, "
                "converges at the published step 0.1 to the minimum whose rows span e1 and e2"
            )
        return outcome

    def _mirrored_rows_span(self) -> bool:
        """Whether the minimum with a > 0 and its mirror image are independent rows."""
        a, b = self.attractor.box
        return rows_independent((a, b), (-a, b))

    def study(self) -> Study:
        tau, alpha = self.parameters["tau"], self.parameters["alpha"]
        values = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())

        def lemma(number: int, title: str, statement: str, hypotheses: str, uses: tuple[str, ...]) -> Lemma:
            mathematics, proof = separation_words(number, self.parameters)
            prove = getattr(self, f"l{number}")
            return Lemma(f"L{number}", title, statement, hypotheses, uses, prove, mathematics, proof)

        return Study(
            "separation",
            f"Noise-free separation of self-supervised and supervised learning ({values})",
            self.parameters,
            (
                lemma(
                    1, "A-priori boxes", "Every stationary point of SSL and SL lies in an explicit ball.", "none", ()
                ),
                lemma(
                    2,
                    "Reduction to the feature plane",
                    "In R^d every coordinate orthogonal to e1, e2 enters the loss as ridge * w^2 only, "
                    "so it vanishes at stationary points and adds the eigenvalue 2 ridge to the Hessian.",
                    "the data lie in span(e1, e2)",
                    (),
                ),
                lemma(
                    3,
                    "SSL, one neuron",
                    f"For tau = {tau}, alpha = {alpha} there are exactly three stationary points: two minima with "
                    "opposite signs of a, and a saddle with a = 0 exactly.",
                    "noise-free population",
                    ("L1",),
                ),
                lemma(
                    4,
                    "SSL, two neurons",
                    "There are exactly nine stationary points, four of them minima; the rows of two minima span "
                    "e1 and e2, those of the other two only a line.",
                    "noise-free population",
                    ("L1", "L3"),
                ),
                lemma(
                    5,
                    "SL, two neurons",
                    "There are exactly nine stationary points: four minima, four saddles of index 1, the origin of "
                    "index 2. The two global minima have e2-content exactly 0; the two spurious ones a little.",
                    "noise-free population",
                    ("L1",),
                ),
                lemma(
                    6,
                    "Ladder of radii",
                    "At each minimum: the largest balls of the exact inverse function theorem in R^d and in the "
                    "feature block, of its preconditioned form, and of convexity, with their image balls.",
                    "noise-free population, any d",
                    ("L2", "L3", "L5"),
                ),
                lemma(
                    7,
                    "Separation",
                    "For every perturbation P with |grad P| <= epsilon on the balls, SSL + P keeps a minimum with "
                    "|a|, |b| above explicit constants, SL + P one with |b| below one, and the balls are disjoint.",
                    "P is C^1; any d",
                    ("L2", "L3", "L5"),
                ),
                lemma(
                    8,
                    "Global convergence",
                    "Gradient descent on SSL with any step in (0, 1/L) converges from every start with a > 0 to the "
                    "minimum with a > 0, at a certified linear rate near it.",
                    "noise-free population, one neuron (hence each of several)",
                    ("L2", "L3"),
                ),
            ),
        )


@register_study("separation")
def separation_study(values: Mapping[str, sp.Rational]) -> Study:
    return SeparationStudy(values).study()


def _absolute(x: Enclosure) -> Enclosure:
    return -x if x.hi < 0 else x


def _power(base: Fraction, exponent: int) -> Enclosure:
    with balls.precision(128):
        return Enclosure.from_ball(balls.ball(base) ** exponent)
