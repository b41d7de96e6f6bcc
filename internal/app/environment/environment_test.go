package environment

import (
	"strings"
	"testing"
)

func TestReadTellsEverythingThatIsWrong(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv(URL, "ftp://x")
	t.Setenv(KeyCustody, "file")
	t.Setenv(LogLevel, "loud")
	_, err := Read(URL, ConfigTable, Region)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{URL, ConfigTable, KeyCustody, LogLevel, "AWS_REGION"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
}

func TestRead(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv(URL, "https://sso.example.com/")
	t.Setenv(KeyCustody, "kms")
	t.Setenv(SignerRoles, "arn:aws:iam::111122223333:role/a,arn:aws:iam::111122223333:role/b")
	c, err := Read(URL)
	if err != nil {
		t.Fatal(err)
	}
	if c.URL.String() != "https://sso.example.com" || len(c.SignerRoles) != 2 || c.Region != "eu-central-1" {
		t.Errorf("read %+v", c)
	}
}

func TestEndpointOfAServiceGoesBeforeTheCommonOne(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "")
	if Endpoint("kms") != nil {
		t.Error("an endpoint from nowhere")
	}
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:2")
	if *Endpoint("kms") != "http://127.0.0.1:2" || *Endpoint("dynamodb") != "http://127.0.0.1:1" {
		t.Errorf("got %s, %s", *Endpoint("kms"), *Endpoint("dynamodb"))
	}
}
