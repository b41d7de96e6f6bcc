package awsfed_test

import (
	"testing"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
)

func TestAFallbackStandsForAnAttributeThatAPersonLacks(t *testing.T) {
	const field = "attributes[0].value"
	cases := []struct {
		name, rule, value string
		field             string // of the problem with the connector
		accepted          bool   // for somebody who lacks the attribute
	}{
		{"in a tag", "PrincipalTag:team", "${user.attributes.lacking|none}", "", true},
		{"none in a tag", "PrincipalTag:team", "${user.attributes.lacking}", "", false},
		{"that AWS does not take", "PrincipalTag:team", "${user.attributes.lacking|no;ne}", field, true},
		{"in the session name", "RoleSessionName", "${user.attributes.lacking|nobody}", field, true},
		{"in the source identity", "SourceIdentity", "${user.attributes.lacking|nobody}", field, true},
		{"for what everybody has", "PrincipalTag:team", "${user.name|none}", field, true},
		{"that is no word", "PrincipalTag:team", "${user.attributes.lacking|}", field, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			made := connector()
			made.Attributes = []idp.AttributeRule{{Name: c.rule, Value: c.value}}
			err := made.Validate()
			if err == nil {
				err = awsfed.CheckConnector(made)
			}
			if c.field != "" {
				wantProblem(t, err, c.field, "")
				return
			}
			must(t, err)
			if err := awsfed.CheckPerson(made, user()); (err == nil) != c.accepted {
				t.Errorf("somebody who lacks it: %v", err)
			}
		})
	}
}
