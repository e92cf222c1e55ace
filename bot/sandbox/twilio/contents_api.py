"""The Content API over HTTP: contents and WhatsApp's approval of them."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .content import Approval, Content
from .http import Asked, Doors, iso, page_link, page_of
from .model import Json
from .vendor import TwilioVendor

_HOST = "https://content.twilio.com"


@dataclass(slots=True)
class ContentsApi:
    """The routes of contents."""

    vendor: TwilioVendor

    def routes(self) -> list[Route]:
        """In the order in which they match."""
        route = Doors(self.vendor).route
        one = "/v1/Content/{sid}"
        return [
            route("POST", "/v1/Content", "contents.create", self._create),
            route("GET", "/v1/Content", "contents.list", self._list),
            route("GET", "/v1/ContentAndApprovals", "contents.list", self._list_with_approvals),
            route("GET", one, "contents.fetch", self._fetch),
            route("DELETE", one, "contents.delete", self._delete),
            route("POST", f"{one}/ApprovalRequests/whatsapp", "approvals.create", self._ask_approval),
            route("GET", f"{one}/ApprovalRequests", "approvals.fetch", self._approval),
        ]

    def _create(self, asked: Asked) -> Response:
        return JSONResponse(self._json(self.vendor.contents.create(asked.json(), self.vendor.now())), 201)

    def _list(self, asked: Asked) -> Response:
        return self._page(asked, self._json)

    def _list_with_approvals(self, asked: Asked) -> Response:
        return self._page(asked, self._with_approval)

    def _fetch(self, asked: Asked) -> Response:
        return JSONResponse(self._json(self.vendor.contents.get(asked.parts["sid"])))

    def _delete(self, asked: Asked) -> Response:
        self.vendor.contents.delete(asked.parts["sid"])
        return Response(status_code=204)

    def _ask_approval(self, asked: Asked) -> Response:
        content = self.vendor.contents.ask_approval(asked.parts["sid"], asked.json(), self.vendor.now())
        # The answer is given before WhatsApp has looked.
        return JSONResponse(
            self._approval_json(content) | {"status": "received", "rejection_reason": ""}, 201
        )

    def _approval(self, asked: Asked) -> Response:
        content = self.vendor.contents.get(asked.parts["sid"])
        body = {
            "sid": content.sid,
            "account_sid": self.vendor.account,
            "whatsapp": {"type": "whatsapp", **self._approval_json(content)},
            "url": f"{_HOST}/v1/Content/{content.sid}/ApprovalRequests",
        }
        return JSONResponse(body)

    def _page(self, asked: Asked, show: Callable[[Content], Json]) -> Response:
        page, items = page_of(asked), self.vendor.contents.listed()
        more = (page.number + 1) * page.size < len(items)

        def link(number: int) -> str:
            return _HOST + page_link(asked, page, number)

        meta = {
            "page": page.number, "page_size": page.size, "key": "contents",
            "url": link(page.number), "first_page_url": link(0),
            "previous_page_url": link(page.number - 1) if page.number else None,
            "next_page_url": link(page.number + 1) if more else None,
        }  # fmt: skip
        return JSONResponse({"contents": [show(one) for one in page.of(items)], "meta": meta})

    def _json(self, one: Content) -> Json:
        where = f"{_HOST}/v1/Content/{one.sid}"
        approvals = f"{where}/ApprovalRequests"
        links = {"approval_create": f"{approvals}/whatsapp", "approval_fetch": approvals}
        return self._core(one) | {"url": where, "links": links}

    def _with_approval(self, one: Content) -> Json:
        return self._core(one) | {"approval_requests": self._approval_json(one)}

    def _core(self, one: Content) -> Json:
        return {
            "sid": one.sid, "account_sid": self.vendor.account, "friendly_name": one.friendly_name,
            "language": one.language, "variables": dict(one.variables), "types": dict(one.types),
            "date_created": iso(one.at), "date_updated": iso(one.at),
        }  # fmt: skip

    def _approval_json(self, one: Content) -> Json:
        given = one.approval or Approval("", "", one.at)
        now = self.vendor.now()
        status = given.status(now) if one.approval else "unsubmitted"
        return {
            "name": given.name, "category": given.category, "content_type": one.type, "status": status,
            "rejection_reason": given.rejection if status == "rejected" else "",
            "allow_category_change": True,
        }  # fmt: skip
