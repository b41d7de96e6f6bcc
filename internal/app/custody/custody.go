// Package custody wires the custodies of signing keys in AWS.
package custody

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	servicekms "github.com/aws/aws-sdk-go-v2/service/kms"
	servicesecrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/kms"
	"github.com/gatepost/gatepost/internal/keys/secrets"
)

// Custodians are the custodies by name. A client is made at first use: most
// installations use one custody, and a cold start waits for neither.
type Custodians map[idp.Custody]func() keys.Custodian

// Open makes the custodies of AWS.
func Open(config aws.Config, c environment.Config) Custodians {
	return Custodians{
		idp.CustodyKMS: sync.OnceValue(func() keys.Custodian {
			client := servicekms.NewFromConfig(config, func(o *servicekms.Options) { o.BaseEndpoint = environment.Endpoint("kms") })
			return kms.New(client, kms.Options{SignerRoles: c.SignerRoles, KeeperRole: c.KeysRole, Stack: c.Stack})
		}),
		idp.CustodySecrets: sync.OnceValue(func() keys.Custodian {
			client := servicesecrets.NewFromConfig(config, func(o *servicesecrets.Options) { o.BaseEndpoint = environment.Endpoint("secrets_manager") })
			return secrets.New(client, secrets.Options{Key: c.SecretsKey, Stack: c.Stack})
		}),
	}
}

// All are the custodies themselves, for whoever makes keys.
func (cs Custodians) All() map[idp.Custody]keys.Custodian {
	all := make(map[idp.Custody]keys.Custodian, len(cs))
	for name, custodian := range cs {
		all[name] = custodian()
	}
	return all
}

// Signer finds the signer of a connector's current certificate.
func (cs Custodians) Signer(ctx context.Context, key *idp.Key, certificate *x509.Certificate) (crypto.Signer, error) {
	custodian, known := cs[key.Custody]
	if !known {
		return nil, fmt.Errorf("key of %q is in custody %q, which this function does not use: %w", key.Slug, key.Custody, keys.ErrUnavailable)
	}
	public, isRSA := certificate.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return nil, fmt.Errorf("certificate of %q: %w: not an RSA key", key.Slug, keys.ErrMismatch)
	}
	return custodian().Signer(ctx, key.Current.Ref, public)
}
