"""Lines as health workers write them: `text | field=value …`; a field not named is unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fact_parser import parse_facts
from bot.domain.facts import Age, Duration, Facts, Field, Unit, changed, merge, missing
from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex
from bot.domain.words import latin_digits
from bot.language.folder import LOCALES
from bot.language.words import load_vocabulary

VOCABULARY = load_vocabulary(LOCALES / "words")
GOLDEN = """
98765 43210 45 M chest | age=45y sex=male body_part=chest
45 M 9876543210 chest | age=45y sex=male body_part=chest
F 30 +91 98765 43210 chest | age=30y sex=female body_part=chest
ph 9876543210 6 years boy left wrist | age=6y sex=male body_part=wrist side=left
24/11/2026 45 M chest | age=45y sex=male body_part=chest
BP 120/80 45 M chest | age=45y sex=male body_part=chest
9876543210 45 chest | body_part=chest
45 M chest cough 3 weeks urgent | age=45y sex=male body_part=chest priority=urgent lasts=3w
F/28 rt wrist fall from tree yesterday| age=28y sex=female body_part=wrist side=right lasts=1d proposed=urgent
2 yr old boy, fever, chest xray | age=2y sex=male body_part=chest modality=XR
6 mahine ki bachchi pet dard | age=6m sex=female body_part=abdomen
45 saal ka aadmi chhati khansi 3 hafte | age=45y sex=male body_part=chest lasts=3w
४५ साल पुरुष छाती खाँसी ३ हफ़्ते | age=45y sex=male body_part=chest lasts=3w
65y female left hip | age=65y sex=female body_part=hip side=left
dahina haath | body_part=arm side=right
8 yr boy (R) wrist | age=8y sex=male body_part=wrist side=right
8 yr boy R/T wrist | age=8y sex=male body_part=wrist side=right
L/T knee xray | side=left body_part=knee modality=XR
patient left knee xray | side=left body_part=knee modality=XR
45 M chest xray emergency please | age=45y sex=male body_part=chest modality=XR priority=emergency
chest xray, emergency now | body_part=chest modality=XR priority=emergency
मरीज़ इमरजेंसी है छाती एक्स-रे | body_part=chest modality=XR priority=emergency
chest xray emergnecy | body_part=chest modality=XR priority=emergency
chest xray imergency hai | body_part=chest modality=XR priority=emergency
छाती एमरजेंसी | body_part=chest priority=emergency
chest xray patient serious | body_part=chest modality=XR proposed=emergency
chest, mariz gambhir hai | body_part=chest proposed=emergency
chest xray not serious | body_part=chest modality=XR
बायाँ घुटना | body_part=knee side=left
pregnant 8 months bleeding emergency | sex=female body_part=pregnancy priority=emergency proposed=urgent
usg pet | modality=US body_part=abdomen
sonography | modality=US
CT head RTA unconscious | modality=CT body_part=head proposed=emergency
45M | age=45y sex=male
45/M | age=45y sex=male
M/45 | age=45y sex=male
M45 | age=45y sex=male
f 30 | age=30y sex=female
30, F | age=30y sex=female
male 60 | age=60y sex=male
60 male | age=60y sex=male
M | sex=male
F | sex=female
chest, M, cough | sex=male body_part=chest
chest M cough | body_part=chest
Age 45 Sex F | age=45y sex=female
age: 45 sex: M | age=45y sex=male
aged 70 | age=70y
65 y/o male no fracture | age=65y sex=male
65 yo F | age=65y sex=female
8m fever | conflicts=age
5 M | conflicts=age
8m girl fever | age=8m sex=female
6m old | age=6m
6 months old | age=6m
2 days old baby | age=2d
pain 2 days | lasts=2d
3 weeks old baby | age=21d
baby 10 days | age=10d
10 days female | age=10d sex=female
1 year 6 months old girl | age=18m sex=female
1.5 years girl | age=18m sex=female
dedh saal ka bachcha | age=18m
डेढ़ साल की बच्ची | age=18m sex=female
two year old boy | age=2y sex=male
दो साल का लड़का | age=2y sex=male
3 weeks | lasts=3w
cough 3 weeks | lasts=3w
since 2 years | lasts=2y
chest pain since 2 years, 60 F | age=60y sex=female body_part=chest lasts=2y proposed=urgent
knee pain 2 years | body_part=knee lasts=2y
60 F, knee pain 2 years | age=60y sex=female body_part=knee lasts=2y
fever 3-4 days | lasts=4d
do din se bukhar | lasts=2d
2 दिन से बुख़ार | lasts=2d
2 saal se khansi | lasts=2y
3 weeks old fracture left wrist | body_part=wrist side=left lasts=3w
2 months old injury | lasts=2m
fell today | lasts=0d
aaj gira | lasts=0d
fall 5 hours ago | lasts=5h
50 years | age=50y
उम्र 50 | age=50y
umar 50 saal | age=50y
৪৫ M | age=45y sex=male
٤٥ M | age=45y sex=male
101 F fever |
BP 120/80 |
98765 43210 |
+91 9876543210 |
12/11/2026 xray | modality=XR
pulse 98 |
150 M |
C5 M fracture |
45 M, brother 30 M | sex=male conflicts=age
boy and girl | conflicts=sex
M 45 pregnant | age=45y body_part=pregnancy conflicts=sex
transgender 30 years | age=30y sex=other
lady 40 years | age=40y sex=female
महिला 40 साल | age=40y sex=female
औरत ४० साल | age=40y sex=female
purush 33 saal | age=33y sex=male
मरीज़ 33 साल | age=33y
r/o fracture wrist | body_part=wrist
R/o fracture wrist 30/F | age=30y sex=female body_part=wrist
wrist R | body_part=wrist side=right
wrist (R) | body_part=wrist side=right
R wrist | body_part=wrist side=right
L knee | body_part=knee side=left
lt knee | body_part=knee side=left
b/l knee | body_part=knee side=both
both knees | body_part=knee side=both
right and left knee | body_part=knee side=both
dono ghutne | body_part=knee side=both
दोनों घुटने | body_part=knee side=both
left or right knee | body_part=knee conflicts=side
left/right wrist | body_part=wrist conflicts=side
patient left hospital, knee pain | body_part=knee
come right now |
left lower limb swelling | body_part=leg side=left
left distal radius | body_part=forearm side=left
right ring finger | body_part=finger side=right
left-sided chest pain | body_part=chest side=left proposed=urgent
left | side=left
ulti 2 din | lasts=2d
ulta pair | body_part=leg side=left
seedha haath | body_part=arm side=right
दाहिना पैर | body_part=leg side=right
left knee and right wrist | conflicts=side,body_part
chest xray, knee pain | body_part=chest modality=XR
xray of left knee, chest ok | body_part=knee modality=XR side=left
leg swelling, ankle | body_part=ankle
hand, finger cut | body_part=finger
pregnant abdominal pain | sex=female body_part=pregnancy
not pregnant |
garbhvati 7 mahine | sex=female body_part=pregnancy
गर्भवती | sex=female body_part=pregnancy
pregnant 25 years | age=25y sex=female body_part=pregnancy
8 months pregnant | sex=female body_part=pregnancy
back pain | body_part=lumbar_spine
2 days back | lasts=2d
kamar dard | body_part=lumbar_spine
c-spine | body_part=cervical_spine
good morning sir |
sir dard | body_part=head
X-Ray CHEST | modality=XR body_part=chest
x ray | modality=XR
CXR | modality=XR body_part=chest
एक्स-रे छाती | modality=XR body_part=chest
MRI spine | modality=MR body_part=spine
usg and ct | conflicts=modality
not urgent | priority=routine
jaldi nahi | priority=routine
jaldi | priority=urgent
तुरंत | priority=urgent
इमरजेंसी | priority=emergency
urgent emergency | priority=emergency
no bleeding |
behosh nahi hai |
behosh | proposed=emergency
बेहोश | proposed=emergency
not breathing | proposed=emergency
saans nahi le raha | proposed=emergency
accident | proposed=emergency
no fever, bleeding | proposed=urgent
no fracture |
"""
CASES = [tuple(part.strip() for part in line.split("|")) for line in GOLDEN.strip().splitlines()]
UNITS = {"y": Unit.YEARS, "m": Unit.MONTHS, "w": Unit.WEEKS, "d": Unit.DAYS, "h": Unit.HOURS}


def parse(text: str) -> Facts:
    return parse_facts(text, VOCABULARY)


def told(facts: Facts) -> str:
    """The facts in the notation of the golden lines, without the question."""
    age, lasts = facts.age, facts.duration
    named = {
        "age": f"{age.value}{age.unit.value[0]}" if age else None,
        "sex": facts.sex,
        "body_part": facts.body_part,
        "modality": facts.modality,
        "side": facts.side,
        "priority": facts.priority,
        "lasts": f"{lasts.value}{lasts.unit.value[0]}" if lasts else None,
        "proposed": facts.proposed,
        "conflicts": ",".join(sorted(facts.conflicts)),
    }
    return " ".join(sorted(f"{name}={value}" for name, value in named.items() if value))


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_line_says_what_it_says_and_no_more(text: str, expected: str) -> None:
    assert told(parse(text)) == " ".join(
        sorted(expected.replace("conflicts=side,body_part", "conflicts=body_part,side").split())
    )


def test_there_are_enough_golden_lines() -> None:
    assert len({text for text, _ in CASES}) >= 120


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("45 M chest cough 3 weeks urgent", "cough 3 weeks"),
        ("F/28 rt wrist fall from tree yesterday", "fall from tree yesterday"),
        ("65y female left hip", ""),
        ("४५ साल पुरुष छाती खाँसी ३ हफ़्ते", "खाँसी ३ हफ़्ते"),
        ("pain in the left knee since fall", "pain in the left knee since fall"),
        ("left knee and right wrist", "left knee and right wrist"),
        ("pregnant 8 months bleeding", "pregnant 8 months bleeding"),
        ("Fracture left wrist?", "Fracture left wrist?"),
    ],
)
def test_the_question_is_the_rest_in_her_own_words(text: str, question: str) -> None:
    assert parse(text).question == question


TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from([*" ,/-.\n", *[w for t, _ in CASES for w in t.split()]])).map(" ".join),
)
FACTS = st.builds(parse, TEXTS)


@given(TEXTS)
def test_any_text_can_be_read_and_its_question_is_part_of_it(text: str) -> None:
    assert parse(text).question in text


@given(TEXTS)
def test_a_conflicting_field_has_no_value(text: str) -> None:
    facts = parse(text)
    assert all(facts.value(field) is None for field in facts.conflicts)


@given(st.sampled_from([case[0] for case in CASES]), st.sampled_from("\u0966\u09e6\u0be6\u0c66\u0e50\u0660"))
def test_digits_of_other_scripts_are_read_like_latin_ones(text: str, zero: str) -> None:
    native = "".join(chr(ord(zero) + int(c)) if c.isascii() and c.isdecimal() else c for c in text)
    assert latin_digits(native) == latin_digits(text)
    assert told(parse(native)) == told(parse(text))


@given(FACTS, FACTS)
def test_merging_twice_is_merging_once(older: Facts, newer: Facts) -> None:
    once = merge(older, newer)
    assert merge(once, newer) == once
    assert merge(older, older) == older


def test_the_newer_word_holds_and_the_older_fills_up() -> None:
    merged = merge(parse("45 M left knee"), parse("right"))
    assert (merged.side, merged.body_part, merged.age) == (Laterality.RIGHT, BodyPart.KNEE, Age(45))


def test_an_answer_ends_a_conflict() -> None:
    merged = merge(parse("left/right wrist"), parse("left"))
    assert (merged.side, merged.conflicts) == (Laterality.LEFT, frozenset())


def test_a_new_contradiction_makes_the_old_word_asked_again() -> None:
    merged = merge(parse("left wrist"), parse("left/right wrist"))
    assert merged.side is None
    assert Field.SIDE in missing(merged)


def test_what_was_told_by_voice_is_told_once_it_is_typed() -> None:
    spoken = Facts(spoken=frozenset({Field.AGE, Field.SEX}))
    assert merge(spoken, parse("45")).spoken == {Field.AGE, Field.SEX}
    assert merge(spoken, parse("45 years")).spoken == {Field.SEX}


def test_a_changed_field_is_named() -> None:
    assert changed(parse("45 M left knee"), parse("right knee 45 M")) == (Field.SIDE,)


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        (Facts(), (Field.MODALITY, Field.BODY_PART, Field.AGE, Field.SEX, Field.PRIORITY)),
        (Facts(body_part=BodyPart.KNEE), (Field.MODALITY, Field.SIDE, Field.AGE, Field.SEX, Field.PRIORITY)),
        (Facts(body_part=BodyPart.PREGNANCY), (Field.MODALITY, Field.AGE, Field.PRIORITY)),
        (
            Facts(Age(40), Sex.MALE, BodyPart.CHEST, Modality.XR, priority=Priority.ROUTINE),
            (),
        ),
        (Facts(Age(28), Sex.FEMALE, BodyPart.ABDOMEN, Modality.US), (Field.PREGNANT, Field.PRIORITY)),
        (Facts(Age(56), Sex.FEMALE, BodyPart.ABDOMEN, Modality.US), (Field.PRIORITY,)),
        (Facts(Age(28), Sex.MALE, BodyPart.ABDOMEN, Modality.US), (Field.PRIORITY,)),
        (Facts(spoken=frozenset({Field.AGE, Field.SEX})), (Field.MODALITY, Field.BODY_PART, Field.PRIORITY)),
    ],
)
def test_only_what_is_needed_is_asked_in_order(facts: Facts, asked: tuple[Field, ...]) -> None:
    assert missing(facts) == asked


def test_durations_keep_their_unit() -> None:
    assert parse("cough 3 weeks").duration == Duration(3, Unit.WEEKS)
