"""What was imported goes out and comes in elsewhere as the very same file."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.escalation import Way, Who
from bot.domain.people import Role
from bot.domain.rota import Duty
from bot.domain.study import Priority
from bot.ids import Ids
from bot.messages import Address
from bot.services.organisation import import_org, org_export, revoke
from storage.engine import Database, open_database
from storage.seal import Keyring

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
EXAMPLE = (Path(__file__).parents[2] / "docs" / "organisation.toml").read_text(encoding="utf-8")
ZONES = ("Asia/Kolkata", "Asia/Kathmandu", "Europe/London", "America/New_York", "UTC")

# Any sign that TOML can hold: quotes, tabs, Hindi, controls; few enough that names meet.
_WORDS = st.one_of(
    st.sampled_from(["Asha", "Meena", "Dr Rao"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(str.strip),
)
_NAMES = _WORDS.filter(bool)
_LISTS = st.lists(_NAMES, max_size=3)
_DURATIONS = st.builds("{}{}".format, st.integers(0, 99_999), st.sampled_from("smh"))


def lines(table: str, values: dict[str, object]) -> str:
    """A table of the file; JSON's strings and lists are TOML's, but for one sign."""
    written = (
        f"{key} = {value.isoformat()}"
        if isinstance(value, datetime)
        else f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in values.items()
    )
    return "\n".join([f"[[{table}]]", *written, ""])


@st.composite
def facilities(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    names = draw(st.lists(_NAMES, max_size=3, unique=True))
    return {
        name: {
            "name": name,
            "district": draw(_WORDS),
            "contacts": draw(_LISTS),
            **draw(st.fixed_dictionaries({}, optional={"ambulance": _WORDS, "referral": _WORDS})),
        }
        for name in names
    }


@st.composite
def pools(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    names = draw(st.lists(_NAMES, min_size=1, max_size=3, unique=True))
    return {
        name: {"name": name, "specialties": draw(_LISTS), "timezone": draw(st.sampled_from(ZONES))}
        for name in names
    }


@st.composite
def people(
    draw: st.DrawFn, facility_names: Sequence[str], pool_names: Sequence[str]
) -> list[dict[str, object]]:
    """Several may share a name, as long as only one of them has no address."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=4))
    made: list[dict[str, object]] = []
    for number, name in enumerate(names):
        ways = (f"telegram:{number}1", f"whatsapp:+91987654321{number}", f"phone:+91987654321{number}")
        least = 1 if name in names[:number] else 0
        registration = draw(_WORDS)
        made.append(
            {
                "name": name,
                "roles": draw(st.lists(st.sampled_from(Role), min_size=1, unique=True)),
                "addresses": draw(st.lists(st.sampled_from(ways), min_size=least, unique=True)),
                "language": draw(st.sampled_from(("en", "hi"))),
                "facility": draw(st.sampled_from(("", *facility_names))),
                "pools": draw(st.lists(st.sampled_from(pool_names), unique=True)),
                "registration_number": registration,
                "verified": draw(st.booleans()) if registration else False,
            }
        )
    return made


@st.composite
def shifts(draw: st.DrawFn, persons: Sequence[dict[str, object]], pool_names: Sequence[str]) -> Iterator[str]:
    def table() -> str:
        person = draw(st.sampled_from(persons))
        alone = [one["name"] for one in persons].count(person["name"]) == 1
        assert isinstance(person["addresses"], list)
        word = person["name"] if alone or not person["addresses"] else person["addresses"][0]
        start = NOW + timedelta(minutes=draw(st.integers(-3000, 9000)))
        end = start + timedelta(minutes=draw(st.integers(1, 4000)))
        pool, role = draw(st.sampled_from(pool_names)), draw(st.sampled_from(Duty))
        return lines("shift", {"pool": pool, "person": word, "start": start, "end": end, "role": role})

    return (table() for _ in range(draw(st.integers(0, 6))))


@st.composite
def policies(draw: st.DrawFn, pool_names: Sequence[str]) -> Iterator[str]:
    def table(pool: str, priority: Priority) -> str:
        afters = sorted(draw(st.lists(st.integers(0, 9000), min_size=1, max_size=4)))
        steps = ", ".join(
            f'{{ after = "{after}s", who = "{draw(st.sampled_from(Who))}",'
            f" ways = {json.dumps(draw(st.lists(st.sampled_from(Way), unique=True)))} }}"
            for after in afters
        )
        times = draw(
            st.fixed_dictionaries({}, optional=dict.fromkeys(("pause", "report_due", "reopen"), _DURATIONS))
        )
        return lines("policy", {"pool": pool, "priority": priority, **times}) + f"steps = [{steps}]\n"

    pairs = st.tuples(st.sampled_from(pool_names), st.sampled_from(Priority))
    return (table(*pair) for pair in draw(st.lists(pairs, max_size=4, unique=True)))


