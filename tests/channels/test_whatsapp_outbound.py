import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.actions import ActionSigner
from bot.channels.base import WindowClosed
from bot.channels.plain import clean, is_visible
from bot.channels.whatsapp.contents import (
    LIST_ITEMS,
    MOST_LINES,
    NEUTRAL,
    QUICK_REPLIES,
    Contents,
    list_name,
    quick_name,
    template_name,
)
from bot.channels.whatsapp.markup import harmless, marked_lines
from bot.channels.whatsapp.outbound import (
    Look,
    Payload,
    SendContent,
    SendMedia,
    SendText,
    render_message,
)
from bot.messages import Address, Choice, Drawing, Line, MediaRef, OutboundMessage, Text, Verbatim
from bot.numbering import numbered
from tests.channels.reading import reader

ASHA = Address("whatsapp:+15005550001")
SIGNER = ActionSigner(b"a key invented for tests")
LINES = range(1, MOST_LINES + 1)
FORMS = {
    (quick_name(number, lines), NEUTRAL): f"Q{number}/{lines}" for number in QUICK_REPLIES for lines in LINES
}
FORMS |= {
    (list_name(number, lines), NEUTRAL): f"L{number}/{lines}" for number in LIST_ITEMS for lines in LINES
}
TEMPLATES = {(template_name("case"), "en"): "T/en", (template_name("case"), "hi"): "T/hi"}
OPENER = Text("common.choose")
LOOK = Look(Contents(FORMS | TEMPLATES), SIGNER, OPENER)
BARE = replace(LOOK, contents=Contents())
MESSAGE = OutboundMessage(ASHA, "k", (Text("case.sent"),))
MAY_REPEAT = Text("common.may_repeat")
YES, NO = Choice(Text("yes"), "yes"), Choice(Text("no"), "no")


def render(message: OutboundMessage, *, look: Look = LOOK, repeat: Line | None = None) -> list[Payload]:
    parts = render_message(message, reader=reader(ASHA), look=look, repeat=repeat)
    payloads = [part.payload for part in parts]
    assert all(isinstance(payload, Payload) for payload in payloads)
    return payloads  # type: ignore[return-value]


def media(kind: str = "photo", number: int = 1) -> MediaRef:
    return MediaRef(f"blob{number}", kind, "image/jpeg", 40_000)  # type: ignore[arg-type]


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(Verbatim(label), f"a:{place}") for place, label in enumerate(labels))


def test_words_are_set_off_by_what_they_are_and_peoples_signs_set_off_nothing() -> None:
    body = (Text("a.title", strong=True), Verbatim("*5* ~x~ `y`\n> z _w_"), Verbatim("see a_b", quoted=True))
    assert render(replace(MESSAGE, body=body)) == [
        SendText(ASHA, "*[a.title]*\n∗5∗ ∼x∼ ‘y‘\n› z ＿w＿\n> see a_b")
    ]


def test_controls_that_reorder_text_are_taken_from_people_not_from_catalogues() -> None:
    (sent,) = render(replace(MESSAGE, body=(Verbatim("a\u202e\u2066b"), Text("y\u2068z\u2069"))))
    assert sent == SendText(ASHA, "ab\n[y\u2068z\u2069]")


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("offered", [(), (YES,)])
def test_the_longest_parts_have_room_for_the_longest_mark(quoted: bool, offered: tuple[Choice, ...]) -> None:  # noqa: FBT001
    for size in (815, 820, 824, 830, 1395, 1400, 1405, 1590, 1600, 3200):
        message = replace(MESSAGE, body=(Verbatim("x" * size, quoted=quoted),), choices=offered)
        first, again = render(message), render(message, repeat=Verbatim("m" * 300))
        assert [type(payload) for payload in first] == [type(payload) for payload in again]
        for payload in again:
            _check(payload)


def test_signs_that_set_a_line_off_count_towards_its_length() -> None:
    rows = marked_lines(Verbatim("x" * 250, quoted=True), reader(ASHA), 100)
    assert [len(row) for row in rows] == [100, 100, 56]


