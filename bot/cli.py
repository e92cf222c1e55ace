"""`scanrelay …`: sentences for people, `--json` for programs; exit status 2 means a wrong setting."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Never

import segno
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import operations
from bot.channels.whatsapp.setup import APPROVED, NOT_OFFERED, ContentState
from bot.control import CommandError
from bot.demo.play import Transcript
from bot.demo.run import run_demo
from bot.demo.show import lines_of, transcript_json
from bot.demo.stories import STORIES
from bot.demo.story import Story
from bot.findings import Finding, Grade
from bot.logs import configure_logs
from bot.serving import PortTakenError
from bot.settings import Settings, SettingsError, load_settings, shown_settings
from bot.training import WORLD, SandboxError
from storage.lockfile import DatabaseTakenError
from storage.migrate import DatabaseUnreachableError
from storage.seal import MasterKeyError

_NO_TEMPLATES = "WhatsApp has no templates in this language: the English one is sent"
PROJECT = Path(__file__).resolve().parents[1]
STORY_NAMES = tuple(one.name for one in STORIES)
TRAINING_ONLY = "training only, no real patients"

app = typer.Typer(
    name="scanrelay", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
setup_app = typer.Typer(no_args_is_help=True, help="Tell the vendors what they have to know.")
org_app = typer.Typer(no_args_is_help=True, help="Facilities, people, pools and policies.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(setup_app, name="setup")
app.add_typer(org_app, name="org")
app.add_typer(audit_app, name="audit")

out = Console()
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="print the result as JSON")]
SandboxPort = Annotated[int, typer.Option(help="port of the sandbox, when no channel is configured")]


_MENDABLE = (
    CommandError,
    DatabaseTakenError,
    DatabaseUnreachableError,
    MasterKeyError,
    PortTakenError,
    SandboxError,
)


def main() -> None:
    """Run a command; what an operator can mend is one sentence on stderr, never a traceback."""
    try:
        app()
    except SettingsError as error:
        _end(str(error), code=2)
    except _MENDABLE as error:
        _end(str(error), code=1)


def _end(sentence: str, *, code: int) -> Never:
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _settings() -> Settings:
    return load_settings()


# --- running ------------------------------------------------------------------------------------------------


@app.command()
def run(sandbox_port: SandboxPort = 8080) -> None:
    """Migrate and start everything; with the sandbox when no channel is configured."""
    settings = _settings()
    if not settings.has_channel:
        asyncio.run(operations.run_training(settings, sandbox_port=sandbox_port, announce=_training_box))
    else:
        asyncio.run(operations.run_service(settings, announce=_service_line))


@app.command()
def web() -> None:
    """Start the web part alone (PostgreSQL)."""
    asyncio.run(operations.run_service(_apart(), announce=_service_line, workers=False))


@app.command()
def worker() -> None:
    """Start the workers alone (PostgreSQL)."""
    asyncio.run(operations.run_service(_apart(), announce=_worker_line, web=False))


def _apart() -> Settings:
    settings = _settings()
    if settings.is_sqlite:
        raise CommandError(
            "web and worker apart need PostgreSQL (SCANRELAY_DATABASE_URL=postgresql://…); with"
            " SQLite one process does both: scanrelay run."
        )
    return settings


@app.command()
def migrate() -> None:
    """Bring the database to the tables that this version needs."""
    operations.migrate(_settings())
    out.print("The database is up to date.")


@app.command()
def sandbox(port: Annotated[int, typer.Option(help="port of page and vendors")] = 8080) -> None:
    """Run the vendors and phones alone, to point a service at."""
    command = [sys.executable, "-m", "bot.sandbox", "--port", str(port), "--world", str(WORLD)]
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - our own program


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def bench(context: typer.Context) -> None:
    """Measure against floors that are taken in the same run (from a checkout, with the development set)."""
    if not (PROJECT / "tests" / "bench").is_dir():
        raise CommandError("bench belongs to a checkout: there is no folder tests/bench beside this program.")
    command = [sys.executable, "-m", "tests.bench", *context.args]
    raise typer.Exit(subprocess.call(command, cwd=PROJECT))  # noqa: S603 - our own program


@app.command()
def demo(
    *,
    as_json: AsJson = False,
    story: Annotated[str | None, typer.Option(help=f"only one of {', '.join(STORY_NAMES)}")] = None,
) -> None:
    """Play whole days through the sandbox and show every message; exit 1 if one is missing or too many."""
    configure_logs(json=True, level="ERROR", stream=sys.stderr)
    stories = [one for one in STORIES if story in (None, one.name)]
    if not stories:
        raise CommandError(f"there is no story {story}; there are {', '.join(STORY_NAMES)}.")
    with TemporaryDirectory(prefix="scanrelay-demo-") as folder:
        transcript = asyncio.run(run_demo(Path(folder), stories))
    if as_json:
        _print_json(transcript_json(transcript))
    else:
        _show_transcript(stories, transcript)
    if not transcript.ok:
        raise typer.Exit(1)


def _show_transcript(stories: Sequence[Story], transcript: Transcript) -> None:
    for line in lines_of(stories, transcript):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    for missing in transcript.missing:
        err.print(f"missing: {missing}", style="red", markup=False)
    for unexpected in transcript.unexpected:
        err.print(f"unexpected: {unexpected}", style="red", markup=False)
    if transcript.ok:
        out.print(f"{len(transcript.events)} messages, none missing, none too many.", style="green")


def _training_box(page: str) -> None:
    width = max(len(page), len(TRAINING_ONLY)) + 6
    lines = ["ScanRelay is running.", f"Phones: {page}", TRAINING_ONLY, "Ctrl-C ends it."]
    out.print("\n".join(["╭" + "─" * (width + 6) + "╮", *(f"│  {line:<{width + 2}}  │" for line in lines)]))
    out.print("╰" + "─" * (width + 6) + "╯")


def _service_line(address: str) -> None:
    out.print(f"ScanRelay is running at {address} (Ctrl-C ends it).", soft_wrap=True)


def _worker_line(_address: str) -> None:
    out.print("ScanRelay's workers are running (Ctrl-C ends them).")


# --- looking ------------------------------------------------------------------------------------------------

_SIGNS = {Grade.OK: "[green]ok[/]", Grade.WARNING: "[yellow]warning[/]", Grade.PROBLEM: "[red]problem[/]"}


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Look whether everything that is needed is there; exit 1 with what helps if not."""
    settings = _settings()
    findings = asyncio.run(operations.examine(settings))
    if as_json:
        _print_json(_doctor_json(settings, findings))
    else:
        _show_doctor(settings, findings)
    if any(finding.grade is Grade.PROBLEM for finding in findings):
        raise typer.Exit(1)


