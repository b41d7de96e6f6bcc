package lambda

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/signin"
)

// The people of the walk-through, and the password of each.
const (
	alice    = "alice@example.com" // of both groups
	bob      = "bob@example.com"   // of the first only
	carol    = "carol@example.com" // of none
	password = "correct horse battery staple"
)

// connectors are those of the walk-through.
var connectors = []struct{ slug, label, role, provider, group string }{
	{"aws-a", "AWS A", "SAML-User", "Gatepost", "SSO-AWS-A"},
	{"aws-b", "AWS B", "SAML2-User", "Gatepost2", "SSO-AWS-B"},
}

const account = "111122223333"

// fill sets up the walk-through as an administrator's program does: over the
// tables, with keys that the function keys makes when it is invoked.
func (s *stage) fill() {
	s.Helper()
	ctx := s.Context()
	passwords := signin.New(s.store, time.Now)
	a := &admin.Service{Store: s.store, Keys: s.desk(), Passwords: passwords, URL: address, Now: time.Now}
	var me admin.Actor
	var failed []error
	try := func(_ any, err error) { failed = append(failed, err) }
	for _, email := range []string{alice, bob, carol} {
		try(a.CreateUser(ctx, me, admin.NewUser{Email: email, Name: email}))
	}
	for _, c := range connectors {
		try(a.CreateConnector(ctx, me, admin.NewConnector{Connector: idp.Connector{
			Slug: c.slug, Label: c.label, Kind: idp.KindAWS, Shown: true, ConfirmCross: true,
			Roles: []idp.Role{{RoleARN: roleARN(c.role), ProviderARN: providerARN(c.provider)}},
		}}))
		try(a.CreateGroup(ctx, me, c.group, ""))
		try(nil, a.AddMember(ctx, me, c.group, alice, time.Time{}))
		try(nil, a.Grant(ctx, me, c.slug, c.group))
		try(nil, a.Activate(ctx, me, c.slug))
	}
	try(nil, a.AddMember(ctx, me, connectors[0].group, bob, time.Time{}))
	try(nil, passwords.SetDemoPassword(ctx, password, []string{alice, bob, carol}))
	s.must(errors.Join(failed...))
}

// desk asks the function keys through the SDK's Invoke.
func (s *stage) desk() *desk.Client {
	return desk.NewClient(lambda.New(lambda.Options{
		Region:       "eu-central-1",
		BaseEndpoint: aws.String(s.sandbox["keys"].URL),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
	}), "function")
}

func roleARN(role string) string { return "arn:aws:iam::" + account + ":role/" + role }
func providerARN(provider string) string {
	return "arn:aws:iam::" + account + ":saml-provider/" + provider
}
