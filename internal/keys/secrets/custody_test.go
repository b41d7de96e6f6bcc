package secrets

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/keystest"
)

func TestCustody(t *testing.T) {
	keystest.Run(t, func(*testing.T) keys.Custodian { return New(newFake(), Options{}) }, keystest.Options{CanImport: true})
}

var digest = sha256.Sum256([]byte("x"))

func trySign(ctx context.Context, c *Custody, ref string, pub *rsa.PublicKey) error {
	signer, err := c.Signer(ctx, ref, pub)
	if err != nil {
		return err
	}
	signature, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return err
	}
	return rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest[:], signature)
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestASecretIsMadeAsAsked(t *testing.T) {
	fake := newFake()
	c := New(fake, Options{Key: "alias/gatepost", Stack: "gatepost-prod", Window: 7})
	ref, err := c.Import(t.Context(), "aws-a", newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	in := fake.created
	if !strings.HasPrefix(ref, "gatepost/gatepost-prod/keys/k_") || *in.Name != ref {
		t.Errorf("ref %q of secret %q", ref, *in.Name)
	}
	if aws.ToString(in.KmsKeyId) != "alias/gatepost" || len(*in.ClientRequestToken) < 32 || len(*in.ClientRequestToken) > 64 {
		t.Errorf("KMS key %v, token %q", in.KmsKeyId, *in.ClientRequestToken)
	}
	tags := map[string]string{}
	for _, tag := range in.Tags {
		tags[*tag.Key] = *tag.Value
	}
	if !maps.Equal(tags, map[string]string{"gatepost:connector": "aws-a", "gatepost:stack": "gatepost-prod"}) {
		t.Errorf("tags %v", tags)
	}
	err = c.Delete(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if fake.pending[ref] != 7 {
		t.Errorf("%d days are left", fake.pending[ref])
	}
}

func TestTheAccountsOwnKeyEncryptsByDefault(t *testing.T) {
	_, fake, _, ref, _ := kept(t)
	if fake.created.KmsKeyId != nil || !strings.HasPrefix(ref, "gatepost/keys/k_") {
		t.Errorf("KMS key %v, ref %q", fake.created.KmsKeyId, ref)
	}
}

func TestAStackThatCannotBeInANameIsRefused(t *testing.T) {
	fake := newFake()
	_, err := New(fake, Options{Stack: "a/../b"}).Import(t.Context(), "aws-a", newKey(t))
	if !errors.Is(err, keys.ErrUnavailable) || len(fake.count()) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestFaultsInTheWordsOfPackageKeys(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"unknown", &types.ResourceNotFoundException{}, keys.ErrNoKey},
		{"marked for deletion", &types.InvalidRequestException{Message: aws.String("You can't perform this operation on the secret because it was marked for deletion.")}, keys.ErrNoKey},
		{"another state", &types.InvalidRequestException{Message: aws.String("The secret is managed by another service.")}, keys.ErrUnavailable},
		{"KMS does not decrypt", &types.DecryptionFailure{}, keys.ErrUnavailable},
		{"internal error", &types.InternalServiceError{}, keys.ErrUnavailable},
		{"throttled", &smithy.GenericAPIError{Code: "ThrottlingException", Message: "Rate exceeded"}, keys.ErrUnavailable},
		{"not allowed", &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}, keys.ErrUnavailable},
		{"no connection", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, keys.ErrUnavailable},
		{"an answer that is none", &smithy.DeserializationError{Err: errors.New("x")}, keys.ErrUnavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, fake, _, ref, pub := kept(t)
			c.memory.forget(ref) // as at a cold start
			fake.fault["GetSecretValue"] = fmt.Errorf("operation error Secrets Manager: GetSecretValue: %w", test.err)
			err := trySign(t.Context(), c, ref, pub)
			for _, kind := range []error{keys.ErrNoKey, keys.ErrUnavailable} {
				if errors.Is(err, kind) != (kind == test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			}
			delete(fake.fault, "GetSecretValue")
			err = trySign(t.Context(), c, ref, pub)
			if err != nil {
				t.Errorf("no recovery: %v", err)
			}
		})
	}
}

