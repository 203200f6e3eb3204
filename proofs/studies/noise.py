"""From the noise-free population to the noisy one: what noise and augmentation change, for all d at once."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

import sympy as sp

from numeric import balls
from numeric.class_term import class_term, class_term_quadrature
from numeric.enclosure import Enclosure
from proofs.claims.noise import class_term_claim, noisy_minimum_claim
from proofs.noise import LARGEST_DIMENSION, METHODS, NoisyMinimum, noise_table
from proofs.studies.base import Lemma, Outcome, Study, register_study
from proofs.studies.separation import SeparationStudy
from proofs.survival import NoiseTable, Survival, noise_squared
from proofs.theorems.mirror import mirrored_box
from proofs.verdict import Verdict
from symbolic.activations.base import S
from symbolic.noise import class_polynomial

__all__ = ["NoiseStudy"]

PUBLISHED_DIMENSION = 10
SERIES_ORDER = 6
BITS = 128
BALL_METHODS = METHODS[:4]


class NoiseStudy:
    """The noisy population at one choice of parameters, with rho = d^(-3/2)."""

    def __init__(self, values: Mapping[str, sp.Rational]) -> None:
        self.base = SeparationStudy(values)
        self.parameters = self.base.parameters

    # -- shared results -----------------------------------------------------------------------
    @cached_property
    def ssl(self) -> NoisyMinimum:
        return NoisyMinimum(self.base.ssl_analysis)

    @cached_property
    def sl(self) -> NoisyMinimum:
        return NoisyMinimum(self.base.sl_analysis)

    @cached_property
    def ssl_table(self) -> NoiseTable:
        return noise_table(self.ssl)

    @cached_property
    def sl_table(self) -> NoiseTable:
        return noise_table(self.sl)

    # -- lemmas ---------------------------------------------------------------------------------
    def n1(self) -> Outcome:
        """The class term by two algorithms, at the four scores of the SSL minimum."""
        first = class_polynomial(0, 1).as_expr() - S**2 * (1 - S) * (3 - 5 * S)
        if sp.expand(first) != 0:
            return Outcome(Verdict.REFUTED, "the first polynomial of the series is another one")
        outcome = Outcome(
            Verdict.PROVED, "series with remainder and quadrature with error bound enclose the same numbers"
        )
        a, b = (x.middle.limit_denominator(1000) for x in self.base.attractor.box)
        tau = Fraction(int(self.parameters["tau"].p), int(self.parameters["tau"].q))
        variance = (noise_squared(PUBLISHED_DIMENSION) * (a * a + b * b)).limit_denominator(10**6)
        for m in (a, a + tau * b, -a, -a + tau * b):
            for in_m, in_v in ((0, 0), (1, 0), (0, 1), (2, 0)):
                with balls.precision(BITS):
                    x = class_term(balls.ball(m), balls.ball(variance), SERIES_ORDER, in_m, in_v)
                    y = class_term_quadrature(balls.ball(m), balls.ball(variance).sqrt(), in_m, in_v)
                    if not x.overlaps(y):
                        return Outcome(Verdict.REFUTED, f"the two enclosures are disjoint at m = {m}")
                    series, exact = Enclosure.from_ball(x), Enclosure.from_ball(y)
                outcome.claims.append(class_term_claim(m, variance, in_m, in_v, series))
                if (in_m, in_v) == (0, 0):
                    outcome.values[f"T({_short(m)}, V)"] = exact
        outcome.values["V = rho^2 |w|^2"] = Enclosure.exact(variance)
        return outcome

    def n2(self) -> Outcome:
        """The minima without noise."""
        parts = [self.base.l3(), self.base.l5()]
        for part in parts:
            if part.verdict is not Verdict.PROVED:
                return part
        values = {f"SSL {k}": parts[0].values[k] for k in ("a", "b")}
        values |= {f"SL {k}": parts[1].values[k] for k in ("global |a|", "global |f|", "global b")}
        return Outcome(Verdict.PROVED, parts[0].reason, values, [c for part in parts for c in part.claims])

    def n3(self) -> Outcome:
        """sup |grad L_rho - grad L_0| <= c d^-3 on the balls of the ladder, for all d from some d_0 on."""
        outcome = Outcome(
            Verdict.PROVED, "expansion in rho^2 with a remainder of majorant series, for a whole interval of rho"
        )
        for name, minimum, table in self._sides():
            for method in BALL_METHODS:
                if method not in table:
                    return Outcome(
                        Verdict.UNDECIDED, f"{name}: {method} absorbs no noise up to d = {LARGEST_DIMENSION}"
                    )
                d, proof = table[method]
                assert proof.radius is not None
                assert proof.epsilon is not None
                assert proof.delta is not None
                where = f"{name} {method}"
                outcome.values[f"{where} radius"] = Enclosure.exact(proof.radius)
                outcome.values[f"{where} d >="] = Enclosure.exact(d)
                outcome.values[f"{where} |grad change| d^3 <="] = Enclosure.exact(proof.epsilon * d**3)
                outcome.values[f"{where} |Hessian change| d^3 <="] = Enclosure.exact(proof.delta * d**3)
                outcome.claims.append(noisy_minimum_claim(minimum, proof))
        return outcome

    def n4(self) -> Outcome:
        """The SSL minimum exists and is alone in its region, for all d >= d_0."""
        outcome = self._survival("SSL", self.ssl, self.ssl_table)
        if outcome.verdict is Verdict.PROVED:
            for label, proof in self._shown(self.ssl, self.ssl_table["krawczyk"]):
                outcome.values.update(_ssl_content(label, proof))
        return outcome

    def n5(self) -> Outcome:
        """The SL minimum exists, is alone in its region, and has exactly no hidden feature, for all d >= d_0."""
        outcome = self._survival("SL", self.sl, self.sl_table)
        if outcome.verdict is not Verdict.PROVED:
            return outcome
        names = self.sl.point.names
        for label, proof in self._shown(self.sl, self.sl_table["krawczyk"]):
            assert proof.region is not None
            region = dict(zip(names, proof.region, strict=True))
            if not (self.sl.plane.population.has_mirror() and mirrored_box(region)):
                return Outcome(Verdict.UNDECIDED, "the region is not symmetric", outcome.values, outcome.claims)
            box = dict(zip(names, proof.box, strict=True))
            outcome.values[f"{label}: |a|"] = _magnitude(box["a1"])
            outcome.values[f"{label}: |f|"] = _magnitude(box["f1"])
            outcome.values[f"{label}: b1, b2"] = Enclosure.exact(0)
        outcome.notes.append(
            "b = 0 exactly: the noisy loss keeps the mirror symmetry, and the stationary point is alone"
        )
        return outcome

    def n6(self) -> Outcome:
        """Separation of the noisy populations, for all d from the larger of the two d_0 on."""
        if "krawczyk" not in self.ssl_table or "krawczyk" not in self.sl_table:
            return Outcome(Verdict.UNDECIDED, f"no d up to {LARGEST_DIMENSION} was certified for both")
        found = max(self.ssl_table["krawczyk"][0], self.sl_table["krawczyk"][0])
        proof = self.ssl_table["krawczyk"][1]
        content = _ssl_content("SSL", proof)
        outcome = Outcome(Verdict.PROVED, "SSL keeps the hidden feature in every row, SL has none at all")
        for minimum, table, zero in ((self.ssl, self.ssl_table, ()), (self.sl, self.sl_table, ("b1", "b2"))):
            outcome.claims.append(noisy_minimum_claim(minimum, table["krawczyk"][1], zero))
        outcome.values["for all d >="] = Enclosure.exact(found)
        outcome.values.update({k: v for k, v in content.items() if k.endswith(">=")})
        outcome.values["SL |b|, energy of e2"] = Enclosure.exact(0)
        if not content["SSL: |b| >="].lo > 0:
            return Outcome(
                Verdict.UNDECIDED, "the SSL minimum was not shown to keep the hidden feature", outcome.values
            )
        return outcome

    # -- parts ----------------------------------------------------------------------------------
    def _sides(self) -> list[tuple[str, NoisyMinimum, NoiseTable]]:
        return [("SSL", self.ssl, self.ssl_table), ("SL", self.sl, self.sl_table)]

    def _survival(self, name: str, minimum: NoisyMinimum, table: NoiseTable) -> Outcome:
        if "krawczyk" not in table:
            return Outcome(Verdict.UNDECIDED, f"no d up to {LARGEST_DIMENSION} was certified")
        outcome = Outcome(Verdict.PROVED, "each method's hypotheses hold for the whole interval 0 <= rho <= d_0^(-3/2)")
        for method in METHODS:
            if method in table:
                outcome.values[f"{name} smallest d_0, {method}"] = Enclosure.exact(table[method][0])
        proof = table["krawczyk"][1]
        zero = ("b1", "b2") if name == "SL" else ()
        outcome.claims.append(noisy_minimum_claim(minimum, proof, zero))
        if "product-region" in table:
            outcome.claims.append(noisy_minimum_claim(minimum, table["product-region"][1]))
        return outcome

    def _shown(self, minimum: NoisyMinimum, best: tuple[int, Survival]) -> list[tuple[str, Survival]]:
        """The proof for all d >= d_0, and the one for the published d where it is covered."""
        d, proof = best
        shown = [(f"all d >= {d}", proof)]
        if d <= PUBLISHED_DIMENSION:
            level = noise_squared(PUBLISHED_DIMENSION)
            exact = minimum.survival("krawczyk", (level, level))
            if exact is not None:
                shown.append((f"d = {PUBLISHED_DIMENSION}", exact))
        return shown

    def study(self) -> Study:
        """The lemma graph."""

        def lemma(k: int, title: str, statement: str, hypotheses: str, uses: tuple[str, ...]) -> Lemma:
            return Lemma(f"N{k}", title, statement, hypotheses, uses, getattr(self, f"n{k}"))

        shown = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        noisy = "rho = d^(-3/2); data noise, and for SSL two augmentations, with xi ~ N(0, I_d)"
        return Study(
            "noise",
            f"From the noise-free population to the noisy one ({shown})",
            self.parameters,
            (
                lemma(
                    1,
                    "Gaussian smoothing",
                    "The SSL class term under noise is exp(V (D1^2 + D1 D2 + D2^2)) s(x) s(y) at x = y = m, "
                    "V = rho^2 |w|^2; its series s^2 + V s^2 (1-s)(3-5s) + ... has an explicit remainder, and it "
                    "agrees with quadrature.",
                    noisy,
                    (),
                ),
                lemma(
                    2,
                    "Minima without noise",
                    "SSL and SL without noise have the complete landscapes of the separation study.",
                    "rho = 0",
                    (),
                ),
                lemma(
                    3,
                    "Size of the noise",
                    "On balls of the ladder of radii |grad L_rho - grad L_0| <= c d^-3 and ||H_rho - H_0|| <= c' d^-3 "
                    "for all d from some d_0 on, and the minimum survives in the ball.",
                    noisy,
                    ("N2",),
                ),
                lemma(
                    4,
                    "The SSL minimum survives",
                    "For all d >= d_0 the noisy SSL population has exactly one stationary point in an explicit region "
                    "with a > 0; it is a minimum, its nuisance coordinates are 0, and it keeps the hidden feature.",
                    noisy,
                    ("N2",),
                ),
                lemma(
                    5,
                    "The SL minimum survives without hidden feature",
                    "For all d >= d_0 the noisy SL population has exactly one stationary point in an explicit region "
                    "around the global minimum; it is a minimum, and its e2-content and nuisance coordinates are 0.",
                    noisy,
                    ("N2",),
                ),
                lemma(
                    6,
                    "Separation under noise",
                    "For all d >= d_0 every row of the SSL minimum keeps a hidden feature above a constant (rows of "
                    "opposite signs of a span e1 and e2), and the rows of the SL minimum have none.",
                    noisy,
                    ("N4", "N5"),
                ),
            ),
        )


@register_study("noise")
def noise_study(values: Mapping[str, sp.Rational]) -> Study:
    return NoiseStudy(values).study()


def _ssl_content(label: str, proof: Survival) -> dict[str, Enclosure]:
    """Bounds of the features of one row; its energy is |b| / |w|, since the other coordinates vanish."""
    a, b = proof.box
    with balls.precision(BITS):
        x, y = a.ball(), b.ball()
        energy = Enclosure.from_ball(abs(y) / (x * x + y * y).sqrt())
    return {
        f"{label}: a": a,
        f"{label}: b": b,
        f"{label}: |a| >=": Enclosure.exact(a.least_magnitude),
        f"{label}: |b| >=": Enclosure.exact(b.least_magnitude),
        f"{label}: energy of e2 >=": Enclosure.exact(max(energy.lo, Fraction(0))),
    }


def _magnitude(x: Enclosure) -> Enclosure:
    return -x if x.hi < 0 else x


def _short(m: Fraction) -> str:
    return f"{float(m):.4g}"
