"""Facilities, pools, people, shifts and policies from a file; and what operators ask for by command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.people import Person, Pool, Role
from bot.domain.rota import Duty, Slot, instant_of, split_days
from bot.language.catalogue import shipped_languages
from bot.language.folder import LOCALES
from bot.messages import Address, channel_of
from bot.services import people, revoking
from bot.services.first_contact import IMPORTED
from bot.services.organisation_export import export
from bot.services.organisation_file import Known, Organisation, PersonEntry, parse
from bot.services.organisation_gaps import gaps
from bot.services.sessions import give_address
from storage.unit_of_work import UnitOfWork

TRAINING_DAYS = 28

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much the file holds of each kind; with problems nothing was written."""

    counts: Mapping[str, int]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was taken in, and is not enough for an emergency."""


def import_org(uow: UnitOfWork, toml_text: str, now: datetime, *, practice: bool = False) -> Outcome:
    """Take a file in; twice is as good as once. It adds and changes, it never takes away (`revoke` does).

    With `practice` nobody's phone is tested on first contact.
    """
    organisation, problems = parse(toml_text, _known(uow))
    problems = problems or _revoked(uow, organisation) or _lost(uow, organisation)
    if problems:
        return Outcome({}, problems)
    facilities = {facility.name: uow.facilities.put(facility) for facility in organisation.facilities}
    facilities = {**{facility.name: facility.id for facility in uow.facilities.all()}, **facilities}
    for pool in organisation.pools:
        uow.pools.put(pool.name, timezone=pool.timezone, specialties=pool.specialties)
    pools = {pool.name: pool for pool in uow.pools.all()}
    persons = {
        # Each a little later than the one before: the order of the file is kept.
        entry.key: _put_person(
            uow,
            entry,
            facilities.get(entry.facility),
            pools,
            now + timedelta(microseconds=number),
            practice=practice,
        )
        for number, entry in enumerate(organisation.people)
    }
    _put_shifts(uow, organisation, pools, persons, now)
    for policy in organisation.policies:
        uow.policies.put(pools[policy.pool].id, policy.priority, policy.policy)
    counts = _counts(organisation)
    uow.audit.append("operator", "org.import", "organisation", now, detail=counts)
    return Outcome(counts, warnings=gaps(organisation.facilities))


def _known(uow: UnitOfWork) -> Known:
    return Known(
        languages=shipped_languages(LOCALES),
        facilities=frozenset(facility.name for facility in uow.facilities.all()),
        pools={pool.name: pool.timezone for pool in uow.pools.all()},
    )


def _counts(organisation: Organisation) -> dict[str, int]:
    return {
        "facilities": len(organisation.facilities),
        "pools": len(organisation.pools),
        "people": len(organisation.people),
        "shifts": len(organisation.shifts),
        "policies": len(organisation.policies),
    }


# --- people


def _put_person(
    uow: UnitOfWork,
    entry: PersonEntry,
    facility_id: str | None,
    pools: Mapping[str, Pool],
    now: datetime,
    *,
    practice: bool,
) -> str:
    """Add her, or change the one who has one of her addresses or was imported before; her id."""
    person = _find(uow, entry) or _add(uow, entry, now)
    _update(uow, person, entry, facility_id)
    for role in entry.roles:
        uow.people.add_role(person.id, role)
    for name in entry.pools:
        uow.pools.add_member(pools[name].id, person.id)
    for number, address in enumerate(entry.addresses):
        known = uow.people.by_address(address)
        if known is None or known.id != person.id:
            # The first address is the one that is written to.
            give_address(uow, person.id, address, now - timedelta(seconds=number))
            if not practice:
                channel = channel_of(address)
                uow.audit.append("operator", IMPORTED, person.id, now, detail={"channel": channel})
    _put_registration(uow, uow.people.get(person.id), entry, now)
    return person.id


def _revoked(uow: UnitOfWork, organisation: Organisation) -> tuple[str, ...]:
    """A file from before a revocation would put on call who may do nothing: nobody would be paged."""
    found = ((entry, _find(uow, entry)) for entry in organisation.people)
    return tuple(
        f"person {entry.name!r}: her access was revoked; take her and her shifts out of the file."
        for entry, person in found
        if person is not None and person.revoked
    )


def _lost(uow: UnitOfWork, organisation: Organisation) -> tuple[str, ...]:
    """A file from before a phone was lost would let whoever has it in again."""
    return tuple(
        f"person {entry.name!r}: her address {address} was revoked; take it out of the file, or invite her anew."
        for entry in organisation.people
        for address in entry.addresses
        if uow.people.is_revoked(address)
    )


def _find(uow: UnitOfWork, entry: PersonEntry) -> Person | None:
    found = (uow.people.by_address(address) for address in entry.addresses)
    by_address = next((person for person in found if person is not None), None)
    return by_address or uow.people.by_import_key(_import_key(uow, entry))


def _import_key(uow: UnitOfWork, entry: PersonEntry) -> str:
    """Keyed and hashed: neither a name nor a number stands in the open."""
    return uow.sealer.lookup(f"import:{entry.key}")


def _add(uow: UnitOfWork, entry: PersonEntry, now: datetime) -> Person:
    person_id = uow.people.add(
        entry.name, language=entry.language, roles=(), now=now, import_key=_import_key(uow, entry)
    )
    uow.people.agree(person_id, now)
    uow.audit.append("operator", "person.import", person_id, now)
    return uow.people.get(person_id)


def _update(uow: UnitOfWork, person: Person, entry: PersonEntry, facility_id: str | None) -> None:
    if person.name != entry.name:
        uow.people.set_name(person.id, entry.name)
    if facility_id is not None and person.facility_id != facility_id:
        uow.people.set_facility(person.id, facility_id)


def _put_registration(uow: UnitOfWork, person: Person, entry: PersonEntry, now: datetime) -> None:
    """A new registration that the operator does not vouch for waits for a coordinator."""
    changed = bool(entry.registration) and entry.registration != person.registration
    if changed and entry.verified:
        uow.people.set_registration(person.id, entry.registration)
    elif changed:
        people.register(uow, person, entry.registration, now)
    if entry.verified and (changed or not person.verified):
        uow.people.verify(person.id, by=None, now=now)
        uow.audit.append("operator", "person.verify", person.id, now)


# --- shifts


@dataclass(frozen=True, slots=True)
class _Piece:
    """A shift's part of one local day."""

    pool_id: str
    duty: Duty
    day: date
    start: datetime
    end: datetime
    person_id: str


