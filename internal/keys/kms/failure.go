package kms

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
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
	case isGone(err), isOtherKind(err):
		kind = keys.ErrNoKey
	}
	return fmt.Errorf("%s %q: %w: %w", what, name, kind, err)
}

// isGone reports whether KMS has no such key, or has it only until its deletion.
func isGone(err error) bool { return isNotFound(err) || isPendingDeletion(err) }

func isNotFound(err error) bool {
	var notFound *types.NotFoundException
	return errors.As(err, &notFound)
}

// isPendingDeletion goes by the text: both exceptions also stand for other states,
// from which a key comes back, and KMS uses either of them for this one. See [Key
// states of AWS KMS keys], notes 2 and 3.
//
// [Key states of AWS KMS keys]: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
func isPendingDeletion(err error) bool {
	var answer smithy.APIError
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.(type) {
	case *types.KMSInvalidStateException, *types.DisabledException:
		return strings.Contains(answer.ErrorMessage(), "pending deletion")
	}
	return false
}

// isOtherKind reports whether the key is not for signatures, or not RSA: it is
// another key than the one that was made here.
func isOtherKind(err error) bool {
	var usage *types.InvalidKeyUsageException
	return errors.As(err, &usage)
}
