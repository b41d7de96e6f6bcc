package keys

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

func TestParseUploadTakesAKeyAndItsCertificate(t *testing.T) {
	cert := certificate(&goodKey().PublicKey, nil)
	larger := mustGenerate(3072)
	tests := []struct{ name, key, cert string }{
		{"PKCS #1", pkcs1(goodKey()), cert},
		{"PKCS #8", pkcs8(goodKey()), cert},
		{"3072 bits", pkcs8(larger), certificate(&larger.PublicKey, nil)},
		{"line ends of Windows", strings.ReplaceAll(pkcs8(goodKey()), "\n", "\r\n"), "\uFEFF" + strings.ReplaceAll(cert, "\n", "\r\n")},
		{"white space around", "\n \t" + pkcs8(goodKey()) + "\n\n", "\n" + cert + " "},
		{"no line end at the end", strings.TrimSpace(pkcs8(goodKey())), strings.TrimSpace(cert)},
		{"a certificate that ends today", pkcs8(goodKey()), certificate(&goodKey().PublicKey, func(c *x509.Certificate) { c.NotAfter = noon })},
		{"a certificate that begins today", pkcs8(goodKey()), certificate(&goodKey().PublicKey, func(c *x509.Certificate) { c.NotBefore = noon })},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			key, parsed, err := ParseUpload([]byte(test.key), []byte(test.cert), noon)
			if err != nil {
				t.Fatal(err)
			}
			if !key.PublicKey.Equal(parsed.PublicKey) {
				t.Error("the key and the certificate that came back differ")
			}
		})
	}
}

type uploadTest struct {
	name, key, cert string
	field, word     string // the problem that is expected
}

func TestParseUploadRefusesAWrongShape(t *testing.T) {
	key, cert := pkcs8(goodKey()), certificate(&goodKey().PublicKey, nil)
	other := pkcs8(otherKey())
	der := must(x509.MarshalPKCS8PrivateKey(goodKey()))
	legacy := "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n" + strings.SplitN(pkcs1(goodKey()), "\n", 2)[1]
	runUploads(t, []uploadTest{
		{"no key", "", cert, "private_key", "is missing"},
		{"no certificate", key, " \n", "certificate", "is missing"},
		{"a key in DER", string(der), cert, "private_key", "is not PEM"},
		{"garbage", "hello", cert, "private_key", "is not PEM"},
		{"a key longer than 32 KiB", key + strings.Repeat("\n", MaxUpload), cert, "private_key", "longer than 32 KiB"},
		{"a certificate longer than 32 KiB", key, cert + strings.Repeat("\n", MaxUpload), "certificate", "longer than 32 KiB"},
		{"two keys", key + other, cert, "private_key", "2 PEM blocks"},
		{"the same key twice", key + key, cert, "private_key", "2 PEM blocks"},
		{"a chain", key, cert + certificate(&otherKey().PublicKey, nil), "certificate", "2 PEM blocks"},
		{"text after the key", key + "and more", cert, "private_key", "other text around"},
		{"text before the key", "Bag Attributes\n" + key, cert, "private_key", "other text around"},
		{"text after the certificate", key, cert + "x", "certificate", "other text around"},
		{"a damaged block before a good one", "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n" + key, cert, "private_key", "2 PEM blocks"},
		{"a key cut short", key[:len(key)/2], cert, "private_key", "is not PEM"},
		{"a certificate cut short", key, cert[:len(cert)/2], "certificate", "is not PEM"},
		{"bytes after the key inside the block", block("PRIVATE KEY", append(bytes.Clone(der), 0)), cert, "private_key", "cannot be read"},
		{"an encrypted PKCS #8 key", block("ENCRYPTED PRIVATE KEY", der), cert, "private_key", "is encrypted"},
		{"a key encrypted in the old way", legacy, cert, "private_key", "is encrypted"},
		{"a key of OpenSSH", block("OPENSSH PRIVATE KEY", der), cert, "private_key", "OpenSSH"},
		{"an EC key", block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey()))), cert, "private_key", "is not an RSA key"},
		{"an EC key after its parameters", block("EC PARAMETERS", der) + block("EC PRIVATE KEY", der), cert, "private_key", "is not an RSA key"},
		{"an EC key in PKCS #8", pkcs8(ecKey()), cert, "private_key", "is not an RSA key"},
		{"a public key", block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&goodKey().PublicKey))), cert, "private_key", "is not a private key"},
		{"PKCS #8 under the label of PKCS #1", block("RSA PRIVATE KEY", der), cert, "private_key", "cannot be read"},
		{"a certificate as the key", cert, cert, "private_key", "has a certificate"},
		{"a key as the certificate", key, key, "certificate", "has a private key"},
		{"a key under a certificate's label", key, block("CERTIFICATE", der), "certificate", "cannot be read"},
		{"a request as the certificate", key, block("CERTIFICATE REQUEST", der), "certificate", "a request for a certificate"},
		{"a trusted certificate", key, block("TRUSTED CERTIFICATE", der), "certificate", "openssl x509"},
		{"a PKCS #7 bundle", key, block("PKCS7", der), "certificate", "is not a certificate"},
		{"a certificate for an EC key", key, certificate(&ecKey().PublicKey, nil), "certificate", "is not for an RSA key"},
	})
}

