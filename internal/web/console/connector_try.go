package console

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// connectorTestPage shows what would happen if a person opened a connector.
type connectorTestPage struct {
	about
	Form   form
	Result *testResult
}

// testResult is a test in words.
type testResult struct {
	Tone      tone
	Title     string
	Text      string
	Trace     []traced
	Roles     []testRole
	Assertion copyable
	Response  copyable
}

type testRole struct {
	Name        string
	Account     string
	ARN         string
	Provider    string
	Groups      []string
	SessionName string
	Until       moment // of the role session
	Access      moment // of the access; empty for no end
	Findings    []resource.Finding
	Warnings    []resource.Finding
}

func (p connectorTestPage) heading() heading {
	return p.about.heading("connector_try", p.Form.title("Test"))
}

func test(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	a := v.about(c, tabTest)
	return v.show(http.StatusOK, connectorTestPage{about: a, Form: newForm("", map[string]string{"user": v.fields["user"]}, a.Base+tabTest)})
}

// runTest answers with the result itself: it is kept nowhere.
func runTest(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	a := v.about(c, tabTest)
	p := connectorTestPage{about: a, Form: posted(v.fields, []string{"user"}, a.Base+tabTest)}
	t, err := v.Test(v.ctx(), c.Slug, p.Form.Values["user"])
	if p.Form.refused(err, nothingStored) {
		return v.show(p.Form.status(), p)
	}
	if err != nil {
		return err
	}
	p.Result = resultOf(c, t)
	return v.show(http.StatusOK, p)
}

func resultOf(c resource.Connector, t resource.Test) *testResult {
	r := &testResult{
		Assertion: copyable{"assertion", "assertion", t.Assertion},
		Response:  copyable{"response", "response", t.Response},
	}
	for _, role := range t.Roles {
		r.Roles = append(r.Roles, testRole{
			Name: roleName(role.RoleARN), Account: accountOf(role.RoleARN), ARN: role.RoleARN, Provider: role.ProviderARN, Groups: role.Groups,
			SessionName: role.SessionName, Until: momentOf(role.ExpiresAt), Access: momentOf(role.Until), Findings: role.Findings, Warnings: role.Warnings,
		})
	}
	r.Tone, r.Title, r.Text = verdict(c, t)
	r.Trace = trace(c, t)
	return r
}

// traced is one condition that Gatepost looks at before it lets somebody through.
type traced struct {
	State chip
	Text  string
}

// trace are the conditions in the order of [idp.Decide]: those before the one that
// failed hold, those after it were not looked at.
func trace(c resource.Connector, t resource.Test) []traced {
	list := []traced{}
	failed := false
	for _, condition := range []struct {
		reason idp.Reason
		text   string
	}{
		{idp.NoUser, "The person is active"},
		{idp.Lockdown, "No lockdown is in force"},
		{idp.InactiveConnector, "The connector is active"},
		{idp.NotGranted, "The person is in a group that the connector is open to"},
		{idp.NoRole, "A role is open to that group"},
	} {
		if condition.reason == idp.NoRole && isBookmark(c) {
			continue
		}
		one := traced{chip{"yes", good}, condition.text}
		switch {
		case failed:
			one.State = chip{"not asked", plain}
		case t.Reason == string(condition.reason):
			one.State, failed = chip{"no", bad}, true
		}
		list = append(list, one)
	}
	return list
}

// verdict says first whether Gatepost would let the person through, then whether
// AWS would.
func verdict(c resource.Connector, t resource.Test) (tone, string, string) {
	who := t.Email
	switch {
	case !t.Granted && t.Accepted && len(t.Roles) > 0:
		return bad, "Gatepost would refuse " + who, "Not every condition holds. AWS itself would take the sign-in."
	case !t.Granted:
		return bad, "Gatepost would refuse " + who, "Not every condition holds."
	case isBookmark(c):
		return good, "It would open for " + who, "The browser is sent to " + c.URL + ". No sign-in goes with it."
	case !t.Accepted:
		return bad, "AWS would refuse " + who, "Gatepost would let the person through, but the response breaks AWS’s rules."
	case len(t.Roles) == 1:
		role := t.Roles[0]
		return good, "It would work for " + who, "AWS would see the session " + role.SessionName + " in the role " + roleName(role.RoleARN) + ", until " + momentOf(role.ExpiresAt).Text + "." + accessEnds(role.Until)
	}
	return good, "It would work for " + who, "The person would choose one of " + count(len(t.Roles), false, "role", "roles") + "."
}

func accessEnds(stamp string) string {
	if stamp == "" {
		return ""
	}
	return " The access itself holds until " + momentOf(stamp).Text + "."
}
