"""Experiments as users meet them: kept in files, summed up in tables and figures.

Arithmetic: heuristic, and marked so in every output; what is proved comes from ``proofs/metrics.py`` and the studies.
"""
