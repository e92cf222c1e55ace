"""What differs between a report and its case, medicines, pictures that are no good, and words of no weight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drug_words import names_drug
from bot.domain.facts import Age, Facts, Unit
from bot.domain.marks import Bone, Joint, Level, Mark, MarkKind, likely
from bot.domain.report import Content, Finding
from bot.domain.report_check import (
    About,
    Objection,
    age_of,
    cannot_read,
    confirmed,
    confirmed_of,
    differences,
    drug_line,
    drug_lines,
    is_for_officer,
    same_age,
    same_region,
    says_normal,
    without,
)
from bot.domain.study import BodyPart, Laterality, Modality, Sex
from bot.domain.words import WAIT, small_talk
from bot.language.folder import LOCALES
from bot.language.words import load_vocabulary

VOCABULARY = load_vocabulary(LOCALES / "words")
WRIST = Facts(age=Age(8), sex=Sex.MALE, modality=Modality.XR, body_part=BodyPart.WRIST, side=Laterality.LEFT)
CHEST = Facts(age=Age(45), sex=Sex.FEMALE, modality=Modality.XR, body_part=BodyPart.CHEST)
SIDES = st.sampled_from(list(Laterality))


def keys(words: str, facts: Facts = WRIST) -> set[str]:
    content = Content(findings=(Finding(words=words),))
    return {one.key for one in differences(facts, content, VOCABULARY)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Fracture of the right wrist", "side/right/left"),
        ("RIGHT distal end radius broken", "side/right/left"),
        ("Rt colles", "side/right/left"),
        ("break on the right", "side/right/left"),
        ("R wrist fracture", "side/right/left"),
        ("R/T radius #", "side/right/left"),
        ("(R) wrist fracture", "side/right/left"),
        ("R-sided fracture", "side/right/left"),
        ("patient right wrist broken", "side/right/left"),
        ("दाहिनी कलाई टूटी है", "side/right/left"),
        ("daahini kalai tooti hai", "side/right/left"),
        ("compare with the right side", "side/right/left"),
        ("both wrists look alike", "side/both/left"),
        ("left knee swollen", "body_part/knee/wrist"),
        ("heart is large, lungs clear", "body_part/chest/wrist"),
        ("62 years old, osteoporosis", "age/62 years/8 years"),
        ("old fracture, 62 years old", "age/62 years/8 years"),
        ("fracture, 3 months old baby", "age/3 months/8 years"),
        ("62 yrs female, left wrist", "age/62 years/8 years"),
        ("normal for a woman", "sex/female/male"),
        ("pregnant, wrist is fine", "sex/female/male"),
    ],
)
def test_what_is_not_the_case_s_is_asked_back(words: str, said: str) -> None:
    assert said in keys(words)


@pytest.mark.parametrize(
    "words",
    [
        "Fracture of the left wrist",
        "LEFT distal radius, undisplaced",
        "Lt wrist: growth plate is fine",
        "boy, 8 years, left wrist normal",
        "fracture 3 days old, callus after 3 weeks",
        "fracture, 3 days old",
        "fracture 2 years old, healed",
        "repeat X-ray after 1 year",
        "stable over 2 years",
        "splint for 6 weeks, show again in 10 days",
        "head of the radius and neck of the radius are fine",
        "all right",
        "No fracture seen",
        "angulation 20 degrees, gap 4 mm",
    ],
)
def test_the_same_durations_and_neighbours_are_not(words: str) -> None:
    assert keys(words) == set()


def test_a_side_that_the_case_does_not_know_can_not_differ() -> None:
    assert keys("right lower zone is white, left side is clear", CHEST) == set()


def phrase(*marks: Mark) -> set[str]:
    content = Content(findings=(Finding("bone.fracture", marks=marks),))
    return {one.key for one in differences(WRIST, content, VOCABULARY)}


def test_values_and_marks_of_phrases_count_too() -> None:
    side = Content(findings=(Finding("corr.side", (("side", "right"),)),))
    assert [one.key for one in differences(WRIST, side, VOCABULARY)] == ["side/right/left"]
    assert phrase(Laterality.RIGHT) == {"side/right/left"}
    assert phrase(Bone.RADIUS, Laterality.LEFT) == set()
    assert phrase(Bone.TIBIA, Laterality.LEFT) == {"body_part/lower_leg/wrist"}
    assert phrase(Joint.KNEE) == {"body_part/knee/wrist"}
    assert phrase(Level.L4) == {"body_part/lumbar_spine/wrist"}


@given(part=st.sampled_from(list(BodyPart)), bone=st.sampled_from(list(Bone)))
def test_a_bone_that_is_offered_for_a_part_never_differs_from_it(part: BodyPart, bone: Bone) -> None:
    content = Content(findings=(Finding("bone.fracture", marks=(bone,)),))
    offered = bone in likely(MarkKind.BONE, part) and len(likely(MarkKind.BONE, part)) < len(Bone)
    assert not (offered and differences(Facts(body_part=part), content, VOCABULARY))


def test_a_difference_that_is_written_twice_is_asked_once() -> None:
    content = Content(findings=(Finding(words="right wrist"), Finding(words="right radius broken")))
    assert len(differences(WRIST, content, VOCABULARY)) == 1


def test_of_a_case_of_both_sides_each_may_be_described_where_the_other_is_too() -> None:
    facts = Facts(body_part=BodyPart.KNEE, side=Laterality.BOTH)
    assert keys("right knee worn, left knee fine", facts) == set()
    assert keys("right knee worn", facts) == {"side/right/both"}


@given(case=SIDES, said=SIDES)
def test_a_phrase_s_side_differs_exactly_where_it_is_another(case: Laterality, said: Laterality) -> None:
    facts = Facts(body_part=BodyPart.KNEE, side=case)
    content = Content(findings=(Finding("lab.side", (("side", said.value),)),))
    assert bool(differences(facts, content, VOCABULARY)) == (case is not said)


@given(one=st.sampled_from(list(BodyPart)), other=st.sampled_from(list(BodyPart)))
def test_regions_are_the_same_both_ways(one: BodyPart, other: BodyPart) -> None:
    assert same_region(one, other) == same_region(other, one)
    assert same_region(one, one)


@given(years=st.integers(2, 110), other=st.integers(2, 110))
def test_an_age_that_is_said_is_the_case_s_or_is_asked(years: int, other: int) -> None:
    assert bool(keys(f"{other} years old", Facts(age=Age(years)))) == (years != other)


@given(value=st.integers(1, 119), unit=st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS]))
def test_ages_are_the_same_in_other_units(value: int, unit: Unit) -> None:
    age = Age(value, unit)
    assert same_age(age, age)
    if unit is Unit.YEARS:
        assert same_age(age, Age(value * 12, Unit.MONTHS))
        assert not same_age(age, Age(value * 12 + 24, Unit.MONTHS))


@given(words=st.text(max_size=60), side=SIDES)
def test_whatever_is_written_a_confirmed_difference_is_not_asked_again(words: str, side: Laterality) -> None:
    facts = Facts(age=Age(40), sex=Sex.MALE, body_part=BodyPart.KNEE, side=side)
    content = Content(findings=(Finding(words=f"left right knee {words}"),))
    objections = differences(facts, content, VOCABULARY)
    for one in objections:
        assert Objection.of_key(one.key) == one
        content = confirmed(content, one.key)
    assert differences(facts, content, VOCABULARY) == objections
    assert set(confirmed_of(content)) == set(objections)


def test_the_line_with_a_difference_is_taken_out_and_the_others_stay() -> None:
    kept = Finding(words="growth plate is fine")
    content = Content(findings=(Finding(words="right wrist broken"), kept))
    [objection] = differences(WRIST, content, VOCABULARY)
    assert without(content, WRIST, objection, VOCABULARY).findings == (kept,)


def test_an_age_comes_back_from_its_key() -> None:
    assert age_of("18 months") == Age(18, Unit.MONTHS)


@pytest.mark.parametrize(
    "words",
    [
        "give paracetamol",
        "Inj. ceftriaxone 1 g IV stat",
        "tab pcm 500 mg tds",
        "500mg twice daily",
        "5000 IU",
        "syp 5 ml bd",
        "one tablet at night",
        "IV fluids",
        "पैरासिटामोल दो",
        "dawai de do",
        *("1-0-1", "1-1-1", "1 - 0 - 1", "½-0-½", "1+0+1", "0–0–1 x 3 days", "give 1-1-1-1"),
        *("oxygen 4 litres", "O2 by mask", "low sat, oxygen lagao", "ऑक्सीजन दो"),
        *("Vit D", "cal + vit D3", "vitamin d once a week", "BD x 5 days"),
    ],
)
def test_medicines_and_doses_are_found(words: str) -> None:
    assert names_drug(words, VOCABULARY)


@pytest.mark.parametrize(
    "words",
    [
        "Salter Harris type IV",
        "gall bladder wall 4 mm",
        "prostate 35 ml, residual urine 30 ml",
        "creatinine 2 mg/dl",
        "spleen weighs 150 g",
        "No fracture seen",
        "refer at once",
        "L4 and L5",
        *("O2 sat 92%", "SpO2 92", "oxygen saturation 92", "vitamin D deficiency", "vit d ki kami"),
        *("C1-2", "L4-5", "L4-L5-S1", "T1-2 lesion", "T1-2-2 wedging", "C1-0-1"),
        *("1-1-2026", "seen on 1-1-26", "12/11/2026", "gap 1-2 cm", "1-2-0-26"),
    ],
)
def test_measures_are_no_doses(words: str) -> None:
    assert not names_drug(words, VOCABULARY)


def test_a_line_with_a_medicine_that_is_kept_is_for_the_medical_officer() -> None:
    line, other = Finding(words="tab pcm 500 mg"), Finding(words="No fracture.")
    content = Content(findings=(line, other))
    assert [one.kind for one in drug_lines(content, VOCABULARY)] == [About.DRUG]
    content = confirmed(content, drug_line(line).key)
    assert is_for_officer(content, line)
    assert not is_for_officer(content, other)
    assert confirmed_of(content) == ()


@pytest.mark.parametrize(
    "words",
    [
        "cannot read",
        "Can't read this!",
        "blurred",
        "repeat film",
        "retake please",
        "image not clear",
        "धुंधला है",
        "unable to see anything",
        "blurred, fracture cannot be ruled out",
        "ok, but blurred",
        "cannot make out anything",
        "overexposed film",
        "image is cut",
        "not opening",
        "suboptimal film",
    ],
)
def test_a_picture_that_is_no_good_is_no_report(words: str) -> None:
    assert cannot_read(words, VOCABULARY)


@pytest.mark.parametrize(
    "words",
    [
        "left lower zone is white",
        "no fracture, picture not clear",
        "repeat X-ray after 2 weeks",
        "Also repeat the film in two weeks.",
        "repeat the film if pain goes on",
        "the costophrenic angle on the left side is blurred by some fluid and the heart is large",
    ],
)
def test_what_tells_something_is_one(words: str) -> None:
    assert not cannot_read(words, VOCABULARY)


@pytest.mark.parametrize(
    "words",
    [
        *("normal", "NAD", "No fracture seen", "lungs are clear", "सामान्य है"),
        *("fracture not seen", "no acute findings", "negative for fracture", "looks good", "no focal lesion"),
        *("fracture ruled out", "pneumothorax excluded", "all ok", "no problem seen", "nothing seen"),
        *("lungs ok", "sab theek hai", "sab thik h", "kuch nahi hai", "haddi theek hai", "haddi nahi tooti"),
        *("ठीक है", "हड्डी ठीक है", "सब ठीक है", "कुछ नहीं है", "theek hai"),
    ],
)
def test_normal_in_words_is_known(words: str) -> None:
    assert says_normal(words, VOCABULARY)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "not normal",
            "abnormal",
            "fracture seen",
            "cavity",
            "not ok",
            "theek nahi hai",
            "sab theek nahi hai",
        ),
        *("fracture cannot be ruled out", "tb not ruled out", "CT to be ruled out", "ठीक नहीं है"),
        *("ok, refer him", "theek hai, bade aspatal bhejo"),
    ],
)
def test_what_is_not_normal_is_not(words: str) -> None:
    assert not says_normal(words, VOCABULARY)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "ok",
            "OK.",
            "Thanks",
            "thank you doctor!",
            "Good morning sir",
            "hello",
            "call me",
            "seen",
            "Noted",
        ),
        *("?", "??", "👍🏽", "🙏🙏", "नमस्ते", "नमस्ते जी", "धन्यवाद", "dhanyavad", "Dhanyawaad ji", "yes", "no"),
        *("status", "help", "done", "नहीं", "no problem", "theek hai", "ठीक है सर"),
    ],
)
def test_small_talk_and_commands_are_known(words: str) -> None:
    assert small_talk(words, VOCABULARY) == "any"


@pytest.mark.parametrize("words", ["wait", "please wait", "ok wait", "ruko", "एक मिनट", "one minute sir"])
def test_a_plea_for_time_is_known(words: str) -> None:
    assert small_talk(words, VOCABULARY) == WAIT


@pytest.mark.parametrize(
    "words",
    [
        "",
        "2",
        "ok 2",
        "normal",
        "no fracture",
        "good alignment",
        "hello, it is broken",
        *("all ok", "all good sir", "sab theek hai", "no problem seen"),
        "thanks, refer",
        "नहीं टूटा",
    ],
)
def test_what_may_be_an_answer_is_no_small_talk(words: str) -> None:
    assert small_talk(words, VOCABULARY) is None
