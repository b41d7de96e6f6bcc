package keys

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/fault"
)

// declined is Lambda's refusal to invoke: see [Invoke], errors.
//
// [Invoke]: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func declined(status int, code, message string) fault.Fault {
	body, err := json.Marshal(map[string]string{"Type": "User", "message": message})
	if err != nil {
		panic(err) // two strings
	}
	return fault.Wire(status, map[string]string{"X-Amzn-ErrorType": code}, string(body))
}

// ended is Lambda's answer for a function that failed as a whole: see
// X-Amz-Function-Error in [Invoke], and [Errors].
//
// [Invoke]: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
// [Errors]: https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
func ended(payload string) fault.Fault {
	return fault.Wire(200, map[string]string{"X-Amz-Function-Error": "Unhandled", "X-Amz-Executed-Version": "$LATEST"}, payload)
}

// answered is the answer of a function that did not fail, in place of ours.
func answered(payload string) fault.Fault {
	return fault.Wire(200, map[string]string{"X-Amz-Executed-Version": "$LATEST"}, payload)
}

func TestAFunctionThatGivesNoAnswerIsUnavailableAndAskedOnce(t *testing.T) {
	o := openOffice(t)
	privateKey, certificate := pair(t)
	part := middle(privateKey)
	whole := strings.ReplaceAll(string(privateKey), "\n", `\n`)
	for _, test := range []struct {
		name  string
		fault fault.Fault
		word  string
	}{
		{"a connection that breaks off", fault.Refuse(), "by function"},
		{"a gateway's answer", fault.Wire(502, nil, ""), "502"},
		{"throttled", declined(429, "TooManyRequestsException", "Rate Exceeded."), "TooManyRequests"},
		{"a fault of Lambda's own", declined(500, "ServiceException", "An internal error occurred."), "ServiceException"},
		{"no such function", declined(404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:x"), "not found"},
		{"a request that is quoted", declined(400, "InvalidRequestContentException", "Could not parse request body into json: "+string(privateKey)), "InvalidRequestContent"},
		{"time was up", ended(`{"errorMessage":"` + part + `","errorType":"Sandbox.Timedout"}`), "Sandbox.Timedout"},
		{"a panic", ended(`{"errorMessage":"x","errorType":"` + whole + `"}`), "unknown error"},
		{"an error that is none", ended(`x`), "unknown error"},
		{"no answer", answered(``), "cannot be read"},
		{"an answer of nothing", answered(`null`), "no key"},
		{"half an answer", answered(`{"key":{"slug":`), "cannot be read"},
		{"an answer without a key", answered(`{}`), "no key"},
		{"a key of another connector", answered(`{"key":{"slug":"aws-b"}}`), "no key"},
		{"far too long an answer", answered(`{"link":"` + strings.Repeat("x", 2<<20) + `"}`), "cannot be read"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o.lambda.Forget()
			o.lambda.Next(fault.Any, test.fault)
			key, err := o.client.Upload(t.Context(), "aws-a", privateKey, certificate, event())
			if key != nil || !errors.Is(err, keys.ErrUnavailable) || !strings.Contains(err.Error(), test.word) {
				t.Errorf("got %v, %v", key, err)
			}
			if err != nil && strings.Contains(err.Error(), part) {
				t.Errorf("the error has the key: %v", err)
			}
			if calls := o.lambda.Calls(); !slices.Equal(calls, []string{"POST /2015-03-31/functions/" + o.name + "/invocations"}) {
				t.Errorf("called %v", calls)
			}
		})
	}
	_, err := o.client.Upload(t.Context(), "aws-a", privateKey, certificate, event())
	must(t, err)
}

// kumo answers for a function that it does not have, and one that failed, by
// itself.
func TestWhatLambdaItselfSaysIsUnavailable(t *testing.T) {
	o := openOffice(t)
	nobody := desk.NewClient(lambda.NewFromConfig(config(o.lambda.URL)), "nobody")
	_, err := nobody.Create(t.Context(), "aws-a", "", event())
	mustBeOnly(t, err, keys.ErrUnavailable)
	failing := function(t, o.lambda.URL, func(context.Context, json.RawMessage) (json.RawMessage, error) {
		return nil, errors.New("out of memory")
	})
	_, err = desk.NewClient(lambda.NewFromConfig(config(o.lambda.URL)), failing).Create(t.Context(), "aws-a", "", event())
	mustBeOnly(t, err, keys.ErrUnavailable)
	if err != nil && !strings.Contains(err.Error(), "the function ended with") {
		t.Errorf("got %v", err)
	}
}

func TestTheFunctionIsWaitedFor(t *testing.T) {
	o := openOffice(t)
	var kind string
	o.lambda.Next(fault.Any, fault.Look(func(header http.Header, _ []byte) { kind = header.Get("X-Amz-Invocation-Type") }))
	_, err := o.client.Create(t.Context(), "aws-a", "", event())
	must(t, err)
	if kind != "RequestResponse" {
		t.Errorf("invoked as %q", kind)
	}
}

func TestARequestThatEndsWhileTheFunctionWorksIsTheReason(t *testing.T) {
	o := openOffice(t)
	ctx, cancel := context.WithCancel(t.Context())
	o.lambda.Next(fault.Any, fault.LoseThen(cancel))
	err := o.client.Delete(ctx, "aws-a", event())
	if !errors.Is(err, context.Canceled) || !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerOfALaterVersionIsReadAsFarAsItIsKnown(t *testing.T) {
	o := openOffice(t)
	o.lambda.Next(fault.Any, answered(`{"error":{"message":"something new","kinds":["new","exists"],"advice":"x"},"more":1}`))
	err := o.client.Delete(t.Context(), "aws-a", event())
	if !errors.Is(err, store.ErrExists) || err.Error() != "something new" {
		t.Errorf("got %v", err)
	}
}
