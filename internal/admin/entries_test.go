package admin_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// inJSON is what an event says of a field, as JSON.
func inJSON(t *testing.T, fields map[string]any, name string) string {
	t.Helper()
	text, err := json.Marshal(fields[name])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// lastOf is the latest event of an action.
func (d *desk) lastOf(action idp.Action) resource.Event {
	d.t.Helper()
	list := of(action, d.audit(admin.EventQuery{}))
	if len(list) == 0 {
		d.t.Fatalf("no event says %s", action)
	}
	return list[0]
}

func TestOneRoleOfFiveHundredIsNotSwappedUnseen(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	in := draft("aws-b", "open", "closed")
	in.Roles = nil
	for i := range idp.MaxRoles {
		in.Roles = append(in.Roles, role(fmt.Sprintf("Role-of-a-usual-length-%03d", i)))
	}
	d.now = d.now.Add(time.Second)
	d.must(a.CreateConnector(ctx, in))
	made := d.lastOf(idp.ActionConnectorCreate)
	if first, _ := made.After["roles"].([]any); len(first) != 100 || inJSON(t, made.After, "roles_count") != "500" {
		t.Errorf("the making tells %d roles of %v", len(first), made.After["roles_count"])
	}

	d.now = d.now.Add(time.Second)
	d.must(a.UpdateConnector(ctx, "aws-b", "", func(c *resource.Connector) error {
		c.Roles[250].RoleARN = iam + "role/Admin"
		c.Roles[300].Groups = []string{"closed"}
		c.Groups = []string{"closed", "open"}
		return nil
	}))
	e := d.lastOf(idp.ActionConnectorUpdate)
	was, is := inJSON(t, e.Before, "roles"), inJSON(t, e.After, "roles")
	shape := func(name, groups string) string {
		return fmt.Sprintf(`{"groups":%s,"provider_arn":"%ssaml-provider/Gatepost","role_arn":"%srole/%s"}`, groups, iam, iam, name)
	}
	if was != "["+shape("Role-of-a-usual-length-250", "[]")+","+shape("Role-of-a-usual-length-300", "[]")+"]" {
		t.Errorf("before: %s", was)
	}
	if is != "["+shape("Admin", "[]")+","+shape("Role-of-a-usual-length-300", `["closed"]`)+"]" {
		t.Errorf("after: %s", is)
	}
	d.now = d.now.Add(time.Second)
	d.must(a.UpdateConnector(ctx, "aws-b", "", func(c *resource.Connector) error {
		for i := range c.Roles {
			c.Roles[i].RoleARN += "-x"
		}
		return nil
	}))
	e = d.lastOf(idp.ActionConnectorUpdate)
	if inJSON(t, e.Before, "roles_count") != "500" || inJSON(t, e.After, "roles_count") != "500" {
		t.Errorf("all are replaced, and it tells of %v and %v", e.Before["roles_count"], e.After["roles_count"])
	}
}

func TestAnEventTellsTheEntriesThatChanged(t *testing.T) {
	d := newWard(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.UpdateUser(ctx, bob, "", setAttributes(map[string]string{"team": "red", "desk": "4"})))
	d.must(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
		c.RelayStates = []string{"https://console.aws.amazon.com/a", "https://console.aws.amazon.com/b"}
		c.Attributes = append(c.Attributes, resource.Attribute{Name: "PrincipalTag:team", Value: "${user.attributes.team}"})
		return nil
	}))
	cases := []struct {
		name          string
		do            func() error
		action        idp.Action
		field         string
		before, after string
	}{
		{"an attribute of a person", func() error {
			return only(a.UpdateUser(ctx, bob, "", setAttributes(map[string]string{"team": "blue", "desk": "4", "floor": "2"})))
		}, idp.ActionUserUpdate, "attributes", `{"team":"red"}`, `{"floor":"2","team":"blue"}`},
		{"a group of a person", func() error { return only(a.UpdateUser(ctx, bob, "", setGroups(inOpen))) }, idp.ActionUserUpdate, "groups", `[{"name":"closed"}]`, `[]`},
		{"a relay state", func() error {
			return only(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.RelayStates[1] += "/c"; return nil }))
		}, idp.ActionConnectorUpdate, "relay_states", `["https://console.aws.amazon.com/b"]`, `["https://console.aws.amazon.com/b/c"]`},
		{"the order alone", func() error {
			return only(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
				c.RelayStates[0], c.RelayStates[1] = c.RelayStates[1], c.RelayStates[0]
				return nil
			}))
		}, idp.ActionConnectorUpdate, "relay_states", `["https://console.aws.amazon.com/a","https://console.aws.amazon.com/b/c"]`, `["https://console.aws.amazon.com/b/c","https://console.aws.amazon.com/a"]`},
		{"an attribute rule", func() error {
			return only(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.Attributes[1].Value = "red"; return nil }))
		}, idp.ActionConnectorUpdate, "attributes", `[{"name":"PrincipalTag:team","value":"${user.attributes.team}"}]`, `[{"name":"PrincipalTag:team","value":"red"}]`},
		{"a group of a connector", func() error {
			return only(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.Groups = append(c.Groups, "closed"); return nil }))
		}, idp.ActionConnectorUpdate, "groups", `[]`, `["closed"]`},
	}
	for _, c := range cases {
		d.now = d.now.Add(time.Second)
		d.must(nil, c.do())
		e := d.lastOf(c.action)
		if was, is := inJSON(t, e.Before, c.field), inJSON(t, e.After, c.field); was != c.before || is != c.after {
			t.Errorf("%s: from %s to %s", c.name, was, is)
		}
	}
}
