"""Six words that work at any time, whoever types them and however: they never become a part of anything."""

from datetime import timedelta

import pytest

from bot.domain.case import TaskKind
from bot.messages import Address
from storage.unit_of_work import UnitOfWork
from tests.scenarios.mixed_steps import a_case_held
from tests.scenarios.steps import a_case_with_an_owner, costs
from tests.scenarios.test_joining import invitation_for
from tests.world import World
from tests.world_people import Person


async def _tasks(world: World) -> list[TaskKind]:
    return await world.ask(lambda uow: [task.kind for task in uow.tasks.pending()])


async def test_call_me_is_a_task_at_once_with_her_name_and_number(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("pls call me sir")
    await world.meena.hears("commands.will_call", "commands.which_number")
    await world.sunita.hears(sent.code, "task.kind.call_me", "Meena Kumari", "CHC Belapur")
    await world.meena.types("98000 00016")
    await world.meena.hears("commands.number_given")
    await world.sunita.hears("Meena Kumari", "98000 00016")
    assert await _tasks(world) == [TaskKind.CALL_ME]
    await world.rao.hears_nothing()
    costs(world.meena, messages=6, taps=1, kilobytes=22.7)
    costs(world.sunita, messages=2, taps=0, kilobytes=0.3)


async def test_on_whatsapp_her_number_is_known_and_nothing_more_is_asked(world: World) -> None:
    await world.lakshmi.types("फोन करो")
    await world.lakshmi.hears("commands.will_call")
    await world.sunita.hears("task.kind.call_me", r"\+91")
    await world.lakshmi.hears_nothing()
    costs(world.lakshmi, messages=1, taps=0, kilobytes=0.1)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.1)


