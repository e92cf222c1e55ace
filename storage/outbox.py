"""What goes out: each key once, in order within a chat, within the rates, and known when it may repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from bot.messages import Address, OutboundMessage, channel_of, decode_message, encode_message
from storage import claim as queue
from storage.lanes import Lanes, lane_of_channel, rests
from storage.locks import number_by_commit
from storage.pace import Pace
from storage.portable import insert_new
from storage.schema.runtime import outbox, outbox_sent
from storage.seal import SealBrokenError, Sealer, case_scope, day_scope
from storage.shown import Shown, shown

SENT = "sent"
DROPPED = "dropped"
PARKED = "parked"
"""Waits, without a time, until its reader writes: her channel takes nothing but templates before."""

_PARKED: ColumnElement[str] = literal_column(f"'{PARKED}'")
"""In the text of the statement: a bound value would not let the index of parked rows be used."""

_MOST_MERGED = 5

LEASE = timedelta(seconds=120)
"""Longer than any one request to a vendor may take; renewed with each part."""


_SENDABLE = (outbox.c.channel == bindparam("of_channel"), ~rests(outbox.c.lane, bindparam("now")))

_COUNT_SENT = select(func.count()).where(outbox_sent.c.outbox_seq == bindparam("of_seq"))
_ADD_SENT = insert(outbox_sent)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message to send. `parts_sent` requests of it have left; `unsure`: the next may have left too.

    `created_at`: when it was put, or let go after it had waited for its reader.
    """

    claim: queue.Claim
    message: OutboundMessage
    parts_sent: int
    unsure: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SentRecord:
    """Which message of ours a vendor's message id is."""

    key: str
    about: str
    case_id: str | None
    topic: str | None


