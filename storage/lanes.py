"""When each chat, and each channel as a whole, may be written to next."""

from datetime import datetime

from sqlalchemy import BindParameter, Column, Connection, Exists, bindparam, exists, func, select, update

from storage.portable import insert_new
from storage.schema.runtime import lanes, outbox

_WHOLE = "all:"

_NEXT_AT = select(lanes.c.next_at).where(lanes.c.lane == bindparam("of_lane"))

_LATER = (
    update(lanes)
    .where(lanes.c.lane == bindparam("of_lane"), lanes.c.next_at < bindparam("until"))
    .values(next_at=bindparam("until"))
)

_NEXT_RESTED = select(func.min(lanes.c.next_at)).where(
    lanes.c.next_at > bindparam("now"),
    exists().where(outbox.c.lane == lanes.c.lane, outbox.c.due_at.is_not(None))
    | lanes.c.lane.startswith(_WHOLE),
)


class Lanes:
    """The rests of chats and channels, kept as the instants at which they end."""

    def __init__(self, connection: Connection) -> None:
        """Within one transaction."""
        self._db = connection

    def next_at(self, lane: str) -> datetime | None:
        """What `rest` said last; None where nothing was ever sent."""
        found: datetime | None = self._db.execute(_NEXT_AT, {"of_lane": lane}).scalar()
        return found

    def rest(self, lane: str, until: datetime) -> None:
        """Nothing is sent there before an instant."""
        # Never shortened: a vendor may ask for a longer rest while the next messages are taken.
        if not insert_new(self._db, lanes, {"lane": lane, "next_at": until}):
            self._db.execute(_LATER, {"of_lane": lane, "until": until})

    def next_rested(self, now: datetime) -> datetime | None:
        """The first instant after `now` at which a channel, or a chat with messages, has rested."""
        return self._db.execute(_NEXT_RESTED, {"now": now}).scalar()


def lane_of_channel(channel: str) -> str:
    """Under which a channel as a whole rests."""
    return f"{_WHOLE}{channel}"


def rests(lane: "Column[str]", now: "BindParameter[datetime]") -> Exists:
    """Whether a chat rests."""
    return exists().where(lanes.c.lane == lane, lanes.c.next_at > now)
