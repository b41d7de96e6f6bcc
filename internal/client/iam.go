package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/gatepost/gatepost/internal/resource"
)

// renewal is how long before its end a token is replaced.
const renewal = time.Minute

// IAM authorizes requests by AWS credentials: it signs one request for a token,
// which API Gateway checks, and gives that token to the requests that follow. The
// token is kept in memory and replaced before it ends.
type IAM struct {
	Options     Options // how the API is reached; Authorize is not used
	Region      string  // of the deployment's API Gateway
	Credentials aws.CredentialsProvider
	Now         func() time.Time

	mu    sync.Mutex
	token string
	ends  time.Time
}

// Authorize puts the token on a request.
func (i *IAM) Authorize(r *http.Request) error {
	token, err := i.current(r.Context())
	if err != nil {
		return err
	}
	return Bearer(token)(r)
}

func (i *IAM) current(ctx context.Context) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.token != "" && i.Now().Before(i.ends.Add(-renewal)) {
		return i.token, nil
	}
	made, err := i.exchange(ctx)
	if err != nil {
		return "", fmt.Errorf("token for AWS credentials: %w", err)
	}
	ends, err := time.Parse(time.RFC3339, made.ExpiresAt)
	if err != nil {
		return "", fmt.Errorf("%w: end of the token: %w", ErrForeign, err)
	}
	i.token, i.ends = made.Secret, ends
	return i.token, nil
}

func (i *IAM) exchange(ctx context.Context) (resource.NewToken, error) {
	o := i.Options
	o.Authorize = i.sign
	k := post("token")
	k.root = "/iam"
	made, _, err := read[resource.NewToken](ctx, New(o), k)
	return made, err
}

// sign signs a request without a body by Signature Version 4, as API Gateway's
// AWS_IAM authorizer wants it:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
func (i *IAM) sign(r *http.Request) error {
	credentials, err := i.Credentials.Retrieve(r.Context())
	if err != nil {
		return fmt.Errorf("AWS credentials: %w", err)
	}
	nothing := sha256.Sum256(nil)
	err = v4.NewSigner().SignHTTP(r.Context(), credentials, r, hex.EncodeToString(nothing[:]), "execute-api", i.Region, i.Now())
	if err != nil {
		return fmt.Errorf("sign request: %w", err)
	}
	return nil
}
