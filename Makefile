# make help lists what there is.
.DEFAULT_GOAL := help
FUZZTIME ?= 20s
MIN ?= 95

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: test
test: ## run every test of every module in the workspace
	go test work

.PHONY: race
race: ## the same with the race detector
	tools/race.sh

.PHONY: lint
lint: ## gofmt, go vet, staticcheck
	tools/lint.sh

.PHONY: cover
cover: ## fail if the pure packages are covered less than MIN=95 per cent
	MIN=$(MIN) tools/cover.sh

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME=20s, two at a time (FUZZ=balance: those only)
	FUZZTIME=$(FUZZTIME) tools/fuzz.sh

.PHONY: mutate
mutate: ## change the rules one at a time: does a test notice? (PKG=./user; ARGS='-sample 100'; an hour and more for all)
	cd tools && GOWORK=off go build -o ../bin/mutate ./mutate
	bin/mutate $(ARGS) $(PKG)

.PHONY: apidiff
apidiff: ## fail if what breaks importers since the last release is not in CHANGELOG.md
	tools/apidiff.sh

.PHONY: rehearse
rehearse: ## release this commit on a clone, and use its modules by version from outside (a real one: tools/release.sh v0.1.0)
	tools/rehearse.sh

.PHONY: bench
bench: ## measure every performance bar and print the table (MILLION=1: at a million users too)
	go run ./bench/bars $(if $(MILLION),-million)

.PHONY: peers
peers: ## measure roster beside what else there is, and write docs/performance.md (MILLION=1 as above)
	go run ./bench/peers $(if $(MILLION),-million)

.PHONY: soak
soak: ## 200 kills of writers and 100 of deliverers, 1,000 random policies, 1,000 histories, 250 under faults and restarts, and 100,000 sequences of the model on each storage: some hours
	ROSTER_SUITE=all ROSTER_CUTS=all ROSTER_KILLS=200 ROSTER_SERVER_KILLS=40 ROSTER_DELIVERER_KILLS=100 go test -count=1 -timeout=6h ./storage/pgstore ./storage/sqlitestore
	ROSTER_POLICIES=1000 go test -count=1 -run=NoActorBecomes .
	ROSTER_HISTORIES=1000 go test -count=1 -timeout=6h -v -run='Linearizable|UnderLoad' ./internal/systemtest/history
	ROSTER_SEQUENCES=100000 go test -count=1 -timeout=6h -v ./internal/systemtest/model ./internal/systemtest/differential

.PHONY: golden
golden: ## rewrite the golden files; read the difference before you commit it
	tools/golden.sh

.PHONY: ci
ci: ## all that a change must pass
	.ci/run
