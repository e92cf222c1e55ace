"""Everything that can be wrong with an installation is found and said in a sentence that helps."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import doctor, vendor_checks
from bot.channels.telegram import setup
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.twilio.account import OwnNumber
from bot.channels.whatsapp.sender import Sender, find_sender, set_webhooks, webhooks_at
from bot.channels.whatsapp.setup import (
    APPROVED,
    CHANGED,
    NOT_OFFERED,
    ContentState,
    TemplateText,
    TemplateTexts,
    connected,
    forms,
    provide,
    templates,
)
from bot.clock import ManualClock, SystemClock
from bot.control import ControlServer
from bot.findings import Finding, Grade, Patient, TwilioAccount
from bot.sandbox.app import build_vendor
from bot.sandbox.twilio.app import build_app as build_twilio
from bot.sandbox.twilio.signing import Fields
from bot.sandbox.twilio.vendor import TwilioVendor
from bot.sandbox.vendor import DEFAULT_TOKEN
from tests.channels.test_telegram_sandbox import serving
from tests.channels.twilio_api import SPEC
from tests.serving import serving_app
from tests.twilio_spec import call_of

HOOK = "http://127.0.0.1:9/telegram/webhook"
NOBODY = "http://127.0.0.1:9"
PUBLIC = "https://relay.example.org"
WORDS: TemplateTexts = {"case": {"en": TemplateText("CASE {{1}} waits for you.", "Open case")}}


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(
        database_url=f"sqlite:///{tmp_path}/scanrelay.db",
        data_dir=tmp_path / "not" / "there" / "yet",
        control=tmp_path / "control.sock",
        key_file=tmp_path / "master.key",
        telegram=None,
        webhook_url=None,
        clock=SystemClock(),
        names={"en": "English"},
    )


def is_problem(finding: Finding, *words: str) -> bool:
    """A problem is one sentence, and it says what to do in these words."""
    assert finding.grade is Grade.PROBLEM, finding
    assert finding.sentence.endswith(".")
    assert [word for word in words if word not in finding.sentence] == [], finding.sentence
    return True


def with_table(patient: Patient) -> None:
    """A database file that has something in it."""
    with closing(sqlite3.connect(patient.database_url.removeprefix("sqlite:///"))) as database:
        database.execute("create table t (x)")


async def test_nothing_is_wrong_with_a_fresh_installation(patient: Patient) -> None:
    findings = await doctor.examine(patient)
    assert len(findings) == len(doctor.CHECKS)
    assert [finding for finding in findings if finding.grade is Grade.PROBLEM] == []


async def test_a_check_that_breaks_is_a_problem_by_itself(patient: Patient) -> None:
    broken = replace(patient, database_url=f"sqlite:///{patient.data_dir.parents[2]}")
    findings = {finding.check: finding for finding in await doctor.examine(broken)}
    assert findings["database"].grade is Grade.PROBLEM


# --- this machine


async def test_a_key_that_is_gone_is_a_problem_where_something_is_sealed_with_it(patient: Patient) -> None:
    assert (await doctor.check_key(patient)).grade is Grade.OK
    with_table(patient)
    assert is_problem(
        await doctor.check_key(patient), "master.key is missing", "bring it back from your copy"
    )


@pytest.mark.parametrize(
    ("mode", "text", "words"), [(0o644, "00" * 32, "run `chmod 600"), (0o600, "short", "is damaged")]
)
async def test_a_key_that_others_may_read_or_that_is_none(
    patient: Patient, mode: int, text: str, words: str
) -> None:
    assert patient.key_file is not None
    patient.key_file.write_text(text)
    patient.key_file.chmod(mode)
    assert is_problem(await doctor.check_key(patient), words)


async def test_a_key_of_its_owner_alone_is_in_order(patient: Patient) -> None:
    assert patient.key_file is not None
    patient.key_file.write_text("00" * 32)
    patient.key_file.chmod(0o600)
    assert (await doctor.check_key(patient)).grade is Grade.OK
    assert (await doctor.check_key(replace(patient, key_file=None))).grade is Grade.OK


async def test_a_database_without_its_migrations(patient: Patient) -> None:
    with_table(patient)
    assert is_problem(await doctor.check_database(patient), "lacks migrations", "`scanrelay migrate`")


async def test_a_database_server_that_is_not_there(patient: Patient) -> None:
    away = replace(patient, database_url="postgresql://nobody@127.0.0.1:9/none")
    assert is_problem(await doctor.check_database(away), "SCANRELAY_DATABASE_URL")


def test_an_sqlite_with_the_wal_bug_is_told() -> None:
    assert doctor.sqlite_finding((3, 51, 2)).grade is Grade.WARNING
    assert doctor.sqlite_finding((3, 51, 3)).grade is Grade.OK


def test_a_disk_that_is_nearly_full() -> None:
    assert is_problem(doctor.disk_finding(doctor.LEAST_FREE - 1), "499 MB are free", "SCANRELAY_DATA_DIR")
    assert doctor.disk_finding(doctor.LEAST_FREE).grade is Grade.OK


async def test_a_file_where_the_data_folder_should_be(patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert is_problem(await doctor.check_disk(replace(patient, data_dir=tmp_path / "data")), "is a file")


async def test_the_fonts_are_those_that_pictures_are_drawn_with(patient: Patient) -> None:
    assert (await doctor.check_fonts(patient)).grade is Grade.OK
    finding = await doctor.check_fonts(replace(patient, names={"en": "English", "xx": "\U0001f3e5"}))
    assert (finding.grade, "not in xx" in finding.sentence) == (Grade.WARNING, True)


# --- the clock


async def test_a_clock_in_the_past_is_a_problem(patient: Patient, clock: ManualClock) -> None:
    past = ManualClock(clock.now().replace(year=1970))
    assert is_problem(await vendor_checks.check_clock(replace(patient, clock=past)), "set it (NTP)")


@pytest.mark.parametrize(
    ("seconds", "words"), [(40, "40 seconds ahead of the vendors'"), (-40, "seconds behind")]
)
async def test_a_clock_that_is_not_the_vendors(patient: Patient, seconds: int, words: str) -> None:
    off = ManualClock(SystemClock().now() + timedelta(seconds=seconds))
    async with answering("ok") as url:
        found = await vendor_checks.check_clock(replace(patient, clock=off, vendor_urls=(url,)))
    assert is_problem(found, words.removeprefix("40 "))


async def test_a_right_clock_says_whether_it_was_compared(patient: Patient) -> None:
    async with answering("ok") as url:
        compared = await vendor_checks.check_clock(replace(patient, vendor_urls=(url,)))
    alone = await vendor_checks.check_clock(replace(patient, vendor_urls=(NOBODY,)))
    assert (compared.grade, alone.grade) == (Grade.OK, Grade.OK)
    assert ["nobody" in one.sentence for one in (compared, alone)] == [False, True]


# --- the public address


@asynccontextmanager
async def answering(text: str, status: int = 200) -> AsyncIterator[str]:
    """Something that answers every path so."""

    async def answer(_: object) -> PlainTextResponse:
        return PlainTextResponse(text, status)

    async with serving_app(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        yield url


async def test_a_public_address_without_encryption(patient: Patient) -> None:
    plain = replace(patient, public_url="http://relay.example.org")
    assert is_problem(await vendor_checks.check_public_address(plain), "https://", "SCANRELAY_PUBLIC_URL")


async def test_a_public_address_that_does_not_answer(patient: Patient) -> None:
    away = replace(patient, public_url=NOBODY)
    assert is_problem(await vendor_checks.check_public_address(away), "does not answer", "the proxy")


async def test_a_public_address_that_speaks_no_tls(patient: Patient) -> None:
    async with answering("ok") as url:
        broken = replace(patient, public_url=url.replace("http:", "https:"))
        assert is_problem(await vendor_checks.check_public_address(broken))


async def test_a_public_address_that_leads_elsewhere(patient: Patient) -> None:
    async with answering("somebody else", 404) as url:
        elsewhere = replace(patient, public_url=url)
        assert (await vendor_checks.check_public_address(elsewhere)).grade is Grade.WARNING
        assert patient.control is not None
        control = ControlServer(patient.control, nothing)
        await control.start()
        assert is_problem(await vendor_checks.check_public_address(elsewhere), "SCANRELAY_PORT")
        await control.stop()


async def nothing(_name: str, _arguments: object) -> object:
    return {}


async def test_a_public_address_that_leads_here(patient: Patient) -> None:
    async with answering("ok\n") as url:
        assert (await vendor_checks.check_public_address(replace(patient, public_url=url))).grade is Grade.OK


# --- Telegram


@pytest.fixture
async def connected_patient(patient: Patient) -> AsyncIterator[Patient]:
    async with serving(build_vendor(SystemClock())) as url:
        channel = TelegramChannel(DEFAULT_TOKEN, api_url=url, key=b"k" * 16)
        yield replace(patient, telegram=channel, webhook_url=HOOK)


async def test_a_webhook_that_is_elsewhere_is_a_problem_until_it_is_set(connected_patient: Patient) -> None:
    found = await vendor_checks.check_telegram(connected_patient)
    assert is_problem(found, "`scanrelay setup telegram`")
    assert connected_patient.telegram is not None
    await connected_patient.telegram.start()
    await setup.set_webhook(connected_patient.telegram.bot, url=HOOK, secret="s")
    await connected_patient.telegram.stop()
    assert (await vendor_checks.check_telegram(connected_patient)).grade is Grade.OK


async def test_a_telegram_that_does_not_answer(patient: Patient) -> None:
    away = replace(patient, telegram=TelegramChannel(DEFAULT_TOKEN, api_url=NOBODY, key=b"k" * 16))
    assert is_problem(await vendor_checks.check_telegram(away), "check the token and the network")


# --- Twilio


class Hospital:
    """A patient with a Twilio account on loopback."""

    def __init__(self, vendor: TwilioVendor, url: str, patient: Patient) -> None:
        self.vendor = vendor
        number = vendor.number
        self.account = TwilioAccount(
            vendor.account, vendor.token, url, WORDS, whatsapp=number, voice=number, sms=number
        )
        self.patient = replace(patient, public_url=PUBLIC, twilio=self.account)

    async def set_up(self) -> None:
        account = self.account
        async with connected(account.sid, account.token, api_url=account.api_url) as client:
            await provide(client, (*forms(), *templates(WORDS)))
            sender = await find_sender(client, account.whatsapp)
            assert sender is not None
            await set_webhooks(client, sender, webhooks_at(PUBLIC))


@pytest.fixture
async def hospital(patient: Patient) -> AsyncIterator[Hospital]:
    """The test fails if a request was against the vendor's documents."""
    vendor = TwilioVendor(clock=SystemClock())
    problems: list[str] = []

    def heard(method: str, path: str, query: Fields, form: Fields) -> None:
        if SPEC is not None:
            problems.extend(SPEC.problems(call_of(method, path, query, form)))

    vendor.on_request = heard
    async with serving_app(build_twilio(vendor)) as url:
        yield Hospital(vendor, url, patient)
    assert problems == []


