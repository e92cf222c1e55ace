"""Tasks that a worker has begun and must see through."""

import asyncio
from collections.abc import Callable, Coroutine


class InFlight:
    """At most `slots` tasks at a time; `freed` is called when there is a free one after there was none."""

    def __init__(self, slots: int) -> None:
        """How many may run."""
        self._slots = slots
        self._tasks: set[asyncio.Task[None]] = set()
        self.freed: Callable[[], None] = _nothing

    @property
    def free(self) -> int:
        """How many more may begin."""
        return self._slots - len(self._tasks)

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Run it on its own; it must not raise."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        was_full = self.free < 1
        self._tasks.discard(task)
        if was_full:
            self.freed()

    async def drain(self, timeout_seconds: float | None = None) -> bool:
        """Wait for all of them; whether all ended in time. Those that did not are cancelled."""
        tasks = set(self._tasks)
        if not tasks:
            return True
        _, late = await asyncio.wait(tasks, timeout=timeout_seconds)
        for task in late:
            task.cancel()
        return not late


def _nothing() -> None:
    """Nobody waits for a free slot."""
