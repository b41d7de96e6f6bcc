package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
)

// The signature is made by the SDK and checked here by AWS's own description:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func signatureOf(r *http.Request, secret, region string) string {
	date := r.Header.Get("X-Amz-Date")
	scope := date[:8] + "/" + region + "/execute-api/aws4_request"
	signed := between(r.Header.Get("Authorization"), "SignedHeaders=", ",")
	var headers strings.Builder
	for _, name := range strings.Split(signed, ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		headers.WriteString(name + ":" + value + "\n")
	}
	canonical := strings.Join([]string{r.Method, r.URL.EscapedPath(), "", headers.String(), signed, digest("")}, "\n")
	text := strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, digest(canonical)}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range strings.Split(scope, "/") {
		key = mac(key, part)
	}
	return hex.EncodeToString(mac(key, text))
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, s string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(s))
	return h.Sum(nil)
}

func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

func TestAWSCredentialsGetATokenOnceAndAgainBeforeItEnds(t *testing.T) {
	now := time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)
	var exchanged, used []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/iam/token" {
			exchanged = append(exchanged, r.Method)
			header := r.Header.Get("Authorization")
			if between(header, "Signature=", ",") != signatureOf(r, "secret", "eu-west-1") {
				t.Errorf("the signature is wrong: %s", header)
			}
			for _, must := range []string{"host", "x-amz-date", "x-amz-security-token"} {
				if !strings.Contains(between(header, "SignedHeaders=", ","), must) {
					t.Errorf("%s is not signed: %s", must, header)
				}
			}
			if !strings.Contains(header, "Credential=AKID/20260701/eu-west-1/execute-api/aws4_request") || r.Header.Get("X-Amz-Security-Token") != "session" {
				t.Errorf("signed as %s", header)
			}
			w.Write([]byte(`{"token":"gp_` + r.Header.Get("X-Amz-Date") + `","expires_at":"` + now.Add(time.Hour).Format(time.RFC3339) + `"}`))
			return
		}
		used = append(used, r.Header.Get("Authorization"))
		w.Write([]byte(`{}`))
	}))
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	iam := &IAM{
		Options: Options{Base: base}, Region: "eu-west-1", Now: func() time.Time { return now },
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "session"),
	}
	c := New(Options{Base: base, Authorize: iam.Authorize})
	for _, pass := range []time.Duration{0, 58 * time.Minute, 90 * time.Second, 0} {
		now = now.Add(pass)
		_, err := c.Instance(t.Context())
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(exchanged) != 2 || exchanged[0] != "POST" {
		t.Errorf("exchanged %v", exchanged)
	}
	if strings.Join(used, " ") != "Bearer gp_20260701T080000Z Bearer gp_20260701T080000Z Bearer gp_20260701T085930Z Bearer gp_20260701T085930Z" {
		t.Errorf("used %q", used)
	}
}

func TestAWSCredentialsThatAreRefusedSaySo(t *testing.T) {
	a := &api{t: t, answers: []reply{no(403)}}
	iam := &IAM{Options: Options{Base: &url.URL{Scheme: "http", Host: "x"}, Transport: Direct(a)}, Region: "eu-west-1", Now: time.Now, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "")}
	c := New(Options{Base: iam.Options.Base, Transport: Direct(a), Authorize: iam.Authorize})
	_, err := c.Instance(t.Context())
	var refused *Error
	if !errors.As(err, &refused) || refused.Status != 403 || len(a.asked) != 1 {
		t.Errorf("got %v after %d requests", err, len(a.asked))
	}
	iam.Credentials = credentials.NewStaticCredentialsProvider("", "", "")
	_, err = c.Instance(t.Context())
	if err == nil || !strings.Contains(err.Error(), "AWS credentials") || len(a.asked) != 1 {
		t.Errorf("no credentials give %v", err)
	}
}
