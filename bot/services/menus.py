"""Lists of phrases to pick from: numbered in the message, with a button for each number, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.marks import Mark, MarkKind, kind_of, likely, values_of
from bot.domain.phrase_rules import Break, BrokenRule
from bot.domain.report import Content, Finding, ReportKind, needs
from bot.domain.study import Priority
from bot.domain.words import bare_number
from bot.language.phrase_file import Category, Codes, Entry, Enumeration, IntRange, Placeholder
from bot.language.phrase_menu import fitting_categories
from bot.language.phrasebook import Phrasebook
from bot.messages import Choice, Line, Phrase, Text, Verbatim
from bot.services.wording import finding_line, mark_word

PAGE = 8
MOST_NUMBERS = 12

ACTIONS = "action"
_USUAL = (
    "act.refer",
    "act.show_doctor",
    "act.review_days",
    "act.ambulance",
    "act.do_not_wait",
    "act.immobilise",
    "act.sputum",
    "act.bring_back",
)
"""The actions that most answers need, in the order in which they are offered."""

OTHERS = "others"
"""In the place of a mark's value: all that were not offered."""

_BY_ITSELF = frozenset({"corr.ignore_previous", "qual.no_better"})
"""What stands at the head of every correction, and what the referrer answers."""

_HOURS = (2, 6, 12, 24)
_DAYS = (2, 3, 7)
_REVIEW_DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 28, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Menu:
    """A message to pick from."""

    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]


def categories(case: Case, kind: ReportKind) -> Menu:
    """The parts of the phrasebook that fit the study and the kind of report."""
    fitting = list(fitting_categories(case.facts.modality, case.facts.body_part))
    fitting.remove(Category.QUESTION)
    fitting.append(Category.LABEL)
    if kind is ReportKind.CORRECTION:
        fitting.insert(0, Category.CORRECTION)
    buttons = [
        Choice(Text(f"category.{category.value}"), f"pc {case.reference} {category.value} 0", row=place)
        for place, category in enumerate(fitting)
    ]
    return Menu((Text("answer.pick_category"),), tuple(buttons))


def phrases(book: Phrasebook, case: Case, category: Category, page: int) -> Menu:
    """A page of the phrases of a category, each tap adding one to the report."""
    entries = _ordered(book, category)
    more = f"pc {case.reference} {category.value}"
    title = Text("answer.pick_action") if category is Category.ACTION else Text("answer.pick_phrase")
    return _page(entries, title, tap=f"phx {case.reference}", turn_page=more, page=page)


def questions(book: Phrasebook, case: Case, page: int) -> Menu:
    """A page of the questions that a specialist can ask with one tap."""
    entries = book.of_category(Category.QUESTION)
    return _page(
        entries,
        Text("answer.ask_how"),
        tap=f"aq {case.reference}",
        turn_page=f"aqp {case.reference}",
        page=page,
    )


