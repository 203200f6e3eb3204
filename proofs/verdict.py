"""Verdicts: what a claim can turn out to be, and the sentence for people that goes with each."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["Verdict", "combine"]


class Verdict(StrEnum):
    """PROVED is never wrong; everything else may give way to that."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]

    @property
    def exit_code(self) -> int:
        return {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNDECIDED: 3}[self]


_SENTENCES = {
    Verdict.PROVED: "the claim is true: every step was checked with rigorous enclosures",
    Verdict.REFUTED: "the claim is false: a witness was checked with rigorous enclosures",
    Verdict.UNDECIDED: "neither proved nor refuted; the reason says what would help",
}


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """All PROVED gives PROVED; any REFUTED gives REFUTED; otherwise UNDECIDED."""
    seen = set(verdicts)
    if Verdict.REFUTED in seen:
        return Verdict.REFUTED
    if Verdict.UNDECIDED in seen:
        return Verdict.UNDECIDED
    return Verdict.PROVED
