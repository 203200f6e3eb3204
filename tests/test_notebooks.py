"""Every notebook runs from top to bottom without an error or a warning, and is stored small and neutral."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS = 600
MAX_PICTURES = 300_000
MAX_TEXT = 40_000
MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9._/-])/(home|root|tmp|usr|opt|work|Users|private|mnt)/")


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


# The client library warns of its own plans; what the notebook itself warns of appears on its standard error.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_runs(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources).execute()
    complaints = [o.text for o in outputs(notebook) if o.output_type == "stream" and o.name == "stderr"]
    assert complaints == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_is_stored_executed_small_and_neutral(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), "run it in a fresh kernel"
    pictures = [o.data["image/png"] for o in outputs(notebook) if "image/png" in o.get("data", {})]
    assert sum(len(base64.b64decode(p)) for p in pictures) < MAX_PICTURES
    texts = [o.data.get("text/plain", "") for o in outputs(notebook) if "data" in o]
    assert max(map(len, texts), default=0) < MAX_TEXT, "a result that prints pages"
    assert not any(o.output_type == "error" for o in outputs(notebook))
    assert MACHINE_PATH.search(path.read_text(encoding="utf-8")) is None
