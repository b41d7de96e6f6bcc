# Gatepost. `make run` and `make test` need nothing but Go.

MODULES   := . itest bench
LDFLAGS   := -s -w
GO        ?= go

.PHONY: run test lint bench build clean

# run serves the demo on http://localhost:8080.
run:
	$(GO) run ./cmd/gatepost serve --demo

# test runs every test of every module. A test whose tool is missing is skipped,
# unless CI=true.
test:
	$(GO) test ./...
	cd itest && $(GO) test ./...
	cd bench && $(GO) test ./...

# build makes bin/gatepost.
build:
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/gatepost ./cmd/gatepost

# bench measures issuing a response beside its peers, on one core, in one run.
bench:
	cd bench && GOMAXPROCS=1 $(GO) run ./cmd/issue -json ../build/bench.json

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted"; exit 1; fi
	for m in $(MODULES); do (cd $$m && $(GO) vet ./... && staticcheck ./...) || exit 1; done

clean:
	rm -rf bin build
