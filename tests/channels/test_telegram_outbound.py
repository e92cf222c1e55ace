from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.actions import ActionSigner
from bot.channels.base import Edit, Part
from bot.channels.plain import clean, is_visible, units
from bot.channels.telegram.html import CAPTION_LIMIT, TEXT_LIMIT
from bot.channels.telegram.outbound import (
    DRAWING,
    EditText,
    SendAlbum,
    SendMedia,
    SendText,
    render_message,
)
from bot.messages import Choice, Drawing, Joined, Line, MediaRef, OutboundMessage, Text, Verbatim
from tests.channels.reading import ASHA, reader
from tests.spec import without_tags

SIGNER = ActionSigner(b"a key invented for tests")
MESSAGE = OutboundMessage(ASHA, "k", (Text("case.sent"),))
MAY_REPEAT = Text("common.may_repeat")
YES, NO = Choice(Text("common.yes"), "yes"), Choice(Text("common.no"), "no")


def render(message: OutboundMessage, *, edit: Edit | None = None, repeat: Line | None = None) -> list[object]:
    parts = render_message(message, reader=reader(), signer=SIGNER, edit=edit, repeat=repeat)
    return [part.payload for part in parts]


def photo(number: int = 1) -> MediaRef:
    return MediaRef(f"blob{number}", "photo", "image/jpeg", 40_000)


def texts(payloads: list[object]) -> list[str]:
    return [payload.html for payload in payloads if isinstance(payload, SendText)]


def test_words_are_escaped_once_and_set_off_by_what_they_are() -> None:
    body = (Text("a.title", strong=True), Verbatim("<b> & \u202egnorw"), Verbatim("5 < 6", quoted=True))
    (sent,) = render(replace(MESSAGE, body=body))
    html = "<b>[a.title]</b>\n&lt;b&gt; &amp; gnorw\n<blockquote>5 &lt; 6</blockquote>"
    assert sent == SendText(1001, html)


def test_controls_that_reorder_text_are_taken_from_people_not_from_catalogues() -> None:
    people = Verbatim("a\u202e\u2066b")
    body = (people, Joined((people, Text("x", {"who": people}), "c\u2069")), Text("y\u2068z\u2069"))
    (sent,) = render(replace(MESSAGE, body=body))
    assert isinstance(sent, SendText)
    assert sent.html == "ab\nab, [x], c\n[y\u2068z\u2069]"


def test_choices_become_rows_of_signed_buttons() -> None:
    later = Choice(Verbatim("later\non"), "later", row=1)
    (sent,) = render(replace(MESSAGE, choices=(later, YES, NO)))
    assert isinstance(sent, SendText)
    assert [[button.text for button in row] for row in sent.keyboard] == [
        ["[common.yes]", "[common.no]"],
        ["later on"],
    ]
    assert SIGNER.verify(ASHA, sent.keyboard[1][0].data) == "later"


def test_one_photo_carries_its_text_as_a_caption() -> None:
    (sent,) = render(replace(MESSAGE, media=(photo(),), choices=(YES,), quotes="12"))
    assert isinstance(sent, SendMedia)
    assert (sent.file, sent.html, sent.reply_to, len(sent.keyboard)) == (photo(), "[case.sent]", 12, 1)


def test_a_text_too_long_for_a_caption_follows_its_photo_with_the_buttons() -> None:
    picture, text = render(
        replace(MESSAGE, body=(Verbatim("word " * 300),), media=(photo(),), choices=(YES,))
    )
    assert isinstance(picture, SendMedia)
    assert isinstance(text, SendText)
    assert (picture.html, picture.keyboard) == ("", ())
    assert len(text.keyboard) == 1


@pytest.mark.parametrize(("count", "sizes"), [(2, [2]), (10, [10]), (11, [10, 1]), (21, [10, 10, 1])])
def test_photos_come_as_albums_and_the_text_after_them(count: int, sizes: list[int]) -> None:
    media = tuple(photo(number) for number in range(count))
    *albums, text = render(replace(MESSAGE, media=media, quotes="12"))
    assert [len(album.files) if isinstance(album, SendAlbum) else 1 for album in albums] == sizes
    assert text == SendText(1001, "[case.sent]")
    assert isinstance(albums[0], SendAlbum)
    assert albums[0].reply_to == 12


def test_kinds_that_do_not_mix_travel_apart() -> None:
    document = MediaRef("d", "document", "application/dicom", 9, "study.dcm")
    voice = MediaRef("v", "voice", "audio/ogg", 9)
    media = (voice, document, photo(1), photo(2), document)
    assert [type(payload).__name__ for payload in render(replace(MESSAGE, media=media))] == [
        "SendAlbum",
        "SendAlbum",
        "SendMedia",
        "SendText",
    ]


