package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestTokenReadsBackAsItWasWritten(t *testing.T) {
	made := NewToken("u_abc234")
	read, err := ParseToken(made.Text())
	if err != nil {
		t.Fatal(err)
	}
	if read != made || read.UserID != "u_abc234" || read.ID == "" || read.Hash() != made.Hash() {
		t.Errorf("read another token than the one written: %v", read)
	}
	if other := NewToken("u_abc234"); other.ID == made.ID || other.secret == made.secret {
		t.Error("two tokens have the same ID or secret")
	}
}

func TestHashIsSHA256InHexadecimal(t *testing.T) {
	// FIPS 180-4's example for the message "abc".
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := Hash("abc"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestParseTokenRefusesWhatTextNeverWrites(t *testing.T) {
	secret := strings.Repeat("0a", 32)
	good := "u_abc.s_1." + secret
	if _, err := ParseToken(good); err != nil {
		t.Fatalf("the good token is refused: %v", err)
	}
	bad := map[string]string{
		"empty":                          "",
		"no dot":                         "u_abcs_1" + secret,
		"no person":                      ".s_1." + secret,
		"no session":                     "u_abc.." + secret,
		"neither":                        ".." + secret,
		"one part less":                  "u_abc." + secret,
		"one part more":                  "u_abc.s_1.s_2." + secret,
		"no secret":                      "u_abc.s_1.",
		"secret cut by one":              good[:len(good)-1],
		"secret longer by one":           good + "0",
		"secret in upper case":           "u_abc.s_1." + strings.ToUpper(secret),
		"secret with a letter beyond f":  "u_abc.s_1." + secret[:63] + "g",
		"two dots":                       "u_abc.s_1." + secret[:63] + ".",
		"white space before":             " " + good,
		"white space after":              good + "\n",
		"person in upper case":           "U_abc.s_1." + secret,
		"person with a slash":            "u/abc.s_1." + secret,
		"person with a NUL":              "u\x00abc.s_1." + secret,
		"person longer than 64":          strings.Repeat("u", 65) + ".s_1." + secret,
		"session longer than 64":         "u_abc." + strings.Repeat("s", 65) + "." + secret,
		"session in upper case":          "u_abc.S_1." + secret,
		"a megabyte":                     strings.Repeat("u", 1<<20),
		"percent-encoded dot":            "u_abc%2es_1." + secret,
		"secret with a full-width digit": "u_abc.s_1." + secret[:61] + "０",
	}
	for name, text := range bad {
		t.Run(name, func(t *testing.T) {
			got, err := ParseToken(text)
			if err != ErrToken || got != (Token{}) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestNoWayOfPrintingShowsTheSecret(t *testing.T) {
	token := NewToken("u_abc")
	inside := struct{ T *Token }{&token}
	asJSON, err := json.Marshal(token)
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{string(asJSON)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed = append(printed, fmt.Sprintf(verb, token), fmt.Sprintf(verb, &token), fmt.Sprintf(verb, inside))
	}
	for _, text := range printed {
		if strings.Contains(text, token.secret) || strings.Contains(text, fmt.Sprintf("%x", token.secret)) {
			t.Errorf("the secret is in %q", text)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add("u_abc.s_1." + strings.Repeat("0a", 32))
	f.Add("u_abc.s_1." + strings.Repeat("0A", 32))
	f.Add("..")
	f.Add("")
	f.Add("u.s." + strings.Repeat("0", 65))
	f.Fuzz(func(t *testing.T, text string) {
		token, err := ParseToken(text)
		if err != nil {
			if token != (Token{}) {
				t.Error("a token beside an error")
			}
			return
		}
		if token.Text() != text {
			t.Errorf("%q reads as a token that is written %q", text, token.Text())
		}
	})
}
