"""What a draft needs next, from what is known of it: a pure decision, the same for every channel."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.facts import Facts, Field, missing
from bot.domain.study import BodyPart, Modality, Priority


class Next(StrEnum):
    """What happens next with a draft."""

    ASK_PICTURE = "ask_picture"
    ASK_FACT = "ask_fact"
    ASK_WORDS = "ask_words"
    WAIT = "wait"
    SUMMARISE = "summarise"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as far as this decision goes; `settled`: nothing more came for a moment (album parts come singly).

    `ready` and `fetching` count pictures, `voices` the voice notes that are not fetched yet.
    """

    facts: Facts
    ready: int
    fetching: int
    settled: bool
    voices: int = 0
    words_only: bool = False
    """The law keeps its pictures back: it goes on in words."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What comes next, and which fact where one is asked."""

    next: Next
    field: Field | None = None


# Parts that are looked at in more than one way: there the modality is asked, everywhere else it is an X-ray.
_OFTEN_NOT_XRAY = frozenset(
    {
        BodyPart.ABDOMEN,
        BodyPart.KIDNEY,
        BodyPart.PELVIS,
        BodyPart.BREAST,
        BodyPart.NECK,
        BodyPart.EYE,
        BodyPart.HEAD,
    }
)


def assumed(facts: Facts) -> Facts:
    """The facts with the usual modality of the body part where none was told; the summary shows it."""
    if facts.modality is not None or facts.body_part is None or Field.MODALITY in facts.conflicts:
        return facts
    if facts.body_part is BodyPart.PREGNANCY:
        return replace(facts, modality=Modality.US)
    return facts if facts.body_part in _OFTEN_NOT_XRAY else replace(facts, modality=Modality.XR)


def tells_anything(facts: Facts) -> bool:
    """Whether a reader learns anything of the patient beside the priority."""
    known = any(facts.value(field) is not None for field in Field if field is not Field.PRIORITY)
    return known or bool(facts.spoken) or facts.duration is not None or bool(facts.question.strip())


def next_prompt(draft: Draft) -> Prompt:
    """Facts are asked while pictures are still being made ready; the summary waits for both.

    An emergency waits for neither (DESIGN §6), nor for a picture at all: only for the moment in which parts of an
    album come.
    """
    is_emergency = draft.facts.priority is Priority.EMERGENCY
    if draft.words_only:
        return _in_words(draft)
    if draft.ready + draft.fetching == 0:
        return Prompt(Next.SUMMARISE if is_emergency and tells_anything(draft.facts) else Next.ASK_PICTURE)
    if is_emergency:
        return Prompt(Next.SUMMARISE if draft.settled else Next.WAIT)
    lacking = missing(draft.facts)
    if lacking:
        return Prompt(Next.ASK_FACT, lacking[0])
    if draft.fetching or draft.voices or not draft.settled:
        return Prompt(Next.WAIT)
    return Prompt(Next.SUMMARISE)


def _in_words(draft: Draft) -> Prompt:
    """Without pictures the words are all there is: besides an emergency's, what she needs has to be written."""
    if draft.facts.priority is Priority.EMERGENCY and tells_anything(draft.facts):
        return Prompt(Next.SUMMARISE)
    lacking = missing(draft.facts)
    if lacking:
        return Prompt(Next.ASK_FACT, lacking[0])
    return Prompt(Next.SUMMARISE if draft.facts.question.strip() else Next.ASK_WORDS)
