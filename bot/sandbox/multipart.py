"""Reading a request's parameters from a query, a form, JSON or multipart/form-data (RFC 7578)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request

from .errors import ApiError, bad_request
from .files import MAX_UPLOAD_BYTES
from .vendor import Upload

# A little more than one file of the largest size, for the other fields.
_MAX_BODY = MAX_UPLOAD_BYTES + 1024 * 1024
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_PARAMETER = re.compile(r';\s*([\w*]+)="?((?<=")[^"]*|[^";\s]*)')
_TYPE = re.compile(r"(?im)^content-type:([^;\r\n]+)")


@dataclass(slots=True)
class Form:
    """Fields as text (or JSON values), files in the order they came."""

    fields: dict[str, object] = field(default_factory=dict)
    files: list[tuple[str, Upload]] = field(default_factory=list)


async def read_form(request: Request) -> Form:
    """Query and body together; refuses more than 50 MB with 413."""
    if int(request.headers.get("content-length") or 0) > _MAX_BODY:
        raise ApiError(413, "Request Entity Too Large")
    body = await request.body()
    form = Form(dict(request.query_params))
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json") and body:
        form.fields.update(_json_fields(body))
    elif kind.startswith("multipart/form-data"):
        _read_parts(form, body, kind)
    elif body:
        form.fields.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return form


def _json_fields(body: bytes) -> dict[str, object]:
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(fields, dict):
        raise bad_request("object expected as JSON")
    return fields


def _read_parts(form: Form, body: bytes, kind: str) -> None:
    boundary = _BOUNDARY.search(kind)
    if boundary is None:
        raise bad_request("boundary is missing")
    for head, data in _parts(body, boundary[1].encode()):
        found = {name.lower(): value for name, value in _PARAMETER.findall(head)}
        name = found.get("name", "")
        if "filename" in found or "filename*" in found:
            kind_of = _TYPE.search(head)
            upload = Upload(_file_name(found), kind_of[1].strip() if kind_of else "", data)
            form.files.append((name, upload))
        else:
            form.fields[name] = data.decode("utf-8", "replace")


def _file_name(found: dict[str, str]) -> str:
    extended = found.get("filename*", "").rpartition("''")[2]
    return unquote(extended or found.get("filename", ""))


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, bytes]]:
    """Head (UTF-8, as browsers and clients write it) and bytes of each part."""
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if piece.startswith(b"--"):
            return
        head, _, data = piece.partition(b"\r\n\r\n")
        yield head.decode("utf-8", "replace"), data
