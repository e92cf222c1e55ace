"""What people send and see on WhatsApp: joining, files, buttons and lists, and what can't be relayed."""

from datetime import timedelta

from bot.sandbox.samples import SAMPLES
from bot.sandbox.twilio.inbound import File
from tests.scenarios.mixed_steps import COUGH, a_case_held, sends
from tests.scenarios.steps import is_paged
from tests.scenarios.test_joining import invitation_for
from tests.world import World

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


async def test_a_health_worker_joins_in_hindi_by_the_words_of_a_link(world: World) -> None:
    link = await invitation_for(world.sunita, "role.referrer", "PHC Rampur")
    assert f"wa.me/{world.twilio.number[1:]}?text=JOIN%20{link.code}" in link.text
    await world.newcomer.opens_link(link.code)
    await world.newcomer.hears("join.language")
    await world.newcomer.taps("हिन्दी")
    notice = await world.newcomer.hears("सहमत")
    assert "Do you agree" not in notice.text
    await world.newcomer.taps("join_agree")
    await world.newcomer.hears("नाम")
    await world.newcomer.types("फ़रीदा बानो")
    await world.newcomer.hears("फ़रीदा बानो")
    await world.newcomer.sends_photo(caption="45 M chest cough urgent")
    await world.newcomer.hears("मिल गया")
    await world.newcomer.sees_pictures(1, "देख लें, फिर भेजें")


async def test_who_does_not_agree_is_kept_nothing_of(world: World) -> None:
    link = await invitation_for(world.sunita, "role.referrer", "PHC Rampur")
    await world.newcomer.opens_link(link.code)
    await world.newcomer.hears("join.language")
    await world.newcomer.taps("English")
    await world.newcomer.hears("join.notice")
    await world.newcomer.taps("join_no")
    await world.newcomer.hears("join.declined")


async def test_a_stranger_hears_one_sentence_an_hour(world: World) -> None:
    await world.newcomer.types("hello")
    await world.newcomer.hears("stranger.only")
    await world.newcomer.sends_photo(caption="my chest, please help")
    await world.newcomer.hears_nothing(timedelta(minutes=30))


async def test_what_can_not_be_relayed_gets_a_sentence(world: World) -> None:
    phone = world.lakshmi.phone
    phone.send_location(28.8, 79.0)
    await world.settle()
    await world.lakshmi.hears("common.unsupported")
    phone.send_sticker(b"RIFF\x00\x00\x00\x00WEBP")
    await world.settle()
    await world.lakshmi.hears("common.unsupported")
    phone.send_text(COUGH, forwarded=True)
    await world.settle()
    await world.lakshmi.hears("common.unsupported")
    phone.send_file(File("contacts", "text/vcard", b"BEGIN:VCARD\nEND:VCARD"))
    await world.settle()
    await world.lakshmi.hears("common.unsupported")


async def test_a_dicom_file_gets_an_honest_sentence(world: World) -> None:
    await world.lakshmi.sends_document("dicom", caption="45 M CT chest cough 3 weeks urgent")
    await world.lakshmi.hears("refer.got_it_wait")
    await world.lakshmi.hears("refusal.type")


async def test_a_file_that_is_no_picture_is_answered_kindly(world: World) -> None:
    await world.lakshmi.sends_bytes(b"This is a text file.\n" * 9, name="note.txt", mime="text/plain")
    await world.lakshmi.hears("refer.got_it|refer.ask_study")
    await world.lakshmi.hears("refusal.type|refusal.not_an_image")


async def test_a_broken_pdf_is_answered_kindly(world: World) -> None:
    await world.lakshmi.sends_bytes(PDF, name="scan.pdf", mime="application/pdf")
    await world.lakshmi.hears("refer.got_it|refer.ask_study")
    await world.lakshmi.hears("refusal.type|refusal.not_an_image|refusal.damaged")


async def test_a_voice_note_before_the_picture_begins_a_case(world: World) -> None:
    await world.lakshmi.sends_voice()
    await world.lakshmi.hears("short.voice_received", "refer.send_picture")


async def test_several_photos_in_a_row_are_one_case(world: World) -> None:
    await world.lakshmi.sends_album("chest", "knee", "hand", caption=COUGH)
    await world.lakshmi.hears("refer.got_it_wait")
    await world.lakshmi.sees_pictures(1, "3 ")
    await world.lakshmi.taps("send")
    await world.lakshmi.hears("refer.sent")
    await world.rao.hears("card.from")
    await world.rao.sees_pictures(3)


async def test_with_a_choice_typed_as_its_number_and_buttons_she_sends_a_case(world: World) -> None:
    """A list of ten rows; who types the row's number chooses it too."""
    await world.lakshmi.sends_photo()
    study = await world.lakshmi.hears("refer.ask_study")
    assert len(study.buttons) == 10
    await world.seconds(20)
    await world.lakshmi.types("1")
    await world.lakshmi.hears("refer.ask_age")
    await world.lakshmi.types("40")
    await world.lakshmi.hears("refer.ask_sex")
    await world.lakshmi.taps("^पुरुष")
    await world.lakshmi.hears("refer.ask_danger")
    await world.lakshmi.taps_action("set", "routine")
    await world.lakshmi.sees_pictures(1, "refer.confirm")
    await world.lakshmi.taps("refer.send")
    await world.lakshmi.hears("refer.sent")
    await world.rao.reads_all()


async def test_a_button_of_another_chat_works_nowhere_else(world: World) -> None:
    await world.lakshmi.sends_photo(caption=COUGH)
    await world.lakshmi.reads_all()
    await world.newcomer.types("hello")
    await world.newcomer.hears("stranger.only")
    answer = await world.twilio.outside.post(
        world.twilio.inbound_url,
        (
            ("MessageSid", "SM" + "1" * 32),
            ("From", f"whatsapp:{world.newcomer.phone.spec.number}"),
            ("Body", "x"),
            ("ButtonPayload", world.lakshmi.button_data("cancel")),
        ),
        idempotency="1",
    )
    assert answer.status == 200
    await world.newcomer.hears_nothing(timedelta(minutes=1))


async def test_no_message_is_longer_than_whatsapp_takes(iyer_world: World) -> None:
    world = iyer_world
    await a_case_held(referrer=world.lakshmi, by=world.iyer)
    await world.iyer.taps("ph")
    await world.iyer.reads_all()
    for person in (world.lakshmi, world.iyer):
        for message in person.phone.received():
            limit = 1024 if message.buttons or message.media else 1600
            assert len(message.body) <= limit
            assert len(message.media) <= 1
            assert len(message.buttons) <= 10


async def test_the_bytes_to_her_phone_stay_small(world: World) -> None:
    before = world.lakshmi.phone.bytes_received
    await sends(world.lakshmi)
    await world.rao.reads_all()
    assert world.lakshmi.phone.bytes_received - before <= 30_720
    assert len(SAMPLES["chest"].data()) > 30_720


async def test_on_a_slow_network_the_case_still_arrives_whole(world: World) -> None:
    world.lakshmi.phone.set_network(slow=True)
    await world.lakshmi.sends_photo(caption=COUGH)
    await world.seconds(60)
    await world.lakshmi.hears("refer.got_it_wait")
    await world.lakshmi.sees_pictures(1, "refer.confirm")
    await world.lakshmi.taps("send")
    sent = await world.lakshmi.hears("refer.sent")
    await is_paged(world.rao, sent.code)
