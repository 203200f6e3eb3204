"""Caps on what is read: hostile text must end in one clear error, quickly and in little memory."""

from __future__ import annotations

__all__ = [
    "MAX_ARGUMENTS",
    "MAX_DEGREE",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_EFFORT",
    "MAX_EXPONENT",
    "MAX_HEIGHT",
    "MAX_LATEX_DEPTH",
    "MAX_MAGNITUDE_BITS",
    "MAX_NAME",
    "MAX_NODES",
    "MAX_NUMBER_BITS",
    "MAX_POTENTIAL_BITS",
    "MAX_PRIMES",
    "MAX_ROOT_BITS",
    "MAX_ROOT_ORDER",
    "MAX_ROOT_WORK",
    "MAX_SIDES",
    "MAX_TEXT",
    "MAX_TOKENS",
    "MAX_WORK_BITS",
    "SMALL_EFFORT",
    "SMALL_NODES",
]

MAX_TEXT = 100_000
MAX_TOKENS = 10_000
MAX_NAME = 64
MAX_SIDES = 16
# SymPy differentiates a maximum of n arguments in about n^3 comparisons.
MAX_ARGUMENTS = 16
MAX_PRIMES = 10

# Parentheses, signs and powers inside one another in the text.
MAX_DEPTH = 200
# LaTeX takes twice as many Python frames a level.
MAX_LATEX_DEPTH = 100
# Operations inside one another in the expression: SymPy differentiates and prints by recursion,
# about ten Python frames a level.
MAX_HEIGHT = 60
MAX_NODES = 25_000

# Python refuses to print integers of more than 4300 digits; everything read stays printable.
MAX_DIGITS = 4000
MAX_NUMBER_BITS = 13_288
# The n in x^n, and the power of ten of a number.
MAX_EXPONENT = 1000
MAX_DEGREE = 5000
MAX_ROOT_ORDER = 1_000_000
# SymPy factors integers under a root by trial division, and multiplies roots of one order first.
MAX_ROOT_BITS = 512
MAX_ROOT_WORK = 1 << 15

# Bits that automatic simplification may produce in one step, and in all large steps together.
MAX_POTENTIAL_BITS = 1 << 18
MAX_WORK_BITS = 1 << 21
# SymPy evaluates constants numerically to find their sign, which takes their size in bits.
MAX_MAGNITUDE_BITS = 1 << 15
# ... and evaluates the factors of a product twice, so nested constants cost exponentially.
MAX_EFFORT = 1 << 13

# Above this size a constructor that searches its argument for simplifications is not asked to, nor
# for constants that take more effort than this to evaluate.
SMALL_NODES = 500
SMALL_EFFORT = 24
