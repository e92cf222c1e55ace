"""Fetches attachments, has pictures made into de-identified images, and stores both sealed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.channels.base import Channel, FetchFailed, FileGone, FileTooBig
from bot.clock import Clock
from bot.ids import Ids
from bot.logs import get_logger, where
from bot.media_client import MediaError
from bot.media_contract import Prepared, Refused
from bot.messages import Address, Attachment, AttachmentReady, AttachmentRefused, InboundEvent
from bot.metrics import Metrics
from bot.workers.in_flight import InFlight
from bot.workers.loop import Look
from storage.blob_rows import Blob
from storage.blobs import Blobs
from storage.claim import ClaimLostError
from storage.engine import Database
from storage.seal import case_scope
from storage.unit_of_work import UnitOfWork
from storage.work import FETCH, WorkItem

FETCH_TRIES = 5
"""2, 8, 32, 90 s apart: about two minutes in all."""

_log = get_logger("prepare")


@dataclass(frozen=True, slots=True)
class ToFetch:
    """An attachment to fetch: which channel has it, and to which case it belongs."""

    source: Attachment
    channel: str
    case_id: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An attachment's blobs; `master` (of that size in pixels) and `preview` where it is a picture."""

    original: str
    master: str | None = None
    preview: str | None = None
    width: int = 0
    height: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """An attachment that can't be used; `reason` is a `RefusalReason` of the media program or of fetching."""

    reason: str


Outcome = Stored | Unusable
Load = Callable[[UnitOfWork, str], ToFetch | None]
"""What to fetch for an attachment id; None where it is not wanted any more."""
Save = Callable[[UnitOfWork, str, Outcome, datetime], None]


class Media(Protocol):
    """What this worker needs of `bot.media_client.MediaClient`."""

    async def prepare(self, data: bytes) -> Prepared | Refused:
        """One attachment's bytes to a stored master and a preview."""
        ...


