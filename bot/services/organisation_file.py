"""An organisation's file (TOML) as values, and clear sentences for what is wrong with it."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.escalation import DEFAULT_POLICIES, Policy, Step, Way, Who
from bot.domain.people import Facility, Role
from bot.domain.rota import Duty, instant_of
from bot.domain.study import Priority
from bot.messages import Address

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

LONGEST_SHIFT = timedelta(days=370)
LONGEST_TEXT = 200
_LONGEST_CODE = 64

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d{1,5})([smhd])")
_ADDRESS = re.compile(r"(?:telegram:\d+|whatsapp:\+\d{6,15}|phone:\+[1-9]\d{6,14})")
"""A chat, or the number for calls and SMS as Twilio takes it (E.164)."""
_IGNORED = frozenset({"phone"})
"""The sandbox's own table, so that one file serves both."""


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """A pool by its name."""

    name: str
    specialties: tuple[str, ...]
    timezone: str


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person; facility and pools by name. `verified`: the operator vouches for the registration."""

    name: str
    roles: tuple[Role, ...]
    addresses: tuple[Address, ...]
    language: str
    facility: str
    pools: tuple[str, ...]
    registration: str
    verified: bool

    @property
    def key(self) -> str:
        """What she is found by when the file is imported again."""
        return self.addresses[0] if self.addresses else self.name


@dataclass(frozen=True, slots=True)
class ShiftEntry:
    """A duty of any length, pool by name, instants in UTC; `person` is a name, or an address where two share it."""

    pool: str
    person: str
    start: datetime
    end: datetime
    duty: Duty


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """How cases of a priority escalate in a pool."""

    pool: str
    priority: Priority
    policy: Policy


@dataclass(frozen=True, slots=True)
class Organisation:
    """A whole file."""

    facilities: tuple[Facility, ...] = ()
    pools: tuple[PoolEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    shifts: tuple[ShiftEntry, ...] = ()
    policies: tuple[PolicyEntry, ...] = ()

    def called(self, word: str) -> PersonEntry | None:
        """Who has that address, else the only one of that name, else the only one of that name without address."""
        named = [person for person in self.people if person.name == word]
        for found in (
            [person for person in self.people if word in person.addresses],
            named,
            [person for person in named if not person.addresses],
        ):
            if len(found) == 1:
                return found[0]
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a file may refer to without defining them: they are stored already."""

    languages: tuple[str, ...]
    facilities: frozenset[str] = frozenset()
    pools: Mapping[str, str] | None = None
    """Time zones by pool."""


