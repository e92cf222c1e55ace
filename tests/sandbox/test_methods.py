"""Every method of the sandbox, called by a real python-telegram-bot over HTTP."""

import io

import pytest
from aiohttp import ClientSession
from PIL import Image
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.sandbox.conftest import World

ASHA, STRANGER = 1001, 9001


def jpeg(width: int = 640, height: int = 480) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(out, "JPEG")
    return out.getvalue()


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Agree", callback_data=data)]])


async def test_html_becomes_text_and_entities(world: World) -> None:
    sent = await world.bot.send_message(ASHA, "<b>Case 7K&amp;</b> <i>नमस्ते</i>", parse_mode="HTML")

    assert sent.text == "Case 7K& नमस्ते"
    assert [(one.type, one.offset, one.length) for one in sent.entities] == [("bold", 0, 8), ("italic", 9, 6)]
    assert world.vendor.phone("asha").received()[0].text == sent.text


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<x>a</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a < b", "Unclosed start tag at byte offset 2"),
    ],
)
async def test_malformed_html_is_refused_as_telegram_does(world: World, text: str, refusal: str) -> None:
    with pytest.raises(BadRequest, match=r"[Cc]an't parse entities") as caught:
        await world.bot.send_message(ASHA, text, parse_mode="HTML")
    assert refusal.lower() in str(caught.value).lower()


async def test_texts_have_the_real_limits(world: World) -> None:
    await world.bot.send_message(ASHA, "a" * 4096)
    with pytest.raises(BadRequest, match="essage is too long"):
        await world.bot.send_message(ASHA, "a" * 4097)
    with pytest.raises(BadRequest, match="essage text is empty"):
        await world.bot.send_message(ASHA, " ")
    with pytest.raises(BadRequest, match="essage caption is too long"):
        await world.bot.send_photo(ASHA, jpeg(), caption="a" * 1025)
    with pytest.raises(BadRequest, match=r"[Bb]utton_data_invalid"):
        await world.bot.send_message(ASHA, "a", reply_markup=keyboard("ह" * 22))


async def test_a_photo_comes_in_sizes_and_goes_again_by_its_id(world: World) -> None:
    data = jpeg()
    sent = await world.bot.send_photo(ASHA, data, caption="chest")
    again = await world.bot.send_photo(ASHA, sent.photo[-1].file_id)

    assert [size.width for size in again.photo] == [90, 320, 640]
    file = await world.bot.get_file(again.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == data


async def test_a_large_photo_says_its_own_size(world: World) -> None:
    sent = await world.bot.send_photo(ASHA, jpeg(3_000, 2_000))
    assert [size.width for size in sent.photo] == [90, 320, 800, 3_000]


async def test_photos_have_the_real_limits(world: World) -> None:
    for data, refusal in (
        (b"not a picture", "mage_process_failed"),
        (jpeg(2100, 100), "hoto_invalid_dimensions"),
        (jpeg() + b"\0" * 10_500_000, "too big for a photo"),
    ):
        with pytest.raises(BadRequest, match=refusal):
            await world.bot.send_photo(ASHA, data)


async def test_documents_voices_and_videos_keep_name_and_type(world: World) -> None:
    document = await world.bot.send_document(ASHA, b"DICM", filename="स्कैन 1.dcm")
    voice = await world.bot.send_voice(ASHA, b"OggS", duration=4)
    video = await world.bot.send_video(ASHA, b"mp4", filename="clip.mp4")
    audio = await world.bot.send_audio(ASHA, b"mp3", filename="a.mp3")

    assert document.document
    assert document.document.file_name == "स्कैन 1.dcm"
    assert voice.to_dict()["voice"]["duration"] == 4
    assert video.video
    assert video.video.mime_type == "video/mp4"
    assert audio.audio
    assert audio.audio.file_size == 3


async def test_an_album_is_of_one_kind_and_of_two_to_ten(world: World) -> None:
    photos = [InputMediaPhoto(jpeg(), caption="two views"), InputMediaPhoto(jpeg())]
    sent = await world.bot.send_media_group(ASHA, photos)
    assert sent[0].media_group_id == sent[1].media_group_id
    assert sent[0].caption == "two views"

    mixed: list[InputMediaPhoto | InputMediaDocument] = [
        photos[0],
        InputMediaDocument(b"x", filename="x.txt"),
    ]
    for wrong in (photos[:1], mixed, photos * 6):
        with pytest.raises(BadRequest):
            await world.bot.send_media_group(ASHA, wrong)


async def test_edits_change_the_phone_and_refuse_no_change(world: World) -> None:
    text = await world.bot.send_message(ASHA, "waiting", reply_markup=keyboard("a"))
    photo = await world.bot.send_photo(ASHA, jpeg(), caption="one")
    await world.bot.edit_message_text("done", ASHA, text.message_id)
    await world.bot.edit_message_caption(ASHA, photo.message_id, caption="two")
    await world.bot.edit_message_media(
        InputMediaPhoto(jpeg(300, 300), caption="three"), ASHA, photo.message_id
    )
    await world.bot.edit_message_reply_markup(ASHA, photo.message_id, reply_markup=keyboard("b"))

    shown = world.vendor.phone("asha").received()
    assert [one.text for one in shown] == ["done", "three"]
    assert shown[0].keyboard is None
    assert shown[1].keyboard
    with pytest.raises(BadRequest, match="essage is not modified"):
        await world.bot.edit_message_text("done", ASHA, text.message_id)


async def test_a_deleted_message_is_gone(world: World) -> None:
    sent = await world.bot.send_message(ASHA, "draft")
    await world.bot.delete_message(ASHA, sent.message_id)

    assert world.vendor.phone("asha").received() == []
    with pytest.raises(BadRequest, match="essage to delete not found"):
        await world.bot.delete_message(ASHA, sent.message_id)


async def test_replies_copies_and_reactions(world: World) -> None:
    sent = await world.bot.send_message(ASHA, "first")
    reply = await world.bot.send_message(ASHA, "second", reply_parameters=ReplyParameters(sent.message_id))
    copy = await world.bot.copy_message(ASHA, ASHA, sent.message_id)
    await world.bot.set_message_reaction(ASHA, sent.message_id, "👍")

    assert reply.reply_to_message
    assert reply.reply_to_message.message_id == sent.message_id
    assert copy.message_id > reply.message_id
    assert world.vendor.phone("asha").received()[0].reaction == "👍"
    with pytest.raises(BadRequest, match="essage to be replied not found"):
        await world.bot.send_message(ASHA, "x", reply_parameters=ReplyParameters(999))
    lenient = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await world.bot.send_message(ASHA, "x", reply_parameters=lenient)).reply_to_message is None


