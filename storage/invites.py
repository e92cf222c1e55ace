"""Invitations, and strangers, of whom almost nothing is kept."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.domain.people import Invite, Role
from bot.ids import Ids
from bot.messages import Address
from storage.schema import people as t
from storage.seal import Sealer


class Invites:
    """Single-use invitations; their codes are kept as hashes only."""

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def add(
        self,
        role: Role,
        *,
        now: datetime,
        lifetime: timedelta,
        facility_id: str | None = None,
        pool_id: str | None = None,
        name: str = "",
        person_id: str | None = None,
        created_by: str | None = None,
    ) -> str:
        """A new invitation; returns its code, 128 random bits that nobody sees again."""
        code, row_id = self._ids.token(16), self._ids.new()
        sealed = self._sealer.seal(name.encode(), scope=f"invite:{row_id}", place=f"invite|{row_id}|name")
        self._db.execute(
            insert(t.invite).values(
                id=row_id,
                code_hash=_hash(code),
                role=role,
                facility_id=facility_id,
                pool_id=pool_id,
                name=sealed,
                person_id=person_id,
                created_by=created_by,
                created_at=now,
                expires_at=now + lifetime,
            )
        )
        return code

    def by_code(self, code: str) -> Invite | None:
        """The invitation of that code, used or expired ones too."""
        row = self._db.execute(select(t.invite).where(t.invite.c.code_hash == _hash(code))).one_or_none()
        return self._invite(row) if row else None

    def get(self, invite_id: str) -> Invite:
        """The invitation of that id, which must exist."""
        return self._invite(self._db.execute(select(t.invite).where(t.invite.c.id == invite_id)).one())

    def use(self, invite_id: str, *, by: str, now: datetime) -> bool:
        """Use it up; False where somebody was faster or it has expired."""
        open_ = (t.invite.c.id == invite_id) & t.invite.c.used_at.is_(None) & (t.invite.c.expires_at > now)
        return self._db.execute(update(t.invite).where(open_).values(used_at=now, used_by=by)).rowcount == 1

    def _invite(self, row: Row[tuple[object, ...]]) -> Invite:
        return Invite(
            id=row.id,
            role=Role(row.role),
            expires_at=row.expires_at,
            facility_id=row.facility_id,
            pool_id=row.pool_id,
            name=self._sealer.open(row.name, place=f"invite|{row.id}|name").decode() if row.name else "",
            person_id=row.person_id,
            created_by=row.created_by,
            used_at=row.used_at,
        )


class Strangers:
    """Addresses that belong to nobody: how often they tried, nothing of what they sent."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer

    def tries(self, address: Address, *, since: datetime) -> int:
        """How many codes this address has tried since an instant."""
        row = self._row(address)
        return row.tries if row and row.since >= since else 0

    def tried(self, address: Address, *, now: datetime, since: datetime) -> None:
        """Count one more try; what lies before `since` is forgotten."""
        tries = self.tries(address, since=since)
        self._put(address, tries=tries + 1, **({"since": now} if tries == 0 else {}))

    def told(self, address: Address, *, now: datetime) -> None:
        """It has been told that the bot is for enrolled people."""
        self._put(address, told_at=now, **({} if self._row(address) else {"since": now}))

    def was_told(self, address: Address, *, since: datetime) -> bool:
        """Whether it was told since an instant, so that a flood is answered once."""
        row = self._row(address)
        return row is not None and row.told_at is not None and row.told_at >= since

    def count(self) -> int:
        """How many there are."""
        return self._db.execute(select(func.count()).select_from(t.stranger)).scalar_one()

    def _row(self, address: Address) -> Row[tuple[object, ...]] | None:
        lookup = self._sealer.lookup(address)
        return self._db.execute(select(t.stranger).where(t.stranger.c.lookup == lookup)).one_or_none()

    def _put(self, address: Address, **values: object) -> None:
        lookup = self._sealer.lookup(address)
        if self._row(address):
            self._db.execute(update(t.stranger).where(t.stranger.c.lookup == lookup).values(**values))
        else:
            self._db.execute(insert(t.stranger).values(lookup=lookup, **values))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
