r"""Balls that hold every stationary point of a network's objective, from its layers (docs/theory/network-boxes.md).

L = Phi(h) + sum of ridges + penalties, where h_c are the values of one neuron, f of a function that is linear and
homogeneous in the neuron's variables v.  Penalties P have v . dP/dv >= 0.  At a stationary point:

- ``radial_bound``: 0 = v . dL/dv >= 2 ridge |v|^2 - sum_c G_c Z with |dPhi/dh_c| <= G_c and |z f'(z)| <= Z, the ridge
  being the least of those on v;
- ``slope_bound``: 0 = w . dL/dw >= 2 ridge |w|^2 - |w| sum_c G_c S |x_c| with |f'| <= S, for the weights w alone;
- ``head_bound``: for Phi = sum_c p_c (o_c - y_c)^2 and o_c = F . h_c: 0 >= 2 ridge |F|^2 + 2 sum_c p_c (o_c - y_c) o_c,
  and (o - y) o >= -y^2/4;
- ``homogeneous_bound``: for all weights V of a layer at once, v . d/dV turns o_c into o_c + e_c with |e_c| <= excess;
  (o - y)(o + e) >= -(|y| + |e|)^2/4, and for Phi = sum_c p_c softplus(m_c), m = +-o: s(m)(m +- e) >= -3/10 - |e|, as
  m s(m) > -0.279.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

__all__ = ["excess_behind", "head_bound", "homogeneous_bound", "radial_bound", "slope_bound"]


def radial_bound(ridge: arb, sizes: Sequence[arb], Z: arb) -> arb | None:
    """sqrt(sum_c G_c Z / (2 ridge)) >= |v|; ``sizes`` are the G_c.  None where a hypothesis fails."""
    return _root(sum(sizes, arb(0)) * Z, 2 * ridge, ridge)


def slope_bound(ridge: arb, sizes: Sequence[arb], S: arb, lengths: Sequence[arb]) -> arb | None:
    """sum_c G_c S |x_c| / (2 ridge) >= |w|; ``lengths`` are the |x_c|.  None where a hypothesis fails."""
    if not ridge > 0:
        return None
    total = sum((g * x for g, x in zip(sizes, lengths, strict=True)), arb(0)) * S / (2 * ridge)
    return _upper(total)


def head_bound(ridge: arb, weights: Sequence[arb], targets: Sequence[arb]) -> arb | None:
    """sqrt(sum_c p_c y_c^2 / (4 ridge)) >= |F| for the square loss.  None where a hypothesis fails."""
    return _root(sum((p * y * y for p, y in zip(weights, targets, strict=True)), arb(0)), 4 * ridge, ridge)


def excess_behind(heads: arb, D: arb, S: arb | None = None, second: arb | None = None) -> arb:
    """|F|_1 D for the last layer; |F|_1 (D + S max_i |v_i|_1 D) for the layer before it.

    In the last layer v . d/dV turns f(u_i) into u_i f'(u_i) = f(u_i) + d_i, |d_i| <= D.  Before it z_j f'(z_j) =
    f(z_j) + d_j, so u_i becomes u_i + e_i with |e_i| <= |v_i|_1 D, and f'(u_i)(u_i + e_i) is f(u_i) + d'_i +
    f'(u_i) e_i.
    """
    if S is None or second is None:
        return heads * D
    return heads * (D + S * second * D)


def homogeneous_bound(form: str, ridge: arb, weights: Sequence[arb], targets: Sequence[arb], excess: arb) -> arb | None:
    """|V| for all weights of a layer: sqrt(sum_c p_c (|y_c| + e)^2 / (4 ridge)), or sqrt((3/10 + e) / (2 ridge)).

    ``form`` is ``square`` or ``softplus``.  None where a hypothesis fails.
    """
    if form == "square":
        sides = (p * (abs(y) + excess) ** 2 for p, y in zip(weights, targets, strict=True))
        return _root(sum(sides, arb(0)), 4 * ridge, ridge)
    if form == "softplus" and all(abs(y) <= 1 and abs(y) >= 1 for y in targets):
        return _root(sum(weights, arb(0)) * (arb(3) / 10 + excess), 2 * ridge, ridge)
    return None


def _root(above: arb, below: arb, ridge: arb) -> arb | None:
    if not ridge > 0:
        return None
    square = above / below
    return _upper(square.upper().sqrt()) if square.upper() > 0 else (arb(0) if square.upper() <= 0 else None)


def _upper(x: arb) -> arb | None:
    top = x.upper()
    return top if top.is_finite() and top >= 0 else None
