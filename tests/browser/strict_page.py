"""A page under a strict policy, with a new nonce in each answer; what the browser says of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.wrappers import Request, Response

from tests.browser.shop import PAGE, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "www.toko.co.id"
REPORTS = "/laporan"

CUT_OFF = "default-src 'unsafe-inline' 'unsafe-eval' https://izin.toko.co.id/"
"""How the policy begins that Izin itself adds at a withdrawal."""

Way = Literal["header", "meta", "report only"]

LISTEN = """
addEventListener("securitypolicyviolation", (event) => noteViolation({
  directive: event.effectiveDirective, blocked: event.blockedURI, policy: event.originalPolicy,
  sample: event.sample,
}), true);
const create = TrustedTypePolicyFactory.prototype.createPolicy;
TrustedTypePolicyFactory.prototype.createPolicy = function (name, ...rules) {
  notePolicy(name);
  return create.call(this, name, ...rules);
};
"""


@dataclass
class StrictPages:
    """Every path of the shop's host. `{nonce}` is filled in, anew for each answer."""

    shop: Shop
    policy: str
    way: Way = "header"
    body: str = ""
    head: str = ""
    lang: str = "id"
    tag: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """Scripts of the shop's own, by path."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ).path)(environ, start_response)

    def serve(self) -> StrictPages:
        self.shop.world.service(HOST, self)
        return self

    def _answer(self, path: str) -> Response:
        if path == REPORTS:
            return Response(status=204)
        if path in self.files:
            return Response(self.files[path], content_type="text/javascript")
        nonce = secrets.token_urlsafe(12)
        policy = self.policy.replace("{nonce}", nonce)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        html = PAGE.format(
            lang=self.lang,
            head=(meta if self.way == "meta" else "") + self.head,
            tag=self.tag or self.shop.tag().replace("<script", '<script nonce="{nonce}"'),
            body=self.body,
        )
        response = Response(html.replace("{nonce}", nonce), content_type="text/html")
        reporting = f"{policy}; report-uri {REPORTS}"
        if self.way == "header":
            response.headers["Content-Security-Policy"] = reporting
        if self.way == "report only":
            response.headers["Content-Security-Policy-Report-Only"] = reporting
        return response


@dataclass
class Watch:
    """What a visitor's browser complains of, in all their pages, however often those reload."""

    visitor: Visitor
    violations: list[dict[str, Any]] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    """The names of the Trusted Types policies that were made."""

    def __post_init__(self) -> None:
        context = self.visitor.context
        context.expose_binding("noteViolation", lambda _, each: self.violations.append(each))
        context.expose_binding("notePolicy", lambda _, name: self.policies.append(name))
        context.add_init_script(LISTEN)

    @property
    def world(self) -> World:
        return self.visitor.world

    def nothing_wrong(self) -> None:
        """Not one violation of the page's policy, and no other error either."""
        assert self.of_the_page() == []
        assert self.in_the_console() == []

    def saw(self, directive: str) -> None:
        """Wait until this directive of the page's policy has been violated."""
        for _ in range(1000):
            if any(
                directive == each["directive"].removesuffix("-elem") for each in self.violations
            ):
                return
            self.visitor.page.wait_for_timeout(10)
        raise AssertionError(f"no violation of {directive}: {self.violations}")

    def of_the_page(self) -> list[str]:
        """The violations of the page's own policy, by event and by report."""
        self.world.settle(self.visitor.page)
        seen = [
            f"{each['directive']} {each['blocked']} {each['sample']}"
            for each in self.violations
            if not each["policy"].startswith(CUT_OFF)
        ]
        return seen + [
            each.body.decode()
            for each in self.world.to(HOST)
            if each.path == REPORTS and CUT_OFF not in each.body.decode()
        ]

    def of_the_cut_off(self) -> set[str]:
        """What the policy that Izin adds at a withdrawal has stopped."""
        return {each["blocked"] for each in self.violations if each["policy"].startswith(CUT_OFF)}

    def in_the_console(self) -> list[str]:
        """But for what the cut-off has stopped, which is what it is there for."""
        return [each.text for each in self.visitor.errors if CUT_OFF not in each.text]
