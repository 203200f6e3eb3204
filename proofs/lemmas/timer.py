"""Deadlines for exact algebra, which cannot be asked to stop: an alarm interrupts it.

Alarms reach the main thread of a process only (POSIX); elsewhere a limit does nothing, and the provers' own
looks at the clock are what ends them.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
from itertools import count
from types import FrameType, TracebackType
from typing import Any

__all__ = ["OutOfTime", "time_limit"]

SOON = 1e-3
_serial = count()
_limits: dict[int, float] = {}  # when, by number; those entered later have larger numbers


_collecting = False  # garbage; what is raised then is lost, as Python ignores exceptions of callbacks and finalizers


class OutOfTime(BaseException):
    """A computation was interrupted at its limit.  Not an Exception: nobody is to take it for an error of their own."""


def _collection_begins(phase: str, info: dict[str, Any]) -> None:
    global _collecting  # noqa: PLW0603
    if phase == "start":
        _collecting = True


def _collection_ends(phase: str, info: dict[str, Any]) -> None:
    global _collecting  # noqa: PLW0603
    if phase == "stop":
        _collecting = False


_CALLBACKS = (_collection_begins.__code__, _collection_ends.__code__)


def _watch_collections() -> None:
    """Be the first callback of a collection and the last one, so that the alarm keeps out of all others."""
    _ignore_collections()
    gc.callbacks.insert(0, _collection_begins)
    gc.callbacks.append(_collection_ends)


def _ignore_collections() -> None:
    for callback in (_collection_begins, _collection_ends):
        while callback in gc.callbacks:
            gc.callbacks.remove(callback)


def _ring(number: int, frame: FrameType | None) -> None:
    if _collecting or (frame is not None and frame.f_code in _CALLBACKS):
        signal.setitimer(signal.ITIMER_REAL, SOON)
        return
    now = time.monotonic()
    over = [k for k, until in _limits.items() if until <= now]
    # A limit rings once, so that nothing rings after its block was left in whatever way.
    for k in over:
        del _limits[k]
    _arm()
    if over:
        raise OutOfTime


def _arm() -> None:
    wait = max(min(_limits.values()) - time.monotonic(), SOON) if _limits else 0.0
    signal.setitimer(signal.ITIMER_REAL, wait)


class time_limit:
    """Raises OutOfTime in the block when ``seconds`` are over; limits nest, and the earliest counts."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.number = next(_serial)
        self.works = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def __enter__(self) -> time_limit:
        if self.seconds <= 0:
            raise OutOfTime
        if self.works:
            if not _limits:
                signal.signal(signal.SIGALRM, _ring)
                _watch_collections()
            _limits[self.number] = time.monotonic() + self.seconds
            _arm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.works:
            # Also those whose entry was interrupted before their block began.
            for k in [k for k in _limits if k >= self.number]:
                _limits.pop(k, None)
            _arm()
            if not _limits:
                _ignore_collections()
