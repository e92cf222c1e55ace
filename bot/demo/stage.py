"""A sandbox as a program beside the ordinary service, both by a clock that only the story moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.channels.telegram import setup as telegram_setup
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp import setup as whatsapp_setup
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.clock import ManualClock
from bot.dialogues import Dialogues, production_dialogues
from bot.ids import Ids
from bot.media_client import MediaClient
from bot.operations import set_up_whatsapp
from bot.service import Service
from bot.settings import Settings, load_settings
from bot.training import WORLD, Invented, Sandbox, free_port
from bot.wiring import (
    Built,
    Half,
    Store,
    build_channels,
    build_service,
    open_store,
    webhook_secret,
    webhook_url,
)

from .phones import Phones, phones_at

_ROUNDS = 400


class RestlessError(RuntimeError):
    """The service goes on and on at one instant."""


class KeptMedia(MediaClient):
    """The media program for several services one after the other: each leaves it to the next."""

    async def close(self) -> None:
        """A service that ends does not end it."""

    async def end(self) -> None:
        """Nobody needs it any more."""
        await super().close()


@dataclass(slots=True)
class Stage:
    """Phones, and a service that works only while `settle` runs."""

    phones: Phones
    clock: ManualClock
    service: Service

    async def settle(self) -> None:
        """Let everything happen that is due at this instant."""
        for _ in range(_ROUNDS):
            done = await self.phones.deliver()
            now = self.clock.now()
            for worker in self.service.workers:
                done += await worker.step(now)
            if not done:
                return
        raise RestlessError("the service does not come to rest")

    async def hop(self, end: datetime) -> bool:
        """Go to the next instant at which something is due and let it happen; False, at `end`, if nothing is."""
        due = await self._next_due()
        nothing = due is None or due > end
        await self._move(end if due is None or nothing else due)
        await self.settle()
        return not nothing

    async def _next_due(self) -> datetime | None:
        now = self.clock.now()
        times = [await worker.next_due(now) for worker in self.service.workers]
        times.append(await self.phones.next_due())
        return min((one for one in times if one is not None), default=None)

    async def _move(self, to: datetime) -> None:
        by = max(to - self.clock.now(), timedelta(milliseconds=1))
        self.clock.advance(by)
        await self.phones.move(by.total_seconds())


@asynccontextmanager
async def stage(folder: Path, start: datetime, media: MediaClient) -> AsyncIterator[Stage]:
    """Sandbox and service with the sandbox's people, its data in `folder`, at `start` and standing still."""
    invented = Invented.by(Ids())
    sandbox = Sandbox(
        port=free_port(),
        token=invented.token,
        account_sid=invented.account_sid,
        auth_token=invented.auth_token,
        clock=start,
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(sandbox.stop)
        await sandbox.start()
        settings = _settings(folder, sandbox.url, invented)
        await set_up_whatsapp(settings)
        clock = ManualClock(start)
        store = await asyncio.to_thread(open_store, settings, clock=clock)
        service = await _service(stack, settings, store, media)
        phones = await stack.enter_async_context(phones_at(sandbox.url))
        made = Stage(phones, clock, service)
        await made.settle()
        yield made


def _settings(folder: Path, api_url: str, invented: Invented) -> Settings:
    port = free_port()
    return load_settings(
        **invented.telegram_settings(api_url),
        **invented.twilio_settings(api_url),
        host="127.0.0.1",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        unreviewed_phrases="mark",
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'scanrelay.db'}",
    )


async def _service(stack: AsyncExitStack, settings: Settings, store: Store, media: MediaClient) -> Service:
    built = build_channels(settings, store)
    dialogues = production_dialogues()
    service = build_service(settings, dialogues, store=store, half=Half(channels=built, media=media))
    stack.push_async_callback(service.stop)
    for channel in built.values():
        await channel.start()
        stack.push_async_callback(channel.stop)
    await service.start(stepped=True)
    stack.push_async_callback(service.drain)
    await _tell_vendors(settings, store, built, dialogues)
    organisation = {"toml": WORLD.read_text(encoding="utf-8"), "training": True}
    await service.command("org_import", organisation)
    return service


async def _tell_vendors(settings: Settings, store: Store, built: Built, dialogues: Dialogues) -> None:
    """What a service that runs by itself does in the background."""
    telegram, whatsapp = built["telegram"], built["whatsapp"]
    assert isinstance(telegram, TelegramChannel)
    assert isinstance(whatsapp, WhatsAppChannel)
    secret = webhook_secret(settings, store.keyring)
    await telegram_setup.set_webhook(telegram.bot, url=webhook_url(settings) or "", secret=secret)
    dialogues.links.telegram = telegram_setup.deep_link(await telegram_setup.username(telegram.bot))
    whatsapp.use(await whatsapp_setup.read_contents(whatsapp.client))
