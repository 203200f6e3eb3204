"""Malformed and malicious lemma files, as data.

``cases()`` yields every case.  ``case.place(directory)`` puts it there and returns the path to give to
``separatrix check``.  ``case.expected`` is

- ``"exit 2"``: bad input; one clear line that names the file, exit code 2, no traceback;
- ``"not proved"``: the file may be read, but nothing in it is true (or nothing can be decided), so any of the exit
  codes 1, 2 and 3 is right and 0 is wrong.

Either way within 5 seconds and 1 GiB, and without touching ``case.trap(directory)``, the file that injected code
would create.
Nothing here is ever evaluated.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["BAD_INPUT", "NOT_PROVED", "TRAP", "Case", "cases"]

BAD_INPUT = "exit 2"
NOT_PROVED = "not proved"
TRAP = "separatrix-trap"
"""Name of the file that injected code would create in the working directory."""

UNIT = '{ x = ["0", "1"] }'


@dataclass(frozen=True)
class Case:
    """``content`` is the file's bytes (or makes them), unless ``make`` creates something else at the path."""

    name: str
    expected: str
    content: bytes | Callable[[], bytes] | None = None
    make: Callable[[Path], None] | None = None

    def place(self, directory: Path) -> Path:
        """Create the case in ``directory`` and return its path."""
        path = directory / (self.name.replace(" ", "_").replace("/", "_") + ".toml")
        if self.make is not None:
            self.make(path)
        elif self.content is not None:
            path.write_bytes(self.data())
        return path

    def data(self) -> bytes:
        """The file's bytes (empty for something that is not a regular file)."""
        if self.content is None:
            return b""
        return self.content if isinstance(self.content, bytes) else self.content()

    @staticmethod
    def trap(directory: Path) -> Path:
        """What must not exist afterwards when the command ran in ``directory``."""
        return directory / TRAP


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _claim(kind: str, body: str, variables: str | None = UNIT, name: str = "claim") -> str:
    lines = ["[[claim]]", f"name = {_text(name)}", f"kind = {_text(kind)}"]
    if variables is not None:
        lines.append(f"variables = {variables}")
    return "\n".join([*lines, body]) + "\n"


def _inequality(statement: str, variables: str | None = UNIT, more: str = "") -> bytes:
    return _claim("inequality", f"statement = {_text(statement)}\n{more}", variables).encode()


def _zeros(body: str, variables: str | None = UNIT) -> bytes:
    return _claim("zeros", body, variables).encode()


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _directory(path: Path) -> None:
    path.mkdir()


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_suffix(".nowhere"))


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _missing(path: Path) -> None:
    """Leave nothing at the path."""


def _sparse(path: Path) -> None:
    """Four gigabytes of NUL bytes that take no room on the disk."""
    with path.open("wb") as file:
        file.truncate(4 << 30)


def _not_files() -> Iterator[Case]:
    for name, make in (
        ("FIFO without a writer", _fifo),
        ("directory", _directory),
        ("dangling link", _dangling),
        ("link to itself", _loop),
        ("link to an endless device", _endless),
        ("missing file", _missing),
        ("sparse file of 4 GiB", _sparse),
    ):
        yield Case(name, BAD_INPUT, make=make)


