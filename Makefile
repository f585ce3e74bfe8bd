# Two commands on a fresh machine: `make demo` and `make test`.
# Everything lands in .venv, from requirements.lock; nothing is activated, nothing needs root.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
INSTALLED := .venv/installed
ARGS ?=

# Where the environment tells Python not to keep what it compiled, every process would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

export UV_NO_PROGRESS := 1
export UV_HTTP_TIMEOUT := 180
# Where the system has certificates of its own they count, as for pip: a company, or a school, that reads what is
# encrypted has put its own among them.
export UV_SYSTEM_CERTS ?= $(if $(wildcard $(BUNDLES)),true,false)
BUNDLES := /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem

.PHONY: demo install test lint suite lock bench bench-peers bench-copies siege rush whereto ratios benchmark scale chaos properties schema security clean
.PHONY: tools dist sbom release-check docs picture

demo: $(INSTALLED)
	@exec $(BIN)/rempart demo $(ARGS)

install: $(INSTALLED)

# The stamp makes a second run start at once: it is renewed only when the lock or the project file changes.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rempart needs Python 3.11 or later: try make PYTHON=python3.12"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV="$$PWD/.venv" $(BIN)/uv pip sync --require-hashes requirements.lock
	VIRTUAL_ENV="$$PWD/.venv" $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Side by side, and neither stops the other: it fails where one of them does.
test: $(INSTALLED)
	@$(MAKE) --no-print-directory --keep-going -j 2 suite lint

suite: $(INSTALLED)
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

bench: $(INSTALLED)
	$(BIN)/python -m tests.bench.ingest $(ARGS)

# Other ways to receive the same webhooks, beside ours; their packages go into .benchmark/peers. Minutes, once.
bench-peers: $(INSTALLED)
	$(BIN)/python -m tests.bench.peers $(ARGS)

# How long a genuine webhook waits while somebody besieges the door.
siege: $(INSTALLED)
	$(BIN)/python -m tests.bench.siege

# What it costs to keep what the provider signed, beside the same service without it.
bench-copies: $(INSTALLED)
	$(BIN)/python -m tests.bench.copies $(ARGS)

# Sixteen thousand texts in ten seconds, and what the team does about all of them at once.
rush: $(INSTALLED)
	$(BIN)/python -m tests.bench.rush $(ARGS)

# Where the processor time of a message goes, room by room.
whereto: $(INSTALLED)
	$(BIN)/python -m tests.bench.whereto $(ARGS)

# What a decision takes of the processor, beside a call of the bare endpoint.
ratios: $(INSTALLED)
	$(BIN)/python -m tests.bench.ratios $(ARGS)

# The raid benchmark, in virtual time: hours. Writes docs/benchmark.md; goes on where it was interrupted.
# For a part of it: make benchmark ARGS="--seeds 3 --only insults,weekend"
# Before it, the weights are made anew and held against the committed ones: minutes, once for each of them.
benchmark: $(INSTALLED) .benchmark/weights
	$(BIN)/python -m tests.bench.raids $(ARGS)

.benchmark/weights: bridge/raid/suspicion/weights.bin tests/training/weights.sha256 | $(INSTALLED)
	$(BIN)/python -m tests.training --check
	@mkdir -p .benchmark && touch $@

# What grows with a database, up to a million senders and ten million messages; 10 GB of room, half an hour.
# Writes docs/growth.md and its picture. For less: make scale ARGS="--senders 1000,100000"
scale: $(INSTALLED)
	$(BIN)/python -m tests.bench.scale $(ARGS)

# Kills the service KILLS times under traffic and faults, then counts what was lost, doubled or overspent.
# On both engines, one after the other; then three processes on one PostgreSQL that crashes, too, in a raid of RAID
# messages. ENGINE=sqlite, ENGINE=postgresql or ENGINE=several runs one of these.
KILLS ?= 200
ENGINE ?=
chaos: $(INSTALLED)
	$(BIN)/python -m tests.chaos $(KILLS) $(ENGINE)

# Every property on so many times as many examples as in the ordinary run.
EXAMPLES ?= 40
properties: $(INSTALLED)
	EXAMPLES=$(EXAMPLES) $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m hypothesis -o timeout=0 $(ARGS)

# Rewrites the JSON Schema from the models; a test fails when it lags behind.
schema: $(INSTALLED)
	$(BIN)/python -m bridge.responses.schema > responses.schema.json

# Rewrites the page of threats and promises from the tests that hold them; a test fails when it lags behind.
security: $(INSTALLED)
	$(BIN)/python -m tests.security > docs/security.md

# The documents as a site, English and French: build/docs/index.html. A broken link is an error.
docs: $(INSTALLED)
	$(BIN)/sphinx-build -q -W -n --keep-going -b html -c docs -d build/doctrees/en docs build/docs
	$(BIN)/sphinx-build -q -W -n --keep-going -b html -c docs -d build/doctrees/fr -D language=fr docs/fr build/docs/fr
	@echo "build/docs/index.html"

# Draws the picture of the house from the imports; a test fails when it lags behind.
picture: $(INSTALLED)
	$(BIN)/python -m tests.documents.picture > docs/rooms.svg

# Chooses new versions; commit what it writes. Hashes, but no addresses: the lock works behind any mirror.
lock: $(INSTALLED)
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		pyproject.toml --group dev --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		packaging/tools.in --output-file packaging/tools.lock

# What checks the files of packaging/ and CI, and writes the bill of materials: apart from the product.
TOOLS := .benchmark/tools
tools: $(TOOLS)/installed

$(TOOLS)/installed: packaging/tools.lock | $(INSTALLED)
	$(BIN)/uv venv --quiet --clear $(TOOLS)
	VIRTUAL_ENV="$$PWD/$(TOOLS)" $(BIN)/uv pip sync --quiet --require-hashes packaging/tools.lock
	@touch $@

# The packages of a release, into dist/: built by what the lock pins, the wheel out of the source package.
dist: $(INSTALLED)
	rm -rf dist
	$(BIN)/uv build --quiet --build-constraints requirements.lock --require-hashes --out-dir dist

# The bill of materials (CycloneDX) of what ships, as the lock pins it: dist/rempart.cdx.json.
SHIPPED := .benchmark/shipped
sbom: tools
	@ls dist/*.whl >/dev/null 2>&1 || $(MAKE) dist
	$(BIN)/uv venv --quiet --clear $(SHIPPED)
	$(BIN)/uv pip install --quiet --python $(SHIPPED)/bin/python --constraints requirements.lock dist/*.whl
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-format JSON \
		--output-file dist/rempart.cdx.json $(SHIPPED)/bin/python

# Whether a tag, the project and the changelog speak of one release: make release-check TAG=v1.2.0
release-check: $(INSTALLED)
	$(BIN)/python -m tests.house.release $(TAG)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
