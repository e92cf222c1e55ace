"""Cases between people who have different messengers: neither notices what the other has."""

from datetime import timedelta

from tests.scenarios.mixed_steps import COUGH, KNEE, a_case_held, sends, takes, writes
from tests.scenarios.steps import is_paged
from tests.world import World

WORDS = "Cavity in the right upper zone."


async def test_a_case_goes_from_whatsapp_to_telegram_and_its_answer_back(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    await writes(world.rao, WORDS)
    await world.rao.sees_change("answer.delivered")
    await world.lakshmi.hears(sent.code, WORDS, "Kavita Rao", "MMC-2011-04567")


async def test_a_case_goes_from_telegram_to_whatsapp_and_its_answer_back(iyer_world: World) -> None:
    world = iyer_world
    sent = await a_case_held(referrer=world.meena, by=world.iyer)
    preview = await writes(world.iyer, WORDS)
    report = await world.meena.hears(sent.code, WORDS, "Meera Iyer", "TNMC-2016-03311")
    for line in report.text.splitlines():
        assert line.strip() in preview.text


async def test_a_case_goes_from_whatsapp_to_whatsapp_in_hindi(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends(world.lakshmi, "45 साल पुरुष छाती खांसी 3 हफ्ते जल्दी")
    await takes(world.iyer, sent, referrer=world.lakshmi)
    await writes(world.iyer, WORDS)
    report = await world.lakshmi.hears(sent.code, WORDS, "report.not_translated", "TNMC-2016-03311")
    await world.lakshmi.taps("un", on=report)
    await world.lakshmi.hears("follow.thanks")
    await world.iyer.hears(sent.code)


async def test_a_question_goes_to_whatsapp_and_its_answer_back(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Any weight loss?")
    await world.rao.hears("answer.question_sent")
    question = await world.lakshmi.hears(sent.code, "Kavita Rao", "Any weight loss?")
    await world.lakshmi.quotes(question, "6 किलो")
    await world.lakshmi.hears("follow.answered")
    await world.rao.hears(sent.code, "Lakshmi Yadav", "6 किलो")


async def test_quoting_the_card_on_whatsapp_takes_the_case_and_answers(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends(world.meena)
    card = await is_paged(world.iyer, sent.code)
    await world.iyer.quotes(card, WORDS)
    await world.iyer.hears("answer.yours_now", "answer.ask_urgency")
    await world.meena.hears(sent.code, "refer.has_it")


async def test_with_two_cases_open_a_quotation_says_which_one_is_meant(iyer_world: World) -> None:
    world = iyer_world
    first = await sends(world.meena)
    card = await takes(world.iyer, first, referrer=world.meena)
    second = await sends(world.lakshmi, KNEE, "knee")
    await takes(world.iyer, second, referrer=world.lakshmi)
    await world.iyer.quotes(card, WORDS)
    await world.iyer.hears(first.code, "answer.ask_urgency")


async def test_with_two_cases_open_bare_words_are_asked_about(iyer_world: World) -> None:
    world = iyer_world
    first = await a_case_held(referrer=world.meena, by=world.iyer)
    second = await sends(world.lakshmi, KNEE, "knee")
    await takes(world.iyer, second, referrer=world.lakshmi)
    await world.iyer.types(WORDS)
    await world.iyer.hears("answer.which_case")
    await world.iyer.taps_action("for", first.code)
    await world.iyer.hears(first.code, "answer.ask_urgency")


async def test_a_declined_case_goes_from_one_messenger_to_the_other(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends(world.lakshmi)
    card = await is_paged(world.iyer, sent.code)
    await world.iyer.taps("dec", on=card)
    await world.iyer.reads_all()
    await is_paged(world.rao, sent.code)


async def test_first_come_owns_it_whatever_the_messenger(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends(world.meena)
    first = await is_paged(world.iyer, sent.code)
    await world.minutes(5)
    second = await is_paged(world.rao, sent.code)
    await world.rao.taps("ack", on=second)
    await world.rao.hears(sent.code, "duty.yours")
    await world.meena.hears("Kavita Rao")
    await world.iyer.reads_all()
    await world.iyer.taps("ack", on=first)
    await world.iyer.hears("Kavita Rao")
    await world.meena.hears_nothing(timedelta(minutes=1))


async def test_a_voice_note_from_telegram_arrives_on_whatsapp_with_its_words_behind_it(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    await world.rao.sends_voice()
    await world.rao.hears("answer.ask_urgency")
    await world.rao.taps_action("ur", "within_days 2")
    await world.rao.hears("answer.pick_action")
    await world.rao.taps_action("phx", "act.show_doctor")
    await world.rao.hears("answer.preview")
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.lakshmi.hears(sent.code, "report.media")
    voice = await world.lakshmi.hears(sent.code)
    assert voice.media == "voice"
    await world.rao.reads_all()


async def test_a_voice_note_from_whatsapp_arrives_on_telegram(iyer_world: World) -> None:
    world = iyer_world
    sent = await a_case_held(referrer=world.meena, by=world.iyer)
    await world.iyer.sends_voice()
    await world.iyer.hears("answer.ask_urgency")
    await world.iyer.taps_action("ur", "within_days 2")
    await world.iyer.hears("answer.pick_action")
    await world.iyer.taps_action("phx", "act.show_doctor")
    await world.iyer.hears("answer.preview")
    await world.iyer.taps("rs")
    await world.iyer.hears("answer.sent")
    await world.meena.hears(sent.code, "report.media")
    assert (await world.meena.hears(sent.code)).media == "voice"


async def test_three_pictures_from_telegram_are_three_messages_on_whatsapp(iyer_world: World) -> None:
    world = iyer_world
    await world.meena.sends_album("chest", "knee", "hand", caption=COUGH)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "3 pictures")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await world.iyer.hears(sent.code, "card.from")
    shown = await world.iyer.sees_pictures(3, "3 pictures")
    assert shown.pieces in (3, 4)
    assert all(len(one.media) <= 1 for one in world.iyer.phone.received())


async def test_a_very_long_report_arrives_whole_in_several_messages(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    words = " ".join(f"line{number:03} shows nothing unusual at all." for number in range(60))
    await writes(world.rao, words)
    report = await world.lakshmi.hears(sent.code, "line000", "line059", within=timedelta(minutes=2))
    assert report.pieces > 1
    said = " ".join(report.text.replace("\n> ", " ").split())
    assert all(f"line{number:03} shows nothing unusual at all." in said for number in range(60))
    bodies = [one.body for one in world.lakshmi.phone.received()]
    assert max(map(len, bodies)) <= 1600
    await world.rao.reads_all()
