package sso_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/store"
)

func TestALaunchIsOneReadOneWriteOneSignature(t *testing.T) {
	w := newWorld(t)
	issued, err := w.launch("")
	if err != nil {
		t.Fatal(err)
	}
	if r, n, s := w.tables.reads.Load(), w.tables.writes.Load(), w.signers.signed.Load(); r != 1 || n != 1 || s != 1 {
		t.Errorf("%d reads, %d writes, %d signatures; want one of each", r, n, s)
	}
	if issued.ACS != "https://signin.aws.amazon.com/saml" || issued.FormAction != "https://*.aws.amazon.com" {
		t.Errorf("posts to %q under %q", issued.ACS, issued.FormAction)
	}
}

func TestTheEventOfAReleasedResponseNamesItsAssertion(t *testing.T) {
	w := newWorld(t)
	issued, err := w.launch("")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := saml.Read(issued.Response.XML())
	if err != nil {
		t.Fatal(err)
	}
	list := w.events()
	if len(list) != 1 {
		t.Fatalf("%d events, want 1", len(list))
	}
	e := list[0]
	if e.Outcome != idp.OutcomeIssuing || e.AssertionID != doc.Assertions[0].ID || e.Actor != "alice@example.com" || e.RoleARN != roleARN || e.SourceIP != "192.0.2.1" || e.RequestID != "r1" {
		t.Errorf("event %+v does not describe assertion %s", e, doc.Assertions[0].ID)
	}
}

func TestAWSWouldAcceptWhatIsIssued(t *testing.T) {
	w := newWorld(t)
	issued, err := w.launch("https://console.aws.amazon.com/s3/home")
	if err != nil {
		t.Fatal(err)
	}
	if issued.RelayState != "https://console.aws.amazon.com/s3/home" {
		t.Errorf("relay state %q", issued.RelayState)
	}
	key, err := w.store.Key(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := saml.Read(issued.Response.XML())
	if err != nil {
		t.Fatal(err)
	}
	verdict := awsfed.Judge(doc, &saml.Descriptor{EntityID: connector().EntityID, Certificates: [][]byte{key.Current.DER}, SSOLocations: []string{"https://sso.example.com/sso/aws-a"}, Size: 2000}, noon)
	if verdict.Err() != nil {
		t.Fatal(verdict.Err())
	}
	if got := verdict.Sessions[0]; got.RoleARN != roleARN || got.Name != "alice@example.com" {
		t.Errorf("AWS would open %+v", got)
	}
}

func TestRefusalsAreRecordedAndSignNothing(t *testing.T) {
	cases := []struct {
		name   string
		change func(*world, *sso.Request)
		want   idp.Reason
		events int
	}{
		{"nobody is signed in", func(_ *world, r *sso.Request) { r.Ticket.Hash = session.Hash("x") }, idp.NoSession, 0},
		{"an unknown connector", func(_ *world, r *sso.Request) { r.Slug = "nothing" }, idp.UnknownConnector, 0},
		{"a hostile slug", func(_ *world, r *sso.Request) { r.Slug = "../aws-a#x" }, idp.UnknownConnector, 0},
		{"an inactive connector", func(w *world, _ *sso.Request) { w.change(func(c *idp.Connector) { c.Active = false }) }, idp.InactiveConnector, 1},
		{"a role that the connector lacks", func(_ *world, r *sso.Request) { r.RoleARN = roleARN + "x" }, idp.NoRole, 1},
		{"a revoked grant", func(w *world, _ *sso.Request) {
			if err := w.store.Revoke(w.t.Context(), "aws-a", "g_a", event()); err != nil {
				w.t.Fatal(err)
			}
		}, idp.NotGranted, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			req := w.request()
			c.change(w, &req)
			_, err := w.service.Open(t.Context(), req)
			var refusal *sso.Refusal
			if !errors.As(err, &refusal) || refusal.Reason != c.want {
				t.Fatalf("got %v, want a refusal for %q", err, c.want)
			}
			list := w.events()
			if len(list) != c.events {
				t.Fatalf("%d events, want %d", len(list), c.events)
			}
			if len(list) == 1 && (list[0].Outcome != idp.OutcomeRefused || list[0].Reason != string(c.want)) {
				t.Errorf("event %+v", list[0])
			}
			if w.signers.signed.Load() != 0 {
				t.Error("something was signed")
			}
		})
	}
}

