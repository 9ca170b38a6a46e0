# Everything a newcomer needs: make demo, make test. make help lists the rest.
SHELL := /bin/bash
GO ?= go
export CGO_ENABLED ?= 0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help
.PHONY: help build demo test test-long mutate hunt race lint cover proof bench bench-peers fmt glossary clean

help: ## Show what every target does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/etappe
	$(GO) build -trimpath -o bin/etappe ./cmd/etappe

demo: build ## See everything work, then serve on http://127.0.0.1:8080 (Ctrl-C ends it)
	@bin/etappe demo

# Property tests draw the same inputs each time: what passed once passes again. With
# SEED=0, as with go test alone, every run tries inputs that nobody has tried.
SEED ?= 1
TEST = RAPID_SEED=$(SEED) $(GO) test
COVERED = ./models/... ./features/... ./train/...
# The names of the tests whose bodies match a pattern, and the folders they are in.
matching = awk '/^func / {split($$2, f, "("); name = f[1]} /$(1)/ && name ~ /^Test/ {print name}' $$(grep -rlE --include=*_test.go '$(1)' .) | sort -u | paste -sd'|'
folders = grep -rlE --include=*_test.go '$(1)' . | xargs -n1 dirname | sort -u
LONG = testing\.Short\(\)|modelstest\.Long\(|learnWorld\(
PROPERTY = rapid\.Check\(

test: ## Run the tests but the long ones, in two minutes or so; needs nothing but Go (SEED=0 draws other inputs each time)
	$(TEST) -short -timeout 30m ./...

test-long: ## Run the tests that make test passes over: whole worlds, public tables, every command of the documentation
	@names=$$($(call matching,$(LONG))); $(TEST) -timeout 30m -run "^($$names)$$" $$($(call folders,$(LONG)))

mutate: ## Break the code in a hundred places, one at a time: a test must fail each time (half an hour)
	$(GO) run .ci/mutate.go

hunt: ## Run the property tests on 5,000 inputs each that nobody has tried
	@names=$$($(call matching,$(PROPERTY))); \
	RAPID_CHECKS=5000 RAPID_NOFAILFILE=true $(GO) test -timeout 3h -count 1 -run "^($$names)$$" $$($(call folders,$(PROPERTY)))

race: ## Run the tests, less the longest, under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(TEST) -race -short -timeout 40m ./...

lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l cmd datasets features models serve train); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags proof ./...
	$(GO) run $(STATICCHECK) ./...

cover: ## Statement coverage of models, features and train (below 85 % is a failure)
	$(TEST) -timeout 30m -coverprofile=bin/cover.out -coverpkg=./models/...,./features/...,./train/... $(COVERED)
	@for p in models features train; do \
	awk -v p="$$p" 'FNR > 1 && index($$1, "/" p "/") {split($$0, f, " "); key = f[1]; n[key] = f[2]; if (f[3] > 0) hit[key] = 1} \
	END {for (k in n) {total += n[k]; if (k in hit) covered += n[k]}; share = 100 * covered / total; printf "%-10s %.1f %%\n", p, share; exit share < 85}' bin/cover.out || exit 1; done

proof: ## The long statistical protocols and their tables: pooling, bands, slopes, rare churn, shuffled labels, planted drops
	$(GO) vet -tags proof ./models/additive/... ./train ./cmd/etappe
	$(GO) test -tags proof -run '^TestProof' -v -count 1 -timeout 3h ./models/additive/... ./train ./cmd/etappe

bench: ## Benchmarks, with ratios measured side by side in one run
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-peers: build .venv-peers/installed ## Etappe beside EBM, XGBoost and others (needs Python; see train/benchmark/bench.py)
	@cd train/benchmark && OMP_WAIT_POLICY=passive PYTHONDONTWRITEBYTECODE=1 nice -n 10 ../../.venv-peers/bin/python bench.py --etappe ../../bin/etappe --data ../../../shared/data \
	$(if $(PEERS_DATA),--data $(abspath $(PEERS_DATA))) $(PEERS_FLAGS)

.venv-peers/installed: train/benchmark/requirements.txt
	python3 -m venv .venv-peers
	.venv-peers/bin/pip install --quiet --requirement $<
	@touch $@

GLOSSARY = cmd/etappe/testdata/glossary
glossary: ## Print the words in use, with the file and line that define each, and the banned ones
	@echo "Words of the users and where they are defined:"
	@awk -F ' *[|] *' '/^[|] / && $$2 != "English" {printf "  %-22s %s:%d\n", $$2, FILENAME, FNR}' serve/docs/glossary.md
	@echo "Words of the code and where they are defined:"
	@awk -F '\t' '{printf "  %-22s %s\n", $$1, $$2}' $(GLOSSARY)/used.txt
	@echo "Banned in identifiers and comments, and what to write instead:"
	@awk -F '\t' '{printf "  %-22s %s\n", $$1, $$2}' $(GLOSSARY)/banned.txt
	@echo "Allowed for the stage map only:"
	@awk -F '\t' '{printf "  %-22s %s\n", $$1, $$2}' $(GLOSSARY)/stage.txt

fmt: ## Format the code
	gofmt -w cmd datasets features models serve train

clean: ## Remove what build, cover and demo leave behind
	rm -rf bin etappe-demo