def urgencies(case: Case, *, least: Priority = Priority.ROUTINE) -> Menu:
    """How soon a doctor must see the patient; nothing less urgent than `least`."""
    tap = f"ur {case.reference}"
    hours = [
        Choice(Text("answer.urgent_hours", count=hours), f"{tap} within_hours {hours}", row=1 + place // 2)
        for place, hours in enumerate(_HOURS)
    ]
    days = [
        Choice(Text("answer.soon_days", count=days), f"{tap} within_days {days}", row=4 + place // 3)
        for place, days in enumerate(_DAYS)
    ]
    emergency = Choice(Text("answer.emergency"), f"{tap} emergency")
    routine = Choice(Text("answer.routine"), f"{tap} routine", row=9)
    offered = {Priority.EMERGENCY: (emergency,), Priority.URGENT: (emergency, *hours)}
    return Menu((Text("answer.ask_urgency"),), offered.get(least, (emergency, *hours, *days, routine)))


def editing(case: Case, content: Content) -> Menu:
    """What a report says so far, in the order in which it is taken away, and what can be done with it."""
    tap = case.reference
    choices = [
        Choice(Text("answer.remove_last"), f"rl {tap}"),
        Choice(Text("answer.start_again"), f"ra {tap}"),
        Choice(Text("answer.phrases"), f"ph {tap}", row=1),
        Choice(Text("answer.more_actions"), f"aa {tap}", row=1),
        Choice(Text("answer.change_urgency"), f"ur {tap}", row=2),
    ]
    if content.media:
        choices.append(Choice(Text("answer.remove_media"), f"rm {tap}", row=3))
    if not needs(content):
        choices.append(Choice(Text("answer.ready"), f"rv {tap}", row=4))
    said = (*content.findings, *((content.urgency,) if content.urgency else ()), *content.actions)
    files = (Text("report.media", count=content.media),) if content.media else ()
    return Menu((Text("answer.edit_how"), *map(finding_line, said), *files), tuple(choices))


def later(case: Case) -> Menu:
    """What words after the first report are."""
    choices = (
        Choice(Text("answer.addendum"), f"ad {case.reference}"),
        Choice(Text("answer.correction"), f"co {case.reference}", row=1),
    )
    return Menu((Text("answer.add_or_correct"),), choices)


def what_was_wrong(case: Case) -> Menu:
    """What a correction is about."""
    choices = tuple(
        Choice(Text(f"loop.wrong_{what}"), f"co {case.reference} {what}", row=row)
        for row, what in enumerate(("content", "side", "patient"))
    )
    return Menu((Text("loop.which_correction"),), choices)


def values(case: Case, entry: Entry) -> Menu:
    """The values of a phrase's only placeholder; a number may also be typed."""
    name, rule = next(iter(entry.placeholders.items()))
    tap = f"pv {case.reference} {entry.key}"
    offered = offered_values(entry.key, rule)
    numbers = not isinstance(rule, Enumeration)
    buttons = tuple(
        Choice(
            _value_label(entry, name, value, rule),
            f"{tap} {value}",
            row=place // 4 if numbers else place,
            number=value_of_number(value),
        )
        for place, value in enumerate(offered)
    )
    line = Text("answer.type_number") if isinstance(rule, IntRange) else Text("answer.pick_value")
    return Menu((open_phrase(entry), line), buttons)


def places(case: Case, content: Content, finding: Finding, kind: MarkKind, *, others: bool = False) -> Menu:
    """Where a finding is: what this report named already, then what fits the part; `others` are all the rest."""
    tap = f"pm {case.reference} {finding.phrase}"
    offered = offered_marks(case, content, kind)
    rest = tuple(mark for mark in values_of(kind) if mark not in offered)
    shown, more = (rest, ()) if others else (offered, rest)
    wide = kind not in (MarkKind.LEVEL, MarkKind.SIDE)
    buttons = [
        Choice(mark_word(mark), f"{tap} {mark.value}", row=place if wide else place // 4)
        for place, mark in enumerate(shown)
    ]
    if more:
        buttons.append(Choice(Text("mark.others"), f"{tap} {OTHERS}", row=len(shown)))
    question = Text(f"mark.ask.{kind.value}", strong=True)
    return Menu((finding_line(finding), question, Text("mark.or_words")), tuple(buttons))


def offered_marks(case: Case, content: Content, kind: MarkKind) -> tuple[Mark, ...]:
    """The values of a kind to offer: those that this report named already, then the likely ones of the part."""
    fitting = likely(kind, case.facts.body_part)
    if kind is MarkKind.SIDE:
        return fitting
    named = (mark for finding in content.findings for mark in finding.marks if kind_of(mark) is kind)
    return tuple(dict.fromkeys((*named, *fitting)))


def broken_line(book: Phrasebook, broken: BrokenRule) -> Text:
    """What is asked back where a report breaks a rule; a lacking mark is asked for by `places`."""
    match broken.kind:
        case Break.LACKS_MARK:
            return Text(f"mark.ask.{broken.other}")
        case Break.EXCLUDES:
            return Text("rules.contradict", strong=True)
        case Break.URGENCY_TOO_LOW:
            rule = book.rule(broken.phrase)
            always = rule is not None and rule.min_urgency is Priority.EMERGENCY
            phrase = open_phrase(book.entry(broken.phrase))
            return Text("rules.needs_emergency" if always else "rules.needs_urgent", {"phrase": phrase})


def contradiction(book: Phrasebook, case: Case, broken: BrokenRule) -> Menu:
    """Two phrases that do not fit together, each to be taken out with one tap."""
    pair = tuple(enumerate((broken.phrase, broken.other), 1))
    lines = (
        Text("answer.numbered", {"number": number, "line": open_phrase(book.entry(key))})
        for number, key in pair
    )
    choices = (
        Choice(Text("rules.take_out", {"number": number}), f"pt {case.reference} {key}", row=number)
        for number, key in pair
    )
    return Menu((broken_line(book, broken), *lines), tuple(choices))


def offered_values(key: str, rule: Placeholder) -> Sequence[str | int]:
    """All values where they are few; of a wide range some, spread over it."""
    match rule:
        case IntRange(low, high):
            if key == "act.review_days":
                return [days for days in _REVIEW_DAYS if low <= days <= high]
            step = max(1, -(-(high - low + 1) // MOST_NUMBERS))
            return range(low, high + 1, step)
        case Codes(members) | Enumeration(_, members):
            return members


def value_of_number(value: str | int) -> int | None:
    """The number that a value is (`108` among codes too), None for one that is a word."""
    return int(value) if isinstance(value, int) or value.isdecimal() else None


def value_of(rule: Placeholder, typed: str) -> str | int | None:
    """A tapped or typed value; None for one that the phrase does not allow."""
    match rule:
        case IntRange(low, high):
            number = bare_number(typed)
            return number if number is not None and low <= number <= high else None
        case Codes(members) | Enumeration(_, members):
            return typed if typed in members else None


def page_number(typed: str) -> int:
    """The page that a button names; the first for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) < 4 else 0


def open_phrase(entry: Entry) -> Line:
    """A phrase as a list shows it; one with an open value by its short name."""
    return Text(f"open.{entry.key}") if entry.placeholders else Phrase(entry.key)


def _value_label(entry: Entry, name: str, value: str | int, rule: Placeholder) -> Line:
    return Phrase(entry.key, {name: value}) if isinstance(rule, Enumeration) else Verbatim(str(value))


def _ordered(book: Phrasebook, category: Category) -> tuple[Entry, ...]:
    entries = [entry for entry in book.of_category(category) if entry.key not in _BY_ITSELF]
    usual = {key: place for place, key in enumerate(_USUAL)}
    return tuple(sorted(entries, key=lambda entry: usual.get(entry.key, len(usual))))


def _page(entries: Sequence[Entry], title: Line, *, tap: str, turn_page: str, page: int) -> Menu:
    pages = max(1, -(-len(entries) // PAGE))
    page = page % pages
    shown = entries[page * PAGE : (page + 1) * PAGE]
    lines = tuple(
        Text("answer.numbered", {"number": number, "line": open_phrase(entry)})
        for number, entry in enumerate(shown, 1)
    )
    buttons = tuple(
        Choice(Verbatim(str(number)), f"{tap} {entry.key}", row=(number - 1) // 4, number=number)
        for number, entry in enumerate(shown, 1)
    )
    more = (Choice(Text("answer.more"), f"{turn_page} {page + 1}", row=5),) if pages > 1 else ()
    return Menu((title, *lines), (*buttons, *more))
