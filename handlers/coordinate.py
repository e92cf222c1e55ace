"""What coordinators do: take up tasks, judge registrations, invite people."""

from bot.domain.case import Case, Status, Task, TaskKind, TaskState
from bot.domain.people import Facility, Role
from bot.domain.words import Command
from bot.messages import Address, At, Choice, Joined, Line, MessageReceived, Param, Text, Verbatim
from bot.services import access, escalations, people, tasks
from handlers.state import Idle, Inviting
from handlers.turn import Action, Reply, Say, Turn, done, say

MANY = 8
"""Tasks or choices that one message shows."""

LONGEST_NAME = 60

_VERBS = frozenset({"tt", "td", "vy", "vn", "page_again", "inv", "inv_role", "inv_f", "inv_p", "inv_skip"})


def on_command(turn: Turn, command: Command) -> Reply | None:
    """`tasks` and `invite` for coordinators; in the middle of an invitation, `cancel` ends it."""
    if command is Command.CANCEL and isinstance(turn.state, Inviting):
        return done(Text("invite.cancelled"))
    if command is Command.SKIP and isinstance(turn.state, Inviting) and turn.state.ask == "name":
        return _invite(turn, turn.state, "")
    if command not in (Command.TASKS, Command.INVITE):
        return None
    if not turn.person.is_a(Role.COORDINATOR):
        return say(Text("coordinate.only"))
    return _list(turn) if command is Command.TASKS else _ask_role()


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Buttons of tasks, registrations and invitations."""
    if action.verb not in _VERBS:
        return None
    if not turn.person.is_a(Role.COORDINATOR):
        return say(Text("coordinate.only"))
    match action.verb:
        case "tt":
            return _take(turn, action.arg(0))
        case "td":
            return _finish(turn, action.arg(0))
        case "vy" | "vn":
            return _judge(turn, action)
        case "page_again":
            return _page_again(turn, action.arg(0))
        case _:
            return _invite_tap(turn, action)


def on_message(turn: Turn, message: MessageReceived, _quoted: object = None) -> Reply | None:
    """Words for the invitation that is being made; None where none is, or they are about something else."""
    state, words = turn.state, " ".join(message.text.split())
    plain = bool(words) and not message.attachments and message.quoted is None
    if not isinstance(state, Inviting) or not plain or not turn.person.is_a(Role.COORDINATOR):
        return None
    match state.ask:
        case "role":
            return _ask_role()
        case "facility":
            return _named_facility(turn, state, words)
        case "pool":
            return _ask_pool(turn, state)
        case _:
            return _invite(turn, state, words[:LONGEST_NAME])


# --- tasks


def _list(turn: Turn) -> Reply:
    pending = turn.uow.tasks.pending()
    if not pending:
        return say(Text("tasks.none"))
    shown = pending[:MANY]
    lines = [_numbered(turn, number, task) for number, task in enumerate(shown, 1)]
    choices = [_list_choice(turn, number, task) for number, task in enumerate(shown, 1)]
    return say(Text("tasks.heading", count=len(pending), strong=True), *lines, choices=tuple(choices))


def _numbered(turn: Turn, number: int, task: Task) -> Line:
    parts: list[Param] = [f"{number}.", *tasks.task_lines(turn.uow, task, _case(turn, task))]
    if task.taken_by is not None:
        parts.append(Text("task.taken_by", {"name": Verbatim(turn.uow.people.get(task.taken_by).name)}))
    return Joined(tuple(parts), separator=" ")


def _list_choice(turn: Turn, number: int, task: Task) -> Choice:
    if task.taken_by == turn.person.id:
        return Choice(Text("task.done_numbered", {"number": number}), f"td {task.id}", number)
    return Choice(Text("task.take_numbered", {"number": number}), f"tt {task.id}", number)


def _case(turn: Turn, task: Task) -> Case | None:
    return access.case_of_id(turn.uow, turn.person, task.case_id, turn.now) if task.case_id else None


def _take(turn: Turn, task_id: str) -> Reply:
    task = turn.uow.tasks.get(task_id)
    if task is None:
        return say(Text("task.gone"))
    tasks.take(turn.uow, task, turn.person, turn.now)
    task = turn.uow.tasks.get(task_id) or task
    if task.state is TaskState.DONE:
        return say(Text("task.is_done"))
    if task.taken_by not in (None, turn.person.id):
        return say(Text("task.taken_by", {"name": Verbatim(turn.uow.people.get(task.taken_by).name)}))
    return _details(turn, task)


def _details(turn: Turn, task: Task) -> Reply:
    """What helps with it: the case, who was asked, whom to call; and what can be done."""
    case = _case(turn, task)
    what = tasks.task_lines(turn.uow, task, case)
    if task.kind is TaskKind.VERIFY:
        return say(*what, choices=tasks.verify_choices(task.subject))
    lines = (*what, Text("task.yours"))
    finished = Choice(Text("task.done"), f"td {task.id}")
    if case is None:
        return say(*lines, choices=(finished,))
    choices = (finished, *_case_choices(turn, case))
    body = (*lines, *_asked(turn, case), *_contacts(turn, case))
    return Reply((Say(body, choices=choices, case_id=case.id, reference=case.reference, about="task"),))


def _case_choices(turn: Turn, case: Case) -> tuple[Choice, ...]:
    if case.status is not Status.OPEN or turn.uow.assignments.owner(case.id) is not None:
        return ()
    return (Choice(Text("task.page_again"), f"page_again {case.reference}"),)


def _asked(turn: Turn, case: Case) -> tuple[Line, ...]:
    """Who has it, or who was asked and has not answered."""
    owner = turn.uow.assignments.owner(case.id)
    if owner is not None:
        return (Text("task.owner", {"name": Verbatim(turn.uow.people.get(owner).name)}),)
    names = tuple(Verbatim(turn.uow.people.get(p).name) for p in turn.uow.pages.waiting(case.id))
    return (Text("task.not_answered", {"names": Joined(names)}),) if names else (Text("task.nobody_asked"),)


def _contacts(turn: Turn, case: Case) -> tuple[Line, ...]:
    """The referrer, and whom else to call at her facility."""
    referrer = Text("task.referrer", {"name": Verbatim(turn.uow.people.get(case.referrer_id).name)})
    if case.facility_id is None:
        return (referrer,)
    facility = turn.uow.facilities.get(case.facility_id)
    contacts = tuple(_contact(turn, contact) for contact in facility.contacts)
    params: dict[str, Param] = {"facility": Verbatim(facility.name), "contacts": Joined(contacts)}
    return (referrer, Text("task.facility", params) if contacts else Verbatim(facility.name))


def _contact(turn: Turn, contact: str) -> Verbatim:
    """A person's name where it is an address of ours, a number as it can be dialled."""
    person = turn.uow.people.by_address(Address(contact))
    return Verbatim(person.name if person else contact.removeprefix("phone:"))


