package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// Making a key takes a while, so tests share those that they do not change.
var (
	goodKey  = sync.OnceValue(func() *rsa.PrivateKey { return mustGenerate(2048) })
	otherKey = sync.OnceValue(func() *rsa.PrivateKey { return mustGenerate(2048) })
	ecKey    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
)

func mustGenerate(bits int) *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, bits)) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func block(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

func pkcs1(key *rsa.PrivateKey) string {
	return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}

func pkcs8(key any) string { return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))) }

// certificate is one for pub, signed by an authority; change may bend it.
func certificate(pub crypto.PublicKey, change func(*x509.Certificate)) string {
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "test"},
		NotBefore: noon.Add(-time.Hour),
		NotAfter:  noon.Add(time.Hour),
	}
	if change != nil {
		change(template)
	}
	return block("CERTIFICATE", must(x509.CreateCertificate(rand.Reader, template, template, pub, otherKey())))
}

// handmade is an RSA key of these two primes, written without any of the checks
// that the standard library would make.
func handmade(p, q *big.Int, e int64) (*rsa.PublicKey, string) {
	one := big.NewInt(1)
	n := new(big.Int).Mul(p, q)
	pm, qm := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	d := new(big.Int).ModInverse(big.NewInt(e), new(big.Int).Mul(pm, qm))
	der := must(asn1.Marshal(struct {
		Version                   int
		N, E, D, P, Q, Dp, Dq, Qi *big.Int
	}{0, n, big.NewInt(e), d, p, q, new(big.Int).Mod(d, pm), new(big.Int).Mod(d, qm), new(big.Int).ModInverse(q, p)}))
	return &rsa.PublicKey{N: n, E: int(e)}, block("RSA PRIVATE KEY", der)
}

// primeFor is a random prime to which e can be a public exponent.
func primeFor(bits int, e int64) *big.Int {
	for {
		p := must(rand.Prime(rand.Reader, bits))
		if coprime(p, e) {
			return p
		}
	}
}

func coprime(p *big.Int, e int64) bool {
	rest := new(big.Int).Mod(new(big.Int).Sub(p, big.NewInt(1)), big.NewInt(e))
	return new(big.Int).GCD(nil, nil, rest, big.NewInt(e)).Cmp(big.NewInt(1)) == 0
}

// closePrimes are two neighbouring primes of 1024 bits.
func closePrimes() (*big.Int, *big.Int) {
	p := primeFor(1024, publicExponent)
	q := new(big.Int).Set(p)
	for {
		q.Add(q, big.NewInt(2))
		if q.ProbablyPrime(20) && coprime(q, publicExponent) {
			return p, q
		}
	}
}

// rocaPrime has the form of the broken generator: k·M + (65537^a mod M), M the
// product of the first 126 primes.
func rocaPrime(t *testing.T) *big.Int {
	t.Helper()
	m := big.NewInt(1)
	count := 0
	for p := int64(2); count < 126; p++ {
		if big.NewInt(p).ProbablyPrime(0) {
			m.Mul(m, big.NewInt(p))
			count++
		}
	}
	top := new(big.Int).Lsh(big.NewInt(3), 1022) // so that the product of two has 2048 bits
	for {
		a := must(rand.Int(rand.Reader, big.NewInt(1<<40)))
		p := new(big.Int).Exp(big.NewInt(publicExponent), a, m)
		k := new(big.Int).Div(top, m)
		k.Add(k, must(rand.Int(rand.Reader, big.NewInt(1<<40))))
		p.Add(p, k.Mul(k, m))
		if p.BitLen() == 1024 && p.ProbablyPrime(20) {
			return p
		}
	}
}
