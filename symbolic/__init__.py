"""What is being said: SymPy objects with exact numbers only, never a float.

Arithmetic: symbolic (exact).  This room imports neither ``numeric`` nor ``proofs``.
"""
