from __future__ import annotations

from tests.conftest import NewApp
from tests.service import Api, json_of

ORIGIN = "http://localhost:8000"


def test_the_demos_panel_gets_the_record_that_a_page_was_told_of(new_app: NewApp) -> None:
    app = new_app(demo="1", url=ORIGIN)
    api = Api(app, origin=ORIGIN)
    record = json_of(api.decide("analytics", "google-analytics"))["record"]

    found = app.test_client().get(f"/demo/records/{record}")

    assert found.status_code == 200
    assert json_of(found)["kind"] == "granted"
    assert "salt" not in json_of(found)
