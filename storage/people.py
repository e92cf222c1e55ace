"""People, their roles and addresses."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, insert, or_, select, update

from bot.domain.escalation import PHONE_WAYS, Way
from bot.domain.people import Person, Role
from bot.ids import Ids
from bot.messages import Address, channel_of
from storage.locks import for_change
from storage.schema import people as t
from storage.seal import Sealer

PHONE = "phone"
"""The channel of a phone's number: kept, never written to as it is. Calls and SMS go to addresses made from it."""


class People:
    """People and how to reach them."""

    def __init__(
        self, connection: Connection, sealer: Sealer, ids: Ids, chats: frozenset[str] | None = None
    ) -> None:
        """Within one transaction; `chats` are the channels that this service writes by, None for all."""
        self._chats = chats
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def add(
        self,
        name: str,
        *,
        language: str,
        roles: Iterable[Role],
        now: datetime,
        facility_id: str | None = None,
        import_key: str | None = None,
    ) -> str:
        """A new person who has not agreed yet; returns her id."""
        person_id = self._ids.new()
        self._db.execute(
            insert(t.person).values(
                id=person_id,
                name=self._seal(person_id, "name", name),
                language=language,
                facility_id=facility_id,
                import_key=import_key,
                created_at=now,
            )
        )
        for role in roles:
            self.add_role(person_id, role)
        return person_id

    def get(self, person_id: str) -> Person:
        """The person of that id, who must exist."""
        return self._person(self._db.execute(select(t.person).where(t.person.c.id == person_id)).one())

    def by_import_key(self, key: str) -> Person | None:
        """The person whom an organisation file names so."""
        row = self._db.execute(select(t.person).where(t.person.c.import_key == key)).one_or_none()
        return self._person(row) if row else None

    def by_address(self, address: Address) -> Person | None:
        """Who writes from this address, or is called there; no other turn of hers goes on meanwhile.

        Nobody where the address was revoked: who has that phone now is a stranger.
        """
        lookup = self._sealer.lookup(_kept(address))
        query = (
            select(t.person)
            .join(t.address)
            .where(t.address.c.lookup == lookup, t.address.c.revoked_at.is_(None))
        )
        row = self._db.execute(for_change(self._db, query, t.person)).one_or_none()
        return self._person(row) if row else None

    def with_role(self, role: Role) -> tuple[Person, ...]:
        """Everybody of that role who may act in it now."""
        query = (
            select(t.person)
            .join(t.person_role)
            .where(t.person_role.c.role == role, t.person.c.revoked_at.is_(None))
            .order_by(t.person.c.created_at, t.person.c.id)
        )
        return tuple(p for p in map(self._person, self._db.execute(query)) if p.is_a(role))

    def all(self) -> tuple[Person, ...]:
        """Everybody who was not revoked, in order of enrolment."""
        query = select(t.person).where(t.person.c.revoked_at.is_(None))
        return tuple(
            map(self._person, self._db.execute(query.order_by(t.person.c.created_at, t.person.c.id)))
        )

    def add_role(self, person_id: str, role: Role) -> None:
        """One more role; nothing where she has it."""
        if role not in self._roles(person_id):
            self._db.execute(insert(t.person_role).values(person_id=person_id, role=role))

    def set_name(self, person_id: str, name: str) -> None:
        """What she is called."""
        self._update(person_id, name=self._seal(person_id, "name", name))

    def set_language(self, person_id: str, language: str) -> None:
        """In which language she reads."""
        self._update(person_id, language=language)

    def set_facility(self, person_id: str, facility_id: str | None) -> None:
        """Where she works."""
        self._update(person_id, facility_id=facility_id)

    def set_registration(self, person_id: str, registration: str) -> None:
        """Number and council; a changed registration has to be verified again."""
        sealed = self._seal(person_id, "registration", registration)
        self._update(person_id, registration=sealed, verified_at=None, verified_by=None)

    def agree(self, person_id: str, now: datetime) -> None:
        """She has read the privacy notice and agreed."""
        self._update(person_id, agreed_at=now)

    def verify(self, person_id: str, *, by: str | None, now: datetime) -> None:
        """A coordinator (None: the operator) has confirmed her registration."""
        self._update(person_id, verified_at=now, verified_by=by)

    def revoke(self, person_id: str, now: datetime) -> None:
        """She may do nothing any more."""
        self._update(person_id, revoked_at=now)

    # --- addresses

    def add_address(self, person_id: str, address: Address, now: datetime) -> None:
        """One more address; one that another person had moves to her, one that was revoked holds again."""
        lookup = self._sealer.lookup(address)
        self._db.execute(delete(t.address_user).where(t.address_user.c.lookup == lookup))
        self._db.execute(delete(t.address).where(t.address.c.lookup == lookup))
        row_id = self._ids.new()
        self._db.execute(
            insert(t.address).values(
                id=row_id,
                person_id=person_id,
                channel=channel_of(address),
                lookup=self._sealer.lookup(address),
                value=self._sealer.seal(
                    address.encode(), scope=f"person:{person_id}", place=f"address|{row_id}|value"
                ),
                created_at=now,
                last_seen_at=now,
            )
        )

    def revoke_address(self, address: Address, now: datetime) -> None:
        """Nothing goes there any more, and nothing is taken from there: the phone was lost."""
        self._address_update(address, revoked_at=now)

    def is_revoked(self, address: Address) -> bool:
        """Whether it was taken from the person who had it and given to nobody since."""
        lookup = self._sealer.lookup(_kept(address))
        query = select(t.address.c.id).where(
            t.address.c.lookup == lookup, t.address.c.revoked_at.is_not(None)
        )
        return self._db.execute(query).first() is not None

    def has_lost_all(self, person_id: str) -> bool:
        """Whether every address that she had was revoked."""
        query = select(t.address.c.revoked_at).where(_hers(person_id))
        revoked = list(self._db.execute(query).scalars())
        return bool(revoked) and None not in revoked

    def contact(self, person_id: str) -> Address | None:
        """The chat to write to: reachable, of a channel that is here, and the one she used last; never a phone.

        None for somebody who was revoked: her phone may be in other hands.
        """
        here = () if self._chats is None else (t.address.c.channel.in_(self._chats),)
        return self._newest(person_id, t.address.c.channel != PHONE, t.address.c.reachable, *here)

    def has_chat(self, person_id: str) -> bool:
        """Whether she has an address to chat by that holds, reachable now or not."""
        return self._newest(person_id, t.address.c.channel != PHONE) is not None

    def on_phone(self, person_id: str, way: Way) -> Address | None:
        """Where a call (`voice:…`) or an SMS (`sms:…`) reaches her: the number that she gave last."""
        number = self._newest(person_id, t.address.c.channel == PHONE)
        return None if number is None else Address(f"{way}:{number.partition(':')[2]}")

    def _newest(self, person_id: str, *which: ColumnElement[bool]) -> Address | None:
        holds = exists().where(t.person.c.id == person_id, t.person.c.revoked_at.is_(None))
        query = (
            select(t.address)
            .where(_hers(person_id), holds)
            .where(t.address.c.revoked_at.is_(None), *which)
            .order_by(t.address.c.last_seen_at.desc().nulls_last(), t.address.c.id)
            .limit(1)
        )
        row = self._db.execute(query).one_or_none()
        if row is None:
            return None
        return Address(self._sealer.open(row.value, place=f"address|{row.id}|value").decode())

    def addresses(self, person_id: str) -> tuple[Address, ...]:
        """All her addresses that hold, the one she used last first."""
        query = select(t.address).where(_hers(person_id), t.address.c.revoked_at.is_(None))
        rows = self._db.execute(query.order_by(t.address.c.last_seen_at.desc().nulls_last(), t.address.c.id))
        return tuple(
            Address(self._sealer.open(row.value, place=f"address|{row.id}|value").decode()) for row in rows
        )

    def seen(self, address: Address, now: datetime) -> None:
        """She wrote from this address, so it reaches her."""
        self._address_update(address, last_seen_at=now, heard_at=now, reachable=True)

    def heard_at(self, address: Address) -> datetime | None:
        """When she last wrote from this address; None where she never did, or nobody has it."""
        query = select(t.address.c.heard_at).where(t.address.c.lookup == self._sealer.lookup(address))
        return self._db.execute(query).scalar()

    def last_seen(self, address: Address) -> datetime | None:
        """When she last wrote from this address or tapped there; None for one that is nobody's."""
        query = select(t.address.c.last_seen_at).where(t.address.c.lookup == self._sealer.lookup(address))
        return self._db.execute(query).scalar()

    def set_reachable(self, address: Address, *, reachable: bool) -> None:
        """Whether the channel still delivers to it.

        Nothing for a call or an SMS: nobody writes from there, so a number once given up would stay so for ever.
        """
        self._address_update(address, reachable=reachable)

    def _address_update(self, address: Address, **values: object) -> None:
        lookup = self._sealer.lookup(address)
        self._db.execute(update(t.address).where(t.address.c.lookup == lookup).values(**values))

    def _update(self, person_id: str, **values: object) -> None:
        self._db.execute(update(t.person).where(t.person.c.id == person_id).values(**values))

    def _roles(self, person_id: str) -> frozenset[Role]:
        query = select(t.person_role.c.role).where(t.person_role.c.person_id == person_id)
        return frozenset(Role(role) for role in self._db.execute(query).scalars())

    def _person(self, row: Row[tuple[object, ...]]) -> Person:
        sealed = row.registration
        return Person(
            id=row.id,
            name=self._open(row.id, "name", row.name),
            language=row.language,
            roles=self._roles(row.id),
            facility_id=row.facility_id,
            registration=self._open(row.id, "registration", sealed) if sealed else "",
            agreed=row.agreed_at is not None,
            verified=row.verified_at is not None,
            revoked=row.revoked_at is not None,
        )

    def _seal(self, person_id: str, column: str, words: str) -> bytes:
        place = f"person|{person_id}|{column}"
        return self._sealer.seal(words.encode(), scope=f"person:{person_id}", place=place)

    def _open(self, person_id: str, column: str, sealed: bytes) -> str:
        return self._sealer.open(sealed, place=f"person|{person_id}|{column}").decode()


def _hers(person_id: str) -> ColumnElement[bool]:
    """Addresses that she has, alone or with others."""
    shared = select(t.address_user.c.lookup).where(t.address_user.c.person_id == person_id)
    return or_(t.address.c.person_id == person_id, t.address.c.lookup.in_(shared))


def _kept(address: Address) -> Address:
    """The address under which a person is found: for calls and SMS that of the phone."""
    way, _, number = address.partition(":")
    return Address(f"{PHONE}:{number}") if way in PHONE_WAYS else address
