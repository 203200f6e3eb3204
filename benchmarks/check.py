"""How fast claims are decided, beside plain reference solvers, in one run.

Run ``python -m benchmarks.check`` in the project's folder.  For the zeros problems of ``tests/problems.py`` and a set
of inequalities it times ``separatrix.check``, the plain solver over Arb balls, the same over ``mpmath.iv`` (no proof:
its enclosures can miss the true value), and over the intervals of codac where it is installed.

The ratio is the plain ball solver's time over that of ``separatrix.check``.  Problems are split into an easy and a hard
half by the plain time.  ``>`` marks what a plain solver left open: at the time limit, so that the ratio is a lower
bound, or at its width limit near a singular zero or one on the boundary; the latter are outside both halves.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import statistics
import sys
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import sympy as sp

import separatrix as sx
from benchmarks.calibrator import calibrate
from benchmarks.plain_balls import (
    Arithmetic,
    BallArithmetic,
    CodacArithmetic,
    MpmathArithmetic,
    PlainResult,
    prove_nonnegative,
    search_zeros,
    without_derivatives,
)
from tests.problems import PROBLEMS, Problem

REPEATS = 3
SECONDS = 20.0

CAMEL = "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2"
CHORD = "(softplus(x) + softplus(y))/2 + 0.01"
SQUARES = "x^2 + y^2 + z^2 + 0.01"

# (name, sides, left, right): left <= right on the box, with room so that every solver can finish.
INEQUALITIES: tuple[tuple[str, dict[str, tuple[str, str]], str, str], ...] = (
    ("slope of the sigmoid", {"x": ("-20", "20")}, "sigmoid(x)*(1 - sigmoid(x))", "0.251"),
    ("sine cubic", {"x": ("0.1", "3")}, "x - x^3/6", "sin(x)"),
    ("cosine quartic", {"x": ("0.2", "3")}, "cos(x)", "1 - x^2/2 + x^4/24"),
    ("logarithm", {"x": ("0.01", "0.9")}, "log(x)", "x - 1"),
    ("exponential", {"x": ("0.1", "5")}, "1 + x + x^2/2", "exp(x)"),
    ("means of two", {"x": ("1", "2"), "y": ("3", "9")}, "sqrt(x*y)", "(x + y)/2"),
    ("Rosenbrock", {"x": ("-2", "2"), "y": ("-2", "2")}, "-0.01", "100*(y - x^2)^2 + (1 - x)^2"),
    ("six-hump camel", {"x": ("-2", "2"), "y": ("-1", "1")}, "-1.04", CAMEL),
    ("Himmelblau", {"x": ("-5", "5"), "y": ("-5", "5")}, "-0.1", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"),
    ("McCormick", {"x": ("-1.5", "4"), "y": ("-3", "4")}, "-1.92", "sin(x + y) + (x - y)^2 - 1.5*x + 2.5*y + 1"),
    ("softplus convexity", {"x": ("-3", "3"), "y": ("-3", "3")}, "softplus((x + y)/2)", CHORD),
    ("three products", {"x": ("0", "1"), "y": ("0", "1"), "z": ("0", "1")}, "x*y + y*z + z*x", SQUARES),
)  # fmt: skip


@dataclass
class Row:
    name: str
    kind: str
    verdict: str
    ours: float
    plain: dict[str, PlainResult] = field(default_factory=dict)

    def time(self, solver: str) -> float:
        return self.plain[solver].seconds

    @property
    def stuck(self) -> bool:
        """Whether the plain solver gave up before its time."""
        return not self.plain["balls"].done and self.time("balls") < SECONDS

    def mark(self, solver: str) -> str:
        return "" if self.plain[solver].done else ">"


def written(expr: sp.Expr) -> str:
    """An expression in the language of lemma files."""
    return str(expr).replace("**", "^")


def zeros_claim(problem: Problem) -> str:
    sides = ", ".join(f'{v} = ["{a}", "{b}"]' for v, (a, b) in zip(problem.variables, problem.sides, strict=True))
    equations = ", ".join(f'"{written(without_derivatives(e))}"' for e in problem.equations)
    return f'[[claim]]\nname = "zeros"\nkind = "zeros"\nvariables = {{ {sides} }}\nequations = [{equations}]\n'


def inequality_claim(sides: dict[str, tuple[str, str]], left: str, right: str) -> str:
    box = ", ".join(f'{v} = ["{a}", "{b}"]' for v, (a, b) in sides.items())
    head = f'[[claim]]\nname = "inequality"\nkind = "inequality"\nvariables = {{ {box} }}\n'
    return f'{head}statement = "{left} <= {right}"\n'


def ours(text: str) -> tuple[str, float]:
    """Verdict and median seconds; reading the text and exact algebra are part of it."""
    times, verdict = [], ""
    for _ in range(REPEATS):
        start = time.perf_counter()
        verdict = sx.check(text, effort=sx.Effort(seconds=SECONDS)).verdict.value
        times.append(time.perf_counter() - start)
    return verdict, statistics.median(times)


def zeros_row(problem: Problem, arithmetics: list[Arithmetic]) -> Row:
    verdict, seconds = ours(zeros_claim(problem))
    row = Row(problem.name, "zeros", verdict, seconds)
    lo, hi = (side.tolist() for side in problem.root)
    for a in arithmetics:
        row.plain[a.name] = search_zeros(problem.equations, problem.variables, lo, hi, a, SECONDS)
    return row


def inequality_row(
    name: str, sides: dict[str, tuple[str, str]], left: str, right: str, arithmetics: list[Arithmetic]
) -> Row:
    from symbolic.reader import parse_expression

    verdict, seconds = ours(inequality_claim(sides, left, right))
    row = Row(name, "inequality", verdict, seconds)
    symbols = {v: sp.Symbol(v, real=True) for v in sides}
    f = parse_expression(right, symbols, {}).expr - parse_expression(left, symbols, {}).expr
    lo = [float(Fraction(a)) for a, _ in sides.values()]
    hi = [float(Fraction(b)) for _, b in sides.values()]
    for a in arithmetics:
        row.plain[a.name] = prove_nonnegative(f, list(symbols.values()), lo, hi, a, SECONDS)
    return row


def halves(rows: list[Row]) -> dict[str, list[Row]]:
    """By the plain time, without those that the plain solver cannot settle at all."""
    ordered = sorted((r for r in rows if not r.stuck), key=lambda r: r.time("balls"))
    middle = len(ordered) // 2
    return {"easy": ordered[:middle], "hard": ordered[middle:]}


def summary(rows: list[Row]) -> dict[str, float]:
    """Ratios plain time over ours: of the sums, the geometric mean, and the least."""
    ratios = [r.time("balls") / r.ours for r in rows]
    return {
        "sum": sum(r.time("balls") for r in rows) / sum(r.ours for r in rows),
        "geometric mean": math.exp(statistics.fmean(map(math.log, ratios))),
        "least": min(ratios),
    }


def main() -> None:
    global SECONDS  # noqa: PLW0603
    parser = argparse.ArgumentParser(description="Time separatrix.check beside plain reference solvers.")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers here")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="limit of one solver on one problem")
    parser.add_argument("--no-mpmath", action="store_true", help="leave mpmath.iv out")
    options = parser.parse_args()
    SECONDS = options.seconds
    arithmetics: list[Arithmetic] = [BallArithmetic()]
    if not options.no_mpmath:
        arithmetics.append(MpmathArithmetic())
        print("mpmath.iv is timed for comparison only: its enclosures can miss the true value, so it proves nothing")
    with contextlib.suppress(ImportError):
        arithmetics.append(CodacArithmetic())
    unit = calibrate()
    sx.check(inequality_claim(*INEQUALITIES[0][1:]))  # start-up aside: imports and caches of the first claim
    print(f"calibrator {unit:.3f} s; limit {SECONDS:g} s")
    print(f"{'problem':34} {'verdict':10} {'check s':>9} {'balls s':>10} {'mpmath s':>10} {'codac s':>10} {'ratio':>8}")
    rows: list[Row] = []
    for make in [
        *((lambda p=p: zeros_row(p, arithmetics)) for p in PROBLEMS),
        *((lambda q=q: inequality_row(*q, arithmetics)) for q in INEQUALITIES),
    ]:
        r = make()
        rows.append(r)
        others = [f"{r.mark(k)}{r.time(k):.3f}" if k in r.plain else "-" for k in ("balls", "mpmath.iv", "codac")]
        ratio = f"{r.mark('balls')}{r.time('balls') / r.ours:.2f}"
        times = " ".join(f"{t:>10}" for t in others)
        print(f"{r.name:34.34} {r.verdict:10} {r.ours:>9.3f} {times} {ratio:>8}")
        sys.stdout.flush()
    found = {}
    for kind in ("zeros", "inequality"):
        for half, members in halves([r for r in rows if r.kind == kind]).items():
            found[f"{kind}, {half}"] = s = summary(members)
            print(
                f"{kind}, {half} half of {len(members)}: balls/check " + ", ".join(f"{k} {v:.2f}" for k, v in s.items())
            )
    again = calibrate()
    print(f"calibrator after the run {again:.3f} s")
    if options.json:
        data = {"calibrator": [unit, again], "ratios": found, "rows": [
            {"name": r.name, "kind": r.kind, "verdict": r.verdict, "check": r.ours,
             **{k: [p.seconds, p.done, p.boxes] for k, p in r.plain.items()}} for r in rows
        ]}  # fmt: skip
        Path(options.json).write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