class Outbox:
    """Messages that wait to be sent."""

    def __init__(self, connection: Connection, sealer: Sealer, notices: set[str]) -> None:
        """Within one transaction; `notices` wakes the deliver loop after the commit."""
        self._db = connection
        self._sealer = sealer
        self._notices = notices
        self._lanes = Lanes(connection)
        self._fresh: list[tuple[str, str]] = []

    def put(self, message: OutboundMessage, now: datetime) -> bool:
        """Store a message; False when its key was used before. Drops an unsent older one of its topic."""
        scope = case_scope(message.case_id) if message.case_id else day_scope(now)
        values = {
            "key": message.key,
            "channel": channel_of(message.to),
            "lane": self._sealer.lookup(message.to),
            "topic": message.topic,
            "case_id": message.case_id,
            "about": message.about,
            "message": self._sealer.seal(encode_message(message), scope=scope, place=_place(message.key)),
            "state": queue.NEW,
            "due_at": now,
            "attempts": 0,
            "parts_sent": 0,
            "unsure": False,
            "created_at": now,
        }
        self._notices.add("outbox")
        if not insert_new(self._db, outbox, values):
            return False
        self._fresh.append((str(values["lane"]), message.key))
        if message.topic is not None:
            self._drop_overtaken(message, lane=str(values["lane"]), now=now)
        return True

    def flush(self) -> None:
        """Number what was put so that in each chat the numbers, by which it leaves, grow with the commits."""
        number_by_commit(self._db, outbox, outbox.c.key, self._fresh)
        self._fresh = []

    def _drop_overtaken(self, message: OutboundMessage, *, lane: str, now: datetime) -> None:
        same = and_(outbox.c.lane == lane, outbox.c.topic == message.topic, outbox.c.key != message.key)
        live = and_(outbox.c.due_at.is_not(None), outbox.c.state == queue.NEW)
        for unsent in (live, outbox.c.state == _PARKED):
            older = and_(same, unsent, outbox.c.parts_sent == 0)
            self._db.execute(update(outbox).where(older).values(state=DROPPED, due_at=None, finished_at=now))

    def claim(
        self, now: datetime, *, channel: str, pace: Pace, limit: int, taker: str, lease: timedelta = LEASE
    ) -> Sequence[OutboxRow]:
        """Up to `limit` messages of a channel, the first of each chat, within the rates."""
        if not queue.is_any_due(self._db, outbox, now):
            return []
        queue.stand_in_line(self._db, outbox)
        whole = self._lanes.next_at(lane_of_channel(channel))
        rows = queue.take(
            self._db,
            outbox,
            now,
            limit=min(limit, pace.whole.allowance(whole, now)),
            lease=lease,
            taker=taker,
            where=_SENDABLE,
            given={"of_channel": channel},
        )
        for row in rows:
            self._lanes.rest(row.lane, pace.chat.after(self._lanes.next_at(row.lane), now))
        if rows:
            self._lanes.rest(lane_of_channel(channel), pace.whole.after(whole, now, count=len(rows)))
        opened = [self._row(row, taker, now) for row in rows]
        taken = [row for row in opened if row is not None]
        return [self._merged(row, now) for row in taken] if pace.merges else taken

    def _merged(self, row: OutboxRow, now: datetime) -> OutboxRow:
        """A plain message takes along the plain ones of its case that wait right behind it.

        Their rows end here; whoever quotes the message answers the last of them, as where they left one by one.
        """
        if row.parts_sent or row.unsure or row.claim.attempt > 1:
            return row
        lane = self._sealer.lookup(row.message.to)
        behind = and_(outbox.c.lane == lane, outbox.c.seq > row.claim.seq, outbox.c.due_at.is_not(None))
        message = row.message
        for next_ in self._db.execute(
            select(outbox).where(behind).order_by(outbox.c.seq).limit(_MOST_MERGED)
        ):
            more = self._opened(next_.key, next_.message) if next_.state == queue.NEW else None
            if more is None or next_.due_at > now or next_.attempts or not _may_merge(message, more):
                break
            message = merge(message, more)
            ended = {"state": DROPPED, "due_at": None, "finished_at": now, "error": None}
            self._db.execute(update(outbox).where(outbox.c.seq == next_.seq).values(ended))
        if message is row.message:
            return row
        scope = case_scope(message.case_id) if message.case_id else day_scope(now)
        sealed = self._sealer.seal(encode_message(message), scope=scope, place=_place(message.key))
        kept = {"message": sealed, "about": message.about, "topic": message.topic}
        self._db.execute(update(outbox).where(outbox.c.seq == row.claim.seq).values(kept))
        return replace(row, message=message)

    def _row(self, row: Row[Any], taker: str, now: datetime) -> OutboxRow | None:
        claim = queue.Claim(row.seq, taker, row.attempts + 1)
        message = self._opened(row.key, row.message)
        if message is None:
            # Nobody can ever send it.
            gone = {"state": queue.DEAD, "due_at": None, "finished_at": now, "error": "unreadable"}
            queue.settle(self._db, outbox, claim, **gone)
            self._notices.add("outbox")
            return None
        return OutboxRow(
            claim=claim,
            message=message,
            parts_sent=row.parts_sent,
            unsure=row.unsure or row.state == queue.TAKEN,
            created_at=row.created_at,
        )

    def part_left(
        self,
        row: OutboxRow,
        message_ids: Sequence[str],
        now: datetime,
        *,
        parts: int,
        last: bool = False,
        lease: timedelta = LEASE,
    ) -> None:
        """A request was accepted and became these vendor messages; `parts` requests have left in all."""
        if last:
            self._end(row, SENT, now, unsure=False, parts_sent=parts)
        else:
            queue.settle(self._db, outbox, row.claim, parts_sent=parts, unsure=False, due_at=now + lease)
        before = 0 if parts == 1 else self._db.execute(_COUNT_SENT, {"of_seq": row.claim.seq}).scalar_one()
        lane = self._sealer.lookup(row.message.to)
        sent = [
            {"outbox_seq": row.claim.seq, "ordinal": ordinal, "lane": lane, "vendor_message_id": message_id}
            for ordinal, message_id in enumerate(message_ids, before)
        ]
        if sent:
            self._db.execute(_ADD_SENT, sent)

    def sent(self, row: OutboxRow, now: datetime) -> None:
        """All of it left."""
        self._end(row, SENT, now, unsure=False)

    def dropped(self, row: OutboxRow, now: datetime) -> None:
        """There was nothing to send (an edit that the channel can't make)."""
        self._end(row, DROPPED, now)

    def dead(self, row: OutboxRow, reason: str, now: datetime) -> None:
        """It will never leave; its chat goes on without it."""
        self._end(row, queue.DEAD, now, error=reason)

    def park(self, row: OutboxRow) -> None:
        """It waits for its reader to write; what she writes lets it go (`unpark`). Its parts that left stay sent."""
        self._end(row, PARKED, None, unsure=row.unsure)

    def unpark(self, address: Address, now: datetime) -> int:
        """All that waited for a chat is due, as if it had been put now; how many."""
        waiting = and_(outbox.c.lane == self._sealer.lookup(address), outbox.c.state == _PARKED)
        anew = {"state": queue.NEW, "due_at": now, "attempts": 0, "created_at": now}
        freed = self._db.execute(update(outbox).where(waiting).values(anew)).rowcount
        if freed:
            self._notices.add("outbox")
        return freed

    def drop_parked(self, case_id: str, about: str, now: datetime, *, but: Sequence[Address] = ()) -> None:
        """What waits about a case is news no more, `but` in these chats."""
        waiting = and_(outbox.c.case_id == case_id, outbox.c.about == about, outbox.c.state == _PARKED)
        if but:
            waiting = and_(waiting, outbox.c.lane.not_in([self._sealer.lookup(one) for one in but]))
        self._db.execute(update(outbox).where(waiting).values(state=DROPPED, finished_at=now))

    def overtake(self, topic: str, address: Address, now: datetime) -> None:
        """What waits for a chat about a topic is news no more; what is on its way goes on."""
        mine = and_(outbox.c.lane == self._sealer.lookup(address), outbox.c.topic == topic)
        waiting = and_(outbox.c.due_at.is_not(None), outbox.c.state == queue.NEW, outbox.c.parts_sent == 0)
        for unsent in (waiting, outbox.c.state == _PARKED):
            ended = {"state": DROPPED, "due_at": None, "finished_at": now}
            self._db.execute(update(outbox).where(mine, unsent).values(ended))

    def parked(self) -> int:
        """How many messages wait for their readers to write."""
        query = select(func.count()).where(outbox.c.state == _PARKED)
        return self._db.execute(query).scalar_one()

    def retry(self, row: OutboxRow, error: str, due_at: datetime, *, unsure: bool) -> None:
        """Try again; `unsure` when the last request may have had its effect, so that the repeat is marked."""
        self._settle(row, state=queue.NEW, due_at=due_at, error=error, unsure=unsure)

    def throttled(self, row: OutboxRow, until: datetime, *, whole: bool) -> None:
        """The vendor asks to wait: the chat (or the whole channel) rests; the attempt is not counted."""
        to = row.message.to
        self._lanes.rest(lane_of_channel(channel_of(to)) if whole else self._sealer.lookup(to), until)
        self._settle(row, state=queue.NEW, due_at=until, attempts=row.claim.attempt - 1, unsure=row.unsure)

    def find_sent(self, address: Address, vendor_message_id: str) -> SentRecord | None:
        """Which of our messages a quoted message in that chat is; the newest that it became by edits."""
        query = (
            select(outbox.c.key, outbox.c.about, outbox.c.case_id, outbox.c.topic)
            .join(outbox_sent, outbox_sent.c.outbox_seq == outbox.c.seq)
            .where(outbox_sent.c.lane == self._sealer.lookup(address))
            .where(outbox_sent.c.vendor_message_id == vendor_message_id)
            .order_by(outbox.c.seq.desc())
            .limit(1)
        )
        row = self._db.execute(query).one_or_none()
        return SentRecord(*row) if row else None

    def sent_ids(self, key: str) -> tuple[str, ...]:
        """The vendor's ids of what a message became, in order; empty when it has not left."""
        query = (
            select(outbox_sent.c.vendor_message_id)
            .join(outbox, outbox_sent.c.outbox_seq == outbox.c.seq)
            .where(outbox.c.key == key)
            .order_by(outbox_sent.c.ordinal)
        )
        return tuple(self._db.execute(query).scalars())

    def message(self, key: str) -> OutboundMessage | None:
        """What a key says, unless it was forgotten or never put."""
        row = self._db.execute(select(outbox.c.message).where(outbox.c.key == key)).one_or_none()
        if row is None or row.message is None:
            return None
        return decode_message(self._sealer.open(row.message, place=_place(key)))

    def shown(self, address: Address, since: datetime) -> tuple[Shown, ...]:
        """What a chat was sent since an instant and what still waits to be, in the order in which it was put."""
        return shown(self._db, self._sealer.lookup(address), since, opened=self._opened)

    def _opened(self, key: str, sealed: bytes) -> OutboundMessage | None:
        return opened(self._sealer, key, sealed)

    def forget_finished(self, before: datetime, *, limit: int) -> int:
        """Drop what messages said that were finished before an instant; their keys stay. How many."""
        old = (
            select(outbox.c.seq)
            .where(outbox.c.finished_at < before, outbox.c.message.is_not(None))
            .limit(limit)
        )
        return self._db.execute(update(outbox).where(outbox.c.seq.in_(old)).values(message=None)).rowcount

    def release_all(self, now: datetime) -> int:
        """See `queue.release_all`; what was being sent comes back as unsure."""
        return queue.release_all(self._db, outbox, now)

    def next_due(self, now: datetime) -> datetime | None:
        """The first instant after `now` at which a message or a resting chat with messages becomes due."""
        due = queue.next_due(self._db, outbox, now)
        # Only what is due already waits for its chat or channel to have rested.
        rested = self._lanes.next_rested(now) if queue.is_any_due(self._db, outbox, now) else None
        return min((instant for instant in (rested, due) if instant is not None), default=None)

    def depth(self) -> queue.Depth:
        """See `queue.depth`."""
        return queue.depth(self._db, outbox)

    def _settle(self, row: OutboxRow, **values: object) -> None:
        queue.settle(self._db, outbox, row.claim, **values)
        self._notices.add("outbox")

    def _end(self, row: OutboxRow, state: str, finished_at: datetime | None, **values: object) -> None:
        """Nothing of it is due any more; the loop hears of it only where that lets another message go."""
        ended = {"state": state, "due_at": None, "finished_at": finished_at, "error": None, **values}
        queue.settle(self._db, outbox, row.claim, **ended)
        if queue.may_be_followed(self._db, outbox, row.claim):
            self._notices.add("outbox")


def _may_merge(first: OutboundMessage, second: OutboundMessage) -> bool:
    """Whether both are plain words about the same; only the last may ask something."""
    plain = all(
        one.opener == "message"
        and not (one.media or one.drawing or one.edits or one.quotes or one.is_template)
        for one in (first, second)
    )
    # What somebody has to know if it fails must not get lost behind what nobody has to.
    same = first.case_id == second.case_id and first.about in ("", second.about)
    return plain and same and not first.choices


def merge(first: OutboundMessage, second: OutboundMessage) -> OutboundMessage:
    """Both as one, under the first one's key; a line that both begin with stands once."""
    same = first.body[:1] == second.body[:1]
    return replace(second, key=first.key, body=(*first.body, *second.body[1 if same else 0 :]))


def opened(sealer: Sealer, key: str, sealed: bytes) -> OutboundMessage | None:
    """What a stored message says; None where its key was destroyed or an older version wrote it."""
    try:
        return decode_message(sealer.open(sealed, place=_place(key)))
    except (SealBrokenError, ValueError):
        return None


def _place(key: str) -> str:
    return f"outbox|{key}|message"
