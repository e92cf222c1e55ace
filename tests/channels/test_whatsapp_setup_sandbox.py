"""Contents and sender against the loopback Twilio, each request held against the vendor's own documents."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from twilio.rest import Client

from bot.channels.whatsapp.sender import Webhooks, find_sender, set_webhooks, webhooks_at
from bot.channels.whatsapp.setup import (
    APPROVED,
    NOT_NEEDED,
    TemplateText,
    connected,
    forms,
    look,
    provide,
    read_contents,
    templates,
)
from bot.clock import ManualClock
from bot.sandbox.twilio.app import build_app
from bot.sandbox.twilio.signing import Fields
from bot.sandbox.twilio.vendor import TwilioVendor
from tests.channels.twilio_api import SPEC
from tests.serving import serving_app
from tests.twilio_spec import Call, call_of

PUBLIC = "https://relay.example.org"
WORDS = TemplateText("CASE {{1}} waits for you.", "Open case")
OTHER_WORDS = TemplateText("NEW CASE: {{1}} waits for you.", "Open case")


@pytest.fixture
async def vendor(clock: ManualClock) -> AsyncIterator[TwilioVendor]:
    """The test fails if a request was against the vendor's documents."""
    vendor = TwilioVendor(clock=clock)
    calls: list[Call] = []

    def heard(method: str, path: str, query: Fields, form: Fields) -> None:
        calls.append(call_of(method, path, query, form))

    vendor.on_request = heard
    yield vendor
    assert calls
    if SPEC is not None:
        assert [problem for call in calls for problem in SPEC.problems(call)] == []


@pytest.fixture
async def client(vendor: TwilioVendor) -> AsyncIterator[Client]:
    async with (
        serving_app(build_app(vendor)) as url,
        connected(vendor.account, vendor.token, api_url=url) as client,
    ):
        yield client


async def test_all_that_an_account_needs_is_made_once(client: Client, vendor: TwilioVendor) -> None:
    wanted = (*forms(), *templates({"case": {"en": WORDS, "hi": WORDS}}))
    first = await provide(client, wanted)
    again = await provide(client, wanted)
    assert [one.made for one in first] == [True] * len(wanted)
    assert [one.made for one in again] == [False] * len(wanted)
    assert {one.approval for one in again} == {NOT_NEEDED, APPROVED}
    assert len(vendor.contents.listed()) == len(wanted)
    assert len((await read_contents(client)).sids) == len(wanted)


async def test_new_words_wait_for_approval_while_the_old_ones_are_sent(
    client: Client, vendor: TwilioVendor, clock: ManualClock
) -> None:
    (old,) = await provide(client, templates({"case": {"en": WORDS}}))
    vendor.contents.delay = timedelta(hours=2)
    (new,) = await provide(client, templates({"case": {"en": OTHER_WORDS}}))
    assert (new.name, new.meanwhile) == ("scanrelay_case_v2", "scanrelay_case")
    assert (await read_contents(client)).template("case", "en") == old.sid
    clock.advance(timedelta(hours=2))
    assert (await read_contents(client)).template("case", "en") == new.sid


async def test_whatsapp_says_why_it_rejects(client: Client, vendor: TwilioVendor) -> None:
    vendor.contents.rejections["scanrelay_case_en"] = "TAG_CONTENT_MISMATCH"
    wanted = templates({"case": {"en": WORDS}})
    await provide(client, wanted)
    (state,) = await look(client, wanted)
    assert (state.approval, state.reason, state.is_bad) == ("rejected", "TAG_CONTENT_MISMATCH", True)


async def test_the_sender_is_told_where_messages_go(client: Client, vendor: TwilioVendor) -> None:
    wanted = webhooks_at(PUBLIC)
    sender = await find_sender(client, vendor.number)
    assert sender is not None
    assert wanted.miss(sender.webhooks) == ("messages", "fallback", "statuses")
    await set_webhooks(client, sender, wanted)
    told = await find_sender(client, f"whatsapp:{vendor.number}")
    assert told is not None
    assert told.webhooks == wanted
    assert vendor.inbound_url == f"{PUBLIC}/twilio/message#rc=5&rp=all"


async def test_a_number_that_the_account_does_not_have_is_no_sender(client: Client) -> None:
    assert await find_sender(client, "+14155238886") is None


def test_how_often_it_is_tried_is_no_other_address() -> None:
    plain = Webhooks(*(f"{PUBLIC}/twilio/{what}" for what in ("message", "message", "status")))
    assert webhooks_at(PUBLIC).miss(plain) == ()
