"""English and Hindi, chosen by each person."""

from tests.scenarios.steps import FULL
from tests.world import World


async def test_the_language_is_changed_by_one_word_and_a_button(world: World) -> None:
    await world.meena.types("language")
    await world.meena.hears("settings.language")
    await world.meena.taps("हिन्दी")
    heard = (await world.meena.reads_all())[0]
    assert "हिन्दी" in heard.text or "हिंदी" in heard.text


async def test_help_is_in_the_language_of_the_reader(world: World) -> None:
    await world.asha.types("मदद")
    await world.asha.hears("help.referrer")
    await world.meena.types("help")
    await world.meena.hears("Send a photo of the scan")


async def test_a_word_that_nobody_knows_gets_help(world: World) -> None:
    await world.meena.types("xyzzy plugh")
    await world.meena.hears("help.not_understood")


async def test_every_role_gets_its_own_help(world: World) -> None:
    for person, msgid in ((world.rao, "help.specialist"), (world.sunita, "help.coordinator")):
        await person.types("help")
        await person.hears(msgid)


async def test_dates_and_times_are_said_in_the_readers_zone(world: World) -> None:
    await world.sunita.types("invite")
    await world.sunita.hears("invite.role")
    await world.sunita.taps("role.coordinator")
    await world.sunita.hears("invite.name")
    await world.sunita.taps("Skip")
    await world.sunita.hears("invite.forward")
    await world.sunita.hears("1 Dec, 11:30")


async def test_a_hindi_and_an_english_reader_read_the_same_case_each_in_theirs(world: World) -> None:
    await world.asha.sends_photo(caption=FULL)
    await world.asha.hears("refer.got_it_wait")
    summary = await world.asha.sees_pictures(1, "45 साल", "छाती")
    await world.asha.taps("send", on=summary)
    sent = await world.asha.hears("refer.sent")
    await world.rao.hears(sent.code, "45 years, male", "chest")
    await world.rao.sees_pictures(1)