def parse(text: str, known: Known) -> tuple[Organisation, tuple[str, ...]]:
    """The file and what is wrong with it; only a file without problems is to be used."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Organisation(), (f"This is not TOML: {error}.",)
    reading = _Reading([])
    organisation = _organisation(data, known, reading)
    return organisation, tuple(reading.problems)


def duration_of(text: str) -> timedelta | None:
    """`90s`, `5m`, `2h`, `1d`; None for anything else."""
    found = _DURATION.fullmatch(text.strip())
    return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))}) if found else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """Collects the sentences."""

    problems: list[str]

    def entries(self, data: Mapping[str, object], table: str, read: "Callable[[_Entry], T]") -> tuple[T, ...]:
        found = data.get(table, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            self.problems.append(f"{table}: write it as [[{table}]].")
            return ()
        return tuple(self._entry(table, number, entry, read) for number, entry in enumerate(found, 1))

    def _entry(self, table: str, number: int, values: dict[str, object], read: "Callable[[_Entry], T]") -> T:
        entry = _Entry(table, number, dict(values), self.problems)
        value = read(entry)
        for key in entry.values:
            entry.wrong(key, "is not known")
        return value


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of the file; what was read is taken out, so that what is left is unknown."""

    table: str
    number: int
    values: dict[str, object]
    problems: list[str]

    def wrong(self, key: str, what: str) -> None:
        """A sentence about a key."""
        self.problems.append(f"{self.table} {self.number}: {key} {what}.")

    def text(self, key: str, default: str | None = None, *, most: int = LONGEST_TEXT) -> str:
        value = self.values.pop(key, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return self._storable(key, value, most)
        self.wrong(key, "is missing" if value is None else "must be a text")
        return ""

    def texts(self, key: str, *, most: int = LONGEST_TEXT) -> tuple[str, ...]:
        value = self.values.pop(key, [])
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(dict.fromkeys(self._storable(key, one, most) for one in value))
        self.wrong(key, "must be a list of texts")
        return ()

    def _storable(self, key: str, value: str, most: int) -> str:
        """PostgreSQL takes no NUL, and no more signs than a column has."""
        if "\0" in value or len(value.strip()) > most:
            self.wrong(key, f"may have {most} signs at most, and no NUL")
        return value.strip()

    def flag(self, key: str) -> bool:
        value = self.values.pop(key, False)
        if not isinstance(value, bool):
            self.wrong(key, "must be true or false")
        return value is True

    def one_of(self, key: str, kind: type[E]) -> E:
        return self.member(key, kind, self.text(key))

    def member(self, key: str, kind: type[E], word: str) -> E:
        """The first of the kind stands in for a wrong word: a file with problems is not used."""
        if word in set(kind):
            return kind(word)
        if word:
            self.wrong(key, f"must be one of {', '.join(kind)}, not {word!r}")
        return next(iter(kind))

    def duration(self, key: str, default: timedelta | None = None) -> timedelta:
        if default is not None and key not in self.values:
            return default
        text = self.text(key)
        value = duration_of(text)
        if value is None and text:
            self.wrong(key, f'must be a time like "90s", "5m", "2h" or "1d", not {text!r}')
        return value or timedelta()

    def instant(self, key: str, zone: str) -> datetime:
        """With an offset as it is, without one as the wall clock of the pool."""
        value = self.values.pop(key, None)
        if isinstance(value, str):
            value = _from_iso(value)
        if isinstance(value, datetime):
            wall = value.time()
            return value if value.tzinfo else instant_of(value.date(), wall, zone)
        self.wrong(key, "must be a date and time like 2026-11-24T08:00:00")
        return datetime.min.replace(tzinfo=ZoneInfo("UTC"))


def _from_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


# --- the tables


def _organisation(data: Mapping[str, object], known: Known, reading: _Reading) -> Organisation:
    tables = {"facility", "pool", "person", "shift", "policy"}
    for table in sorted(data.keys() - tables - _IGNORED):
        reading.problems.append(f"{table} is not a table that is known here ({', '.join(sorted(tables))}).")
    pools = reading.entries(data, "pool", _pool)
    zones = {**(known.pools or {}), **{pool.name: pool.timezone for pool in pools}}
    organisation = Organisation(
        facilities=reading.entries(data, "facility", _facility),
        pools=pools,
        people=reading.entries(data, "person", lambda entry: _person(entry, known.languages)),
        shifts=reading.entries(data, "shift", lambda entry: _shift(entry, zones)),
        policies=reading.entries(data, "policy", _policy),
    )
    reading.problems.extend(_loose_ends(organisation, known, zones))
    return organisation


def _facility(entry: _Entry) -> Facility:
    return Facility(
        id="",
        name=entry.text("name"),
        district=entry.text("district", "", most=100),
        ambulance=entry.text("ambulance", "108", most=32),
        referral=entry.text("referral", ""),
        contacts=entry.texts("contacts"),
        ultrasound_registration=entry.text("ultrasound_registration", "", most=64),
    )


def _pool(entry: _Entry) -> PoolEntry:
    zone = entry.text("timezone", "Asia/Kolkata")
    if zone not in available_timezones():
        entry.wrong("timezone", f"must be a name like Asia/Kolkata, not {zone!r}")
        zone = "UTC"
    name = entry.text("name", most=100)
    return PoolEntry(name, entry.texts("specialties", most=_LONGEST_CODE), zone)


def _person(entry: _Entry, languages: Sequence[str]) -> PersonEntry:
    language = entry.text("language", "en")
    if language not in languages:
        entry.wrong("language", f"must be one of {', '.join(languages)}, not {language!r}")
    roles = entry.texts("roles")
    if not roles:
        entry.wrong("roles", "is missing")
    person = PersonEntry(
        name=entry.text("name"),
        roles=tuple(entry.member("roles", Role, role) for role in roles),
        addresses=tuple(_address(entry, address) for address in entry.texts("addresses")),
        language=language,
        facility=entry.text("facility", ""),
        pools=entry.texts("pools"),
        registration=entry.text("registration_number", ""),
        verified=entry.flag("verified"),
    )
    if person.verified and not person.registration:
        entry.wrong("registration_number", "is missing, so verified can't be true")
    return person


def _address(entry: _Entry, address: str) -> Address:
    if not _ADDRESS.fullmatch(address):
        entry.wrong(
            "addresses",
            f"must be like telegram:123, whatsapp:+919876543210 or phone:+919876543210, not {address!r}",
        )
    return Address(address)


def _shift(entry: _Entry, zones: Mapping[str, str]) -> ShiftEntry:
    pool = entry.text("pool")
    zone = zones.get(pool, "UTC")
    shift = ShiftEntry(
        pool=pool,
        person=entry.text("person"),
        start=entry.instant("start", zone),
        end=entry.instant("end", zone),
        duty=entry.one_of("role", Duty),
    )
    if not timedelta() < shift.end - shift.start <= LONGEST_SHIFT:
        entry.wrong("end", f"must be after start, by at most {LONGEST_SHIFT.days} days")
    return shift


def _policy(entry: _Entry) -> PolicyEntry:
    priority = entry.one_of("priority", Priority)
    usual = DEFAULT_POLICIES[priority]
    return PolicyEntry(
        pool=entry.text("pool"),
        priority=priority,
        policy=Policy(
            steps=_steps(entry),
            pause=entry.duration("pause", usual.pause),
            report_due=entry.duration("report_due", usual.report_due),
            reopen=entry.duration("reopen", usual.reopen),
        ),
    )


def _steps(entry: _Entry) -> tuple[Step, ...]:
    table, found = f"policy {entry.number}, step", entry.values.pop("steps", [])
    whole = isinstance(found, list) and all(isinstance(step, dict) for step in found)
    steps = _Reading(entry.problems).entries({table: found if whole else []}, table, _step)
    if not steps:
        entry.wrong("steps", "is missing")
    if [step.after for step in steps] != sorted(step.after for step in steps):
        entry.wrong("steps", "must stand in the order of after")
    return steps


def _step(entry: _Entry) -> Step:
    after, who = entry.duration("after"), entry.one_of("who", Who)
    ways = tuple(entry.member("ways", Way, way) for way in entry.texts("ways")) or (Way.CHAT,)
    return Step(after, who, ways)


# --- what must fit together


def _loose_ends(organisation: Organisation, known: Known, zones: Mapping[str, str]) -> list[str]:
    facilities = known.facilities | {facility.name for facility in organisation.facilities}
    problems = [f"two facilities are called {n!r}." for n in _twice(f.name for f in organisation.facilities)]
    problems += [f"two pools are called {n!r}." for n in _twice(p.name for p in organisation.pools)]
    addresses = [address for person in organisation.people for address in person.addresses]
    problems += [f"two people have the address {address}." for address in _twice(addresses)]
    keyless = [person.name for person in organisation.people if not person.addresses]
    problems += [f"two people without address are called {name!r}." for name in _twice(keyless)]
    for person in organisation.people:
        if person.facility and person.facility not in facilities:
            problems.append(f"person {person.name!r}: there is no facility {person.facility!r}.")
        problems += [
            f"person {person.name!r}: there is no pool {p!r}." for p in person.pools if p not in zones
        ]
    for shift in organisation.shifts:
        if shift.pool not in zones:
            problems.append(f"shift of {shift.person!r}: there is no pool {shift.pool!r}.")
        if organisation.called(shift.person) is None:
            problems.append(f"shift: exactly one person of this file must be called {shift.person!r}.")
    policies = _twice(f"{p.pool} {p.priority}" for p in organisation.policies)
    problems += [f"two policies are for {name!r}." for name in policies]
    missing = [policy.pool for policy in organisation.policies if policy.pool not in zones]
    return [*problems, *(f"policy: there is no pool {pool!r}." for pool in dict.fromkeys(missing))]


def _twice(names: Iterable[str]) -> list[str]:
    seen = list(names)
    return [name for name in dict.fromkeys(seen) if name and seen.count(name) > 1]
