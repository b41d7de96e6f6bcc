package awsfed_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/saml"
)

// refusal is one thing broken in a good response, and what AWS says to it.
type refusal struct {
	name  string
	spoil func(*saml.Document)
	text  string
	code  string
	cause string // a part of it
}

const (
	deniedText   = "Not authorized to perform sts:AssumeRoleWithSAML"
	audienceText = "Response does not contain the required audience."
	expiredText  = "Token must be redeemed within 5 minutes of issuance"
	issuerText   = "Failed to assume role: Issuer not present in specified provider"
	nameText     = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
	sourceText   = `Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`
)

var messageRefusals = []refusal{
	{"three characters", func(d *saml.Document) { d.Size = 3 }, "1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length greater than or equal to 4", "ValidationError", "3 characters"},
	{"100,001 characters", func(d *saml.Document) { d.Size = 100_001 }, "1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length less than or equal to 100000", "ValidationError", "100001 characters"},
	{"another version of SAML", func(d *saml.Document) { d.Version = "1.1" }, invalidText, "InvalidIdentityToken", `"1.1" is not 2.0`},
	{"no ID of the response", func(d *saml.Document) { d.ID = "" }, invalidText, "InvalidIdentityToken", "no ID"},
	{"no ID of the assertion", func(d *saml.Document) { assertion(d).ID = "" }, invalidText, "InvalidIdentityToken", "no ID"},
	{"a failure as status", func(d *saml.Document) { d.Status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }, invalidText, "InvalidIdentityToken", "is not success"},
	{"no status", func(d *saml.Document) { d.Status = "" }, invalidText, "InvalidIdentityToken", "is not success"},
	{"no assertion", func(d *saml.Document) { d.Assertions = nil }, invalidText, "InvalidIdentityToken", "0 assertions"},
	{"two assertions", func(d *saml.Document) { d.Assertions = append(d.Assertions, d.Assertions[0]) }, invalidText, "InvalidIdentityToken", "2 assertions"},
	{"an encrypted assertion", func(d *saml.Document) { d.Assertions, d.Encrypted = nil, 1 }, invalidText, "InvalidIdentityToken", "is encrypted"},
	{"an encrypted assertion beside one in clear", func(d *saml.Document) { d.Encrypted = 1 }, invalidText, "InvalidIdentityToken", "is encrypted"},
	{"an answer to a request", func(d *saml.Document) { d.InResponseTo = "_r" }, invalidText, "InvalidIdentityToken", "AWS sends none"},
	{"a confirmation that answers a request", func(d *saml.Document) { confirmation(d).InResponseTo = "_r" }, invalidText, "InvalidIdentityToken", "AWS sends none"},
	{"another issuer of the assertion", func(d *saml.Document) { assertion(d).Issuer = entityID + "/" }, issuerText, "AuthSamlInvalidSamlResponseException", "the assertion's issuer"},
	{"another issuer of the response", func(d *saml.Document) { d.Issuer = "x" }, issuerText, "AuthSamlInvalidSamlResponseException", "the response's issuer"},
	{"no issuer", func(d *saml.Document) { d.Issuer, assertion(d).Issuer = "", "" }, issuerText, "AuthSamlInvalidSamlResponseException", "is not the entity ID"},
	{"no time of issue", func(d *saml.Document) { d.IssueInstant = time.Time{} }, invalidText, "InvalidIdentityToken", "the response has no IssueInstant"},
	{"no time of issue of the assertion", func(d *saml.Document) { assertion(d).IssueInstant = time.Time{} }, invalidText, "InvalidIdentityToken", "the assertion has no IssueInstant"},
	{"an issue five minutes and a moment ago", func(d *saml.Document) { issueAt(d, now.Add(-5*time.Minute-time.Millisecond)) }, expiredText, "ExpiredToken", "more than five minutes ago"},
	{"an assertion older than its response", func(d *saml.Document) { assertion(d).IssueInstant = now.Add(-time.Hour) }, expiredText, "ExpiredToken", "the assertion was issued"},
	{"an issue in the future", func(d *saml.Document) { issueAt(d, now.Add(time.Millisecond)) }, invalidText, "InvalidIdentityToken", "in the future"},
	{"an assertion that is not valid yet", func(d *saml.Document) { assertion(d).NotBefore = now.Add(time.Millisecond) }, invalidText, "InvalidIdentityToken", "not valid before"},
	{"an assertion that is not valid any more", func(d *saml.Document) { assertion(d).NotOnOrAfter = now }, expiredText, "ExpiredToken", "was valid until 2026-03-14T09:26:53Z"},
	{"no confirmation", func(d *saml.Document) { assertion(d).Confirmations = nil }, invalidText, "InvalidIdentityToken", "0 confirmations"},
	{"two confirmations", func(d *saml.Document) {
		assertion(d).Confirmations = append(assertion(d).Confirmations, *confirmation(d))
	}, invalidText, "InvalidIdentityToken", "2 confirmations"},
	{"a confirmation by key", func(d *saml.Document) { confirmation(d).Method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key" }, invalidText, "InvalidIdentityToken", "is not bearer"},
	{"a confirmation without data", func(d *saml.Document) {
		*confirmation(d) = saml.Confirmation{Method: saml.ConfirmationBearer, Recipient: d.Destination}
	}, invalidText, "InvalidIdentityToken", "no NotOnOrAfter"},
	{"a confirmation without an end", func(d *saml.Document) { confirmation(d).NotOnOrAfter = time.Time{} }, invalidText, "InvalidIdentityToken", "no NotOnOrAfter"},
	{"a confirmation that has ended", func(d *saml.Document) { confirmation(d).NotOnOrAfter = now }, expiredText, "ExpiredToken", "the confirmation was valid until"},
	{"a confirmation that has not begun", func(d *saml.Document) { confirmation(d).NotBefore = now.Add(time.Millisecond) }, invalidText, "InvalidIdentityToken", "the confirmation is not valid before"},
	{"no recipient", func(d *saml.Document) { confirmation(d).Recipient = "" }, audienceText, "InvalidIdentityToken", "the recipient"},
	{"a recipient elsewhere", func(d *saml.Document) { confirmation(d).Recipient = "https://signin.aws.amazon.com.evil.example/saml" }, audienceText, "InvalidIdentityToken", "is not a SAML sign-in address"},
	{"a recipient over http", func(d *saml.Document) { confirmation(d).Recipient = "http://signin.aws.amazon.com/saml" }, audienceText, "InvalidIdentityToken", "is not a SAML sign-in address"},
	{"a recipient of another path", func(d *saml.Document) { confirmation(d).Recipient = "https://signin.aws.amazon.com/saml/" }, audienceText, "InvalidIdentityToken", "is not a SAML sign-in address"},
	{"a recipient in another partition", func(d *saml.Document) { confirmation(d).Recipient = "https://signin.amazonaws.cn/saml" }, audienceText, "InvalidIdentityToken", "of partition aws"},
	{"a recipient in another region than the destination", func(d *saml.Document) { confirmation(d).Recipient = "https://eu-west-1.signin.aws.amazon.com/saml" }, invalidText, "InvalidIdentityToken", "is not the destination"},
	{"a destination elsewhere", func(d *saml.Document) { d.Destination = "https://evil.example/saml" }, invalidText, "InvalidIdentityToken", "the destination"},
	{"no audience", func(d *saml.Document) { assertion(d).Audiences = nil }, audienceText, "InvalidIdentityToken", "names no audience"},
	{"no conditions", func(d *saml.Document) {
		a := assertion(d)
		a.HasConditions, a.Audiences, a.NotBefore, a.NotOnOrAfter = false, nil, time.Time{}, time.Time{}
	}, audienceText, "InvalidIdentityToken", "names no audience"},
	{"another audience", func(d *saml.Document) { assertion(d).Audiences = []string{"https://aws.amazon.com"} }, audienceText, "InvalidIdentityToken", "is not AWS"},
	{"the audience of another partition", func(d *saml.Document) { assertion(d).Audiences = []string{"urn:amazon:webservices:govcloud"} }, audienceText, "InvalidIdentityToken", "is not AWS in partition aws"},
	{"no NameID", func(d *saml.Document) { assertion(d).NameID = "" }, invalidText, "InvalidIdentityToken", "no NameID"},
	{"no statement of the sign-in", func(d *saml.Document) { assertion(d).Authn = nil }, invalidText, "InvalidIdentityToken", "no AuthnStatement"},
	{"a session that has ended", func(d *saml.Document) { assertion(d).Authn[0].SessionNotOnOrAfter = now }, expiredText, "ExpiredToken", "the session ended"},
}

var statementRefusals = []refusal{
	{"no Role", func(d *saml.Document) { set(d, "Role") }, invalidText, "InvalidIdentityToken", "there is no attribute " + prefix + "Role"},
	{"a Role attribute in other letter case", func(d *saml.Document) { rename(d, "Role", prefix+"role") }, invalidText, "InvalidIdentityToken", `AWS does not read "` + prefix + `role"`},
	{"a Role attribute as China spells it", func(d *saml.Document) { rename(d, "Role", "http://www.amazonaws.cn/SAML/Attributes/Role") }, invalidText, "InvalidIdentityToken", "AWS does not read"},
	{"a role alone", func(d *saml.Document) { set(d, "Role", roleARN) }, invalidText, "InvalidIdentityToken", "with one comma between"},
	{"three ARNs in one value", func(d *saml.Document) { set(d, "Role", roleARN+","+providerARN+","+roleARN) }, invalidText, "InvalidIdentityToken", "with one comma between"},
	{"a space after the comma", func(d *saml.Document) { set(d, "Role", roleARN+", "+providerARN) }, invalidText, "InvalidIdentityToken", "white space"},
	{"a line break in a Role value", func(d *saml.Document) { set(d, "Role", roleARN+"\n,"+providerARN) }, invalidText, "InvalidIdentityToken", "white space"},
	{"two roles instead of a pair", func(d *saml.Document) { set(d, "Role", roleARN+","+roleARN) }, invalidText, "InvalidIdentityToken", "does not name a saml-provider"},
	{"the placeholder of an account", func(d *saml.Document) {
		set(d, "Role", "arn:aws:iam::YOUR_AWS_ACCOUNT_NUMBER:role/SAML-User,"+providerARN)
	}, invalidText, "InvalidIdentityToken", "placeholder"},
	{"a second value that is no pair", func(d *saml.Document) { set(d, "Role", roleARN+","+providerARN, "x") }, invalidText, "InvalidIdentityToken", `"x" is not a role`},
	{"a provider of another account", func(d *saml.Document) {
		set(d, "Role", roleARN+",arn:aws:iam::444455556666:saml-provider/Gatepost")
	}, deniedText, "AccessDenied", "is of account 444455556666"},
	{"a pair of another partition", func(d *saml.Document) {
		set(d, "Role", "arn:aws-cn:iam::111122223333:role/R,arn:aws-cn:iam::111122223333:saml-provider/P")
	}, "Specified provider doesn't exist.", "InvalidIdentityToken", "is not of partition aws"},
	{"a role of Identity Center", func(d *saml.Document) {
		set(d, "Role", "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef,"+providerARN)
	}, deniedText, "AccessDenied", "is a role of IAM Identity Center"},
	{"Identity Center's provider", func(d *saml.Document) {
		set(d, "Role", roleARN+",arn:aws:iam::111122223333:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE")
	}, deniedText, "AccessDenied", "is the SAML provider of IAM Identity Center"},
	{"no session name", func(d *saml.Document) { set(d, "RoleSessionName") }, "RoleSessionName is required in AuthnResponse", "InvalidIdentityToken", "there is no attribute"},
	{"an attribute for the session name without a value", func(d *saml.Document) { attribute(d, "RoleSessionName").Values = nil }, "RoleSessionName is required in AuthnResponse", "InvalidIdentityToken", "there is no attribute"},
	{"an empty session name", func(d *saml.Document) { set(d, "RoleSessionName", "") }, nameText, "InvalidIdentityToken", `RoleSessionName ""`},
	{"a session name of one character", func(d *saml.Document) { set(d, "RoleSessionName", "a") }, nameText, "InvalidIdentityToken", `"a" cannot be`},
	{"a session name of 65 characters", func(d *saml.Document) { set(d, "RoleSessionName", strings.Repeat("a", 65)) }, nameText, "InvalidIdentityToken", "cannot be"},
	{"a session name with a space", func(d *saml.Document) { set(d, "RoleSessionName", "Alice Artemis") }, nameText, "InvalidIdentityToken", "cannot be"},
	{"a session name that is not ASCII", func(d *saml.Document) { set(d, "RoleSessionName", "ålice@example.com") }, nameText, "InvalidIdentityToken", "cannot be"},
	{"two session names", func(d *saml.Document) { set(d, "RoleSessionName", "alice", "bob") }, invalidText, "InvalidIdentityToken", "RoleSessionName has 2 values"},
	{"two session names in two attributes", func(d *saml.Document) { add(d, "RoleSessionName", "bob") }, invalidText, "InvalidIdentityToken", "RoleSessionName has 2 values"},
	{"a session of 899 seconds", func(d *saml.Document) { set(d, "SessionDuration", "899") }, "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900", "ValidationError", `SessionDuration "899"`},
	{"a session of 43201 seconds", func(d *saml.Document) { set(d, "SessionDuration", "43201") }, "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200", "ValidationError", `SessionDuration "43201"`},
	{"a session in hours", func(d *saml.Document) { set(d, "SessionDuration", "1h") }, invalidText, "InvalidIdentityToken", "whole number"},
	{"a signed session duration", func(d *saml.Document) { set(d, "SessionDuration", "+3600") }, invalidText, "InvalidIdentityToken", "whole number"},
	{"an endless session duration", func(d *saml.Document) { set(d, "SessionDuration", strings.Repeat("9", 40)) }, invalidText, "InvalidIdentityToken", "whole number"},
	{"two session durations", func(d *saml.Document) { set(d, "SessionDuration", "3600", "7200") }, invalidText, "InvalidIdentityToken", "2 values"},
	{"a source identity of one character", func(d *saml.Document) { set(d, "SourceIdentity", "a") }, sourceText, "InvalidIdentityToken", "SourceIdentity"},
	{"a source identity of 65 characters", func(d *saml.Document) { set(d, "SourceIdentity", strings.Repeat("a", 65)) }, sourceText, "InvalidIdentityToken", "SourceIdentity"},
	{"a source identity of AWS's own", func(d *saml.Document) { set(d, "SourceIdentity", "aws:alice") }, sourceText, "InvalidIdentityToken", "SourceIdentity"},
	{"two source identities", func(d *saml.Document) { set(d, "SourceIdentity", "alice", "bob") }, invalidText, "InvalidIdentityToken", "2 values"},
	{"51 tags", func(d *saml.Document) { addTags(d, 49) }, invalidText, "InvalidIdentityToken", "51 session tags"},
	{"a tag key of 129 characters", func(d *saml.Document) { add(d, "PrincipalTag:"+strings.Repeat("k", 129), "v") }, invalidText, "InvalidIdentityToken", "129 characters"},
	{"a tag without a key", func(d *saml.Document) { add(d, "PrincipalTag:", "v") }, invalidText, "InvalidIdentityToken", "without a character"},
	{"a tag key that AWS keeps for itself", func(d *saml.Document) { add(d, "PrincipalTag:AWS:x", "v") }, invalidText, "InvalidIdentityToken", "begins with aws:"},
	{"a tag key of other characters", func(d *saml.Document) { add(d, "PrincipalTag:a?b", "v") }, invalidText, "InvalidIdentityToken", "does not take"},
	{"a tag value of 257 characters", func(d *saml.Document) { set(d, "PrincipalTag:team", strings.Repeat("é", 257)) }, invalidText, "InvalidIdentityToken", "257 characters"},
	{"a tag value of other characters", func(d *saml.Document) { set(d, "PrincipalTag:team", "a\nb") }, invalidText, "InvalidIdentityToken", "does not take"},
	{"a tag value that AWS keeps for itself", func(d *saml.Document) { set(d, "PrincipalTag:team", "aws:x") }, invalidText, "InvalidIdentityToken", "begins with aws:"},
	{"a tag with two values", func(d *saml.Document) { set(d, "PrincipalTag:team", "a", "b") }, invalidText, "InvalidIdentityToken", "PrincipalTag:team has 2 values"},
	{"a tag without a value", func(d *saml.Document) { attribute(d, "PrincipalTag:team").Values = nil }, invalidText, "InvalidIdentityToken", "PrincipalTag:team has 0 values"},
	{"tags that differ in letter case only", func(d *saml.Document) { add(d, "PrincipalTag:TEAM", "x") }, "Duplicate tag keys found. Please note that Tag keys are case insensitive.", "InvalidParameterValue", `"TEAM" stands there twice`},
	{"a transitive key without its tag", func(d *saml.Document) { set(d, "TransitiveTagKeys", "team", "cost") }, "The specified transitive tag key must be included in the requested tags.", "InvalidParameterValue", `"cost" names no session tag`},
}

// TestJudgeRefuses breaks one thing at a time, before signing and after: both
// judges say the same.
func TestJudgeRefuses(t *testing.T) {
	spec := compose(t, launch(connector()))
	broken := make(map[string]bool)
	for _, tt := range slices.Concat(messageRefusals, statementRefusals) {
		t.Run(tt.name, func(t *testing.T) {
			before := prepared(t, spec)
			tt.spoil(before)
			verdict := awsfed.JudgePrepared(before, entityID, now)
			wantRefusal(t, verdict, tt)
			for _, f := range verdict.Findings {
				broken[f.Rule] = true
			}
			after := signed(t, spec)
			tt.spoil(after)
			wantRefusal(t, awsfed.Judge(after, metadata(), now), tt)
		})
	}
	for _, tt := range providerRefusals(t) {
		t.Run(tt.name, func(t *testing.T) {
			md := metadata()
			tt.change(md)
			verdict := awsfed.Judge(signed(t, spec), md, now)
			wantRefusal(t, verdict, refusal{text: tt.text, code: tt.code, cause: tt.cause})
			for _, f := range verdict.Findings {
				broken[f.Rule] = true
			}
		})
	}
	for _, rule := range awsfed.RuleNames() {
		if !broken[rule] {
			t.Errorf("no test breaks the rule that %s", rule)
		}
	}
}

// wantRefusal fails t unless the first finding is the one wanted and tells all
// that a page shows.
func wantRefusal(t *testing.T, verdict awsfed.Verdict, want refusal) {
	t.Helper()
	var refused *awsfed.Refusal
	if !errors.As(verdict.Err(), &refused) {
		t.Fatalf("AWS accepts it: %+v", verdict)
	}
	if refused.Text != want.text || refused.Code != want.code {
		t.Errorf("AWS says %q (%s), want %q (%s)", refused.Text, refused.Code, want.text, want.code)
	}
	if !strings.Contains(refused.Cause, want.cause) {
		t.Errorf("the cause is %q, want …%s…", refused.Cause, want.cause)
	}
	if refused.Remedy == "" || refused.Rule == "" || refused.Status < 400 {
		t.Errorf("something is missing in %+v", refused.Finding)
	}
	if !strings.Contains(refused.Error(), want.text) {
		t.Errorf("the error does not tell AWS's text: %v", refused)
	}
	if len(verdict.Sessions) > 0 {
		t.Errorf("a refused response opens %+v", verdict.Sessions)
	}
	if len(refused.Others) > 1 {
		t.Errorf("one broken thing has more than two findings: %+v", verdict.Findings)
	}
}

// providerRefusals break what the account has of us.
func providerRefusals(t *testing.T) []struct {
	name              string
	change            func(*saml.Descriptor)
	text, code, cause string
} {
	weak := certify(weakKey(1023), current().key)
	repeated := pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Value: []byte{5, 0}}
	doubled := certify(current().key.Public(), current().key, repeated, repeated)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return []struct {
		name              string
		change            func(*saml.Descriptor)
		text, code, cause string
	}{
		{"the entity ID of another connector", func(md *saml.Descriptor) { md.EntityID = "https://sso.example.com/metadata/aws-b" }, issuerText, "AuthSamlInvalidSamlResponseException", "aws-b"},
		{"the certificate of another key", func(md *saml.Descriptor) { md.Certificates = [][]byte{other().cert.Raw} }, "Response signature invalid", "InvalidIdentityToken", "no certificate of the metadata fits"},
		{"no certificate", func(md *saml.Descriptor) { md.Certificates = nil }, "Could not parse metadata.", "InvalidInput", "no certificate"},
		{"a certificate that cannot be read", func(md *saml.Descriptor) { md.Certificates = [][]byte{{1, 2}} }, "Could not parse metadata.", "InvalidInput", "cannot be read"},
		{"a key of 1023 bits", func(md *saml.Descriptor) { md.Certificates = [][]byte{weak} }, "Could not parse metadata.", "InvalidInput", "1023 bits"},
		{"a key that is not RSA", func(md *saml.Descriptor) { md.Certificates = [][]byte{certify(curve.Public(), curve)} }, "Could not parse metadata.", "InvalidInput", "is not for an RSA key"},
		{"a certificate with a repeated extension", func(md *saml.Descriptor) { md.Certificates = [][]byte{doubled} }, "Could not parse metadata.", "InvalidInput", "duplicate extension"},
		{"999 characters of metadata", func(md *saml.Descriptor) { md.Size = 999 }, "Could not parse metadata.", "InvalidInput", "999 characters"},
		{"10,000,001 characters of metadata", func(md *saml.Descriptor) { md.Size = 10_000_001 }, "Could not parse metadata.", "InvalidInput", "10000001 characters"},
	}
}

func TestJudgeRefusesAResponseThatIsNotSigned(t *testing.T) {
	doc := prepared(t, compose(t, launch(connector())))
	must(t, awsfed.Judge(doc, nil, now).Err()) // without metadata the signature is left out
	wantRefusal(t, awsfed.Judge(doc, metadata(), now), refusal{text: "Response signature invalid", code: "InvalidIdentityToken", cause: "is signed"})
}

// TestJudgeAccepts stands on the good side of each limit.
func TestJudgeAccepts(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*saml.Document)
	}{
		{"a good response", func(*saml.Document) {}},
		{"four characters", func(d *saml.Document) { d.Size = 4 }},
		{"100,000 characters", func(d *saml.Document) { d.Size = 100_000 }},
		{"a response without an issuer of its own", func(d *saml.Document) { d.Issuer = "" }},
		{"a response without a destination", func(d *saml.Document) { d.Destination = "" }},
		{"an issue just now", func(d *saml.Document) { issueAt(d, now) }},
		{"an issue five minutes ago", func(d *saml.Document) { issueAt(d, now.Add(-5*time.Minute)) }},
		{"an assertion that becomes valid now", func(d *saml.Document) { assertion(d).NotBefore = now }},
		{"an assertion that ends in a moment", func(d *saml.Document) { assertion(d).NotOnOrAfter = now.Add(time.Millisecond) }},
		{"a confirmation that ends in a moment", func(d *saml.Document) { confirmation(d).NotOnOrAfter = now.Add(time.Millisecond) }},
		{"conditions without times", func(d *saml.Document) {
			assertion(d).NotBefore, assertion(d).NotOnOrAfter = time.Time{}, time.Time{}
		}},
		{"a regional sign-in address", func(d *saml.Document) { sendTo(d, "https://eu-central-1.signin.aws.amazon.com/saml") }},
		{"the sign-in address of one provider", func(d *saml.Document) { sendTo(d, "https://us-east-1.signin.aws.amazon.com/saml/acs/SAMLSPF7A1B2C3") }},
		{"AWS's entity ID as only audience", func(d *saml.Document) { assertion(d).Audiences = []string{"urn:amazon:webservices"} }},
		{"the global address as only audience", func(d *saml.Document) {
			sendTo(d, "https://eu-central-1.signin.aws.amazon.com/saml")
			assertion(d).Audiences = []string{"https://signin.aws.amazon.com/saml"}
		}},
		{"AWS as second audience", func(d *saml.Document) { assertion(d).Audiences = []string{"x", "urn:amazon:webservices"} }},
		{"the provider before the role", func(d *saml.Document) { set(d, "Role", providerARN+","+roleARN) }},
		{"a session name of two characters", func(d *saml.Document) { set(d, "RoleSessionName", "ab") }},
		{"a session name of 64 characters", func(d *saml.Document) { set(d, "RoleSessionName", strings.Repeat("a", 64)) }},
		{"every character of session names", func(d *saml.Document) { set(d, "RoleSessionName", "aZ_09+=,.@-") }},
		{"a session of 900 seconds", func(d *saml.Document) { set(d, "SessionDuration", "900") }},
		{"a session of 43200 seconds", func(d *saml.Document) { set(d, "SessionDuration", "43200") }},
		{"no session duration", func(d *saml.Document) { set(d, "SessionDuration") }},
		{"no source identity", func(d *saml.Document) { set(d, "SourceIdentity") }},
		{"a source identity of 64 characters", func(d *saml.Document) { set(d, "SourceIdentity", strings.Repeat("a", 64)) }},
		{"50 tags", func(d *saml.Document) { addTags(d, 48) }},
		{"a tag key of 128 characters", func(d *saml.Document) { add(d, "PrincipalTag:"+strings.Repeat("é", 128), "v") }},
		{"a tag value of 256 characters", func(d *saml.Document) { set(d, "PrincipalTag:team", strings.Repeat("é", 256)) }},
		{"an empty tag value", func(d *saml.Document) { set(d, "PrincipalTag:team", "") }},
		{"every character of tags", func(d *saml.Document) { set(d, "PrincipalTag:team", "aZ09 _.:/=+-@é日٣\u00a0") }},
		{"a transitive key in other letter case", func(d *saml.Document) { set(d, "TransitiveTagKeys", "TEAM") }},
		{"attributes that AWS does not read", func(d *saml.Document) {
			assertion(d).Attributes = append(assertion(d).Attributes, saml.Attribute{Name: "urn:oid:0.9.2342.19200300.100.1.3", Values: []string{"a", "b"}})
		}},
	}
	spec := compose(t, launch(connector()))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := prepared(t, spec)
			tt.spoil(before)
			must(t, awsfed.JudgePrepared(before, entityID, now).Err())
			after := signed(t, spec)
			tt.spoil(after)
			must(t, awsfed.Judge(after, metadata(), now).Err())
		})
	}
}

