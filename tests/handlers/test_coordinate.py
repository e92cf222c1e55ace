"""What coordinators do: registrations, tasks, invitations."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case, Consent, TaskKind, TaskState
from bot.domain.escalation import DEFAULT_POLICIES
from bot.domain.people import Facility, Role
from bot.domain.study import Priority
from bot.messages import Address, Text, Verbatim
from bot.services import tasks
from handlers.state import Idle, Inviting
from storage.engine import Database
from storage.unit_of_work import UnitOfWork
from tests.handlers.talk import Talker, joins, post_to


@pytest.fixture
def sunita(db: Database, clock: ManualClock) -> Talker:
    return joins(db, clock, Role.COORDINATOR, 1, "Sunita")


@pytest.fixture
def anil(db: Database, clock: ManualClock) -> Talker:
    return joins(db, clock, Role.COORDINATOR, 2, "Anil")


@pytest.fixture
def rao(db: Database, clock: ManualClock, sunita: Talker, anil: Talker) -> Talker:
    return joins(db, clock, Role.SPECIALIST, 3, "Dr Rao")


def open_case(db: Database, clock: ManualClock, rao: Talker) -> Case:
    """A case that Dr Rao was paged for and that nobody has."""
    now = clock.now()

    def write(uow: UnitOfWork) -> Case:
        facility = Facility("", "PHC Rampur", contacts=("telegram:3", "phone:+912233"))
        facility_id = uow.facilities.put(facility)
        pool_id = uow.pools.put("Chest", timezone="Asia/Kolkata", specialties=("chest",))
        uow.pools.add_member(pool_id, rao.person_in(uow).id)
        asha = uow.people.add("Asha", language="hi", roles=(Role.REFERRER,), now=now)
        case = uow.cases.add_draft(asha, Address("telegram:9"), facility_id=facility_id, now=now)
        policy = DEFAULT_POLICIES[Priority.URGENT]
        uow.cases.open(case, consent=Consent.PATIENT, pool_id=pool_id, policy=policy, now=now)
        uow.pages.add(case.id, round_=0, step=0, person_id=rao.person_in(uow).id, way="chat", now=now)
        case = uow.cases.get(case.id)
        tasks.raise_task(uow, TaskKind.UNOWNED, case.id, case=case, now=now)
        return case

    return db.run_blocking(write)


def task_id(db: Database, kind: TaskKind) -> str:
    return next(task.id for task in db.run_blocking(lambda uow: uow.tasks.pending()) if task.kind is kind)


# --- registrations


def test_a_confirmed_specialist_is_told_and_may_be_paged(db: Database, sunita: Talker, rao: Talker) -> None:
    assert sunita.taps(f"vy {rao.person().id}") == ["task.verified"]
    assert rao.person().is_a(Role.SPECIALIST)
    assert [message.body[0] for message in post_to(db, rao.address)] == [Text("person.verified")]
    assert db.run_blocking(lambda uow: uow.tasks.pending()) == ()


def test_the_other_coordinator_sees_who_confirmed(
    db: Database, sunita: Talker, anil: Talker, rao: Talker
) -> None:
    sunita.taps(f"vy {rao.person().id}")
    asked, edited = post_to(db, anil.address)
    assert (edited.edits, edited.edit_only) == (asked.key, True)
    assert edited.body[-1] == Text("task.done_by", {"name": Verbatim("Sunita")})
    assert anil.taps(f"vy {rao.person().id}") == ["task.verified_before"]


def test_a_refused_registration_is_given_again(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    assert sunita.taps(f"vn {rao.person().id}") == ["task.refused"]
    [told] = post_to(db, rao.address)
    assert rao.taps(told.choices[0].action) == ["join.registration"]
    clock.advance(timedelta(minutes=1))
    rao.types("98765")
    assert rao.types("KMC") == ["person.waits"]
    assert rao.person().registration == "KMC 98765"
    assert len(post_to(db, sunita.address)) == 2


def test_nobody_confirms_herself(db: Database, clock: ManualClock, sunita: Talker) -> None:
    now = clock.now()
    db.run_blocking(lambda uow: uow.people.add_role(sunita.person_in(uow).id, Role.SPECIALIST))
    db.run_blocking(lambda uow: uow.people.set_registration(sunita.person_in(uow).id, f"MMC {now.year}"))
    assert sunita.taps(f"vy {sunita.person().id}") == ["task.verify_self"]
    assert not sunita.person().verified


def test_a_specialist_confirms_nobody(sunita: Talker, rao: Talker) -> None:
    assert rao.taps(f"vy {rao.person().id}") == ["coordinate.only"]
    assert rao.types("tasks") == ["coordinate.only"]
    assert rao.types("invite") == ["coordinate.only"]


# --- tasks


def test_one_takes_a_task_and_sees_what_helps(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    case = open_case(db, clock, rao)
    taken = sunita.taps(f"tt {task_id(db, TaskKind.UNOWNED)}")
    assert taken == [
        "case.line",
        "task.kind.unowned",
        "task.yours",
        "task.not_answered",
        "task.referrer",
        "task.facility",
    ]
    assert sunita.actions()[1:] == [f"page_again {case.reference}"]
    assert "Dr Rao" in repr(sunita.reply)
    assert "'+912233'" in repr(sunita.reply)


def test_the_others_see_who_does_it(
    db: Database, clock: ManualClock, sunita: Talker, anil: Talker, rao: Talker
) -> None:
    open_case(db, clock, rao)
    wanted = task_id(db, TaskKind.UNOWNED)
    sunita.taps(f"tt {wanted}")
    edited = post_to(db, anil.address)[-1]
    assert edited.edit_only
    assert edited.body[-1] == Text("task.taken_by", {"name": Verbatim("Sunita")})
    assert anil.taps(f"tt {wanted}") == ["task.taken_by"]


def test_a_task_is_done_once(
    db: Database, clock: ManualClock, sunita: Talker, anil: Talker, rao: Talker
) -> None:
    open_case(db, clock, rao)
    wanted = task_id(db, TaskKind.UNOWNED)
    sunita.taps(f"tt {wanted}")
    assert sunita.taps(f"td {wanted}") == ["task.thanks"]
    assert anil.taps(f"td {wanted}") == ["task.is_done"]
    assert anil.taps(f"tt {wanted}") == ["task.is_done"]
    task = db.run_blocking(lambda uow: uow.tasks.get(wanted))
    assert task is not None
    assert task.state is TaskState.DONE


def test_page_again_takes_the_next_step_at_once(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    case = open_case(db, clock, rao)
    assert sunita.taps(f"page_again {case.reference}")[0] == "task.paged_again"
    later = db.run_blocking(lambda uow: uow.cases.get(case.id))
    assert (later.round, later.step) != (case.round, case.step)


def test_a_case_that_somebody_has_is_not_paged_again(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    case = open_case(db, clock, rao)
    db.run_blocking(lambda uow: uow.assignments.acknowledge(case.id, rao.person_in(uow).id, clock.now()))
    assert sunita.taps(f"page_again {case.reference}") == ["task.not_needed"]
    assert "task.owner" in sunita.taps(f"tt {task_id(db, TaskKind.UNOWNED)}")
    assert len(sunita.actions()) == 1


def test_what_waits_is_listed_with_a_button_each(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    assert sunita.types("tasks") == ["tasks.heading", "task.kind.verify"]
    assert sunita.actions() == [f"tt {task_id(db, TaskKind.VERIFY)}"]
    sunita.taps(f"tt {task_id(db, TaskKind.VERIFY)}")
    assert sunita.actions() == [f"vy {rao.person().id}", f"vn {rao.person().id}"]
    sunita.taps(sunita.actions()[0])
    assert sunita.types("baki kaam") == ["tasks.none"]


# --- invitations


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


def test_all_buttons_fit(db: Database, clock: ManualClock, sunita: Talker, rao: Talker) -> None:
    open_case(db, clock, rao)
    sunita.taps(f"tt {task_id(db, TaskKind.UNOWNED)}")
    taken = sunita.actions()
    sunita.types("invite")
    sunita.taps("inv_role referrer")
    posted = [choice.action for message in post_to(db, sunita.address) for choice in message.choices]
    assert all(len(action) <= 40 for action in (*taken, *sunita.actions(), *posted))
