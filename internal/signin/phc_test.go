package signin

import (
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
)

func TestParsePHCReadsWhatIsWritten(t *testing.T) {
	h := hashed{params{19456, 2, 1}, []byte("0123456789abcdef"), []byte(strings.Repeat("s", 32))}
	const want = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M"
	if h.String() != want {
		t.Errorf("written as %q", h)
	}
	back, err := parsePHC(want)
	if err != nil || back.params != h.params || string(back.salt) != string(h.salt) || string(back.sum) != string(h.sum) {
		t.Errorf("read as %+v, %v", back, err)
	}
}

func TestParsePHCRefusesEverythingElse(t *testing.T) {
	const good = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M"
	change := func(old, new string) string {
		changed := strings.Replace(good, old, new, 1)
		if changed == good {
			panic("nothing changed by " + old)
		}
		return changed
	}
	bad := map[string]string{
		"empty":                     "",
		"a password":                "correct horse battery staple",
		"bcrypt":                    "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"argon2i":                   change("argon2id", "argon2i"),
		"another version":           change("v=19", "v=16"),
		"no version":                change("v=19$", ""),
		"no memory":                 change("m=19456", "m=0"),
		"too much memory":           change("m=19456", "m=4194304"),
		"memory beyond 32 bits":     change("m=19456", "m=4294967297"),
		"less memory than argon2's": change("m=19456", "m=7"),
		"no passes":                 change("t=2", "t=0"),
		"too many passes":           change("t=2", "t=1000000"),
		"no threads":                change("p=1", "p=0"),
		"too many threads":          change("p=1", "p=255"),
		"a leading zero":            change("t=2", "t=02"),
		"a sign":                    change("t=2", "t=+2"),
		"another order":             change("m=19456,t=2", "t=2,m=19456"),
		"one more parameter":        change("p=1", "p=1,x=1"),
		"a short salt":              change("MDEyMzQ1Njc4OWFiY2RlZg", "MDEyMzQ1Njc4OWFiY2Rl"),
		"a long salt":               change("MDEyMzQ1Njc4OWFiY2RlZg", strings.Repeat("MDEyMzQ1Njc4OWFi", 6)),
		"a short sum":               good[:len(good)-4],
		"padding":                   good + "=",
		"loose bits at the end":     good[:len(good)-1] + "N",
		"a line break":              good[:60] + "\n" + good[60:],
		"text after it":             good + "$",
		"white space":               " " + good,
	}
	for name, text := range bad {
		t.Run(name, func(t *testing.T) {
			got, err := parsePHC(text)
			if err != errPHC {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// The vector is from the reference implementation's test.c, version 0x13.
func TestHashesAreThoseOfTheReferenceImplementation(t *testing.T) {
	const want = "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
	got := argon2.IDKey([]byte("password"), []byte("somesalt"), 2, 64*1024, 1, 32)
	if hexOf(got) != want {
		t.Errorf("got %x", got)
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(dummy)
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parsePHC(text)
		if err != nil {
			return
		}
		if h.String() != text || h.memory > most.memory || h.time > most.time || h.threads > most.threads {
			t.Errorf("%q is read as %+v", text, h)
		}
	})
}
