"""Sends what goes out: in order within a chat, within the rates, each request recorded before and after."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.channels.base import (
    Channel,
    Edit,
    NotSent,
    OutcomeUnknown,
    Part,
    Reader,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
    WindowClosed,
)
from bot.clock import Clock
from bot.logs import get_logger, where
from bot.messages import Address, Choice, Drawing, Line, MessageFailed, OutboundMessage, Text, channel_of
from bot.metrics import Metrics
from bot.numbering import carried
from bot.services.alerts import is_wanted
from bot.services.quoting import quoting
from bot.services.sessions import Session, announce
from bot.workers.in_flight import InFlight
from bot.workers.loop import Look
from bot.workers.retry import next_try
from storage.blob_rows import Blob
from storage.blobs import BlobMissingError, Blobs
from storage.claim import ClaimLostError
from storage.engine import Database
from storage.outbox import OutboxRow
from storage.pace import TELEGRAM, Pace
from storage.seal import SealBrokenError
from storage.unit_of_work import UnitOfWork

ReaderFor = Callable[[UnitOfWork, Address, datetime], Reader]
OnUnreachable = Callable[[UnitOfWork, Address, datetime], None]

DRAWING = "drawing"
"""The blob id under which the bytes of a message's drawing go to the channel."""

_UNPLANNED_TRIES = 5

_log = get_logger("deliver")


@dataclass(frozen=True, slots=True)
class _Plan:
    """A message as its channel says it to its reader, and the blobs it needs."""

    parts: tuple[Part, ...]
    blobs: Mapping[str, Blob]

    @property
    def is_drawn(self) -> bool:
        """Whether the channel wants a drawing's bytes now; another vendor fetches it later, by a link."""
        return any(ref.blob_id == DRAWING for part in self.parts for ref in part.blobs)


