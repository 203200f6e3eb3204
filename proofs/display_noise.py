"""The noise that each method absorbs, for the terminal and as JSON."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from numeric import balls
from numeric.enclosure import decimal_down, decimal_up
from proofs.noise import METHODS
from proofs.survival import NoiseTable

__all__ = ["noise_display", "noise_json"]


def _largest_rho(d: int) -> Fraction:
    """d^(-3/2), rounded down."""
    with balls.precision(64):
        return balls.lower_fraction(1 / balls.ball(d**3).sqrt())


def noise_display(found: NoiseTable) -> RenderableType:
    table = Table(header_style="bold", title="noise of the population, rho = d^(-3/2)", title_justify="left")
    for column in ("method", "absorbed for all d >=", "rho <=", "|grad change|", "||Hessian change||"):
        table.add_column(column, no_wrap=True)
    for method in METHODS:
        if method not in found:
            table.add_row(method, "-", "-", "-", "-")
            continue
        d, proof = found[method]
        sizes = ["-" if x is None else f"<= {decimal_up(x, 4)}" for x in (proof.epsilon, proof.delta)]
        table.add_row(method, str(d), decimal_down(_largest_rho(d), 4), *sizes)
    return table


def noise_json(found: NoiseTable) -> list[dict[str, Any]]:
    """One entry for each method; ``smallest_d`` is null where nothing was certified."""
    entries: list[dict[str, Any]] = []
    for method in METHODS:
        if method not in found:
            entries.append({"method": method, "smallest_d": None})
            continue
        d, proof = found[method]
        entry: dict[str, Any] = {"method": method, "smallest_d": d, "largest_rho": decimal_down(_largest_rho(d), 12)}
        if proof.epsilon is not None and proof.delta is not None:
            entry["gradient_change"] = decimal_up(proof.epsilon, 12)
            entry["hessian_change"] = decimal_up(proof.delta, 12)
        entries.append(entry)
    return entries
