package keys

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	servicekms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/kms"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// The codes and their statuses are those of [Sign]; the sentences on a key's state
// are those that KMS says with notes 2 and 3 of [Key states of AWS KMS keys].
//
// [Sign]: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
// [Key states of AWS KMS keys]: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
func TestRefusalsOfKMSInTheWordsOfPackageKeys(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	custody := kms.New(servicekms.NewFromConfig(once(k.proxy.URL)), kms.Options{})
	for _, test := range []struct {
		name    string
		status  int
		code    string
		message string
		want    error
	}{
		{"unknown", 400, "NotFoundException", "Key '" + k.ref + "' does not exist", keys.ErrNoKey},
		{"waits for its deletion", 400, "KMSInvalidStateException", k.ref + " is pending deletion.", keys.ErrNoKey},
		{"waits for its deletion, said the other way", 400, "DisabledException", k.ref + " is pending deletion (or pending replica deletion).", keys.ErrNoKey},
		{"not for signatures", 400, "InvalidKeyUsageException", k.ref + " key usage is ENCRYPT_DECRYPT which is not valid for Sign.", keys.ErrNoKey},
		{"disabled", 400, "DisabledException", k.ref + " is disabled.", keys.ErrUnavailable},
		{"in another state", 400, "KMSInvalidStateException", k.ref + " is pending import.", keys.ErrUnavailable},
		{"unavailable", 500, "KeyUnavailableException", "", keys.ErrUnavailable},
		{"internal error", 500, "KMSInternalException", "", keys.ErrUnavailable},
		{"dependency timed out", 503, "DependencyTimeoutException", "", keys.ErrUnavailable},
		{"throttled", 400, "ThrottlingException", "You have exceeded the rate at which you may call KMS.", keys.ErrUnavailable},
		{"not allowed", 400, "AccessDeniedException", "User is not authorized to perform: kms:Sign on a key pending deletion", keys.ErrUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			k.proxy.Next("Sign", refused(test.status, test.code, test.message))
			err := sign(t.Context(), custody, k.ref, k.pub)
			mustBeOnly(t, err, test.want)
			var cause smithy.APIError
			if !errors.As(err, &cause) || cause.ErrorCode() != test.code || !strings.Contains(err.Error(), k.ref) {
				t.Errorf("%v names neither cause nor key", err)
			}
			must(t, sign(t.Context(), custody, k.ref, k.pub))
		})
	}
}

func TestARequestThatEndsWhileKMSWorksIsTheReason(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	ctx, cancel := context.WithCancel(t.Context())
	signer, err := k.custody.Signer(ctx, k.ref, k.pub)
	must(t, err)
	k.proxy.Next("Sign", fault.LoseThen(cancel))
	digest := sha256.Sum256([]byte("x"))
	_, err = signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if calls := k.proxy.Calls(); len(calls) != 1 {
		t.Errorf("called %v", calls)
	}
}

// KMS is eventually consistent: a part of it that has not heard of the deletion
// would sign. The answer is that of [ScheduleKeyDeletion], and the emulator goes
// without the call.
//
// [ScheduleKeyDeletion]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
func TestDeletionHoldsAtOnceThoughKMSSpreadsItSlowly(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	k.proxy.Next("ScheduleKeyDeletion", fault.Wire(200, nil, `{"KeyId":"`+k.ref+`","KeyState":"PendingDeletion","PendingWindowInDays":30}`))
	must(t, k.custody.Delete(t.Context(), k.ref))
	must(t, sign(t.Context(), newKMS(k.proxy.URL), k.ref, k.pub)) // KMS itself would
	k.proxy.Forget()
	mustBeOnly(t, k.sign(t.Context()), keys.ErrNoKey)
	if calls := k.proxy.Calls(); len(calls) != 0 {
		t.Errorf("called %v", calls)
	}
}

func TestADeletionThatKMSRefusesIsTold(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	k.proxy.Next("ScheduleKeyDeletion", refused(400, "AccessDeniedException", "no"))
	mustBeOnly(t, k.custody.Delete(t.Context(), k.ref), keys.ErrUnavailable)
	must(t, k.sign(t.Context())) // it was not deleted
	must(t, k.custody.Delete(t.Context(), k.ref))
	mustBeOnly(t, k.sign(t.Context()), keys.ErrNoKey)
}

func TestKMSIsNotAskedForWhatIsNoARNOfAKey(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	for _, name := range []string{"alias/gatepost", k.ref[:strings.Index(k.ref, "key/")] + "alias/gatepost", k.ref[len(k.ref)-36:], ""} {
		mustBeOnly(t, sign(t.Context(), k.custody, name, k.pub), keys.ErrNoKey)
		must(t, k.custody.Delete(t.Context(), name))
	}
	if calls := k.proxy.Calls(); len(calls) != 0 {
		t.Errorf("called %v", calls)
	}
}
