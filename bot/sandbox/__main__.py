"""`python -m bot.sandbox`: Telegram and phones on this machine, for training and trying out."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import uvicorn

from bot.clock import SystemClock

from .app import build_app, build_vendor
from .vendor import DEFAULT_TOKEN
from .world import DEFAULT_WORLD, read_world


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8080, help="port of the page and of the Bot API")
    parser.add_argument("--world", type=Path, default=DEFAULT_WORLD, help="TOML file with the phones")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot token that is accepted")
    parser.add_argument(
        "--end-with-stdin", action="store_true", help="end when standard input closes (a parent that died)"
    )
    parser.add_argument("--no-limits", action="store_true", help="switch Telegram's sending limits off")
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
    vendor = build_vendor(
        SystemClock(), phones=read_world(given.world), token=given.token, limits=not given.no_limits
    )
    print(f"Phones: http://{given.host}:{given.port}/  (training only: no real patients)")
    print(f"SCANRELAY_TELEGRAM_API_URL=http://{given.host}:{given.port}")
    print(f"SCANRELAY_TELEGRAM_TOKEN={given.token}")
    # Event streams stay open for ever, so the server does not wait long for them when it stops.
    uvicorn.run(
        build_app(vendor, loop=True), host=given.host, port=given.port, log_level="warning",
        timeout_graceful_shutdown=1,
    )  # fmt: skip


if __name__ == "__main__":
    main()
