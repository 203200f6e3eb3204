"""That a least value is attained: where the theorem is stated, what Coq accepts, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from formal_run import needs_coq

from proofs.claims.stationary_points import landscape_claim
from proofs.formal.attained import attained
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, check_claims, compile_file
from proofs.formal.expression import formal_expression
from proofs.formal.inequalities import lambda_of
from proofs.formal.text import FormalClaim, data_head, formal_claim, function_definitions, page_head
from proofs.landscape import prove_landscape
from symbolic.objectives import build_objective
from symbolic.reader import parse_expression, real_symbols

NAMES = ("u", "v")
# One factor or argument for each function that the kernel has to bound on all of R^n.
MIXED = (
    "u^2/3 + v^2/2 - sigmoid(u - 7*v)^2 - sin(u)*cos(v) + tanh(u*v)^3 - atan(u - v)/5 + softplus(u*v)*exp(-v)"
    " + cosh(u)*sigmoid(v) + (u - v)^4 + log(2 + u^2)*sigmoid(u) - 1/(1 + v^2) - log(3 + sigmoid(v)) + sqrt(1 + exp(u))"
)


def claim_of(text: str, *, n: int = 2) -> FormalClaim | None:
    """A page with the one theorem about a function of u, v, or None where there is none."""
    symbols = real_symbols(NAMES)
    variables = [symbols[name] for name in NAMES]
    function = formal_expression(parse_expression(text, symbols).expr, variables)
    extra = attained(function, n, "Claim1Data")
    if not extra.theorems:
        return None
    page = page_head(text, "Claim1Data") + "\n".join(function_definitions([function])) + "\n"
    page += f"Definition point := nat -> R.\nDefinition ell (x : point) : R :=\n  {lambda_of(function, NAMES)}.\n"
    return formal_claim(text, page + extra.page, data_head(text) + extra.data, extra.theorems)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("u^2 + v^2", True),
        ("u^2 + v^2/100 - sigmoid(u*v)", True),
        (MIXED, True),
        # No square of v; a negative one; together not positive.
        ("u^2 - sigmoid(v)", False),
        ("u^2 - v^2", False),
        ("u^2 + v^2 - 2*v^2", False),
        # The rest is not bounded below, or not seen to be.
        ("u^2 + v^2 + u*v", False),
        ("u^2 + v^2 - softplus(u)", False),
        ("u^2 + v^2 - exp(u)", False),
        ("u^2 + v^2 + sinh(u)", False),
        ("u^2 + v^2 + u*sigmoid(v)", False),
        ("u^2 + v^2 + u^3", False),
        ("u^2 + v^2 + 1/(1 + u^2)", True),
        # Not defined everywhere, or not seen to be.
        ("u^2 + v^2 + 1/(u^2 - u + 1)", False),
        ("u^2 + v^2 + sigmoid(1/u)", False),
        ("u^2 + v^2 + sqrt(sin(u))", False),
    ],
)
def test_where_the_theorem_is_stated(text: str, stated: bool) -> None:
    assert (claim_of(text) is not None) is stated


def test_the_smallest_square_is_taken_out() -> None:
    claim = claim_of("u^2/4 + 3*v^2 - sigmoid(u)/2")
    assert claim is not None
    # 1/4 of u^2 + v^2; 11/4 of v^2 and -1/2 <= - sigmoid(u)/2 stay.  1 + 1/2 more is positive.
    assert "(dec 1 4) (dec 3 2) = true" in claim.data
    assert "(Scal 11 4 (Un (Pow 2) (Var 1)))" in claim.data
    assert "(Scal (-1) 2 (Un Sigmoid (Var 0)))" in claim.data


def test_pages_of_the_study_state_it() -> None:
    for neurons, boxes in ((1, 2), (2, 4), (3, 0)):
        (claim,) = formal_claims([landscape_claim(prove_landscape(build_objective("ssl", neurons=neurons)))])
        assert claim.page.count("Theorem attained : exists p, forall q, ell p <= ell q.") == 1
        # Every global minimum is in one of 2^neurons boxes; more than four are not written out.
        assert claim.page.count("Theorem global_minimum") == (1 if boxes else 0)
        assert claim.page.count("  inside [") == boxes
        assert claim.theorems[-3:] == (
            ("attained", "global_minimum", "indices") if boxes else ("features", "attained", "indices")
        )


def test_one_question_is_about_all_theorems() -> None:
    claim = formal_claim("title", "", "", ["a", "b", "c"])
    assert claim.page == "\nDefinition all_theorems := conj a (conj b c).\nPrint Assumptions all_theorems.\n"
    assert formal_claim("title", "", "", ["a", "b"]).page.startswith("\nDefinition all_theorems := conj a b.\n")
    assert formal_claim("title", "", "", ["a"]).page == "Print Assumptions a.\n"


@needs_coq
def test_least_value_is_attained() -> None:
    claim = claim_of(MIXED)
    assert claim is not None
    result = check_claims([claim], again=False)
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


SMALL = "u^2/4 + v^2/2 - sigmoid(u - 7*v)"
# - 1 < bounded: with 0 instead of 2 it need not be positive; another ridge, or another function, is not the identity's.
NUMBERS = [
    ("(dec 1 4) (dec 2 1) = true", "(dec 1 4) (dec 0 1) = true"),
    ("qR (dec 1 4)", "qR (dec 1 3)"),
    ("(dec 1 4) (dec 2 1) = true", "(dec (-1) 4) (dec 2 1) = true"),
    ("(Scal 7 1", "(Scal 8 1"),
    ("Definition bounded : expr := (Add", "Definition bounded : expr := (Mul"),
]
PAGE = [
    ("forall q, ell p <= ell q", "forall q, ell q <= ell p"),
    ("exists p, forall q, ell p <= ell q", "exists p, forall q, ell p < ell q"),
    ("7 * v", "8 * v"),
]


def refused(directory: Path, name: str, text: str, change: tuple[str, str]) -> bool:
    assert change[0] in text
    (directory / name).write_text(text.replace(*change, 1), encoding="utf-8")
    done = compile_file(directory, name)
    assert "Syntax error" not in done.stderr
    return done.returncode != 0 and "Error" in done.stderr


@needs_coq
@pytest.mark.parametrize("case", [0, 1, *(pytest.param(k, marks=pytest.mark.slow) for k in range(2, len(NUMBERS)))])
def test_changed_number_is_refused(case: int, tmp_path: Path) -> None:
    claim = claim_of(SMALL)
    assert claim is not None
    assert refused(tmp_path, "Claim1Data.v", claim.data, NUMBERS[case])


@needs_coq
def test_changed_statement_is_refused(tmp_path: Path) -> None:
    claim = claim_of(SMALL)
    assert claim is not None
    (tmp_path / "Claim1Data.v").write_text(claim.data, encoding="utf-8")
    done = compile_file(tmp_path, "Claim1Data.v")
    assert done.returncode == 0, done.stderr
    for change in PAGE:
        assert refused(tmp_path, "Claim1.v", claim.page, change)
