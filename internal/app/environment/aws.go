package environment

import (
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// AWS is the SDK's configuration inside of a function, where region and
// credentials are in the environment and stay the same as long as the sandbox
// lives. The SDK's own loader would look for files, profiles and instance
// metadata as well, and link a client for each; that is half of its start.
func (c Config) AWS() aws.Config {
	return aws.Config{
		Region: c.Region,
		Credentials: credentials.NewStaticCredentialsProvider(
			os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")),
		HTTPClient:       Send(awshttp.NewBuildableClient().WithTransportOptions(keepAll)),
		RetryMaxAttempts: attempts,
	}
}

// keepAll keeps the connections of calls that are made at once, as the portal makes
// one for each of a person's groups: by default ten of a host are kept, and the
// others would shake hands again at every page.
func keepAll(t *http.Transport) { t.MaxIdleConnsPerHost = t.MaxIdleConns }

// attempts bound how often a call is tried; the context's end bounds how long.
const attempts = 3

// Endpoint is the address of a service when the environment names one, by the
// SDK's own variables: of that service (AWS_ENDPOINT_URL_DYNAMODB) or of all
// (AWS_ENDPOINT_URL). It is nil for the service's real address.
func Endpoint(service string) *string {
	address := os.Getenv("AWS_ENDPOINT_URL_" + strings.ToUpper(service))
	if address == "" {
		address = os.Getenv("AWS_ENDPOINT_URL")
	}
	if address == "" {
		return nil
	}
	return &address
}
