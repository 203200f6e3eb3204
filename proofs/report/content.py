"""What the pages and the document say about each lemma, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from proofs.display import value_text
from proofs.figures import LemmaFigure
from proofs.report.kernel import KernelCheck
from proofs.report.status import LemmaState, State, ancestors
from proofs.studies import StudyResult

__all__ = ["Constant", "LemmaContent", "Picture", "ReportContent", "gather"]


@dataclass(frozen=True)
class Picture:
    figure: LemmaFigure
    png: bytes
    svg: bytes
    pdf: bytes


@dataclass(frozen=True)
class Constant:
    """A number with its certified digits and the lemma that proves it."""

    name: str
    text: str
    lemma: str


@dataclass(frozen=True)
class LemmaContent:
    state: LemmaState
    constants: list[Constant]
    ancestors: set[str]
    used_by: list[str]
    pictures: list[Picture] = field(default_factory=list)
    kernel: KernelCheck | None = None  # None: Coq was not asked

    @property
    def statement(self) -> str:
        """Prose with LaTeX between dollar signs."""
        lemma = self.state.result.lemma
        return lemma.mathematics or lemma.statement.replace("$", "")

    @property
    def proof(self) -> str:
        lemma = self.state.result.lemma
        return lemma.proof or f"{self.state.result.outcome.reason}.".replace("$", "")

    @property
    def command(self) -> str | None:
        """The exact command that rechecks the certificate, from the report's folder."""
        return f"separatrix recheck certificates/{self.state.result.lemma.id}.json" if self.state.certificate else None


@dataclass(frozen=True)
class ReportContent:
    result: StudyResult
    lemmas: Mapping[str, LemmaContent]

    @property
    def states(self) -> dict[str, LemmaState]:
        return {key: content.state for key, content in self.lemmas.items()}

    @property
    def constants(self) -> list[Constant]:
        return [c for content in self.lemmas.values() for c in content.constants]

    @property
    def counts(self) -> dict[State, int]:
        found = [content.state.state for content in self.lemmas.values()]
        return {s: found.count(s) for s in State if s in found}


def gather(
    result: StudyResult,
    states: Mapping[str, LemmaState],
    pictures: Mapping[str, list[Picture]],
    kernel: Mapping[str, KernelCheck] | None = None,
) -> ReportContent:
    lemmas = {}
    for key, state in states.items():
        values = state.result.outcome.values
        constants = [Constant(name, value_text(name, value), key) for name, value in values.items()]
        used_by = [r.lemma.id for r in result.lemmas if key in r.lemma.uses]
        lemmas[key] = LemmaContent(
            state, constants, ancestors(result, key), used_by, pictures.get(key, []), (kernel or {}).get(key)
        )
    return ReportContent(result, lemmas)
