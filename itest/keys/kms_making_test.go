package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	servicekms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/kms"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

func TestAKMSKeyIsMadeForSignaturesAlone(t *testing.T) {
	onEachKMS(t, func(t *testing.T, address string) {
		proxy := fault.New(t, address)
		asked := sent(proxy, "CreateKey")
		custody := kms.New(kmsClient(proxy.URL), kms.Options{SignerRoles: signerRoles, Stack: "gatepost-prod"})
		ref, _, err := custody.Generate(t.Context(), "aws-a")
		must(t, err)
		if (*asked)["BypassPolicyLockoutSafetyCheck"] != true {
			t.Error("the caller would have to be allowed to change the policy")
		}
		client := kmsClient(address)
		described, err := client.DescribeKey(t.Context(), &servicekms.DescribeKeyInput{KeyId: &ref})
		must(t, err)
		made := described.KeyMetadata
		if made.KeySpec != types.KeySpecRsa2048 || made.KeyUsage != types.KeyUsageTypeSignVerify || made.Origin != types.OriginTypeAwsKms {
			t.Errorf("made %+v", made)
		}
		if (*asked)["MultiRegion"] != nil || !strings.Contains(*made.Description, "aws-a") {
			t.Errorf("asked for %v", *asked)
		}
		got, err := client.ListResourceTags(t.Context(), &servicekms.ListResourceTagsInput{KeyId: &ref})
		must(t, err)
		tags := map[string]string{}
		for _, tag := range got.Tags {
			tags[*tag.TagKey] = *tag.TagValue
		}
		if !maps.Equal(tags, map[string]string{"gatepost:connector": "aws-a", "gatepost:stack": "gatepost-prod"}) {
			t.Errorf("tags %v", tags)
		}
	})
}

func TestAKMSKeyEndsAfterTheWindow(t *testing.T) {
	address := emulator.Kumo(t)
	for window, want := range map[int32]float64{0: 30, 7: 7} {
		proxy := fault.New(t, address)
		asked := sent(proxy, "ScheduleKeyDeletion")
		custody := kms.New(kmsClient(proxy.URL), kms.Options{SignerRoles: signerRoles, Window: window})
		ref, _, err := custody.Generate(t.Context(), "aws-a")
		must(t, err)
		must(t, custody.Delete(t.Context(), ref))
		if (*asked)["KeyId"] != ref || (*asked)["PendingWindowInDays"] != want {
			t.Errorf("window %d became %v", window, *asked)
		}
	}
}

