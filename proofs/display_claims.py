"""How decided claims look: in a terminal, in a notebook, as LaTeX macros."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from rich.console import Group, RenderableType
from rich.text import Text

from numeric.enclosure import Enclosure
from proofs.display import COLOURS, verdict_text
from proofs.lemmas.claim import ClaimResult
from proofs.shown import html
from proofs.verdict import Verdict

__all__ = ["claim_html", "claims_table", "tex_macros"]

MOST_ZEROS = 12


def claims_table(results: Sequence[ClaimResult]) -> RenderableType:
    """One paragraph a claim, and the tally."""
    parts: list[RenderableType] = []
    for r in results:
        where = f"line {r.line}  " if r.line else ""
        parts.append(
            Text.assemble(verdict_text(r.verdict), (f"  {r.name}", "bold"), (f"  {where}{r.seconds:.2f} s", "dim"))
        )
        if r.reading:
            parts.append(Text(f"  read as: {r.reading}", style="cyan"))
        parts.append(Text(f"  {r.reason}"))
        if r.counterexample:
            parts.append(Text("  at " + ", ".join(f"{n} = {v}" for n, v in r.counterexample.items())))
        for box, status in (r.zeros or [])[:MOST_ZEROS]:
            parts.append(Text(f"  {status}: " + _box(box)))
        if r.zeros and len(r.zeros) > MOST_ZEROS:
            parts.append(Text(f"  and {len(r.zeros) - MOST_ZEROS} more (--json has all)"))
        parts += [Text("  open: " + _box(box), style="yellow") for box in r.undecided[:3]]
        parts += [Text(f"  {n} = {e.text()}") for n, e in r.values.items()]
        if r.certificate:
            parts.append(Text(f"  certificate: {r.certificate}", style="dim"))
    tally = {v: sum(1 for r in results if r.verdict is v) for v in Verdict}
    parts.append(Text(", ".join(f"{n} {v.value.lower()}" for v, n in tally.items() if n) or "no claims", style="bold"))
    return Group(*parts)


def _box(box: dict[str, Enclosure]) -> str:
    return ", ".join(f"{n} = {e.text(14)}" for n, e in box.items())


@html.register(ClaimResult)
def claim_html(result: ClaimResult) -> str:
    badge = f'<b style="color:{COLOURS[result.verdict]}">{result.verdict.value}</b>'
    lines = [f"{badge} {escape(result.name)}", f"<code>{escape(result.reading)}</code>", escape(result.reason)]
    if result.counterexample:
        lines.append("at " + escape(", ".join(f"{n} = {v}" for n, v in result.counterexample.items())))
    lines += [escape(_box(box)) for box, _ in (result.zeros or [])[:MOST_ZEROS]]
    return "<br>".join(lines)


def tex_macros(results: Sequence[ClaimResult]) -> str:
    r"""``\newcommand`` lines with the certified digits of every decided claim.

    Names are made of letters only: ``\SxName``, with the coordinate and the number of the zero as letters.
    """
    lines = ["% certified numbers; written by separatrix check"]
    taken: dict[str, int] = {}
    for r in results:
        base = _letters(r.name)
        taken[base] = taken.get(base, 0) + 1
        if taken[base] > 1:
            # Names that differ in other signs only are told apart by a letter.
            base += "X" + _ordinal(taken[base] - 1)
        lines.append(f"\\newcommand{{\\Sx{base}Verdict}}{{{r.verdict.value}}}")
        if r.verdict is not Verdict.PROVED:
            continue
        for number, (box, _) in enumerate(r.zeros or []):
            for name, value in box.items():
                lines.append(f"\\newcommand{{\\Sx{base}{_ordinal(number)}{_letters(name)}}}{{{_tex(value)}}}")
        for name, value in r.values.items():
            lines.append(f"\\newcommand{{\\Sx{base}{_letters(name)}}}{{{_tex(value)}}}")
    return "\n".join(lines) + "\n"


_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def _letters(text: str) -> str:
    """A macro name may hold letters only: words are capitalised, digits spelled out."""
    words = re.findall(r"[A-Za-z]+|[0-9]", text)
    spelled = [_DIGITS[int(w)] if w.isdigit() else w[:1].upper() + w[1:] for w in words]
    return "".join(spelled) or "Claim"


def _ordinal(number: int) -> str:
    """0 -> A, 25 -> Z, 26 -> BA."""
    text = ""
    while True:
        number, rest = divmod(number, 26)
        text = chr(ord("A") + rest) + text
        if number == 0:
            return text


def _tex(value: Enclosure) -> str:
    return value.text(12).replace("…", r"\ldots").replace("±", r"\pm ")
