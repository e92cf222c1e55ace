import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qs

import pytest

from bot.channels.base import (
    Channel,
    FetchFailed,
    FileTooBig,
    NotSent,
    OutcomeUnknown,
    Part,
    Rejected,
    Sent,
    Throttled,
    Unreachable,
    WindowClosed,
)
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.contents import NEUTRAL, Contents, quick_name, template_name
from bot.messages import (
    Address,
    Attachment,
    Choice,
    ChoiceTapped,
    DeliveryReported,
    Drawing,
    MediaRef,
    MessageReceived,
    OutboundMessage,
    Text,
    Verbatim,
)
from tests.channels.reading import reader
from tests.channels.test_twilio_signature import body, signed
from tests.channels.twilio_api import ACCOUNT, SENDER, TOKEN, TwilioApi, refusal, sid
from tests.twilio_spec import Call

ASHA = Address("whatsapp:+15005550001")
PUBLIC = "https://relay.example"
MESSAGE = OutboundMessage(ASHA, "k", (Text("case.sent", strong=True),))
PHOTO = MediaRef("a", "photo", "image/jpeg", 5)
FILES: dict[str, bytes] = {}
FORM, TEMPLATE = sid("HX", 1), sid("HX", 2)
CONTENTS = Contents({(quick_name(1, 1), NEUTRAL): FORM, (template_name("case"), "en"): TEMPLATE})
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    """A Twilio on loopback; the test fails if a request was against the specification."""
    api = TwilioApi()
    await api.server.start_server()
    yield api
    await api.server.close()
    assert api.problems == []


async def nothing(_ids: Sequence[str]) -> frozenset[str]:
    return frozenset()


def media_url(subject: str) -> str:
    return f"{PUBLIC}/media/to-{subject}"


def made(api: TwilioApi, contents: Contents | None = CONTENTS) -> WhatsAppChannel:
    return WhatsAppChannel(
        ACCOUNT,
        TOKEN,
        sender=SENDER.removeprefix("whatsapp:"),
        api_url=api.url,
        public_url=f"{PUBLIC}/",
        media_url=media_url,
        contents=contents,
        list_label=Text("common.choose"),
        key=b"a key invented for tests",
    )


@pytest.fixture
async def channel(api: TwilioApi) -> AsyncIterator[WhatsAppChannel]:
    channel = made(api)
    await channel.start()
    yield channel
    await channel.stop()


async def send(channel: Channel, message: OutboundMessage) -> list[Sent]:
    parts = channel.render(message, reader=reader(message.to))
    return [await channel.send(part, FILES) for part in parts]


async def test_a_text_is_exactly_this_request(channel: WhatsAppChannel, api: TwilioApi) -> None:
    assert await send(channel, replace(MESSAGE, quotes="SM9")) == [Sent((sid("SM", 1),))]
    assert api.forms() == [
        {
            "To": ASHA,
            "From": SENDER,
            "StatusCallback": f"{PUBLIC}/twilio/status",
            "Body": "*[case.sent]*",
        }
    ]


async def test_a_picture_goes_out_as_an_address(channel: WhatsAppChannel, api: TwilioApi) -> None:
    await send(channel, replace(MESSAGE, media=(PHOTO,)))
    (form,) = api.forms()
    assert (form["MediaUrl"], form["Body"]) == (f"{PUBLIC}/media/to-blob/a", "*[case.sent]*")


async def test_a_drawing_is_fetched_by_the_key_of_its_message(
    channel: WhatsAppChannel, api: TwilioApi
) -> None:
    await send(channel, replace(MESSAGE, body=(), drawing=Drawing("contact_sheet", ("a",))))
    (form,) = api.forms()
    assert form["MediaUrl"] == f"{PUBLIC}/media/to-drawing/{MESSAGE.key}"
    assert "Body" not in form


