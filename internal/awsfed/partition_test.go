package awsfed_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/awsfed"
)

func TestPartition(t *testing.T) {
	tests := []struct{ name, region, bare, regional, formAction, sessionName string }{
		{"aws", "eu-central-1", "https://signin.aws.amazon.com/saml", "https://eu-central-1.signin.aws.amazon.com/saml", "https://*.aws.amazon.com", "https://aws.amazon.com/SAML/Attributes/RoleSessionName"},
		{"aws", "us-east-1", "https://signin.aws.amazon.com/saml", "https://signin.aws.amazon.com/saml", "https://*.aws.amazon.com", "https://aws.amazon.com/SAML/Attributes/RoleSessionName"},
		{"aws", "us-east-2", "https://signin.aws.amazon.com/saml", "https://us-east-2.signin.aws.amazon.com/saml", "https://*.aws.amazon.com", "https://aws.amazon.com/SAML/Attributes/RoleSessionName"},
		{"aws", "ap-southeast-12", "https://signin.aws.amazon.com/saml", "https://ap-southeast-12.signin.aws.amazon.com/saml", "https://*.aws.amazon.com", "https://aws.amazon.com/SAML/Attributes/RoleSessionName"},
		{"aws-cn", "cn-northwest-1", "https://signin.amazonaws.cn/saml", "https://cn-northwest-1.signin.amazonaws.cn/saml", "https://*.amazonaws.cn", "https://aws.amazon.com/SAML/Attributes/RoleSessionName"},
		{"aws-us-gov", "us-gov-east-1", "https://signin.amazonaws-us-gov.com/saml", "https://us-gov-east-1.signin.amazonaws-us-gov.com/saml", "https://*.amazonaws-us-gov.com", "https://aws.amazon.com/SAML/Attributes/RoleSessionName"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" has its own addresses and names for "+tt.region, func(t *testing.T) {
			p, ok := awsfed.PartitionByName(tt.name)
			if !ok {
				t.Fatal("not found")
			}
			for region, want := range map[string]string{"": tt.bare, tt.region: tt.regional} {
				got, err := p.ACS(region)
				must(t, err)
				if got != want {
					t.Errorf("ACS(%q) = %q, want %q", region, got, want)
				}
			}
			if got := p.FormAction(); got != tt.formAction {
				t.Errorf("form action %q, want %q", got, tt.formAction)
			}
			full := awsfed.AttributeName("RoleSessionName")
			if full != tt.sessionName {
				t.Errorf("attribute name %q, want %q", full, tt.sessionName)
			}
			short, ok := p.ShortName(full)
			if !ok || short != "RoleSessionName" {
				t.Errorf("ShortName(%q) = %q, %v", full, short, ok)
			}
		})
	}
}

func TestPartitionIsUnknown(t *testing.T) {
	for _, name := range []string{"", "AWS", "aws ", "aws-eusc", "aws-iso", "aws-cn\n"} {
		_, ok := awsfed.PartitionByName(name)
		if ok {
			t.Errorf("partition %q is found", name)
		}
	}
}

func TestRegionIsRefused(t *testing.T) {
	tests := map[string][]string{
		"aws":        {"us-gov-west-1", "cn-north-1", "us-iso-east-1", "eusc-de-east-1", "EU-central-1", "eu-central-1.evil", "eu-central-", "eu-central", "eu-central-1\n", "eu.central-1", "zz-north-1", "evil.example/", "eu-central-100"},
		"aws-cn":     {"us-east-1", "cn-north-1x", "xcn-north-1", "cn-north-1."},
		"aws-us-gov": {"us-east-1", "us-gov-1", "us-gov-west-1/"},
	}
	for name, regions := range tests {
		p, _ := awsfed.PartitionByName(name)
		for _, region := range regions {
			acs, err := p.ACS(region)
			if err == nil {
				t.Errorf("%s takes region %q as %q", name, region, acs)
			} else if !strings.HasPrefix(err.Error(), "region ") {
				t.Errorf("%s, region %q: the error does not name the field: %v", name, region, err)
			}
		}
	}
}

// TestChinasOtherSpellingIsReadAndNotSent: one page of AWS's documentation has it.
func TestChinasOtherSpellingIsReadAndNotSent(t *testing.T) {
	const other = "http://www.amazonaws.cn/SAML/Attributes/RoleSessionName"
	for name, want := range map[string]bool{"aws-cn": true, "aws": false, "aws-us-gov": false} {
		p, _ := awsfed.PartitionByName(name)
		short, read := p.ShortName(other)
		if read != want || read && short != "RoleSessionName" {
			t.Errorf("%s reads it: %v, as %q", name, read, short)
		}
	}
}
