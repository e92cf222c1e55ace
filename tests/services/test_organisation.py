"""An organisation from its file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.case import TaskKind
from bot.domain.escalation import Step, Way, Who
from bot.domain.people import Role
from bot.domain.rota import Duty, on_call
from bot.domain.study import Priority
from bot.ids import Ids
from bot.messages import Address
from bot.services.organisation import fill_training_rota, import_org, invite, org_export, org_import
from bot.services.organisation_file import duration_of
from bot.training import WORLD
from storage.engine import Database, open_database
from storage.schema import people as p
from storage.schema import rotas as r
from storage.seal import Keyring
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SANDBOX = WORLD.read_text(encoding="utf-8")

WARD = """
[[facility]]
name = "PHC Rampur"
contacts = ["phone:+912233445566"]

[[pool]]
name = "Chest"
specialties = ["chest"]
timezone = "Asia/Kolkata"

[[person]]
name = "Dr Rao"
roles = ["specialist"]
addresses = ["telegram:1", "whatsapp:+919876543210"]
pools = ["Chest"]
registration_number = "MMC 1"
verified = true

[[person]]
name = "Dr Khan"
roles = ["specialist", "coordinator"]
addresses = ["telegram:2"]
pools = ["Chest"]
registration_number = "MMC 2"

[[shift]]
pool = "Chest"
person = "Dr Rao"
start = 2026-11-24T20:00:00
end = 2026-11-26T08:00:00
role = "primary"

