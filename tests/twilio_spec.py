"""Checks requests against Twilio's own OpenAPI documents, with nothing allowed that they do not name."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.spec import SPEC_VARIABLE

_FILES = ("twilio_api_v2010.json", "twilio_content_v1.json", "twilio_messaging_v2.json")
# What the documents say in prose or on the pages of error codes only: 21617 (Body), 21656 and 21658 (variables).
_BODY_LIMIT = 1600
_VARIABLE_LIMIT = 1600
_NOT_IN_A_VARIABLE = re.compile(r"[\n\r\t]| {5}")
# A file itself is under the address of its resource without `.json` (docs: messaging/api/media-resource).
_DOWNLOAD = re.compile(r"/2010-04-01/Accounts/AC[0-9a-f]{32}/Messages/[MS]M[0-9a-f]{32}/Media/ME[0-9a-f]{32}")

Json = Any


def spec_folder() -> Path | None:
    """Where the documents lie, None where the environment does not say."""
    folder = os.environ.get(SPEC_VARIABLE)  # noqa: TID251
    path = Path(folder) if folder else None
    return path if path is not None and all((path / name).exists() for name in _FILES) else None


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came over the wire: a form's or query's fields in order, or a JSON body."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    form: Sequence[tuple[str, str]] = ()
    body: Json = None


def call_of(
    method: str, path: str, query: Sequence[tuple[str, str]], form: Sequence[tuple[str, str]]
) -> Call:
    """As the loopback Twilio tells of a request: a JSON body is one field without a name."""
    if [name for name, _ in form] == [""]:
        return Call(method, path, query, body=json.loads(form[0][1]))
    return Call(method, path, query, form)


class TwilioSpec:
    """Twilio's API as its vendor describes it; `problems` lists what a request has against it."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the documents of Twilio's hosts api, content and messaging."""
        self._operations: list[tuple[re.Pattern[str], Json, Json]] = []
        for name in _FILES:
            document = json.loads((folder / name).read_text())
            for path, operations in document["paths"].items():
                pattern = re.compile(re.sub(r"\\{\w+\\}", "([^/]+?)", re.escape(path)))
                self._operations.append((pattern, operations, document["components"]["schemas"]))

    def problems(self, call: Call) -> list[str]:
        """What is wrong with a request, empty if nothing is."""
        if call.method == "GET" and _DOWNLOAD.fullmatch(call.path):
            return [f"{name} is unknown" for name, _ in (*call.query, *call.form)]
        for pattern, operations, schemas in self._operations:
            if pattern.fullmatch(call.path) and call.method.lower() in operations:
                operation = operations[call.method.lower()]
                return list(_Check(schemas).operation(operation, call, pattern))
        return [f"{call.method} {call.path} is unknown"]


class _Check:
    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas

    def operation(self, operation: Json, call: Call, pattern: re.Pattern[str]) -> Iterator[str]:
        parameters = operation.get("parameters", [])
        match = pattern.fullmatch(call.path)
        assert match is not None
        in_path = [one for one in parameters if one["in"] == "path"]
        for parameter, value in zip(in_path, match.groups(), strict=True):
            yield from self.value(parameter["schema"], value, parameter["name"])
        in_query = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
        yield from self.fields({"properties": in_query}, call.query)
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            yield from self.value(content["application/json"]["schema"], call.body, "body")
        elif content:
            yield from self.fields(content["application/x-www-form-urlencoded"]["schema"], call.form)
        elif call.form or call.body is not None:
            yield "no body is expected"

    def fields(self, schema: Json, fields: Sequence[tuple[str, str]]) -> Iterator[str]:
        known = schema.get("properties", {})
        given: dict[str, list[str]] = {}
        for name, value in fields:
            given.setdefault(name, []).append(value)
        yield from (f"{name} is unknown" for name in given if name not in known)
        yield from (f"{name} is missing" for name in schema.get("required", []) if name not in given)
        for name in given.keys() & known.keys():
            yield from self.field(known[name], given[name], name)

    def field(self, schema: Json, values: list[str], name: str) -> Iterator[str]:
        if schema.get("type") == "array":
            for value in values:
                yield from self.value(schema["items"], value, name)
            return
        if len(values) > 1:
            yield f"{name} comes twice"
        yield from self.value(schema, _read(schema, values[0]), name)
        yield from _prose(name, values[0])

    def value(self, schema: Json, value: Json, at: str) -> Iterator[str]:
        if "$ref" in schema:
            yield from self.value(self._schemas[schema["$ref"].rpartition("/")[2]], value, at)
        elif value is None and schema.get("nullable"):
            return
        elif not isinstance(value, _TYPES[schema.get("type", "object")]):
            yield f"{at} is no {schema.get('type')}"
        else:
            yield from self.typed(schema, value, at)

    def typed(self, schema: Json, value: Json, at: str) -> Iterator[str]:
        if isinstance(value, dict):
            yield from self.nested(schema, value, at)
        elif isinstance(value, list):
            for place, item in enumerate(value):
                yield from self.value(schema["items"], item, f"{at}[{place}]")
        elif isinstance(value, str):
            if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1 << 30):
                yield f"{at} has a size of {len(value)}"
            if "pattern" in schema and not re.search(schema["pattern"], value):
                yield f"{at} has the wrong form"
            if "enum" in schema and value not in schema["enum"]:
                yield f"{at} is none of its values"

    def nested(self, schema: Json, value: Mapping[str, Json], at: str) -> Iterator[str]:
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", False)
        yield from (f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value)
        for name, item in value.items():
            if name in known:
                yield from self.value(known[name], item, f"{at}.{name}")
            elif isinstance(others, dict):
                yield from self.value(others, item, f"{at}.{name}")
            else:
                yield f"{at}.{name} is unknown"


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "object": (dict,),
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def _read(schema: Json, text: str) -> Json:
    """A form carries numbers and truth values as strings."""
    if schema.get("type") not in ("boolean", "integer", "number"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _prose(name: str, value: str) -> Iterator[str]:
    if name == "Body" and not 1 <= len(value) <= _BODY_LIMIT:
        yield f"Body has a size of {len(value)}"
    if name == "ContentVariables":
        variables = json.loads(value)
        for key, text in variables.items():
            if not isinstance(text, str) or not text.strip() or len(text) > _VARIABLE_LIMIT:
                yield f"variable {key} is blank or too long"
            elif _NOT_IN_A_VARIABLE.search(text):
                yield f"variable {key} has a sign that variables may not have"
