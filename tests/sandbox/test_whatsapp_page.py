"""WhatsApp phones on the page, in a real browser: lists, the window, calls and SMS."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.sandbox.both import LAKSHMI, LAKSHMI_NUMBER, LIST, QUICK, Both, both_vendors, living

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LONG = 30_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: nobody looked at the WhatsApp phones"),
]


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    async with both_vendors() as made, living(made):
        yield made


@pytest.fixture
async def page(both: Both) -> AsyncIterator[Page]:
    """The page; the test fails if anything on it went wrong."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1500, "height": 900})
        page.set_default_timeout(LONG)
        expect.set_options(timeout=LONG)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(both.account.url)
        yield page
        await browser.close()
        assert errors == []


def lakshmi(page: Page) -> Locator:
    return page.locator("#phone-lakshmi")


async def writes_on_the_page(page: Page, text: str) -> None:
    await lakshmi(page).get_by_role("textbox").fill(text)
    await lakshmi(page).get_by_role("textbox").press("Enter")
    await expect(lakshmi(page).get_by_label("delivered", exact=True)).to_be_visible()


async def test_a_quick_reply_is_tapped_and_an_item_of_a_list_chosen_by_keyboard(
    both: Both, page: Page
) -> None:
    await writes_on_the_page(page, "hello")
    await both.offers(QUICK, "*Send* it?", "भेजें", "send|1", "रुकें", "wait|1")
    await expect(lakshmi(page).locator(".text strong")).to_have_text("Send")
    await lakshmi(page).get_by_role("button", name="भेजें", exact=True).click()
    await expect(lakshmi(page).locator(".message.sent").last).to_contain_text("भेजें")
    await both.offers(LIST, "What is it?", "Choose", "Chest", "part chest", "Wrist", "part wrist")
    await lakshmi(page).get_by_role("button", name="☰ Choose").press("Enter")
    await expect(lakshmi(page).get_by_role("button", name="Chest")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(lakshmi(page).get_by_role("dialog")).to_be_hidden()
    await expect(lakshmi(page).locator(".message.sent").last).to_contain_text("Wrist")
    await expect(lakshmi(page).get_by_label("delivered", exact=True)).to_have_count(3)
    said = [one.get("ButtonPayload") or one.get("ListId") for one in both.account.bot.forms("/message")]
    assert said == [None, "send|1", "part wrist"]


async def test_the_window_is_shown_and_closed_by_hand(both: Both, page: Page) -> None:
    window = lakshmi(page).locator(".window")
    await expect(window).to_contain_text("Window closed")
    await writes_on_the_page(page, "hello")
    await expect(window).to_contain_text("Window open, 23 h")
    await window.get_by_role("button", name="Pretend 24 hours passed").click()
    await expect(window).to_contain_text("Window closed")
    assert not both.account.vendor.windows.is_open(LAKSHMI_NUMBER, both.account.vendor.now())


async def test_a_call_rings_is_answered_by_mouse_and_its_key_pressed(both: Both, page: Page) -> None:
    both.account.bot.answers["/voice"] = "<Response><Say>Thank you.</Say><Hangup/></Response>"
    await both.rings()
    await expect(page.locator("#chip-lakshmi")).to_contain_text("☎")
    await lakshmi(page).get_by_role("button", name="Answer").click()
    await expect(lakshmi(page)).to_contain_text("Case 4K7M. Press 1 to accept.")
    await expect(lakshmi(page)).to_contain_text("It listens for a key.")
    await page.keyboard.press("1")
    await expect(lakshmi(page).get_by_label("Call", exact=True)).to_contain_text("Thank you.")
    assert both.account.bot.forms("/voice")[0]["Digits"] == "1"


async def test_a_declined_call_and_an_sms_are_in_the_small_list(both: Both, page: Page) -> None:
    await both.account.say("Case A7K2P waits", to=LAKSHMI_NUMBER)
    await expect(lakshmi(page).locator("summary")).to_contain_text("SMS: Case A7K2P waits")
    both.account.clock.advance(timedelta(minutes=1))
    await both.rings()
    await lakshmi(page).get_by_role("button", name="Decline").click()
    await expect(lakshmi(page).locator("summary")).to_contain_text("Declined call")
    await lakshmi(page).locator("summary").click()
    await expect(lakshmi(page).locator(".history li")).to_have_count(2)


async def test_the_bot_is_told_when_a_message_is_read_and_the_phone_shows_it(both: Both, page: Page) -> None:
    await writes_on_the_page(page, "hello")
    sid = await both.account.say("Got it", to=LAKSHMI)
    await expect(lakshmi(page).get_by_label("the bot was told: delivered")).to_be_visible()
    await lakshmi(page).get_by_text("Got it").click()
    await expect(lakshmi(page).get_by_label("the bot was told: read")).to_be_visible()
    assert both.account.vendor.store.find(sid) is not None


async def test_chips_choose_the_phones_and_are_remembered(page: Page) -> None:
    second = page.locator("#phone-rao_wa")
    await expect(second).to_be_hidden()
    await page.locator("#chip-rao_wa").click()
    await expect(second).to_be_visible()
    await page.locator("#chip-asha").click()
    await expect(page.locator("#phone-asha")).to_be_hidden()
    await page.reload()
    await expect(second).to_be_visible()
    await expect(page.locator("#phone-asha")).to_be_hidden()