[[policy]]
pool = "Chest"
priority = "urgent"
steps = [{after = "0s", who = "primary"}, {after = "90s", who = "pool", ways = ["chat", "voice"]}]
report_due = "2h"
reopen = "1d"
"""

TABLES = (
    p.facility,
    p.pool,
    p.pool_specialty,
    p.person,
    p.person_role,
    p.pool_member,
    p.address,
    p.task,
    r.slot,
    r.shift,
    r.policy,
)
_SEALED_ANEW = {"name", "contacts", "definition"}


def stored(uow: UnitOfWork) -> list[tuple[object, ...]]:
    """Every row of the organisation, but what is sealed with a new nonce each time."""
    return [
        (table.name, *(value for key, value in row._mapping.items() if key not in _SEALED_ANEW))
        for table in TABLES
        for row in uow.connection.execute(select(table))
    ]


def take(db: Database, text: str, now: datetime = NOW) -> tuple[str, ...]:
    return db.run_blocking(lambda uow: import_org(uow, text, now)).problems


def test_the_sandbox_organisation_is_taken_in(db: Database) -> None:
    outcome = db.run_blocking(lambda uow: import_org(uow, SANDBOX, NOW))
    assert outcome.problems == ()
    assert outcome.counts == {"facilities": 2, "pools": 1, "people": 7, "shifts": 0, "policies": 3}
    asha = db.run_blocking(lambda uow: uow.people.by_address(Address("telegram:1001")))
    assert asha is not None
    assert (asha.name, asha.language) == ("Asha Devi", "hi")
    assert asha.is_a(Role.REFERRER)


def test_a_file_says_people_addresses_shifts_and_policies(db: Database) -> None:
    assert take(db, WARD) == ()

    def look(uow: UnitOfWork) -> None:
        rao, khan = uow.people.by_address(Address("telegram:1")), uow.people.by_address(Address("telegram:2"))
        assert rao is not None
        assert khan is not None
        assert uow.people.contact(rao.id) == "telegram:1"
        assert (rao.is_a(Role.SPECIALIST), khan.is_a(Role.SPECIALIST)) == (True, False)
        [pool] = uow.pools.all()
        policy = uow.policies.get(pool.id, Priority.URGENT)
        assert policy is not None
        assert policy.steps[1] == Step(timedelta(seconds=90), Who.POOL, (Way.CHAT, Way.VOICE))
        assert (policy.report_due, policy.reopen) == (timedelta(hours=2), timedelta(days=1))

    db.run_blocking(look)


def test_a_shift_is_cut_at_local_midnights(db: Database) -> None:
    take(db, WARD)

    def look(uow: UnitOfWork) -> None:
        [pool] = uow.pools.all()
        shifts = uow.rotas.shifts_between(pool.id, NOW, NOW + timedelta(days=9))
        assert [shift.slot.start.isoformat() for shift in shifts] == [
            "2026-11-24T14:30:00+00:00",
            "2026-11-24T18:30:00+00:00",
            "2026-11-25T18:30:00+00:00",
        ]
        assert shifts[-1].slot.end == datetime(2026, 11, 26, 2, 30, tzinfo=UTC)

    db.run_blocking(look)


def test_a_registration_that_nobody_vouches_for_waits_for_a_coordinator(db: Database) -> None:
    take(db, WARD)
    [task] = db.run_blocking(lambda uow: uow.tasks.pending())
    khan = db.run_blocking(lambda uow: uow.people.by_address(Address("telegram:2")))
    assert khan is not None
    assert (task.kind, task.subject) == (TaskKind.VERIFY, khan.id)


def test_two_who_serve_at_once_have_a_seat_each(db: Database) -> None:
    second = WARD.split("[[shift]]")[1].split("[[policy]]", maxsplit=1)[0].replace("Dr Rao", "Dr Khan")
    assert take(db, f"{WARD}[[shift]]{second}") == ()

    def look(uow: UnitOfWork) -> int:
        [pool] = uow.pools.all()
        at = datetime(2026, 11, 25, 6, tzinfo=UTC)
        return len(on_call(tuple(uow.rotas.shifts_at(pool.id, at)), duty=Duty.PRIMARY, at=at))

    assert db.run_blocking(look) == 2


def test_a_new_name_in_the_file_takes_over_the_slot(db: Database) -> None:
    take(db, WARD)
    take(db, WARD.replace('person = "Dr Rao"', 'person = "Dr Khan"'))

    def look(uow: UnitOfWork) -> list[str]:
        [pool] = uow.pools.all()
        shifts = uow.rotas.shifts_at(pool.id, datetime(2026, 11, 25, 6, tzinfo=UTC))
        return [uow.people.get(shift.person_id).name for shift in shifts]

    assert db.run_blocking(look) == ["Dr Khan"]


def test_a_language_chosen_in_chat_stays(db: Database) -> None:
    take(db, SANDBOX)

    def choose(uow: UnitOfWork) -> None:
        asha = uow.people.by_address(Address("telegram:1001"))
        assert asha is not None
        uow.people.set_language(asha.id, "en")

    db.run_blocking(choose)
    take(db, SANDBOX)
    asha = db.run_blocking(lambda uow: uow.people.by_address(Address("telegram:1001")))
    assert asha is not None
    assert asha.language == "en"


@pytest.mark.parametrize(
    ("wrong", "by", "sentence"),
    [
        ('after = "90s"', 'after = "90"', "policy 1, step 2: after must be a time like"),
        ('who = "pool"', 'who = "boss"', "policy 1, step 2: who must be one of primary, backup"),
        ('"Asia/Kolkata"', '"India"', "pool 1: timezone must be a name like Asia/Kolkata, not 'India'."),
        ('pools = ["Chest"]', 'pools = ["Heart"]', "person 'Dr Rao': there is no pool 'Heart'."),
        ('"telegram:2"', '"telegram:1"', "two people have the address telegram:1."),
        ('"telegram:2"', '"@khan"', "person 2: addresses must be like telegram:123"),
        (
            'person = "Dr Rao"',
            'person = "Dr Roy"',
            "exactly one person of this file must be called 'Dr Roy'.",
        ),
        ("2026-11-26T08", "2026-11-23T08", "shift 1: end must be after start"),
        (
            'roles = ["specialist"]',
            'roles = ["nurse"]',
            "person 1: roles must be one of referrer, specialist",
        ),
        ("verified = true", "verifed = true", "person 1: verifed is not known."),
        ('registration_number = "MMC 1"', "", "so verified can't be true."),
        ("[[facility]]", "[[facilty]]", "facilty is not a table"),
        ("[[facility]]", "[[facility", "This is not TOML"),
        ("report_due", "pool", "This is not TOML"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    db: Database, wrong: str, by: str, sentence: str
) -> None:
    problems = take(db, WARD.replace(wrong, by, 1))
    assert any(sentence in problem for problem in problems), problems
    assert db.run_blocking(stored) == []


def test_durations_are_numbers_with_a_unit() -> None:
    texts = ("90s", "5m", "2h", "1d", "0s", "1w", "", "-1s", "1.5h")
    seconds = [value and value.total_seconds() for value in map(duration_of, texts)]
    assert seconds == [90, 300, 7200, 86400, timedelta(0), None, None, None, None]


# --- twice is as good as once

_NAMES = st.sampled_from(["Asha", "Meena", "Rao", "Khan"])
_ROLES = st.lists(st.sampled_from([role.value for role in Role]), min_size=1, max_size=3, unique=True)
_HOURS = st.integers(0, 24 * 6)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Files without mistakes, with shifts that may overlap."""
    names = draw(st.lists(_NAMES, min_size=1, unique=True))
    tables = [
        '[[facility]]\nname = "PHC"\n[[pool]]\nname = "A"\nspecialties = ["chest"]\ntimezone = "Asia/Kolkata"'
    ]
    for number, name in enumerate(names):
        addresses = f'["telegram:{number}"]' if draw(st.booleans()) else "[]"
        registration = f'registration_number = "{number}"' if draw(st.booleans()) else ""
        tables.append(
            f'[[person]]\nname = "{name}"\nroles = {draw(_ROLES)}\naddresses = {addresses}\npools = ["A"]\n'
            f"{registration}"
        )
    for _ in range(draw(st.integers(0, 4))):
        start = NOW + timedelta(hours=draw(_HOURS))
        end = start + timedelta(hours=draw(st.integers(1, 60)))
        duty = draw(st.sampled_from([duty.value for duty in Duty]))
        tables.append(
            f'[[shift]]\npool = "A"\nperson = "{draw(st.sampled_from(names))}"\nrole = "{duty}"\n'
            f"start = {start.isoformat()}\nend = {end.isoformat()}"
        )
    return "\n".join(tables)


