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
type key struct {
	policy []policy.Statement
	tags   map[string]string
}

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

// judgeKey is why a call to KMS is not let through.
func (g *Gate) judgeKey(operation string, body []byte) string {
	if operation == "CreateKey" {
		return g.judgeCreation(body)
	}
	var in struct{ KeyId, SigningAlgorithm, MessageType string }
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
	for name, value := range k.tags {
		context["aws:ResourceTag/"+name] = []string{value}
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
func (g *Gate) judgeCreation(body []byte) string {
	var c creation
	err := json.Unmarshal(body, &c)
	if err != nil {
		return err.Error()
	}
	context := c.context()
	requests := []policy.Request{{Action: "kms:CreateKey", Resource: "*", Context: context}}
	if len(c.Tags) > 0 {
		requests = append(requests, policy.Request{Action: "kms:TagResource", Resource: resourceARN("kms", "key/new"), Context: context})
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
	k := &key{tags: map[string]string{}}
	for _, tag := range c.Tags {
		k.tags[tag.TagKey] = tag.TagValue
	}
	var document any
	err := json.Unmarshal([]byte(c.Policy), &document)
	if err == nil {
		k.policy, err = policy.Read(document)
	}
	if err != nil {
		return // a key that nobody may use: its uses are refused
	}
	for i, s := range k.policy {
		if len(s.Resources) == 1 && s.Resources[0] == "*" { // in a key's policy: this key
			k.policy[i].Resources = []string{arn}
		}
	}
	g.keys.add(arn, k)
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

// secretRequests ask about a secret under its ARN, at the end of whose name Secrets
// Manager puts six random characters. One that is made with tags is tagged, too.
func secretRequests(operation string, body []byte) ([]policy.Request, error) {
	var in struct {
		Name, SecretId string
		Tags           []any
	}
	err := json.Unmarshal(body, &in)
	if err != nil {
		return nil, err
	}
	resource := in.SecretId
	if in.Name != "" {
		resource = in.Name
	}
	if !strings.HasPrefix(resource, "arn:") {
		resource = resourceARN("secretsmanager", "secret:"+resource+"-AbCdEf")
	}
	requests := []policy.Request{{Action: "secretsmanager:" + operation, Resource: resource}}
	if len(in.Tags) > 0 {
		requests = append(requests, policy.Request{Action: "secretsmanager:TagResource", Resource: resource})
	}
	return requests, nil
}
