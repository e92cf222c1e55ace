"""What a facility lacks for an emergency is said at the import, and nothing is refused for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.people import Facility
from bot.services.organisation import org_import
from bot.services.organisation_gaps import gaps
from bot.training import WORLD
from storage.engine import Database

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[2] / "docs" / "organisation.toml"
WHOLE = Facility("", "PHC Rampur", referral="District Hospital, +910000000041", contacts=("telegram:1",))


def test_a_facility_with_numbers_and_a_contact_lacks_nothing() -> None:
    assert gaps([WHOLE]) == ()


@pytest.mark.parametrize(
    "number", ["108", "+91 00000 00041", "(0000) 000-041", "District Hospital 0000-000041"]
)
def test_a_number_is_one_however_it_is_written(number: str) -> None:
    one = Facility("", "PHC Rampur", ambulance=number, referral=number, contacts=("telegram:1",))
    assert gaps([one]) == ()


def test_each_that_is_missing_is_said_with_its_facility() -> None:
    bare = Facility("", "CHC Belapur", ambulance="", referral="District Hospital, ward 12")
    said = gaps([WHOLE, bare])
    assert len(said) == 3
    assert all("'CHC Belapur'" in sentence for sentence in said)
    for word, sentence in zip(("ambulance", "referral", "contacts"), said, strict=True):
        assert word in sentence


def test_a_file_with_gaps_is_taken_in_all_the_same(db: Database) -> None:
    text = '[[facility]]\nname = "CHC Belapur"\n'
    result = db.run_blocking(lambda uow: org_import(uow, {"toml": text}, NOW))
    assert result["counts"] == {"facilities": 1, "pools": 0, "people": 0, "shifts": 0, "policies": 0}
    assert isinstance(result["warnings"], list)
    assert len(result["warnings"]) == 2
    assert db.run_blocking(lambda uow: [one.name for one in uow.facilities.all()]) == ["CHC Belapur"]


@pytest.mark.parametrize("file", [WORLD, EXAMPLE], ids=["practice", "example"])
def test_the_files_that_come_along_lack_nothing(db: Database, file: Path) -> None:
    result = db.run_blocking(lambda uow: org_import(uow, {"toml": file.read_text("utf-8")}, NOW))
    assert (result["problems"], result["warnings"]) == ([], [])
