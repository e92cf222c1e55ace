"""Sending a case: pictures become a draft, only what is missing is asked, one summary, one tap."""

from dataclasses import replace

from bot.domain.case import Case, Consent, Status, StoredAttachment
from bot.domain.drafting import Next, Prompt, next_prompt, tells_anything
from bot.domain.fact_parser import parse_facts
from bot.domain.facts import Facts, Field
from bot.domain.people import Role
from bot.domain.study import Priority
from bot.domain.words import Command
from bot.messages import Attachment, Line, MessageReceived, Phrase, Text
from bot.services import access, fetal_sex, raising, referrals, unsent
from bot.services import law as service_law
from bot.services.wording import case_line
from handlers import late_questions, law, questions, same_patient, summary
from handlers.state import Drafting, Idle
from handlers.turn import NOTHING, Action, Reply, Say, Turn, done, say

_WAIT = Text("refer.got_it_wait")
_SOUND = ("voice", "audio")
_STUDY_MEDIA = ("photo", "document", "video", "animation", "voice", "audio")


def on_message(turn: Turn, message: MessageReceived, _quoted: object = None) -> Reply | None:
    """Pictures, and words that tell facts; None where there is neither and no draft is open."""
    if not turn.person.is_a(Role.REFERRER):
        return None
    told = parse_facts(message.text, turn.knowledge.vocabulary)
    draft = same_patient.current(turn)
    files = same_patient.dated(turn, message, _usable(message))
    if not _is_for_draft(turn, draft, files, told) and not _begins(turn, message, told):
        return None
    held = same_patient.hold(turn, draft, message, told, files)
    if held is not None:
        reply = _held(turn, held, message, files)
        for one in (held, *same_patient.asked_with(turn, held)):
            unsent.touched(turn.uow, one.id, turn.now)
    else:
        case = draft or referrals.draft_for(turn.uow, turn.person, turn.address, turn.now)
        case = _take_files(turn, _take_words(turn, case, message.text, told), files)
        if _is_spoken(message, files):
            reply = _after_voice(turn, case)
        else:
            reply = _after_message(turn, case, new=draft is None, files=files, words=bool(message.text))
        unsent.touched(turn.uow, case.id, turn.now)
    return Reply((*reply.says, *same_patient.name_hint(turn, message.text)), reply.state)


def _is_spoken(message: MessageReceived, files: tuple[Attachment, ...]) -> bool:
    return bool(files) and not message.text.strip() and all(file.media in _SOUND for file in files)


def _after_voice(turn: Turn, case: Case) -> Reply:
    """A voice note answers the open question, unless that needs a tap; what she said is relayed, not understood."""
    ask = turn.state.ask if isinstance(turn.state, Drafting) and turn.state.case_id == case.id else ""
    case = referrals.heard(turn.uow, case, questions.told_by_voice(ask))
    lead = Text("short.tap_it" if questions.needs_tap(ask) else "short.voice_received")
    reply = proceed(turn, case, repeat=True)
    if not reply.says:
        return reply
    first, *rest = reply.says
    words = () if first.body == (_WAIT,) else first.body
    return Reply((replace(first, body=(lead, *words)), *rest), reply.state)


def _is_for_draft(turn: Turn, draft: Case | None, files: tuple[Attachment, ...], told: Facts) -> bool:
    """Words that tell nothing may be about a case that was sent, where it is not this draft that she is at."""
    if draft is None:
        return False
    at_it = isinstance(turn.state, Drafting) or not turn.uow.cases.live_of(turn.person.id)
    pictures = any(file.media not in _SOUND for file in files)
    return at_it or pictures or tells_anything(replace(told, question=""))


def _held(turn: Turn, case: Case, message: MessageReceived, files: tuple[Attachment, ...]) -> Reply:
    """What may be another patient's is kept by itself while she is asked; an emergency can be sent meanwhile."""
    told = same_patient.told_in(turn, case, message.text)
    case = _take_files(turn, referrals.learn(turn.uow, case, told), files)
    asked = same_patient.ask(turn, case)
    if case.priority is not Priority.EMERGENCY:
        return asked
    return Reply((*asked.says, *proceed(turn, case).says), asked.state)


def _take_files(turn: Turn, case: Case, files: tuple[Attachment, ...]) -> Case:
    return referrals.add_files(turn.uow, case, turn.person, files, turn.now) if files else case


