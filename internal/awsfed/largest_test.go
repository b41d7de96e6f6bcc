package awsfed_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
)

// crowded is a connector whose groups open so many roles each, in one response.
func crowded(each int) *idp.Connector {
	c := connector()
	c.AWSChooser, c.Groups, c.Roles = true, []string{"a", "b", "c"}, nil
	for _, group := range c.Groups {
		for i := range each {
			c.Roles = append(c.Roles, idp.Role{RoleARN: fmt.Sprintf("arn:aws:iam::111122223333:role/%s%03d-%s", group, i, strings.Repeat("x", 40)), ProviderARN: providerARN, Groups: []string{group}})
		}
	}
	return c
}

// TestNoLaunchIsLargerThanTheLargest: what passes is taken of somebody in all groups
// whose values are as long as AWS takes them.
func TestNoLaunchIsLargerThanTheLargest(t *testing.T) {
	refused := 0
	for each := 100; each <= 166; each++ {
		c := crowded(each)
		err := awsfed.CheckLargest(c, current().cert, now)
		u := &idp.User{
			ID: idp.NewID("u_"), Email: strings.Repeat("e", 52) + "@example.com", NameID: idp.NewID("n"), Active: true,
			Attributes: map[string]string{"team": strings.Repeat("t", 256)},
		}
		for _, group := range c.Groups {
			u.Groups = append(u.Groups, idp.Membership{GroupID: group, Until: now.Add(13 * time.Hour)})
		}
		l := launch(c)
		l.User, l.Roles, l.ResponseID, l.AssertionID = u, idp.RolesOf(u, c, now), idp.NewID("_"), idp.NewID("_")
		_, _, launchErr := awsfed.Prepare(l, current().cert)
		if (err == nil) != (launchErr == nil) {
			t.Fatalf("of %d roles the check says %v, the launch %v", len(l.Roles), err, launchErr)
		}
		if err != nil {
			refused++
			wantProblem(t, err, "aws_chooser", "100000")
		}
	}
	if refused == 0 || refused == 67 {
		t.Errorf("%d of 67 are refused: the limit is not among them", refused)
	}
}

func TestWhatAPersonCouldMendIsNotRefusedOfAll(t *testing.T) {
	c := connector()
	for rule, want := range map[string]bool{
		strings.Repeat("${user.email}-", 3) + "x": true,
		"${user.attributes.other}":                true,
		strings.Repeat("x", 60) + "${user.email}": false,
	} {
		c.Attributes[0].Value = rule
		err := awsfed.CheckLargest(c, current().cert, now)
		var problems idp.Problems
		if (err == nil) != want || err != nil && !errors.As(err, &problems) {
			t.Errorf("%s gives %v", rule, err)
		}
	}
}

// TestOneRoleAloneIsNoReasonToRefuse however many there are, where people choose here.
func TestOneRoleAloneIsNoReasonToRefuse(t *testing.T) {
	c := crowded(166)
	c.AWSChooser = false
	must(t, awsfed.CheckLargest(c, current().cert, now))
	c.Roles = nil
	must(t, awsfed.CheckLargest(c, current().cert, now))
}
