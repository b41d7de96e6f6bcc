package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/saml"
)

// chooser makes aws-a leave the choice among so many roles to AWS.
func (d *desk) chooser(roles int) {
	d.t.Helper()
	d.must(nil, d.as(idp.AdminOwner).DeactivateConnector(d.t.Context(), "aws-a"))
	d.must(d.as(idp.AdminOwner).UpdateConnector(d.t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.AWSChooser, c.Roles = true, nil
		for i := range roles {
			c.Roles = append(c.Roles, role(fmt.Sprintf("Role%03d-%s", i, strings.Repeat("x", 50))))
		}
		return nil
	}))
}

func TestATestCarriesTheRolesThatALaunchCarries(t *testing.T) {
	d := newStage(t)
	d.chooser(3)
	result, err := d.as(idp.AdminViewer).Test(t.Context(), "aws-a", bob)
	d.must(nil, err)
	xml, err := saml.Decode(result.Response)
	d.must(nil, err)
	doc, err := saml.Read(xml)
	d.must(nil, err)
	carried := 0
	for _, a := range doc.Assertions[0].Attributes {
		if strings.HasSuffix(a.Name, "/Role") {
			carried = len(a.Values)
		}
	}
	if carried != 3 || len(result.Roles) != 3 || !result.Accepted {
		t.Errorf("the response carries %d roles, %d are shown, accepted: %v", carried, len(result.Roles), result.Accepted)
	}
}

func TestMoreRolesThanAWSTakesInOneResponseAreRefusedBeforeALaunch(t *testing.T) {
	d := newStage(t)
	d.chooser(500)
	result, err := d.as(idp.AdminViewer).Test(t.Context(), "aws-a", bob)
	d.must(nil, err)
	if result.Accepted || len(result.Roles) != 20 || len(result.Roles[0].Findings) == 0 {
		t.Errorf("a test of 500 roles in one response is accepted: %v, %d roles", result.Accepted, len(result.Roles))
	}
	faulty(t, "activation", d.as(idp.AdminOwner).ActivateConnector(t.Context(), "aws-a"), "aws_chooser")
}