def tells_of_a_patient(turn: Turn, message: MessageReceived) -> bool:
    """Whether a picture is the next patient's though something about an earlier one is open.

    A picture may be what the specialist asked for, or a part of a report; one that comes with facts, or where
    only words are awaited, is not: taken for an answer it would reach the wrong case, and the patient nobody.
    While a tap is awaited words may tell of the next patient too.
    """
    if not turn.person.is_a(Role.REFERRER):
        return False
    told = parse_facts(message.text, turn.knowledge.vocabulary)
    if not any(file.media not in _SOUND for file in _usable(message)):
        awaits_a_tap = turn.state.kind == "pending" or same_patient.is_another_than_who_is_gone(turn, told)
        return awaits_a_tap and not message.attachments and _tells_of_a_new_one(turn, told)
    return turn.state.kind in ("explaining", "pending") or same_patient.tells_enough(told)


def on_command(turn: Turn, command: Command) -> Reply | None:
    """New, cancel, emergency and one-word answers; the draft, where there is one, is shown again."""
    if not turn.person.is_a(Role.REFERRER):
        return None
    draft = same_patient.current(turn)
    if draft is not None:
        reply = same_patient.on_word(turn, draft, command, _again) or _on_draft_word(turn, draft, command)
        if reply is not None:
            unsent.touched(turn.uow, draft.id, turn.now)
        return reply
    if command is Command.EMERGENCY:
        return _what_happened(turn, None)
    return say(Text("refer.how_to"), state=Idle()) if command is Command.NEW else None


def _on_draft_word(turn: Turn, draft: Case, command: Command) -> Reply | None:
    """A word alone while a draft is open: never a part of what the specialist reads."""
    elsewhere = turn.state.kind in ("answering", "explaining", "pending")
    ask = turn.state.ask if isinstance(turn.state, Drafting) else ""
    match command:
        case Command.EMERGENCY:
            return _is_emergency(turn, draft)
        case _ if elsewhere:
            return None
        case Command.CANCEL:
            referrals.cancel(turn.uow, draft, turn.now)
            return done(case_line(draft), Text("refer.cancelled"))
        case Command.YES if ask == Field.PRIORITY.value:
            return _is_emergency(turn, draft)
        case Command.YES | Command.NO if ask == Field.PREGNANT.value:
            known = referrals.learn(turn.uow, draft, Facts(pregnant=command is Command.YES))
            return proceed(turn, known, repeat=True)
        case Command.NEW | Command.DONE | Command.YES | Command.NO | Command.SKIP:
            return proceed(turn, draft, repeat=True)
        case _:
            return None


def _is_emergency(turn: Turn, draft: Case) -> Reply:
    known = referrals.learn(turn.uow, draft, Facts(priority=Priority.EMERGENCY))
    prompt = next_prompt(referrals.outlook(turn.uow, known, turn.now))
    return (
        _what_happened(turn, known) if prompt.next is Next.ASK_PICTURE else proceed(turn, known, repeat=True)
    )


def _what_happened(turn: Turn, draft: Case | None) -> Reply:
    """The word alone, of which nobody learns anything: not to wait, and at once what happened."""
    case = draft or referrals.draft_for(turn.uow, turn.person, turn.address, turn.now)
    case = referrals.learn(turn.uow, case, Facts(priority=Priority.EMERGENCY))
    unsent.touched(turn.uow, case.id, turn.now)
    advice = raising.advice(turn.uow, case.facility_id)
    return say(*advice, Text("emergency.what_happened"), state=Drafting(case.id))


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Taps on questions, the summary and the change menu; all name their case and are checked again here."""
    if action.verb == "begin" and turn.person.is_a(Role.REFERRER):
        return _what_happened(turn, raising.begin_another(turn.uow, turn.person, turn.address, turn.now))
    if action.verb in same_patient.VERBS:
        return same_patient.on_tap(turn, action, _again)
    if action.verb not in ("set", "send", "change", "cancel", "less", "about", "more"):
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is None or case.referrer_id != turn.person.id:
        return say(Text("common.not_yours"))
    if case.status is not Status.DRAFT:
        return say(case_line(case), Text("refer.not_draft"))
    reply = _on_draft(turn, case, action)
    unsent.touched(turn.uow, case.id, turn.now)
    return reply


def _on_draft(turn: Turn, case: Case, action: Action) -> Reply:
    match action.verb:
        case "set":
            return _set(turn, case, action.arg(1), action.arg(2))
        case "send":
            return _send(turn, case, action.arg(1), Consent(action.arg(2) or "patient"))
        case "change":
            return _change(turn, case)
        case "about":
            return _ask(case, action.arg(1))
        case "less":
            return _remove(turn, case, action.arg(1))
        case "more":
            return proceed(turn, case, repeat=True)
        case _:
            referrals.cancel(turn.uow, case, turn.now)
            return done(case_line(case), Text("refer.cancelled"))


def on_ready(turn: Turn, case: Case) -> Reply:
    """A picture is ready, or nothing more came for a moment; what she was shown already is not said again."""
    if _writes_words(turn, case):
        return NOTHING
    reply = _where_she_is(turn, case, proceed(turn, case))
    return reply if summary.is_news(turn, reply) else NOTHING


def _writes_words(turn: Turn, case: Case) -> bool:
    """Whether she was asked for the words that have to do without a picture."""
    asked = isinstance(turn.state, Drafting) and turn.state == Drafting(case.id, questions.QUESTION)
    return asked and service_law.in_words_only(turn.uow, case)


def _where_she_is(turn: Turn, case: Case, reply: Reply) -> Reply:
    """While she is at another draft this one asks her nothing, for she would answer into that; it may be sent."""
    at = same_patient.current(turn)
    if not isinstance(turn.state, Drafting) or at is None or at.id == case.id:
        return reply
    return Reply(tuple(say for say in reply.says if say.about in ("summary", "refused")))


def on_refused(turn: Turn, case: Case, attachment: StoredAttachment) -> Reply:
    """A file can't be used: what to do instead, and on with the rest."""
    known = questions.REFUSALS.get(attachment.reason or "", "refusal.unknown")
    sentence = Say((Text(known),), about="refused", topic=f"refused/{case.id}/{known}")
    turn.uow.attachments.remove(attachment.id)
    case = case if attachment.is_picture else referrals.unheard(turn.uow, case)
    if turn.uow.timers.due_at(referrals.DRAFT, case.id) is not None:
        # More may come; what the draft needs next is said once, when it has come to rest.
        return Reply((sentence,))
    reply = _where_she_is(turn, case, proceed(turn, case))
    return Reply((sentence, *reply.says), reply.state)


