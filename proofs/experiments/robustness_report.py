"""The robustness study as table, JSON, arrays and figures.

Arithmetic: heuristic, but for the brackets, whose ends were proved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from proofs.display import verdict_text
from proofs.experiments.figures import BLUE, RED, new_figure
from proofs.experiments.robustness import Bracket, HeatMap, Robustness, Sweep
from proofs.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["heat_figure", "robustness_arrays", "robustness_json", "robustness_table", "sweep_figure", "threshold"]

# A feature counts as learned from this energy on (a convention for the table; nothing is proved about it).
LEARNED = 0.1
SETTING = (
    "noise-free population, tau = 7, ridge 1/800, 2 neurons unless varied; start with signs only, mean of 3 starts"
)


def threshold(sweep: Sweep, objective: str, feature: int) -> str:
    """For which of the values the energy of the feature is at least 0.1."""
    kept = sweep.energies[objective][:, feature] >= LEARNED
    values = sweep.values
    if kept.all():
        return "everywhere"
    if not kept.any():
        return "nowhere"
    runs = np.flatnonzero(np.diff(np.concatenate([[0], kept.astype(int), [0]])))
    parts = [f"{values[a]:.3g} to {values[b - 1]:.3g}" for a, b in zip(runs[::2], runs[1::2], strict=True)]
    return ", ".join(parts)


def robustness_table(found: Robustness) -> RenderableType:
    table = Table(header_style="bold")
    for column in ("factor", "from", "to", "SSL has e1", "SSL has e2", "SL has e1", "SL has e2", "|gradient| <="):
        table.add_column(column)
    for sweep in found.sweeps:
        cells = [
            threshold(sweep, name, k) if name in sweep.energies else "-" for name in ("SSL", "SL") for k in range(2)
        ]
        residual = "-" if sweep.residual is None else f"{sweep.residual:.0e}"
        table.add_row(
            f"{sweep.factor} ({sweep.unit})", f"{sweep.values[0]:.3g}", f"{sweep.values[-1]:.3g}", *cells, residual
        )
    lines: list[RenderableType] = [
        Text(f"Where a feature has energy of at least {LEARNED} ({SETTING})", style="bold"),
        table,
        Text("measured by gradient descent; the boundaries below are proved at both ends"),
    ]
    lines += [Text.assemble(verdict_text(b.verdict), f"  {_sentence(b)}") for b in found.brackets]
    return Group(*lines)


def _sentence(b: Bracket) -> str:
    if b.verdict is not Verdict.PROVED:
        return f"SSL at tau = {b.tau}: no boundary between alpha = {b.low} and {b.high} was proved"
    return (
        f"SSL at tau = {b.tau}: a minimum with a, b != 0 at alpha = {b.low} ({float(b.low):.5f}); "
        f"a = 0 at every stationary point at alpha = {b.high} ({float(b.high):.5f})"
    )


def robustness_json(found: Robustness, seconds: float) -> dict[str, Any]:
    assert found.heat is not None
    return {
        "study": "robustness",
        "setting": SETTING,
        "learned_from": LEARNED,
        "sweeps": [
            {
                "factor": s.factor,
                "unit": s.unit,
                "values": s.values.tolist(),
                "energy": {name: {"e1": e[:, 0].tolist(), "e2": e[:, 1].tolist()} for name, e in s.energies.items()},
                "residual": s.residual,
            }
            for s in found.sweeps
        ],
        "heat_map": {
            "tau": found.heat.tau.tolist(),
            "ridge": found.heat.ridge.tolist(),
            "energy": {
                name: {"e1": e[:, :, 0].tolist(), "e2": e[:, :, 1].tolist()} for name, e in found.heat.energies.items()
            },
            "residual": found.heat.residual,
        },
        "boundaries": [
            {
                "parameter": "alpha",
                "tau": str(b.tau),
                "interval": [str(b.low), str(b.high)],
                "verdict": b.verdict.value,
                "statement": _sentence(b),
            }
            for b in found.brackets
        ],
        "seconds": round(seconds, 3),
    }


def robustness_arrays(found: Robustness) -> dict[str, Any]:
    """For one ``.npz`` file."""
    assert found.heat is not None
    arrays: dict[str, Any] = {"heat tau": found.heat.tau, "heat ridge": found.heat.ridge}
    arrays |= {f"heat {name}": e for name, e in found.heat.energies.items()}
    for s in found.sweeps:
        arrays[f"{s.factor}: values"] = s.values
        arrays |= {f"{s.factor}: {name}": e for name, e in s.energies.items()}
    return arrays


def sweep_figure(sweeps: list[Sweep]) -> Figure:
    """Energies over every factor, a panel each."""
    columns = 3
    rows = -(-len(sweeps) // columns)
    figure, axes = new_figure(f"Energy |W e|/|W|_F; {SETTING}", width=11, height=2.9 * rows, columns=columns, rows=rows)
    flat = np.atleast_1d(axes).ravel()
    for axis, sweep in zip(flat, sweeps, strict=False):
        for name, style in (("SSL", "-"), ("SL", "--")):
            if name not in sweep.energies:
                continue
            for k, colour in enumerate((BLUE, RED)):
                axis.plot(
                    sweep.values,
                    sweep.energies[name][:, k],
                    style,
                    color=colour,
                    marker=".",
                    label=f"{name}, $e_{k + 1}$",
                )
        axis.set(xlabel=f"{sweep.factor} ({sweep.unit})", ylabel="energy", ylim=(-0.05, 1.05))
        axis.grid(alpha=0.3)
        axis.legend(fontsize=7)
        if sweep.factor.startswith("noise level"):
            axis.set_xscale("symlog", linthresh=0.01)
            axis.set_xlim(left=0)
    for axis in flat[len(sweeps) :]:
        axis.set_visible(False)
    return figure


def heat_figure(heat: HeatMap, brackets: list[Bracket]) -> Figure:
    """Energy of both features over tau and ridge for SSL and SL, with the proved boundary of SSL."""
    figure, axes = new_figure(f"Energy |W e|/|W|_F; {SETTING}", width=9, height=7, columns=2, rows=2)
    for row, name in enumerate(("SSL", "SL")):
        for k in range(2):
            axis = axes[row][k]
            image = axis.pcolormesh(heat.tau, heat.ridge, heat.energies[name][:, :, k], vmin=0, vmax=1, cmap="viridis")
            axis.set_yscale("log")
            ridge = r"$\alpha$" if name == "SSL" else r"$\beta = \gamma$"
            axis.set(
                xlabel=r"$\tau$ (size of the hidden feature)",
                ylabel=f"ridge {ridge}",
                title=f"{name}: energy of $e_{k + 1}$",
            )
            figure.colorbar(image, ax=axis, label="energy (dimensionless)")
            proved = [b for b in brackets if b.verdict is Verdict.PROVED]
            if name == "SSL" and proved:
                tau = [float(b.tau) for b in proved]
                low, high = [float(b.low) for b in proved], [float(b.high) for b in proved]
                axis.plot(tau, low, "v", color="white", markeredgecolor="black", label="proved: both features")
                axis.plot(tau, high, "^", color=RED, markeredgecolor="black", label="proved: a = 0")
                axis.legend(fontsize=7, loc="lower right")
    return figure
