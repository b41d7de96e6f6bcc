package aws

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

// account is the AWS account of the demo's connectors.
const account = "111122223333"

// emulator starts moto's server, whose IAM and STS stand for AWS, and returns
// its address. Moto reads the assertion and checks no signature: it judges what
// the attributes say, the service providers of package sp judge the signature.
func emulator(t *testing.T) string {
	t.Helper()
	python := tool.Python(t, "moto.server")
	port := server.FreePort(t)
	var log bytes.Buffer
	cmd := exec.Command(python, "-m", "moto.server", "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	cmd.Env = append(os.Environ(), "MOTO_ACCOUNT_ID="+account)
	cmd.Stdout = &log
	cmd.Stderr = &log
	err := cmd.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("moto wrote:\n%s", log.String())
		}
	})
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	deadline := time.Now().Add(60 * time.Second)
	for !up(address) {
		if time.Now().After(deadline) {
			t.Fatal("moto did not come up")
		}
		time.Sleep(100 * time.Millisecond)
	}
	return address
}

func up(address string) bool {
	response, err := http.Get(address + "/moto-api/data.json")
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// config points AWS's SDK at the emulator, with credentials that it asks nothing of.
func config(address string, provider aws.CredentialsProvider) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(address), Credentials: provider}
}

func administrator() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", "")
}

func iamClient(address string) *iam.Client {
	return iam.NewFromConfig(config(address, administrator()))
}

func stsClient(address string, provider aws.CredentialsProvider) *sts.Client {
	return sts.NewFromConfig(config(address, provider))
}
