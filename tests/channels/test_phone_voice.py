"""Calls against the loopback Twilio: a phone that rings, is answered, and hands over a key."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest

from bot.channels.base import Channel, Malformed, NotSent, OutcomeUnknown, Part, Rejected, Unreachable
from bot.channels.phone.twiml import VOICES
from bot.channels.phone.voice import PlaceCall, VoiceChannel
from bot.clock import ManualClock
from bot.messages import Address, CallEnded, Choice, ChoiceTapped, Ignored, TapRefused, Text, Verbatim
from bot.sandbox.twilio.faults import Fault, FaultKind
from bot.sandbox.twilio.signing import signature
from bot.sandbox.twilio.twiml import Gather, HangUp, Say, parse
from tests.channels.phone_exchange import CASE, RAO, Exchange, exchange
from tests.channels.reading import reader

QUESTION = "A case waits. Press 1. Press 2."
GOODBYE = "[voice.goodbye]"
THANKS = "en: [voice.thanks]"


@pytest.fixture
async def calls(clock: ManualClock) -> AsyncIterator[Exchange]:
    async with exchange(clock) as made:
        yield made


def twiml(calls: Exchange, language: str = "en", **more: object) -> str:
    who = replace(reader(RAO), language=language)
    (part,) = calls.voice.render(CASE, reader=who, **more)  # type: ignore[arg-type]
    assert isinstance(part.payload, PlaceCall)
    return part.payload.twiml


def key_url(calls: Exchange) -> str:
    gather = parse(twiml(calls))[0]
    assert isinstance(gather, Gather)
    return gather.action


async def knock(calls: Exchange, url: str, *, signed: str = "", **fields: str) -> httpx.Response:
    """A request as Twilio makes it, signed for `signed` (else for where it goes)."""
    form = tuple(fields.items())
    header = {"X-Twilio-Signature": signature(calls.vendor.token, signed or url, form)}
    async with httpx.AsyncClient() as client:
        return await client.post(url, data=dict(form), headers=header)


def fields(**more: str) -> dict[str, str]:
    return {"CallSid": "CA1", "To": "+12025550111", "CallStatus": "in-progress"} | more


async def test_a_key_is_a_tap_on_the_choice_of_its_number(calls: Exchange) -> None:
    channel: Channel = calls.voice
    sent = await calls.pages()
    call = await calls.presses("1")
    (tap, end) = calls.events()
    assert isinstance(tap, ChoiceTapped)
    assert (channel.name, tap.address, tap.action) == ("voice", RAO, "ack K7F3X")
    assert (tap.message_id,) == sent.message_ids
    assert call.heard == [QUESTION, THANKS]
    assert end == CallEnded(RAO, call.sid)
    assert [one.envelope.vendor_id for one in calls.stored] == [f"{call.sid}:key", f"{call.sid}:completed"]
    assert {one.envelope.lane for one in calls.stored} == {RAO}


async def test_the_second_key_is_the_second_choice(calls: Exchange) -> None:
    await calls.pages()
    await calls.presses("2")
    tap = calls.events()[0]
    assert isinstance(tap, ChoiceTapped)
    assert tap.action == "dec K7F3X"


async def test_it_is_asked_twice_and_then_said_goodbye(calls: Exchange) -> None:
    await calls.pages()
    call = await calls.picks_up()
    await calls.passes(6)
    assert call.heard == [QUESTION, QUESTION]
    await calls.passes(6)
    assert call.heard == [QUESTION, QUESTION, GOODBYE]
    assert calls.events() == [CallEnded(RAO, call.sid)]


async def test_a_key_in_the_second_round_counts_too(calls: Exchange) -> None:
    await calls.pages()
    await calls.picks_up()
    await calls.passes(6)
    calls.rao.line.press("1")
    await calls.passes(0)
    assert isinstance(calls.events()[0], ChoiceTapped)


async def test_a_key_without_a_meaning_takes_nothing(calls: Exchange) -> None:
    await calls.pages()
    call = await calls.presses("7")
    assert calls.events() == [Ignored(RAO), CallEnded(RAO, call.sid)]


@pytest.mark.parametrize("how", ["no answer", "declined", "engaged", "no network", "no phone", "hung up"])
async def test_a_call_that_comes_to_nothing_is_told(calls: Exchange, how: str) -> None:
    message = CASE if how != "no phone" else replace(CASE, to=Address("voice:+12025550199"))
    if how == "engaged":
        calls.rao.line.engaged = True
    if how == "no network":
        calls.rao.set_network(airplane=True)
    (sid,) = (await calls.pages(message)).message_ids
    if how == "declined":
        calls.rao.line.decline()
    if how == "hung up":
        await calls.picks_up()
        calls.rao.line.hang_up()
    await calls.passes(25)
    assert calls.events() == [CallEnded(message.to, sid)]


async def test_a_call_that_may_be_the_second_says_so(calls: Exchange) -> None:
    await calls.pages(repeat=Text("common.may_repeat"))
    call = await calls.picks_up()
    assert call.heard == ["A case waits. [voice.may_repeat] Press 1. Press 2."]


# --- what is said


@pytest.mark.parametrize("language", sorted(VOICES))
def test_everything_is_said_by_a_voice_of_the_reader(calls: Exchange, language: str) -> None:
    root = ET.fromstring(twiml(calls, language))  # noqa: S314 - our own
    says = list(root.iter("Say"))
    assert {(one.get("language"), one.get("voice")) for one in says} == {VOICES[language]}
    assert VOICES[language][1].startswith(f"Google.{VOICES[language][0]}-")


def test_who_has_no_voice_of_her_own_is_spoken_to_in_english(calls: Exchange) -> None:
    said = parse(twiml(calls, "or"))
    assert isinstance(said[0], Gather)
    (first,) = [one for one in said[0].says if isinstance(one, Say)]
    assert (first.language, first.text) == ("en-IN", "en: A case waits. en: Press 1. en: Press 2.")
    assert said[-1] == Say("en: [voice.goodbye]", "en-IN")


def test_the_words_are_escaped_and_fit(calls: Exchange) -> None:
    message = replace(CASE, body=(Verbatim("ए <Hangup/> & १" * 30),), choices=CASE.choices * 4)
    (part,) = calls.voice.render(message, reader=reader(RAO))
    assert isinstance(part.payload, PlaceCall)
    (first, *_) = parse(part.payload.twiml)
    assert isinstance(first, Gather)
    assert "<Hangup/> &" in str(first.says)
    assert len(part.payload.twiml) <= 4000


def test_nobody_is_called_to_hear_what_no_key_answers(calls: Exchange) -> None:
    assert calls.voice.render(replace(CASE, choices=()), reader=reader(RAO)) == ()
    assert calls.voice.render(replace(CASE, edit_only=True), reader=reader(RAO)) == ()


async def test_what_is_said_after_a_key_does_not_claim_the_case(calls: Exchange) -> None:
    url = key_url(calls).replace("lang=en", "lang=hi")
    answer = await knock(calls, url, **fields(Digits="1"))
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert parse(answer.text) == (Say("hi: [voice.thanks]", "hi-IN"), HangUp())
    plain = await knock(calls, f"{calls.url}/twilio/voice", **fields(CallStatus="busy"))
    assert (plain.status_code, plain.text) == (200, "")


# --- who may knock


async def test_a_changed_query_is_refused(calls: Exchange) -> None:
    url = key_url(calls)
    answer = await knock(calls, url.replace("lang=en", "lang=hi"), signed=url, **fields(Digits="1"))
    assert (answer.status_code, answer.text, calls.stored) == (401, "", [])


async def test_a_changed_form_is_refused(calls: Exchange) -> None:
    url = key_url(calls)
    form = tuple(fields(Digits="2").items())
    header = {"X-Twilio-Signature": signature(calls.vendor.token, url, form)}
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, data=fields(Digits="1"), headers=header)
    assert (answer.status_code, calls.stored) == (401, [])


async def test_a_meaning_made_for_another_phone_is_refused_though_signed(calls: Exchange) -> None:
    await knock(calls, key_url(calls), **fields(Digits="1", To="+12025550112"))
    (event,) = calls.events()
    assert isinstance(event, TapRefused)


async def test_a_meaning_that_is_not_ours_is_refused(calls: Exchange) -> None:
    for meaning in ("YWNr", "%%%", "w7w"):
        url = f"{calls.url}/twilio/voice?{urlencode({'lang': 'en', '1': meaning})}"
        await knock(calls, url, **fields(CallSid=f"CA{meaning}", Digits="1"))
    assert {type(event) for event in calls.events()} == {TapRefused}


async def test_a_form_that_is_no_call_is_not_stored(calls: Exchange) -> None:
    assert (await knock(calls, f"{calls.url}/twilio/voice", To="+1")).status_code == 200
    assert calls.stored == []
    with pytest.raises(Malformed):
        calls.voice.envelope(b"/twilio/voice\n\xff")


def test_the_meanings_are_signs_that_nothing_on_the_way_changes(calls: Exchange) -> None:
    query = urlsplit(key_url(calls)).query
    assert {sign for sign in query if not sign.isalnum()} <= set("=&-_")
    assert [name for name, _ in parse_qsl(query)] == ["lang", "1", "2"]
    many = replace(CASE, choices=tuple(Choice(Verbatim("a"), f"v{n}") for n in range(12)))
    (part,) = calls.voice.render(many, reader=reader(RAO))
    assert "&amp;9=" in str(part.payload)
    assert "&amp;10=" not in str(part.payload)


async def test_a_key_that_could_not_be_stored_is_heard_as_an_error(clock: ManualClock) -> None:
    async def broken(_: object) -> None:
        raise OSError("disk full")

    async with exchange(clock, receive=broken) as calls:
        await calls.pages()
        call = await calls.presses("1")
    assert call.heard == [QUESTION, "An application error has occurred. Goodbye."]


# --- refusals


async def test_a_call_asks_for_its_end_alone(calls: Exchange) -> None:
    forms: list[dict[str, str]] = []
    calls.vendor.on_request = lambda _m, _p, _q, form: forms.append(dict(form))
    await calls.pages()
    (form,) = forms
    assert (form["To"], form["From"]) == ("+12025550111", calls.vendor.number)
    assert form["StatusCallback"] == f"{calls.url}/twilio/voice"
    assert (form["StatusCallbackEvent"], form["Timeout"]) == ("completed", "25")


async def test_no_number_is_out_of_reach_there(calls: Exchange) -> None:
    with pytest.raises(Unreachable):
        await calls.pages(replace(CASE, to=Address("voice:+12")))


@pytest.mark.parametrize("kind", [FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.ERROR_AFTER])
async def test_a_broken_answer_leaves_it_open_whether_it_rings(calls: Exchange, kind: FaultKind) -> None:
    calls.vendor.faults.add(Fault(kind, "calls.create"))
    with pytest.raises(OutcomeUnknown):
        await calls.pages()


async def test_a_wrong_token_waits_for_the_operator(calls: Exchange) -> None:
    other = VoiceChannel(
        calls.vendor.account,
        "another",
        sender=calls.vendor.number,
        api_url=calls.voice._http.hosts.real("https://api.twilio.com"),
        public_url=calls.url,
        words=lambda line, _: str(line),
        key=b"k" * 16,
    )
    await other.start()
    with pytest.raises(NotSent):
        await other.send(Part(PlaceCall("+12025550111", "<Response/>")), {})
    await other.stop()
    with pytest.raises(Rejected):
        await calls.voice.send(Part("something else"), {})
