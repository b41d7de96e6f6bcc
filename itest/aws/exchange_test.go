// Package aws takes Gatepost's metadata and responses to IAM and STS, as an
// emulator that others wrote plays them, through AWS's own SDK.
package aws

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/gatepost/gatepost/itest/server"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

// The two connectors of the demo, as an administrator sets their accounts up.
var connectors = []struct{ slug, role, provider string }{
	{"aws-a", "SAML-User", "Gatepost"},
	{"aws-b", "SAML2-User", "Gatepost2"},
}

func TestIAMTakesTheMetadataAndSTSExchangesTheResponseForCredentialsOfTheRole(t *testing.T) {
	address := emulator(t)
	gatepost := server.Demo(t)
	alice := gatepost.SignIn(t, "alice@example.com")

	for _, c := range connectors {
		t.Run(c.slug, func(t *testing.T) {
			provider := setUp(t, address, c.provider, c.role, gatepost.Metadata(t, c.slug))
			if want := "arn:aws:iam::" + account + ":saml-provider/" + c.provider; provider != want {
				t.Fatalf("IAM made the provider %q, the connector names %q", provider, want)
			}

			answer := exchange(t, address, provider, c.role, alice.Launch(t, c.slug))

			want := fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/alice@example.com", account, c.role)
			if got := aws.ToString(answer.AssumedRoleUser.Arn); got != want {
				t.Errorf("the role session is %q, want %q", got, want)
			}
			if got := aws.ToString(answer.AssumedRoleUser.AssumedRoleId); !strings.HasSuffix(got, ":alice@example.com") {
				t.Errorf("the role session's ID is %q", got)
			}
			if got := caller(t, address, answer.Credentials); got != want {
				t.Errorf("the credentials belong to %q, want %q", got, want)
			}
			if left := time.Until(aws.ToTime(answer.Credentials.Expiration)); left > time.Hour+time.Minute {
				t.Errorf("the credentials live for %v, the demo's connectors ask for an hour at most", left)
			}
		})
	}
}

// setUp does what the account's administrator does: a SAML provider from the
// metadata and a role that trusts it. It returns the provider's ARN.
func setUp(t *testing.T, address, provider, role, metadata string) string {
	t.Helper()
	client := iamClient(address)
	made, err := client.CreateSAMLProvider(t.Context(), &iam.CreateSAMLProviderInput{
		Name:                 aws.String(provider),
		SAMLMetadataDocument: aws.String(metadata),
	})
	if err != nil {
		t.Fatalf("IAM refuses the metadata: %v", err)
	}
	arn := aws.ToString(made.SAMLProviderArn)
	_, err = client.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 aws.String(role),
		AssumeRolePolicyDocument: aws.String(trust(arn)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

func trust(provider string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":%q},`+
		`"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]}`, provider)
}

func exchange(t *testing.T, address, provider, role string, form server.Form) *sts.AssumeRoleWithSAMLOutput {
	t.Helper()
	answer, err := stsClient(address, aws.AnonymousCredentials{}).AssumeRoleWithSAML(t.Context(), &sts.AssumeRoleWithSAMLInput{
		PrincipalArn:  aws.String(provider),
		RoleArn:       aws.String("arn:aws:iam::" + account + ":role/" + role),
		SAMLAssertion: aws.String(form.Fields.Get("SAMLResponse")),
	})
	if err != nil {
		t.Fatalf("STS refuses the response: %v", err)
	}
	return answer
}

// caller asks STS whose credentials these are.
func caller(t *testing.T, address string, c *types.Credentials) string {
	t.Helper()
	provider := credentials.NewStaticCredentialsProvider(
		aws.ToString(c.AccessKeyId), aws.ToString(c.SecretAccessKey), aws.ToString(c.SessionToken))
	identity, err := stsClient(address, provider).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(identity.Arn)
}
