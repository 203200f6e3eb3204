"""Settings and fixtures that all test folders share.

``SEPARATRIX_SOUNDNESS`` multiplies the number of random cases in the soundness tests.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from proofs.landscape import Landscape, prove_landscape
from symbolic.objectives import build_objective

settings.register_profile("repository", deadline=None, derandomize=True, database=None)
settings.load_profile("repository")


@pytest.fixture(scope="session")
def soundness() -> int:
    """How many times the usual number of random cases to run."""
    return max(1, int(os.environ.get("SEPARATRIX_SOUNDNESS", "1")))


@pytest.fixture(scope="session")
def ssl_landscape() -> Landscape:
    return prove_landscape(build_objective("ssl"))


@pytest.fixture(scope="session")
def sl_landscape() -> Landscape:
    return prove_landscape(build_objective("sl"))
