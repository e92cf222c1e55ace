"""How it is said in a report that its author was asked about something and meant it."""

from bot.domain.report import Content, Finding
from bot.domain.report_check import About, age_of, confirmed_of, is_for_officer
from bot.domain.study import BodyPart, Laterality, Sex
from bot.language.enumerations import age_text, word
from bot.messages import Line, Text


def value_text(kind: About, value: str) -> Text:
    """A side, sex, age or body part in the reader's language."""
    match kind:
        case About.SIDE:
            return word(Laterality(value))
        case About.SEX:
            return word(Sex(value))
        case About.AGE:
            return age_text(age_of(value))
        case _:
            return word(BodyPart(value))


def confirmed_lines(content: Content) -> tuple[Line, ...]:
    """What differs from the case and is meant so."""
    return tuple(
        Text(
            "report_check.confirmed",
            {"known": value_text(one.kind, one.known), "said": value_text(one.kind, one.said)},
        )
        for one in confirmed_of(content)
    )


def officer_lines(content: Content, finding: Finding) -> tuple[Line, ...]:
    """What follows a line that names a medicine."""
    return (Text("report_check.for_officer"),) if is_for_officer(content, finding) else ()
