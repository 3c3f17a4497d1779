"""The session: it holds a form's token, so only pages with a form have one."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from ..keyring import Keyring

WITHOUT = ("/decisions", "/release")
"""How the addresses end that pages ask in JSON. Reading and judging a session there would take
longer than the signature of the answer."""


class FormSessions(SecureCookieSessionInterface):
    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.endswith(WITHOUT):
            return None
        self._take_keys(app)
        opened = super().open_session(app, request)
        if opened or not request.cookies.get(self.get_cookie_name(app)):
            return opened
        # Perhaps of a process that has a newer key: see the keyring.
        self._keyring.look_again()
        self._take_keys(app)
        return super().open_session(app, request)

    def _take_keys(self, app: Flask) -> None:
        """Flask's session and Flask-WTF's token take what verifies from the configuration. The
        token would be judged by the newest alone, and who has a form open would be turned away."""
        keys = self._keyring.session
        app.config["SECRET_KEY_FALLBACKS"] = keys[:-1]
        app.config["WTF_CSRF_SECRET_KEY"] = keys
