"""Joining: language, privacy notice, name, a specialist's registration. Strangers get one sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.escalation import Way
from bot.domain.people import Invite, Person, Role
from bot.domain.words import (
    ANY_TIME,
    Command,
    acknowledgement,
    agrees,
    bare_number,
    match_command,
    match_language,
)
from bot.language.enumerations import language_name
from bot.messages import (
    Address,
    Choice,
    ChoiceTapped,
    Ignored,
    InboundEvent,
    JoinRequested,
    Line,
    MessageReceived,
    ReachabilityChanged,
    Text,
    Verbatim,
)
from bot.services import page_tests, people
from handlers import sharing, welcome
from handlers.joining_words import name_in, registration_in, why_not
from handlers.state import Idle, Joining, Sharing, State
from handlers.turn import NOTHING, Action, Knowledge, Reply, Say, Turn, done, say
from storage.unit_of_work import UnitOfWork

TOLD_AGAIN_AFTER = timedelta(hours=1)
TRIES = 5
"""Wrong codes an address may try in `TOLD_AGAIN_AFTER`."""

_CODE = re.compile(r"(?:join\s+)?([0-9a-f]{32})|join\s+(\S+)", re.IGNORECASE)
_TAPS = frozenset({"join_lang", "join_agree", "join_no", "join_name_yes", "join_not_me"})


@dataclass(frozen=True, slots=True)
class _Visit:
    """An event from an address that belongs to nobody."""

    uow: UnitOfWork
    address: Address
    knowledge: Knowledge
    now: datetime


def claims(event: InboundEvent, state: State, knowledge: Knowledge) -> bool:
    """Whether an event of somebody enrolled belongs here: a code, or the answer to an open question."""
    if isinstance(state, Sharing) or (isinstance(state, Joining) and state.shared):
        return True
    if _code_in(event) or not isinstance(state, Joining):
        return bool(_code_in(event))
    if match_language(_typed(event), knowledge.vocabulary) is not None:
        return False
    return bool(_typed(event)) and _command(event, knowledge) in (None, Command.CANCEL)


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """A test page came: she says so by a tap in the chat, or by a key in the call."""
    if action.verb != "tp" or action.arg(0) not in set(Way):
        return None
    way = Way(action.arg(0))
    page_tests.answered(turn.uow, turn.person, way, turn.now)
    return say(Text(f"phones.came_{way.value}"))


def meet(
    uow: UnitOfWork,
    event: InboundEvent,
    *,
    address: Address,
    state: State,
    knowledge: Knowledge,
    now: datetime,
) -> Reply:
    """The answer to an address that belongs to nobody, or to somebody enrolled whose event is claimed."""
    if isinstance(event, ReachabilityChanged | Ignored):
        return NOTHING
    visit = _Visit(uow, address, knowledge, now)
    known = uow.people.by_address(address)
    if known is not None and not known.revoked:
        return _enrolled(visit, known, state, event)
    if code := _code_in(event):
        return _begin(visit, code)
    if isinstance(state, Joining):
        return _answer(visit, state, event)
    if isinstance(event, ChoiceTapped) and Action.parse(event.action).verb in _TAPS:
        return done(Text("join.open_again"))
    return _stranger(visit)


def _code_in(event: InboundEvent) -> str:
    """The code of a deep link, or one that was typed; empty where there is none."""
    if isinstance(event, JoinRequested):
        return event.code.strip().lower()
    found = _CODE.fullmatch(_typed(event))
    return (found.group(1) or found.group(2)).lower() if found else ""


# --- strangers


def _stranger(visit: _Visit) -> Reply:
    """One sentence an hour, and nothing of what came is kept."""
    visit.uow.inbox.forget()
    if visit.uow.strangers.was_told(visit.address, since=visit.now - TOLD_AGAIN_AFTER):
        return NOTHING
    visit.uow.strangers.told(visit.address, now=visit.now)
    return say(Text("stranger.only"))


def _begin(visit: _Visit, code: str) -> Reply:
    """The questions of joining begin, where the code holds."""
    invite = _try_code(visit, code)
    return invite if isinstance(invite, Reply) else _first_question(visit, invite)


def _first_question(visit: _Visit, invite: Invite, *, shared: bool = False) -> Reply:
    if invite.person_id is None:
        return _ask_language(visit.knowledge, Joining(invite.id, "language", shared=shared))
    state = welcome.begin(invite, visit.uow.people.get(invite.person_id), shared=shared)
    return _open_question(visit, state, invite)


def _try_code(visit: _Visit, code: str) -> Invite | Reply:
    """The open invitation of a code, or a kind sentence: a few times an hour, then silence."""
    visit.uow.inbox.forget()
    since = visit.now - TOLD_AGAIN_AFTER
    if visit.uow.strangers.tries(visit.address, since=since) >= TRIES:
        return NOTHING
    invite = visit.uow.invites.by_code(code)
    if invite is not None and invite.is_open(visit.now):
        return invite
    visit.uow.strangers.tried(visit.address, now=visit.now, since=since)
    return say(why_not(invite))


# --- the questions, in order


def _ask_language(knowledge: Knowledge, state: Joining) -> Reply:
    choices = tuple(
        Choice(language_name(language), f"join_lang {language}", row)
        for row, language in enumerate(knowledge.languages)
    )
    return say(Text("join.language"), Text("join.training"), choices=choices, state=state)


def _ask_notice(state: Joining) -> Reply:
    choices = (Choice(Text("join.agree"), "join_agree"), Choice(Text("join.disagree"), "join_no"))
    return say(Text("join.notice"), choices=choices, state=replace(state, ask="notice"))


def _ask_name(state: Joining, invite: Invite, *heading: Line) -> Reply:
    state = replace(state, ask="name")
    if invite.person_id is not None:
        return welcome.ask_again(state, invite)
    if not invite.name:
        return say(*heading, Text("join.name"), state=state)
    choices = (Choice(Text("join.name_yes"), "join_name_yes"),)
    return say(
        *heading, Text("join.name_check", {"name": Verbatim(invite.name)}), choices=choices, state=state
    )


def _ask_registration(state: Joining, *heading: Line) -> Reply:
    return say(*heading, Text("join.registration"), state=replace(state, ask="registration"))


def _ask_council(state: Joining) -> Reply:
    return say(Text("join.council"), state=replace(state, ask="council"))


# --- the answers


def _answer(visit: _Visit, state: Joining, event: InboundEvent) -> Reply:
    """The next question, or the open one once more where this is no answer to it."""
    if _command(event, visit.knowledge) is Command.EMERGENCY:
        return say(Text("join.emergency"))
    invite = visit.uow.invites.get(state.invite_id)
    if not invite.is_open(visit.now):
        return done(why_not(invite))
    if (reply := _any_time(visit, state, invite, event)) is not None:
        return reply
    match state.ask:
        case "language":
            return _take_language(visit, state, event)
        case "notice":
            return _take_notice(visit, state, invite, event)
        case "name":
            return _take_name(visit, state, invite, event)
        case "registration":
            return _take_registration(state, event)
        case _:
            return _take_council(visit, state, invite, event)


def _any_time(visit: _Visit, state: Joining, invite: Invite, event: InboundEvent) -> Reply | None:
    """Words that work at any time: never an answer to what is asked, which is asked once more."""
    named = match_language(_typed(event), visit.knowledge.vocabulary)
    command = _command(event, visit.knowledge)
    if named in visit.knowledge.languages and state.ask != "language":
        return _open_question(visit, replace(state, language=named), invite)
    if command is Command.LANGUAGE:
        return _ask_language(visit.knowledge, replace(state, ask="language"))
    if command is Command.CANCEL:
        return done(Text("commands.join_stopped"))
    if command not in ANY_TIME:
        return None
    asked = _open_question(visit, state, invite)
    return Reply((Say((Text("commands.join_help"),)), *asked.says), asked.state)


def _open_question(visit: _Visit, state: Joining, invite: Invite) -> Reply:
    match state.ask:
        case "language":
            return _ask_language(visit.knowledge, state)
        case "notice":
            return _ask_notice(state)
        case "name":
            return _ask_name(state, invite)
        case "registration":
            return _ask_registration(state)
        case _:
            return _ask_council(state)


def _take_language(visit: _Visit, state: Joining, event: InboundEvent) -> Reply:
    tapped = _tapped(event)
    chosen = (
        tapped.arg(0)
        if tapped.verb == "join_lang"
        else match_language(_typed(event), visit.knowledge.vocabulary)
        or _numbered(visit, event, visit.knowledge.languages)
    )
    if chosen not in visit.knowledge.languages:
        return _ask_language(visit.knowledge, state)
    return _ask_notice(replace(state, language=chosen))


def _take_notice(visit: _Visit, state: Joining, invite: Invite, event: InboundEvent) -> Reply:
    verb, word = _tapped(event).verb, _command(event, visit.knowledge)
    if verb == "join_lang":
        return _take_language(visit, state, event)
    if verb == "join_no" or word is Command.NO:
        visit.uow.inbox.forget()
        return done(Text("join.declined"))
    if verb == "join_agree" or agrees(_typed(event), visit.knowledge.vocabulary):
        return _ask_name(state, invite)
    # A number, "ok" and "yes" are no consent: they are as easily an answer to something else.
    return _ask_notice(state)


def _take_name(visit: _Visit, state: Joining, invite: Invite, event: InboundEvent) -> Reply:
    word = _command(event, visit.knowledge)
    yes = word is Command.YES or acknowledgement(_typed(event), visit.knowledge.vocabulary) is not None
    tapped = _tapped(event).verb == "join_name_yes" or bool(_numbered(visit, event, ("yes",)))
    confirmed = bool(invite.name) and (tapped or yes)
    if invite.person_id is not None:
        if _tapped(event).verb == "join_not_me" or word is Command.NO:
            return done(Text("join.not_you"))
        return _again(visit, state, invite) if confirmed else _ask_name(state, invite)
    name = invite.name if confirmed else "" if word or yes else name_in(_typed(event))
    if not name:
        return _ask_name(state, invite)
    state = replace(state, name=name)
    return _ask_registration(state) if invite.role is Role.SPECIALIST else _finish(visit, state, invite)


def _take_registration(state: Joining, event: InboundEvent) -> Reply:
    number = registration_in(_typed(event))
    if not any(sign.isdecimal() for sign in number):
        return _ask_registration(state)
    return _ask_council(replace(state, number=number))


def _take_council(visit: _Visit, state: Joining, invite: Invite, event: InboundEvent) -> Reply:
    council = registration_in(_typed(event))
    return _finish(visit, state, invite, council) if council else _ask_council(state)


def _finish(visit: _Visit, state: Joining, invite: Invite, council: str = "") -> Reply:
    registration = f"{council} {state.number}".strip()
    applicant = people.Applicant(visit.address, state.language, state.name, registration, shares=state.shared)
    person = people.join(visit.uow, invite, applicant, visit.now)
    if person is None:
        return done(Text("join.code_used"))
    return welcome.welcome(
        visit.uow, person, visit.now, Text("join.welcome", {"name": Verbatim(person.name)})
    )


def _again(visit: _Visit, state: Joining, invite: Invite) -> Reply:
    return welcome.is_back(visit.uow, invite, visit.address, visit.now, shared=state.shared)


def _numbered(visit: _Visit, event: InboundEvent, offered: Sequence[str]) -> str:
    """What a typed number stands for where choices may stand as numbers; empty for all else."""
    number = bare_number(_typed(event)) if visit.knowledge.takes_numbers(visit.address) else None
    return offered[number - 1] if number is not None and 1 <= number <= len(offered) else ""


def _tapped(event: InboundEvent) -> Action:
    return Action.parse(event.action) if isinstance(event, ChoiceTapped) else Action("")


def _command(event: InboundEvent, knowledge: Knowledge) -> Command | None:
    return match_command(_typed(event), knowledge.vocabulary)


def _typed(event: InboundEvent) -> str:
    """Words of their own: a caption is about its picture, a quotation answers something else."""
    plain = isinstance(event, MessageReceived) and not event.attachments and event.quoted is None
    return event.text.strip() if isinstance(event, MessageReceived) and plain else ""


# --- people who are enrolled already


def _enrolled(visit: _Visit, person: Person, state: State, event: InboundEvent) -> Reply:
    visit.uow.people.seen(visit.address, visit.now)
    if code := _code_in(event):
        return _invited(visit, person, code)
    if isinstance(state, Sharing):
        return _whose(visit, person, state, event)
    if not isinstance(state, Joining):
        return say(*people.help_lines(person))
    if _command(event, visit.knowledge) is Command.CANCEL:
        return done(Text("join.later"))
    return _answer(visit, state, event) if state.shared else _register(visit, person, state, event)


def _register(visit: _Visit, person: Person, state: Joining, event: InboundEvent) -> Reply:
    if state.ask != "council":
        return _take_registration(state, event)
    council = registration_in(_typed(event))
    if not council:
        return _ask_council(state)
    people.register(visit.uow, person, f"{council} {state.number}".strip(), visit.now)
    registered = visit.uow.people.get(person.id)
    if not state.invite_id:
        # She gives it again: she was tested when she joined, and is when it is confirmed.
        return done(*people.help_lines(registered))
    return welcome.welcome(visit.uow, registered, visit.now)


def _invited(visit: _Visit, person: Person, code: str) -> Reply:
    invite = _try_code(visit, code)
    if isinstance(invite, Reply):
        return invite
    another = sharing.may_be_another(person, invite)
    return sharing.ask_whose(person, invite) if another else _accept(visit, person, invite)


def _whose(visit: _Visit, person: Person, state: Sharing, event: InboundEvent) -> Reply:
    invite = visit.uow.invites.get(state.invite_id)
    said = _tapped(event).verb or _numbered(visit, event, ("sh_me", "sh_new"))
    if _command(event, visit.knowledge) is Command.CANCEL:
        return done(Text("join.later"))
    if not invite.is_open(visit.now):
        return done(why_not(invite))
    if said == "sh_me" and invite.person_id not in (None, person.id):
        return welcome.is_one_of_two(visit.uow, invite, person, visit.address, visit.now)
    if said == "sh_me":
        reply = _accept(visit, person, invite)
        return replace(reply, state=reply.state or Idle())
    if said == "sh_new":
        return _first_question(visit, invite, shared=True)
    return sharing.ask_whose(person, invite)


def _accept(visit: _Visit, person: Person, invite: Invite) -> Reply:
    changed = people.accept(visit.uow, invite, person, visit.now)
    if changed is None:
        return say(Text("join.code_used"))
    added = Text("join.role_added", {"role": Text(f"role.{invite.role.value}")})
    if invite.person_id is not None and invite.role in person.roles:
        added = Text("join.welcome_back", {"name": Verbatim(person.name)})
    if invite.role is Role.SPECIALIST and not changed.registration:
        return _ask_registration(Joining(invite.id, "registration", person.language, person.name), added)
    # Whatever is open with her stays so.
    return replace(welcome.welcome(visit.uow, changed, visit.now, added), state=None)
