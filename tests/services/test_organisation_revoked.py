"""What operators take away by command, and what a file from before does then."""

from bot.clock import ManualClock
from bot.domain.people import Role
from bot.messages import Address
from bot.services.organisation import import_org, revoke
from storage.engine import Database
from tests.services.test_organisation import SANDBOX, take


def test_a_revoked_person_may_do_nothing(db: Database, clock: ManualClock) -> None:
    take(db, SANDBOX)
    arguments = {"address": "telegram:2001", "person": True}
    done = db.run_blocking(lambda uow: revoke(uow, arguments, clock.now()))
    assert (done["revoked"], done["left"]) == (True, 0)
    rao = db.run_blocking(lambda uow: uow.people.by_address(Address("telegram:2001")))
    assert rao is not None
    assert not rao.is_a(Role.SPECIALIST)


def test_a_revoked_address_is_nobodys_and_leaves_the_others(db: Database, clock: ManualClock) -> None:
    take(db, SANDBOX)
    rao = db.run_blocking(lambda uow: uow.people.by_address(Address("telegram:2001")))
    assert rao is not None
    done = db.run_blocking(lambda uow: revoke(uow, {"address": "telegram:2001"}, clock.now()))
    assert (done["revoked"], done["left"]) == (True, 2)
    assert db.run_blocking(lambda uow: uow.people.by_address(Address("telegram:2001"))) is None
    assert db.run_blocking(lambda uow: uow.people.contact(rao.id)) == "whatsapp:+910000000022"
    assert "telegram:2001" not in db.run_blocking(lambda uow: uow.people.addresses(rao.id))
    assert db.run_blocking(lambda uow: revoke(uow, {"address": "telegram:2001"}, clock.now()))["problem"]


def test_a_file_from_before_the_loss_of_a_phone_does_not_let_it_in_again(
    db: Database, clock: ManualClock
) -> None:
    take(db, SANDBOX)
    db.run_blocking(lambda uow: revoke(uow, {"address": "telegram:1002"}, clock.now()))
    outcome = db.run_blocking(lambda uow: import_org(uow, SANDBOX, clock.now()))
    assert outcome.problems == (
        "person 'Meena Kumari': her address telegram:1002 was revoked; take it out of the file, or invite her anew.",
    )


def test_an_unknown_address_is_not_revoked(db: Database, clock: ManualClock) -> None:
    assert db.run_blocking(lambda uow: revoke(uow, {"address": "telegram:1"}, clock.now()))["problem"]
