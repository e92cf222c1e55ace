"""The rules that stand beside the English phrases."""

from pathlib import Path

import pytest

from bot.domain.marks import MarkKind
from bot.domain.phrase_rules import Rule
from bot.domain.report import Finding
from bot.domain.study import Priority
from bot.language.check import rule_problems
from bot.language.folder import LOCALES
from bot.language.phrase_file import Category, PhraseError, read_entries, read_translations
from bot.language.phrasebook import Phrasebook, load_phrasebook

BOOK = load_phrasebook(LOCALES / "phrases")
FINDINGS = {
    Category.CHEST_XRAY,
    Category.BONE_XRAY,
    Category.OBSTETRIC_US,
    Category.ABDOMINAL_US,
    Category.HEAD_CT,
    Category.ABDOMINAL_XRAY,
}
BREAK = """[bone.fracture]
text = "A bone is broken."
category = "bone_xray"
risk = "high"
negated = false
"""


def rule(key: str) -> Rule:
    found = BOOK.rule(key)
    assert found is not None
    return found


def entries(folder: Path, more: str) -> Phrasebook:
    path = folder / "en.toml"
    path.write_text(BREAK + more, encoding="utf-8")
    return Phrasebook(read_entries(path), {})


def keys(category: Category) -> set[str]:
    return {entry.key for entry in BOOK.of_category(category)}


def test_no_rule_of_the_shipped_phrases_names_what_is_not_there() -> None:
    assert list(rule_problems(BOOK)) == []


@pytest.mark.parametrize("key", ["bone.fracture", "bone.displaced", "bone.undisplaced", "bone.possible"])
def test_a_break_needs_its_bone_and_its_side(key: str) -> None:
    assert set(rule(key).needs) == {MarkKind.BONE, MarkKind.SIDE}


def test_air_around_the_lung_needs_its_side_and_can_not_wait_for_days() -> None:
    assert rule("cxr.pneumothorax").needs == (MarkKind.SIDE,)
    assert rule("cxr.pneumothorax").min_urgency is Priority.URGENT


def test_every_finding_that_calls_itself_an_emergency_is_one() -> None:
    says = [
        entry
        for entry in BOOK.entries.values()
        if entry.category in FINDINGS and "This is an emergency" in entry.wording.form("other")
    ]
    assert len(says) >= 10
    assert [entry.key for entry in says if entry.rule.min_urgency is not Priority.EMERGENCY] == []


def test_every_finding_that_a_surgeon_must_see_today_is_urgent() -> None:
    today = [entry for entry in BOOK.entries.values() if "must see the patient today" in str(entry.wording)]
    assert today
    assert [entry.key for entry in today if entry.rule.min_urgency is Priority.ROUTINE] == []


def test_advice_and_questions_are_no_findings_and_need_no_place() -> None:
    others = [entry for entry in BOOK.entries.values() if entry.category not in FINDINGS]
    assert [entry.key for entry in others if entry.rule.needs] == []


def test_a_normal_chest_excludes_every_finding_of_a_chest() -> None:
    assert rule("cxr.normal").excludes == keys(Category.CHEST_XRAY) - {"cxr.normal", "cxr.normal_caution"}


def test_a_normal_belly_excludes_every_finding_and_may_say_what_was_not_seen() -> None:
    spared = {"abd.normal", "abd.normal_caution", "abd.not_seen"}
    assert rule("abd.normal").excludes == keys(Category.ABDOMINAL_US) - spared


def test_what_can_not_be_read_stands_beside_no_finding() -> None:
    assert rule("qual.cannot_read").excludes == set().union(*map(keys, FINDINGS))


@pytest.mark.parametrize(
    ("normal", "caution"),
    [
        ("cxr.normal", Finding("cxr.normal_caution")),
        ("abd.normal", Finding("abd.normal_caution")),
        ("head.no_bleed", Finding("head.no_bleed_caution")),
        ("bone.no_fracture", Finding("bone.no_fracture_caution", (("days", 10),))),
    ],
)
def test_every_normal_has_its_caution(normal: str, caution: Finding) -> None:
    assert rule(normal).caution == caution


def test_the_word_of_an_enumeration_has_no_rule() -> None:
    assert BOOK.rule("value.side.left") is None
    assert BOOK.rule("never.heard_of") is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ('need = ["bone"]', "unknown: need"),
        ('needs = ["colour"]', "colour"),
        ('needs = "bone"', "a list is wanted"),
        ('needs = ["bone", "bone"]', "each word once"),
        ('min_urgency = "soon"', "soon"),
        ("excludes = 3", "a list is wanted"),
        ("caution = { days = 3 }", "phrase"),
        ("caution = 3", "caution"),
    ],
)
def test_a_wrong_rule_is_refused_by_the_name_of_its_phrase(tmp_path: Path, wrong: str, why: str) -> None:
    with pytest.raises(PhraseError, match=f"bone.fracture: .*{why}"):
        entries(tmp_path, wrong)


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ('excludes = ["bone.whole"]', "excludes bone.whole, which is no phrase and no category"),
        ('excludes = ["bone.fracture"]', "excludes itself"),
        ('caution = "bone.whole"', "has a caution that can't be said: bone.whole: no such phrase"),
        ('caution = { phrase = "bone.fracture", days = 3 }', "placeholders wanted: none"),
        ('caution = "bone.fracture"', "which has rules of its own"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_found_by_the_check(
    tmp_path: Path, rules: str, problem: str
) -> None:
    [found] = rule_problems(entries(tmp_path, rules))
    assert problem in found


def test_a_translation_may_not_have_rules_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "hi.toml"
    path.write_text(
        '[bone.fracture]\ntext = "हड्डी टूटी है।"\nsource_sha = "x"\nstatus = "draft"\nneeds = ["bone"]\n',
        encoding="utf-8",
    )
    with pytest.raises(PhraseError, match="rules stand in the English file only"):
        read_translations(path)
