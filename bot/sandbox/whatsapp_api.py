"""What people do on their phones with WhatsApp, over HTTP: messages, the 24-hour window, calls and SMS."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .asked import SAFE_TYPES, flag_of, guarded, text_of, uploads_of
from .errors import PhoneError
from .multipart import Form, read_form
from .twilio.calls import Call
from .twilio.phone import Entry, WhatsAppPhone
from .twilio.vendor import TwilioVendor
from .vendor import Upload
from .whatsapp_json import call_json, file_of, sms_json, whatsapp_entry_json, whatsapp_phone_json

_PICTURES = ("image/jpeg", "image/png", "image/webp")


@dataclass(slots=True)
class WhatsAppApi:
    """The endpoints of the phones of one account; they have the paths of Telegram's phones, by their own ids."""

    vendor: TwilioVendor

    def routes(self) -> list[Route]:
        """To be put before those of Telegram's phones, which take any id."""
        return [route for name in self.vendor.phones for route in self._routes(name)]

    def _routes(self, name: str) -> list[Route]:
        phone, call = f"/phones/{name}", f"/phones/{name}/calls/{{sid}}"
        table: list[tuple[str, str, Callable[[WhatsAppPhone, Request], object]]] = [
            ("GET", f"{phone}/messages", self.messages), ("POST", f"{phone}/send", self.send),
            ("POST", f"{phone}/tap", self.tap), ("POST", f"{phone}/read", self.read),
            ("POST", f"{phone}/settings", self.settings), ("GET", phone + "/media/{seq:int}", self.media),
            ("POST", f"{phone}/window", self.window), ("GET", f"{phone}/sms", self.sms),
            ("GET", f"{phone}/calls", self.calls), ("POST", f"{call}/answer", self.answer),
            ("POST", f"{call}/decline", self.decline), ("POST", f"{call}/key", self.key),
            ("POST", f"{call}/hangup", self.hangup),
        ]  # fmt: skip
        return [
            Route(path, guarded(self._of(name, endpoint)), methods=[method])
            for method, path, endpoint in table
        ]

    def _of(
        self, name: str, endpoint: Callable[[WhatsAppPhone, Request], object]
    ) -> Callable[[Request], object]:
        return lambda request: endpoint(self.vendor.phone(name), request)

    # The chat

    async def messages(self, phone: WhatsAppPhone, request: Request) -> Response:
        self.vendor.tick(self.vendor.now())
        after = int(request.query_params.get("after") or 0)
        return JSONResponse([whatsapp_entry_json(one, phone) for one in phone.messages(after=after)])

    async def send(self, phone: WhatsAppPhone, request: Request) -> Response:
        form = await read_form(request)
        uploads = await uploads_of(form)
        sent = await _send_files(phone, form, uploads) if uploads else [_send_plain(phone, form)]
        return JSONResponse([whatsapp_entry_json(one, phone) for one in sent], 201)

    async def tap(self, phone: WhatsAppPhone, request: Request) -> Response:
        form = await read_form(request)
        row, comma, _ = text_of(form, "button").partition(",")
        # "row,column" as on Telegram's phones: each button is a row of its own here.
        place = bool(comma) and row.strip().isdigit()
        phone.tap(text_of(form, "message_id"), row.strip() if place else text_of(form, "button"))
        return JSONResponse({"ok": True})

    async def read(self, phone: WhatsAppPhone, _request: Request) -> Response:
        phone.mark_read()
        return self._shown(phone)

    async def settings(self, phone: WhatsAppPhone, request: Request) -> Response:
        form = await read_form(request)
        blocked = flag_of(form, "blocked")
        if blocked is not None:
            # Here people stop a sender by a word.
            _ = phone.stop() if blocked else phone.start_again()
        phone.set_network(airplane=flag_of(form, "airplane"), slow=flag_of(form, "slow"))
        return self._shown(phone)

    async def media(self, phone: WhatsAppPhone, request: Request) -> Response:
        seq = int(request.path_params["seq"])
        found = next((one for one in phone.messages() if one.seq == seq), None)
        file = file_of(found) if found else None
        if file is None:
            raise PhoneError("no such file on this phone")
        kind = file.content_type if file.content_type in SAFE_TYPES else "application/octet-stream"
        return Response(file.data, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    async def window(self, phone: WhatsAppPhone, request: Request) -> Response:
        form = await read_form(request)
        self.vendor.move_window(phone.spec.id, hours=float(text_of(form, "hours") or 0))
        return self._shown(phone)

    def _shown(self, phone: WhatsAppPhone) -> Response:
        return JSONResponse(whatsapp_phone_json(phone, self.vendor))

    # The telephone

    async def sms(self, phone: WhatsAppPhone, _request: Request) -> Response:
        return JSONResponse([sms_json(seq, one) for seq, one in enumerate(phone.sms, 1)])

    async def calls(self, phone: WhatsAppPhone, _request: Request) -> Response:
        return JSONResponse([call_json(one) for one in phone.line.calls])

    async def answer(self, phone: WhatsAppPhone, request: Request) -> Response:
        _under_way(phone, request)
        return JSONResponse(call_json(phone.line.answer()))

    async def decline(self, phone: WhatsAppPhone, request: Request) -> Response:
        _under_way(phone, request)
        return JSONResponse(call_json(phone.line.decline()))

    async def key(self, phone: WhatsAppPhone, request: Request) -> Response:
        digits = text_of(await read_form(request), "digits")
        if not digits or not set(digits) <= set("0123456789*#"):
            raise PhoneError("digits are 0 to 9, * and #")
        _under_way(phone, request)
        return JSONResponse(call_json(phone.line.press(digits)))

    async def hangup(self, phone: WhatsAppPhone, request: Request) -> Response:
        _under_way(phone, request)
        return JSONResponse(call_json(phone.line.hang_up()))


def _under_way(phone: WhatsAppPhone, request: Request) -> Call:
    """The call that is meant, while it rings or is spoken."""
    sid = str(request.path_params["sid"])
    call = next((one for one in phone.line.calls if one.sid == sid), None)
    if call is None:
        raise PhoneError("no such call on this phone")
    if call is not phone.line.now:
        raise PhoneError("this call is over")
    return call


def _send_plain(phone: WhatsAppPhone, form: Form) -> Entry:
    if isinstance(place := form.fields.get("location"), dict):
        return phone.send_location(float(place["latitude"]), float(place["longitude"]))
    if not text_of(form, "text").strip():
        raise PhoneError("nothing to send")
    if text_of(form, "as") == "sms":
        return phone.send_sms(text_of(form, "text"))
    return phone.send_text(text_of(form, "text"), reply_to=text_of(form, "reply_to"))


async def _send_files(phone: WhatsAppPhone, form: Form, uploads: list[Upload]) -> list[Entry]:
    """Each file is a message by itself; the words go with the first."""
    caption = text_of(form, "caption") or text_of(form, "text")
    return [
        await _send_file(phone, form, one, caption="" if place else caption)
        for place, one in enumerate(uploads)
    ]


async def _send_file(phone: WhatsAppPhone, form: Form, upload: Upload, *, caption: str) -> Entry:
    match _kind(text_of(form, "as"), upload):
        case "photo" | "hd" as kind:
            # The app's shrinking takes a moment; the other phones go on meanwhile.
            photo = await asyncio.to_thread(phone.app_photo, upload.data, hd=kind == "hd")
            return phone.send_file(photo, caption=caption, reply_to=text_of(form, "reply_to"))
        case "voice":
            return phone.send_voice(upload.data)
        case "video":
            return phone.send_video(upload.data, caption=caption)
        case "sticker":
            return phone.send_sticker(upload.data)
        case _:
            return phone.send_document(upload.data, name=upload.name, mime=upload.mime, caption=caption)


def _kind(wanted: str, upload: Upload) -> str:
    if wanted in ("photo", "voice", "video", "sticker", "document"):
        return wanted
    if wanted == "hd" and upload.mime in _PICTURES:
        return wanted
    if upload.mime == "audio/ogg":
        return "voice"
    return "photo" if upload.mime in _PICTURES else "document"
