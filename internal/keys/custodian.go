// Package keys holds the signing keys of connectors behind [crypto.Signer]: who
// keeps them ([Custodian]), which keys and certificates are good enough to be
// taken in ([ParseUpload]), how a certificate for a key is made ([Issue]), and
// how a connector comes to its key ([Keeper]).
//
// The private half of a key stays with its custodian. Nothing here returns one
// that a custodian keeps, and no error or printed value of this package holds
// one. Signatures are of one kind, RSASSA-PKCS1-v1_5 with SHA-256: the one that
// AWS takes, every other verifier knows, and AWS KMS can make from a digest.
package keys

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
)

// What a custodian answers besides success. They are tested with [errors.Is].
var (
	// ErrNoKey: the custodian has no key of that name with that public half.
	ErrNoKey = errors.New("no such signing key")

	// ErrNoImport: the custodian takes no keys that were made elsewhere.
	ErrNoImport = errors.New("this custody takes no keys from outside")

	// ErrUnavailable: the custodian cannot be reached or cannot use what it
	// holds. The same call may succeed later; nothing else can be concluded.
	ErrUnavailable = errors.New("signing key unavailable")

	// ErrDigest: something else than a SHA-256 digest was to be signed.
	ErrDigest = errors.New("only a SHA-256 digest can be signed, by RSASSA-PKCS1-v1_5")
)

// Custodian keeps private keys and signs with them. Package keystest has the
// suite that every implementation passes.
//
// Implementations MUST be safe for concurrent use and MUST return the context's
// error, wrapped, when the context ends before the work is done. They MUST NOT
// put any part of a private key into an error, a log, or what package fmt
// prints of them.
type Custodian interface {
	// Generate makes an RSA key of [Bits], keeps it, and returns its ref and a
	// signer like that of Signer. The ref is the custodian's own name for the
	// key: it is never used again, says nothing secret, and is at most 2048
	// bytes. The slug may be noted beside the key for the eyes of
	// administrators; it decides nothing. When Generate fails, no key is left
	// behind, unless the custodian cannot be reached to remove it.
	Generate(ctx context.Context, slug string) (string, crypto.Signer, error)

	// Import takes a key into custody that [ParseUpload] found good, and
	// returns its ref as Generate does. It returns ErrNoImport when the custody
	// takes none.
	Import(ctx context.Context, slug string, key *rsa.PrivateKey) (string, error)

	// Signer signs with the key named ref, whose public half is pub. The signer
	// lives as long as ctx, and Sign fails once ctx has ended; see [Bind], which
	// also says what Sign takes. Looking for the key may be put off until Sign:
	// either of the two returns ErrNoKey when ref names no key, or when it is
	// seen to be another key than pub's. A change of the key in custody is seen
	// by the next Signer at the latest, or as soon as the custodian's documented
	// caching allows.
	Signer(ctx context.Context, ref string, pub *rsa.PublicKey) (crypto.Signer, error)

	// Delete ends the use of the key named ref for good: afterwards Signer or
	// Sign returns ErrNoKey. The custodian may keep the material for a time
	// before it destroys it. Deleting a key that is not there is no error, so
	// that an interrupted deletion can be repeated.
	Delete(ctx context.Context, ref string) error
}