def test_a_drawing_is_a_photo_whose_bytes_come_at_send_time() -> None:
    message = replace(MESSAGE, drawing=Drawing("contact_sheet", ("blob1",)))
    (part,) = render_message(message, reader=reader(), signer=SIGNER, edit=None, repeat=None)
    assert isinstance(part.payload, SendMedia)
    assert [blob.blob_id for blob in part.blobs] == [part.payload.file.blob_id] == [DRAWING]


def test_a_part_names_the_blobs_it_needs() -> None:
    message = replace(MESSAGE, media=(photo(1), photo(2)))
    album, text = render_message(message, reader=reader(), signer=SIGNER, edit=None, repeat=None)
    assert (album.blobs, text.blobs) == ((photo(1), photo(2)), ())


def test_an_edit_replaces_text_and_takes_the_old_buttons_away() -> None:
    (sent,) = render(MESSAGE, edit=Edit("31", has_media=False))
    assert sent == EditText(1001, 31, "[case.sent]", afresh=SendText(1001, "[case.sent]"))


def test_an_edit_of_a_message_with_media_replaces_its_caption() -> None:
    (sent,) = render(replace(MESSAGE, choices=(YES,), edit_only=True), edit=Edit("31", has_media=True))
    assert isinstance(sent, EditText)
    assert (sent.is_caption, sent.afresh, len(sent.keyboard)) == (True, None, 1)


def test_an_edit_that_brings_a_picture_is_a_new_message() -> None:
    (sent,) = render(replace(MESSAGE, media=(photo(),)), edit=Edit("31", has_media=False))
    assert isinstance(sent, SendMedia)


def test_an_edit_only_message_with_nothing_to_edit_says_nothing() -> None:
    assert render(replace(MESSAGE, edit_only=True)) == []


def test_an_edit_too_long_for_the_old_message_comes_as_new_ones() -> None:
    message = replace(MESSAGE, body=(Verbatim("word " * 1500),))
    assert len(texts(render(message, edit=Edit("31", has_media=False)))) == 2


def test_buttons_alone_still_have_something_to_hang_on() -> None:
    (sent,) = render(replace(MESSAGE, body=(), choices=(YES,)))
    assert isinstance(sent, SendText)
    assert is_visible(sent.html)


@pytest.mark.parametrize("media", [(), (photo(),), (photo(1), photo(2))])
def test_a_repeat_says_so_first_on_every_part_and_has_the_same_parts(media: tuple[MediaRef, ...]) -> None:
    message = replace(MESSAGE, body=(Verbatim("word " * 2300),), media=media, choices=(YES,))
    first, again = render(message), render(message, repeat=MAY_REPEAT)
    assert len(first) == len(again)
    assert all(payload.html.startswith("[common.may_repeat]") for payload in again)  # type: ignore[attr-defined]


def _html(part: Part) -> str:
    assert isinstance(part.payload, SendText | SendMedia | SendAlbum | EditText)
    return part.payload.html


PEOPLES_WORDS = st.text(st.characters(codec="utf-8"), max_size=40) | st.text(
    "<>&\n \u202e\u2066b/", max_size=40
)
LONG = st.builds(lambda words, times: words * times, PEOPLES_WORDS, st.sampled_from([1, 40, 300]))
LINES = st.lists(st.builds(Verbatim, LONG, st.booleans()), max_size=5).map(tuple)


@given(LINES, st.integers(0, 2), st.sampled_from([None, MAY_REPEAT]))
def test_any_words_come_back_whole_and_within_the_limits(
    body: tuple[Verbatim, ...], pictures: int, mark: Line | None
) -> None:
    message = replace(MESSAGE, body=body, media=tuple(photo(number) for number in range(pictures)))
    parts = render_message(message, reader=reader(), signer=SIGNER, edit=None, repeat=mark)
    shown = [without_tags(_html(part)) for part in parts]
    limits = [TEXT_LIMIT if isinstance(part.payload, SendText) else CAPTION_LIMIT for part in parts]
    assert all(units(text) <= limit for text, limit in zip(shown, limits, strict=True))
    words = "".join(text.removeprefix("[common.may_repeat]") if mark else text for text in shown)
    whole = clean("\n".join(line.words for line in body))
    assert _signs(words) == (_signs(whole) if is_visible(words) else "")


def _signs(text: str) -> str:
    """What can be seen: pages of nothing but blanks and format characters are left out."""
    return "".join(sign for sign in text if is_visible(sign))
