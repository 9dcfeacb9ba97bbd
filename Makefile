# Every target runs under the Node that is pinned here, fetched from npm into .tools/: the machine's own Node
# (20, 22 or 24) only has to bring npm. Paths stay relative, so a folder with a space in its name works.
NODE_VERSION := 24.21.0
NPM_VERSION := 11.19.1

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true

TOOLS := .tools/node-$(NODE_VERSION)-npm-$(NPM_VERSION)
MODULES := node_modules/.installed
EXAMPLES := examples/node_modules/.installed
PAGES := src/server/pages
PLATFORM := $(shell uname -s | tr A-Z a-z)-$(shell uname -m | sed -e s/x86_64/x64/ -e s/aarch64/arm64/)

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

.PHONY: run
run: $(MODULES) ## Set up and run the demo service on http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL, REDIS_URL, AMQP_URL, EXTERNAL_SERVICE_URL)
	@exec node examples/demo/run.ts

.PHONY: test
test: servers build examples check ## Set up and run everything that must hold: types, lint, contract, unit, integration and browser tests
	@node test/run.ts

.PHONY: check
check: types lint contract-lint drift package-lint ## Types, lint, the contract's own lint, and drift of generated/

.PHONY: types
types: $(MODULES) examples ## Type-check everything, the type tests included
	@tsc --noEmit -p tsconfig.json && tsc --noEmit -p examples/tsconfig.json && tsc -p $(PAGES)/tsconfig.json

.PHONY: lint
lint: $(MODULES) ## Lint and check the format
	@biome check --error-on-warnings .

.PHONY: format
format: $(MODULES) ## Format, and mend what lint can mend
	@biome check --write .

.PHONY: contract-lint
contract-lint: $(MODULES) ## Lint openapi/probity.yaml
	@redocly lint --config openapi/redocly.yaml openapi/probity.yaml

.PHONY: generate
generate: $(MODULES) ## Derive generated/ from openapi/
	@node openapi/generate.ts generated

.PHONY: drift
drift: $(MODULES) ## Fail when generated/ is not what openapi/ says
	@rm -rf .tools/drift && node openapi/generate.ts .tools/drift && diff -r --brief generated .tools/drift && rm -rf .tools/drift

.PHONY: conformance
conformance: servers ## Hold a running service against the contract with an independent reader of it (Redocly respect)
	@vitest run test/e2e/conformance.test.ts

.PHONY: fuzz
fuzz: build servers ## Attack it at random, with new seeds for MINUTES (10), or once with SEED
	@node test/hostile/fuzz.ts

.PHONY: simulate
simulate: $(MODULES) ## Play SEEDS (1000) services for a simulated hour each, or the one that SEED names, and hold them to an oracle
	@node test/simulation/run.ts

.PHONY: servers
servers: $(MODULES) ## Install the servers and the browser that the tests start (with apt-get, when they are missing)
	@node test/servers/install.ts

.PHONY: build
build: $(MODULES) ## Compile the package into dist/
	@rm -rf dist && tsc -p tsconfig.build.json
	@rm -r dist/src/cli && rolldown --config rolldown.config.ts >/dev/null
	@mkdir -p dist/$(PAGES)/swagger-ui && cp $(PAGES)/*.html $(PAGES)/*.css $(PAGES)/*.js dist/$(PAGES)/
	@cp $(addprefix node_modules/swagger-ui-dist/,swagger-ui.css swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt LICENSE NOTICE) dist/$(PAGES)/swagger-ui/

.PHONY: examples
examples: build $(EXAMPLES) ## Install what the examples need

$(EXAMPLES): $(MODULES) examples/package.json examples/package-lock.json
	@cd examples && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: package-lint
package-lint: build ## Lint the package as it would be published
	@publint --strict && attw --pack . --profile esm-only --format ascii

.PHONY: bench
bench: build servers examples ## Measure against peers, and write bench/RESULTS.md (about 15 minutes)
	@cd bench && npm ci --no-audit --no-fund --loglevel=error && tsc --noEmit -p tsconfig.json && node run.ts

.PHONY: clean
clean: ## Remove everything that is not in git
	@rm -rf .tools node_modules dist bench/node_modules examples/node_modules

$(TOOLS):
	@echo 'Fetching Node $(NODE_VERSION) and npm $(NPM_VERSION) into .tools/'
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or later, with npm' >&2; exit 1; }
	@rm -rf .tools/node_modules .tools/bin && mkdir -p .tools/bin && echo '{"private":true}' > .tools/package.json
	@npm install --prefix .tools --no-save --no-package-lock --no-audit --no-fund --loglevel=error node-$(PLATFORM)@$(NODE_VERSION) npm@$(NPM_VERSION) >/dev/null
	@ln -s ../node_modules/node-$(PLATFORM)/bin/node .tools/bin/node
	@ln -s ../node_modules/npm/bin/npm-cli.js .tools/bin/npm && ln -s ../node_modules/npm/bin/npx-cli.js .tools/bin/npx
	@chmod +x .tools/node_modules/npm/bin/npm-cli.js .tools/node_modules/npm/bin/npx-cli.js
	@touch $@

$(MODULES): $(TOOLS) package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
