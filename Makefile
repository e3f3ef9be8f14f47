# One verb per job; .ci/run calls exactly these. PYTHON chooses the interpreter that makes .venv (3.11 or newer).
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

# A process compiles what no other has compiled before it: tests start many.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo install test check fmt bench chaos soak fuzz study learn audit lock docs pictures

demo: $(VENV)/.run
	@$(BIN)/python run.py demo $(if $(FRESH),--fresh)

install: $(VENV)/.dev

# What running needs; enough for `make demo`.
$(VENV)/.run: requirements/run.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

# What testing, checking and measuring need on top.
$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# What runs processes of its own goes first, a file at a time and the longest first; the rest is shared out evenly.
# More workers than cores: most tests wait for processes, clocks and threads of their own. ARGS chooses instead: make test ARGS="tests/rules -x".
ALONE  := tests/e2e tests/sandbox tests/bench
LONG   := $(patsubst %,tests/e2e/test_%.py,rehearsal replicas faults whole_life kill commands)
REST   := $(filter-out $(LONG),$(wildcard $(ALONE:%=%/test_*.py)))

test: $(VENV)/.dev
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(LONG) $(REST)
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ALONE:%=--ignore=%)
endif

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest -q tests/test_house.py

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

# Everything under faults, on servers and a disk of its own: make chaos ARGS="--times 3 --seed 7".
# Disks are mounted, so both want root; without it what needs a disk is left out, and said.
chaos: $(VENV)/.dev
	$(BIN)/python -m tests.chaos $(ARGS)

# make soak ARGS="--minutes 30 --rate 50"
soak: $(VENV)/.dev
	$(BIN)/python -m tests.chaos.soak $(ARGS)

# Hostile input over every door: make fuzz ARGS="--cases 1000000 --seed 7"; --case plays one again.
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz $(ARGS)

# Understanding beside TF-IDF and a linear classifier, in an environment of its own (.venv-study).
study: .venv-study/.done
	.venv-study/bin/python -m bench.understanding --baseline $(ARGS)

# The weights of the second opinion anew, when the corpora have learnt something: bot/understanding/opinion.txt.
learn: .venv-study/.done
	.venv-study/bin/python -m bench.understanding.learning

.venv-study/.done: requirements/study.txt
	test -x .venv-study/bin/python || $(PYTHON) -m venv .venv-study
	.venv-study/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/study.txt
	@touch $@

# Known faults of what run.txt and dev.txt pin, from the public lists: needs the network, so it is no part of `check`.
audit: .venv-audit/.done
	.venv-audit/bin/pip-audit --disable-pip --require-hashes --strict --progress-spinner off -r requirements/run.txt $(ARGS)
	.venv-audit/bin/pip-audit --disable-pip --require-hashes --strict --progress-spinner off -r requirements/dev.txt $(ARGS)

.venv-audit/.done: requirements/audit.txt
	test -x .venv-audit/bin/python || $(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.txt
	@touch $@

# Generated pages: the state machines from MOVES, the tables of reminders from LADDERS.
docs: $(VENV)/.run
	$(BIN)/python -m docs.states > docs/states.md
	$(BIN)/python -m docs.ladders > docs/reminders.new && mv docs/reminders.new docs/reminders.md

# docs/life/*.png: one finding's life, played through the chat page; needs chromium and fonts-noto-cjk.
pictures: $(VENV)/.dev
	$(BIN)/python -m docs.life_pictures

# Pins with hashes, without any index address; needs `uv`.
lock:
	for set in run dev study audit; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --prerelease=if-necessary-or-explicit -q requirements/$$set.in -o requirements/$$set.txt; done
