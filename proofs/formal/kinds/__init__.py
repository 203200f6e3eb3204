"""Kinds of claims with a formal statement: one file for each, registered by importing it here."""

from __future__ import annotations

from proofs.formal.kinds import bounds, descent, kept, landscapes, lemmas, radii, reduction, spanning  # noqa: F401
