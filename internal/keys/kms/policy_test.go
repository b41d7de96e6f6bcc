package kms

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The roles of the two functions that sign.
var signerRoles = []string{
	"arn:aws:iam::111122223333:role/gatepost-SsoRole-A1B2C3",
	"arn:aws:iam::111122223333:role/gatepost-KeysRole-D4E5F6",
}

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func TestThePolicyOfAKey(t *testing.T) {
	got, err := policyFor(holders{signerRoles, signerRoles[1]}, 30)
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
	text, err := policyFor(holders{signerRoles, signerRoles[1]}, 30)
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

// TestOnlyAdministratorsAndTheKeeperDelete sees to it that the function that talks
// to the internet cannot end a key, and that the one that makes keys cannot end
// one at once.
func TestOnlyAdministratorsAndTheKeeperDelete(t *testing.T) {
	for window, want := range map[int32]string{30: "30", 7: "7"} {
		text, err := policyFor(holders{signerRoles, signerRoles[1]}, window)
		if err != nil {
			t.Fatal(err)
		}
		var policy document
		err = json.Unmarshal([]byte(text), &policy)
		if err != nil {
			t.Fatal(err)
		}
		who := map[string]string{}
		for _, s := range policy.Statement {
			if slices.Contains(s.Action, "kms:ScheduleKeyDeletion") {
				who[strings.Join(s.Principal["AWS"], " ")] = s.Condition["NumericGreaterThanEquals"]["kms:ScheduleKeyDeletionPendingWindowInDays"]
			}
		}
		if !maps.Equal(who, map[string]string{"arn:aws:iam::111122223333:root": "", signerRoles[1]: want}) {
			t.Errorf("deletion is allowed to %v", who)
		}
	}
}

func TestWithoutAKeeperAdministratorsAloneDelete(t *testing.T) {
	text, err := policyFor(holders{signers: signerRoles}, 30)
	if err != nil || strings.Count(text, "kms:ScheduleKeyDeletion") != 1 {
		t.Errorf("%v, the policy is\n%s", err, text)
	}
	_, err = policyFor(holders{signerRoles, "arn:aws:iam::444455556666:role/keys"}, 30)
	if err == nil || !strings.Contains(err.Error(), "another account") {
		t.Errorf("a keeper of another account: %v", err)
	}
}

func TestThePolicyFollowsThePartition(t *testing.T) {
	text, err := policyFor(holders{signers: []string{"arn:aws-us-gov:iam::111122223333:role/path/to/x"}}, 30)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, `"arn:aws-us-gov:iam::111122223333:root"`) {
		t.Errorf("the policy is\n%s", text)
	}
}

func TestNoPolicyIsWrittenThatLetsNobodyOrAnybodySign(t *testing.T) {
	tests := []struct {
		name  string
		roles []string
		word  string
	}{
		{"no roles", nil, "no role"},
		{"a user", []string{"arn:aws:iam::111122223333:user/alice"}, "not the ARN"},
		{"everybody", []string{"*"}, "not the ARN"},
		{"the account", []string{"arn:aws:iam::111122223333:root"}, "not the ARN"},
		{"a name that is too long", []string{"arn:aws:iam::111122223333:role/" + strings.Repeat("x", maxRole+1)}, "not the ARN"},
		{"two accounts", []string{signerRoles[0], "arn:aws:iam::444455556666:role/x"}, "another account"},
		{"two partitions", []string{signerRoles[0], "arn:aws-cn:iam::111122223333:role/x"}, "another account"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, err := policyFor(holders{signers: test.roles}, 30)
			if text != "" || err == nil || !strings.Contains(err.Error(), test.word) {
				t.Errorf("got %q, %v", text, err)
			}
		})
	}
}
