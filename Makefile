# `make` shows what there is. Everything is installed into .venv, from locks with hashes. Outside of this folder only what the
# distribution has to bring is installed, and by root alone: RabbitMQ; for tests clamd, Prometheus, Chromium, libfaketime.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(shell command -v python3.11 || command -v python3)
# What mypy reads; the tests beside it.
CODE := shared services ingestio tests deploy docs bench
# Tests wait as well as work, so two more than there are cores; each starts stores of its own, so not sixteen.
WORKERS := $(shell n=$$(nproc 2> /dev/null || echo 2); echo $$((n > 3 ? 6 : n + 2)))
# Without the property tests, and without what runs them: it takes as long to load as the tests of a service to run.
QUICKLY = $(BIN)/pytest -q -p no:hypothesispytest --ignore-glob='*_properties.py' -m 'not volume'
WEB := services/console/web
WITH_NODE = export PATH="$(CURDIR)/$(VENV)/node/bin:$$PATH"
export INGESTIO_HOME ?= .ingestio

help:
	@echo "IngestIO: piles of documents in, clean rows out."
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Use it

demo: $(VENV)/.local ## Start everything, read the sample documents, write the rows to out/
	@$(BIN)/ingestio demo

up: $(VENV)/.local ## Run everything on http://127.0.0.1:8080 until Ctrl-C (PORT=8081, PROCESSES=1)
	@$(BIN)/ingestio up --port $(or $(PORT),8080) $(if $(PROCESSES),--processes)

eval: $(VENV)/.local ## Read labelled documents and score the result: make eval DATA=folder [LABELS=file] [BASELINE=report]
	@test -n "$(DATA)" || { echo "Say where they are: make eval DATA=folder"; exit 1; }
	@$(BIN)/ingestio eval "$(DATA)" $(if $(LABELS),--labels "$(LABELS)") $(if $(BASELINE),--baseline "$(BASELINE)")

setup: $(VENV)/.local ## Install what `make demo` needs

##@ Work on it

dev: $(VENV)/.local ## Run everything; a service starts anew when its files change (PORT=8081)
	@$(BIN)/ingestio up --port $(or $(PORT),8080) --reload

test-unit: $(VENV)/.dev ## Unit and contract tests only: seconds (PART=extractor for one service)
	$(QUICKLY) $(if $(PART),tests/unit/$(PART),tests/unit tests/contracts)

# The first time the long ones too: a file with tests it has never seen is read each time.
test-changed: $(VENV)/.dev ## Of these what a change since the last time touches: a second or two; the first time all, minutes
	@TESTMON_DATAFILE=$(VENV)/testmon $(QUICKLY) $(if $(wildcard $(VENV)/testmon),,-m '') -p pytest-testmon --testmon --testmon-forceselect tests/unit tests/contracts

lint: $(VENV)/.dev ## Style, types, imports between the parts, house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture

hooks: $(VENV)/.dev ## The quick half of lint before each commit
	@$(BIN)/pre-commit install

console: $(WEB)/node_modules/.package-lock.json ## Generate, check, test and build the console from services/console/web
	@$(BIN)/python -m docs.api.publish
	@cd $(WEB) && $(WITH_NODE) && npm run -s generate && npm run -s check && npm test -s && npm run -s build

lock: $(VENV)/.uv ## Write locks/ anew from pyproject.toml
	@for group in $(LOCKED); do \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	    --python-version 3.11 $$(test $$group = model-server && echo --no-deps) --group $$group --output-file locks/$$group.txt || exit 1; \
	done

##@ Check all of it

# Two of these side by side, the long ones first. Compiled before, for the some hundred processes that all of it starts.
test: $(VENV)/.dev clamd prometheus ## All checks and tests, from nothing (WORKERS=4 side by side, each with stores of its own)
	@$(BIN)/python -m compileall -q $(CODE)
	@INGESTIO_FAULTS_SLOWER=$${INGESTIO_FAULTS_SLOWER:-4} \
	  $(MAKE) --no-print-directory --keep-going -j2 stack-faults suite lint simulated-faults

# The quick tier of the fault cases in two halves: one waits, the other works.
stack-faults: $(VENV)/.dev
	@$(BIN)/python -m tests.faults.run --part stack

simulated-faults: $(VENV)/.dev
	@$(BIN)/python -m tests.faults.run --part simulation --part mutants --part abuse --seconds 15

# The longest files first, so that no worker is left with one at the end. Properties take as long as a busy machine needs.
suite: $(VENV)/.dev
	$(BIN)/pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --hypothesis-profile=ci \
	  tests/e2e tests/abuse tests/integration tests/contracts tests/unit

test-browser: $(VENV)/.dev $(WEB)/node_modules/.package-lock.json ## The console in Debian's Chromium against the whole running system
	@command -v chromium > /dev/null || { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y chromium; } \
	  || { echo "Chromium is missing and cannot be installed here: apt-get install chromium"; exit 1; }
	$(BIN)/pytest -q tests/browser

test-faults: $(VENV)/.dev $(if $(FULL),faketime) ## Faults of every kind: a simulation, mutants, the real stack (FULL=1, SEED=123, PART=soak MINUTES=60)
	@$(BIN)/python -m tests.faults.run $(if $(FULL),--full) $(if $(SEED),--seed $(SEED)) $(if $(PART),--part $(PART)) \
	  $(if $(SECONDS),--seconds $(SECONDS)) $(if $(MINUTES),--minutes $(MINUTES)) $(WITHOUT:%=--without %)

