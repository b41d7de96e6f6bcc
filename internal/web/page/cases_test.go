package page

import (
	"net/http"
	"strings"
	"time"
)

// sample is one page in one state: a golden file and a page of the gallery.
type sample struct {
	name   string
	status int
	page   Page
}

var (
	alice   = User{Name: "Alice", Email: "alice@example.com"}
	awsA    = Connector{Slug: "aws-a", Label: "AWS A"}
	saml    = Role{ARN: "arn:aws:iam::111122223333:role/SAML-User", Name: "SAML-User", Account: "111122223333", Provider: "Gatepost"}
	longARN = "arn:aws:iam::111122223333:role/teams/platform/observability/" + strings.Repeat("Long", 16)
)

// samples are all pages in all their states.
func samples() []sample {
	var all []sample
	for _, list := range [][]sample{signInSamples(), portalSamples(), launchSamples(), problemSamples(), demoSamples()} {
		all = append(all, list...)
	}
	return all
}

func signInSamples() []sample {
	return []sample{
		{"signin", 200, SignIn{Next: "/sso/aws-a"}},
		{"signin-wrong", 401, SignIn{Username: "alice@example.com", Next: "/", Error: "That email and password do not match."}},
		{"signin-limited", 429, SignIn{Username: "alice@example.com", RetryAfter: 30 * time.Second}},
		{"signin-notice", 200, SignIn{Notice: "You are signed out."}},
		{"setup", 200, Setup{Token: "3f1c"}},
		{"setup-wrong", 422, Setup{Token: "3f1c", Email: "Ada", Name: "Ada", Errors: []FieldError{{"email", "Write it as name@example.com."}}}},
		{"setup-done", 200, Setup{Email: "ada@example.com", PasswordLink: "/password?token=9b0e"}},
		{"password", 200, Password{Token: "9b0e", Email: "ada@example.com", Least: 15, Welcome: true}},
		{"password-wrong", 422, Password{Token: "9b0e", Email: "ada@example.com", Least: 15, Errors: []FieldError{
			{"password", "That is 9 characters; use 15 or more."}, {"repeat", "The two differ."},
		}}},
	}
}

func portalTiles() []Tile {
	return []Tile{
		{Connector: awsA, Href: "/sso/aws-a", Accounts: []string{"111122223333"}, Roles: 1},
		{Connector: Connector{Slug: "aws-b", Label: "AWS B"}, Href: "/sso/aws-b", Accounts: []string{"444455556666"}, Roles: 1},
		{Connector: Connector{Slug: "aws-prod", Label: "AWS Production"}, Description: "Customers’ data lives here. Changes go through the pipeline.", Href: "/sso/aws-prod", Accounts: []string{"210987654321"}, Roles: 3},
		{Connector: Connector{Slug: "aws-staging", Label: "AWS Staging"}, Description: "Like production, without the customers.", Href: "/sso/aws-staging", Accounts: []string{"210987650000"}, Roles: 3},
		{Connector: Connector{Slug: "data-lake", Label: "Data lake"}, Description: "Warehouse, notebooks and the buckets behind them.", Href: "/sso/data-lake", Accounts: []string{"300000000001", "300000000002", "300000000003"}, Roles: 6},
		{Connector: Connector{Slug: "network", Label: "Network hub"}, Href: "/sso/network", Accounts: []string{"999988887777"}, Roles: 2},
		{Connector: Connector{Slug: "wiki", Label: "Wiki", Image: "/assets/connectors/wiki.svg"}, Description: "Runbooks and how-tos.", Href: "/sso/wiki", Bookmark: true},
		{Connector: Connector{Slug: "long", Label: strings.Repeat("Unbreakable", 5)}, Description: strings.Repeat("A description that goes on and on. ", 10), Href: "/sso/long", Accounts: []string{"123456789012"}, Roles: 480},
	}
}

