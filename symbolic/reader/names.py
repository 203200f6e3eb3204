"""Names: which are taken by the language, which a user may choose, and the closest known one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from symbolic.reader.errors import ReadError, Source, quoted
from symbolic.reader.limits import MAX_NAME

__all__ = ["CONSTANTS", "FUNCTIONS", "PRIMED", "RESERVED", "parse_name", "suggestion"]

CONSTANTS = ("pi", "E")
FUNCTIONS = (
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "erf",
    "sigmoid",
    "softplus",
    "abs",
    "min",
    "max",
)
# Functions whose derivatives are written with primes.
PRIMED = ("sigmoid", "softplus")
RESERVED = frozenset((*CONSTANTS, *FUNCTIONS, "inf", "infinity", "oo", "nan"))

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_OTHER_SPELLINGS = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "e": "E",
    "Pi": "pi",
    "PI": "pi",
    "logistic": "sigmoid",
    "fabs": "abs",
    "Abs": "abs",
    "Min": "min",
    "Max": "max",
}


def parse_name(text: str) -> str:
    """``text`` if it may name a variable, parameter or definition: ASCII letters, digits and ``_``.

    Raises ReadError when it may not (the name of a function or constant is taken).
    """
    source = Source(text)
    if len(text) > MAX_NAME:
        raise source.error(0, f"a name has at most {MAX_NAME} characters")
    if not _NAME.fullmatch(text):
        raise source.unexpected(0, text, ("a name made of letters, digits and '_', a letter first",))
    if text in RESERVED:
        raise ReadError(f"the name {quoted(text)} is taken by the language")
    return text


def suggestion(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the closest known name, or nothing."""
    known = tuple(known)
    other = _OTHER_SPELLINGS.get(name)
    if other is not None and other in known:
        return f"; did you mean '{other}'?"
    same_but_case = [k for k in known if k.lower() == name.lower()]
    close = same_but_case or difflib.get_close_matches(name, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