func TestWhatAWSWouldRefuseNeverReachesTheKey(t *testing.T) {
	cases := []struct {
		name   string
		change func(*idp.Connector)
		want   string
	}{
		{"a session name with a space", func(c *idp.Connector) { c.Attributes[0].Value = "a b" }, "RoleSessionName in AuthnResponse must match"},
		{"a session name of one character", func(c *idp.Connector) { c.Attributes[0].Value = "a" }, "RoleSessionName in AuthnResponse must match"},
		{"a session name of 65 characters", func(c *idp.Connector) { c.Attributes[0].Value = strings.Repeat("a", 65) }, "RoleSessionName in AuthnResponse must match"},
		{"a source identity of AWS's own", func(c *idp.Connector) {
			c.Attributes = append(c.Attributes, idp.AttributeRule{Name: "SourceIdentity", Value: "aws:x"})
		}, "Source Identity must match"},
		{"a session of ten minutes", func(c *idp.Connector) { c.SessionDuration = 10 * time.Minute }, ""},
		{"a session of thirteen hours", func(c *idp.Connector) { c.SessionDuration = 13 * time.Hour }, ""},
		{"a role and a provider of two accounts", func(c *idp.Connector) {
			c.Roles[0].ProviderARN = "arn:aws:iam::444455556666:saml-provider/Gatepost"
		}, ""},
		{"a role that is no ARN", func(c *idp.Connector) { c.Roles[0].RoleARN = "SAML-User" }, ""},
		{"an attribute that the person lacks", func(c *idp.Connector) {
			c.Attributes = append(c.Attributes, idp.AttributeRule{Name: "PrincipalTag:cost", Value: "${user.attributes.cost}"})
		}, `no attribute "cost"`},
		{"a tag value that is too long", func(c *idp.Connector) {
			c.Attributes = append(c.Attributes, idp.AttributeRule{Name: "PrincipalTag:x", Value: "${user.attributes.long}${user.attributes.long}"})
		}, ""},
		{"a partition that nobody knows", func(c *idp.Connector) { c.Partition = "aws-mars" }, "partition"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.change(c.change)
			issued, err := w.launch("")
			var judged *sso.Judged
			if !errors.As(err, &judged) || issued != nil {
				t.Fatalf("got %v, want it judged", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want AWS's text %q in it", err, c.want)
			}
			if w.signers.signed.Load() != 0 {
				t.Error("the key was asked")
			}
			list := w.events()
			if len(list) != 1 || list[0].Outcome != idp.OutcomeRefused || list[0].AssertionID != "" {
				t.Errorf("events %+v", list)
			}
		})
	}
}

// TestTheWholeResponseIsJudgedAndNotItsPartsAlone has a response whose every
// value is good and which is too large for AWS all the same.
func TestTheWholeResponseIsJudgedAndNotItsPartsAlone(t *testing.T) {
	w := newWorld(t)
	w.change(func(c *idp.Connector) {
		c.AWSChooser = true
		path := strings.Repeat("p", 400)
		for i := range 200 {
			c.Roles = append(c.Roles, idp.Role{
				RoleARN:     fmt.Sprintf("arn:aws:iam::111122223333:role/%s/R%d", path, i),
				ProviderARN: "arn:aws:iam::111122223333:saml-provider/Gatepost",
			})
		}
	})
	_, err := w.launch("")
	var judged *sso.Judged
	if !errors.As(err, &judged) || !strings.Contains(err.Error(), "less than or equal to 100000") || w.signers.signed.Load() != 0 {
		t.Fatalf("got %v after %d signatures", err, w.signers.signed.Load())
	}
}

func TestRelayStateThatIsNotAllowed(t *testing.T) {
	w := newWorld(t)
	_, err := w.launch("https://evil.example/")
	if !errors.Is(err, awsfed.ErrRelayState) || w.signers.signed.Load() != 0 {
		t.Fatalf("got %v after %d signatures", err, w.signers.signed.Load())
	}
	list := w.events()
	if len(list) != 1 || list[0].Outcome != idp.OutcomeRefused || strings.Contains(list[0].Reason, "evil") {
		t.Errorf("events %+v; want the refusal without what was asked", list)
	}
}

