package secrets

import (
	"context"
	"crypto/rsa"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/keys"
)

const (
	// maxAge is how long a key is good that was read.
	maxAge = 5 * time.Minute

	// maxHeld is how many keys are held in memory ready to sign. Past it a launch
	// reads its key's secret again.
	maxHeld = 256
)

// memory holds the keys that were read within maxAge.
type memory struct {
	now func() time.Time

	mu   sync.Mutex
	held map[string]heldKey
}

// heldKey is a key and the time on the wall at which it was asked for.
type heldKey struct {
	key *rsa.PrivateKey
	at  time.Time
}

// wall is the time without its monotonic reading, so that comparing it counts the
// hours that a sandbox was frozen.
func (m *memory) wall() time.Time { return m.now().Round(0) }

func (m *memory) get(ref string) (*rsa.PrivateKey, bool) {
	now := m.wall()
	m.mu.Lock()
	defer m.mu.Unlock()
	for other, held := range m.held {
		if !held.fresh(now) {
			delete(m.held, other)
		}
	}
	held, found := m.held[ref]
	return held.key, found
}

// fresh is also false when the clock was set back: how old the key is cannot be
// known then.
func (h heldKey) fresh(now time.Time) bool {
	age := now.Sub(h.at)
	return age >= 0 && age < maxAge
}

func (m *memory) put(ref string, key *rsa.PrivateKey, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.held) >= maxHeld {
		for other := range m.held { // any one: the order of a map is random
			delete(m.held, other)
			break
		}
	}
	m.held[ref] = heldKey{key, at}
}

func (m *memory) forget(ref string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.held, ref)
}

// key is the private key named ref. What is in memory serves while it is fresh
// and pub's; else the secret is read, once.
func (c *Custody) key(ctx context.Context, ref string, pub *rsa.PublicKey) (*rsa.PrivateKey, error) {
	if !validRef(ref) {
		return nil, fmt.Errorf("key %q: %w: not the name of a secret of ours", ref, keys.ErrNoKey)
	}
	key, found := c.memory.get(ref)
	if found && key.PublicKey.Equal(pub) {
		return key, nil
	}
	at := c.memory.wall()
	key, err := c.read(ctx, ref)
	if err != nil {
		c.memory.forget(ref)
		return nil, err
	}
	c.memory.put(ref, key, at)
	if !key.PublicKey.Equal(pub) {
		return nil, fmt.Errorf("key %q: %w: the secret has another key than the certificate", ref, keys.ErrNoKey)
	}
	return key, nil
}

// current is the stage of the version that is in use.
const current = "AWSCURRENT"

func (c *Custody) read(ctx context.Context, ref string) (*rsa.PrivateKey, error) {
	// A rotation of Secrets Manager's own may leave a version pending; it signs nothing.
	out, err := c.api.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &ref, VersionStage: aws.String(current)})
	if err != nil {
		return nil, failure(ctx, "read key", ref, err)
	}
	if !slices.Contains(out.VersionStages, current) {
		return nil, fmt.Errorf("read key %q: %w: the version is %q", ref, keys.ErrUnavailable, out.VersionStages)
	}
	if out.SecretString == nil {
		return nil, fmt.Errorf("read key %q: %w: the secret is not text", ref, keys.ErrUnavailable)
	}
	key, err := decode(*out.SecretString)
	if err != nil {
		return nil, fmt.Errorf("read key %q: %w: the secret %w", ref, keys.ErrUnavailable, err)
	}
	return key, nil
}