func TestParseUploadRefusesAWrongCertificate(t *testing.T) {
	key := pkcs8(goodKey())
	with := func(change func(*x509.Certificate)) string { return certificate(&goodKey().PublicKey, change) }
	twice := pkix.Extension{Id: []int{1, 2, 3, 4}, Value: []byte{5, 0}}
	weakened := func(oid byte) string { // sha256WithRSAEncryption is 1.2.840.113549.1.1.11
		cert, _ := pem.Decode([]byte(with(nil)))
		old := []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11}
		return block("CERTIFICATE", bytes.ReplaceAll(cert.Bytes, old, append(bytes.Clone(old[:8]), oid)))
	}
	repeated := func() string { // CreateCertificate would refuse to repeat an extension
		cert, _ := pem.Decode([]byte(with(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{twice, {Id: []int{1, 2, 3, 5}, Value: []byte{5, 0}}}
		})))
		return block("CERTIFICATE", bytes.ReplaceAll(cert.Bytes, []byte{6, 3, 0x2a, 3, 5}, []byte{6, 3, 0x2a, 3, 4}))
	}
	runUploads(t, []uploadTest{
		{"another key's certificate", key, certificate(&otherKey().PublicKey, nil), "certificate", "not the certificate of this private key"},
		{"expired", key, with(func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Second) }), "certificate", "expired on 2026-11-24"},
		{"not valid yet", key, with(func(c *x509.Certificate) { c.NotBefore = noon.Add(time.Second) }), "certificate", "not valid before 2026-11-24"},
		{"signed with SHA-1", key, weakened(5), "certificate", "SHA1-RSA"},
		{"signed with MD5", key, weakened(4), "certificate", "MD5-RSA"},
		{"signed with MD2", key, weakened(2), "certificate", "is signed with"},
		{"signed with something unknown", key, weakened(99), "certificate", "is signed with"},
		{"a repeated extension", key, repeated(), "certificate", "duplicate extension"},
	})
}

func TestParseUploadRefusesAWeakKey(t *testing.T) {
	good := certificate(&goodKey().PublicKey, nil)
	small, large := mustGenerate(1024), mustGenerate(2056)
	p, q := closePrimes()
	near, nearPEM := handmade(p, q, publicExponent)
	three, threePEM := handmade(primeFor(1024, 3), primeFor(1024, 3), 3)
	roca, rocaPEM := handmade(rocaPrime(t), rocaPrime(t), publicExponent)
	factor, factorPEM := handmade(big.NewInt(751), primeFor(2038, publicExponent), publicExponent)
	runUploads(t, []uploadTest{
		{"1024 bits", pkcs8(small), certificate(&small.PublicKey, nil), "private_key", "1024 bits"},
		{"1024 bits in the certificate", pkcs8(goodKey()), certificate(&small.PublicKey, nil), "certificate", "1024 bits"},
		{"a size that KMS does not have", pkcs8(large), good, "private_key", "2056 bits"},
		{"the exponent 3", threePEM, certificate(three, nil), "private_key", "exponent 3"},
		{"the exponent 3 in the certificate", pkcs8(goodKey()), certificate(three, nil), "certificate", "exponent 3"},
		{"primes too near each other", nearPEM, certificate(near, nil), "certificate", "too near each other"},
		{"primes too near each other, seen in the key", nearPEM, good, "private_key", "do not fit together"},
		{"a key of a broken chip", rocaPEM, certificate(roca, nil), "private_key", "ROCA"},
		{"a small factor", factorPEM, certificate(factor, nil), "certificate", "a small number divides"},
	})
}

func runUploads(t *testing.T, tests []uploadTest) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			key, cert, err := ParseUpload([]byte(test.key), []byte(test.cert), noon)
			if key != nil || cert != nil {
				t.Error("a key or certificate came back")
			}
			var problems idp.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %T: %v", err, err)
			}
			found := false
			for _, p := range problems {
				if p.Value != "" || p.Reason == "" || p.Remedy == "" {
					t.Errorf("a problem that quotes or that does not help: %+v", p)
				}
				if p.Field == test.field && strings.Contains(p.Error(), test.word) {
					found = true
				}
			}
			if !found {
				t.Errorf("got %q, want %s with %q", err, test.field, test.word)
			}
		})
	}
}

func TestParseUploadTellsAllProblemsAtOnce(t *testing.T) {
	_, _, err := ParseUpload([]byte("x"), nil, noon)
	var problems idp.Problems
	if !errors.As(err, &problems) || len(problems) != 2 || problems[0].Field != "private_key" || problems[1].Field != "certificate" {
		t.Errorf("got %v", err)
	}
}

func FuzzParseUpload(f *testing.F) {
	f.Add([]byte(pkcs8(goodKey())), []byte(certificate(&goodKey().PublicKey, nil)))
	f.Add([]byte(pkcs1(goodKey())), []byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"))
	f.Add([]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAA=\n-----END RSA PRIVATE KEY-----"), []byte("\uFEFF"))
	f.Fuzz(func(t *testing.T, keyPEM, certPEM []byte) {
		key, cert, err := ParseUpload(keyPEM, certPEM, noon)
		if err == nil {
			if !key.PublicKey.Equal(cert.PublicKey) {
				t.Error("a key with another's certificate")
			}
			return
		}
		var problems idp.Problems
		if !errors.As(err, &problems) || key != nil || cert != nil {
			t.Errorf("got %T %v with key %v, certificate %v", err, err, key != nil, cert != nil)
		}
	})
}
