package keys

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/keys/kms"
	"github.com/gatepost/gatepost/internal/keys/secrets"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// office is a desk over keys in KMS and Secrets Manager, behind an emulated
// Lambda, and a client of it.
type office struct {
	store  *store.Store
	keeper *keys.Keeper
	client *desk.Client
	name   string       // of the function
	lambda *fault.Proxy // between client and Lambda
	aws    *fault.Proxy // between function and KMS and Secrets Manager
}

// openOffice opens an office with the connectors aws-a and aws-b. Its clock stands
// still at noon.
func openOffice(t *testing.T) office {
	t.Helper()
	address := emulator.Kumo(t)
	tables := emulator.Client(address)
	o := office{
		store: store.New(dynamodb.New(tables, emulator.Tables(t, tables), dynamodb.Options{}), stopped),
		aws:   fault.New(t, address),
	}
	o.keeper = &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{
			idp.CustodyKMS:     kms.New(kmsClient(o.aws.URL), kms.Options{SignerRoles: signerRoles}),
			idp.CustodySecrets: newSecrets(o.aws.URL, secrets.Options{}),
		},
		Default: idp.CustodyKMS, Uploads: idp.CustodySecrets, Store: o.store, Now: stopped,
	}
	d := &desk.Desk{Keeper: o.keeper, Store: o.store, URL: "https://sso.example.com", Now: stopped}
	o.name = function(t, address, d.Handle)
	o.lambda = fault.New(t, address)
	o.client = desk.NewClient(lambda.NewFromConfig(config(o.lambda.URL)), o.name)
	for _, slug := range []string{"aws-a", "aws-b"} {
		must(t, o.store.CreateConnector(t.Context(), &idp.Connector{
			ID: idp.NewID("c_"), Slug: slug, Kind: idp.KindAWS, Label: slug, EntityID: "https://sso.example.com/metadata/" + slug, Partition: "aws",
		}, event()))
	}
	return o
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func stopped() time.Time { return noon }

// function makes a function in kumo's Lambda and returns its name, a new one: kumo
// keeps functions from one server to the next of a process. That a function's work
// is done at an HTTP address is kumo's own addition to CreateFunction, so the SDK
// does not have it.
func function(t *testing.T, address string, work func(context.Context, json.RawMessage) (json.RawMessage, error)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err == nil {
			// A function works on when its caller has gone.
			payload, err = work(context.WithoutCancel(r.Context()), payload)
		}
		if err != nil {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
		}
		_, _ = w.Write(payload)
	}))
	t.Cleanup(server.Close)
	name := "gatepost-keys-" + rand.Text()
	definition, err := json.Marshal(map[string]any{"FunctionName": name, "Role": signerRoles[1], "Runtime": "provided.al2023", "InvokeEndpoint": server.URL})
	must(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/2015-03-31/functions", bytes.NewReader(definition))
	must(t, err)
	// The scope of a signature tells kumo the service; it looks at nothing else of it.
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		said, _ := io.ReadAll(response.Body)
		t.Fatalf("create function: %s %s", response.Status, said)
	}
	return name
}

func event() idp.Event {
	return idp.Event{
		ID: idp.NewID("ev_"), At: noon.Add(-time.Hour), Actor: "admin@example.com", ActorID: "u_admin",
		Action: "something.else", Target: "elsewhere", Outcome: idp.OutcomeRefused,
		SourceIP: "192.0.2.7", UserAgent: "browser", RequestID: "r-1",
	}
}

// pair is a private key and a certificate for it, in PEM.
func pair(t *testing.T) (privateKey, certificate []byte) {
	t.Helper()
	key := newKey(t)
	cert, err := keys.Issue(key, "uploaded", noon)
	must(t, err)
	return pemOf(t, key), keys.CertificatePEM(cert.Raw)
}