func TestALostAnswerToTheMakingOfASecret(t *testing.T) {
	lost := &net.OpError{Op: "read", Err: errors.New("connection reset")}
	t.Run("leaves no secret behind", func(t *testing.T) {
		fake := newFake()
		fake.fault["CreateSecret"], fake.lost = lost, true
		_, err := New(fake, Options{}).Import(t.Context(), "aws-a", newKey(t))
		if !errors.Is(err, keys.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if len(fake.values) != 1 || len(fake.pending) != 1 {
			t.Errorf("of %d secrets %d are deleted", len(fake.values), len(fake.pending))
		}
	})
	t.Run("does not matter when the client's second try finds the secret", func(t *testing.T) {
		fake := newFake()
		fake.fault["CreateSecret"], fake.lost = &types.ResourceExistsException{}, true
		c, key := New(fake, Options{}), newKey(t)
		ref, err := c.Import(t.Context(), "aws-a", key)
		if err != nil {
			t.Fatal(err)
		}
		err = trySign(t.Context(), c, ref, &key.PublicKey)
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("that cannot be tidied up is told", func(t *testing.T) {
		fake := newFake()
		fake.fault["CreateSecret"], fake.fault["DeleteSecret"] = lost, lost
		_, err := New(fake, Options{}).Import(t.Context(), "aws-a", newKey(t))
		if err == nil || !strings.Contains(err.Error(), "remove the unused key") {
			t.Errorf("got %v", err)
		}
	})
}

func TestARefusalIsNotTidiedUpAfter(t *testing.T) {
	fake := newFake()
	fake.fault["CreateSecret"] = &smithy.GenericAPIError{Code: "AccessDeniedException"}
	_, err := New(fake, Options{}).Import(t.Context(), "aws-a", newKey(t))
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if calls := fake.count(); calls["DeleteSecret"] != 0 {
		t.Errorf("called %v", calls)
	}
}

func TestAKeyThatCannotBeReadBackIsRemoved(t *testing.T) {
	fake := newFake()
	fake.fault["GetSecretValue"] = &types.InternalServiceError{}
	_, _, err := New(fake, Options{}).Generate(t.Context(), "aws-a")
	if !errors.Is(err, keys.ErrUnavailable) || len(fake.pending) != 1 {
		t.Errorf("got %v, %d deleted", err, len(fake.pending))
	}
}

func TestAnErrorThatQuotesTheSecretIsNotPassedOn(t *testing.T) {
	fake, key := newFake(), newKey(t)
	value, err := encode(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"ValidationException", "InvalidParameterException"} {
		fake.fault["CreateSecret"] = fmt.Errorf("operation error: %w", &smithy.GenericAPIError{Code: code, Message: "Value '" + value + "' at 'secretString' is wrong"})
		_, err = New(fake, Options{}).Import(t.Context(), "aws-a", key)
		if err == nil || strings.Contains(err.Error(), "PRIVATE KEY") || !strings.Contains(err.Error(), code) {
			t.Errorf("%s: got %v", code, err)
		}
	}
	c, fake, _, ref, pub := kept(t)
	c.memory.forget(ref)
	fake.fault["GetSecretValue"] = &smithy.DeserializationError{Err: errors.New("invalid character after " + value), Snapshot: []byte(value)}
	err = trySign(t.Context(), c, ref, pub)
	if err == nil || strings.Contains(err.Error(), "PRIVATE KEY") {
		t.Errorf("got %v", err)
	}
}

func TestNamesOutsideOfOursAreNeverRead(t *testing.T) {
	c, fake, _, ref, pub := kept(t)
	for _, name := range []string{"database/password", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:" + ref + "-AbCdEf", "x" + ref, ref[len("gatepost/"):], "gatepost/a/b/keys/" + ref[len(ref)-28:]} {
		err := trySign(t.Context(), c, name, pub)
		if !errors.Is(err, keys.ErrNoKey) {
			t.Errorf("%q: got %v", name, err)
		}
		err = c.Delete(t.Context(), name)
		if err != nil {
			t.Error(err)
		}
	}
	if calls := fake.count(); len(calls) != 0 {
		t.Errorf("called %v", calls)
	}
}