def _bytes() -> Iterator[Case]:
    false = _inequality("x^2 > 2")
    yield Case("empty file", BAD_INPUT, b"")
    yield Case("only blanks and comments", BAD_INPUT, b"\n\n   # nothing\n\t\n")
    yield Case("not UTF-8", BAD_INPUT, false.replace(b'claim"', b'cl\xff\xfeim"', 1))
    yield Case("Latin-1 in a name", BAD_INPUT, false.replace(b'name = "claim"', b'name = "Poincar\xe9"'))
    yield Case("UTF-16", BAD_INPUT, false.decode().encode("utf-16"))
    yield Case("overlong UTF-8", BAD_INPUT, false.replace(b'"claim"', b'"\xc0\xaf"', 1))
    yield Case("surrogate in UTF-8", BAD_INPUT, false.replace(b'"claim"', b'"\xed\xa0\x80"', 1))
    yield Case("NUL bytes", BAD_INPUT, b"\x00" * 4096)
    yield Case("NUL byte inside a statement", BAD_INPUT, false.replace(b"x^2", b"x\x00^2"))
    yield Case("escaped NUL inside a statement", BAD_INPUT, false.replace(b"x^2", b"x\\u0000^2"))
    yield Case(
        "terminal escape inside a name", NOT_PROVED, false.replace(b'"claim"', b'"\\u001b[2J\\u001b]0;owned\\u0007"', 1)
    )
    yield Case("byte order mark", NOT_PROVED, b"\xef\xbb\xbf" + false)
    yield Case("carriage returns", NOT_PROVED, false.replace(b"\n", b"\r\n"))
    yield Case("lone carriage returns", BAD_INPUT, false.replace(b"\n", b"\r"))
    yield Case("random bytes", BAD_INPUT, bytes((i * i * 31 + i * 7 + 13) % 256 for i in range(8192)))
    yield Case(
        "gzip",
        BAD_INPUT,
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x2c\x4e\x06\x00\xc2\x41\x24\x35\x03\x00\x00\x00",
    )
    yield Case("cut in the middle of a string", BAD_INPUT, false[: len(false) - 8])


def _large() -> Iterator[Case]:
    yield Case("line of 10 MB", BAD_INPUT, lambda: _inequality("x + " * 2_500_000 + "1 > 0"))
    yield Case("comment of 50 MB and no claim", BAD_INPUT, lambda: b"# " + b"x" * 50_000_000 + b"\n")
    yield Case(
        "name of 1 MB",
        NOT_PROVED,
        lambda: _inequality("x^2 > 2").replace(b'"claim"', b'"' + b"n" * 1_000_000 + b'"', 1),
    )
    yield Case(
        "variable name of 100,000 letters",
        BAD_INPUT,
        lambda: _inequality("x > 2", '{ x = ["0", "1"], ' + "y" * 100_000 + ' = ["0", "1"] }'),
    )
    yield Case("10,000 parentheses", BAD_INPUT, lambda: _inequality("(" * 10_000 + "x" + ")" * 10_000 + " > 2"))
    yield Case("10,000 open parentheses", BAD_INPUT, lambda: _inequality("(" * 10_000))
    yield Case("10,000 minus signs", BAD_INPUT, lambda: _inequality("-" * 10_000 + "x > 2"))
    yield Case("10,000 nested functions", BAD_INPUT, lambda: _inequality("sin(" * 10_000 + "x" + ")" * 10_000 + " > 2"))
    yield Case("tower of 5,000 powers", BAD_INPUT, lambda: _inequality("x" + "^x" * 5_000 + " > 2"))
    yield Case("chain of 5,000 relations", BAD_INPUT, lambda: _inequality("x" + " <= x" * 5_000))
    yield Case("10,000 nested arrays", BAD_INPUT, lambda: b"claim = " + b"[" * 10_000 + b"]" * 10_000)
    yield Case("10,000 nested inline tables", BAD_INPUT, lambda: b"claim = " + b"{a=" * 10_000 + b"1" + b"}" * 10_000)
    yield Case("key with 10,000 dots", BAD_INPUT, lambda: b"a" + b".a" * 10_000 + b" = 1\n")
    yield Case(
        "300 variables in a system",
        BAD_INPUT,
        lambda: _zeros('equations = ["x1"]', "{ " + ", ".join(f'x{i} = ["0", "1"]' for i in range(300)) + " }"),
    )
    yield Case("exponent 10^9", BAD_INPUT, _inequality("x^1000000000 > 2"))
    yield Case("number to the 10^9", BAD_INPUT, _inequality("x < 2^1000000000"))
    yield Case("tower of nines", BAD_INPUT, _inequality("x > 9^9^9^9"))
    yield Case("decimal exponent 10^9", BAD_INPUT, _inequality("x > 1e1000000000"))
    yield Case("interval end 1e999999999", BAD_INPUT, _inequality("x > 2", '{ x = ["0", "1e999999999"] }'))
    yield Case("number of 100,000 digits", BAD_INPUT, lambda: _inequality("x > " + "7" * 100_000))
    yield Case(
        "interval end of 100,000 digits",
        BAD_INPUT,
        lambda: _inequality("x > 2", '{ x = ["0", "' + "7" * 100_000 + '"] }'),
    )
    yield Case("expansion of a large power", NOT_PROVED, _inequality("(1 + x + x^2 + x^3)^900 > 10^600"))
    yield Case("root of a 4,000-digit number", NOT_PROVED, lambda: _inequality("sqrt(" + "9" * 3_999 + "7) < x"))
    yield Case("exponential of an exponential", NOT_PROVED, _inequality("exp(exp(exp(exp(exp(x + 3))))) < 0"))
    yield Case(
        "definitions that double 60 times",
        BAD_INPUT,
        lambda: _inequality(
            "t60 < 0",
            more='let = { t0 = "x + 1", '
            + ", ".join(f't{i} = "t{i - 1}*t{i - 1} + t{i - 1}"' for i in range(1, 61))
            + " }",
        ),
    )


