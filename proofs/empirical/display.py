"""How a certified network looks: as JSON, in a terminal, and in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from numeric.enclosure import Enclosure, decimal_down, decimal_up
from proofs.display import COLOURS, verdict_text
from proofs.empirical.certify import Certified
from proofs.empirical.descent import Descent
from proofs.results import DIGITS
from proofs.shown import html
from symbolic.models import spec_from_name

__all__ = ["certified_html", "certified_json", "certified_text"]

NAMES = {"ssl": "self-supervised alignment", "sl": "supervised cross-entropy"}
AUGMENTED = {
    "expected": ", both augmentations in expectation",
    "none": "",
    "views": " over the given pairs of views",
}


def _name(objective: str) -> str:
    return NAMES[objective] if objective in NAMES else spec_from_name(objective).title


def certified_json(c: Certified) -> dict[str, Any]:
    """Intervals as ["lo", "hi"]; radii as numbers; what was not found is absent."""
    p = c.problem
    data: dict[str, Any] = {
        "objective": p.objective,
        "augment": p.augmentation,
        "parameters": {k: str(v) for k, v in p.parameters.items()},
        "samples": p.samples,
        "dimension": p.width,
        "neurons": p.neurons,
        "verdict": c.verdict.value,
        "reason": c.reason,
        "seconds": round(c.seconds, 3),
    }
    if c.kind is None or c.radius is None or c.distance is None or c.eigenvalues is None or c.metrics is None:
        return data
    data |= {
        "kind": c.kind,
        "index": c.index,
        "radius": float(c.radius),  # exact: it was a float
        "distance": c.distance.json(DIGITS),
        "eigenvalues": c.eigenvalues.json(DIGITS),
        "metrics": {
            "span": {k: _optional(e) for k, e in c.metrics.span.items()},
            "energy": {k: _optional(e) for k, e in c.metrics.energy.items()},
            "singular_values": c.metrics.singular_values.json(DIGITS),
            "note": c.metrics.note,
        },
        "blocks": [
            {
                "name": name,
                "index": b.index,
                "radius": b.radius,
                "within": decimal_up(Enclosure.from_floats(0.0, b.distance).hi, 12),
                "centre": b.centre.tolist(),
            }
            for name, b in zip(p.names, c.blocks, strict=True)
        ],
    }
    if c.descent is not None:
        data["descent"] = _descent_json(c.descent)
    return data


def _optional(e: Enclosure | None) -> list[str] | None:
    return None if e is None else e.json(DIGITS)


def _descent_json(d: Descent) -> dict[str, Any]:
    found: dict[str, Any] = {
        "reason": d.reason,
        "step": str(d.step),
        "step_limit": decimal_down(d.step_limit, 12),
        "radius": decimal_down(d.radius, 12),
        "hessian": [decimal_down(d.lower, 12), decimal_up(d.upper, 12)],
    }
    if d.factor is not None and d.slowest is not None:
        found["factor"] = [decimal_down(d.factor[0], 16), decimal_up(d.factor[1], 16)]
        found["slowest"] = d.slowest.json(16)
    if d.steps is not None:
        found["steps"] = d.steps
        for name, value in (
            ("remaining", d.remaining),
            ("slowest_remaining", d.slowest_remaining),
            ("after", d.after),
        ):
            if value is not None:
                found[name] = value.json(12)
    if d.tolerance is not None:
        found |= {"tolerance": str(d.tolerance), "steps_to_tolerance": d.steps_to_tolerance}
    return found


def _lines(c: Certified) -> Iterator[tuple[str, str]]:
    """Label and text of every line of the result."""
    p = c.problem
    values = ", ".join(f"{k} = {v}" for k, v in p.parameters.items())
    neurons = f"{p.neurons} neuron{'' if p.neurons == 1 else 's'}"
    yield "objective", f"{_name(p.objective)}{AUGMENTED[p.augmentation]} ({values})"
    yield "data", f"{p.samples} samples in dimension {p.width}, {neurons}"
    if c.kind is None or c.radius is None or c.distance is None or c.eigenvalues is None or c.metrics is None:
        return
    yield "stationary point", f"{c.kind}, index {c.index}"
    yield "unique within", f"{decimal_down(c.radius, 6)} of the point found"
    yield "distance", f"{c.distance.text(8)} from the given weights"
    yield "eigenvalues", f"in [{decimal_down(c.eigenvalues.lo, 8)}, {decimal_up(c.eigenvalues.hi, 8)}]"
    for name in c.metrics.energy:
        energy, span = c.metrics.energy[name], c.metrics.span[name]
        yield f"energy {name}", "undefined: W = 0 is not excluded" if energy is None else energy.text(8)
        yield f"span {name}", "ill-posed" if span is None else span.text(8)
    if c.metrics.note:
        yield "note", c.metrics.note
    if c.descent is not None:
        yield from _descent_lines(c.descent)


def _descent_lines(d: Descent) -> Iterator[tuple[str, str]]:
    yield (
        "descent",
        (
            f"Hessian in [{decimal_down(d.lower, 6)}, {decimal_up(d.upper, 6)}] within {decimal_down(d.radius, 6)} of "
            f"the minimum; steps below {decimal_down(d.step_limit, 6)} contract"
        ),
    )
    if d.reason:
        yield "", d.reason
    if d.factor is None or d.slowest is None:
        return
    yield "", f"one step of {d.step}: distance times at most {decimal_up(d.factor[1], 10)}"
    yield "", f"slowest direction at the minimum: times {d.slowest.text(12)}"
    if d.steps is not None and d.remaining is not None:
        slow = "" if d.slowest_remaining is None else f"; its slowest direction keeps {d.slowest_remaining.text(8)}"
        yield (
            "",
            f"{d.steps} steps: a run in the ball keeps at most {decimal_up(d.remaining.hi, 6)} of its distance{slow}",
        )
    if d.after is not None:
        yield "", f"{d.steps} steps more from the weights end at most {decimal_up(d.after.hi, 6)} from the minimum"
    if d.steps_to_tolerance is not None and d.tolerance is not None:
        yield "", f"distance {decimal_up(d.tolerance, 6)} is reached after at most {d.steps_to_tolerance} steps"


def certified_text(c: Certified) -> RenderableType:
    width = max(len(label) for label, _ in _lines(c))
    lines: list[RenderableType] = [Text.assemble((f"{label:{width}}  ", "cyan"), text) for label, text in _lines(c)]
    return Group(*lines, Text.assemble(verdict_text(c.verdict), f"  {c.reason}  ", (f"({c.seconds:.2f} s)", "dim")))


@html.register(Certified)
def certified_html(c: Certified) -> str:
    rows = "".join(
        f"<tr><td>{escape(label)}</td><td style='text-align:left'>{escape(text)}</td></tr>" for label, text in _lines(c)
    )
    head = f'<b style="color:{COLOURS[c.verdict]}">{c.verdict.value}</b> {escape(c.reason)}'
    return f"<p>{head}</p><table>{rows}</table>"
