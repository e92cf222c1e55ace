"""What is kept between turns: which question of which dialogue is open with a person, one at a time.

Everything else is in the case, the report draft, the note: a lost state costs a question, never a word.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field as Discriminated
from pydantic import TypeAdapter

from bot.domain.marks import Mark


@dataclass(frozen=True, slots=True)
class Idle:
    """No question is open."""

    kind: Literal["idle"] = "idle"


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody with a valid code answers the questions of joining; `ask` is the one that is open."""

    invite_id: str
    ask: Literal["language", "notice", "name", "registration", "council"]
    language: str = "en"
    name: str = ""
    number: str = ""
    shared: bool = False
    """On a phone that somebody else has and shares with her."""
    kind: Literal["joining"] = "joining"


@dataclass(frozen=True, slots=True)
class Sharing:
    """An invitation came to somebody's phone: it is asked whether it is for her, or for one who shares the phone."""

    invite_id: str
    kind: Literal["sharing"] = "sharing"


@dataclass(frozen=True, slots=True)
class Drafting:
    """The referrer fills a draft; `ask` is the `facts.Field` (or `question`) that is open, empty where none is."""

    case_id: str
    ask: str = ""
    kind: Literal["drafting"] = "drafting"


@dataclass(frozen=True, slots=True)
class Completing:
    """An emergency is on its way, and the referrer is asked for a fact that is missing; she may pass over it."""

    case_id: str
    ask: str
    kind: Literal["completing"] = "completing"


@dataclass(frozen=True, slots=True)
class Pending:
    """She was asked what she means by something that she said, or for which case it is.

    What waits for its case is kept beside this (`storage.unplaced`); `words` is a number that may be for a case.
    """

    words: str = ""
    kind: Literal["pending"] = "pending"


@dataclass(frozen=True, slots=True)
class Answering:
    """The referrer is to answer a question about her case."""

    case_id: str
    note_id: str
    kind: Literal["answering"] = "answering"


@dataclass(frozen=True, slots=True)
class Explaining:
    """The referrer is to say what of a report is unclear, what stands in the way of doing it, or where he went."""

    case_id: str
    about: Literal["report", "obstacle", "gone"] = "report"
    kind: Literal["explaining"] = "explaining"


@dataclass(frozen=True, slots=True)
class Composing:
    """The specialist writes a report; `phrase` waits for the value of a placeholder or for its place.

    `given` and `marks` have what is known of it.
    """

    report_id: str
    phrase: str = ""
    given: tuple[tuple[str, str | int], ...] = ()
    marks: tuple[Mark, ...] = ()
    kind: Literal["composing"] = "composing"


@dataclass(frozen=True, slots=True)
class Asking:
    """The specialist is to write his question to the referrer."""

    case_id: str
    kind: Literal["asking"] = "asking"


@dataclass(frozen=True, slots=True)
class Opining:
    """The colleague is to write her second opinion."""

    handover_id: str
    kind: Literal["opining"] = "opining"


@dataclass(frozen=True, slots=True)
class Siding:
    """Her words for somebody name another side than the case's, and she was asked whether they are right."""

    case_id: str
    words: str
    to: Literal["referrer", "colleague", "owner"]
    kind: Literal["siding"] = "siding"


@dataclass(frozen=True, slots=True)
class Inviting:
    """The coordinator makes an invitation; `ask` is the open question."""

    ask: Literal["role", "facility", "pool", "name"]
    role: str = ""
    facility_id: str = ""
    pool_id: str = ""
    name: str = ""
    """Somebody is called so already: whether it is for her is the open question."""
    kind: Literal["inviting"] = "inviting"


@dataclass(frozen=True, slots=True)
class LostPhone:
    """The coordinator is to say whose phone is lost."""

    kind: Literal["lost_phone"] = "lost_phone"


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody is to write what is wrong with the service, or the number at which she can be called."""

    about: Literal["problem", "number"] = "problem"
    kind: Literal["telling"] = "telling"


@dataclass(frozen=True, slots=True)
class Registering:
    """The coordinator is to type the number under which a clinic is registered for ultrasound, and to confirm it."""

    facility_id: str
    number: str = ""
    kind: Literal["registering"] = "registering"


State = Annotated[
    Idle
    | Joining
    | Sharing
    | Drafting
    | Completing
    | Pending
    | Answering
    | Explaining
    | Composing
    | Asking
    | Opining
    | Siding
    | Inviting
    | LostPhone
    | Telling
    | Registering,
    Discriminated(discriminator="kind"),
]

_STATE: TypeAdapter[State] = TypeAdapter(State)


def encode_state(state: State) -> bytes:
    """A state as JSON."""
    return _STATE.dump_json(state)


def decode_state(data: bytes | None) -> State:
    """The state in JSON, idle where there is none; pydantic's ValidationError for anything else."""
    return Idle() if data is None else _STATE.validate_json(data)
