package environment

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

func TestTheClockIsComparedWithEachAnswer(t *testing.T) {
	var ahead time.Duration
	status := http.StatusOK
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-ahead).UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("{}"))
	}))
	defer service.Close()
	config := aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(service.URL), Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
		RetryMaxAttempts: 1,
	}
	var clock Clock
	clock.Watch(&config)
	client := kms.NewFromConfig(config)
	for _, ahead = range []time.Duration{0, 10 * time.Minute, -10 * time.Minute, 0} {
		for _, status = range []int{http.StatusOK, http.StatusBadRequest} {
			_, _ = client.ListAliases(t.Context(), &kms.ListAliasesInput{}) // an error is an answer too
			if got := clock.Skew(); (got - ahead).Abs() > 30*time.Second {
				t.Errorf("%d: the clock is found to be %v ahead, want %v", status, got, ahead)
			}
		}
	}
}
