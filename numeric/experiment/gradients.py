"""Gradients of the empirical objectives, summed over the samples, for many runs at once.

Arithmetic: heuristic.  Shapes: W (S, m, d), X (S, n, d), XT (S, d, n) its transpose, F (S, m), y (S, n).

SSL with augmentation noise: sample i contributes -s(z') s(z'') with z' = w.(x_i + rho xi'_i), z'' alike, so neuron w
has the gradient -sum_i (c'_i x'_i + c''_i x''_i) with c' = s(z')(1 - s(z')) s(z''), c'' alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "hidden",
    "projected_views",
    "sigmoid",
    "sl_output_gradient",
    "sl_row_gradient",
    "ssl_expected_gradient",
    "ssl_plain_gradient",
    "ssl_view_gradient",
]

Array = NDArray[np.float64]

# Gauss-Hermite for the standard normal: below 2e-13 for r = rho |w| <= 1 (near 0.2 in the published run).
NODES = 40
_ROOTS, _WEIGHTS = np.polynomial.hermite_e.hermegauss(NODES)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def sigmoid(z: Array, out: Array | None = None) -> Array:
    """1/(1 + e^-z) as (1 + tanh(z/2))/2, which cannot overflow; absolute error of a few 1e-16."""
    half = np.multiply(z, 0.5, out=out)
    np.tanh(half, out=half)
    half *= 0.5
    half += 0.5
    return half


def hidden(W: Array, XT: Array) -> Array:
    """s(W x_i), shape (S, m, n)."""
    z = W @ XT
    return sigmoid(z, out=z)


def ssl_plain_gradient(W: Array, X: Array, XT: Array, ridge: float) -> Array:
    """No augmentation: sum_i -|s(W x_i)|^2 plus n ridge |W|^2."""
    s = hidden(W, XT)
    c = s * s
    c *= 1 - s
    return 2 * X.shape[1] * ridge * W - 2 * (c @ X)


def ssl_expected_gradient(W: Array, X: Array, XT: Array, ridge: float, rho: float) -> Array:
    """The expectation over both views: sum_i -sum_j g_ij^2, g = E s(w.x + r xi), r = rho |w|.

    d g / d w = E s'(w.x + r xi) x + rho^2 E s''(w.x + r xi) w  (the second term by Stein's identity).
    """
    z = W @ XT
    r = rho * np.sqrt(np.einsum("smd,smd->sm", W, W))[:, :, None]
    g, slope, bend = np.zeros_like(z), np.zeros_like(z), np.zeros_like(z)
    for root, weight in zip(_ROOTS.tolist(), _WEIGHTS.tolist(), strict=True):
        s = sigmoid(z + r * root)
        g += weight * s
        first = s * (1 - s)
        slope += weight * first
        bend += weight * (first * (1 - 2 * s))
    slope *= g
    bend *= g
    pull = slope @ X + rho**2 * bend.sum(axis=2)[:, :, None] * W
    return 2 * X.shape[1] * ridge * W - 2 * pull


def ssl_view_gradient(W: Array, views: Array, ridge: float) -> Array:
    """Two explicit views of each sample, views (S, 2, n, d)."""
    S, _, n, d = views.shape
    flat = views.reshape(S, 2 * n, d)
    s = hidden(W, flat.transpose(0, 2, 1))
    c = _pair_coefficients(s.reshape(S, -1, 2, n)).reshape(s.shape)
    return 2 * n * ridge * W - c @ flat


def projected_views(W: Array, X: Array, XT: Array, ridge: float, rho: float, u: Array, g: Array) -> Array:
    """The gradient with fresh augmentation noise, drawn only where it matters.

    ``u`` (S, r, 2n) are the coordinates of the 2n noise vectors in an orthonormal basis of a space that holds the
    rows of W (r = min(m, d)), ``g`` (S, m, d) is for the rest; all entries are independent standard normal.

    Lemma.  Let xi_k, k <= 2n, be independent N(0, I_d), P the projector on that space, c_k in R^m any function of the
    P xi_k, C the matrix of the c_k.  Then (C, sum_k c_k xi_k^T) has the law of
    (C, sum_k c_k (P xi_k)^T + L g (I - P)) with L L^T = C^T C.  Proof.  The (I - P) xi_k are independent of the P xi_k.
    Given these, sum_k c_k ((I - P) xi_k)^T is Gaussian with mean 0, and its columns along an orthonormal basis of the
    complement are independent with covariance sum_k c_k c_k^T = C^T C = L L^T; so is L g (I - P).
    """
    S, m, n = len(W), W.shape[1], X.shape[1]
    Q, R = np.linalg.qr(W.transpose(0, 2, 1))  # columns of Q: orthonormal, also where the rank of W is smaller
    s = R.transpose(0, 2, 1) @ u
    s *= rho
    s = s.reshape(S, m, 2, n)
    s += (W @ XT)[:, :, None, :]
    c = _pair_coefficients(sigmoid(s, out=s))
    flat = c.reshape(S, m, 2 * n)
    QT = Q.transpose(0, 2, 1)
    rest = _square_root(flat @ flat.transpose(0, 2, 1)) @ g
    noise = (flat @ u.transpose(0, 2, 1) - rest @ Q) @ QT + rest
    return 2 * n * ridge * W - (c[:, :, 0] + c[:, :, 1]) @ X - rho * noise


def _pair_coefficients(s: Array) -> Array:
    """From s(z), s shape (S, m, 2, n), to c' = s'(1 - s') s'' and c''."""
    both = s[:, :, 0] * s[:, :, 1]
    rest = 1 - s
    rest *= both[:, :, None, :]
    return rest


def _square_root(A: Array) -> Array:
    """Lower triangular L with L L^T = A, A (S, m, m) positive semidefinite; a vanishing pivot gives a zero column."""
    L = np.zeros_like(A)
    for j in range(A.shape[1]):
        for i in range(j, A.shape[1]):
            entry = A[:, i, j]
            for k in range(j):
                entry = entry - L[:, i, k] * L[:, j, k]
            if i == j:
                pivot = np.sqrt(np.maximum(entry, 0.0))
                L[:, j, j] = pivot
                inverse = 1 / np.where(pivot > 0, pivot, np.inf)
            else:
                L[:, i, j] = entry * inverse
    return L


def sl_row_gradient(W: Array, F: Array, s: Array, X: Array, y: Array, ridge: float) -> Array:
    """d/dW of the cross-entropy of s(F.s(W x)) plus n ridge |W|^2, given s = s(W x)."""
    c = _excess(F, s, y)[:, None, :] * F[:, :, None] * (s - s * s)
    return 2 * X.shape[1] * ridge * W + c @ X


def sl_output_gradient(F: Array, s: Array, y: Array, output_ridge: float) -> Array:
    """d/dF of the same, plus n output_ridge |F|^2."""
    return 2 * s.shape[2] * output_ridge * F + (s @ _excess(F, s, y)[:, :, None])[:, :, 0]


def _excess(F: Array, s: Array, y: Array) -> Array:
    """yhat - y, shape (S, n)."""
    z = (F[:, None, :] @ s)[:, 0]
    return sigmoid(z, out=z) - y
