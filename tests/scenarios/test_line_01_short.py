"""Sending is short: only what is missing is asked, one tap where all was told, little comes to her phone."""

from datetime import timedelta

import pytest

from tests.scenarios.steps import FULL, chooses, is_paged
from tests.world import World
from tests.world_people import Heard
from tests.world_telegram import TelegramPerson
from tests.world_whatsapp import WhatsAppPerson

MOST_BYTES = 30_720
"""30 KB."""

OTHERS = "refer.other_study"


def _referrer(world: World, messenger: str) -> TelegramPerson | WhatsAppPerson:
    person = world.meena if messenger == "telegram" else world.lakshmi
    assert isinstance(person, TelegramPerson | WhatsAppPerson)
    return person


def _messages(referrer: TelegramPerson | WhatsAppPerson) -> int:
    """All that the bot ever said there; on WhatsApp a picture is one message and its words another."""
    return len(referrer.phone.received()) if isinstance(referrer, WhatsAppPerson) else referrer.messages_heard


async def _is_answered(world: World, referrer: TelegramPerson | WhatsAppPerson, sent: Heard) -> int:
    """Dr Rao takes it and answers; how many messages her phone has before the answer comes."""
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.rao.reads_all()
    await referrer.hears(sent.code, "refer.has_it")
    messages = _messages(referrer)
    await world.rao.types("No fracture seen.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.reads_all()
    return messages


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
async def test_a_full_caption_takes_one_tap_five_messages_and_thirty_kilobytes(
    world: World, messenger: str
) -> None:
    referrer = _referrer(world, messenger)
    await referrer.sends_photo(caption=FULL)
    messages, before = _messages(referrer), referrer.phone.bytes_received
    await referrer.hears("refer.got_it_wait")
    await referrer.sees_pictures(1, "refer.confirm")
    await referrer.taps("send")
    sent = await referrer.hears("refer.sent")
    heard = await _is_answered(world, referrer, sent) - messages
    assert referrer.taps_made == 1
    assert heard <= 5
    await referrer.hears(sent.code, "No fracture seen.")
    assert referrer.phone.bytes_received - before <= MOST_BYTES


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
async def test_with_nothing_typed_it_takes_six_taps_nine_messages_and_thirty_kilobytes(
    world: World, messenger: str
) -> None:
    referrer = _referrer(world, messenger)
    messages, before = _messages(referrer), referrer.phone.bytes_received
    await referrer.sends_photo("wrist")
    await referrer.hears("refer.ask_study")
    await world.seconds(4)
    for verb, last, then in (
        ("set", "study XR.wrist", "refer.ask_side"),
        ("set", "side left", "refer.ask_age"),
        ("set", "age 40", "refer.ask_sex"),
        ("set", "sex male", "refer.ask_danger"),
    ):
        await referrer.taps_action(verb, last)
        await referrer.hears(then)
    await referrer.taps_action("set", "priority urgent")
    await referrer.sees_pictures(1, "case.question_usual")
    await referrer.taps("send")
    sent = await referrer.hears("refer.sent")
    heard = await _is_answered(world, referrer, sent) - messages
    assert referrer.taps_made <= 6
    assert heard <= 9
    await referrer.hears(sent.code, "No fracture seen.")
    assert referrer.phone.bytes_received - before <= MOST_BYTES


async def _taps_all(
    world: World, referrer: TelegramPerson | WhatsAppPerson, sample: str, *answers: tuple[str, str]
) -> Heard:
    """A picture without words, every answer a tap (each with the question that follows it), Send; it is sent then."""
    await referrer.sends_photo(sample)
    await referrer.hears("refer.got_it", "refer.ask_study")
    await world.seconds(4)
    for last, then in answers:
        if last == OTHERS:
            await referrer.taps("refer.other_study")
        else:
            await referrer.taps_action("set", last)
        await referrer.hears(then)
    await referrer.taps_action("set", "priority urgent")
    await referrer.sees_pictures(1, "refer.confirm")
    await referrer.taps("send")
    return await referrer.hears("refer.sent")


SHOULDER = (
    (OTHERS, "refer.ask_other_study"),
    ("study XR.shoulder.right", "refer.ask_age"),
    ("age 40", "refer.ask_sex"),
    ("sex male", "refer.ask_danger"),
)
BELLY_OF_A_WOMAN = (
    (OTHERS, "refer.ask_other_study"),
    ("study US.abdomen", "refer.ask_age"),
    ("age 30", "refer.ask_sex_pregnant"),
    ("sex female.no", "refer.ask_danger"),
)
BOTH_HANDS = (
    ("study XR.hand", "refer.ask_side"),
    ("side both", "refer.ask_age"),
    ("age 5", "refer.ask_sex"),
    ("sex other", "refer.ask_danger"),
)


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
@pytest.mark.parametrize(
    ("sample", "answers", "told"),
    [
        ("knee", SHOULDER, "side.right"),
        ("ultrasound", BELLY_OF_A_WOMAN, "short.not_pregnant"),
        ("hand", BOTH_HANDS, "side.both"),
    ],
    ids=["a-rarer-paired-part", "ultrasound-of-a-woman", "a-usual-paired-part"],
)
async def test_so_it_is_for_the_longest_ways_too(
    world: World, messenger: str, sample: str, answers: tuple[tuple[str, str], ...], told: str
) -> None:
    referrer = _referrer(world, messenger)
    messages, before = _messages(referrer), referrer.phone.bytes_received
    sent = await _taps_all(world, referrer, sample, *answers)
    assert referrer.pattern(told).search(sent.text)
    heard = await _is_answered(world, referrer, sent) - messages
    assert referrer.taps_made <= 6
    assert heard <= 9
    await referrer.hears(sent.code, "No fracture seen.")
    assert referrer.phone.bytes_received - before <= MOST_BYTES


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
async def test_an_emergency_on_the_longest_way_takes_no_more_taps(world: World, messenger: str) -> None:
    """What she is told not to wait with comes besides."""
    referrer = _referrer(world, messenger)
    messages, before = _messages(referrer), referrer.phone.bytes_received
    await referrer.sends_photo("ultrasound")
    await referrer.hears("refer.got_it", "refer.ask_study")
    await world.seconds(4)
    for last, then in BELLY_OF_A_WOMAN:
        await (referrer.taps(last) if last == OTHERS else referrer.taps_action("set", last))
        await referrer.hears(then)
    await referrer.taps_action("set", "priority emergency")
    await referrer.sees_pictures(1, "refer.confirm")
    await referrer.taps("send")
    advice = await referrer.hears("refer.emergency")
    # On WhatsApp both are one message.
    sent = advice if messenger == "whatsapp" else await referrer.hears("refer.sent")
    assert referrer.pattern("refer.sent").search(sent.text)
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.rao.reads_all()
    await referrer.hears(sent.code, "refer.has_it")
    assert referrer.taps_made == 6
    assert _messages(referrer) - messages <= 9
    assert referrer.phone.bytes_received - before <= MOST_BYTES


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
async def test_sex_and_pregnancy_are_one_short_list_for_an_ultrasound(world: World, messenger: str) -> None:
    referrer = _referrer(world, messenger)
    await referrer.sends_photo("ultrasound", caption="28 years ultrasound abdomen pain routine")
    asked = await referrer.hears("refer.ask_sex_pregnant")
    assert len(asked.buttons) == 5
    assert all(len(title) <= 24 and not title[0].isdigit() for title in asked.buttons)
    await world.seconds(4)
    await referrer.taps("refer.sex_female.yes")
    await referrer.hears("law.pictures", "law.write_words")


async def test_a_man_is_asked_no_more_after_it(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="28 years ultrasound abdomen pain routine")
    await world.meena.hears("refer.ask_sex_pregnant")
    await world.seconds(4)
    await world.meena.taps_action("set", "sex male")
    await world.meena.sees_pictures(1, "28 years, male")


async def test_who_types_only_the_sex_is_asked_the_rest(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="28 years ultrasound abdomen pain routine")
    await world.meena.hears("refer.ask_sex_pregnant")
    await world.seconds(4)
    await world.meena.types("female")
    await world.meena.hears("refer.ask_pregnant")
    await world.meena.taps("refer.pregnant_no")
    await world.meena.sees_pictures(1, "28 years, female, not pregnant")


async def test_twelve_pictures_cost_her_phone_no_more_than_one(world: World) -> None:
    before = world.meena.phone.bytes_received
    await world.meena.sends_album(*["chest", "knee", "hand"] * 3, caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "9 pictures")
    assert summary.size <= 20_500
    assert world.meena.phone.bytes_received - before <= 22_000


async def test_a_burst_of_single_pictures_gets_one_receipt(world: World) -> None:
    for sample in ("chest", "knee", "hand", "wrist"):
        await world.meena.sends_photo(sample)
    await world.meena.hears("refer.got_it", "refer.ask_study")
    await world.meena.hears_nothing(timedelta(seconds=30))


async def test_a_woman_whose_ultrasound_it_is_is_asked_whether_she_is_pregnant(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="28 F ultrasound abdomen pain routine")
    await world.meena.hears("refer.ask_pregnant")
    await world.seconds(4)
    await world.meena.taps("refer.pregnant_no")
    await world.meena.sees_pictures(1, "28 years, female, not pregnant")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await is_paged(world.rao, sent.code)


async def test_that_she_is_not_can_be_typed_too(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="28 F ultrasound abdomen pain routine")
    await world.meena.hears("refer.ask_pregnant")
    await world.seconds(4)
    await world.meena.types("no")
    await world.meena.sees_pictures(1, "not pregnant")


@pytest.mark.parametrize("caption", ["28 M ultrasound abdomen routine", "70 F ultrasound abdomen routine"])
async def test_nobody_else_is_asked_that(world: World, caption: str) -> None:
    await world.meena.sends_photo("ultrasound", caption=caption)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")


async def test_a_voice_note_answers_a_question_and_the_doctor_is_told_to_hear_it(world: World) -> None:
    await world.meena.sends_photo(caption="chest xray male routine")
    await world.meena.hears("refer.ask_age")
    await world.seconds(4)
    await world.meena.sends_voice()
    await world.meena.hears("short.voice_received")
    await world.meena.sees_pictures(1, "Age: told by voice")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code, "Age: see the voice note")
    await world.rao.sees_pictures(1, sent.code)
    assert (await world.rao.hears()).media == "voice"


