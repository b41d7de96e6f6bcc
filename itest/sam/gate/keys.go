package gate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
)

const kmsTarget = "TrentService"

// key is a KMS key as its makers asked for it.
type key struct{ policy []policy.Statement }

// creation is what the policies look at in a CreateKey.
type creation struct {
	Policy                         string
	KeySpec, KeyUsage, Origin      string
	BypassPolicyLockoutSafetyCheck bool
	Tags                           []struct{ TagKey, TagValue string }
}

func (c creation) context() map[string][]string {
	origin := c.Origin
	if origin == "" {
		origin = "AWS_KMS"
	}
	context := map[string][]string{
		"kms:KeySpec": {c.KeySpec}, "kms:KeyUsage": {c.KeyUsage}, "kms:KeyOrigin": {origin},
		"kms:BypassPolicyLockoutSafetyCheck": {fmt.Sprint(c.BypassPolicyLockoutSafetyCheck)},
	}
	for _, tag := range c.Tags {
		context["aws:RequestTag/"+tag.TagKey] = []string{tag.TagValue}
		context["aws:TagKeys"] = append(context["aws:TagKeys"], tag.TagKey)
	}
	return context
}

// judgeKey is why a call to KMS is not let through. A key's tags are not in what
// the policies see: KMS counts them up to five minutes after they were given, and
// every use has to be let through before that.
func (g *Gate) judgeKey(operation string, body []byte) string {
	if operation == "CreateKey" {
		return g.judgeCreation(body)
	}
	var in struct {
		KeyId, SigningAlgorithm, MessageType string
		PendingWindowInDays                  json.Number
	}
	err := json.Unmarshal(body, &in)
	if err != nil {
		return err.Error()
	}
	arn := keyARN(in.KeyId)
	k := g.keys.find(arn)
	if k == nil {
		return "kms:" + operation + " on a key that the gate did not see made: " + in.KeyId
	}
	context := map[string][]string{"kms:SigningAlgorithm": {in.SigningAlgorithm}, "kms:MessageType": {in.MessageType}}
	if in.PendingWindowInDays != "" {
		context["kms:ScheduleKeyDeletionPendingWindowInDays"] = []string{in.PendingWindowInDays.String()}
	}
	return g.judgeUse(k, policy.Request{Principal: g.role, Action: "kms:" + operation, Resource: arn, Context: context})
}

// judgeUse asks the key's policy, which grants to the role itself, or to the
// account, and then the role's own policies have to grant as well.
func (g *Gate) judgeUse(k *key, r policy.Request) string {
	direct := policy.Allows(k.policy, r)
	account := r
	account.Principal = "arn:aws:iam::" + template.Account + ":root"
	if direct || policy.Allows(k.policy, account) && policy.Allows(g.policies, r) {
		g.saw(r.Action)
		return ""
	}
	return fmt.Sprintf("%s on %s with %v", r.Action, r.Resource, r.Context)
}

// judgeCreation asks for kms:CreateKey, for kms:TagResource when there are tags,
// and for the power to change the key's policy, unless the caller bypasses that
// check. See "Allow a user to create KMS keys" in the developer guide of KMS.
//
// What a condition sees of the tagging, before there is a key, the guide leaves
// open. The policies have to hold either way, so it is asked with all that the
// request says, and with nothing.
func (g *Gate) judgeCreation(body []byte) string {
	var c creation
	err := json.Unmarshal(body, &c)
	if err != nil {
		return err.Error()
	}
	context := c.context()
	requests := []policy.Request{{Action: "kms:CreateKey", Resource: "*", Context: context}}
	if len(c.Tags) > 0 {
		for _, seen := range []map[string][]string{context, nil} {
			requests = append(requests, policy.Request{Action: "kms:TagResource", Resource: resourceARN("kms", "key/new"), Context: seen})
		}
	}
	if !c.BypassPolicyLockoutSafetyCheck {
		requests = append(requests, policy.Request{Action: "kms:PutKeyPolicy", Resource: resourceARN("kms", "key/new"), Context: context})
	}
	return g.all(requests)
}

// create has the emulator make a key and remembers its policy and tags.
func (g *Gate) create(w http.ResponseWriter, r *http.Request, body []byte) {
	rec := httptest.NewRecorder()
	g.pass.ServeHTTP(rec, r)
	var c creation
	var made struct{ KeyMetadata struct{ Arn string } }
	if json.Unmarshal(body, &c) == nil && json.Unmarshal(rec.Body.Bytes(), &made) == nil {
		g.remember(keyARN(made.KeyMetadata.Arn), c)
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes()) // the client may be gone
}

func (g *Gate) remember(arn string, c creation) {
	var document any
	err := json.Unmarshal([]byte(c.Policy), &document)
	if err != nil {
		return // a key that nobody may use: its uses are refused
	}
	k, err := keyUnder(arn, document)
	if err != nil {
		return // likewise
	}
	g.keys.add(arn, k)
}

// keyUnder is a key with its policy.
func keyUnder(arn string, document any) (*key, error) {
	statements, err := policy.Read(document)
	if err != nil {
		return nil, err
	}
	for i, s := range statements {
		if len(s.Resources) == 1 && s.Resources[0] == "*" { // in a key's policy: this key
			statements[i].Resources = []string{arn}
		}
	}
	return &key{policy: statements}, nil
}

func (k *Keys) add(arn string, made *key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byARN == nil {
		k.byARN = map[string]*key{}
	}
	k.byARN[arn] = made
}

func (k *Keys) find(arn string) *key {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.byARN[arn]
}

// keyARN is the ARN of an emulator's key as it would be in the stack's account.
func keyARN(name string) string {
	return resourceARN("kms", "key/"+name[strings.LastIndex(name, "/")+1:])
}
