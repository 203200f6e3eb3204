"""The state of each lemma, computed from this run and from its rechecked certificate, never typed.

A certificate belongs to a lemma when it names the study and the lemma and states exactly the claims of this run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from proofs.certificates import CertificateError, read_certificate
from proofs.checks import recheck
from proofs.studies import LemmaResult, StudyResult
from proofs.verdict import Verdict

__all__ = ["LemmaState", "State", "ancestors", "lemma_states"]


class State(StrEnum):
    """What the fill of a node says."""

    COMPLETE = "complete"
    RECHECKED = "rechecked"
    PROVED = "proved"
    SHAKEN = "shaken"
    STALE = "stale"
    UNDECIDED = "undecided"
    REFUTED = "refuted"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    State.COMPLETE: "proved, and proved again from certificates with everything it rests on",
    State.RECHECKED: "proved, and proved again from its certificate; something it rests on was not rechecked",
    State.PROVED: "proved in this run; not rechecked from a certificate",
    State.SHAKEN: "proved by itself, but it rests on a lemma that is stale, refuted or undecided",
    State.STALE: "its certificate is not valid or states something else than this run",
    State.UNDECIDED: "neither proved nor refuted",
    State.REFUTED: "false, with a witness that was checked",
}


@dataclass(frozen=True)
class LemmaState:
    """The state with its reason; ``certificate`` and ``digest`` where there is a file."""

    result: LemmaResult
    state: State
    reason: str
    certificate: Path | None = None
    digest: str | None = None

    @property
    def has_claims(self) -> bool:
        """Whether the statement is one that a checker can read, not words alone."""
        return bool(self.result.outcome.claims)


@dataclass(frozen=True)
class _Checked:
    valid: bool
    reason: str
    digest: str | None


def ancestors(result: StudyResult, lemma_id: str) -> set[str]:
    """Everything a lemma rests on, itself left out."""
    found: set[str] = set()
    queue = list(result[lemma_id].lemma.uses)
    while queue:
        parent = queue.pop()
        if parent not in found:
            found.add(parent)
            queue += result[parent].lemma.uses
    return found


def lemma_states(
    result: StudyResult, directory: Path, *, jobs: int = 1, started: Callable[[str], None] | None = None
) -> dict[str, LemmaState]:
    """Recheck every certificate of the study in ``directory`` and compute the state of every lemma."""
    with_file = [r for r in result.lemmas if (directory / f"{r.lemma.id}.json").exists()]
    if started is not None:
        started(f"recheck {len(with_file)} certificates")
    checked = dict(
        zip(
            [r.lemma.id for r in with_file],
            _check_all([directory / f"{r.lemma.id}.json" for r in with_file], jobs),
            strict=True,
        )
    )
    own: dict[str, LemmaState] = {}
    for r in result.lemmas:
        own[r.lemma.id] = _own_state(r, result, directory / f"{r.lemma.id}.json", checked.get(r.lemma.id))
    return {key: _with_ancestors(state, [own[a] for a in sorted(ancestors(result, key))]) for key, state in own.items()}


def _check_all(paths: Sequence[Path], jobs: int) -> list[_Checked]:
    if jobs == 1 or len(paths) < 2:
        return [_check(path) for path in paths]
    with ProcessPoolExecutor(max_workers=min(jobs, len(paths))) as pool:
        return list(pool.map(_check, paths))


def _check(path: Path) -> _Checked:
    try:
        found = recheck(path)
        digest = read_certificate(path).get("digest")
    except (CertificateError, OSError) as error:
        return _Checked(False, f"not readable: {str(error).removeprefix(f'{path}: ')}", None)
    return _Checked(found.valid, found.reason, digest if isinstance(digest, str) else None)


def _own_state(r: LemmaResult, result: StudyResult, path: Path, checked: _Checked | None) -> LemmaState:
    file, digest = (path, checked.digest) if checked is not None else (None, None)
    decided = {Verdict.REFUTED: State.REFUTED, Verdict.UNDECIDED: State.UNDECIDED}.get(r.verdict)
    if checked is None:
        return LemmaState(r, decided or State.PROVED, r.outcome.reason)
    if not checked.valid:
        return LemmaState(r, decided or State.STALE, f"certificate: {checked.reason}", file, digest)
    if not _belongs(path, r, result):
        return LemmaState(
            r, decided or State.STALE, "the certificate states something else than this run", file, digest
        )
    return LemmaState(r, decided or State.RECHECKED, r.outcome.reason, file, digest)


def _belongs(path: Path, r: LemmaResult, result: StudyResult) -> bool:
    certificate = read_certificate(path)
    if certificate.get("study") != result.study.name or certificate.get("lemma") != r.lemma.id:
        return False
    return _statements(certificate["claims"]) == _statements(r.outcome.claims)


def _statements(claims: Sequence[Any]) -> str:
    """What is claimed, without the evidence, in a form that survives JSON."""
    return json.dumps([[c.get("kind"), c.get("statement")] for c in claims], sort_keys=True)


def _with_ancestors(state: LemmaState, above: Sequence[LemmaState]) -> LemmaState:
    if state.state not in (State.RECHECKED, State.PROVED):
        return state
    broken = [a.result.lemma.id for a in above if a.state in (State.STALE, State.REFUTED, State.UNDECIDED)]
    if broken:
        reason = f"it rests on {', '.join(broken)}"
        return LemmaState(state.result, State.SHAKEN, reason, state.certificate, state.digest)
    if state.state is State.RECHECKED and all(a.state is State.RECHECKED for a in above):
        return LemmaState(state.result, State.COMPLETE, state.reason, state.certificate, state.digest)
    return state