async def test_who_can_not_type_tells_all_but_side_and_danger_by_voice(world: World) -> None:
    await world.meena.sends_photo("wrist")
    await world.meena.hears("refer.ask_study")
    for then in ("refer.ask_age", "refer.ask_sex", "refer.ask_danger"):
        await world.meena.sends_voice()
        await world.meena.hears("short.voice_received", then)
    await world.meena.sends_voice()
    await world.meena.hears("short.tap_it", "refer.ask_danger")
    await world.seconds(4)
    await world.meena.taps("No, it can wait")
    await world.meena.sees_pictures(1, "What and where, Age, Sex: told by voice")


async def test_a_side_told_by_voice_is_asked_for_a_tap(world: World) -> None:
    await world.meena.sends_photo("wrist", caption="8 years male wrist xray routine")
    await world.meena.hears("refer.ask_side")
    await world.seconds(4)
    await world.meena.sends_voice()
    await world.meena.hears("short.tap_it", "refer.ask_side")
    await world.seconds(4)
    await world.meena.taps("side.left")
    await world.meena.sees_pictures(1, "wrist, left side")


async def test_what_was_told_by_voice_can_still_be_typed(world: World) -> None:
    await world.meena.sends_photo(caption="chest xray male routine")
    await world.meena.hears("refer.ask_age")
    await world.seconds(4)
    await world.meena.sends_voice()
    await world.meena.hears("short.voice_received")
    await world.meena.sees_pictures(1, "Age: told by voice")
    await world.meena.types("age 45")
    summary = await world.meena.hears("refer.summary_again", "45 years, male")
    assert "told by voice" not in summary.text


async def test_a_voice_note_first_is_no_picture(world: World) -> None:
    await world.meena.sends_voice()
    heard = await world.meena.hears("short.voice_received", "refer.send_picture")
    assert "Picture received" not in heard.text
    await world.meena.hears_nothing(timedelta(seconds=20))
    await world.meena.sends_photo(caption=FULL)
    await world.meena.reads_all()


async def test_who_else_may_agree_stands_under_change(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm")
    assert len(summary.buttons) == 3
    await world.meena.taps("change")
    menu = await world.meena.hears("refer.change_what")
    assert {"Guardian agrees: send", "Emergency, nobody can be asked: send"} <= set(menu.buttons)


async def test_a_telephone_number_in_the_caption_leaves_the_age_alone(world: World) -> None:
    await world.meena.sends_photo(caption="98765 43210 45 M chest cough urgent")
    await world.meena.reads_all()
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent", "45 years, male")
    await is_paged(world.rao, sent.code)