def _doctor_json(settings: Settings, findings: tuple[Finding, ...]) -> Mapping[str, object]:
    return {
        "ok": all(finding.grade is not Grade.PROBLEM for finding in findings),
        "checks": [
            {"check": finding.check, "grade": finding.grade, "sentence": finding.sentence}
            for finding in findings
        ],
        "settings": shown_settings(settings),
        "notice": TRAINING_ONLY,
    }


def _show_doctor(settings: Settings, findings: tuple[Finding, ...]) -> None:
    table = Table("setting", "value", box=None)
    for name, value in shown_settings(settings).items():
        table.add_row(name, escape(value))
    out.print(table)
    checks = Table("check", "", "", box=None)
    for finding in findings:
        checks.add_row(finding.check, _SIGNS[finding.grade], escape(finding.sentence))
    out.print(checks)
    out.print(TRAINING_ONLY)


@audit_app.command("check")
def audit_check(*, as_json: AsJson = False) -> None:
    """Verify the audit trail and what must always be true; exit 1 if it does not hold."""
    result: Any = operations.command(_settings(), "audit_check", {})
    if as_json:
        _print_json(result)
    elif result["ok"]:
        out.print(f"The audit trail holds: {result['entries']} entries.")
    else:
        err.print(f"The audit trail does not hold: {result}", markup=False)
    if not result["ok"]:
        raise typer.Exit(1)


# --- changing -----------------------------------------------------------------------------------------------


@setup_app.command("telegram")
def setup_telegram() -> None:
    """Set webhook, commands and descriptions at Telegram."""
    name = asyncio.run(operations.set_up_telegram(_settings()))
    out.print(f"@{name} knows its webhook, commands and descriptions.")


