"""No path leads anywhere that a request's `Host` names."""

from __future__ import annotations

import pytest
from flask import Flask

ELSEWHERE = "attacker.example"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "//",
        "//v1/example.js",
        "/v1//example.js",
        "/v1/example//preferences",
        "/v1/example/preferences//",
        "/v1/example/preferences/",
        "/v1/example/records/",
        "/v1/example/ledger//checkpoint",
        f"//{ELSEWHERE}/v1/example.js",
        f"/v1/example/notices//{ELSEWHERE}/id",
        f"//{ELSEWHERE}/%2e%2e/livez",
        "/livez/",
        "///livez",
    ],
)
def test_a_path_with_too_many_slashes_leads_nowhere(app: Flask, path: str, method: str) -> None:
    client = app.test_client()

    response = client.open(
        "/", method=method, headers={"Host": ELSEWHERE}, environ_overrides={"PATH_INFO": path}
    )

    assert response.status_code in (200, 404, 405)
    assert "Location" not in response.headers
    assert ELSEWHERE not in response.get_data(as_text=True)
