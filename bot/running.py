"""Running a service until a signal: the first drains and ends within ten seconds, the second ends at once."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

from bot.service import Service

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_INTERRUPTED = 130
_ONE_WISH_SECONDS = 0.3


async def run_until_signal(service: Service, *, started: Callable[[], Awaitable[None]]) -> None:
    """Start, say so through `started`, wait for a signal, drain and stop."""
    ending = _Ending()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, ending.asked)
    try:
        await service.start()
        await started()
        await ending.wait()
    finally:
        await service.drain()
        await service.stop()


class _Ending:
    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._asked_at = 0.0

    def asked(self) -> None:
        """What is claimed and not recorded is taken up as after a crash.

        A supervisor often signals the process and its group at once: that is one wish, not two.
        """
        now = asyncio.get_running_loop().time()
        if self._event.is_set() and now - self._asked_at > _ONE_WISH_SECONDS:
            os._exit(_INTERRUPTED)
        self._asked_at = now
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()