@setup_app.command("whatsapp")
def setup_whatsapp(*, as_json: AsJson = False) -> None:
    """Make buttons and templates at Twilio, ask WhatsApp for approval, set the webhooks; exit 1 if one is rejected."""
    done = asyncio.run(operations.set_up_whatsapp(_settings()))
    if as_json:
        _print_json({"ok": done.is_good, **asdict(done)})
    else:
        _show_templates(done)
        _show_webhooks(done)
    if not done.is_good:
        raise typer.Exit(1)


def _show_templates(done: operations.WhatsAppSetUp) -> None:
    table = Table("template", "language", "approval", "", box=None)
    for state in (*done.templates, *(form for form in done.forms if form.is_bad)):
        table.add_row(state.name, state.language, _approval(state), escape(_remark(state)))
    out.print(table)
    made = sum(form.made for form in done.forms)
    out.print(f"Buttons and lists: {len(done.forms)} forms, {made} of them made now.")


def _approval(state: ContentState) -> str:
    colour = "green" if state.approval == APPROVED else "red" if state.is_bad else "yellow"
    return f"[{colour}]{escape(state.approval)}[/]"


def _remark(state: ContentState) -> str:
    why = state.reason or state.approval
    reason = f"{why}: change its words in locales/ and run this again" if state.is_bad else ""
    meanwhile = f"{state.meanwhile} is sent meanwhile" if state.meanwhile else ""
    return ". ".join(
        filter(None, (reason, meanwhile, _NO_TEMPLATES if state.approval == NOT_OFFERED else ""))
    )


def _show_webhooks(done: operations.WhatsAppSetUp) -> None:
    if done.sender is None:
        out.print(
            "Twilio's API does not list this number. In the console (Messaging > Senders > WhatsApp senders, or the"
            " sandbox's or the Messaging Service's settings) enter, each as HTTP POST:"
        )
    else:
        out.print(f"The number is {done.sender.status}; it was told, each as HTTP POST:")
    rows = (
        ("a message comes in", done.webhooks.message),
        ("fallback when that fails", done.webhooks.fallback),
        ("status callback", done.webhooks.status),
    )
    for what, url in rows:
        out.print(f"  {what}: {url}", soft_wrap=True, markup=False, highlight=False)


@org_app.command("import")
def org_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="TOML file")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take facilities, people, pools, shifts and policies from a file; twice is as good as once."""
    result = operations.import_organisation(_settings(), file.read_text(encoding="utf-8"))
    if as_json:
        _print_json(result)
    else:
        counts = ", ".join(f"{count} {what}" for what, count in result["counts"].items())
        out.print(f"Imported: {counts}.")
        for warning in result["warnings"]:
            err.print(f"Warning: {warning}", style="yellow", markup=False, soft_wrap=True, highlight=False)


@org_app.command("export")
def org_export() -> None:
    """Print the organisation as a file that import takes: names and numbers are in it."""
    print(operations.export_organisation(_settings()))


@org_app.command("revoke")
def org_revoke(
    address: Annotated[str, typer.Argument(help="for instance telegram:123")],
    *,
    person: Annotated[bool, typer.Option("--person", help="everything that its person may do")] = False,
) -> None:
    """Take an address away at once, as of a lost phone; with --person all access of whoever has it.

    Cases held there are paged anew. What was done from there stays on record.
    """
    left = operations.revoke(_settings(), address, person=person)
    more = f" Its person still has {left} other {'address' if left == 1 else 'addresses'}." if left else ""
    out.print(f"Revoked.{more}")


@app.command()
def invite(
    role: Annotated[str, typer.Option(help="coordinator, specialist or referrer")],
    facility: Annotated[str, typer.Option(help="where a referrer works, by name")] = "",
    pool: Annotated[str, typer.Option(help="which pool a specialist serves, by name")] = "",
    name: Annotated[str, typer.Option(help="her name, so that she only confirms it")] = "",
    person: Annotated[
        str, typer.Option(help="somebody enrolled, by name or address: one more role, or a new phone")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Make an invitation for one person; it works once, for seven days."""
    made = operations.invite(_settings(), role=role, facility=facility, pool=pool, name=name, person=person)
    if as_json:
        _print_json(made)
        return
    for link in filter(None, (made["telegram"], made["whatsapp"])):
        out.print(link, soft_wrap=True, markup=False, highlight=False)
        segno.make(link).terminal(compact=True)
    if not (made["telegram"] or made["whatsapp"]):
        out.print(f"Send the bot: /start {made['code']}", soft_wrap=True, markup=False, highlight=False)
