"""Ultrasound of a pregnancy: no picture, no voice note, no word on the child's sex, in either direction."""

from bot.domain.case import TaskKind
from storage.unit_of_work import UnitOfWork
from tests.scenarios.steps import FULL, chooses, is_taken
from tests.world import World
from tests.world_people import Heard, Person

PREGNANT = "24 F pregnancy ultrasound bleeding since morning routine"


async def asks_in_words(world: World, caption: str = PREGNANT) -> Heard:
    """The picture is refused, the words go; what she hears when it is sent."""
    await world.meena.sends_photo("ultrasound", caption=caption)
    await world.meena.hears("law.pictures", "law.in_words", "refer.confirm")
    await world.meena.taps("send")
    return await world.meena.hears("refer.sent")


async def is_read_in_words(specialist: Person, reference: str) -> Heard:
    """A card without any picture, which says why."""
    return await specialist.hears(reference, "card.from", "law.card")


async def is_held(world: World) -> Heard:
    """Dr Rao has a case of a pregnancy."""
    sent = await asks_in_words(world)
    card = await is_read_in_words(world.rao, sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it")
    return sent


async def enables_belapur(world: World) -> None:
    """A coordinator says under which number Meena's clinic is registered."""
    await world.sunita.types("ultrasound clinic")
    await world.sunita.hears("law.which_clinic")
    await world.sunita.taps("CHC Belapur")
    await world.sunita.hears("law.clinic_number", "Belapur")
    await world.sunita.types("MH/BEL/2021/0042")
    await world.sunita.hears("law.clinic_check", "MH/BEL/2021/0042")
    await world.sunita.taps("law.clinic_yes")
    await world.sunita.hears("law.clinic_enabled", "Belapur")


async def test_the_picture_is_refused_with_the_laws_sentence_and_the_words_go(world: World) -> None:
    sent = await asks_in_words(world)
    await is_read_in_words(world.rao, sent.code)
    await world.rao.hears_nothing()
    files = await world.ask(lambda uow: uow.attachments.of_case(uow.cases.live()[0].id))
    assert not files
    assert world.meena.messages_heard == 2
    assert world.meena.taps_made == 1


async def test_with_nothing_written_she_is_asked_for_words(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="24 F pregnancy ultrasound routine")
    await world.meena.hears("law.pictures", "law.write_words")
    await world.meena.types("Is the placenta low? She bleeds.")
    await world.meena.hears("law.in_words", "Is the placenta low")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await is_read_in_words(world.rao, sent.code)


async def test_an_emergency_goes_on_as_text_at_once(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="24 F pregnancy ultrasound heavy bleeding emergency")
    await world.meena.hears("law.pictures", "law.in_words", "refer.confirm")
    await world.meena.taps("send")
    await world.meena.hears("refer.emergency")
    sent = await world.meena.hears("refer.sent")
    await is_read_in_words(world.rao, sent.code)


async def test_a_registered_clinic_sends_its_pictures_like_any_others(world: World) -> None:
    await enables_belapur(world)
    await world.meena.sends_photo("ultrasound", caption=PREGNANT)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code, "card.from")
    await world.rao.sees_pictures(1, sent.code)
    assert await world.ask(_audited) == ["facility.ultrasound"]


def _audited(uow: UnitOfWork) -> list[str]:
    """What was done to Meena's clinic."""
    clinic = uow.facilities.by_name("CHC Belapur")
    assert clinic is not None
    return [entry.action for entry in uow.audit.of(clinic.id)]


async def test_nobody_but_a_coordinator_enables_a_clinic(world: World) -> None:
    await world.meena.types("ultrasound clinic")
    await world.meena.hears("coordinate.only")


async def test_a_picture_and_a_voice_note_after_sending_are_refused_too(world: World) -> None:
    sent = await is_held(world)
    await world.meena.sends_voice(answering=sent)
    await world.meena.hears(sent.code, "law.pictures", "law.write_words")
    await world.rao.hears_nothing()


