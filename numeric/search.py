"""Branch and prune: every zero of a system in a box is inside one of the known boxes, or it is found.

Arithmetic: rigorous.  The search keeps the whole tree it walked, so that a checker can walk it again
with another arithmetic; which cut is made where is a heuristic and needs no trust.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from enum import IntEnum
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from numeric import intervals
from numeric.batch import BatchEvaluator
from numeric.contract import RowContractor
from numeric.hc4 import TapeContractor
from numeric.intervals import BoolArray, FloatArray
from numeric.krawczyk_batch import krawczyk_batch, mean_value_misses
from numeric.system import System
from numeric.tree import SPLIT, CutTree, TreeRecorder, bisect, choose_cut

__all__ = ["Budget", "NARROWED", "IsolatedBox", "Leaf", "SearchResult", "search_zeros"]

CHUNK = 4096
SHARED_LEVEL = 12 * CHUNK  # starting processes costs about a second, which only large levels repay
CANDIDATES = 8  # failed attempts per level: around a degenerate zero there are many boxes and no success
WORTH = 0.9  # a Krawczyk narrowing is kept (and recorded) when it shrinks some side below this


class Leaf(IntEnum):
    """What became of a node that has no children.

    In the tree the ``mark`` of a KNOWN leaf is the number of its uniqueness box; a mark of
    NARROWED says that the Krawczyk operator was applied at this node.
    """

    ROWS = 1  # emptied by the linear rows
    KRAWCZYK = 2  # emptied by the Krawczyk operator
    KNOWN = 3  # inside the uniqueness box of a known zero
    OPEN = 4  # not decided
    PROPAGATED = 5  # emptied by propagation through the equations


@dataclass(frozen=True)
class IsolatedBox:
    """Exactly one zero in [outer_lo, outer_hi], and it lies in [inner_lo, inner_hi]."""

    inner_lo: FloatArray
    inner_hi: FloatArray
    outer_lo: FloatArray
    outer_hi: FloatArray


@dataclass(frozen=True)
class Budget:
    """Limits that end a search with what it has: seconds, boxes, and relative box width."""

    seconds: float = 60.0
    boxes: int = 5_000_000
    relative_width: float = 1e-9


NARROWED = -2


@dataclass
class SearchResult:
    tree: CutTree
    known: list[IsolatedBox]
    open_lo: FloatArray
    open_hi: FloatArray
    boxes: int
    stopped_by: str | None = None

    @property
    def complete(self) -> bool:
        return self.open_lo.shape[1] == 0


Discover = Callable[[FloatArray], list[IsolatedBox]]


def search_zeros(
    system: System,
    root_lo: FloatArray,
    root_hi: FloatArray,
    known: list[IsolatedBox],
    *,
    discover: Discover | None = None,
    budget: Budget = Budget(),
    rounds: int = 1,
    jobs: int = 1,
) -> SearchResult:
    """Decide every part of the root box (finite ends, shape (n,)).

    ``known`` are proven uniqueness boxes, ``discover`` proposes and *proves* further ones near
    given points (n x k).  Boxes that no test decides within the budget come back as open.
    ``jobs`` processes share levels of many boxes; small searches stay in this one.
    """
    with _Shared(system, root_lo, root_hi, list(known), rounds, jobs) as worker:
        return _walk(worker, root_lo, root_hi, discover, budget)


def _walk(
    worker: _Shared, root_lo: FloatArray, root_hi: FloatArray, discover: Discover | None, budget: Budget
) -> SearchResult:
    recorder = TreeRecorder()
    nodes = recorder.root()
    worker.until = time.monotonic() + budget.seconds
    lo, hi = root_lo.reshape(-1, 1).copy(), root_hi.reshape(-1, 1).copy()
    started, boxes, stopped = time.monotonic(), 0, None
    smallest = np.maximum(root_hi - root_lo, 1e-300) * budget.relative_width
    while lo.shape[1]:
        boxes += lo.shape[1]
        level = worker.process(lo, hi)
        alive = np.flatnonzero(level.kind == SPLIT)
        tiny = alive[((hi - lo)[:, alive] <= smallest[:, None]).all(axis=0)]
        if len(tiny):
            _settle_tiny(worker, lo, hi, level, alive, tiny, discover)
            tiny = tiny[level.kind[tiny] == SPLIT]
        level.kind[tiny] = Leaf.OPEN
        if boxes >= budget.boxes:
            stopped = "box budget"
        elif time.monotonic() - started > budget.seconds:
            stopped = "time budget"
        if stopped:
            level.kind[level.kind == SPLIT] = Leaf.OPEN
        worker.note_open(lo, hi, level.kind == Leaf.OPEN)
        recorder.close(nodes, level.kind)
        recorder.mark(nodes, level.mark)
        cut = np.flatnonzero(level.kind == SPLIT)
        nodes = recorder.split(nodes[cut], level.axis[cut], level.cut[cut])
        lo, hi = bisect(lo[:, cut], hi[:, cut], level.axis[cut], level.cut[cut])
    open_lo, open_hi = worker.open_boxes()
    return SearchResult(recorder.tree(), worker.known, open_lo, open_hi, boxes, stopped)


def _settle_tiny(
    worker: _Shared,
    lo: FloatArray,
    hi: FloatArray,
    level: _Level,
    alive: NDArray[np.intp],
    tiny: NDArray[np.intp],
    discover: Discover | None,
) -> None:
    """Small surviving boxes lie in a known box (the last tests shrank them into it) or are candidates."""

    def settle(boxes: NDArray[np.intp]) -> None:
        number = worker.inside_known(lo[:, boxes], hi[:, boxes])
        level.kind[boxes[number >= 0]] = Leaf.KNOWN
        level.mark[boxes[number >= 0]] = number[number >= 0]

    settle(tiny)
    failures = 0
    for box in tiny:
        if discover is None or failures == CANDIDATES:
            return
        if level.kind[box] == SPLIT:
            fresh = discover(0.5 * (lo + hi)[:, [box]])
            if fresh:
                # One new uniqueness box usually settles many others.
                worker.add_known(fresh)
                settle(alive[level.kind[alive] == SPLIT])
            else:
                failures += 1


@dataclass
class _Level:
    """What became of the boxes of one level, and where those that stay are to be cut."""

    kind: NDArray[np.int8]
    axis: NDArray[np.int8]
    cut: FloatArray
    mark: NDArray[np.int32]


class _Tests:
    """The tests of one search, applied chunk by chunk so that temporaries stay in cache."""

    def __init__(
        self, system: System, root_lo: FloatArray, root_hi: FloatArray, known: list[IsolatedBox], rounds: int
    ) -> None:
        root = (root_lo, root_hi)
        self.dimension = system.dimension
        self.contract = RowContractor(system, root)
        self.propagate = TapeContractor(system.function, root) if system.propagate else None
        self.function = BatchEvaluator(system.function, root, system.fixed_floats)
        self.jacobian = BatchEvaluator(system.jacobian, root, system.fixed_floats)
        self.rounds = rounds
        self.kinks = system.has_kinks
        self.until = math.inf  # the moment (time.monotonic) after which boxes are left open
        self.known: list[IsolatedBox] = []
        self._outer = np.empty((2, 0, self.dimension))
        self._scale = np.maximum(root_hi - root_lo, 1e-300)
        self.add_known(known)

    def add_known(self, boxes: list[IsolatedBox]) -> None:
        self.known.extend(boxes)
        if self.known:
            self._outer = np.array([[k.outer_lo for k in self.known], [k.outer_hi for k in self.known]])

    def inside_known(self, lo: FloatArray, hi: FloatArray) -> NDArray[np.int16]:
        """For each box the number of a uniqueness box that contains it, or -1."""
        found = np.full(lo.shape[1], -1, dtype=np.int16)
        for k in range(len(self.known)):
            outer_lo, outer_hi = self._outer[0, k][:, None], self._outer[1, k][:, None]
            found[((lo >= outer_lo) & (hi <= outer_hi)).all(axis=0)] = k
        return found

    def process(self, lo: FloatArray, hi: FloatArray) -> _Level:
        """Run all tests; shrinks lo, hi in place and says what became of each box."""
        count = lo.shape[1]
        level = _Level(
            np.full(count, SPLIT, dtype=np.int8),
            np.zeros(count, dtype=np.int8),
            np.zeros(count),
            np.full(count, -1, dtype=np.int32),
        )
        for start in range(0, count, CHUNK):
            if time.monotonic() > self.until:
                level.kind[start:] = Leaf.OPEN
                break
            self._chunk(lo, hi, level, slice(start, min(start + CHUNK, count)))
        return level

    def _chunk(self, lo: FloatArray, hi: FloatArray, level: _Level, part: slice) -> None:
        a, b = lo[:, part].copy(), hi[:, part].copy()
        index = np.arange(part.start, part.stop)
        for _ in range(self.rounds):
            alive = self.contract(a, b)
            level.kind[index[~alive]] = Leaf.ROWS
            a, b, index = a[:, alive], b[:, alive], index[alive]
            if not len(index):
                return
        if self.propagate is not None:
            alive = self.propagate(a, b)
            level.kind[index[~alive]] = Leaf.PROPAGATED
            a, b, index = a[:, alive], b[:, alive], index[alive]
            if not len(index):
                return
        inside = self.inside_known(a, b)
        level.kind[index[inside >= 0]] = Leaf.KNOWN
        level.mark[index] = inside
        rest = inside < 0
        a, b, index = a[:, rest], b[:, rest], index[rest]
        if not len(index):
            return
        middle = intervals.mid((a, b))
        value, defined = self.function(middle, middle)
        slope, smooth = self.jacobian(a, b)
        image = krawczyk_batch(a, b, value, slope, middle)
        certain = np.ones(a.shape[1], dtype=bool)
        # A derivative may simplify and forget where the function itself is not defined.
        everywhere = None if defined is None else self.function(a, b)[1]
        for mask in (defined, smooth, everywhere):
            if mask is not None:
                certain &= mask
        usable = image.known & certain
        new_a = np.where(usable, np.maximum(a, image.lo), a)
        new_b = np.where(usable, np.minimum(b, image.hi), b)
        alive = np.asarray((new_a <= new_b).all(axis=0))
        if self.kinks:
            alive &= ~(certain & mean_value_misses(a, b, value, slope, middle))
        level.kind[index[~alive]] = Leaf.KRAWCZYK
        worth = alive & ((new_b - new_a) < WORTH * (b - a)).any(axis=0)
        a[:, worth], b[:, worth] = new_a[:, worth], new_b[:, worth]
        level.mark[index[worth | ~alive]] = NARROWED
        a, b, index = a[:, alive], b[:, alive], index[alive]
        lo[:, index], hi[:, index] = a, b
        axis = self._axis(a, b, [(s[0][alive], s[1][alive]) for s in slope])
        level.axis[index] = axis
        level.cut[index] = choose_cut(a, b, axis)

    def _axis(self, lo: FloatArray, hi: FloatArray, slope: list[intervals.Interval]) -> NDArray[np.int8]:
        """The variable whose width matters most to the equations (summed relative smear)."""
        n = self.dimension
        width = hi - lo
        with np.errstate(all="ignore"):
            size = np.array([intervals.mag(s) for s in slope]).reshape(n, n, -1)
            smear = size * width
            smear = (smear / smear.sum(axis=1, keepdims=True)).sum(axis=0)
            score = np.where(np.isfinite(smear).all(axis=0), smear, width / self._scale[:, None])
            # A side at the resolution of float64 cannot be cut further.
            score = np.where(width <= 4e-16 * np.maximum(np.abs(lo), np.abs(hi)), -1.0, score)
        return np.argmax(score, axis=0).astype(np.int8)


class _Shared(_Tests):
    """The tests, shared among processes when a level has many boxes, and the boxes left open."""

    def __init__(
        self,
        system: System,
        root_lo: FloatArray,
        root_hi: FloatArray,
        known: list[IsolatedBox],
        rounds: int,
        jobs: int,
    ) -> None:
        super().__init__(system, root_lo, root_hi, known, rounds)
        self._arguments = (system, root_lo, root_hi)
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._open: list[tuple[FloatArray, FloatArray]] = []

    def __enter__(self) -> _Shared:
        return self

    def __exit__(self, *error: object) -> None:
        self._close_pool()

    def _close_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def add_known(self, boxes: list[IsolatedBox]) -> None:
        super().add_known(boxes)
        # Other processes hold the old list; the next large level starts them afresh.
        if getattr(self, "_pool", None) is not None:
            self._close_pool()

    def process(self, lo: FloatArray, hi: FloatArray) -> _Level:
        count = lo.shape[1]
        if self._jobs < 2 or count < SHARED_LEVEL:
            return super().process(lo, hi)
        if self._pool is None:
            # Fresh interpreters: forking a process with threads is not safe.
            self._pool = ProcessPoolExecutor(
                self._jobs, get_context("spawn"), _start_process, (*self._arguments, self.known, self.rounds)
            )
        edges = range(0, count, 4 * CHUNK)
        parts = [(lo[:, e : e + 4 * CHUNK], hi[:, e : e + 4 * CHUNK]) for e in edges]
        done = list(self._pool.map(_process_part, parts))
        lo[:] = np.concatenate([d[0] for d in done], axis=1)
        hi[:] = np.concatenate([d[1] for d in done], axis=1)
        levels = [d[2] for d in done]
        return _Level(*(np.concatenate([getattr(v, f.name) for v in levels]) for f in fields(_Level)))

    def note_open(self, lo: FloatArray, hi: FloatArray, mask: BoolArray) -> None:
        if mask.any():
            self._open.append((lo[:, mask], hi[:, mask]))

    def open_boxes(self) -> tuple[FloatArray, FloatArray]:
        if not self._open:
            empty = np.empty((self.dimension, 0))
            return empty, empty
        return np.concatenate([b[0] for b in self._open], 1), np.concatenate([b[1] for b in self._open], 1)


_tests_here: _Tests | None = None


def _start_process(
    system: System, root_lo: FloatArray, root_hi: FloatArray, known: list[IsolatedBox], rounds: int
) -> None:
    global _tests_here  # noqa: PLW0603 - one set of tests for each worker process
    _tests_here = _Tests(system, root_lo, root_hi, known, rounds)


def _process_part(part: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray, _Level]:
    if _tests_here is None:
        raise RuntimeError("the worker process was not started")
    lo, hi = part[0].copy(), part[1].copy()
    level = _tests_here.process(lo, hi)
    return lo, hi, level
