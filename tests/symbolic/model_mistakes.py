"""What every malformed model file must give: one clear line that names the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs.models import ModelError, read_model

__all__ = ["check_one_line"]


def check_one_line(text: str, folder: Path) -> None:
    path = folder / "model.toml"
    path.write_text(text)
    with pytest.raises(ModelError) as caught:
        read_model(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert len(message) < len(str(path)) + 300
