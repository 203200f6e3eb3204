"""A derivation as LaTeX, in three styles: ``align`` to paste, ``paper`` with prose, ``slides`` for a talk."""

from __future__ import annotations

import unicodedata
from itertools import groupby

from proofs.documents.numbers import Numbers, digits_latex
from symbolic.derivation.equation import Derivation, Equation, Section
from symbolic.derivation.formula import GREEK, Rule
from symbolic.derivation.latex import LatexPrinter
from symbolic.derivation.layout import rows, width
from symbolic.derivation.tree import Quantity
from symbolic.derivation.words import counted

__all__ = [
    "STYLES",
    "derivation_tex",
    "escape_tex",
    "leads_to",
    "number_sentence",
    "number_table",
    "prose_tex",
    "sentence_for",
]

STYLES = ("align", "paper", "slides")
# In points of text at 10 points: what fits beside an equation number.
MEASURES = {"align": 395.0, "paper": 395.0, "slides": 330.0}
ROWS_OF_A_FRAME = 7
_ARTICLE = r"""\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=27mm]{geometry}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{booktabs}
\allowdisplaybreaks
"""
_BEAMER = r"""\documentclass[10pt]{beamer}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage{amsmath,amssymb}
\usepackage{booktabs}
\setbeamertemplate{navigation symbols}{}
\setbeamertemplate{footline}[frame number]
"""
_ESCAPES = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "|": r"\textbar{}",
    "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip

_SIGNS = {
    "…": r"\ldots", "±": r"\pm", "≤": r"\le", "≥": r"\ge", "×": r"\times", "·": r"\cdot", "∞": r"\infty", "√": r"\surd",
    "→": r"\to", "≠": r"\ne", "∈": r"\in", "−": "-", "²": "^{2}", "³": "^{3}", "–": r"\text{--}", "—": r"\text{---}",
    "‖": r"\|", "∇": r"\nabla", "ℓ": r"\ell", "≈": r"\approx", "≡": r"\equiv", "∂": r"\partial", "∑": r"\sum",
}  # fmt: skip


def escape_tex(text: str) -> str:
    """Plain text for LaTeX; a sign that pdflatex does not know becomes its number, never an error."""
    return "".join(_ESCAPES.get(c) or (c if c.isascii() and c.isprintable() else _sign(c)) for c in text)


def _sign(c: str) -> str:
    if c.isspace():
        return " "
    if c in _SIGNS:
        return rf"\ensuremath{{{_SIGNS[c]}}}"
    name = unicodedata.name(c, "")
    if name.startswith("GREEK SMALL LETTER ") and name.rpartition(" ")[2].lower() in GREEK - {"omicron"}:
        return rf"\ensuremath{{\{name.rpartition(' ')[2].lower()}}}"
    # Letters of western languages, which the T1 encoding has.
    return c if "\xc0" <= c <= "\xff" else f"[U+{ord(c):04X}]"


def prose_tex(text: str) -> str:
    """Prose whose mathematics stands between dollar signs."""
    return "$".join(part if k % 2 else escape_tex(part) for k, part in enumerate(text.split("$")))


def derivation_tex(
    derivation: Derivation, numbers: Numbers | None, style: str = "paper", *, fragment: bool = False
) -> str:
    """The document; ``fragment`` leaves out everything up to ``\\begin{document}`` and the end."""
    if style == "slides":
        body = _slides(derivation, numbers)
        head = _BEAMER
    else:
        parts = [_section(s, derivation, style) for s in derivation.sections]
        if numbers is not None:
            parts += [
                r"\section{Numbers}" if style == "paper" else r"\subsection*{Numbers}",
                _numbers(derivation, numbers),
            ]
        body = "\n".join(parts)
        head = _ARTICLE
    if fragment:
        return f"% Needs amsmath, amssymb and booktabs{'; frames of beamer' if style == 'slides' else ''}.\n{body}"
    title = escape_tex(_title(derivation))
    opening = rf"\begin{{document}}" + "\n"  # noqa: F541
    if style == "slides":
        head += rf"\title{{{title}}}" + "\n" + r"\date{}" + "\n"
        opening += r"\begin{frame}" + "\n" + r"\titlepage" + "\n" + r"\end{frame}" + "\n"
    else:
        head += rf"\title{{{title}}}" + "\n" + r"\author{}" + "\n" + r"\date{}" + "\n"
        opening += r"\maketitle" + "\n" + _abstract(derivation)
    return f"{head}{opening}{body}\\end{{document}}\n"


def _title(derivation: Derivation) -> str:
    title = derivation.title
    return title[:1].upper() + title[1:]


def _abstract(derivation: Derivation) -> str:
    return (
        r"\noindent Every equation below was shown by exact algebra before it was printed "
        f"({derivation.checked} equalities), compared in ball arithmetic at random points, and read again from this "
        "text.\n\n"
    )


