import re
import unicodedata
from pathlib import Path

import pytest

from bot.domain.study import BodyPart, Modality
from bot.language.folder import LOCALES
from bot.language.phrase_file import Category, Entry, PhraseError, Review, Risk, Status, Translation, Wording
from bot.language.phrase_menu import fitting_categories
from bot.language.phrasebook import Phrasebook, Standing, UnreviewedPolicy, load_phrasebook, trusted
from bot.messages import Phrase

BOOK = load_phrasebook(LOCALES / "phrases")
TRANSLATED = [language for language in BOOK.languages if language != "en"]
PHRASES = [entry for entry in BOOK.entries.values() if entry.category is not None]
NEGATION = {
    "en": re.compile(r"\b(no|not|never|cannot|nothing|without)\b", re.IGNORECASE),
    "hi": re.compile(r"(?<![^\s(])(नहीं|न|मत|बिना)(?![^\s।,])"),
}
SCRIPT = {"hi": "DEVANAGARI"}
WITHHOLD, MARK = UnreviewedPolicy.WITHHOLD, UnreviewedPolicy.MARK


def book(
    *, status: Status = Status.DRAFT, risk: Risk = Risk.HIGH, reviews: tuple[Review, ...] = ()
) -> Phrasebook:
    entry = Entry("cast.keep", Wording({"other": "Keep the plaster."}), risk, Category.ACTION)
    translation = Translation(Wording({"other": "प्लास्टर रखें।"}), entry.wording.sha, status, reviews)
    return Phrasebook({entry.key: entry}, {"hi": {entry.key: translation}})


def test_every_phrase_is_there() -> None:
    assert len(PHRASES) == 166


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_phrase_and_every_word_of_an_enumeration_is_translated(language: str) -> None:
    assert [key for key in BOOK.entries if BOOK.translation(key, language) is None] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_older_than_its_english(language: str) -> None:
    translations = {key: BOOK.translation(key, language) for key in BOOK.entries}
    stale = [k for k, t in translations.items() if t and t.source_sha != BOOK.entries[k].wording.sha]
    assert stale == []


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_a_sentence_negates_exactly_when_it_is_marked_as_negated(language: str) -> None:
    def text(entry: Entry) -> str:
        translation = BOOK.translation(entry.key, language)
        return (translation or entry).wording.form("other")

    wrong = [e.key for e in PHRASES if bool(NEGATION[language].search(text(e))) is not e.negated]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_written_in_the_script_of_its_language(language: str) -> None:
    def share(text: str) -> float:
        letters = [c for c in re.sub(r"\{\w+\}|\([^)]*\)", "", text) if unicodedata.category(c)[0] in "LM"]
        return sum(SCRIPT[language] in unicodedata.name(c, "") for c in letters) / len(letters)

    translations = {key: BOOK.translation(key, language) for key in BOOK.entries}
    foreign = [k for k, t in translations.items() if t and share(t.wording.form("other")) < 0.95]
    assert foreign == []


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_no_digit_stands_in_a_text_outside_its_placeholders(language: str) -> None:
    def text(entry: Entry) -> str:
        return (BOOK.translation(entry.key, language) or entry).wording.form("other")

    assert [entry.key for entry in PHRASES if any(c.isdigit() for c in text(entry))] == []


@pytest.mark.parametrize("entry", [e for e in PHRASES if e.category is Category.ACTION], ids=lambda e: e.key)
def test_an_action_is_never_of_low_risk(entry: Entry) -> None:
    assert entry.risk is not Risk.LOW


def test_a_number_is_said_with_its_plural() -> None:
    def english(hours: int) -> str:
        return BOOK.english(Phrase("urg.within_hours", {"hours": hours}))

    assert "within 1 hour." in english(1)
    assert "within 6 hours." in english(6)