def _put_shifts(
    uow: UnitOfWork,
    organisation: Organisation,
    pools: Mapping[str, Pool],
    persons: Mapping[str, str],
    now: datetime,
) -> None:
    """`persons`: ids by the key of their entry."""
    taken: list[tuple[_Piece, int]] = []
    for shift in sorted(organisation.shifts, key=lambda one: one.start):
        pool, entry = pools[shift.pool], organisation.called(shift.person)
        assert entry is not None
        for day, start, end in split_days(shift.start, shift.end, zone=pool.timezone):
            piece = _Piece(pool.id, shift.duty, day, start, end, persons[entry.key])
            seat = _free_seat(uow, piece, taken)
            taken.append((piece, seat))
            _put_piece(uow, piece, seat, source="import", now=now)


def _free_seat(uow: UnitOfWork, piece: _Piece, taken: Sequence[tuple[_Piece, int]]) -> int:
    """The lowest seat that nobody of the file has then; a stored slot of the very same time is used again."""
    stored = uow.rotas.shifts_between(piece.pool_id, piece.start, piece.end)
    others = {
        shift.slot.seat
        for shift in stored
        if shift.slot.duty is piece.duty and (shift.slot.start, shift.slot.end) != (piece.start, piece.end)
    }
    others |= {seat for other, seat in taken if _meet(piece, other)}
    return next(seat for seat in range(len(others) + 1) if seat not in others)


def _meet(one: _Piece, other: _Piece) -> bool:
    same = (one.pool_id, one.duty) == (other.pool_id, other.duty)
    return same and one.start < other.end and other.start < one.end


def _put_piece(uow: UnitOfWork, piece: _Piece, seat: int, *, source: str, now: datetime) -> None:
    slot = Slot("", piece.pool_id, piece.duty, seat, piece.day, piece.start, piece.end)
    slot_id = uow.rotas.put_slot(slot)
    if uow.rotas.fill(slot_id, piece.person_id, source=source, now=now):
        uow.audit.append("operator", "rota.fill", slot_id, now, detail={"person": piece.person_id})


def fill_training_rota(uow: UnitOfWork, now: datetime) -> None:
    """For practice, somebody is always on call: every pool, from yesterday on; again is as good as once."""
    for pool in uow.pools.all():
        today = now.astimezone(ZoneInfo(pool.timezone)).date()
        start = instant_of(today - timedelta(days=1), time(0), pool.timezone)
        end = instant_of(today + timedelta(days=TRAINING_DAYS + 1), time(0), pool.timezone)
        for day, begin, finish in split_days(start, end, zone=pool.timezone):
            for duty, seat, person_id in _training_seats(uow, pool):
                piece = _Piece(pool.id, duty, day, begin, finish, person_id)
                _put_piece(uow, piece, seat, source="training", now=now)


