"""How coordinators invite people."""

import pytest

from bot.clock import ManualClock
from bot.domain.people import Facility, Role
from bot.messages import Address, Verbatim
from handlers.state import Idle, Inviting
from storage.engine import Database
from tests.handlers.talk import Talker, joins


@pytest.fixture
def sunita(db: Database, clock: ManualClock) -> Talker:
    return joins(db, clock, Role.COORDINATOR, 1, "Sunita")


def link_in(talker: Talker) -> str:
    """The code in the message that is to be passed on."""
    words = [line.words for line in talker.reply.says[-1].body if isinstance(line, Verbatim)]
    return words[0].partition("start=")[2]


def test_a_coordinator_invites_a_referrer_to_a_new_facility(
    db: Database, clock: ManualClock, sunita: Talker
) -> None:
    assert sunita.types("invite") == ["invite.role"]
    assert sunita.taps("inv_role referrer") == ["invite.facility"]
    assert sunita.types("PHC Rampur") == ["invite.facility_added", "invite.name"]
    assert sunita.types("Asha Devi") == ["invite.forward", "invite.hello", "invite.until"]
    assert sunita.state == Idle()
    asha = Talker(db, clock, Address("telegram:50"))
    asha.opens(link_in(sunita))
    asha.taps("join_lang hi")
    asha.taps("join_agree")
    asha.taps("join_name_yes")
    facility = db.run_blocking(lambda uow: uow.facilities.by_name("PHC Rampur"))
    assert facility is not None
    assert (asha.person().name, asha.person().facility_id) == ("Asha Devi", facility.id)


def test_a_known_facility_is_not_made_twice(db: Database, sunita: Talker) -> None:
    db.run_blocking(lambda uow: uow.facilities.put(Facility("", "PHC Rampur")))
    sunita.types("invite")
    sunita.taps("inv_role referrer")
    assert sunita.types("phc rampur") == ["invite.name"]
    assert len(db.run_blocking(lambda uow: uow.facilities.all())) == 1


def test_an_invited_specialist_serves_the_chosen_pool(
    db: Database, clock: ManualClock, sunita: Talker
) -> None:
    put = db.run_blocking(lambda uow: uow.pools.put("Chest", timezone="Asia/Kolkata", specialties=("chest",)))
    sunita.types("invite")
    sunita.taps("inv_role specialist")
    sunita.taps(f"inv_p {put}")
    assert sunita.types("skip") == ["invite.forward", "invite.hello", "invite.until"]
    khan = Talker(db, clock, Address("telegram:51"))
    khan.opens(link_in(sunita))
    for action in ("join_lang en", "join_agree"):
        khan.taps(action)
    for words in ("Dr Khan", "12345", "MMC"):
        khan.types(words)
    assert db.run_blocking(lambda uow: uow.pools.members(put)) == (khan.person().id,)


def test_an_old_button_of_an_invitation_begins_anew(sunita: Talker) -> None:
    assert sunita.taps("inv_skip") == ["invite.role"]
    assert sunita.state == Inviting("role")


def test_an_invitation_is_broken_off_by_a_word(sunita: Talker) -> None:
    sunita.types("invite")
    assert sunita.types("cancel") == ["invite.cancelled"]
    assert sunita.state == Idle()
