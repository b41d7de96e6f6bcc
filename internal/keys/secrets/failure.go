package secrets

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/keys"
)

// failure is the error of a call in the words of package keys. When the context
// has ended, its error is the reason, whatever the client made of it.
func failure(ctx context.Context, what, name string, err error) error {
	kind := keys.ErrUnavailable
	ended := ctx.Err()
	switch {
	case ended != nil:
		err = ended
	case isGone(err):
		kind, err = keys.ErrNoKey, discreet(err)
	default:
		err = discreet(err)
	}
	return fmt.Errorf("%s %q: %w: %w", what, name, kind, err)
}

// isGone reports whether there is no such secret, or only until its deletion.
// The text has to tell: the second exception stands for every request that does
// not fit a secret's state.
func isGone(err error) bool {
	var notFound *types.ResourceNotFoundException
	if errors.As(err, &notFound) {
		return true
	}
	var invalid *types.InvalidRequestException
	return errors.As(err, &invalid) && strings.Contains(invalid.ErrorMessage(), "delet")
}

// isAnswer reports whether the service has answered that it did nothing.
func isAnswer(err error) bool {
	var answer smithy.APIError
	if !errors.As(err, &answer) || answer.ErrorFault() == smithy.FaultServer {
		return false
	}
	var status interface{ HTTPStatusCode() int }
	return !errors.As(err, &status) || status.HTTPStatusCode() < 500
}

// discreet leaves out what may quote a secret: the service's words on a value
// that it refuses, and the client's on an answer that it cannot read.
func discreet(err error) error {
	var answer smithy.APIError
	if errors.As(err, &answer) {
		switch answer.ErrorCode() {
		case "ValidationException", "InvalidParameterException", "SerializationException":
			return errors.New(answer.ErrorCode())
		}
	}
	var unreadable *smithy.DeserializationError
	if errors.As(err, &unreadable) {
		return errors.New("the answer cannot be read")
	}
	return err
}
