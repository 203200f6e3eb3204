"""A box that holds every stationary point of an objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb

from numeric import balls, endpoints
from numeric.compiler import compile_tape, to_fraction
from proofs.theorems.a_priori import energy_radius, profile_supremum
from symbolic.activations import sigmoid
from symbolic.activations.base import S
from symbolic.calculus import is_identically_zero
from symbolic.objectives import EnergyIdentity, Objective

__all__ = ["APrioriBound", "a_priori_bounds", "energy_identity_holds"]

PRECISION = 64


@dataclass(frozen=True)
class APrioriBound:
    """|v| <= radius (Euclidean norm) for the group v of variables at every stationary point."""

    group: tuple[sp.Symbol, ...]
    radius: Fraction


def energy_identity_holds(objective: Objective, identity: EnergyIdentity) -> bool:
    """v . dL/dv = ridge |v|^2 + terms, checked by exact algebra with symbolic parameters."""
    left = sp.Add(*(v * sp.diff(objective.loss, v) for v in identity.group))
    right = identity.ridge * sp.Add(*(v**2 for v in identity.group)) + sp.Add(
        *(
            t.weight * t.multiplier * t.argument * sp.sympify(t.profile).subs(S, sigmoid(t.argument))
            for t in identity.terms
        )
    )
    return is_identically_zero(left - right)


def a_priori_bounds(objective: Objective) -> list[APrioriBound]:
    """One bound for each energy identity of the objective, in the order given.

    Later identities may use the bounds of earlier ones in their multipliers.
    Raises ValueError when an identity is false or gives no finite bound.
    """
    with balls.precision(PRECISION):
        known: dict[sp.Symbol, Fraction] = {}
        found = []
        for identity in objective.energy:
            if not energy_identity_holds(objective, identity):
                raise ValueError(f"the energy identity of {identity.group} does not hold")
            contributions = [_contribution(objective, term, known, objective.variables) for term in identity.terms]
            ridge = balls.ball(to_fraction(objective.at_values(identity.ridge)))
            radius = _rounded_up(energy_radius(ridge, contributions))
            found.append(APrioriBound(identity.group, radius))
            known.update(dict.fromkeys(identity.group, radius))
        missing = [v.name for v in objective.variables if v not in known]
        if missing:
            raise ValueError(f"no a-priori bound for {', '.join(missing)}")
        return found


def _contribution(
    objective: Objective, term: object, known: dict[sp.Symbol, Fraction], variables: Sequence[sp.Symbol]
) -> arb:
    """An upper bound of -weight * multiplier * z * p(s(z)) over the box known so far."""
    weight = to_fraction(objective.at_values(term.weight))  # type: ignore[attr-defined]
    profile = sp.Poly(term.profile, S)  # type: ignore[attr-defined]
    ascending = tuple(to_fraction(c) for c in reversed(profile.all_coeffs()))
    multiplier = objective.at_values(term.multiplier)  # type: ignore[attr-defined]
    if multiplier == 1:
        sign = -1 if weight > 0 else 1
        bound = profile_supremum(tuple(sign * c for c in ascending))
        if bound is None:
            raise ValueError("a term of the energy identity is unbounded on the side that matters")
        return balls.ball(abs(weight)) * bound
    upper, lower = profile_supremum(ascending), profile_supremum(tuple(-c for c in ascending))
    if upper is None or lower is None:
        raise ValueError("a term of the energy identity is unbounded")
    infinite = arb("inf")
    box = [endpoints.from_fractions(-known[v], known[v]) if v in known else (-infinite, infinite) for v in variables]
    (size,) = endpoints.evaluate_endpoints(compile_tape([multiplier], variables), box)
    magnitude = endpoints.magnitude(size)
    if not magnitude.is_finite():
        raise ValueError("a multiplier of the energy identity has no bound")
    return balls.ball(abs(weight)) * magnitude * upper.max(lower)


def _rounded_up(x: arb) -> Fraction:
    """A short dyadic number at or above x, so that certificates and reports stay readable."""
    value = balls.upper_fraction(x)
    if value == 0:
        return Fraction(1, 64)
    scaled = value * 64
    return Fraction(-((-scaled.numerator) // scaled.denominator), 64)