func TestJudgeTakesTheLimitsOfMetadata(t *testing.T) {
	doc := signed(t, compose(t, launch(connector())))
	for _, size := range []int{1_000, 10_000_000} {
		md := metadata()
		md.Size = size
		must(t, awsfed.Judge(doc, md, now).Err())
	}
	// A key of 1024 bits is no fault of the metadata, though it did not sign this.
	md := metadata()
	md.Certificates = [][]byte{certify(weakKey(1024), current().key)}
	wantRefusal(t, awsfed.Judge(doc, md, now), refusal{text: "Response signature invalid", code: "InvalidIdentityToken", cause: "no certificate of the metadata fits"})
}

func TestJudgeTakesEitherCertificateOfARotation(t *testing.T) {
	md := metadata()
	md.Certificates = [][]byte{other().cert.Raw, current().cert.Raw}
	must(t, awsfed.Judge(signed(t, compose(t, launch(connector()))), md, now).Err())
}

func TestJudgeReadsBothSpellingsInChina(t *testing.T) {
	c := connector()
	c.Partition, c.Attributes = "aws-cn", nil
	c.Roles[0].RoleARN, c.Roles[0].ProviderARN = strings.Replace(roleARN, ":aws:", ":aws-cn:", 1), strings.Replace(providerARN, ":aws:", ":aws-cn:", 1)
	doc := prepared(t, compose(t, launch(c)))
	must(t, awsfed.JudgePrepared(doc, entityID, now).Err())
	for i, a := range doc.Assertions[0].Attributes {
		doc.Assertions[0].Attributes[i].Name = strings.Replace(a.Name, "http://www.amazonaws.cn/", "https://aws.amazon.com/", 1)
	}
	must(t, awsfed.JudgePrepared(doc, entityID, now).Err())
}

