package awsfed

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

// CheckLargest tells why AWS would refuse the largest response that a launch of c
// could make with that certificate: for somebody in all of its groups whose values
// are as long as AWS takes them, with an end of the access. It is composed and judged
// as a launch's is, and nothing is signed. The error is [idp.Problems]: what no value
// of a person could mend, or the field that makes the response too large, and the
// remedy.
//
// Values are asked for their form alone at their shortest: a rule that some people's
// values do not fit is told with those people. Letters that take more than one byte can make a tag's value longer still; such a
// person's launch is refused by itself.
func CheckLargest(c *idp.Connector, certificate *x509.Certificate, now time.Time) error {
	roles := largestRoles(c)
	if c.Kind != idp.KindAWS || len(roles) == 0 {
		return nil
	}
	l := trialLaunch(c, roles, now)
	l.User.Email, l.User.Name = "a@b.c", "aa"
	for name := range l.User.Attributes {
		l.User.Attributes[name] = "aa"
	}
	end := now.Add(longest)
	if c.SessionDuration == 0 {
		end = now.Add(ShortestSession) // the response then asks for a duration that it else leaves out
	}
	for i := range l.Roles {
		l.Roles[i].Until = end
	}
	return check(l, certificate, lengthen)
}

// CheckTrial tells why AWS would refuse the response that carries these roles of c for
// anybody, as CheckLargest does, for a person with values of a usual length.
func CheckTrial(c *idp.Connector, roles []idp.OpenRole, certificate *x509.Certificate, now time.Time) error {
	return check(trialLaunch(c, roles, now), certificate, func(Launch, *saml.Response) {})
}

// longest is longer than any role session.
const longest = 24 * time.Hour

func check(l Launch, certificate *x509.Certificate, change func(Launch, *saml.Response)) error {
	spec, err := Compose(l)
	if err != nil {
		return err
	}
	change(l, &spec)
	_, err = prepare(l, spec, certificate)
	switch {
	case err == nil:
		return nil
	case len(l.Roles) > 1:
		return idp.Problems{{
			Field: "aws_chooser", Value: fmt.Sprintf("%d roles in one response", len(l.Roles)), Reason: "AWS would refuse the sign-in of somebody to whom all of them are open: " + err.Error(),
			Remedy: "open fewer roles, or let people choose at Gatepost (aws_chooser: false)",
		}}
	}
	role := l.Roles[0].Role
	at := slices.IndexFunc(l.Connector.Roles, func(r idp.Role) bool { return r.RoleARN == role.RoleARN && r.ProviderARN == role.ProviderARN })
	return idp.Problems{{
		Field: fmt.Sprintf("roles[%d]", at), Value: role.RoleARN, Reason: "AWS would refuse the sign-in: " + err.Error(),
		Remedy: "change the role or the attributes",
	}}
}

// largestRoles are the roles that the largest response carries: all that the groups
// open where AWS asks which, and else the one with the longest names, for each stands
// alone.
func largestRoles(c *idp.Connector) []idp.OpenRole {
	if c.AWSChooser {
		everybody := &idp.User{}
		for _, group := range c.Groups {
			everybody.Groups = append(everybody.Groups, idp.Membership{GroupID: group})
		}
		return idp.RolesOf(everybody, c, time.Time{})
	}
	var roles []idp.OpenRole
	for _, role := range c.Roles {
		if len(roles) == 0 || len(role.RoleARN)+len(role.ProviderARN) > len(roles[0].RoleARN)+len(roles[0].ProviderARN) {
			roles = []idp.OpenRole{{Role: role}}
		}
	}
	return roles
}

// trialLaunch is a launch by a person with a usual email, signed in just now.
// Templates over a person's own attributes cannot be judged without the person; their
// form was checked when they were stored.
func trialLaunch(c *idp.Connector, roles []idp.OpenRole, now time.Time) Launch {
	u := &idp.User{ID: idp.NewID("u_"), Email: "trial@example.com", Name: "Trial", NameID: idp.NewID("n"), Active: true, Attributes: map[string]string{}}
	for _, name := range idp.UserAttributes(c.Attributes) {
		u.Attributes[name] = "trial"
	}
	return Launch{
		Connector: c, User: u, Roles: roles, Now: now, TLS: true,
		Session:    &idp.Session{UserID: u.ID, Methods: []idp.Method{idp.MethodPassword}, AuthTime: now, LastSeen: now, ExpiresAt: now.Add(idp.SessionLifetime)},
		ResponseID: idp.NewID("_"), AssertionID: idp.NewID("_"),
	}
}

// lengthen gives each value that comes from a person the greatest length that AWS
// takes.
func lengthen(l Launch, spec *saml.Response) {
	p, _ := PartitionByName(l.Connector.Partition)
	constant := map[string]bool{}
	for _, rule := range l.Connector.Attributes {
		constant[AttributeName(p.shortRuleName(rule.Name))] = rule.Constant()
	}
	for i, a := range spec.Attributes {
		short, _ := p.ShortName(a.Name)
		length := 0
		switch parseShort(short).kind {
		case kindSessionName, kindSourceIdentity:
			length = maxName
		case kindTag:
			length = maxTagValue
		}
		if length > 0 && !constant[a.Name] {
			spec.Attributes[i].Values = []string{strings.Repeat("x", length)}
		}
	}
}
