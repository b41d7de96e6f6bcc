package admin

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"sync"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/metadata"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/store"
)

// maxTestRoles is for how many roles a test makes a response.
const maxTestRoles = 20

// Test is what would happen if the person opened the connector now: the decision,
// and for each role AWS's verdict on the response. The responses are signed with a
// key that ends with the process; no AWS account trusts it. A connector that is inactive, as a draft is, is tested all the same.
func (a *Administrator) Test(ctx context.Context, slug, email string) (resource.Test, error) {
	err := a.mayRead(OpTest)
	if err != nil {
		return resource.Test{}, err
	}
	s := a.service
	c, err := s.Store.Connector(ctx, slug)
	if err != nil {
		return resource.Test{}, store.About("connector", slug, err)
	}
	u, err := s.User(ctx, email)
	if isNotFound(err) {
		return resource.Test{}, idp.Problems{{Field: "user", Value: email, Reason: "there is no such person", Remedy: "give the email of a person"}}
	}
	if err != nil {
		return resource.Test{}, err
	}
	in, err := s.Store.Instance(ctx)
	if err != nil {
		return resource.Test{}, fmt.Errorf("read instance: %w", err)
	}
	t := trialRun{service: s, connector: c, user: u, session: s.trialSession(u.ID, in.Epoch)}
	decision := idp.Decide(idp.Facts{Instance: in, Session: t.session, User: u, Connector: c}, s.Now())
	result := resource.Test{
		Email: u.Email, Granted: decision.Reason == idp.Granted, Reason: string(decision.Reason), Roles: []resource.TestRole{},
		Accepted: decision.Reason == idp.Granted,
	}
	if c.Kind == idp.KindAWS {
		err = t.run(ctx, &result)
		if err != nil {
			return resource.Test{}, err
		}
	}
	e := s.event(a.actor, idp.ActionConnectorTest, u.Email)
	e.Connector = slug
	return result, s.Store.PutEvent(ctx, e)
}

// trialSession stands for a sign-in of this moment.
func (s *Service) trialSession(userID string, epoch uint64) *idp.Session {
	now := s.Now()
	return &idp.Session{
		UserID: userID, Methods: []idp.Method{idp.MethodPassword}, AuthTime: now, LastSeen: now,
		ExpiresAt: now.Add(idp.SessionLifetime), InstanceEpoch: epoch,
	}
}

// trialRun is one test.
type trialRun struct {
	service   *Service
	connector *idp.Connector
	user      *idp.User
	session   *idp.Session

	signer      *rsa.PrivateKey
	certificate *x509.Certificate
	trusted     *saml.Descriptor
	names       map[string]string
}

func (t *trialRun) run(ctx context.Context, result *resource.Test) error {
	document, err := t.throwawayKey()
	if err != nil {
		return err
	}
	t.names, err = t.service.Store.GroupNames(ctx, t.connector.Groups)
	if err != nil {
		return store.About("groups of connector", t.connector.Slug, err)
	}
	result.Metadata = string(document)
	result.Accepted = true
	carried := idp.Carried(t.connector, idp.RolesOf(t.user, t.connector, t.service.Now()))
	for i, roles := range carried[:min(len(carried), maxTestRoles)] {
		shown, released, err := t.response(roles)
		if err != nil {
			return err
		}
		if i == 0 && released != nil {
			result.Response, result.Assertion = released.Base64(), string(saml.Indent(released.XML()))
		}
		for _, role := range shown {
			result.Accepted = result.Accepted && role.Accepted
		}
		result.Roles = append(result.Roles, shown[:min(len(shown), maxTestRoles-len(result.Roles))]...)
	}
	result.Accepted = result.Accepted && len(carried) > 0
	return nil
}

// throwaway is the key of this process's tests. Making one takes a processor for
// a quarter of a second and more, which a test is not worth to whoever may ask for
// it as often as they like. It is never stored, and nothing trusts it.
var throwaway = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keys.Bits) })

