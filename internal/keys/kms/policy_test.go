package kms

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func TestThePolicyOfAKey(t *testing.T) {
	got, err := policyFor(signerRoles)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("testdata", "policy.json")
	if *update {
		err := os.WriteFile(name, []byte(got+"\n"), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("the policy is\n%s\nwant\n%s", got, want)
	}
}

func TestOnlyTheSignersMaySign(t *testing.T) {
	text, err := policyFor(signerRoles)
	if err != nil {
		t.Fatal(err)
	}
	var policy document
	err = json.Unmarshal([]byte(text), &policy)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range policy.Statement {
		signs := slices.Contains(s.Action, "kms:Sign")
		if signs && !slices.Equal(s.Principal["AWS"], signerRoles) {
			t.Errorf("%s lets %v sign", s.Sid, s.Principal)
		}
		if signs && (s.Condition["StringEquals"]["kms:MessageType"] != "DIGEST" || len(s.Action) != 1) {
			t.Errorf("%s lets sign anything", s.Sid)
		}
		for _, action := range s.Action {
			if strings.Contains(action, "*") || action == "kms:CreateGrant" {
				t.Errorf("%s allows %s", s.Sid, action)
			}
		}
	}
}

func TestThePolicyFollowsThePartition(t *testing.T) {
	text, err := policyFor([]string{"arn:aws-us-gov:iam::111122223333:role/path/to/x"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, `"arn:aws-us-gov:iam::111122223333:root"`) {
		t.Errorf("the policy is\n%s", text)
	}
}
