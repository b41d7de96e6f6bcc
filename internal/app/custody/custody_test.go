package custody

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/keystest"
)

// asked is a custody that notes for which key it is asked.
type asked struct {
	keys.Custodian
	ref    string
	public *rsa.PublicKey
}

func (a *asked) Signer(_ context.Context, ref string, public *rsa.PublicKey) (crypto.Signer, error) {
	a.ref, a.public = ref, public
	return keystest.Key(0), nil
}

func TestTheSignerIsThatOfTheCurrentKeyInItsOwnCustody(t *testing.T) {
	var mine, other asked
	cs := Custodians{
		idp.CustodyKMS:     func() keys.Custodian { return &mine },
		idp.CustodySecrets: func() keys.Custodian { return &other },
	}
	public := &keystest.Key(0).PublicKey
	key := &idp.Key{Slug: "aws-a", Custody: idp.CustodyKMS, Current: idp.Certificate{Ref: "current"}, Next: &idp.Certificate{Ref: "next"}}
	signer, err := cs.Signer(t.Context(), key, &x509.Certificate{PublicKey: public})
	if err != nil || signer == nil {
		t.Fatalf("got %v, %v", signer, err)
	}
	if mine.ref != "current" || mine.public != public || other.ref != "" {
		t.Errorf("asked for %q (its own certificate's: %t), and the other custody for %q", mine.ref, mine.public == public, other.ref)
	}
}

func TestWhatCannotSignIsRefusedBeforeACustodyIsMade(t *testing.T) {
	cs := Custodians{idp.CustodyKMS: func() keys.Custodian {
		t.Error("a custody is made")
		return &asked{}
	}}
	public := &keystest.Key(0).PublicKey
	for name, c := range map[string]struct {
		custody idp.Custody
		public  any
		want    error
	}{
		"a key in a custody that the function does not use": {idp.CustodyFile, public, keys.ErrUnavailable},
		"a certificate of another kind of key":              {idp.CustodyKMS, &ecdsa.PublicKey{}, keys.ErrMismatch},
		"a certificate without a key":                       {idp.CustodyKMS, nil, keys.ErrMismatch},
	} {
		signer, err := cs.Signer(t.Context(), &idp.Key{Slug: "aws-a", Custody: c.custody}, &x509.Certificate{PublicKey: c.public})
		if signer != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, %v; want %v", name, signer, err, c.want)
		}
	}
}

func TestEachCustodyOfAWSIsMadeOnce(t *testing.T) {
	cs := Open(aws.Config{Region: "eu-central-1"}, environment.Config{})
	first, second := cs.All(), cs.All()
	if len(first) != 2 || first[idp.CustodyKMS] == nil || first[idp.CustodySecrets] == nil {
		t.Fatalf("the custodies are %v", first)
	}
	for name, custodian := range first {
		if custodian != second[name] || custodian != cs[name]() {
			t.Errorf("%s is made again", name)
		}
	}
	if first[idp.CustodyKMS] == first[idp.CustodySecrets] {
		t.Error("two custodies are one")
	}
}
