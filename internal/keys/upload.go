package keys

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// ParseUpload reads a private key (PKCS#1 or PKCS#8) and its certificate, one
// PEM block each, at most [MaxUpload] bytes. It returns [idp.Problems], with
// every fault of the fields private_key and certificate, unless the two belong
// together, the key is RSA of 2048, 3072 or 4096 bits with the exponent 65537
// and none of the known kinds of weak key, and the certificate is valid at now
// and signed with SHA-256 or better. No problem quotes what was uploaded.
//
// That no other connector has the key is known to the store alone; see
// [Keeper.Upload].
func ParseUpload(keyPEM, certPEM []byte, now time.Time) (*rsa.PrivateKey, *x509.Certificate, error) {
	var problems idp.Problems
	key, wrong := readKey(keyPEM)
	if wrong != nil {
		problems = append(problems, wrong.problem(fieldKey))
	}
	cert, wrong := readCertificate(certPEM, now)
	if wrong != nil {
		problems = append(problems, wrong.problem(fieldCertificate))
	}
	if key != nil && cert != nil {
		wrong = matchFault(key, cert)
		if wrong != nil {
			problems = append(problems, wrong.problem(fieldCertificate))
		}
	}
	if len(problems) > 0 {
		return nil, nil, problems
	}
	return key, cert, nil
}

func readKey(data []byte) (*rsa.PrivateKey, *fault) {
	block, wrong := onlyBlock(fieldKey, data)
	if wrong != nil {
		return nil, wrong
	}
	key, wrong := decodeKey(block)
	if wrong != nil {
		return nil, wrong
	}
	if len(key.Primes) != 2 {
		return nil, &fault{"has more than two primes", notRSA().remedy}
	}
	return key, weakness(&key.PublicKey)
}

// decodeKey drops the decoder's own errors: what they say of a key's inside is
// of no use to the person and could be a part of it.
func decodeKey(block *pem.Block) (*rsa.PrivateKey, *fault) {
	damaged := &fault{"cannot be read as an RSA private key, or its numbers do not fit together", "check it: openssl pkey -check -noout -in key.pem"}
	if block.Type == "RSA PRIVATE KEY" {
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, damaged
		}
		return key, nil
	}
	// The PKCS#8 parser lets bytes after the key pass.
	rest, err := asn1.Unmarshal(block.Bytes, new(asn1.RawValue))
	if err != nil || len(rest) > 0 {
		return nil, damaged
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, damaged
	}
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA {
		return nil, notRSA()
	}
	return key, nil
}

func readCertificate(data []byte, now time.Time) (*x509.Certificate, *fault) {
	block, wrong := onlyBlock(fieldCertificate, data)
	if wrong != nil {
		return nil, wrong
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		// The parser's word is of use here: it tells of a repeated extension,
		// for which IAM would refuse the metadata.
		return nil, &fault{fmt.Sprintf("cannot be read (%v)", err), "make another: " + selfSign}
	}
	pub, isRSA := cert.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return nil, &fault{"is not for an RSA key", "give an RSA key and its certificate"}
	}
	switch {
	case now.After(cert.NotAfter):
		return cert, &fault{"expired on " + day(cert.NotAfter), "make another for the same key: " + selfSign}
	case now.Before(cert.NotBefore):
		return cert, &fault{"is not valid before " + day(cert.NotBefore), "upload it then, or make another: " + selfSign}
	case !goodSignature(cert.SignatureAlgorithm):
		return cert, &fault{fmt.Sprintf("is signed with %v", cert.SignatureAlgorithm), "make another for the same key with SHA-256: " + selfSign}
	}
	return cert, weakness(pub)
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// goodSignature leaves out MD5 and SHA-1. A verifier of responses rarely looks
// at the signature of a pinned certificate, but scanners and some libraries
// refuse such a certificate, and a new one for the same key costs nothing.
func goodSignature(alg x509.SignatureAlgorithm) bool {
	switch alg {
	case x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA,
		x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS,
		x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512, x509.PureEd25519:
		return true
	}
	return false
}

func matchFault(key *rsa.PrivateKey, cert *x509.Certificate) *fault {
	if key.PublicKey.Equal(cert.PublicKey) {
		return nil
	}
	return &fault{"is not the certificate of this private key", "compare them: openssl pkey -pubout -in key.pem; openssl x509 -pubkey -noout -in certificate.pem"}
}
