"""What everything is compared with: Flask that does nothing, behind the same server.

`python -m bench.noop --port 8000` is `flask serve` in every setting, with `app` in place of ours.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from granian import Granian

from banner.cli import server, serving

app = Flask(__name__, static_folder=None)
LIKE_OURS = b"x" * 900
"""As long as the answer to a decision."""


@app.get("/")
def nothing() -> str:
    return "ok"


@app.get("/livez")
def alive() -> str:
    return "ok"


@app.post("/receive")
def receive() -> Response:
    """Takes a decision in and gives as much back; nothing is read, judged or kept."""
    request.get_data()
    return Response(LIKE_OURS, status=201, mimetype="application/json")


def _noop(_target: str, **settings: Any) -> Any:
    return Granian("bench.noop:app", **settings)


if __name__ == "__main__":
    vars(server)["Granian"] = _noop
    serving.serve()
