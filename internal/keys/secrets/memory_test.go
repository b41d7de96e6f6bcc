package secrets

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
)

func TestAKeyIsReadOnceInFiveMinutes(t *testing.T) {
	c, fake, watch, ref, pub := kept(t)
	steps := []struct {
		name  string
		after time.Duration // since noon
		reads int
	}{
		{"at once", 0, 0},
		{"just before five minutes", 5*time.Minute - time.Second, 0},
		{"at five minutes", 5 * time.Minute, 1},
		{"within five minutes of that", 10*time.Minute - time.Second, 0},
		{"after a night in which the sandbox was frozen", 9 * time.Hour, 1},
		{"after the clock was set back", time.Hour, 1},
	}
	for _, step := range steps {
		watch.at = noon.Add(step.after)
		err := trySign(t.Context(), c, ref, pub)
		if err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		if got := fake.count()["GetSecretValue"]; got != step.reads {
			t.Errorf("%s: read %d times, want %d", step.name, got, step.reads)
		}
	}
}

// The monotonic clock stands still while a sandbox is frozen. A time that carries
// its reading prints it.
func TestTheAgeOfAKeyIsThatOfTheWall(t *testing.T) {
	c := New(newFake(), Options{})
	ref, _, err := c.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(time.Now().String(), " m=") {
		t.Fatal("the test's own clock has no monotonic reading")
	}
	if at := c.memory.held[ref].at; at.IsZero() || strings.Contains(at.String(), " m=") {
		t.Errorf("the key is dated %s", at)
	}
}

func TestKeysThatAreTooOldLeaveTheMemory(t *testing.T) {
	c, _, watch, _, _ := kept(t)
	other, _, err := c.Generate(t.Context(), "aws-b")
	if err != nil {
		t.Fatal(err)
	}
	watch.at = watch.at.Add(maxAge)
	c.memory.get(other)
	if len(c.memory.held) != 0 {
		t.Errorf("%d keys are in memory", len(c.memory.held))
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	c, _, _, ref, pub := kept(t)
	for range 2 * maxHeld {
		c.memory.put(idp.NewID("k_"), nil, noon)
	}
	if len(c.memory.held) > maxHeld {
		t.Errorf("%d keys are in memory", len(c.memory.held))
	}
	err := trySign(t.Context(), c, ref, pub)
	if err != nil {
		t.Error(err)
	}
}

func TestASecretThatChangedUnderAWarmFunction(t *testing.T) {
	another, err := encode(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		value *string
		want  error
		word  string
	}{
		{"has another key", &another, keys.ErrNoKey, "another key"},
		{"is garbage", aws.String("garbage"), keys.ErrUnavailable, "not JSON"},
		{"is empty", aws.String(""), keys.ErrUnavailable, "not JSON"},
		{"is binary", nil, keys.ErrUnavailable, "not text"},
		{"is of a later version", aws.String(strings.Replace(another, `"format":1`, `"format":2`, 1)), keys.ErrUnavailable, "format 2"},
		{"is cut in the middle", aws.String(another[:len(another)/2] + `"}`), keys.ErrUnavailable, "PEM"},
		{"has two keys", aws.String(strings.Replace(another, `-----END PRIVATE KEY-----\n`, `-----END PRIVATE KEY-----\nand more\n`, 1)), keys.ErrUnavailable, "single key"},
		{"has a damaged key", aws.String(strings.Replace(another, "MII", "MIJ", 1)), keys.ErrUnavailable, "damaged"},
		{"has a key of another kind", aws.String(`{"format":1,"private_key":"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"}`), keys.ErrUnavailable, "not RSA"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, fake, watch, ref, pub := kept(t)
			right := fake.values[ref]
			fake.values[ref] = test.value
			err := trySign(t.Context(), c, ref, pub)
			if err != nil {
				t.Errorf("the key in memory does not sign: %v", err)
			}
			watch.at = watch.at.Add(maxAge)
			err = trySign(t.Context(), c, ref, pub)
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.word) || strings.Contains(err.Error(), "BEGIN") {
				t.Errorf("got %v, want %v with %q", err, test.want, test.word)
			}
			fake.values[ref] = right
			err = trySign(t.Context(), c, ref, pub)
			if err != nil {
				t.Errorf("no recovery: %v", err)
			}
		})
	}
}

func TestASecretThatWasChangedForUsIsReadAtOnce(t *testing.T) {
	c, fake, _, ref, _ := kept(t)
	key := newKey(t)
	value, err := encode(key)
	if err != nil {
		t.Fatal(err)
	}
	fake.values[ref] = &value
	err = trySign(t.Context(), c, ref, &key.PublicKey)
	if err != nil {
		t.Error(err)
	}
	if got := fake.count()["GetSecretValue"]; got != 1 {
		t.Errorf("read %d times", got)
	}
}

func TestAMismatchCostsOneReadACall(t *testing.T) {
	c, fake, _, ref, _ := kept(t)
	other := newKey(t).PublicKey
	_, err := c.Signer(t.Context(), ref, &other)
	if !errors.Is(err, keys.ErrNoKey) {
		t.Errorf("got %v", err)
	}
	if got := fake.count()["GetSecretValue"]; got != 1 {
		t.Errorf("read %d times", got)
	}
}

func FuzzDecodeNeverPanicsNorQuotes(f *testing.F) {
	f.Add(`{"format":1,"private_key":"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"}`)
	f.Add(`{"format":7}`)
	f.Add("garbage")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := decode(text)
		if (key == nil) == (err == nil) {
			t.Errorf("key %v beside error %v", key != nil, err)
		}
		if err != nil && len(err.Error()) > 80 {
			t.Errorf("the error is long: %q", err)
		}
	})
}