def _training_seats(uow: UnitOfWork, pool: Pool) -> list[tuple[Duty, int, str]]:
    members = frozenset(uow.pools.members(pool.id))
    specialists = [p.id for p in uow.people.with_role(Role.SPECIALIST) if p.id in members]
    everybody = [p.id for p in uow.people.with_role(Role.COORDINATOR)]
    coordinators = [person_id for person_id in everybody if person_id in members] or everybody
    duties = zip((Duty.PRIMARY, Duty.BACKUP), specialists, strict=False)
    seats = [(duty, 0, person_id) for duty, person_id in duties]
    return [*seats, *((Duty.COORDINATOR, seat, person_id) for seat, person_id in enumerate(coordinators))]


# --- commands


def org_import(uow: UnitOfWork, arguments: Arguments, now: datetime) -> dict[str, object]:
    """`{"toml": text, "training": bool}` → `{"counts": …, "problems": […], "warnings": […]}`.

    Training fills the rota too.
    """
    practice = bool(arguments.get("training"))
    outcome = import_org(uow, str(arguments["toml"]), now, practice=practice)
    if practice and not outcome.problems:
        fill_training_rota(uow, now)
    return {
        "counts": dict(outcome.counts),
        "problems": list(outcome.problems),
        "warnings": list(outcome.warnings),
    }


def org_export(uow: UnitOfWork, _arguments: Arguments, now: datetime) -> dict[str, object]:
    """`{"toml": text}`, which `org_import` takes."""
    uow.audit.append("operator", "org.export", "organisation", now)
    return {"toml": export(uow, now)}


def revoke(uow: UnitOfWork, arguments: Arguments, now: datetime) -> dict[str, object]:
    """`{"address": …, "person": bool}`: the address alone, or with `person` all that its person may do.

    → `{"revoked": bool, "left": how many addresses she still has, "problem": sentence or ""}`
    """
    address = Address(str(arguments["address"]))
    person = uow.people.by_address(address)
    if person is None or person.revoked:
        return {"revoked": False, "left": 0, "problem": "Nobody has this address."}
    if arguments.get("person"):
        revoking.revoke(uow, person, now)
    else:
        revoking.lose(uow, person, (address,), now)
    left = 0 if arguments.get("person") else len(uow.people.addresses(person.id))
    return {"revoked": True, "left": left, "problem": ""}


def invite(uow: UnitOfWork, arguments: Arguments, now: datetime) -> dict[str, object]:
    """`{"role", "facility", "pool", "name", "person", "links": {channel: beginning}}`, only the role must be there.

    `person`: a name or an address of somebody who is enrolled and gets this role in addition, or has a new phone.
    → `{"code", "telegram", "whatsapp", "problem"}`; a channel whose link is not known is empty.
    """
    role = str(arguments["role"])
    facility, pool = str(arguments.get("facility") or ""), str(arguments.get("pool") or "")
    facilities = {one.name: one.id for one in uow.facilities.all()}
    pools = {one.name: one.id for one in uow.pools.all()}
    problem = _invite_problem(role, facility=facility, pool=pool, facilities=facilities, pools=pools)
    again = _enrolled(uow, word) if (word := str(arguments.get("person") or "").strip()) else None
    if problem := problem or (again if isinstance(again, str) else ""):
        return {"code": "", "telegram": "", "whatsapp": "", "problem": problem}
    made = people.make_invite(
        uow,
        Role(role),
        now=now,
        facility_id=facilities.get(facility),
        pool_id=pools.get(pool),
        name=str(arguments.get("name") or ""),
        again=again if isinstance(again, Person) else None,
        links=tuple(dict(arguments.get("links") or {}).items()),
    )
    return {"code": made.code, "telegram": made.telegram, "whatsapp": made.whatsapp, "problem": ""}


def _enrolled(uow: UnitOfWork, word: str) -> Person | str:
    """Who has that address or, however it is written, that name; a sentence where that is not one person."""
    by_address = uow.people.by_address(Address(word))
    named = [one for one in uow.people.all() if one.name.casefold() == word.casefold()]
    found = [by_address] if by_address is not None and not by_address.revoked else named
    if len(found) == 1:
        return found[0]
    if found:
        return f"{len(found)} people are called {word!r}: name one of them by an address, as telegram:123."
    return (
        f"Nobody who is enrolled is called {word!r} or has this address; leave --person out for somebody new."
    )


def _invite_problem(
    role: str, *, facility: str, pool: str, facilities: Mapping[str, str], pools: Mapping[str, str]
) -> str:
    if role not in set(Role):
        return f"The role must be one of {', '.join(Role)}."
    if facility and facility not in facilities:
        return f"There is no facility {facility!r}; import it first (scanrelay org import)."
    if pool and pool not in pools:
        return f"There is no pool {pool!r}; import it first (scanrelay org import)."
    if role == Role.SPECIALIST and not pool:
        return "A specialist needs a pool, or nobody would ever page her: add --pool NAME."
    return ""
