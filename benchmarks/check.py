"""How fast claims are decided, beside plain reference solvers, in one run.

Run ``python -m benchmarks.check`` in the project's folder.  For the problems of ``tests/problems.py``, the
inequalities below, and every claim of ``tests/problem_set`` about zeros or an inequality on a finite box without
constraints, it takes the CPU time of the decision of ``separatrix.check``, of the plain solver over Arb balls, of the
same over ``mpmath.iv`` (no proof: its enclosures can miss the true value), and over the intervals of codac where it is
installed.  All start from expressions that were read, with
empty caches (a claim is decided once).

The ratio is the plain ball solver's time over that of ``separatrix.check``.  Problems are split into an easy and a hard
half by the plain time.  ``>`` marks what a plain solver left open: at the time limit, so that the ratio is a lower
bound, or at its width limit near a singular zero or one on the boundary; the latter are outside both halves.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import json
import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import sympy as sp
from sympy.core.cache import clear_cache

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
from proofs.lemmas import ClaimSource, decide_all, read_file, read_text, understand
from proofs.lemmas.kinds.inequality import Inequality
from proofs.lemmas.kinds.zeros import ZerosClaim
from symbolic.activations import sigmoid, softplus
from tests.problems import PROBLEMS, Problem

REPEATS = 3
SECONDS = 20.0
SET = Path(__file__).resolve().parent.parent / "tests" / "problem_set"

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


@dataclass
class Job:
    """A claim, and what the plain solvers need: equations, or parts f >= 0; ends as floats."""

    name: str
    kind: str
    source: ClaimSource
    variables: tuple[sp.Symbol, ...]
    expressions: tuple[sp.Expr, ...]
    lo: list[float]
    hi: list[float]


def jobs_of(sources: Sequence[ClaimSource], name: str = "") -> Iterator[Job]:
    """The claims that the plain solvers can state."""
    for source, claim in understand(sources):
        title = name or source.name
        if isinstance(claim, ZerosClaim):
            expressions, sides = tuple(map(without_derivatives, claim.equations)), claim.sides
            variables = claim.variables
        elif isinstance(claim, Inequality) and not claim.problem.region.constraints:
            expressions = tuple(g.expr for _, g in claim.problem.goals)
            variables = claim.problem.region.variables
            sides = tuple((r.lo, r.hi) for r in claim.problem.region.ranges)
        else:
            continue
        known = (sp.exp, sp.log, sp.sin, sp.cos, sp.sqrt, sp.tanh, sigmoid, softplus, sp.Pow, sp.Add, sp.Mul)
        if any(a is None or b is None for a, b in sides) or not variables:
            continue
        if any(f.func not in known for e in expressions for f in without_derivatives(e).atoms(sp.Function)):
            continue
        lo, hi = [float(Fraction(str(a))) for a, _ in sides], [float(Fraction(str(b))) for _, b in sides]
        yield Job(title, source.kind, source, variables, expressions, lo, hi)


def forget() -> None:
    """Empty every cache, SymPy's included, so that each solver meets a claim as a new one."""
    for cached in [o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper)]:
        cached.cache_clear()
    clear_cache()


def ours(job: Job) -> tuple[str, float]:
    """Verdict and median CPU seconds of the decision."""
    times, verdict = [], ""
    for _ in range(REPEATS):
        claims = understand([job.source])
        forget()
        start = time.process_time()
        (result,) = decide_all(claims, sx.Effort(seconds=SECONDS))
        times.append(time.process_time() - start)
        verdict = result.verdict.value
    return verdict, statistics.median(times)


def row_of(job: Job, arithmetics: list[Arithmetic]) -> Row:
    verdict, seconds = ours(job)
    row = Row(job.name, job.kind, verdict, seconds)
    for a in arithmetics:
        forget()
        try:
            if job.kind == "zeros":
                row.plain[a.name] = search_zeros(job.expressions, job.variables, job.lo, job.hi, a, SECONDS)
            else:
                row.plain[a.name] = prove_all(job, a)
        except (AttributeError, NotImplementedError, TypeError, ZeroDivisionError, ValueError):
            continue  # this arithmetic lacks a function
    return row