class PrepareWorker:
    """Fetches and prepares a few attachments at a time."""

    name = "prepare"
    queues = frozenset({"work"})

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        blobs: Blobs,
        media: Media,
        load: Load,
        save: Save,
        clock: Clock,
        ids: Ids,
        metrics: Metrics,
        taker: str,
        slots: int = 3,
    ) -> None:
        """`load` and `save` read and write the attachment's row."""
        self._database = database
        self._channels = channels
        self._blobs = blobs
        self._media = media
        self._load = load
        self._save = save
        self._clock = clock
        self._ids = ids
        self._metrics = metrics
        self._taker = taker
        self.in_flight = InFlight(slots)

    async def begin(self, now: datetime) -> Look:
        """Start on what is due, up to the free slots; the loop is woken when one is free again."""
        free = self.in_flight.free
        if free < 1:
            return Look(0, None)
        items, due = await self._database.run(partial(self._claim, free, now))
        for item in items:
            self.in_flight.begin(self._prepare(item))
        return Look(len(items), due)

    def _claim(
        self, limit: int, now: datetime, uow: UnitOfWork
    ) -> tuple[Sequence[WorkItem], datetime | None]:
        items = uow.work.claim(FETCH, now, limit=limit, taker=self._taker)
        return items, uow.work.next_due(now)

    async def step(self, now: datetime) -> int:
        """Do what is due and wait for it."""
        begun = (await self.begin(now)).begun
        await self.drain()
        return begun

    async def next_due(self, now: datetime) -> datetime | None:
        """When work is due."""
        return await self._database.read(lambda uow: uow.work.next_due(now))

    async def recover(self, now: datetime) -> None:
        """What a dead process had taken is due at once."""
        if self._database.exclusive:
            await self._database.run(lambda uow: uow.work.release_all(now))

    async def drain(self, timeout_seconds: float | None = None) -> bool:
        """Wait for what is under way."""
        return await self.in_flight.drain(timeout_seconds)

    async def _prepare(self, item: WorkItem) -> None:
        try:
            await self._attempt(item)
        except ClaimLostError:
            _log.warning("claim_lost", row=item.claim.seq)
        except Exception as error:  # noqa: BLE001 - the row stays taken and is tried again after its lease
            await self._broken(item, error)

    async def _broken(self, item: WorkItem, error: Exception) -> None:
        self._metrics.failures.labels(self.name).inc()
        _log.error(
            "prepare_failed", attachment_id=item.subject, error=type(error).__name__, where=where(error)
        )
        if item.claim.attempt >= FETCH_TRIES:
            wanted = await self._database.read(lambda uow: self._load(uow, item.subject))
            if wanted is not None:
                await self._finish(item, wanted, Unusable("crashed"), ())

    async def _attempt(self, item: WorkItem) -> None:
        wanted = await self._database.read(lambda uow: self._load(uow, item.subject))
        if wanted is None:
            await self._database.run(lambda uow: uow.work.done(item, self._clock.now()))
            return
        try:
            data = await self._fetch(wanted)
        except FetchFailed as error:
            await self._again(item, wanted, error, refusal="fetch_failed")
            return
        if isinstance(data, Unusable):
            await self._finish(item, wanted, data, ())
            return
        try:
            outcome, rows = await self._store(wanted, data)
        except MediaError as error:
            await self._again(item, wanted, error, refusal="crashed")
            return
        await self._finish(item, wanted, outcome, rows)
        await self._channels[wanted.channel].forget(wanted.source)

    async def _fetch(self, wanted: ToFetch) -> bytes | Unusable:
        channel = self._channels[wanted.channel]
        if (wanted.source.size or 0) > channel.capabilities.upload_limit:
            return Unusable("too_large")
        try:
            return await channel.fetch(wanted.source)
        except FileTooBig:
            return Unusable("too_large")
        except FileGone:
            return Unusable("fetch_failed")

    async def _again(self, item: WorkItem, wanted: ToFetch, error: Exception, *, refusal: str) -> None:
        attempt = item.claim.attempt
        if attempt >= FETCH_TRIES:
            await self._finish(item, wanted, Unusable(refusal), ())
            return
        due_at = self._clock.now() + timedelta(seconds=min(90, 2 * 4 ** (attempt - 1)))
        await self._database.run(lambda uow: uow.work.retry(item, type(error).__name__, due_at))
        self._metrics.prepared.labels("retried").inc()

    async def _store(self, wanted: ToFetch, data: bytes) -> tuple[Outcome, tuple[Blob, ...]]:
        if not _may_be_picture(wanted.source):
            original = await self._blob(wanted, data, kind="original", mime=wanted.source.mime)
            return Stored(original.id), (original,)
        prepared = await self._media.prepare(data)
        if isinstance(prepared, Refused):
            return Unusable(str(prepared.reason)), ()
        original = await self._blob(wanted, data, kind="original", mime=wanted.source.mime)
        master = await self._blob(wanted, prepared.image, kind="master", mime=f"image/{prepared.image_type}")
        preview = await self._blob(wanted, prepared.preview, kind="preview", mime="image/jpeg")
        outcome = Stored(
            original.id,
            master=master.id,
            preview=preview.id,
            width=prepared.width,
            height=prepared.height,
            digest=prepared.digest,
        )
        return outcome, (original, master, preview)

    async def _blob(self, wanted: ToFetch, data: bytes, *, kind: str, mime: str) -> Blob:
        return await self._blobs.write(
            data,
            blob_id=self._ids.new(),
            scope=case_scope(wanted.case_id),
            kind=kind,
            mime=mime or "application/octet-stream",
            now=self._clock.now(),
            case_id=wanted.case_id,
        )

    async def _finish(
        self, item: WorkItem, wanted: ToFetch, outcome: Outcome, rows: tuple[Blob, ...]
    ) -> None:
        await self._database.run(partial(self._finished, item, wanted, outcome, rows))
        self._metrics.prepared.labels("ready" if isinstance(outcome, Stored) else outcome.reason).inc()

    def _finished(
        self, item: WorkItem, wanted: ToFetch, outcome: Outcome, rows: tuple[Blob, ...], uow: UnitOfWork
    ) -> None:
        now = self._clock.now()
        for row in rows:
            uow.blobs.add(row)
        self._save(uow, item.subject, outcome, now)
        event: InboundEvent = AttachmentReady(item.subject)
        if isinstance(outcome, Unusable):
            event = AttachmentRefused(item.subject, outcome.reason)
        uow.inbox.append_event(
            event, f"prepared:{item.kind}:{item.key}", Address(f"case:{wanted.case_id}"), now
        )
        uow.work.done(item, now)


def _may_be_picture(source: Attachment) -> bool:
    """Photos, and documents, of which only their content tells; voice and video stay as they are."""
    return source.media in ("photo", "document")
