"""Headers that every answer carries."""

from __future__ import annotations

from flask import Response


def guard(response: Response) -> Response:
    """No guessing of types, no framing, no answer used by another site as a resource."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    return response
