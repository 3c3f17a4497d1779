"""A service that is found under a path of its host, as ``IZIN_URL`` says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def under(path: str, app: WSGIApplication) -> WSGIApplication:
    """``app``, which knows that its addresses begin with ``path``, whatever a proxy says or leaves
    out. The proxy may have taken the path away, or have left it where it is."""

    def at_path(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked.startswith(path + "/"):
            environ["PATH_INFO"] = asked.removeprefix(path)
        environ["SCRIPT_NAME"] = path
        # Or what is in front of the application takes the proxy's word for it.
        environ.pop("HTTP_X_FORWARDED_PREFIX", None)
        return app(environ, start_response)

    return at_path
