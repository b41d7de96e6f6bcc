package kms

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/keys"
)

func TestFaultsInTheWordsOfPackageKeys(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"unknown", &types.NotFoundException{}, keys.ErrNoKey},
		{"waits for its deletion", &types.KMSInvalidStateException{Message: aws.String("arn:x is pending deletion.")}, keys.ErrNoKey},
		{"waits for its deletion, said the other way", &types.DisabledException{Message: aws.String("arn:x is pending deletion (or pending replica deletion).")}, keys.ErrNoKey},
		{"not for signatures", &types.InvalidKeyUsageException{}, keys.ErrNoKey},
		{"disabled", &types.DisabledException{Message: aws.String("arn:x is disabled.")}, keys.ErrUnavailable},
		{"in another state", &types.KMSInvalidStateException{Message: aws.String("arn:x is pending import.")}, keys.ErrUnavailable},
		{"not allowed", &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "a key pending deletion"}, keys.ErrUnavailable},
		{"no connection", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, keys.ErrUnavailable},
		{"a timeout of the client", context.DeadlineExceeded, keys.ErrUnavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := failure(t.Context(), "sign with key", "arn:x", fmt.Errorf("operation error KMS: Sign: %w", test.err))
			for _, kind := range []error{keys.ErrNoKey, keys.ErrUnavailable} {
				if errors.Is(err, kind) != (kind == test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			}
			if !errors.Is(err, test.err) || !strings.Contains(err.Error(), `sign with key "arn:x"`) {
				t.Errorf("%v names neither cause nor key", err)
			}
		})
	}
}

func TestAnEndedContextIsTheReason(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	own := &types.NotFoundException{}
	err := failure(ctx, "sign with key", "arn:x", own)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, keys.ErrUnavailable) || errors.Is(err, own) {
		t.Errorf("got %v", err)
	}
}
