"""What a dialogue keeps between turns, one an address."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.messages import Address
from storage.portable import upsert
from storage.schema.runtime import conversations
from storage.seal import Sealer, day_scope


class Conversations:
    """Conversation states, sealed with the key of the day they were saved on."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer

    def load(self, address: Address) -> bytes | None:
        """The state as it was saved."""
        lane = self._sealer.lookup(address)
        state = self._db.execute(select(conversations.c.state).where(conversations.c.lane == lane)).scalar()
        return None if state is None else self._sealer.open(state, place=_place(lane))

    def save(self, address: Address, state: bytes, now: datetime) -> None:
        """Replace the state."""
        lane = self._sealer.lookup(address)
        sealed = self._sealer.seal(state, scope=day_scope(now), place=_place(lane))
        upsert(self._db, conversations, {"lane": lane, "state": sealed, "updated_at": now})

    def clear(self, address: Address) -> None:
        """There is none any more."""
        self._db.execute(delete(conversations).where(conversations.c.lane == self._sealer.lookup(address)))

    def clear_idle(self, before: datetime) -> int:
        """Drop the states that nobody touched since an instant; how many."""
        return self._db.execute(delete(conversations).where(conversations.c.updated_at < before)).rowcount


def _place(lane: str) -> str:
    return f"conversations|{lane}|state"
