"""Enclosures of the metrics of ``numeric/experiment/metrics.py`` over a ball of weights.

Arithmetic: rigorous (Arb, from weights and data as the exact dyadic numbers they are).  Definitions, and where a metric
is not continuous: ``docs/theory/metrics.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.theorems import metric_balls
from proofs.theorems.eigenvalues import eigenvalue_enclosures

__all__ = [
    "cka_enclosure",
    "content_enclosure",
    "cosine_enclosure",
    "energy_enclosure",
    "probe_enclosure",
    "procrustes_enclosure",
    "span_enclosure",
]

Array = NDArray[np.float64]
BITS = 256


def span_enclosure(W: Array, feature: int, radius: Fraction = Fraction(0)) -> Enclosure | None:
    """|P e_k| for every matrix within ``radius`` (Frobenius) of W (m, d).

    None where the ball was not shown to stay away from matrices of smaller rank: the projection jumps there, and
    nothing better than [0, 1] may hold.
    """
    with balls.precision(BITS):
        A = _matrix(W)
        m, d = W.shape
        small = A * A.transpose() if m <= d else A.transpose() * A
        eigenvalues = _eigenvalues(small)
        if eigenvalues is None or not eigenvalues[0] > 0:
            return None
        sigma = eigenvalues[0].lower().sqrt()
        v = arb_mat([[A[i, feature]] for i in range(m)])
        square = _quadratic(small, v) if m < d else arb(1)
        if square is None:
            return None
        found = metric_balls.span_ball(square.nonnegative_part().sqrt(), sigma, balls.ball(radius))
        if found is None:
            return None
        # Rank d all over the ball: the row space is everything.
        return Enclosure.exact(1) if m >= d else found


def energy_enclosure(W: Array, feature: int, radius: Fraction = Fraction(0)) -> Enclosure | None:
    """|W e_k| / |W|_F over the ball; None unless radius < |W|_F."""
    with balls.precision(BITS):
        A = _matrix(W)
        size = _size(A)
        sine = metric_balls.angle_ball(size, balls.ball(radius))
        if sine is None:
            return None
        column = _size(arb_mat([[A[i, feature]] for i in range(A.nrows())]))
        found = metric_balls.cosine_ball(column / size, sine)
        return None if found is None else _nonnegative(found)


def content_enclosure(W: Array, feature: int, radius: Fraction = Fraction(0)) -> Enclosure | None:
    """e_k^T |W| e_k / |W|_* over the ball; None when the ball is too large, or W has no certain rank min(m, d)."""
    with balls.precision(BITS):
        A = _matrix(W)
        m, d = W.shape
        wide = m <= d
        gram = A * A.transpose() if wide else A.transpose() * A
        root = _positive_root(gram)
        if root is None:
            return None
        k = min(m, d)
        nuclear = sum((root[i, i] for i in range(k)), arb(0))
        if wide:
            # |W| = W^T (W W^T)^(-1/2) W
            v = arb_mat([[A[i, feature]] for i in range(m)])
            numerator = _quadratic(root, v)
        else:
            numerator = root[feature, feature]
        if numerator is None:
            return None
        found = metric_balls.absolute_value_ball(numerator.nonnegative_part(), nuclear, k, balls.ball(radius))
        return None if found is None else _nonnegative(found)


def cosine_enclosure(W: Array, i: int, j: int, radius: Fraction = Fraction(0)) -> Enclosure | None:
    """The cosine between rows i and j over the ball; None when a row may vanish or turn by more than a right angle."""
    with balls.precision(BITS):
        A, r = _matrix(W), balls.ball(radius)
        rows = [arb_mat([[A[k, c]] for c in range(A.ncols())]) for k in (i, j)]
        sizes = [_size(row) for row in rows]
        sines = [metric_balls.angle_ball(size, r) for size in sizes]
        first, second = sines
        if first is None or second is None:
            return None
        cosines = [(1 - s * s).sqrt() for s in (first, second)]
        if not cosines[0] * cosines[1] - first * second > 0:
            return None
        both = first * cosines[1] + second * cosines[0]
        inner = (rows[0].transpose() * rows[1])[0, 0] / (sizes[0] * sizes[1])
        found = metric_balls.cosine_ball(inner, both)
        return found


def cka_enclosure(W: Array, X: Array, G: Array, radius: Fraction = Fraction(0)) -> Enclosure | None:
    """Linear CKA of s(X W^T) and a fixed representation G (n, q), for every W in the ball; X (n, d).

    None when the ball is too large for the angle bound, or a representation is constant.
    """
    with balls.precision(BITS):
        H, move = _representation(W, X, radius)
        other = _centred(_matrix(G))
        cross = H.transpose() * other
        mine, theirs = H.transpose() * H, other.transpose() * other
        sine = metric_balls.angle_ball(_size(mine), metric_balls.kernel_move(_size(H), move))
        if sine is None or not _size(theirs) > 0:
            return None
        cosine = _sum_of_squares(cross) / (_size(mine) * _size(theirs))
        found = metric_balls.cosine_ball(cosine, sine)
        return None if found is None else _nonnegative(found)


def procrustes_enclosure(W: Array, X: Array, G: Array, radius: Fraction = Fraction(0)) -> Enclosure | None:
    """The Procrustes distance of s(X W^T) and a fixed representation G (n, q), for every W in the ball."""
    with balls.precision(BITS):
        H, move = _representation(W, X, radius)
        other = _centred(_matrix(G))
        size, theirs = _size(H), _size(other)
        sine = metric_balls.angle_ball(size, move)
        if sine is None or not theirs > 0:
            return None
        cross = H.transpose() * other
        squares = cross * cross.transpose() if cross.nrows() <= cross.ncols() else cross.transpose() * cross
        eigenvalues = _eigenvalues(squares)
        if eigenvalues is None:
            return None
        nuclear = sum((e.nonnegative_part().sqrt() for e in eigenvalues), arb(0)) / (size * theirs)
        distance = (2 - 2 * nuclear).nonnegative_part().sqrt()
        reach = metric_balls.chord(sine)
        lower, upper = distance - reach, (distance + reach).min(arb(2).sqrt())
        if not (lower.is_finite() and upper.is_finite()):
            return None
        return _nonnegative(Enclosure(balls.lower_fraction(lower), balls.upper_fraction(upper)))


def probe_enclosure(
    W: Array, X: Array, targets: Sequence[int], probe: Array, radius: Fraction = Fraction(0)
) -> Enclosure:
    """Accuracy of a FIXED probe (p + 1, classes) on s(X W^T), for every W in the ball.

    Accuracy is a step function: a sample whose decision is certain over the ball counts, the others widen the
    interval.  (A probe that is fitted anew for every W is not continuous in W, and is not enclosed.)
    """
    with balls.precision(128):
        A, data, r = _matrix(W), _matrix(X), balls.ball(radius)
        P = _matrix(probe)
        m, classes = W.shape[0], probe.shape[1]
        right = open_ = 0
        for k, target in enumerate(targets):
            row = arb_mat([[data[k, c]] for c in range(data.ncols())])
            reach = r * _size(row)
            z = A * row
            hidden = [balls.sigmoid(z[j, 0]) for j in range(m)]
            # |s(z + dz) - s(z)| <= |dz| / 4 with |dz|_2 <= r |x|: Cauchy-Schwarz for a difference of two outputs.
            certain = True
            wrong = False
            for c in range(classes):
                if c == target:
                    continue
                slope = [P[j + 1, target] - P[j + 1, c] for j in range(m)]
                gap = P[0, target] - P[0, c] + sum((s * h for s, h in zip(slope, hidden, strict=True)), arb(0))
                move = reach * sum((s * s for s in slope), arb(0)).sqrt() / 4
                certain = certain and bool(gap > move)
                wrong = wrong or bool(gap < -move)
            right += certain
            open_ += not certain and not wrong
        count = len(targets)
        return Enclosure(Fraction(right, count), Fraction(right + open_, count))


# -- parts ---------------------------------------------------------------------------------------
def _matrix(values: Array) -> arb_mat:
    """The exact dyadic numbers.  Raises ValueError for numbers that are not finite."""
    if not np.isfinite(values).all():
        raise ValueError("the numbers must be finite")
    return arb_mat([[arb(float(x)) for x in row] for row in values])


def _sum_of_squares(A: arb_mat) -> arb:
    return sum((A[i, j] * A[i, j] for i in range(A.nrows()) for j in range(A.ncols())), arb(0))


def _size(A: arb_mat) -> arb:
    return _sum_of_squares(A).nonnegative_part().sqrt()


def _quadratic(A: arb_mat, v: arb_mat) -> arb | None:
    """v^T A^(-1) v, None where A was not shown to be invertible."""
    try:
        return (v.transpose() * A.solve(v))[0, 0]
    except ZeroDivisionError:
        return None


def _nonnegative(x: Enclosure) -> Enclosure:
    """The part of an enclosure that a nonnegative quantity can be in."""
    return Enclosure(max(x.lo, Fraction(0)), max(x.hi, Fraction(0)))


def _middle(A: arb_mat) -> Array:
    return np.array([[float(A[i, j].mid()) for j in range(A.ncols())] for i in range(A.nrows())])


def _eigenvalues(A: arb_mat) -> list[arb] | None:
    """Ascending enclosures for a symmetric matrix; the float eigenbasis is only a hint."""
    middle = _middle(A)
    if not np.isfinite(middle).all():
        return None
    _, basis = np.linalg.eigh((middle + middle.T) / 2)
    entries = [[A[i, j] for j in range(A.ncols())] for i in range(A.nrows())]
    return eigenvalue_enclosures(entries, basis.tolist())


def _positive_root(G: arb_mat) -> arb_mat | None:
    """Enclosure of the positive definite square root of G, or None when G is not shown to be positive definite.

    Newton's iteration on midpoints proposes S.  From S^2 - G = S (S - Y) + (S - Y) Y with Y = G^(1/2) >= 0 and
    S >= s I > 0: |S - Y|_F <= |S^2 - G|_F / s (the solution of a Sylvester equation), which is added to every entry.
    """
    k = G.nrows()
    spectrum = _eigenvalues(G)
    if spectrum is None or not spectrum[0] > 0:
        return None
    middle = arb_mat([[G[i, j].mid() for j in range(k)] for i in range(k)])
    S = arb_mat([[spectrum[-1].sqrt().mid() if i == j else arb(0) for j in range(k)] for i in range(k)])
    try:
        for _ in range(120):
            T = (S + S.solve(middle)) * arb(0.5)
            T = arb_mat([[((T[i, j] + T[j, i]) / 2).mid() for j in range(k)] for i in range(k)])
            change = _size(T - S)
            S = T
            if change < spectrum[-1].sqrt() * arb(2) ** -(BITS - 30):
                break
    except ZeroDivisionError:
        return None
    lowest = _eigenvalues(S)
    if lowest is None or not lowest[0] > 0:
        return None
    error = (_size(S * S - G) / lowest[0]).upper()
    if not error.is_finite():
        return None
    return arb_mat([[S[i, j] + arb(0, error) for j in range(k)] for i in range(k)])


def _centred(A: arb_mat) -> arb_mat:
    n = A.nrows()
    means = [sum((A[i, j] for i in range(n)), arb(0)) / n for j in range(A.ncols())]
    return arb_mat([[A[i, j] - means[j] for j in range(A.ncols())] for i in range(n)])


def _representation(W: Array, X: Array, radius: Fraction) -> tuple[arb_mat, arb]:
    """Centred s(X W^T), and how far it can move: |s'| <= 1/4, and centring is a projection."""
    z = _matrix(X) * _matrix(W).transpose()
    H = arb_mat([[balls.sigmoid(z[i, j]) for j in range(z.ncols())] for i in range(z.nrows())])
    return _centred(H), balls.ball(radius) * _size(_matrix(X)) / 4
