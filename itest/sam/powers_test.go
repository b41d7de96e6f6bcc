package sam_test

import (
	"slices"

	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// power is a call that would let its caller sign, read what signs, or become
// somebody who may.
type power struct{ action, resource string }

// powers are asked about by name, beside the list of all grants, so that this
// promise does not hang on how the list is read.
var powers = []power{
	{"kms:Sign", "arn:aws:kms:eu-central-1:111122223333:key/0a1b"},
	{"kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:key/0a1b"},
	{"kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:key/gatepost-SecretsKey"},
	{"kms:GenerateDataKey", "arn:aws:kms:eu-central-1:111122223333:key/gatepost-SecretsKey"},
	{"kms:ReEncryptFrom", "arn:aws:kms:eu-central-1:111122223333:key/gatepost-SecretsKey"},
	{"kms:CreateGrant", "arn:aws:kms:eu-central-1:111122223333:key/0a1b"},
	{"kms:ScheduleKeyDeletion", "arn:aws:kms:eu-central-1:111122223333:key/0a1b"},
	{"kms:TagResource", "arn:aws:kms:eu-central-1:111122223333:key/0a1b"},
	{"kms:PutKeyPolicy", "arn:aws:kms:eu-central-1:111122223333:key/0a1b"},
	{"kms:CreateKey", "*"},
	{"secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gatepost/gatepost/keys/aws-a-AbCdEf"},
	{"secretsmanager:BatchGetSecretValue", "*"},
	{"secretsmanager:DeleteSecret", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gatepost/gatepost/keys/aws-a-AbCdEf"},
	{"secretsmanager:PutSecretValue", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gatepost/gatepost/keys/aws-a-AbCdEf"},
	{"secretsmanager:PutResourcePolicy", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gatepost/gatepost/keys/aws-a-AbCdEf"},
	{"iam:PassRole", "arn:aws:iam::111122223333:role/gatepost-SsoRole"},
	{"iam:PutRolePolicy", "arn:aws:iam::111122223333:role/gatepost-AdminRole"},
	{"sts:AssumeRole", "arn:aws:iam::111122223333:role/gatepost-SsoRole"},
	{"lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:111122223333:function:gatepost-keys"},
	{"lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:111122223333:function:gatepost-sso"},
	{"execute-api:Invoke", tokenRoute},
}

// powerless are the functions that have none of them.
var powerless = []string{"portal", "metadata", "admin"}

// forged are writes that would do the same by way of the tables. They stay denied
// to a role that was given everything else.
var forged = map[string][]policy.Request{
	"portal": {
		tableWrite("dynamodb:PutItem", "ActivityTable", "APITOKEN"), tableWrite("dynamodb:UpdateItem", "ActivityTable", "SETUP"),
	},
	"admin": {
		tableWrite("dynamodb:PutItem", "ActivityTable", "SESSION#u_1"), tableWrite("dynamodb:UpdateItem", "ActivityTable", "SESSION#u_1"),
		tableWrite("dynamodb:BatchWriteItem", "ActivityTable", "SESSION#u_1"), tableWrite("dynamodb:PutItem", "ActivityTable", "LAUNCH#u_1"),
		tableWrite("dynamodb:PutItem", "ConfigTable", "KEY#aws-a"), tableWrite("dynamodb:UpdateItem", "ConfigTable", "KEY#aws-a"),
		tableWrite("dynamodb:DeleteItem", "ConfigTable", "KEY#aws-a"), tableWrite("dynamodb:BatchWriteItem", "ConfigTable", "KEY#aws-a"),
		tableWrite("dynamodb:PutItem", "ConfigTable", "KEYPRINT"), tableWrite("dynamodb:DeleteItem", "ConfigTable", "KEYPRINT"),
	},
}

// tableWrite names a second, harmless key, which must not help.
func tableWrite(action, table, key string) policy.Request {
	return onItem(action, tableARN(table), "OTHER", key)
}

func powerComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	for _, f := range functions {
		statements := c.statements(s, f)
		everything := append(slices.Clone(statements), policy.Statement{Allow: true, Actions: []string{"*"}, Resources: []string{"*"}})
		for _, r := range forged[f.name] {
			if policy.Allows(everything, r) {
				c.add("%s is not denied %s with %v", f.name, r.Action, r.Context)
			}
		}
		if !slices.Contains(powerless, f.name) {
			continue
		}
		for _, p := range powers {
			if policy.Allows(statements, policy.Request{Action: p.action, Resource: p.resource, Context: trustedContext}) {
				c.add("%s may call %s on %s", f.name, p.action, p.resource)
			}
		}
	}
	return c.list
}

// trustedContext satisfies the conditions that stand in the template, so that a
// grant does not hide behind one.
var trustedContext = map[string][]string{
	"kms:ViaService": {"secretsmanager.eu-central-1.amazonaws.com"}, "kms:KeySpec": {"RSA_2048"}, "kms:KeyUsage": {"SIGN_VERIFY"},
	"kms:KeyOrigin": {"AWS_KMS"}, "aws:RequestTag/gatepost:stack": {"gatepost"}, "aws:ResourceTag/gatepost:stack": {"gatepost"},
	"aws:TagKeys": {"gatepost:connector", "gatepost:stack"}, "kms:ScheduleKeyDeletionPendingWindowInDays": {"30"},
	"kms:EncryptionContext:SecretARN":     {"arn:aws:secretsmanager:eu-central-1:111122223333:secret:gatepost/gatepost/keys/aws-a-AbCdEf"},
	"secretsmanager:RecoveryWindowInDays": {"30"}, "secretsmanager:ForceDeleteWithoutRecovery": {"false"},
}
