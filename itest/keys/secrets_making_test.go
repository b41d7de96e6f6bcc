package keys

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/secrets"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	must(t, err)
	return key
}

// pemOf is a key as it is in its secret.
func pemOf(t *testing.T, key *rsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// middle is a stretch of a PEM file by which it would be known again.
func middle(file []byte) string { return strings.Split(string(file), "\n")[5] }

func TestASecretIsMadeAndRemovedAsAsked(t *testing.T) {
	address, key := emulator.Kumo(t), newKey(t)
	for _, test := range []struct {
		name    string
		options secrets.Options
		prefix  string
		kms     any
		window  float64
	}{
		{"by default", secrets.Options{}, "gatepost/keys/k_", nil, 30},
		{"as an installation asks", secrets.Options{Key: "alias/gatepost", Stack: "gatepost-prod", Window: 7}, "gatepost/gatepost-prod/keys/k_", "alias/gatepost", 7},
	} {
		t.Run(test.name, func(t *testing.T) {
			proxy := fault.New(t, address)
			made, removed := sent(proxy, "CreateSecret"), sent(proxy, "DeleteSecret")
			custody := newSecrets(proxy.URL, test.options)
			ref, err := custody.Import(t.Context(), "aws-a", key)
			must(t, err)
			asked := *made
			if !strings.HasPrefix(ref, test.prefix) || asked["Name"] != ref || asked["KmsKeyId"] != test.kms || !strings.Contains(asked["Description"].(string), "aws-a") {
				t.Errorf("ref %q of secret %q under %v: %q", ref, asked["Name"], asked["KmsKeyId"], asked["Description"])
			}
			// The least and most that CreateSecret takes for a token.
			if token, _ := asked["ClientRequestToken"].(string); len(token) < 32 || len(token) > 64 {
				t.Errorf("token %q", token)
			}
			must(t, sign(t.Context(), custody, ref, &key.PublicKey))
			must(t, custody.Delete(t.Context(), ref))
			if (*removed)["SecretId"] != ref || (*removed)["RecoveryWindowInDays"] != test.window || (*removed)["ForceDeleteWithoutRecovery"] != nil {
				t.Errorf("removed as %v", *removed)
			}
		})
	}
}

func TestAStackThatCannotBeInASecretsNameIsRefused(t *testing.T) {
	proxy := fault.New(t, emulator.Kumo(t))
	_, err := newSecrets(proxy.URL, secrets.Options{Stack: "a/../b"}).Import(t.Context(), "aws-a", newKey(t))
	mustBeOnly(t, err, keys.ErrUnavailable)
	if calls := proxy.Calls(); len(calls) != 0 {
		t.Errorf("called %v", calls)
	}
}

// The refusal is what [CreateSecret] documents for a name that is taken. The name
// is new: the first try took it, and its answer was lost.
//
// [CreateSecret]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
func TestASecretThatTheSecondTryFindsIsTheOneThatWasMade(t *testing.T) {
	k := fault.New(t, emulator.Kumo(t))
	custody, key := newSecrets(k.URL, secrets.Options{}), newKey(t)
	k.Next("CreateSecret", fault.Lose(), refused(400, "ResourceExistsException", "The operation failed because the secret already exists."))
	ref, err := custody.Import(t.Context(), "aws-a", key)
	must(t, err)
	must(t, sign(t.Context(), custody, ref, &key.PublicKey))
	if calls := k.Calls(); !slices.Equal(calls, []string{"CreateSecret", "CreateSecret", "GetSecretValue"}) {
		t.Errorf("called %v", calls)
	}
}

// Whether there is a secret to remove is in the answer: see the errors of
// [CreateSecret], and [Common Errors].
//
// [CreateSecret]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
// [Common Errors]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
func TestWhetherASecretThatWasNotMadeIsRemoved(t *testing.T) {
	address, key := emulator.Kumo(t), newKey(t)
	for _, test := range []struct {
		name    string
		making  fault.Fault
		removal fault.Fault
		calls   []string
		word    string
	}{
		{"not after a refusal", refused(400, "AccessDeniedException", "no"), nil, []string{"CreateSecret"}, "AccessDenied"},
		{"not after a refusal that names a limit", refused(400, "LimitExceededException", "no"), nil, []string{"CreateSecret"}, "LimitExceeded"},
		{"after a fault of the service", refused(500, "InternalServiceError", ""), nil, []string{"CreateSecret", "DeleteSecret"}, "InternalServiceError"},
		{"after a fault of what is before the service", refused(503, "ServiceUnavailable", ""), nil, []string{"CreateSecret", "DeleteSecret"}, "ServiceUnavailable"},
		{"after a fault that has no name", fault.Wire(502, nil, "bad gateway"), nil, []string{"CreateSecret", "DeleteSecret"}, "keep a key"},
		{"after a lost answer, and cannot be", fault.Lose(), refused(400, "AccessDeniedException", "no"), []string{"CreateSecret", "DeleteSecret"}, "remove the unused key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			proxy := fault.New(t, address)
			proxy.Next("CreateSecret", test.making)
			if test.removal != nil {
				proxy.Next("DeleteSecret", test.removal)
			}
			custody := secrets.New(secretsmanager.NewFromConfig(once(proxy.URL)), secrets.Options{})
			ref, err := custody.Import(t.Context(), "aws-a", key)
			mustBeOnly(t, err, keys.ErrUnavailable)
			if ref != "" || err != nil && !strings.Contains(err.Error(), test.word) {
				t.Errorf("got %q, %v", ref, err)
			}
			if calls := proxy.Calls(); !slices.Equal(calls, test.calls) {
				t.Errorf("called %v", calls)
			}
		})
	}
}

