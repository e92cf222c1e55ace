"""What each vendor is told and asked while the service runs: where updates go, what may be sent, what was missed.

A vendor that can't be reached now may be in a minute: what is here goes on meanwhile, and it is asked again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.channels.base import FetchFailed, Malformed, Received
from bot.channels.telegram import setup as telegram_setup
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.poller import Poller
from bot.channels.twilio.client import VENDOR_ERRORS
from bot.channels.whatsapp import setup as whatsapp_setup
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.clock import Clock
from bot.logs import get_logger
from storage.engine import Database

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0

_APPROVALS_SECONDS = 3600.0
"""Templates are approved, paused and rejected at any time; nobody tells."""

_MISSED_SECONDS = 300.0
_AT_START = timedelta(hours=24)
_OVERLAP = timedelta(minutes=15)
"""Twilio gives a webhook up within a minute, so what is older came or is known to be missing."""

_log = get_logger("vendors")

Receive = Callable[[Received], Awaitable[object]]


@dataclass(slots=True)
class Links:
    """By channel, the deep link that an invitation's code is appended to; Telegram's once the vendor has answered."""

    telegram: str = ""
    whatsapp: str = ""

    def known(self) -> tuple[tuple[str, str], ...]:
        """Those that are known."""
        links = (("telegram", self.telegram), ("whatsapp", self.whatsapp))
        return tuple((channel, link) for channel, link in links if link)


class Upkeep(Protocol):
    """Something that goes on with a vendor as long as the service runs."""

    async def run(self) -> None:
        """Never ends by itself and never raises."""
        ...


class TelegramLink:
    """Learns the bot's name; where a webhook is wanted, sets it, and where not, removes it and polls."""

    def __init__(
        self,
        channel: TelegramChannel,
        *,
        links: Links,
        webhook_url: str | None,
        secret: str,
        poller: Poller | None,
        takes_updates: bool,
    ) -> None:
        """`poller` brings the updates where there is no webhook; without `takes_updates` another process does."""
        self._channel = channel
        self._links = links
        self._webhook_url = webhook_url
        self._secret = secret
        self._poller = poller
        self._takes_updates = takes_updates

    async def run(self) -> None:
        """See Upkeep."""
        await _until_done(self._told)
        if self._poller is not None:
            await self._poller.run()

    async def _told(self) -> bool:
        bot = self._channel.bot
        try:
            if not self._takes_updates:
                pass
            elif self._webhook_url is None:
                await telegram_setup.remove_webhook(bot)
            else:
                await telegram_setup.set_webhook(bot, url=self._webhook_url, secret=self._secret)
            self._links.telegram = telegram_setup.deep_link(await telegram_setup.username(bot))
        except telegram_setup.VENDOR_ERRORS as error:
            _log.warning("telegram_not_told", error=type(error).__name__)
            return False
        return True


class WhatsAppContents:
    """Reads what the account can send by, and again every hour."""

    def __init__(self, channel: WhatsAppChannel) -> None:
        """Whoever sends needs it: the workers' half."""
        self._channel = channel

    async def run(self) -> None:
        """See Upkeep."""
        while True:
            await _until_done(self.read)
            await asyncio.sleep(_APPROVALS_SECONDS)

    async def read(self) -> bool:
        """Whether the vendor has told."""
        try:
            self._channel.use(await whatsapp_setup.read_contents(self._channel.client))
        except VENDOR_ERRORS as error:
            _log.warning("contents_not_read", error=type(error).__name__)
            return False
        return True


class WhatsAppMissed:
    """Lists what people wrote and takes in what no webhook brought: Twilio hardly repeats one."""

    def __init__(
        self, channel: WhatsAppChannel, *, database: Database, receive: Receive, clock: Clock
    ) -> None:
        """`receive` stores an update; one that came meanwhile takes effect once all the same."""
        self._channel = channel
        self._database = database
        self._receive = receive
        self._clock = clock
        self._since = clock.now() - _AT_START

    async def run(self) -> None:
        """See Upkeep."""
        while True:
            await _until_done(self.look)
            await asyncio.sleep(_MISSED_SECONDS)

    async def look(self) -> bool:
        """Whether all that was missed is stored."""
        now = self._clock.now()
        try:
            missed = await self._channel.recent(self._since, known=self._known)
        except FetchFailed as error:
            _log.warning("missed_not_listed", error=str(error))
            return False
        for raw in missed:
            await self._take(raw)
        self._since = now - _OVERLAP
        return True

    async def _take(self, raw: bytes) -> None:
        try:
            envelope = self._channel.envelope(raw)
        except Malformed:
            return
        await self._receive(Received(self._channel.name, envelope, raw, self._clock.now()))
        _log.warning("webhook_missed", channel=self._channel.name)

    async def _known(self, ids: Sequence[str]) -> frozenset[str]:
        return await self._database.read(lambda uow: uow.inbox.known(self._channel.name, ids))


async def _until_done(attempt: Callable[[], Awaitable[bool]]) -> None:
    pause = _FIRST_PAUSE
    while not await attempt():
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 2)
