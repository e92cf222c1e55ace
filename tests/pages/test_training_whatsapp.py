"""Training on WhatsApp, in the browser: a window that has closed, and a telephone that rings."""

from playwright.async_api import Browser, expect

from tests.pages.test_training import CAPTION, WORDS, answers, opened, phone, taps
from tests.world_texts import forms_of


async def test_an_answer_waits_behind_a_template_when_the_window_has_closed(
    training: str, browser: Browser
) -> None:
    page, errors = await opened(browser, training)
    lakshmi = phone(page, "lakshmi")
    await page.request.post("/phones/lakshmi/send", data={"sample": "chest", "caption": CAPTION})
    await taps(lakshmi, forms_of("refer.send", "hi")[0])
    await expect(lakshmi).to_contain_text(forms_of("refer.sent", "hi")[0].partition("%")[0].strip())
    await lakshmi.get_by_role("button", name="Pretend 24 hours passed").click()
    await answers(page, "rao")
    await taps(lakshmi, forms_of("whatsapp.open", "hi")[0])
    await expect(lakshmi).to_contain_text(WORDS)
    await expect(lakshmi.locator(".window")).to_contain_text("Window open, 23 h")
    assert errors == []


async def test_an_emergency_rings_and_is_taken_by_a_key(training: str, browser: Browser) -> None:
    page, errors = await opened(browser, training)
    case = {"sample": "chest", "caption": "45 M chest cough 3 weeks emergency"}
    await page.request.post("/phones/meena/send", data=case)
    await taps(phone(page, "meena"), forms_of("refer.send", "en")[0])
    second = phone(page, "rao_wa")
    await second.get_by_role("button", name="Answer").click()
    await expect(second).to_contain_text("It listens for a key.")
    await page.keyboard.press("1")
    await expect(phone(page, "rao")).to_contain_text("You have it.")
    await second.locator("summary").click()
    await expect(second.locator(".history li")).to_have_count(2)
    assert errors == []