def _finish(turn: Turn, task_id: str) -> Reply:
    task = turn.uow.tasks.get(task_id)
    if task is None:
        return say(Text("task.gone"))
    finished = tasks.finish(turn.uow, task, turn.person, turn.now)
    return say(Text("task.thanks" if finished else "task.is_done"))


def _page_again(turn: Turn, reference: str) -> Reply:
    case = access.case_for(turn.uow, turn.person, reference, turn.now)
    if case is None or not _case_choices(turn, case):
        return say(Text("task.not_needed"))
    escalations.hasten(turn.uow, case, turn.now)
    turn.uow.audit.append(turn.person.id, "case.page_again", case.id, turn.now)
    if not turn.uow.pages.waiting(case.id):
        return say(Text("task.nobody_left"), *_contacts(turn, case))
    return say(Text("task.paged_again"), *_asked(turn, case))


def _judge(turn: Turn, action: Action) -> Reply:
    person = turn.uow.people.get(action.arg(0))
    name = {"name": Verbatim(person.name)}
    if person.id == turn.person.id:
        return say(Text("task.verify_self"))
    judge = people.confirm_registration if action.verb == "vy" else people.refuse_registration
    if not judge(turn.uow, turn.person, person, turn.now):
        return say(Text("task.verified_before", name))
    return say(Text("task.verified", name) if action.verb == "vy" else Text("task.refused", name))


