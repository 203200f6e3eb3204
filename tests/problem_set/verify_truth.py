"""Compare the `truth` written in every claim of the problem set with numerical evidence found independently.

This tool shares nothing with the library: it reads the TOML by a small reader of its own (a whitelist over Python's
syntax tree), samples with NumPy, refines with mpmath and, where it can, confirms with a plain branch-and-bound over
Arb balls.  It is not part of the fast test run::

    python tests/problem_set/verify_truth.py              # every file
    python tests/problem_set/verify_truth.py zeros -v     # claims whose file, kind or name contains "zeros"

It prints one line for every contradiction, then counts, and exits 1 if there was a contradiction.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import math
import re
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import flint
import mpmath as mp
import numpy as np
import scipy.optimize as so
import scipy.special as ss
import sympy as sp

HERE = Path(__file__).resolve().parent
DIGITS = 60
FAR = 60.0
"""Where an unbounded side is cut for floating-point sampling; a few points beyond are sampled with mpmath."""


class sigmoid(sp.Function):
    def fdiff(self, argindex=1):
        return sigmoid(self.args[0]) * (1 - sigmoid(self.args[0]))


class softplus(sp.Function):
    def fdiff(self, argindex=1):
        return sigmoid(self.args[0])


FUNCTIONS = {
    "exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "asin": sp.asin,
    "acos": sp.acos, "atan": sp.atan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh, "erf": sp.erf,
    "sigmoid": sigmoid, "softplus": softplus, "abs": sp.Abs, "min": sp.Min, "max": sp.Max,
}  # fmt: skip


# -- reading -----------------------------------------------------------------------------------------------------------


def ssl(tau="7", alpha="1/800"):
    a, b = sp.symbols("a b", real=True)
    tau, alpha = sp.Rational(tau), sp.Rational(alpha)
    rows = (a, a + tau * b, -a, -a + tau * b)
    return -sum(sigmoid(z) ** 2 for z in rows) / 4 + alpha * (a**2 + b**2)


def sl(tau="7", beta="1/800", gamma="1/800"):
    a1, b1, a2, b2, f1, f2 = sp.symbols("a1 b1 a2 b2 f1 f2", real=True)
    tau, beta, gamma = sp.Rational(tau), sp.Rational(beta), sp.Rational(gamma)
    total = 0
    for s, t in itertools.product((1, -1), (0, 1)):
        score = f1 * sigmoid(s * a1 + t * tau * b1) + f2 * sigmoid(s * a2 + t * tau * b2)
        total += softplus(s * score) / 4
    return total + beta * (a1**2 + b1**2 + a2**2 + b2**2) + gamma * (f1**2 + f2**2)


OBJECTIVES = {"ssl": ssl, "sl": sl}


def read(text, scope):
    text = text.strip().replace("^", "**")
    return _build(ast.parse(text, mode="eval").body, text, scope)


def _build(node, text, scope):
    match node:
        case ast.Constant():
            return sp.Rational(ast.get_source_segment(text, node))
        case ast.Name(id=name):
            return {"pi": sp.pi, "E": sp.E}[name] if name in ("pi", "E") else scope[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_build(operand, text, scope)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _build(operand, text, scope)
        case ast.BinOp(left=left, op=op, right=right):
            u, v = _build(left, text, scope), _build(right, text, scope)
            match op:
                case ast.Add():
                    return u + v
                case ast.Sub():
                    return u - v
                case ast.Mult():
                    return u * v
                case ast.Div():
                    return u / v
                case ast.Pow():
                    return u**v
        case ast.Call(func=ast.Name(id="grad" | "hess"), args=args):
            expr = _build(args[0], text, scope)
            for variable in args[1:]:
                expr = sp.diff(expr, _build(variable, text, scope))
            return expr
        case ast.Call(func=ast.Name(id=name), args=args):
            return FUNCTIONS[name](*(_build(a, text, scope) for a in args))
    raise ValueError(f"not in the language: {ast.dump(node)}")


def relation(text, scope):
    """The slacks of a chain: (expression that must be >= 0, whether it must be > 0)."""
    parts = re.split(r"(<=|>=|<|>)", text)
    sides, ops = [read(p, scope) for p in parts[::2]], parts[1::2]
    if not ops:
        raise ValueError(f"no relation in {text!r}")
    return [
        ((v - u) if op[0] == "<" else (u - v), "=" not in op) for u, op, v in zip(sides, ops, sides[1:], strict=False)
    ]


@dataclass
class Claim:
    file: str
    raw: dict
    names: list = field(default_factory=list)
    symbols: list = field(default_factory=list)
    lo: list = field(default_factory=list)
    hi: list = field(default_factory=list)
    scope: dict = field(default_factory=dict)

    def __getattr__(self, name):
        if name.startswith("__") or name == "raw":
            raise AttributeError(name)
        return self.raw.get(name)

    @property
    def fact(self):
        if self.truth == "HARD":
            return self.raw["fact"] in ("true", True)
        return self.truth == "PROVED"

    def prepare(self):
        for name, (lo, hi) in self.raw.get("variables", {}).items():
            self.names.append(name)
            self.symbols.append(sp.Symbol(name, real=True))
            self.lo.append(end(lo))
            self.hi.append(end(hi))
        self.scope.update(zip(self.names, self.symbols, strict=True))
        parameters = self.raw.get("parameters", {})
        for name, make in OBJECTIVES.items():
            allowed = {k: v for k, v in parameters.items() if k in make.__code__.co_varnames}
            self.scope[name] = make(**allowed)
        for name, text in self.raw.get("let", {}).items():
            self.scope[name] = read(text, self.scope)
        return self

    @property
    def box(self):
        return np.array(
            [(max(float(a), -FAR), min(float(b), FAR)) for a, b in zip(self.lo, self.hi, strict=True)], dtype=float
        )

    def equations_read(self):
        if self.gradient_of:
            f = self.scope[self.gradient_of]
            return [sp.diff(f, s) for s in self.symbols]
        sides = [e.split("=") for e in self.raw["equations"]]
        return [read(s[0], self.scope) - (read(s[1], self.scope) if len(s) == 2 else 0) for s in sides]


def end(text):
    if text in ("inf", "-inf"):
        return float(text)
    return Fraction(text)


# -- evaluation --------------------------------------------------------------------------------------------------------


class Tape:
    """Straight-line code for several expressions, run with NumPy, mpmath or Arb numbers."""

    def __init__(self, exprs, symbols):
        self.code, self.index, self.n = [], {}, len(symbols)
        for i, s in enumerate(symbols):
            self.index[s] = i
        self.out = [self._visit(sp.sympify(e)) for e in exprs]

    def _visit(self, e):
        if e in self.index:
            return self.index[e]
        if e.is_Rational:
            item = ("const", (e.p, e.q))
        elif e in (sp.pi, sp.E):
            item = (str(e), ())
        elif isinstance(e, sp.Pow) and e.exp.is_Integer:
            item = ("powi", (self._visit(e.base), int(e.exp)))
        elif isinstance(e, sp.Pow) and e.exp == sp.Rational(1, 2):
            item = ("sqrt", (self._visit(e.base),))
        elif isinstance(e, sp.Pow) and e.exp == -sp.Rational(1, 2):
            item = ("powi", (self._visit(sp.sqrt(e.base)), -1))
        else:
            item = (type(e).__name__, tuple(self._visit(a) for a in e.args))
        self.code.append(item)
        self.index[e] = self.n + len(self.code) - 1
        return self.index[e]

    def __call__(self, values, lib):
        v = list(values)
        for op, args in self.code:
            if op == "const":
                v.append(lib["const"](*args))
            elif op in ("pi", "E"):
                v.append(lib[op])
            elif op == "powi":
                v.append(lib["powi"](v[args[0]], args[1]))
            elif op == "Add":
                total = v[args[0]]
                for a in args[1:]:
                    total = total + v[a]
                v.append(total)
            elif op == "Mul":
                total = v[args[0]]
                for a in args[1:]:
                    total = total * v[a]
                v.append(total)
            elif op in ("Min", "Max"):
                total = v[args[0]]
                for a in args[1:]:
                    total = lib[op](total, v[a])
                v.append(total)
            else:
                v.append(lib[op](*(v[a] for a in args)))
        return [v[i] for i in self.out]


def _mp_sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _mp_softplus(x):
    return max(x, mp.mpf(0)) + mp.log1p(mp.exp(-abs(x)))


MP = {
    "const": lambda p, q: mp.mpf(p) / q, "pi": mp.pi, "E": mp.e, "powi": lambda x, n: x**n, "Pow": mp.power,
    "Min": min, "Max": max, "Abs": abs, "Heaviside": lambda x, _: mp.mpf(1 if x > 0 else 0), "sigmoid": _mp_sigmoid, "softplus": _mp_softplus,
    **{n: getattr(mp, n) for n in ["exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf"]},
    "sign": mp.sign, "sec": mp.sec,
}  # fmt: skip
NP = {
    "const": lambda p, q: p / q, "pi": math.pi, "E": math.e, "powi": lambda x, n: x ** float(n), "Pow": np.power,
    "Min": np.minimum, "Max": np.maximum, "Abs": np.abs, "Heaviside": np.heaviside, "sigmoid": ss.expit,
    "softplus": lambda x: np.logaddexp(0, x), "erf": ss.erf, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    **{n: getattr(np, n) for n in ["exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign"]},
}  # fmt: skip


def _arb_sigmoid(x):
    # Monotone, so the ends give a tight enclosure.
    lo, hi = x.lower(), x.upper()
    return (1 / (1 + (-lo).exp())).union(1 / (1 + (-hi).exp()))


def _arb_softplus(x):
    lo, hi = x.lower(), x.upper()
    return ((lo.exp()) + 1).log().union((hi.exp() + 1).log())


def _arb_powi(x, n):
    if n > 0 and n % 2 == 0 and x.contains(0):
        m = abs(x).upper() ** n
        return flint.arb(0).union(m)
    return x**n


def _arb_fn(name):
    return lambda x: getattr(x, name)()


ARB = {
    "const": lambda p, q: flint.arb(flint.fmpq(p, q)), "powi": _arb_powi, "Pow": lambda x, y: x**y,
    "Min": lambda x, y: x.min(y), "Max": lambda x, y: x.max(y), "Abs": abs,
    "sigmoid": _arb_sigmoid, "softplus": _arb_softplus, "pi": flint.arb.pi(), "E": flint.arb(1).exp(),
    **{n: _arb_fn(n) for n in ["exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf"]},
}  # fmt: skip


def ball(lo, hi):
    return flint.arb(lo).union(flint.arb(hi))


def to_mp(x):
    return mp.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mp.mpf(x)


def clip(claim, x):
    out = []
    for v, lo, hi in zip(x, claim.lo, claim.hi, strict=True):
        v = mp.mpf(v)
        if lo != -math.inf:
            v = max(v, to_mp(lo))
        if hi != math.inf:
            v = min(v, to_mp(hi))
        out.append(v)
    return out


# -- evidence ----------------------------------------------------------------------------------------------------------


def sample(claim, rng, count=20000):
    """Points of the box: uniform, a grid, clustered towards the ends and around simple numbers."""
    box, n = claim.box, len(claim.names)
    width = box[:, 1] - box[:, 0]
    points = [rng.uniform(box[:, 0], box[:, 1], (count, n))]
    side = max(3, round(4096 ** (1 / n))) if n > 1 else 4001
    if n <= 4:
        axes = [np.linspace(a, b, side) for a, b in box]
        points.append(np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, n))
    near = box[:, 0] + width * 10.0 ** rng.uniform(-9, 0, (2000, n))
    far = box[:, 1] - width * 10.0 ** rng.uniform(-9, 0, (2000, n))
    points += [near, far, np.where(rng.random((2000, n)) < 0.5, near, far)]
    faces = rng.uniform(box[:, 0], box[:, 1], (4000, n))
    which = rng.integers(0, 3, (4000, n))
    faces = np.where(which == 0, box[:, 0], np.where(which == 1, box[:, 1], faces))
    points.append(faces)
    tiny = rng.choice([-1, 1], (2000, n)) * 10.0 ** rng.uniform(-8, 1, (2000, n))
    centres = rng.choice([0, 0.5, 1, 2, -1], (2000, n))
    points.append(np.clip(centres + tiny, box[:, 0], box[:, 1]))
    return np.clip(np.concatenate(points), box[:, 0], box[:, 1])


def check_inequality(claim, rng):
    slacks = relation(claim.statement, claim.scope)
    where = [s for text in claim.raw.get("where", []) for s, _ in relation(text, claim.scope)]
    conditions = Tape(where, claim.symbols)
    if claim.witness:
        point = [to_mp(Fraction(claim.witness[n])) for n in claim.names]
        exact = [Fraction(claim.witness[n]) for n in claim.names]
        inside = all(lo <= x <= hi for lo, x, hi in zip(claim.lo, exact, claim.hi, strict=True))
        values = Tape([s for s, _ in slacks], claim.symbols)(point, MP)
        kept = all(v >= 0 for v in conditions(point, MP))
        bad = [
            v for v, (_, strict) in zip(values, slacks, strict=True) if v < -(mp.mpf(10) ** -50) or (strict and v == 0)
        ]
        if inside and kept and bad:
            return False, f"witness violates by {mp.nstr(-min(bad), 5)}"
        return None, f"the witness does not violate: slacks {[mp.nstr(v, 8) for v in values]}"
    worst, best_point, touching = mp.inf, None, False
    for slack, strict in slacks:
        value, point = minimise(claim, slack, conditions, rng)
        touching |= abs(value) < mp.mpf(10) ** -25
        if strict and value == 0:
            value = mp.mpf(-1) / 10**40
        if value < worst:
            worst, best_point = value, point
    where_text = dict(zip(claim.names, [mp.nstr(x, 12) for x in best_point], strict=True))
    if worst < -(mp.mpf(10) ** -45) or (worst < 0 and not touching):
        return False, f"slack {mp.nstr(worst, 8)} at {where_text}"
    confirmed = bounded_below(claim, [s for s, _ in slacks], where)
    return True, f"least slack {mp.nstr(worst, 5)} at {where_text}{' confirmed by balls' if confirmed else ''}"


def minimise(claim, expr, conditions, rng):
    """The least value found: sampling and descent in floating point, then mpmath from the best points."""
    tape = Tape([expr], claim.symbols)
    points = sample(claim, rng)
    kept = np.all([np.broadcast_to(c, len(points)) >= 0 for c in conditions(points.T, NP)] or [True], axis=0)
    points = points[np.broadcast_to(kept, len(points))]
    values = np.broadcast_to(np.asarray(tape(points.T, NP)[0], dtype=float), len(points))
    order = np.argsort(np.where(np.isfinite(values), values, np.inf))
    starts = [points[i] for i in order[:12]] + [points[i] for i in rng.choice(len(points), min(8, len(points)))]
    candidates = [points[i] for i in order[:60]] + [points[i] for i in rng.choice(len(points), min(300, len(points)))]
    if len(claim.names) == 1:
        candidates += list(points[rng.choice(len(points), 1500)])
        a, b = claim.box[0]
        for base, way in ((a, 1), (b, -1), (0, 1), (0, -1)):
            candidates += [np.array([min(max(base + way * 10.0**-k, a), b)]) for k in range(0, 13)]
    bounds = [tuple(b) for b in claim.box]
    penal = conditions.out != []

    def fun(x):
        value = float(tape(list(x), NP)[0])
        if penal:
            value += 1e3 * sum(max(0.0, -float(c)) for c in conditions(list(x), NP))
        return value if math.isfinite(value) else 1e100

    for start in starts:
        try:
            result = so.minimize(fun, start, bounds=bounds, method="L-BFGS-B")
            candidates.append(result.x)
            result = so.minimize(
                fun, result.x, bounds=bounds, method="Nelder-Mead", options={"xatol": 1e-13, "fatol": 1e-16}
            )
            candidates.append(result.x)
        except (ValueError, FloatingPointError, ZeroDivisionError):
            continue
    if any(math.isinf(v) for v in (*claim.lo, *claim.hi)):
        for scale in (100, 1000, 10**5):
            candidates.append(
                np.array(
                    [
                        scale if hi == math.inf else (-scale if lo == -math.inf else float(hi))
                        for lo, hi in zip(claim.lo, claim.hi, strict=True)
                    ],
                    dtype=float,
                )
            )
            candidates.append(
                np.array(
                    [
                        -scale if lo == -math.inf else (scale if hi == math.inf else float(lo))
                        for lo, hi in zip(claim.lo, claim.hi, strict=True)
                    ],
                    dtype=float,
                )
            )
    best, where = mp.inf, None
    gradient = None
    scored = []
    for x in candidates:
        x = clip(claim, x)
        if any(v < 0 for v in conditions(x, MP)):
            continue
        try:
            value = tape(x, MP)[0]
        except (ZeroDivisionError, ValueError):
            continue
        if isinstance(value, mp.mpc):
            continue
        scored.append((value, x))
    scored.sort(key=lambda t: t[0])
    for value, x in scored[:6]:
        if value < best:
            best, where = value, x
        try:  # Newton on the gradient, in high precision, for small gaps at an interior minimum
            if gradient is None:
                grads = [sp.diff(expr, s) for s in claim.symbols]
                gradient = (
                    Tape(grads, claim.symbols),
                    Tape([sp.diff(g, s) for g in grads for s in claim.symbols], claim.symbols),
                )
            y = list(x)
            for _ in range(12):
                g = mp.matrix(gradient[0](y, MP))
                h = mp.matrix(len(y), len(y))
                for k, v in enumerate(gradient[1](y, MP)):
                    h[k // len(y), k % len(y)] = v
                step = mp.lu_solve(h, -g)
                y = [a + b for a, b in zip(y, step, strict=True)]
            if clip(claim, y) == y and all(v >= 0 for v in conditions(y, MP)):
                value = tape(y, MP)[0]
                if value < best:
                    best, where = value, y
        except (ZeroDivisionError, ValueError, KeyError, AttributeError, TypeError):
            pass
    return best, where


def bounded_below(claim, slacks, where, budget=4000):
    """Whether plain branch-and-bound over Arb balls shows every slack positive."""
    if any(math.isinf(v) for v in (*claim.lo, *claim.hi)):
        return False
    try:
        full = Tape([*slacks, *where], claim.symbols)
        grads = Tape([sp.diff(s, x) for s in slacks for x in claim.symbols], claim.symbols)
        flint.ctx.prec = 100
        stack = [[(float(a), float(b)) for a, b in claim.box]]
        n, m = len(claim.names), len(slacks)
        while stack:
            budget -= 1
            if budget < 0:
                return False
            box = stack.pop()
            balls = [ball(a, b) for a, b in box]
            values = full(balls, ARB)
            if any(v < 0 for v in values[m:]) or all(v > 0 for v in values[:m]):
                continue
            mids = [(a + b) / 2 for a, b in box]
            try:
                centre = full([flint.arb(x) for x in mids], ARB)[:m]
                slopes = grads(balls, ARB)
                forms = [
                    c + sum((slopes[i * n + j] * (balls[j] - mids[j]) for j in range(n)), flint.arb(0))
                    for i, c in enumerate(centre)
                ]
                if all(v > 0 or f > 0 for v, f in zip(values, forms, strict=False)):
                    continue
            except (KeyError, TypeError):
                pass
            j = max(range(n), key=lambda k: box[k][1] - box[k][0])
            for half in ((box[j][0], mids[j]), (mids[j], box[j][1])):
                stack.append([half if k == j else s for k, s in enumerate(box)])
        return True
    except (KeyError, TypeError, AttributeError):
        return False


def roots(claim, equations, rng, starts=600):
    """Distinct real zeros in the box by Newton from many starts; (zeros, smallest relative singular value)."""
    n = len(claim.symbols)
    f = Tape(equations, claim.symbols)
    jac = Tape([sp.diff(e, s) for e in equations for s in claim.symbols], claim.symbols)
    points = sample(claim, rng, 2000)
    values = np.array([np.broadcast_to(v, len(points)) for v in f(points.T, NP)])
    size = np.nan_to_num(np.abs(values).sum(0), nan=np.inf)
    picks = [points[i] for i in np.argsort(size)[: starts // 3]] + list(points[rng.choice(len(points), starts)])
    if n == 1:
        line = np.linspace(*claim.box[0], 20001)
        v = np.broadcast_to(f([line], NP)[0], len(line))
        change = np.nonzero(np.sign(v[:-1]) * np.sign(v[1:]) <= 0)[0]
        picks += [np.array([(line[i] + line[i + 1]) / 2]) for i in change]
    found = []
    for x in picks:
        x = np.array(x, dtype=float)
        try:
            for _ in range(60):
                F = np.array([float(v) for v in f(list(x), NP)])
                J = np.array([float(v) for v in jac(list(x), NP)]).reshape(n, n)
                step = np.linalg.solve(J, -F)
                scale = 1.0
                norm = np.abs(F).sum()
                while scale > 1e-3:
                    trial = x + scale * step
                    new = np.abs(np.array([float(v) for v in f(list(trial), NP)])).sum()
                    if new < norm or not math.isfinite(norm):
                        break
                    scale /= 2
                x = x + scale * step
                if np.abs(scale * step).max() < 1e-12 * (1 + np.abs(x).max()):
                    break
        except (np.linalg.LinAlgError, ValueError, OverflowError, ZeroDivisionError):
            continue
        slack = 1e-6 * (1 + np.abs(claim.box).max(1))
        if not np.all(np.isfinite(x)) or np.any(x < claim.box[:, 0] - slack) or np.any(x > claim.box[:, 1] + slack):
            continue
        if any(np.abs(x - np.array([float(v) for v in y])).max() < 1e-9 * (1 + np.abs(x).max()) for y, _ in found):
            continue
        y = [mp.mpf(float(v)) for v in x]
        try:
            for _ in range(60):
                F = mp.matrix(f(y, MP))
                J = mp.matrix(n, n)
                for k, v in enumerate(jac(y, MP)):
                    J[k // n, k % n] = v
                step = mp.lu_solve(J, -F)
                y = [a + b for a, b in zip(y, step, strict=True)]
                if max(abs(s) for s in step) < mp.mpf(10) ** (-DIGITS + 8):
                    break
            else:
                if max(abs(s) for s in step) > mp.mpf(10) ** -12:
                    continue
        except (ZeroDivisionError, ValueError, TypeError):
            # A singular Jacobian met exactly: accept when the residual vanishes.
            if max(abs(v) for v in f(y, MP)) > mp.mpf(10) ** -25:
                continue
        if any(isinstance(v, mp.mpc) for v in y) or max(abs(v) for v in f(y, MP)) > mp.mpf(10) ** -20:
            continue
        inside = all(
            (lo == -math.inf or v >= to_mp(lo)) and (hi == math.inf or v <= to_mp(hi))
            for v, lo, hi in zip(y, claim.lo, claim.hi, strict=True)
        )
        if not inside:
            continue
        try:
            J = np.array([float(v) for v in jac(y, MP)]).reshape(n, n)
            singular = np.linalg.svd(J / (np.abs(J).max(1, keepdims=True) + 1e-300))[1][-1]
        except (ZeroDivisionError, ValueError, np.linalg.LinAlgError):
            singular = 0.0
        tolerance = mp.mpf(10) ** -12 if singular > 1e-8 else mp.mpf(10) ** -4
        if not any(max(abs(a - b) for a, b in zip(y, z, strict=True)) < tolerance for z, _ in found):
            found.append((y, singular))
    return found


def none_missed(claim, equations, known, budget):
    """Whether branch-and-prune over Arb balls shows that the box has no zero besides the known ones."""
    if any(math.isinf(v) for v in (*claim.lo, *claim.hi)) or any(s < 1e-9 for _, s in known):
        return False
    n = len(claim.symbols)
    flint.ctx.prec = 64
    try:
        f = Tape(equations, claim.symbols)
        jac = Tape([sp.diff(e, s) for e in equations for s in claim.symbols], claim.symbols)

        def krawczyk(box):
            """Preconditioned Jacobian deviation and the Krawczyk image."""
            balls = [ball(a, b) for a, b in box]
            mids = [(a + b) / 2 for a, b in box]
            J = jac(balls, ARB)
            centre = np.array([float(v.mid()) for v in jac([flint.arb(m) for m in mids], ARB)]).reshape(n, n)
            Y = np.linalg.inv(centre)
            F = f([flint.arb(m) for m in mids], ARB)
            rows = []
            for i in range(n):
                total = flint.arb(mids[i]) - sum((flint.arb(Y[i, k]) * F[k] for k in range(n)), flint.arb(0))
                for j in range(n):
                    entry = flint.arb(int(i == j)) - sum(
                        (flint.arb(Y[i, k]) * J[k * n + j] for k in range(n)), flint.arb(0)
                    )
                    total += entry * (balls[j] - mids[j])
                rows.append(total)
            return balls, rows

        safe = []
        for y, _ in known:
            radius = 0.5
            while radius > 1e-9:
                box = [(float(v) - radius * (1 + abs(float(v))), float(v) + radius * (1 + abs(float(v)))) for v in y]
                try:
                    balls, image = krawczyk(box)
                    if all(b.contains_interior(k) for b, k in zip(balls, image, strict=True)):
                        safe.append(box)
                        break
                except (np.linalg.LinAlgError, ZeroDivisionError, ValueError, OverflowError):
                    pass
                radius *= 0.6
            else:
                return False
        stack = [
            [
                (math.nextafter(float(a), -math.inf), math.nextafter(float(b), math.inf))
                for a, b in zip(claim.lo, claim.hi, strict=True)
            ]
        ]
        while stack:
            budget -= 1
            if budget < 0:
                return False
            box = stack.pop()
            if any(
                all(s[0] <= b[0] and b[1] <= s[1] for s, b in zip(known_box, box, strict=True)) for known_box in safe
            ):
                continue
            if any(not v.contains(0) for v in f([ball(a, b) for a, b in box], ARB)):
                continue
            try:
                balls, image = krawczyk(box)
                if all(k.is_finite() for k in image):
                    if any(not b.overlaps(k) for b, k in zip(balls, image, strict=True)):
                        continue
                    cut = [
                        (
                            max(b[0], math.nextafter(float(k.lower()), -math.inf)),
                            min(b[1], math.nextafter(float(k.upper()), math.inf)),
                        )
                        for b, k in zip(box, image, strict=True)
                    ]
                    if max((c[1] - c[0]) / (b[1] - b[0]) for c, b in zip(cut, box, strict=True)) < 0.6:
                        stack.append(cut)
                        continue
                    box = cut
            except (np.linalg.LinAlgError, ZeroDivisionError, ValueError, OverflowError):
                pass
            widths = [(b - a) / (1e-3 + abs(a) + abs(b)) ** 0.3 for a, b in box]
            j = int(np.argmax(widths))
            mid = (box[j][0] + box[j][1]) / 2 + 0.0137 * (box[j][1] - box[j][0])
            if widths[j] < 1e-11:
                return False
            for half in ((box[j][0], mid), (mid, box[j][1])):
                stack.append([half if k == j else s for k, s in enumerate(box)])
        return True
    except (KeyError, TypeError, AttributeError):
        return False


KINKS = (sp.Abs, sp.Min, sp.Max)
TIGHT = mp.mpf(10) ** -15


def irregular(equations):
    """Whether there are kinks, or roots and inverse sines of something that varies."""
    for e in equations:
        for part in sp.preorder_traversal(e):
            root = isinstance(part, sp.Pow) and part.exp.is_Rational and not part.exp.is_Integer
            if part.free_symbols and (root or isinstance(part, (*KINKS, sp.asin, sp.acos))):
                return True
    return False


def real(value):
    return not isinstance(value, mp.mpc) and mp.isfinite(value)


def roots_on_line(claim, equation):
    """One unknown: sign changes, exact zeros and vanishing minima of |F| on a grid that is dense near likely places."""
    f = Tape([equation], claim.symbols)
    lo, hi = to_mp(claim.lo[0]), to_mp(claim.hi[0])

    def at(x):
        try:
            return f([x], MP)[0]
        except (ValueError, ZeroDivisionError):
            return mp.mpc(0, 1)

    grid = {lo + (hi - lo) * mp.mpf(k) / 3000 for k in range(3001)}
    centres = [lo, hi, *map(mp.mpf, (-1, 0, 1)), mp.mpf(1) / 3, mp.sqrt(2)]
    grid |= {c + s * mp.mpf(10) ** (-mp.mpf(k) / 5) for c in centres for s in (-1, 1) for k in range(150)} | set(
        centres
    )
    xs = [x for x in sorted(grid) if lo <= x <= hi]
    values = [at(x) for x in xs]
    found = []

    def add(x):
        if not any(abs(x - y) < mp.mpf(10) ** -28 for y in found):
            found.append(x)

    for k, (x, v) in enumerate(zip(xs, values, strict=True)):
        if not real(v):
            continue
        if abs(v) < mp.mpf(10) ** -45:
            add(x)
        elif k + 1 < len(xs) and real(values[k + 1]) and v * values[k + 1] < 0 and abs(values[k + 1]) > 1e-45:
            a, b = x, xs[k + 1]
            for _ in range(200):
                m = (a + b) / 2
                a, b = (m, b) if at(m) * v > 0 else (a, m)
            add((a + b) / 2)
        elif 0 < k < len(xs) - 1 and all(real(w) and v * w > 0 and abs(v) <= abs(w) for w in values[k - 1 : k + 2 : 2]):
            a, b = xs[k - 1], xs[k + 1]
            for _ in range(300):
                c, d = a + (b - a) / 3, b - (b - a) / 3
                a, b = (a, d) if abs(at(c)) < abs(at(d)) else (c, b)
            if abs(at((a + b) / 2)) < mp.mpf(10) ** -30:
                add((a + b) / 2)
    return [[x] for x in found]


def cases(equations):
    """The smooth systems, each with what must not be negative for it to hold."""
    todo, done = [(tuple(equations), ())], []
    while todo:
        system, conditions = todo.pop()
        kink = None
        for e in (*system, *conditions):
            kink = kink or next((k for k in sp.postorder_traversal(e) if isinstance(k, KINKS) and k.free_symbols), None)
        if kink is None:
            done.append((system, conditions))
            continue
        if isinstance(kink, sp.Abs):
            branches = [(kink.args[0], [kink.args[0]]), (-kink.args[0], [-kink.args[0]])]
        else:
            sign = 1 if isinstance(kink, sp.Max) else -1
            branches = [(a, [sign * (a - b) for b in kink.args if b != a]) for a in kink.args]
        for value, more in branches:
            put = {kink: value}
            todo.append((tuple(e.xreplace(put) for e in system), (*(c.xreplace(put) for c in conditions), *more)))
    return done


def roots_by_cases(claim, equations, rng):
    """Several unknowns: the zeros of every smooth case that satisfy its conditions, and zeros at corners of the box."""
    found = []

    def add(y):
        if not any(max(abs(a - b) for a, b in zip(y, z, strict=True)) < TIGHT for z in found):
            found.append(y)

    for system, conditions in cases(equations):
        holds = Tape(conditions, claim.symbols)
        for y, _ in roots(claim, list(system), rng, starts=120):
            if all(real(c) and c >= -(mp.mpf(10) ** -30) for c in holds(y, MP)):
                add(y)
    f = Tape(equations, claim.symbols)
    for corner in itertools.product(*zip(claim.lo, claim.hi, strict=True)):
        y = [to_mp(c) for c in corner]
        if all(real(v) and abs(v) < mp.mpf(10) ** -45 for v in f(y, MP)):
            add(y)
    return found


def check_zeros(claim, rng, budget):
    equations = claim.equations_read()
    if claim.count is not None and irregular(equations):
        found = roots_on_line(claim, equations[0]) if len(equations) == 1 else roots_by_cases(claim, equations, rng)
        return len(found) == claim.count, f"{len(found)} zeros, by cases"
    found = roots(claim, equations, rng)
    confirmed = none_missed(claim, equations, found, budget)
    note = f"{len(found)} zeros{' confirmed by balls' if confirmed else ''}"
    singular = [s for _, s in found if s < 1e-8]
    if singular:
        note += f", {len(singular)} singular"
    edge = [
        y
        for y, _ in found
        for v, lo, hi in zip(y, claim.lo, claim.hi, strict=True)
        if any(math.isfinite(e) and abs(v - to_mp(e)) < mp.mpf(10) ** -9 for e in (lo, hi))
    ]
    if edge and claim.truth != "HARD":
        return None, note + ", one on the boundary of the box"
    if singular and claim.truth == "PROVED":
        return None, note + " in a claim called PROVED"
    if claim.count is None:
        return (None if singular else True), note
    return len(found) == claim.count, note


def hessian(claim, expr):
    return [sp.diff(expr, u, v) for u in claim.symbols for v in claim.symbols]


def check_definite(claim, rng):
    n = len(claim.names)
    expr = read(claim.function, claim.scope)
    tape = Tape(hessian(claim, expr), claim.symbols)
    points = sample(claim, rng, 20000)
    values = np.stack([np.broadcast_to(v, len(points)) for v in tape(points.T, NP)], -1).reshape(-1, n, n)
    eig = np.linalg.eigvalsh(values)
    if claim.index is not None:
        k = claim.index
        gap = min(-eig[:, k - 1].max() if k else np.inf, eig[:, k].min() if k < n else np.inf)
    else:
        gap = -eig.max() if claim.sign == "negative" else eig.min()
    confirmed = ""
    if n == 1 and gap > 0:
        entry = hessian(claim, expr)[0]
        sign = -1 if (claim.sign == "negative" or claim.index == 1) else 1
        confirmed = " confirmed by balls" if bounded_below(claim, [sign * entry], []) else ""
    if n == 2 and gap > 0:
        h = hessian(claim, expr)
        det = h[0] * h[3] - h[1] ** 2
        sign = -1 if claim.sign == "negative" or claim.index == 2 else 1
        parts = [-det] if claim.index == 1 else [det, sign * h[0]]
        confirmed = " confirmed by balls" if bounded_below(claim, parts, [], 20000) else ""
    return bool(gap > 1e-12), f"least eigenvalue on the right side {gap:.3e}{confirmed}"


def check_minimum(claim, rng, budget):
    expr = read(claim.function, claim.scope)
    if claim.raw.get("global"):
        value, point = minimise(claim, expr, Tape([], claim.symbols), rng)
        for _ in range(2):
            other, place = minimise(claim, expr, Tape([], claim.symbols), rng)
            if other < value:
                value, point = other, place
        inside = all(
            to_mp(Fraction(claim.at[n][0])) <= x <= to_mp(Fraction(claim.at[n][1]))
            for n, x in zip(claim.names, point, strict=True)
        )
        lo, hi = (to_mp(Fraction(v)) for v in claim.value)
        return bool(
            inside and lo <= value <= hi
        ), f"least value {mp.nstr(value, 15)} at {[mp.nstr(x, 10) for x in point]}"
    equations = [sp.diff(expr, s) for s in claim.symbols]
    found = roots(claim, equations, rng)
    confirmed = none_missed(claim, equations, found, budget)
    n = len(claim.names)
    kinds = []
    for y, _ in found:
        h = np.array([float(v) for v in Tape(hessian(claim, expr), claim.symbols)(y, MP)]).reshape(n, n)
        kinds.append(np.linalg.eigvalsh(h).round(9).tolist())
    good = len(found) == 1 and min(kinds[0]) > 1e-9
    if len(found) == 1 and abs(min(kinds[0])) < 1e-9:
        good = None
    return good, f"{len(found)} stationary points, eigenvalues {kinds}{' confirmed by balls' if confirmed else ''}"


def check_lipschitz(claim, rng):
    n = len(claim.names)
    expr = read(claim.function, claim.scope)
    bound = Tape([read(claim.constant, claim.scope)], [])([], MP)[0]
    if claim.gradient and n > 1:
        tape = Tape(hessian(claim, expr), claim.symbols)

        def size(points):
            values = np.stack([np.broadcast_to(v, points.shape[1]) for v in tape(points, NP)], -1).reshape(-1, n, n)
            return np.abs(np.linalg.eigvalsh(values)).max(1)

        points = sample(claim, rng)
        values = size(points.T)
        best = values.max()
        for i in np.argsort(-values)[:8]:
            result = so.minimize(
                lambda x: -size(np.clip(x, *claim.box.T)[:, None])[0],
                points[i],
                method="Nelder-Mead",
                options={"xatol": 1e-12, "fatol": 1e-15},
            )
            best = max(best, -result.fun)
        best = mp.mpf(float(best))
        slack = bound - best
        if abs(slack) < 1e-11:
            slack = mp.mpf(0)
    else:
        derivative = [sp.diff(expr, s) for s in claim.symbols]
        if claim.gradient:
            derivative = [sp.diff(derivative[0], claim.symbols[0])]
        square = sum(d**2 for d in derivative)
        low, _ = minimise(claim, -square, Tape([], claim.symbols), rng)
        best = mp.sqrt(-low)
        slack = bound - best
    return bool(slack >= -(mp.mpf(10) ** -40)), f"supremum found {mp.nstr(best, 16)}, claimed {mp.nstr(bound, 16)}"


def check_constant(claim, rng):
    value = Tape([read(claim.expression, claim.scope)], [])([], MP)[0]
    text = claim.value
    match = re.fullmatch(r"[+-]?\d*\.?(\d*)(?:[eE]([+-]?\d+))?", text)
    scale = mp.mpf(10) ** (len(match.group(1)) - int(match.group(2) or 0))
    claimed = to_mp(Fraction(text))
    nearest, truncated = mp.nint(value * scale) / scale, mp.sign(value) * mp.floor(abs(value) * scale) / scale
    agree = min(abs(claimed - nearest), abs(claimed - truncated)) * scale < mp.mpf(10) ** -20
    return agree, f"true value {mp.nstr(value, 25)}"


def check_identity(claim, rng):
    tape = Tape([read(claim.left, claim.scope) - read(claim.right, claim.scope)], claim.symbols)
    worst = mp.mpf(0)
    for x in sample(claim, rng, 400)[rng.choice(400, 200)]:
        value = tape(clip(claim, x), MP)[0]
        worst = max(worst, abs(value))
    return bool(worst < mp.mpf(10) ** -35), f"largest difference {mp.nstr(worst, 5)}"


def check(claim, rng, budget):
    match claim.kind:
        case "inequality":
            return check_inequality(claim, rng)
        case "zeros":
            return check_zeros(claim, rng, budget)
        case "definite":
            return check_definite(claim, rng)
        case "minimum":
            return check_minimum(claim, rng, budget)
        case "lipschitz":
            return check_lipschitz(claim, rng)
        case "constant":
            return check_constant(claim, rng)
        case "identity":
            return check_identity(claim, rng)
    raise ValueError(f"unknown kind {claim.kind}")


def load():
    for path in sorted(HERE.glob("*.toml")):
        with path.open("rb") as file:
            for raw in tomllib.load(file)["claim"]:
                yield Claim(path.stem, raw)


def form_errors(claims):
    """Mistakes of form: missing source or truth, a repeated name, no witness."""
    seen = set()
    for claim in claims:
        where = f"{claim.file}: {claim.name}"
        if (claim.file, claim.name) in seen:
            yield f"{where}: the name occurs twice"
        seen.add((claim.file, claim.name))
        if not claim.source or claim.truth not in ("PROVED", "REFUTED", "HARD"):
            yield f"{where}: source or truth is missing"
        if claim.truth == "HARD" and claim.raw.get("fact") not in ("true", "false"):
            yield f"{where}: HARD without fact"
        if claim.kind == "inequality" and claim.truth == "REFUTED" and not claim.witness:
            yield f"{where}: REFUTED without a witness"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("select", nargs="*", help="only claims whose file, kind or name contains one of these")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the evidence for every claim")
    parser.add_argument("--boxes", type=int, default=20000, help="budget of the ball search for each claim")
    options = parser.parse_args()
    mp.mp.dps = DIGITS
    np.seterr(all="ignore")
    claims = list(load())
    problems = list(form_errors(claims))
    tally, confirmed = Counter(), 0
    for claim in claims:
        if options.select and not any(
            s in text for s in options.select for text in (claim.file, claim.kind, claim.name)
        ):
            continue
        tally[claim.kind, claim.truth] += 1
        where = f"{claim.file}: {claim.name}"
        try:
            verdict, evidence = check(claim.prepare(), np.random.default_rng(20240107), options.boxes)
        except Exception as error:
            verdict, evidence = None, f"{type(error).__name__}: {error}"
        confirmed += "confirmed" in evidence
        if options.verbose:
            print(f"{claim.truth:8} {where}: {evidence}", flush=True)
        if verdict is None and claim.truth != "HARD":
            problems.append(f"{where}: {claim.truth} but no evidence: {evidence}")
        elif verdict is not None and verdict != claim.fact:
            problems.append(
                f"{where}: {claim.truth}{' ' + claim.raw['fact'] if claim.truth == 'HARD' else ''} but {evidence}"
            )
    for problem in problems:
        print("CONTRADICTION", problem)
    for (kind, truth), count in sorted(tally.items()):
        print(f"{kind:12}{truth:9}{count:4}")
    print(f"{sum(tally.values())} claims, {confirmed} also confirmed by balls, {len(problems)} contradictions")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
