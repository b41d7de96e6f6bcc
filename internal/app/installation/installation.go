// Package installation opens what Gatepost works on: a data folder on this
// machine, or the tables and keys of a deployment in AWS. `serve` and the command
// line see no difference.
package installation

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
)

// Installation is an open installation. It must be closed.
type Installation struct {
	Store  *store.Store
	SignIn *signin.Service
	Admin  *admin.Service

	keys  signers
	close []func() error
}

// signers finds the signer of a connector's current certificate.
type signers interface {
	Signer(ctx context.Context, key *idp.Key, certificate *x509.Certificate) (crypto.Signer, error)
}

// Signer finds the signer of a connector's current certificate.
func (i *Installation) Signer(ctx context.Context, key *idp.Key, certificate *x509.Certificate) (crypto.Signer, error) {
	return i.keys.Signer(ctx, key, certificate)
}

// Close lets go of what is open.
func (i *Installation) Close() error {
	var failed []error
	for _, c := range i.close {
		failed = append(failed, c())
	}
	return errors.Join(failed...)
}
