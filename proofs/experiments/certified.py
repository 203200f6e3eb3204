"""True local minima near the weights of a run: proved seed by seed, with the metrics there.

Arithmetic: rigorous (``proofs/empirical``); the weights of the run only say where to look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from numeric.enclosure import Enclosure, decimal_down, decimal_up
from numeric.experiment.train import Run
from proofs.empirical.certify import SECONDS, Certified, certify_problem
from proofs.empirical.data import read_data
from proofs.empirical.problem import build_problem
from proofs.experiments.storage import weights_arrays
from proofs.verdict import Verdict

__all__ = ["certified_json", "certified_table", "certify_run", "distances"]


def certify_run(
    run: Run, *, seconds: float = SECONDS, started: Callable[[int], None] = lambda seed: None
) -> list[Certified]:
    """For every seed: exactly one stationary point near its weights, a local minimum of ITS empirical objective.

    ``seconds`` is the budget of one seed.
    """
    found = []
    for k, seed in enumerate(run.seeds):
        started(seed)
        found.append(certify_problem(build_problem(read_data(weights_arrays(run, k))), seconds=seconds))
    return found


def distances(found: Sequence[Certified]) -> list[Fraction]:
    """For every proved minimum: it is at most so far from the weights."""
    proved = [c.distance for c in found if c.verdict is Verdict.PROVED]
    return [d.hi for d in proved if d is not None]


def _metrics(found: Sequence[Certified]) -> dict[str, list[Enclosure | None]]:
    """Span and energy of e1, e2 at every proved minimum."""
    proved = [c.metrics for c in found if c.verdict is Verdict.PROVED and c.metrics is not None]
    return {
        f"{name} {feature}": [getattr(m, name).get(feature) for m in proved]
        for name in ("span", "energy")
        for feature in ("e1", "e2")
    }


def certified_json(found: Sequence[Certified]) -> dict[str, Any]:
    return {
        "proved": len(distances(found)),
        "distance_at_most": [decimal_up(d, 8) for d in distances(found)],
        "metrics": {
            name: [None if e is None else e.json() for e in values] for name, values in _metrics(found).items()
        },
        "reasons": [c.reason for c in found if c.verdict is not Verdict.PROVED],
    }


def certified_table(found: Sequence[Certified]) -> RenderableType:
    """Mean, least and greatest of each metric over the proved minima, rounded outward to four digits."""
    reach = distances(found)
    within = f", at most {decimal_up(max(reach), 4)} from the weights" if reach else ""
    title = f"at the local minimum of each seed: proved for {len(reach)} of {len(found)}{within}"
    table = Table(header_style="bold")
    for column in ("over the proved minima", "mean in", "min >=", "max <=", "not enclosed"):
        table.add_column(column, justify="left" if column.startswith("over") else "right", no_wrap=True)
    for name, values in _metrics(found).items():
        known = [e for e in values if e is not None]
        if not known:
            table.add_row(name, "-", "-", "-", str(len(values)))
            continue
        mean = Enclosure(
            sum((e.lo for e in known), Fraction(0)) / len(known), sum((e.hi for e in known), Fraction(0)) / len(known)
        )
        low, high = decimal_down(min(e.lo for e in known), 4), decimal_up(max(e.hi for e in known), 4)
        ends = f"[{decimal_down(mean.lo, 4)}, {decimal_up(mean.hi, 4)}]"
        table.add_row(name, ends, low, high, str(len(values) - len(known)))
    return Group(Text(title, style="bold"), table)
