"""Long polling, for machines the vendor cannot reach: an update is stored before the next is asked for."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from telegram.error import Conflict, NetworkError, TelegramError

from bot.channels.base import Envelope, Malformed, Received
from bot.channels.telegram.request import AiohttpRequest
from bot.clock import Clock
from bot.logs import get_logger

WAIT_SECONDS = 25
"""How long the vendor holds a poll open when there is nothing."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_STALE_AFTER = timedelta(seconds=90)
_LONGEST_PAUSE = 30.0

_log = get_logger("poller")

Fetch = Callable[[int], Awaitable[list[bytes]]]
"""The updates from an offset on, each as the JSON it came in."""


class UpdateSource:
    """getUpdates without PTB's parsing, so that one update that PTB can't read does not hold up the rest."""

    def __init__(self, request: AiohttpRequest, *, url: str) -> None:
        """`url`: `<host>/bot<token>`."""
        self._request = request
        self._url = f"{url}/getUpdates"

    async def __call__(self, offset: int) -> list[bytes]:
        """The updates from `offset` on; TelegramError when there are none to be had."""
        asked = {"offset": offset, "timeout": WAIT_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        status, body = await self._request.post_json(self._url, asked, wait_seconds=WAIT_SECONDS + 10)
        if status == HTTPStatus.CONFLICT:
            raise Conflict("somebody else receives this bot's updates")
        if status != HTTPStatus.OK:
            raise NetworkError(f"getUpdates answered {status}")
        return _updates(body)


def _updates(body: bytes) -> list[bytes]:
    try:
        answer = json.loads(body)
    except ValueError:
        raise NetworkError("getUpdates answered no JSON") from None
    match answer:
        case {"result": list(updates)}:
            return [json.dumps(update).encode() for update in updates]
        case _:
            raise NetworkError("getUpdates answered without a result")


class Poller:
    """One loop a bot: a second one anywhere makes the vendor refuse both in turn."""

    def __init__(
        self,
        fetch: Fetch,
        *,
        envelope: Callable[[bytes], Envelope],
        receive: Callable[[Received], Awaitable[object]],
        clock: Clock,
    ) -> None:
        """`receive` stores an update and returns once that is durable."""
        self._fetch = fetch
        self._envelope = envelope
        self._receive = receive
        self._clock = clock
        self._offset = 0
        self.last_poll: datetime | None = None
        """When the vendor last answered."""

    async def step(self) -> int:
        """One poll; how many updates came. The vendor forgets what is before the next offset."""
        updates = await self._fetch(self._offset)
        now = self._clock.now()
        for raw in updates:
            try:
                envelope = self._envelope(raw)
            except Malformed:
                continue
            await self._receive(Received("telegram", envelope, raw, now))
            self._offset = max(self._offset, int(envelope.vendor_id.rpartition(":")[2]) + 1)
        self.last_poll = now
        return len(updates)

    async def run(self) -> None:
        """Poll until cancelled; every error is waited out, longer each time."""
        failures = 0
        while True:
            try:
                await self.step()
                failures = 0
            except Conflict:
                failures += 1
                _log.error(
                    "another_poller", reason="only one process may poll for a bot, and no webhook be set"
                )
            except TelegramError as error:
                failures += 1
                _log.warning("poll_failed", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - the database may be back in a moment
                failures += 1
                _log.error("updates_not_stored", error=type(error).__name__)
            if failures:
                await asyncio.sleep(min(_LONGEST_PAUSE, 0.5 * 2.0**failures))

    def is_stale(self, now: datetime) -> bool:
        """Whether the vendor has not answered for longer than a poll can take."""
        return self.last_poll is None or now - self.last_poll > _STALE_AFTER
