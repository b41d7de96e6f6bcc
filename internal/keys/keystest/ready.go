package keystest

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/keys"
)

// readyPEM are keys of [keys.Bits] that anybody can read: they sign nothing but
// tests. Making an RSA key takes a quarter of a second of a processor, and more
// on an unlucky day, which was half of the tests' time.
//
//go:embed testdata/keys.pem
var readyPEM []byte

var ready = sync.OnceValue(func() []*rsa.PrivateKey {
	var list []*rsa.PrivateKey
	for block, rest := pem.Decode(readyPEM); block != nil; block, rest = pem.Decode(rest) {
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			panic(fmt.Sprintf("testdata/keys.pem: key %d: %v", len(list), err))
		}
		list = append(list, parsed.(*rsa.PrivateKey))
	}
	return list
})

// Key is a private key for tests in which its making does not matter: the same
// for the same n, another for another n. Past the keys that lie ready a new one is
// made. It panics when none can be made.
func Key(n int) *rsa.PrivateKey {
	if n < len(ready()) {
		return ready()[n]
	}
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		panic(err)
	}
	return key
}

// firstGenerated leaves the keys before it to tests that upload one.
const firstGenerated = 4

var pairs = struct {
	sync.Mutex
	of map[testing.TB]int
}{of: make(map[testing.TB]int)}

// Pair is a private key and a certificate for it that begins at that time, in PEM,
// as they are uploaded. Within one test each call returns another pair.
func Pair(t testing.TB, at time.Time) (privateKey, certificate []byte) {
	t.Helper()
	pairs.Lock()
	n, known := pairs.of[t]
	pairs.of[t] = n + 1
	pairs.Unlock()
	if !known {
		t.Cleanup(func() {
			pairs.Lock()
			delete(pairs.of, t)
			pairs.Unlock()
		})
	}
	if n >= firstGenerated {
		n = len(ready())
	}
	key := Key(n)
	cert, err := keys.Issue(key, "uploaded", at)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), keys.CertificatePEM(cert.Raw)
}

// Ready is a custodian that imports one of the keys that lie ready where the one
// below would make a key, never the same twice: for tests of what stands on keys.
// The one below must take imports. A custodian's own tests do without it.
func Ready(custodian keys.Custodian) keys.Custodian {
	return &quick{Custodian: custodian, next: firstGenerated}
}

type quick struct {
	keys.Custodian
	mu   sync.Mutex
	next int
}

// Generate implements [keys.Custodian].
func (q *quick) Generate(ctx context.Context, slug string) (string, crypto.Signer, error) {
	q.mu.Lock()
	n := q.next
	q.next++
	q.mu.Unlock()
	key := Key(n)
	ref, err := q.Import(ctx, slug, key)
	if err != nil {
		return "", nil, err
	}
	signer, err := q.Signer(ctx, ref, &key.PublicKey)
	return ref, signer, err
}
