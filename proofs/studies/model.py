"""The lemma graph of one objective, such as a model of a user's own: what can be proved of any network.

A lemma for which no theorem applies is UNDECIDED with the reason; the others do not wait for it.
"""

from __future__ import annotations

from functools import cached_property

import sympy as sp

from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs.bounds import Within, search_sides
from proofs.claims.ladder import ladder_claim
from proofs.claims.lemmas import bounds_claim, reduction_claim
from proofs.claims.model import derivation_claim, features_claim, lowest_claim
from proofs.claims.stationary_points import landscape_claim
from proofs.features import ABSENT, HELD, energies_at, features_at
from proofs.ladder import PointAnalysis
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.reduction import reduces_to_features
from proofs.studies.base import Lemma, Outcome, Study
from proofs.theorems.coercivity import is_coercive
from proofs.verdict import Verdict
from symbolic.derivation.check import DerivationError
from symbolic.derivation.engine import derive
from symbolic.objectives import Objective, build_objective

__all__ = ["ModelStudy", "model_study"]

STEPS = ("objective", "gradient", "hessian", "stationarity")
KINDS = ("minimum", "saddle", "maximum", "degenerate")
MOST_SHOWN = 8  # minima whose numbers are listed; the certificate holds all of them


def model_study(objective: Objective, *, within: Within | None = None, budget: Budget | None = None) -> Study:
    """The lemmas about an objective; ``within`` are sides of a box where no a-priori bound is known."""
    return ModelStudy(objective, within, budget).study()


