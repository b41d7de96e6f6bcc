package kms

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/gatepost/gatepost/internal/keys"
)

// The tags of a key. Policies may go by them.
const (
	TagConnector = "gatepost:connector" // slug of the connector that the key was made for
	TagStack     = "gatepost:stack"     // of the installation, where Options.Stack names it
)

// cleanupTime is how long a key that came to nothing may take to be removed,
// after the request that made it has ended or failed.
const cleanupTime = 5 * time.Second

// Generate implements [keys.Custodian]. A key that KMS made without its answer
// reaching us stays behind, unused; its tag tells what it was made for.
func (c *Custody) Generate(ctx context.Context, slug string) (string, crypto.Signer, error) {
	err := ctx.Err()
	if err != nil {
		return "", nil, fmt.Errorf("make a key for %q: %w", slug, err)
	}
	policy, err := policyFor(holders{c.options.SignerRoles, c.options.KeeperRole}, c.options.Window)
	if err != nil {
		return "", nil, fmt.Errorf("make a key for %q: %w: %w", slug, keys.ErrUnavailable, err)
	}
	ref, err := c.create(ctx, slug, policy)
	if err != nil {
		return "", nil, err
	}
	pub, err := c.publicKey(ctx, ref)
	if err != nil {
		return "", nil, c.discard(ctx, ref, err)
	}
	return ref, keys.Bind(ctx, pub, func(ctx context.Context, digest []byte) ([]byte, error) {
		var signature []byte
		err := untilKnown(ctx, func() error {
			var err error
			signature, err = c.sign(ctx, ref, digest)
			return err
		})
		return signature, err
	}), nil
}

func (c *Custody) create(ctx context.Context, slug, policy string) (string, error) {
	out, err := c.api.CreateKey(ctx, &kms.CreateKeyInput{
		Description:                    aws.String("Signing key of Gatepost's connector " + slug),
		KeySpec:                        types.KeySpecRsa2048,
		KeyUsage:                       types.KeyUsageTypeSignVerify,
		Origin:                         types.OriginTypeAwsKms,
		Policy:                         &policy,
		BypassPolicyLockoutSafetyCheck: true,
		Tags:                           c.tags(slug),
	}, once)
	if err != nil {
		return "", failure(ctx, "make a key for", slug, err)
	}
	if out.KeyMetadata == nil {
		return "", fmt.Errorf("make a key for %q: %w: KMS did not say which key it made", slug, keys.ErrUnavailable)
	}
	return aws.ToString(out.KeyMetadata.Arn), nil
}

func (c *Custody) tags(slug string) []types.Tag {
	tags := []types.Tag{{TagKey: aws.String(TagConnector), TagValue: &slug}}
	if c.options.Stack != "" {
		tags = append(tags, types.Tag{TagKey: aws.String(TagStack), TagValue: &c.options.Stack})
	}
	return tags
}

// once keeps the client from repeating a call.
func once(o *kms.Options) { o.RetryMaxAttempts = 1 }

// publicKey is the public half of a new key, which has to be what was asked for.
func (c *Custody) publicKey(ctx context.Context, ref string) (*rsa.PublicKey, error) {
	if !refPattern.MatchString(ref) {
		return nil, fmt.Errorf("new key %q: %w: KMS gave it an unknown form of ARN", ref, keys.ErrUnavailable)
	}
	var out *kms.GetPublicKeyOutput
	err := untilKnown(ctx, func() error {
		var err error
		out, err = c.api.GetPublicKey(ctx, &kms.GetPublicKeyInput{KeyId: &ref})
		return err
	})
	if err != nil {
		return nil, failure(ctx, "public half of key", ref, err)
	}
	parsed, err := x509.ParsePKIXPublicKey(out.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("public half of key %q: %w: %w", ref, keys.ErrUnavailable, err)
	}
	pub, isRSA := parsed.(*rsa.PublicKey)
	if !isRSA || pub.N.BitLen() != keys.Bits {
		return nil, fmt.Errorf("public half of key %q: %w: not RSA of %d bits", ref, keys.ErrUnavailable, keys.Bits)
	}
	return pub, nil
}

// discard schedules the deletion of a key that came to nothing, and returns why
// it did. KMS may not know the key yet, which is not to say that there is none.
func (c *Custody) discard(ctx context.Context, ref string, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if !refPattern.MatchString(ref) {
		return why
	}
	err := untilKnown(ctx, func() error { return c.schedule(ctx, ref) })
	if err != nil && !isPendingDeletion(err) {
		return errors.Join(why, fmt.Errorf("remove the unused key: %w", failure(ctx, "delete key", ref, err)))
	}
	return why
}

// The pauses while KMS learns of its own new key: five, three seconds together.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 1600 * time.Millisecond
)

// untilKnown repeats a call while KMS does not know the key that it has just
// made: see [AWS KMS eventual consistency].
//
// [AWS KMS eventual consistency]: https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
func untilKnown(ctx context.Context, call func() error) error {
	for pause := firstPause; ; pause *= 2 {
		err := call()
		if !isNotFound(err) || pause > lastPause {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