# -- sections ---------------------------------------------------------------------------------------------
def _section(section: Section, derivation: Derivation, style: str) -> str:
    lines = [rf"\section{{{section.title}}}" if style == "paper" else rf"\subsection*{{{section.title}}}"]
    lead = list(section.lead)
    if section.table:
        lines += [*_table(section.table)]
        lines += [prose_tex(line) for line in lead]
    elif lead and (style == "paper" or not section.equations):
        lines.append(("\n\n" if not section.equations else " ").join(prose_tex(line) for line in lead))
    for rule, group in groupby(section.equations, key=_reason):
        block = list(group)
        if style == "paper":
            sentence = sentence_for(rule, leading=leads_to(section, block[0]))
            if sentence:
                lines.append(sentence)
        lines += _display(block, derivation, style)
    lines += map(prose_tex, section.closing)
    return "\n".join(lines) + "\n"


def _reason(equation: Equation) -> tuple[Rule, ...]:
    return tuple(s.rule for s in equation.sides)


def leads_to(section: Section, equation: Equation) -> bool:
    """Whether the section's own words end in this equation."""
    first = equation is section.equations[0]
    return first and bool(section.lead) and section.lead[-1].endswith((",", ":", "through"))


def sentence_for(rules: tuple[Rule, ...], *, leading: bool = False) -> str:
    """The words before a display; ``leading`` when the section's own words lead to it already."""
    if leading or rules == (Rule.STATIONARITY,):
        own = Rule.OWN_VALUES in rules
        return (
            "and then with every derivative as a polynomial in the value of the activation," if own and leading else ""
        )
    words = {
        (Rule.DEFINITION,): "We write",
        (Rule.CHAIN,): "By the chain rule,",
        (Rule.CHAIN, Rule.OWN_VALUES): "By the chain rule, and because every derivative of the activation is a "
        "polynomial in its value,",
        (Rule.DEFINITION, Rule.EXPECTATION): "The loss is, first by definition and then with the expectation as the "
        "weighted sum over the classes,",
        (
            Rule.DEFINITION,
            Rule.LOGARITHM,
            Rule.EXPECTATION,
        ): "The loss is the cross-entropy; the logarithm of a "
        "sigmoid and of its complement is a softplus, and the expectation is the weighted sum over the classes:",
        (Rule.CONTRACTION,): "Multiplying the gradient by the unknowns and summing gives, at every point,",
        (Rule.EXTREMES,): "The derivatives of the activation are polynomials in its value, whose extreme values are",
        (Rule.TRIANGLE,): "By the triangle inequality, at every point,",
    }
    return words.get(rules, " ".join(r.sentence for r in rules))


def _display(block: list[Equation], derivation: Derivation, style: str) -> list[str]:
    printer = LatexPrinter.of(derivation.formula)
    measure = MEASURES[style]
    if all(_short(e, printer) for e in block) and len(block) > 1:
        return _beside(block, printer, measure)
    lines = []
    for equation in block:
        sides = rows(equation, printer, measure)
        flat = [line for side in sides for line in side]
        if style == "align":
            flat = _annotated(sides, equation)
        end = (r" \notag" if style == "paper" else "") + " \\\\*\n"
        # No page ends inside an equation.
        lines.append(end.join(flat))
    body = " \\\\\n".join(lines)
    environment = "align" if style == "paper" else "align*"
    return [rf"\begin{{{environment}}}", body, rf"\end{{{environment}}}"]


def _short(equation: Equation, printer: LatexPrinter) -> bool:
    flat = rows(equation, printer, 1000.0)
    return len(flat) == 1 and len(flat[0]) == 1 and width(flat[0][0]) < 95


def _beside(block: list[Equation], printer: LatexPrinter, measure: float) -> list[str]:
    """Several short equations in one row."""
    lines: list[list[str]] = [[]]
    for equation in block:
        text = rows(equation, printer, 1000.0)[0][0].replace(" &", " &", 1)
        if lines[-1] and sum(width(t) + 40 for t in [*lines[-1], text]) > measure:
            lines.append([])
        lines[-1].append(text)
    # One display for each row of equations keeps the columns of each row its own.
    found = []
    for line in lines:
        for text in line:
            found.append(text)
    displays = [rf"\[ {t.replace('&', '')} \]" for t in found]
    if len(block) <= 4 and sum(width(t) + 40 for t in found) <= measure:
        joined = r" ,\qquad ".join(t.replace("&", "") for t in found)
        return [rf"\[ {joined} \]"]
    return displays


def _annotated(sides: list[list[str]], equation: Equation) -> list[str]:
    """The rule of each side as a tag (amsmath moves a tag down where it does not fit)."""
    flat: list[str] = []
    for side, lines in zip(equation.sides, sides, strict=True):
        *front, last = lines
        flat += front
        flat.append(last if side.rule is Rule.DEFINITION else rf"{last} \tag*{{\footnotesize({side.rule})}}")
    return flat


def _table(table: tuple[tuple[str, ...], ...]) -> list[str]:
    head, *body = table
    columns = "c" * len(head)
    lines = [r"\begin{center}", rf"\begin{{tabular}}{{{columns}}}", r"\toprule"]
    lines.append(" & ".join(f"${cell}$" for cell in head) + r" \\ \midrule")
    lines += [" & ".join(f"${cell}$" for cell in row) + r" \\" for row in body]
    return [*lines, r"\bottomrule", r"\end{tabular}", r"\end{center}"]