// throwawayKey is the key and the metadata that goes with it.
func (t *trialRun) throwawayKey() ([]byte, error) {
	signer, err := throwaway()
	if err != nil {
		return nil, fmt.Errorf("make a key for the test: %w", err)
	}
	slug := t.connector.Slug
	t.signer = signer
	t.certificate, err = keys.Issue(signer, slug, t.service.Now())
	if err != nil {
		return nil, fmt.Errorf("issue a certificate for the test: %w", err)
	}
	key := &idp.Key{Slug: slug, State: idp.KeyReady, Current: keys.Describe("", t.certificate)}
	document, err := metadata.Document(t.connector, key, t.service.URL)
	if err != nil {
		return nil, err
	}
	t.trusted, err = saml.ReadMetadata(document)
	return document, err
}

// response tests the response that carries these roles: composed, signed and
// judged as a launch's is, but nothing is held back, so that the administrator sees
// what AWS would say.
func (t *trialRun) response(roles []idp.OpenRole) ([]resource.TestRole, *saml.Released, error) {
	shown := make([]resource.TestRole, len(roles))
	for i, role := range roles {
		shown[i] = resource.TestRole{RoleARN: role.RoleARN, ProviderARN: role.ProviderARN, Groups: t.openedBy(role), Findings: []resource.Finding{}, Warnings: []resource.Finding{}, Until: resource.Stamp(role.Until)}
	}
	now := t.service.Now()
	spec, err := awsfed.Compose(awsfed.Launch{
		Connector: t.connector, User: t.user, Roles: roles, Session: t.session, Now: now,
		ResponseID: idp.NewID("_"), AssertionID: idp.NewID("_"), TLS: true,
	})
	if err != nil {
		return t.refused(shown, err)
	}
	prepared, err := saml.Prepare(spec, saml.SigningOptions{Certificate: t.certificate, SignResponse: t.connector.SignResponse}, func(*saml.Document) error { return nil })
	if err != nil {
		return t.refused(shown, err)
	}
	signed, err := prepared.Sign(t.signer)
	if err != nil {
		return shown, nil, fmt.Errorf("sign the test: %w", err)
	}
	released, err := signed.Release()
	if err != nil {
		return shown, nil, fmt.Errorf("check the test's signature: %w", err)
	}
	doc, err := saml.Read(released.XML())
	if err != nil {
		return shown, nil, err
	}
	verdict := awsfed.Judge(doc, t.trusted, now)
	for i := range shown {
		shown[i].Accepted = verdict.Accepted()
		shown[i].Findings, shown[i].Warnings = showFindings(verdict.Findings), showFindings(verdict.Warnings)
		if i < len(verdict.Sessions) {
			shown[i].SessionName = verdict.Sessions[i].Name
			shown[i].ExpiresAt = resource.Stamp(now.Add(verdict.Sessions[i].Duration))
		}
	}
	return shown, released, nil
}

func showFindings(findings []awsfed.Finding) []resource.Finding {
	shown := []resource.Finding{}
	for _, f := range findings {
		shown = append(shown, resource.Finding{Rule: f.Rule, Says: f.Text, Cause: f.Cause, Remedy: f.Remedy})
	}
	return shown
}

// refused shows a response that could not even be composed for the person.
func (t *trialRun) refused(shown []resource.TestRole, err error) ([]resource.TestRole, *saml.Released, error) {
	problems, err := gather(err)
	if err != nil {
		return shown, nil, err
	}
	for i := range shown {
		for _, p := range problems {
			shown[i].Findings = append(shown[i].Findings, resource.Finding{Rule: p.Field, Says: p.Reason, Cause: p.Field + " " + p.Value, Remedy: p.Remedy})
		}
	}
	return shown, nil, nil
}

// openedBy are the names of the person's groups that open a role.
func (t *trialRun) openedBy(role idp.OpenRole) []string {
	names := []string{}
	now := t.service.Now()
	for _, m := range t.user.Groups {
		alone := &idp.User{Groups: []idp.Membership{m}}
		for _, open := range idp.RolesOf(alone, t.connector, now) {
			if open.RoleARN == role.RoleARN && open.ProviderARN == role.ProviderARN {
				names = append(names, t.names[m.GroupID])
				break
			}
		}
	}
	return names
}
