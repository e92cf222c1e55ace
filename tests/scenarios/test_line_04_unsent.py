"""Pictures that were not sent: she is reminded, a coordinator calls, a day is time enough, one tap continues."""

from datetime import timedelta

from bot.domain.case import Status, TaskKind
from tests.scenarios.steps import FULL, costs, is_paged
from tests.world import World
from tests.world_people import Heard, Person

DANGER = "45 M chest unconscious"
"""A sign of danger, though nobody has said that it is an emergency."""
TRAUMA = "30 M head injury unconscious CT head emergency"


async def _a_draft(person: Person, caption: str = FULL, sample: str = "chest") -> Heard:
    """A picture with all that is needed; its summary, which nobody taps."""
    await person.sends_photo(sample, caption=caption)
    await person.hears("refer.got_it_wait")
    return await person.sees_pictures(1, "refer.confirm")


async def _is_reminded(person: Person, **more: timedelta) -> Heard:
    reminder = await person.hears("unsent.not_sent", **more)
    assert len(reminder.buttons) == 2
    return reminder


async def _tasks(world: World) -> list[str]:
    """Kinds of all tasks that are not done."""
    return await world.ask(lambda uow: [task.kind.value for task in uow.tasks.pending()])


async def test_she_is_told_after_three_minutes_and_only_once(world: World) -> None:
    await _a_draft(world.meena)
    await world.meena.hears_nothing(timedelta(minutes=2, seconds=50))
    await world.minutes(0.5)
    await _is_reminded(world.meena)
    await world.meena.hears_nothing(timedelta(hours=2))
    await world.sunita.reads_all()
    costs(world.meena, messages=3, taps=0, kilobytes=22.3)
    costs(world.sunita, messages=6, taps=0, kilobytes=1)


async def test_with_an_emergency_word_she_is_told_after_one_minute(world: World) -> None:
    await _a_draft(world.meena, TRAUMA, "ct")
    await world.meena.hears_nothing(timedelta(seconds=55))
    await world.seconds(10)
    await _is_reminded(world.meena)
    await world.sunita.hears_nothing(timedelta(seconds=50))
    await world.seconds(10)
    await world.sunita.hears("task.kind.unsent", "Meena Kumari")
    costs(world.meena, messages=3, taps=0, kilobytes=21.8)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.2)


async def test_a_danger_sign_that_she_has_not_confirmed_is_an_emergency_word_too(world: World) -> None:
    await world.meena.sends_photo(caption=DANGER)
    await world.meena.reads_all()
    await world.minutes(1)
    await _is_reminded(world.meena)
    await world.minutes(1)
    told = await world.sunita.hears("task.kind.unsent", "Meena Kumari")
    assert "45" not in told.text
    assert "chest" not in told.text


async def test_an_emergency_word_that_comes_later_shortens_the_wait(world: World) -> None:
    await world.meena.sends_photo(caption="45 M chest cough")
    await world.meena.reads_all()
    await world.minutes(2)
    await world.meena.types("emergency")
    await world.meena.reads_all()
    await world.seconds(50)
    await _is_reminded(world.meena)
    await world.minutes(1)
    await world.sunita.hears("task.kind.unsent")


async def test_while_she_answers_questions_nothing_is_said(world: World) -> None:
    await world.meena.sends_photo()
    await world.meena.reads_all()
    for answer in ("chest xray", "45 years", "male"):
        await world.minutes(2)
        await world.meena.types(answer)
        heard = await world.meena.reads_all()
        assert not [one for one in heard if "NOT SENT" in one.text]
    await world.minutes(3)
    await _is_reminded(world.meena)
    costs(world.meena, messages=5, taps=0, kilobytes=0.4)


async def test_after_fifteen_minutes_it_is_a_task_that_shows_nothing_of_the_patient(world: World) -> None:
    await _a_draft(world.meena)
    await world.minutes(14.5)
    await _is_reminded(world.meena)
    await world.sunita.hears_nothing()
    await world.minutes(1)
    await world.sunita.hears("task.kind.unsent", "Meena Kumari", "task.draft_of")
    await world.sunita.taps("tt")
    details = await world.sunita.hears("task.kind.unsent", "task.referrer", "Meena Kumari")
    for fact in ("45", "chest", "cough"):
        assert fact not in details.text
    assert not details.media
    await world.rao.hears_nothing()


