# make run: everything from a fresh clone to the address of a running Vincle. make help lists the rest.
SHELL := /bin/sh
PORT ?= 8501
VENV := .venv
PY := $(VENV)/bin/python
# The newest plain Python that is new enough; PYTHON=… chooses another one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
export PORT

.PHONY: help run setup test lint messages bench bench-large
.DEFAULT_GOAL := help

help:
	@echo "make run          install, prepare and serve on 127.0.0.1:$(PORT)"
	@echo "make setup        install everything for run and test, start nothing"
	@echo "make test         every test (finds or installs a browser)"
	@echo "make lint         ruff, types, dependency rules"
	@echo "make messages     bring the catalogues of sentences up to the sources, for translators"
	@echo "make bench        the figures of what it must reach; bench-large adds the sizes that take longer"

run: $(VENV)/.run-installed
	@exec $(PY) -m dashboard run --port $(PORT)

setup: $(VENV)/.run-installed $(VENV)/.test-installed
	@$(PY) -m tests.browser.provide

test: $(VENV)/.test-installed
	@$(PY) -m tests.browser.provide
	@$(PY) -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.test-installed
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@! grep -rnE 'unsafe_allow_(html|javascript)|st\.cache_data' --include='*.py' dashboard pages core seed \
		|| { echo 'Raw HTML and patient data in a cache for all users are not allowed.'; exit 1; }
	@! grep -rn 'st\.html(' --include='*.py' dashboard pages | grep -v '^dashboard/components/layout.py' \
		|| { echo 'Raw HTML is for the style sheet in dashboard/components/layout.py alone.'; exit 1; }

# The template of all sentences, and the catalogues of the languages brought up to it. Nothing is compiled: the
# application reads the .po files themselves (core/language.py).
LOCALES := core/locales
messages: $(VENV)/.run-installed
	@mkdir -p $(LOCALES)
	@$(PY) -m babel.messages.frontend -q extract -F babel.cfg -o $(LOCALES)/vincle.pot --project=Vincle --add-location=file --sort-by-file -w 120 \
		core models dashboard pages seed
	@for language in es ca; do \
		$(PY) -m babel.messages.frontend -q update -i $(LOCALES)/vincle.pot -d $(LOCALES) -D vincle -l $$language \
			--init-missing --no-fuzzy-matching --ignore-pot-creation-date -w 120 || exit 1; done

bench: $(VENV)/.test-installed
	@$(PY) -m bench

bench-large: $(VENV)/.test-installed
	@$(PY) -m bench --large

# The environment. uv installs in seconds; where it cannot, pip does the same more slowly. What is installed is
# compiled at once, as pip would: where Python may not write bytecode, every start would compile it anew.
$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo 'Vincle needs Python 3.11 or newer (python3 was not found or is older).'; exit 1; }
	@echo "Making the environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'Python could not make a virtual environment (on Debian: apt install python3-venv).'; exit 1; }
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check uv \
		|| echo 'uv could not be installed; pip will be used (slower).'
	@touch $@

define install
	@echo "Installing $(1)"
	@$(VENV)/bin/uv pip install --quiet --compile-bytecode --python $(PY) -r $(1) 2>$(VENV)/uv.log \
		|| $(VENV)/bin/pip install --quiet --disable-pip-version-check -r $(1) \
		|| { cat $(VENV)/uv.log; echo 'The requirements could not be installed; is the network reachable?'; exit 1; }
	@touch $@
endef

$(VENV)/.run-installed: requirements.txt | $(VENV)/.made
	$(call install,requirements.txt)

$(VENV)/.test-installed: requirements-dev.txt requirements.txt | $(VENV)/.made
	$(call install,requirements-dev.txt)
