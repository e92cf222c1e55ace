"""One word makes an emergency of a case that was sent: at once, whatever else is open with her."""

from collections.abc import Sequence

from bot.domain.case import Case
from bot.domain.fact_parser import parse_facts
from bot.domain.facts import Facts, Field, changed
from bot.domain.people import Role
from bot.domain.study import Priority
from bot.domain.words import Command
from bot.messages import Choice, MessageReceived, Phrase, Text
from bot.services import access, fetal_sex, notes, raising
from bot.services.notes import Saying
from bot.services.wording import case_name
from handlers.state import Explaining, Idle, State
from handlers.turn import Action, Reply, Turn, say, say_about
from storage.outbox import SentRecord

_WRITES = frozenset({"composing", "asking", "opining", "siding"})
"""What a specialist has open, in which words are for the reader."""
_FREE = frozenset({"idle", "pending", "drafting", "completing"})
"""What may be open while words are still for the case that is under way."""
_MOST = 8


def on_command(turn: Turn, command: Command) -> Reply | None:
    """The word, while a case of hers is under way; None where it is about a draft or begins a case."""
    if command is not Command.EMERGENCY or not turn.person.is_a(Role.REFERRER) or turn.state.kind in _WRITES:
        return None
    live = sorted(turn.uow.cases.live_of(turn.person.id), key=_sent_at, reverse=True)
    if not live or _is_drafting(turn, live[0]):
        return None
    return _raise(turn, live[0], advised=False) if len(live) == 1 else _ask_which(turn, live)


def on_message(turn: Turn, message: MessageReceived, quoted: SentRecord | None) -> Reply | None:
    """The word among others, too few to tell of another patient: they are about the case that is under way."""
    if message.attachments or not turn.person.is_a(Role.REFERRER) or not _is_free(turn.state):
        return None
    told = parse_facts(message.text, turn.knowledge.vocabulary)
    case = _meant(turn, message, quoted)
    if case is None or _tells_of_another(case, told):
        return None
    says_it = told.priority is Priority.EMERGENCY
    if not says_it and not _is_sign(turn, case, told):
        return None
    vocabulary = turn.knowledge.vocabulary
    if fetal_sex.hold(turn.uow, case, turn.person, message.text, vocabulary=vocabulary, now=turn.now):
        return say_about(case, Phrase("obs.no_sex"), Text("answer.not_relayed"))
    reply = _raise(turn, case, advised=False) if says_it else _ask_whether(case)
    raised = turn.uow.cases.get(case.id)
    notes.tell(turn.uow, raised, turn.person, Saying(words=message.text), turn.now, perhaps=not says_it)
    return reply


def _is_sign(turn: Turn, case: Case, told: Facts) -> bool:
    """Whether words that answer no doctor tell of a danger sign (`he is unconscious`) in what is no emergency."""
    asked = turn.uow.notes.open_questions(case.id)
    return told.proposed is Priority.EMERGENCY and case.priority is not Priority.EMERGENCY and not asked


def _ask_whether(case: Case) -> Reply:
    """Her words are with the doctor at once; that it is an emergency she says herself, for many signs are none."""
    yes = Choice(Text("emergency.yes_now"), f"set {case.reference} priority emergency")
    return say_about(case, Text("emergency.is_it"), choices=(yes, _another()), state=Idle())


def _is_free(state: State) -> bool:
    return state.kind in _FREE or (isinstance(state, Explaining) and state.about == "gone")


def _meant(turn: Turn, message: MessageReceived, quoted: SentRecord | None) -> Case | None:
    """The case that is quoted, else the only one of hers that is under way; none where she is at a draft."""
    live = turn.uow.cases.live_of(turn.person.id)
    if quoted is not None or message.quoted is not None:
        return next((case for case in live if quoted is not None and case.id == quoted.case_id), None)
    return live[0] if len(live) == 1 and not _is_drafting(turn, live[0]) else None


def _tells_of_another(case: Case, told: Facts) -> bool:
    """Whether words tell at least two things of a patient: then they begin a case of their own."""
    count = sum(told.value(field) is not None for field in Field if field is not Field.PRIORITY)
    return count > 1 or bool(set(changed(case.facts, told)) - {Field.PRIORITY})


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Which case it is; the danger sign of a question that she answers late; and the owner who has seen it."""
    late = action.verb == "set" and action.args[1:] == ("priority", Priority.EMERGENCY.value)
    if action.verb not in ("worse", "seen") and not late:
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is not None and action.verb == "seen":
        mine = raising.seen(turn.uow, case, turn.person)
        return say_about(case, Text("emergency.seen_thanks" if mine else "duty.over"))
    if case is None or case.referrer_id != turn.person.id or not case.is_live:
        return None if late else say(Text("common.old_button"))
    return _raise(turn, case, advised=not late)


def _sent_at(case: Case) -> tuple[float, str]:
    return ((case.opened_at or case.created_at).timestamp(), case.id)


def _is_drafting(turn: Turn, newest: Case) -> bool:
    """Whether she did something about a draft after she sent her newest case: then the word is about that."""
    draft = turn.uow.cases.draft_of(turn.person.id)
    if draft is None:
        return False
    files = turn.uow.attachments.of_case(draft.id)
    touched = max((draft.touched_at or draft.created_at, *(file.received_at for file in files)))
    return touched >= (newest.opened_at or newest.created_at)


def _raise(turn: Turn, case: Case, *, advised: bool) -> Reply:
    raised = raising.raise_case(turn.uow, case, turn.now)
    advice = () if advised else raising.advice(turn.uow, case.facility_id)
    choices = () if advised else (_another(),)
    return say_about(raised, raising.told(turn.uow, raised), *advice, choices=choices, state=Idle())


def _ask_which(turn: Turn, live: Sequence[Case]) -> Reply:
    raising.ask_which(turn.uow, live[0], turn.now)
    choices = tuple(
        Choice(case_name(case), f"worse {case.reference}", row=place)
        for place, case in enumerate(live[:_MOST])
    )
    advice = raising.advice(turn.uow, turn.person.facility_id)
    return say(*advice, Text("emergency.which"), choices=(*choices, _another()), state=Idle())


def _another() -> Choice:
    return Choice(Text("emergency.other_patient"), "begin", row=99)
