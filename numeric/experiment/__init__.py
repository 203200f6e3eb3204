"""The paper's experiments in floating point, vectorised over seeds and samples.

Arithmetic: heuristic (NumPy float64).  Nothing in here is a proof; what is proved about the experiments is in
``proofs/studies/experiment.py``.
"""
