"""Other people's lemmas: claims read from files, decided one by one.

A kind of claim is one file in ``proofs/lemmas/kinds`` that registers itself.
"""

from proofs.lemmas.claim import Claim, ClaimError, ClaimResult, ClaimSource, Effort
from proofs.lemmas.files import read_file, read_text
from proofs.lemmas.run import decide_all, read_claims, understand

__all__ = [
    "Claim",
    "ClaimError",
    "ClaimResult",
    "ClaimSource",
    "Effort",
    "decide_all",
    "read_claims",
    "read_file",
    "read_text",
    "understand",
]
