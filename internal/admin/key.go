package admin

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Key is a connector's key with its certificates. One without a key has the state
// none.
func (a *Administrator) Key(ctx context.Context, slug string) (resource.KeyView, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return resource.KeyView{}, err
	}
	c, key, err := a.service.Connector(ctx, slug)
	if err != nil {
		return resource.KeyView{}, err
	}
	if c.Kind != idp.KindAWS {
		return resource.KeyView{}, store.About(fmt.Sprintf("connector %q is a bookmark, which has no key", slug), "", store.ErrNotFound)
	}
	view := resource.KeyView{Key: *resource.FromKey(key), Certificates: []resource.Certificate{}}
	if key == nil {
		return view, nil
	}
	held := []idp.Certificate{key.Current}
	if key.Next != nil {
		held = append(held, *key.Next)
	}
	for _, one := range held {
		if len(one.DER) == 0 {
			continue
		}
		shown, err := certificate(one.DER)
		if err != nil {
			return resource.KeyView{}, store.About("certificate of", slug, err)
		}
		view.Certificates = append(view.Certificates, shown)
	}
	return view, nil
}

func certificate(der []byte) (resource.Certificate, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return resource.Certificate{}, err
	}
	sum := sha256.Sum256(der)
	return resource.Certificate{
		PEM: string(keys.CertificatePEM(der)), Subject: cert.Subject.String(), Serial: cert.SerialNumber.Text(16),
		Fingerprint: hex.EncodeToString(sum[:]), NotBefore: resource.Stamp(cert.NotBefore), NotAfter: resource.Stamp(cert.NotAfter),
	}, nil
}

// MakeKey makes the key of a connector that has none.
func (a *Administrator) MakeKey(ctx context.Context, slug string) (resource.Key, error) {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return resource.Key{}, err
	}
	c, key, err := a.service.Connector(ctx, slug)
	if err != nil {
		return resource.Key{}, err
	}
	if c.Kind != idp.KindAWS {
		return resource.Key{}, idp.Problems{{Field: "connector", Value: slug, Reason: "is a bookmark, which signs nothing", Remedy: "only connectors of kind aws have keys"}}
	}
	if key != nil {
		return resource.Key{}, store.About("key of", slug, store.ErrExists)
	}
	err = a.service.EnsureKey(ctx, a.actor, slug)
	if err != nil {
		return resource.Key{}, err
	}
	key, err = a.service.Store.Key(ctx, slug)
	if err != nil {
		return resource.Key{}, err
	}
	return *resource.FromKey(key), nil
}

// UploadKey takes a private key and its certificate in PEM; see
// [Service.UploadKey].
func (a *Administrator) UploadKey(ctx context.Context, slug string, privateKey, certificate []byte) (resource.Key, error) {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return resource.Key{}, err
	}
	key, err := a.service.UploadKey(ctx, a.actor, slug, privateKey, certificate)
	if err != nil {
		return resource.Key{}, err
	}
	return *resource.FromKey(key), nil
}
