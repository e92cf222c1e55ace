"""The README's table of settings is the one that the code generates."""

import re

from bot.settings import settings_table
from tests.architecture.checkout import ROOT


def test_readme_shows_the_settings_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", readme, flags=re.DOTALL)
    assert shown
    assert shown.group(1).strip() == settings_table().strip()
