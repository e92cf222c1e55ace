"""An operator's invitation for somebody who is enrolled already: one more role, or a new phone."""

from datetime import UTC, datetime

import pytest

from bot.domain.people import Role
from bot.messages import Address
from bot.services.organisation import import_org, invite
from bot.training import WORLD
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture
def organisation(db: Database) -> Database:
    db.run_blocking(lambda uow: import_org(uow, WORLD.read_text("utf-8"), NOW))
    return db


@pytest.mark.parametrize("word", ["Meena Kumari", "meena kumari", "telegram:1002"])
def test_an_enrolled_person_is_named_by_name_or_address(organisation: Database, word: str) -> None:
    made = organisation.run_blocking(lambda uow: invite(uow, {"role": "coordinator", "person": word}, NOW))
    assert made["problem"] == ""
    stored = organisation.run_blocking(lambda uow: uow.invites.by_code(str(made["code"])))
    assert stored is not None
    assert stored.person_id is not None
    her = stored.person_id
    assert organisation.run_blocking(lambda uow: uow.people.get(her).name) == "Meena Kumari"
    assert (stored.role, stored.name) == (Role.COORDINATOR, "Meena Kumari")


def test_a_name_that_nobody_has_is_a_sentence(organisation: Database) -> None:
    made = organisation.run_blocking(
        lambda uow: invite(uow, {"role": "coordinator", "person": "Nobody"}, NOW)
    )
    assert "--person" in str(made["problem"])
    assert made["code"] == ""


def test_a_name_that_two_have_is_asked_back_for_an_address(organisation: Database) -> None:
    organisation.run_blocking(lambda uow: uow.people.add("Meena Kumari", language="en", roles=(), now=NOW))
    made = organisation.run_blocking(
        lambda uow: invite(uow, {"role": "coordinator", "person": "Meena Kumari"}, NOW)
    )
    assert "telegram:123" in str(made["problem"])
    assert made["code"] == ""


def test_who_was_revoked_is_not_named(organisation: Database) -> None:
    def revoke(uow: UnitOfWork) -> None:
        meena = uow.people.by_address(Address("telegram:1002"))
        assert meena is not None
        uow.people.revoke(meena.id, NOW)

    organisation.run_blocking(revoke)
    for word in ("Meena Kumari", "telegram:1002"):
        made = organisation.run_blocking(
            lambda uow, word=word: invite(uow, {"role": "coordinator", "person": word}, NOW)
        )
        assert made["code"] == ""
