"""What may leave as a report."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.report import (
    Content,
    Finding,
    Need,
    ReportKind,
    carried_over,
    needs,
    push_after,
    urgency_of,
    with_media,
    with_phrase,
    with_words,
    without_last,
)
from bot.domain.study import Priority

_PHRASES = st.sampled_from(
    ["urg.emergency", "urg.within_hours", "urg.routine", "act.refer", "act.sit_up", "cxr.normal"]
)
_STEPS = st.lists(st.one_of(_PHRASES, st.just("words"), st.just("last"), st.integers(0, 3)), max_size=20)


def _built(steps: list[str | int]) -> Content:
    content = Content()
    for step in steps:
        if isinstance(step, int):
            content = with_media(content, step)
        elif step == "words":
            content = with_words(content, "own words")
        elif step == "last":
            content = without_last(content)
        else:
            content = with_phrase(content, Finding(step))
    return content


@given(_STEPS)
def test_nothing_may_leave_without_a_finding_an_urgency_and_an_action(steps: list[str | int]) -> None:
    content = _built(steps)
    complete = (
        content.urgency is not None and bool(content.actions) and bool(content.findings or content.media)
    )
    assert (needs(content) == ()) == complete


@given(_STEPS)
def test_a_phrase_stands_in_its_own_place(steps: list[str | int]) -> None:
    content = _built(steps)
    assert all(action.phrase.startswith("act.") for action in content.actions)
    assert not any(finding.phrase.startswith(("act.", "urg.")) for finding in content.findings)
    assert content.urgency is None or content.urgency.phrase.startswith("urg.")


@given(_STEPS)
def test_taking_away_ends_with_nothing_said(steps: list[str | int]) -> None:
    content = _built(steps)
    for _ in range(len(steps) + 1):
        content = without_last(content)
    assert content == Content(media=content.media)


@given(_STEPS)
def test_an_addendum_still_lacks_what_it_adds(steps: list[str | int]) -> None:
    later = carried_over(_built(steps))
    assert Need.FINDING in needs(later)
    assert later.urgency == _built(steps).urgency


def test_an_unknown_urgency_counts_as_urgent() -> None:
    assert urgency_of(Content(urgency=Finding("urg.new_one"))) is Priority.URGENT


@given(_STEPS)
def test_a_correction_is_pushed_like_an_emergency(steps: list[str | int]) -> None:
    emergency = push_after(ReportKind.FINAL, Content(urgency=Finding("urg.emergency")))
    assert push_after(ReportKind.CORRECTION, _built(steps)) == emergency
    assert push_after(ReportKind.FINAL, _built(steps)) >= emergency
