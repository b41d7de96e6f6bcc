package serve

import (
	"context"
	"encoding/base64"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/store"
)

// pageTime is how pages for people write a time.
const pageTime = "2 January 2006, 15:04:05 UTC"

// ending makes alice's access to aws-a end.
func (s *site) ending(left time.Duration) time.Time {
	s.t.Helper()
	end := time.Now().Add(left).Truncate(time.Second).UTC()
	s.admin(func(ctx context.Context, a *admin.Service) error {
		return a.AddMember(ctx, admin.Actor{}, "SSO-AWS-A", "alice@example.com", end)
	})
	return end
}

// launchEvent is what the record says of alice's last launch.
func (s *site) launchEvent() idp.Event {
	s.t.Helper()
	list, _, err := s.folder.Store.Events(s.t.Context(), store.EventFilter{Connector: "aws-a", Since: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour), Limit: 50})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range list {
		if e.Action == idp.ActionLaunch {
			return e
		}
	}
	s.t.Fatal("no launch is recorded")
	return idp.Event{}
}

// TestAnAccessThatEndsIsToldWhereverItIsOpened goes from the membership to the page
// that stands in for AWS.
func TestAnAccessThatEndsIsToldWhereverItIsOpened(t *testing.T) {
	const people, terms = "AWS may refuse one this short", "SessionNotOnOrAfter is less than 15 minutes away, and AWS may refuse the response: it takes no SessionDuration below 900 s"
	for _, c := range []struct {
		name  string
		left  time.Duration
		early bool
	}{{"in half an hour", 30 * time.Minute, false}, {"in ten minutes", 10 * time.Minute, true}} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, Config{Demo: true, DemoACS: true})
			end := s.ending(c.left)
			p := s.get("/sso/aws-a", s.signIn("alice@example.com"))
			s.want(p, 200, "Opening AWS A")
			tells(t, "the launch page", p.body, "Your access holds until "+end.Format(pageTime), "role session ends on "+end.Format(pageTime))

			response := field(p.body, "SAMLResponse")
			xml, err := base64.StdEncoding.DecodeString(response)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := saml.Read(xml)
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Assertions[0].Authn[0].SessionNotOnOrAfter; !got.Equal(end) {
				t.Errorf("the response says %s, the access ends at %s", got, end)
			}
			acs := s.do("POST", "/demo/acs/aws-a", "", url.Values{"SAMLResponse": {response}}.Encode())
			tells(t, "the page for AWS", acs.body, "AWS would sign you in", end.Format(pageTime))

			e := s.launchEvent()
			tells(t, "the event", e.Reason, "the access ends at "+end.Format(time.RFC3339), "the role session at "+end.Format(time.RFC3339))
			for _, face := range []struct{ where, text, words, never string }{
				{"the launch page", p.body, people, "SessionNotOnOrAfter"}, {"the page for AWS", acs.body, terms, "sign in afresh"}, {"the event", e.Reason, terms, people},
			} {
				text := html.UnescapeString(face.text)
				if strings.Contains(text, face.words) != c.early {
					t.Errorf("%s speaks of an early end: %v, want %v", face.where, !c.early, c.early)
				}
				if c.early && strings.Contains(text, face.never) {
					t.Errorf("%s says %q", face.where, face.never)
				}
			}
		})
	}
}

func TestAnAccessWithoutAnEndIsNotToldAsEnding(t *testing.T) {
	s := newSite(t, Config{Demo: true, DemoACS: true})
	p := s.get("/sso/aws-a", s.signIn("alice@example.com"))
	if strings.Contains(p.body, "until") || s.launchEvent().Reason != "" {
		t.Error("page or event speak of an end")
	}
}

// TestTheChooserSaysWhichRolesEnd: of two, one is open for a time.
func TestTheChooserSaysWhichRolesEnd(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	s.admin(func(ctx context.Context, a *admin.Service) error {
		g, err := a.Group(ctx, "SSO-AWS-B")
		if err != nil {
			return err
		}
		err = a.Grant(ctx, admin.Actor{}, "aws-a", "SSO-AWS-B")
		if err != nil {
			return err
		}
		_, err = a.UpdateConnector(ctx, admin.Actor{}, "aws-a", func(c *idp.Connector) {
			other := c.Roles[0]
			other.RoleARN += "-2"
			c.Roles[0].Groups, other.Groups = []string{c.Groups[0]}, []string{g.ID}
			c.Roles = append(c.Roles, other)
		})
		return err
	})
	end := s.ending(10 * time.Minute)
	p := s.get("/sso/aws-a", s.signIn("alice@example.com"))
	s.want(p, 200, "Choose a role")
	until := `until <time datetime="` + end.Format(time.RFC3339) + `">` + end.Format(pageTime)
	tells(t, "the chooser", p.body, until, "AWS may refuse one this short")
	if n := strings.Count(p.body, "until <time"); n != 1 {
		t.Errorf("%d roles end, want 1", n)
	}
	_, id, _ := strings.Cut(p.body, `name="role" value="`)
	id, _, _ = strings.Cut(id, `"`)
	confirm := s.do("GET", "/sso/aws-a?role="+url.QueryEscape(id), s.signIn("alice@example.com"), "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
	s.want(confirm, 200, "Continue to AWS A")
	tells(t, "the confirmation", confirm.body, until)
}

func tells(t *testing.T, where, text string, words ...string) {
	t.Helper()
	text = html.UnescapeString(text)
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%s does not say %q", where, word)
		}
	}
}
