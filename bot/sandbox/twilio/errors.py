"""Twilio's refusals, with the numbers and statuses that the real one sends (twilio.com/docs/api/errors)."""


class TwilioError(Exception):
    """A refused request: `status` is HTTP's, `code` is Twilio's."""

    def __init__(self, status: int, code: int, message: str, *, wait: float = 0.0) -> None:
        """`message` is what the answer says; `wait` in seconds goes into Retry-After when it is not 0."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.wait = wait


def refused(code: int, message: str) -> TwilioError:
    """400 with Twilio's number."""
    return TwilioError(400, code, message)


def not_found(path: str) -> TwilioError:
    """404 as Twilio words it."""
    return TwilioError(404, 20404, f"The requested resource {path} was not found")


def unauthorized() -> TwilioError:
    """401: no account, or not with this token."""
    return TwilioError(401, 20003, "Authenticate")


def too_many(seconds: float) -> TwilioError:
    """429: too many requests at once."""
    return TwilioError(429, 20429, "Too Many Requests", wait=seconds)


def broken() -> TwilioError:
    """500 without a reason."""
    return TwilioError(500, 20500, "An internal server error has occurred")
