"""The organisation as a file that `import_org` takes: for backups, and for a change made with an editor."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.escalation import Policy
from bot.domain.people import Facility, Person, Pool
from bot.domain.rota import Duty
from bot.domain.study import Priority
from storage.unit_of_work import UnitOfWork

_SPAN = timedelta(days=370)

_DUTIES = {duty: place for place, duty in enumerate(Duty)}

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def export(uow: UnitOfWork, now: datetime) -> str:
    """TOML of everybody who may act here and has an address, and of the shifts from yesterday on, one for each day.

    Who lost her only phone is not in it: she joins again by an invitation, as somebody new.
    """
    pools = {pool.id: pool for pool in uow.pools.all()}
    facilities = {facility.id: facility for facility in uow.facilities.all()}
    persons = tuple(one for one in uow.people.all() if not uow.people.has_lost_all(one.id))
    words = _words_for(uow, persons)
    tables = [
        *(_facility(facility) for facility in facilities.values()),
        *(_pool(pool) for pool in pools.values()),
        *(_person(uow, person, facilities, pools) for person in persons),
        *(table for pool in pools.values() for table in _shifts(uow, pool, words, now)),
        *(table for pool in pools.values() for table in _policies(uow, pool)),
    ]
    return "\n".join(tables)


def duration_text(length: timedelta) -> str:
    """`90s`, `5m`, `2h`, `1d`: the largest unit that says it whole."""
    seconds = int(length.total_seconds())
    if seconds == 0:
        return "0s"
    return next(f"{seconds // size}{unit}" for unit, size in _UNITS if seconds % size == 0)


def _words_for(uow: UnitOfWork, persons: Sequence[Person]) -> dict[str, str]:
    """How a shift names each person, by id: her name, or an address where others share the name."""
    names = Counter(person.name for person in persons)
    words: dict[str, str] = {}
    for person in persons:
        addresses = uow.people.addresses(person.id) if names[person.name] > 1 else ()
        words[person.id] = addresses[0] if addresses else person.name
    return words


def _facility(facility: Facility) -> str:
    values = {
        "name": facility.name,
        "district": facility.district,
        "contacts": facility.contacts,
        "ambulance": facility.ambulance,
        "referral": facility.referral,
        "ultrasound_registration": facility.ultrasound_registration,
    }
    # The import takes 108 for granted: that there is none has to be said.
    return _table("facility", values) + ("" if facility.ambulance else 'ambulance = ""\n')


def _pool(pool: Pool) -> str:
    values = {"name": pool.name, "specialties": sorted(pool.specialties), "timezone": pool.timezone}
    return _table("pool", values)


def _person(
    uow: UnitOfWork, person: Person, facilities: Mapping[str, Facility], pools: Mapping[str, Pool]
) -> str:
    facility = facilities.get(person.facility_id or "")
    values: dict[str, object] = {
        "name": person.name,
        "roles": sorted(role.value for role in person.roles),
        "addresses": uow.people.addresses(person.id),
        "language": person.language,
        "facility": facility.name if facility else "",
        "pools": sorted(pools[pool_id].name for pool_id in uow.pools.of_person(person.id)),
        "registration_number": person.registration,
    }
    return _table("person", {**values, "verified": True} if person.verified else values)


def _shifts(uow: UnitOfWork, pool: Pool, words: Mapping[str, str], now: datetime) -> Iterator[str]:
    """In an order that does not hang on how they came into the database."""
    shifts = uow.rotas.shifts_between(pool.id, now - timedelta(days=1), now + _SPAN)
    for shift in sorted(shifts, key=lambda one: (one.slot.start, _DUTIES[one.slot.duty], one.slot.seat)):
        if shift.person_id in words:
            values = {
                "pool": pool.name,
                "person": words[shift.person_id],
                "start": shift.slot.start.astimezone(UTC),
                "end": shift.slot.end.astimezone(UTC),
                "role": shift.slot.duty.value,
            }
            yield _table("shift", values)


def _policies(uow: UnitOfWork, pool: Pool) -> Iterator[str]:
    for priority in Priority:
        policy = uow.policies.get(pool.id, priority)
        if policy is not None:
            yield _policy(pool, priority, policy)


def _policy(pool: Pool, priority: Priority, policy: Policy) -> str:
    head = _table("policy", {"pool": pool.name, "priority": priority.value})
    steps = "".join(
        f'    {{ after = "{duration_text(step.after)}", who = "{step.who}", ways = {_value(step.ways)} }},\n'
        for step in policy.steps
    )
    times = {"pause": policy.pause, "report_due": policy.report_due, "reopen": policy.reopen}
    return f"{head}steps = [\n{steps}]\n" + "".join(
        f'{key} = "{duration_text(length)}"\n' for key, length in times.items()
    )


def _table(name: str, values: Mapping[str, object]) -> str:
    """Empty values are left out: they are what the import assumes."""
    lines = [f"{key} = {_value(value)}\n" for key, value in values.items() if value not in ("", (), [])]
    return f"[[{name}]]\n" + "".join(lines)


def _value(value: object) -> str:
    """JSON's strings are TOML's too, but for one sign that JSON leaves as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Iterable):
        return f"[{', '.join(map(_value, value))}]"
    raise TypeError(type(value).__name__)
