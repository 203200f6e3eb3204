"""A sweep as JSON, as a table for other tools (Parquet), and as a certificate."""

from __future__ import annotations

import json
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

from proofs.certificates import encode_fraction
from proofs.region_cells import describe
from proofs.sweep.cells import Recipe, problem_of
from proofs.sweep.ledger import Row
from proofs.sweep.run import Sweep

__all__ = ["cells_claim", "sweep_json", "write_parquet"]


def sweep_json(recipe: Recipe, sweep: Sweep, files: dict[str, str]) -> dict[str, Any]:
    n = len(problem_of(recipe).objective.variables)
    claim = {
        k: v for k, v in (("count", sweep.expectation.count), ("minima", sweep.expectation.minima)) if v is not None
    }
    return {
        "objective": recipe.objective,
        "neurons": recipe.neurons,
        "parameters": {**dict(recipe.values), **{name: [lo, hi] for name, lo, hi in recipe.region}},
        "claim": claim,
        "target": str(sweep.target),
        "verdict": sweep.verdict.value,
        "reason": sweep.reason,
        "volume": {name: volume_json(getattr(sweep, name)) for name in ("proved", "refuted", "undecided")},
        "cells": {state: sum(1 for r in sweep.rows if r.state == state) for state in ("decided", "open", "left")},
        "landscapes": [
            {"indices": list(key), "text": describe(key, n), "cells": cells, "volume": volume_json(share)}
            for key, (cells, share) in sweep.landscapes().items()
        ],
        "files": files,
    }


def volume_json(share: Fraction) -> list[str]:
    """Exact parts of the region, as decimals that enclose."""
    scaled = share * 10**12
    lo, hi = scaled.numerator // scaled.denominator, -(-scaled.numerator // scaled.denominator)
    return [f"{lo // 10**12}.{lo % 10**12:012d}", f"{hi // 10**12}.{hi % 10**12:012d}"]


def write_parquet(path: Path, recipe: Recipe, rows: list[Row]) -> None:
    """One row for each cell: ends as text (exact) and as floats, state, numbers of points, enclosures as JSON.

    Raises ImportError without pyarrow, OSError for the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {"path": [r.path for r in rows], "state": [r.state for r in rows]}
    for k, (name, _, _) in enumerate(recipe.region):
        columns[f"{name}_lo"] = [float(r.sides[k][0]) for r in rows]
        columns[f"{name}_hi"] = [float(r.sides[k][1]) for r in rows]
        columns[f"{name}_exact"] = [f"[{r.sides[k][0]}, {r.sides[k][1]}]" for r in rows]
    columns["volume"] = [float(r.share) for r in rows]
    known = [r.state == "decided" for r in rows]
    columns["count"] = [len(r.indices) if k else None for r, k in zip(rows, known, strict=True)]
    columns["minima"] = [r.indices.count(0) if k else None for r, k in zip(rows, known, strict=True)]
    columns["indices"] = [list(r.indices) if k else None for r, k in zip(rows, known, strict=True)]
    columns["branches"] = [json.dumps(r.branches) if k else None for r, k in zip(rows, known, strict=True)]
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        pq.write_table(pa.table(columns), temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def cells_claim(recipe: Recipe, rows: list[Row]) -> dict[str, Any]:
    """The claim that every listed cell has the stated landscape; cells that are not decided are not listed."""
    decided = [r for r in rows if r.state == "decided"]
    return {
        "kind": "parameter-cells",
        "statement": {
            **recipe.json(),
            "volume": encode_fraction(sum((r.share for r in decided), Fraction(0))),
            "cells": [
                {
                    "sides": [[encode_fraction(lo), encode_fraction(hi)] for lo, hi in r.sides],
                    "indices": list(r.indices),
                    "branches": list(r.branches),
                }
                for r in decided
            ],
        },
        "evidence": {"cells": [json.loads(zlib.decompress(r.evidence)) for r in decided]},
    }
