"""LaTeX commands of the language and what they are called in the plain one."""

from __future__ import annotations

__all__ = [
    "DELIMITED",
    "EXPLICIT_PRODUCTS",
    "EXTREMES",
    "GREEK",
    "IGNORED",
    "KNOWN_COMMANDS",
    "LATEX_RELATIONS",
    "OPERATORS",
    "REFUSED",
    "SIZES",
    "SPELLINGS",
]

GREEK = frozenset(
    (
        *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta"),
        *("iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "varrho", "sigma", "tau", "upsilon", "phi"),
        *("varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Sigma", "Upsilon"),
        *("Phi", "Psi", "Omega"),
    )
)
# Functions whose argument may stand without parentheses.
OPERATORS = {
    r"\sin": "sin",
    r"\cos": "cos",
    r"\tan": "tan",
    r"\arcsin": "asin",
    r"\arccos": "acos",
    r"\arctan": "atan",
    r"\sinh": "sinh",
    r"\cosh": "cosh",
    r"\tanh": "tanh",
    r"\exp": "exp",
    r"\log": "log",
    r"\ln": "log",
}
EXTREMES = {r"\min": "min", r"\max": "max"}
DELIMITED = {r"\sigma": "sigmoid"}
# Names inside \operatorname or \mathrm that differ from the plain language.
SPELLINGS = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}

LATEX_RELATIONS = {
    "<": "<",
    ">": ">",
    "=": "==",
    r"\lt": "<",
    r"\gt": ">",
    r"\le": "<=",
    r"\leq": "<=",
    r"\leqslant": "<=",
    r"\ge": ">=",
    r"\geq": ">=",
    r"\geqslant": ">=",
}
EXPLICIT_PRODUCTS = frozenset((r"\cdot", r"\times", "*"))
IGNORED = frozenset((r"\,", r"\;", r"\:", r"\!", r"\>", "\\ ", r"\quad", r"\qquad", r"\displaystyle", r"\textstyle"))
SIZES = {rf"\{size}{side}": side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")}

REFUSED = {
    r"\ne": "'\\ne' cannot be claimed; use < \\le > \\ge or =",
    r"\neq": "'\\neq' cannot be claimed; use < \\le > \\ge or =",
    r"\text": "text is not read; write a name as \\mathrm{name}",
    r"\infty": "expressions are finite: '\\infty' is not read",
    r"\prime": "primes are read after \\sigma, sigmoid and softplus only",
    r"\|": "norms are not read; write |x| with single bars",
    r"\pm": "'\\pm' stands for two claims: write both",
    r"\mp": "'\\mp' stands for two claims: write both",
    r"\over": "write \\frac{a}{b}",
    r"\div": "write \\frac{a}{b}",
    r"\\": "one formula is read at a time: '\\\\' is not read",
}
KNOWN_COMMANDS = tuple(
    sorted(
        {*OPERATORS, *EXTREMES, *(rf"\{name}" for name in GREEK), *LATEX_RELATIONS, *EXPLICIT_PRODUCTS}
        | {r"\frac", r"\tfrac", r"\dfrac", r"\sqrt", r"\pi", r"\left", r"\right", r"\operatorname"}
        | {r"\mathrm", r"\lvert", r"\rvert", r"\vert"}
    )
)