async def test_an_account_that_was_never_set_up(hospital: Hospital) -> None:
    for check, words in (
        (vendor_checks.check_whatsapp, "brought elsewhere"),
        (vendor_checks.check_contents, "108 of 108 forms are missing"),
        (vendor_checks.check_templates, "scanrelay_case in en is missing"),
    ):
        assert is_problem(await check(hospital.patient), words, "`scanrelay setup whatsapp`")


async def test_an_account_that_was_set_up_is_in_order(hospital: Hospital) -> None:
    await hospital.set_up()
    for check in (
        vendor_checks.check_twilio,
        vendor_checks.check_numbers,
        vendor_checks.check_whatsapp,
        vendor_checks.check_contents,
        vendor_checks.check_templates,
    ):
        assert (await check(hospital.patient)).grade is Grade.OK


async def test_templates_that_wait_for_approval(hospital: Hospital) -> None:
    hospital.vendor.contents.delay = timedelta(hours=1)
    await hospital.set_up()
    finding = await vendor_checks.check_templates(hospital.patient)
    assert (finding.grade, "scanrelay_case in en is pending" in finding.sentence) == (Grade.WARNING, True)


async def test_templates_that_were_rejected(hospital: Hospital) -> None:
    hospital.vendor.contents.rejections["scanrelay_case_en"] = "TAG_CONTENT_MISMATCH"
    await hospital.set_up()
    found = await vendor_checks.check_templates(hospital.patient)
    assert is_problem(found, "scanrelay_case in en is rejected (TAG_CONTENT_MISMATCH)")


