"""Values of the domain as JSON, for the columns that hold a whole value."""

from typing import Any

from pydantic import TypeAdapter

from bot.domain.escalation import Policy
from bot.domain.facts import Facts
from bot.domain.report import Content
from bot.messages import Attachment

FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)
POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)
CONTENT: TypeAdapter[Content] = TypeAdapter(Content)
SOURCE: TypeAdapter[Attachment] = TypeAdapter(Attachment)
CONTACTS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


def dump_text(adapter: TypeAdapter[Any], value: Any) -> str:
    """JSON as text, for columns that are not sealed."""
    return adapter.dump_json(value).decode()
