# Every command of the project. `make report` and `make test` start from nothing but Python 3.11, pip and make.
# A target with a review takes REVIEW=path/to/folder (default: the reviews in config/config.yaml). Names and paths may
# hold anything: they reach the commands through the environment, letter by letter. ARGS are words for the shell.

PYTHON ?= python3
BIN := .venv/bin
REVIEW ?=
WHEELS ?=
SWEEP ?=
CORES ?= all
ARGS ?=
NAMES := REVIEW FILE ARCHIVE A B NAME CONTROL SCENARIO BLOCK
$(foreach name,$(NAMES),$(eval override $(name) := $$(value $(name))))
export $(NAMES)
CONFIG = $(if $(REVIEW),"review=$$REVIEW") $(if $(WHEELS),wheels=True)
SNAKEMAKE = $(BIN)/snakemake --cores $(CORES) $(if $(strip $(CONFIG)),--config $(CONFIG)) $(ARGS)
# An unpacked archive that brings its packages along needs no package index.
PIP = $(if $(wildcard wheels),PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels) $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help report check unlock new-review import-review conflicts archive verify compare simulate replicates test bench bench-workflow lint format lock docs clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

report: .venv/installed ## Build every review: pooled results, figures, report.html, report.tex (and report.pdf)
	@$(SNAKEMAKE) && $(BIN)/python -m metawright.command.build_summary $(if $(REVIEW),"$$REVIEW")

check: .venv/installed ## Check a review's files and build nothing: make check REVIEW=path
	@$(SNAKEMAKE) --quiet host reason rules progress -- check

unlock: .venv/installed ## Remove the lock that a killed build left where `make report` cannot tell that it is gone
	@$(SNAKEMAKE) --unlock

new-review: .venv/installed ## Lay down a commented review folder that builds at once: make new-review NAME=x
	@$(BIN)/python -m metawright.command.new_review "$$NAME"

import-review: .venv/installed ## Lay down a review folder from another program's file: make import-review FILE=x.rm5 NAME=y [CONTROL=arm]
	@$(BIN)/python -m metawright.exchange.import_review "$$FILE" "$$NAME" "$$CONTROL"

conflicts: .venv/installed ## List what two extractors disagree on: make conflicts REVIEW=path
	@$(BIN)/python -m metawright.command.conflicts "$$REVIEW"

archive: .venv/installed $(if $(WHEELS),.wheels/complete) ## Pack each review with all it takes to run it again: make archive [REVIEW=path | SWEEP=1] [WHEELS=1]
	@$(SNAKEMAKE) -- $(if $(SWEEP),results/simulation/archive/simulation.crate.zip,archives) && ls -s --block-size=k results/*/archive/*.crate.zip

verify: .venv/installed ## Check an archive, run it again and compare every result: make verify ARCHIVE=file [FRESH=1]
	@$(BIN)/python -m metawright.archive.verify --cores $(CORES) $(if $(FRESH),--fresh) $(ARGS) -- "$$ARCHIVE"

compare: .venv/installed ## Say what two archives differ in - data, code, conclusions: make compare A=old B=new
	@$(BIN)/python -m metawright.archive.compare "$$A" "$$B"

simulate: .venv/installed ## Run the sweep of config/simulation.yaml: results/simulation/performance.csv and figures
	@$(SNAKEMAKE) -- simulate && echo "results/simulation/report.html"

replicates: .venv/installed ## Make single replicates of a sweep again: make replicates SCENARIO=name [BLOCK=0]
	@$(BIN)/python -m metawright.simulation.single "$$SCENARIO" $$BLOCK

test: .venv/tested ## Run the whole test suite, or ARGS=tests/pooling
	@$(BIN)/python -m pytest $(or $(ARGS),-n auto --no-loadscope-reorder)

bench: .venv/benched ## Time the engine against metafor (where R has it), PyMARE and statsmodels
	@$(BIN)/python benchmarks/run.py $(ARGS)

bench-workflow: .venv/installed ## Time whole builds of generated reviews of 10, 100 and 1,000 cells beside a metafor script
	@$(BIN)/python benchmarks/workflow/run.py $(ARGS)

lint: .venv/tested ## Check style and types: ruff, snakefmt, basedpyright, snakemake --lint
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/snakefmt --check Snakefile workflow && $(BIN)/basedpyright && $(BIN)/snakemake --lint

format: .venv/tested ## Format Python and Snakemake files
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/snakefmt Snakefile workflow

lock: .venv/tested ## Derive the lock files and environment.yml from pyproject.toml
	@PATH="$(BIN):$$PATH" $(BIN)/python tools/lock.py

docs: .venv/installed ## Derive config/README.md, the pictures of the README and docs/results.schema.json
	@$(BIN)/python tools/document.py --pictures
	@$(BIN)/python tools/results_schema.py

clean: ## Remove everything derived, the environment too
	rm -rf .venv .snakemake results logs

# The environment is made anew when what it is made from changes.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Name another one: make $(MAKECMDGOALS) PYTHON=python3.11")'
	@echo "Making .venv from requirements.lock; this happens once and takes about a minute."
	@$(PYTHON) -m venv .venv
	@$(PIP) --use-pep517 --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

# The packages themselves, for archives that install without a network; setuptools builds what has no wheel.
.wheels/complete: .venv/installed requirements.lock
	@rm -rf .wheels
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --dest .wheels --use-pep517 --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --dest .wheels --no-deps "setuptools>=77" wheel
	@touch $@

.venv/tested: .venv/installed requirements-test.lock
	@echo "Adding what the tests need."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements-test.lock
	@touch $@

.venv/benched: .venv/installed requirements-bench.lock
	@echo "Adding the rivals of the benchmark."
	@$(PIP) --use-pep517 --require-hashes -r requirements-bench.lock
	@touch $@
