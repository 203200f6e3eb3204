"""The leaves of a tree of cuts cover its root.

A cut at c divides [lo, hi] into [lo, c] and [c, hi], which together hold every point; so if every node
but the root is a part of exactly one node that comes before it, each point of the root lies in a leaf
(induction over the nodes; contraction in between removes only points that are shown to be no zeros).
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["leaves_cover"]


def leaves_cover(children: Sequence[int], size: int) -> bool:
    """Whether the lower children (one for each cut; the upper one follows it) account for every node.

    ``size`` is the number of nodes, node 0 the root.  Each child must come after its parent, which
    the caller checks for the pairs it reads.
    """
    claimed = [0] * size
    for c in children:
        if not 0 < c < size - 1:
            return False
        claimed[c] += 1
        claimed[c + 1] += 1
    return size > 0 and claimed[0] == 0 and all(n == 1 for n in claimed[1:])