def test_a_template_whose_earlier_words_are_sent_is_no_problem() -> None:
    changed = ContentState("scanrelay_case_v2", "en", "", CHANGED, meanwhile="scanrelay_case")
    assert vendor_checks.templates_finding([changed]).grade is Grade.WARNING
    assert is_problem(vendor_checks.templates_finding([replace(changed, meanwhile="")]), "other words")
    others = [ContentState("a", "or", "", NOT_OFFERED), ContentState("a", "en", "HX1", APPROVED)]
    assert vendor_checks.templates_finding(others).sentence == "all approved, in en"


async def test_wrong_credentials_are_said_without_them(hospital: Hospital) -> None:
    wrong = replace(hospital.account, token="not-the-token")
    finding = await vendor_checks.check_twilio(replace(hospital.patient, twilio=wrong))
    assert is_problem(finding, "SCANRELAY_TWILIO_AUTH_TOKEN")
    assert "not-the-token" not in repr(finding) + repr(wrong)


async def test_a_twilio_that_does_not_answer(hospital: Hospital) -> None:
    away = replace(hospital.patient, twilio=replace(hospital.account, api_url=NOBODY))
    assert is_problem(await vendor_checks.check_twilio(away), "check the network")
    for check in (
        vendor_checks.check_numbers,
        vendor_checks.check_whatsapp,
        vendor_checks.check_contents,
        vendor_checks.check_templates,
    ):
        assert (await check(away)).grade is Grade.WARNING


