"""Verdicts: how they combine, their sentences, and their exit codes."""

from __future__ import annotations

from itertools import product

import pytest

from proofs.verdict import Verdict, combine

P, R, U = Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [([], P), ([P], P), ([P, P], P), ([P, U], U), ([U, U], U), ([P, R], R), ([U, R], R), ([P, U, R], R), ([R, R], R)],
)
def test_combination(verdicts: list[Verdict], expected: Verdict) -> None:
    assert combine(verdicts) is expected
    assert combine(reversed(verdicts)) is expected
    assert combine(iter(verdicts)) is expected


def test_proved_needs_everything_proved() -> None:
    for verdicts in product(Verdict, repeat=3):
        assert (combine(verdicts) is P) == (set(verdicts) == {P})


def test_exit_codes_and_sentences() -> None:
    assert [(v.value, v.exit_code) for v in (P, R, U)] == [("PROVED", 0), ("REFUTED", 1), ("UNDECIDED", 3)]
    assert len({v.sentence for v in Verdict}) == 3
    assert all("rigorous" in v.sentence for v in (P, R))


def test_verdicts_are_words_in_json_and_text() -> None:
    assert f"{P}" == "PROVED"
    assert P == "PROVED"
