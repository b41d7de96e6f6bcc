package keys

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/secrets"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

// TestASecretWhoseNextVersionIsPending: somebody has switched on Secrets Manager's own
// rotation, which puts a version beside the one in use. Keys are rotated by Gatepost.
func TestASecretWhoseNextVersionIsPending(t *testing.T) {
	address := emulator.Kumo(t)
	k, watch := keepInSecrets(t, address)
	other, _ := keepInSecrets(t, address)
	out, err := secretsClient(address).GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &other.ref})
	must(t, err)
	asked := ""
	k.proxy.Next("GetSecretValue", fault.Look(func(_ http.Header, body []byte) {
		var request struct{ VersionStage string }
		if json.Unmarshal(body, &request) == nil {
			asked = request.VersionStage
		}
	}))
	cold := secrets.New(secretsmanager.NewFromConfig(once(k.proxy.URL)), secrets.Options{Now: watch.now})
	must(t, sign(t.Context(), cold, k.ref, k.pub))
	if asked != "AWSCURRENT" {
		t.Errorf("the stage %q is asked for", asked)
	}
	answer, err := json.Marshal(map[string]any{"Name": k.ref, "SecretString": out.SecretString, "VersionId": "2", "VersionStages": []string{"AWSPENDING"}})
	must(t, err)
	for _, pub := range []kept{k, other} {
		cold = secrets.New(secretsmanager.NewFromConfig(once(k.proxy.URL)), secrets.Options{Now: watch.now})
		k.proxy.Next("GetSecretValue", fault.Wire(http.StatusOK, nil, string(answer)))
		mustBeOnly(t, sign(t.Context(), cold, k.ref, pub.pub), keys.ErrUnavailable)
		must(t, sign(t.Context(), cold, k.ref, k.pub)) // and the one in use goes on
	}
}
