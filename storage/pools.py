"""Facilities, where referrers work, and pools, whom specialists serve in."""

from collections.abc import Iterable

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.domain.people import Facility, Pool
from bot.ids import Ids
from storage.codec import CONTACTS
from storage.schema import people as t
from storage.seal import Sealer


class Facilities:
    """Where referrers work."""

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def put(self, facility: Facility) -> str:
        """Add it, or change the one of the same name; returns its id. The given id counts only for a new one."""
        known = self.by_name(facility.name)
        row_id = known.id if known else facility.id or self._ids.new()
        place = f"facility|{row_id}|contacts"
        contacts = CONTACTS.dump_json(facility.contacts)
        values = {
            "name": facility.name,
            "district": facility.district,
            "ambulance": facility.ambulance,
            "referral": facility.referral,
            "ultrasound_registration": facility.ultrasound_registration,
            "contacts": self._sealer.seal(contacts, scope=f"facility:{row_id}", place=place),
        }
        if known:
            self._db.execute(update(t.facility).where(t.facility.c.id == row_id).values(**values))
        else:
            self._db.execute(insert(t.facility).values(id=row_id, **values))
        return row_id

    def get(self, facility_id: str) -> Facility:
        """The facility of that id, which must exist."""
        return self._facility(
            self._db.execute(select(t.facility).where(t.facility.c.id == facility_id)).one()
        )

    def by_name(self, name: str) -> Facility | None:
        """The facility of that name."""
        row = self._db.execute(select(t.facility).where(t.facility.c.name == name)).one_or_none()
        return self._facility(row) if row else None

    def all(self) -> tuple[Facility, ...]:
        """Every facility, by name."""
        return tuple(map(self._facility, self._db.execute(select(t.facility).order_by(t.facility.c.name))))

    def _facility(self, row: Row[tuple[object, ...]]) -> Facility:
        place = f"facility|{row.id}|contacts"
        contacts = (
            CONTACTS.validate_json(self._sealer.open(row.contacts, place=place)) if row.contacts else ()
        )
        return Facility(
            row.id,
            row.name,
            row.district,
            row.ambulance,
            row.referral,
            contacts,
            row.ultrasound_registration,
        )


class Pools:
    """The specialists who serve a specialty."""

    def __init__(self, connection: Connection, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._ids = ids

    def put(self, name: str, *, timezone: str, specialties: Iterable[str]) -> str:
        """Add it, or change the one of the same name; returns its id."""
        row = self._db.execute(select(t.pool.c.id).where(t.pool.c.name == name)).one_or_none()
        pool_id = row.id if row else self._ids.new()
        if row:
            self._db.execute(update(t.pool).where(t.pool.c.id == pool_id).values(timezone=timezone))
        else:
            self._db.execute(insert(t.pool).values(id=pool_id, name=name, timezone=timezone))
        self._db.execute(delete(t.pool_specialty).where(t.pool_specialty.c.pool_id == pool_id))
        for specialty in sorted(set(specialties)):
            self._db.execute(insert(t.pool_specialty).values(pool_id=pool_id, specialty=specialty))
        return pool_id

    def get(self, pool_id: str) -> Pool:
        """The pool of that id, which must exist."""
        return next(pool for pool in self.all() if pool.id == pool_id)

    def all(self) -> tuple[Pool, ...]:
        """Every pool, by name."""
        rows = self._db.execute(select(t.pool).order_by(t.pool.c.name)).all()
        return tuple(Pool(row.id, row.name, row.timezone, self._specialties(row.id)) for row in rows)

    def add_member(self, pool_id: str, person_id: str) -> None:
        """She serves this pool; nothing where she does already."""
        if person_id not in self.members(pool_id):
            self._db.execute(insert(t.pool_member).values(pool_id=pool_id, person_id=person_id))

    def members(self, pool_id: str) -> tuple[str, ...]:
        """The ids of those who serve it, specialists and coordinators alike."""
        query = select(t.pool_member.c.person_id).where(t.pool_member.c.pool_id == pool_id)
        return tuple(self._db.execute(query.order_by(t.pool_member.c.person_id)).scalars())

    def of_person(self, person_id: str) -> tuple[str, ...]:
        """The ids of the pools that she serves."""
        query = select(t.pool_member.c.pool_id).where(t.pool_member.c.person_id == person_id)
        return tuple(self._db.execute(query.order_by(t.pool_member.c.pool_id)).scalars())

    def timezone_of(self, person_id: str) -> str | None:
        """The time zone of the pool that she serves, of the first by name where there are several."""
        query = select(t.pool.c.timezone).join(t.pool_member, t.pool_member.c.pool_id == t.pool.c.id)
        query = query.where(t.pool_member.c.person_id == person_id).order_by(t.pool.c.name).limit(1)
        return self._db.execute(query).scalar_one_or_none()

    def _specialties(self, pool_id: str) -> frozenset[str]:
        query = select(t.pool_specialty.c.specialty).where(t.pool_specialty.c.pool_id == pool_id)
        return frozenset(self._db.execute(query).scalars())
