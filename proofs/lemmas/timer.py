"""Deadlines for exact algebra, which cannot be asked to stop: an alarm interrupts it.

Alarms reach the main thread of a process only (POSIX); elsewhere a limit does nothing, and the provers' own
looks at the clock are what ends them.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType

__all__ = ["OutOfTime", "time_limit"]

AGAIN = 0.5  # an exception that a library swallowed is raised again after this many seconds
_limits: list[float] = []


class OutOfTime(BaseException):
    """A computation was interrupted at its limit.  Not an Exception: nobody is to take it for an error of their own."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise OutOfTime


def _arm() -> None:
    if _limits:
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, max(min(_limits) - time.monotonic(), 1e-4), AGAIN)
    else:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


class time_limit:
    """Raises OutOfTime in the block when ``seconds`` are over; limits nest, and the earliest counts."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.works = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def __enter__(self) -> time_limit:
        if self.works:
            _limits.append(self.until)
            _arm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.works:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            _limits.remove(self.until)
            _arm()
