"""The Bot API methods about the bot itself, its webhook, chats and files.

getUpdates is in botapi.py, because it waits.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from .arguments import Arguments
from .errors import bad_request
from .files import MAX_DOWNLOAD_BYTES
from .model import Json
from .render import chat_json, file_json, user_json
from .updates import Webhook
from .vendor import Method, Params, Upload, Vendor

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def get_me(vendor: Vendor, _params: Params, _files: Mapping[str, Upload]) -> Json:
    """GetMe."""
    can = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
    return {**user_json(vendor.bot), **dict.fromkeys(can, True), "supports_inline_queries": False}


def set_webhook(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
    """setWebhook; an http address is let through for this machine only."""
    given = Arguments(vendor, params, files)
    if given.flag("drop_pending_updates"):
        vendor.updates.drop()
    if given.json("allowed_updates") is not None:
        vendor.updates.allowed = tuple(given.json("allowed_updates"))
    url, secret = given.text("url"), given.text("secret_token")
    _check_webhook(url, secret)
    connections = min(100, max(1, given.number("max_connections", 40)))
    vendor.updates.webhook = Webhook(url, secret, connections) if url else None
    vendor.tell("")
    return True


def _check_webhook(url: str, secret: str) -> None:
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if url and parts.scheme != "https" and not local:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def delete_webhook(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
    """DeleteWebhook."""
    if Arguments(vendor, params, files).flag("drop_pending_updates"):
        vendor.updates.drop()
    vendor.updates.webhook = None
    return True


def webhook_info(vendor: Vendor, _params: Params, _files: Mapping[str, Upload]) -> Json:
    """GetWebhookInfo."""
    queue, hook = vendor.updates, vendor.updates.webhook
    made: Json = {"url": hook.url if hook else "", "has_custom_certificate": False}
    made["pending_update_count"] = len(queue.pending)
    if hook:
        made["max_connections"] = hook.max_connections
    if queue.allowed:
        made["allowed_updates"] = list(queue.allowed)
    if queue.last_error_at:
        made["last_error_date"] = int(queue.last_error_at.timestamp())
        made["last_error_message"] = queue.last_error
    return made


def get_chat(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """getChat: a `ChatFullInfo` with what it must have."""
    chat = vendor.chat(Arguments(vendor, params, files).chat_id())
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    full = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    return chat_json(chat) | full


def leave_chat(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
    """leaveChat, for groups."""
    chat = vendor.chat(Arguments(vendor, params, files).chat_id())
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    vendor.set_membership(vendor.groups[chat.id], None, inside=False)
    return True


def get_file(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """getFile, up to 20 MB."""
    found = vendor.files.file(Arguments(vendor, params, files).text("file_id"))
    if found is None:
        raise bad_request("invalid file_id")
    if len(found.data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return file_json(found)


def _keep(name: str, parameter: str) -> Method:
    def keep(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
        given = Arguments(vendor, params, files)
        kept = given.json(parameter) if parameter == "commands" else given.text(parameter)
        vendor.settings[f"{name}/{given.text('language_code')}"] = kept
        return True

    return keep


def get_commands(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> object:
    """GetMyCommands."""
    language = Arguments(vendor, params, files).text("language_code")
    return vendor.settings.get(f"commands/{language}", [])


def get_description(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """GetMyDescription."""
    language = Arguments(vendor, params, files).text("language_code")
    found = vendor.settings.get(f"description/{language}") or vendor.settings.get("description/", "")
    return {"description": found}


ASKING: dict[str, Method] = {
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": webhook_info,
    "getchat": get_chat,
    "leavechat": leave_chat,
    "getfile": get_file,
    "setmycommands": _keep("commands", "commands"),
    "getmycommands": get_commands,
    "setmydescription": _keep("description", "description"),
    "getmydescription": get_description,
    "setmyshortdescription": _keep("short_description", "short_description"),
    "setmyname": _keep("name", "name"),
}
