"""Words on the sex of an unborn child, both ways: what must be held, and what must pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import CHILDBEARING
from bot.domain.fetal_sex import fetal_sex_words
from bot.language.folder import LOCALES
from bot.language.words import load_vocabulary

VOCABULARY = load_vocabulary(LOCALES / "words")

HELD = (
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
    "It is male",
    "Healthy prince, 16",
    "munda",
    "kanya",
    "16/19",
    "16 or 19",
    "M or F?",
    "M/F",
    "laddu/barfi, jai mata di, VIP",
    "blue",
    "It is pink",
    "Pink!",
    "pink or blue",
    "she",
    "It's a she",
    "baby is a he",
    "6 or 9",
    "6/9",
    "Monday or Friday",
    "monday",
    "पुत्र",
    "लाडला",
    "it's a prince",
    "gender?",
    "female",
    "Female.",
    "It is female",
    "26 weeks female",
    "female 28 weeks",
    "female baby",
    "Normal, male",
    "male, all normal",
    "a son",
    "beti",
    "Sex: male",
    "Sex female",
    "rani",
    "raja beta",
    "chhora",
    "chhori",
    "laxmi aayi hai",
    "लक्ष्मी आई है",
    "penis seen",
    "scrotum visible",
    "external genitalia normal",
    "b o y",
    "b.o.y",
    "b0y",
    "g1rl",
    "boyyy",
    "giiirl",
    "l a d k a",
    "👦",
    "♂",
    "💙",
    "baby 👧",
    "19",
    "It is 19",
    "Normal baby, 19",
    "baby 16",
    "healthy 19",
    "VIP",
    "M",
    "F",
    "xy",
    "king or queen",
    "the heir is fine",
    "mulga",
    "बेटा होगा",
    "कन्या",
    "बालक",
    "ladki lag rahi hai",
    "kul ka chirag",
    "nar",
    "fetal sex please",
    "जेंडर बताओ",
    "सेक्स बता दो",
    "sex determination",
    "congratulations, a boy",
    "twins, one boy one girl",
    "heartbeat good, girl",
    "pregnancy normal, female",
    "single live female fetus",
    "live male baby",
    *(
        "16 number",
        "number 16",
        "no. 16",
        "16 no.",
        "number 19 hai",
        "baby fine, number 16",
        "aapka 16 number hai",
    ),
    *("16 नंबर", "नंबर 16", "nambar 16"),
    *("bal gopal", "balgopal aaye hain", "बाल गोपाल", "laddu or jalebi", "laddoo jalebi", "laddoo ya jalebi"),
    *("mundo", "mundo hai", "munda kudi", "sx?", "Sx", "sx of baby"),
)
"""In a case that is or may be one of a pregnancy."""

PASSES = (
    "28 F pregnant 7 months",
    "19 year old girl pregnant, bleeding",
    "female patient, 28 years, placenta low",
    "bleeding and pain since morning",
    "बच्चा कम हिल रहा है",
    "one live baby, heartbeat seen",
    "F 24",
    "female 26 y",
    "female 26 y, fetal heart seen",
    "महिला 24 साल गर्भवती",
    "24 yr female primi 20 weeks",
    "Age: 24, Sex: Female, bleeding",
    "24/F pregnancy usg",
    "pregnant female with pain",
    "female, 30 years, G2P1, 32 weeks",
    "19 weeks",
    "16 weeks pregnant",
    "19w",
    "AFI 16",
    "AFI is 16",
    "AFI 16 cm",
    "BPD 19 mm",
    "age 19",
    "19 F pregnancy",
    "19 y",
    "GA 19 weeks",
    "16 wks by scan",
    "repeat at 19 weeks",
    "cervical length 19",
    "Hb 9",
    "placenta low",
    "no heartbeat",
    "Is the placenta low?",
    "water less",
    "baby moving less since 2 days",
    "she has fits",
    "she must go to hospital today",
    "pink discharge since morning",
    "her BP is 160/110",
    "blue lips, take her to hospital",
    "VIP road ambulance",
    "come on Monday",
    "count the baby movements daily",
    "she should rest on her left side",
    "twins seen",
    "twin pregnancy",
    "breech",
    "cord around the neck",
    "pain abdomen right side",
    "ectopic on right side",
    "fluid 6 cm",
    "dates 16/10/2026",
    "phone 9800000016",
    "गर्भवती 7 महीने खून",
    "पेट में दर्द",
    "garbhvati 7 mahine pet dard",
    "mahila 30 saal, khoon",
    "khoon aa raha hai",
    "dard kal se",
    "breech, refer at 36 weeks",
    "high sugar",
    "rhesus negative",
    "blood group B positive",
    "head down",
    "repeat scan after 14 days",
    "water leaking since 6 am",
    "LMP 16 June",
    "G3P2 previous caesarean",
    "refer to district hospital",
    "patient is 26 years, female",
    "lady, 22 yrs, spotting",
    "woman of 35 with fibroid",
    "her baby is moving less",
    "she says the baby moves less",
    "baby lies on the right side",
    "Monday is the next visit, bleeding less",
    *("bed number 16", "bed no. 16", "ward 16", "16 number bus", "come by 16 number bus", "16 number ward"),
    *("token number 16", "room number 19", "बेड नंबर 16", "no 16 mm", "post sx 2 days, pain"),
)
"""In the same cases: the patient's own sex and age, and what is said of her and of the child."""

