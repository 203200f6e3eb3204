"""Finite mixtures of feature vectors, and the expectation over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

__all__ = ["Atom", "Mixture", "toy_distribution"]


@dataclass(frozen=True)
class Atom:
    """One class: its probability, its coordinates on the features, and its label."""

    weight: sp.Expr
    coordinates: tuple[sp.Expr, ...]
    label: int


@dataclass(frozen=True)
class Mixture:
    """A finite mixture; ``features`` names the coordinates, the first is the label feature."""

    atoms: tuple[Atom, ...]
    features: tuple[str, ...]

    def expectation(self, integrand: Callable[[Atom], sp.Expr]) -> sp.Expr:
        """E[integrand] as the weighted sum over the atoms."""
        return sp.Add(*(atom.weight * integrand(atom) for atom in self.atoms))


def toy_distribution(tau: sp.Expr, nuisance: int = 0) -> Mixture:
    """x = s*e1 + t*tau*e2 with s in {1, -1}, t in {0, 1}: four classes of weight 1/4.

    ``nuisance`` further coordinates are zero for every class.
    The label is 0 for s = 1 and 1 for s = -1 (arXiv 2401.03214, section on the toy model).
    """
    quarter = sp.Rational(1, 4)
    atoms = tuple(
        Atom(quarter, (sp.Integer(s), t * tau, *(sp.S.Zero,) * nuisance), 0 if s == 1 else 1)
        for s in (1, -1)
        for t in (0, 1)
    )
    return Mixture(atoms, ("e1", "e2"))
