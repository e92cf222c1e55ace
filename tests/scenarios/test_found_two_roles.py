"""One who answers cases and sends them too, and what a lost case must not catch."""

from datetime import timedelta

from tests.scenarios.steps import a_case_with_an_owner, sends_a_case
from tests.scenarios.test_joining import is_tested
from tests.world import World

HOUR = timedelta(hours=1)

_HASTY = """
[[policy]]
pool = "Radiology"
priority = "urgent"
steps = [{ after = "0s", who = "primary", ways = ["chat"] }, { after = "5m", who = "backup", ways = ["chat"] }]
report_due = "20m"
reopen = "40m"
"""


async def _joins_as_health_worker_too(world: World) -> None:
    made = await world.command("invite", {"role": "referrer", "facility": "PHC Rampur"})
    await world.rao.opens_link(made["code"])
    await world.rao.hears("join.role_added")
    await is_tested(world.rao)


async def test_a_picture_with_facts_is_a_case_of_hers_though_she_writes_a_report(world: World) -> None:
    await _joins_as_health_worker_too(world)
    await a_case_with_an_owner(world)
    await world.rao.types("No fracture seen.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.sends_photo("knee", caption="30 M right knee xray pain routine")
    await world.rao.hears("refer.got_it_wait")
    summary = await world.rao.sees_pictures(1, "refer.confirm")
    assert "knee" in summary.text


async def test_a_picture_without_facts_is_a_part_of_the_report_she_writes(world: World) -> None:
    await _joins_as_health_worker_too(world)
    await a_case_with_an_owner(world)
    await world.rao.types("See the arrow.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.sends_photo("wrist")
    await world.rao.hears("answer.ask_urgency")


async def test_words_after_a_case_was_lost_do_not_take_it_again(world: World) -> None:
    await world.command("org_import", {"toml": _HASTY, "training": True})
    await a_case_with_an_owner(world)
    await world.rao.types("Looks like")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.hears("duty.report_due", within=HOUR)
    await world.rao.hears("duty.reopened", within=HOUR)
    await world.meena.hears("refer.given_back")
    await world.sunita.hears("task.kind.report_late")
    await world.khan.hears("card.from")
    await world.khan.sees_pictures(1)
    await world.rao.types("thanks")
    await world.rao.hears("help.not_understood")


async def test_a_file_that_is_no_picture_brings_the_summary_once(world: World) -> None:
    await world.meena.sends_photo(caption="45 M chest cough urgent")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.sends_document("text")
    await world.meena.hears("refusal.not_an_image")
    await world.meena.hears("refer.summary_again", "refer.confirm")
    await world.meena.hears_nothing(timedelta(seconds=20))


async def test_her_own_case_never_comes_to_her(world: World) -> None:
    await _joins_as_health_worker_too(world)
    sent = await sends_a_case(world.rao)
    await world.rao.hears_nothing()
    await world.khan.hears(sent.code, "card.from")
    await world.khan.sees_pictures(1)
