"""Check: a value of the SSL class term under noise, by quadrature (the prover sums a series)."""

from __future__ import annotations

from typing import Any

from numeric import balls
from numeric.class_term import class_term_quadrature
from numeric.enclosure import Enclosure
from proofs.certificates import CertificateError, decode_enclosure, decode_fraction
from proofs.checks.base import Invalid, register

__all__ = ["check_class_term"]

BITS = 160
MOST_DERIVATIVES = 8
MOST_VARIANCE = 10_000  # the number of nodes grows with its root


@register("class-term")
def check_class_term(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    m, variance = decode_fraction(statement.get("m")), decode_fraction(statement.get("variance"))
    orders = statement.get("derivatives")
    if not isinstance(orders, list) or len(orders) != 2 or not all(type(k) is int for k in orders):
        raise CertificateError("the orders of the derivatives are malformed")
    if statement.get("objective") != "ssl":
        raise Invalid("the class term is one of the objective ssl")
    if not 0 <= variance <= MOST_VARIANCE or not all(0 <= k <= MOST_DERIVATIVES for k in orders):
        raise Invalid("the variance or an order is out of range")
    value = decode_enclosure(statement.get("value"))
    with balls.precision(BITS):
        try:
            found = class_term_quadrature(balls.ball(m), balls.ball(variance).sqrt(), *orders)
            inside = value.contains(Enclosure.from_ball(found))
        except ValueError as error:
            raise Invalid(str(error)) from error
    if not inside:
        raise Invalid("the value was not shown to lie in the interval")
