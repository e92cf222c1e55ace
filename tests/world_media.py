"""The real media program for a whole test session: one child, one thread to talk to it."""

import asyncio
import hashlib
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from bot.media_client import MediaClient
from bot.media_contract import DEFAULT_BUDGET, Budget, Picture, Prepared, Refused

T = TypeVar("T")


class SharedMedia(MediaClient):
    """A media client that any event loop may use; what it was asked before it answers from memory."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="media", daemon=True)
        self._thread.start()
        self._client = self._here(_made()).result()
        self._prepared: dict[bytes, Prepared | Refused] = {}
        self._sheets: dict[bytes, Picture | Refused] = {}

    async def prepare(self, data: bytes, *, budget: Budget = DEFAULT_BUDGET) -> Prepared | Refused:
        key = hashlib.sha256(data).digest()
        if key not in self._prepared:
            self._prepared[key] = await self._ask_there(self._client.prepare(data, budget=budget))
        return self._prepared[key]

    async def contact_sheet(
        self, previews: Sequence[bytes], *, labels: Sequence[str], budget: Budget = DEFAULT_BUDGET
    ) -> Picture | Refused:
        said = [*(label.encode() for label in labels), repr(budget).encode()]
        key = hashlib.sha256(b"|".join([*previews, *said])).digest()
        if key not in self._sheets:
            asked = self._client.contact_sheet(previews, labels=labels, budget=budget)
            self._sheets[key] = await self._ask_there(asked)
        return self._sheets[key]

    async def close(self) -> None:
        """A service that ends leaves the program to the next test; `end` ends it."""

    def end(self) -> None:
        """End the program and the thread."""
        self._here(self._client.close()).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _here(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _ask_there(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self._here(work))


async def _made() -> MediaClient:
    return MediaClient()
