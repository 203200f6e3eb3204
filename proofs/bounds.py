"""A box that holds every stationary point of an objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb

from numeric import balls, endpoints
from numeric.compiler import compile_tape, to_fraction
from numeric.intervals import from_fraction
from proofs.network_box import NetworkBox
from proofs.runaway import find_runaway
from proofs.theorems.a_priori import energy_radius, profile_supremum
from symbolic.activations import sigmoid
from symbolic.activations.base import S
from symbolic.calculus import is_identically_zero
from symbolic.objectives import EnergyIdentity, EnergyTerm, Objective

__all__ = ["APrioriBound", "Within", "a_priori_bounds", "energy_identity_holds", "search_sides"]

PRECISION = 64


@dataclass(frozen=True)
class APrioriBound:
    """|v| <= radius (Euclidean norm) for the group v of variables at every stationary point."""

    group: tuple[sp.Symbol, ...]
    radius: Fraction


def energy_identity_holds(objective: Objective, identity: EnergyIdentity) -> bool:
    """v . dL/dv = ridge |v|^2 + terms, checked by exact algebra with symbolic parameters.

    L is the loss without its penalties: theirs v . dP/dv >= 0 (``symbolic.objectives.structure``), so that the bound
    from the identity holds with them too.
    """
    left = sp.Add(*(v * sp.diff(objective.unpenalised, v) for v in identity.group))
    right = identity.ridge * sp.Add(*(v**2 for v in identity.group)) + sp.Add(
        *(
            t.weight * t.multiplier * t.argument * sp.sympify(t.profile).subs(S, sigmoid(t.argument))
            for t in identity.terms
        )
    )
    return is_identically_zero(left - right)


Sides = Mapping[sp.Symbol, tuple[Fraction, Fraction]]
Within = Mapping[str, tuple[Fraction, Fraction]]  # a box that a user gives, by the names of variables


def search_sides(
    objective: Objective, within: Within | None
) -> tuple[list[APrioriBound], dict[sp.Symbol, tuple[Fraction, Fraction]]]:
    """The box of a search: the sides that were given, rounded outward to float64, and a-priori bounds for the others.

    Raises ValueError for a name that is no variable, and where a variable has neither.
    """
    given: dict[sp.Symbol, tuple[Fraction, Fraction]] = {}
    known = {v.name: v for v in objective.variables}
    for name, (lo, hi) in (within or {}).items():
        if name not in known:
            raise ValueError(f"no variable {name} of the box; known: {', '.join(known)}")
        if not lo < hi:
            raise ValueError(f"the side {name} of the box is empty")
        given[known[name]] = (Fraction(from_fraction(lo)[0]), Fraction(from_fraction(hi)[1]))
    if len(given) == len(known):
        return [], given
    bounds, missing = _bounds(objective, {})
    missing = [v for v in missing if v not in given]
    if missing:
        raise ValueError(_no_bound(objective, missing))
    sides = {v: (-b.radius, b.radius) for b in bounds for v in b.group}
    return [b for b in bounds if not set(b.group) <= set(given)], {**sides, **given}


def _no_bound(objective: Objective, missing: Sequence[sp.Symbol]) -> str:
    """Why no search over all of space can start, and what helps."""
    runaway = find_runaway(objective)
    why = "" if runaway is None else f"{runaway.text}; "
    names = ", ".join(v.name for v in missing)
    return f"{why}no a-priori bound for {names} (ask in a box: --box {missing[0].name}=[LO,HI],...)"


def a_priori_bounds(objective: Objective, sides: Sides | None = None) -> list[APrioriBound]:
    """One bound for each energy identity of the objective, in the order given.

    Later identities may use the bounds of earlier ones in their multipliers.  ``sides`` are intervals
    of the free parameters; the bounds then hold for every choice in them.
    Raises ValueError when an identity is false or gives no finite bound.
    """
    found, missing = _bounds(objective, sides or {})
    if missing:
        raise ValueError(_no_bound(objective, missing))
    return found


def _bounds(objective: Objective, sides: Sides) -> tuple[list[APrioriBound], list[sp.Symbol]]:
    """All bounds that were found, and the variables without one."""
    with balls.precision(PRECISION):
        known: dict[sp.Symbol, Fraction] = {}
        found = []
        for identity in objective.energy:
            if not energy_identity_holds(objective, identity):
                raise ValueError(f"the energy identity of {identity.group} does not hold")
            contributions = [_contribution(objective, term, known, sides) for term in identity.terms]
            ridge = _over(objective, identity.ridge, sides)[0]
            radius = _rounded_up(energy_radius(ridge, contributions))
            found.append(APrioriBound(identity.group, radius))
            known.update(dict.fromkeys(identity.group, radius))
        if objective.structure is not None and not all(v in known for v in objective.variables):
            for group, radius in NetworkBox(objective, known, sides).groups(_rounded_up):
                found.append(APrioriBound(group, radius))
                known.update(dict.fromkeys(group, radius))
        found += _gradient_bounds(objective, known, sides)
        return found, [v for v in objective.variables if v not in known]


def _gradient_bounds(objective: Objective, known: dict[sp.Symbol, Fraction], sides: Sides) -> list[APrioriBound]:
    """Bounds of variables that no identity bounds, from the equation of each: |x| <= sup |R| / c where dL/dx = c x + R.

    c is a coefficient free of variables and certainly positive; the supremum of |R| is over the box known so far, and
    over all real values of the variables without a bound.  ``known`` is extended.
    """
    found: list[APrioriBound] = []
    if all(v in known for v in objective.variables):
        return found
    loss = objective.at_values(objective.loss)
    grew = True
    while grew:
        grew = False
        for v in objective.variables:
            if v in known:
                continue
            equation = sp.diff(loss, v)
            parts = [t / v for t in sp.Add.make_args(equation)]
            coefficient = sp.Add(*(t for t in parts if not t.has(*objective.variables)))
            ridge = _over(objective, coefficient, sides)[0]
            if not ridge > 0:
                continue
            size = _magnitude(objective, equation - sp.expand(coefficient * v), known, sides)
            if size is not None:
                radius = _rounded_up((size / ridge).upper())
                known[v] = radius
                found.append(APrioriBound((v,), radius))
                grew = True
    return found


def _magnitude(objective: Objective, expr: sp.Expr, known: dict[sp.Symbol, Fraction], sides: Sides) -> arb | None:
    """An upper bound of |expr| over the box known so far and all values of the other variables; None if not finite."""
    infinite = arb("inf")
    variables = objective.variables
    box = [endpoints.from_fractions(-known[v], known[v]) if v in known else (-infinite, infinite) for v in variables]
    box += [endpoints.from_fractions(*s) for s in sides.values()]
    (value,) = endpoints.evaluate_endpoints(compile_tape([expr], [*variables, *sides]), box)
    magnitude = endpoints.magnitude(value)
    return magnitude if magnitude.is_finite() else None


def _over(objective: Objective, expr: sp.Expr, sides: Sides) -> endpoints.EndpointInterval:
    """The range of an expression in the parameters."""
    tape = compile_tape([objective.at_values(expr)], list(sides))
    (value,) = endpoints.evaluate_endpoints(tape, [endpoints.from_fractions(*s) for s in sides.values()])
    return value


def _contribution(objective: Objective, term: EnergyTerm, known: dict[sp.Symbol, Fraction], sides: Sides) -> arb:
    """An upper bound of -weight * multiplier * z * p(s(z)) over the box known so far."""
    weight = _over(objective, term.weight, sides)
    size = endpoints.magnitude(weight)
    profile = sp.Poly(term.profile, S)
    ascending = tuple(to_fraction(c) for c in reversed(profile.all_coeffs()))
    multiplier = objective.at_values(term.multiplier)
    upper, lower = profile_supremum(ascending), profile_supremum(tuple(-c for c in ascending))
    if multiplier == 1 and (weight[0] >= 0 or weight[1] <= 0):
        bound = lower if weight[0] >= 0 else upper
        if bound is None:
            raise ValueError("a term of the energy identity is unbounded on the side that matters")
        return size * bound
    if upper is None or lower is None:
        raise ValueError("a term of the energy identity is unbounded")
    magnitude = _magnitude(objective, multiplier, known, sides)
    if magnitude is None or not size.is_finite():
        raise ValueError("a multiplier of the energy identity has no bound")
    return size * magnitude * upper.max(lower)


def _rounded_up(x: arb) -> Fraction:
    """A short dyadic number at or above x, so that certificates and reports stay readable."""
    value = balls.upper_fraction(x)
    if value == 0:
        return Fraction(1, 64)
    scaled = value * 64
    return Fraction(-((-scaled.numerator) // scaled.denominator), 64)
