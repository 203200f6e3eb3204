"""The checker: proves the claims of a certificate again, from their statements.

Arithmetic: rigorous (Arb).  Part of the trusted base.  It shares with the provers the symbolic room,
the compiler, the Arb evaluators and the theorem functions; it uses no search and no float64 batch.
One file for each kind of claim, registered by the name of the kind.
"""

from proofs.checks.base import Invalid, check_claim, claim_kinds, recheck

__all__ = ["Invalid", "check_claim", "claim_kinds", "recheck"]
