"""Handles what came in: each event in one transaction with all that it causes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.channels.base import Channel
from bot.logs import get_logger, where
from bot.messages import Attachment, DeliveryReported, InboundEvent, MessageReceived, decode_event
from bot.metrics import Metrics
from bot.workers.in_flight import InFlight
from bot.workers.loop import Look
from storage.claim import ClaimLostError
from storage.engine import Database
from storage.inbox import INTERNAL, InboxRow
from storage.unit_of_work import UnitOfWork

Dispatch = Callable[[UnitOfWork, InboundEvent, datetime], None]

_log = get_logger("inbox")


class ForgottenError(LookupError):
    """What came in can't be read any more."""


class InboxWorker:
    """One event a chat at a time, in order; a poisoned one is given up after five tries and blocks nobody."""

    name = "inbox"
    queues = frozenset({"inbox"})

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        dispatch: Dispatch,
        on_dead: Dispatch,
        metrics: Metrics,
        taker: str,
        batch: int = 20,
    ) -> None:
        """`on_dead` tells the sender and a coordinator, in its own transaction; `taker` is this process."""
        self._database = database
        self._channels = channels
        self._dispatch = dispatch
        self._on_dead = on_dead
        self._metrics = metrics
        self._taker = taker
        self._batch = batch
        self._courtesies = InFlight(100)

    async def begin(self, now: datetime) -> Look:
        """Handle the first due event of up to `batch` chats, in one commit."""
        rows, due = await self._database.run(partial(self._claim, now))
        if rows:
            await self._handle(rows, now)
        # A full batch may have left some behind; who waits behind one that was handled, its commit tells.
        return Look(len(rows), now if len(rows) == self._batch else due)

    def _claim(self, now: datetime, uow: UnitOfWork) -> tuple[Sequence[InboxRow], datetime | None]:
        rows = uow.inbox.claim(now, limit=self._batch, taker=self._taker)
        return rows, uow.inbox.next_due(now)

    async def _handle(self, rows: Sequence[InboxRow], now: datetime) -> None:
        outcomes = await self._database.run_all([partial(self._turn, row, now) for row in rows])
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                await self._failed(row, outcome, now)
            else:
                self._handled(row, outcome)

    async def step(self, now: datetime) -> int:
        """As `begin`, and wait for the courtesies to the vendors."""
        done = (await self.begin(now)).begun
        await self.drain()
        return done

    async def next_due(self, now: datetime) -> datetime | None:
        """When a failed event is tried again."""
        return await self._database.read(lambda uow: uow.inbox.next_due(now))

    async def recover(self, now: datetime) -> None:
        """Events that a dead process had taken are due at once."""
        if self._database.exclusive:
            await self._database.run(lambda uow: uow.inbox.release_all(now))

    async def drain(self, timeout_seconds: float | None = None) -> bool:
        """Wait for the courtesies to the vendors."""
        return await self._courtesies.drain(timeout_seconds)

    def _turn(self, row: InboxRow, now: datetime, uow: UnitOfWork) -> InboundEvent:
        event = self._parse(row)
        uow.inbox.current = row
        self._dispatch(uow, event, now)
        uow.inbox.done(row, now)
        return event

    def _parse(self, row: InboxRow) -> InboundEvent:
        if row.raw is None:
            raise ForgottenError
        if row.channel == INTERNAL:
            return decode_event(row.raw)
        return _stamped(self._channels[row.channel].parse(row.raw), row.channel)

    def _handled(self, row: InboxRow, event: InboundEvent) -> None:
        self._metrics.handled.labels(row.channel).inc()
        if isinstance(event, DeliveryReported):
            self._metrics.deliveries.labels(row.channel, event.status).inc()
        if row.channel != INTERNAL:
            self._courtesies.begin(self._channels[row.channel].settle(event))

    async def _failed(self, row: InboxRow, error: BaseException, now: datetime) -> None:
        self._metrics.failures.labels(self.name).inc()
        code = type(error).__name__
        _log.error(
            "event_failed",
            row=row.claim.seq,
            channel=row.channel,
            error=code,
            where=where(error),
            attempt=row.claim.attempt,
        )
        if isinstance(error, ClaimLostError):
            return
        if await self._database.run(lambda uow: uow.inbox.failed(row, code, now)):
            await self._dead(row, now)

    async def _dead(self, row: InboxRow, now: datetime) -> None:
        self._metrics.dead_letters.labels(self.name).inc()
        _log.error("event_dead", row=row.claim.seq, channel=row.channel)
        outcome = (await self._database.run_all([partial(self._tell, row, now)]))[0]
        if isinstance(outcome, BaseException):
            _log.error(
                "event_dead_untold", row=row.claim.seq, error=type(outcome).__name__, where=where(outcome)
            )

    def _tell(self, row: InboxRow, now: datetime, uow: UnitOfWork) -> None:
        self._on_dead(uow, self._parse(row), now)


def _stamped(event: InboundEvent, channel: str) -> InboundEvent:
    """Files remember the channel that can fetch them and the message to quote: she may write from another by then."""
    if not isinstance(event, MessageReceived):
        return event
    return replace(event, attachments=tuple(_with_origin(one, event, channel) for one in event.attachments))


def _with_origin(file: Attachment, event: MessageReceived, channel: str) -> Attachment:
    return replace(file, channel=channel, address=event.address, message_id=event.message_id)
