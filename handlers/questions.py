"""The questions about a draft: their words, their buttons, and what an answer to one means."""

from dataclasses import dataclass, replace

from bot.domain.case import Case
from bot.domain.facts import Age, Facts, Field, Unit, applies
from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex
from bot.domain.words import bare_number
from bot.messages import Choice, Joined, Line, Text
from bot.services import wording

STUDY = wording.STUDY
QUESTION = "question"
SUMMARY = "summary"
SAME = "same"
"""Whether a draft is of the same patient as another case is open."""

OTHERS = "others"
"""Taps on to the studies that are rarer."""

_USUAL_STUDIES = (
    (Modality.XR, BodyPart.CHEST),
    (Modality.XR, BodyPart.HAND),
    (Modality.XR, BodyPart.WRIST),
    (Modality.XR, BodyPart.FOREARM),
    (Modality.XR, BodyPart.HIP),
    (Modality.XR, BodyPart.KNEE),
    (Modality.XR, BodyPart.LOWER_LEG),
    (Modality.XR, BodyPart.ANKLE),
    (Modality.CT, BodyPart.HEAD),
)
"""With the way to the others ten, the most that WhatsApp shows as a list to tap on."""

_OTHER_STUDIES = (
    (Modality.XR, BodyPart.SHOULDER, Laterality.RIGHT),
    (Modality.XR, BodyPart.SHOULDER, Laterality.LEFT),
    (Modality.XR, BodyPart.ELBOW, Laterality.RIGHT),
    (Modality.XR, BodyPart.ELBOW, Laterality.LEFT),
    (Modality.XR, BodyPart.FOOT, Laterality.RIGHT),
    (Modality.XR, BodyPart.FOOT, Laterality.LEFT),
    (Modality.XR, BodyPart.SPINE, None),
    (Modality.XR, BodyPart.ABDOMEN, None),
    (Modality.US, BodyPart.ABDOMEN, None),
    (Modality.US, BodyPart.PREGNANCY, None),
)
"""The way here took a tap, so that the side goes with the part: ten again, both sides at once can be typed."""

_AGES = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80)
_OLDEST = 120

_PREGNANT = {"yes": True, "no": False}
_SEX_AND_PREGNANT = ("female.yes", "female.no", "male", "other.yes", "other.no")
"""Sex and, where it may be so, pregnancy in one tap; whoever may be pregnant counts as pregnant (PC-PNDT Act 1994)."""

REFUSALS = {
    "empty": "refusal.empty",
    "too_large": "refusal.too_large",
    "too_big": "refusal.too_large",
    "not_an_image": "refusal.not_an_image",
    "type_not_supported": "refusal.type",
    "damaged": "refusal.damaged",
    "too_small": "refusal.too_small",
    "timeout": "refusal.trouble",
    "crashed": "refusal.trouble",
    "out_of_memory": "refusal.trouble",
    "fetch_failed": "refusal.fetch",
    "gone": "refusal.fetch",
}
"""By the reason of the media program or of fetching, the sentence that says what to do instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its buttons."""

    line: Line
    choices: tuple[Choice, ...] = ()


def ask_of(field: Field) -> str:
    """Which question asks for a fact."""
    return STUDY if field in (Field.MODALITY, Field.BODY_PART) else field.value


def question(case: Case, ask: str) -> Question:
    """The question; an unknown one (an old button) asks for the words."""
    match ask:
        case "study":
            return Question(Text("refer.ask_study"), _usual_studies(case))
        case "side":
            return Question(Text("refer.ask_side"), _enum_choices(case, "side", Laterality, columns=2))
        case "age":
            return Question(Text("refer.ask_age"), _age_choices(case))
        case "sex" if _asks_with_sex(case.facts):
            return Question(Text("refer.ask_sex_pregnant"), _sex_and_pregnant_choices(case))
        case "sex":
            return Question(Text("refer.ask_sex"), _enum_choices(case, "sex", Sex, columns=2))
        case "pregnant":
            return Question(Text("refer.ask_pregnant"), _pregnant_choices(case))
        case "priority":
            return Question(Text("refer.ask_danger"), _danger_choices(case))
        case _:
            return Question(Text("refer.ask_question"))


def behind(case: Case, ask: str, value: str) -> Question | None:
    """The rest of a list, where an answer asks for that; None for one that tells a fact."""
    if (ask, value) != (STUDY, OTHERS):
        return None
    return Question(Text("refer.ask_other_study"), _study_choices(case, _OTHER_STUDIES))


def told_by_voice(ask: str) -> tuple[Field, ...]:
    """Which facts a voice note tells while this question is open: consent, priority and side need a tap."""
    match ask:
        case "study":
            return (Field.MODALITY, Field.BODY_PART)
        case "age" | "sex" | "pregnant":
            return (Field(ask),)
        case _:
            return ()


def needs_tap(ask: str) -> bool:
    """Whether a voice note can't answer it."""
    return ask in (Field.PRIORITY.value, Field.SIDE.value)


def answer(ask: str, words: str, told: Facts) -> Facts:
    """What typed words mean: a bare number is the age that was asked and nothing else, all else is read as it is."""
    number = bare_number(words)
    if number is None:
        return told
    return _age(number) or Facts() if ask == Field.AGE.value else Facts()


def _age(number: int) -> Facts | None:
    """A bare number is years."""
    return Facts(age=Age(number, Unit.YEARS)) if 0 <= number <= _OLDEST else None


