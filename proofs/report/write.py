"""A report in a folder: certificates, pictures, pages, LaTeX and PDF."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from proofs.certificates import write_atomically
from proofs.documents.pdf import compile_pdf, has_engine
from proofs.figures import figures_of, render
from proofs.report.content import Picture, ReportContent, gather
from proofs.report.document import report_tex
from proofs.report.kernel import kernel_checks
from proofs.report.pages import pages
from proofs.report.status import lemma_states
from proofs.studies import StudyResult
from proofs.studies.certificates import write_study_certificates

__all__ = ["write_report"]


def write_report(
    result: StudyResult,
    folder: Path,
    *,
    certificates: Path | None = None,
    jobs: int = 1,
    formal: bool = False,
    fast: bool = False,
    started: Callable[[str], None] = lambda _: None,
) -> ReportContent:
    """Write every file of the report of a study that was run.

    ``certificates`` is a folder of certificates to be judged instead of fresh ones; with ``formal`` Coq's kernel
    checks what has a formal statement (``fast``: long searches in primitive floats).  Raises OSError for the files,
    DocumentError when the document does not compile, CoqMissing, ImportError without the extra ``report``.
    """
    own = folder / "certificates"
    own.mkdir(parents=True, exist_ok=True)
    _place(result, own, certificates)
    states = lemma_states(result, own, jobs=jobs, started=started)
    shutil.rmtree(folder / "formal", ignore_errors=True)
    kernel = kernel_checks(states, folder, fast=fast, label=started) if formal else {}
    started("pictures")
    content = gather(result, states, _pictures(result), kernel)
    for lemma in content.lemmas.values():
        for p in lemma.pictures:
            for kind, data in (("png", p.png), ("svg", p.svg), ("pdf", p.pdf)):
                write_atomically(folder / f"{p.figure.name}.{kind}", data)
    started("document")
    source = report_tex(content)
    write_atomically(folder / "report.tex", source)
    pdf = has_engine()
    if pdf:
        drawn = {f"{p.figure.name}.pdf": p.pdf for lemma in content.lemmas.values() for p in lemma.pictures}
        write_atomically(folder / "report.pdf", compile_pdf(source, drawn).pdf)
    else:
        (folder / "report.pdf").unlink(missing_ok=True)
    for name, text in pages(content, document=True, pdf=pdf).items():
        write_atomically(folder / name, text)
    return content


def _place(result: StudyResult, own: Path, given: Path | None) -> None:
    """The certificates of the study, and no others of its lemmas, in the report's own folder."""
    same = given is not None and given.resolve() == own.resolve()
    if not same:
        for r in result.lemmas:
            (own / f"{r.lemma.id}.json").unlink(missing_ok=True)
    if given is None:
        write_study_certificates(result, own)
    elif not same:
        for r in result.lemmas:
            if (given / f"{r.lemma.id}.json").is_file():
                shutil.copyfile(given / f"{r.lemma.id}.json", own / f"{r.lemma.id}.json")


def _pictures(result: StudyResult) -> dict[str, list[Picture]]:
    found: dict[str, list[Picture]] = {}
    for figure in figures_of(result.study.name):
        drawn = figure.draw(result)
        if drawn is not None:
            picture = Picture(figure, render(drawn, "png"), render(drawn, "svg"), render(drawn, "pdf"))
            found.setdefault(figure.lemma, []).append(picture)
    return found
