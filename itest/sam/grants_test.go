package sam_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/itest/sam/policy"
	"github.com/gatepost/gatepost/itest/sam/template"
)

const (
	secretsPath = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gatepost/gatepost/keys/*"
	anyKey      = "arn:aws:kms:eu-central-1:111122223333:key/*"
	ownTag      = "aws:RequestTag/gatepost:stack=gatepost"
	ownTags     = "ForAllValues:StringEquals aws:TagKeys=gatepost:connector,gatepost:stack"
)

// grants are all that the functions may do outside of the tables. No function
// grants itself kms:Sign: the policy of each key does, to the roles that keys is
// told of.
var grants = map[string][]string{
	"sso": {
		"secretsmanager:GetSecretValue on " + secretsPath,
		"logs:CreateLogStream on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/sso:*",
		"logs:PutLogEvents on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/sso:*",
	},
	"portal": {
		"logs:CreateLogStream on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/portal:*",
		"logs:PutLogEvents on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/portal:*",
	},
	"metadata": {
		"logs:CreateLogStream on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/metadata:*",
		"logs:PutLogEvents on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/metadata:*",
	},
	"admin": {
		"lambda:InvokeFunction on arn:aws:lambda:eu-central-1:111122223333:function:gatepost-keys",
		"logs:CreateLogStream on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/admin:*",
		"logs:PutLogEvents on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/admin:*",
	},
	"keys": {
		"kms:CreateKey on * if " + ownTags + " " + ownTag + " kms:KeyOrigin=AWS_KMS kms:KeySpec=RSA_2048 kms:KeyUsage=SIGN_VERIFY",
		"kms:TagResource on " + anyKey + " if " + ownTags + " StringEqualsIfExists " + ownTag +
			" StringEqualsIfExists kms:KeySpec=RSA_2048 StringEqualsIfExists kms:KeyUsage=SIGN_VERIFY",
		"secretsmanager:CreateSecret on " + secretsPath,
		"secretsmanager:TagResource on " + secretsPath,
		"secretsmanager:GetSecretValue on " + secretsPath,
		"secretsmanager:DeleteSecret on " + secretsPath + " if BoolIfExists secretsmanager:ForceDeleteWithoutRecovery=false" +
			" NumericGreaterThanEquals secretsmanager:RecoveryWindowInDays=30",
		"logs:CreateLogStream on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/keys:*",
		"logs:PutLogEvents on arn:aws:logs:eu-central-1:111122223333:log-group:/gatepost/gatepost/keys:*",
	},
}

func grantComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	for _, f := range functions {
		var got []string
		for _, statement := range c.statements(s, f) {
			for _, action := range statement.Actions {
				if statement.Allow && !strings.HasPrefix(action, "dynamodb:") {
					got = append(got, grantTexts(action, statement)...)
				}
			}
		}
		c.same("what "+f.name+" may do outside of the tables", got, grants[f.name])
	}
	return c.list
}

// grantTexts are the grants of an action by a statement, in words.
func grantTexts(action string, s policy.Statement) []string {
	var conditions []string
	for _, condition := range s.Conditions {
		text := condition.Key + "=" + strings.Join(condition.Values, ",")
		if condition.Operator != "StringEquals" {
			text = condition.Operator + " " + text
		}
		conditions = append(conditions, text)
	}
	var all []string
	for _, resource := range s.Resources {
		text := action + " on " + resource
		if len(conditions) > 0 {
			text += " if " + strings.Join(conditions, " ")
		}
		all = append(all, text)
	}
	return all
}

// statementComplaints are the rules for every statement of every role.
func statementComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	for _, f := range functions {
		statements := c.statements(s, f)
		for _, statement := range statements {
			c.statement(f, statement)
		}
		if mayPutEvents(statements) && !eventsStay(statements) {
			c.add("%s may put events and is not denied changing them", f.name)
		}
	}
	return c.list
}

func (c *complaint) statement(f function, s policy.Statement) {
	where := fmt.Sprintf("%s, statement %q", f.name, s.Sid)
	for _, action := range s.Actions {
		switch {
		case strings.Contains(action, "*"):
			c.add("%s: action %q has a wildcard", where, action)
		case strings.HasPrefix(action, "dynamodb:") && !slices.Contains(dataActions, action):
			c.add("%s: action %q is not one that a function needs", where, action)
		}
	}
	if slices.Contains(s.Resources, "*") && (!slices.Equal(s.Actions, []string{"kms:CreateKey"}) || len(s.Conditions) == 0) {
		c.add("%s: any resource, for %v under %d conditions", where, s.Actions, len(s.Conditions))
	}
	has := func(operator, value string) bool {
		return slices.ContainsFunc(s.Conditions, func(condition policy.Condition) bool {
			return condition.Key == "dynamodb:LeadingKeys" && condition.Operator == operator && (value == "" || slices.Equal(condition.Values, []string{value}))
		})
	}
	onTables := slices.ContainsFunc(s.Actions, func(action string) bool { return strings.HasPrefix(action, "dynamodb:") })
	switch {
	case !onTables || onIndexes(s):
	case s.Allow && !(has("ForAllValues:StringLike", "") && has("Null", "false")):
		// ForAllValues alone also holds when the request names no key.
		c.add("%s: tables are open without a condition on every key", where)
	case !s.Allow && !has("ForAnyValue:StringLike", ""):
		c.add("%s: a denial that a second key gets around", where)
	}
}

// onIndexes reports whether a statement allows queries of the indexes alone, where
// events are and nothing else.
func onIndexes(s policy.Statement) bool {
	return s.Allow && slices.Equal(s.Actions, []string{"dynamodb:Query"}) &&
		!slices.ContainsFunc(s.Resources, func(r string) bool {
			return r != eventsTable+"/index/by-user" && r != eventsTable+"/index/by-connector"
		})
}

var eventsTable = tableARN("ActivityTable")

func eventRequest(action string) policy.Request {
	return onItem(action, eventsTable, "EVENT#2026-11-24#0")
}

func mayPutEvents(statements []policy.Statement) bool {
	return policy.Allows(statements, eventRequest("dynamodb:PutItem"))
}

// eventsStay reports whether events could not be changed even by a role that was
// given everything else.
func eventsStay(statements []policy.Statement) bool {
	everything := append(slices.Clone(statements), policy.Statement{Allow: true, Actions: []string{"*"}, Resources: []string{"*"}})
	return !slices.ContainsFunc([]string{"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
		func(action string) bool { return policy.Allows(everything, eventRequest(action)) })
}

// roleComplaints see to it that a function has its own role and nobody else has
// one, and that no policy comes from elsewhere. The roles that administrators
// assume are not made until somebody may: see principalComplaints.
func roleComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	all, err := s.Resources()
	c.failed(err)
	var roles, used []string
	for _, r := range all {
		switch r.Type {
		case "AWS::IAM::Role":
			roles = append(roles, r.ID)
			c.assumedByLambda(r)
		case "AWS::Serverless::Function":
			for _, f := range functions {
				if f.id == r.ID && r.Properties["Role"] == "arn:aws:iam::111122223333:role/gatepost-"+f.role {
					used = append(used, f.role)
				}
			}
		}
		if strings.HasPrefix(r.Type, "AWS::IAM::") && r.Type != "AWS::IAM::Role" {
			c.add("%s is a %s: policies stand in their roles", r.ID, r.Type)
		}
	}
	c.same("the roles and who has them", roles, used)
	return c.list
}

func (c *complaint) assumedByLambda(r template.Resource) {
	trust, err := policy.Read(r.Properties["AssumeRolePolicyDocument"])
	if c.failed(err) {
		return
	}
	if len(trust) != 1 || !slices.Equal(trust[0].Actions, []string{"sts:AssumeRole"}) || !slices.Equal(trust[0].Principals, []string{"lambda.amazonaws.com"}) {
		c.add("%s can be assumed by others than Lambda: %v", r.ID, trust)
	}
}

// secretsKeyComplaints look at the policy of the key that encrypts secrets.
func secretsKeyComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	r, err := s.Resource("SecretsKey")
	if c.failed(err) {
		return c.list
	}
	statements, err := policy.Read(r.Properties["KeyPolicy"])
	c.failed(err)
	const role = "arn:aws:iam::111122223333:role/gatepost-"
	var got []string
	for _, statement := range statements {
		for _, action := range statement.Actions {
			if strings.Contains(action, "*") {
				c.add("SecretsKey: action %q has a wildcard", action)
			}
		}
		for _, principal := range statement.Principals {
			for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:CreateGrant"} {
				if slices.Contains(statement.Actions, action) {
					got = append(got, grantTexts(action+" by "+strings.TrimPrefix(principal, role), statement)...)
				}
			}
		}
	}
	const via = " on * if kms:ViaService=secretsmanager.eu-central-1.amazonaws.com StringLike kms:EncryptionContext:SecretARN=" + secretsPath
	c.same("who may use the key of the secrets", got, []string{
		"kms:Decrypt by SsoRole" + via, "kms:Decrypt by KeysRole" + via, "kms:GenerateDataKey by KeysRole" + via,
	})
	c.kept(r)
	return c.list
}

// kept sees to it that a resource outlives its stack, save one that never came
// about, and is found afterwards by the mark that keys and secrets have, too.
func (c *complaint) kept(r template.Resource) {
	for attribute, want := range map[string]string{"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"} {
		if r.Attributes[attribute] != want {
			c.add("%s: %s is %v", r.ID, attribute, r.Attributes[attribute])
		}
	}
	if mark := fmt.Sprint(r.Properties["Tags"]); mark != "[map[Key:gatepost:stack Value:gatepost]]" {
		c.add("%s is marked %s", r.ID, mark)
	}
}
