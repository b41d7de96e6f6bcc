package secrets

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
)

// API are the calls in use; a *secretsmanager.Client of the SDK has them.
type API interface {
	CreateSecret(ctx context.Context, in *secretsmanager.CreateSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.CreateSecretOutput, error)
	GetSecretValue(ctx context.Context, in *secretsmanager.GetSecretValueInput, options ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	DeleteSecret(ctx context.Context, in *secretsmanager.DeleteSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.DeleteSecretOutput, error)
}

// Options say how secrets are made and deleted. All have useful zero values.
type Options struct {
	Key    string           // the KMS key that encrypts new secrets: ID, ARN or alias; empty for the account's own
	Stack  string           // part of the names of new secrets, to keep installations apart; empty for none
	Window int64            // days from Delete to the end of the secret, 7 to 30; zero for 30
	Now    func() time.Time // the clock that the memory of keys goes by; nil for time.Now
}

// The tags of a secret. Policies may go by them.
const (
	TagConnector = "gatepost:connector" // slug of the connector that the key was made for
	TagStack     = "gatepost:stack"     // of the installation, where Options.Stack names it
)

const (
	// longestWindow is what Secrets Manager takes at most, and also its default.
	longestWindow = 30

	// cleanupTime is how long a secret that came to nothing may take to be
	// removed, after the request that made it has ended or failed.
	cleanupTime = 5 * time.Second
)

// refPattern is the name of a secret of ours. It does not end like the suffix of
// an ARN, for which Secrets Manager would take the end of a name.
var refPattern = regexp.MustCompile(`^gatepost/([A-Za-z0-9-]+/)?keys/k_[a-z2-7]{26}$`)

// maxRef has room for the longest name of a stack, which has 128 characters. The
// pattern does not count them: {1,128} is compiled into as many copies, for which
// every function that links this package would wait at its start.
const maxRef = len("gatepost//keys/k_") + 128 + 26

func validRef(ref string) bool { return len(ref) <= maxRef && refPattern.MatchString(ref) }

// Custody is Secrets Manager in one region. It is safe for concurrent use.
type Custody struct {
	api     API
	options Options
	memory  memory
}

var _ keys.Custodian = (*Custody)(nil)

// New makes the custody. It calls nothing.
func New(api API, options Options) *Custody {
	if options.Window == 0 {
		options.Window = longestWindow
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Custody{api: api, options: options, memory: memory{now: options.Now, held: make(map[string]heldKey)}}
}

// Generate implements [keys.Custodian].
func (c *Custody) Generate(ctx context.Context, slug string) (string, crypto.Signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		return "", nil, fmt.Errorf("generate a key for %q: %w", slug, err)
	}
	ref, err := c.Import(ctx, slug, key)
	if err != nil {
		return "", nil, err
	}
	signer, err := c.Signer(ctx, ref, &key.PublicKey)
	if err != nil {
		return "", nil, c.discard(ctx, ref, err)
	}
	return ref, signer, nil
}

// Import implements [keys.Custodian].
func (c *Custody) Import(ctx context.Context, slug string, key *rsa.PrivateKey) (string, error) {
	err := ctx.Err()
	if err != nil {
		return "", fmt.Errorf("keep a key for %q: %w", slug, err)
	}
	value, err := encode(key)
	if err != nil {
		return "", fmt.Errorf("keep a key for %q: %w", slug, err)
	}
	ref := c.newName()
	if !validRef(ref) {
		return "", fmt.Errorf("keep a key for %q: %w: %q cannot be part of a secret's name", slug, keys.ErrUnavailable, c.options.Stack)
	}
	in := &secretsmanager.CreateSecretInput{
		Name:               &ref,
		Description:        aws.String("Signing key of Gatepost's connector " + slug),
		SecretString:       &value,
		ClientRequestToken: aws.String(idp.NewSecret()),
		Tags:               c.tags(slug),
	}
	if c.options.Key != "" {
		in.KmsKeyId = &c.options.Key
	}
	_, err = c.api.CreateSecret(ctx, in)
	var exists *types.ResourceExistsException
	switch {
	case err == nil:
		return ref, nil
	case errors.As(err, &exists):
		// The name is new and random: an earlier try of this very call got
		// through, and its answer was lost.
		return ref, nil
	case isAnswer(err):
		return "", failure(ctx, "keep a key for", slug, err)
	}
	return "", c.discard(ctx, ref, failure(ctx, "keep a key for", slug, err))
}

func (c *Custody) newName() string {
	if c.options.Stack == "" {
		return "gatepost/keys/" + idp.NewID("k_")
	}
	return "gatepost/" + c.options.Stack + "/keys/" + idp.NewID("k_")
}

func (c *Custody) tags(slug string) []types.Tag {
	tags := []types.Tag{{Key: aws.String(TagConnector), Value: &slug}}
	if c.options.Stack != "" {
		tags = append(tags, types.Tag{Key: aws.String(TagStack), Value: &c.options.Stack})
	}
	return tags
}

// Signer implements [keys.Custodian]. It reads the secret unless the key is in
// memory; Sign looks again.
func (c *Custody) Signer(ctx context.Context, ref string, pub *rsa.PublicKey) (crypto.Signer, error) {
	err := ctx.Err()
	if err != nil {
		return nil, fmt.Errorf("signer for key %q: %w", ref, err)
	}
	_, err = c.key(ctx, ref, pub)
	if err != nil {
		return nil, err
	}
	return keys.Bind(ctx, pub, func(ctx context.Context, digest []byte) ([]byte, error) {
		return c.sign(ctx, ref, pub, digest)
	}), nil
}

func (c *Custody) sign(ctx context.Context, ref string, pub *rsa.PublicKey, digest []byte) ([]byte, error) {
	key, err := c.key(ctx, ref, pub)
	if err != nil {
		return nil, err
	}
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest)
	if err != nil {
		return nil, fmt.Errorf("sign with key %q: %w: %w", ref, keys.ErrUnavailable, err)
	}
	return signature, nil
}

// Delete implements [keys.Custodian]. The secret cannot be read from now on, and
// ends after the window; until then an administrator can restore it.
func (c *Custody) Delete(ctx context.Context, ref string) error {
	err := ctx.Err()
	if err != nil {
		return fmt.Errorf("delete key %q: %w", ref, err)
	}
	if !validRef(ref) {
		return nil
	}
	c.memory.forget(ref)
	_, err = c.api.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{
		SecretId:             &ref,
		RecoveryWindowInDays: &c.options.Window,
	})
	if err != nil && !isGone(err) {
		return failure(ctx, "delete key", ref, err)
	}
	return nil
}

// discard removes a secret that came to nothing, if it is there at all, and
// returns why it did.
func (c *Custody) discard(ctx context.Context, ref string, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	err := c.Delete(ctx, ref)
	if err != nil {
		return errors.Join(why, fmt.Errorf("remove the unused key: %w", err))
	}
	return why
}

// Format keeps the client, and the keys in memory, out of messages and logs.
func (c *Custody) Format(f fmt.State, _ rune) {
	// A failed write to a formatter's buffer has nobody to be told.
	_, _ = io.WriteString(f, "keys in AWS Secrets Manager")
}
