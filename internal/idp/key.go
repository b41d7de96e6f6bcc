package idp

import "time"

// Custody names who keeps a signing key.
type Custody string

// The custodies: where the private half of a key lives.
const (
	CustodyFile    Custody = "file"           // a file of mode 0600 beside the embedded store
	CustodyKMS     Custody = "kms"            // AWS KMS: made there, never leaves it
	CustodySecrets Custody = "secretsmanager" // AWS Secrets Manager
)

// Source tells where a key came from.
type Source string

// The sources of keys.
const (
	SourceGenerated Source = "generated"
	SourceUploaded  Source = "uploaded"
)

// KeyState tells whether a key can sign.
type KeyState string

// The states of a connector's key.
const (
	KeyNone     KeyState = "none"
	KeyCreating KeyState = "creating"
	KeyReady    KeyState = "ready"
	KeyDeleting KeyState = "deleting" // its private half is gone or going
)

// Key is what Gatepost knows of a connector's signing key: where it is kept and
// which certificates vouch for it. The private half is never here.
type Key struct {
	Slug    string
	Custody Custody
	Source  Source
	State   KeyState
	Current Certificate  // signs
	Next    *Certificate // published beside Current while a rotation is under way

	CreatedAt time.Time
	UpdatedAt time.Time
	Version   uint64
}

// Certificate is one signing certificate and the custodian's name for its key.
type Certificate struct {
	Ref         string // what the custodian calls the key
	DER         []byte // the X.509 certificate
	Fingerprint string // SHA-256 of the public key (SubjectPublicKeyInfo), in hexadecimal
	NotBefore   time.Time
	NotAfter    time.Time
}
