"""The whole service between real phones of the loopback vendor, on a clock that only the test moves.

    async with World(folder, media) as world:
        await world.asha.sends_photo(caption="45 M chest cough 3 weeks urgent")
        await world.asha.hears("refer.got_it")

One database, the ordinary channels and web edge over HTTP, all workers; nothing of ours is replaced but the
clock, the ids and the loops, which the world steps itself. Telegram and Twilio share one clock. It fails on any
message that nobody looked at, any logged error, any request that a vendor's specification does not allow, and
whatever in DESIGN §6 does not hold.
"""

import contextlib
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.channels.telegram import setup as telegram_setup
from bot.clock import ManualClock
from bot.dialogues import Dialogues, production_dialogues
from bot.ids import Ids
from bot.media_client import MediaClient
from bot.metrics import Metrics
from bot.sandbox.app import build_app, build_twilio_vendor, build_vendor
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.twilio.vendor import TwilioVendor
from bot.sandbox.vendor import Upload, Vendor
from bot.service import Intake
from bot.serving import HttpServer
from bot.settings import Settings, load_settings
from bot.vendors import WhatsAppMissed
from bot.web import Receive
from bot.wiring import Half, Store, build_service, build_telegram, open_store
from storage.unit_of_work import UnitOfWork
from tests.postgres import own_ids, world_database
from tests.spec import BotApiSpec, spec_path
from tests.world_account import Account
from tests.world_database import lay_tables
from tests.world_organisation import ON_TELEGRAM
from tests.world_people import Person
from tests.world_telegram import TelegramPerson
from tests.world_texts import marks
from tests.world_truths import (
    broken,
    mark_matcher,
    pieces_of,
    sent_messages,
    unmarked,
    unmarked_repeats,
    whatsapp_effects,
)
from tests.world_web import build_web
from tests.world_whatsapp import WhatsAppPerson

