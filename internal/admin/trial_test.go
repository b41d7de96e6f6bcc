package admin_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/store"
)

// newStage is an office whose connector aws-a is active and signs, with a role for
// everybody and one for a group that bob is in too.
func newStage(t *testing.T) *desk {
	t.Helper()
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.MakeKey(ctx, "aws-a"))
	d.must(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
		c.Groups = []string{"open", "closed"}
		c.Roles = []resource.Role{role("SAML-User"), role("Some", "closed")}
		return nil
	}))
	d.must(nil, a.ActivateConnector(ctx, "aws-a"))
	d.must(a.CreateUser(ctx, resource.User{Email: bob, Groups: []resource.Membership{{Name: "open"}, {Name: "closed"}}}))
	d.must(nil, a.AddMember(ctx, "open", alice, noon.Add(time.Hour)))
	return d
}

// rolesOf are the roles of a test: each with its groups and AWS's verdict.
func rolesOf(result resource.Test) []string {
	var list []string
	for _, r := range result.Roles {
		verdict := "refused"
		if r.Accepted {
			verdict = "accepted"
		}
		list = append(list, fmt.Sprintf("%s by %s %s", strings.TrimPrefix(r.RoleARN, iam+"role/"), strings.Join(r.Groups, "+"), verdict))
	}
	return list
}

func TestATestWarnsOfWhatAWSMayRefuseAllTheSame(t *testing.T) {
	d := newStage(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
		c.SessionDuration = "2h"
		return nil
	}))
	result, err := a.Test(ctx, "aws-a", bob)
	d.must(result, err)
	for _, role := range result.Roles {
		if !role.Accepted || len(role.Warnings) != 1 || role.Warnings[0].Says != "The requested DurationSeconds exceeds the MaxSessionDuration set for this role." {
			t.Errorf("%s: accepted %v, warnings %+v", role.RoleARN, role.Accepted, role.Warnings)
		}
	}
}

func TestATestSaysWhatWouldHappen(t *testing.T) {
	change := func(do func(*resource.Connector)) func(d *desk) {
		return func(d *desk) {
			d.must(d.as(idp.AdminOwner).UpdateConnector(d.t.Context(), "aws-a", "", func(c *resource.Connector) error {
				do(c)
				return nil
			}))
		}
	}
	all := []string{"SAML-User by open+closed accepted", "Some by closed accepted"}
	cases := []struct {
		name     string
		email    string
		do       func(d *desk)
		reason   idp.Reason
		roles    []string
		accepted bool
	}{
		{"somebody whom two groups let in", bob, nil, idp.Granted, all, true},
		{"somebody whom one group lets in", "Alice@Example.com", nil, idp.Granted, []string{"SAML-User by open accepted"}, true},
		{"somebody who is in no group", "viewer@example.com", nil, idp.NotGranted, nil, false},
		{"somebody whose membership has ended", alice, func(d *desk) { d.now = noon.Add(time.Hour) }, idp.NotGranted, nil, false},
		{"somebody who is suspended", bob, func(d *desk) { d.must(nil, d.as(idp.AdminOwner).SuspendUser(d.t.Context(), bob)) }, idp.NoUser, all, true},
		{"a connector that is inactive", bob, func(d *desk) { d.must(nil, d.as(idp.AdminOwner).DeactivateConnector(d.t.Context(), "aws-a")) }, idp.InactiveConnector, all, true},
		{"a lockdown", bob, func(d *desk) { d.must(nil, d.as(idp.AdminOwner).Lockdown(d.t.Context())) }, idp.Lockdown, all, true},
		{"no role for their group", alice, change(func(c *resource.Connector) { c.Roles = c.Roles[1:] }), idp.NoRole, nil, false},
		{"an attribute that they lack", alice, change(func(c *resource.Connector) {
			c.Attributes = append(c.Attributes, resource.Attribute{Name: "PrincipalTag:team", Value: "${user.attributes.team}"})
		}), idp.Granted, []string{"SAML-User by open refused"}, false},
		{"a session name that AWS does not take", alice, change(func(c *resource.Connector) {
			c.Attributes = []resource.Attribute{{Name: "RoleSessionName", Value: "${user.email}-${user.email}-${user.email}-${user.email}"}}
		}), idp.Granted, []string{"SAML-User by open refused"}, false},
		{"a signed response", alice, change(func(c *resource.Connector) { c.SignResponse = true }), idp.Granted, []string{"SAML-User by open accepted"}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newStage(t)
			if c.do != nil {
				c.do(d)
			}
			result, err := d.as(idp.AdminViewer).Test(t.Context(), "aws-a", c.email)
			d.must(nil, err)
			if result.Email != idp.NormalEmail(c.email) || result.Granted != (c.reason == idp.Granted) || result.Reason != string(c.reason) {
				t.Errorf("granted: %v, %q", result.Granted, result.Reason)
			}
			if got := rolesOf(result); !slices.Equal(got, c.roles) || result.Accepted != c.accepted {
				t.Errorf("roles %q, accepted: %v", got, result.Accepted)
			}
			d.explains(result)
			if c.accepted {
				d.proves(result, c.name)
			}
		})
	}
}