async def test_a_number_for_calls_that_is_not_ours(hospital: Hospital) -> None:
    other = replace(hospital.account, voice="+14155238886")
    found = await vendor_checks.check_numbers(replace(hospital.patient, twilio=other))
    assert is_problem(found, "SCANRELAY_TWILIO_VOICE_FROM is not a number of this account")
    assert "SMS" not in found.sentence


def test_a_number_that_can_not_do_what_it_is_for(hospital: Hospital) -> None:
    lent = OwnNumber(voice=True, sms=False, is_verified_only=True)
    found = vendor_checks.numbers_finding(hospital.account, lent, lent)
    assert is_problem(found, "SCANRELAY_TWILIO_SMS_FROM is not able to send SMS")
    assert "VOICE" not in found.sentence


async def test_a_number_that_the_api_does_not_list(hospital: Hospital) -> None:
    other = replace(hospital.account, whatsapp="+14155238886")
    finding = await vendor_checks.check_whatsapp(replace(hospital.patient, twilio=other))
    assert (finding.grade, f"{PUBLIC}/twilio/message" in finding.sentence) == (Grade.WARNING, True)


def test_a_number_that_is_down_or_told_too_little() -> None:
    wanted = webhooks_at(PUBLIC)
    assert is_problem(vendor_checks.sender_finding(Sender("XE1", "OFFLINE", wanted), wanted), "OFFLINE")
    seldom = replace(wanted, message=f"{PUBLIC}/twilio/message")
    found = vendor_checks.sender_finding(Sender("XE1", "ONLINE", seldom), wanted)
    assert found.grade is Grade.WARNING
    updating = Sender("XE1", "ONLINE:UPDATING", wanted)
    assert vendor_checks.sender_finding(updating, wanted).grade is Grade.OK