func TestVerdictTellsTheSessions(t *testing.T) {
	c := connector()
	doc := prepared(t, compose(t, launch(c)))
	second := "arn:aws:iam::444455556666:role/team/Dev,arn:aws:iam::444455556666:saml-provider/Gatepost"
	set(doc, "Role", roleARN+","+providerARN, second)
	set(doc, "SessionDuration")
	verdict := awsfed.JudgePrepared(doc, entityID, now)
	must(t, verdict.Err())
	if !verdict.Chooser() || len(verdict.Sessions) != 2 {
		t.Fatalf("two roles give %+v", verdict)
	}
	got := verdict.Sessions[1]
	want := awsfed.RoleSession{
		RoleARN: "arn:aws:iam::444455556666:role/team/Dev", ProviderARN: "arn:aws:iam::444455556666:saml-provider/Gatepost", Account: "444455556666",
		Name: "alice@example.com", Duration: time.Hour, NameID: "n-7f3k", SourceIdentity: "uabcdefgh",
		Tags: []awsfed.Tag{{Key: "team", Value: "Blå / 7"}, {Key: "stage", Value: "prod"}}, TransitiveKeys: []string{"team", "stage"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	soon := saml.Authn{SessionNotOnOrAfter: now.Add(20*time.Minute + time.Millisecond)}
	assertion(doc).Authn = append(assertion(doc).Authn, saml.Authn{SessionNotOnOrAfter: now.Add(50 * time.Minute)}, soon, saml.Authn{})
	if got := awsfed.JudgePrepared(doc, entityID, now).Sessions[1].Duration; got != 20*time.Minute {
		t.Errorf("the session lasts %v, want the shortest of those stated, 20m", got)
	}
	set(doc, "Role", roleARN+","+providerARN)
	if awsfed.JudgePrepared(doc, entityID, now).Chooser() {
		t.Error("one role makes AWS ask which")
	}
}

// TestChooserWarningIsRight holds the estimate of the warning against the
// response itself.
func TestChooserWarningIsRight(t *testing.T) {
	for _, n := range []int{300, 380, 500} {
		c := connector()
		c.AWSChooser, c.Roles, c.SignResponse = true, manyRoles(n), true
		accepted := awsfed.JudgePrepared(prepared(t, compose(t, launch(c))), entityID, now).Accepted()
		warned := strings.Contains(awsfed.Warnings(c).Error(), "aws_chooser")
		t.Logf("%d roles: accepted %v, warned %v", n, accepted, warned)
		if !accepted && !warned {
			t.Errorf("%d roles are too many, and there is no warning", n)
		}
	}
}

func TestVerdictTellsAllThatIsWrong(t *testing.T) {
	doc := prepared(t, compose(t, launch(connector())))
	set(doc, "RoleSessionName", "a b")
	assertion(doc).Audiences = nil
	doc.Status = ""
	var texts []string
	for _, f := range awsfed.JudgePrepared(doc, entityID, now).Findings {
		texts = append(texts, f.Text)
	}
	want := []string{invalidText, audienceText, nameText}
	if !slices.Equal(texts, want) {
		t.Errorf("got  %q\nwant %q", texts, want)
	}
}

func TestHostileValuesAreCutInFindings(t *testing.T) {
	doc := prepared(t, compose(t, launch(connector())))
	set(doc, "Role", strings.Repeat("é", 50_000))
	verdict := awsfed.JudgePrepared(doc, entityID, now)
	if cause := verdict.Findings[0].Cause; len(cause) > 400 {
		t.Errorf("the cause has %d bytes", len(cause))
	}
}
