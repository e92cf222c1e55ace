"""Every message says first which case it is about, and hangs on her picture where the messenger can quote.

That no message at all begins otherwise is checked by the world after every scenario.
"""

import re
from datetime import timedelta
from pathlib import Path

from bot.language.catalogue import entries_of, read_catalogue
from bot.language.folder import LOCALES
from tests.scenarios.steps import (
    WRIST,
    a_case_with_an_owner,
    an_answered_case,
    answers,
    chooses,
    costs,
    is_paged,
    is_sent,
    sends_a_case,
)
from tests.world import World
from tests.world_people import Heard

SIGNS = re.compile("[🔴🟠🟢]")
LINE = r"^{code} · 8 years, male, X-ray, wrist, left side · sent 11:30$"


def _first(heard: Heard) -> str:
    return heard.text.splitlines()[0]


def _quoted(world: World, heard: Heard) -> int | None:
    """The message that it hangs on, in Meena's chat."""
    shown = world.vendor.message(world.meena.phone.spec.telegram_id, heard.message_id)
    assert shown is not None
    return shown.reply_to.message_id if shown.reply_to else None


async def test_reference_age_sex_part_side_and_time_stand_first_for_everybody(world: World) -> None:
    sent = await sends_a_case(world.meena, WRIST, "wrist")
    line = re.compile(LINE.format(code=sent.code))
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("ack", on=card)
    yours = await world.rao.hears("duty.yours")
    has_it = await world.meena.hears("refer.has_it")
    await world.rao.types("No fracture seen.")
    preview = await chooses(world.rao)
    await is_sent(world.rao)
    report = await world.meena.hears("No fracture seen.")
    assert all(line.match(_first(one)) for one in (sent, card, yours, has_it, preview, report))
    costs(world.meena, messages=5, taps=1, kilobytes=22.9)
    costs(world.rao, messages=7, taps=4, kilobytes=44.5)


async def test_the_urgency_comes_behind_the_case(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    assert card.text.splitlines()[1].startswith("🟠")


async def test_a_message_of_another_day_says_the_date(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.hours(13)
    for person in (world.rao, world.khan, world.sunita, world.meena):
        await person.reads_all()
    await world.meena.types("status")
    await world.meena.hears(f"{sent.code} · .* · sent 24 Nov, 11:30")
    costs(world.meena, messages=5, taps=1, kilobytes=22.7)


async def test_all_that_she_hears_hangs_on_her_picture(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    picture = _quoted(world, sent)
    assert picture is not None
    await answers(world.rao, "No fracture seen.")
    report = await world.meena.hears("No fracture seen.")
    assert _quoted(world, report) == picture
    costs(world.meena, messages=5, taps=1, kilobytes=23)


async def test_two_cases_hang_on_two_pictures(world: World) -> None:
    first = await sends_a_case(world.meena)
    await is_paged(world.rao, first.code)
    second = await sends_a_case(world.meena, WRIST, "wrist")
    await is_paged(world.rao, second.code)
    assert None not in (_quoted(world, first), _quoted(world, second))
    assert _quoted(world, first) != _quoted(world, second)
    costs(world.meena, messages=6, taps=2, kilobytes=44.8)
    costs(world.rao, messages=4, taps=0, kilobytes=86.4)


async def test_at_sending_she_is_told_to_write_the_reference_on_the_paper(world: World) -> None:
    sent = await sends_a_case(world.meena)
    assert f"Write {sent.code} on the patient's paper" in sent.text
    await is_paged(world.rao, sent.code)
    costs(world.meena, messages=3, taps=1, kilobytes=22.4)
    costs(world.rao, messages=2, taps=0, kilobytes=43.3)


async def test_an_answer_that_hangs_on_an_old_message_reaches_its_case(world: World) -> None:
    await an_answered_case(world)
    old = await sends_a_case(world.meena, WRIST, "wrist")
    await is_paged(world.rao, old.code)
    await world.rao.reads_all()
    await world.meena.quotes(old, "The mother says it was the other arm")
    await world.meena.reads_all()
    heard = await world.rao.reads_all()
    assert any(one.text.startswith(old.code) for one in heard)
    await world.meena.hears_nothing(timedelta(seconds=5))
    costs(world.meena, messages=9, taps=2, kilobytes=45.4)


def test_the_signs_of_urgency_stand_for_nothing_else() -> None:
    choices = ("answer.emergency", "answer.urgent_hours", "answer.soon_days", "answer.routine")
    told = ("answer.is_emergency",)
    for language in ("en", "hi"):
        texts = entries_of(read_catalogue(LOCALES, language))
        signed = {msgid for msgid, forms, _ in texts if any(SIGNS.search(form) for form in forms)}
        assert signed <= {*choices, *told}, signed
    for file in sorted(LOCALES.rglob("*.toml")):
        assert not SIGNS.search(file.read_text(encoding="utf-8")), file
    root = Path(__file__).parents[2]
    code = [
        *(root / "bot").rglob("*.py"),
        *(root / "handlers").rglob("*.py"),
        *(root / "storage").rglob("*.py"),
    ]
    signed = {str(file.relative_to(root)) for file in code if SIGNS.search(file.read_text(encoding="utf-8"))}
    assert signed == {"bot/services/wording.py"}