def proceed(turn: Turn, case: Case, *, receipt: bool = False, repeat: bool = False) -> Reply:
    """Whatever the draft needs next, once what the law keeps back is taken out of it."""
    if service_law.take_out(turn.uow, case):
        reply = _next(turn, case, receipt=False, repeat=True)
        if not summary.is_news(turn, reply):
            # One more part of a burst, of which the first was answered.
            return NOTHING
        return law.led(turn, case, _ask_words(case) if _says_too_little(reply, case) else reply)
    return _next(turn, case, receipt=receipt, repeat=repeat)


def _says_too_little(reply: Reply, case: Case) -> bool:
    """Whether it could be sent, and a reader would learn from a single word ("pregnancy") what she needs."""
    at_summary = isinstance(reply.state, Drafting) and reply.state.ask == questions.SUMMARY
    return at_summary and case.priority is not Priority.EMERGENCY and len(case.facts.question.split()) < 2


def _ask_words(case: Case) -> Reply:
    return Reply((Say((Text("law.write_words"),), about="refused"),), Drafting(case.id, questions.QUESTION))


def _next(turn: Turn, case: Case, *, receipt: bool, repeat: bool) -> Reply:
    """A question that is open already is not asked again unless `repeat`."""
    if same_patient.is_open(turn, case):
        return same_patient.ask(turn, case) if repeat else NOTHING
    prompt = next_prompt(referrals.outlook(turn.uow, case, turn.now))
    open_ask = turn.state.ask if isinstance(turn.state, Drafting) and turn.state.case_id == case.id else None
    lead: tuple[Line, ...] = (Text("refer.got_it"),) if receipt else ()
    match prompt.next:
        case Next.SUMMARISE:
            return summary.shown(turn, case)
        case Next.ASK_FACT if prompt.field is not None:
            ask = questions.ask_of(prompt.field)
            return NOTHING if open_ask == ask and not repeat else _question(case, prompt, lead)
        case Next.ASK_WORDS:
            return NOTHING if open_ask == questions.QUESTION and not repeat else _ask_words(case)
        case Next.WAIT:
            return _quiet(case, _WAIT, receipt=receipt or repeat)
        case _:
            return _quiet(case, Text("refer.send_picture"), receipt=receipt or repeat)


def _again(turn: Turn, case: Case) -> Reply:
    return proceed(turn, case, repeat=True)


def _quiet(case: Case, line: Line, *, receipt: bool) -> Reply:
    return Reply((Say((line,)),) if receipt else (), Drafting(case.id))


def _question(case: Case, prompt: Prompt, lead: tuple[Line, ...]) -> Reply:
    field = prompt.field or Field.MODALITY
    ask = questions.ask_of(field)
    question = questions.question(case, ask)
    return Reply((Say((*lead, question.line), choices=question.choices),), Drafting(case.id, ask))


def _begins(turn: Turn, message: MessageReceived, told: Facts) -> bool:
    """Whether a message begins a case: it has a picture, or tells at least two things about a patient.

    A voice note alone begins one only where it can't belong to a case that is under way.
    """
    files = _usable(message)
    if files and all(file.media in _SOUND for file in files):
        return not turn.uow.cases.live_of(turn.person.id)
    return bool(files) or _tells_of_a_new_one(turn, told) or _is_first_emergency(turn, told)


