"""Random claims whose truth is known by construction.

Each is built around a chosen minimum: a sum of terms that vanish at an exact point and are positive
elsewhere by a textbook reason, plus a chosen gap of either sign.  The claim "the sum is >= -gap" is true for
gap >= 0 and false for gap < 0, whatever the terms are.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from proofs.lemmas.claim import ClaimSource

__all__ = ["random_claim"]

# u stands for an affine expression that vanishes at the chosen point; each term is >= 0 with equality at u = 0.
TERMS: list[Callable[[str], str]] = [
    lambda u: f"({u})^2",
    lambda u: f"({u})^4",
    lambda u: f"(exp({u}) - 1 - ({u}))",
    lambda u: f"(1 - cos({u}))",
    lambda u: f"(cosh({u}) - 1)",
    lambda u: f"(1/4 - sigmoid({u})*(1 - sigmoid({u})))",
    lambda u: f"abs({u})",
    lambda u: f"({u})*tanh({u})",
    lambda u: f"(sqrt(1 + ({u})^2) - 1)",
    lambda u: f"log(1 + ({u})^2)",
    lambda u: f"({u})*atan({u})",
    lambda u: f"(softplus({u}) - log(2) - ({u})/2)",
]
GAPS = [Fraction(1), Fraction(1, 10), Fraction(1, 1000), Fraction(1, 10**6), Fraction(1, 10**9), Fraction(1, 10**12)]
NAMES = ("x", "y", "z")


def _short(generator: random.Random) -> Fraction:
    return Fraction(generator.randint(-24, 24), generator.choice([1, 2, 3, 4, 5, 8, 10]))


def random_claim(seed: int) -> tuple[ClaimSource, bool]:
    """An inequality claim and whether it is true."""
    generator = random.Random(seed)
    n = generator.choices([1, 2, 3], [0.6, 0.3, 0.1])[0]
    names = NAMES[:n]
    point = [_short(generator) for _ in names]
    sides = {}
    for name, c in zip(names, point, strict=True):
        # The point may lie inside, or at an end.
        left = generator.choice([Fraction(0), abs(_short(generator)), Fraction(1, 2)])
        right = generator.choice([Fraction(1), abs(_short(generator)) + Fraction(1, 10)])
        sides[name] = [str(c - left), str(c + right)]
    terms = []
    for name, c in zip(names, point, strict=True):
        weight = Fraction(generator.randint(1, 12), generator.choice([1, 3, 7]))
        terms.append(f"{weight}*{generator.choice(TERMS)(f'{name} - ({c})')}")
    if n > 1 and generator.random() < 0.5:
        u = " + ".join(f"({generator.randint(-3, 3)})*({name} - ({c}))" for name, c in zip(names, point, strict=True))
        terms.append(generator.choice(TERMS[:6])(u))
    kind = generator.choice(["touch", "strict touch", "gap", "gap", "miss", "miss"])
    gap = generator.choice(GAPS)
    if kind == "touch":
        shift, relation, truth = Fraction(0), ">=", True
    elif kind == "strict touch":
        shift, relation, truth = Fraction(0), ">", False
    elif kind == "gap":
        shift, relation, truth = gap, generator.choice([">", ">="]), True
    else:
        shift, relation, truth = -gap, generator.choice([">", ">="]), False
    left, right = " + ".join(terms), str(-shift)
    if generator.random() < 0.3:
        left, right, relation = right, left, {">": "<", ">=": "<="}[relation]
    table = {"kind": "inequality", "variables": sides, "statement": f"{left} {relation} {right}"}
    return ClaimSource("random", f"claim {seed}", "inequality", table), truth
