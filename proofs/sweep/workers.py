"""Where cells are decided: in this process, in local processes, or on a Dask cluster.

A pool yields decisions in any order.  A worker that dies costs its batch, which is given to another one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Protocol

from proofs.region_cells import Sides
from proofs.sweep.cells import Decision, Recipe, decide_cell

__all__ = ["DaskPool", "LocalPool", "Pool", "PoolError"]

BATCH = 4
ATTEMPTS = 5
Cell = tuple[str, Sides]
Result = list[tuple[str, Decision]]


class PoolError(RuntimeError):
    """The workers cannot be reached or keep dying; what was decided is in the ledger."""


class Pool(Protocol):
    def decide(self, cells: Sequence[Cell]) -> Iterator[tuple[str, Decision]]: ...

    def close(self) -> None: ...


def decide_batch(recipe: Recipe, batch: Sequence[Cell]) -> Result:
    """What a worker runs."""
    return [(path, decide_cell(recipe, sides)) for path, sides in batch]


def _end_with(parent: int) -> None:
    """Let this worker end soon after its parent, also when that is killed and cannot say so."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _batches(cells: Sequence[Cell]) -> list[Sequence[Cell]]:
    return [cells[k : k + BATCH] for k in range(0, len(cells), BATCH)]


class LocalPool:
    """``jobs`` processes of this machine; one job is this process itself."""

    def __init__(self, recipe: Recipe, jobs: int) -> None:
        self.recipe, self.jobs = recipe, jobs
        self.executor: ProcessPoolExecutor | None = None

    def decide(self, cells: Sequence[Cell]) -> Iterator[tuple[str, Decision]]:
        if self.jobs < 2 or len(cells) < 2 * BATCH:
            for cell in cells:
                yield from decide_batch(self.recipe, [cell])
            return
        todo = dict(enumerate(_batches(cells)))
        for _ in range(ATTEMPTS):
            if self.executor is None:
                # Fresh interpreters: forking a process with threads is not safe.
                self.executor = ProcessPoolExecutor(self.jobs, get_context("spawn"), _end_with, (os.getpid(),))
            try:
                futures = {self.executor.submit(decide_batch, self.recipe, b): k for k, b in todo.items()}
                pending = set(futures)
                while pending:
                    done, pending = wait(pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        result = future.result()
                        del todo[futures[future]]
                        yield from result
                return
            except BrokenProcessPool:
                self.close()
        raise PoolError(f"local workers died {ATTEMPTS} times")

    def close(self) -> None:
        if self.executor is not None:
            self.executor.shutdown(wait=False, cancel_futures=True)
            self.executor = None


class DaskPool:
    """The workers of a Dask scheduler, which must have this package installed."""

    def __init__(self, recipe: Recipe, address: str, *, seconds: float = 20.0) -> None:
        """Raises PoolError when the package is missing or the scheduler does not answer."""
        try:
            from distributed import Client
        except ImportError as error:
            raise PoolError("--dask needs the extra [dask]: pip install 'separatrix[dask]'") from error
        self.recipe = recipe
        try:
            self.client: Any = Client(address, timeout=seconds, set_as_default=False)
            self.client.wait_for_workers(1, timeout=seconds)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise PoolError(f"--dask {address}: no scheduler with workers answers there") from error

    def decide(self, cells: Sequence[Cell]) -> Iterator[tuple[str, Decision]]:
        from distributed import as_completed

        run: Callable[..., Result] = decide_batch
        # The scheduler gives the batch of a worker that died to another one.
        futures = [
            self.client.submit(run, self.recipe, batch, retries=ATTEMPTS, pure=False) for batch in _batches(cells)
        ]
        try:
            for future in as_completed(futures, loop=self.client.loop):
                yield from future.result()
        except GeneratorExit:
            raise
        except Exception as error:
            raise PoolError(f"the Dask cluster failed ({type(error).__name__}: {str(error)[:120]})") from error

    def close(self) -> None:
        try:
            self.client.close(timeout=5)
        except (OSError, TimeoutError):
            return