async def test_a_button_that_was_sent_brings_its_action_back(
    channel: WhatsAppChannel, api: TwilioApi
) -> None:
    await send(channel, replace(MESSAGE, body=(Verbatim('a "b"'),), choices=(Choice(Text("yes"), "yes:1"),)))
    (form,) = api.forms()
    variables = json.loads(form["ContentVariables"])
    assert (form["ContentSid"], variables["1"], variables["2"]) == (FORM, 'a "b"', "[yes]")
    tapped = {
        "MessageSid": "SM5",
        "From": ASHA,
        "To": SENDER,
        "Body": "[yes]",
        "ButtonPayload": variables["3"],
    }
    event = channel.parse(body(tapped))
    assert isinstance(event, ChoiceTapped)
    assert (event.address, event.action) == (ASHA, "yes:1")


async def test_after_a_day_of_silence_a_template_knocks(channel: WhatsAppChannel, api: TwilioApi) -> None:
    opener = OutboundMessage(
        ASHA, "k", (), (Choice(Text("open"), "open"),), reference="A7K2P", opener="case", is_template=True
    )
    await send(channel, opener)
    (form,) = api.forms()
    assert form["ContentSid"] == TEMPLATE
    assert json.loads(form["ContentVariables"])["1"] == "A7K2P"
    assert "Body" not in form


def test_what_the_account_has_is_not_known_before_it_has_told(api: TwilioApi) -> None:
    template = OutboundMessage(
        ASHA, "k", (), (Choice(Text("open"), "open"),), reference="A7K2P", opener="case", is_template=True
    )
    channel = made(api, contents=None)
    with pytest.raises(NotSent):
        channel.render(template, reader=reader(ASHA))
    channel.use(Contents())
    with pytest.raises(WindowClosed):
        channel.render(template, reader=reader(ASHA))
    channel.use(CONTENTS)
    assert len(channel.render(template, reader=reader(ASHA))) == 1


OUTCOMES: list[tuple[object, type[Exception]]] = [
    (refusal(400, 63016), WindowClosed),
    (refusal(429, 63018), Throttled),
    (refusal(400, 21610), Unreachable),
    (refusal(400, 21617), Rejected),
    (refusal(401, 20003), NotSent),
    ("reset", OutcomeUnknown),
]


@pytest.mark.parametrize(("answer", "error"), OUTCOMES)
async def test_every_failure_is_one_of_the_closed_set(
    channel: WhatsAppChannel, api: TwilioApi, answer: object, error: type[Exception]
) -> None:
    api.answers["Messages.json"].append(answer)  # type: ignore[arg-type]
    with pytest.raises(error):
        await send(channel, MESSAGE)
    assert len(api.calls) == 1


async def test_a_message_that_failed_at_once_is_not_taken_for_sent(
    channel: WhatsAppChannel, api: TwilioApi
) -> None:
    api.pages[MESSAGES] = lambda call: {"sid": sid("SM", 1), "status": "failed", "error_code": 63024}
    with pytest.raises(Unreachable):
        await send(channel, MESSAGE)


async def test_a_request_of_another_channel_is_a_defect_told_at_once(channel: WhatsAppChannel) -> None:
    with pytest.raises(Rejected):
        await channel.send(Part("hello"), {})


async def test_who_signed_a_form_is_asked_of_the_public_address(channel: WhatsAppChannel) -> None:
    form = {"MessageSid": "SM1", "Body": ""}
    signature = signed(f"{PUBLIC}/twilio/message", form, TOKEN)
    assert channel.is_genuine("/twilio/message", body(form), signature)
    assert not channel.is_genuine("/twilio/status", body(form), signature)


def _listed(number: int, direction: str = "inbound", **fields: object) -> dict[str, object]:
    sent = {"body": "hello", "from": ASHA, "to": SENDER, "num_media": "0", "api_version": "2010-04-01"}
    date = f"Tue, 24 Nov 2026 05:3{number}:00 +0000"
    return sent | {"sid": sid("SM", number), "direction": direction, "date_sent": date} | fields


def _page(key: str, items: list[dict[str, object]], following: str | None = None) -> dict[str, object]:
    return {key: items, "next_page_uri": following, "page": 0, "page_size": 50}


def _media(number: int) -> dict[str, object]:
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid('SM', number)}/Media/{sid('ME', number)}"
    return {"sid": sid("ME", number), "content_type": "image/jpeg", "uri": f"{path}.json"}


