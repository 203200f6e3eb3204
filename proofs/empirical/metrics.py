"""Span and energy of the unit vectors in the rows of W, where W is known up to a small ball.

Arithmetic: rigorous (Arb).  energy_k = |W e_k| / |W|_F.  span_k = |P e_k|, P the projector on the span of the rows; for
W and W' of the same rank, with smallest singular values sigma and sigma', |P - P'| <= |W - W'| / min(sigma, sigma')
(G. W. Stewart, SIAM Review 19 (1977), theorem 2.3 and its corollary for projectors of equal rank).  Where a matrix of
lower rank lies in the ball, the span can be anything and is not stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.interval_kernels import FloatArray
from numeric.verified_eigenvalues import eigenvalue_bounds
from numeric.verified_sums import MANY, gamma, norm_up

__all__ = ["FEATURES", "Metrics", "metrics_of"]

FEATURES = ("e1", "e2")
BITS = 160
# Below this ratio of singular values the span is called ill-posed even where it has digits.
FLAT = 0.05


@dataclass(frozen=True)
class Metrics:
    """Enclosures by feature, None where nothing can be said; ``note`` says why, or how sensitive the span is."""

    span: dict[str, Enclosure | None]
    energy: dict[str, Enclosure | None]
    singular_values: Enclosure
    note: str


def metrics_of(w: FloatArray, distance: Fraction) -> Metrics:
    """For every matrix within ``distance`` of ``w`` (m x d) in the Frobenius norm."""
    m, d = w.shape
    features = FEATURES[: min(d, 2)]
    with balls.precision(BITS):
        reach = balls.ball(distance)
        columns = {name: [arb(v) for v in w[:, k].tolist()] for k, name in enumerate(features)}
        whole = _root(sum((arb(v) ** 2 for v in w.ravel().tolist()), arb(0)))
        energy = {}
        for name, column in columns.items():
            size = _root(sum((v * v for v in column), arb(0)))
            energy[name] = _ratio(_around(size, reach), _around(whole, reach))
        least, most = _singular_values(w, reach)
        span: dict[str, Enclosure | None] = dict.fromkeys(features)
        if not least > 0:
            return Metrics(
                span, energy, _enclosure(least, most),
                "span is ill-posed: the ball of the proof holds matrices W of lower rank, whose rows span other spaces",
            )  # fmt: skip
        slack = arb(0, (reach / least).upper())
        gram = None if m >= d else arb_mat(w.tolist()) * arb_mat(w.T.tolist())
        for name, column in columns.items():
            if gram is None:
                # The rows span the whole space.
                span[name] = Enclosure.exact(1)
                continue
            c = arb_mat([[v] for v in column])
            value = _root((c.transpose() * gram.solve(c))[0, 0]) + slack
            span[name] = _share(value)
        note = ""
        if gram is not None and not least > FLAT * most:
            note = (
                "span is ill-posed near a loss of rank: moving W by its smallest singular value, at most "
                f"{float(least.upper()) * 1.01 + 2 * float(reach.upper()):.2g}, can turn it into anything; use energy"
            )
        return Metrics(span, energy, _enclosure(least, most), note)


def _root(x: arb) -> arb:
    return x.nonnegative_part().sqrt()


def _around(size: arb, reach: arb) -> arb:
    """Norms change by at most the distance, and are not negative."""
    return (size + arb(0, reach.upper())).nonnegative_part()


def _ratio(part: arb, whole: arb) -> Enclosure | None:
    ratio = part / whole
    return _share(ratio) if ratio.is_finite() else None


def _share(x: arb) -> Enclosure:
    """A number known to lie in [0, 1]."""
    return Enclosure(
        min(max(balls.lower_fraction(x), Fraction(0)), Fraction(1)), min(balls.upper_fraction(x), Fraction(1))
    )


def _enclosure(lo: arb, hi: arb) -> Enclosure:
    return Enclosure(max(balls.lower_fraction(lo), Fraction(0)), balls.upper_fraction(hi))


def _singular_values(w: FloatArray, reach: arb) -> tuple[arb, arb]:
    """Bounds of the least and greatest of the min(m, d) singular values over the ball (the least may be negative)."""
    wide = w if w.shape[0] <= w.shape[1] else w.T
    gram = wide @ wide.T
    bounds = eigenvalue_bounds(0.5 * (gram + gram.T), (gamma(wide.shape[1] + 4) * norm_up(wide) ** 2) * MANY)
    if bounds is None:
        return arb(-1), arb(norm_up(w)) + reach
    return _root(arb(float(np.maximum(bounds.lo[0], 0.0)))) - reach, _root(arb(float(bounds.hi[-1]))) + reach