// A permission to make secrets and none to read them is the likeliest reason.
func TestASecretThatCannotBeReadBackIsRemoved(t *testing.T) {
	address := emulator.Kumo(t)
	proxy, stack := fault.New(t, address), newStack()
	proxy.Always("GetSecretValue", refused(400, "AccessDeniedException", "no"))
	_, _, err := newSecrets(proxy.URL, secrets.Options{Stack: stack}).Generate(t.Context(), "aws-b")
	mustBeOnly(t, err, keys.ErrUnavailable)
	if left := secretsOf(t, address, stack); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
	if calls := proxy.Calls(); !slices.Equal(calls, []string{"CreateSecret", "GetSecretValue", "DeleteSecret"}) {
		t.Errorf("called %v", calls)
	}
}

// AWS's front end quotes a value that it finds wrong, and its limits, in the way
// of "1 validation error detected: Value '…' at 'secretString' failed to satisfy
// constraint": see ValidationError in [Common Errors].
//
// [Common Errors]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
func TestAnErrorThatQuotesTheSecretIsNotPassedOn(t *testing.T) {
	proxy := fault.New(t, emulator.Kumo(t))
	custody, key := newSecrets(proxy.URL, secrets.Options{}), newKey(t)
	file := pemOf(t, key)
	for _, code := range []string{"ValidationException", "InvalidParameterException", "SerializationException"} {
		proxy.Next("CreateSecret", refused(400, code, "Value '"+string(file)+"' at 'secretString' failed to satisfy constraint"))
		_, err := custody.Import(t.Context(), "aws-a", key)
		if err == nil || strings.Contains(err.Error(), middle(file)) || !strings.Contains(err.Error(), code) {
			t.Errorf("%s: got %v", code, err)
		}
	}
}

// An answer that is damaged on its way holds the secret in parts. The SDK keeps it
// all in its error.
func TestAnAnswerThatCannotBeReadIsNotPassedOn(t *testing.T) {
	k, watch := keepInSecrets(t, emulator.Kumo(t))
	for _, body := range []string{
		`{"Name":"x","SecretString":["-----BEGIN PRIVATE KEY-----"]}`,
		`-----BEGIN PRIVATE KEY-----`,
		`{"SecretString":"-----BEGIN PRIVATE KEY-----`,
	} {
		cold := secrets.New(secretsmanager.NewFromConfig(once(k.proxy.URL)), secrets.Options{Now: watch.now})
		k.proxy.Next("GetSecretValue", fault.Wire(200, nil, body))
		err := sign(t.Context(), cold, k.ref, k.pub)
		mustBeOnly(t, err, keys.ErrUnavailable)
		var holds *smithy.DeserializationError
		if errors.As(err, &holds) || err != nil && strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: got %v", body, err)
		}
		must(t, sign(t.Context(), cold, k.ref, k.pub))
	}
}
