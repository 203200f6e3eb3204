"""Numbers, and how far each can be trusted.

=====================  ===========================================================
module                 arithmetic
=====================  ===========================================================
intervals, elementary  rigorous: outward-rounded float64 on batches
batch, contract,       rigorous: tapes, contraction, Krawczyk and search on them
krawczyk_batch,
isolate, search
balls, endpoints       rigorous: Arb, any precision
enclosure              exact rationals
floats, candidates     heuristic: NumPy and mpmath; they suggest, they never prove
compiler, tape,        exact: SymPy expressions as straight-line programs
system, tree
=====================  ===========================================================

This room uses ``symbolic`` and never ``proofs``.
"""