async def test_a_specialist_is_called_too_and_her_report_has_nothing_of_it(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("No fracture.")
    await world.rao.hears(sent.code, "answer.ask_urgency")
    await world.rao.types("call me")
    await world.rao.hears("commands.will_call")
    await world.sunita.hears(sent.code, "task.kind.call_me", "Kavita Rao")
    draft = await world.ask(
        lambda uow: uow.reports.draft_of(uow.cases.live()[0].id, _id(uow, "telegram:2001"))
    )
    assert draft is not None
    assert [finding.words for finding in draft.content.findings] == ["No fracture."]


async def test_a_problem_goes_to_the_coordinators_in_her_words(world: World) -> None:
    await world.meena.types("dikkat hai")
    await world.meena.hears("commands.what_is_wrong")
    await world.meena.types("I can't open the pictures")
    await world.meena.hears("commands.problem_told")
    heard = [await world.sunita.hears("Meena Kumari"), await world.sunita.hears("Meena Kumari")]
    assert any("can't open the pictures" in one.text for one in heard)
    assert await _tasks(world) == [TaskKind.PROBLEM]
    costs(world.meena, messages=2, taps=0, kilobytes=0.2)
    costs(world.sunita, messages=2, taps=0, kilobytes=0.2)


async def test_a_problem_by_voice_is_called_about_and_cancel_takes_the_word_back(world: World) -> None:
    await world.lakshmi.types("samasya")
    await world.lakshmi.hears("commands.what_is_wrong")
    await world.lakshmi.types("रद्द")
    await world.lakshmi.hears("commands.not_told")
    await world.lakshmi.types("problem")
    await world.lakshmi.hears("commands.what_is_wrong")
    await world.lakshmi.sends_voice()
    await world.lakshmi.hears("commands.problem_voice")
    await world.sunita.hears("task.kind.problem")


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
async def test_a_voice_note_for_a_problem_reaches_who_has_her_case(world: World, messenger: str) -> None:
    """Nothing that she says while a case is open stays with nobody."""
    referrer = world.meena if messenger == "telegram" else world.lakshmi
    sent = await a_case_held(referrer=referrer, by=world.rao)
    await referrer.types("problem")
    await referrer.hears("commands.what_is_wrong")
    await referrer.sends_voice()
    # WhatsApp has both in one message.
    told = await referrer.hears("commands.will_call")
    asked = told if told.buttons else await referrer.hears("follow.for_this", sent.code)
    await world.sunita.hears("task.kind.problem")
    await referrer.taps("for", on=asked)
    await referrer.hears("follow.told", sent.code)
    await world.rao.hears("answer.sound_follows", sent.code)
    assert (await world.rao.hears(sent.code)).media


async def test_an_emergency_is_not_swallowed_by_an_open_problem(world: World) -> None:
    await world.meena.types("problem")
    await world.meena.hears("commands.what_is_wrong")
    await world.meena.types("EMERGENCY 30 M head injury unconscious")
    await world.meena.hears("refer.confirm")
    assert await _tasks(world) == []


async def test_cancel_stops_the_question_first_then_the_draft_and_says_which_never_what_was_sent(
    world: World,
) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    asked = await world.rao.hears(sent.code)
    assert asked.buttons
    await world.rao.types("cancle")
    await world.rao.hears("common.stopped")
    await world.meena.sends_photo("knee", caption="30 F left knee xray pain routine")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.types("stop it!")
    gone = await world.meena.hears("30 years", "refer.cancelled")
    assert sent.code not in gone.text
    await world.meena.types("cancel")
    await world.meena.hears("help.nothing_open")
    assert [case.reference for case in await world.ask(lambda uow: uow.cases.live())] == [sent.code]
    costs(world.meena, messages=8, taps=1, kilobytes=44.3)
    costs(world.rao, messages=5, taps=2, kilobytes=44)


async def test_a_language_by_its_name_changes_it_while_a_draft_stays_open(world: World) -> None:
    await world.lakshmi.types("english please")
    await _says(world.lakshmi, "From now on I write in English")
    await world.lakshmi.types("हिन्दी")
    await world.lakshmi.hears("settings.language_set")
    await world.meena.types("bhasha")
    await world.meena.hears("settings.language")


async def test_status_and_help_answer_in_every_state(world: World) -> None:
    await world.meena.sends_photo(caption="45 M chest cough 3 weeks")
    await world.meena.hears("refer.got_it", "refer.ask_danger")
    await world.meena.types("where is my answer?")
    await world.meena.hears("follow.draft")
    await world.meena.types("pls help")
    helped = await world.meena.hears("help.referrer", "commands.any_time")
    assert len(helped.text.splitlines()) <= 5
    await world.meena.taps_action("set", "urgent")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    case = await world.ask(lambda uow: uow.cases.drafts()[0])
    assert "help" not in case.facts.question
    assert "answer" not in case.facts.question
    costs(world.meena, messages=5, taps=1, kilobytes=22.7)


async def test_a_coordinator_who_types_status_sees_what_waits(world: World) -> None:
    await world.sunita.types("status")
    await world.sunita.hears("tasks.none")
    await world.sunita.types("invite")
    await world.sunita.hears("invite.role")
    await world.sunita.types("madad")
    await world.sunita.hears("help.coordinator", "commands.any_time")
    await world.sunita.types("cancel")
    await world.sunita.hears("invite.cancelled")
    costs(world.sunita, messages=4, taps=0, kilobytes=0.3)


async def test_while_joining_they_are_no_name_and_no_number(world: World) -> None:
    link = await invitation_for(world.sunita, "role.referrer", "CHC Belapur")
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("join.language")
    await world.stranger.types("english")
    await world.stranger.hears("join.notice")
    await world.stranger.taps("join_agree")
    await world.stranger.hears("join.name")
    await world.stranger.types("help")
    await world.stranger.hears("commands.join_help")
    await world.stranger.hears("join.name")
    await world.stranger.types("cancel")
    await world.stranger.hears("commands.join_stopped")
    await world.sunita.reads_all()


async def test_a_sentence_with_more_in_it_is_a_case_and_no_command(world: World) -> None:
    await world.meena.types("help, the child fell from tree, boy 8 years left wrist xray")
    await world.meena.hears("refer.send_picture")
    await world.meena.types("cancel")
    await world.meena.hears("refer.cancelled")
    await world.meena.hears_nothing(timedelta(minutes=1))


async def _says(person: Person, words: str) -> None:
    """In the language that she has just changed to."""
    heard = await person.reads_all()
    assert any(words in one.text for one in heard), heard


def _id(uow: UnitOfWork, address: str) -> str:
    person = uow.people.by_address(Address(address))
    assert person is not None
    return person.id
