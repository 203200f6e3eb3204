"""The number of negative eigenvalues at each listed point: the certificate's number is stated, another is refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from formal_run import compiled_numbers, needs_coq, refused

from proofs.certificates import CertificateError
from proofs.claims.stationary_points import landscape_claim
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, check_claims, compile_file
from proofs.formal.text import FormalClaim
from proofs.landscape import prove_landscape
from proofs.lemmas import ClaimSource, Effort, decide_all, understand
from symbolic.objectives import build_objective


@cache
def landscape(name: str, neurons: int) -> dict[str, Any]:
    return landscape_claim(prove_landscape(build_objective(name, neurons=neurons)))


def stated(page: str) -> list[int]:
    """The numbers of the theorem, in the order of the page."""
    (line,) = [line for line in page.splitlines() if line.endswith("]%nat.")]
    return [int(k) for k in line[line.rindex("[") + 1 : -len("]%nat.")].split(";")]


@cache
def two_wells() -> FormalClaim:
    """With u = x - 1/3 and v = y - 1/3: u^4/4 - u^2/2 + v^4/4 - v^2/2, so the Hessian is diag(3u^2 - 1, 3v^2 - 1).

    Stationary where u and v are 0 or 1 (or -1, which is outside); the one minimum is at (1, 1), a maximum at (0, 0).
    """
    function = " + ".join(f"({v} - 1/3)^4/4 - ({v} - 1/3)^2/2" for v in "xy")
    table = {"variables": {"x": ["-1/4", "2"], "y": ["-1/4", "2"]}, "function": function}
    (result,) = decide_all(understand([ClaimSource("file", "two wells", "minimum", table)]), Effort(seconds=60))
    (claim,) = formal_claims(result.evidence)
    return claim


# -- pages ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("neurons", [1, 2, 3])
def test_indices_of_ssl_are_those_of_the_certificate(neurons: int) -> None:
    claim = landscape("ssl", neurons)
    (formal,) = formal_claims([claim])
    assert "indices" in formal.theorems
    assert len(formal.page.splitlines()) < 120
    found = stated(formal.page)
    # Each neuron is at a saddle (one negative eigenvalue) or at one of two minima.
    assert sorted(found) == sorted(p["index"] for p in claim["statement"]["points"])
    assert [found.count(k) for k in range(neurons + 1)] == [[2, 1], [4, 4, 1], [8, 12, 6, 1]][neurons - 1]
    entries = [line for line in formal.page.splitlines() if line.startswith(("  (minimum ell", "  (saddle ell"))]
    assert [line.startswith("  (minimum") for line in entries] == [k == 0 for k in found]


def test_indices_of_sl_are_those_of_the_certificate() -> None:
    claim = landscape("sl", 2)
    (formal,) = formal_claims([claim])
    assert len(formal.page.splitlines()) < 120
    assert stated(formal.page) == [p["index"] for p in claim["statement"]["points"]]
    assert sorted(stated(formal.page)) == [0] * 4 + [1] * 4 + [2]
    assert "[box1; box2; box3; box4; box5; box6; box7; box8; box9]" in formal.page


def test_a_point_of_the_combinations_keeps_its_own_number() -> None:
    claim = landscape("ssl", 2)
    points = [dict(p) for p in claim["statement"]["points"]]
    (place,) = [k for k, p in enumerate(points) if p["index"] == 2]
    points[place]["index"] = 3
    (formal,) = formal_claims([{**claim, "statement": {**claim["statement"], "points": points}}])
    before = stated(formal_claims([claim])[0].page)
    assert stated(formal.page) == [3 if k == 2 else k for k in before]


@pytest.mark.parametrize("index", [None, True, "1", -1, 3])
def test_an_index_that_is_none_is_malformed(index: object) -> None:
    claim = landscape("ssl", 1)
    points = [{**p, "index": index} for p in claim["statement"]["points"]]
    with pytest.raises(CertificateError, match="the index of a point"):
        formal_claims([{**claim, "statement": {**claim["statement"], "points": points}}])


def test_two_wells_by_hand() -> None:
    kinds = [
        line.split(" ")[2] for line in two_wells().page.splitlines() if line.startswith("  (") and " ell, [" in line
    ]
    by_hand = {"(maximum": 2, "(saddle": 1, "(minimum": 0}
    assert sorted(kinds) == ["(maximum", "(minimum", "(saddle", "(saddle"]
    assert stated(two_wells().page) == [by_hand[k] for k in kinds]


# -- the kernel ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The numbers of two wells, and its page."""
    directory = tmp_path_factory.mktemp("wells")
    return compiled_numbers(directory, [two_wells()])


@needs_coq
def test_indices_are_accepted_and_other_numbers_are_not(compiled: Path) -> None:
    page = two_wells().page
    done = compile_file(compiled, "Claim1.v")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Axioms:") == 1
    numbers = stated(page)
    assert sorted(numbers) == [0, 1, 1, 2]
    for k, number in enumerate(numbers):
        other = [*numbers[:k], 2 if number == 1 else 1, *numbers[k + 1 :]]
        text = page.replace("; ".join(map(str, numbers)) + "]%nat", "; ".join(map(str, other)) + "]%nat")
        assert text != page
        assert refused(compiled, f"Page{k}.v", text)


@needs_coq
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nonzero (n - k) u -> 0 <", "nonzero (n - k) u -> 1 <"),
        ("0 < quad H (combination (n - k) V u)", "0 < quad H (combination n V u)"),
        ("is_derive (fun t => G i (set x j t)) (x j) (H i j)", "is_derive (fun t => G i (set x j t)) (x j) (- H i j)"),
        ("H k j * u j) * u k", "H k j * u k) * u k"),
    ],
)
@pytest.mark.slow
def test_another_definition_is_refused(old: str, new: str, compiled: Path) -> None:
    page = two_wells().page
    assert old in page
    assert refused(compiled, "Definition.v", page.replace(old, new, 1))


@needs_coq
def test_other_directions_are_refused(tmp_path: Path) -> None:
    data = two_wells().data
    assert data.count("(2%nat, (") == 1
    assert refused(tmp_path, "Claim1Data.v", data.replace("(2%nat, (", "(1%nat, ("))


@needs_coq
def test_the_index_is_one_number(tmp_path: Path) -> None:
    """Sylvester's law: a point has one index, and it is at most n."""
    page = (
        "From Separatrix Require Import Statements Inertia.\n"
        "Theorem one : forall n f x k k', index n f x k -> index n f x k' -> k = k' /\\ k <= n.\n"
        "Proof. intros n f x k k' I J. split; [exact (index_unique n f x k k' I J)|exact (index_at_most n f x k I)]. Qed.\n"
        "Print Assumptions one.\n"
    )
    result = check_claims([FormalClaim("one", page, "", ("one",))], again=False)
    assert result.accepted, result.reason
    assert set(result.axioms) <= STANDARD_AXIOMS


@needs_coq
@pytest.mark.slow
def test_three_ssl_neurons_are_accepted() -> None:
    result = check_claims(formal_claims([landscape("ssl", 3)]))
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


@needs_coq
@pytest.mark.slow
def test_an_index_of_the_certificate_that_is_wrong_is_refused() -> None:
    claim = landscape("ssl", 2)
    points = [{**p, "index": 1 if p["index"] == 2 else p["index"]} for p in claim["statement"]["points"]]
    result = check_claims(
        formal_claims([{**claim, "statement": {**claim["statement"], "points": points}}]), again=False
    )
    assert not result.accepted
    assert "coqc refuses Claim1.v" in result.reason
