"""What a request to a phone asks for: fields, files, samples; and the errors that it is answered with."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse

from .errors import ApiError, PhoneError
from .multipart import Form
from .samples import SAMPLES, Sample
from .vendor import Upload

SAFE_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/mpeg", "video/mp4", "application/pdf",
     "text/plain"}
)  # fmt: skip
"""What a browser may show itself; anything else is offered as a file."""

_ON = ("true", "1", "yes", "on")


def text_of(form: Form, name: str) -> str:
    """A field as text; blank if it is not there."""
    return str(form.fields.get(name) or "")


def number_of(form: Form, name: str) -> int:
    """A field as a whole number, 0 if it is not there; PhoneError for anything else."""
    value = text_of(form, name)
    if value and not value.isdigit():
        raise PhoneError(f"{name} is not a number")
    return int(value or 0)


def flag_of(form: Form, name: str) -> bool | None:
    """A field as a switch; None if it is not there."""
    value = form.fields.get(name)
    return None if value is None else str(value).lower() in _ON


async def uploads_of(form: Form) -> list[Upload]:
    """The files that came along and the samples that were named."""
    # Drawing takes a second; the other phones go on meanwhile.
    drawn = [await asyncio.to_thread(_as_upload, one) for one in _samples_of(form)]
    return [upload for _, upload in form.files] + drawn


def sample_of(name: str) -> Sample:
    """The sample of this name; PhoneError if there is none."""
    if name not in SAMPLES:
        raise PhoneError("no such sample")
    return SAMPLES[name]


def _samples_of(form: Form) -> list[Sample]:
    names = form.fields.get("samples") or form.fields.get("sample") or []
    return [sample_of(str(name)) for name in (names if isinstance(names, list) else str(names).split(","))]


def _as_upload(sample: Sample) -> Upload:
    return Upload(sample.file_name, sample.mime, sample.data())


def guarded(endpoint: Callable[[Request], object]) -> Callable[[Request], object]:
    """The endpoint, with what a person can't do as `{"error": sentence}` and 400, or 404 for what is not there."""

    async def answer(request: Request) -> object:
        try:
            return await endpoint(request)  # type: ignore[misc]
        except PhoneError as error:
            status = 404 if str(error).startswith("no such") else 400
            return JSONResponse({"error": str(error)}, status)
        except ApiError as error:
            return JSONResponse({"error": error.description}, 400)
        except (ValueError, KeyError):
            return JSONResponse({"error": "a field has the wrong form"}, 400)

    return answer
