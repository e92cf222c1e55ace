"""A world's Twilio account: furnished as an operator does it, its requests checked by Twilio's own documents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.channels.whatsapp import setup
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.contents import Contents
from bot.clock import ManualClock
from bot.operations import set_up_whatsapp
from bot.sandbox.app import build_app, build_twilio_vendor, build_vendor
from bot.sandbox.twilio.content import Content
from bot.sandbox.twilio.faults import Fault, FaultKind
from bot.sandbox.twilio.signing import Fields
from bot.sandbox.twilio.vendor import TwilioVendor
from bot.serving import HttpServer
from bot.settings import Settings, load_settings
from bot.wiring import Store, build_whatsapp
from tests.twilio_spec import Call, TwilioSpec, spec_folder
from tests.world_truths import PlaceOf


@dataclass(frozen=True, slots=True)
class _Furniture:
    """What the account of every world holds, in the order of its making, and what the service reads of it."""

    contents: tuple[Content, ...]
    known: Contents


_made: list[_Furniture] = []


class Account:
    """The account of one world; `channel` once it is open."""

    channel: WhatsAppChannel

    def __init__(self, vendor: TwilioVendor) -> None:
        self.vendor = vendor
        self.problems: list[str] = []
        self.requests: list[str] = []
        """Method and path of what the service asked for, in order."""
        vendor.on_request = self._look_at

    def settings(self, url: str) -> Mapping[str, Any]:
        """For `load_settings`."""
        return _settings(self.vendor, url)

    async def open(self, settings: Settings, store: Store) -> None:
        """The ordinary channel, its buttons and templates there, its webhooks leading to the service."""
        channel = build_whatsapp(settings, store)
        assert channel is not None
        self.channel = channel
        furniture = await _furniture(self.vendor.now())
        _furnish(self.vendor, furniture.contents)
        channel.use(furniture.known)
        self.vendor.configure(
            inbound_url=f"{settings.own_url}/twilio/message", status_url=f"{settings.own_url}/twilio/status"
        )

    def breaks(self, kind: FaultKind, route: str = "messages.create", *, times: int = 1, **more: Any) -> None:
        """The vendor fails so, the next times that it is asked; `number`: for one person only."""
        self.vendor.faults.add(Fault(kind, route, left=times, **more))

    def has_no_templates(self) -> None:
        """WhatsApp has approved none: the vendor sends none, and the service knows it."""
        forms = {(one.name, one.language) for one in setup.forms()}
        for content in self.vendor.contents.listed():
            if content.approval is not None:
                self.vendor.contents.delete(content.sid)
        known = _made[0].known.sids.items()
        self.channel.use(Contents({place: sid for place, sid in known if place in forms}))

    def places(self) -> PlaceOf:
        """Where a message of either vendor stands among its own: Telegram's ids are numbers, Twilio's say nothing."""
        known = {entry.sid: entry.seq for entry in reversed(self.vendor.log)}
        return lambda message_id: int(message_id) if message_id.isdecimal() else known.get(message_id)

    def story(self, start: datetime) -> str:
        """What the phones saw."""
        return "\n".join(
            f"{(one.at - start).total_seconds():8.1f}s {one.phone:8} {one.channel} {one.media} {one.text!r}"
            f" {list(one.buttons) or ''} {one.error}"
            for one in self.vendor.log
        )

    def _look_at(self, method: str, path: str, query: Fields, form: Fields) -> None:
        self.requests.append(f"{method} {path}")
        spec = _spec()
        if spec is not None:
            self.problems += spec.problems(_call(method, path, query, form))


@cache
def _spec() -> TwilioSpec | None:
    folder = spec_folder()
    return None if folder is None else TwilioSpec(folder)


def _call(method: str, path: str, query: Fields, form: Fields) -> Call:
    """A JSON body comes as one field without a name."""
    if form and form[0][0] == "":
        return Call(method, path, query, body=json.loads(form[0][1]))
    return Call(method, path, query, form)


def _settings(vendor: TwilioVendor, url: str) -> Mapping[str, Any]:
    return {
        "twilio_account_sid": vendor.account,
        "twilio_auth_token": vendor.token,
        "twilio_api_url": url,
        "twilio_whatsapp_from": vendor.number,
    }


async def _furniture(now: datetime) -> _Furniture:
    """Made once a session, by the operator's own command; every world's account is then given the same."""
    if not _made:
        clock = ManualClock(now - timedelta(days=1))
        vendor = build_twilio_vendor(clock)
        server = HttpServer(build_app(build_vendor(clock), twilio=vendor), host="127.0.0.1", port=0)
        await server.start()
        settings = load_settings(
            public_url="https://bot.example",
            unreviewed_phrases="mark",
            **_settings(vendor, f"http://127.0.0.1:{server.port}"),
        )
        await set_up_whatsapp(settings)
        url = settings.twilio_api_url
        async with setup.connected(vendor.account, vendor.token, api_url=url) as client:
            known = await setup.read_contents(client)
        await server.stop()
        await vendor.close()
        _made.append(_Furniture(tuple(reversed(vendor.contents.listed())), known))
    return _made[0]


def _furnish(vendor: TwilioVendor, contents: tuple[Content, ...]) -> None:
    """The vendor numbers in the order of making, so the sids are those that were read."""
    for one in contents:
        given = {
            "friendly_name": one.friendly_name,
            "language": one.language,
            "variables": dict(one.variables),
            "types": dict(one.types),
        }
        sid = vendor.contents.create(given, one.at).sid
        assert sid == one.sid, "the vendor numbers differently"
        if one.approval:
            asked = {"name": one.approval.name, "category": one.approval.category}
            vendor.contents.ask_approval(sid, asked, one.at)