coverage: $(VENV)/.dev clamd prometheus ## Which lines of services and shared the tests run; fails below 90 %
	$(BIN)/pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --hypothesis-profile=ci --cov=services --cov=shared --cov-report=term:skip-covered \
	  --cov-fail-under=90 tests/integration tests/contracts tests/unit

verify-deploy: $(VENV)/.local ## Build every image, run compose as it is, send the samples through
	@$(BIN)/python -m deploy.verify

verify-upgrade: $(VENV)/.dev ## Roll out over an earlier commit's code under load, and back: make verify-upgrade FROM=v0.1.0
	@test -n "$(FROM)" || { echo "Say from where: make verify-upgrade FROM=v0.1.0"; exit 1; }
	@INGESTIO_UPGRADE_FROM=$(FROM) $(BIN)/pytest -q -p no:schemathesis tests/faults/stack/test_upgrade.py

sbom: $(VENV)/.dev ## Write what is in each image to out/sbom: CycloneDX, and a list of licences
	@$(BIN)/python -m deploy.sbom out/sbom

audit: $(VENV)/.dev $(VENV)/.node ## Known vulnerabilities of everything locked; what could not be asked about fails (ADVISORIES=folder: a copy of pypa/advisory-database)
ifdef ADVISORIES
	@$(BIN)/python -m deploy.audit "$(ADVISORIES)"
else
	@for lock in locks/*.txt; do echo $$lock; \
	  $(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r $$lock || exit 1; done
	@cd $(WEB) && $(WITH_NODE) && npm audit --package-lock-only
endif

bench: $(VENV)/.bench ## Measure beside what a user would take instead, hours: make bench [ONLY=P1] [ROUNDS=5] [SIZE=…] [DATA=folder]
	@$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SIZE),--size $(SIZE)) $(if $(DATA),--data "$(DATA)")

clean: ## Remove what was installed and made here, the local data too
	rm -rf $(VENV) $(INGESTIO_HOME) out

# The virus scanner that the tests ask.
clamd:
	@test -x /usr/sbin/clamd || { test "$$(id -u)" = 0 && apt-get -qq update && \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends clamav-daemon; } || { \
	  echo "The tests of the virus scan need clamd: sudo apt-get install clamav-daemon"; exit 1; }

# Prometheus and Alertmanager, with which the tests check metrics, rules and dashboards.
prometheus:
	@{ command -v promtool && command -v amtool; } > /dev/null || { test "$$(id -u)" = 0 && apt-get -qq update && \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends prometheus prometheus-alertmanager; } || { \
	  echo "The tests of the metrics need Prometheus: sudo apt-get install prometheus prometheus-alertmanager"; exit 1; }

# What shifts the clocks of processes, for one of the faults.
faketime:
	@ls /usr/lib/*/faketime/libfaketime.so.1 > /dev/null 2>&1 || { test "$$(id -u)" = 0 && apt-get -qq update && \
	  apt-get -qq install -y --no-install-recommends libfaketime; } || { \
	  echo "Wrong clocks need libfaketime: sudo apt-get install libfaketime, or WITHOUT=R49"; exit 1; }

# LibreOffice, so that the tests open workbooks in it too.
office:
	@command -v soffice > /dev/null || { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y --no-install-recommends libreoffice-calc; }

LOCKED := uv ingest classifier extractor aggregator exporter notifier console local dev bench model-server node

$(VENV)/.uv:
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get > /dev/null && apt-get -qq update && apt-get -qq install -y python3-venv; \
	} || { echo "Python cannot make virtual environments here. Install python3-venv and try again."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --require-hashes -r locks/uv.txt
	@touch $@

# Not packaged but pointed to: the checkout itself is what runs, with no build step to go wrong.
$(BIN)/ingestio: $(VENV)/.uv
	@$(BIN)/python -c 'import sysconfig, pathlib; pathlib.Path(sysconfig.get_path("purelib"), "ingestio.pth").write_text("$(CURDIR)\n")'
	@printf '#!%s\nfrom ingestio.__main__ import main\n\nmain()\n' '$(CURDIR)/$(BIN)/python' > $@
	@chmod +x $@

$(VENV)/.local: locks/local.txt $(BIN)/ingestio
	@echo "Installing what IngestIO needs"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r locks/local.txt
	@$(BIN)/python -m ingestio.stack.rabbitmq_install
	@touch $@

$(VENV)/.dev: locks/dev.txt locks/model-server.txt $(BIN)/ingestio
	@echo "Installing what the tests need"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r locks/dev.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --no-deps -r locks/model-server.txt
	@$(BIN)/python -m ingestio.stack.rabbitmq_install
	@touch $@

$(VENV)/.bench: locks/bench.txt $(VENV)/.dev
	@echo "Installing what the benchmarks compare with"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r locks/bench.txt
	@touch $@

# A Node of its own for the console, never the machine's: the version decides what is built.
$(VENV)/.node: locks/node.txt $(VENV)/.dev
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)/node
	@$(BIN)/uv pip install --quiet --python $(VENV)/node/bin/python --require-hashes -r locks/node.txt
	@touch $@

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json $(VENV)/.node
	@cd $(WEB) && $(WITH_NODE) && npm install --no-save --silent && touch node_modules/.package-lock.json

# Every target that is a word: none of them makes a file of its name.
.PHONY: $(shell awk -F: '/^[a-z][a-z-]*:/ { print $$1 }' $(firstword $(MAKEFILE_LIST)))
