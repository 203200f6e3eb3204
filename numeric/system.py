"""A square system of equations, compiled: plain data that searches and checkers both start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy as sp

from numeric.compiler import compile_tape, to_fraction
from numeric.intervals import from_fraction
from numeric.tape import Tape
from numeric.tape_derivative import differentiate
from symbolic.kinks import kinks_of, slopes
from symbolic.rows import linear_rows
from symbolic.symmetry import SignedPermutation

__all__ = ["System", "Vector", "build_system", "fundamental_domain"]

Vector = tuple[Fraction, ...]
SignedProduct = tuple[int, int, int]


@dataclass(frozen=True)
class System:
    """F(x) = 0 in n unknowns.

    - ``function``: n outputs; ``jacobian``: n*n outputs, row by row;
    - ``row_coefficients[r] . x + rest_r(x) = 0`` at every zero, ``rests`` the tape of the rests;
    - ``inequalities``: vectors l with l . x >= 0 that may be assumed (a fundamental domain);
    - ``products``: (i, j, s) with s x_i x_j >= 0, s = 1 or -1, that may be assumed likewise;
    - ``propagate``: searches also contract by the whole of F, for systems whose rows leave equations out;
    - ``fixed``: intervals (Fraction ends) of further inputs of every tape, after the unknowns: parameters.
      What is proved of such a system holds for every choice of the parameters in their intervals.
    """

    names: tuple[str, ...]
    function: Tape
    jacobian: Tape
    row_coefficients: tuple[Vector, ...]
    rests: Tape
    inequalities: tuple[Vector, ...] = ()
    propagate: bool = False
    fixed: tuple[tuple[Fraction, Fraction], ...] = ()
    products: tuple[SignedProduct, ...] = ()

    @property
    def dimension(self) -> int:
        return len(self.names)

    @cached_property
    def has_kinks(self) -> bool:
        """Whether the Jacobian holds signs: slopes of absolute values, maxima or minima."""
        return any(i.operation == "sign" for i in self.jacobian.instructions)

    @property
    def fixed_floats(self) -> tuple[tuple[float, float], ...]:
        """The intervals of the parameters, rounded outward."""
        return tuple((from_fraction(lo)[0], from_fraction(hi)[1]) for lo, hi in self.fixed)


def build_system(
    equations: Sequence[sp.Expr],
    variables: Sequence[sp.Symbol],
    *,
    derivatives: Sequence[Sequence[sp.Expr]] | None = None,
    inequalities: Sequence[Vector] = (),
    products: Sequence[SignedProduct] = (),
    propagate: bool = False,
    parameters: Sequence[sp.Symbol] = (),
    solved: Sequence[sp.Expr] | None = None,
    fixed: Sequence[tuple[Fraction, Fraction]] = (),
    plain: bool = False,
) -> System:
    """Compile the equations, their Jacobian (or the one given) and their linear rows.

    ``plain`` is for a search that a few boxes end: no rows, and the Jacobian is that of the compiled function.

    At kinks (absolute values, maxima, minima) the Jacobian holds signs, whose enclosures are of slopes between any two
    points of a box (:mod:`symbolic.kinks`).

    ``parameters`` are symbols with values in ``fixed``.  A coefficient that depends on them is not linear:
    ``solved`` are equations with the same zeros whose linear parts have rational coefficients.
    """
    if len(equations) != len(variables):
        raise ValueError(f"{len(equations)} equations for {len(variables)} unknowns")
    inputs = [*variables, *parameters]
    function = compile_tape(equations, inputs)
    if plain and derivatives is None and not parameters and not any(kinks_of(e) for e in equations):
        jacobian = differentiate(function)
    else:
        matrix = derivatives if derivatives is not None else slopes(equations, variables)
        jacobian = compile_tape([entry for row in matrix for entry in row], inputs, signs=derivatives is None)
    rows = [] if plain else linear_rows(equations if solved is None else solved, variables)
    return System(
        names=tuple(v.name for v in variables),
        function=function,
        jacobian=jacobian,
        row_coefficients=tuple(tuple(to_fraction(c) for c in row.coefficients) for row in rows),
        rests=compile_tape([row.rest for row in rows], inputs),
        inequalities=tuple(inequalities),
        propagate=propagate,
        fixed=tuple(fixed),
        products=tuple(products),
    )


def fundamental_domain(group: Sequence[SignedPermutation], functional: Sequence[Fraction]) -> list[Vector]:
    """Inequalities l . x >= 0 that some point of every orbit satisfies.

    A point of an orbit where the functional c is largest has c . x >= c . (g x) for every g, and
    c . (g x) = (g^T c) . x; any functional will do.
    """
    found: list[Vector] = []
    for g in group:
        moved = [Fraction(0)] * len(functional)
        for i, (source, sign) in enumerate(zip(g.source, g.signs, strict=True)):
            moved[source] += sign * functional[i]
        difference = tuple(c - m for c, m in zip(functional, moved, strict=True))
        if any(difference) and difference not in found:
            found.append(difference)
    return found
