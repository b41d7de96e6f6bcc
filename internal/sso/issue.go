package sso

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

// Issued is what the browser is to post.
type Issued struct {
	Response   *saml.Released
	ACS        string // the address of AWS that it is made for
	FormAction string // the source expression that lets the form post there, for Content-Security-Policy
	RelayState string // empty for none
	Roles      []idp.OpenRole
	Ending     awsfed.Ending // until when it holds
}

// Judged says that AWS would refuse the response; nothing was signed.
type Judged struct {
	Err error
}

func (j *Judged) Error() string { return "judged before signing: " + j.Err.Error() }

// Unwrap gives the finding of the judge or the problems of the attributes.
func (j *Judged) Unwrap() error { return j.Err }

// Issue makes the signed response for a launch. It returns
//
//   - an error that wraps [awsfed.ErrRelayState] when the relay state is not
//     allowed,
//
//   - a [*Judged] when AWS would refuse the response, with the reason,
//
//   - an error that wraps [ErrUnavailable] when the key or the store fails.
//
//   - [ErrUsed] when the launch was issued before.
//
// A response is returned only after its event is stored. It ends the role session
// when the access ends ([Issued.Ending]).
func (s *Service) Issue(ctx context.Context, launch *Launch, relayState string) (*Issued, error) {
	l, err := launch.take()
	if err != nil {
		return nil, err
	}
	ctx, cancel := l.rest(ctx)
	defer cancel()
	event := s.event(l, idp.OutcomeIssuing)
	event.RoleARN = roleARNs(l.roles)
	err = s.checkClock(l)
	if err != nil {
		return nil, s.refused(ctx, event, err)
	}

	relayState, err = awsfed.RelayState(l.connector, relayState)
	if err != nil && !errors.Is(err, awsfed.ErrRelayState) {
		err = &Judged{Err: err}
	}
	if err != nil {
		return nil, s.refused(ctx, event, err)
	}
	certificate, err := currentCertificate(l.key)
	if err != nil {
		return nil, s.refused(ctx, event, fmt.Errorf("%w: %w", ErrUnavailable, err))
	}
	stated := s.stated(l)
	spec, prepared, err := awsfed.Prepare(stated, certificate)
	if errors.Is(err, saml.ErrKey) {
		return nil, s.refused(ctx, event, fmt.Errorf("%w: %w", ErrUnavailable, err))
	}
	if err != nil {
		return nil, s.refused(ctx, event, &Judged{Err: err})
	}
	event.AssertionID = spec.AssertionID
	event.Reason = ends(stated.Ending())
	released, err := s.release(ctx, l, prepared, certificate, event)
	if err != nil {
		return nil, err
	}
	partition, _ := awsfed.PartitionByName(l.connector.Partition)
	return &Issued{Response: released, ACS: spec.Destination, FormAction: partition.FormAction(), RelayState: relayState, Roles: l.roles, Ending: stated.Ending()}, nil
}

// stated is what the response states.
func (s *Service) stated(l *granted) awsfed.Launch {
	return awsfed.Launch{
		Connector:   l.connector,
		User:        l.user,
		Roles:       l.roles,
		Session:     l.session,
		Now:         s.Now(),
		ResponseID:  idp.NewID("_"),
		AssertionID: idp.NewID("_"),
		TLS:         s.TLS,
	}
}

// ends is what the record says of a response that ends its role session; empty for
// one without an end.
func ends(e awsfed.Ending) string {
	if e.Stated.IsZero() {
		return ""
	}
	text := "the role session ends at " + e.Session.UTC().Format(time.RFC3339)
	if !e.Access.IsZero() {
		text = "the access ends at " + e.Access.UTC().Format(time.RFC3339) + ", and the role session at " + e.Session.UTC().Format(time.RFC3339) + "; a chained role or aws login may outlive it"
	}
	if e.Early {
		text += "; " + awsfed.EarlyEndTerms
	}
	return text
}