def _code() -> Iterator[Case]:
    attacks = {
        "import of os": f"__import__('os').system('touch {TRAP}') > 0",
        "open for writing": f"open('{TRAP}', 'w') > 0",
        "exec": f"exec(\"open('{TRAP}', 'w')\") > 0",
        "eval": f"eval(\"open('{TRAP}', 'w')\") > 0",
        "lambda": "(lambda: x)() > 0",
        "attribute of a variable": "x.__class__.__mro__[1].__subclasses__() > 0",
        "comprehension": "[y for y in (1,)][0] > 0",
        "walrus": "(x := 5) > 0",
        "conditional expression": "1 if x else 2 > 0",
        "SymPy function outside the whitelist": "Function('f')(x) > 0",
        "SymPy's evaluating reader": f"sympify(\"__import__('os').mkdir('{TRAP}')\") > 0",
        "f-string": "f'{x}' > 0",
        "backquote": f"`touch {TRAP}` > 0",
        "shell substitution": f"$(touch {TRAP}) > 0",
        "dunder name": "__builtins__ > 0",
        "statement separator": "x > 2; import os",
        "newline and statement": "x > 2\nimport os",
        "complex literal": "1j*x > 2",
        "hexadecimal literal": "x > 0x10",
        "underscore in a number": "x > 1_000",
        "percent": "x % 2 > 1",
        "factorial": "(10^9)! > x",
        "bit operation": "x | 1 > 2",
    }
    for name, statement in attacks.items():
        yield Case(f"code: {name}", BAD_INPUT, _inequality(statement))
    code = f"__import__('os').mkdir('{TRAP}')"
    yield Case("code in an interval end", BAD_INPUT, _inequality("x > 2", f'{{ x = [{_text(code)}, "1"] }}'))
    yield Case("code in a variable name", BAD_INPUT, _inequality("x > 2", f'{{ {_text(code)} = ["0", "1"] }}'))
    yield Case("code in a definition", BAD_INPUT, _inequality("q > 2", more=f"let = {{ q = {_text(code)} }}"))
    yield Case(
        "code in a parameter",
        BAD_INPUT,
        _zeros(f'gradient_of = "ssl"\nparameters = {{ tau = {_text(code)} }}', '{ a = ["-1", "1"], b = ["-1", "1"] }'),
    )
    yield Case("code in an objective's name", BAD_INPUT, _zeros(f"gradient_of = {_text(code)}"))
    yield Case("path as an objective's name", BAD_INPUT, _zeros('gradient_of = "../../../../etc/passwd"'))
    yield Case("code in a constraint", BAD_INPUT, _inequality("x > 2", more=f"where = [{_text(code)}]"))
    yield Case(
        "code in LaTeX",
        BAD_INPUT,
        _claim("inequality", "statement_latex = " + _text(r"\input{/etc/passwd} \le x")).encode(),
    )
    yield Case(
        "LaTeX that writes",
        BAD_INPUT,
        _claim("inequality", "statement_latex = " + _text(r"\write18{touch " + TRAP + r"} \le x")).encode(),
    )
    yield Case(
        "LaTeX that loops",
        BAD_INPUT,
        _claim("inequality", "statement_latex = " + _text(r"\def\x{\x}\x \le x")).encode(),
    )