T = TypeVar("T")

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""A Tuesday, half past eleven in the morning in India."""

_SECRET = "invented-secret"
_ROUNDS = 400
_SPEC = BotApiSpec(path) if (path := spec_path()) else None


class World:
    """Use as an asynchronous context; `media` is shared by all worlds of a session."""

    def __init__(
        self,
        folder: Path,
        media: MediaClient,
        *,
        dialogues: Dialogues | None = None,
        organisation: str | None = ON_TELEGRAM,
        seed: int = 1,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """`organisation`: TOML to import first, None for a service that nobody has joined yet.

        `settings`: more than every world has, as of a number that calls.
        """
        self._more = dict(settings or {})
        self.clock = ManualClock(START)
        self.vendor: Vendor = build_vendor(self.clock)
        self.twilio: TwilioVendor = build_twilio_vendor(self.clock)
        self.account = Account(self.twilio)
        self.problems: list[str] = []
        self.requests: list[str] = []
        """The methods that the bot called, in order."""
        self.is_over = False
        """Set when the scenario has failed already: nothing more is checked."""
        self.folder = folder
        self._media = media
        self._dialogues = dialogues or production_dialogues()
        self._organisation = organisation
        self._seed = seed
        self._allowed: set[str] = set()
        self._stack = contextlib.AsyncExitStack()
        phones = self.vendor.phones.items()
        self.people = {name: TelegramPerson(self, phone, self.vendor) for name, phone in phones}
        callers = self.twilio.phones.items()
        self.on_whatsapp = {name: WhatsAppPerson(self, phone, self.twilio) for name, phone in callers}
        self.asha, self.meena = self.people["asha"], self.people["meena"]
        self.rao, self.khan = self.people["rao"], self.people["khan"]
        self.sunita, self.stranger = self.people["sunita"], self.people["stranger"]
        self.lakshmi, self.iyer = self.on_whatsapp["lakshmi"], self.on_whatsapp["iyer"]
        self.rao_wa, self.newcomer = self.on_whatsapp["rao_wa"], self.on_whatsapp["newcomer"]

    @property
    def everybody(self) -> list[Person]:
        """All who have a phone, on either messenger."""
        return [*self.people.values(), *self.on_whatsapp.values()]

    # --- beginning and end

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            self._logs = stack.enter_context(capture_logs())
            self._library = stack.enter_context(_library_errors())
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._stack:
            if error is None and not self.is_over:
                await self.settle()
                await self.check()

    async def _start(self, stack: contextlib.AsyncExitStack) -> None:
        self.vendor.on_request = self._look_at
        sandbox = await self._serve(stack, build_app(self.vendor, twilio=self.twilio))
        stack.push_async_callback(self.vendor.close)
        stack.push_async_callback(self.twilio.close)
        edge = Starlette()
        settings = self._settings(stack, sandbox, await self._serve(stack, edge))
        ids = Ids(self._seed) if settings.is_sqlite else own_ids(self._seed)
        if settings.is_sqlite:
            lay_tables(settings)
        store = open_store(settings, clock=self.clock, ids=ids)
        stack.callback(store.database.close)
        self.database = store.database
        await self._open_channels(stack, settings, store)
        half = Half(channels={"telegram": self.channel, "whatsapp": self.account.channel}, media=self._media)
        self.service = build_service(settings, self._dialogues, store=store, half=half)
        receive = Intake(self.database, Metrics()).receive
        self._missed = WhatsAppMissed(
            self.account.channel, database=self.database, receive=receive, clock=self.clock
        )
        await self._open_doors(edge, settings, store, receive=receive)
        if self._organisation is not None:
            await self.command("org_import", {"toml": self._organisation, "training": True})
        await self.settle()

    async def _serve(self, stack: contextlib.AsyncExitStack, app: Starlette) -> str:
        """Where it listens."""
        server = HttpServer(app, host="127.0.0.1", port=0)
        await server.start()
        stack.push_async_callback(server.stop)
        return f"http://127.0.0.1:{server.port}"

    def _settings(self, stack: contextlib.AsyncExitStack, sandbox: str, edge: str) -> Settings:
        return load_settings(
            data_dir=self.folder / "data",
            database_url=stack.enter_context(world_database()),
            public_url=edge,
            telegram_token=self.vendor.token,
            telegram_secret=_SECRET,
            telegram_api_url=sandbox,
            unreviewed_phrases="mark",
            **self.account.settings(sandbox),
            **self._more,
        )

    async def _open_channels(
        self, stack: contextlib.AsyncExitStack, settings: Settings, store: Store
    ) -> None:
        telegram = build_telegram(settings, store.keyring)
        assert telegram is not None
        self.channel = telegram
        await self.account.open(settings, store)
        for channel in (self.channel, self.account.channel):
            await channel.start()
            stack.push_async_callback(channel.stop)

    async def _open_doors(
        self, edge: Starlette, settings: Settings, store: Store, *, receive: Receive
    ) -> None:
        web = build_web(
            settings,
            store,
            telegram=self.channel,
            whatsapp=self.account.channel,
            media=self._media,
            receive=receive,
        )
        edge.router.routes.extend(web.app().routes)
        url = f"{settings.own_url}/telegram/webhook"
        await telegram_setup.set_webhook(self.channel.bot, url=url, secret=_SECRET)
        name = await telegram_setup.username(self.channel.bot)
        self._dialogues.links.telegram = telegram_setup.deep_link(name)

    # --- time

    async def settle(self) -> None:
        """Let everything happen that is due at this instant."""
        for _ in range(_ROUNDS):
            now = self.clock.now()
            done = await self.vendor.deliver(now) + await self.twilio.deliver(now)
            for worker in self.service.workers:
                done += await worker.step(now)
            if not done:
                return
        raise AssertionError("the world does not come to rest")

    async def hop(self, longest: timedelta) -> bool:
        """Move to the next instant at which something is due, at most `longest` ahead; False if nothing is."""
        if longest <= timedelta(0):
            return False
        due = await self._next_due()
        if due is None or due > self.clock.now() + longest:
            return False
        self.clock.advance(max(due - self.clock.now(), timedelta(milliseconds=1)))
        await self.settle()
        return True

    async def pass_time(self, length: timedelta) -> None:
        """Let time go by, with a stop at every instant at which something is due."""
        end = self.clock.now() + length
        await self.settle()
        while await self.hop(end - self.clock.now()):
            pass
        self.clock.advance(max(end - self.clock.now(), timedelta(0)))
        await self.settle()

    async def seconds(self, count: float) -> None:
        await self.pass_time(timedelta(seconds=count))

    async def minutes(self, count: float) -> None:
        await self.pass_time(timedelta(minutes=count))

    async def hours(self, count: float) -> None:
        await self.pass_time(timedelta(hours=count))

    def now(self) -> datetime:
        """What every clock shows."""
        return self.clock.now()

    async def _next_due(self) -> datetime | None:
        now = self.clock.now()
        times = [await worker.next_due(now) for worker in self.service.workers]
        times += [self.vendor.next_due(), self.twilio.next_due()]
        return min((one for one in times if one is not None), default=None)

    # --- the service and the vendor

    async def command(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """What an operator asks for."""
        return await self.service.command(name, arguments)

    async def ask(self, question: Callable[[UnitOfWork], T]) -> T:
        """Look into the database."""
        return await self.database.read(question)

    def breaks(self, kind: FaultKind, method: str = "", *, times: int = 1, **more: Any) -> None:
        """The vendor fails so, the next times that it is asked."""
        self.vendor.faults.add(Fault(kind, method, left=times, **more))

    async def pieces_of(self, sid: str) -> tuple[str, ...] | None:
        """See `world_whatsapp.Pieces`: a message that the service knows nothing of stands alone."""
        return await self.database.read(lambda uow: pieces_of(uow, sid))

    def expects_errors(self, *events: str) -> None:
        """These log events are part of the scenario."""
        self._allowed |= set(events)

    def _look_at(self, method: str, params: Mapping[str, object], files: Mapping[str, Upload]) -> None:
        self.requests.append(method)
        if _SPEC is not None:
            self.problems += _SPEC.problems(method, dict(params), frozenset(files))

    # --- truths

    async def check_invariants(self) -> None:
        """What must always be true holds now."""
        now = self.clock.now()
        place_of = self.account.places()
        problems = await self.database.read(lambda uow: broken(uow, now, place_of))
        sent = await self.database.read(sent_messages)
        is_marked = mark_matcher(marks())
        problems += unmarked_repeats(self.vendor.log, sent, is_marked)
        problems += unmarked(whatsapp_effects(self.twilio.log), sent, is_marked)
        depth = await self.database.read(lambda uow: uow.outbox.depth())
        if depth.dead and "message_dead" not in self._allowed:
            problems.append(f"{depth.dead} messages will never leave")
        assert not problems, problems

    def story(self) -> str:
        """What the phones saw, for reading when a scenario fails."""
        errors = [f"logged: {line}\n" for line in self._logs if line["log_level"] in ("error", "critical")]
        return (
            "".join(errors)
            + "\n".join(
                f"{(one.at - START).total_seconds():8.1f}s {one.phone:8} {one.method} {one.media} {one.text!r}"
                f" {list(one.buttons) or ''} {one.error}"
                for one in self.vendor.log
            )
            + "\n"
            + self.account.story(START)
        )

    async def looks_for_missed(self) -> None:
        """What the service does by itself every five minutes: it asks Twilio for messages that no webhook brought."""
        assert await self._missed.look()
        await self.settle()

    async def cleans_up(self) -> None:
        """What the service does by itself once an hour: it forgets what has had its time."""
        await self.service.retention.step(self.clock.now())
        await self.settle()

    async def check(self) -> None:
        """Everybody has looked at everything, nobody logged an error, and all truths hold."""
        unread = {str(one): [h.text for h in one.unread] for one in self.everybody if one.unread}
        assert not unread, f"nobody looked at {unread}"
        errors = [line for line in self._logs if line["log_level"] in ("error", "critical")]
        unexpected = [line for line in errors if line["event"] not in self._allowed]
        assert not unexpected, f"errors were logged: {unexpected}"
        assert not self._library, f"libraries logged errors: {self._library}"
        problems = [*self.problems, *self.account.problems]
        assert not problems, f"requests against the specification: {problems}"
        await self.check_invariants()


class _Errors(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@contextlib.contextmanager
def _library_errors() -> Any:
    """What libraries log as errors, above all tasks of asyncio that nobody waited for."""
    lines: list[str] = []
    handler = _Errors(lines)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)
