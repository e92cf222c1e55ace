"""Lists to pick from, whatever the case is about."""

from datetime import UTC, datetime

import pytest

from bot.domain.case import Case, Status
from bot.domain.facts import Facts
from bot.domain.marks import Bone, MarkKind, askable, values_of
from bot.domain.phrase_rules import Break, BrokenRule
from bot.domain.report import Content, Finding
from bot.domain.study import BodyPart, Laterality, Modality, Priority
from bot.language.folder import LOCALES
from bot.language.phrasebook import load_phrasebook
from bot.messages import Choice, Text
from bot.numbering import ACTION_LIMIT
from bot.services import menus

BOOK = load_phrasebook(LOCALES / "phrases")
LONG_REFERENCE = "K7F3XY"
PLACED = [(entry.key, kind) for entry in BOOK.entries.values() for kind in sorted(askable(entry.rule.needs))]


def case(part: BodyPart | None = BodyPart.FOREARM, side: Laterality | None = Laterality.LEFT) -> Case:
    facts = Facts(modality=Modality.XR, body_part=part, side=side)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return Case("1", LONG_REFERENCE, Status.OPEN, "asha", "telegram:1", noon, facts=facts)


def values(choices: tuple[Choice, ...]) -> list[str]:
    return [choice.action.split(" ")[-1] for choice in choices]


@pytest.mark.parametrize(("key", "kind"), PLACED)
def test_every_place_that_a_phrase_is_asked_for_fits_into_a_button(key: str, kind: MarkKind) -> None:
    for others in (False, True):
        menu = menus.places(case(), Content(), Finding(key), kind, others=others)
        assert all(len(choice.action) <= ACTION_LIMIT for choice in menu.choices)
        assert all(choice.action.isascii() for choice in menu.choices)


@pytest.mark.parametrize("kind", MarkKind)
def test_what_is_offered_and_the_others_are_all_there_is(kind: MarkKind) -> None:
    first = menus.places(case(), Content(), Finding("bone.fracture"), kind).choices
    rest = menus.places(case(), Content(), Finding("bone.fracture"), kind, others=True).choices
    offered = [value for value in (*values(first), *values(rest)) if value != menus.OTHERS]
    assert sorted(offered) == sorted(mark.value for mark in values_of(kind))


def test_a_bone_that_the_report_named_already_is_offered_first() -> None:
    said = Content(findings=(Finding("bone.fracture", marks=(Bone.SCAPHOID, Laterality.LEFT)),))
    menu = menus.places(case(), said, Finding("bone.displaced"), MarkKind.BONE)
    assert values(menu.choices)[:2] == ["scaphoid", "radius"]


def test_where_nothing_is_known_of_the_part_every_bone_is_offered_at_once() -> None:
    menu = menus.places(case(part=None), Content(), Finding("bone.fracture"), MarkKind.BONE)
    assert len(menu.choices) == len(Bone)


def test_urgencies_that_are_too_low_are_not_offered_again() -> None:
    assert [len(menus.urgencies(case(), least=least).choices) for least in Priority] == [9, 5, 1]


def test_two_phrases_that_do_not_fit_are_taken_out_with_one_tap_each() -> None:
    broken = BrokenRule(Break.EXCLUDES, "cxr.change", "cxr.normal")
    menu = menus.contradiction(BOOK, case(BodyPart.CHEST, None), broken)
    assert values(menu.choices) == ["cxr.change", "cxr.normal"]
    assert menu.lines[0] == Text("rules.contradict", strong=True)
    assert all(len(choice.action) <= ACTION_LIMIT for choice in menu.choices)


def test_every_rule_that_a_report_can_break_can_be_asked_back() -> None:
    for entry in BOOK.entries.values():
        too_low = BrokenRule(Break.URGENCY_TOO_LOW, entry.key, "urg.routine")
        if entry.rule.min_urgency is not Priority.ROUTINE:
            assert menus.broken_line(BOOK, too_low).msgid.startswith("rules.needs_")
