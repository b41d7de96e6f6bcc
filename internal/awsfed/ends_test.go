package awsfed_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

// roleSession is when STS would end the session of a response that is redeemed at a
// moment by a caller who asks for a duration: AssumeRoleWithSAML takes up to the
// role's maximum, whatever the response says, and ends the session at its
// SessionNotOnOrAfter, if that is sooner. It reports false when the moment is too
// late.
func roleSession(doc *saml.Document, redeemed time.Time, asked time.Duration) (time.Time, bool) {
	a := doc.Assertions[0]
	if !redeemed.Before(a.NotOnOrAfter) || !redeemed.Before(a.Confirmations[0].NotOnOrAfter) {
		return time.Time{}, false
	}
	end := redeemed.Add(asked)
	if at := a.Authn[0].SessionNotOnOrAfter; !at.IsZero() && at.Before(end) {
		end = at
	}
	return end, true
}

// TestNoRoleSessionOutlivesTheAccess draws memberships that end or do not, roles for
// some groups, suspensions, and launches at any moment, and redeems each response
// at any moment, for any duration.
func TestNoRoleSessionOutlivesTheAccess(t *testing.T) {
	groups := []string{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		c := &idp.Connector{
			Slug: "aws-a", Kind: idp.KindAWS, Active: true, EntityID: entityID, Partition: "aws", Groups: groups,
			SessionDuration: rapid.SampledFrom([]time.Duration{0, 15 * time.Minute, time.Hour, 12 * time.Hour}).Draw(t, "duration"),
			EndWithSession:  rapid.Bool().Draw(t, "end with session"),
			AWSChooser:      rapid.Bool().Draw(t, "chooser"),
		}
		for i := range rapid.IntRange(1, 3).Draw(t, "roles") {
			c.Roles = append(c.Roles, idp.Role{
				RoleARN: fmt.Sprintf("arn:aws:iam::111122223333:role/R%d", i), ProviderARN: providerARN,
				Groups: rapid.SliceOfNDistinct(rapid.SampledFrom(groups), 0, 2, rapid.ID).Draw(t, "groups"),
			})
		}
		u := user()
		for _, g := range rapid.SliceOfNDistinct(rapid.SampledFrom(groups), 1, 3, rapid.ID).Draw(t, "memberships") {
			m := idp.Membership{GroupID: g}
			if rapid.Bool().Draw(t, "ends") {
				m.Until = now.Add(time.Duration(rapid.Int64Range(1, int64(13*time.Hour)).Draw(t, "until")))
			}
			u.Groups = append(u.Groups, m)
		}
		suspended := now.Add(time.Duration(rapid.Int64Range(0, int64(14*time.Hour)).Draw(t, "suspended")))
		at := now.Add(time.Duration(rapid.Int64Range(0, int64(13*time.Hour)).Draw(t, "launch")))
		u.Active = at.Before(suspended)
		s := &idp.Session{UserID: u.ID, AuthTime: at, LastSeen: at, ExpiresAt: at.Add(time.Hour)}
		decision := idp.Decide(idp.Facts{Session: s, User: u, Connector: c}, at)
		for _, roles := range idp.Carried(c, decision.Roles) {
			doc := responseAt(t, awsfed.Launch{Connector: c, User: u, Session: s, Roles: roles, Now: at, ResponseID: "_response", AssertionID: "_assertion"})
			if doc == nil {
				continue
			}
			redeemed := at.Add(time.Duration(rapid.Int64Range(0, int64(6*time.Minute)).Draw(t, "redeemed")))
			asked := time.Duration(rapid.Int64Range(900, 43200).Draw(t, "asked")) * time.Second
			end, ok := roleSession(doc, redeemed, asked)
			for _, role := range roles {
				if ok && !openUntil(u, role.Role, at, end) {
					t.Fatalf("launched at %s, the session of %s ends at %s; memberships %+v", at, role.RoleARN, end, u.Groups)
				}
			}
		}
	})
}

// openUntil reports whether a membership that was live at the launch opens the role
// up to a time.
func openUntil(u *idp.User, role idp.Role, launched, end time.Time) bool {
	for _, m := range u.Groups {
		opens := len(role.Groups) == 0
		for _, g := range role.Groups {
			opens = opens || g == m.GroupID
		}
		if opens && m.Live(launched) && (m.Until.IsZero() || !end.After(m.Until)) {
			return true
		}
	}
	return false
}

func responseAt(t *rapid.T, l awsfed.Launch) *saml.Document {
	spec, err := awsfed.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	var read *saml.Document
	_, err = saml.Prepare(spec, saml.SigningOptions{Certificate: current().cert}, func(doc *saml.Document) error {
		read = doc
		return awsfed.JudgePrepared(doc, entityID, l.Now).Err()
	})
	if err != nil { // the access ends this very moment: nothing is signed
		return nil
	}
	return read
}

