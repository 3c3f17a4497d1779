"""Headers that every answer carries."""

from __future__ import annotations

from flask import Response

CORP = "Cross-Origin-Resource-Policy"


def guard(response: Response) -> Response:
    """No guessing of types, no framing, no answer used by another site as a resource."""
    headers = response.headers
    headers.add("X-Content-Type-Options", "nosniff")
    headers.add("Referrer-Policy", "strict-origin-when-cross-origin")
    if CORP not in headers:
        headers.add(CORP, "same-origin")
    return response
