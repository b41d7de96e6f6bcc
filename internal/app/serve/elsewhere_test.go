package serve

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

// way opens a link of which the browser says where it is from, follows what it leads
// to and signs in wherever it is asked to. What follows a form of ours is the
// person's own doing to a browser.
func (s *site) way(path, from string) answerPage {
	s.t.Helper()
	hidden := regexp.MustCompile(`name="next" value="([^"]*)"`)
	cookie := ""
	for range 12 {
		p := s.get(path, cookie, "Sec-Fetch-Site: "+from, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
		if p.StatusCode == 200 && strings.Contains(p.body, `action="/signin"`) {
			form := url.Values{"username": {"alice@example.com"}, "password": {password}}
			if next := hidden.FindStringSubmatch(p.body); next != nil {
				form.Set("next", html.UnescapeString(next[1]))
			}
			p, from = s.do("POST", "/signin", "", form.Encode()), "same-origin"
			cookie = p.Cookies()[0].Name + "=" + p.Cookies()[0].Value
		}
		if p.StatusCode/100 != 3 {
			return p
		}
		path = p.Header.Get("Location")
	}
	s.t.Fatalf("%s leads on for ever", path)
	return answerPage{}
}

func TestNoWayThroughTheSignInLosesThatAnotherSiteLedThere(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	through := func(path, next string) string { return path + "?" + url.Values{"next": {next}}.Encode() }
	const launch = "/sso/aws-a"
	for name, path := range map[string]string{
		"the launch":                    launch,
		"a role":                        launch + "?role=arn:aws:iam::111122223333:role/SAML-User",
		"the sign-in":                   through("/signin", launch),
		"the sign-in, twice":            through("/signin", through("/signin", launch)),
		"the sign-in, three times":      through("/signin", through("/signin", through("/signin", launch))),
		"the renewal":                   through("/renew", launch),
		"the sign-in, then the renewal": through("/signin", through("/renew", launch)),
		"the renewal, then the sign-in": through("/renew", through("/signin", launch)),
		"a mark where none is read":     through("/signin", launch+"#?elsewhere="),
		"a mark for the page between":   through("/signin", through("/renew", launch)+"&elsewhere="),
		"two slashes":                   through("/signin", "/sso//aws-a"),
	} {
		for _, from := range []string{"cross-site", "same-site"} {
			p := s.way(path, from)
			if p.StatusCode != 200 || !strings.Contains(p.title(), "Continue to AWS A") || strings.Contains(p.body, "SAMLResponse") {
				t.Errorf("%s, from %s: ends in %d %q", name, from, p.StatusCode, p.title())
			}
			if strings.Contains(p.body, "localhost") || strings.Contains(p.body, `name="elsewhere"`) {
				t.Errorf("%s, from %s: the question names this site as the other one, or is asked for ever", name, from)
			}
		}
	}
	for _, from := range []string{"none", "same-origin"} {
		s.want(s.way(launch, from), 200, "Opening AWS A")
		s.want(s.way(through("/signin", launch), from), 200, "Opening AWS A")
		s.want(s.way(through("/signin", through("/renew", launch)), from), 200, "Opening AWS A")
	}
}

func TestAConnectorThatAsksNothingAsksNothingAfterTheSignInEither(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	s.change("aws-a", func(c *idp.Connector) { c.ConfirmCross = false })
	s.want(s.way("/sso/aws-a", "cross-site"), 200, "Opening AWS A")
}

func TestTheQuestionSaysWhereAWSLeads(t *testing.T) {
	s := newSite(t, Config{Demo: true})
	const own, asked = "https://console.aws.amazon.com/s3/home", "https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1#Instances:"
	ask := func(relay string) string {
		return s.way("/sso/aws-a?RelayState="+url.QueryEscape(relay), "cross-site").body
	}
	wants := func(body string, words ...string) {
		t.Helper()
		_, body, _ = strings.Cut(body, "Leads to")
		for _, word := range words {
			if !strings.Contains(body, word) {
				t.Errorf("the question does not say %q:\n%s", word, body)
			}
		}
	}
	wants(ask(""), "The home page of the AWS console")
	wants(ask(asked), ">eu-central-1.console.aws.amazon.com/ec2/home<", "?region=eu-central-1#Instances:")
	wants(ask("https://evil.example/<a>"), "https://evil.example/&lt;a&gt;", "does not allow this page")
	s.change("aws-a", func(c *idp.Connector) { c.RelayState = own })
	wants(ask(""), ">console.aws.amazon.com/s3/home<")
	wants(ask(asked), ">eu-central-1.console.aws.amazon.com/ec2/home<")
}

func (s *site) change(slug string, change func(*idp.Connector)) {
	s.t.Helper()
	s.admin(func(ctx context.Context, a *admin.Service) error {
		_, err := a.UpdateConnector(ctx, admin.Actor{Name: "test"}, slug, change)
		return err
	})
}
