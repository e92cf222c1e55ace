"""Invitations, registration, and what strangers hear."""

from datetime import timedelta

from tests.world import World
from tests.world_people import Heard, Person


async def accepts(person: Person, code: str, language: str) -> None:
    """Deep link, language, privacy notice."""
    await person.opens_link(code)
    await person.hears("join.language", "Training only")
    await person.taps(language)
    await person.hears("Do you agree|join.notice|सहमत")
    await person.taps("join_agree")


async def invitation_for(coordinator: Person, *taps: str, name: str = "") -> Heard:
    """What a coordinator is given to pass on."""
    await coordinator.types("invite")
    await coordinator.hears("invite.role")
    await coordinator.taps(taps[0])
    for tap in taps[1:]:
        await coordinator.hears("invite.facility|invite.pool")
        await coordinator.taps(tap)
    await coordinator.hears("invite.name")
    await (coordinator.types(name) if name else coordinator.taps("Skip"))
    await coordinator.hears("invite.forward")
    return await coordinator.hears("invite.hello", "invite.until", "start=")


async def is_tested(person: Person) -> None:
    """A test page comes and is answered at once."""
    page = await person.hears("phones.test")
    await person.taps("I see it", on=page)
    await person.hears("phones.came_chat")


async def test_the_first_coordinator_joins_by_the_operators_invitation(empty_world: World) -> None:
    made = await empty_world.command("invite", {"role": "coordinator"})
    assert made["code"] in made["telegram"]
    await accepts(empty_world.sunita, made["code"], "English")
    await empty_world.sunita.hears("What is your name")
    await empty_world.sunita.types("Sunita Patil")
    await empty_world.sunita.hears("Thank you, Sunita Patil", "help.coordinator")
    await is_tested(empty_world.sunita)
    await empty_world.sunita.types("tasks")
    await empty_world.sunita.hears("tasks.none")


async def test_a_health_worker_whose_name_is_known_only_confirms_it(world: World) -> None:
    link = await invitation_for(world.sunita, "role.referrer", "PHC Rampur", name="Ravi Kumar")
    await accepts(world.stranger, link.code, "English")
    await world.stranger.hears("Are you Ravi Kumar")
    await world.stranger.taps("Yes, that is me")
    await world.stranger.hears("Thank you, Ravi Kumar", "help.referrer")
    await is_tested(world.stranger)
    await world.stranger.sends_photo(caption="45 M chest cough urgent")
    await world.stranger.hears("refer.got_it_wait")
    await world.stranger.sees_pictures(1, "refer.confirm")


async def test_a_health_worker_joins_in_hindi(world: World) -> None:
    link = await invitation_for(world.sunita, "role.referrer", "PHC Rampur")
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("join.language")
    await world.stranger.taps("हिन्दी")
    notice = await world.stranger.hears("सहमत")
    assert "Do you agree" not in notice.text
    await world.stranger.taps("join_agree")
    await world.stranger.hears("नाम")
    await world.stranger.types("रवि कुमार")
    await world.stranger.hears("रवि कुमार")
    await world.stranger.hears("यह सिर्फ़ जाँच है")


async def test_nobody_is_paged_before_a_coordinator_has_confirmed_the_registration(world: World) -> None:
    link = await invitation_for(world.sunita, "role.specialist", "Radiology")
    await accepts(world.stranger, link.code, "English")
    await world.stranger.hears("join.name")
    await world.stranger.types("Dr Ravi Menon")
    await world.stranger.hears("join.registration")
    await world.stranger.types("MMC 12345")
    await world.stranger.hears("join.council")
    await world.stranger.types("Maharashtra Medical Council")
    await world.stranger.hears("join.welcome", "person.waits")
    await is_tested(world.stranger)
    task = await world.sunita.hears("Dr Ravi Menon", "12345")
    await world.sunita.taps("Confirm", on=task)
    await world.sunita.hears("task.verified")
    await world.stranger.hears("person.verified")
    await is_tested(world.stranger)


async def test_a_registration_that_is_not_right_can_be_given_again(world: World) -> None:
    link = await invitation_for(world.sunita, "role.specialist", "Radiology", name="Dr Ravi Menon")
    await accepts(world.stranger, link.code, "English")
    await world.stranger.hears("Are you Dr Ravi Menon")
    await world.stranger.taps("join_name_yes")
    for words, then in (("MMC 1", "join.council"), ("Maharashtra", "person.waits")):
        await world.stranger.hears("join.registration|join.council")
        await world.stranger.types(words)
        del then
    await world.stranger.hears("person.waits")
    await is_tested(world.stranger)
    await world.sunita.hears("Dr Ravi Menon")
    await world.sunita.taps("Not right")
    await world.sunita.hears("task.refused")
    await world.stranger.hears("person.not_verified")
    await world.stranger.taps("reg_again")
    await world.stranger.hears("join.registration")


async def test_an_invitation_works_once(world: World) -> None:
    link = await invitation_for(world.sunita, "role.coordinator", name="Ravi")
    await accepts(world.stranger, link.code, "English")
    await world.stranger.hears("Are you Ravi")
    await world.stranger.taps("join_name_yes")
    await world.stranger.hears("join.welcome")
    await is_tested(world.stranger)
    await world.meena.opens_link(link.code)
    await world.meena.hears("join.code_used")


async def test_an_invitation_ends_after_a_week(world: World) -> None:
    link = await invitation_for(world.sunita, "role.coordinator")
    await world.hours(24 * 7 + 1)
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("join.code_expired")


async def test_who_does_not_agree_is_kept_nothing_of(world: World) -> None:
    link = await invitation_for(world.sunita, "role.coordinator")
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("join.language")
    await world.stranger.taps("English")
    await world.stranger.hears("join.notice")
    await world.stranger.taps("join_no")
    await world.stranger.hears("join.declined")


async def test_a_stranger_hears_one_sentence_an_hour(world: World) -> None:
    await world.stranger.opens_link()
    await world.stranger.hears("stranger.only", "108")
    await world.stranger.sends_photo(caption="my chest, please help")
    await world.stranger.types("hello?")
    await world.stranger.hears_nothing(timedelta(minutes=30))
    await world.minutes(31)
    await world.stranger.types("hello?")
    await world.stranger.hears("stranger.only")


async def test_codes_are_not_guessed(world: World) -> None:
    for number in range(7):
        await world.stranger.opens_link(f"{number:032x}")
    for _ in range(5):
        await world.stranger.hears("join.code_unknown")
    await world.stranger.hears_nothing(timedelta(minutes=5))


async def test_somebody_enrolled_gets_one_more_role(world: World) -> None:
    link = await invitation_for(world.sunita, "role.coordinator")
    await world.meena.opens_link(link.code)
    await world.meena.hears("join.role_added")
    await is_tested(world.meena)
    await world.meena.types("tasks")
    await world.meena.hears("tasks.none")
