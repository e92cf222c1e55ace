"""Every button that the code can build fits every channel: its actions are read from the source, with all their keys.

A choice with a key of a new kind fails here until it is said what that can be, and so how long it may get.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from re import findall, split

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import DeclineReason
from bot.domain.escalation import Way
from bot.domain.marks import values_of
from bot.domain.people import Role
from bot.domain.study import BodyPart, Laterality, Modality
from bot.ids import LONGEST_REFERENCE, REFERENCE_SIGNS, SHORTEST_REFERENCE, Ids, is_reference
from bot.language.catalogue import shipped_languages
from bot.language.check import button_problems
from bot.language.folder import LOCALES
from bot.language.phrase_file import Category, IntRange, read_entries
from bot.language.phrasebook import Phrasebook, load_phrasebook
from bot.messages import Address, Choice, OutboundMessage, Verbatim
from bot.numbering import ACTION_LIMIT, can_carry, numbered
from bot.services import menus
from bot.services.report_gate import RETAKES
from handlers.turn import Action

ROOT = Path(__file__).parents[2]
BOOK = load_phrasebook(LOCALES / "phrases")
PHRASES = {key: entry for key, entry in BOOK.entries.items() if entry.category is not None}

VERB, REFERENCE, ROW, PART_OF_ROW = "verb", "R" * LONGEST_REFERENCE, "f" * 32, "f" * 16
COUNT = ("0", "999999")
SIDES = tuple(Laterality)
WITH_VALUE = tuple(
    f"{key} {value}"
    for key, entry in PHRASES.items()
    for rule in entry.placeholders.values()
    for value in ((str(rule.minimum), str(rule.maximum)) if isinstance(rule, IntRange) else rule.members)
)
WITH_MARK = tuple(
    f"{key} {value}"
    for key, entry in PHRASES.items()
    for kind in entry.rule.needs
    for value in (*(mark.value for mark in values_of(kind)), menus.OTHERS)
)

KEYS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("case.reference", "draft.reference", "other.reference", "reference"), (REFERENCE,)),
    **dict.fromkeys(("task.id", "person.id", "one.id", "pool.id", "facility.id", "note.id"), (ROW,)),
    **dict.fromkeys(("person_id", "offer_id"), (ROW,)),
    **dict.fromkeys(("person.id[:_PREFIX]", "pool.id[:_PREFIX]", "one[:_PREFIX]"), (PART_OF_ROW,)),
    **dict.fromkeys(
        ("report.revision", "case.revision", "place", "start", "page + 1", "start + _SHOWN"), COUNT
    ),
    **dict.fromkeys(("number", "hours", "days", "age"), COUNT),
    "language": tuple(shipped_languages(LOCALES)),
    "role.value": tuple(Role),
    "way": tuple(Way),
    "Way.CHAT": (Way.CHAT,),
    "Way.SMS": (Way.SMS,),
    "category.value": tuple(Category),
    "reason.value": tuple(DeclineReason),
    "what": ("content", "side", "patient"),
    "side": ("sent", "held"),
    "key": (*PHRASES, *RETAKES),
    "entry.key": tuple(PHRASES),
    "entry.key value": WITH_VALUE,
    "finding.phrase mark.value": WITH_MARK,
    "finding.phrase OTHERS": tuple(f"{key} {menus.OTHERS}" for key in PHRASES),
    "ask": ("study", "side", "age", "sex", "pregnant", "priority", "question"),
    "member.value": ("female", "unknown", *SIDES),
    "value": ("female.yes", "other.yes", "male"),
    "_VERBS[response]": ("un", "nm"),
    "OPEN": ("open",),
    "STUDY": ("study",),
    "OTHERS": (menus.OTHERS,),
    "_ALL": ("0",),
    "modality.value": tuple(Modality),
    "part.value": tuple(BodyPart),
    "side.value": SIDES,
}
"""What each key in a button can be: all that there is, or its longest."""

JOINT = ("entry.key value", "finding.phrase mark.value", "finding.phrase OTHERS")
"""Keys that belong together: not every phrase has every value."""

# --- the actions in the source


@dataclass(frozen=True, slots=True)
class Source:
    """A module, for what the names in an action stand for."""

    path: Path
    tree: ast.Module = field(repr=False)

    def templates(self) -> Iterator[tuple[int, str]]:
        for outer in ast.walk(self.tree):
            if isinstance(outer, ast.FunctionDef) or outer is self.tree:
                for call in _own(outer):
                    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Choice":
                        for template in self.shapes(_action_of(call), outer):
                            yield call.lineno, template

    def shapes(self, node: ast.expr, scope: ast.AST) -> list[str]:
        match node:
            case ast.Constant(value=words):
                return [str(words)]
            case ast.JoinedStr(values=parts):
                return ["".join(found) for found in product(*(self.shapes(part, scope) for part in parts))]
            case ast.FormattedValue(value=value):
                return self.shapes(value, scope)
            case ast.IfExp(body=body, orelse=orelse):
                return [*self.shapes(body, scope), *self.shapes(orelse, scope)]
            case ast.BinOp(left=ast.JoinedStr() as left, op=ast.Add(), right=right):
                pairs = product(self.shapes(left, scope), self.shapes(right, scope))
                return ["".join(pair) for pair in pairs]
            case ast.Call(func=ast.Attribute(value=inner, attr="strip")):
                return self.shapes(inner, scope)
            case ast.Name(id=name):
                known = [shape for value in self.given(name, scope) for shape in self.shapes(value, scope)]
                return known or ["{" + name + "}"]
            case _:
                return ["{" + ast.unparse(node) + "}"]

    def given(self, name: str, scope: ast.AST) -> list[ast.expr]:
        """What a name made of words stands for: assigned here, else given by a caller, else assigned elsewhere."""
        by_callers = [
            word.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call)
            for word in node.keywords
            if word.arg == name
        ]
        for found in (_assigned(name, scope), by_callers, _assigned(name, self.tree)):
            words = [value for value in found if _is_of_words(value)]
            if words:
                return words
        return []


def _assigned(name: str, scope: ast.AST) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]


def _is_of_words(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr | ast.IfExp) or ast.unparse(value) == "case.reference"


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """All within a function or module but what is within another function."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)