def test_what_a_variable_may_not_hold_is_taken_out() -> None:
    (sent,) = render(replace(MESSAGE, body=(Verbatim("a" + " " * 9 + "b\u2028c\x85d"),), choices=(YES,)))
    assert isinstance(sent, SendContent)
    assert sent.variables[0] == "a    b cd"


def test_a_repeat_says_so_first() -> None:
    assert render(MESSAGE, repeat=MAY_REPEAT) == [SendText(ASHA, "[common.may_repeat]\n[case.sent]")]


def test_three_short_choices_are_buttons_below_the_text() -> None:
    body = (Text("a"), Verbatim(""), Text("b", strong=True))
    (sent,) = render(replace(MESSAGE, body=body, choices=(*choices("Later"), YES, NO)))
    assert isinstance(sent, SendContent)
    assert (sent.content_sid, sent.variables[:3]) == ("Q3/2", ("[a]", "*[b]*", "Later"))
    assert [SIGNER.verify(ASHA, payload) for payload in sent.variables[3::2]] == ["a:0", "yes", "no"]


@pytest.mark.parametrize("count", [4, 10])
def test_more_choices_are_a_list_behind_a_button(count: int) -> None:
    labels = [f"Choice number {number}" for number in range(count)]
    (sent,) = render(replace(MESSAGE, choices=choices(*labels)))
    assert isinstance(sent, SendContent)
    assert (sent.content_sid, sent.variables[:3]) == (
        f"L{count}/1",
        ("[case.sent]", "[common.choose]", labels[0]),
    )
    assert len(sent.variables) == 2 + 2 * count


def test_titles_too_long_for_a_button_but_not_for_a_list_become_a_list() -> None:
    (sent,) = render(replace(MESSAGE, choices=choices("x" * 24, "y")))
    assert isinstance(sent, SendContent)
    assert sent.content_sid == "L2/1"


def test_titles_too_long_for_either_are_listed_in_the_text() -> None:
    (sent,) = render(replace(MESSAGE, choices=choices("Send the report to the referrer now", "No")))
    assert isinstance(sent, SendContent)
    assert sent.variables[:3] == ("[case.sent]", "1. Send the report to the referrer now", "2. No")
    assert sent.variables[3::2] == ("1. Send the report…", "2. No")


def test_a_list_in_the_text_is_not_torn_apart() -> None:
    labels = [f"{number} is a title too long for a list" for number in range(MOST_LINES)]
    text, buttons = render(replace(MESSAGE, choices=choices(*labels)))
    assert isinstance(text, SendText)
    assert text.body.count("\n") == MOST_LINES
    assert isinstance(buttons, SendContent)
    assert buttons.variables[0] == "👇"


def test_choices_that_are_numbers_stand_without_another_number() -> None:
    ages = tuple(Choice(Verbatim(f"{age} years"), f"age {age}", row=0, number=age) for age in (1, 5, 20))
    (sent,) = render(replace(MESSAGE, choices=(*ages, *choices("Not known"))), look=BARE)
    assert sent == SendText(ASHA, "[case.sent]\n1 years · 5 years · 20 years\n4. Not known")


@given(st.lists(st.integers(1, 3), min_size=1, max_size=14))
def test_the_number_shown_is_the_number_that_is_read(rows: list[int]) -> None:
    offered = tuple(Choice(Verbatim(f"c{place}"), f"a{place}", row=row) for place, row in enumerate(rows))
    (sent,) = render(replace(MESSAGE, choices=offered), look=BARE)
    assert isinstance(sent, SendText)
    shown = [f"{number}. c{choice.action[1:]}" for number, choice in numbered(offered)]
    assert sent.body.split("\n")[1:] == shown


def test_titles_that_are_alike_are_numbered() -> None:
    (sent,) = render(replace(MESSAGE, choices=choices("No", "No")))
    assert isinstance(sent, SendContent)
    assert sent.variables == (
        "[case.sent]", "1. No", "2. No",
        "1. No", SIGNER.sign(ASHA, "a:0"), "2. No", SIGNER.sign(ASHA, "a:1"),
    )  # fmt: skip


