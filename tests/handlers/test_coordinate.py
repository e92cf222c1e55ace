"""What coordinators do: registrations and tasks."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case, Consent, TaskKind, TaskState
from bot.domain.escalation import DEFAULT_POLICIES
from bot.domain.facts import Age, Facts
from bot.domain.people import Facility, Role
from bot.domain.study import BodyPart, Priority
from bot.messages import Address, Text, TimerDue, Verbatim
from bot.services import tasks
from bot.services.task_push import TASK_LIST
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
        uow.cases.set_facts(case, Facts(priority=Priority.URGENT))
        policy = DEFAULT_POLICIES[Priority.URGENT]
        uow.cases.open(case, consent=Consent.PATIENT, pool_id=pool_id, policy=policy, now=now)
        uow.pages.add(case.id, round_=0, step=0, person_id=rao.person_in(uow).id, way="chat", now=now)
        case = uow.cases.get(case.id)
        tasks.raise_task(uow, TaskKind.UNOWNED, case.id, case=case, now=now)
        return case

    return db.run_blocking(write)


def raise_for(
    db: Database,
    clock: ManualClock,
    rao: Talker,
    kind: TaskKind,
    *,
    subject: str = "",
    priority: Priority = Priority.ROUTINE,
) -> str:
    """A task about a case of its own; its id."""
    now = clock.now()

    def write(uow: UnitOfWork) -> str:
        asha = uow.people.add("Asha", language="hi", roles=(Role.REFERRER,), now=now)
        case = uow.cases.add_draft(asha, Address("telegram:9"), facility_id=None, now=now)
        uow.cases.set_facts(case, Facts(priority=priority))
        policy = DEFAULT_POLICIES[priority]
        uow.cases.open(case, consent=Consent.PATIENT, pool_id=None, policy=policy, now=now)
        uow.assignments.acknowledge(case.id, rao.person_in(uow).id, now)
        case = uow.cases.get(case.id)
        tasks.raise_task(uow, kind, subject or case.id, case=case, now=now)
        task = uow.tasks.of(kind, subject or case.id)
        assert task is not None
        return task.id

    return db.run_blocking(write)


def list_is_due(db: Database, clock: ManualClock) -> None:
    """Ten minutes are over."""
    now = clock.advance(timedelta(minutes=10))

    def fire(uow: UnitOfWork) -> None:
        uow.timers.cancel(TASK_LIST, "coordinators")
        assert tasks.on_timer(uow, TimerDue(TASK_LIST, "coordinators", now), now)

    db.run_blocking(fire)


def task_id(db: Database, kind: TaskKind) -> str:
    return next(task.id for task in db.run_blocking(lambda uow: uow.tasks.pending()) if task.kind is kind)


# --- registrations


def test_a_confirmed_specialist_is_told_and_may_be_paged(db: Database, sunita: Talker, rao: Talker) -> None:
    assert sunita.taps(f"vy {rao.person().id}") == ["task.verified"]
    assert rao.person().is_a(Role.SPECIALIST)
    assert post_to(db, rao.address)[0].body[0] == Text("person.verified")
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
    [told, *_] = post_to(db, rao.address)
    assert rao.taps(told.choices[0].action) == ["join.registration"]
    clock.advance(timedelta(minutes=1))
    rao.types("98765")
    assert rao.types("KMC") == ["person.waits"]
    assert rao.person().registration == "KMC 98765"
    [waits] = db.run_blocking(lambda uow: uow.tasks.pending())
    assert (waits.kind, waits.pushed_at) == (TaskKind.VERIFY, None)
    list_is_due(db, clock)
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
        "case.line_bare_sent",
        "task.kind.unowned",
        "task.yours",
        "task.not_answered",
        "task.referrer",
        "task.facility",
    ]
    wanted = task_id(db, TaskKind.UNOWNED)
    assert sunita.actions() == [f"td {wanted}", f"tg {wanted}", f"page_again {case.reference}"]
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
    assert sunita.taps(f"td {wanted}") == ["case.line_bare_sent", "task.thanks"]
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
    assert f"page_again {case.reference}" not in sunita.actions()


def test_what_waits_is_listed_with_a_button_each(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    assert sunita.types("tasks") == ["tasks.heading", "task.kind.verify", "task.since"]
    assert sunita.actions() == [f"tt {task_id(db, TaskKind.VERIFY)}"]
    sunita.taps(f"tt {task_id(db, TaskKind.VERIFY)}")
    assert sunita.actions()[:2] == [f"vy {rao.person().id}", f"vn {rao.person().id}"]
    sunita.taps(sunita.actions()[0])
    assert sunita.types("baki kaam") == ["tasks.none"]


def test_what_a_task_asks_for_can_be_recorded_as_a_call(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    wanted = raise_for(db, clock, rao, TaskKind.NO_ANSWER)
    sunita.taps(f"tt {wanted}")
    assert f"tc {wanted}" in sunita.actions()
    assert sunita.taps(f"tc {wanted}") == ["case.line_bare_sent", "task.thanks_called"]
    assert sunita.taps(f"tc {wanted}") == ["task.is_done"]


def test_the_list_is_turned_over_and_goes_on_counting(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    for number in range(9):
        raise_for(db, clock, rao, TaskKind.TROUBLE, subject=str(number))
    sunita.types("tasks")
    assert len(sunita.actions()) == 9
    assert sunita.actions()[-1] == "tl 8"
    sunita.taps("tl 8")
    assert [choice.number for say in sunita.reply.says for choice in say.choices] == [9, 10]
    assert sunita.taps("tl 50")[0] == "tasks.heading"


def test_what_presses_is_listed_first(db: Database, clock: ManualClock, sunita: Talker, rao: Talker) -> None:
    raise_for(db, clock, rao, TaskKind.TROUBLE)
    clock.advance(timedelta(minutes=1))
    urgent = raise_for(db, clock, rao, TaskKind.UNREAD, priority=Priority.EMERGENCY)
    sunita.types("tasks")
    assert sunita.actions()[0] == f"tt {urgent}"
    assert "🔴" in repr(sunita.reply.says[0].body[1])


def test_the_task_of_a_draft_says_whose_it_is_and_nothing_of_the_patient(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    now = clock.now()

    def write(uow: UnitOfWork) -> str:
        asha = uow.people.add("Asha", language="hi", roles=(Role.REFERRER,), now=now)
        uow.people.add_address(asha, Address("phone:+910000000012"), now)
        draft = uow.cases.add_draft(asha, Address("telegram:9"), facility_id=None, now=now)
        uow.cases.set_facts(draft, Facts(age=Age(45), body_part=BodyPart.CHEST, question="Ramesh coughs"))
        tasks.raise_task(uow, TaskKind.UNSENT, draft.id, case=draft, now=now)
        return draft.reference

    reference = db.run_blocking(write)
    list_is_due(db, clock)
    [told] = [m for m in post_to(db, sunita.address) if "task.kind.unsent" in repr(m.body)]
    sunita.types("tasks")
    listed = repr(sunita.reply)
    sunita.taps(f"tt {task_id(db, TaskKind.UNSENT)}")
    for shown in (repr(told), listed, repr(sunita.reply)):
        assert "Asha" in shown
        assert not any(word in shown for word in (reference, "Ramesh", "chest", "span.years"))
    assert "+910000000012" in repr(sunita.reply)


def test_a_task_is_given_to_the_others_and_is_theirs(
    db: Database, clock: ManualClock, sunita: Talker, anil: Talker, rao: Talker
) -> None:
    open_case(db, clock, rao)
    wanted = task_id(db, TaskKind.UNOWNED)
    sunita.taps(f"tt {wanted}")
    clock.advance(timedelta(minutes=2))
    heard = len(post_to(db, anil.address))
    assert anil.taps(f"tg {wanted}") == ["task.taken_by"]
    assert sunita.taps(f"tg {wanted}") == ["case.line_bare_sent", "task.given"]
    assert len(post_to(db, anil.address)) == heard + 1
    assert anil.taps(f"tt {wanted}")[1:3] == ["task.kind.unowned", "task.yours"]
    assert sunita.taps(f"tt {wanted}") == ["task.taken_by"]


def test_where_nobody_else_is_there_a_task_is_kept(
    db: Database, clock: ManualClock, sunita: Talker, anil: Talker, rao: Talker
) -> None:
    open_case(db, clock, rao)
    wanted = task_id(db, TaskKind.UNOWNED)
    sunita.taps(f"tt {wanted}")
    db.run_blocking(lambda uow: uow.people.set_reachable(anil.address, reachable=False))
    assert sunita.taps(f"tg {wanted}") == ["task.nobody_else"]
    task = db.run_blocking(lambda uow: uow.tasks.get(wanted))
    assert task is not None
    assert task.taken_by == sunita.person().id


def test_a_number_of_the_health_worker_is_shown(
    db: Database, clock: ManualClock, sunita: Talker, rao: Talker
) -> None:
    case = open_case(db, clock, rao)
    now = clock.now()
    db.run_blocking(lambda uow: uow.people.add_address(case.referrer_id, Address("phone:+910000000012"), now))
    sunita.taps(f"tt {task_id(db, TaskKind.UNOWNED)}")
    assert "'+910000000012'" in repr(sunita.reply)


def test_all_buttons_fit(db: Database, clock: ManualClock, sunita: Talker, rao: Talker) -> None:
    open_case(db, clock, rao)
    sunita.taps(f"tt {task_id(db, TaskKind.UNOWNED)}")
    taken = sunita.actions()
    sunita.types("tasks")
    posted = [choice.action for message in post_to(db, sunita.address) for choice in message.choices]
    assert all(len(action) <= 40 for action in (*taken, *sunita.actions(), *posted))
