package keys

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	servicekms "github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/kms"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

func TestAKMSKeyThatIsDisabledSignsAgainOnceItIsEnabled(t *testing.T) {
	onEachKMS(t, func(t *testing.T, address string) {
		k, client := keepInKMS(t, address), kmsClient(address)
		_, err := client.DisableKey(t.Context(), &servicekms.DisableKeyInput{KeyId: &k.ref})
		must(t, err)
		err = k.sign(t.Context())
		if !errors.Is(err, keys.ErrUnavailable) {
			t.Errorf("disabled: %v", err)
		}
		_, err = client.EnableKey(t.Context(), &servicekms.EnableKeyInput{KeyId: &k.ref})
		must(t, err)
		must(t, k.sign(t.Context()))
	})
}

// kumo calls a key that waits for its deletion disabled, in KMS's other words for
// a disabled key: there another process cannot tell the two apart.
func TestAKMSKeyThatWaitsForItsDeletionIsNoKeyToOtherProcesses(t *testing.T) {
	address := emulator.LocalKMS(t)
	k := keepInKMS(t, address)
	must(t, newKMS(address).Delete(t.Context(), k.ref))
	err := k.sign(t.Context())
	if !errors.Is(err, keys.ErrNoKey) {
		t.Errorf("got %v", err)
	}
	must(t, k.custody.Delete(t.Context(), k.ref)) // as if for the first time
}

func TestAKMSKeyThatSignsForAnotherIsStoppedBeforeTheResponseLeaves(t *testing.T) {
	onEachKMS(t, func(t *testing.T, address string) {
		a, b := keepInKMS(t, address), keepInKMS(t, address)
		for _, test := range []struct {
			name string
			ref  string
			want error
		}{{"its own key", a.ref, nil}, {"another key", b.ref, saml.ErrSignature}} {
			signer, err := a.custody.Signer(t.Context(), a.ref, a.pub)
			must(t, err)
			cert, err := keys.Issue(signer, "aws-a", time.Now())
			must(t, err)
			prepared, err := saml.Prepare(response(time.Now()), saml.SigningOptions{Certificate: cert}, func(*saml.Document) error { return nil })
			must(t, err)
			signer, err = a.custody.Signer(t.Context(), test.ref, a.pub)
			must(t, err)
			signed, err := prepared.Sign(signer)
			must(t, err)
			_, err = signed.Release()
			if !errors.Is(err, test.want) {
				t.Errorf("%s: got %v, want %v", test.name, err, test.want)
			}
		}
	})
}

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

func TestBadDaysOfKMS(t *testing.T) {
	tests := []struct {
		name  string
		fault fault.Fault
	}{
		{"throttling", fault.Throttle()},
		{"a fault of its own", fault.Answer(500, "KMSInternalException")},
		{"a dependency that timed out", fault.Answer(503, "DependencyTimeoutException")},
		{"connections that break off", fault.Refuse()},
		{"answers that are lost", fault.Lose()},
		{"half answers", fault.Cut()},
		{"no permission", fault.Answer(400, "AccessDeniedException")},
	}
	address := emulator.Kumo(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			k := keepInKMS(t, address)
			k.proxy.Always("Sign", test.fault)
			err := k.sign(t.Context())
			if !errors.Is(err, keys.ErrUnavailable) || errors.Is(err, keys.ErrNoKey) {
				t.Errorf("got %v", err)
			}
			if calls := k.proxy.Calls(); len(calls) > 3 {
				t.Errorf("tried %d times", len(calls))
			}
			k.proxy.Heal()
			must(t, k.sign(t.Context()))
		})
	}
}

func TestKMSThatFailsOnceIsTriedAgain(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	for name, once := range map[string]fault.Fault{"throttling": fault.Throttle(), "a lost answer": fault.Lose(), "a fault of its own": fault.Answer(500, "KMSInternalException")} {
		k.proxy.Forget()
		k.proxy.Next("Sign", once)
		err := k.sign(t.Context())
		if err != nil || len(k.proxy.Calls()) != 2 {
			t.Errorf("%s: %v after %v", name, err, k.proxy.Calls())
		}
	}
}

func TestKMSThatIsDownIsUnavailableUntilItIsUp(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	k.proxy.Down(t)
	err := k.sign(t.Context())
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	k.proxy.Up(t)
	must(t, k.sign(t.Context()))
}

func TestKMSThatIsSlowCostsNoMoreThanTheRequestsTime(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	k.proxy.Always("Sign", fault.Hang())
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := k.sign(ctx)
	if !errors.Is(err, keys.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	k.proxy.Heal()
	must(t, k.sign(t.Context()))
}

// A connection may have died while the sandbox was frozen, without a word.
func TestACallThatHangsIsTriedAgainWithinTheRequestsTime(t *testing.T) {
	address := emulator.Kumo(t)
	k := keepInKMS(t, address)
	custody := kms.New(servicekms.NewFromConfig(impatient(k.proxy.URL, 2*time.Second)), kms.Options{})
	k.proxy.Next("Sign", fault.Hang())
	must(t, sign(t.Context(), custody, k.ref, k.pub))
	// A busy machine may be slow to answer a try that did not hang, too.
	if calls := k.proxy.Calls(); len(calls) < 2 || slices.ContainsFunc(calls, func(call string) bool { return call != "Sign" }) {
		t.Errorf("called %v", calls)
	}
}

func TestAKeyIsMadeOnceThoughTheAnswerIsLost(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	k.proxy.Next("CreateKey", fault.Lose())
	_, _, err := k.custody.Generate(t.Context(), "aws-b")
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if calls := k.proxy.Calls(); !slices.Equal(calls, []string{"CreateKey"}) {
		t.Errorf("called %v", calls)
	}
}

func TestAKMSKeyThatCannotBeUsedIsScheduledForDeletion(t *testing.T) {
	k := keepInKMS(t, emulator.Kumo(t))
	k.proxy.Always("GetPublicKey", fault.Answer(400, "AccessDeniedException"))
	_, _, err := k.custody.Generate(t.Context(), "aws-b")
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if calls := k.proxy.Calls(); !slices.Equal(calls, []string{"CreateKey", "GetPublicKey", "ScheduleKeyDeletion"}) {
		t.Errorf("called %v", calls)
	}
}
