"""The product region: margins by hand, failure branches, and random quadratics with a ball as one block."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from proofs.theorems.product_region import product_region


def balls(*values: float) -> list[arb]:
    return [arb(v) for v in values]


def test_by_hand() -> None:
    # 4 * 1 - 1 - 2 * 0.5 = 2 and 3 * 0.5 - 0 - 2 * 1 = -0.5, so the second block is too short.
    beta = [balls(9, 2), balls(2, 9)]
    found = product_region(balls(1, 0), balls(4, 3), beta, balls(1, 0.5))
    assert [float(m.mid()) for m in found.margins] == [2.0, -0.5]
    assert not found.unique
    # With radii (1, 1): margins 1 and 1.
    assert product_region(balls(1, 0), balls(4, 3), beta, balls(1, 1)).unique


def test_the_larger_of_both_sides_counts() -> None:
    assert not product_region(balls(0, 0), balls(1, 1), [balls(0, 0), balls(2, 0)], balls(1, 1)).unique


@pytest.mark.parametrize(
    ("gamma", "nu", "radius"),
    [("1", "1", "1"), ("nan", "1", "1"), ("0", "nan", "1"), ("0", "0", "1"), ("0", "1", "0"), ("0", "1", "nan")],
)
def test_hypotheses_that_fail(gamma: str, nu: str, radius: str) -> None:
    assert not product_region([arb(gamma)], [arb(nu)], [[arb(0)]], [arb(radius)]).unique


def test_a_ball_that_may_fail_fails() -> None:
    assert not product_region([arb(0)], [arb(1, 1.5)], [[arb(0)]], [arb(1)]).unique
    assert not product_region([], [], [], []).unique


def test_shapes() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        product_region(balls(0), balls(1, 1), [balls(0)], balls(1))


def test_random_quadratics() -> None:
    # L = g.y + y.Hy/2 with blocks (1, 1, 3): where the test holds, -H^{-1} g is in the region and H is definite.
    generator = np.random.default_rng(4)
    blocks = [slice(0, 1), slice(1, 2), slice(2, 5)]
    proved = 0
    for _ in range(300):
        h = generator.normal(size=(5, 5)) * 0.3
        h = h + h.T + np.diag(generator.uniform(0, 6, 5))
        g = generator.normal(size=5) * 0.5
        radii = generator.uniform(0.3, 3, 3)
        nu = [float(np.linalg.eigvalsh(h[b, b])[0]) for b in blocks]
        beta = [[float(np.linalg.norm(h[p, q], 2)) for q in blocks] for p in blocks]
        gamma = [float(np.linalg.norm(g[b])) for b in blocks]
        if product_region(balls(*gamma), balls(*nu), [balls(*row) for row in beta], balls(*radii)).unique:
            proved += 1
            assert np.linalg.eigvalsh(h)[0] > 0
            y = -np.linalg.solve(h, g)
            assert all(np.linalg.norm(y[b]) < r for b, r in zip(blocks, radii, strict=True))
    assert proved > 20
