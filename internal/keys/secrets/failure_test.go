package secrets

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/keys"
)

func TestFaultsInTheWordsOfPackageKeys(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		want   error
		answer bool // that nothing was done
	}{
		{"unknown", &types.ResourceNotFoundException{}, keys.ErrNoKey, true},
		{"marked for deletion", &types.InvalidRequestException{Message: aws.String("You can't perform this operation on the secret because it was marked for deletion.")}, keys.ErrNoKey, true},
		{"another state", &types.InvalidRequestException{Message: aws.String("The secret is managed by another service.")}, keys.ErrUnavailable, true},
		{"not allowed", &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}, keys.ErrUnavailable, true},
		{"internal error", &types.InternalServiceError{}, keys.ErrUnavailable, false},
		{"no connection", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, keys.ErrUnavailable, false},
		{"an answer that is none", &smithy.DeserializationError{Err: errors.New("x")}, keys.ErrUnavailable, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cause := fmt.Errorf("operation error Secrets Manager: %w", test.err)
			err := failure(t.Context(), "read key", "k_a", cause)
			for _, kind := range []error{keys.ErrNoKey, keys.ErrUnavailable} {
				if errors.Is(err, kind) != (kind == test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			}
			if !strings.Contains(err.Error(), `read key "k_a"`) {
				t.Errorf("%v does not name the key", err)
			}
			if isAnswer(cause) != test.answer {
				t.Errorf("an answer: %t", !test.answer)
			}
		})
	}
}

func TestAnEndedContextIsTheReason(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := failure(ctx, "read key", "k_a", &types.ResourceNotFoundException{})
	mustBeOnly(t, err, context.Canceled)
	mustBeOnly(t, err, keys.ErrUnavailable)
}

func mustBeOnly(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) || errors.Is(err, keys.ErrNoKey) {
		t.Errorf("got %v, want %v", err, want)
	}
}
