"""The texts of enumerations: msgid `<prefix>.<value>`, one for each member."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.case import AssignmentState
from bot.domain.case import Status as CaseStatus
from bot.domain.facts import Age, Duration
from bot.domain.marks import Bone, Joint, MarkKind, Quadrant, Zone
from bot.domain.people import Role
from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex
from bot.domain.words import Command
from bot.messages import Text

PREFIXES: Mapping[type[StrEnum], str] = {
    Sex: "sex",
    Laterality: "side",
    BodyPart: "body_part",
    Modality: "modality",
    Priority: "priority",
    CaseStatus: "status",
    AssignmentState: "assignment",
    Role: "role",
    Command: "command",
    Bone: "mark.bone",
    Joint: "mark.joint",
    Zone: "mark.zone",
    Quadrant: "mark.quadrant",
    MarkKind: "mark.ask",
}


def word(member: StrEnum) -> Text:
    """The name of a member of one of `PREFIXES`."""
    return Text(f"{PREFIXES[type(member)]}.{member.value}")


def age_text(age: Age) -> Text:
    """`45 years`."""
    return Text(f"span.{age.unit.value}", count=age.value)


def duration_text(duration: Duration) -> Text:
    """`3 weeks`; 0 days is said as 0 days."""
    return Text(f"span.{duration.unit.value}", count=duration.value)


def language_name(language: str) -> Text:
    """A language's name, always in that language."""
    return Text(f"language.{language}")
