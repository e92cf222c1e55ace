"""Whoever was told one thing about a case is told when it no longer holds."""

from datetime import timedelta

from tests.scenarios.steps import a_case_with_an_owner, is_paged, sends_a_case
from tests.world import World

HOUR = timedelta(hours=1)


async def _nobody_answers(world: World) -> str:
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await world.khan.hears("card.from", within=HOUR)
    await world.khan.sees_pictures(1, sent.code)
    await world.sunita.hears("task.kind.unowned", within=HOUR)
    return sent.code


async def test_a_coordinator_who_is_about_to_call_is_told_who_has_it(world: World) -> None:
    await _nobody_answers(world)
    await world.sunita.taps("tt")
    await world.sunita.hears("task.yours")
    await world.khan.taps("ack")
    await world.khan.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.rao.sees_change("card.taken")
    await world.sunita.hears("Dr Imran Khan has it.")


async def test_a_task_that_nobody_took_changes_once_somebody_has_the_case(world: World) -> None:
    await _nobody_answers(world)
    await world.khan.taps("ack")
    await world.khan.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.rao.sees_change("card.taken")
    await world.sunita.sees_change("Dr Imran Khan has it.")


async def test_the_referrer_is_told_when_her_case_goes_on_to_the_next_doctor(world: World) -> None:
    await world.command("org_import", {"toml": _HASTY, "training": True})
    await a_case_with_an_owner(world)
    await world.rao.hears("duty.report_due", within=HOUR)
    await world.rao.hears("duty.reopened", within=HOUR)
    await world.meena.hears("refer.given_back")
    await world.sunita.hears("task.kind.report_late")
    await world.khan.hears("card.from")
    await world.khan.sees_pictures(1)


_HASTY = """
[[policy]]
pool = "Radiology"
priority = "urgent"
steps = [{ after = "0s", who = "primary", ways = ["chat"] }, { after = "5m", who = "backup", ways = ["chat"] }]
report_due = "20m"
reopen = "40m"
"""
