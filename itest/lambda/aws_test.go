package lambda

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
)

// The hosts of AWS that a sign-in crosses.
const (
	signInHost  = "signin.aws.amazon.com"
	consoleHost = "us-east-1.console.aws.amazon.com"
)

// awsSignIn stands for AWS: its sign-in host keeps what is posted to it and sends
// the browser on to the console.
type awsSignIn struct {
	*httptest.Server
	mu     sync.Mutex
	posted []string
}

func newAWS(t testing.TB) *awsSignIn {
	t.Helper()
	a := &awsSignIn{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+signInHost+"/saml", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.posted = append(a.posted, r.PostFormValue("SAMLResponse"))
		http.Redirect(w, r, "https://"+consoleHost+"/console/home", http.StatusFound)
	})
	mux.HandleFunc("GET "+consoleHost+"/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "Console") })
	a.Server = httptest.NewTLSServer(mux)
	t.Cleanup(a.Close)
	return a
}

// take are the responses that were posted since it was last asked.
func (a *awsSignIn) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	posted := a.posted
	a.posted = nil
	return posted
}

// accepts has the response looked at by everybody who would: xmlsec1 with the
// certificate from the metadata as served, the judge of package awsfed, and STS,
// for the role and the person.
func (s *stage) accepts(emulated string, encoded, metadata, provider, role, email string) {
	s.Helper()
	document, err := saml.Decode(encoded)
	s.must(err)
	descriptor, err := saml.ReadMetadata([]byte(metadata))
	s.must(err)
	if len(descriptor.Certificates) != 1 {
		s.Fatalf("the metadata has %d certificates", len(descriptor.Certificates))
	}
	samltest.VerifyXMLSec(s, document, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: descriptor.Certificates[0]}))
	response, err := saml.Read(document)
	s.must(err)
	verdict := awsfed.Judge(response, descriptor, time.Now())
	s.must(verdict.Err())
	answer, err := sts.NewFromConfig(awsConfig(emulated)).AssumeRoleWithSAML(s.Context(), &sts.AssumeRoleWithSAMLInput{
		PrincipalArn: aws.String(providerARN(provider)), RoleArn: aws.String(roleARN(role)), SAMLAssertion: aws.String(encoded),
	})
	s.must(err)
	want := "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + email
	if got := aws.ToString(answer.AssumedRoleUser.Arn); got != want {
		s.Errorf("the role session is %q, want %q", got, want)
	}
	if !bytes.Contains(document, []byte(address+"/metadata/")) {
		s.Errorf("the issuer is not of %s", address)
	}
}

// setUpAccount does what the account's administrator does with a metadata file.
func (s *stage) setUpAccount(emulated, metadata, provider, role string) {
	s.Helper()
	client := iam.NewFromConfig(awsConfig(emulated))
	_, err := client.CreateSAMLProvider(s.Context(), &iam.CreateSAMLProviderInput{Name: &provider, SAMLMetadataDocument: &metadata})
	s.must(err)
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":%q},`+
		`"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]}`, providerARN(provider))
	_, err = client.CreateRole(s.Context(), &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: &trust})
	s.must(err)
}

func awsConfig(emulated string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(emulated),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
	}
}
