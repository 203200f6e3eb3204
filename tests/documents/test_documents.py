"""Derivations as documents: they compile without a complaint, and what they show is read again."""

from __future__ import annotations

import json
import os
import random
from functools import cache

import nbformat
import pytest
from hidden_features import objective as with_hidden_features

from numeric.enclosure import Enclosure
from proofs.documents.cross_check import _equation, cross_check
from proofs.documents.derived import Derived, all_steps, derive
from proofs.documents.errors import DocumentError
from proofs.documents.numbers import _word, certified_numbers, digits_latex
from proofs.documents.pdf import compile_pdf, complaints, has_engine
from proofs.documents.tex import STYLES, escape_tex, prose_tex
from symbolic.derivation.equation import Side
from symbolic.derivation.formula import Rule
from symbolic.derivation.reader import DisplayError, displays
from symbolic.derivation.tree import mul, number
from symbolic.objectives import build_objective, objective_names

# Continuous integration installs a TeX engine, so there it must not be missing.
needs_tex = pytest.mark.skipif(not has_engine() and not os.environ.get("CI"), reason="no pdflatex")
CASES = [(name, None) for name in objective_names()] + [("ssl", 2)]


@cache
def derived(name: str, neurons: int | None) -> Derived:
    return derive(build_objective(name, neurons=neurons))


@needs_tex
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("name", "neurons"), CASES, ids=[f"{n}-{m or 'default'}" for n, m in CASES])
def test_compiles_without_error_warning_or_overfull_box(name: str, neurons: int | None, style: str) -> None:
    done = compile_pdf(derived(name, neurons).tex(style))
    assert done.pdf.startswith(b"%PDF")
    assert done.complaints == ()


@needs_tex
def test_a_fragment_can_be_input() -> None:
    fragment = derived("ssl", None).tex("paper", fragment=True)
    assert r"\documentclass" not in fragment
    around = "\\documentclass{article}\n\\usepackage{amsmath,amssymb,booktabs}\n\\begin{document}\n\\input{part}\n\\end{document}\n"
    assert compile_pdf(around, {"part.tex": fragment.encode()}).pdf.startswith(b"%PDF")


@needs_tex
@pytest.mark.parametrize("name", ["ssl", "sl"])
def test_three_hidden_features_and_three_neurons_compile(name: str) -> None:
    found = derive(with_hidden_features(name, 3, 3))
    source = found.tex()
    assert max(len(line) for line in source.splitlines()) < 320
    assert compile_pdf(source).complaints == ()


@needs_tex
def test_complaints_are_seen() -> None:
    wide = "\\documentclass{article}\n\\begin{document}\n\\mbox{" + "wide " * 60 + "}\\ref{none}\n\\end{document}\n"
    found = compile_pdf(wide).complaints
    assert any(c.startswith("Overfull") for c in found)
    assert any("undefined" in c for c in found)
    with pytest.raises(DocumentError, match="Undefined control sequence"):
        compile_pdf("\\documentclass{article}\n\\begin{document}\n\\nonsense\n\\end{document}\n")


def test_complaints_of_a_log() -> None:
    log = "fine\nLaTeX Warning: Reference `a' undefined.\nUnderfull \\hbox (badness 10000) in paragraph\n! Error\n"
    assert len(complaints(log)) == 3


@pytest.mark.parametrize("style", STYLES)
def test_every_display_is_read_again(style: str) -> None:
    found = derived("sl", None)
    text = found.tex(style)
    read = found.reread(text)
    assert (read.equations, read.displays) == (len(found.derivation.equations), len(displays(text)))
    with pytest.raises(DisplayError):
        found.reread(text.replace(r"\sigma'(m_{c})", r"\sigma''(m_{c})", 1))


def test_markdown_and_notebook() -> None:
    found = derived("ssl", None)
    assert found.reread(found.markdown()).equations == len(found.derivation.equations)
    notebook = nbformat.reads(found.notebook(), as_version=4)
    nbformat.validate(notebook)
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    compile(code, "notebook", "exec")
    assert "sx.derive(objective)" in code
    assert json.loads(found.notebook())["nbformat"] == 4


def test_numbers_are_those_of_the_landscape_with_certain_digits() -> None:
    # The reference value a = 3.81620369..., truncated, never rounded.
    text = derived("ssl", None).tex()
    assert r"3.816203696\ldots" in text
    assert "exactly three stationary points" in text
    assert certified_numbers(build_objective("sl", neurons=3)).landscape is None


def test_digits() -> None:
    third = Enclosure.from_floats(0.333333, 0.333334)
    assert digits_latex(third, 5) == r"0.33333\ldots"
    assert digits_latex(Enclosure.exact(2), 5) == "2"
    wide = digits_latex(Enclosure.from_floats(-1.0, 2.0), 5)
    assert wide == "[-1, 2]"
    assert _word("-1.23…e-45") == r"-1.23\ldots\times 10^{-45}"
    assert _word("[1e-5,") == r"[1\times 10^{-5},"


def test_the_numerical_look_notices_a_false_equation() -> None:
    found = derived("ssl", None)
    assert cross_check(found.derivation, found.objective) > 20
    generator = random.Random(1)
    for equation in found.derivation.equations:
        if equation.condition is None and equation.bounded is None:
            wrong = Side(mul(number(2), equation.sides[0].body), Rule.CHAIN)
            false = type(equation)(equation.name, equation.left, (wrong,))
            with pytest.raises(DocumentError, match="numerically"):
                _equation(false, found.derivation, found.objective, generator)


def test_chosen_steps_only() -> None:
    found = derive(build_objective("ssl"), ["gradient"])
    assert found.numbers is None
    assert [s.key for s in found.derivation.sections] == ["gradient"]
    assert all_steps()[-1] == "numbers"


def test_prose_is_escaped_outside_its_mathematics() -> None:
    assert prose_tex("50% of $x_{1}$ & more") == r"50\% of $x_{1}$ \& more"
    assert escape_tex("ρ ≤ é 字") == r"\ensuremath{\rho} \ensuremath{\le} é [U+5B57]"
    assert escape_tex("a_b^c\\") == r"a\_b\textasciicircum{}c\textbackslash{}"
