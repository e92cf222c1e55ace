"""Own words for a finding are asked about as their phrase would be, and what is denied is not."""

import pytest

from bot.domain.fact_parser import parse_facts
from bot.domain.facts import Facts
from bot.domain.own_words import asked_of_own_words
from bot.domain.report import Content, Finding
from bot.domain.report_check import About
from bot.domain.study import BodyPart, Laterality
from bot.language.shipped import shipped_vocabulary

WRIST = Facts(body_part=BodyPart.WRIST, side=Laterality.LEFT)
CHEST = Facts(body_part=BodyPart.CHEST)
ROUTINE, EMERGENCY = Finding("urg.routine"), Finding("urg.emergency")


def is_wrong(phrase: str) -> bool:
    return phrase == "cxr.pneumonia"


def asked(*lines: str, facts: Facts = WRIST, urgency: Finding = ROUTINE) -> list[About]:
    content = Content(tuple(Finding(words=line) for line in lines), urgency=urgency)
    return [one.kind for one in asked_of_own_words(facts, content, shipped_vocabulary(), is_wrong)]


@pytest.mark.parametrize(
    "words",
    [
        *("Fracture.", "There is a # here", "Displaced break", "टूटी है", "हड्डी टूट गयी है"),
        *("haddi tooti hai", "haddi toot gayi", "haddi tut gai h", "tooti hui haddi", "fracture hai"),
    ],
)
def test_a_fracture_without_a_bone_is_asked_about(words: str) -> None:
    assert About.PLACE in asked(words)


@pytest.mark.parametrize(
    "words",
    [
        "Fracture of the distal radius",
        "Left radius #, minimal",
        "No fracture",
        "No definite fracture seen",
        "Fracture ruled out",
        "Old healed fracture",
        *("kalai ki haddi tooti hai", "haddi nahi tooti", "haddi tooti nahi hai", "fracture nahi hai"),
        *("fracture vagairah kuch nahi hai", "हड्डी नहीं टूटी"),
        "फ्रैक्चर नहीं",
    ],
)
def test_a_fracture_with_its_bone_or_none_at_all_is_not(words: str) -> None:
    assert asked(words) == []


def test_a_side_is_asked_for_where_neither_line_nor_case_has_one() -> None:
    nobody_knows = Facts(body_part=BodyPart.WRIST)
    assert asked("Fracture of the radius", facts=nobody_knows) == [About.PLACE]
    assert asked("Fracture of the right radius", facts=nobody_knows) == []


@pytest.mark.parametrize(
    "words",
    [
        "Large tension pneumothorax on the left",
        "Pneumothorax right",
        "There is air around the lung",
        "Free gas seen",
        "Subdural bleed",
        "Pneumothorax is not resolved",
        "फेफड़े के बाहर हवा है",
        *("pneumothorax hai", "hawa bhar gayi", "hawa bhari hui hai", "हवा भर गई है"),
    ],
)
def test_what_is_dangerous_is_not_passed_as_not_urgent(words: str) -> None:
    assert asked(words, facts=CHEST) == [About.URGENCY]
    assert asked(words, facts=CHEST, urgency=EMERGENCY) == []


@pytest.mark.parametrize(
    "words",
    [
        "No pneumothorax",
        "No large left pneumothorax",
        "No evidence of pneumothorax",
        "Pneumothorax has resolved",
        "Pneumothorax ruled out",
        "No free air",
        "No consolidation, effusion or pneumothorax.",
        "No pleural effusion, pneumothorax or mass",
        "न्यूमोथोरैक्स नहीं है",
        *("pneumothorax nahi hai", "hawa nahi bhari", "fefde ke bahar hawa nahi hai"),
    ],
)
def test_what_is_denied_or_over_asks_for_no_urgency(words: str) -> None:
    assert asked(words, facts=CHEST) == []


def test_another_clause_denies_nothing() -> None:
    assert asked("No rib injury, pneumothorax right", facts=CHEST) == [About.URGENCY]


def test_normal_beside_a_finding_is_asked_about_and_a_normal_part_is_not() -> None:
    assert asked("Normal.", "Fracture of the left radius") == [About.NORMAL]
    assert asked("X-ray normal", "Fracture of the left radius") == [About.NORMAL]
    assert asked("Elbow normal", "Fracture of the left radius") == []
    assert asked("Normal.", "No fracture of the ulna") == []
    assert asked("Normal.") == []
    assert asked("sab theek hai", "kalai ki haddi tooti hai") == [About.NORMAL]
    assert asked("All ok", "Fracture of the left radius") == [About.NORMAL]
    assert asked("Normal.", "Pneumonia right lower zone", facts=CHEST) == [About.NORMAL]
    assert asked("Normal.", "Please repeat after two weeks") == []


def test_normal_in_own_words_beside_a_phrase_that_is_not_is_asked_about() -> None:
    findings = (Finding(words="Normal."), Finding("cxr.pneumonia"))
    found = asked_of_own_words(CHEST, Content(findings), shipped_vocabulary(), is_wrong)
    assert [one.kind for one in found] == [About.NORMAL]


def test_a_displaced_fracture_is_asked_for_its_place_and_its_urgency() -> None:
    assert asked("Displaced fracture.") == [About.PLACE, About.URGENCY]
    assert asked("No displaced or undisplaced fracture") == []
    assert asked("Undisplaced fracture of the left radius") == []


@pytest.mark.parametrize(
    ("caption", "field", "value"),
    [
        ("25 F usg ectopic pregnancy", "body_part", BodyPart.PREGNANCY),
        ("45 M collapsed lung left", "body_part", BodyPart.CHEST),
        ("45 M collapsed lung left", "side", Laterality.LEFT),
        ("30 M fracture left radius", "body_part", BodyPart.FOREARM),
    ],
)
def test_names_of_findings_hide_nothing_of_a_caption(caption: str, field: str, value: object) -> None:
    assert getattr(parse_facts(caption, shipped_vocabulary()), field) is value


def test_each_dangerous_line_is_confirmed_by_itself() -> None:
    assert asked("Pneumothorax right", "Appendicitis", facts=CHEST) == [About.URGENCY, About.URGENCY]
