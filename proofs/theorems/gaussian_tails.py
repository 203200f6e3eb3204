"""Tails of chi-square variables and of the largest singular value of a Gaussian matrix.

Chi-square.  For X ~ chi^2_k and x >= 0, P(X >= k + 2 sqrt(k x) + 2 x) <= exp(-x) (B. Laurent, P. Massart, Ann.
Statist. 28 (2000), lemma 1).  The exact tail is P(X >= r) = Q(k/2, r/2), the regularised upper incomplete
gamma function, which Arb evaluates; for k = 2 it is exp(-r/2).

Singular values.  For a p x q matrix with independent N(0,1) entries and t >= 0,
P(s_max >= sqrt p + sqrt q + t) <= exp(-t^2/2) (K. Davidson, S. Szarek, Handbook of the Geometry of Banach Spaces I
(2001), theorem II.13: E s_max <= sqrt p + sqrt q by Slepian's lemma, and s_max is 1-Lipschitz).
"""

from __future__ import annotations

from flint import arb

__all__ = ["chi_square_tail", "chi_square_threshold", "singular_value_threshold"]


def chi_square_threshold(k: int, x: arb) -> arb:
    """A ball around the r with P(chi^2_k >= r) <= exp(-x).  Raises ValueError for k < 1 or x not certainly >= 0."""
    if k < 1 or not x >= 0:
        raise ValueError("a chi-square threshold needs k >= 1 and x >= 0")
    return k + 2 * (k * x).sqrt() + 2 * x


def chi_square_tail(k: int, r: arb) -> arb:
    """P(chi^2_k >= r), exact up to rounding.  Raises ValueError for k < 1 or r not certainly >= 0."""
    if k < 1 or not r >= 0:
        raise ValueError("a chi-square tail needs k >= 1 and r >= 0")
    return (r / 2).gamma_upper(arb(k) / 2, 1)


def singular_value_threshold(p: int, q: int, x: arb) -> arb:
    """s with P(s_max >= s) <= exp(-x) for a p x q standard Gaussian matrix.  Raises ValueError like its neighbours."""
    if p < 0 or q < 0 or not x >= 0:
        raise ValueError("a singular value threshold needs p, q >= 0 and x >= 0")
    return arb(p).sqrt() + arb(q).sqrt() + (2 * x).sqrt()