async def test_send_settles_the_task_and_who_took_it_is_told(world: World) -> None:
    summary = await _a_draft(world.meena)
    await world.minutes(15)
    await _is_reminded(world.meena)
    await world.sunita.hears("task.kind.unsent")
    await world.sunita.taps("tt")
    await world.sunita.hears("task.yours")
    await world.meena.taps("refer.send", on=summary)
    sent = await world.meena.hears("refer.sent")
    await world.sunita.hears("unsent.is_sent", "Meena Kumari")
    await is_paged(world.rao, sent.code)
    assert await _tasks(world) == []
    costs(world.meena, messages=4, taps=1, kilobytes=22.5)
    costs(world.sunita, messages=3, taps=1, kilobytes=0.5)


async def test_deleting_it_settles_the_task_in_the_messages_of_those_who_were_asked(world: World) -> None:
    await _a_draft(world.meena)
    await world.minutes(15)
    reminder = await _is_reminded(world.meena)
    await world.sunita.hears("task.kind.unsent")
    await world.meena.taps("unsent.delete", on=reminder)
    await world.meena.hears("refer.cancelled")
    await world.sunita.sees_change("unsent.is_cancelled", "Meena Kumari")
    assert await _tasks(world) == []
    await world.meena.hears_nothing(timedelta(hours=30))
    costs(world.meena, messages=4, taps=1, kilobytes=22.4)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.4)


async def test_one_tap_continues_with_the_summary_and_the_next_one_sends(world: World) -> None:
    await _a_draft(world.meena)
    await world.minutes(3)
    reminder = await _is_reminded(world.meena)
    await world.meena.taps("unsent.continue", on=reminder)
    await world.meena.hears("refer.summary_again", "refer.confirm", "45 years, male")
    await world.meena.taps("refer.send")
    sent = await world.meena.hears("refer.sent")
    await is_paged(world.rao, sent.code)
    costs(world.meena, messages=5, taps=2, kilobytes=22.9)


async def test_one_tap_continues_with_the_question_that_is_open(world: World) -> None:
    await world.meena.sends_photo(caption="chest xray cough routine 45 years")
    await world.meena.reads_all()
    await world.minutes(3)
    await _is_reminded(world.meena)
    await world.meena.taps("more")
    await world.meena.hears("refer.ask_sex")
    await world.meena.types("male")
    await world.meena.sees_pictures(1, "refer.confirm", "45 years, male")


async def test_continue_names_the_draft_where_there_are_two(world: World) -> None:
    await _a_draft(world.meena)
    await world.meena.sends_photo("knee", caption="20 F left knee xray fell routine")
    await world.meena.hears("same.ask")
    await world.meena.taps("same.another")
    await world.meena.reads_all()
    await world.minutes(3)
    reminders = [await _is_reminded(world.meena), await _is_reminded(world.meena)]
    (first,) = [one for one in reminders if "45" in one.text]
    (other,) = [one for one in reminders if "20" in one.text]
    await world.meena.taps("unsent.continue", on=first)
    await world.meena.hears("refer.summary_again", "45 years, male")
    await world.meena.taps("unsent.continue", on=other)
    await world.meena.hears("refer.summary_again", "20 years, female")


async def test_it_is_kept_while_her_phone_is_off_and_one_tap_continues_it_then(world: World) -> None:
    await _a_draft(world.meena)
    await world.meena.turns_phone_off()
    await world.hours(22)
    await world.cleans_up()
    await world.sunita.reads_all()
    await world.meena.turns_phone_on()
    reminder = await _is_reminded(world.meena)
    await world.meena.hears_nothing()
    await world.meena.taps("unsent.continue", on=reminder)
    await world.meena.hears("refer.summary_again", "refer.confirm", "45 years, male")
    await world.hours(23)
    await world.cleans_up()
    await _is_reminded(world.meena)
    await world.meena.taps("more")
    await world.meena.hears("refer.summary_again", "refer.confirm")
    await world.sunita.reads_all()
    costs(world.meena, messages=6, taps=2, kilobytes=23.2)


async def test_what_she_sent_without_a_network_continues_the_same_draft(world: World) -> None:
    await world.meena.sends_photo(caption="chest xray cough routine 45 years")
    await world.meena.reads_all()
    await world.meena.turns_phone_off()
    await world.meena.types("male")
    await world.hours(3)
    await world.meena.turns_phone_on()
    await _is_reminded(world.meena)
    await world.meena.sees_pictures(1, "refer.confirm", "45 years, male")
    await world.meena.taps("refer.send")
    await world.meena.hears("refer.sent")
    await world.sunita.reads_all()
    await world.rao.reads_all()