# --- invitations


def _invite_tap(turn: Turn, action: Action) -> Reply:
    """Each tap names what it chooses; the state has what was chosen before."""
    state = turn.state if isinstance(turn.state, Inviting) else None
    match action.verb, state:
        case "inv_role", _ if action.arg(0) in set(Role):
            return _take_role(turn, Role(action.arg(0)))
        case "inv_f", Inviting(role=Role.REFERRER):
            return _ask_name(Inviting("name", role=state.role, facility_id=action.arg(0)))
        case "inv_p", Inviting(role=Role.SPECIALIST):
            return _ask_name(Inviting("name", role=state.role, pool_id=action.arg(0)))
        case "inv_skip", Inviting(ask="name"):
            return _invite(turn, state, "")
        case _:
            return _ask_role()


def _ask_role() -> Reply:
    choices = tuple(
        Choice(Text(f"role.{role.value}"), f"inv_role {role.value}", row) for row, role in enumerate(Role)
    )
    return say(Text("invite.role"), choices=choices, state=Inviting("role"))


def _take_role(turn: Turn, role: Role) -> Reply:
    if role is Role.REFERRER:
        return _ask_facility(turn, Inviting("facility", role=role.value))
    if role is Role.SPECIALIST:
        return _ask_pool(turn, Inviting("pool", role=role.value))
    return _ask_name(Inviting("name", role=role.value))


def _ask_facility(turn: Turn, state: Inviting) -> Reply:
    choices = tuple(
        Choice(Verbatim(facility.name), f"inv_f {facility.id}", row)
        for row, facility in enumerate(turn.uow.facilities.all()[:MANY])
    )
    return say(Text("invite.facility"), choices=choices, state=state)


def _named_facility(turn: Turn, state: Inviting, words: str) -> Reply:
    """The facility of that name, however it is written; a new one otherwise."""
    name = words[:LONGEST_NAME]
    known = next((f for f in turn.uow.facilities.all() if f.name.casefold() == name.casefold()), None)
    if known is not None:
        return _ask_name(Inviting("name", role=state.role, facility_id=known.id))
    facility_id = turn.uow.facilities.put(Facility("", name))
    turn.uow.audit.append(turn.person.id, "facility.add", facility_id, turn.now)
    added = Text("invite.facility_added", {"name": Verbatim(name)})
    return _ask_name(Inviting("name", role=state.role, facility_id=facility_id), added)


def _ask_pool(turn: Turn, state: Inviting) -> Reply:
    choices = tuple(
        Choice(Verbatim(pool.name), f"inv_p {pool.id}", row)
        for row, pool in enumerate(turn.uow.pools.all()[:MANY])
    )
    if not choices:
        return done(Text("invite.no_pool"))
    return say(Text("invite.pool"), choices=choices, state=state)


def _ask_name(state: Inviting, *heading: Line) -> Reply:
    choices = (Choice(Text("invite.skip"), "inv_skip"),)
    return say(*heading, Text("invite.name"), choices=choices, state=state)


def _invite(turn: Turn, state: Inviting, name: str) -> Reply:
    """Two messages: what to do, and what to pass on as it is."""
    made = people.make_invite(
        turn.uow,
        Role(state.role),
        now=turn.now,
        facility_id=state.facility_id or None,
        pool_id=state.pool_id or None,
        name=name,
        by=turn.person,
        links=turn.knowledge.bot_links,
    )
    until = Text("invite.until", {"when": At(turn.now + people.INVITE_LIFE)})
    return Reply((Say((Text("invite.forward"),)), Say((Text("invite.hello"), *_links(made), until))), Idle())


def _links(made: people.InviteLinks) -> tuple[Line, ...]:
    links = tuple(Verbatim(link) for link in (made.telegram, made.whatsapp) if link)
    return links or (Text("invite.by_code"), Verbatim(made.code))
