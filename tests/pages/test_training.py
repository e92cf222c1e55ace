"""A scan is sent on one phone of the page and answered on another."""

from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from tests.world_texts import forms_of

CAPTION = "45 M chest cough 3 weeks urgent"
WORDS = "Cavity in the right upper zone."

expect.set_options(timeout=60_000)


async def opened(browser: Browser, url: str, *, width: int = 1600) -> tuple[Page, list[str]]:
    page = await browser.new_page(base_url=url, viewport={"width": width, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(url)
    return page, errors


def phone(page: Page, name: str) -> Locator:
    return page.locator(f"#phone-{name}")


async def taps(place: Locator, label: str) -> None:
    await place.locator(".keyboard").get_by_role("button", name=label).last.click(timeout=60_000)


async def picks_a_sample(sender: Locator) -> None:
    """A caption, and a tap on a sample in the tray."""
    await sender.get_by_role("textbox").fill(CAPTION)
    await sender.get_by_label("Pictures, files and voice").click()
    await sender.get_by_role("button", name="Chest X-ray").click()
    await sender.get_by_label("Pictures, files and voice").click()


async def sends_a_case(page: Page, name: str, language: str, *, from_tray: bool = False) -> str:
    """A picture with a caption, then Send; the case reference. The tray draws all samples when it opens."""
    sender = phone(page, name)
    if from_tray:
        await picks_a_sample(sender)
    else:
        await page.request.post(f"/phones/{name}/send", data={"sample": "chest", "caption": CAPTION})
    await taps(sender, forms_of("refer.send", language)[0])
    await expect(sender.locator(".message.received").nth(2)).to_contain_text("·")
    line = await sender.locator(".message.received").nth(2).inner_text()
    # Above it stands her own picture's caption, which the message answers.
    return next(row.split(" ·")[0] for row in line.splitlines() if " ·" in row)


async def answers(page: Page, name: str) -> None:
    specialist = phone(page, name)
    await taps(specialist, "I have it")
    await expect(specialist).to_contain_text("You have it.")
    await specialist.get_by_role("textbox").fill(WORDS)
    await specialist.get_by_role("textbox").press("Enter")
    await taps(specialist, "Within 2 days")
    await expect(specialist).to_contain_text("What should she do?")
    await specialist.locator(".keyboard").last.get_by_role("button", name="2", exact=True).click()
    await expect(specialist).to_contain_text("This is what will be sent:")
    await taps(specialist, "Send")


async def test_a_scan_is_sent_in_hindi_and_answered_in_english(
    training: str, browser: Browser, tmp_path: Path
) -> None:
    page, errors = await opened(browser, training)
    reference = await sends_a_case(page, "asha", "hi", from_tray=True)
    await expect(phone(page, "rao")).to_contain_text(f"{reference} · 45 years, male")
    await expect(phone(page, "rao").locator(".message.received .picture")).to_have_count(1)
    await answers(page, "rao")
    await expect(phone(page, "asha")).to_contain_text(WORDS)
    await expect(phone(page, "asha")).to_contain_text("MMC-2011-04567")
    await page.screenshot(path=tmp_path / "wide.png")
    await taps(phone(page, "asha"), forms_of("answer.understood", "hi")[0])
    await expect(phone(page, "rao")).to_contain_text("has understood the answer")
    assert errors == []


async def test_on_a_phone_one_phone_is_shown_at_a_time(
    training: str, browser: Browser, tmp_path: Path
) -> None:
    page, errors = await opened(browser, training, width=390)
    await page.locator("#chip-meena").click()
    await sends_a_case(page, "meena", "en")
    await page.screenshot(path=tmp_path / "narrow.png")
    await page.locator("#chip-rao").click()
    await answers(page, "rao")
    await page.locator("#chip-meena").click()
    await expect(phone(page, "meena")).to_contain_text(WORDS)
    assert errors == []


async def test_a_phone_in_airplane_mode_gets_its_card_when_it_is_back(
    training: str, browser: Browser
) -> None:
    page, errors = await opened(browser, training)
    await phone(page, "rao").get_by_label("Airplane mode").click()
    reference = await sends_a_case(page, "meena", "en")
    await expect(phone(page, "rao")).not_to_contain_text(reference)
    await phone(page, "rao").get_by_label("Airplane mode").click()
    await expect(phone(page, "rao")).to_contain_text(reference)
    assert errors == []


async def test_a_picture_opens_large(training: str, browser: Browser) -> None:
    page, errors = await opened(browser, training)
    await sends_a_case(page, "meena", "en")
    await phone(page, "rao").locator(".message.received .picture").click()
    await expect(page.locator("#viewer img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#viewer")).to_be_hidden()
    assert errors == []
