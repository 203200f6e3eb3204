"""Samples of the model in plain NumPy, and what the theory asks of them: shares no code with the package."""

from __future__ import annotations

import numpy as np

CLASSES = np.array([(1, 0), (1, 1), (-1, 0), (-1, 1)])
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def draw(rng: np.random.Generator, trials: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes (trials, n) and noise (trials, n, d) of samples of n = d^2 points."""
    return rng.integers(0, 4, (trials, d * d)), rng.standard_normal((trials, d * d, d))


def failures(labels: np.ndarray, noise: np.ndarray, x: float, lo: float, hi: float) -> dict[str, np.ndarray]:
    """Which samples break which condition of a typical sample (trials,), from the page docs/theory/sample.md."""
    trials, n, d = noise.shape
    broken = {k: np.zeros(trials, dtype=bool) for k in ("fractions", "mean_f", "mean_u", "root_f", "root_u")}
    lengths = np.linalg.norm(noise[:, :, :2], axis=2), np.linalg.norm(noise[:, :, 2:], axis=2)

    def chi(k: int | np.ndarray, level: float) -> np.ndarray:
        return k + 2 * np.sqrt(k * level) + 2 * level

    for c in range(4):
        member = labels == c
        counts = member.sum(axis=1)
        p = counts / n
        masked = noise * member[:, :, None]
        mean = masked.sum(axis=1) / n
        broken["fractions"] |= (p < lo - 1e-12) | (p > hi + 1e-12)
        broken["mean_f"] |= np.linalg.norm(mean[:, :2], axis=1) > np.sqrt(2 * x * p / n)
        broken["mean_u"] |= np.linalg.norm(mean[:, 2:], axis=1) > np.sqrt(p * chi(d - 2, x) / n)
        broken["root_f"] |= (lengths[0] ** 2 * member).sum(axis=1) > chi(2 * counts, x)
        second = np.swapaxes(masked[:, :, 2:], 1, 2) @ masked[:, :, 2:]
        top = np.sqrt(np.maximum(np.linalg.eigvalsh(second)[:, -1], 0))
        broken["root_u"] |= top > np.sqrt(counts) + np.sqrt(d - 2) + np.sqrt(2 * x)
    level = x + np.log(n)
    broken["peak_f"] = lengths[0].max(axis=1) > np.sqrt(2 * level)
    broken["peak_u"] = lengths[1].max(axis=1) > np.sqrt(chi(d - 2, level))
    return broken


def points(labels: np.ndarray, noise: np.ndarray, tau: float = 7.0) -> np.ndarray:
    """The data (n, d) of one sample: vector noise times d^(-3/2)."""
    d = noise.shape[1]
    x = noise * d**-1.5
    x[:, 0] += CLASSES[labels, 0]
    x[:, 1] += tau * CLASSES[labels, 1]
    return x


def smoothed(m: np.ndarray, v: float) -> list[np.ndarray]:
    """E sigmoid^(k)(m + v z), k = 0..4, by Gauss-Hermite quadrature."""
    s = 1 / (1 + np.exp(-(m[:, None] + v * NODES)))
    q = s * (1 - s)
    return [f @ WEIGHTS for f in (s, q, q * (1 - 2 * s), q * (1 - 6 * q), q * (1 - 2 * s) * (1 - 12 * q))]


def ssl_gradient_hessian(X: np.ndarray, w: np.ndarray, alpha: float = 1 / 800) -> tuple[np.ndarray, np.ndarray]:
    """Of L_n(w) = -mean g(x.w, rho |w|)^2 + alpha |w|^2, d = X.shape[1], rho = d^(-3/2)."""
    n, d = X.shape
    rho2 = float(d) ** -3
    g, g1, g2, g3, g4 = smoothed(X @ w, np.sqrt(rho2) * float(np.linalg.norm(w)))
    Gt = (g * g2).mean()
    gradient = -(2 * g * g1) @ X / n - 2 * rho2 * Gt * w + 2 * alpha * w
    mixed = (g1 * g2 + g * g3) @ X / n
    hessian = -(X.T * (2 * (g1**2 + g * g2))) @ X / n - 2 * rho2 * (np.outer(mixed, w) + np.outer(w, mixed))
    hessian -= 4 * rho2**2 * ((g2**2 + g * g4) / 2).mean() * np.outer(w, w)
    return gradient, hessian + (2 * alpha - 2 * rho2 * Gt) * np.eye(d)


def ssl_minimum(X: np.ndarray, sign: int = 1, steps: int = 200) -> tuple[np.ndarray, float]:
    """A stationary point by damped Newton steps from the noise-free minimum, and the norm of the gradient there."""
    w = np.zeros(X.shape[1])
    w[:2] = 3.8 * sign, 1.52
    for _ in range(steps):
        gradient, hessian = ssl_gradient_hessian(X, w)
        values, vectors = np.linalg.eigh(hessian)
        step = vectors @ (vectors.T @ gradient / np.maximum(np.abs(values), 1e-3))
        length = float(np.linalg.norm(step))
        w = w - step * min(1.0, 0.3 / max(length, 1e-300))
        if length < 1e-13:
            break
    return w, float(np.linalg.norm(ssl_gradient_hessian(X, w)[0]))


def sl_value(X: np.ndarray, s: np.ndarray, w: np.ndarray, ridge: float = 1 / 800) -> float:
    """L_n of two neurons at w = (w_1, w_2, F): mean of log(1 + exp(s F.sigmoid(W x))), label 0 for s = 1, and the ridge."""
    d = X.shape[1]
    h = 1 / (1 + np.exp(-X @ w[: 2 * d].reshape(2, d).T))
    return float(np.log1p(np.exp(s * (h @ w[2 * d :]))).mean() + ridge * (w @ w))


def sl_gradient(X: np.ndarray, s: np.ndarray, w: np.ndarray, ridge: float = 1 / 800) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and Hessian of ``sl_value``."""
    n, d = X.shape
    f, size = w[2 * d :], 2 * d + 2
    h = 1 / (1 + np.exp(-X @ w[: 2 * d].reshape(2, d).T))
    slope = h * (1 - h)
    r = 1 / (1 + np.exp(-s * (h @ f)))
    first = np.concatenate([(slope[:, [j]] * f[j]) * X for j in (0, 1)] + [h], axis=1) * s[:, None]
    hessian = (first.T * (r * (1 - r))) @ first / n + 2 * ridge * np.eye(size)
    for j in (0, 1):
        rows = slice(j * d, (j + 1) * d)
        hessian[rows, rows] += (X.T * (r * s * f[j] * slope[:, j] * (1 - 2 * h[:, j]))) @ X / n
        coupling = (X.T * (r * s * slope[:, j])).sum(axis=1) / n
        hessian[rows, 2 * d + j] += coupling
        hessian[2 * d + j, rows] += coupling
    return first.T @ r / n + 2 * ridge * w, hessian


def sl_minimum(X: np.ndarray, s: np.ndarray, steps: int = 200) -> tuple[np.ndarray, float]:
    """A stationary point by damped Newton steps from the noise-free minimum, and the norm of the gradient there."""
    d = X.shape[1]
    w = np.zeros(2 * d + 2)
    w[[0, d, 2 * d, 2 * d + 1]] = -2.63, 2.63, 4.25, -4.25
    for _ in range(steps):
        gradient, hessian = sl_gradient(X, s, w)
        values, vectors = np.linalg.eigh(hessian)
        step = vectors @ (vectors.T @ gradient / np.maximum(np.abs(values), 1e-3))
        length = float(np.linalg.norm(step))
        w = w - step * min(1.0, 0.3 / max(length, 1e-300))
        if length < 1e-12:
            break
    return w, float(np.linalg.norm(sl_gradient(X, s, w)[0]))
