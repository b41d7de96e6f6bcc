package admin

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
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
		return fmt.Errorf("activate connector %q: %w", slug, err)
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

// trialUser stands for a person with a usual email. Templates over a person's
// own attributes cannot be judged without the person; awsfed checks their form.
func trialUser(c *idp.Connector) *idp.User {
	u := &idp.User{ID: "u_trial", Email: "trial@example.com", Name: "Trial", NameID: "trial", Active: true, Attributes: map[string]string{}}
	for _, name := range idp.UserAttributes(c.Attributes) {
		u.Attributes[name] = "trial"
	}
	return u
}

// trial has AWS's judge look at each response that a launch could make, as it
// would be before signing. Nothing is signed.
func (s *Service) trial(c *idp.Connector, key *idp.Key) error {
	certificate, err := x509.ParseCertificate(key.Current.DER)
	if err != nil {
		return fmt.Errorf("read certificate of %q: %w", c.Slug, err)
	}
	now := s.Now()
	for _, roles := range trialRoles(c) {
		_, _, err := awsfed.Prepare(awsfed.Launch{
			Connector: c, User: trialUser(c), Roles: roles, Session: s.trialSession("", 0), Now: now,
			ResponseID: idp.NewID("_"), AssertionID: idp.NewID("_"),
		}, certificate)
		var problems idp.Problems
		switch {
		case err == nil:
		case errors.As(err, &problems):
			return problems
		case len(roles) > 1:
			return idp.Problems{{
				Field: "aws_chooser", Value: fmt.Sprintf("%d roles in one response", len(roles)), Reason: "AWS would refuse the sign-in: " + err.Error(),
				Remedy: "open fewer roles to one group, or let people choose at Gatepost (aws_chooser: false)",
			}}
		default:
			return idp.Problems{{
				Field: fmt.Sprintf("roles[%d]", roleIndex(c, roles[0])), Value: roles[0].RoleARN, Reason: "AWS would refuse the sign-in: " + err.Error(),
				Remedy: "change the role or the attributes",
			}}
		}
	}
	return nil
}

// trialRoles are the roles of each response that is tried: every role alone, and
// where a response carries all that are open, those of each group. People of
// several groups may carry more; that shows at each of them.
func trialRoles(c *idp.Connector) [][]idp.OpenRole {
	var all [][]idp.OpenRole
	for _, role := range c.Roles {
		all = append(all, []idp.OpenRole{{Role: role}})
	}
	if !c.AWSChooser {
		return all
	}
	tried := map[string]bool{}
	for _, group := range c.Groups {
		member := &idp.User{Groups: []idp.Membership{{GroupID: group}}}
		roles := idp.RolesOf(member, c, time.Time{})
		key := fmt.Sprint(roles)
		if len(roles) > 1 && !tried[key] {
			all = append(all, idp.Carried(c, roles)...)
		}
		tried[key] = true
	}
	return all
}

func roleIndex(c *idp.Connector, role idp.OpenRole) int {
	return slices.IndexFunc(c.Roles, func(r idp.Role) bool { return r.RoleARN == role.RoleARN && r.ProviderARN == role.ProviderARN })
}
