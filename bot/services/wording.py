"""How a case, its facts, its report are put into lines; the words themselves are in the catalogues."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.case import Case, StoredAttachment
from bot.domain.facts import Facts, Field
from bot.domain.marks import Level, Mark
from bot.domain.people import Person
from bot.domain.privacy import masked
from bot.domain.report import Content, Finding, Report, ReportKind, cautions, urgency_of
from bot.domain.study import Laterality, Priority
from bot.domain.tongue import language_of
from bot.language.enumerations import word
from bot.messages import At, Joined, Line, MediaRef, Param, Phrase, Text, Verbatim
from bot.services.checked_lines import confirmed_lines, officer_lines
from storage.blob_rows import Blob
from storage.unit_of_work import UnitOfWork

STUDY = "study"
"""Modality and body part are one question: what and where."""

_STUDY_FIELDS = (Field.MODALITY, Field.BODY_PART)
_LINE, _SENT_LINE = "case.line", "case.line_sent"
_BARE_LINE, _BARE_SENT_LINE = "case.line_bare", "case.line_bare_sent"
_SENT = {_LINE: _SENT_LINE, _BARE_LINE: _BARE_SENT_LINE}
_UNDETERMINED = "und"
"""The language of words that nobody knows it of (ISO 639)."""
_SIGNS = {Priority.EMERGENCY: "🔴", Priority.URGENT: "🟠", Priority.ROUTINE: "🟢"}


def sign(priority: Priority) -> str:
    """The sign of an urgency, used for nothing else."""
    return _SIGNS[priority]


def age_text(facts: Facts) -> Text | str:
    """The age with its unit; empty where it is not known."""
    if facts.age is None:
        return ""
    return Text(f"span.{facts.age.unit.value}", count=facts.age.value)


def study_text(facts: Facts) -> Joined:
    """Modality and body part with the patient's side: "X-ray, left wrist"."""
    parts: list[Param] = []
    if facts.modality:
        parts.append(Text(f"modality.{facts.modality.value}"))
    if facts.body_part:
        parts.append(Text(f"body_part.{facts.body_part.value}"))
    if facts.side:
        parts.append(side_text(facts.side))
    return Joined(tuple(parts))


def side_text(side: Laterality) -> Text:
    """The patient's side by itself."""
    return word(side) if side is Laterality.BOTH else Text("case.side", {"side": word(side)})


def patient_text(facts: Facts) -> Joined:
    """Age, sex, and whether she is pregnant where that was asked."""
    sex: Param = Text(f"sex.{facts.sex.value}") if facts.sex else ""
    known = facts.pregnant is not None
    pregnant: Param = Text("short.pregnant" if facts.pregnant else "short.not_pregnant") if known else ""
    return Joined((age_text(facts), sex, pregnant))


def spoken_text(facts: Facts) -> Joined | None:
    """What she told by voice, by name; None where she told nothing so."""
    asks = [STUDY if field in _STUDY_FIELDS else field.value for field in Field if field in facts.spoken]
    names = tuple(Text(f"refer.about_{ask}") for ask in dict.fromkeys(asks))
    return Joined(names) if names else None


def case_line(case: Case) -> Text:
    """The line that every message about a case begins with: reference, age, sex, study, side, when it was sent."""
    name = case_name(case)
    if case.opened_at is None:
        return name
    return replace(name, msgid=_SENT[name.msgid], params={**name.params, "sent": At(case.opened_at)})


def case_name(case: Case) -> Text:
    """The same without the time: a case among others to tap on."""
    facts = case.facts
    known = (facts.age, facts.sex, facts.pregnant, facts.modality, facts.body_part, facts.side)
    if all(fact is None for fact in known):
        return Text(_BARE_LINE, {"reference": case.reference}, strong=True)
    about = Joined((patient_text(facts), study_text(facts)))
    return Text(_LINE, {"reference": case.reference, "about": about}, strong=True)


def headed(body: tuple[Line, ...]) -> tuple[Line, ...]:
    """The line of the case before all that a dialogue put there: whose it is comes first, above all else."""
    lines = [line for line in body if is_case_line(line)]
    return (lines[0], *(line for line in body if line is not lines[0])) if lines else body


