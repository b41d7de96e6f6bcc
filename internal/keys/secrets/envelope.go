package secrets

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// format is the number of the envelope that this version writes and reads.
const format = 1

// envelope is what a secret holds. The number lets a later version tell its own
// from this one; fields that this version does not know are left alone.
type envelope struct {
	Format     int    `json:"format"`
	PrivateKey string `json:"private_key"` // PKCS#8, PEM
}

func encode(key *rsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", errors.New("the key cannot be written as PKCS#8")
	}
	text, err := json.Marshal(envelope{format, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))})
	if err != nil {
		return "", errors.New("the key cannot be written as JSON")
	}
	return string(text), nil
}

// decode reads what encode wrote. The decoders' own errors are dropped, since
// they may quote the key. The key comes back precomputed, ready to sign.
func decode(text string) (*rsa.PrivateKey, error) {
	var e envelope
	err := json.Unmarshal([]byte(text), &e)
	if err != nil {
		return nil, errors.New("is not JSON as Gatepost writes it")
	}
	if e.Format != format {
		return nil, fmt.Errorf("has format %d, and this version reads %d alone", e.Format, format)
	}
	block, rest := pem.Decode([]byte(e.PrivateKey))
	if block == nil || block.Type != "PRIVATE KEY" || strings.TrimSpace(string(rest)) != "" {
		return nil, errors.New("has no single key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("has no key in PKCS#8, or a damaged one")
	}
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA {
		return nil, errors.New("has a key that is not RSA")
	}
	return key, nil
}
