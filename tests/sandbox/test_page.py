"""The page in a real browser: it loads without an error, a phone sends and taps."""

import shutil

import pytest
from playwright.async_api import async_playwright

from tests.sandbox.conftest import World
from tests.sandbox.test_methods import ASHA, keyboard

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: the sandbox page was not looked at"
)
async def test_a_person_sends_a_sample_and_taps_a_button_on_the_page(world: World) -> None:
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(world.url)
        asha = page.locator("#phone-asha")
        await asha.get_by_label("Pictures, files and voice").click()
        await asha.get_by_role("button", name="Wrist X-ray").click()
        await asha.locator(".message.sent .picture").wait_for()
        await world.bot.send_message(ASHA, "<b>x</b> <script>", reply_markup=keyboard("yes"))
        await asha.get_by_role("button", name="Agree", exact=True).click()
        await asha.get_by_text("<b>x</b> <script>").wait_for()
        await page.wait_for_function("() => true")
        await browser.close()

    assert errors == []
    assert [one.kind for one in world.vendor.updates.pending] == ["message", "callback_query"]
