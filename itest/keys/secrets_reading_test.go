package keys

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/secrets"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// The codes, their statuses and the sentence on deletion are those of
// [GetSecretValue].
//
// [GetSecretValue]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
func TestRefusalsOfSecretsManagerInTheWordsOfPackageKeys(t *testing.T) {
	k, watch := keepInSecrets(t, emulator.Kumo(t))
	for _, test := range []struct {
		name    string
		status  int
		code    string
		message string
		want    error
	}{
		{"unknown", 400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.", keys.ErrNoKey},
		{"marked for deletion", 400, "InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.", keys.ErrNoKey},
		{"another state", 400, "InvalidRequestException", "The secret is managed by another service.", keys.ErrUnavailable},
		{"KMS does not decrypt", 400, "DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key.", keys.ErrUnavailable},
		{"internal error", 500, "InternalServiceError", "", keys.ErrUnavailable},
		{"throttled", 400, "ThrottlingException", "Rate exceeded", keys.ErrUnavailable},
		{"not allowed", 400, "AccessDeniedException", "User is not authorized to perform: secretsmanager:GetSecretValue", keys.ErrUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			cold := secrets.New(secretsmanager.NewFromConfig(once(k.proxy.URL)), secrets.Options{Now: watch.now})
			k.proxy.Next("GetSecretValue", refused(test.status, test.code, test.message))
			err := sign(t.Context(), cold, k.ref, k.pub)
			mustBeOnly(t, err, test.want)
			if err != nil && (!strings.Contains(err.Error(), test.code) || !strings.Contains(err.Error(), k.ref)) {
				t.Errorf("%v names neither cause nor key", err)
			}
			must(t, sign(t.Context(), cold, k.ref, k.pub))
		})
	}
}

func TestARequestThatEndsWhileSecretsManagerWorksIsTheReason(t *testing.T) {
	k, watch := keepInSecrets(t, emulator.Kumo(t))
	ctx, cancel := context.WithCancel(t.Context())
	k.proxy.Next("GetSecretValue", fault.LoseThen(cancel))
	err := sign(ctx, newSecrets(k.proxy.URL, secrets.Options{Now: watch.now}), k.ref, k.pub)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestASecretIsReadOnceInFiveMinutes(t *testing.T) {
	k, watch := keepInSecrets(t, emulator.Kumo(t))
	noon := watch.at
	for _, step := range []struct {
		name  string
		after time.Duration // since noon
		reads int
	}{
		{"at once", 0, 0},
		{"just before five minutes", 5*time.Minute - time.Second, 0},
		{"at five minutes", 5 * time.Minute, 1},
		{"within five minutes of that", 10*time.Minute - time.Second, 0},
		{"after a night in which the sandbox was frozen", 9 * time.Hour, 1},
		{"after the clock was set back", time.Hour, 1},
	} {
		watch.at = noon.Add(step.after)
		k.proxy.Forget()
		must(t, k.sign(t.Context()))
		if calls := k.proxy.Calls(); len(calls) != step.reads {
			t.Errorf("%s: called %v, want %d", step.name, calls, step.reads)
		}
	}
}

func TestASecretThatWasChangedForUsIsReadAtOnceAndOnlyOnce(t *testing.T) {
	address := emulator.Kumo(t)
	k, _ := keepInSecrets(t, address)
	other, _ := keepInSecrets(t, address)
	err := sign(t.Context(), k.custody, k.ref, other.pub)
	mustBeOnly(t, err, keys.ErrNoKey)
	if calls := k.proxy.Calls(); len(calls) != 1 {
		t.Errorf("a mismatch: called %v", calls)
	}
	client := secretsClient(address)
	out, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &other.ref})
	must(t, err)
	_, err = client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &k.ref, SecretString: out.SecretString})
	must(t, err)
	k.proxy.Forget()
	must(t, sign(t.Context(), k.custody, k.ref, other.pub))
	if calls := k.proxy.Calls(); len(calls) != 1 {
		t.Errorf("the change: called %v", calls)
	}
}

func TestSecretsOutsideOfOursAreNeitherReadNorRemoved(t *testing.T) {
	k, _ := keepInSecrets(t, emulator.Kumo(t))
	for _, name := range []string{
		"database/password", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:" + k.ref + "-AbCdEf",
		"x" + k.ref, k.ref[len("gatepost/"):], "gatepost/a/b/keys/" + k.ref[len(k.ref)-28:],
	} {
		mustBeOnly(t, sign(t.Context(), k.custody, name, k.pub), keys.ErrNoKey)
		must(t, k.custody.Delete(t.Context(), name))
	}
	if calls := k.proxy.Calls(); len(calls) != 0 {
		t.Errorf("called %v", calls)
	}
}

// What an administrator can do to a secret by hand.
func TestASecretThatHoldsNoKeyOfOurs(t *testing.T) {
	address := emulator.Kumo(t)
	k, watch := keepInSecrets(t, address)
	client, garbage := secretsClient(address), "garbage"
	right, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &k.ref})
	must(t, err)
	later := strings.Replace(*right.SecretString, `"format":1`, `"format":2`, 1)
	for _, step := range []struct {
		name string
		put  secretsmanager.PutSecretValueInput
		word string
	}{
		{"binary", secretsmanager.PutSecretValueInput{SecretBinary: []byte("x")}, "not text"},
		{"garbage", secretsmanager.PutSecretValueInput{SecretString: &garbage}, "not JSON"},
		{"of a later version", secretsmanager.PutSecretValueInput{SecretString: &later}, "format 2"},
		{"right again", secretsmanager.PutSecretValueInput{SecretString: right.SecretString}, ""},
	} {
		step.put.SecretId = &k.ref
		_, err := client.PutSecretValue(t.Context(), &step.put)
		must(t, err)
		if step.name == "binary" {
			must(t, k.sign(t.Context())) // a warm function has the key
		}
		watch.at = watch.at.Add(5 * time.Minute)
		err = k.sign(t.Context())
		if step.word == "" {
			must(t, err)
			continue
		}
		mustBeOnly(t, err, keys.ErrUnavailable)
		if err != nil && (!strings.Contains(err.Error(), step.word) || strings.Contains(err.Error(), "BEGIN")) {
			t.Errorf("%s: got %v", step.name, err)
		}
	}
}
