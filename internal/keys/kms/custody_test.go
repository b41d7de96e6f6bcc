package kms

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/saml"
)

func TestCustody(t *testing.T) {
	keystest.Run(t, func(*testing.T) keys.Custodian { return New(newFake(), Options{SignerRoles: signerRoles}) }, keystest.Options{})
}

var digest = sha256.Sum256([]byte("x"))

func trySign(ctx context.Context, c *Custody, ref string, pub *rsa.PublicKey) error {
	signer, err := c.Signer(ctx, ref, pub)
	if err != nil {
		return err
	}
	_, err = signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	return err
}

func TestASignatureIsOneCallAndASignerIsNone(t *testing.T) {
	c, fake, ref, pub := made(t)
	signer, err := c.Signer(t.Context(), ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	if calls := fake.count(); len(calls) != 0 {
		t.Errorf("Signer called %v", calls)
	}
	_, err = signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if calls := fake.count(); !maps.Equal(calls, map[string]int{"Sign": 1}) {
		t.Errorf("Sign called %v", calls)
	}
}

func TestAKeyIsMadeForSignaturesAlone(t *testing.T) {
	fake := newFake()
	c := New(fake, Options{SignerRoles: signerRoles, Stack: "gatepost-prod"})
	_, _, err := c.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	in := fake.created
	if in.KeySpec != types.KeySpecRsa2048 || in.KeyUsage != types.KeyUsageTypeSignVerify || in.Origin != types.OriginTypeAwsKms || in.MultiRegion != nil {
		t.Errorf("asked for %s, %s", in.KeySpec, in.KeyUsage)
	}
	if !in.BypassPolicyLockoutSafetyCheck {
		t.Error("the caller would have to be allowed to change the policy")
	}
	tags := map[string]string{}
	for _, tag := range in.Tags {
		tags[*tag.TagKey] = *tag.TagValue
	}
	if !maps.Equal(tags, map[string]string{"gatepost:connector": "aws-a", "gatepost:stack": "gatepost-prod"}) {
		t.Errorf("tags %v", tags)
	}
	if !strings.Contains(*in.Description, "aws-a") {
		t.Errorf("description %q", *in.Description)
	}
	if fake.retries != 1 {
		t.Errorf("the making of a key is tried %d times", fake.retries)
	}
}

func TestAKeyEndsAfterTheWindow(t *testing.T) {
	for window, want := range map[int32]int32{0: 30, 7: 7} {
		fake := newFake()
		c := New(fake, Options{SignerRoles: signerRoles, Window: window})
		ref, _, err := c.Generate(t.Context(), "aws-a")
		if err != nil {
			t.Fatal(err)
		}
		err = c.Delete(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if got := fake.keys[ref].window; got != want {
			t.Errorf("window %d became %d days, want %d", window, got, want)
		}
	}
}

func TestFaultsInTheWordsOfPackageKeys(t *testing.T) {
	text := func(s string) *string { return &s }
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"unknown", &types.NotFoundException{}, keys.ErrNoKey},
		{"waits for its deletion", &types.KMSInvalidStateException{Message: text("arn:x is pending deletion.")}, keys.ErrNoKey},
		{"waits for its deletion, said the other way", &types.DisabledException{Message: text("arn:x is pending deletion (or pending replica deletion).")}, keys.ErrNoKey},
		{"not for signatures", &types.InvalidKeyUsageException{}, keys.ErrNoKey},
		{"disabled", &types.DisabledException{Message: text("arn:x is disabled.")}, keys.ErrUnavailable},
		{"in another state", &types.KMSInvalidStateException{Message: text("arn:x is pending import.")}, keys.ErrUnavailable},
		{"unavailable", &types.KeyUnavailableException{}, keys.ErrUnavailable},
		{"internal error", &types.KMSInternalException{}, keys.ErrUnavailable},
		{"dependency timed out", &types.DependencyTimeoutException{}, keys.ErrUnavailable},
		{"throttled", &smithy.GenericAPIError{Code: "ThrottlingException", Message: "Rate exceeded"}, keys.ErrUnavailable},
		{"not allowed", &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}, keys.ErrUnavailable},
		{"no connection", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, keys.ErrUnavailable},
		{"a timeout of the client", context.DeadlineExceeded, keys.ErrUnavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, fake, ref, pub := made(t)
			fake.fault["Sign"] = fmt.Errorf("operation error KMS: Sign: %w", test.err)
			fake.times = 1
			err := trySign(t.Context(), c, ref, pub)
			for _, kind := range []error{keys.ErrNoKey, keys.ErrUnavailable} {
				if errors.Is(err, kind) != (kind == test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			}
			if !errors.Is(err, test.err) || !strings.Contains(err.Error(), ref) {
				t.Errorf("%v names neither cause nor key", err)
			}
			err = trySign(t.Context(), c, ref, pub)
			if err != nil {
				t.Errorf("no recovery: %v", err)
			}
		})
	}
}

