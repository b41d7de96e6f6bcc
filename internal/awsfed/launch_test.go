package awsfed_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

func TestComposeGolden(t *testing.T) {
	inPartition := func(c *idp.Connector, partition string) {
		c.Partition = partition
		for i := range c.Roles {
			c.Roles[i].RoleARN = strings.Replace(c.Roles[i].RoleARN, ":aws:", ":"+partition+":", 1)
			c.Roles[i].ProviderARN = strings.Replace(c.Roles[i].ProviderARN, ":aws:", ":"+partition+":", 1)
		}
	}
	tests := []struct {
		name   string
		change func(*idp.Connector)
	}{
		{"full", func(*idp.Connector) {}},
		{"plain", func(c *idp.Connector) { c.Attributes, c.SessionDuration = nil, 0 }},
		{"regional", func(c *idp.Connector) { c.Region, c.EndWithSession = "eu-central-1", true }},
		{"china", func(c *idp.Connector) { inPartition(c, "aws-cn") }},
		{"govcloud", func(c *idp.Connector) { inPartition(c, "aws-us-gov"); c.Region = "us-gov-west-1" }},
		{"chooser", func(c *idp.Connector) {
			c.AWSChooser = true
			c.Roles = append(c.Roles, idp.Role{RoleARN: "arn:aws:iam::444455556666:role/Dev", ProviderARN: "arn:aws:iam::444455556666:saml-provider/Gatepost"})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connector()
			tt.change(c)
			must(t, awsfed.CheckConnector(c))
			r := compose(t, launch(c))
			verdict := awsfed.JudgePrepared(prepared(t, r), entityID, now)
			must(t, verdict.Err())
			golden(t, tt.name+".json", map[string]any{"response": r, "sessions": verdict.Sessions})
		})
	}
}

func golden(t *testing.T, name string, value any) {
	t.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	must(t, err)
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (run with -update to write it):\n%s", path, got)
	}
}

func TestAuthnContextTellsTheTruth(t *testing.T) {
	tests := []struct {
		name    string
		methods []idp.Method
		tls     bool
		want    string
	}{
		{"a password over TLS is protected", []idp.Method{idp.MethodPassword}, true, saml.AuthnPasswordProtectedTransport},
		{"a password without TLS is not", []idp.Method{idp.MethodPassword}, false, saml.AuthnUnspecified},
		{"more than a password is not called a password", []idp.Method{idp.MethodPassword, "otp"}, true, saml.AuthnUnspecified},
		{"another method is not called a password", []idp.Method{"otp"}, true, saml.AuthnUnspecified},
		{"nothing known is unspecified", nil, true, saml.AuthnUnspecified},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := launch(connector())
			l.Session.Methods, l.TLS = tt.methods, tt.tls
			if got := compose(t, l).AuthnContext; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSessionEndIsSentOnlyWhenAskedFor(t *testing.T) {
	c := connector()
	if end := compose(t, launch(c)).SessionNotOnOrAfter; !end.IsZero() {
		t.Errorf("it is sent unasked: %v", end)
	}
	c.EndWithSession = true
	l := launch(c)
	l.Session.ExpiresAt = now.Add(40*time.Minute + 300*time.Millisecond)
	r := compose(t, l)
	if !r.SessionNotOnOrAfter.Equal(l.Session.ExpiresAt) {
		t.Errorf("got %v, want the end of the session, %v", r.SessionNotOnOrAfter, l.Session.ExpiresAt)
	}
	verdict := awsfed.JudgePrepared(prepared(t, r), entityID, now)
	must(t, verdict.Err())
	if got := verdict.Sessions[0].Duration; got != 40*time.Minute {
		t.Errorf("the role session lasts %v, want 40m", got)
	}
}

func TestComposeRefuses(t *testing.T) {
	tests := []struct {
		name       string
		change     func(*awsfed.Launch)
		field, why string
	}{
		{"an email that cannot be a session name", func(l *awsfed.Launch) { l.User.Email = "o'hara@example.com" }, "RoleSessionName", "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"},
		{"an email that is too long for a session name", func(l *awsfed.Launch) { l.User.Email = strings.Repeat("a", 53) + "@example.com" }, "RoleSessionName", "RoleSessionName in AuthnResponse"},
		{"the default session name as well", func(l *awsfed.Launch) {
			l.Connector.Attributes, l.User.Email = nil, "o'hara@example.com"
		}, "RoleSessionName", "RoleSessionName in AuthnResponse"},
		{"a source identity that AWS does not take", func(l *awsfed.Launch) { l.User.ID = "a b" }, "SourceIdentity", "Source Identity must match"},
		{"a tag value that AWS does not take", func(l *awsfed.Launch) { l.User.Attributes["team"] = "a;b" }, "PrincipalTag:team", "does not take"},
		{"a person without the attribute", func(l *awsfed.Launch) { l.User.Attributes = nil }, "PrincipalTag:team", `no attribute "team"`},
		{"a value that XML cannot carry", func(l *awsfed.Launch) { l.User.Attributes["team"] = "a\x01b" }, "PrincipalTag:team", "XML cannot carry"},
		{"a launch without a role", func(l *awsfed.Launch) { l.Roles = nil }, "Role", "no role is chosen"},
		{"several roles without AWS's chooser", func(l *awsfed.Launch) {
			l.Roles = append(l.Roles, idp.OpenRole{Role: idp.Role{RoleARN: "arn:aws:iam::111122223333:role/B", ProviderARN: providerARN}})
		}, "Role", "more than one role"},
		{"a role that could not have been stored", func(l *awsfed.Launch) {
			l.Roles = []idp.OpenRole{{Role: idp.Role{RoleARN: roleARN + ",x", ProviderARN: providerARN}}}
		}, "roles[0].role_arn", "comma"},
		{"an unknown partition", func(l *awsfed.Launch) { l.Connector.Partition = "" }, "partition", "use aws"},
		{"an unknown region", func(l *awsfed.Launch) { l.Connector.Region = "evil.example/" }, "region", "is not the name"},
		{"a session duration that could not have been stored", func(l *awsfed.Launch) { l.Connector.SessionDuration = time.Minute }, "session_duration", "15m"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := launch(connector())
			tt.change(&l)
			r, err := awsfed.Compose(l)
			wantProblem(t, err, tt.field, tt.why)
			if r.ID != "" || len(r.Attributes) > 0 {
				t.Errorf("half a response is returned beside the error: %+v", r)
			}
		})
	}
}

func TestCheckPersonFindsWhomAWSWouldRefuse(t *testing.T) {
	must(t, awsfed.CheckPerson(connector(), user()))
	u := user()
	u.Email = "o'hara@example.com"
	wantProblem(t, awsfed.CheckPerson(connector(), u), "RoleSessionName", "must match")
}

func TestComposeDoesNotChangeItsInput(t *testing.T) {
	c := connector()
	before := slices.Clone(c.Attributes)
	compose(t, launch(c))
	if !slices.Equal(before, c.Attributes) {
		t.Errorf("the rules became %v", c.Attributes)
	}
}
