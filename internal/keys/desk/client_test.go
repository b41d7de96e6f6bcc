package desk_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/store"
)

var (
	_ admin.Keys  = (*desk.Client)(nil)
	_ desk.Keeper = (*keys.Keeper)(nil)
	_ desk.Store  = (*store.Store)(nil)
)

func TestAKeyIsTheSameOnBothSides(t *testing.T) {
	f := newFixture(t)
	f.connector(t, "aws-a", nil)
	client, _ := f.client()
	key, err := client.Create(t.Context(), "aws-a", event())
	if err != nil {
		t.Fatal(err)
	}
	stored, err := f.store.Key(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(key, stored) {
		t.Errorf("the client has\n%+v, the store\n%+v", key, stored)
	}
}

func TestAnUploadIsTakenByteForByte(t *testing.T) {
	f := newFixture(t)
	f.connector(t, "aws-a", nil)
	client, _ := f.client()
	privateKey, certificate := pair(t)
	key, err := client.Upload(t.Context(), "aws-a", bytes.ReplaceAll(privateKey, []byte("\n"), []byte("\r\n")), certificate, event())
	if err != nil {
		t.Fatal(err)
	}
	if key.Source != idp.SourceUploaded || !bytes.Equal(keys.CertificatePEM(key.Current.DER), certificate) {
		t.Errorf("got %+v", key)
	}
}

func TestWhoAskedIsNotedAndWhatWasDone(t *testing.T) {
	f := newFixture(t)
	f.connector(t, "aws-a", nil)
	client, _ := f.client()
	asked := event()
	asked.UserAgent = "browser \xff"
	_, err := client.Create(t.Context(), "aws-a", asked)
	if err != nil {
		t.Fatal(err)
	}
	found := f.event(t, asked.ID)
	want := asked
	want.UserAgent = "browser \uFFFD"
	want.At, want.Action, want.Target, want.Connector, want.Outcome = noon, idp.ActionKeyCreate, "aws-a", "aws-a", idp.OutcomeDone
	want.After = found.After
	if !reflect.DeepEqual(found, want) {
		t.Errorf("noted\n%+v, want\n%+v", found, want)
	}
	if found.After["custody"] != "file" {
		t.Errorf("after: %v", found.After)
	}
}

func TestAnInvocationByHandIsTheFunctionsOwn(t *testing.T) {
	f := newFixture(t)
	f.connector(t, "aws-a", nil)
	f.handle(t, `{"op":"create","slug":"aws-a"}`)
	for _, e := range f.events(t) {
		if e.Action == idp.ActionKeyCreate {
			if e.Actor != "keys function" || !strings.HasPrefix(e.ID, "ev_") {
				t.Errorf("noted %+v", e)
			}
			return
		}
	}
	t.Error("nothing was noted")
}

func (f *fixture) events(t *testing.T) []idp.Event {
	t.Helper()
	events, _, err := f.store.Events(t.Context(), store.EventFilter{Since: noon.AddDate(0, 0, -1), Until: noon.AddDate(0, 0, 1), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func (f *fixture) event(t *testing.T, id string) idp.Event {
	t.Helper()
	for _, e := range f.events(t) {
		if e.ID == id {
			return e
		}
	}
	t.Fatalf("no event %q", id)
	return idp.Event{}
}

func TestErrorsAreThemselvesAgainAtTheClient(t *testing.T) {
	privateKey, certificate := pair(t)
	otherKey, otherCertificate := pair(t)
	tests := []struct {
		name string
		do   func(t *testing.T, f *fixture, c *desk.Client) error
		want error
	}{
		{"a key that exists", func(t *testing.T, _ *fixture, c *desk.Client) error {
			_, err := c.Create(t.Context(), "aws-a", event())
			return err
		}, store.ErrExists},
		{"a key that does not", func(t *testing.T, _ *fixture, c *desk.Client) error {
			return c.Delete(t.Context(), "aws-b", event())
		}, store.ErrNotFound},
		{"a custody that is down", func(t *testing.T, f *fixture, c *desk.Client) error {
			f.custody.generate = keys.ErrUnavailable
			_, err := c.Create(t.Context(), "aws-b", event())
			return err
		}, keys.ErrUnavailable},
		{"a custody that takes no uploads", func(t *testing.T, f *fixture, c *desk.Client) error {
			f.custody.generate = keys.ErrNoImport
			_, err := c.Create(t.Context(), "aws-b", event())
			return err
		}, keys.ErrNoImport},
		{"an old key that stays", func(t *testing.T, f *fixture, c *desk.Client) error {
			f.custody.remove = keys.ErrUnavailable
			key, err := c.Upload(t.Context(), "aws-a", otherKey, otherCertificate, event())
			if key == nil || key.Source != idp.SourceUploaded {
				t.Errorf("no key beside the error: %+v", key)
			}
			return err
		}, keys.ErrLeftover},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			f.connector(t, "aws-a", nil)
			f.connector(t, "aws-b", nil)
			client, _ := f.client()
			_, err := client.Create(t.Context(), "aws-a", event())
			if err != nil {
				t.Fatal(err)
			}
			err = test.do(t, f, client)
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
	t.Run("a key of another connector, as problems", func(t *testing.T) {
		f := newFixture(t)
		f.connector(t, "aws-a", nil)
		f.connector(t, "aws-b", nil)
		client, _ := f.client()
		_, err := client.Upload(t.Context(), "aws-a", privateKey, certificate, event())
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Upload(t.Context(), "aws-b", privateKey, certificate, event())
		mustBeProblem(t, err, "private_key", "in use by another connector")
	})
}

func mustBeProblem(t *testing.T, err error, field, reason string) {
	t.Helper()
	var problems idp.Problems
	if !errors.As(err, &problems) || problems[0].Field != field || !strings.Contains(problems[0].Reason, reason) {
		t.Errorf("got %#v, want %s: %s", err, field, reason)
	}
}

func TestBadUploadsAreToldAsIfTheFunctionWereHere(t *testing.T) {
	privateKey, certificate := pair(t)
	_, otherCertificate := pair(t)
	tests := []struct {
		name     string
		key      []byte
		cert     []byte
		field    string
		reason   string
		verbatim bool
	}{
		{"no key", nil, certificate, "private_key", "is missing", true},
		{"a key in DER", []byte{0x30, 0x82, 0xff, 0xfe, 0x00, 0x01}, certificate, "private_key", "not PEM", true},
		{"a key that is too long", bytes.Repeat([]byte{0xff, 'x'}, 20*keys.MaxUpload), certificate, "private_key", "longer than", false},
		{"a certificate of another key", privateKey, otherCertificate, "certificate", "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			f.connector(t, "aws-a", nil)
			client, _ := f.client()
			_, err := client.Upload(t.Context(), "aws-a", test.key, test.cert, event())
			mustBeProblem(t, err, test.field, test.reason)
			_, _, here := keys.ParseUpload(test.key, test.cert, noon)
			if err.Error() != here.Error() {
				t.Errorf("there: %v\nhere: %v", err, here)
			}
		})
	}
}

func TestAFunctionThatGivesNoAnswerIsUnavailable(t *testing.T) {
	privateKey, certificate := pair(t)
	quoted := "Could not parse request body: " + string(privateKey)
	tests := []struct {
		name string
		bend func(*loop)
		word string
	}{
		{"no connection", func(l *loop) { l.err = errors.New("connection refused") }, "connection refused"},
		{"throttled", func(l *loop) { l.err = &types.TooManyRequestsException{} }, "TooManyRequests"},
		{"no such function", func(l *loop) { l.err = &types.ResourceNotFoundException{Message: aws.String("Function not found")} }, "not found"},
		{"a request that is quoted", func(l *loop) { l.err = &types.InvalidRequestContentException{Message: &quoted} }, "InvalidRequestContent"},
		{"time was up", func(l *loop) {
			l.change = failed(`{"errorMessage":"` + middle(privateKey) + `","errorType":"Sandbox.Timedout"}`)
		}, "Sandbox.Timedout"},
		{"a panic", func(l *loop) { l.change = failed(`{"errorMessage":"x","errorType":"` + middle(privateKey) + `"}`) }, "unknown error"},
		{"an error that is none", func(l *loop) { l.change = failed(`x`) }, "unknown error"},
		{"no answer", func(l *loop) { l.change = answered(``) }, "cannot be read"},
		{"half an answer", func(l *loop) { l.change = answered(`{"key":{"slug":`) }, "cannot be read"},
		{"an answer without a key", func(l *loop) { l.change = answered(`{}`) }, "no key"},
		{"a key of another connector", func(l *loop) { l.change = answered(`{"key":{"slug":"aws-b"}}`) }, "no key"},
		{"far too long an answer", func(l *loop) { l.change = answered(`{"link":"` + strings.Repeat("x", 2<<20) + `"}`) }, "cannot be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			f.connector(t, "aws-a", nil)
			client, l := f.client()
			test.bend(l)
			key, err := client.Upload(t.Context(), "aws-a", privateKey, certificate, event())
			if key != nil || !errors.Is(err, keys.ErrUnavailable) || !strings.Contains(err.Error(), test.word) {
				t.Errorf("got %v, %v", key, err)
			}
			if err != nil && strings.Contains(err.Error(), middle(privateKey)) {
				t.Errorf("the error has the key: %v", err)
			}
			if l.attempts != 1 || *l.in.FunctionName != "gatepost-keys" || l.in.InvocationType != types.InvocationTypeRequestResponse {
				t.Errorf("invoked %d times at most: %+v", l.attempts, l.in)
			}
		})
	}
}

func failed(payload string) func(*lambda.InvokeOutput) {
	return func(out *lambda.InvokeOutput) {
		out.FunctionError, out.Payload = aws.String("Unhandled"), []byte(payload)
	}
}

func answered(payload string) func(*lambda.InvokeOutput) {
	return func(out *lambda.InvokeOutput) { out.Payload = []byte(payload) }
}

func TestAnEndedContextIsTheReason(t *testing.T) {
	f := newFixture(t)
	client, l := f.client()
	ctx, cancel := context.WithCancel(t.Context())
	l.before = func(context.Context, []byte) { cancel() }
	l.err = errors.New("the SDK's own words")
	err := client.Delete(ctx, "aws-a", event())
	if !errors.Is(err, context.Canceled) || !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerOfALaterVersionIsReadAsFarAsItIsKnown(t *testing.T) {
	f := newFixture(t)
	client, l := f.client()
	l.change = answered(`{"error":{"message":"something new","kinds":["new","exists"],"advice":"x"},"more":1}`)
	err := client.Delete(t.Context(), "aws-a", event())
	if !errors.Is(err, store.ErrExists) || err.Error() != "something new" {
		t.Errorf("got %v", err)
	}
}
