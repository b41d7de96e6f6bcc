package desk

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/gatepost/gatepost/internal/keys"
)

func TestAnEndedContextIsTheReason(t *testing.T) {
	own := errors.New("the client's own words")
	ctx, cancel := context.WithCancel(t.Context())
	if got := reason(ctx, own); got != own {
		t.Errorf("before its end: %v", got)
	}
	cancel()
	if got := reason(ctx, own); got != context.Canceled {
		t.Errorf("after its end: %v", got)
	}
}

func TestARequestThatLambdaQuotesIsNotPassedOn(t *testing.T) {
	got := reason(t.Context(), &types.InvalidRequestContentException{Message: aws.String("could not parse: -----BEGIN PRIVATE KEY-----")})
	if got.Error() != "InvalidRequestContentException" {
		t.Errorf("got %v", got)
	}
}

func TestTheTypeOfAnErrorIsAllThatIsToldOfIt(t *testing.T) {
	for payload, want := range map[string]string{
		`{"errorMessage":"x","errorType":"Sandbox.Timedout"}`:                "Sandbox.Timedout",
		`{"errorMessage":"x","errorType":"*errors.errorString"}`:             "*errors.errorString",
		`{"errorMessage":"x","errorType":"Runtime.ExitError","more":1}`:      "Runtime.ExitError",
		`{"errorMessage":"x","errorType":"-----BEGIN PRIVATE KEY-----"}`:     "an unknown error",
		`{"errorMessage":"x","errorType":"` + strings.Repeat("x", 65) + `"}`: "an unknown error",
		`{"errorMessage":"x","errorType":7}`:                                 "an unknown error",
		`{"errorMessage":"x"}`:                                               "an unknown error",
		`x`:                                                                  "an unknown error",
		``:                                                                   "an unknown error",
	} {
		if got := errorType([]byte(payload)); got != want {
			t.Errorf("%s: got %q, want %q", payload, got, want)
		}
	}
}

func TestAFileThatJSONCannotCarryStaysWrong(t *testing.T) {
	if got := text([]byte("a\xffb")); got != "a\uFFFDb" {
		t.Errorf("got %q", got)
	}
	if got := text(make([]byte, 20*keys.MaxUpload)); len(got) != keys.MaxUpload+1 {
		t.Errorf("%d bytes are sent", len(got))
	}
}
