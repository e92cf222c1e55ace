import pytest

from bot.domain.fetal_sex import fetal_sex_words
from bot.language.folder import LOCALES
from bot.language.words import load_vocabulary

VOCABULARY = load_vocabulary(LOCALES / "words")


@pytest.mark.parametrize(
    "text",
    [
        "is it a boy or girl",
        "28 weeks, boy",
        "boy 28 weeks",
        "baby is male",
        "Sex of the baby?",
        "male fetus seen",
        "ladka hai ya ladki",
        "लड़का है या लड़की",
        "बच्चे का लिंग",
        "Jai Mata Di",
        "जय श्री कृष्ण",
        "beta hoga",
        "laddu",
        "Baby Girl!",
        "larka",
    ],
)
def test_words_on_the_sex_of_the_child_are_found_in_an_obstetric_case(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=True) != ()


@pytest.mark.parametrize(
    "text",
    [
        "28 F pregnant 7 months",
        "19 year old girl pregnant, bleeding",
        "female patient, 28 years, placenta low",
        "bleeding and pain since morning",
        "बच्चा कम हिल रहा है",
        "one live baby, heartbeat seen",
    ],
)
def test_the_mother_is_not_a_hit_in_an_obstetric_case(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=True) == ()


@pytest.mark.parametrize(
    "text", ["2 yr old boy, fever", "baby girl 10 days", "लड़की 5 साल बुख़ार", "45 male chest"]
)
def test_a_boy_or_a_girl_as_the_patient_is_no_hit_elsewhere(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=False) == ()


@pytest.mark.parametrize("text", ["male fetus", "sex of the fetus", "garbh mein ladka", "गर्भ में लड़की"])
def test_words_said_of_a_fetus_are_found_everywhere(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=False) != ()


def test_a_hit_is_named_as_it_was_typed() -> None:
    assert fetal_sex_words("It is a BOY.", VOCABULARY, obstetric=True) == ("BOY",)