class ModelStudy:
    """Results that several lemmas share, computed once, and the lemmas."""

    def __init__(self, objective: Objective, within: Within | None, budget: Budget | None) -> None:
        self.objective, self.within, self.budget = objective, within, budget

    @cached_property
    def landscape(self) -> Landscape:
        return prove_landscape(self.objective, within=self.within, budget=self.budget)

    @cached_property
    def minima(self) -> list[StationaryPoint]:
        """Every minimum, the lowest first."""
        found = [p for p in self.landscape.points if p.index == 0]
        return sorted(found, key=lambda p: (float(p.value.middle), [-float(x.middle) for x in p.box]))

    def representatives(self) -> list[StationaryPoint]:
        """One minimum for each value and spectrum: symmetric minima have the same radii."""
        kept: dict[tuple[float, ...], StationaryPoint] = {}
        for p in self.minima:
            key = (round(float(p.value.middle), 12), *(round(float(e.middle), 12) for e in p.eigenvalues))
            kept.setdefault(key, p)
        return list(kept.values())

    # -- lemmas ---------------------------------------------------------------------------------
    def m1(self) -> Outcome:
        """Gradient, Hessian and stationarity system."""
        try:
            found = derive(self.objective, STEPS)
        except (DerivationError, ValueError) as error:
            return Outcome(Verdict.UNDECIDED, f"no derivation keeps the sums of this model: {error}")
        return Outcome(
            Verdict.PROVED,
            "every equation is shown by exact algebra",
            {
                "equations": Enclosure.exact(len(found.equations)),
                "equalities": Enclosure.exact(found.checked),
            },
            [derivation_claim(self.objective, STEPS, found.checked)],
        )

    def m2(self) -> Outcome:
        """The box of all stationary points."""
        bounds, sides = search_sides(self.objective, self.within)
        if self.within:
            given = {n: s for n, s in ((v.name, sides[v]) for v in self.objective.variables) if n in self.within}
            text = ", ".join(f"{n} in [{lo}, {hi}]" for n, (lo, hi) in given.items())
            return Outcome(Verdict.PROVED, f"the box is part of the statements: {text}; nothing is claimed outside it")
        outcome = Outcome(Verdict.PROVED, "from the equations of a stationary point and bounds of the activation")
        for bound in bounds:
            group = ",".join(v.name for v in bound.group)
            outcome.values[f"|({group})| <="] = Enclosure.exact(bound.radius)
        outcome.claims.append(bounds_claim(self.objective, bounds))
        return outcome

    def m3(self) -> Outcome:
        """Coordinates off the features."""
        lifted = build_objective(
            self.objective.name,
            neurons=self.objective.neurons,
            values={k: sp.Rational(v) for k, v in self.objective.parameter_values.items()},
            nuisance=1,
        )
        if not reduces_to_features(self.objective, lifted):
            return Outcome(
                Verdict.UNDECIDED,
                "coordinates off the features enter in other ways too (noise, or a further penalty of the rows): the "
                "statements are about weights in the span of the features",
            )
        return Outcome(
            Verdict.PROVED,
            "each such coordinate enters as ridge * w^2 (exact algebra)",
            {"nuisance curvature": Enclosure.exact(2 * to_fraction(self.objective.numeric_ridge))},
            [reduction_claim(self.objective)],
        )

    def m4(self) -> Outcome:
        """All stationary points."""
        landscape = self.landscape
        if landscape.verdict is not Verdict.PROVED:
            return Outcome(Verdict.UNDECIDED, landscape.reason)
        outcome = Outcome(Verdict.PROVED, landscape.reason, claims=[landscape_claim(landscape)])
        outcome.values["stationary points"] = Enclosure.exact(len(landscape.points))
        for kind in KINDS:
            if landscape.count(kind):
                outcome.values[f"of kind {kind}"] = Enclosure.exact(landscape.count(kind))
        return outcome

    def m5(self) -> Outcome:
        """Kinds, and the lowest points."""
        landscape = self.landscape
        if landscape.verdict is not Verdict.PROVED:
            return Outcome(Verdict.UNDECIDED, "the list of stationary points is not complete")
        if any(p.index is None for p in landscape.points):
            return Outcome(Verdict.UNDECIDED, "a stationary point is degenerate: its kind is not certain")
        kinds = ", ".join(_counted(landscape.count(k), k) for k in KINDS if landscape.count(k))
        if self.within:
            return Outcome(Verdict.UNDECIDED, f"{kinds}; a box that was given does not tell which is lowest overall")
        if not is_coercive(self.objective.numeric_loss, self.objective.variables):
            return Outcome(Verdict.UNDECIDED, f"{kinds}; the loss was not shown to attain its minimum")
        least = min(p.value.hi for p in landscape.points)
        lowest = [p for p in landscape.points if p.value.lo <= least]
        if any(p.index != 0 for p in lowest):
            return Outcome(Verdict.UNDECIDED, f"{kinds}; the values do not tell which point is lowest")
        outcome = Outcome(
            Verdict.PROVED,
            f"{kinds}; the loss is coercive, so its least value is that of a stationary point; all others are higher",
            {"least value": lowest[0].value, "minima with this value": Enclosure.exact(len(lowest))},
            [lowest_claim(landscape, lowest)],
        )
        higher = len(self.minima) - len(lowest)
        if higher:
            outcome.values["minima that are higher"] = Enclosure.exact(higher)
        return outcome

    def m6(self) -> Outcome:
        """Radii at each minimum."""
        if not self.minima:
            return Outcome(Verdict.UNDECIDED, "no minimum was found")
        outcome = Outcome(Verdict.PROVED, "each radius holds on its whole ball; one minimum of each symmetry class")
        for number, point in enumerate(self.representatives(), 1):
            analysis = PointAnalysis(self.objective, point)
            rungs = analysis.ladder()
            for rung in rungs:
                if rung.radius[0] <= 0:
                    return Outcome(Verdict.UNDECIDED, f"minimum {number}: no radius was certified for {rung.method}")
                if number <= MOST_SHOWN:
                    outcome.values[f"minimum {number} {rung.method} r >="] = Enclosure.exact(rung.radius[0])
                    outcome.values[f"minimum {number} {rung.method} image >="] = Enclosure.exact(rung.image_radius[0])
            outcome.claims.append(ladder_claim(analysis, rungs))
        return outcome

    def m7(self) -> Outcome:
        """What each minimum holds."""
        if not self.minima:
            return Outcome(Verdict.UNDECIDED, "no minimum was found")
        known, open_features = [], []
        outcome = Outcome(Verdict.PROVED, "")
        for number, point in enumerate(self.minima, 1):
            at = dict(zip(point.names, point.box, strict=True))
            energies, content = energies_at(self.objective, at), features_at(self.objective, at)
            known.append((point, energies, content))
            held = [f for f, c in content.items() if c == HELD]
            absent = [f for f, c in content.items() if c == ABSENT]
            open_features += [f for f, c in content.items() if c not in (HELD, ABSENT)]
            if number <= MOST_SHOWN:
                outcome.notes.append(
                    f"minimum {number} holds {', '.join(held) or 'no feature'}"
                    + (f", and exactly nothing of {', '.join(absent)}" if absent else "")
                )
                for feature, energy in energies.items():
                    if energy is not None:
                        outcome.values[f"minimum {number} energy {feature}"] = energy
        if open_features:
            outcome.verdict = Verdict.UNDECIDED
            outcome.reason = (
                f"the content of {', '.join(sorted(set(open_features)))} is neither exactly 0 nor certainly not"
            )
        else:
            subsets = sorted({tuple(f for f, c in content.items() if c == HELD) for _, _, content in known})
            named = "; ".join("{" + ", ".join(s) + "}" for s in subsets)
            outcome.reason = f"the subsets of features that minima hold: {named}"
        outcome.claims.append(features_claim(self.objective, known))
        return outcome

    def study(self) -> Study:
        where = "in the given box " if self.within else ""
        titles = (
            (1, "Derivation", "Gradient, Hessian and stationarity system of the loss.", "none", ()),
            (2, "The box", "Every stationary point lies in an explicit box.", "none", ()),
            (
                3,
                "Reduction to the features",
                "In R^d every coordinate of a row that is orthogonal to the features enters the loss as ridge * w^2 "
                "only, so it vanishes at stationary points.",
                "the data lie in the span of the features",
                (),
            ),
            (
                4,
                "All stationary points",
                f"The stationary points {where}are those listed, each alone in its box.",
                "none",
                ("M2",),
            ),
            (5, "Kinds and lowest points", "The kind of each, and where the loss is least.", "none", ("M4",)),
            (
                6,
                "Ladder of radii",
                "At each minimum: the largest certified balls of four theorems, with their image balls, in the "
                "coordinates of the features; exact-ift holds in R^d where M3 does.",
                "none",
                (),
            ),
            (
                7,
                "Features of each minimum",
                f"Which features the rows hold at each minimum {where}that was found.",
                "none",
                (),
            ),
        )
        lemmas = tuple(Lemma(f"M{n}", t, s, h, u, getattr(self, f"m{n}")) for n, t, s, h, u in titles)
        values = ", ".join(f"{k} = {v}" for k, v in self.objective.parameter_values.items())
        title = f"{self.objective.title}{f' ({values})' if values else ''}"
        return Study("model", title, dict(self.objective.parameter_values), lemmas, self)


def _counted(n: int, kind: str) -> str:
    plural = {"minimum": "minima", "maximum": "maxima", "saddle": "saddles", "degenerate": "degenerate"}
    return f"{n} {kind if n == 1 else plural[kind]}"
