"""The report as one LaTeX document: numbered lemmas with proofs, numbers, certificates, pictures."""

from __future__ import annotations

from proofs.documents.tex import escape_tex, prose_tex
from proofs.report.content import Constant, LemmaContent, ReportContent

__all__ = ["report_tex"]

_HEAD = r"""\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=27mm]{geometry}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{booktabs,longtable,graphicx}
\newtheorem{lemma}{Lemma}
\setlength{\emergencystretch}{4em}
\renewcommand{\arraystretch}{1.1}
"""


def report_tex(content: ReportContent, *, pictures: bool = True) -> str:
    """The document; its pictures are the files NAME.pdf beside it."""
    study = content.result.study
    counts = ", ".join(f"{n} {state.value}" for state, n in content.counts.items())
    parts = [
        _HEAD,
        rf"\title{{{escape_tex(study.title)}}}" + "\n" + r"\author{}" + "\n" + r"\date{}" + "\n",
        r"\begin{document}" + "\n" + r"\maketitle" + "\n",
        rf"\noindent Verdict of the study: {content.result.verdict.value} ({counts}). Every verdict and every number "
        "below was computed in the run that wrote this document; certificates stand beside it.\n",
        r"\section{Lemmas}" + "\n",
        *(_lemma(key, lemma, content, pictures) for key, lemma in content.lemmas.items()),
        r"\section{Constants}" + "\n",
        "Digits in front of an ellipsis are certain; a bound is rounded to its safe side.\n",
        _long_table(content.constants, content),
        r"\end{document}" + "\n",
    ]
    return "".join(parts)


def _lemma(key: str, lemma: LemmaContent, content: ReportContent, pictures: bool) -> str:
    result = lemma.state.result
    uses = ", ".join(rf"\ref{{{_label(u)}}}" for u in result.lemma.uses)
    lines = [
        rf"\begin{{lemma}}[{escape_tex(result.lemma.title)}]\label{{{_label(key)}}}",
        prose_tex(lemma.statement),
        r"\end{lemma}",
        rf"\noindent\textit{{Hypotheses:}} {_text(result.lemma.hypotheses)}."
        + (rf" \textit{{Rests on:}} {_plural(result.lemma.uses)} {uses}." if uses else "")
        + rf" \textit{{State:}} {result.verdict.value}; {lemma.state.state.sentence}.",
        r"\begin{proof}",
        prose_tex(lemma.proof),
        r"\end{proof}",
    ]
    if result.outcome.notes:
        lines += [rf"\noindent\textit{{Note:}} {_text(note)}." for note in result.outcome.notes]
    if lemma.constants:
        lines += [r"\begin{center}\small", r"\begin{longtable}{ll}", r"\toprule"]
        lines += [rf"{_text(c.name)} & {_text(c.text)} \\" for c in lemma.constants]
        lines += [r"\bottomrule", r"\end{longtable}", r"\end{center}"]
    if lemma.command is not None:
        digest = lemma.state.digest or "unreadable"
        lines += [
            r"\noindent{\small\textit{Certificate:} SHA-256 \texttt{\footnotesize "
            + escape_tex(digest)
            + rf"}}\\ \textit{{Check:}} \texttt{{{escape_tex(lemma.command)}}}\par}}",
        ]
    if lemma.kernel is not None:
        lines.append(rf"\noindent{{\small\textit{{Coq:}} {_text(lemma.kernel.sentence)}.\par}}")
    if pictures:
        for p in lemma.pictures:
            lines += [
                r"\begin{center}",
                rf"\includegraphics[width=0.8\linewidth]{{{p.figure.name}.pdf}}\par",
                rf"{{\small {_text(p.figure.caption)}}}",
                r"\end{center}",
            ]
    return "\n".join(lines) + "\n\n"


def _plural(uses: tuple[str, ...]) -> str:
    return "Lemma" if len(uses) == 1 else "Lemmas"


def _label(key: str) -> str:
    return "lemma:" + "".join(c if c.isascii() and c.isalnum() else "-" for c in key)


def _text(plain: str) -> str:
    """Plain words with the few signs that they use."""
    signs = plain.rstrip(".").replace("<=", "≤").replace(">=", "≥")
    text = escape_tex(signs)
    return text.replace(r"\textasciicircum{}", r"\^{}")


def _long_table(constants: list[Constant], content: ReportContent) -> str:
    lines = [r"\begin{longtable}{lll}", r"\toprule", r"constant & certified & lemma \\ \midrule", r"\endhead"]
    for c in constants:
        lines.append(rf"{_text(c.name)} & {_text(c.text)} & \ref{{{_label(c.lemma)}}} \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{longtable}"]) + "\n"
