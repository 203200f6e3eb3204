"""The web pages of a report: static files that open from disk, without network and without scripts."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from proofs.report.content import ReportContent
from proofs.report.mathematics import prose_html
from proofs.report.status import State
from proofs.report.svg import graph_svg, page_name

__all__ = ["pages"]

STATIC = ("report.css", "report.js")


def pages(content: ReportContent, *, document: bool, pdf: bool) -> dict[str, str]:
    """File name to text.  ``document`` and ``pdf`` say which files stand beside the pages.

    Raises ImportError when the extra ``report`` is not installed.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("proofs.report", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["mathematics"] = prose_html
    environment.globals["page_name"] = page_name
    shared: dict[str, Any] = {
        "study": content.result.study,
        "verdict": content.result.verdict.value,
        "lemmas": content.lemmas,
        "counts": content.counts,
        "states": list(State),
        "document": document,
        "pdf": pdf,
    }
    found = {
        "index.html": environment.get_template("index.html").render(
            **shared, graph=graph_svg(content.states), title=content.result.study.title
        ),
        "constants.html": environment.get_template("constants.html").render(
            **shared, constants=content.constants, title="Constants"
        ),
    }
    for key, lemma in content.lemmas.items():
        only = {key, *lemma.ancestors}
        found[page_name(key)] = environment.get_template("lemma.html").render(
            **shared, lemma=lemma, key=key, graph=graph_svg(content.states, only, here=key),
            title=f"{key} {lemma.state.result.lemma.title}",
        )  # fmt: skip
    folder = files("proofs.report") / "static"
    for name in STATIC:
        found[name] = (folder / name).read_text(encoding="utf-8")
    return found
