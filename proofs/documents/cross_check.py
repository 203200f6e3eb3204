"""A second look at a derivation: both sides of every equation in Arb, at random points and two precisions.

Arithmetic: rigorous (Arb).  Exact algebra has shown every equation already; this would notice an error in that algebra.
"""

from __future__ import annotations

import random
from fractions import Fraction

from flint import arb

from numeric import balls
from numeric.compiler import compile_tape
from proofs.documents.errors import DocumentError
from symbolic.derivation.equation import Derivation, Equation
from symbolic.objectives import Objective

__all__ = ["PRECISIONS", "cross_check"]

PRECISIONS = (64, 192)
PLACES = 3
LARGE = 60
SEED = 20240103


def cross_check(derivation: Derivation, objective: Objective) -> int:
    """How many sides of equations were compared.  Raises DocumentError when two balls do not overlap."""
    generator = random.Random(SEED)
    return sum(_equation(e, derivation, objective, generator) for e in derivation.equations)


def _equation(equation: Equation, derivation: Derivation, objective: Objective, generator: random.Random) -> int:
    instance = derivation.actual
    places = instance.assignments(equation.free)
    most = PLACES if len(objective.variables) * instance.sizes["class"] < LARGE else 1
    chosen = places if len(places) <= most else generator.sample(places, most)
    compared = 0
    for at in chosen:
        values = [instance.value(n, at) for n in equation.nodes]
        if equation.condition is not None and equation.multiple is not None:
            # The condition's difference times its multiple is what vanishes.
            difference = instance.value(equation.multiple, at) * (values[0] - values[1])
            values = [difference, instance.value(equation.condition, at)]
        expressions = [v.xreplace(dict(objective.values)) for v in values]
        variables = sorted({s for e in expressions for s in e.free_symbols}, key=lambda s: s.name)
        tape = compile_tape(expressions, variables)
        point = [Fraction(generator.randint(-3000, 3000), 997) for _ in variables]
        for bits in PRECISIONS:
            with balls.precision(bits):
                found = balls.evaluate_balls(tape, [balls.ball(x) for x in point])
                _compare(equation, found)
        compared += len(values) - 1
    return compared


def _compare(equation: Equation, found: list[arb]) -> None:
    relations = ("=",) if equation.condition is not None else equation.relations
    for first, second, relation in zip(found, found[1:], relations, strict=False):
        fine = first.is_finite() and second.is_finite()
        fine = fine and (first.overlaps(second) if relation == "=" else not first > second)
        # A ball that is wide says nothing.
        if not fine or not (first.rad() < 1e-6 and second.rad() < 1e-6):
            raise DocumentError(f"{equation.name}: the two sides differ numerically")