def tapped(ask: str, value: str) -> Facts | None:
    """What a tapped answer means; None for an old or foreign one."""
    try:
        match ask:
            case "study":
                return _study(value)
            case "side":
                return Facts(side=Laterality(value))
            case "age":
                return _age(int(value))
            case "sex":
                return _sex(value)
            case "pregnant":
                return Facts(pregnant=_PREGNANT.get(value))
            case "priority":
                return Facts(priority=Priority(value))
            case _:
                return None
    except ValueError:
        return None


def _study(value: str) -> Facts | None:
    match value.split("."):
        case [modality, part]:
            return Facts(modality=Modality(modality), body_part=BodyPart(part))
        case [modality, part, side]:
            return Facts(modality=Modality(modality), body_part=BodyPart(part), side=Laterality(side))
        case _:
            return None


def _sex(value: str) -> Facts | None:
    match value.split("."):
        case [sex]:
            return Facts(sex=Sex(sex))
        case [sex, "yes" | "no" as pregnant]:
            return Facts(sex=Sex(sex), pregnant=_PREGNANT[pregnant])
        case _:
            return None


def summary_choices(case: Case) -> tuple[Choice, ...]:
    """Send, change, cancel."""
    return (
        Choice(Text("refer.send"), f"send {case.reference} {case.revision}"),
        Choice(Text("refer.change"), f"change {case.reference}", row=1),
        Choice(Text("refer.cancel"), f"cancel {case.reference}", row=1),
    )


def change_choices(case: Case, *, pictures: int) -> tuple[Choice, ...]:
    """What can be changed, the pictures one by one, and who else may agree."""
    side = [Field.SIDE.value] if _has_side(case) else []
    pregnant = [Field.PREGNANT.value] if applies(Field.PREGNANT, case.facts) else []
    asks = (STUDY, *side, "age", "sex", *pregnant, "priority", QUESTION)
    facts = tuple(
        Choice(Text(f"refer.about_{ask}"), f"about {case.reference} {ask}", row=place // 2)
        for place, ask in enumerate(asks)
    )
    removals = tuple(
        Choice(
            Text("refer.remove", {"number": number}), f"less {case.reference} {number}", row=10 + number // 3
        )
        for number in range(1, pictures + 1)
        if pictures > 1
    )
    others = (
        Choice(Text("refer.guardian"), f"send {case.reference} {case.revision} guardian", row=40),
        Choice(Text("refer.nobody_to_ask"), f"send {case.reference} {case.revision} emergency", row=41),
    )
    return (*facts, *removals, *others)


def _has_side(case: Case) -> bool:
    return case.facts.body_part is not None and case.facts.body_part.paired


def _asks_with_sex(facts: Facts) -> bool:
    """Whether pregnancy would be the next question of a woman: ultrasound, of such an age."""
    return facts.pregnant is None and applies(Field.PREGNANT, replace(facts, sex=None))


def _usual_studies(case: Case) -> tuple[Choice, ...]:
    others = Choice(
        Text("refer.other_study"), f"set {case.reference} {STUDY} {OTHERS}", row=len(_USUAL_STUDIES) // 2
    )
    return (*_study_choices(case, tuple((*study, None) for study in _USUAL_STUDIES)), others)


def _study_choices(
    case: Case, studies: tuple[tuple[Modality, BodyPart, Laterality | None], ...]
) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            _study_label(modality, part, side),
            f"set {case.reference} {STUDY} {modality.value}.{part.value}"
            + (f".{side.value}" if side else ""),
            row=place // 2,
        )
        for place, (modality, part, side) in enumerate(studies)
    )


def _study_label(modality: Modality, part: BodyPart, side: Laterality | None) -> Joined:
    """As a row of a list says it, in at most 24 signs: "X-ray foot left"."""
    of_side = (Text(f"side.{side.value}"),) if side else ()
    return Joined((Text(f"modality.{modality.value}"), Text(f"body_part.{part.value}"), *of_side), " ")


def _age_choices(case: Case) -> tuple[Choice, ...]:
    return tuple(
        Choice(Text("span.years", count=age), f"set {case.reference} age {age}", row=place // 4, number=age)
        for place, age in enumerate(_AGES)
    )


def _enum_choices(
    case: Case, ask: str, kind: type[Laterality] | type[Sex], *, columns: int
) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            Text(f"{ask}.{member.value}"), f"set {case.reference} {ask} {member.value}", row=place // columns
        )
        for place, member in enumerate(kind)
    )


def _sex_and_pregnant_choices(case: Case) -> tuple[Choice, ...]:
    return tuple(
        Choice(Text(f"refer.sex_{value}"), f"set {case.reference} sex {value}", row=place)
        for place, value in enumerate(_SEX_AND_PREGNANT)
    )


def _pregnant_choices(case: Case) -> tuple[Choice, ...]:
    """Whoever may be pregnant counts as pregnant (PC-PNDT Act 1994)."""
    return (
        Choice(Text("refer.pregnant_yes"), f"set {case.reference} pregnant yes"),
        Choice(Text("refer.pregnant_no"), f"set {case.reference} pregnant no", row=1),
    )


def _danger_choices(case: Case) -> tuple[Choice, ...]:
    """A danger sign is an emergency; without one she says whether it can wait."""
    return (
        Choice(Text("refer.danger_yes"), f"set {case.reference} priority emergency"),
        Choice(Text("refer.danger_urgent"), f"set {case.reference} priority urgent", row=1),
        Choice(Text("refer.danger_no"), f"set {case.reference} priority routine", row=2),
    )
