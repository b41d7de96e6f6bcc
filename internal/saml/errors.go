package saml

import "errors"

// What callers decide by. Each is wrapped with the detail.
var (
	// ErrKey says that a certificate or a signer is not for an RSA key of at
	// least 2048 bits.
	ErrKey = errors.New("not an RSA key of at least 2048 bits")

	// ErrUsed says that a prepared response was given to a key before: each
	// can be signed once, whatever came of it.
	ErrUsed = errors.New("the prepared response was signed before")

	// ErrSignature says that a signature is missing, in the wrong place, of a
	// kind that is not taken, or does not fit the document or the certificate.
	ErrSignature = errors.New("the signature does not verify")

	// ErrTooLarge says that an input is larger than [MaxInput].
	ErrTooLarge = errors.New("the document is too large")

	// ErrMalformed says that an input is not base64, not well-formed XML, or
	// has what SAML forbids or honest documents never have: a document type,
	// a doubled attribute or ID, deep nesting, trailing data.
	ErrMalformed = errors.New("the document is malformed")

	// ErrNotSAML says that an input is well-formed XML but not the SAML
	// document that was asked for.
	ErrNotSAML = errors.New("not the expected SAML document")
)
