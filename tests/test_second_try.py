"""Which tests are tried again, and that a run tells of it."""

from __future__ import annotations

import pytest

from tests import second_try

pytest_plugins = "pytester"

CONFTEST = """
import pytest
from tests import second_try

def pytest_configure(config):
    config.addinivalue_line("markers", "holds_at_first")

def pytest_collection_modifyitems(items):
    second_try._BROWSERS = items[0].path.parent
    second_try.allow(items)

def pytest_terminal_summary(terminalreporter):
    second_try.show(terminalreporter)

@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    second_try.judge(session)
"""


def run(pytester: pytest.Pytester, tests: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.mkdir("browser").joinpath("test_it.py").write_text(tests, "utf-8")
    return pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:cov", "-p", "no:valkey")


@pytest.fixture(autouse=True)
def browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the run below says of its folder is forgotten after it."""
    monkeypatch.setattr(second_try, "_BROWSERS", second_try._BROWSERS)


ONCE = """
tries = []

def test_of_a_browser():
    tries.append(1)
    assert len(tries) == 2
"""


def test_a_test_of_the_browser_is_tried_again_and_named(pytester: pytest.Pytester) -> None:
    result = run(pytester, ONCE)

    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*needed a second try*", "*test_it.py::test_of_a_browser"])


@pytest.mark.parametrize(
    "test",
    [
        "from tests.browser.world import Unexpected\n"
        + ONCE.replace("assert len(tries) == 2", "if len(tries) < 2: raise Unexpected('a leak')"),
        "import pytest\npytestmark = pytest.mark.holds_at_first\n" + ONCE,
    ],
    ids=["a request nobody expected", "what proves that nothing leaks"],
)
def test_a_leak_is_never_tried_again(pytester: pytest.Pytester, test: str) -> None:
    result = run(pytester, test)

    result.assert_outcomes(failed=1)


def test_a_browser_that_does_not_answer_is_asked_again_even_by_a_proof(
    pytester: pytest.Pytester,
) -> None:
    slow = ONCE.replace("assert len(tries) == 2", "if len(tries) < 2: raise TimeoutError('slow')")
    proof = "import pytest\npytestmark = pytest.mark.holds_at_first\n"
    result = run(pytester, f"from playwright.sync_api import TimeoutError\n{proof}{slow}")

    assert result.ret == pytest.ExitCode.OK


def test_a_run_in_which_many_needed_it_has_failed(pytester: pytest.Pytester) -> None:
    many = ONCE.replace("test_of_a_browser()", "test_of_a_browser(count)").replace(
        "tries.append(1)\n    assert len(tries) == 2",
        "tries.append(count)\n    assert tries.count(count) == 2",
    )
    of_many = f'@pytest.mark.parametrize("count", range({second_try.MOST + 1}))\ndef test_of'
    result = run(pytester, "import pytest\n" + many.replace("def test_of", of_many))

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"more than {second_try.MOST}: the run has failed"])
