"""The formal layer: theorems for Coq's kernel, emitted from certificates, compiled with ``proofs/coq``.

Nothing here is trusted: what is emitted is judged by Coq.  The numbers are hints, and a wrong one makes the
compilation fail.
"""
