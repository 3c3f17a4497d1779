"""The session: it holds a form's token, so only pages with a form have one."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

WITHOUT = ("/decisions", "/release")
"""How the addresses end that pages ask in JSON. Reading and judging a session there would take
longer than the signature of the answer."""


class FormSessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.endswith(WITHOUT):
            return None
        return super().open_session(app, request)
