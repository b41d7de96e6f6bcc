package secrets

import (
	"crypto/rsa"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/keys/keystest"
)

func envelopeOf(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key := keystest.Key(0)
	text, err := encode(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, text
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	key, text := envelopeOf(t)
	for name, text := range map[string]string{
		"as it is":                       text,
		"with a field of a later writer": strings.Replace(text, `{`, `{"made_by":"x",`, 1),
	} {
		got, err := decode(text)
		if err != nil || !key.Equal(got) {
			t.Errorf("%s: got another key, %v", name, err)
		}
	}
}

func TestWhatIsNoKeyIsToldWithoutQuotingIt(t *testing.T) {
	_, text := envelopeOf(t)
	tests := []struct {
		name string
		text string
		word string
	}{
		{"garbage", "garbage", "not JSON"},
		{"nothing", "", "not JSON"},
		{"a later version", strings.Replace(text, `"format":1`, `"format":2`, 1), "format 2"},
		{"no version", `{}`, "format 0"},
		{"cut in the middle", text[:len(text)/2] + `"}`, "PEM"},
		{"two keys", strings.Replace(text, `-----END PRIVATE KEY-----\n`, `-----END PRIVATE KEY-----\nand more\n`, 1), "single key"},
		{"another kind of PEM", strings.ReplaceAll(text, "PRIVATE KEY-----", "SECRET-----"), "single key"},
		{"a damaged key", strings.Replace(text, "MII", "MIJ", 1), "damaged"},
		{"a key of another kind", `{"format":1,"private_key":"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"}`, "not RSA"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			key, err := decode(test.text)
			if key != nil || err == nil || !strings.Contains(err.Error(), test.word) || strings.Contains(err.Error(), "BEGIN") {
				t.Errorf("got %v, want %q", err, test.word)
			}
		})
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
