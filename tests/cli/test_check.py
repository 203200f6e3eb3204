"""``separatrix check``: fields, exit codes, messages, budgets, macros and annotations in LaTeX."""

from __future__ import annotations

import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proofs.cli import main

TRUE = """
[[claim]]
name = "slope of the sigmoid"
kind = "inequality"
variables = { z = ["-20", "20"] }
statement = "sigmoid(z)*(1 - sigmoid(z)) <= 1/4"
"""
FALSE = """
[[claim]]
name = "too steep"
kind = "inequality"
variables = { z = ["-20", "20"] }
statement = "sigmoid(z)*(1 - sigmoid(z)) <= 0.24"
"""
# A double zero: nothing that needs an inverse can isolate it.
OPEN = """
[[claim]]
name = "double zero"
kind = "zeros"
variables = { x = ["-1", "2"] }
equations = ["(x - 1/3)^2*(x^2 + 1) + (sin(x) - sin(x))"]
count = 1
"""
ZEROS = """
[[claim]]
name = "circle and diagonal"
kind = "zeros"
variables = { x = ["-2", "2"], y = ["-2", "2"] }
equations = ["x^2 + y^2 = 1", "x = y"]
count = 2
"""


class Run:
    """Write files into a folder and call the command there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)

    def write(self, text: str, name: str = "lemmas.toml") -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.monkeypatch.setattr(sys, "argv", ["separatrix", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = self.capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, out, err

    def check(self, text: str, *options: str) -> tuple[int, list[dict[str, Any]]]:
        code, out, err = self("check", self.write(text), "--jobs", "1", "--json", "-", *options)
        assert err == ""
        return code, json.loads(out)["claims"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(tmp_path, monkeypatch, capsys)


# -- exit codes and fields -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "verdicts"),
    [
        (TRUE, 0, ["PROVED"]),
        (FALSE, 1, ["REFUTED"]),
        (OPEN, 3, ["UNDECIDED"]),
        (TRUE + FALSE + OPEN, 1, ["PROVED", "REFUTED", "UNDECIDED"]),
        (OPEN + TRUE, 3, ["UNDECIDED", "PROVED"]),
    ],
    ids=["proved", "refuted", "undecided", "refuted wins", "undecided before proved"],
)
def test_exit_code_tells_the_worst_verdict(run: Run, text: str, code: int, verdicts: list[str]) -> None:
    found, claims = run.check(text)
    assert (found, [c["verdict"] for c in claims]) == (code, verdicts)


def test_proved_inequality_has_no_fields_that_do_not_apply(run: Run) -> None:
    _, (claim,) = run.check(TRUE)
    assert {"name", "kind", "verdict", "reason", "seconds", "certificate"} <= set(claim)
    assert not {"zeros", "undecided", "counterexample"} & set(claim)
    assert claim["name"] == "slope of the sigmoid"
    assert claim["kind"] == "inequality"
    assert claim["certificate"] is None
    assert claim["seconds"] >= 0


def test_counterexample_is_exact_and_in_the_box(run: Run) -> None:
    _, (claim,) = run.check(FALSE)
    z = Fraction(claim["counterexample"]["z"])
    assert -20 <= z <= 20
    # sigmoid (1 - sigmoid) > 0.24 means |z| < log(3/2) = 0.405...
    assert abs(z) < Fraction(406, 1000)


def test_zeros_are_enclosed_outward_by_strings(run: Run) -> None:
    code, (claim,) = run.check(ZEROS)
    assert code == 0
    assert [z["status"] for z in claim["zeros"]] == ["unique", "unique"]
    # x = y = -1/sqrt(2) and 1/sqrt(2): the square of an end lies on the right side of 1/2.
    for zero, sign in zip(claim["zeros"], (-1, 1), strict=True):
        for lo, hi in (map(Fraction, zero["box"][v]) for v in "xy"):
            near, far = sorted((lo * sign, hi * sign))
            assert 0 < near**2 <= Fraction(1, 2) <= far**2
            assert hi - lo < Fraction(1, 10**9)


def test_wrong_count_names_both_numbers(run: Run) -> None:
    code, (claim,) = run.check(ZEROS.replace("count = 2", "count = 3"))
    assert code == 1
    assert "2" in claim["reason"]
    assert "3" in claim["reason"]
    assert len(claim["zeros"]) == 2


def test_undecided_zeros_say_where_and_why(run: Run) -> None:
    _, (claim,) = run.check(OPEN)
    lo, hi = map(Fraction, claim["undecided"][0]["x"])
    assert lo <= Fraction(1, 3) <= hi
    assert "singular" in claim["reason"]


def test_json_file_and_table_together(run: Run) -> None:
    code, out, _ = run("check", run.write(TRUE), "--json", "result.json")
    assert code == 0
    assert "PROVED" in out
    assert json.loads((run.folder / "result.json").read_text(encoding="utf-8"))["claims"][0]["verdict"] == "PROVED"


def test_several_files_keep_their_order_and_may_share_names(run: Run) -> None:
    first, second = run.write(FALSE, "a.toml"), run.write(TRUE + FALSE, "b.toml")
    code, out, _ = run("check", first, second, "--json", "-")
    assert code == 1
    names = [c["name"] for c in json.loads(out)["claims"]]
    assert names == ["too steep", "slope of the sigmoid", "too steep"]


def test_one_bad_file_stops_before_anything_is_decided(run: Run) -> None:
    code, out, err = run("check", run.write(TRUE, "a.toml"), run.write("nonsense", "b.toml"))
    assert (code, out) == (2, "")
    assert "b.toml" in err


# -- let, given, LaTeX -----------------------------------------------------------------------------------------


def test_let_is_shared_and_a_claim_may_add_its_own(run: Run) -> None:
    text = """