func portalSamples() []sample {
	who := "platform@example.com"
	return []sample{
		{"portal", 200, Portal{User: alice, Tiles: portalTiles()}},
		{"portal-administrator", 200, Portal{User: User{Name: "Ada", Email: "ada@example.com", Admin: true}, Tiles: portalTiles()[:1]}},
		{"portal-two", 200, Portal{User: alice, Tiles: portalTiles()[:2]}},
		{"portal-search", 200, Portal{User: alice, Tiles: portalTiles(), Query: "aws 2109"}},
		{"portal-nothing-matches", 200, Portal{User: alice, Tiles: portalTiles(), Query: "azure"}},
		{"portal-empty", 200, Portal{User: User{Name: "Carol", Email: "carol@example.com"}, WhomToAsk: who, Groups: []string{"Engineering", "Everyone"}}},
		{"portal-closed", 200, Portal{User: alice, WhomToAsk: who, Closed: true}},
		{"portal-empty-no-groups", 200, Portal{User: User{Email: "carol.the.very.long.address@subdomain.example.com"}}},
		{"portal-hostile", 200, Portal{
			User:   User{Name: `"><script>alert(1)</script>`, Email: `a'b"c@example.com`},
			Query:  `"><script>alert(1)</script>`,
			Groups: []string{"<b>"}, WhomToAsk: "javascript:alert(1)",
			Tiles: []Tile{{Connector: Connector{Slug: "x", Label: "<img src=x onerror=alert(1)>", Image: "javascript:alert(1)"}, Href: "javascript:alert(1)", Accounts: []string{"<i>"}}},
		}},
	}
}

// ends is when the access of samples ends.
var ends = time.Date(2026, 11, 24, 18, 30, 15, 0, time.UTC)

func launchSamples() []sample {
	many := []Role{saml}
	for _, number := range []string{"111122223333", "444455556666", "777788889999"} {
		for _, name := range []string{"Administrator", "Billing", "ReadOnly", "SupportUser"} {
			many = append(many, Role{ARN: "arn:aws:iam::" + number + ":role/" + name, Name: name, Account: number, Provider: "Gatepost"})
		}
	}
	launch := Launch{
		User: alice, Connector: awsA, Role: saml, Action: "https://signin.aws.amazon.com/saml", FormAction: []string{"https://*.aws.amazon.com"},
		SAMLResponse: "PHNhbWwycDpSZXNwb25zZS8+", RelayState: "https://eu-west-1.console.aws.amazon.com/s3/home", Again: "/sso/aws-a",
	}
	soon := Ending{Access: ends, Session: ends.Add(-time.Hour)}
	near := Ending{Access: ends, Session: ends, Early: "AWS may refuse one this short"}
	ending, endingSoon := launch, launch
	ending.Ending, endingSoon.Ending, endingSoon.Role = soon, near, Role{}
	samlSoon, samlNear := saml, saml
	samlSoon.Ending, samlNear.Ending = soon, near
	demo := launch
	demo.Action, demo.FormAction, demo.RealAddress = "http://localhost:8080/demo/acs", []string{"'self'"}, launch.Action
	demo.RelayState, demo.Role = "", Role{}
	return []sample{
		{"chooser", 200, Chooser{User: alice, Connector: awsA, Path: "/sso/aws-a", Roles: []Role{
			saml, {ARN: longARN, Name: strings.Repeat("Long", 16), Account: "111122223333", Provider: "Gatepost2"},
		}, RelayState: launch.RelayState}},
		{"chooser-many", 200, Chooser{User: alice, Connector: Connector{Slug: "data-lake", Label: "Data lake"}, Path: "/sso/data-lake", Roles: many}},
		{"confirm", 200, Confirm{User: alice, Connector: awsA, Role: saml, From: "wiki.example.com", Path: "/sso/aws-a", Params: []Param{{"role", saml.ARN}},
			LeadsTo: Destination{Place: "eu-central-1.console.aws.amazon.com/cloudformation/home", Rest: "?region=eu-central-1#/stacks/create/review?templateURL=https%3A%2F%2Fexample.com%2Fa.yaml"}}},
		{"confirm-refused-page", 200, Confirm{User: alice, Connector: awsA, From: "wiki.example.com", Path: "/sso/aws-a", Params: []Param{{"RelayState", "https://evil.example/"}}, LeadsTo: Destination{Place: "https://evil.example/", Refused: true}}},
		{"confirm-unknown-site", 200, Confirm{User: alice, Connector: awsA, Path: "/sso/aws-a"}},
		{"leave", 200, Leave{User: alice, Connector: Connector{Slug: "wiki", Label: "Wiki", Image: "/assets/connectors/wiki.svg"}, Address: "https://wiki.example.com/start?a=1&b=2"}},
		{"chooser-ending", 200, Chooser{User: alice, Connector: awsA, Path: "/sso/aws-a", Roles: []Role{saml, samlSoon, samlNear}}},
		{"confirm-ending", 200, Confirm{User: alice, Connector: awsA, Role: samlNear, Path: "/sso/aws-a", Params: []Param{{"role", saml.ARN}}}},
		{"launch", 200, launch},
		{"launch-ending", 200, ending},
		{"launch-ending-soon", 200, endingSoon},
		{"launch-demo", 200, demo},
	}
}

