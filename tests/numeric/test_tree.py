"""Trees of cuts: recording, growing, cutting boxes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from numeric.tree import SPLIT, TreeRecorder, bisect, choose_cut

FINITE = st.floats(-1e300, 1e300)


def axes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def test_a_small_tree_by_hand() -> None:
    # Node 0 is cut along axis 1 at 0.5; its upper child 2 is cut along axis 0 at -1; the rest are leaves.
    recorder = TreeRecorder()
    root = recorder.root()
    assert root.tolist() == [0]
    first = recorder.split(root, axes(1), np.array([0.5]))
    assert first.tolist() == [1, 2]
    recorder.close(first[:1], 3)
    second = recorder.split(first[1:], axes(0), np.array([-1.0]))
    assert second.tolist() == [3, 4]
    recorder.close(second, axes(1, 2))
    recorder.mark(second[:1], 7)
    tree = recorder.tree()
    assert len(tree) == 5
    assert tree.kind.tolist() == [SPLIT, 3, SPLIT, 1, 2]
    assert tree.child.tolist() == [1, -1, 3, -1, -1]
    assert tree.axis.tolist() == [1, 0, 0, 0, 0]
    assert tree.cut.tolist() == [0.5, 0.0, -1.0, 0.0, 0.0]
    assert tree.mark.tolist() == [-1, -1, -1, 7, -1]


def test_the_store_grows_without_losing_nodes() -> None:
    recorder = TreeRecorder()
    nodes = recorder.root()
    for depth in range(13):
        count = len(nodes)
        nodes = recorder.split(nodes, np.full(count, depth % 3, dtype=np.int8), np.arange(count, dtype=float))
    recorder.close(nodes, 1)
    tree = recorder.tree()
    assert len(tree) == 2**14 - 1
    inner = np.flatnonzero(tree.kind == SPLIT)
    assert len(inner) == 2**13 - 1
    # Every node but the root is the child of exactly one node.
    children = np.concatenate([tree.child[inner], tree.child[inner] + 1])
    assert sorted(children.tolist()) == list(range(1, len(tree)))
    # Depth d starts at node 2^d - 1 here, and its cuts are 0, 1, 2, ...
    for depth in range(13):
        assert tree.cut[2**depth - 1 : 2 ** (depth + 1) - 1].tolist() == list(range(2**depth))
        assert set(tree.axis[2**depth - 1 : 2 ** (depth + 1) - 1].tolist()) == {depth % 3}


def test_a_finished_tree_does_not_change_with_its_recorder() -> None:
    recorder = TreeRecorder()
    root = recorder.root()
    tree = recorder.tree()
    recorder.close(root, 5)
    assert tree.kind.tolist() == [0]


@given(FINITE, FINITE)
def test_a_cut_lies_in_the_side_it_cuts(a: float, b: float) -> None:
    lo, hi = np.array([[0.0], [min(a, b)]]), np.array([[1.0], [max(a, b)]])
    cut = choose_cut(lo, hi, axes(1))
    assert lo[1, 0] <= cut[0] <= hi[1, 0]


def test_cuts_avoid_the_centre() -> None:
    # A zero of a symmetric problem sits at the centre of a symmetric box; the cut must pass beside it.
    lo, hi = np.array([[-1.0, -8.0]]), np.array([[1.0, 8.0]])
    cut = choose_cut(lo, hi, axes(0, 0))
    assert (np.abs(cut) > 0.01).all()
    assert (np.abs(cut) < 0.5).all()


def test_thin_sides_are_cut_inside() -> None:
    a = 1.0
    b = np.nextafter(a, 2.0)
    assert choose_cut(np.array([[a]]), np.array([[a]]), axes(0))[0] == a
    assert choose_cut(np.array([[a]]), np.array([[b]]), axes(0))[0] in (a, b)


def test_the_two_parts_share_the_cut_and_cover_the_box() -> None:
    lo = np.array([[0.0, 10.0, -1.0], [0.0, 20.0, -2.0]])
    hi = np.array([[1.0, 11.0, 1.0], [4.0, 28.0, 2.0]])
    before = lo.copy(), hi.copy()
    child_lo, child_hi = bisect(lo, hi, axes(0, 1, 1), np.array([0.25, 21.0, 0.0]))
    # Lower and upper part next to each other.
    assert child_lo.T.tolist() == [[0, 0], [0.25, 0], [10, 20], [10, 21], [-1, -2], [-1, 0]]
    assert child_hi.T.tolist() == [[0.25, 4], [1, 4], [11, 21], [11, 28], [1, 0], [1, 2]]
    assert np.array_equal(lo, before[0])
    assert np.array_equal(hi, before[1])


def test_nothing_to_cut() -> None:
    empty = np.empty((3, 0))
    child_lo, child_hi = bisect(empty, empty, axes(), np.empty(0))
    assert child_lo.shape == child_hi.shape == (3, 0)
    recorder = TreeRecorder()
    recorder.close(recorder.root(), 4)
    assert recorder.split(np.empty(0, dtype=np.int64), axes(), np.empty(0)).tolist() == []
    assert recorder.tree().kind.tolist() == [4]
