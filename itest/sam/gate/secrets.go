package gate

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// secretCall is what the policies look at in a call to Secrets Manager.
type secretCall struct {
	Name, SecretId, KmsKeyId   string
	RecoveryWindowInDays       json.Number
	ForceDeleteWithoutRecovery bool
	Tags                       []any
}

// arn is the secret's, at the end of whose name Secrets Manager puts six random
// characters.
func (c secretCall) arn() string {
	name := c.SecretId
	if c.Name != "" {
		name = c.Name
	}
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return resourceARN("secretsmanager", "secret:"+name+"-AbCdEf")
}

// judgeSecret is why a call to Secrets Manager is not let through, by the role's
// own policies or by that of the key that encrypts the secrets.
func (g *Gate) judgeSecret(operation string, body []byte) string {
	var c secretCall
	err := json.Unmarshal(body, &c)
	if err != nil {
		return err.Error()
	}
	refused := g.all(secretRequests(operation, c))
	if refused != "" {
		return refused
	}
	return g.judgeSealing(operation, c)
}

// secretRequests ask about a secret. One that is made with tags is tagged, too.
func secretRequests(operation string, c secretCall) []policy.Request {
	context := map[string][]string{}
	if operation == "DeleteSecret" {
		context["secretsmanager:ForceDeleteWithoutRecovery"] = []string{fmt.Sprint(c.ForceDeleteWithoutRecovery)}
	}
	if c.RecoveryWindowInDays != "" {
		context["secretsmanager:RecoveryWindowInDays"] = []string{c.RecoveryWindowInDays.String()}
	}
	requests := []policy.Request{{Action: "secretsmanager:" + operation, Resource: c.arn(), Context: context}}
	if len(c.Tags) > 0 {
		requests = append(requests, policy.Request{Action: "secretsmanager:TagResource", Resource: c.arn()})
	}
	return requests
}

// sealings are what Secrets Manager asks of the key, in the caller's name. Making a
// secret, it first tries whether the caller may use the key both ways; see "Secret
// encryption and decryption" in its user guide.
var sealings = map[string][]string{
	"CreateSecret":   {"kms:GenerateDataKey", "kms:Decrypt"},
	"GetSecretValue": {"kms:Decrypt"},
}

func (g *Gate) judgeSealing(operation string, c secretCall) string {
	arn, k, err := g.secretsKey()
	if err != nil {
		return err.Error()
	}
	if operation == "CreateSecret" && c.KmsKeyId != arn {
		return "secretsmanager:CreateSecret with another key: " + c.KmsKeyId
	}
	for _, action := range sealings[operation] {
		refused := g.judgeUse(k, policy.Request{Principal: g.role, Action: action, Resource: arn, Context: map[string][]string{
			"kms:ViaService":                  {"secretsmanager." + template.Region + ".amazonaws.com"},
			"kms:EncryptionContext:SecretARN": {c.arn()},
		}})
		if refused != "" {
			return refused
		}
	}
	return ""
}

// secretsKey is the key of the template that encrypts secrets.
func (g *Gate) secretsKey() (arn string, k *key, err error) {
	const id = "SecretsKey"
	r, err := g.stack.Resource(id)
	if err != nil {
		return "", nil, err
	}
	name, err := g.stack.Resolve(map[string]any{"Fn::GetAtt": []any{id, "Arn"}})
	if err != nil {
		return "", nil, err
	}
	arn = fmt.Sprint(name)
	k, err = keyUnder(arn, r.Properties["KeyPolicy"])
	return arn, k, err
}
