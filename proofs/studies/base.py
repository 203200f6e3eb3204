"""Lemmas with parents, and a run that proves them in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from numeric.enclosure import Enclosure
from proofs.shown import Shown
from proofs.verdict import Verdict, combine

__all__ = [
    "Lemma",
    "LemmaResult",
    "Outcome",
    "Study",
    "StudyResult",
    "build_study",
    "register_study",
    "run_study",
    "study_names",
]


@dataclass
class Outcome:
    """What a lemma's proof returned: verdict, one sentence why, numbers, and claims for a certificate."""

    verdict: Verdict
    reason: str
    values: dict[str, Enclosure] = field(default_factory=dict)
    claims: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lemma:
    """``prove`` computes the outcome; ``uses`` are the ids of the lemmas it rests on.

    ``mathematics`` and ``proof`` are for documents: the statement and the idea of its proof as prose with LaTeX between
    dollar signs; without them documents show the plain statement.
    """

    id: str
    title: str
    statement: str
    hypotheses: str
    uses: tuple[str, ...]
    prove: Callable[[], Outcome]
    mathematics: str = ""
    proof: str = ""


@dataclass(frozen=True)
class Study:
    """``subject`` is what the lemmas share, for pictures."""

    name: str
    title: str
    parameters: dict[str, sp.Rational]
    lemmas: tuple[Lemma, ...]
    subject: object = None


@dataclass
class LemmaResult:
    lemma: Lemma
    outcome: Outcome
    seconds: float
    certificate: str | None = None

    @property
    def verdict(self) -> Verdict:
        return self.outcome.verdict


@dataclass
class StudyResult(Shown):
    study: Study
    lemmas: list[LemmaResult]
    seconds: float

    @property
    def verdict(self) -> Verdict:
        return combine(r.verdict for r in self.lemmas)

    def __getitem__(self, lemma_id: str) -> LemmaResult:
        for result in self.lemmas:
            if result.lemma.id == lemma_id:
                return result
        raise KeyError(lemma_id)

    def __repr__(self) -> str:
        """Short: claims hold the evidence of every lemma."""
        verdicts = ", ".join(f"{r.lemma.id} {r.verdict.value}" for r in self.lemmas)
        return f"<StudyResult of {self.study.name}: {self.verdict.value} ({verdicts})>"


def run_study(study: Study, *, started: Callable[[Lemma], None] | None = None) -> StudyResult:
    """Prove the lemmas in order; one whose parents are not all PROVED cannot be PROVED."""
    results: list[LemmaResult] = []
    verdicts: dict[str, Verdict] = {}
    begin = time.perf_counter()
    for lemma in study.lemmas:
        if started is not None:
            started(lemma)
        clock = time.perf_counter()
        try:
            outcome = lemma.prove()
        except (ValueError, ArithmeticError) as error:
            outcome = Outcome(Verdict.UNDECIDED, f"a hypothesis could not be established: {error}")
        open_parents = [u for u in lemma.uses if verdicts[u] is not Verdict.PROVED]
        if open_parents and outcome.verdict is Verdict.PROVED:
            outcome.verdict = Verdict.UNDECIDED
            outcome.reason = f"it rests on {', '.join(open_parents)}, which is not proved here"
        verdicts[lemma.id] = outcome.verdict
        results.append(LemmaResult(lemma, outcome, time.perf_counter() - clock))
    return StudyResult(study, results, time.perf_counter() - begin)


Builder = Callable[[Mapping[str, sp.Rational]], Study]
_STUDIES: dict[str, Builder] = {}


def register_study(name: str) -> Callable[[Builder], Builder]:
    def decorate(builder: Builder) -> Builder:
        _STUDIES[name] = builder
        return builder

    return decorate


def study_names() -> tuple[str, ...]:
    return tuple(sorted(_STUDIES))


def build_study(name: str, values: Mapping[str, sp.Rational] | None = None) -> Study:
    """The named study at the given parameter values.

    Raises KeyError for an unknown study or parameter, ValueError for a value outside its domain.
    """
    return _STUDIES[name](values or {})
