"""Webhook delivery over HTTP: what is due goes out, lanes beside each other, each lane in order."""

import asyncio
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout

from .updates import Pending, UpdateQueue, Webhook

_ANSWER_WITHIN = ClientTimeout(total=60)


class WebhookSender:
    """Sends from a queue to its webhook; a lane in flight is left alone by overlapping calls."""

    def __init__(self, queue: UpdateQueue) -> None:
        """The HTTP session is opened at first use, in the loop that delivers."""
        self._queue = queue
        self._session: ClientSession | None = None
        self._places = asyncio.Semaphore(40)
        self._limit = 40

    async def deliver(self, now: datetime) -> int:
        """Send all that is due at `now` and return how many the bot took."""
        taken = 0
        while (hook := self._queue.webhook) and (heads := self._queue.due(now)):
            self._limit_to(hook.max_connections)
            for one in heads:
                one.in_flight = True
            taken += sum(await asyncio.gather(*(self._send(hook, one, now) for one in heads)))
        return taken

    async def close(self) -> None:
        """Close the HTTP session."""
        if self._session:
            await self._session.close()
            self._session = None

    def _limit_to(self, connections: int) -> None:
        if connections != self._limit:
            self._places, self._limit = asyncio.Semaphore(connections), connections

    async def _send(self, hook: Webhook, one: Pending, now: datetime) -> bool:
        async with self._places:
            why, retry_after = await self._post(hook, one)
        one.in_flight = False
        if why:
            self._queue.failed(one, why, now=now, retry_after=retry_after)
            return False
        self._queue.done(one)
        return True

    async def _post(self, hook: Webhook, one: Pending) -> tuple[str, float]:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        self._session = self._session or ClientSession()
        try:
            async with self._session.post(
                hook.url, json=one.json, headers=headers, timeout=_ANSWER_WITHIN, allow_redirects=False
            ) as answer:
                if 200 <= answer.status < 300:
                    return "", 0.0
                wait = answer.headers.get("Retry-After", "0")
                why = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return why, float(wait) if wait.isdigit() else 0.0
        except TimeoutError:
            return "Read timeout expired", 0.0
        except ClientError:
            return "Connection refused", 0.0
