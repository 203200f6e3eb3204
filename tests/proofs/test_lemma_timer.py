"""Limits interrupt computations that do not look at the clock, nest, and leave no alarm behind."""

from __future__ import annotations

import gc
import signal
import threading
import time

import pytest

from proofs.lemmas import timer
from proofs.lemmas.timer import OutOfTime, time_limit


def spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def assert_quiet() -> None:
    assert not timer._limits
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0.0


def test_a_block_in_time_is_left_alone() -> None:
    with time_limit(60):
        pass
    assert_quiet()


def test_a_loop_is_interrupted() -> None:
    with pytest.raises(OutOfTime), time_limit(0.02):
        spin(30)
    assert_quiet()


def test_no_time_at_all() -> None:
    for seconds in (0.0, -1.0):
        with pytest.raises(OutOfTime), time_limit(seconds):
            pytest.fail("the block was entered")
    assert_quiet()


def test_the_inner_limit_ends_the_inner_block_only() -> None:
    with time_limit(60):
        with pytest.raises(OutOfTime), time_limit(0.02):
            spin(30)
        assert len(timer._limits) == 1
    assert_quiet()


def test_the_outer_limit_ends_both() -> None:
    with pytest.raises(OutOfTime), time_limit(0.02), time_limit(60):
        spin(30)
    assert_quiet()


def test_an_error_in_the_block_leaves_no_alarm() -> None:
    with pytest.raises(ZeroDivisionError), time_limit(60):
        _ = 1 // 0
    assert_quiet()


def test_many_short_limits() -> None:
    for _ in range(300):
        try:
            with time_limit(0.002), time_limit(0.001):
                spin(0.0015)
        except OutOfTime:
            pass
    assert_quiet()
    spin(0.01)


def test_other_threads_are_not_limited() -> None:
    reached = []

    def work() -> None:
        with time_limit(0.001):
            spin(0.01)
        reached.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert reached == [True]
    assert_quiet()


def test_an_alarm_during_garbage_collection_is_not_lost() -> None:
    # Python ignores what is raised in a callback of the collector: the alarm waits for its end.
    seen = []

    def slow_callback(phase: str, info: dict[str, int]) -> None:
        seen.append(phase)
        spin(0.03)

    def collect_and_spin() -> None:
        gc.collect()
        spin(60)

    gc.callbacks.append(slow_callback)
    try:
        with pytest.raises(OutOfTime), time_limit(0.01):
            collect_and_spin()
    finally:
        gc.callbacks.remove(slow_callback)
    assert seen == ["start", "stop"]
