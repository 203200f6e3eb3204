"""Read and decide all claims of some files; what is decided stays decided when a run is interrupted."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from proofs.lemmas.claim import Claim, ClaimResult, ClaimSource, Effort, kind_names, reader_of
from proofs.lemmas.files import read_file
from proofs.lemmas.timer import OutOfTime, time_limit
from proofs.verdict import Verdict

__all__ = ["KINDS", "decide_all", "read_claims", "understand"]

PLAIN = ("statement", "function", "expression", "left", "right", "constant")
KEYS = (
    *("name", "kind", "variables", "where", "let", "given", "parameters", "neurons", "gradient_of", "equations"),
    *("count", "sign", "index", "global", "at", "value", "gradient"),
    *PLAIN,
    *(f"{key}_latex" for key in PLAIN),
)
OVERRUN = 1.0  # seconds: searches end by themselves, with what is open
KINDS = ("inequality", "zeros", "definite", "minimum", "constant", "identity", "lipschitz")


def load_kinds() -> None:
    for name in KINDS:
        import_module(f"proofs.lemmas.kinds.{name}")


def read_claims(paths: Sequence[Path]) -> list[tuple[ClaimSource, Claim]]:
    """All claims of the files, in order.  Raises ClaimError for the first that cannot be read."""
    return [claim for path in paths for claim in understand(read_file(path))]


def understand(sources: Sequence[ClaimSource]) -> list[tuple[ClaimSource, Claim]]:
    """Read the claims of one file by their kinds.  Raises ClaimError."""
    load_kinds()
    found: list[tuple[ClaimSource, Claim]] = []
    earlier: set[str] = set()
    for source in sources:
        if source.kind not in kind_names():
            match = difflib.get_close_matches(source.kind, kind_names(), n=1)
            hint = f"; did you mean {match[0]}?" if match else f"; known: {', '.join(kind_names())}"
            raise source.error(f"unknown kind {source.kind[:40]!r}{hint}", "kind")
        for key in source.table:
            near = [] if key in KEYS else difflib.get_close_matches(key, KEYS, n=1, cutoff=0.75)
            if near:  # other keys are notes of the author's
                raise source.error(f"unknown key {key[:40]!r}; did you mean {near[0]}?", key)
        for name in source.texts("given"):
            if name not in earlier:
                raise source.error(f"{name[:60]!r} is not the name of an earlier claim", "given")
        found.append((source, reader_of(source.kind)(source)))
        earlier.add(source.name)
    return found


def _in_time(claim: Claim, effort: Effort) -> ClaimResult:
    """The decision; exact algebra that overruns the time is interrupted."""
    try:
        with time_limit(effort.seconds + OVERRUN):
            return claim.decide(effort)
    except OutOfTime:
        reason = "the time is spent in exact algebra: more --time, or a simpler expression, would help"
        return ClaimResult(claim.name, claim.kind, Verdict.UNDECIDED, reason, claim.reading)


def decide_all(
    claims: Sequence[tuple[ClaimSource, Claim]],
    effort: Effort,
    *,
    started: Callable[[Claim], None] | None = None,
    decided: Callable[[ClaimResult], None] | None = None,
) -> list[ClaimResult]:
    """Decide every claim; one whose hypotheses (``given``) are not PROVED is not PROVED either."""
    results: list[ClaimResult] = []
    verdicts: dict[tuple[str, str], Verdict] = {}
    for source, claim in claims:
        if started is not None:
            started(claim)
        clock = time.perf_counter()
        result = _in_time(claim, effort)
        result.seconds = time.perf_counter() - clock
        result.line = source.line
        result.given = tuple(source.texts("given"))
        missing = [g for g in result.given if verdicts[source.file, g] is not Verdict.PROVED]
        if missing and result.verdict is Verdict.PROVED:
            result.verdict = Verdict.UNDECIDED
            result.reason = f"it is given {missing[0]!r}, which is not proved"
        verdicts[source.file, source.name] = result.verdict
        results.append(result)
        if decided is not None:
            decided(result)
    return results