def _structure() -> Iterator[Case]:
    true = _inequality("x <= 1")
    yield Case("broken TOML", BAD_INPUT, b"[[claim]\nname = x\n")
    yield Case("claim is a table", BAD_INPUT, true.replace(b"[[claim]]", b"[claim]"))
    yield Case("claim is a number", BAD_INPUT, b"claim = 3\n")
    yield Case("claims are numbers", BAD_INPUT, b"claim = [1, 2]\n")
    yield Case("no claim at all", BAD_INPUT, b'title = "nothing here"\n')
    yield Case("misspelt table", BAD_INPUT, true.replace(b"[[claim]]", b"[[claims]]"))
    yield Case("duplicate key", BAD_INPUT, true + b'kind = "zeros"\n')
    yield Case("duplicate claim names", BAD_INPUT, true + true)
    yield Case("duplicate variable", BAD_INPUT, _inequality("x > 2", '{ x = ["0", "1"], x = ["0", "2"] }'))
    yield Case("missing name", BAD_INPUT, true.replace(b'name = "claim"\n', b""))
    yield Case("missing kind", BAD_INPUT, true.replace(b'kind = "inequality"\n', b""))
    yield Case("missing variables", BAD_INPUT, _inequality("x > 2", None))
    yield Case("missing statement", BAD_INPUT, _claim("inequality", "").encode())
    yield Case("missing equations", BAD_INPUT, _zeros("count = 1"))
    yield Case("unknown kind", BAD_INPUT, true.replace(b'"inequality"', b'"theorem"'))
    yield Case("unknown key", NOT_PROVED, _inequality("x > 2") + b'statment = "x < 2"\n')
    yield Case("unknown variable", BAD_INPUT, _inequality("x + y > 2"))
    yield Case("unknown function", BAD_INPUT, _inequality("gamma(x) > 2"))
    yield Case("function used as a name", BAD_INPUT, _inequality("sin > 2"))
    yield Case("variable called as a function", BAD_INPUT, _inequality("x(2) > 2"))
    yield Case("reserved variable name", BAD_INPUT, _inequality("pi > 4", '{ pi = ["0", "1"] }'))
    yield Case("empty variable name", BAD_INPUT, _inequality("1 > 2", '{ "" = ["0", "1"] }'))
    yield Case("implicit product", BAD_INPUT, _inequality("2x > 4"))
    yield Case("two arguments for the sine", BAD_INPUT, _inequality("sin(x, x) > 2"))
    yield Case("no argument for the sine", BAD_INPUT, _inequality("sin() > 2"))
    yield Case("empty statement", BAD_INPUT, _inequality(""))
    yield Case("statement without relation", BAD_INPUT, _inequality("x + 1"))
    yield Case("chain that turns round", BAD_INPUT, _inequality("0 <= x >= 1"))
    yield Case("not equal", BAD_INPUT, _inequality("x != 2"))
    yield Case("empty name", BAD_INPUT, true.replace(b'"claim"', b'""', 1))
    yield Case("statement is a number", BAD_INPUT, _claim("inequality", "statement = 1").encode())
    yield Case("statement is a list", BAD_INPUT, _claim("inequality", 'statement = ["x > 2"]').encode())
    yield Case("name is a number", BAD_INPUT, true.replace(b'"claim"', b"17", 1))
    yield Case("floats as interval ends", BAD_INPUT, _inequality("x > 2", "{ x = [0.1, 0.2] }"))
    yield Case("NaN and infinity literals as ends", BAD_INPUT, _inequality("x > 2", "{ x = [nan, inf] }"))
    yield Case("NaN string as an end", BAD_INPUT, _inequality("x > 2", '{ x = ["nan", "1"] }'))
    yield Case("NaN in a statement", BAD_INPUT, _inequality("x < nan"))
    yield Case("infinity in a statement", BAD_INPUT, _inequality("x < inf"))
    yield Case("interval from plus infinity", BAD_INPUT, _inequality("x > 2", '{ x = ["inf", "inf"] }'))
    yield Case("reversed interval", BAD_INPUT, _inequality("x > 2", '{ x = ["1", "0"] }'))
    yield Case("reversed infinite interval", BAD_INPUT, _inequality("x > 2", '{ x = ["inf", "-inf"] }'))
    yield Case("interval with one end", BAD_INPUT, _inequality("x > 2", '{ x = ["1"] }'))
    yield Case("interval with three ends", BAD_INPUT, _inequality("x > 2", '{ x = ["0", "1", "2"] }'))
    yield Case("empty interval list", BAD_INPUT, _inequality("x > 2", "{ x = [] }"))
    yield Case("interval is a table", BAD_INPUT, _inequality("x > 2", '{ x = { lo = "0", hi = "1" } }'))
    yield Case("interval end is a table", BAD_INPUT, _inequality("x > 2", '{ x = [{ a = 1 }, "1"] }'))
    yield Case("interval end divides by zero", BAD_INPUT, _inequality("x > 2", '{ x = ["0", "1/0"] }'))
    yield Case("interval end is a date", BAD_INPUT, _inequality("x > 2", "{ x = [1979-05-27, 1979-05-28] }"))
    yield Case("variables is a list", BAD_INPUT, _inequality("x > 2", '["x"]'))
    yield Case("negative count", BAD_INPUT, _zeros('equations = ["x - 2"]\ncount = -1'))
    yield Case("count is a float", BAD_INPUT, _zeros('equations = ["x - 1/2"]\ncount = 1.0'))
    yield Case("count is true", BAD_INPUT, _zeros('equations = ["x - 1/2"]\ncount = true'))
    yield Case("count is a string", BAD_INPUT, _zeros('equations = ["x - 1/2"]\ncount = "one"'))
    yield Case("enormous count", NOT_PROVED, _zeros('equations = ["x - 1/2"]\ncount = 9223372036854775807'))
    yield Case("more equations than variables", BAD_INPUT, _zeros('equations = ["x - 1/2", "x - 1/3"]'))
    yield Case("no equations", BAD_INPUT, _zeros("equations = []"))
    yield Case("objective's variables missing", BAD_INPUT, _zeros('gradient_of = "ssl"'))
    yield Case("unknown objective", BAD_INPUT, _zeros('gradient_of = "llm"'))
    yield Case(
        "unknown parameter",
        BAD_INPUT,
        _zeros('gradient_of = "ssl"\nparameters = { temperature = "1" }', '{ a = ["-1", "1"], b = ["-1", "1"] }'),
    )
    yield Case(
        "parameter is a float",
        BAD_INPUT,
        _zeros('gradient_of = "ssl"\nparameters = { tau = 7.0 }', '{ a = ["-1", "1"], b = ["-1", "1"] }'),
    )
    yield Case("index above the dimension", NOT_PROVED, _claim("definite", 'function = "x^2"\nindex = 2').encode())
    yield Case("unknown sign", BAD_INPUT, _claim("definite", 'function = "x^2"\nsign = "up"').encode())
    yield Case("constant without value", BAD_INPUT, _claim("constant", 'expression = "pi"', None).encode())
    yield Case(
        "constant with a free variable", BAD_INPUT, _claim("constant", 'expression = "y"\nvalue = "1"', None).encode()
    )
    yield Case(
        "constant with a word for a value",
        BAD_INPUT,
        _claim("constant", 'expression = "pi"\nvalue = "three"', None).encode(),
    )
    yield Case("identity without right side", BAD_INPUT, _claim("identity", 'left = "x"').encode())
    yield Case(
        "Lipschitz constant with a variable",
        BAD_INPUT,
        _claim("lipschitz", 'function = "sin(x)"\nconstant = "x"').encode(),
    )
    yield Case(
        "global minimum without a place", BAD_INPUT, _claim("minimum", 'function = "x^2"\nglobal = true').encode()
    )
    yield Case("cyclic definitions", BAD_INPUT, _inequality("p > 2", more='let = { p = "q + 1", q = "p + 1" }'))
    yield Case("definition of itself", BAD_INPUT, _inequality("p > 2", more='let = { p = "p" }'))
    yield Case("definition that hides a variable", BAD_INPUT, _inequality("x > 0", more='let = { x = "2" }'))
    yield Case("given an unknown claim", BAD_INPUT, _inequality("x > 2", more='given = ["no such claim"]'))
    yield Case("given itself", BAD_INPUT, _inequality("x > 2", more='given = ["claim"]'))
    later = _claim("inequality", 'statement = "x > 2"', name="second").encode()
    yield Case("given a later claim", BAD_INPUT, _inequality("x > 2", more='given = ["second"]') + later)
    first = _claim("inequality", 'statement = "x > 2"', name="first").encode()
    yield Case("given a false claim", NOT_PROVED, first + _inequality("x > 1.5", more='given = ["first"]'))


