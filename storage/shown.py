"""What stands in a chat, for whoever has to know what a person may be answering."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.messages import OutboundMessage
from storage import claim as queue
from storage.schema.runtime import outbox, outbox_sent


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands in a chat; once all of it has left (`sent_at`) its reader may be answering it."""

    message: OutboundMessage
    sent_at: datetime | None


def shown(
    connection: Connection,
    lane: str,
    since: datetime,
    *,
    opened: Callable[[str, bytes], OutboundMessage | None],
) -> tuple[Shown, ...]:
    """See `Outbox.shown`; `opened` unseals what a key says, None where nobody can."""
    waiting = select(outbox.c.seq).where(outbox.c.lane == lane, outbox.c.due_at.is_not(None))
    left = select(outbox_sent.c.outbox_seq).where(outbox_sent.c.lane == lane)
    query = (
        select(outbox.c.key, outbox.c.message, outbox.c.finished_at)
        .where(outbox.c.seq.in_(waiting.union(left)), outbox.c.message.is_not(None))
        .where((outbox.c.finished_at >= since) | outbox.c.finished_at.is_(None))
        .where(outbox.c.state != queue.DEAD)
        .order_by(outbox.c.seq)
    )
    found = [(opened(row.key, row.message), row.finished_at) for row in connection.execute(query)]
    return tuple(Shown(message, sent_at) for message, sent_at in found if message is not None)