func TestAnEndedContextIsTheReason(t *testing.T) {
	c, fake, ref, pub := made(t)
	ctx, cancel := context.WithCancel(t.Context())
	signer, err := c.Signer(ctx, ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	fake.fault["Sign"] = errors.New("the client's own words")
	fake.enters = cancel
	_, err = signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestDeletionHoldsAtOnceThoughKMSSpreadsItSlowly(t *testing.T) {
	c, fake, ref, pub := made(t)
	err := c.Delete(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	fake.keys[ref].pending = false // as a part of KMS that has not heard of it
	err = trySign(t.Context(), c, ref, pub)
	if !errors.Is(err, keys.ErrNoKey) {
		t.Errorf("got %v", err)
	}
}

func TestDeletionThatFailsIsTold(t *testing.T) {
	c, fake, ref, pub := made(t)
	fake.fault["ScheduleKeyDeletion"], fake.times = &types.DependencyTimeoutException{}, 1
	err := c.Delete(t.Context(), ref)
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	err = trySign(t.Context(), c, ref, pub)
	if err != nil {
		t.Errorf("a key that was not deleted does not sign: %v", err)
	}
	err = c.Delete(t.Context(), ref)
	if err != nil {
		t.Error(err)
	}
}

func TestTheMemoryOfDeletionsIsBounded(t *testing.T) {
	c := New(newFake(), Options{})
	for range 2*maxDeleted + 1 {
		c.remember(fakeARN())
	}
	if len(c.deleted) > maxDeleted {
		t.Errorf("%d deletions are remembered", len(c.deleted))
	}
}

func TestAnAliasIsNoKey(t *testing.T) {
	c, fake, ref, pub := made(t)
	for _, name := range []string{"alias/gatepost", ref[:strings.Index(ref, "key/")] + "alias/gatepost", ref[len(ref)-36:]} {
		err := trySign(t.Context(), c, name, pub)
		if !errors.Is(err, keys.ErrNoKey) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if calls := fake.count(); len(calls) != 0 {
		t.Errorf("called %v", calls)
	}
}

func TestAKeyThatSignsForAnotherIsStoppedBeforeTheResponseLeaves(t *testing.T) {
	c, fake, ref, _ := made(t)
	signer, err := c.Signer(t.Context(), ref, &fake.keys[ref].private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	cert, err := keys.Issue(signer, "aws-a", now)
	if err != nil {
		t.Fatal(err)
	}
	launch := func() error { return issue(t, signer, cert, now) }
	err = launch()
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		t.Fatal(err)
	}
	fake.keys[ref].private = other
	err = launch()
	if !errors.Is(err, saml.ErrSignature) {
		t.Errorf("a response signed with another key: got %v, want %v", err, saml.ErrSignature)
	}
}

func issue(t *testing.T, signer crypto.Signer, cert *x509.Certificate, now time.Time) error {
	t.Helper()
	prepared, err := saml.Prepare(response(now), saml.SigningOptions{Certificate: cert}, func(*saml.Document) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	signed, err := prepared.Sign(signer)
	if err != nil {
		return err
	}
	_, err = signed.Release()
	return err
}

func TestAKeyThatKMSDoesNotKnowYetIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFake()
		fake.fault["GetPublicKey"], fake.fault["Sign"] = &types.NotFoundException{}, &types.NotFoundException{}
		fake.times = 3
		_, signer, err := New(fake, Options{SignerRoles: signerRoles}).Generate(t.Context(), "aws-a")
		if err != nil {
			t.Fatal(err)
		}
		_, err = signer.Sign(rand.Reader, digest[:], crypto.SHA256)
		if err != nil {
			t.Error(err)
		}
		if calls := fake.count(); calls["CreateKey"] != 1 || calls["GetPublicKey"] != 4 || calls["Sign"] != 4 {
			t.Errorf("called %v", calls)
		}
	})
}

func TestAKeyThatCannotBeUsedIsRemoved(t *testing.T) {
	tests := []struct {
		name  string
		fault error
	}{
		{"its public half is not told", &types.KMSInternalException{}},
		{"it is never found", &types.NotFoundException{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := newFake()
				fake.fault["GetPublicKey"] = test.fault
				_, _, err := New(fake, Options{SignerRoles: signerRoles}).Generate(t.Context(), "aws-a")
				if !errors.Is(err, test.fault) {
					t.Fatalf("got %v", err)
				}
				for _, key := range fake.keys {
					if !key.pending {
						t.Error("the key is left behind")
					}
				}
			})
		})
	}
}

