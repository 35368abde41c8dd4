# The two commands of this project are `make chat` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
HOST   ?= 127.0.0.1
PORT   ?= 7860
CORPUS ?= corpus
# A folder, or postgresql://user:password@host/database with RAG_VECTORS: docs/scale.md. RAG_INDEX says the same.
INDEX  ?= $(or $(RAG_INDEX),.rag/index)
# Another build of torch: make chat TORCH="torch==2.13.0 --index-url ADDRESS". Pinned by itself: the locks serve all builds.
TORCH  ?= torch==2.13.0
# Rows of the table that make torture prints; all of them by default.
ROWS ?=
# Processes that share out the test files. More of them wait for the same embedded models.
WORKERS ?= 2
# Where make screenshots puts its pictures.
SHOTS ?= screenshots
# Where make servers keeps its servers. PostgreSQL does not run as root: its user must be able to enter this folder.
SERVERS ?= .rag/servers
# EMBEDDED=0 leaves the embedded models out (then choose RAG_EMBEDDER and RAG_LLM).
EMBEDDED ?= 1

BIN  := $(VENV)/bin
# What is noted here of an index: in its folder; of one on servers in a folder of this clone.
NOTES := $(if $(findstring ://,$(INDEX)),.rag/on-servers,$(INDEX))
STAMP := $(NOTES)/.corpus
LOCK := requirements/$(if $(filter 0,$(EMBEDDED)),base,embedded).lock
PIP  := $(BIN)/python -m pip --disable-pip-version-check --quiet install --only-binary :all: --no-deps --require-hashes

export RAG_INDEX := $(INDEX)
export HOST PORT

.PHONY: chat index install test lint types pytest coverage torture torture-nightly bench bench-growth screenshots servers servers-stop lock clean help
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

chat: index ## install, index CORPUS and open the chat on HOST:PORT
	@$(BIN)/python app.py

# Reads CORPUS again only where a file of it is newer than the last time that all of it went in.
index: install
	@mkdir -p $(NOTES)
	@of="$(CORPUS)$(if $(findstring ://,$(INDEX)), $$(printf %s "$$RAG_INDEX" | cksum))"; \
	if [ "$$(cat $(STAMP) 2>/dev/null)" != "$$of" ] \
	    || [ -n "$$(find $(CORPUS) \( -newer $(STAMP) -o -cnewer $(STAMP) \) -print 2>/dev/null | head -1)" ]; then \
	  echo "$$of" > $(STAMP).new; \
	  $(BIN)/rag add $(CORPUS) && mv $(STAMP).new $(STAMP) || test $$? -eq 1; \
	fi

install: $(VENV)/.installed-$(EMBEDDED) ## make .venv from the lock files

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make chat PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed-$(EMBEDDED): requirements/base.lock requirements/embedded.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV): some minutes, once" >&2
	@$(PIP) -r $(LOCK)
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install $(TORCH)
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@if [ "$(EMBEDDED)" != 0 ]; then $(BIN)/rag models --fetch >/dev/null; fi
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed-1 requirements/dev.lock
	@$(PIP) -r requirements/dev.lock
	@bash .ci/chromium.sh
	@bash .ci/postgres.sh
	@touch $@

# Following each line for the coverage takes a third of the time: continuous integration does it. Types are checked beside
# the tests, which wait for servers and browsers; lint before them, for that takes seconds.
test: $(VENV)/.installed-dev lint ## install, then lint, types and all tests; COVERAGE=1: measured
	@$(MAKE) --no-print-directory --jobs=2 types $(if $(COVERAGE),coverage,pytest)

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@out=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$out" >&2; exit 1; }
	@out=$$($(BIN)/deptry . 2>&1) || { echo "$$out" >&2; exit 1; }

types: $(VENV)/.installed-dev
	@$(BIN)/mypy --no-error-summary

# They start some hundred processes, each of which would compile the project anew.
pytest coverage: export PYTHONDONTWRITEBYTECODE :=

pytest: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Fails below the floor in pyproject.toml: told once, by the report; pytest would work it all out a second time.
coverage: $(VENV)/.installed-dev ## all tests, and which lines and branches of rag/ and evals/ they reach
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report= --cov-fail-under=0 $(ARGS)
	@told=$$($(BIN)/coverage report --skip-covered --sort=-cover) || failed=$$?; echo "$$told" | tail -16; exit $${failed:-0}

torture: $(VENV)/.installed-dev ## cause the faults that a user may meet, and print what became of each: some minutes
	@$(BIN)/python -m tests.support.torture --workers $(WORKERS) $(ROWS)

torture-nightly: $(VENV)/.installed-dev ## the same, each fault often: hours
	@$(BIN)/python -m tests.support.torture --nightly --workers $(WORKERS) $(ROWS)

bench: $(VENV)/.installed-dev ## measure speed: start-up, indexing, answering
	@$(BIN)/python -m evals.bench

bench-growth: $(VENV)/.installed-dev ## measure search, commits, memory and disk as an index grows, in a folder and on servers
	@$(BIN)/python -m evals.bench.growth $(ARGS)

screenshots: $(VENV)/.installed-dev ## pictures of the chat in its states into SHOTS
	@$(BIN)/python -m tests.support.screenshots $(SHOTS)

servers: install ## start PostgreSQL and Chroma's server in SERVERS and print the settings for them
	@bash .ci/postgres.sh
	@$(BIN)/python -m rag.ops.servers start $(SERVERS)

servers-stop: install ## stop them; what they store stays
	@$(BIN)/python -m rag.ops.servers stop $(SERVERS)

lock: ## resolve pyproject.toml into the lock files (needs uv)
	@bash requirements/lock.sh

clean: ## delete the environment and the index of this clone (ratings and uploaded files stay)
	rm -rf $(VENV) $(NOTES) .mypy_cache .ruff_cache .pytest_cache .coverage build *.egg-info