// release signs while the event is written, and lets the response go only when
// both are done and the signature holds.
func (s *Service) release(ctx context.Context, l *granted, prepared *saml.Prepared, certificate *x509.Certificate, event idp.Event) (*saml.Released, error) {
	stored := make(chan error, 1)
	go func() { stored <- s.put(ctx, event) }()
	released, signErr := s.sign(ctx, l, prepared, certificate)
	storeErr := <-stored
	if signErr != nil {
		s.failed(ctx, event, errors.Join(signErr, storeErr))
		return nil, fmt.Errorf("sign for %q: %w: %w", l.connector.Slug, ErrUnavailable, errors.Join(signErr, storeErr))
	}
	if storeErr != nil {
		s.failed(ctx, event, storeErr) // the event may be there, and its answer alone be lost
		return nil, fmt.Errorf("store event of %q: %w: %w", l.connector.Slug, ErrUnavailable, storeErr)
	}
	return released, nil
}

// put stores an event. A panic is an error: in a goroutine beside the signature no
// face would catch it, and it would end the process with the requests of others.
func (s *Service) put(ctx context.Context, event idp.Event) (err error) {
	defer func() {
		cause := recover()
		if cause != nil {
			err = fmt.Errorf("panic (%T) at\n%s", cause, debug.Stack())
		}
	}()
	return s.Store.PutEvent(ctx, event)
}

func (s *Service) sign(ctx context.Context, l *granted, prepared *saml.Prepared, certificate *x509.Certificate) (*saml.Released, error) {
	signer, err := s.Keys.Signer(ctx, l.key, certificate)
	if err != nil {
		return nil, err
	}
	signed, err := prepared.Sign(signer)
	if err != nil {
		return nil, err
	}
	return signed.Release()
}

// failed tells the audit record that a response announced as issuing was never
// released. It is told too where the announcement may not have been stored: an end
// without a beginning misleads nobody who compares the record with CloudTrail.
func (s *Service) failed(ctx context.Context, event idp.Event, cause error) {
	event.ID = idp.NewID("ev_")
	event.At = s.Now()
	event.Outcome = idp.OutcomeFailed
	event.Reason = cause.Error()
	s.record(ctx, event)
}

func (s *Service) refused(ctx context.Context, event idp.Event, cause error) error {
	event.Outcome = idp.OutcomeRefused
	if errors.Is(cause, ErrUnavailable) {
		event.Outcome = idp.OutcomeFailed
	}
	event.Reason = reason(cause)
	event.AssertionID = ""
	s.record(ctx, event)
	return cause
}

// reason is what the record keeps of a cause. A relay state that is not allowed
// is left out of it: it is a text that anybody can make a person send.
func reason(cause error) string {
	if errors.Is(cause, awsfed.ErrRelayState) {
		return awsfed.ErrRelayState.Error()
	}
	return cause.Error()
}

// Follow records that a bookmark was opened, and returns where it leads. As
// with a response, there is no way out without the event.
func (s *Service) Follow(ctx context.Context, launch *Launch) (string, error) {
	l, err := launch.take()
	if err != nil {
		return "", err
	}
	ctx, cancel := l.rest(ctx)
	defer cancel()
	err = s.Store.PutEvent(ctx, s.event(l, idp.OutcomeDone))
	if err != nil {
		return "", fmt.Errorf("store event of %q: %w: %w", l.connector.Slug, ErrUnavailable, err)
	}
	return l.connector.URL, nil
}

// ErrNoKey says that a connector has no key that can sign.
var ErrNoKey = errors.New("the connector has no key that is ready")

func currentCertificate(key *idp.Key) (*x509.Certificate, error) {
	if key == nil || key.State != idp.KeyReady {
		return nil, ErrNoKey
	}
	certificate, err := x509.ParseCertificate(key.Current.DER)
	if err != nil {
		return nil, fmt.Errorf("read certificate of %q: %w", key.Slug, err)
	}
	return certificate, nil
}

func roleARNs(roles []idp.OpenRole) string {
	arns := make([]string, len(roles))
	for i, role := range roles {
		arns[i] = role.RoleARN
	}
	return strings.Join(arns, " ")
}