# -- numbers -------------------------------------------------------------------------------------------------
def number_sentence(derivation: Derivation, numbers: Numbers) -> str:
    """What was proved about the stationary points, or why nothing was."""
    values = ", ".join(f"${_symbol(k)} = {v}$" for k, v in derivation.parameters.items())
    at = f"For {values}" if values else "For this loss"
    if numbers.landscape is None:
        return f"No number is given: {escape_tex(numbers.reason)}."
    count = len(numbers.landscape.points)
    if not numbers.proved:
        return (
            f"{at} the search isolated {count} stationary points but did not decide every box "
            f"({escape_tex(numbers.reason)}); there may be others."
        )
    there = "there is exactly" if count == 1 else "there are exactly"
    points = f"{there} {counted(count, 'stationary point')}"
    return f"{at} {points}: every box of the search was decided. Digits in front of an ellipsis are certain."


def _symbol(name: str) -> str:
    return LatexPrinter().print(Quantity(name))


def number_table(numbers: Numbers, digits: int) -> list[list[str]]:
    """Rows of LaTeX: kind, value, coordinates; the lowest value first."""
    landscape = numbers.landscape
    if landscape is None:
        return []
    names = [_symbol(v.name) for v in landscape.objective.variables]
    found = [["kind", "L", *names]]
    for p in sorted(landscape.points, key=lambda p: (p.value.middle, [-x.middle for x in p.box])):
        kind = p.kind if p.index in (0, None) or p.kind != "saddle" else f"saddle, index {p.index}"
        found.append([kind, digits_latex(p.value, digits), *(digits_latex(x, digits) for x in p.box)])
    return found


def _numbers(derivation: Derivation, numbers: Numbers, *, minima: bool = False) -> str:
    lines = [number_sentence(derivation, numbers)]
    unknowns = len(numbers.landscape.objective.variables) if numbers.landscape else 0
    wide = unknowns > 4
    table = number_table(numbers, 6 if wide else 7 if unknowns > 2 else 10)
    if wide and minima:
        table = [row for row in table if row[0] in ("kind", "minimum")]
        lines.append("The minima are:")
    if table:
        head, *body = table
        lines += [r"\begin{center}", *([r"\footnotesize", r"\setlength{\tabcolsep}{3pt}"] if wide else [])]
        lines += [rf"\begin{{tabular}}{{l{'l' * (len(head) - 1)}}}", r"\toprule"]
        lines.append(" & ".join([head[0], *(f"${c}$" for c in head[1:])]) + r" \\ \midrule")
        lines += [" & ".join([row[0], *(f"${c}$" for c in row[1:])]) + r" \\" for row in body]
        lines += [r"\bottomrule", r"\end{tabular}", r"\end{center}"]
    return "\n".join(lines) + "\n"


# -- slides --------------------------------------------------------------------------------------------------------
def _slides(derivation: Derivation, numbers: Numbers | None) -> str:
    frames: list[str] = []
    for section in derivation.sections:
        if section.lead and section.table:
            content = ["{\\footnotesize", *_table(section.table), *map(prose_tex, section.lead), "\\par}"]
            frames.append(_frame(section.title, content))
        elif section.lead and not section.equations:
            frames.append(_frame(section.title, ["\n\n".join(map(prose_tex, section.lead))]))
        for block in _frames(section, derivation):
            rule = sentence_for(_reason(block[0]))
            frames.append(
                _frame(section.title, [f"{{\\small {rule}\\par}}" if rule else "", *_small(block, derivation)])
            )
        if section.closing:
            frames.append(_frame(section.title, [prose_tex(c) for c in section.closing]))
    if numbers is not None:
        frames.append(_frame("Numbers", _slide_numbers(derivation, numbers)))
    return "\n".join(frames)


def _slide_numbers(derivation: Derivation, numbers: Numbers) -> list[str]:
    text = _numbers(derivation, numbers, minima=True)
    text = text.replace(r"\begin{tabular}", r"\resizebox{\linewidth}{!}{\begin{tabular}")
    text = text.replace(r"\end{tabular}", r"\end{tabular}}")
    return [text]


def _frame(title: str, content: list[str]) -> str:
    return "\n".join([r"\begin{frame}", rf"\frametitle{{{title}}}", *(c for c in content if c), r"\end{frame}"])


def _small(block: list[Equation], derivation: Derivation) -> list[str]:
    return [r"{\footnotesize", *_display(block, derivation, "slides"), r"\par}"]


def _frames(section: Section, derivation: Derivation) -> list[list[Equation]]:
    """Equations of one rule, as many as fit on a frame."""
    printer = LatexPrinter.of(derivation.formula)
    frames: list[list[Equation]] = []
    used = 0
    for equation in section.equations:
        height = sum(len(side) for side in rows(equation, printer, MEASURES["slides"]))
        same = bool(frames) and _reason(frames[-1][0]) == _reason(equation)
        if same and used + height <= ROWS_OF_A_FRAME:
            frames[-1].append(equation)
            used += height
        else:
            frames.append([equation])
            used = height
    return frames
