// Package keys runs the custodies of AWS through the real SDK, on emulators that
// other people wrote, on good days and on bad ones.
package keys

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	servicekms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/kms"
	"github.com/gatepost/gatepost/internal/keys/secrets"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

const account = "111122223333"

// The roles of the two functions that sign.
var signerRoles = []string{"arn:aws:iam::" + account + ":role/gatepost-sso", "arn:aws:iam::" + account + ":role/gatepost-keys"}

// config is the SDK's configuration as the functions have it.
func config(address string) aws.Config {
	return aws.Config{
		Region:           "eu-central-1",
		BaseEndpoint:     &address,
		Credentials:      credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
		HTTPClient:       environment.Send(awshttp.NewBuildableClient()),
		RetryMaxAttempts: 3,
	}
}

func kmsClient(address string) *servicekms.Client {
	return servicekms.NewFromConfig(config(address))
}

func newKMS(address string) *kms.Custody {
	return kms.New(kmsClient(address), kms.Options{SignerRoles: signerRoles})
}

func secretsClient(address string) *secretsmanager.Client {
	return secretsmanager.NewFromConfig(config(address))
}

func newSecrets(address string, o secrets.Options) *secrets.Custody {
	return secrets.New(secretsClient(address), o)
}

// impatient gives a try up after a while, so that the next one comes before the
// request's own time is over; and it tries often: on a busy machine a try may be slow
// though nothing hangs.
func impatient(address string, patience time.Duration) aws.Config {
	c := config(address)
	c.HTTPClient = environment.Send(awshttp.NewBuildableClient().WithTimeout(patience))
	c.RetryMaxAttempts = 20
	return c
}

// onEachKMS runs a test on each emulator of KMS. moto is not among them: it hashes
// a digest again.
func onEachKMS(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("on kumo", func(t *testing.T) { test(t, emulator.Kumo(t)) })
	t.Run("on local-kms", func(t *testing.T) { test(t, emulator.LocalKMS(t)) })
}

// onEachSecretsManager runs a test on each emulator of Secrets Manager.
func onEachSecretsManager(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("on kumo", func(t *testing.T) { test(t, emulator.Kumo(t)) })
	t.Run("on moto", func(t *testing.T) { test(t, emulator.Moto(t, account)) })
}

// kept is a custody behind a proxy, with one key in it. Another custody of the
// same keys stands for another process.
type kept struct {
	custody keys.Custodian
	proxy   *fault.Proxy
	ref     string
	pub     *rsa.PublicKey
}

func keep(t *testing.T, address string, custody func(address string) keys.Custodian) kept {
	t.Helper()
	proxy := fault.New(t, address)
	k := kept{custody: custody(proxy.URL), proxy: proxy}
	ref, signer, err := k.custody.Generate(t.Context(), "aws-a")
	if err != nil {
		t.Fatal(err)
	}
	k.ref, k.pub = ref, signer.Public().(*rsa.PublicKey)
	err = k.sign(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	proxy.Forget()
	return k
}

func keepInKMS(t *testing.T, address string) kept {
	t.Helper()
	return keep(t, address, func(address string) keys.Custodian { return newKMS(address) })
}

func (k kept) sign(ctx context.Context) error { return sign(ctx, k.custody, k.ref, k.pub) }

// sign has a digest signed, and verifies what comes of it.
func sign(ctx context.Context, c keys.Custodian, ref string, pub *rsa.PublicKey) error {
	signer, err := c.Signer(ctx, ref, pub)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte("x"))
	signature, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return err
	}
	return rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest[:], signature)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
