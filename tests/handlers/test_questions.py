"""The questions about a draft: one tap tells as much as it can, and every row fits on a small phone."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.case import Case, Status
from bot.domain.facts import Age, Facts, Field, merge, missing
from bot.domain.study import BodyPart, Modality, Sex
from bot.language.catalogue import Catalogue, shipped_languages
from bot.language.folder import LOCALES
from bot.language.phrasebook import UnreviewedPolicy, load_phrasebook
from bot.messages import Choice
from handlers import questions

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
CATALOGUE = Catalogue(LOCALES, load_phrasebook(LOCALES / "phrases"), policy=UnreviewedPolicy.WITHHOLD)
ULTRASOUND = Facts(modality=Modality.US, body_part=BodyPart.ABDOMEN)
OF_A_WOMAN = replace(ULTRASOUND, age=Age(28), sex=Sex.FEMALE)
ROWS = 10
TITLE = 24
"""WhatsApp's list: so many rows, so many UTF-16 units in the title of one."""


def draft(facts: Facts | None = None) -> Case:
    return Case(
        id="c", reference="K7F3X", status=Status.DRAFT, referrer_id="p", address="telegram:1",
        created_at=NOW, facts=facts or Facts(),
    )  # fmt: skip


def others() -> tuple[Choice, ...]:
    rest = questions.behind(draft(), questions.STUDY, questions.OTHERS)
    assert rest is not None
    return rest.choices


LISTS = {
    "studies": questions.question(draft(), questions.STUDY).choices,
    "other studies": others(),
    "ages": questions.question(draft(), "age").choices,
    "sex and pregnancy": questions.question(draft(ULTRASOUND), "sex").choices,
}


def told(choice: Choice) -> Facts:
    _, _, ask, value = choice.action.split(" ")
    facts = questions.tapped(ask, value)
    assert facts is not None
    return facts


@pytest.mark.parametrize("language", shipped_languages(LOCALES))
@pytest.mark.parametrize("choices", LISTS.values(), ids=LISTS)
def test_a_list_fits_on_whatsapp_in_every_language(choices: tuple[Choice, ...], language: str) -> None:
    titles = [CATALOGUE.render(one.label, language, NOW, zone=ZoneInfo("Asia/Kolkata")) for one in choices]
    assert len(titles) == len(set(titles)) <= ROWS
    assert [title for title in titles if len(title.encode("utf-16-le")) // 2 > TITLE] == []
    assert all(len(one.action.encode("ascii")) <= 40 for one in choices)


def test_no_rarer_study_is_asked_for_its_side_afterwards() -> None:
    for choice in others():
        assert Field.SIDE not in missing(told(choice))


def test_no_answer_about_the_sex_leads_to_the_question_whether_she_is_pregnant() -> None:
    known = replace(ULTRASOUND, age=Age(28))
    for choice in questions.question(draft(known), "sex").choices:
        assert not {Field.SEX, Field.PREGNANT} & set(missing(merge(known, told(choice))))


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(modality=Modality.XR, body_part=BodyPart.ABDOMEN),
        replace(ULTRASOUND, age=Age(70)),
        replace(ULTRASOUND, age=Age(28), pregnant=False),
    ],
    ids=["nothing known", "an X-ray", "an old patient", "known already"],
)
def test_elsewhere_the_sex_alone_is_asked(facts: Facts) -> None:
    assert [one.action for one in questions.question(draft(facts), "sex").choices] == [
        f"set K7F3X sex {sex.value}" for sex in Sex
    ]


def test_whose_sex_is_to_be_changed_may_turn_out_a_woman_who_is_pregnant() -> None:
    asked = questions.question(draft(replace(OF_A_WOMAN, sex=Sex.MALE)), "sex")
    assert Facts(sex=Sex.FEMALE, pregnant=True) in map(told, asked.choices)


@pytest.mark.parametrize("value", ["", "XR", "XR.foot.up", "XR.nose", "XR.foot.left.more"])
def test_an_action_that_nobody_made_tells_nothing(value: str) -> None:
    assert questions.tapped(questions.STUDY, value) is None


@pytest.mark.parametrize("value", ["", "woman", "female.perhaps"])
def test_a_sex_that_nobody_offered_tells_nothing(value: str) -> None:
    assert questions.tapped("sex", value) is None