func TestAnEndIsStatedInEveryWay(t *testing.T) {
	cases := []struct {
		name                string
		left                time.Duration
		duration            time.Duration
		chooser             bool
		seconds             string
		redeemable, session time.Duration
	}{
		{"no end", 0, 12 * time.Hour, false, "43200", 5 * time.Minute, 0},
		{"an end after the longest session", 13 * time.Hour, 12 * time.Hour, false, "43200", 5 * time.Minute, 13 * time.Hour},
		{"an end within the session", 2 * time.Hour, 12 * time.Hour, false, "7200", 5 * time.Minute, 2 * time.Hour},
		{"an end within AWS's default", 20 * time.Minute, 0, false, "1200", 5 * time.Minute, 20 * time.Minute},
		{"an end after AWS's default", 2 * time.Hour, 0, false, "", 5 * time.Minute, 2 * time.Hour},
		{"an end nearer than AWS's least", 10 * time.Minute, 12 * time.Hour, false, "900", 5 * time.Minute, 10 * time.Minute},
		{"an end nearer than the response's", 2 * time.Minute, 12 * time.Hour, false, "900", 2 * time.Minute, 2 * time.Minute},
		{"the earliest of several roles", time.Hour, 12 * time.Hour, true, "3600", 5 * time.Minute, time.Hour},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := launch(connector())
			l.Connector.SessionDuration = c.duration
			if c.left != 0 {
				l.Roles[0].Until = now.Add(c.left)
			}
			if c.chooser {
				l.Connector.AWSChooser = true
				second := l.Roles[0]
				second.RoleARN, second.Until = roleARN+"2", now.Add(5*time.Hour)
				l.Roles = append(l.Roles, second, idp.OpenRole{Role: idp.Role{RoleARN: roleARN + "3", ProviderARN: providerARN}})
			}
			r := compose(t, l)
			seconds := ""
			for _, a := range r.Attributes {
				if a.Name == "https://aws.amazon.com/SAML/Attributes/SessionDuration" {
					seconds = a.Values[0]
				}
			}
			var session time.Time
			if c.session != 0 {
				session = now.Add(c.session)
			}
			if seconds != c.seconds || !r.NotOnOrAfter.Equal(now.Add(c.redeemable)) || !r.SessionNotOnOrAfter.Equal(session) {
				t.Errorf("asks for %q seconds, to be redeemed until %s, and the session ends at %s", seconds, r.NotOnOrAfter, r.SessionNotOnOrAfter)
			}
		})
	}
}

func TestAnEndIsToldToPeople(t *testing.T) {
	cases := []struct {
		name           string
		left, signedIn time.Duration // until the access and the session here end; zero for no end that counts
		duration       time.Duration
		want           awsfed.Ending
	}{
		{"no end", 0, 0, time.Hour, awsfed.Ending{Session: now.Add(time.Hour)}},
		{"an end after the session's", 2 * time.Hour, 0, time.Hour, awsfed.Ending{Access: now.Add(2 * time.Hour), Session: now.Add(time.Hour), Stated: now.Add(2 * time.Hour)}},
		{"an end after AWS's default", 2 * time.Hour, 0, 0, awsfed.Ending{Access: now.Add(2 * time.Hour), Session: now.Add(time.Hour), Stated: now.Add(2 * time.Hour)}},
		{"an end within the session", 2 * time.Hour, 0, 12 * time.Hour, awsfed.Ending{Access: now.Add(2 * time.Hour), Session: now.Add(2 * time.Hour), Stated: now.Add(2 * time.Hour)}},
		{"an end in 15 minutes", 15 * time.Minute, 0, time.Hour, awsfed.Ending{Access: now.Add(15 * time.Minute), Session: now.Add(15 * time.Minute), Stated: now.Add(15 * time.Minute)}},
		{"an end in less", 15*time.Minute - time.Second, 0, time.Hour, awsfed.Ending{Access: now.Add(15*time.Minute - time.Second), Session: now.Add(15*time.Minute - time.Second), Stated: now.Add(15*time.Minute - time.Second), Early: true}},
		{"the end of the sign-in", 0, 10 * time.Minute, time.Hour, awsfed.Ending{Session: now.Add(10 * time.Minute), Stated: now.Add(10 * time.Minute), Early: true}},
		{"the end of the sign-in before that of the access", time.Hour, 30 * time.Minute, time.Hour, awsfed.Ending{Access: now.Add(time.Hour), Session: now.Add(30 * time.Minute), Stated: now.Add(30 * time.Minute)}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := launch(connector())
			l.Connector.SessionDuration = c.duration
			if c.left != 0 {
				l.Roles[0].Until = now.Add(c.left)
			}
			if c.signedIn != 0 {
				l.Connector.EndWithSession, l.Session.ExpiresAt = true, now.Add(c.signedIn)
				l.Session.AuthTime = l.Session.ExpiresAt.Add(-idp.SessionLifetime)
			}
			got := l.Ending()
			if got != c.want {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
			r := compose(t, l)
			if !r.SessionNotOnOrAfter.Equal(got.Stated) {
				t.Errorf("the response states %s, people are told %s", r.SessionNotOnOrAfter, got.Stated)
			}
			doc := awsfed.Judge(signed(t, r), metadata(), now)
			early := slices.ContainsFunc(doc.Warnings, func(f awsfed.Finding) bool { return strings.Contains(f.Cause, "SessionNotOnOrAfter") })
			if remedy := map[bool]string{true: "give the membership at least 15 minutes", false: "sign in afresh"}[c.signedIn == 0]; early && doc.Warnings[0].Remedy != remedy {
				t.Errorf("the remedy is %q, want %q", doc.Warnings[0].Remedy, remedy)
			}
			if !doc.Accepted() || early != c.want.Early {
				t.Errorf("accepted: %v, warned of an early end: %v, want %v; %+v", doc.Accepted(), early, c.want.Early, doc.Warnings)
			}
		})
	}
}