[let]
s = "sigmoid(z)"

[[claim]]
name = "shared"
kind = "inequality"
variables = { z = ["-20", "20"] }
statement = "s*(1 - s) <= 1/4"

[[claim]]
name = "own"
kind = "inequality"
variables = { z = ["-20", "20"] }
let = { t = "s*(1 - s)" }
statement = "t*t <= 1/16"
"""
    code, claims = run.check(text)
    assert code == 0, claims


def test_given_is_reported_and_must_be_proved(run: Run) -> None:
    more = TRUE.replace("slope of the sigmoid", "second") + 'given = ["HYPOTHESIS"]\n'
    code, claims = run.check(TRUE + more.replace("HYPOTHESIS", "slope of the sigmoid"))
    assert code == 0
    assert claims[1]["given"] == ["slope of the sigmoid"]
    code, claims = run.check(FALSE + more.replace("HYPOTHESIS", "too steep"))
    assert code == 1
    assert claims[1]["verdict"] == "UNDECIDED"
    assert "too steep" in claims[1]["reason"]


def test_latex_statement_is_echoed_as_it_was_read(run: Run) -> None:
    text = TRUE.replace(
        'statement = "sigmoid(z)*(1 - sigmoid(z)) <= 1/4"',
        r"statement_latex = '''\sigma(z)(1-\sigma(z)) \le \frac14'''",
    )
    code, (claim,) = run.check(text)
    assert code == 0
    assert claim["reading"] == "sigmoid(z)*(1 - sigmoid(z)) <= 1/4"
    _, out, _ = run("check", run.write(text))
    assert "read as: sigmoid(z)*(1 - sigmoid(z)) <= 1/4" in out


# -- messages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "line", "column", "words"),
    [
        # TRUE begins with an empty line: the statement is on line 6, its text begins in column 14, q 31 further.
        (("<= 1/4", "<= q"), 6, 45, ["unknown name", "q"]),
        (("<= 1/4", ""), 6, None, ["statement"]),
        (('"inequality"', '"inequalty"'), 4, None, ["unknown kind", "inequality"]),
        (('["-20", "20"]', '["20", "-20"]'), 5, None, ["variables", "reversed"]),
        (('["-20", "20"]', "[-0.5, 0.5]"), 5, None, ["variables", "exact"]),
        (("statement =", "statment ="), 6, 13, ["unknown key", "statement"]),
    ],
    ids=["unknown name", "no relation", "kind", "reversed", "floats", "misspelt key"],
)
def test_message_names_file_claim_line_and_column(
    run: Run, change: tuple[str, str], line: int | None, column: int | None, words: list[str]
) -> None:
    assert change[0] in TRUE
    code, out, err = run("check", run.write(TRUE.replace(*change)))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert "slope of the sigmoid" in err
    place = re.search(r"lemmas\.toml:(\d+)(?::(\d+))?", err)
    assert place, err
    if line is not None:
        assert int(place.group(1)) == line
    if column is not None:
        assert int(place.group(2)) == column
    assert all(word in err for word in words), err


def test_broken_toml_names_the_file_and_the_place(run: Run) -> None:
    code, _, err = run("check", run.write("[[claim]]\nname = x\n"))
    assert code == 2
    assert "lemmas.toml" in err
    assert "line 2" in err


def test_duplicate_names_are_refused(run: Run) -> None:
    code, _, err = run("check", run.write(TRUE + TRUE))
    assert code == 2
    assert "twice" in err


def test_no_file_is_a_usage_error(run: Run) -> None:
    code, _, err = run("check")
    assert code == 2
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "option", [("--time", "0"), ("--time", "inf"), ("--time", "nan"), ("--boxes", "0"), ("--jobs", "0")]
)
def test_impossible_budgets_are_refused(run: Run, option: tuple[str, str]) -> None:
    code, out, err = run("check", run.write(TRUE), *option)
    assert (code, out) == (2, "")
    assert option[0] in err


def test_unwritable_places_are_refused_before_the_work(run: Run) -> None:
    code, out, err = run("check", run.write(TRUE), "--json", "nowhere/result.json")
    assert (code, out) == (2, "")
    assert "nowhere" in err


# -- budgets ---------------------------------------------------------------------------------------------------

# Hundreds of thousands of zeros: nothing settles it in the time given.
LONG = """
[[claim]]
name = "long"
kind = "zeros"
variables = { x = ["-50", "50"], y = ["-50", "50"], z = ["-50", "50"] }
equations = ["sin(x*y) + cos(y*z) - x/9", "sin(y*z) + cos(x*z) - y/9", "sin(x*z) + cos(x*y) - z/9"]
"""


def test_end_of_the_time_is_undecided_with_what_is_open(run: Run) -> None:
    code, (claim,) = run.check(LONG, "--time", "0.2")
    assert code == 3
    assert claim["verdict"] == "UNDECIDED"
    assert "open" in claim["reason"]
    assert "--time" in claim["reason"]
    assert claim["undecided"]


def test_end_of_the_boxes_is_undecided(run: Run) -> None:
    code, (claim,) = run.check(LONG, "--boxes", "500", "--time", "60")
    assert code == 3
    assert "box" in claim["reason"]


# -- certificates and macros -----------------------------------------------------------------------------------


def test_certificates_are_written_for_decided_claims_and_recheck(run: Run) -> None:
    code, claims = run.check(TRUE + FALSE + OPEN + ZEROS, "--certificates", "certs")
    assert code == 1
    paths = [c["certificate"] for c in claims]
    assert paths[2] is None
    written = [p for p in paths if p]
    assert len(set(written)) == 3
    for path in written:
        code, out, _ = run("recheck", path, "--json", "-")
        assert (code, json.loads(out)["verdict"]) == (0, "VALID")


def test_certificate_cites_what_was_given(run: Run) -> None:
    more = TRUE.replace("slope of the sigmoid", "second") + 'given = ["slope of the sigmoid"]\n'
    _, claims = run.check(TRUE + more, "--certificates", "certs")
    stored = json.loads((run.folder / claims[1]["certificate"]).read_text(encoding="utf-8"))
    assert stored["given"] == ["slope of the sigmoid"]


def test_edited_certificate_is_not_accepted(run: Run) -> None:
    _, (claim,) = run.check(ZEROS, "--certificates", "certs")
    path = run.folder / claim["certificate"]
    path.write_text(path.read_text(encoding="utf-8").replace('"count":2', '"count":3'), encoding="utf-8")
    code, out, _ = run("recheck", str(path), "--json", "-")
    assert code in (1, 2)
    assert "VALID" not in out.replace("INVALID", "")


MACRO = re.compile(r"\\newcommand\{\\([^}]*)\}\{(.*)\}")


def test_macros_have_names_of_letters_and_certified_digits(run: Run) -> None:
    text = ZEROS.replace('"circle and diagonal"', '"circle_1 & $diagonal$ 50%"') + TRUE + FALSE
    code, _, _ = run("check", run.write(text), "--tex-macros", "numbers.tex")
    assert code == 1
    lines = (run.folder / "numbers.tex").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("%")
    macros = dict(match.groups() for match in map(MACRO.fullmatch, lines[1:]) if match)
    assert len(macros) == len(lines) - 1, "a line is no macro, or a name is used twice"
    assert all(re.fullmatch(r"[A-Za-z]+", name) for name in macros)
    assert not any(re.search(r"[…±_&%$#]", value) for value in macros.values())
    assert list(macros.values()).count("PROVED") == 2
    assert list(macros.values()).count("REFUTED") == 1
    # 1/sqrt(2) = 0.70710678118654...
    digits = [value for value in macros.values() if "0.7071067811" in value]
    assert len(digits) == 4
    assert sum(value.startswith("-") for value in digits) == 2


def test_macros_of_similar_names_stay_apart(run: Run) -> None:
    text = TRUE.replace("slope of the sigmoid", "a-b") + TRUE.replace("slope of the sigmoid", "a b")
    run("check", run.write(text), "--tex-macros", "numbers.tex")
    lines = (run.folder / "numbers.tex").read_text(encoding="utf-8").splitlines()[1:]
    names = [match.group(1) for match in map(MACRO.fullmatch, lines) if match]
    assert len(names) == len(set(names)) == 2


# -- LaTeX files -----------------------------------------------------------------------------------------------

PAPER = r"""\documentclass{article}
\begin{document}
%! separatrix [let]
%! separatrix s = "sigmoid(z)"
\begin{lemma}
%! separatrix [[claim]]
%! separatrix name = "slope"
%! separatrix kind = "inequality"
%! separatrix variables = { z = ["-20", "20"] }
%! separatrix statement = "s*(1 - s) <= 1/4"
  For all $z$, $\sigma(z)(1-\sigma(z)) \le 1/4$. % separatrix is not called here
\end{lemma}
    %! separatrix [[claim]]
    %! separatrix name = "roots"
    %! separatrix kind = "zeros"
    %! separatrix variables = { x = ["-2", "2"] }
    %! separatrix equations = ["x^2 = 2"]
    %! separatrix count = 2
\end{document}
"""


def test_annotations_of_a_paper_are_decided_and_located(run: Run) -> None:
    code, out, _ = run("check", run.write(PAPER, "paper.tex"), "--json", "-")
    assert code == 0
    assert [(c["name"], c["line"]) for c in json.loads(out)["claims"]] == [("slope", 6), ("roots", 13)]


def test_message_about_a_paper_names_the_line_and_column_of_the_paper(run: Run) -> None:
    text = PAPER.replace('<= 1/4"', '<= q"')
    code, _, err = run("check", run.write(text, "paper.tex"))
    assert code == 2
    column = next(row for row in text.splitlines() if "<= q" in row).index('q"') + 1
    assert f"paper.tex:10:{column}:" in err
    assert "slope" in err


def test_paper_without_annotations_says_so(run: Run) -> None:
    code, _, err = run("check", run.write("\\begin{document}\n\\end{document}\n", "paper.tex"))
    assert code == 2
    assert "[[claim]]" in err
