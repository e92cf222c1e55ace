"""Which rules of its phrases a report breaks."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.marks import Bone, MarkKind
from bot.domain.phrase_rules import Break, BrokenRule, Rule, broken_rules, least_urgency
from bot.domain.report import Content, Finding, cautions, replaced, urgency_of
from bot.domain.study import Laterality, Priority

RULES = {
    "air": Rule(needs=(MarkKind.SIDE,), min_urgency=Priority.URGENT),
    "hole": Rule(min_urgency=Priority.EMERGENCY),
    "normal": Rule(excludes=frozenset({"air", "hole", "broken"}), caution=Finding("careful")),
    "broken": Rule(needs=(MarkKind.BONE, MarkKind.SIDE)),
    "moved": Rule(needs=(MarkKind.BONE, MarkKind.SIDE), excludes=frozenset({"unmoved"})),
    "unmoved": Rule(needs=(MarkKind.BONE, MarkKind.SIDE), excludes=frozenset({"moved"})),
    "act.now": Rule(min_urgency=Priority.URGENT),
}
_URGENCIES = ("urg.emergency", "urg.within_hours", "urg.within_days", "urg.routine")
_FINDINGS = st.builds(
    Finding,
    phrase=st.sampled_from([*RULES, "plain", ""]),
    words=st.sampled_from(["", "my own words"]),
    marks=st.lists(st.sampled_from([Bone.RADIUS, Bone.STERNUM, Laterality.LEFT]), max_size=2).map(tuple),
)
_CONTENTS = st.builds(
    Content,
    findings=st.lists(_FINDINGS, max_size=5).map(tuple),
    urgency=st.none() | st.sampled_from(_URGENCIES).map(Finding),
    actions=st.lists(st.sampled_from(["act.now", "act.later"]).map(Finding), max_size=2).map(tuple),
)


def broken(content: Content) -> tuple[BrokenRule, ...]:
    return broken_rules(content, RULES.get)


def content(*phrases: str | Finding, urgency: str = "") -> Content:
    findings = tuple(Finding(phrase) if isinstance(phrase, str) else phrase for phrase in phrases)
    return Content(findings=findings, urgency=Finding(urgency) if urgency else None)


def test_a_break_without_bone_and_side_lacks_both() -> None:
    assert broken(content("broken")) == (
        BrokenRule(Break.LACKS_MARK, "broken", "bone"),
        BrokenRule(Break.LACKS_MARK, "broken", "side"),
    )
    whole = Finding("broken", marks=(Bone.RADIUS, Laterality.LEFT))
    assert broken(content(whole)) == ()


def test_air_around_the_lung_is_never_routine() -> None:
    air = Finding("air", marks=(Laterality.LEFT,))
    too_low = (BrokenRule(Break.URGENCY_TOO_LOW, "air", "urg.routine"),)
    assert broken(content(air, urgency="urg.routine")) == too_low
    assert broken(content(air, urgency="urg.within_days"))[0].other == "urg.within_days"
    assert broken(content(air, urgency="urg.within_hours")) == ()
    assert broken(content(air)) == ()


def test_an_action_may_ask_for_an_urgency_too() -> None:
    now = Content(urgency=Finding("urg.routine"), actions=(Finding("act.now"),))
    assert broken(now) == (BrokenRule(Break.URGENCY_TOO_LOW, "act.now", "urg.routine"),)


def test_normal_beside_a_finding_is_told_once_whichever_was_said_first() -> None:
    one = broken(content("normal", "hole"))
    assert one == broken(content("hole", "normal"))
    assert [rule.kind for rule in one] == [Break.EXCLUDES]
    assert {one[0].phrase, one[0].other} == {"normal", "hole"}


def test_two_that_exclude_each_other_are_told_once() -> None:
    radius = (Bone.RADIUS, Laterality.LEFT)
    both = content(Finding("moved", marks=radius), Finding("unmoved", marks=radius))
    assert len(broken(both)) == 1


def test_what_is_said_of_two_bones_does_not_contradict() -> None:
    moved = Finding("moved", marks=(Bone.RADIUS, Laterality.LEFT))
    unmoved = Finding("unmoved", marks=(Bone.ULNA, Laterality.LEFT))
    assert broken(content(moved, unmoved)) == ()


def test_only_a_contradiction_may_be_confirmed() -> None:
    assert [kind for kind in Break if kind.confirmable] == [Break.EXCLUDES]


@given(_CONTENTS)
def test_own_words_break_no_rule(built: Content) -> None:
    own = tuple(finding for finding in built.findings if not finding.phrase)
    assert broken(replace(built, findings=own, actions=())) == ()


@given(_CONTENTS)
def test_a_breach_has_one_key_and_the_order_of_findings_does_not_change_the_breaches(built: Content) -> None:
    found = broken(built)
    keys = [rule.key for rule in found]
    assert len(set(keys)) == len(keys)
    turned = broken(replace(built, findings=built.findings[::-1]))
    assert {rule.key for rule in turned} == set(keys)


@given(_CONTENTS, _FINDINGS)
def test_one_more_finding_never_mends_a_breach(built: Content, finding: Finding) -> None:
    more = replace(built, findings=(*built.findings, finding))
    assert {rule.key for rule in broken(built)} <= {rule.key for rule in broken(more)}


@given(_CONTENTS)
def test_the_least_urgency_is_just_what_is_not_asked_back(built: Content) -> None:
    least = least_urgency(built, RULES.get)
    asked = any(rule.kind is Break.URGENCY_TOO_LOW for rule in broken(built))
    assert asked == (built.urgency is not None and urgency_of(built).rank < least.rank)


def test_a_caution_comes_once_and_not_where_its_author_says_it_herself() -> None:
    normal = Finding("normal", caution=Finding("careful"))
    again = Finding("unremarkable", caution=Finding("careful"))
    assert cautions(content(normal, again)) == (Finding("careful"),)
    assert cautions(content(normal, "careful")) == ()
    assert cautions(content("broken")) == ()


def test_a_finding_that_gets_its_place_stays_where_it_was() -> None:
    bare, better = Finding("broken"), Finding("broken", marks=(Bone.RADIUS,))
    assert replaced(content("air", bare, "hole"), bare, better).findings == (
        Finding("air"),
        better,
        Finding("hole"),
    )