async def test_nothing_but_words_goes_back(world: World) -> None:
    sent = await is_held(world)
    await world.rao.sends_voice()
    await world.rao.hears(sent.code, "law.no_files_back", "law.use_words")
    await world.meena.hears_nothing()
    await world.rao.types("Placenta is low.")
    await chooses(world.rao)


async def test_words_that_tell_it_go_to_nobody_and_a_coordinator_is_told(world: World) -> None:
    sent = await is_held(world)
    await world.rao.types("Healthy prince, 16")
    await world.rao.hears(sent.code, "against the law", "answer.not_relayed")
    await world.sunita.hears("task.kind.fetal_sex")
    await world.meena.hears_nothing()
    assert await world.ask(lambda uow: [task.kind for task in uow.tasks.pending()]) == [TaskKind.FETAL_SEX]


async def test_words_that_ask_it_go_to_nobody_and_a_coordinator_is_told(world: World) -> None:
    sent = await is_held(world)
    await world.meena.quotes(sent, "munda ya kudi?")
    await world.meena.hears(sent.code, "against the law", "answer.not_relayed")
    await world.sunita.hears("task.kind.fetal_sex")
    await world.rao.hears_nothing()


async def test_the_patients_own_sex_is_never_held(world: World) -> None:
    sent = await is_held(world)
    await world.meena.quotes(sent, "patient is female 24 y, bleeding more")
    await world.meena.hears(sent.code, "follow.told")
    await world.rao.hears(sent.code, "female 24 y, bleeding more")


async def test_she_is_asked_whether_the_woman_is_pregnant_and_a_yes_keeps_the_picture_back(
    world: World,
) -> None:
    await world.meena.sends_photo("ultrasound", caption="24 F abdomen ultrasound pain since morning routine")
    await world.meena.hears("refer.ask_pregnant")
    await world.meena.taps_action("set", "yes")
    await world.meena.hears("law.pictures", "law.in_words", "refer.confirm")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await is_read_in_words(world.rao, sent.code)


async def test_it_is_so_with_ultrasound_of_any_part_of_her_body(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="24 F neck ultrasound swelling 2 weeks routine")
    await world.meena.hears("refer.ask_pregnant")
    await world.meena.taps_action("set", "yes")
    await world.meena.hears("law.pictures", "law.in_words", "refer.confirm")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await is_read_in_words(world.rao, sent.code)


async def test_a_man_and_a_woman_past_childbearing_are_no_case_of_the_law(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="64 F abdomen ultrasound pain routine")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("send")
    await is_taken_with_picture(world)


async def is_taken_with_picture(world: World) -> None:
    """The case just sent reaches Dr Rao with its picture."""
    await is_taken(world, await world.meena.hears("refer.sent"))


async def test_plain_words_are_held_whatever_the_case_is_about(world: World) -> None:
    await world.meena.sends_photo("chest", caption=f"{FULL}, ladka ya ladki")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("send")
    await world.meena.hears("against the law", "refer.ask_question")
    await world.sunita.hears("task.kind.fetal_sex")


async def test_words_of_a_report_are_looked_at_once_more_when_it_is_sent(world: World) -> None:
    await world.meena.types("emergency 24 F bleeding")
    await world.meena.reads_all()
    await world.meena.taps("send")
    await world.meena.reads_all()
    await world.rao.taps("ack")
    await world.rao.reads_all()
    await world.rao.types("Healthy prince. Bleeding inside.")
    preview = await chooses(world.rao)
    assert "prince" in preview.text
    await world.meena.types("ultrasound pregnancy")
    await world.meena.reads_all()
    await world.rao.reads_all()
    await world.rao.taps("rs")
    await world.rao.hears("The sex of the baby is never told", "answer.not_relayed")
    heard = await world.meena.reads_all()
    assert not any("prince" in one.text for one in heard)
    told = world.sunita.pattern("task.kind.fetal_sex")
    assert any(told.search(one.text) for one in await world.sunita.reads_all())
