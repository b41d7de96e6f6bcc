package keys

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"io"
)

// SignFunc makes the RSASSA-PKCS1-v1_5 signature of a SHA-256 digest.
type SignFunc func(ctx context.Context, digest []byte) ([]byte, error)

// Bind makes a [crypto.Signer] that lives as long as ctx, for the length of one
// request: crypto.Signer has no room for a context, and without one a slow key
// service could not be given up on.
//
// It is the one place that says what may be signed, so that all custodians
// agree. Its Sign returns [ErrDigest] unless opts is crypto.SHA256 itself and the
// digest has its 32 bytes, and the context's error once ctx has ended; otherwise
// it returns what sign does. The source of randomness is not used.
func Bind(ctx context.Context, pub *rsa.PublicKey, sign SignFunc) crypto.Signer {
	return &boundSigner{ctx: ctx, pub: pub, sign: sign}
}

type boundSigner struct {
	ctx  context.Context
	pub  *rsa.PublicKey
	sign SignFunc
}

func (s *boundSigner) Public() crypto.PublicKey { return s.pub }

func (s *boundSigner) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts != crypto.SHA256 || len(digest) != sha256.Size {
		return nil, ErrDigest
	}
	err := s.ctx.Err()
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return s.sign(s.ctx, digest)
}

// Format keeps out of logs what the context and the closure may hold.
func (s *boundSigner) Format(f fmt.State, _ rune) {
	// A failed write to a formatter's buffer has nobody to be told.
	_, _ = fmt.Fprintf(f, "signer of an RSA key of %d bits", s.pub.N.BitLen())
}
