package admin

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Activate opens a connector for the groups it is granted to. It is refused, with
// every reason at once as [idp.Problems], until a sign-in would work: the key is
// ready and its certificate in date, and AWS would accept a trial response for
// each role. An active connector stays as it is.
func (s *Service) Activate(ctx context.Context, a Actor, slug string) error {
	return quicker(func() error { return s.activate(ctx, a, slug) })
}

func (s *Service) activate(ctx context.Context, a Actor, slug string) error {
	before, key, err := s.Connector(ctx, slug)
	if err != nil {
		return err
	}
	if before.Active {
		return nil
	}
	err = s.ready(before, key)
	if err != nil {
		return err
	}
	after := *before
	after.Active, after.Used, after.UpdatedAt = true, true, s.Now()
	e, err := s.connectorEvent(ctx, a, idp.ActionConnectorActivate, slug, before, &after)
	if err != nil {
		return err
	}
	err = s.Store.ActivateConnector(ctx, &after, key, e)
	if err != nil {
		return store.About("activate connector", slug, err)
	}
	return nil
}

func (s *Service) ready(c *idp.Connector, key *idp.Key) error {
	if c.Kind != idp.KindAWS {
		return nil
	}
	problems, err := gather(awsfed.CheckComplete(c))
	if err != nil {
		return err
	}
	problems = append(problems, s.keyProblems(c.Slug, key)...)
	if len(problems) > 0 {
		return problems
	}
	return s.trial(c, key)
}

func (s *Service) keyProblems(slug string, key *idp.Key) idp.Problems {
	switch {
	case key == nil || key.State != idp.KeyReady:
		return idp.Problems{{Field: "key", Value: slug, Reason: "there is no key that is ready", Remedy: "upload one with: gatepost key upload --connector " + slug}}
	case !s.Now().Before(key.Current.NotAfter):
		return idp.Problems{{Field: "key", Value: slug, Reason: "its certificate expired on " + key.Current.NotAfter.Format(time.DateOnly), Remedy: "upload a key with a certificate that is in date"}}
	case s.Now().Before(key.Current.NotBefore):
		return idp.Problems{{Field: "key", Value: slug, Reason: "its certificate is not valid before " + key.Current.NotBefore.Format(time.DateOnly), Remedy: "wait, or upload a key with a certificate that is in date"}}
	}
	return nil
}

// trial has AWS's judge look at each response that a launch could make, as it
// would be before signing: every role alone, and the largest.
func (s *Service) trial(c *idp.Connector, key *idp.Key) error {
	certificate, err := x509.ParseCertificate(key.Current.DER)
	if err != nil {
		return store.About("read certificate of", c.Slug, err)
	}
	now := s.Now()
	for _, role := range c.Roles {
		err := awsfed.CheckTrial(c, []idp.OpenRole{{Role: role}}, certificate, now)
		if err != nil {
			return err
		}
	}
	return awsfed.CheckLargest(c, certificate, now)
}

// checkActive is what is asked of a change of a connector beside [check]: where it is
// active, that it is complete and that AWS would take its largest launch. All changes
// come by here but those that only close something. What was wrong with it before the
// change is no reason to refuse the change.
func (s *Service) checkActive(ctx context.Context, before, after *idp.Connector) error {
	if !after.Active || after.Kind != idp.KindAWS {
		return nil
	}
	err := idp.NewFaults(awsfed.CheckComplete(before), awsfed.CheckComplete(after))
	if err != nil {
		return err
	}
	key, err := s.Store.Key(ctx, after.Slug)
	if errors.Is(err, store.ErrNotFound) {
		return nil // nothing is launched without one
	}
	if err != nil {
		return store.About("key of", after.Slug, err)
	}
	certificate, err := x509.ParseCertificate(key.Current.DER)
	if err != nil {
		return store.About("read certificate of", after.Slug, err)
	}
	now := s.Now()
	err = awsfed.CheckLargest(after, certificate, now)
	if err == nil {
		return nil
	}
	return idp.NewFaults(awsfed.CheckLargest(before, certificate, now), err)
}