def _confusables() -> Iterator[Case]:
    yield Case("Cyrillic letter for a variable", BAD_INPUT, _inequality("\u0445 > 2"))
    yield Case(
        "Cyrillic variable beside a Latin one",
        BAD_INPUT,
        _inequality("x > 2", '{ x = ["0", "1"], "\u0445" = ["5", "6"] }'),
    )
    yield Case("full-width digits", BAD_INPUT, _inequality("x > \uff12"))
    yield Case("Arabic digits in an interval", BAD_INPUT, _inequality("x > 2", '{ x = ["\u0660", "\u0661"] }'))
    yield Case("Unicode minus", BAD_INPUT, _inequality("x \u2212 3 > 0"))
    yield Case("Unicode relation", BAD_INPUT, _inequality("x \u2265 2"))
    yield Case("zero-width space in a name", BAD_INPUT, _inequality("x > 2", '{ "x\u200b" = ["0", "1"] }'))
    yield Case("right-to-left override", BAD_INPUT, _inequality("x \u202e> 2"))
    yield Case("superscript two", BAD_INPUT, _inequality("x\u00b2 > 2"))
    yield Case("mathematical bold letter", BAD_INPUT, _inequality("\U0001d431 > 2"))
    yield Case("no-break space", BAD_INPUT, _inequality("x\u00a0> 2"))


