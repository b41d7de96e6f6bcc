# Gatepost. `make run` and `make test` need nothing but Go.

MODULES   := . itest bench
FUNCTIONS := sso portal metadata admin keys
GO        ?= go
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS   := -s -w -X github.com/gatepost/gatepost/internal/app/environment.version=$(VERSION)

.PHONY: run test lint bench bench-scale build functions validate deploy clean

# run serves the demo on http://localhost:8080, from the folder .gatepost-demo, and
# says whom to sign in as. GATEPOST_LOG_LEVEL=info shows its requests.
run:
	@echo "Building Gatepost. The first time that takes a minute or two, and whatever Go does not have yet is fetched."
	$(GO) run ./cmd/gatepost serve --demo

# test runs every test of every module. A test whose tool is missing is skipped,
# unless CI=true. Those of itest build programs, which Go's cache does not see.
test:
	$(GO) test ./...
	cd itest && $(GO) test -count=1 -timeout 20m ./...
	cd bench && $(GO) test ./...

# build makes bin/gatepost.
build:
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/gatepost ./cmd/gatepost

# functions makes the functions, for this machine.
functions: $(FUNCTIONS:%=build/%/bootstrap)

# lambda.norpc leaves out the runtime's old interface, which provided.al2023 does
# not speak.
.PHONY: $(FUNCTIONS:%=build/%/bootstrap)
$(FUNCTIONS:%=build/%/bootstrap): build/%/bootstrap:
	CGO_ENABLED=0 $(GO) build -trimpath -tags lambda.norpc -ldflags '$(LDFLAGS)' -o $@ ./functions/$*

# The targets that `sam build` runs, one for each function of template.yaml.
# ARCHITECTURE is the template's parameter Architecture, arm64 or x86_64.
ARCHITECTURE ?= arm64
GOARCH_arm64  := arm64
GOARCH_x86_64 := amd64
SAM = CGO_ENABLED=0 GOOS=linux GOARCH=$(or $(GOARCH_$(ARCHITECTURE)),$(error ARCHITECTURE is arm64 or x86_64)) $(GO) build -trimpath -tags lambda.norpc -ldflags '$(LDFLAGS)' -o "$(ARTIFACTS_DIR)/bootstrap"
.PHONY: build-SsoFunction build-PortalFunction build-MetadataFunction build-AdminFunction build-KeysFunction
build-SsoFunction:
	$(SAM) ./functions/sso
build-PortalFunction:
	$(SAM) ./functions/portal
build-MetadataFunction:
	$(SAM) ./functions/metadata
build-AdminFunction:
	$(SAM) ./functions/admin
build-KeysFunction:
	$(SAM) ./functions/keys

# validate translates template.yaml as SAM does, lints the result, and proves who
# may do what. It needs the Python packages of itest/sam/requirements.txt.
validate:
	cd itest && CI=true $(GO) test -count=1 ./sam

# deploy builds and deploys to the environment of samconfig.toml named by ENV.
ENV ?= dev
deploy:
	sam build && sam deploy --config-env $(ENV)

# bench measures, each in one run beside its peers: issuing a response and the start
# of the functions, on one core, and whole launches by HTTP, on all. It needs Linux.
bench:
	mkdir -p build
	cd bench && GOMAXPROCS=1 $(GO) run ./cmd/issue -json ../build/issue.json
	cd bench && $(GO) run ./cmd/start -json ../build/start.json
	cd bench && $(GO) run ./cmd/http -json ../build/http.json

# bench-scale measures an installation of 1,000 connectors, 200 groups and 10,000
# people on the embedded store: some minutes, most of which go into making keys.
bench-scale:
	cd bench && $(GO) run ./cmd/scale -json ../build/scale.json

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted"; exit 1; fi
	for m in $(MODULES); do (cd $$m && $(GO) vet ./... && staticcheck ./...) || exit 1; done

clean:
	rm -rf bin build
