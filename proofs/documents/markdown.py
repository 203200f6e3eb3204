"""A derivation as Markdown with mathematics between dollar signs, and as a notebook."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from proofs.documents.numbers import Numbers
from proofs.documents.tex import number_sentence, number_table, sentence_for
from symbolic.derivation.equation import Derivation, Equation, Section
from symbolic.derivation.latex import LatexPrinter
from symbolic.derivation.layout import rows
from symbolic.objectives import Objective

__all__ = ["derivation_markdown", "derivation_notebook"]

MEASURE = 430.0


def derivation_markdown(derivation: Derivation, numbers: Numbers | None) -> str:
    """The whole derivation; tables in the pipe form."""
    return "\n\n".join(_cells(derivation, numbers)) + "\n"


def _cells(derivation: Derivation, numbers: Numbers | None) -> list[str]:
    head = (
        f"# {derivation.title[:1].upper()}{derivation.title[1:]}\n\nEvery equation below was shown by exact algebra "
        f"before it was printed ({derivation.checked} equalities), compared in ball arithmetic at random points, and "
        "read again from this text."
    )
    cells = [head, *(_section(s, derivation) for s in derivation.sections)]
    if numbers is not None:
        table = number_table(numbers, 10)
        lines = ["## Numbers", number_sentence(derivation, numbers)]
        if table:
            lines.append(_pipes([[row[0], *(f"${c}$" for c in row[1:])] for row in table]))
        cells.append("\n\n".join(lines))
    return cells


def _section(section: Section, derivation: Derivation) -> str:
    parts = [f"## {section.title}"]
    if section.table:
        parts.append(_pipes([[f"${c}$" for c in row] for row in section.table]))
    parts += section.lead
    for rules, group in groupby(section.equations, key=lambda e: tuple(s.rule for s in e.sides)):
        block = list(group)
        leading = (
            block[0] is section.equations[0] and bool(section.lead) and section.lead[-1].endswith((",", ":", "through"))
        )
        sentence = sentence_for(rules, leading=leading)
        if sentence:
            parts.append(sentence)
        parts += [_display(e, derivation) for e in block]
    return "\n\n".join([*parts, *section.closing])


def _display(equation: Equation, derivation: Derivation) -> str:
    lines = [line for side in rows(equation, LatexPrinter.of(derivation.formula), MEASURE) for line in side]
    body = " \\\\\n".join(lines)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def _pipes(table: list[list[str]]) -> str:
    head, *body = table
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\vert ") for cell in row) + " |" for row in lines)


def derivation_notebook(derivation: Derivation, numbers: Numbers | None, objective: Objective) -> str:
    """The derivation as a notebook whose code cells derive it again and prove the numbers again."""
    settings = ", ".join(f'"{k}": sp.Rational("{v}")' for k, v in derivation.parameters.items())
    build = (
        "import sympy as sp\n\nimport separatrix as sx\n\n"
        f"objective = sx.build_objective({objective.name!r}, neurons={objective.neurons}, values={{{settings}}})\n"
        "derivation = sx.derive(objective)\n"
        'print(derivation.checked, "equalities shown by exact algebra")'
    )
    cells = _cells(derivation, numbers)
    notebook: list[dict[str, Any]] = [_markdown(0, cells[0]), _code(1, build)]
    notebook += [_markdown(k, c) for k, c in enumerate(cells[1:], 2)]
    if numbers is not None and numbers.landscape is not None:
        notebook.append(_code(len(notebook), "sx.prove_landscape(objective)"))
    document = {
        "cells": notebook,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _markdown(number: int, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(number: int, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "execution_count": None, "id": f"cell-{number}", "metadata": {}, "outputs": [],
        "source": text.splitlines(keepends=True),
    }  # fmt: skip
