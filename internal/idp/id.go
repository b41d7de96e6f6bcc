package idp

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// NewID is the prefix followed by a random identifier of 128 bits in lower-case
// base32. With a prefix that begins with a letter or an underscore it can stand
// where XML wants a name.
func NewID(prefix string) string {
	var raw [16]byte
	rand.Read(raw[:]) // crypto/rand.Read never fails since Go 1.24
	return prefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:]))
}

// NewSecret is a random secret of 256 bits in hexadecimal, for cookies and
// one-time links.
func NewSecret() string {
	var raw [32]byte
	rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}
