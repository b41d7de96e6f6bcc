package saml_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gatepost/gatepost/internal/saml"
)

// twisted is a signer that says it is one key and does something else.
type twisted struct {
	public crypto.PublicKey
	sign   func(digest []byte) ([]byte, error)
	asked  int
}

func (s *twisted) Public() crypto.PublicKey { return s.public }

func (s *twisted) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	s.asked++
	return s.sign(digest)
}

func TestReleaseRefusesAWrongSignature(t *testing.T) {
	pair, other := loadKey(t, "current"), loadKey(t, "next")
	right := func(digest []byte) []byte {
		signature, err := rsa.SignPKCS1v15(nil, pair.key, crypto.SHA256, digest)
		must(t, err)
		return signature
	}
	for _, test := range []struct {
		name string
		sign func(digest []byte) ([]byte, error)
	}{
		{"by another key", func(d []byte) ([]byte, error) { return rsa.SignPKCS1v15(nil, other.key, crypto.SHA256, d) }},
		{"cut short by a byte", func(d []byte) ([]byte, error) { return right(d)[:255], nil }},
		{"with a byte too many", func(d []byte) ([]byte, error) { return append(right(d), 0), nil }},
		{"of no bytes", func([]byte) ([]byte, error) { return nil, nil }},
		{"of zeros", func([]byte) ([]byte, error) { return make([]byte, 256), nil }},
		{"with one bit flipped", func(d []byte) ([]byte, error) { s := right(d); s[100] ^= 4; return s, nil }},
		{"over the digest of the digest", func(d []byte) ([]byte, error) { h := crypto.SHA256.New(); h.Write(d); return right(h.Sum(nil)), nil }},
		{"with PSS padding", func(d []byte) ([]byte, error) { return rsa.SignPSS(rand.Reader, pair.key, crypto.SHA256, d, nil) }},
	} {
		for _, both := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				signed, err := sign(t, good(), pair, both, &twisted{public: pair.key.Public(), sign: test.sign})
				must(t, err)
				released, err := signed.Release()
				if released != nil || !errors.Is(err, saml.ErrSignature) {
					t.Errorf("got %v and %v, want ErrSignature", released, err)
				}
			})
		}
	}
}

func TestReleaseRefusesAKeyThatFailsTheSecondTime(t *testing.T) {
	pair := loadKey(t, "current")
	signer := &twisted{public: pair.key.Public()}
	signer.sign = func(digest []byte) ([]byte, error) {
		signature, err := rsa.SignPKCS1v15(nil, pair.key, crypto.SHA256, digest)
		signature[0] ^= byte(signer.asked - 1)
		return signature, err
	}
	signed, err := sign(t, good(), pair, true, signer)
	must(t, err)
	_, err = signed.Release()
	if signer.asked != 2 || !errors.Is(err, saml.ErrSignature) {
		t.Errorf("asked %d times, got %v, want ErrSignature after 2", signer.asked, err)
	}
}

func TestSignDoesNotAskAKeyThatCannotBeRight(t *testing.T) {
	pair, other := loadKey(t, "current"), loadKey(t, "next")
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	for _, test := range []struct {
		name   string
		signer crypto.Signer
		want   error
	}{
		{"no signer", nil, saml.ErrKey},
		{"an ECDSA key", curve, saml.ErrKey},
		{"the key of another certificate", other.key, saml.ErrSignature},
	} {
		t.Run(test.name, func(t *testing.T) {
			signer := test.signer
			if signer != nil {
				signer = &twisted{public: test.signer.Public(), sign: func([]byte) ([]byte, error) {
					t.Error("the key was asked")
					return nil, nil
				}}
			}
			signed, err := sign(t, good(), pair, false, signer)
			if signed != nil || !errors.Is(err, test.want) {
				t.Errorf("got %v and %v, want %v", signed, err, test.want)
			}
		})
	}
}

func TestPrepareRefusesACertificateThatCannotVouch(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	short := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2046), E: 65537}
	for _, test := range []struct {
		name string
		cert *x509.Certificate
	}{
		{"none", nil},
		{"one of an ECDSA key", &x509.Certificate{PublicKey: curve.Public()}},
		{"one of an RSA key of 2047 bits", &x509.Certificate{PublicKey: short}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := saml.Prepare(good(), saml.SigningOptions{Certificate: test.cert}, accept)
			if !errors.Is(err, saml.ErrKey) {
				t.Errorf("got %v, want ErrKey", err)
			}
		})
	}
}

func TestAPreparedResponseIsSignedOnce(t *testing.T) {
	pair := loadKey(t, "current")
	prepared, err := saml.Prepare(good(), saml.SigningOptions{Certificate: pair.cert}, accept)
	must(t, err)
	var signed, refused atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := prepared.Sign(pair.key)
			switch {
			case err == nil:
				signed.Add(1)
			case errors.Is(err, saml.ErrUsed):
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if signed.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d signed and %d refused, want 1 and 7", signed.Load(), refused.Load())
	}
}

func TestAFailingKeyIsToldAndTheResponseSpent(t *testing.T) {
	pair := loadKey(t, "current")
	broken := errors.New("the key service does not answer")
	for failing := range 2 {
		signer := &twisted{public: pair.key.Public()}
		signer.sign = func(digest []byte) ([]byte, error) {
			if signer.asked == failing+1 {
				return nil, broken
			}
			return rsa.SignPKCS1v15(nil, pair.key, crypto.SHA256, digest)
		}
		prepared, err := saml.Prepare(good(), saml.SigningOptions{Certificate: pair.cert, SignResponse: true}, accept)
		must(t, err)
		signed, err := prepared.Sign(signer)
		if signed != nil || !errors.Is(err, broken) {
			t.Errorf("got %v and %v, want the signer's error", signed, err)
		}
		_, err = prepared.Sign(pair.key)
		if !errors.Is(err, saml.ErrUsed) {
			t.Errorf("got %v at a second try, want ErrUsed", err)
		}
	}
}

func TestZeroValuesGiveNothingAway(t *testing.T) {
	_, err := new(saml.Prepared).Sign(loadKey(t, "current").key)
	if err == nil {
		t.Error("an empty Prepared was signed")
	}
	_, err = new(saml.Signed).Release()
	if !errors.Is(err, saml.ErrSignature) {
		t.Errorf("got %v for an empty Signed, want ErrSignature", err)
	}
	if len(new(saml.Released).XML()) != 0 {
		t.Error("an empty Released has bytes")
	}
}
