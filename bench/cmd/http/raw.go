package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"os"
)

// raw makes signatures in this process: the part of a launch that nobody can save.
type raw struct {
	key    *rsa.PrivateKey
	digest [sha256.Size]byte
}

func newRaw() (*raw, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return &raw{key: key, digest: sha256.Sum256([]byte("Gatepost"))}, nil
}

func (*raw) name() string    { return "raw RSA-2048 signature" }
func (*raw) signatures() int { return 1 }
func (*raw) pid() int        { return os.Getpid() }
func (*raw) begin()          {}

func (r *raw) launch(context.Context) ([]byte, error) {
	return rsa.SignPKCS1v15(nil, r.key, crypto.SHA256, r.digest[:])
}

func (r *raw) verify(signature []byte) error {
	return rsa.VerifyPKCS1v15(&r.key.PublicKey, crypto.SHA256, r.digest[:], signature)
}