async def test_a_file_over_twenty_megabytes_is_not_given_out(world: World) -> None:
    entry = world.vendor.phone("asha").send_document(b"\0" * 20_971_521, name="big.dcm")
    assert entry.message.media
    with pytest.raises(BadRequest, match=r"[Ff]ile is too big"):
        await world.bot.get_file(entry.message.media.best.file_id)


async def test_who_may_be_written_to(world: World) -> None:
    world.vendor.phone("asha").block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await world.bot.send_message(ASHA, "hello")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await world.bot.send_message(STRANGER, "hello")
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await world.bot.send_message(42, "hello")


async def test_about_the_bot_itself(world: World) -> None:
    me = await world.bot.get_me()
    await world.bot.set_my_commands([BotCommand("help", "Help")])
    await world.bot.set_my_description("Relays scans")
    await world.bot.set_my_short_description("Relay")
    await world.bot.set_my_name("ScanRelay")
    await world.bot.send_chat_action(ASHA, "typing")

    assert me.is_bot
    assert (await world.bot.get_my_commands())[0].command == "help"
    assert (await world.bot.get_my_description()).description == "Relays scans"
    assert (await world.bot.get_chat(ASHA)).first_name == "Asha Devi"


async def test_a_wrong_token_and_an_unknown_method_are_refused(world: World) -> None:
    with pytest.raises(InvalidToken, match=r"[Nn]ot [Ff]ound"):
        await world.bot.send_dice(ASHA)
    async with ClientSession() as client, client.get(f"{world.url}/bot1:wrong/getMe") as answer:
        assert answer.status == 401


async def test_a_sixth_message_at_once_has_to_wait_a_second(world: World) -> None:
    for number in range(5):
        await world.bot.send_message(ASHA, str(number))
    async with ClientSession() as client:
        form = {"chat_id": ASHA, "text": "5"}
        async with client.post(f"{world.url}/bot{world.vendor.token}/sendMessage", json=form) as answer:
            refused = await answer.json()
    assert refused["description"] == "Too Many Requests: retry after 1"
    assert refused["parameters"] == {"retry_after": 1}
    await world.deliver(after=1)
    await world.bot.send_message(ASHA, "5")


async def test_every_update_is_one_that_the_library_reads(world: World) -> None:
    asha = world.vendor.phone("asha")
    sent = await world.bot.send_message(ASHA, "Agree?", reply_markup=keyboard("yes"))
    asha.start("CODE1")
    asha.send_album([jpeg(), jpeg()], caption="two")
    asha.send_document(b"x", name="a.dcm")
    asha.send_voice(b"OggS")
    asha.send_video(b"mp4")
    asha.send_sticker(b"webp")
    asha.send_location(28.8, 79.0)
    asha.send_contact("+910000000000", "Invented")
    asha.edit(asha.send_text("hello", reply_to=sent.message_id).message.message_id, "hello!")
    asha.tap(sent.message_id, "Agree")
    asha.block()

    updates = await world.bot.get_updates(timeout=0)
    assert all(one.effective_user for one in updates)
    kinds = {name for one in updates for name in one.to_dict() if name != "update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert [one.message.caption for one in updates if one.message and one.message.media_group_id] == [
        "two",
        None,
    ]
