"""Verdicts over whole regions of parameters: cells, a ledger that survives, workers, tables and pictures."""

from proofs.sweep.cells import Decision, Recipe, decide_cell
from proofs.sweep.ledger import Ledger, LedgerError
from proofs.sweep.run import Sweep, run_sweep

__all__ = ["Decision", "Ledger", "LedgerError", "Recipe", "Sweep", "decide_cell", "run_sweep"]