def is_case_line(line: Line) -> bool:
    """Whether a line is that of a case."""
    return isinstance(line, Text) and line.msgid in (*_SENT, *_SENT.values())


def question_line(case: Case) -> Line:
    """What the referrer wants to know, in her own words; the usual question where she gave none."""
    words = masked(case.facts.question.strip())
    return Text("case.question", {"question": Verbatim(words)}) if words else Text("case.question_usual")


def finding_lines(content: Content, author: Person) -> tuple[Line, ...]:
    """The findings; a reader of another language is told that the specialist's own words are not translated."""
    lines: list[Line] = []
    for finding in content.findings:
        lines.append(own_words(finding.words, author) if finding.words else finding_line(finding))
        lines.extend(officer_lines(content, finding))
    return tuple(lines)


def own_words(words: str, author: Person) -> Verbatim:
    """What somebody typed, with its language as far as that is known."""
    return Verbatim(words, quoted=True, language=language_of(words, author.language) or _UNDETERMINED)


def finding_line(finding: Finding) -> Line:
    """One line of a report: her own words, or a phrase and where it is ("… · left radius")."""
    if finding.words:
        return Verbatim(finding.words, quoted=True)
    phrase = Phrase(finding.phrase, dict(finding.params))
    return Text("mark.line", {"finding": phrase, "place": place(finding.marks)}) if finding.marks else phrase


def place(marks: tuple[Mark, ...]) -> Text | Joined:
    """Where something is, in the reader's language: bone, joint, level or zone with the patient's side."""
    side = next((mark for mark in marks if isinstance(mark, Laterality)), None)
    others = Joined(tuple(mark_word(mark) for mark in marks if mark is not side), separator=" ")
    if side is None:
        return others
    if not others.parts:
        return side_text(side)
    if side is Laterality.BOTH:
        return Text("mark.both", {"place": others})
    return Text("mark.sided", {"side": mark_word(side), "place": others})


def mark_word(mark: Mark) -> Text | Verbatim:
    """A mark by itself; a level is written the same in every language."""
    return Verbatim(mark.value) if isinstance(mark, Level) else word(mark)


def report_lines(case: Case, report: Report, author: Person) -> tuple[Line, ...]:
    """A whole report as its reader gets it: whose, what it is, urgency, findings, what to do, who says so."""
    content = report.content
    heading: list[Line] = []
    if report.kind is ReportKind.CORRECTION:
        heading.append(Phrase("corr.ignore_previous"))
    elif report.kind is ReportKind.ADDENDUM:
        heading.append(Text("report.addendum", strong=True))
    urgency = [urgency_line(content)] if content.urgency else []
    return (
        case_line(case),
        *heading,
        *urgency,
        *finding_lines(content, author),
        *confirmed_lines(content),
        *map(finding_line, cautions(content)),
        *(Text("report.action", {"action": finding_line(action)}) for action in content.actions),
        *([Text("report.media", count=content.media)] if content.media else []),
        Phrase("end.one_image"),
        Text("report.signed", {"name": Verbatim(author.name), "registration": Verbatim(author.registration)}),
    )


def urgency_line(content: Content) -> Text:
    """The urgency with its sign."""
    urgency = finding_line(content.urgency) if content.urgency else Verbatim("")
    return Text("report.urgency", {"sign": sign(urgency_of(content)), "urgency": urgency}, strong=True)


def preview_refs(uow: UnitOfWork, attachments: Sequence[StoredAttachment]) -> tuple[MediaRef, ...]:
    """The previews of the pictures among them, as photos to send."""
    ids = [attachment.preview_blob for attachment in attachments if attachment.preview_blob]
    rows = uow.blobs.many(ids)
    return tuple(_photo(rows[blob_id]) for blob_id in ids if blob_id in rows)


def media_refs(uow: UnitOfWork, attachment: StoredAttachment) -> tuple[MediaRef, ...]:
    """A picture's preview; a voice note as it was sent, for sound has no picture to de-identify."""
    if attachment.is_picture:
        return preview_refs(uow, (attachment,))
    blob = uow.blobs.get(attachment.original_blob) if attachment.original_blob else None
    return (MediaRef(blob.id, "voice", blob.mime, blob.size),) if blob else ()


def _photo(blob: Blob) -> MediaRef:
    return MediaRef(blob.id, "photo", blob.mime, blob.size)
