"""`python -m bot.sandbox`: Telegram, Twilio and phones on this machine, for training and trying out."""

import argparse
import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path

import uvicorn

from bot.clock import ManualClock, SystemClock

from .app import SandboxApp, build_app, build_twilio_vendor, build_vendor
from .standing import StandingClock
from .twilio.people import read_people
from .twilio.vendor import ACCOUNT_SID, AUTH_TOKEN, TwilioVendor
from .vendor import DEFAULT_TOKEN, Vendor
from .world import DEFAULT_WORLD, read_world

_SERVICE = "http://127.0.0.1:8000"
# As people speak; a caller who reads what is said on the page needs as long.
_WORDS_A_SECOND = 2.5
# What an operator sets too: a message that the service did not take is brought again (channels research §4).
_AGAIN = "#rc=2&rp=all"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8080, help="port of the page and of the vendors' APIs")
    parser.add_argument("--world", type=Path, default=DEFAULT_WORLD, help="TOML file with the phones")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot token that is accepted")
    parser.add_argument("--account-sid", default=ACCOUNT_SID, help="the Twilio account")
    parser.add_argument("--auth-token", default=AUTH_TOKEN, help="its token, which also signs")
    parser.add_argument(
        "--service", default=_SERVICE, help=f"where Twilio posts what people send (default: {_SERVICE})"
    )
    parser.add_argument(
        "--end-with-stdin", action="store_true", help="end when standard input closes (a parent that died)"
    )
    parser.add_argument("--no-limits", action="store_true", help="switch the vendors' sending limits off")
    parser.add_argument(
        "--clock", type=datetime.fromisoformat, help="a clock that stands at this instant until it is moved"
    )
    return parser.parse_args()


def _end_with_stdin() -> None:
    """However the parent ended, its end of the pipe is closed; nothing is ever written to it."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve until interrupted."""
    given = _arguments()
    if given.end_with_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    clock = ManualClock(given.clock) if given.clock else SystemClock()
    vendor = build_vendor(
        clock, phones=read_world(given.world), token=given.token, limits=not given.no_limits
    )
    twilio = build_twilio_vendor(
        clock, phones=read_people(given.world), account=given.account_sid, token=given.auth_token,
        limits=not given.no_limits,
    )  # fmt: skip
    _configure(twilio, given.service.rstrip("/"))
    _say(f"http://{given.host}:{given.port}", given, twilio)
    # Event streams stay open for ever, so the server does not wait long for them when it stops.
    uvicorn.run(
        _app(clock, vendor, twilio), host=given.host, port=given.port, log_level="warning",
        timeout_graceful_shutdown=1,
    )  # fmt: skip


def _app(clock: ManualClock | SystemClock, vendor: Vendor, twilio: TwilioVendor) -> SandboxApp:
    """By a clock that stands nothing is delivered before the caller says so."""
    if isinstance(clock, SystemClock):
        return build_app(vendor, twilio=twilio, loop=True)
    app = build_app(vendor, twilio=twilio)
    app.router.routes[:0] = StandingClock(clock, vendor, twilio).routes()
    return app


def _configure(twilio: TwilioVendor, service: str) -> None:
    twilio.configure(inbound_url=f"{service}/twilio/message{_AGAIN}", status_url=f"{service}/twilio/status")
    twilio.switchboard.words_a_second = _WORDS_A_SECOND


def _say(url: str, given: argparse.Namespace, twilio: TwilioVendor) -> None:
    """What a service needs to be pointed here."""
    print(f"Phones: {url}/  (training only: no real patients)")
    print(f"SCANRELAY_TELEGRAM_API_URL={url}")
    print(f"SCANRELAY_TELEGRAM_TOKEN={given.token}")
    print(f"SCANRELAY_TWILIO_API_URL={url}")
    print(f"SCANRELAY_TWILIO_ACCOUNT_SID={twilio.account}")
    print(f"SCANRELAY_TWILIO_AUTH_TOKEN={given.auth_token}")
    for sender in ("WHATSAPP", "VOICE", "SMS"):
        print(f"SCANRELAY_TWILIO_{sender}_FROM={twilio.number}")


if __name__ == "__main__":
    main()