// explains fails the test unless each role that is refused has a finding that says
// why, and each that is accepted has none.
func (d *desk) explains(result resource.Test) {
	d.t.Helper()
	for _, r := range result.Roles {
		if r.Accepted != (len(r.Findings) == 0) {
			d.t.Errorf("%s: accepted %v with findings %+v", r.RoleARN, r.Accepted, r.Findings)
		}
		for _, f := range r.Findings {
			if f.Rule == "" || f.Says == "" || f.Cause == "" || f.Remedy == "" {
				d.t.Errorf("%s: %+v does not say enough", r.RoleARN, f)
			}
		}
		if r.Accepted && (r.SessionName != result.Email || r.ExpiresAt != resource.Stamp(d.now.Add(time.Hour))) {
			d.t.Errorf("%s: session %q until %s", r.RoleARN, r.SessionName, r.ExpiresAt)
		}
	}
}

// proves fails the test unless the response verifies by the metadata that came with
// it, and not by the connector's own.
func (d *desk) proves(result resource.Test, name string) {
	d.t.Helper()
	xml, err := saml.Decode(result.Response)
	d.must(nil, err)
	doc, err := saml.Read(xml)
	d.must(nil, err)
	throwaway, err := saml.ReadMetadata([]byte(result.Metadata))
	d.must(nil, err)
	d.must(nil, doc.VerifySignature(throwaway.Certificates))
	if (doc.Signatures == 1) != strings.Contains(name, "signed response") {
		d.t.Errorf("the response itself has %d signatures", doc.Signatures)
	}
	real, err := d.as(idp.AdminViewer).Metadata(d.t.Context(), "aws-a")
	d.must(nil, err)
	trusted, err := saml.ReadMetadata(real)
	d.must(nil, err)
	err = doc.VerifySignature(trusted.Certificates)
	if !errors.Is(err, saml.ErrSignature) {
		d.t.Errorf("by the metadata that AWS has: %v", err)
	}
	if trusted.EntityID != throwaway.EntityID || doc.Issuer != trusted.EntityID {
		d.t.Errorf("issued by %q, metadata of %q and %q", doc.Issuer, throwaway.EntityID, trusted.EntityID)
	}
	u, err := d.User(d.t.Context(), result.Email)
	d.must(nil, err)
	if !strings.Contains(result.Assertion, u.NameID) || !strings.Contains(result.Assertion, "\n") {
		d.t.Errorf("the text is not that of the assertion:\n%s", result.Assertion)
	}
}

func TestATestOfABookmarkSignsNothing(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.CreateConnector(ctx, resource.Connector{Slug: "wiki", Kind: "bookmark", URL: "https://wiki.example.com", Groups: []string{"open"}}))
	d.must(nil, a.ActivateConnector(ctx, "wiki"))
	d.must(nil, a.AddMember(ctx, "open", alice, time.Time{}))
	for email, want := range map[string]idp.Reason{alice: idp.Granted, "viewer@example.com": idp.NotGranted} {
		result, err := a.Test(ctx, "wiki", email)
		d.must(nil, err)
		if result.Reason != string(want) || result.Accepted != (want == idp.Granted) || len(result.Roles) != 0 || result.Response != "" || result.Metadata != "" {
			t.Errorf("%s: %+v", email, result)
		}
	}
}

func TestATestIsOnRecordAndChangesNothingElse(t *testing.T) {
	d := newStage(t)
	before, writes := d.stored(), d.tables.written.Load()
	d.must(d.as(idp.AdminViewer).Test(t.Context(), "aws-a", alice))
	if n := d.tables.written.Load() - writes; n != 1 || d.stored() != before {
		t.Errorf("%d writes", n)
	}
	list := of(idp.ActionConnectorTest, d.audit(admin.EventQuery{Connector: "aws-a"}))
	if len(list) != 1 || list[0].Actor != "viewer@example.com" || list[0].Target != alice || list[0].AssertionID != "" {
		t.Errorf("recorded as %+v", list)
	}
	if launches := of(idp.ActionLaunch, d.audit(admin.EventQuery{})); len(launches) != 0 {
		t.Errorf("recorded as a launch: %+v", launches)
	}
	_, err := d.as(idp.AdminViewer).Test(t.Context(), "aws-a", "nobody@example.com")
	faulty(t, "of nobody", err, "user")
	_, err = d.as(idp.AdminViewer).Test(t.Context(), "aws-z", alice)
	is(t, "of a connector that is not there", err, store.ErrNotFound)
}

func TestATestOfManyRolesShowsTheFirstOfThem(t *testing.T) {
	d := newStage(t)
	d.must(d.as(idp.AdminOwner).UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.Roles = nil
		for i := range 30 {
			c.Roles = append(c.Roles, role(fmt.Sprintf("Role%02d", i)))
		}
		return nil
	}))
	result, err := d.as(idp.AdminViewer).Test(t.Context(), "aws-a", alice)
	if err != nil || len(result.Roles) != 20 || !result.Accepted || !strings.HasSuffix(result.Roles[19].RoleARN, "Role19") {
		t.Errorf("%d roles, accepted: %v, %v", len(result.Roles), result.Accepted, err)
	}
}
