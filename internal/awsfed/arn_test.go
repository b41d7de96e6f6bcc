package awsfed_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/awsfed"
)

func TestParseRole(t *testing.T) {
	long := strings.Repeat("r", 64)
	path := "/" + strings.Repeat("p", 510) + "/"
	tests := []struct {
		name, arn string
		want      awsfed.ARN
	}{
		{"a role", roleARN, awsfed.ARN{Partition: "aws", Account: "111122223333", Path: "/", Name: "SAML-User"}},
		{"a role with a path", "arn:aws:iam::000000000001:role/team/a-b/Dev", awsfed.ARN{Partition: "aws", Account: "000000000001", Path: "/team/a-b/", Name: "Dev"}},
		{"every character of role names but the comma", "arn:aws:iam::111122223333:role/aZ0_+=.@-", awsfed.ARN{Partition: "aws", Account: "111122223333", Path: "/", Name: "aZ0_+=.@-"}},
		{"a colon in the path", "arn:aws:iam::111122223333:role/a:b/Dev", awsfed.ARN{Partition: "aws", Account: "111122223333", Path: "/a:b/", Name: "Dev"}},
		{"China", "arn:aws-cn:iam::111122223333:role/R", awsfed.ARN{Partition: "aws-cn", Account: "111122223333", Path: "/", Name: "R"}},
		{"GovCloud", "arn:aws-us-gov:iam::111122223333:role/R", awsfed.ARN{Partition: "aws-us-gov", Account: "111122223333", Path: "/", Name: "R"}},
		{"a name of 64 characters", "arn:aws:iam::111122223333:role/" + long, awsfed.ARN{Partition: "aws", Account: "111122223333", Path: "/", Name: long}},
		{"a path of 512 characters", "arn:aws:iam::111122223333:role" + path + "R", awsfed.ARN{Partition: "aws", Account: "111122223333", Path: path, Name: "R"}},
	}
	for _, tt := range tests {
		t.Run(tt.name+" is taken apart", func(t *testing.T) {
			got, err := awsfed.ParseRole(tt.arn)
			must(t, err)
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// hostileRoles are ARNs of roles that must not reach a Role value, with a part
// of the reason or remedy.
var hostileRoles = []struct{ name, arn, why string }{
	{"nothing", "", "is missing"},
	{"a comma in the name", "arn:aws:iam::111122223333:role/a,b", "comma"},
	{"a comma in the path", "arn:aws:iam::111122223333:role/a,b/c", "comma"},
	{"a whole pair", roleARN + "," + providerARN, "comma"},
	{"a trailing newline", roleARN + "\n", "white space"},
	{"a leading space", " " + roleARN, "white space"},
	{"a tab", "arn:aws:iam::111122223333:role/a\tb", "white space"},
	{"a NUL", roleARN + "\x00", "control character"},
	{"a DEL", roleARN + "\x7f", "control character"},
	{"a full-width comma", "arn:aws:iam::111122223333:role/a\uff0cb", "not ASCII"},
	{"a Cyrillic look-alike", "arn:aws:iam::111122223333:role/SАML-User", "not ASCII"},
	{"a zero-width space", "arn:aws:iam::111122223333:role/SAML\u200b-User", "not ASCII"},
	{"digits that are not ASCII", "arn:aws:iam::١١١١٢٢٢٢٣٣٣٣:role/R", "not ASCII"},
	{"a broken encoding", roleARN + "\xff", "not ASCII"},
	{"too few fields", "arn:aws:iam:111122223333:role/R", "is not an ARN"},
	{"no ARN", "SAML-User", "is not an ARN"},
	{"another service", "arn:aws:sts::111122223333:role/R", "IAM resource"},
	{"a region", "arn:aws:iam:us-east-1:111122223333:role/R", "IAM resource"},
	{"a prefix in other case", "ARN:aws:iam::111122223333:role/R", "IAM resource"},
	{"a SAML provider", providerARN, "does not name a role"},
	{"a user", "arn:aws:iam::111122223333:user/R", "does not name a role"},
	{"an assumed role", "arn:aws:iam::111122223333:assumed-role/R/s", "does not name a role"},
	{"a kind in other case", "arn:aws:iam::111122223333:Role/R", "does not name a role"},
	{"an unknown partition", "arn:aws-iso:iam::111122223333:role/R", "partition"},
	{"no partition", "arn::iam::111122223333:role/R", "partition"},
	{"the placeholder of the account", "arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:role/SAML-User", "12-digit number of your AWS account"},
	{"no account", "arn:aws:iam:::role/R", "12-digit"},
	{"eleven digits", "arn:aws:iam::11112222333:role/R", "12-digit"},
	{"thirteen digits", "arn:aws:iam::1111222233334:role/R", "12-digit"},
	{"hyphens in the account", "arn:aws:iam::1111-2222-3333:role/R", "12-digit"},
	{"a letter in the account", "arn:aws:iam::11112222333x:role/R", "12-digit"},
	{"no name", "arn:aws:iam::111122223333:role/", "name of a role"},
	{"a path without a name", "arn:aws:iam::111122223333:role/a/", "name of a role"},
	{"a wildcard", "arn:aws:iam::111122223333:role/*", "name of a role"},
	{"a markup character", "arn:aws:iam::111122223333:role/<R>", "name of a role"},
	{"a name of 65 characters", "arn:aws:iam::111122223333:role/" + strings.Repeat("r", 65), "name of a role"},
	{"a path of 513 characters", "arn:aws:iam::111122223333:role/" + strings.Repeat("p", 511) + "/R", "path that is too long"},
}

func TestParseRoleRefuses(t *testing.T) {
	for _, tt := range hostileRoles {
		t.Run(tt.name, func(t *testing.T) {
			got, err := awsfed.ParseRole(tt.arn)
			if err == nil {
				t.Fatalf("%q is taken as %+v", tt.arn, got)
			}
			if !strings.Contains(err.Error(), tt.why) || !strings.HasPrefix(err.Error(), "role_arn") {
				t.Errorf("got %v, want role_arn …%s…", err, tt.why)
			}
		})
	}
}

func TestParseProvider(t *testing.T) {
	arn := "arn:aws:iam::111122223333:saml-provider/"
	for _, name := range []string{"Gatepost", "aZ0_.-", strings.Repeat("p", 128)} {
		got, err := awsfed.ParseProvider(arn + name)
		must(t, err)
		want := awsfed.ARN{Partition: "aws", Account: "111122223333", Name: name}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	for _, name := range []string{"", strings.Repeat("p", 129), "a/b", "a@b", "a+b", "a=b", "a,b", "a b", "a\n", "ä"} {
		_, err := awsfed.ParseProvider(arn + name)
		if err == nil {
			t.Errorf("the provider name %q is taken", name)
		}
	}
	_, err := awsfed.ParseProvider(roleARN)
	if err == nil || !strings.Contains(err.Error(), "does not name a saml-provider") {
		t.Errorf("a role is taken for a provider: %v", err)
	}
}

func TestCheckPair(t *testing.T) {
	must(t, awsfed.CheckPair(roleARN, providerARN))
	tests := []struct{ name, role, provider, field, why string }{
		{"a provider of another account", roleARN, "arn:aws:iam::444455556666:saml-provider/Gatepost", "provider_arn", "is of account 444455556666 and the role of 111122223333"},
		{"a provider of another partition", roleARN, "arn:aws-cn:iam::111122223333:saml-provider/Gatepost", "provider_arn", "is of partition aws-cn"},
		{"a role of Identity Center", "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef", providerARN, "role_arn", "is a role of IAM Identity Center, which trusts Identity Center's own SAML provider alone and cannot be changed (AWS answers: Not authorized to perform sts:AssumeRoleWithSAML)"},
		{"a role of Identity Center without its path", "arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123456789abcdef", providerARN, "role_arn", "is a role of IAM Identity Center"},
		{"a role of Identity Center in other case", "arn:aws:iam::111122223333:role/AWS-Reserved/x/R", providerARN, "role_arn", "is a role of IAM Identity Center"},
		{"a service-linked role", "arn:aws:iam::111122223333:role/aws-service-role/ec2.amazonaws.com/AWSServiceRoleForEC2Spot", providerARN, "role_arn", "is a service-linked role"},
		{"Identity Center's provider", roleARN, "arn:aws:iam::111122223333:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE", "provider_arn", "is the SAML provider of IAM Identity Center"},
		{"two roles", roleARN, roleARN, "provider_arn", "does not name a saml-provider"},
		{"a broken role", "x", providerARN, "role_arn", "is not an ARN"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" is refused", func(t *testing.T) {
			wantProblem(t, awsfed.CheckPair(tt.role, tt.provider), tt.field, tt.why)
		})
	}
}

func TestRolesThatOnlyLookReservedAreTaken(t *testing.T) {
	for _, name := range []string{"service-role/Build", "AWSReserved", "team/aws-reserved/R", "x-aws-service-role/R", "AWSSSO_x_DO_NOT_DELETE"} {
		must(t, awsfed.CheckPair("arn:aws:iam::111122223333:role/"+name, providerARN))
	}
	for _, name := range []string{"AWSSSO_mine", "x_DO_NOT_DELETE"} {
		must(t, awsfed.CheckPair(roleARN, "arn:aws:iam::111122223333:saml-provider/"+name))
	}
}

func FuzzParseRole(f *testing.F) {
	for _, seed := range hostileRoles {
		f.Add(seed.arn)
	}
	f.Add(roleARN)
	f.Add("arn:aws-cn:iam::111122223333:role/a/b/c")
	f.Add("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef")
	f.Fuzz(func(t *testing.T, s string) {
		arn, err := awsfed.ParseRole(s)
		if err != nil {
			return
		}
		if strings.ContainsAny(s, ", \t\r\n\v\f") {
			t.Errorf("%q would break its Role value", s)
		}
		again := "arn:" + arn.Partition + ":iam::" + arn.Account + ":role" + arn.Path + arn.Name
		if again != s {
			t.Errorf("%q is read as %q", s, again)
		}
	})
}