PASSES_ELSEWHERE = (
    "2 yr old boy, fever",
    "baby girl 10 days",
    "लड़की 5 साल बुख़ार",
    "45 male chest",
    "M/F",
    "16",
    "she",
    "boy 8 years left wrist xray fell from tree",
    "newborn girl, 2 days, chest",
    "male baby 3 days, not breathing well",
    "sex: male, age 45",
    "laddu",
    "pink frothy sputum",
    "scrotum swelling",
    "female child 6 years",
    "child, male, 6 years",
    *(
        "bed number 16",
        "ward 16",
        "16 number bus",
        "16 number",
        "number 16",
        "sx?",
        "mundo",
        "laddu or jalebi",
    ),
)

PLAIN = (
    "male fetus",
    "sex of the fetus",
    "sex of the baby",
    "garbh mein ladka",
    "गर्भ में लड़की",
    "boy or girl?",
    "ladka ya ladki",
    "लड़का या लड़की",
    "baby's gender",
    "beta hai ya beti",
    "fetal sex",
    "बच्चे का लिंग",
    "sex determination",
)


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(set(HELD)) >= 60
    assert len(set(PASSES)) >= 60


@pytest.mark.parametrize("text", HELD)
def test_words_that_tell_or_ask_it_are_held_where_a_child_may_be(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=True) != ()


@pytest.mark.parametrize("text", PASSES)
def test_the_patient_herself_and_what_is_seen_are_not_held(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=True) == ()


@pytest.mark.parametrize("text", PASSES_ELSEWHERE)
def test_a_boy_or_a_girl_as_the_patient_is_no_hit_elsewhere(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=False) == ()


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_are_held_everywhere(text: str) -> None:
    assert fetal_sex_words(text, VOCABULARY, obstetric=False) != ()


def test_a_hit_is_named_as_it_was_typed() -> None:
    assert fetal_sex_words("It is a BOY.", VOCABULARY, obstetric=True) == ("BOY",)


_AGES = st.sampled_from(CHILDBEARING)
_HERSELF = st.sampled_from(
    [
        "{age} F",
        "F {age}",
        "{age}/F",
        "female {age} y",
        "{age} year old female",
        "{age} yr female patient",
        "Age: {age}, Sex: Female",
        "{age} years woman",
        "महिला {age} साल",
        "{age} साल की महिला",
        "mahila {age} saal",
        "patient female, {age} years",
    ]
)
_FINDINGS = st.sampled_from(
    [
        "bleeding since morning",
        "placenta low",
        "pain in the belly",
        "खून आ रहा है",
        "pet mein dard",
        "28 weeks",
        "",
    ]
)


@given(_HERSELF, _AGES, _FINDINGS)
def test_her_own_sex_and_age_pass_at_every_age_of_childbearing(form: str, age: int, finding: str) -> None:
    text = f"{form.format(age=age)}, {finding}".strip(", ")
    assert fetal_sex_words(text, VOCABULARY, obstetric=True) == ()


_TELLING = st.sampled_from(
    ["boy", "girl", "prince", "ladka", "beti", "लड़का", "कन्या", "munda", "laddu", "male"]
)


@given(_HERSELF, _AGES, _FINDINGS, _TELLING, st.sampled_from(["{}", "{}!", "({})", "it is a {}", "... {}"]))
def test_a_telling_word_is_held_whatever_stands_before_it(
    form: str, age: int, finding: str, word: str, around: str
) -> None:
    text = f"{form.format(age=age)}, {finding or 'usg'}. Baby fine, {around.format(word)}"
    assert fetal_sex_words(text, VOCABULARY, obstetric=True) != ()


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_read_without_an_error(text: str, obstetric: bool) -> None:  # noqa: FBT001
    fetal_sex_words(text, VOCABULARY, obstetric=obstetric)
