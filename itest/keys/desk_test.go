package keys

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
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

// invocation is how the SDK asks Lambda, and Lambda's Runtime Interface Emulator
// is asked, for one function.
const invocation = "POST /2015-03-31/functions/gatepost-keys/invocations"

// office is a desk over keys in KMS and Secrets Manager, behind Lambda's own
// protocol, and a client of it.
type office struct {
	store  *store.Store
	client *desk.Client
	lambda *fault.Proxy // between client and function
	aws    *fault.Proxy // between function and KMS and Secrets Manager
}

func openOffice(t *testing.T) office {
	t.Helper()
	address := emulator.Kumo(t)
	tables := emulator.Client(address)
	o := office{
		store: store.New(dynamodb.New(tables, emulator.Tables(t, tables), dynamodb.Options{}), time.Now),
		aws:   fault.New(t, address),
	}
	d := &desk.Desk{
		Keeper: &keys.Keeper{
			Custodians: map[idp.Custody]keys.Custodian{
				idp.CustodyKMS:     kms.New(kmsClient(o.aws.URL), kms.Options{SignerRoles: signerRoles}),
				idp.CustodySecrets: newSecrets(o.aws.URL, secrets.Options{}),
			},
			Default: idp.CustodyKMS, Uploads: idp.CustodySecrets, Store: o.store, Now: time.Now,
		},
		Store: o.store, URL: "https://sso.example.com", Now: time.Now,
	}
	mux := http.NewServeMux()
	mux.HandleFunc(invocation, func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err == nil {
			payload, err = d.Handle(context.WithoutCancel(r.Context()), payload)
		}
		if err != nil {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
		}
		_, _ = w.Write(payload)
	})
	function := httptest.NewServer(mux)
	t.Cleanup(function.Close)
	o.lambda = fault.New(t, function.URL)
	o.client = desk.NewClient(lambda.NewFromConfig(config(o.lambda.URL)), "gatepost-keys")
	must(t, o.store.CreateConnector(t.Context(), &idp.Connector{
		ID: idp.NewID("c_"), Slug: "aws-a", Kind: idp.KindAWS, Label: "A", EntityID: "https://sso.example.com/metadata/aws-a", Partition: "aws",
	}, event()))
	return o
}

func event() idp.Event {
	return idp.Event{ID: idp.NewID("ev_"), At: time.Now(), Actor: "test", Action: idp.ActionConnectorCreate, Outcome: idp.OutcomeDone}
}

func TestAKeyIsMadeThroughLambdaAndRemoved(t *testing.T) {
	o := openOffice(t)
	key, err := o.client.Create(t.Context(), "aws-a", event())
	must(t, err)
	if key.Custody != idp.CustodyKMS || key.State != idp.KeyReady {
		t.Errorf("made %+v", key)
	}
	want := []string{"CreateKey", "GetPublicKey", "Sign", "Sign"} // the certificate, the trial
	if calls := o.aws.Calls(); !slices.Equal(calls, want) {
		t.Errorf("called %v, want %v", calls, want)
	}
	must(t, o.client.Delete(t.Context(), "aws-a", event()))
	_, err = o.store.Key(t.Context(), "aws-a")
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAKeyServiceThatIsDownIsUnavailableToThoseWhoAsk(t *testing.T) {
	o := openOffice(t)
	o.aws.Always(fault.Any, fault.Throttle())
	_, err := o.client.Create(t.Context(), "aws-a", event())
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	o.aws.Heal()
	_, err = o.client.Create(t.Context(), "aws-a", event())
	must(t, err)
}

func TestALostAnswerOfTheFunctionIsNotAskedForTwice(t *testing.T) {
	o := openOffice(t)
	o.lambda.Next(fault.Any, fault.Lose())
	_, err := o.client.Create(t.Context(), "aws-a", event())
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if calls := o.lambda.Calls(); len(calls) != 1 {
		t.Errorf("called %v", calls)
	}
	_, err = o.client.Create(t.Context(), "aws-a", event())
	if !errors.Is(err, store.ErrExists) {
		t.Errorf("what was done all the same: %v", err)
	}
}
