"""Phones that several people share: who writes from one, and what came before it was said who does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bot.ids import Ids
from bot.messages import Address
from storage.portable import insert_new
from storage.schema.people import address as addresses
from storage.schema.people import address_user, held_event
from storage.seal import Sealer, day_scope


class Sharing:
    """Addresses with more than one person; the address itself belongs to the one who writes now."""

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def share(self, address: Address, *, with_id: str, owner_id: str) -> None:
        """One more person writes from an address that somebody has."""
        lookup = self._sealer.lookup(address)
        for person_id in (owner_id, with_id):
            insert_new(self._db, address_user, {"lookup": lookup, "person_id": person_id, "chosen_at": None})

    def users(self, address: Address) -> Sequence[str]:
        """The ids of all who share an address; none where it is one person's."""
        query = select(address_user.c.person_id).where(address_user.c.lookup == self._sealer.lookup(address))
        found = tuple(self._db.execute(query.order_by(address_user.c.person_id)).scalars())
        return found if len(found) > 1 else ()

    def chosen_at(self, address: Address) -> datetime | None:
        """When whoever writes now last said that it is she."""
        query = (
            select(address_user.c.chosen_at)
            .join(addresses, addresses.c.lookup == address_user.c.lookup)
            .where(
                address_user.c.lookup == self._sealer.lookup(address),
                address_user.c.person_id == addresses.c.person_id,
            )
        )
        return self._db.execute(query).scalar()

    def choose(self, address: Address, person_id: str, now: datetime | None) -> None:
        """She writes now, as she said at `now`; None: it has to be asked again."""
        lookup = self._sealer.lookup(address)
        here = address_user.c.lookup == lookup
        self._db.execute(update(address_user).where(here).values(chosen_at=None))
        hers = here & (address_user.c.person_id == person_id)
        self._db.execute(update(address_user).where(hers).values(chosen_at=now))
        self._db.execute(update(addresses).where(addresses.c.lookup == lookup).values(person_id=person_id))

    def leave(self, address: Address, person_id: str) -> None:
        """She writes from there no more; whoever is left has the address."""
        left = [one for one in self.users(address) if one != person_id]
        lookup = self._sealer.lookup(address)
        here = address_user.c.lookup == lookup
        self._db.execute(delete(address_user).where(here, address_user.c.person_id == person_id))
        if left:
            mine = (addresses.c.lookup == lookup) & (addresses.c.person_id == person_id)
            self._db.execute(update(addresses).where(mine).values(person_id=left[0]))

    # --- what came before it was said who writes

    def hold(self, address: Address, event: bytes, now: datetime) -> None:
        """Keep an event until it is said whose it is, after what is held already."""
        last = self.newest_held(address)
        held_at = now if last is None else max(now, last + timedelta(microseconds=1))
        row_id = self._ids.new()
        value = self._sealer.seal(event, scope=day_scope(now), place=_place(row_id))
        lookup = self._sealer.lookup(address)
        self._db.execute(insert(held_event).values(id=row_id, lookup=lookup, value=value, held_at=held_at))

    def newest_held(self, address: Address) -> datetime | None:
        """When the last event came that is held; None where none is."""
        query = select(held_event.c.held_at).where(held_event.c.lookup == self._sealer.lookup(address))
        return self._db.execute(query.order_by(held_event.c.held_at.desc()).limit(1)).scalar()

    def take_held(self, address: Address) -> Sequence[bytes]:
        """All that is held, in the order in which it came; it is held no more."""
        mine = held_event.c.lookup == self._sealer.lookup(address)
        rows = self._db.execute(
            select(held_event).where(mine).order_by(held_event.c.held_at, held_event.c.id)
        ).all()
        self._db.execute(delete(held_event).where(mine))
        return tuple(self._sealer.open(row.value, place=_place(row.id)) for row in rows)


def _place(row_id: str) -> str:
    return f"held_event|{row_id}|value"
