package lambda

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/itest/lambda/front"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// askKeys invokes the function keys by hand, as whoever deployed it may, and
// returns its answer.
func (s *stage) askKeys(request string) map[string]any {
	s.Helper()
	text, err := s.sandbox["keys"].Invoke(s.Context(), []byte(request))
	s.must(err)
	var answer map[string]any
	err = json.Unmarshal(text, &answer)
	if err != nil || answer["error"] != nil {
		s.Fatalf("the function keys answers %s to %s", text, request)
	}
	return answer
}

// assumed is a role of the template in the hands of somebody, by an access key.
type assumed struct {
	aws.Credentials
	arn string
}

// assumptions are those that STS gave keys out for, by access key.
func assumptions() map[string]assumed {
	all := map[string]assumed{}
	for _, role := range []string{"viewer", "helpdesk", "connector-admin", "owner", "sso"} {
		key := "ASIA" + strings.ToUpper(strings.ReplaceAll(role, "-", ""))
		all[key] = assumed{
			aws.Credentials{AccessKeyID: key, SecretAccessKey: "secret of " + role, SessionToken: "token of " + role},
			"arn:aws:sts::" + account + ":assumed-role/" + template.Name + "-" + role + "/deploy",
		}
	}
	return all
}

// iamToken is a token of the config API for a role of IAM, got with the program's
// own client: it signs the request that the front then looks at.
func (s *stage) iamToken(role string) string {
	s.Helper()
	base, err := url.Parse(address)
	s.must(err)
	held := assumptions()["ASIA"+strings.ToUpper(strings.ReplaceAll(role, "-", ""))]
	iam := &client.IAM{
		Options:     client.Options{Base: base, UserAgent: "Test/1.0", Timeout: time.Minute, Transport: s.front.Client().Transport},
		Region:      template.Region,
		Credentials: credentials.StaticCredentialsProvider{Value: held.Credentials},
		Now:         time.Now,
	}
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, address, http.NoBody)
	s.must(err)
	s.must(iam.Authorize(request))
	return strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
}

// signed is the Authorization header of Signature Version 4.
var signed = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([A-Z]+)/\d{8}/[^,]+, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$`)

// authorize stands for API Gateway's AWS_IAM authorizer: it signs the request again
// and compares. What it proves is that our client signs and that our function reads
// what AWS documents, not what AWS's authorizer does.
func authorize(r *http.Request) *front.Caller {
	found := signed.FindStringSubmatch(r.Header.Get("Authorization"))
	if found == nil {
		return nil
	}
	held, known := assumptions()[found[1]]
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if !known || err != nil || time.Since(at).Abs() > 5*time.Minute || r.ContentLength != 0 {
		return nil
	}
	again := r.Clone(r.Context())
	again.URL.Scheme, again.URL.Host = "https", r.Host
	for name := range again.Header {
		if !slices.Contains(strings.Split(found[2], ";"), strings.ToLower(name)) {
			again.Header.Del(name)
		}
	}
	nothing := sha256.Sum256(nil)
	err = v4.NewSigner().SignHTTP(r.Context(), held.Credentials, again, hex.EncodeToString(nothing[:]), "execute-api", template.Region, at)
	if err != nil || again.Header.Get("Authorization") != r.Header.Get("Authorization") {
		return nil
	}
	return &front.Caller{
		AccessKey: held.AccessKeyID, AccountID: account, CallerID: "AROAEXAMPLEID:deploy", UserID: "AROAEXAMPLEID:deploy", UserARN: held.arn,
	}
}
