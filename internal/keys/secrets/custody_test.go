package secrets

import (
	"strings"
	"testing"
)

func TestNamesOfSecretsOfOurs(t *testing.T) {
	id := "k_" + strings.Repeat("a", 26)
	for name, want := range map[string]bool{
		"gatepost/keys/" + id:                                  true,
		"gatepost/prod/keys/" + id:                             true,
		"gatepost/" + strings.Repeat("x", 128) + "/keys/" + id: true,
		"gatepost/" + strings.Repeat("x", 129) + "/keys/" + id: false,
		"gatepost/a/b/keys/" + id:                              false,
		"gatepost/a_b/keys/" + id:                              false,
		"x" + "gatepost/keys/" + id:                            false,
		"gatepost/keys/" + id + "a":                            false,
		"gatepost/keys/" + id + "\n":                           false,
		"keys/" + id:                                           false,
		"database/password":                                    false,
		"arn:aws:secretsmanager:eu-central-1:111122223333:secret:gatepost/keys/" + id + "-AbCdEf": false,
		"": false,
	} {
		if validRef(name) != want {
			t.Errorf("%q is ours: %t", name, !want)
		}
	}
}