def _misspelt() -> Iterator[Case]:
    """A key that is nearly one of the language's would otherwise be taken for a note, and ignored."""
    for key in ("cout", "counts", "variable", "equation", "wher", "givn", "parameter", "indx"):
        yield Case(f"the key {key}", BAD_INPUT, _zeros(f'equations = ["x"]\n{key} = 7'))


def _mathematics() -> Iterator[Case]:
    """Readable claims about expressions that are not defined everywhere, and other traps for a prover."""
    yield Case("division by zero", BAD_INPUT, _inequality("1/0 > x"))
    yield Case("division by a hidden zero", NOT_PROVED, _inequality("1/(sqrt(2)^2 - 2) > x"))
    yield Case("zero to the zero", BAD_INPUT, _inequality("0^0 > x"))
    yield Case("logarithm of a negative number", BAD_INPUT, _inequality("log(-1) < x"))
    yield Case("root of a negative number", BAD_INPUT, _inequality("sqrt(-1)^2 < x"))
    wide = '{ x = ["-1", "1"] }'
    yield Case("logarithm of a box that crosses zero", NOT_PROVED, _inequality("log(x) <= 10", wide))
    yield Case("root of a box that crosses zero", NOT_PROVED, _inequality("sqrt(x) >= 0", wide))
    yield Case("quotient over a box that crosses zero", NOT_PROVED, _inequality("1/x^2 > 0", wide))
    yield Case("cancelled quotient over a box that crosses zero", NOT_PROVED, _inequality("x/x <= 1", wide))
    yield Case("tangent across its pole", NOT_PROVED, _inequality("tan(x)^2 >= 0", '{ x = ["0", "3"] }'))
    yield Case("inverse sine beyond one", NOT_PROVED, _inequality("asin(x) <= 2", '{ x = ["0", "2"] }'))
    yield Case("negative base of a real power", NOT_PROVED, _inequality("x^x >= 0", wide))
    yield Case("cube root of negative numbers", NOT_PROVED, _inequality("x^(1/3) <= 2", wide))
    yield Case("equality presented as strict", NOT_PROVED, _inequality("x^2 > 0", wide))
    yield Case("equality at the end presented as strict", NOT_PROVED, _inequality("sin(x) < x"))
    yield Case("false by 1e-300", NOT_PROVED, _inequality("x^2 >= 1e-300", wide))
    yield Case("false at one end only", NOT_PROVED, _inequality("x < 1"))
    yield Case("equality of functions as an inequality", NOT_PROVED, _inequality("x <= x^2"))
    yield Case("false far away on an unbounded box", NOT_PROVED, _inequality("x < 1e40", '{ x = ["0", "inf"] }'))
    yield Case("oscillation too fast to see", NOT_PROVED, _inequality("sin(10^30*x) <= 0.9"))
    yield Case("tautology outside its domain", NOT_PROVED, _inequality("log(x) <= log(x)", '{ x = ["-2", "-1"] }'))
    yield Case(
        "identity outside its domain", NOT_PROVED, _claim("identity", 'left = "sqrt(x)^2"\nright = "x"', wide).encode()
    )
    yield Case(
        "quotient identity across zero", NOT_PROVED, _claim("identity", 'left = "x^2/x"\nright = "x"', wide).encode()
    )
    yield Case("zeros of the zero function", NOT_PROVED, _zeros('equations = ["x - x"]\ncount = 0'))
    yield Case(
        "zeros that fill a curve",
        NOT_PROVED,
        _zeros('equations = ["x*y", "x*y"]\ncount = 1', '{ x = ["-1", "1"], y = ["-1", "1"] }'),
    )
    yield Case(
        "infinitely many zeros", NOT_PROVED, _zeros('equations = ["x*sin(1/x)"]\ncount = 5', '{ x = ["0", "1"] }')
    )
    yield Case("zeros outside the domain", NOT_PROVED, _zeros('equations = ["log(x)*0 + x + 1/2"]\ncount = 1', wide))
    yield Case("curvature of a linear function", NOT_PROVED, _claim("definite", 'function = "3*x + 1"').encode())
    yield Case(
        "Lipschitz constant of an unbounded slope",
        NOT_PROVED,
        _claim("lipschitz", 'function = "sqrt(x)"\nconstant = "1000"').encode(),
    )
    yield Case(
        "Lipschitz constant that is negative",
        NOT_PROVED,
        _claim("lipschitz", 'function = "sin(x)"\nconstant = "-1"').encode(),
    )
    for kind, rest in (
        ("zeros", 'equations = ["x^3 - x"]\ncount = 3'),
        ("definite", 'function = "x^3"'),
        ("minimum", 'function = "sin(x)"'),
        ("lipschitz", 'function = "x^2"\nconstant = "1"'),
        ("identity", 'left = "x"\nright = "x + 1"'),
        ("inequality", 'statement = "sin(x) > 1"'),
    ):
        enormous = '{ x = ["-1e4000", "1e4000"] }'
        yield Case(f"{kind} on an enormous box", NOT_PROVED, _claim(kind, rest, enormous).encode())
    yield Case("an equation without unknowns", NOT_PROVED, _zeros('equations = ["x - x"]\ncount = 0', wide))
    yield Case(
        "the same equation twice",
        NOT_PROVED,
        _zeros('equations = ["x - y", "y - x"]\ncount = 1', '{ x = ["0", "1"], y = ["0", "1"] }'),
    )
    yield Case("minimum of a constant", NOT_PROVED, _claim("minimum", 'function = "x - x"').encode())
    yield Case("minimum on the edge only", NOT_PROVED, _claim("minimum", 'function = "x"').encode())
    yield Case(
        "decimal of a pole", NOT_PROVED, _claim("constant", 'expression = "1/sin(pi)"\nvalue = "0"', None).encode()
    )
    yield Case(
        "decimal of a tiny number",
        NOT_PROVED,
        _claim("constant", 'expression = "sqrt(2)^2 - 2 + 1e-500"\nvalue = "1"', None).encode(),
    )


def cases() -> Iterator[Case]:
    """Every case; names are unique."""
    for group in (_not_files, _bytes, _large, _code, _structure, _confusables, _misspelt, _mathematics):
        yield from group()