def _tells_of_a_new_one(turn: Turn, told: Facts) -> bool:
    """Where a case is under way, words without an age or a sex are about it: "wrong side, it is the right knee"."""
    somebody = told.age is not None or told.sex is not None
    return same_patient.tells_enough(told) and (somebody or not turn.uow.cases.live_of(turn.person.id))


def _is_first_emergency(turn: Turn, told: Facts) -> bool:
    """Words of an emergency with anything else begin a case, however few: no case is there that they may be about."""
    is_emergency = told.priority is Priority.EMERGENCY and tells_anything(told)
    return is_emergency and not turn.uow.cases.live_of(turn.person.id)


def _usable(message: MessageReceived) -> tuple[Attachment, ...]:
    return tuple(file for file in message.attachments if file.media in _STUDY_MEDIA)


def _take_words(turn: Turn, case: Case, words: str, told: Facts) -> Case:
    if not words.strip():
        return case
    ask = turn.state.ask if isinstance(turn.state, Drafting) and turn.state.case_id == case.id else ""
    if ask == questions.QUESTION:
        return turn.uow.cases.set_facts(case, replace(case.facts, question=words.strip()))
    return referrals.learn(turn.uow, case, questions.answer(ask, words, told))


def _after_message(turn: Turn, case: Case, *, new: bool, files: tuple[Attachment, ...], words: bool) -> Reply:
    """The first picture is confirmed at once; the parts of a burst are not, each on its own."""
    first = bool(files) and len(turn.uow.attachments.of_case(case.id)) == len(files)
    return proceed(turn, case, receipt=first or (new and not files), repeat=words and not files)


def _set(turn: Turn, case: Case, ask: str, value: str) -> Reply:
    rest = questions.behind(case, ask, value)
    if rest is not None:
        return say(rest.line, choices=rest.choices, state=Drafting(case.id, ask))
    facts = questions.tapped(ask, value)
    if facts is None:
        return say(Text("common.old_button"))
    case = referrals.learn(turn.uow, case, facts)
    return proceed(turn, case, repeat=True)


def _send(turn: Turn, case: Case, revision: str, consent: Consent) -> Reply:
    if service_law.take_out(turn.uow, case):
        return law.led(turn, case, _next(turn, turn.uow.cases.touch(case), receipt=False, repeat=True))
    prompt = next_prompt(referrals.outlook(turn.uow, case, turn.now))
    if revision != str(case.revision) or prompt.next is not Next.SUMMARISE:
        reply = proceed(turn, case, repeat=True)
        return Reply((Say((Text("refer.changed_since"),)), *reply.says), reply.state)
    if fetal_sex.hold(
        turn.uow, case, turn.person, case.facts.question, vocabulary=turn.knowledge.vocabulary, now=turn.now
    ):
        ask = questions.question(case, questions.QUESTION)
        return say(Phrase("obs.no_sex"), ask.line, state=Drafting(case.id, questions.QUESTION))
    if not referrals.send(turn.uow, case, consent, turn.now):
        return say(case_line(case), Text("refer.not_draft"))
    opened = turn.uow.cases.get(case.id)
    sent = Say(
        (case_line(opened), Text("refer.sent", {"reference": case.reference})),
        case_id=case.id,
        reference=case.reference,
        about="sent",
    )
    return _meanwhile(turn, opened, sent)


def _meanwhile(turn: Turn, case: Case, sent: Say) -> Reply:
    """In an emergency she reads first not to wait, and is asked what is missing while doctors are called."""
    if case.priority is not Priority.EMERGENCY:
        return Reply((replace(sent, body=(*sent.body, Text("emergency.if_worse"))),), Idle())
    advice = Say(
        (case_line(case), *raising.advice(turn.uow, case.facility_id)),
        case_id=case.id,
        reference=case.reference,
    )
    asked = late_questions.ask_next(case)
    return Reply((advice, sent, *asked.says), asked.state)


def _change(turn: Turn, case: Case) -> Reply:
    count = len(referrals.pictures(turn.uow, case))
    return say(
        Text("refer.change_what"),
        choices=questions.change_choices(case, pictures=count),
        state=Drafting(case.id),
    )


def _ask(case: Case, ask: str) -> Reply:
    question = questions.question(case, ask)
    return say(question.line, choices=question.choices, state=Drafting(case.id, ask))


def _remove(turn: Turn, case: Case, number: str) -> Reply:
    pictures = referrals.pictures(turn.uow, case)
    if not number.isdecimal() or not 1 <= int(number) <= len(pictures):
        return say(Text("common.old_button"))
    turn.uow.attachments.remove(pictures[int(number) - 1].id)
    return proceed(turn, turn.uow.cases.touch(case), repeat=True)
