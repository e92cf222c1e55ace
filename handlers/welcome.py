"""What several ways of joining share: the welcome, joining again with a new phone, an invitation to pass on."""

from datetime import datetime
from typing import Literal

from bot.domain.people import Invite, Person, Role
from bot.messages import Address, At, Choice, Drawing, Line, Text, Verbatim
from bot.services import first_contact, page_tests, people, rejoining
from handlers.state import Idle, Joining
from handlers.turn import Reply, Say, Turn, done, say
from storage.unit_of_work import UnitOfWork

# --- the welcome


def welcome(uow: UnitOfWork, person: Person, now: datetime, *hello: Line) -> Reply:
    """After `hello` what she can do here, whom to call when nothing answers, and a test page by every way."""
    greeting = Say((*hello, *people.help_lines(person), *first_contact.to_keep(uow, person)))
    test = page_tests.begin(uow, person, now)
    page = Say(test.body, test.choices, about=test.about, key=test.key)
    return Reply((greeting, page, *_card(uow, person)), Idle())


def _card(uow: UnitOfWork, person: Person) -> tuple[Say, ...]:
    """For specialists the number that will call them, where there is one, to let through at night."""
    if not first_contact.needs_card(uow, person):
        return ()
    return (Say((Text("phones.card"),), drawing=Drawing("contact_card")),)


# --- somebody who is enrolled has a new phone


def begin(invite: Invite, person: Person, *, shared: bool = False) -> Joining:
    """The open question for whom an invitation names: she has chosen her language, and has agreed before."""
    ask: Literal["name", "notice"] = "name" if person.agreed else "notice"
    return Joining(invite.id, ask, language=person.language, name=person.name, shared=shared)


def ask_again(state: Joining, invite: Invite) -> Reply:
    """Whether it is she."""
    choices = (Choice(Text("join.name_yes"), "join_name_yes"), Choice(Text("join.not_me"), "join_not_me", 1))
    question = Text("join.again_check", {"name": Verbatim(invite.name)})
    return say(question, choices=choices, state=state)


def is_back(
    uow: UnitOfWork, invite: Invite, address: Address, now: datetime, *, shared: bool = False
) -> Reply:
    """She is who she was, on this phone."""
    person = rejoining.rejoin(uow, invite, address, now, shares=shared)
    return done(Text("join.code_used")) if person is None else _welcome_back(uow, person, now)


def is_one_of_two(uow: UnitOfWork, invite: Invite, twin: Person, address: Address, now: datetime) -> Reply:
    """Who has the phone says that it is she; an invitation that names somebody else is not hers."""
    if not rejoining.is_herself(uow, twin, invite):
        return done(Text("join.not_you"))
    person = rejoining.become(uow, invite, twin, address, now)
    return done(Text("join.code_used")) if person is None else _welcome_back(uow, person, now)


def _welcome_back(uow: UnitOfWork, person: Person, now: datetime) -> Reply:
    return welcome(uow, person, now, Text("join.welcome_back", {"name": Verbatim(person.name)}))


# --- an invitation


def pass_on(turn: Turn, made: people.InviteLinks) -> Reply:
    """Two messages: what to do, and what to pass on as it is."""
    until = Text("invite.until", {"when": At(turn.now + people.INVITE_LIFE)})
    return Reply((Say((Text("invite.forward"),)), Say((Text("invite.hello"), *_links(made), until))), Idle())


def invite_again(
    turn: Turn, person: Person, role: Role, *, pool_id: str = "", facility_id: str = ""
) -> Reply:
    """An invitation for somebody who is enrolled, with what she may get in addition."""
    made = people.make_invite(
        turn.uow,
        role,
        now=turn.now,
        facility_id=facility_id or None,
        pool_id=pool_id or None,
        again=person,
        by=turn.person,
        links=turn.knowledge.bot_links,
    )
    return pass_on(turn, made)


def _links(made: people.InviteLinks) -> tuple[Line, ...]:
    links = tuple(Verbatim(link) for link in (made.telegram, made.whatsapp) if link)
    return links or (Text("invite.by_code"), Verbatim(made.code))
