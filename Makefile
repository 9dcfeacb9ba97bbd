# The scripts of package.json under the Node that is pinned here, which is fetched from npm into .tools/: the machine's own
# Node (20, 22 or 24) only has to bring npm. Paths stay relative, so a folder with a space in its name works.
NODE_VERSION := 24.21.0
NPM_VERSION := 11.19.1

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)

TOOLS := .tools/node-$(NODE_VERSION)-npm-$(NPM_VERSION)
PLATFORM := $(shell uname -s | tr A-Z a-z)-$(shell uname -m | sed -e s/x86_64/x64/ -e s/aarch64/arm64/)
SCRIPTS := test check types lint format contract-lint contract-diff generate drift conformance fuzz simulate servers others build examples package-lint bench

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-13s %s\n' "$$name" "$$text"; done

.PHONY: run $(SCRIPTS) release
run: $(TOOLS) ## Set up and run the demo service on http://127.0.0.1:8000 (HOST, PORT, and the URLs of docs/configuration.md)
	@node .ci/install.mjs && exec node examples/demo/run.ts

$(SCRIPTS): $(TOOLS)
	@exec npm run --silent $@

test: ## Set up and run everything that must hold: types, lint, contract, unit, integration and browser tests
check: ## Types, lint, the contract's own lint, drift of generated/, and lint of the package
types: ## Type-check everything, the type tests included
lint: ## Lint and check the format
format: ## Format, and fix what lint can fix
contract-lint: ## Lint openapi/probity.yaml by the rules of redocly and of spectral
contract-diff: ## Fail when openapi/probity.yaml breaks what the last release promised, unannounced
generate: ## Derive generated/ from openapi/
drift: ## Fail when generated/ is not what openapi/ says
conformance: ## Hold a running service against the contract with an independent reader of it (Redocly respect)
fuzz: ## Attack it at random, with new seeds for MINUTES (10), or once with SEED
simulate: ## Play SEEDS (1000) services for a simulated hour each, or the one that SEED names, and hold them to an oracle
servers: ## Install the servers and the browser that the tests start (with apt-get, when they are missing)
others: ## Install what others have written and the tests run: generators of clients, and a service in NestJS
build: ## Compile the package into dist/
examples: ## Install what the examples need
package-lint: ## Lint the package as it would be published
bench: ## Measure against peers, and write bench/RESULTS.md (about 15 minutes)

release: $(TOOLS) ## Commit and tag a release, as in make release VERSION=1.2.3; pushing the tag publishes it
	@npm run --silent release -- '$(VERSION)'

.PHONY: clean
clean: ## Remove everything that is not in git
	@rm -rf .tools node_modules dist bench/node_modules examples/node_modules test/others/node_modules

$(TOOLS):
	@echo 'Fetching Node $(NODE_VERSION) and npm $(NPM_VERSION) into .tools/'
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or later, with npm' >&2; exit 1; }
	@rm -rf .tools/node_modules .tools/bin && mkdir -p .tools/bin && echo '{"private":true}' > .tools/package.json
	@npm install --prefix .tools --no-save --no-package-lock --no-audit --no-fund --loglevel=error node-$(PLATFORM)@$(NODE_VERSION) npm@$(NPM_VERSION) >/dev/null
	@ln -s ../node_modules/node-$(PLATFORM)/bin/node .tools/bin/node
	@ln -s ../node_modules/npm/bin/npm-cli.js .tools/bin/npm && ln -s ../node_modules/npm/bin/npx-cli.js .tools/bin/npx
	@chmod +x .tools/node_modules/npm/bin/npm-cli.js .tools/node_modules/npm/bin/npx-cli.js
	@touch $@
