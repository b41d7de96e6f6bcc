package serve

import (
	"context"
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

func TestPeopleOpenWhatTheirGroupsGrant(t *testing.T) {
	s := newSite(t, Config{Demo: true, DemoACS: true})
	alice, bob, carol := s.signIn("alice@example.com"), s.signIn("Bob@Example.com"), s.signIn("carol@example.com")

	s.want(s.get("/sso/aws-a", alice), 200, "Opening AWS A")
	s.want(s.get("/sso/aws-b", alice), 200, "Opening AWS B")
	s.want(s.get("/sso/aws-a", bob), 200, "Opening AWS A")
	s.want(s.get("/sso/aws-b", bob), 403, "You have no access")
	s.want(s.get("/sso/aws-a", carol), 403, "You have no access")

	for cookie, tiles := range map[string]int{alice: 2, bob: 1, carol: 0} {
		if got := strings.Count(s.get("/", cookie).body, `class="tile"`); got != tiles {
			t.Errorf("%d tiles, want %d", got, tiles)
		}
	}
}

// TestLaunchOrder walks the order that package launch documents: each request has the fault of its
// row and none of those above it, and many of those below.
func TestLaunchOrder(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	s.admin(func(ctx context.Context, a *admin.Service) error {
		_, err := a.UpdateConnector(ctx, admin.Actor{Name: "test"}, "aws-b", func(c *idp.Connector) {
			second := c.Roles[0]
			second.RoleARN += "-Second"
			c.Roles = append(c.Roles, second)
		})
		return err
	})
	alice, bob := s.signIn("alice@example.com"), s.signIn("bob@example.com")
	const cross = "Sec-Fetch-Site: cross-site"
	const evil = "RelayState=https%3A%2F%2Fevil.example%2F"
	cases := []struct {
		name, method, path, cookie string
		headers                    []string
		status                     int
		title                      string
	}{
		{"method before Fetch Metadata", "POST", "/sso/nope?role=a&role=b", "", []string{"Sec-Fetch-Dest: iframe"}, 405, "cannot be used that way"},
		{"method before the origin", "POST", "/sso/aws-a", alice, []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, 405, "cannot be used that way"},
		{"HEAD never signs", "HEAD", "/sso/aws-a", alice, nil, 405, ""},
		{"Fetch Metadata before parameters", "GET", "/sso/nope?role=a&role=b", "", []string{"Sec-Fetch-Dest: iframe"}, 403, "Open this link yourself"},
		{"a script's request", "GET", "/sso/aws-a", alice, []string{"Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"}, 403, "Open this link yourself"},
		{"a prefetch", "GET", "/sso/aws-a", alice, []string{"Sec-Purpose: prefetch;prerender"}, 403, "Open this link yourself"},
		{"Fetch Metadata that nobody knows", "GET", "/sso/aws-a", alice, []string{"Sec-Fetch-Site: other"}, 403, "Open this link yourself"},
		{"Fetch Metadata given twice", "GET", "/sso/aws-a", alice, []string{"Sec-Fetch-Mode: navigate", "Sec-Fetch-Mode: cors"}, 403, "Open this link yourself"},
		{"parameters before the session", "GET", "/sso/nope?role=a&role=b", "", nil, 400, "This link is not right"},
		{"a relay state twice", "GET", "/sso/aws-a?RelayState=a&RelayState=b", alice, nil, 400, "This link is not right"},
		{"bad encoding", "GET", "/sso/aws-a?role=%zz", alice, nil, 400, "This link is not right"},
		{"a SAMLRequest", "GET", "/sso/aws-a?SAMLRequest=x", alice, nil, 400, "Start from your applications"},
		{"the session before the connector", "GET", "/sso/nope", "", nil, 303, ""},
		{"the connector before the grant", "GET", "/sso/nope", bob, nil, 404, "no such application"},
		{"a hostile slug", "GET", "/sso/%2e%2e%2faws-a", alice, nil, 404, "no such application"},
		{"a slug in capitals", "GET", "/sso/AWS-A", alice, nil, 404, "no such application"},
		{"a slug with a NUL", "GET", "/sso/aws-a%00", alice, nil, 404, "no such application"},
		{"the grant before the confirmation", "GET", "/sso/aws-b", bob, []string{cross}, 403, "You have no access"},
		{"a role that is not granted", "GET", "/sso/aws-a?role=arn:aws:iam::111122223333:role/Admin", alice, nil, 403, "You have no access"},
		{"the confirmation before the chooser", "GET", "/sso/aws-b?" + evil, alice, []string{cross}, 200, "Continue to AWS B"},
		{"a neighbour site is asked about too", "GET", "/sso/aws-a", alice, []string{"Sec-Fetch-Site: same-site"}, 200, "Continue to AWS A"},
		{"the chooser before the relay state", "GET", "/sso/aws-b?" + evil, alice, nil, 200, "Choose a role"},
		{"a relay state that leads elsewhere", "GET", "/sso/aws-a?" + evil, alice, nil, 400, "This destination is not allowed"},
		{"a person's own navigation", "GET", "/sso/aws-a", alice, []string{"Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 200, "Opening AWS A"},
		{"our own pages", "GET", "/sso/aws-a", alice, []string{"Sec-Fetch-Site: same-origin"}, 200, "Opening AWS A"},
		{"a browser that says nothing", "GET", "/sso/aws-a", alice, nil, 200, "Opening AWS A"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := s.do(c.method, c.path, c.cookie, "", c.headers...)
			if p.StatusCode != c.status || (c.title != "" && !strings.Contains(p.title(), c.title)) {
				t.Errorf("got %d %q, want %d %q", p.StatusCode, p.title(), c.status, c.title)
			}
			if c.title != "Opening AWS A" && strings.Contains(p.body, "SAMLResponse") {
				t.Error("the page holds a response")
			}
		})
	}
}

func TestASignedOutLaunchComesBackAfterTheSignIn(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	p := s.get("/sso/aws-a?RelayState=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3", "")
	want := "/signin?next=%2Fsso%2Faws-a%3FRelayState%3Dhttps%253A%252F%252Fconsole.aws.amazon.com%252Fs3"
	if got := p.Header.Get("Location"); got != want {
		t.Fatalf("leads to %q, want %q", got, want)
	}
	if form := s.get(want, "").body; !strings.Contains(form, `value="/sso/aws-a?RelayState=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3"`) {
		t.Error("the sign-in form lost where to go")
	}
}

// TestTheLongestLinkSurvivesTheSignIn: links into Logs Insights are long, and hardly
// a character of them goes unescaped.
func TestTheLongestLinkSurvivesTheSignIn(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	state := "https://console.aws.amazon.com/x#"
	state += strings.Repeat("$", 4096-len(state))
	link := "/sso/aws-a?" + url.Values{"RelayState": {state}}.Encode()
	to := s.get(link, "").Header.Get("Location")
	form := s.get(to, "")
	if !strings.Contains(form.body, `value="`+link+`"`) {
		t.Fatalf("%d: the sign-in form lost where to go", form.StatusCode)
	}
	p := s.get(link, s.signIn("alice@example.com"))
	s.want(p, 200, "Opening AWS A")
	if field(p.body, "RelayState") != state {
		t.Error("the form lost the relay state")
	}
}

func TestTheFormPostsToAWSAndSaysWhatItHolds(t *testing.T) {
	s := newSite(t, Config{})
	p := s.get("/sso/aws-a?RelayState=https://console.aws.amazon.com/s3", s.signIn("alice@example.com"))
	s.want(p, 200, "Opening AWS A")
	if !strings.Contains(p.body, `action="https://signin.aws.amazon.com/saml"`) || !strings.Contains(p.body, "<button") {
		t.Error("the form does not post to AWS, or has no button")
	}
	if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action https://*.aws.amazon.com;") {
		t.Errorf("policy %q", csp)
	}
	if field(p.body, "RelayState") != "https://console.aws.amazon.com/s3" {
		t.Errorf("relay state %q", field(p.body, "RelayState"))
	}
	xml, err := base64.StdEncoding.DecodeString(field(p.body, "SAMLResponse"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := saml.Read(xml)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Destination != "https://signin.aws.amazon.com/saml" || doc.Issuer != "http://localhost:8080/metadata/aws-a" {
		t.Errorf("response for %q by %q", doc.Destination, doc.Issuer)
	}
}

func field(body, name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

func TestWhatIsSwitchedOffIsOffAtTheNextRequest(t *testing.T) {
	cases := []struct {
		name   string
		change func(context.Context, *admin.Service) error
		status int
	}{
		{"the connector is deactivated", func(ctx context.Context, a *admin.Service) error {
			return a.Deactivate(ctx, admin.Actor{}, "aws-a")
		}, 404},
		{"the grant is revoked", func(ctx context.Context, a *admin.Service) error {
			return a.Revoke(ctx, admin.Actor{}, "aws-a", "SSO-AWS-A")
		}, 403},
		{"the membership is removed", func(ctx context.Context, a *admin.Service) error {
			return a.RemoveMember(ctx, admin.Actor{}, "SSO-AWS-A", "alice@example.com")
		}, 403},
		{"the group is deleted", func(ctx context.Context, a *admin.Service) error {
			_, err := a.DeleteGroup(ctx, admin.Actor{}, "SSO-AWS-A")
			return err
		}, 403},
		{"the person is suspended", func(ctx context.Context, a *admin.Service) error {
			return a.Suspend(ctx, admin.Actor{}, "alice@example.com")
		}, 303},
		{"the person is suspended and resumed", func(ctx context.Context, a *admin.Service) error {
			err := a.Suspend(ctx, admin.Actor{}, "alice@example.com")
			if err != nil {
				return err
			}
			return a.Resume(ctx, admin.Actor{}, "alice@example.com")
		}, 303},
		{"the person is deleted", func(ctx context.Context, a *admin.Service) error {
			return a.DeleteUser(ctx, admin.Actor{}, "alice@example.com")
		}, 303},
		{"the person has a new password", func(ctx context.Context, a *admin.Service) error {
			return a.SetPassword(ctx, admin.Actor{}, "alice@example.com", "seven quiet herons wade")
		}, 303},
		{"the connector is deleted", func(ctx context.Context, a *admin.Service) error {
			err := a.Deactivate(ctx, admin.Actor{}, "aws-a")
			if err != nil {
				return err
			}
			return a.DeleteConnector(ctx, admin.Actor{}, "aws-a")
		}, 404},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, Config{Demo: true, DemoACS: true})
			alice := s.signIn("alice@example.com")
			s.want(s.get("/sso/aws-a", alice), 200, "Opening AWS A")
			s.admin(c.change)
			s.want(s.get("/sso/aws-a", alice), c.status, "")
		})
	}
}

func TestSomebodyWhoseAttributesBreakALimitIsToldSo(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	s.admin(func(ctx context.Context, a *admin.Service) error {
		_, err := a.UpdateConnector(ctx, admin.Actor{}, "aws-a", func(c *idp.Connector) { c.Attributes[0].Value = "${user.name}" })
		return err
	})
	p := s.get("/sso/aws-a", s.signIn("alice@example.com"))
	s.want(p, http.StatusUnprocessableEntity, "AWS would refuse")
	body := html.UnescapeString(p.body)
	if !strings.Contains(body, `AWS does not take a blank in a session name ("Alice Example")`) || !strings.Contains(p.body, p.Header.Get("X-Request-Id")) {
		t.Error("the page lacks what AWS does not take or the request ID")
	}
	if strings.Contains(body, "a-zA-Z") || strings.Contains(body, "RoleSessionName") {
		t.Error("the page speaks to the person as to an administrator")
	}
}

func TestABookmarkLeadsOnAndIsRecorded(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	s.admin(func(ctx context.Context, a *admin.Service) error {
		_, err := a.CreateConnector(ctx, admin.Actor{}, admin.NewConnector{Connector: idp.Connector{Slug: "wiki", Kind: idp.KindBookmark, Label: "Wiki", Shown: true, URL: "https://wiki.example.com/"}})
		if err != nil {
			return err
		}
		err = a.Grant(ctx, admin.Actor{}, "wiki", "SSO-AWS-A")
		if err != nil {
			return err
		}
		return a.Activate(ctx, admin.Actor{}, "wiki")
	})
	alice := s.signIn("alice@example.com")
	for _, headers := range [][]string{nil, {"Sec-Fetch-Site: cross-site"}} {
		p := s.get("/sso/wiki", alice, headers...)
		if p.StatusCode != 303 || p.Header.Get("Location") != "https://wiki.example.com/" {
			t.Errorf("%v: leads to %d %q", headers, p.StatusCode, p.Header.Get("Location"))
		}
	}
	// A redirect to another site would be blocked by the sign-in form's policy.
	p := s.get("/sso/wiki", alice, "Referer: http://localhost:8080/signin?next=%2Fsso%2Fwiki")
	s.want(p, 200, "Wiki")
	if !strings.Contains(p.body, "https://wiki.example.com/") {
		t.Error("the page does not lead on")
	}
	if !strings.Contains(s.get("/", alice).body, `href="/sso/wiki"`) {
		t.Error("no tile")
	}
}
