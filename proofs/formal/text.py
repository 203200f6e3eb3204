"""How numbers, names and definitions are written in emitted Coq files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofs.formal.expression import Formal, nodes
from symbolic.models.spec import PREFIX
from symbolic.objectives import Objective

__all__ = [
    "FormalClaim",
    "Subject",
    "coq_names",
    "data_head",
    "described",
    "formal_claim",
    "function_definitions",
    "literal",
    "page_head",
    "ratio",
    "vector",
    "wrapped",
]

_NAME = re.compile(r"[a-z][a-z0-9]{0,15}\Z")
# Words of Coq and of the pages.
_WORDS = """as at cofix else end exists exists2 fix for forall fun if in let match mod return then where with using by
do ell n x y p d l t u i j k ps sigmoid softplus exp ln sqrt tanh sinh cosh sin cos atan point near agree inside set sum
listed fst snd nth zero nil cons list plus minus mult eq pow tan asin acos neuron definite minimum maximum saddle
stationary everywhere anywhere proof id pi"""
_TAKEN = frozenset(_WORDS.split())

DEFINITIONS = {
    "Sigmoid": "Definition sigmoid (z : R) : R := / (1 + exp (- z)).",
    "Softplus": "Definition softplus (z : R) : R := ln (1 + exp z).",
}


@dataclass(frozen=True)
class Subject:
    """What a claim about all of R^n is about, for pages that put several claims together.

    ``function`` is that of one neuron for a sum over neurons, with its coordinates ``names``.  The coordinates in
    ``away`` are nonzero in the box of every listed minimum with b = 0.
    """

    objective: str
    neurons: int
    parameters: dict[str, str]
    function: Formal
    names: tuple[str, ...]
    away: tuple[int, ...] = ()


@dataclass(frozen=True)
class FormalClaim:
    """One theorem: ``page`` states it, ``data`` has numbers and proof, ``theorems`` are the names in the page.

    Longer proofs are in further files, each a suffix and a text: ``before`` are compiled first and in order, ``parts``
    after them and in any order, ``data`` needs both.
    """

    title: str
    page: str
    data: str
    theorems: tuple[str, ...]
    before: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    subject: Subject | None = None


def formal_claim(title: str, page: str, data: str, theorems: Sequence[str]) -> FormalClaim:
    """The claim, with a question for the axioms of its theorems at the end of the page.

    One question for all of them: each would take Coq as long as the longest.
    """
    question = f"Print Assumptions {theorems[-1]}.\n"
    if len(theorems) > 1:
        together = theorems[-1]
        for theorem in reversed(theorems[:-1]):
            together = f"conj {theorem} {together if together == theorems[-1] else f'({together})'}"
        question = f"\nDefinition all_theorems := {together}.\nPrint Assumptions all_theorems.\n"
    return FormalClaim(title, page + question, data, tuple(theorems))


def wrapped(formula: str, width: int = 110) -> str:
    """A sum on lines of about this width, each after the first indented by two; its terms stay in one piece."""
    terms, depth = [""], 0
    for word in formula.split(" "):
        if depth == 0 and word in ("+", "-") and terms[-1]:
            terms.append("")
        depth += word.count("(") - word.count(")")
        terms[-1] += f" {word}" if terms[-1] else word
    lines = [terms[0]]
    for term in terms[1:]:
        if len(lines[-1]) + 1 + len(term) > width:
            lines.append(term)
        else:
            lines[-1] += f" {term}"
    return "\n  ".join(lines)


def described(objective: Objective) -> str:
    """An objective in a title: its name (of a model its title), neurons and parameters."""
    name = objective.title if objective.name.startswith(PREFIX) else objective.name
    neurons = f"{objective.neurons} neuron{'s' if objective.neurons > 1 else ''}"
    return ", ".join([f"{name} with {neurons}", *(f"{k} = {v}" for k, v in objective.parameter_values.items())])


def coq_names(names: Sequence[str]) -> list[str]:
    """Names for variables that Coq reads as such; others become v1, v2, ..."""
    good = all(_NAME.match(name) and name not in _TAKEN for name in names) and len(set(names)) == len(names)
    return list(names) if good else [f"v{k + 1}" for k in range(len(names))]


def literal(x: Fraction, decimals: int | None = None) -> str:
    """A real number: a decimal with so many digits when given (x must be one), else a fraction."""
    if decimals is None:
        text = str(x.numerator) if x.denominator == 1 else f"{x.numerator}/{x.denominator}"
        return text if x >= 0 and x.denominator == 1 else f"({text})"
    scaled = x * 10**decimals
    assert scaled.denominator == 1
    digits = str(abs(int(scaled))).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"(-{text})" if x < 0 else text


def ratio(x: Fraction, decimals: int | None = None) -> str:
    """The same number as a pair for the kernel."""
    p, q = (x.numerator, x.denominator) if decimals is None else (int(x * 10**decimals), 10**decimals)
    return f"dec ({p}) {q}" if p < 0 else f"dec {p} {q}"


def vector(numbers: Sequence[Fraction], decimals: int | None = None) -> str:
    return "[" + "; ".join(ratio(x, decimals) for x in numbers) + "]"


def function_definitions(expressions: Sequence[Formal]) -> list[str]:
    """Definitions of the functions that occur and that Coq's library does not have."""
    kinds = {node.kind for e in expressions for node in nodes(e)}
    return [text for kind, text in DEFINITIONS.items() if kind in kinds]


def page_head(title: str, data_module: str) -> str:
    return (
        f"(** * {comment(title)}\n\n"
        f"    Every definition of the statement is on this page, in Coq's library or Coquelicot's ([is_derive]).\n"
        f"    The numbers behind the proof are in [{data_module}]. *)\n"
        "From Coq Require Import Reals List.\n"
        "From Coquelicot Require Import Coquelicot.\n"
        f"From Claims Require {data_module}.\n"
        "Import ListNotations.\n"
        "Local Open Scope R_scope.\n"
    )


def comment(text: str) -> str:
    """Free text that cannot end or open a comment, nor a string, of Coq."""
    allowed = " +-/^=<>.,:;()[]&'_"
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in allowed else " " for c in text)
    return " ".join(plain.replace("(", "[").replace(")", "]").split())[:200]


def data_head(title: str) -> str:
    return (
        f"(** {comment(title)}: numbers and proof.  Emitted from a certificate. *)\n"
        "From Coq Require Import Reals Lra Lia List ZArith Bool.\n"
        "From Separatrix Require Import Statements Expressions Checkers Products Symmetry Theorems Index.\n"
        "Import ListNotations.\n"
        "Local Open Scope R_scope.\n\n"
    )
