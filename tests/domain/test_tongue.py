import pytest

from bot.domain.tongue import language_of


@pytest.mark.parametrize(
    ("words", "spoken", "language"),
    [
        ("No fracture seen.", "en", "en"),
        ("2 × 3 cm – naïve?", "en", "en"),
        ("120/80", "en", "en"),
        ("हड्डी नहीं टूटी।", "hi", "hi"),
        ("X-ray में हड्डी नहीं टूटी।", "hi", "hi"),
        ("haddi nahi tuti", "hi", None),
        ("हड्डी नहीं टूटी।", "en", None),
    ],
)
def test_words_are_of_the_language_that_their_author_reads_where_the_letters_are(
    words: str, spoken: str, language: str | None
) -> None:
    assert language_of(words, spoken) == language
