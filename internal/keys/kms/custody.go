package kms

import (
	"context"
	"crypto"
	"crypto/rsa"
	"fmt"
	"io"
	"regexp"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/gatepost/gatepost/internal/keys"
)

// API are the calls in use; a *kms.Client of the SDK has them.
type API interface {
	CreateKey(ctx context.Context, in *kms.CreateKeyInput, options ...func(*kms.Options)) (*kms.CreateKeyOutput, error)
	GetPublicKey(ctx context.Context, in *kms.GetPublicKeyInput, options ...func(*kms.Options)) (*kms.GetPublicKeyOutput, error)
	Sign(ctx context.Context, in *kms.SignInput, options ...func(*kms.Options)) (*kms.SignOutput, error)
	ScheduleKeyDeletion(ctx context.Context, in *kms.ScheduleKeyDeletionInput, options ...func(*kms.Options)) (*kms.ScheduleKeyDeletionOutput, error)
}

// Options say how keys are made and deleted. A custody that only signs needs
// none.
type Options struct {
	SignerRoles []string // ARNs of the IAM roles, all of one account, that new keys let sign
	KeeperRole  string   // ARN of the role that Delete is called in, which new keys let do so; empty for administrators alone
	Stack       string   // noted beside new keys as [TagStack]; empty for no note
	Window      int32    // days from Delete to the end of the key, 7 to 30; zero for 30
}

// longestWindow is what KMS takes at most, and also its default.
const longestWindow = 30

// refPattern is a key's ARN. Aliases are refused: one that is moved would sign
// with another key.
var refPattern = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Custody is a region of KMS. It is safe for concurrent use.
type Custody struct {
	api     API
	options Options

	mu      sync.Mutex
	deleted map[string]struct{} // refs that Delete was called for
}

var _ keys.Custodian = (*Custody)(nil)

// New makes the custody. It calls nothing.
func New(api API, options Options) *Custody {
	if options.Window == 0 {
		options.Window = longestWindow
	}
	return &Custody{api: api, options: options, deleted: make(map[string]struct{})}
}

// Import implements [keys.Custodian] by taking nothing: KMS can import a private
// key, but this package does not.
func (c *Custody) Import(context.Context, string, *rsa.PrivateKey) (string, error) {
	return "", keys.ErrNoImport
}

// Signer implements [keys.Custodian]. It calls nothing; Sign is one call of KMS,
// and says what is wrong with the key.
func (c *Custody) Signer(ctx context.Context, ref string, pub *rsa.PublicKey) (crypto.Signer, error) {
	err := ctx.Err()
	if err != nil {
		return nil, fmt.Errorf("signer for key %q: %w", ref, err)
	}
	if !refPattern.MatchString(ref) {
		return nil, fmt.Errorf("signer for key %q: %w: not the ARN of a KMS key", ref, keys.ErrNoKey)
	}
	return keys.Bind(ctx, pub, func(ctx context.Context, digest []byte) ([]byte, error) {
		return c.sign(ctx, ref, digest)
	}), nil
}

func (c *Custody) sign(ctx context.Context, ref string, digest []byte) ([]byte, error) {
	if c.isDeleted(ref) {
		return nil, fmt.Errorf("sign with key %q: %w: it was deleted", ref, keys.ErrNoKey)
	}
	out, err := c.api.Sign(ctx, &kms.SignInput{
		KeyId:            &ref,
		Message:          digest,
		MessageType:      types.MessageTypeDigest,
		SigningAlgorithm: types.SigningAlgorithmSpecRsassaPkcs1V15Sha256,
	})
	if err != nil {
		return nil, failure(ctx, "sign with key", ref, err)
	}
	return out.Signature, nil
}

// Delete implements [keys.Custodian]. The key is of no use from now on, and ends
// after the window; until then an administrator can take the deletion back.
func (c *Custody) Delete(ctx context.Context, ref string) error {
	err := ctx.Err()
	if err != nil {
		return fmt.Errorf("delete key %q: %w", ref, err)
	}
	if !refPattern.MatchString(ref) {
		return nil
	}
	err = c.schedule(ctx, ref)
	if err != nil && !isGone(err) {
		return failure(ctx, "delete key", ref, err)
	}
	c.remember(ref)
	return nil
}

func (c *Custody) schedule(ctx context.Context, ref string) error {
	_, err := c.api.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{
		KeyId:               &ref,
		PendingWindowInDays: aws.Int32(c.options.Window),
	})
	return err
}

// maxDeleted is how many deleted keys are remembered. It takes that many
// deletions within the minutes that KMS needs to spread one for the memory to
// matter and to be too short.
const maxDeleted = 1024

// remember makes a deletion hold at once. KMS is eventually consistent: it may
// go on signing for minutes with a key that waits for its end.
func (c *Custody) remember(ref string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.deleted) >= maxDeleted {
		clear(c.deleted)
	}
	c.deleted[ref] = struct{}{}
}

func (c *Custody) isDeleted(ref string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, deleted := c.deleted[ref]
	return deleted
}

// Format keeps the client, and the credentials in it, out of messages and logs.
func (c *Custody) Format(f fmt.State, _ rune) {
	// A failed write to a formatter's buffer has nobody to be told.
	_, _ = io.WriteString(f, "keys in AWS KMS")
}
