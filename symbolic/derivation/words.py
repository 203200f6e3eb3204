"""The words around the formulas: what is given, what runs over what, which symmetries there are.

Prose carries its mathematics between dollar signs; symmetries are checked by exact algebra before they are told.
"""

from __future__ import annotations

import sympy as sp

from symbolic.derivation.concrete import from_expression
from symbolic.derivation.formula import INDEX_NAMES, Family, Formula
from symbolic.derivation.instance import Instance
from symbolic.derivation.latex import LatexPrinter, number_latex
from symbolic.derivation.tree import Index, Label, Quantity
from symbolic.objectives.base import Objective
from symbolic.symmetry import SignedPermutation, is_symmetry

__all__ = ["counted", "objective_lead", "objective_table", "parameter_lines", "symmetry_lines"]

_PLURAL = {"class": "classes", "neuron": "neurons", "feature": "features"}
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def counted(n: int, over: str) -> str:
    word = _WORDS[n] if n < len(_WORDS) else str(n)
    return f"{word} {over if n == 1 else _PLURAL.get(over, over + 's')}"


def objective_lead(objective: Objective, formula: Formula) -> tuple[str, ...]:
    if not formula.data.atoms:
        printer = LatexPrinter.of(formula)
        each = (
            f"${printer.print(Quantity(f.name))}$" + (f" for {f.meaning}" if f.meaning else "")
            for f in formula.families
        )
        return (f"The unknowns are {', '.join(each)}.", *parameter_lines(objective, formula))
    sizes = {**formula.sizes, "class": len(formula.data.atoms)}
    runs = []
    for over in ("class", "neuron", "feature"):
        used = over == "class" or any(over in f.over for f in formula.families)
        if used:
            names = ",".join(INDEX_NAMES[over][: 1 if over == "class" else 3])
            runs.append(f"${names}$ over the {counted(sizes[over], over)}")
    indices = "Indices: " + "; ".join(runs) + "."
    labelled = any(name in _used_names(formula) for name in ("t", "y"))
    given = "Class $c$ has weight $p_{c}$ and coordinates $x_{ck}$ on the features"
    given += ", label $t_{c}$ and sign $y_{c} = 1 - 2 t_{c}$." if labelled else "."
    unknowns = [f"{'and ' if k else ''}the {f.meaning} {_unknowns(f, formula)}" for k, f in enumerate(formula.families)]
    return (f"{given} {indices} The unknowns are {' '.join(unknowns)}.", *parameter_lines(objective, formula))


def parameter_lines(objective: Objective, formula: Formula) -> tuple[str, ...]:
    printer = LatexPrinter.of(formula)
    parts = []
    for p in objective.parameters:
        parts.append(f"${printer.print(Quantity(p.symbol.name))}$" + (f" ({p.meaning})" if p.meaning else ""))
    return (f"Parameters: {', '.join(parts)}.",) if parts else ()


def _used_names(formula: Formula) -> set[str]:
    found: set[str] = set()
    queue = [*(s.body for s in formula.stages), *(d.body for d in formula.definitions)]
    while queue:
        node = queue.pop()
        if isinstance(node, Quantity):
            found.add(node.name)
        queue += node.children()
    return found


def _unknowns(family: Family, formula: Formula) -> str:
    """The family's letter, and the names of its members where they are called otherwise."""
    printer = LatexPrinter.of(formula)
    general = Quantity(family.name, tuple(Index(o, INDEX_NAMES[o][0]) for o in family.over))
    text = f"${printer.print(general)}$"
    columns: list[str] = []
    sizes = [formula.sizes[o] for o in family.over]
    if family.over and family.over[-1] == "feature":
        rows = len(family.symbols) // sizes[-1]
        for k in range(sizes[-1]):
            names = [family.symbols[j * sizes[-1] + k].name for j in range(rows)]
            common = _stem(names) if rows > 1 else None
            labels: tuple[Label, ...] = (*general.indices[:-1], k)
            left = printer.print(Quantity(family.name, labels))
            if rows == 1:
                columns.append(f"${left} = {printer.print(Quantity(names[0]))}$")
            elif common:
                columns.append(f"${left} = {printer.print(Quantity(common, general.indices[:-1]))}$")
    own = [printer.print(Quantity(s.name)) for s in family.symbols]
    indexed = [printer.print(Quantity(family.name, (k,))) for k in range(len(own))]
    if not family.over or own == indexed or not columns:
        return text
    return f"{text} ({', '.join(columns)})"


def _stem(names: list[str]) -> str | None:
    """a for a1, a2, ...; None when the names are not of that form."""
    if not all(n.endswith(str(j + 1)) for j, n in enumerate(names)):
        return None
    stems = {n.removesuffix(str(j + 1)) for j, n in enumerate(names)}
    return stems.pop() if len(stems) == 1 and stems != {""} else None


def objective_table(objective: Objective, formula: Formula, actual: Instance) -> tuple[tuple[str, ...], ...]:
    """The class table as LaTeX cells, its head first; nothing for a loss that is written without one."""
    if not formula.data.atoms:
        return ()
    printer = LatexPrinter.of(formula)
    used = _used_names(formula)
    width = formula.sizes["feature"]
    columns = [("p", ()), *(("x", (k,)) for k in range(width))]
    columns += [(name, ()) for name in ("t", "y") if name in used]
    if formula.sizes["neuron"] == 1 and formula.definition("z") is not None and width <= 2:
        columns.append(("z", ()))
    head = ["c", *(_table_head(name, rest) for name, rest in columns)]
    rows = [tuple(head)]
    atoms = range(len(formula.data.atoms))
    for a in atoms:
        cells = [str(a + 1)]
        for name, rest in columns:
            value = actual.quantity(name, (a, *rest))
            sign = "-" if value.is_number and value.could_extract_minus_sign() else ""
            plain = _cell(value, printer, objective)
            cells.append(sign + plain)
        rows.append(tuple(cells))
    return tuple(rows)


def _cell(value: sp.Expr, printer: LatexPrinter, objective: Objective) -> str:
    """Rational numbers on one line, p/q; everything else as in a formula."""
    if value.is_Rational:
        return str(abs(value))
    if value.is_number:
        return number_latex(abs(value))
    return printer.print(from_expression(value, objective.variables))


def _table_head(name: str, rest: tuple[int, ...]) -> str:
    return f"{name}_{{c{',' + str(rest[0] + 1) if rest else ''}}}"


def symmetry_lines(objective: Objective, formula: Formula) -> tuple[str, ...]:
    """One line for each symmetry that exact algebra shows; the others are not told."""
    printer = LatexPrinter.of(formula)
    lines = []
    for g in objective.symmetries:
        if not is_symmetry(objective.loss, objective.variables, g):
            continue
        moved = _moves(objective, g, printer)
        lines.append(f"The loss does not change under {moved}.")
    return tuple(lines)


def _moves(objective: Objective, g: SignedPermutation, printer: LatexPrinter) -> str:
    names = [printer.print(Quantity(v.name)) for v in objective.variables]
    moves = [
        f"{names[i]} \\mapsto {'-' if s < 0 else ''}{names[source]}"
        for i, (source, s) in enumerate(zip(g.source, g.signs, strict=True))
        if source != i or s < 0
    ]
    if len(moves) > 6 and g.name:
        return f"the {g.name}"
    return ", ".join(f"${m}$" for m in moves)
