.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: help run quick test proof check bench fix lock fonts map

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/runtime ## Serve the tracker on http://127.0.0.1:8000 (PORT changes that)
	@$(BIN)/python -c 'import socket; s = socket.socket(); \
		s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
		s.bind(("127.0.0.1", int("$(PORT)")))' 2>/dev/null \
		|| { echo "Port $(PORT) is in use or is no port; try: make run PORT=8001"; exit 1; }
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed
	@$(MANAGE) seal
	-@$(MANAGE) verify_audit
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@$(MANAGE) create_editor
	@echo "Serving http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(BIN)/granian --interface asginl --no-ws --host 127.0.0.1 --port $(PORT) \
		--workers-kill-timeout 5 --log-level warning sdptracker.asgi:application

quick: $(VENV)/dev ## Run the tests that need no browser, no second database and no other process
	env -u DATABASE_URL $(PYTEST) -m "not browser and not slow"

test: $(VENV)/dev ## Run the tests on SQLite, and on PostgreSQL if DATABASE_URL names one
	env -u DATABASE_URL $(PYTEST)
	@if [ -n "$$DATABASE_URL" ]; then echo "Once more, on DATABASE_URL"; $(PYTEST); fi

proof: $(VENV)/dev ## Try properties and tamperings many more times, ask all that the API describes, attack a site and score the pages
	EXAMPLES=20 $(PYTEST) -m hypothesis
	EXAMPLES=20 $(PYTEST) tests/ledger/test_odd_rows.py tests/ledger/test_landed.py \
		tests/browser/test_public_pages.py
	env -u DATABASE_URL $(BIN)/python -m tests.ledger.tampering --count 200
	@if [ -n "$$DATABASE_URL" ]; then $(BIN)/python -m tests.ledger.tampering --count 200; fi
	$(BIN)/python -m tests.fuzzing
	@if command -v npm >/dev/null; then npm ci --prefix examples/typescript --no-audit --no-fund; fi
	$(PYTEST) tests/test_examples.py
	$(BIN)/python -m tests.faults.under_attack
	$(BIN)/python -m tests.scores

check: $(VENV)/dev ## Check format, lint, types, migrations and settings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint --check --quiet templates
	$(BIN)/djlint --lint --quiet templates
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check --fail-level WARNING
	ALLOWED_HOSTS=tracker.example.org PROXY_COUNT=1 SECRET_KEY=$$($(BIN)/python -c \
		'import secrets; print(secrets.token_urlsafe(50))') \
		$(MANAGE) check --deploy --fail-level WARNING

bench: $(VENV)/dev ## Measure speed, on SQLite and on PostgreSQL if DATABASE_URL names one (SIZES="300x1m" chooses)
	$(BIN)/python -m tests.bench $(if $(SIZES),--sizes $(SIZES))

fix: $(VENV)/dev ## Put format and simple lint right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet templates

lock: $(VENV)/dev ## Pin the requirements anew, with hashes
	for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --generate-hashes --universal \
			--python-version 3.11 --no-emit-index-url --no-header \
			$$name.in -o $$name.txt; \
	done

fonts: $(VENV)/dev ## Cut the fonts anew (needs Node.js; tools/fonts/README.md)
	npm ci --prefix tools/fonts --no-audit --no-fund
	$(BIN)/python tools/fonts/subset.py
	$(BIN)/python tools/fonts/pictures.py

map: ## Draw the map anew (needs Node.js; tools/map/README.md)
	npm ci --prefix tools/map --no-audit --no-fund
	npm run --prefix tools/map draw

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " \
		+ sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: $(VENV)/pyvenv.cfg requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev: $(VENV)/pyvenv.cfg requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/runtime