class DeliverWorker:
    """Claims no more messages than it can send at once, so that a crash leaves few in doubt."""

    name = "deliver"
    queues = frozenset({"outbox"})

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        blobs: Blobs,
        draw: Callable[[Drawing], Awaitable[bytes]],
        reader_for: ReaderFor,
        on_unreachable: OnUnreachable,
        clock: Clock,
        metrics: Metrics,
        taker: str,
        slots: int = 8,
        paces: Mapping[str, Pace] | None = None,
    ) -> None:
        """`draw` gives a drawing's JPEG and may be asked again; `paces` by channel (else Telegram's)."""
        self._database = database
        self._channels = channels
        self._blobs = blobs
        self._draw = draw
        self._reader_for = reader_for
        self._on_unreachable = on_unreachable
        self._clock = clock
        self._metrics = metrics
        self._taker = taker
        self._paces = paces or {}
        self.in_flight = InFlight(slots)

    async def begin(self, now: datetime) -> Look:
        """Start sending what is due, up to the free slots; the loop is woken when one is free again."""
        free = self.in_flight.free
        if free < 1:
            return Look(0, None)
        rows, due = await self._database.run(partial(self._claim, free, now))
        for row in rows:
            self.in_flight.begin(self._deliver(row, now))
        return Look(len(rows), due)

    def _claim(self, limit: int, now: datetime, uow: UnitOfWork) -> tuple[list[OutboxRow], datetime | None]:
        rows: list[OutboxRow] = []
        for name in self._channels:
            pace, left = self._paces.get(name, TELEGRAM), limit - len(rows)
            rows += uow.outbox.claim(now, channel=name, pace=pace, limit=left, taker=self._taker)
        return rows, uow.outbox.next_due(now)

    async def step(self, now: datetime) -> int:
        """Send what is due and wait for it."""
        begun = (await self.begin(now)).begun
        await self.drain()
        return begun

    async def next_due(self, now: datetime) -> datetime | None:
        """When a message or a resting chat is due."""
        return await self._database.read(lambda uow: uow.outbox.next_due(now))

    async def recover(self, now: datetime) -> None:
        """What a dead process was sending is due at once, as a marked repeat."""
        if self._database.exclusive:
            await self._database.run(lambda uow: uow.outbox.release_all(now))

    async def drain(self, timeout_seconds: float | None = None) -> bool:
        """Wait for what is being sent."""
        return await self.in_flight.drain(timeout_seconds)

    async def _deliver(self, row: OutboxRow, now: datetime) -> None:
        try:
            await self._attempt(row, now)
        except ClaimLostError:
            _log.warning("claim_lost", row=row.claim.seq)
        except Exception as error:  # noqa: BLE001 - the row stays taken; its lease ends in a marked repeat
            self._metrics.failures.labels(self.name).inc()
            _log.error(
                "delivery_unrecorded", row=row.claim.seq, error=type(error).__name__, where=where(error)
            )

    async def _attempt(self, row: OutboxRow, now: datetime) -> None:
        channel = self._channels[channel_of(row.message.to)]
        if _may_wait(row.message, channel) and await self._database.run(partial(self._parked, row, channel)):
            self._count(row, "parked")
            return
        try:
            plan = await self._plan(row, channel, now)
            drawing = await self._drawing(row.message) if plan.is_drawn else b""
        except WindowClosed:
            await self._give_up(row, "window", now)
            return
        except NotSent as error:
            await self._refused(row, error)
            return
        except Exception as error:  # noqa: BLE001 - nothing has left; a defect of one message must not stop the rest
            await self._unplanned(row, error)
            return
        if not plan.parts:
            await self._database.run(lambda uow: uow.outbox.dropped(row, self._clock.now()))
            self._count(row, "dropped")
            return
        await self._send_parts(row, channel, plan, drawing)

    def _parked(self, row: OutboxRow, channel: Channel, uow: UnitOfWork) -> bool:
        """Whether her channel takes nothing but templates now, so that the message waits and one announces it."""
        # First, for it waits for a turn of hers that goes on: by then she has been heard, and nothing has to wait.
        if uow.people.by_address(row.message.to) is None:
            return False
        session = Session(channel.capabilities.session, uow.people.heard_at(row.message.to))
        if session.is_open(self._clock.now()):
            return False
        self._park(row, uow)
        return True

    def _park(self, row: OutboxRow, uow: UnitOfWork) -> None:
        uow.outbox.park(row)
        announce(uow, row.message, row.created_at, self._clock.now())

    async def _plan(self, row: OutboxRow, channel: Channel, now: datetime) -> _Plan:
        return await self._database.read(lambda uow: self._rendered(uow, row, channel, now))

    def _rendered(self, uow: UnitOfWork, row: OutboxRow, channel: Channel, now: datetime) -> _Plan:
        message = row.message
        if not is_wanted(uow, message):
            return _Plan((), {})
        reader = self._reader_for(uow, message.to, now)
        for_her = replace(message, body=reader.whole(message.body), choices=self._offered(row))
        parts = channel.render(
            quoting(uow, for_her) if channel.capabilities.quotes else for_her,
            reader=reader,
            edit=_edit_of(uow, message),
            repeat=_repeat_line(message) if row.unsure else None,
        )
        wanted = {ref.blob_id for part in parts for ref in part.blobs} - {DRAWING}
        return _Plan(parts, uow.blobs.many(wanted) if wanted else {})

    def _offered(self, row: OutboxRow) -> tuple[Choice, ...]:
        """What is to tap; a button that can't be carried is a defect told to the operator, and the rest arrives."""
        choices = row.message.choices
        kept = carried(choices)
        if lost := len(choices) - len(kept):
            _log.error("button_not_carried", row=row.claim.seq, count=lost, case_id=row.message.case_id)
            self._metrics.failures.labels(self.name).inc(lost)
        return kept

    async def _drawing(self, message: OutboundMessage) -> bytes:
        return b"" if message.drawing is None else await self._draw(message.drawing)

    async def _send_parts(self, row: OutboxRow, channel: Channel, plan: _Plan, drawing: bytes) -> None:
        for number, part in enumerate(plan.parts[row.parts_sent :], row.parts_sent + 1):
            try:
                files = await self._files(part, plan.blobs, drawing)
            except (BlobMissingError, SealBrokenError) as error:
                await self._unplanned(row, error)
                return
            if not self._database.is_seen:
                # Another process may have taken this one for dead and be sending the same.
                await self._again(row, "Unseen", self._clock.now(), unsure=False)
                return
            try:
                sent = await channel.send(part, files)
            except SendError as error:
                await self._refused(row, error)
                return
            except Exception as error:  # noqa: BLE001 - whatever it was, the request may have left
                _log.error("send_raised", row=row.claim.seq, error=type(error).__name__, where=where(error))
                await self._refused(row, OutcomeUnknown())
                return
            await self._database.run(
                partial(self._left, row, sent.message_ids, number, last=number == len(plan.parts))
            )
        self._count(row, "sent")

    async def _files(self, part: Part, blobs: Mapping[str, Blob], drawing: bytes) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for ref in part.blobs:
            if ref.blob_id == DRAWING:
                files[DRAWING] = drawing
            elif ref.blob_id in blobs:
                files[ref.blob_id] = await self._blobs.read(blobs[ref.blob_id])
            else:
                raise BlobMissingError(ref.blob_id)
        return files

    def _left(
        self, row: OutboxRow, ids: tuple[str, ...], number: int, uow: UnitOfWork, *, last: bool
    ) -> None:
        uow.outbox.part_left(row, ids, self._clock.now(), parts=number, last=last)

    async def _refused(self, row: OutboxRow, error: SendError) -> None:
        now = self._clock.now()
        match error:
            case Throttled():
                until = now + timedelta(seconds=error.seconds)
                await self._database.run(lambda uow: uow.outbox.throttled(row, until, whole=error.whole_bot))
                self._count(row, "throttled")
            case Unreachable():
                await self._give_up(row, "blocked", now)
            case WindowClosed() if not row.message.is_template:
                await self._database.run(partial(self._park, row))
                self._count(row, "parked")
            case Rejected():
                await self._give_up(row, "rejected", now)
            case _:
                await self._again(row, type(error).__name__, now, unsure=isinstance(error, OutcomeUnknown))

    async def _again(self, row: OutboxRow, code: str, now: datetime, *, unsure: bool) -> None:
        due_at = next_try(row.claim.attempt, created_at=row.created_at, now=now)
        if due_at is None:
            await self._give_up(row, "exhausted", now)
            return
        # A refusal that certainly had no effect does not make an earlier unknown outcome known.
        doubt = unsure or row.unsure
        await self._database.run(lambda uow: uow.outbox.retry(row, code, due_at, unsure=doubt))
        self._count(row, "unknown" if unsure else "not_sent")

    async def _unplanned(self, row: OutboxRow, error: Exception) -> None:
        """Rendering, drawing or a blob failed: nothing has left; a few more tries, then a dead letter."""
        now = self._clock.now()
        code = type(error).__name__
        _log.error("message_unplanned", row=row.claim.seq, error=code, where=where(error))
        self._metrics.failures.labels(self.name).inc()
        if row.claim.attempt >= _UNPLANNED_TRIES:
            await self._give_up(row, "rejected", now)
        else:
            await self._again(row, code, now, unsure=False)

    async def _give_up(self, row: OutboxRow, reason: str, now: datetime) -> None:
        await self._database.run(partial(self._dead, row, reason, now))
        self._metrics.dead_letters.labels(self.name).inc()
        self._count(row, reason)
        (_log.warning if reason == "blocked" else _log.error)(
            "message_dead", row=row.claim.seq, reason=reason, case_id=row.message.case_id
        )

    def _dead(self, row: OutboxRow, reason: str, now: datetime, uow: UnitOfWork) -> None:
        message = row.message
        uow.outbox.dead(row, reason, now)
        if reason == "blocked":
            self._on_unreachable(uow, message.to, now)
        event = MessageFailed(message.key, message.to, reason, case_id=message.case_id, about=message.about)
        uow.inbox.append_event(event, f"failed:{message.key}", _lane(message), now)

    def _count(self, row: OutboxRow, outcome: str) -> None:
        self._metrics.deliveries.labels(channel_of(row.message.to), outcome).inc()


def _may_wait(message: OutboundMessage, channel: Channel) -> bool:
    """Whether there may be something to announce: not for a template, nor for a change that can't be made."""
    is_said = channel.capabilities.edits or not message.edit_only
    return channel.capabilities.session is not None and is_said and not message.is_template


def _edit_of(uow: UnitOfWork, message: OutboundMessage) -> Edit | None:
    """The last of the vendor's messages that the earlier one became: it carries the text and the choices."""
    if message.edits is None:
        return None
    ids = uow.outbox.sent_ids(message.edits)
    if not ids:
        return None
    earlier = uow.outbox.message(message.edits)
    if earlier is not None and earlier.to != message.to:
        return None
    has_media = earlier is not None and len(ids) == 1 and bool(earlier.media or earlier.drawing)
    return Edit(ids[-1], has_media=has_media)


def _repeat_line(message: OutboundMessage) -> Line:
    if message.reference is None:
        return Text("common.may_repeat_plain")
    return Text("common.may_repeat", {"reference": message.reference})


def _lane(message: OutboundMessage) -> Address:
    return Address(f"case:{message.case_id}") if message.case_id else message.to
