package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// identity is the key that all contenders sign with.
type identity struct {
	key    *rsa.PrivateKey
	cert   *x509.Certificate
	digest [sha256.Size]byte // what the raw signature is over
}

func newIdentity() (*identity, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Gatepost benchmark"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return &identity{key: key, cert: cert, digest: sha256.Sum256([]byte("Gatepost"))}, nil
}

func (id *identity) raw() (string, error) {
	signature, err := rsa.SignPKCS1v15(nil, id.key, crypto.SHA256, id.digest[:])
	return string(signature), err
}

func (id *identity) verifyRaw(sent string) error {
	return rsa.VerifyPKCS1v15(&id.key.PublicKey, crypto.SHA256, id.digest[:], []byte(sent))
}
