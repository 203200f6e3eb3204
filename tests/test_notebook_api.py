"""``separatrix.check`` and the ``%%lemma`` magic: verdicts as objects that display themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import separatrix as sx

TEXT = """
[[claim]]
name = "slope of the sigmoid"
kind = "inequality"
variables = { z = ["-20", "20"] }
statement = "sigmoid(z)*(1 - sigmoid(z)) <= 1/4"

[[claim]]
name = "too <steep>"
kind = "inequality"
variables = { z = ["-20", "20"] }
statement = "sigmoid(z)*(1 - sigmoid(z)) <= 0.24"
"""


class Shell:
    """What ``%load_ext`` needs of IPython's shell."""

    def __init__(self) -> None:
        self.magics: dict[tuple[str, str], Callable[..., Any]] = {}

    def register_magic_function(self, function: Callable[..., Any], magic_kind: str, magic_name: str) -> None:
        self.magics[magic_kind, magic_name] = function


@pytest.fixture(scope="module")
def checked() -> sx.Checked:
    return sx.check(TEXT)


def test_results_keep_the_order_of_the_file(checked: sx.Checked) -> None:
    assert len(checked) == 2
    assert [r.verdict.value for r in checked] == ["PROVED", "REFUTED"]
    assert checked.verdict is sx.Verdict.REFUTED


def test_results_by_position_and_by_name(checked: sx.Checked) -> None:
    assert checked[0] is checked["slope of the sigmoid"]
    assert checked[-1] is checked["too <steep>"]
    with pytest.raises(KeyError):
        checked["no such claim"]
    with pytest.raises(IndexError):
        checked[2]


def test_counterexample_is_a_fraction(checked: sx.Checked) -> None:
    point = checked[1].counterexample
    assert point is not None
    # sigmoid (1 - sigmoid) > 0.24 means |z| < log(3/2) < 0.406
    assert abs(point["z"]) * 1000 < 406


@pytest.mark.parametrize("as_path", [Path, str], ids=["path", "string"])
def test_files_are_read_by_path(checked: sx.Checked, tmp_path: Path, as_path: Callable[[Path], Path | str]) -> None:
    file = tmp_path / "lemmas.toml"
    file.write_text(TEXT, encoding="utf-8")
    again = sx.check(as_path(file))
    assert [(r.name, r.verdict) for r in again] == [(r.name, r.verdict) for r in checked]


def test_papers_are_read_by_path(tmp_path: Path) -> None:
    file = tmp_path / "paper.tex"
    lines = ["\\begin{document}", *(f"%! separatrix {line}" for line in TEXT.splitlines()), "\\end{document}"]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert [r.line for r in sx.check(file)] == [3, 9]


def test_effort_is_a_limit() -> None:
    hard = """
[[claim]]
name = "long"
kind = "zeros"
variables = { x = ["-50", "50"], y = ["-50", "50"] }
equations = ["sin(x*y) + cos(3*y) - x/9", "sin(3*x) + cos(x*y) - y/9"]
"""
    (result,) = sx.check(hard, effort=sx.Effort(boxes=200))
    assert result.verdict is sx.Verdict.UNDECIDED
    assert result.undecided


def test_html_shows_the_verdict_and_escapes_the_text(checked: sx.Checked) -> None:
    html = checked._repr_html_()
    assert "PROVED" in html
    assert "REFUTED" in html
    assert "too &lt;steep&gt;" in html
    assert "<steep>" not in html
    assert "sigmoid(z)*(1 - sigmoid(z)) &lt;= 1/4" in checked[0]._repr_html_()


@pytest.mark.parametrize("claims", ["[[claim]]\nname = x\n", TEXT.replace("1/4", "q")], ids=["no TOML", "unknown name"])
def test_what_cannot_be_read_is_one_clear_line(claims: str) -> None:
    with pytest.raises(sx.ClaimError) as error:
        sx.check(claims)
    assert "\n" not in str(error.value)


def test_missing_file_is_a_claim_error() -> None:
    with pytest.raises(sx.ClaimError, match="no-such-file"):
        sx.check("no-such-file.toml")


def test_magic_reads_a_lemma_file_and_a_single_claim() -> None:
    shell = Shell()
    sx.load_ipython_extension(shell)
    lemma = shell.magics["cell", "lemma"]
    assert [r.name for r in lemma("", TEXT)] == ["slope of the sigmoid", "too <steep>"]
    single = lemma("", TEXT.split("[[claim]]")[1])
    assert [r.verdict.value for r in single] == ["PROVED"]


def test_names_of_the_interface_are_exported() -> None:
    assert {"check", "Checked", "ClaimError", "ClaimResult", "Effort", "load_ipython_extension"} <= set(sx.__all__)
    assert sx.check.__doc__