func TestAKeyThatCannotBeRemovedIsTold(t *testing.T) {
	fake := newFake()
	fake.fault["GetPublicKey"] = &types.KMSInternalException{}
	fake.fault["ScheduleKeyDeletion"] = &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}
	_, _, err := New(fake, Options{SignerRoles: signerRoles}).Generate(t.Context(), "aws-a")
	if err == nil || !strings.Contains(err.Error(), "remove the unused key") {
		t.Errorf("got %v", err)
	}
}

func TestNoKeyIsMadeThatNobodyMayUse(t *testing.T) {
	tests := []struct {
		name  string
		roles []string
		word  string
	}{
		{"no roles", nil, "no role"},
		{"a user", []string{"arn:aws:iam::111122223333:user/alice"}, "not the ARN"},
		{"everybody", []string{"*"}, "not the ARN"},
		{"the account", []string{"arn:aws:iam::111122223333:root"}, "not the ARN"},
		{"two accounts", []string{signerRoles[0], "arn:aws:iam::444455556666:role/x"}, "another account"},
		{"two partitions", []string{signerRoles[0], "arn:aws-cn:iam::111122223333:role/x"}, "another account"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := newFake()
			_, _, err := New(fake, Options{SignerRoles: test.roles}).Generate(t.Context(), "aws-a")
			if !errors.Is(err, keys.ErrUnavailable) || !strings.Contains(err.Error(), test.word) {
				t.Errorf("got %v", err)
			}
			if len(fake.keys) != 0 {
				t.Error("a key was made")
			}
		})
	}
}

func TestCreateKeyThatSaysNothingIsAnError(t *testing.T) {
	_, err := New(&mute{newFake()}, Options{SignerRoles: signerRoles}).create(t.Context(), "aws-a", "{}")
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// response is one that nothing is wrong with.
func response(now time.Time) saml.Response {
	return saml.Response{
		ID: "_response", AssertionID: "_assertion", SessionIndex: "_session",
		Issuer:       "https://sso.example.com/metadata/aws-a",
		Destination:  "https://signin.aws.amazon.com/saml",
		Audiences:    []string{"https://signin.aws.amazon.com/saml"},
		NameID:       "u-7f3k",
		NameIDFormat: saml.NameIDPersistent,
		IssueInstant: now,
		NotBefore:    now.Add(-time.Minute),
		NotOnOrAfter: now.Add(5 * time.Minute),
		AuthnInstant: now.Add(-time.Hour),
		AuthnContext: saml.AuthnPasswordProtectedTransport,
		Attributes:   []saml.Attribute{{Name: "https://aws.amazon.com/SAML/Attributes/RoleSessionName", Values: []string{"alice@example.com"}}},
	}
}