def _media_list(number: int) -> str:
    return f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid('SM', number)}/Media.json"


async def test_what_a_restart_swallowed_is_looked_up(channel: WhatsAppChannel, api: TwilioApi) -> None:
    def messages(call: Call) -> object:
        if ("Page", "1") in call.query:
            return _page("messages", [_listed(1)])
        page = [_listed(3, num_media="1", body=""), _listed(2, "outbound-api")]
        return _page("messages", page, f"{MESSAGES}?Page=1&PageToken=PA1")

    api.pages[MESSAGES] = messages
    api.pages[_media_list(3)] = lambda call: _page("media_list", [_media(3)])
    first, picture = await channel.recent(datetime(2026, 11, 24, 5, tzinfo=UTC), known=nothing)
    assert dict(api.calls[0].query) == {"To": SENDER, "DateSent>": "2026-11-24T05:00:00Z"}
    assert channel.envelope(first).vendor_id == sid("SM", 1)
    message = channel.parse(picture)
    assert isinstance(message, MessageReceived)
    assert message.sent_at == datetime(2026, 11, 24, 5, 33, tzinfo=UTC)
    (attachment,) = message.attachments
    assert attachment.file_id == f"https://api.twilio.com{str(_media(3)['uri']).removesuffix('.json')}"
    assert parse_qs(picture.decode(), keep_blank_values=True)["Body"] == [""]


async def test_a_vendor_that_does_not_list_is_asked_again_later(
    channel: WhatsAppChannel, api: TwilioApi
) -> None:
    api.answers["Messages.json"].append(refusal(503, 20503))
    with pytest.raises(FetchFailed):
        await channel.recent(datetime(2026, 11, 24, tzinfo=UTC), known=nothing)


async def test_what_is_known_is_not_asked_for_again(channel: WhatsAppChannel, api: TwilioApi) -> None:
    api.pages[MESSAGES] = lambda call: _page("messages", [_listed(3, num_media="1"), _listed(2)])

    async def all_of_it(ids: Sequence[str]) -> frozenset[str]:
        return frozenset(ids)

    assert await channel.recent(datetime(2026, 11, 24, tzinfo=UTC), known=all_of_it) == []
    assert len(api.calls) == 1


@pytest.mark.parametrize("status", ["delivered", "undelivered", "failed"])
async def test_the_vendors_copies_of_what_was_sent_are_deleted_when_its_way_ends(
    channel: WhatsAppChannel, api: TwilioApi, status: Literal["delivered", "undelivered", "failed"]
) -> None:
    api.pages[_media_list(3)] = lambda call: _page("media_list", [_media(3)])
    await channel.settle(DeliveryReported(ASHA, sid("SM", 3), status))
    assert [(call.method, call.path) for call in api.calls][1:] == [("DELETE", _media(3)["uri"])]


async def test_what_is_on_its_way_is_left_alone(channel: WhatsAppChannel, api: TwilioApi) -> None:
    await channel.settle(DeliveryReported(ASHA, sid("SM", 3), "sent"))
    assert api.calls == []


async def test_the_vendors_copy_of_a_stored_file_is_deleted(channel: WhatsAppChannel, api: TwilioApi) -> None:
    url = f"{api.url}{str(_media(3)['uri']).removesuffix('.json')}"
    await channel.forget(Attachment("photo", url))
    assert [(call.method, call.path) for call in api.calls] == [("DELETE", _media(3)["uri"])]


async def test_copies_that_stay_are_no_trouble_for_anybody(channel: WhatsAppChannel, api: TwilioApi) -> None:
    api.answers["Media.json"].append(refusal(503, 20503))
    await channel.settle(DeliveryReported(ASHA, sid("SM", 3), "delivered"))
    await channel.forget(Attachment("photo", "https://elsewhere.example/file"))


async def test_a_file_said_to_be_too_big_is_not_asked_for(channel: WhatsAppChannel, api: TwilioApi) -> None:
    with pytest.raises(FileTooBig):
        await channel.fetch(Attachment("video", f"{api.url}/x", "video/mp4", 16_000_001))
    assert api.headers == []