def _action_of(call: ast.Call) -> ast.expr:
    named = [word.value for word in call.keywords if word.arg == "action"]
    return call.args[1] if len(call.args) > 1 else named[0]


def _sources() -> Iterator[Source]:
    for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")):
        if not {"sandbox", "demo"} & set(path.parts):
            yield Source(path, ast.parse(path.read_text(encoding="utf-8")))


def _joint(template: str) -> str:
    for keys in JOINT:
        first, second = keys.split(" ")
        template = template.replace("{" + first + "} {" + second + "}", "{" + keys + "}")
    return template


TEMPLATES = sorted({_joint(template) for source in _sources() for _, template in source.templates()})

# --- what must be true of them


def test_the_source_was_understood() -> None:
    found = {Action.parse(template).verb for template in TEMPLATES}
    assert {"ack", "send", "set", "same", "tt", "lpy", "hop", "opp", "pv", "pm", "phx", "aq"} <= found
    assert {keys for template in TEMPLATES for keys in findall(r"\{(.+?)\}", template)} <= set(KEYS)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_longest_of_every_action_fits(template: str) -> None:
    longest = [max(KEYS[name], key=len) if name in KEYS else name for name in _pieces(template)]
    action = "".join(longest)
    assert can_carry(action), f"{action}: {len(action)} bytes"


@given(st.sampled_from(TEMPLATES), st.data())
def test_whatever_the_keys_an_action_fits_and_is_read_as_it_was_meant(
    template: str, data: st.DataObject
) -> None:
    pieces = _pieces(template)
    action = "".join(data.draw(_strategy(piece)) if piece in KEYS else piece for piece in pieces).strip()
    assert can_carry(action)
    assert (
        len(Action.parse(action).args)
        == len("".join(_spaces(piece) for piece in pieces).strip().split(" ")) - 1
    )


def _pieces(template: str) -> list[str]:
    return [piece for piece in split(r"\{(.+?)\}", template) if piece]


def _spaces(piece: str) -> str:
    return ("x x" if piece in JOINT else "x") if piece in KEYS else piece


def _strategy(name: str) -> st.SearchStrategy[str]:
    if KEYS[name] == (REFERENCE,):
        sizes = st.integers(SHORTEST_REFERENCE, LONGEST_REFERENCE)
        return st.builds(lambda seed, size: Ids(seed).reference(size - 1), st.integers(), sizes)
    if KEYS[name] in ((ROW,), (PART_OF_ROW,)):
        size = len(KEYS[name][0])
        return st.text("0123456789abcdef", min_size=size, max_size=size)
    return st.integers(0, 999_999).map(str) if KEYS[name] == COUNT else st.sampled_from(KEYS[name])


# --- where keys come in


def test_ids_and_references_are_no_longer_than_buttons_allow() -> None:
    ids = Ids(7)
    assert len(ids.new()) == len(ROW)
    assert is_reference(ids.reference(LONGEST_REFERENCE - 1))
    assert len(REFERENCE) == LONGEST_REFERENCE <= ACTION_LIMIT
    assert set(REFERENCE) <= set(REFERENCE_SIGNS)


def test_no_shipped_phrase_is_too_long_for_its_button() -> None:
    assert list(button_problems(BOOK)) == []


LONG = """[bone.{key}]
text = "A bone is broken."
category = "bone_xray"
risk = "high"
negated = false
{more}"""


@pytest.mark.parametrize(
    ("key", "more", "told"),
    [
        ("a" * 29, "", []),
        ("a" * 30, "", [f"en: phrase bone.{'a' * 30} is 1 signs too long for a button"]),
        ("a" * 16, 'needs = ["bone"]\n', []),
        (
            "a" * 17,
            'needs = ["bone"]\n',
            [f"en: phrase bone.{'a' * 17} with tibia_fibula is 1 signs too long for a button"],
        ),
    ],
)
def test_a_phrase_too_long_for_its_button_is_named(
    key: str, more: str, told: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "en.toml"
    path.write_text(LONG.format(key=key, more=more), encoding="utf-8")
    assert list(button_problems(Phrasebook(read_entries(path), {}))) == told


# --- what arrives all the same


def test_what_no_button_can_carry_takes_no_number_from_the_others() -> None:
    choices = tuple(
        Choice(Verbatim(label), action) for label, action in (("a", "x"), ("b", "y" * 48), ("c", "z"))
    )
    message = OutboundMessage(Address("whatsapp:+919900112233"), "k", (Verbatim("Which?"),), choices=choices)
    assert [(number, one.action) for number, one in numbered(message.choices)] == [(1, "x"), (2, "z")]
