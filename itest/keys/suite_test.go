package keys

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	servicekms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/keys/secrets"
	"github.com/gatepost/gatepost/itest/fault"
)

func TestKMSPassesTheSuite(t *testing.T) {
	onEachKMS(t, func(t *testing.T, address string) {
		keystest.Run(t, func(*testing.T) keys.Custodian { return newKMS(address) }, keystest.Options{})
	})
}

func TestSecretsManagerPassesTheSuite(t *testing.T) {
	onEachSecretsManager(t, func(t *testing.T, address string) {
		open := func(*testing.T) keys.Custodian { return newSecrets(address, secrets.Options{}) }
		keystest.Run(t, open, keystest.Options{CanImport: true})
	})
}

func TestKMSIsAskedOnceForASignature(t *testing.T) {
	onEachKMS(t, func(t *testing.T, address string) {
		k := keepInKMS(t, address)
		must(t, k.sign(t.Context()))
		if calls := k.proxy.Calls(); !slices.Equal(calls, []string{"Sign"}) {
			t.Errorf("called %v", calls)
		}
	})
}

func TestSecretsManagerIsAskedOnceInAWhile(t *testing.T) {
	onEachSecretsManager(t, func(t *testing.T, address string) {
		k := keep(t, address, func(address string) keys.Custodian { return newSecrets(address, secrets.Options{}) })
		cold := fault.New(t, address)
		custody := newSecrets(cold.URL, secrets.Options{})
		for range 3 {
			must(t, sign(t.Context(), custody, k.ref, k.pub))
		}
		if calls := cold.Calls(); !slices.Equal(calls, []string{"GetSecretValue"}) {
			t.Errorf("called %v", calls)
		}
	})
}

func TestAKMSKeyHasItsPolicyAndItsTag(t *testing.T) {
	onEachKMS(t, func(t *testing.T, address string) {
		k, client := keepInKMS(t, address), kmsClient(address)
		got, err := client.GetKeyPolicy(t.Context(), &servicekms.GetKeyPolicyInput{KeyId: &k.ref, PolicyName: aws.String("default")})
		must(t, err)
		var policy struct {
			Statement []struct {
				Principal map[string][]string
				Action    []string
			}
		}
		must(t, json.Unmarshal([]byte(*got.Policy), &policy))
		for _, s := range policy.Statement {
			signs := slices.Contains(s.Action, "kms:Sign")
			if signs != reflect.DeepEqual(s.Action, []string{"kms:Sign"}) || signs && !slices.Equal(s.Principal["AWS"], signerRoles) {
				t.Errorf("%v may %v", s.Principal, s.Action)
			}
		}
		tags, err := client.ListResourceTags(t.Context(), &servicekms.ListResourceTagsInput{KeyId: &k.ref})
		must(t, err)
		if len(tags.Tags) != 1 || *tags.Tags[0].TagKey != "gatepost:connector" || *tags.Tags[0].TagValue != "aws-a" {
			t.Errorf("tags %+v", tags.Tags)
		}
	})
}

func TestASecretHasItsKMSKeyAndItsTag(t *testing.T) {
	onEachSecretsManager(t, func(t *testing.T, address string) {
		custody := newSecrets(address, secrets.Options{Key: "alias/gatepost", Stack: "gatepost-prod"})
		ref, _, err := custody.Generate(t.Context(), "aws-a")
		must(t, err)
		got, err := secretsClient(address).DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: &ref})
		must(t, err)
		tags := map[string]string{}
		for _, tag := range got.Tags {
			tags[*tag.Key] = *tag.Value
		}
		if aws.ToString(got.KmsKeyId) != "alias/gatepost" || tags["gatepost:connector"] != "aws-a" || tags["gatepost:stack"] != "gatepost-prod" {
			t.Errorf("secret %+v", got)
		}
	})
}
