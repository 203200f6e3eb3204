"""Every lemma file in the guide is decided as the guide says: PROVED unless its first comment is another verdict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proofs.certificates import write_certificate
from proofs.checks import recheck
from proofs.display_claims import tex_macros
from proofs.lemmas import Effort, decide_all, read_file, read_text, understand
from proofs.lemmas.run import KINDS

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "check.md"
TEXT = GUIDE.read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"# (PROVED|REFUTED|UNDECIDED)\n")
LINKS = re.compile(r"\]\(([^)#]+)\)")


def blocks(language: str) -> list[str]:
    return [body for name, body in FENCE.findall(TEXT) if name == language]


LEMMAS = blocks("toml")


@pytest.mark.parametrize("block", LEMMAS, ids=[re.findall(r'name = "(.*)"', b)[0] for b in LEMMAS])
def test_lemma_file_is_decided_as_the_guide_says(block: str, tmp_path: Path) -> None:
    first = EXPECTED.match(block)
    expected = first.group(1) if first else "PROVED"
    for result in decide_all(understand(read_text(block)), Effort(seconds=60)):
        assert result.verdict.value == expected, (result.name, result.reason)
        if expected != "UNDECIDED":
            path = tmp_path / "certificate.json"
            write_certificate(path, result.evidence, claim=result.name)
            assert recheck(path).valid


def test_every_kind_has_an_example() -> None:
    shown = {source.kind for block in LEMMAS for source in read_text(block)}
    assert shown == set(KINDS)


def test_annotated_lemma_is_proved(tmp_path: Path) -> None:
    (annotated,) = [block for block in blocks("latex") if "%! separatrix" in block]
    paper = tmp_path / "paper.tex"
    paper.write_text(annotated, encoding="utf-8")
    (result,) = decide_all(understand(read_file(paper)), Effort(seconds=60))
    assert result.verdict.value == "PROVED"
    assert result.line == 4


def test_macros_are_those_that_are_written() -> None:
    (macros,) = [block for block in blocks("latex") if r"\newcommand" in block]
    claim = 'name = "two roots"\nkind = "zeros"\nvariables = { x = ["-2", "2"] }\nequations = ["x^2 = 2"]\ncount = 2\n'
    results = decide_all(understand(read_text("[[claim]]\n" + claim)), Effort(seconds=60))
    assert tex_macros(results).partition("\n")[2] == macros


def test_workflow_calls_the_command_with_options_it_has() -> None:
    (workflow,) = blocks("yaml")
    assert "run: pip install separatrix\n" in workflow
    assert "separatrix check paper.tex --certificates certificates --json verdicts.json" in workflow
    assert "\t" not in workflow


def test_links_of_the_guide_lead_somewhere() -> None:
    assert all((GUIDE.parent / target).exists() for target in LINKS.findall(TEXT))
