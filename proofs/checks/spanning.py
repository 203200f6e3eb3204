"""Check: which pairs of SSL minima have rows that span both features."""

from __future__ import annotations

from typing import Any

import sympy as sp

from numeric.system import build_system
from proofs.certificates import CertificateError, decode_box
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.points import check_unique, contains, enough_bits, zero_in
from proofs.theorems.rank import rows_independent
from symbolic.objectives import build_objective

__all__ = ["check_spanning"]


@register("spanning")
def check_spanning(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Rank 2: the determinant is certainly not 0.  Rank 1: all rows are the same unique point, not 0."""
    objective = objective_from(statement)
    if objective.name != "ssl" or objective.neurons != 2:
        raise Invalid("spanning is stated for two SSL neurons")
    values = {k: sp.Rational(v) for k, v in objective.parameter_values.items()}
    single = build_objective("ssl", neurons=1, values=values)
    system = build_system(single.gradient, single.variables, derivatives=single.hessian)
    names = [v.name for v in single.variables]
    minima = statement.get("minima")
    if not isinstance(minima, list) or not minima:
        raise CertificateError("the minima are malformed")
    for entry in minima:
        if not isinstance(entry, dict) or any(not isinstance(entry.get(k), list) for k in ("rows", "unique_in")):
            raise CertificateError("a minimum is malformed")
        rows = [decode_box(r, names) for r in entry["rows"]]
        outer = [decode_box(r, names) for r in entry["unique_in"]]
        if len(rows) != 2 or len(outer) != 2:
            raise CertificateError("a minimum does not have two rows")
        for row, alone in zip(rows, outer, strict=True):
            check_unique(system, alone)
            zero = zero_in(system, row, enough_bits(row))
            if zero is None or not contains(row, zero) or not contains(alone, row):
                raise Invalid("a row was not shown to be a stationary point")
        if entry.get("rank") == 2:
            if not rows_independent(*rows):
                raise Invalid("the rows were not shown to be independent")
        elif entry.get("rank") == 1:
            if not contains(outer[0], rows[1]) or all(x.lo <= 0 <= x.hi for x in rows[0]):
                raise Invalid("the rows were not shown to be the same nonzero vector")
        else:
            raise Invalid("the rank is 1 or 2")