def test_an_enumeration_is_said_in_the_words_of_the_reader() -> None:
    rendered = BOOK.render(Phrase("corr.side", {"side": "left"}), "hi", policy=MARK)
    assert rendered.text.endswith("सही तरफ़: बाईं")
    assert rendered.english.endswith("Correct side: left")


def test_two_enumerations_of_one_name_keep_their_own_words() -> None:
    assert BOOK.english(Phrase("obs.water", {"amount": "too_little"})) == "Water around the baby: too little"
    assert BOOK.english(Phrase("lab.amount", {"amount": "small"})) == "Amount: small"


@pytest.mark.parametrize(
    "phrase",
    [
        Phrase("urg.within_hours", {"hours": 49}),
        Phrase("urg.within_hours", {"hours": 0}),
        Phrase("urg.within_hours", {"hours": "6"}),
        Phrase("urg.within_hours", {"hours": True}),
        Phrase("urg.within_hours"),
        Phrase("urg.emergency", {"hours": 2}),
        Phrase("corr.side", {"side": "up"}),
        Phrase("lab.level", {"level": "C8"}),
        Phrase("value.side.left"),
        Phrase("urg.never_heard_of"),
    ],
    ids=str,
)
def test_a_phrase_outside_its_rules_is_refused(phrase: Phrase) -> None:
    with pytest.raises(PhraseError, match=re.escape(phrase.key)):
        BOOK.render(phrase, "hi", policy=MARK)


def test_an_unreviewed_translation_of_high_risk_is_withheld() -> None:
    rendered = book().render(Phrase("cast.keep"), "hi", policy=WITHHOLD)
    assert (rendered.standing, rendered.text) == (Standing.WITHHELD, "Keep the plaster.")


def test_an_unreviewed_translation_of_low_risk_is_marked() -> None:
    rendered = book(risk=Risk.LOW).render(Phrase("cast.keep"), "hi", policy=WITHHOLD)
    assert (rendered.standing, rendered.text) == (Standing.MARKED, "प्लास्टर रखें।")


def test_where_unreviewed_ones_are_only_marked_the_english_stands_beside() -> None:
    rendered = book().render(Phrase("cast.keep"), "hi", policy=MARK)
    assert (rendered.standing, rendered.english) == (Standing.MARKED, "Keep the plaster.")


def test_a_rejected_translation_is_withheld_even_where_unreviewed_ones_are_marked() -> None:
    rejected = book(status=Status.REJECTED, risk=Risk.LOW)
    assert rejected.render(Phrase("cast.keep"), "hi", policy=MARK).standing is Standing.WITHHELD


def test_a_language_without_a_phrasebook_gets_the_english_withheld() -> None:
    assert book().render(Phrase("cast.keep"), "ta", policy=MARK).standing is Standing.WITHHELD


def test_a_withheld_word_of_an_enumeration_withholds_its_phrase() -> None:
    hindi = {
        key: t for key in BOOK.entries if (t := BOOK.translation(key, "hi")) and key != "value.side.left"
    }
    rendered = Phrasebook(BOOK.entries, {"hi": hindi}).render(
        Phrase("lab.side", {"side": "left"}), "hi", policy=MARK
    )
    assert (rendered.standing, rendered.text) == (Standing.WITHHELD, "Side: left")


CLINICIAN, WORKER = Review("A. Invented", "clinician"), Review("B. Invented", "ASHA")


@pytest.mark.parametrize(
    ("risk", "reviews", "expected"),
    [
        (Risk.HIGH, (CLINICIAN, WORKER), True),
        (Risk.HIGH, (WORKER, Review("C. Invented", "teacher")), False),
        (Risk.HIGH, (CLINICIAN,), False),
        (Risk.HIGH, (CLINICIAN, CLINICIAN), False),
        (Risk.MEDIUM, (WORKER, Review("C. Invented", "teacher")), True),
        (Risk.LOW, (), False),
    ],
)
def test_trust_needs_two_people_and_for_high_risk_a_clinician(
    risk: Risk,
    reviews: tuple[Review, ...],
    expected: bool,  # noqa: FBT001 - given by name
) -> None:
    reviewed = book(status=Status.REVIEWED, risk=risk, reviews=reviews)
    standing = reviewed.render(Phrase("cast.keep"), "hi", policy=WITHHOLD).standing
    assert (standing is Standing.PLAIN) is expected