async def test_after_a_day_without_a_touch_it_is_deleted_and_she_is_told_why(world: World) -> None:
    await _a_draft(world.meena)
    await world.minutes(15)
    await _is_reminded(world.meena)
    await world.sunita.hears("task.kind.unsent")
    await world.sunita.taps("tt")
    await world.sunita.hears("task.yours")
    await world.hours(23)
    await world.cleans_up()
    await world.meena.hears_nothing()
    await world.hours(1)
    await world.sunita.reads_all()
    await world.cleans_up()
    await world.meena.hears("45 years, male", "unsent.deleted")
    await world.sunita.hears("unsent.is_deleted", "Meena Kumari")
    assert not await world.ask(lambda uow: uow.cases.drafts())
    costs(world.meena, messages=4, taps=0, kilobytes=22.5)
    costs(world.sunita, messages=12, taps=1, kilobytes=2.2)


async def test_a_touch_in_the_last_minute_keeps_it_another_day(world: World) -> None:
    await _a_draft(world.meena)
    await world.hours(23.9)
    await world.meena.reads_all()
    await world.meena.taps("more")
    await world.meena.hears("refer.summary_again", "refer.confirm")
    await world.hours(2)
    await world.cleans_up()
    (draft,) = await world.ask(lambda uow: uow.cases.drafts())
    assert draft.status is Status.DRAFT
    assert await world.ask(lambda uow: uow.tasks.of(TaskKind.UNSENT, draft.id)) is not None
    await _is_reminded(world.meena)
    await world.sunita.reads_all()


async def test_words_without_a_picture_are_not_reminded_of_but_their_end_is_told(world: World) -> None:
    await world.meena.types("45 M chest cough")
    await world.meena.reads_all()
    await world.hours(24.5)
    await world.meena.hears_nothing()
    await world.cleans_up()
    await world.meena.hears("45 years, male", "unsent.deleted_words")
    await world.sunita.hears_nothing()


async def test_on_whatsapp_one_tap_continues_it_as_well(world: World) -> None:
    await _a_draft(world.lakshmi)
    await world.minutes(3)
    reminder = await _is_reminded(world.lakshmi)
    assert reminder.pieces == 1
    await world.lakshmi.taps("unsent.continue", on=reminder)
    await world.lakshmi.hears("refer.summary_again", "refer.confirm", "45")
    await world.lakshmi.taps("refer.send")
    sent = await world.lakshmi.hears("refer.sent")
    await is_paged(world.rao, sent.code)
    costs(world.lakshmi, messages=5, taps=2, kilobytes=23.5)


async def _doubts(person: Person) -> None:
    """A draft, and after a while a picture of somebody else: it is asked whose it is, and she does not say."""
    await _a_draft(person)
    await person.sends_photo("knee", caption="20 F left knee xray fall routine")
    await person.hears("same.ask", "45", "20")


async def _the_question_comes_again(world: World, person: Person) -> None:
    await world.minutes(3.5)
    reminder = await person.hears("unsent.not_sent", "same.ask", "45", "20")
    assert len(reminder.buttons) == 2
    await person.hears_nothing(timedelta(minutes=8))
    await person.taps("same.another", on=reminder)
    await person.sees_pictures(1, "20")
    assert not await _tasks(world)


async def test_while_it_is_asked_whose_they_are_the_reminder_is_that_question(world: World) -> None:
    await _doubts(world.meena)
    await _the_question_comes_again(world, world.meena)
    costs(world.meena, messages=5, taps=1, kilobytes=44.7)


async def test_on_whatsapp_the_reminder_is_the_question_too(world: World) -> None:
    await _doubts(world.lakshmi)
    await _the_question_comes_again(world, world.lakshmi)


async def test_the_reminder_that_asks_whose_they_are_can_be_answered_in_a_word(world: World) -> None:
    await _doubts(world.meena)
    await world.minutes(3.5)
    await world.meena.hears("unsent.not_sent", "same.ask")
    await world.meena.types("yes")
    await world.meena.reads_all()
    cases = await world.ask(lambda uow: uow.cases.drafts())
    assert len(cases) == 1
