"""The errors of the Bot API, with the texts that the real one sends."""


class ApiError(Exception):
    """A refused Bot API call: HTTP status and `error_code` are the same number."""

    def __init__(self, code: int, description: str, *, retry_after: int = 0) -> None:
        """`retry_after` in whole seconds goes into `parameters` when it is not 0."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


class PhoneError(Exception):
    """Something that a person cannot do on a phone (no such button, not a picture)."""


def bad_request(text: str) -> ApiError:
    """400 with the vendor's prefix."""
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """403 with the vendor's prefix."""
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    """409 with the vendor's prefix."""
    return ApiError(409, f"Conflict: {text}")


def too_many(seconds: int) -> ApiError:
    """429, to be tried again after `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
