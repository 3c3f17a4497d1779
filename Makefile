# `make demo` shows the product; `make test` proves it. Both install what they need.

PORT ?= 8000
PYTHON ?= python3
# Twice the cores of a small machine: tests wait for browsers and databases half of their time.
WORKERS ?= 4
BIN := .venv/bin
TYPESCRIPT := node_modules/typescript

.PHONY: demo test coverage lint bench accessibility screenshots lock advisories clean

## The demo site on http://localhost:$(PORT)/, with nothing sent to Google.
demo: export IZIN_DEMO = 1
demo: export IZIN_STAND_IN = /stand-in/
demo: export IZIN_URL = http://localhost:$(PORT)
# Its own: what was tried out must not stand in the way of the real site.
demo: export IZIN_DATABASE_URL = sqlite:///instance/demo.sqlite3
demo: export IZIN_KEYS = instance/demo-keys.json
demo: .venv/served
	$(BIN)/flask --app wsgi migrate
	$(BIN)/flask --app wsgi serve --port $(PORT)

## Everything that must hold before a change is made known.
test: lint
	$(BIN)/python -m tests.browser.engines.ensure
	$(BIN)/python -m tests.durability.compiler
	$(BIN)/python -m pytest -n $(WORKERS)

## The same, and what the tests do not reach. Counting doubles the time of Python's part.
coverage: lint
	$(BIN)/python -m tests.browser.engines.ensure
	$(BIN)/python -m tests.durability.compiler
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term

lint: .venv/tested $(TYPESCRIPT)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.javascript tsc -p static

## What a decision costs, beside a server that does nothing; see docs/capacity.md.
bench: .venv/tested
	$(BIN)/python -m bench

## What the tests show of a banner for everyone, written to docs/accessibility.md by them.
accessibility: .venv/tested $(TYPESCRIPT)
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -n auto --accessibility

## The pictures in docs/, taken of the demo.
screenshots: .venv/tested
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.browser.screenshots

## requirements.txt anew: the versions of constraints.txt, with the hashes of all their files. To be
## run after constraints.txt has changed; the tests say when it was forgotten.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	{ echo "# What production installs, by hash: \`pip install --require-hashes -r requirements.txt\`."; \
	  echo "# Written by \`make lock\` from setup.cfg and constraints.txt."; \
	  printf 'setuptools\ngunicorn\n' | $(BIN)/uv pip compile setup.cfg - --quiet --universal \
	    --python-version 3.11 --constraint constraints.txt --generate-hashes --no-annotate --no-header; \
	} > requirements.new
	mv requirements.new requirements.txt

## Which of the versions in requirements.txt have known advisories. It asks PyPI, which not every
## network reaches: then it fails, and nothing is known. No test depends on it.
advisories: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements.txt

clean:
	rm -rf .venv node_modules instance

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/served: $(BIN)/python setup.cfg requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/tested: .venv/served constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(TYPESCRIPT): .venv/tested tests/javascript.py
	$(BIN)/python -m tests.javascript npm install
	@touch $@
