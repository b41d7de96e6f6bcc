package keys

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/secrets"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// clock is a clock that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func keepInSecrets(t *testing.T, address string) (kept, *clock) {
	t.Helper()
	watch := &clock{time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	return keep(t, address, func(address string) keys.Custodian { return newSecrets(address, secrets.Options{Now: watch.now}) }), watch
}

func TestBadDaysOfSecretsManager(t *testing.T) {
	tests := []struct {
		name  string
		fault fault.Fault
	}{
		{"throttling", fault.Throttle()},
		{"a fault of its own", fault.Answer(500, "InternalServiceError")},
		{"KMS that does not decrypt", fault.Answer(400, "DecryptionFailure")},
		{"connections that break off", fault.Refuse()},
		{"answers that are lost", fault.Lose()},
		{"half answers", fault.Cut()},
		{"no permission", fault.Answer(400, "AccessDeniedException")},
	}
	address := emulator.Kumo(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			k, watch := keepInSecrets(t, address)
			k.proxy.Always("GetSecretValue", test.fault)
			err := k.sign(t.Context())
			if err != nil {
				t.Errorf("a warm function: %v", err)
			}
			cold := newSecrets(k.proxy.URL, secrets.Options{Now: watch.now})
			err = sign(t.Context(), cold, k.ref, k.pub)
			if !errors.Is(err, keys.ErrUnavailable) || errors.Is(err, keys.ErrNoKey) || strings.Contains(err.Error(), "PRIVATE") {
				t.Errorf("a cold start: %v", err)
			}
			watch.at = watch.at.Add(5 * time.Minute)
			err = k.sign(t.Context())
			if !errors.Is(err, keys.ErrUnavailable) {
				t.Errorf("after five minutes: %v", err)
			}
			k.proxy.Heal()
			must(t, sign(t.Context(), cold, k.ref, k.pub))
			must(t, k.sign(t.Context()))
		})
	}
}

func TestSecretsManagerThatIsDownOrSlow(t *testing.T) {
	k, _ := keepInSecrets(t, emulator.Kumo(t))
	cold := newSecrets(k.proxy.URL, secrets.Options{})
	k.proxy.Down(t)
	err := sign(t.Context(), cold, k.ref, k.pub)
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("down: %v", err)
	}
	k.proxy.Up(t)
	k.proxy.Always("GetSecretValue", fault.Hang())
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = sign(ctx, cold, k.ref, k.pub)
	if !errors.Is(err, keys.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("slow: %v", err)
	}
	k.proxy.Heal()
	must(t, sign(t.Context(), cold, k.ref, k.pub))
}

func TestASecretThatChangedUnderAWarmFunction(t *testing.T) {
	onEachSecretsManager(t, func(t *testing.T, address string) {
		k, watch := keepInSecrets(t, address)
		other, _ := keepInSecrets(t, address)
		client := secretsClient(address)
		read := func(ref string) *string {
			out, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &ref})
			must(t, err)
			return out.SecretString
		}
		garbage, right := "garbage", read(k.ref)
		for _, step := range []struct {
			name  string
			value *string
			want  error
		}{
			{"another key", read(other.ref), keys.ErrNoKey},
			{"garbage", &garbage, keys.ErrUnavailable},
			{"the right key again", right, nil},
		} {
			_, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &k.ref, SecretString: step.value})
			must(t, err)
			watch.at = watch.at.Add(5 * time.Minute)
			err = k.sign(t.Context())
			if !errors.Is(err, step.want) {
				t.Errorf("%s: got %v, want %v", step.name, err, step.want)
			}
		}
	})
}

func TestASecretThatWasDeletedElsewhereSignsFiveMinutesAtMost(t *testing.T) {
	onEachSecretsManager(t, func(t *testing.T, address string) {
		k, watch := keepInSecrets(t, address)
		must(t, newSecrets(address, secrets.Options{}).Delete(t.Context(), k.ref))
		watch.at = watch.at.Add(5 * time.Minute)
		err := k.sign(t.Context())
		if !errors.Is(err, keys.ErrNoKey) {
			t.Errorf("got %v", err)
		}
		must(t, k.custody.Delete(t.Context(), k.ref)) // as if for the first time
	})
}

func TestASecretIsMadeOnceThoughAnAnswerIsLost(t *testing.T) {
	onEachSecretsManager(t, func(t *testing.T, address string) {
		proxy, stack := fault.New(t, address), newStack()
		custody := newSecrets(proxy.URL, secrets.Options{Stack: stack})
		proxy.Next("CreateSecret", fault.Lose())
		ref, signer, err := custody.Generate(t.Context(), "aws-b")
		must(t, err)
		must(t, sign(t.Context(), custody, ref, signer.Public().(*rsa.PublicKey)))
		if left := secretsOf(t, address, stack); !slices.Equal(left, []string{ref}) {
			t.Errorf("there are %v", left)
		}
	})
}

func TestASecretWhoseEveryAnswerIsLostIsRemoved(t *testing.T) {
	onEachSecretsManager(t, func(t *testing.T, address string) {
		proxy, stack := fault.New(t, address), newStack()
		proxy.Always("CreateSecret", fault.Lose())
		_, _, err := newSecrets(proxy.URL, secrets.Options{Stack: stack}).Generate(t.Context(), "aws-b")
		if !errors.Is(err, keys.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if left := secretsOf(t, address, stack); len(left) != 0 {
			t.Errorf("left are %v", left)
		}
		if calls := proxy.Calls(); !slices.Equal(calls, []string{"CreateSecret", "CreateSecret", "CreateSecret", "DeleteSecret"}) {
			t.Errorf("called %v", calls)
		}
	})
}

// newStack is a name of its own for a test: kumo keeps secrets from one server to
// the next of a process.
func newStack() string { return "test-" + strings.ToLower(rand.Text()) }

// secretsOf are the secrets of a stack that are not about to be deleted.
func secretsOf(t *testing.T, address, stack string) []string {
	t.Helper()
	var names []string
	pages := secretsmanager.NewListSecretsPaginator(secretsClient(address), &secretsmanager.ListSecretsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		for _, s := range page.SecretList {
			if strings.HasPrefix(*s.Name, "gatepost/"+stack+"/") {
				names = append(names, *s.Name)
			}
		}
	}
	return names
}