func problemSamples() []sample {
	at := time.Date(2026, 11, 24, 9, 30, 15, 0, time.UTC)
	id := "req_7k3m2c5qv4h6z"
	return []sample{
		{"problem-403", 403, Problem{Title: "You have no access to AWS B", What: "Your account is fine, but none of your groups opens this application.", Do: "Ask platform@example.com for access.", Links: []Link{{"Your applications", "/"}}, RequestID: id, Time: at, User: &alice}},
		{"problem-404", 404, Problem{Title: "There is nothing here", What: "No application has this address, or it is switched off.", Do: "Check the link, or start from your applications.", Links: []Link{{"Your applications", "/"}}, RequestID: id, Time: at, User: &alice}},
		{"problem-400", 400, Problem{Title: "AWS cannot open that page", What: "The link asks AWS to show a page that is not part of the AWS console:", Details: []string{"https://evil.example/" + strings.Repeat("long/", 30)}, Do: "You can go on without it.", Links: []Link{{"Open AWS A", "/sso/aws-a"}, {"Your applications", "/"}}, RequestID: id, Time: at, User: &alice}},
		{"problem-422", 422, Problem{Title: "AWS would refuse this sign-in", What: "So it was not sent. These have to be put right first:", Details: []string{"RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}", "Requested DurationSeconds exceeds MaxSessionDuration set for this role."}, Do: "Send this page to an administrator of Gatepost.", Links: []Link{{"Your applications", "/"}}, RequestID: id, Time: at, User: &alice}},
		{"problem-503", 503, Problem{Title: "Gatepost cannot do this just now", What: "A part that it needs does not answer. Nothing was sent to AWS.", Do: "Wait a moment.", RetryAfter: 5 * time.Second, Links: []Link{{"Try again", "/sso/aws-a"}}, RequestID: id, Time: at}},
	}
}

func demoSamples() []sample {
	xml := "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"\n  Destination=\"https://signin.aws.amazon.com/saml\">\n  <saml:Issuer>http://localhost:8080/metadata/aws-a</saml:Issuer>\n  <saml:Assertion ID=\"_q1w2e3r4t5y6\">" + strings.Repeat("…", 120) + "</saml:Assertion>\n</samlp:Response>"
	facts := []Fact{
		{"Issuer", []string{"http://localhost:8080/metadata/aws-a"}},
		{"NameID", []string{"u7h3k2m5qv4h6zc4w8p9"}},
		{"Audience", []string{"https://signin.aws.amazon.com/saml", "urn:amazon:webservices"}},
		{"https://aws.amazon.com/SAML/Attributes/Role", []string{saml.ARN + ",arn:aws:iam::111122223333:saml-provider/Gatepost"}},
		{"https://aws.amazon.com/SAML/Attributes/RoleSessionName", []string{"alice@example.com"}},
	}
	return []sample{
		{"demo-accepted", 200, DemoACS{Accepted: true, Sessions: []RoleSession{{
			Role: "SAML-User", RoleARN: saml.ARN, Account: saml.Account, SessionName: "alice@example.com", SourceIdentity: "alice", Duration: time.Hour,
			Tags: []Tag{{"team", "platform", true}, {"cost-centre", "4711", false}},
		}}, Facts: facts, XML: xml, Address: "https://signin.aws.amazon.com/saml", RelayState: "https://eu-west-1.console.aws.amazon.com/s3/home"}},
		{"demo-choice", 200, DemoACS{Accepted: true, Sessions: []RoleSession{
			{Role: "SAML-User", RoleARN: saml.ARN, Account: saml.Account, SessionName: "alice@example.com", Duration: time.Hour},
			{Role: "Administrator", RoleARN: longARN, Account: saml.Account, SessionName: "alice@example.com", Duration: 5400 * time.Second},
		}, Address: "https://signin.aws.amazon.com/saml"}},
		{"demo-ending", 200, DemoACS{Accepted: true, Sessions: []RoleSession{
			{Role: "SAML-User", RoleARN: saml.ARN, Account: saml.Account, SessionName: "alice@example.com", Duration: 8 * time.Minute, Ends: time.Date(2026, 7, 4, 18, 0, 0, 0, time.UTC)},
		}, Address: "https://signin.aws.amazon.com/saml"}},
		{"demo-refused", http.StatusOK, DemoACS{Findings: []Finding{
			{"Response signature invalid", "InvalidIdentityToken", "The signature does not fit any certificate in the metadata.", "Upload the metadata again to the SAML provider in the account."},
			{"RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}", "InvalidIdentityToken", "The session name has a space.", "Change the attribute rule RoleSessionName."},
		}, Facts: facts, XML: xml, Address: "https://signin.aws.amazon.com/saml"}},
	}
}
