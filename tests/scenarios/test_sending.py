"""From pictures and a few words to a case with a reference."""

import pytest

from tests.scenarios.steps import FULL, is_paged, sends_a_case
from tests.world import World


async def test_a_photo_with_all_the_facts_takes_one_tap_to_send(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "45 years, male", "X-ray, chest", "cough", "urgent")
    await world.meena.taps("Patient agrees: send", on=summary)
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears("urgent", sent.code, "45 years, male", "cough", "CHC Belapur")
    await world.rao.sees_pictures(1, sent.code)
    assert card.buttons == ("I have it", "Decline", "Ask")
    await world.khan.hears_nothing()


async def test_only_what_is_missing_is_asked_one_a_message(world: World) -> None:
    await world.meena.sends_photo("wrist", caption="fell from a tree")
    await world.meena.hears("refer.got_it", "refer.ask_study")
    await world.meena.taps("X-ray wrist")
    await world.meena.hears("refer.ask_side")
    await world.meena.taps("side.left")
    await world.meena.hears("refer.ask_age")
    await world.meena.types("8")
    await world.meena.hears("refer.ask_sex")
    await world.meena.taps("female")
    await world.meena.hears("refer.ask_danger")
    await world.meena.taps("No, it can wait")
    await world.meena.sees_pictures(1, "8 years, female", "wrist, left", "routine", "fell from a tree")


async def test_with_nothing_typed_six_taps_send_a_case(world: World) -> None:
    await world.meena.sends_photo()
    await world.meena.hears("refer.ask_study")
    await world.seconds(4)
    for tap, then in (
        ("X-ray chest", "refer.ask_age"),
        ("40 years", "refer.ask_sex"),
        ("^male", "refer.ask_danger"),
    ):
        await world.meena.taps(tap)
        await world.meena.hears(then)
    await world.meena.taps("No, it can wait")
    await world.meena.sees_pictures(1, "40 years, male", "case.question_usual")
    await world.meena.taps("refer.send")
    sent = await world.meena.hears("refer.sent")
    await is_paged(world.rao, sent.code)


async def test_words_before_the_picture_are_kept_for_it(world: World) -> None:
    await world.meena.types(FULL)
    await world.meena.hears("refer.send_picture")
    await world.meena.sends_photo()
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "45 years, male", "cough")
    await world.meena.taps("cancel")
    await world.meena.hears("refer.cancelled")


async def test_an_album_becomes_one_draft_with_a_contact_sheet(world: World) -> None:
    await world.meena.sends_album("chest", "knee", "hand", caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "3 pictures", "45 years, male")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code, "card.from")
    await world.rao.sees_pictures(3, "3 pictures")


async def test_a_picture_that_comes_late_lands_in_the_draft(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    old = await world.meena.sees_pictures(1, "1 picture")
    await world.seconds(20)
    await world.meena.sends_photo("knee")
    await world.meena.sees_pictures(1, "2 pictures")
    await world.meena.taps("send", on=old)
    await world.meena.hears("refer.changed_since")
    await world.meena.hears("refer.summary_again", "2 pictures")


async def test_several_photos_in_a_row_are_one_case(world: World) -> None:
    for sample in ("chest", "knee", "hand"):
        await world.meena.sends_photo(sample)
    await world.meena.hears("refer.ask_study")
    await world.seconds(4)
    await world.meena.types(FULL)
    await world.meena.sees_pictures(1, "3 pictures", "45 years, male")


async def test_a_hindi_speaker_is_understood_and_answered_in_hindi(world: World) -> None:
    await world.asha.sends_photo(caption="४५ साल पुरुष छाती खांसी ३ हफ्ते जल्दी")
    await world.asha.hears("refer.got_it_wait")
    await world.asha.sees_pictures(1, "refer.confirm", "45")
    await world.asha.taps("send")
    sent = await world.asha.hears("refer.sent")
    await world.rao.hears(sent.code, "45 years, male", "chest")
    await world.rao.sees_pictures(1, sent.code)


async def test_romanised_hindi_is_understood(world: World) -> None:
    await world.asha.sends_photo(caption="45 saal purush chhati khansi 3 hafte jaldi")
    await world.asha.hears("refer.got_it_wait")
    await world.asha.sees_pictures(1, "refer.confirm")
    await world.asha.taps("send")
    sent = await world.asha.hears("refer.sent")
    await is_paged(world.rao, sent.code)


async def test_a_change_is_shown_before_it_is_sent(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "45 years, male")
    await world.meena.taps("Change")
    await world.meena.hears("refer.change_what")
    await world.meena.taps("about_age|Age")
    await world.meena.hears("refer.ask_age")
    await world.meena.types("54")
    await world.meena.hears("refer.summary_again", "54 years, male")


async def test_a_cancelled_draft_is_gone(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("Cancel")
    await world.meena.hears("refer.cancelled")
    await world.meena.taps("send", on=summary)
    await world.meena.hears("refer.not_draft|common.not_yours")
    await world.rao.hears_nothing()


async def test_an_emergency_is_told_not_to_wait(world: World) -> None:
    sent = await sends_a_case(world.meena, "30 F head injury unconscious CT head emergency", "ct")
    card = await is_paged(world.rao, sent.code)
    assert "emergency" in card.text


async def test_two_taps_on_send_send_once(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm")
    data = world.meena.button_data("send", on=summary)
    world.meena.phone.tap(summary.message_id, data)
    await world.meena.taps("send", on=summary)
    sent = await world.meena.hears("refer.sent")
    await world.meena.hears("refer.not_draft")
    await is_paged(world.rao, sent.code)


@pytest.mark.parametrize("caption", ["45 M chest urgent", "chest xray male 45 years urgent"])
async def test_the_order_of_the_words_does_not_matter(world: World, caption: str) -> None:
    await sends_a_case(world.meena, caption)
    await world.rao.hears("45 years, male")
    await world.rao.sees_pictures(1)
