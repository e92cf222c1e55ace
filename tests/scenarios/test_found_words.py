"""Words that are for the bot alone: they never become a part of what somebody else reads."""

from tests.scenarios.steps import a_case_with_an_owner, an_answered_case, chooses, is_paged
from tests.world import World

PARTLY = "45 M left wrist fell yesterday"


async def _is_asked_for_danger(world: World) -> None:
    await world.meena.sends_photo("wrist", caption=PARTLY)
    await world.meena.hears("refer.ask_danger")


async def test_status_while_a_case_is_begun_says_so_and_stays_out_of_the_case(world: World) -> None:
    await world.meena.sends_photo("wrist", caption=f"{PARTLY} urgent")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.types("status")
    await world.meena.hears("follow.draft")
    await world.meena.types("new")
    summary = await world.meena.hears("refer.summary_again", "refer.confirm")
    assert "status" not in summary.text


async def test_emergency_with_no_case_begun_says_at_once_whom_to_call(world: World) -> None:
    await world.meena.types("emergency")
    await world.meena.hears("refer.emergency", "108", "emergency.what_happened")
    await world.rao.types("emergency")
    await world.rao.hears("108")


async def test_yes_to_the_danger_question_is_an_emergency(world: World) -> None:
    await _is_asked_for_danger(world)
    await world.meena.types("yes")
    summary = (await world.meena.reads_all())[-1]
    assert "🔴" in summary.text
    assert "\nyes" not in summary.text


async def test_skip_asks_again_and_is_no_part_of_the_question(world: World) -> None:
    await _is_asked_for_danger(world)
    await world.meena.types("skip")
    await world.meena.hears("refer.ask_danger")
    await world.meena.taps_action("set", "priority urgent")
    summary = (await world.meena.reads_all())[-1]
    assert "fell yesterday" in summary.text
    assert "skip" not in summary.text


async def test_a_specialist_who_types_cancel_stops_writing(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("No fracture seen.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("cancel")
    await world.rao.hears("answer.discarded")


async def test_a_specialist_who_types_send_sees_what_will_be_sent(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("No fracture seen.")
    await chooses(world.rao)
    await world.rao.types("send")
    preview = await world.rao.hears("answer.preview")
    assert "\nsend" not in preview.text


async def test_a_specialist_who_types_emergency_chooses_the_urgency(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("Large bleed.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("emergency")
    await world.rao.hears("answer.pick_action")


async def test_cancel_while_asking_asks_nothing(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("cancel")
    await world.rao.hears("common.stopped")


async def test_cancel_while_explaining_stops_that_and_keeps_the_draft(world: World) -> None:
    await an_answered_case(world)
    await world.meena.taps("ex")
    await world.meena.hears("follow.explain_how")
    await world.rao.hears("loop.explain_from")
    await world.sunita.hears("task.kind.unclear")
    await world.meena.types("cancel")
    await world.meena.hears("common.stopped")
    await world.meena.types("cancel")
    await world.meena.hears("help.nothing_open")


async def test_ok_is_not_taken_for_understood_but_shows_what_to_tap(world: World) -> None:
    await an_answered_case(world)
    await world.meena.types("ok")
    await world.meena.hears("follow.reported")


async def test_who_is_on_call_goes_to_nobody_as_words(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.meena.types("who")
    await world.meena.hears("help.not_understood")
    await world.rao.types("new")
    await world.rao.hears("help.not_understood")


async def test_a_code_with_a_slip_is_told_to_be_wrong(world: World) -> None:
    await world.stranger.types("JOIN abc123")
    await world.stranger.hears("join.code_unknown")


async def test_paging_again_when_all_said_no_says_so(world: World) -> None:
    await world.meena.sends_photo(caption="45 M chest cough emergency")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("send")
    await world.meena.hears("refer.emergency")
    sent = await world.meena.hears("refer.sent")
    for doctor in (world.rao, world.khan):
        card = await is_paged(doctor, sent.code)
        await doctor.taps("dec", on=card)
        await doctor.hears("duty.declined")
    await world.sunita.hears("task.kind.unowned")
    await world.sunita.taps("tt")
    await world.sunita.hears("task.yours")
    await world.sunita.taps("page_again")
    await world.sunita.hears("task.nobody_left")


async def test_a_second_tap_on_send_says_that_it_was_sent(world: World) -> None:
    await an_answered_case(world)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent_before")


async def test_giving_back_after_the_answer_says_what_can_be_done_instead(world: World) -> None:
    await an_answered_case(world)
    await world.rao.taps("gb")
    await world.rao.hears("duty.answered")
    await world.rao.taps("dec")
    await world.rao.hears("duty.answered")
