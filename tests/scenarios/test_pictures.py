"""What can be sent, and what is said of what can't."""

from tests.scenarios.steps import FULL
from tests.world import World

MEGABYTE = 1_000_000


async def test_a_text_file_is_refused_with_what_to_do_instead(world: World) -> None:
    await world.meena.sends_document("text")
    await world.meena.hears("refer.ask_study|refer.got_it")
    await world.meena.hears("refusal.not_an_image|refusal.type")


async def test_a_picture_sent_as_a_file_is_as_good_as_a_photo(world: World) -> None:
    await world.meena.sends_document("wrist", caption="boy 8 years left wrist xray fell routine")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "8 years, male", "wrist, left")


async def test_a_dicom_file_gets_an_honest_sentence(world: World) -> None:
    await world.meena.sends_document("dicom")
    await world.meena.hears("refer.got_it")
    await world.meena.hears("refusal.type|refusal.not_an_image")


async def test_a_file_of_more_than_20_mb_is_refused_before_it_is_fetched(world: World) -> None:
    await world.meena.sends_bytes(b"\xff\xd8" + bytes(21 * MEGABYTE), name="big.jpg", mime="image/jpeg")
    await world.meena.hears("refer.got_it")
    await world.meena.hears("refusal.too_large")
    assert not [one for one in world.requests if one == "getFile"]


async def test_one_bad_file_among_good_ones_stops_nobody(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.sends_document("text")
    await world.meena.hears("refer.got_it_wait")
    await world.meena.hears("refusal.not_an_image|refusal.type")
    await world.meena.sees_pictures(1, "1 picture", "45 years, male")


async def test_a_voice_note_goes_along_with_the_pictures(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.sends_voice()
    await world.meena.hears("refer.got_it_wait")
    await world.meena.hears("short.voice_received")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code, "card.from")
    await world.rao.sees_pictures(1, sent.code)
    voice = await world.rao.hears("card.voice")
    assert voice.media == "voice"


async def test_a_preview_is_small_and_its_original_is_not_sent(world: World) -> None:
    await world.meena.sends_document("film", caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm")
    assert summary.size < 60_000
