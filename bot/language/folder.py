"""Where the project's texts are."""

from pathlib import Path

LOCALES = Path(__file__).resolve().parents[2] / "locales"
SOURCE_LANGUAGE = "en"