@pytest.mark.parametrize(("look", "count"), [(BARE, 2), (BARE, 7), (LOOK, 11)])
def test_without_a_content_for_it_choices_are_numbers_to_type(look: Look, count: int) -> None:
    labels = [f"choice {number}" for number in range(count)]
    (sent,) = render(replace(MESSAGE, choices=choices(*labels)), look=look)
    numbered = "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))
    assert sent == SendText(ASHA, f"[case.sent]\n{numbered}")


def test_text_with_more_lines_than_a_content_takes_stays_whole_above_its_buttons() -> None:
    body = tuple(Verbatim(f"line {number}") for number in range(MOST_LINES + 1))
    text, buttons = render(replace(MESSAGE, body=body, choices=(YES,)))
    assert text == SendText(ASHA, "\n".join(line.words for line in body))
    assert isinstance(buttons, SendContent)
    assert buttons.variables[0] == "👇"


def test_buttons_alone_still_have_something_to_hang_on() -> None:
    (sent,) = render(replace(MESSAGE, body=(), choices=(YES,)))
    assert isinstance(sent, SendContent)
    assert is_visible(sent.variables[0])


@pytest.mark.parametrize("kind", ["photo", "video"])
def test_the_last_picture_carries_the_text(kind: str) -> None:
    files = (media(kind, 1), media(kind, 2))
    assert render(replace(MESSAGE, media=files)) == [
        SendMedia(ASHA, "blob/blob1"),
        SendMedia(ASHA, "blob/blob2", "[case.sent]"),
    ]


@pytest.mark.parametrize("kind", ["document", "voice"])
def test_what_shows_no_caption_has_its_text_apart(kind: str) -> None:
    assert render(replace(MESSAGE, media=(media(kind),))) == [
        SendMedia(ASHA, "blob/blob1"),
        SendText(ASHA, "[case.sent]"),
    ]


def test_buttons_come_behind_the_pictures() -> None:
    picture, buttons = render(replace(MESSAGE, media=(media(),), choices=(YES,)))
    assert picture == SendMedia(ASHA, "blob/blob1")
    assert isinstance(buttons, SendContent)


def test_a_text_too_long_for_a_caption_follows() -> None:
    sent = render(replace(MESSAGE, body=(Verbatim("word " * 200),), media=(media(),)))
    assert [type(payload) for payload in sent] == [SendMedia, SendText]


def test_a_drawing_is_a_picture_that_the_vendor_fetches_by_the_messages_key() -> None:
    (sent,) = render(replace(MESSAGE, drawing=Drawing("contact_sheet", ("blob1",))))
    assert sent == SendMedia(ASHA, f"drawing/{MESSAGE.key}", "[case.sent]")


def test_a_document_is_fetched_with_its_name() -> None:
    file = replace(media("document"), name="report.pdf")
    assert render(replace(MESSAGE, media=(file,)))[0] == SendMedia(ASHA, "blob/blob1/report.pdf")


def test_an_edit_is_not_for_this_channel() -> None:
    assert render(replace(MESSAGE, edit_only=True)) == []


@pytest.mark.parametrize("line", [Verbatim("\u200b "), Verbatim(" ", quoted=True)])
def test_a_message_of_nothing_says_nothing(line: Line) -> None:
    assert render(replace(MESSAGE, body=(line,))) == []


ANNOUNCED = OutboundMessage(
    ASHA, "k", (), (Choice(Text("open"), "open"),), reference="A7K\n2P", opener="case", is_template=True
)


@pytest.mark.parametrize(("language", "sid"), [("hi", "T/hi"), ("mr", "T/en")])
def test_a_template_carries_the_reference_and_a_signed_button(language: str, sid: str) -> None:
    reader_ = replace(reader(ASHA), language=language)
    (part,) = render_message(ANNOUNCED, reader=reader_, look=LOOK, repeat=None)
    assert part.payload == SendContent(ASHA, sid, ("A7K 2P", SIGNER.sign(ASHA, "open")))


def test_a_template_about_no_case_still_has_its_variable_filled() -> None:
    (sent,) = render(replace(ANNOUNCED, reference=None))
    assert isinstance(sent, SendContent)
    assert sent.variables[0] == "ScanRelay"