def prove_all(job: Job, arithmetic: Arithmetic) -> PlainResult:
    """Every part of a chain in turn, until one is refuted."""
    negative, done, boxes, seconds = 0, True, 0, 0.0
    for f in job.expressions:
        part = prove_nonnegative(f, list(job.variables), job.lo, job.hi, arithmetic, SECONDS - seconds)
        negative, done = part.zeros, done and part.done
        boxes, seconds = boxes + part.boxes, seconds + part.seconds
        if negative or not done:
            break
    return PlainResult(negative, done, boxes, seconds)


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


def against(rows: list[Row], solver: str) -> str:
    """One line of a table: how many problems a solver can state, how many each decides, CPU seconds, and ratios."""
    both = [r for r in rows if solver in r.plain]
    other, own = sum(r.time(solver) for r in both), sum(r.ours for r in both)
    mean = math.exp(statistics.fmean(math.log(max(r.time(solver), 1e-6) / r.ours) for r in both))
    done = sum(r.plain[solver].done for r in both), sum(r.verdict != "UNDECIDED" for r in both)
    return (
        f"| {solver} | {len(both)} | {done[0]} | {done[1]} | {other:.1f} | {own:.1f} | {other / own:.1f} | {mean:.2f} |"
    )


def main() -> None:
    global SECONDS  # noqa: PLW0603
    parser = argparse.ArgumentParser(description="Time separatrix.check beside plain reference solvers.")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers here")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="limit of one solver on one problem")
    parser.add_argument("--solvers", default="balls,mpmath,codac", help="which plain solvers, balls first")
    options = parser.parse_args()
    SECONDS = options.seconds
    wanted = options.solvers.split(",")
    arithmetics: list[Arithmetic] = [BallArithmetic()]
    if "mpmath" in wanted:
        arithmetics.append(MpmathArithmetic())
        print("mpmath.iv is timed for comparison only: its enclosures can miss the true value, so it proves nothing")
    if "codac" in wanted:
        with contextlib.suppress(ImportError):
            arithmetics.append(CodacArithmetic())
    unit = calibrate()
    first, *_ = jobs_of(read_text(inequality_claim(*INEQUALITIES[0][1:])))
    ours(first)  # start-up aside: imports and caches of the first claim
    jobs = [
        *(job for p in PROBLEMS for job in jobs_of(read_text(zeros_claim(p)), p.name)),
        *(job for q in INEQUALITIES for job in jobs_of(read_text(inequality_claim(*q[1:])), q[0])),
        *(job for path in sorted(SET.glob("*.toml")) for job in jobs_of(read_file(path))),
    ]
    print(f"calibrator {unit:.3f} s; limit {SECONDS:g} s; {len(jobs)} problems")
    print(f"{'problem':34} {'verdict':10} {'check s':>9} {'balls s':>10} {'mpmath s':>10} {'codac s':>10} {'ratio':>8}")
    rows: list[Row] = []
    for job in jobs:
        r = row_of(job, arithmetics)
        if "balls" not in r.plain:
            continue
        rows.append(r)
        others = [f"{r.mark(k)}{r.time(k):.4f}" if k in r.plain else "-" for k in ("balls", "mpmath.iv", "codac")]
        ratio = f"{r.mark('balls')}{r.time('balls') / r.ours:.2f}"
        times = " ".join(f"{t:>10}" for t in others)
        print(f"{r.name:34.34} {r.verdict:10} {r.ours:>9.4f} {times} {ratio:>8}")
        sys.stdout.flush()
    found = {}
    for kind in ("zeros", "inequality"):
        for half, members in halves([r for r in rows if r.kind == kind]).items():
            found[f"{kind}, {half}"] = s = summary(members)
            print(
                f"{kind}, {half} half of {len(members)}: balls/check " + ", ".join(f"{k} {v:.2f}" for k, v in s.items())
            )
    print("| solver | problems | decided | check decides | solver s | check s | ratio of sums | geometric mean |")
    print("|---|---|---|---|---|---|---|---|")
    for solver in sorted({name for r in rows for name in r.plain}):
        print(against(rows, solver))
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
