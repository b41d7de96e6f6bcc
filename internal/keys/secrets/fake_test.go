package secrets

import (
	"context"
	"crypto/rsa"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// fakeSecrets answers as Secrets Manager documents it. A test puts a fault into
// one of its fields; it then comes before the answer.
type fakeSecrets struct {
	mu      sync.Mutex
	values  map[string]*string
	pending map[string]int64 // days that a deleted secret has left
	calls   map[string]int
	created secretsmanager.CreateSecretInput

	fault map[string]error // by operation
	lost  bool             // whether what failed was done all the same
}

func newFake() *fakeSecrets {
	return &fakeSecrets{values: map[string]*string{}, pending: map[string]int64{}, calls: map[string]int{}, fault: map[string]error{}}
}

// enter counts the call and returns what it fails with before it does anything,
// and what after.
func (f *fakeSecrets) enter(ctx context.Context, operation string) (before, after error) {
	f.calls[operation]++
	switch {
	case f.fault[operation] != nil && f.lost:
		return nil, f.fault[operation]
	case f.fault[operation] != nil:
		return f.fault[operation], nil
	case ctx.Err() != nil:
		return &aws.RequestCanceledError{Err: ctx.Err()}, nil
	}
	return nil, nil
}

func (f *fakeSecrets) find(name string) error {
	_, found := f.values[name]
	if !found {
		return &types.ResourceNotFoundException{Message: aws.String("Secrets Manager can't find the specified secret.")}
	}
	_, pending := f.pending[name]
	if pending {
		return &types.InvalidRequestException{Message: aws.String("You can't perform this operation on the secret because it was marked for deletion.")}
	}
	return nil
}

func (f *fakeSecrets) CreateSecret(ctx context.Context, in *secretsmanager.CreateSecretInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.CreateSecretOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.created = *in
	before, after := f.enter(ctx, "CreateSecret")
	if before != nil {
		return nil, before
	}
	f.values[*in.Name] = in.SecretString
	return &secretsmanager.CreateSecretOutput{Name: in.Name}, after
}

func (f *fakeSecrets) GetSecretValue(ctx context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, _ := f.enter(ctx, "GetSecretValue")
	if before != nil {
		return nil, before
	}
	err := f.find(*in.SecretId)
	if err != nil {
		return nil, err
	}
	return &secretsmanager.GetSecretValueOutput{SecretString: f.values[*in.SecretId]}, nil
}

func (f *fakeSecrets) DeleteSecret(ctx context.Context, in *secretsmanager.DeleteSecretInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.DeleteSecretOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, _ := f.enter(ctx, "DeleteSecret")
	if before != nil {
		return nil, before
	}
	err := f.find(*in.SecretId)
	if err != nil {
		return nil, err
	}
	f.pending[*in.SecretId] = *in.RecoveryWindowInDays
	return &secretsmanager.DeleteSecretOutput{}, nil
}

// count is how often each operation was called since the last count.
func (f *fakeSecrets) count() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := maps.Clone(f.calls)
	clear(f.calls)
	return calls
}

// clock is a clock that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// kept is a custody over a fake with one key in it and in memory.
func kept(t *testing.T) (*Custody, *fakeSecrets, *clock, string, *rsa.PublicKey) {
	t.Helper()
	fake, watch := newFake(), &clock{noon}
	c := New(fake, Options{Now: watch.now})
	ref, signer, err := c.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	fake.count()
	return c, fake, watch, ref, signer.Public().(*rsa.PublicKey)
}