def test_a_repeated_template_is_marked_in_its_variable() -> None:
    (sent,) = render(ANNOUNCED, repeat=MAY_REPEAT)
    assert isinstance(sent, SendContent)
    assert sent.variables[0] == "[common.may_repeat] · A7K 2P"


def test_a_template_that_the_account_lacks_is_told() -> None:
    with pytest.raises(WindowClosed):
        render(replace(ANNOUNCED, opener="answer"))


PEOPLES_WORDS = st.text(st.characters(codec="utf-8"), max_size=40) | st.text(
    "*_~`>\n \t\u202e\u2028 a1", max_size=40
)
LONG = st.builds(lambda words, times: words * times, PEOPLES_WORDS, st.sampled_from([1, 40, 120]))
BODIES = st.lists(st.builds(Verbatim, LONG, st.booleans()), max_size=5).map(tuple)
LABELS = st.lists(PEOPLES_WORDS, max_size=12).map(lambda labels: choices(*labels))
FILES = st.lists(st.sampled_from(["photo", "voice", "document", "video"]), max_size=3).map(
    lambda kinds: tuple(media(kind) for kind in kinds)
)
LOOKS = st.sampled_from([LOOK, BARE, replace(LOOK, contents=Contents({(quick_name(2, 1), NEUTRAL): "Q2/1"}))])


def _form(sid: str) -> tuple[int, int]:
    """How many choices and lines a form of these tests takes."""
    choices_, lines = sid[1:].split("/")
    return int(choices_), int(lines)


def _check(payload: Payload) -> None:
    match payload:
        case SendText(body=body):
            assert is_visible(body)
            assert len(body) <= 1600
        case SendMedia(body=body):
            assert len(body) <= 1024
        case SendContent():
            _check_content(payload)


def _check_content(sent: SendContent) -> None:
    number, lines = _form(sent.content_sid)
    is_list = sent.content_sid.startswith("L")
    titles = sent.variables[lines + is_list :: 2]
    assert len(sent.variables) == lines + is_list + 2 * number
    assert len("\n".join(sent.variables[:lines])) <= 1024
    assert all(is_visible(title) and len(title) <= (24 if is_list else 20) for title in titles)
    assert len(set(titles)) == number
    assert all(
        value.strip() and not set(value) & set("\n\r\t") and " " * 5 not in value for value in sent.variables
    )
    assert json.loads(json.dumps(sent.variables)) == list(sent.variables)


@settings(deadline=None)
@given(BODIES, LABELS, FILES, LOOKS, st.booleans())
def test_any_message_stays_within_the_limits_and_a_repeat_has_the_same_parts(
    body: tuple[Verbatim, ...],
    offered: tuple[Choice, ...],
    files: tuple[MediaRef, ...],
    look: Look,
    drawn: bool,  # noqa: FBT001
) -> None:
    drawing = Drawing("contact_sheet") if drawn else None
    message = replace(MESSAGE, body=body, choices=offered, media=files, drawing=drawing)
    first, again = render(message, look=look), render(message, look=look, repeat=MAY_REPEAT)
    for payload in (*first, *again):
        _check(payload)
    assert [type(payload) for payload in first] == [type(payload) for payload in again]
    assert all(_shown(payload).startswith("[common.may_repeat]") for payload in again)


def _shown(payload: Payload) -> str:
    if isinstance(payload, SendContent):
        return "\n".join(payload.variables[: _form(payload.content_sid)[1]])
    return payload.body


@settings(deadline=None)
@given(BODIES, FILES, LOOKS, st.sampled_from([(), (YES, NO)]))
def test_any_words_come_back_whole(
    body: tuple[Verbatim, ...], files: tuple[MediaRef, ...], look: Look, offered: tuple[Choice, ...]
) -> None:
    sent = render(replace(MESSAGE, body=body, media=files, choices=offered), look=look)
    shown = "\n".join(map(_shown, sent)).removesuffix("1. [yes]\n2. [no]")
    whole = "".join(clean(harmless(line.words)) for line in body)
    assert _signs(shown, drop=">👇") == (_signs(whole, drop=">👇") if is_visible(shown) else "")


def _signs(text: str, *, drop: str) -> str:
    return "".join(sign for sign in text if is_visible(sign) and sign not in drop)
