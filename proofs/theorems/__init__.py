"""Theorems as small pure functions: hypotheses in, verdict and numbers out.

Arithmetic: rigorous.  Part of the trusted base; nothing here imports a heuristic module.
"""