@contextmanager
def memory() -> Iterator[Database]:
    database = open_database("sqlite://", keyring=Keyring(bytes(32)), ids=Ids(seed=3))
    database.create_tables()
    yield database
    database.close()


@settings(max_examples=25, deadline=None)
@given(files())
def test_imported_twice_is_as_good_as_once(text: str) -> None:
    with memory() as db:
        assert take(db, text) == ()
        once = db.run_blocking(stored)
        assert take(db, text, NOW + timedelta(days=1)) == ()
        assert db.run_blocking(stored) == once


@settings(max_examples=25, deadline=None)
@given(files())
def test_no_seat_has_two_people_at_once(text: str) -> None:
    with memory() as db:
        take(db, text)

        def look(uow: UnitOfWork) -> None:
            [pool] = uow.pools.all()
            shifts = uow.rotas.shifts_between(pool.id, NOW, NOW + timedelta(days=12))
            for one in shifts:
                rivals = [
                    other
                    for other in shifts
                    if (other.slot.duty, other.slot.seat) == (one.slot.duty, one.slot.seat)
                    and other.slot.start < one.slot.end
                    and one.slot.start < other.slot.end
                ]
                assert rivals == [one]

        db.run_blocking(look)


def exported(db: Database) -> str:
    return str(db.run_blocking(lambda uow: org_export(uow, {}, NOW))["toml"])


@settings(max_examples=25, deadline=None)
@given(files())
def test_what_is_exported_is_the_same_organisation_elsewhere(text: str) -> None:
    with memory() as here, memory() as there:
        take(here, text)
        whole = exported(here)
        assert take(there, whole) == ()
        assert exported(there) == whole


def test_an_export_says_all_that_a_file_said(db: Database) -> None:
    take(db, WARD)
    whole = exported(db)
    for said in (
        'contacts = ["phone:+912233445566"]',
        'addresses = ["telegram:1", "whatsapp:+919876543210"]',
        'registration_number = "MMC 1"\nverified = true',
        '{ after = "90s", who = "pool", ways = ["chat", "voice"] }',
        'report_due = "2h"\nreopen = "1d"',
        "end = 2026-11-26T02:30:00+00:00",
    ):
        assert said in whole


# --- practice, and commands


def test_in_training_somebody_is_always_on_call(db: Database) -> None:
    result = db.run_blocking(lambda uow: org_import(uow, {"toml": SANDBOX, "training": True}, NOW))
    assert result["problems"] == []

    def look(uow: UnitOfWork) -> None:
        [pool] = uow.pools.all()
        for hours in range(-24, 24 * 28, 7):
            at = NOW + timedelta(hours=hours)
            shifts = tuple(uow.rotas.shifts_at(pool.id, at))
            names = [
                [uow.people.get(person).name for person in on_call(shifts, duty=duty, at=at)] for duty in Duty
            ]
            assert names == [["Dr Kavita Rao"], ["Dr Imran Khan"], ["Sunita Patil"]]

    db.run_blocking(look)
    before = db.run_blocking(stored)
    db.run_blocking(lambda uow: fill_training_rota(uow, NOW))
    assert db.run_blocking(stored) == before


def test_an_operator_invites_by_names(db: Database) -> None:
    take(db, SANDBOX)
    arguments = {"role": "referrer", "facility": "PHC Rampur", "links": {"telegram": "https://t.me/b?start="}}
    made = db.run_blocking(lambda uow: invite(uow, arguments, NOW))
    code = str(made["code"])
    assert made["telegram"] == f"https://t.me/b?start={code}"
    stored_invite = db.run_blocking(lambda uow: uow.invites.by_code(code))
    assert stored_invite is not None
    facility = db.run_blocking(lambda uow: uow.facilities.by_name("PHC Rampur"))
    assert facility is not None
    assert (stored_invite.role, stored_invite.facility_id) == (Role.REFERRER, facility.id)


@pytest.mark.parametrize("wrong", [{"role": "nurse"}, {"role": "referrer", "facility": "X"}])
def test_an_invitation_to_what_is_not_there_is_a_sentence(db: Database, wrong: dict[str, str]) -> None:
    made = db.run_blocking(lambda uow: invite(uow, wrong, NOW))
    assert made["problem"]
    assert made["code"] == ""


def test_a_specialist_is_not_invited_without_a_pool(db: Database) -> None:
    made = db.run_blocking(
        lambda uow: invite(uow, {"role": "specialist"}, datetime(2026, 11, 24, tzinfo=UTC))
    )
    assert isinstance(made, dict)
    assert "--pool" in str(made["problem"])
    assert made["code"] == ""