func TestClosingTheConnectionKeepsNoRefusalOutOfTheRecord(t *testing.T) {
	w := newWorld(t)
	w.change(func(c *idp.Connector) { c.Active = false })
	ctx, leave := context.WithCancel(t.Context())
	w.faults.afterRead = leave
	_, err := w.service.Open(ctx, w.request())
	var refusal *sso.Refusal
	if !errors.As(err, &refusal) || ctx.Err() == nil {
		t.Fatalf("got %v", err)
	}
	if list := w.events(); len(list) != 1 || list[0].Outcome != idp.OutcomeRefused {
		t.Errorf("events %+v", list)
	}
}

func TestFaultsReleaseNothing(t *testing.T) {
	broken := errors.New("broken")
	other := newWorld(t) // has another key
	cases := []struct {
		name    string
		change  func(*world)
		outcome idp.Outcome // of the newest event; empty for no event
	}{
		{"the store cannot be read", func(w *world) { w.faults.readErr = broken }, ""},
		{"the store is slow", func(w *world) { w.service.Budget, w.faults.hangs = time.Millisecond, true }, ""},
		{"the event cannot be written", func(w *world) { w.faults.eventErr = broken }, ""},
		{"there is no signer", func(w *world) { w.signers.err = broken }, idp.OutcomeFailed},
		{"the key fails", func(w *world) {
			w.signers.replace = func(s crypto.Signer) crypto.Signer {
				return signFunc{s.Public(), func(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, broken }}
			}
		}, idp.OutcomeFailed},
		{"the signature is cut short", func(w *world) {
			w.signers.replace = func(s crypto.Signer) crypto.Signer {
				return signFunc{s.Public(), func(r io.Reader, d []byte, o crypto.SignerOpts) ([]byte, error) {
					signature, err := s.Sign(r, d, o)
					return signature[:len(signature)-1], err
				}}
			}
		}, idp.OutcomeFailed},
		{"another key signs", func(w *world) {
			key, err := other.keeper.Create(w.t.Context(), "aws-b", "", event())
			if err != nil {
				w.t.Fatal(err)
			}
			certificate, err := x509.ParseCertificate(key.Current.DER)
			if err != nil {
				w.t.Fatal(err)
			}
			signer, err := other.keeper.Signer(w.t.Context(), key, certificate)
			if err != nil {
				w.t.Fatal(err)
			}
			w.signers.replace = func(s crypto.Signer) crypto.Signer { return signFunc{s.Public(), signer.Sign} }
		}, idp.OutcomeFailed},
		{"there is no key", func(w *world) {
			// The store itself never lets it come to this.
			err := w.tables.Write(w.t.Context(), store.Delete(store.Key{Table: store.Config, Partition: "KEY#aws-a", Sort: "-"}, store.Present()))
			if err != nil {
				w.t.Fatal(err)
			}
		}, idp.OutcomeFailed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.change(w)
			issued, err := w.launch("")
			if !errors.Is(err, sso.ErrUnavailable) || issued != nil {
				t.Fatalf("got %v, %v; want nothing and ErrUnavailable", issued, err)
			}
			list := w.events()
			if c.outcome == "" {
				if len(list) != 0 {
					t.Errorf("events %+v", list)
				}
				return
			}
			ends := map[idp.Outcome]string{}
			for _, e := range list {
				ends[e.Outcome] = e.AssertionID
			}
			id, failed := ends[c.outcome]
			if !failed || ends[idp.OutcomeIssuing] != id {
				t.Errorf("events %+v; want a failed one with the ID of the issuing one", list)
			}
		})
	}
}

func TestABookmarkLeadsOnOnlyWithItsEvent(t *testing.T) {
	w := newWorld(t)
	err := w.store.CreateConnector(t.Context(), &idp.Connector{ID: "c_w", Slug: "wiki", Kind: idp.KindBookmark, Label: "Wiki", Active: true, URL: "https://wiki.example.com/"}, event())
	if err != nil {
		t.Fatal(err)
	}
	err = w.store.Grant(t.Context(), "wiki", "g_a", event(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req := w.request()
	req.Slug = "wiki"
	l, err := w.service.Open(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	address, err := w.service.Follow(t.Context(), l)
	if err != nil || address != "https://wiki.example.com/" {
		t.Fatalf("got %q, %v", address, err)
	}
	l, err = w.service.Open(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	w.faults.eventErr = errors.New("broken")
	address, err = w.service.Follow(t.Context(), l)
	if !errors.Is(err, sso.ErrUnavailable) || address != "" {
		t.Fatalf("got %q, %v without an event", address, err)
	}
}
