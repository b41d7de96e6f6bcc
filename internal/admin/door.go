package admin

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// door is a connector to which people's launches are tried: composed as a launch
// composes them, and judged where the judge could say no. Nothing is signed.
type door struct {
	connector   *idp.Connector
	certificate *x509.Certificate // nil while there is none, and nobody launches anyway
	session     *idp.Session
	now         time.Time
}

// doorsOf are the connectors as doors, in their order.
func (s *Service) doorsOf(ctx context.Context, connectors []*idp.Connector) ([]door, error) {
	var slugs []string
	for _, c := range connectors {
		if c.Kind == idp.KindAWS {
			slugs = append(slugs, c.Slug)
		}
	}
	held, err := s.Store.Keys(ctx, slugs...)
	if err != nil {
		return nil, err
	}
	doors := make([]door, len(connectors))
	for i, c := range connectors {
		doors[i] = door{connector: c, session: s.trialSession("", 0), now: s.Now()}
		if key := held[c.Slug]; key != nil && key.State == idp.KeyReady {
			doors[i].certificate, err = x509.ParseCertificate(key.Current.DER)
		}
		if err != nil {
			return nil, store.About("read certificate of", c.Slug, err)
		}
	}
	return doors, nil
}

// says is AWS's answer to a response, without the cause: by that, people who are
// refused for one reason would all differ.
func says(err error) string {
	var refusal *awsfed.Refusal
	if errors.As(err, &refusal) {
		return " (AWS answers: " + refusal.Text + ")"
	}
	return ": " + err.Error()
}

// refuses tells why a launch of u would be refused; nothing where nothing is open
// to them. Responses that carry one role each differ in nothing else, so that the
// first stands for all.
func (d door) refuses(u *idp.User) idp.Problems {
	c := d.connector
	carried := idp.Carried(c, idp.RolesOf(u, c, d.now))
	if c.Kind != idp.KindAWS || len(carried) == 0 {
		return nil
	}
	roles := carried[0]
	err := awsfed.CheckLaunch(awsfed.Launch{
		Connector: c, User: u, Roles: roles, Session: d.session, Now: d.now,
		ResponseID: idp.NewID("_"), AssertionID: idp.NewID("_"),
	}, d.certificate)
	problems, err := gather(err)
	switch {
	case err == nil:
		return problems
	case len(roles) > 1:
		return idp.Problems{{Field: "aws_chooser", Reason: fmt.Sprintf("AWS does not take %d roles in one response%s", len(roles), says(err)), Remedy: "open fewer roles to one person, or let people choose at Gatepost"}}
	}
	return idp.Problems{{Field: "attributes", Reason: "AWS does not take the response" + says(err), Remedy: "shorten what the rules tell of the person"}}
}
