"""The public module: what it exports, its example, and the rule that proofs use numeric uses symbolic."""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import separatrix

ROOT = Path(separatrix.__file__).resolve().parent
HEURISTIC = {"numeric.candidates", "numeric.witnesses", "numeric.floats", "numeric.experiment"}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at the top or inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_every_exported_name_exists_and_is_documented() -> None:
    assert sorted(separatrix.__all__) == sorted(set(separatrix.__all__))
    for name in separatrix.__all__:
        item = getattr(separatrix, name)
        if isinstance(item, type) or callable(item):
            assert item.__doc__ or name in ("sigmoid", "softplus", "objective_names", "study_names"), name


def test_the_example_of_the_module() -> None:
    assert doctest.testmod(separatrix).failed == 0


def test_the_rooms_have_one_direction() -> None:
    for room, forbidden in (("symbolic", ("numeric", "proofs")), ("numeric", ("proofs",))):
        for path in (ROOT / room).rglob("*.py"):
            for module in imported(path):
                assert module.split(".")[0] not in (*forbidden, "separatrix"), f"{path}: {module}"


@pytest.mark.parametrize("folder", ["proofs/theorems", "proofs/checks"])
def test_the_trusted_base_imports_no_heuristic(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        assert not [m for m in imported(path) if any(m == h or m.startswith(f"{h}.") for h in HEURISTIC)], path


def test_the_checker_uses_no_search() -> None:
    search = {"numeric.search", "numeric.batch", "numeric.krawczyk_batch", "numeric.isolate", "numeric.contract"}
    for path in (ROOT / "proofs/checks").rglob("*.py"):
        assert not imported(path) & search, path


def test_importing_is_quiet() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import separatrix; print(len(separatrix.__all__))"],
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) == len(separatrix.__all__)


def test_a_proof_in_a_few_lines(tmp_path: Path) -> None:
    landscape = separatrix.prove_landscape(separatrix.build_objective("ssl"))
    path = tmp_path / "ssl.json"
    separatrix.write_certificate(path, [separatrix.landscape_claim(landscape)])
    assert separatrix.recheck(path).valid
    assert "svg" not in landscape._repr_html_()
    solution = separatrix.solve(separatrix.build_objective("ssl"), [3.8, 1.5], 8)
    assert solution is not None
    assert solution.digits == {"a": "3.8162036", "b": "1.5198619"}


def test_only_a_proved_landscape_has_a_certificate() -> None:
    open_one = separatrix.prove_landscape(separatrix.build_objective("ssl"), budget=separatrix.Budget(boxes=2))
    assert open_one.verdict is separatrix.Verdict.UNDECIDED
    with pytest.raises(ValueError, match="proved"):
        separatrix.landscape_claim(open_one)
