package kms

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"maps"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/gatepost/gatepost/internal/keys"
)

// The roles of the two functions that sign.
var signerRoles = []string{
	"arn:aws:iam::111122223333:role/gatepost-SsoRole-A1B2C3",
	"arn:aws:iam::111122223333:role/gatepost-KeysRole-D4E5F6",
}

// fakeKMS answers as KMS documents it. A test puts a fault into one of its fields;
// it then comes before the answer.
type fakeKMS struct {
	mu      sync.Mutex
	keys    map[string]*fakeKey
	calls   map[string]int
	created kms.CreateKeyInput
	retries int // as the last CreateKey's options left it

	fault  map[string]error // by operation
	times  int              // after how many calls the faults end; 0 for never
	enters func()           // called with each call that reaches KMS
}

type fakeKey struct {
	private *rsa.PrivateKey
	pending bool
	window  int32
}

func newFake() *fakeKMS {
	return &fakeKMS{keys: map[string]*fakeKey{}, calls: map[string]int{}, fault: map[string]error{}}
}

// enter counts the call and returns the key and what the call fails with.
func (f *fakeKMS) enter(ctx context.Context, operation string, ref *string) (*fakeKey, error) {
	f.calls[operation]++
	if f.enters != nil {
		f.enters()
	}
	err := f.fault[operation]
	if err != nil && (f.times == 0 || f.calls[operation] <= f.times) {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, &aws.RequestCanceledError{Err: ctx.Err()}
	}
	if ref == nil {
		return nil, nil
	}
	key, found := f.keys[*ref]
	switch {
	case !found:
		return nil, &types.NotFoundException{Message: aws.String("Key '" + *ref + "' does not exist")}
	case key.pending:
		return nil, &types.KMSInvalidStateException{Message: aws.String(*ref + " is pending deletion.")}
	}
	return key, nil
}

func (f *fakeKMS) CreateKey(ctx context.Context, in *kms.CreateKeyInput, options ...func(*kms.Options)) (*kms.CreateKeyOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.created = *in
	o := kms.Options{RetryMaxAttempts: 3}
	for _, option := range options {
		option(&o)
	}
	f.retries = o.RetryMaxAttempts
	_, err := f.enter(ctx, "CreateKey", nil)
	if err != nil {
		return nil, err
	}
	private, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		return nil, err
	}
	arn := fakeARN()
	f.keys[arn] = &fakeKey{private: private}
	return &kms.CreateKeyOutput{KeyMetadata: &types.KeyMetadata{Arn: &arn, KeyId: aws.String(arn[len(arn)-36:])}}, nil
}

func fakeARN() string {
	var raw [16]byte
	rand.Read(raw[:])
	id := hex.EncodeToString(raw[:])
	return "arn:aws:kms:eu-central-1:111122223333:key/" + id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
}

func (f *fakeKMS) GetPublicKey(ctx context.Context, in *kms.GetPublicKeyInput, _ ...func(*kms.Options)) (*kms.GetPublicKeyOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, err := f.enter(ctx, "GetPublicKey", in.KeyId)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.private.PublicKey)
	if err != nil {
		return nil, err
	}
	return &kms.GetPublicKeyOutput{PublicKey: der}, nil
}

func (f *fakeKMS) Sign(ctx context.Context, in *kms.SignInput, _ ...func(*kms.Options)) (*kms.SignOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, err := f.enter(ctx, "Sign", in.KeyId)
	if err != nil {
		return nil, err
	}
	if in.MessageType != types.MessageTypeDigest || in.SigningAlgorithm != types.SigningAlgorithmSpecRsassaPkcs1V15Sha256 {
		return nil, &types.InvalidKeyUsageException{Message: aws.String("the policy's condition does not hold")}
	}
	signature, err := rsa.SignPKCS1v15(nil, key.private, crypto.SHA256, in.Message)
	return &kms.SignOutput{KeyId: in.KeyId, Signature: signature}, err
}

func (f *fakeKMS) ScheduleKeyDeletion(ctx context.Context, in *kms.ScheduleKeyDeletionInput, _ ...func(*kms.Options)) (*kms.ScheduleKeyDeletionOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, err := f.enter(ctx, "ScheduleKeyDeletion", in.KeyId)
	if err != nil {
		return nil, err
	}
	key.pending, key.window = true, *in.PendingWindowInDays
	return &kms.ScheduleKeyDeletionOutput{KeyId: in.KeyId}, nil
}

// count is how often each operation was called since the last count.
func (f *fakeKMS) count() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := maps.Clone(f.calls)
	clear(f.calls)
	return calls
}

// made is a custody over a fake with one key in it.
func made(t *testing.T) (*Custody, *fakeKMS, string, *rsa.PublicKey) {
	t.Helper()
	fake := newFake()
	c := New(fake, Options{SignerRoles: signerRoles})
	ref, signer, err := c.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	fake.count()
	return c, fake, ref, signer.Public().(*rsa.PublicKey)
}

// mute answers the making of a key with nothing.
type mute struct{ *fakeKMS }

func (*mute) CreateKey(context.Context, *kms.CreateKeyInput, ...func(*kms.Options)) (*kms.CreateKeyOutput, error) {
	return &kms.CreateKeyOutput{}, nil
}
