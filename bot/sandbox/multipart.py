"""Reading a request's parameters from a query, a form, JSON or multipart/form-data (RFC 7578)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Headers
from email.parser import BytesHeaderParser
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request

from .errors import ApiError, bad_request
from .files import MAX_UPLOAD_BYTES
from .vendor import Upload

# A little more than one file of the largest size, for the other fields.
_MAX_BODY = MAX_UPLOAD_BYTES + 1024 * 1024
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')


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
    for headers, data in _parts(body, boundary[1].encode()):
        name = str(headers.get_param("name", "", "content-disposition"))
        file_name = headers.get_filename()
        if file_name is None:
            form.fields[name] = data.decode("utf-8", "replace")
        else:
            mime = headers.get_content_type() if "content-type" in headers else ""
            form.files.append((name, Upload(_text(file_name), mime, data)))


def _text(name: str) -> str:
    # Browsers and HTTP clients send raw UTF-8 or percent signs where the old header parser sees Latin-1.
    return unquote(name.encode("ascii", "surrogateescape").decode("utf-8", "replace"))


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[Headers, bytes]]:
    parser = BytesHeaderParser()
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if piece.startswith(b"--"):
            return
        head, _, data = piece.partition(b"\r\n\r\n")
        yield parser.parsebytes(head.lstrip(b"\r\n")), data