def test_a_review_of_another_english_text_counts_no_more() -> None:
    entry = Entry("cast.keep", Wording({"other": "Keep the plaster on."}), Risk.LOW, Category.ACTION)
    old = Translation(Wording({"other": "…"}), "0" * 12, Status.REVIEWED, (CLINICIAN, WORKER))
    assert not trusted(entry, old)


def test_nothing_shipped_pretends_to_be_reviewed() -> None:
    for language in TRANSLATED:
        shipped = [BOOK.translation(key, language) for key in BOOK.entries]
        assert all(t.reviews for t in shipped if t and t.status is Status.REVIEWED)


def write(folder: Path, english: str, hindi: str = "") -> Path:
    (folder / "en.toml").write_text(english, encoding="utf-8")
    (folder / "hi.toml").write_text(hindi, encoding="utf-8")
    return folder


ENGLISH = (
    '[act.days]\ntext = "{n} days"\ncategory = "action"\nrisk = "high"\nplaceholders.n = {min = 1, max = 3}\n'
)


@pytest.mark.parametrize(
    ("english", "hindi", "complaint"),
    [
        (ENGLISH.replace("{n} days", "days"), "", "act.days: the text and the rules"),
        (ENGLISH.replace('"high"', '"grave"'), "", "act.days: 'grave'"),
        (ENGLISH.replace('text = "{n} days"\n', ""), "", "expected a table with a text"),
        (
            ENGLISH,
            '[act.days]\ntext = "दिन"\nsource_sha = ""\nstatus = "draft"',
            "hi act.days: the placeholders",
        ),
        (
            ENGLISH,
            '[act.gone]\ntext = "दिन"\nsource_sha = ""\nstatus = "draft"',
            "hi act.gone: translates no",
        ),
        (ENGLISH, '[act.days]\ntext = ""\nsource_sha = ""\nstatus = "draft"', "act.days: a text is empty"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, english: str, hindi: str, complaint: str) -> None:
    with pytest.raises(PhraseError, match=complaint):
        load_phrasebook(write(tmp_path, english, hindi))


@pytest.mark.parametrize(
    ("modality", "body_part", "first"),
    [
        (Modality.XR, BodyPart.CHEST, Category.CHEST_XRAY),
        (Modality.XR, BodyPart.WRIST, Category.BONE_XRAY),
        (Modality.XR, BodyPart.ABDOMEN, Category.ABDOMINAL_XRAY),
        (Modality.US, BodyPart.PREGNANCY, Category.OBSTETRIC_US),
        (Modality.US, BodyPart.ABDOMEN, Category.ABDOMINAL_US),
        (Modality.CT, BodyPart.HEAD, Category.HEAD_CT),
        (None, BodyPart.KNEE, Category.BONE_XRAY),
        (Modality.CT, BodyPart.ABDOMEN, Category.QUALITY),
    ],
)
def test_the_findings_that_fit_the_study_come_first(
    modality: Modality | None, body_part: BodyPart, first: Category
) -> None:
    categories = fitting_categories(modality, body_part)
    assert categories[0] is first
    assert categories[-3:] == (Category.QUALITY, Category.QUESTION, Category.CLOSING)


def test_an_obstetric_study_offers_no_chest_findings() -> None:
    assert Category.CHEST_XRAY not in fitting_categories(Modality.US, BodyPart.PREGNANCY)


def test_urgencies_are_four_and_all_are_urgencies() -> None:
    assert [entry.key for entry in BOOK.urgencies()] == [
        "urg.emergency",
        "urg.within_hours",
        "urg.within_days",
        "urg.routine",
    ]