@st.composite
def organisations(draw: st.DrawFn) -> str:
    """Files without mistakes that use all that a file can say."""
    places, groups = draw(facilities()), draw(pools())
    persons = draw(people(list(places), list(groups)))
    return "\n".join(
        [
            *(lines("facility", values) for values in places.values()),
            *(lines("pool", values) for values in groups.values()),
            *(lines("person", values) for values in persons),
            *draw(shifts(persons, list(groups))),
            *draw(policies(list(groups))),
        ]
    )


@contextmanager
def memory() -> Iterator[Database]:
    database = open_database("sqlite://", keyring=Keyring(bytes(32)), ids=Ids(seed=3))
    database.create_tables()
    yield database
    database.close()


def take(db: Database, text: str) -> tuple[str, ...]:
    return db.run_blocking(lambda uow: import_org(uow, text, NOW)).problems


def exported(db: Database) -> str:
    return str(db.run_blocking(lambda uow: org_export(uow, {}, NOW))["toml"])


@settings(max_examples=60, deadline=None)
@given(organisations())
def test_what_was_imported_and_exported_is_the_same_to_the_byte_elsewhere(text: str) -> None:
    with memory() as here, memory() as there:
        assert take(here, text) == ()
        whole = exported(here)
        assert take(there, whole) == ()
        assert exported(there) == whole


def test_the_documented_example_says_something_of_everything(db: Database) -> None:
    outcome = db.run_blocking(lambda uow: import_org(uow, EXAMPLE, NOW))
    assert outcome.problems == ()
    assert outcome.counts == {"facilities": 2, "pools": 1, "people": 4, "shifts": 3, "policies": 1}
    whole = exported(db)
    tables = ("facility", "pool", "person", "shift", "policy")
    described, said = (
        {(name, key) for name in tables for table in tomllib.loads(text)[name] for key in table}
        for text in (EXAMPLE, whole)
    )
    assert described == said


TWO_OF_A_NAME = """
[[pool]]
name = "Chest"

[[person]]
name = "Meena"
roles = ["coordinator"]
addresses = ["telegram:1", "phone:+919876543210"]

[[person]]
name = "Meena"
roles = ["coordinator"]

[[shift]]
pool = "Chest"
person = "telegram:1"
start = 2026-11-24T08:00:00+05:30
end = 2026-11-24T20:00:00+05:30
role = "coordinator"

[[shift]]
pool = "Chest"
person = "Meena"
start = 2026-11-24T20:00:00+05:30
end = 2026-11-24T23:00:00+05:30
role = "coordinator"
"""


def test_of_two_with_one_name_a_shift_says_whom_it_means_by_her_address(db: Database) -> None:
    assert take(db, TWO_OF_A_NAME) == ()
    whole = exported(db)
    assert 'person = "telegram:1"\nstart = 2026-11-24T02:30:00+00:00' in whole
    assert 'person = "Meena"\nstart = 2026-11-24T14:30:00+00:00' in whole
    assert 'addresses = ["telegram:1", "phone:+919876543210"]' in whole


def test_a_facility_without_ambulance_stays_without(db: Database) -> None:
    assert take(db, '[[facility]]\nname = "PHC"\nambulance = ""') == ()
    assert exported(db) == '[[facility]]\nname = "PHC"\nambulance = ""\n'


def test_a_file_from_before_a_revocation_puts_nobody_on_call(db: Database) -> None:
    take(db, TWO_OF_A_NAME)
    db.run_blocking(lambda uow: revoke(uow, {"address": Address("telegram:1"), "person": True}, NOW))
    before = exported(db)
    [problem] = take(db, TWO_OF_A_NAME)
    assert problem == "person 'Meena': her access was revoked; take her and her shifts out of the file."
    assert exported(db) == before


def test_what_no_database_would_hold_is_said(db: Database) -> None:
    assert take(db, f'[[facility]]\nname = "{"x" * 201}"') == (
        "facility 1: name may have 200 signs at most, and no NUL.",
    )
    assert take(db, '[[pool]]\nname = "a\\u0000b"') == (
        "pool 1: name may have 100 signs at most, and no NUL.",
    )