func TestNoKMSKeyIsMadeThatNobodyMayUse(t *testing.T) {
	proxy := fault.New(t, emulator.Kumo(t))
	for name, roles := range map[string][]string{"no roles": nil, "everybody": {"*"}, "two accounts": {signerRoles[0], "arn:aws:iam::444455556666:role/x"}} {
		_, _, err := kms.New(kmsClient(proxy.URL), kms.Options{SignerRoles: roles}).Generate(t.Context(), "aws-a")
		if !errors.Is(err, keys.ErrUnavailable) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if calls := proxy.Calls(); len(calls) != 0 {
		t.Errorf("called %v", calls)
	}
}

// KMS may not know its own new key for a while: see [AWS KMS eventual consistency].
//
// [AWS KMS eventual consistency]: https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
func TestAKeyThatKMSDoesNotKnowYetIsWaitedFor(t *testing.T) {
	proxy := fault.New(t, emulator.Kumo(t))
	unknown := refused(400, "NotFoundException", "Key does not exist")
	proxy.Next("GetPublicKey", unknown, unknown)
	proxy.Next("Sign", unknown, unknown)
	_, signer, err := newKMS(proxy.URL).Generate(t.Context(), "aws-a")
	must(t, err)
	digest := sha256.Sum256([]byte("x"))
	signature, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	must(t, err)
	must(t, rsa.VerifyPKCS1v15(signer.Public().(*rsa.PublicKey), crypto.SHA256, digest[:], signature))
	want := []string{"CreateKey", "GetPublicKey", "GetPublicKey", "GetPublicKey", "Sign", "Sign", "Sign"}
	if calls := proxy.Calls(); !slices.Equal(calls, want) {
		t.Errorf("called %v", calls)
	}
}

// Each answer of GetPublicKey is one that [GetPublicKey] documents, but not for
// what was asked for.
//
// [GetPublicKey]: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
func TestANewKMSKeyThatIsOfNoUseIsScheduledForDeletion(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	must(t, err)
	half := func(pub any) fault.Fault {
		der, err := x509.MarshalPKIXPublicKey(pub)
		must(t, err)
		return fault.Wire(200, nil, `{"PublicKey":"`+base64.StdEncoding.EncodeToString(der)+`"}`)
	}
	address := emulator.Kumo(t)
	for _, test := range []struct {
		name  string
		fault fault.Fault
		want  error
		word  string
	}{
		{"its public half is not told", refused(500, "KMSInternalException", ""), keys.ErrUnavailable, "KMSInternalException"},
		{"it is never found", refused(400, "NotFoundException", "Key does not exist"), keys.ErrNoKey, "NotFoundException"},
		{"its public half is of another kind", half(&curve.PublicKey), keys.ErrUnavailable, "not RSA"},
		{"its public half is too short", half(&small.PublicKey), keys.ErrUnavailable, "not RSA of 2048 bits"},
		{"its public half is none", fault.Wire(200, nil, `{"PublicKey":"AAAA"}`), keys.ErrUnavailable, "public half"},
	} {
		t.Run(test.name, func(t *testing.T) {
			proxy := fault.New(t, address)
			proxy.Always("GetPublicKey", test.fault)
			removed := sent(proxy, "ScheduleKeyDeletion")
			custody := kms.New(servicekms.NewFromConfig(once(proxy.URL)), kms.Options{SignerRoles: signerRoles})
			_, _, err := custody.Generate(t.Context(), "aws-b")
			mustBeOnly(t, err, test.want)
			if err != nil && !strings.Contains(err.Error(), test.word) {
				t.Errorf("got %v, want %q", err, test.word)
			}
			ref, isText := (*removed)["KeyId"].(string)
			if !isText {
				t.Fatalf("the key is left behind after %v", proxy.Calls())
			}
			described, err := kmsClient(address).DescribeKey(t.Context(), &servicekms.DescribeKeyInput{KeyId: &ref})
			must(t, err)
			if described.KeyMetadata.KeyState != types.KeyStatePendingDeletion {
				t.Errorf("the key is %s", described.KeyMetadata.KeyState)
			}
		})
	}
}

// KMS may not know its own new key when it is told to delete it, either: then the
// key would be left behind.
func TestAKMSKeyThatIsNotKnownYetIsScheduledForDeletionAllTheSame(t *testing.T) {
	proxy := fault.New(t, emulator.Kumo(t))
	proxy.Next("GetPublicKey", refused(400, "AccessDeniedException", "no"))
	unknown := refused(400, "NotFoundException", "Key does not exist")
	proxy.Next("ScheduleKeyDeletion", unknown, unknown)
	_, _, err := newKMS(proxy.URL).Generate(t.Context(), "aws-a")
	if !errors.Is(err, keys.ErrUnavailable) || strings.Contains(err.Error(), "remove the unused key") {
		t.Errorf("got %v", err)
	}
	want := []string{"CreateKey", "GetPublicKey", "ScheduleKeyDeletion", "ScheduleKeyDeletion", "ScheduleKeyDeletion"}
	if calls := proxy.Calls(); !slices.Equal(calls, want) {
		t.Errorf("called %v", calls)
	}
}

func TestAKMSKeyThatCannotBeRemovedIsTold(t *testing.T) {
	proxy := fault.New(t, emulator.Kumo(t))
	proxy.Next("GetPublicKey", refused(400, "AccessDeniedException", "no"))
	proxy.Next("ScheduleKeyDeletion", refused(400, "AccessDeniedException", "no"))
	_, _, err := newKMS(proxy.URL).Generate(t.Context(), "aws-a")
	if !errors.Is(err, keys.ErrUnavailable) || !strings.Contains(err.Error(), "remove the unused key") {
		t.Errorf("got %v", err)
	}
}

// An answer without what [CreateKey] always says, and one with an alias in place
// of the key's ARN.
//
// [CreateKey]: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
func TestAnAnswerThatNamesNoNewKeyIsAnError(t *testing.T) {
	proxy := fault.New(t, emulator.Kumo(t))
	for body, word := range map[string]string{
		`{}`: "did not say",
		`{"KeyMetadata":{"KeyId":"x","Arn":"arn:aws:kms:eu-central-1:111122223333:alias/x"}}`: "unknown form",
	} {
		proxy.Forget()
		proxy.Next("CreateKey", fault.Wire(200, nil, body))
		_, _, err := newKMS(proxy.URL).Generate(t.Context(), "aws-a")
		if !errors.Is(err, keys.ErrUnavailable) || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v", body, err)
		}
		if calls := proxy.Calls(); !slices.Equal(calls, []string{"CreateKey"}) {
			t.Errorf("called %v", calls)
		}
	}
}
