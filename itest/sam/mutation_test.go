package sam_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/sam/template"
)

// A check that cannot fail proves nothing. Each case changes the template and
// names a check that must complain of it, and a word of the complaint.
func TestEveryChangeForTheWorseIsSeen(t *testing.T) {
	for _, c := range []struct {
		name, anchor, old, new string
		check, word            string
	}{
		{"sso reads credentials", "  SsoRole:", "'USER#*'", "'USER#*', 'CRED#*'", "access", `sso, items "CRED#"`},
		{"sso makes sessions", "  SsoRole:", "dynamodb:LeadingKeys: 'EVENT#*'}\n                  'Null'", "dynamodb:LeadingKeys: ['EVENT#*', 'SESSION#*']}\n                  'Null'", "access", `sso, items "SESSION#"`},
		{"sso lists", "  SsoRole:", "Action: dynamodb:PutItem", "Action: [dynamodb:PutItem, dynamodb:Query]", "access", "dynamodb:Query"},
		{"sso reads one by one", "  SsoRole:", "                  StringEquals: {dynamodb:EnclosingOperation: TransactGetItems}\n", "", "access", "dynamodb:GetItem"},
		{"sso reads what is no snapshot", "  SsoRole:", "Action: dynamodb:PutItem", "Action: [dynamodb:PutItem, dynamodb:BatchGetItem]", "access", "dynamodb:BatchGetItem"},
		{"a pattern is wider by one character", "  SsoRole:", "'USER#*'", "'USER*'", "access", `sso, items "USERNAME"`},
		{"a pattern loses its mark", "  MetadataRole:", "'KEY#*'", "'KEY*'", "access", `metadata, items "KEYPRINT"`},
		{"the portal writes connectors", "  PortalRole:", "Resource: [!GetAtt DirectoryTable.Arn, !GetAtt ActivityTable.Arn]\n                Condition:\n                  ForAllValues:StringLike: {dynamodb:LeadingKeys: ['CRED#*', 'SESSION#*'", "Resource: [!GetAtt ConfigTable.Arn, !GetAtt DirectoryTable.Arn, !GetAtt ActivityTable.Arn]\n                Condition:\n                  ForAllValues:StringLike: {dynamodb:LeadingKeys: ['CONNECTOR#*', 'CRED#*', 'SESSION#*'", "access", `portal, items "CONNECTOR#"`},
		{"the portal makes members", "  PortalRole:", "dynamodb:LeadingKeys: ['CRED#*', 'SESSION#*'", "dynamodb:LeadingKeys: ['USER#*', 'CRED#*', 'SESSION#*'", "access", `portal, items "USER#"`},
		{"the portal may sign", "  PortalRole:", "- Sid: Log", "- Sid: Sign\n                Effect: Allow\n                Action: kms:Sign\n                Resource: arn:aws:kms:eu-central-1:111122223333:key/1\n              - Sid: Log", "grants", "kms:Sign"},
		{"sso may sign by its own policy", "  SsoRole:", "Action: secretsmanager:GetSecretValue", "Action: [secretsmanager:GetSecretValue, kms:Sign]", "grants", "kms:Sign"},
		{"the portal reads secrets", "  PortalRole:", "Action: [logs:CreateLogStream", "Action: [secretsmanager:GetSecretValue, logs:CreateLogStream", "grants", "secretsmanager:GetSecretValue"},
		{"sso reads every secret", "  SsoRole:", "secret:gatepost/${AWS::StackName}/keys/*", "secret:*", "grants", "secret:*"},
		{"sso writes secrets", "  SsoRole:", "Action: secretsmanager:GetSecretValue", "Action: [secretsmanager:GetSecretValue, secretsmanager:PutSecretValue]", "grants", "PutSecretValue"},
		{"keys deletes keys by a tag that it may give", "  KeysRole:", "Action: kms:TagResource", "Action: [kms:TagResource, kms:ScheduleKeyDeletion]", "grants", "kms:ScheduleKeyDeletion"},
		{"keys makes keys without their mark", "  KeysRole:", "                    aws:RequestTag/gatepost:stack: !Ref AWS::StackName\n", "", "grants", "kms:CreateKey"},
		{"keys gives any tag", "  KeysRole:", "                    kms:KeyUsage: SIGN_VERIFY\n                    aws:RequestTag/gatepost:stack: !Ref AWS::StackName\n                  ForAllValues:StringEquals: {aws:TagKeys: ['gatepost:connector', 'gatepost:stack']}\n", "                    kms:KeyUsage: SIGN_VERIFY\n", "grants", "kms:TagResource"},
		{"keys ends secrets at once", "  KeysRole:", "                  BoolIfExists: {secretsmanager:ForceDeleteWithoutRecovery: 'false'}\n", "", "grants", "secretsmanager:DeleteSecret"},
		{"keys ends secrets in a week", "  KeysRole:", "RecoveryWindowInDays: 30", "RecoveryWindowInDays: 7", "grants", "secretsmanager:DeleteSecret"},
		{"the secrets' key opens other secrets", "  SecretsKey:", "secret:gatepost/${AWS::StackName}/keys/*", "secret:*", "secrets", "SecretARN"},
		{"sso deletes keys", "  KeysFunction:", "GATEPOST_KEYS_ROLE: !GetAtt KeysRole.Arn", "GATEPOST_KEYS_ROLE: !GetAtt SsoRole.Arn", "functions", "GATEPOST_KEYS_ROLE"},
		{"keys makes keys of every kind", "  KeysRole:", "                    kms:KeySpec: RSA_2048\n", "", "grants", "kms:CreateKey"},
		{"an action of everything", "  KeysRole:", "Action: kms:TagResource", "Action: kms:*", "statements", "wildcard"},
		{"a resource of everything", "  SsoRole:", "Resource: !GetAtt SsoLog.Arn", "Resource: '*'", "statements", "any resource"},
		{"kms:CreateKey without a condition", "  KeysRole:", "                Condition:\n                  StringEquals:\n                    kms:KeySpec: RSA_2048\n                    kms:KeyUsage: SIGN_VERIFY\n                    kms:KeyOrigin: AWS_KMS\n                    aws:RequestTag/gatepost:stack: !Ref AWS::StackName\n                  ForAllValues:StringEquals: {aws:TagKeys: ['gatepost:connector', 'gatepost:stack']}\n", "", "statements", "any resource"},
		{"a table is read from end to end", "  MetadataRole:", "Action: dynamodb:BatchGetItem", "Action: [dynamodb:BatchGetItem, dynamodb:Scan]", "statements", "dynamodb:Scan"},
		{"a table is read in another language", "  MetadataRole:", "Action: dynamodb:BatchGetItem", "Action: [dynamodb:BatchGetItem, dynamodb:PartiQLSelect]", "statements", "dynamodb:PartiQLSelect"},
		{"a call without a key gets by", "  MetadataRole:", "                  'Null': {dynamodb:LeadingKeys: 'false'}\n", "", "statements", "without a condition on every key"},
		{"a forbidden key rides along", "  MetadataRole:", "ForAllValues:StringLike", "ForAnyValue:StringLike", "access", "beside a forbidden key"},
		{"a denial that a second key gets around", "  PortalRole:", "ForAnyValue:StringLike", "ForAllValues:StringLike", "statements", "gets around"},
		{"an index is open", "  PortalRole:", "Resource: [!GetAtt ConfigTable.Arn, !GetAtt ActivityTable.Arn]", "Resource: [!GetAtt ConfigTable.Arn, !GetAtt ActivityTable.Arn, !Sub '${ActivityTable.Arn}/index/*']", "access", "portal, index by-user"},
		{"events can be changed by whoever is given more", "  SsoRole:", "Action: [dynamodb:UpdateItem, dynamodb:DeleteItem, dynamodb:BatchWriteItem]", "Action: [dynamodb:UpdateItem, dynamodb:BatchWriteItem]", "statements", "is not denied changing them"},
		{"an operator that the checks do not know", "  SsoRole:", "ForAllValues:StringLike", "ForAllValues:ArnLike", "statements", "not known here"},
		{"everything but a list", "  SsoRole:", "Action: dynamodb:GetItem", "NotAction: dynamodb:PutItem", "access", "NotAction"},
		{"a managed policy", "  MetadataRole:", "Policies:", "ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]\n      Policies:", "access", "ManagedPolicyArns"},
		{"a policy from elsewhere", "  MetadataRole:", "    Type: AWS::IAM::Role", "    Type: AWS::IAM::RolePolicy", "roles", "RolePolicy"},
		{"a role that an account can assume", "  KeysRole:", "{Service: lambda.amazonaws.com}", "{AWS: '111122223333'}", "roles", "others than Lambda"},
		{"two functions with one role", "  PortalFunction:", "!GetAtt PortalRole.Arn", "!GetAtt SsoRole.Arn", "roles", "who has them"},
		{"SAM makes the role", "  SsoFunction:", "      Role: !GetAtt SsoRole.Arn\n", "", "roles", "who has them"},
		{"SAM adds a policy", "  SsoFunction:", "      MemorySize", "      Policies: [AmazonDynamoDBFullAccess]\n      MemorySize", "functions", "Policies"},
		{"the portal opens secrets with their key", "  SecretsKey:", "Principal: {AWS: [!GetAtt SsoRole.Arn,", "Principal: {AWS: [!GetAtt PortalRole.Arn, !GetAtt SsoRole.Arn,", "secrets", "PortalRole"},
		{"administrators open secrets with their key", "  SecretsKey:", "- kms:DescribeKey", "- kms:Decrypt", "secrets", "root"},
		{"the key of the secrets goes with the stack", "  SecretsKey:", "DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Delete", "secrets", "DeletionPolicy"},

		{"keys has an address", "  KeysFunction:", "      Timeout", "      FunctionUrlConfig: {AuthType: NONE}\n      Timeout", "functions", "FunctionUrlConfig"},
		{"keys has a route", "  HttpApi:", "function:${AWS::StackName}-metadata", "function:${AWS::StackName}-keys", "api", "gatepost-keys"},
		{"API Gateway may invoke keys", "  MetadataInvocation:", "!Ref MetadataFunction", "!Ref KeysFunction", "api", "who may invoke"},
		{"any API may invoke sso", "  SsoInvocation:", "${HttpApi}/*", "*", "api", "who may invoke"},
		{"the portal may have a key signed", "  KeysFunction:", "${SsoRole.Arn},${KeysRole.Arn}", "${SsoRole.Arn},${KeysRole.Arn},${PortalRole.Arn}", "functions", "GATEPOST_SIGNER_ROLES"},
		{"a variable that nobody knows", "  SsoFunction:", "GATEPOST_CONFIG_TABLE", "GATEPOST_CONFIGURATION_TABLE", "functions", "GATEPOST_CONFIGURATION_TABLE"},
		{"logs are plain text", "  SsoFunction:", "LogFormat: JSON", "LogFormat: Text", "functions", "log format"},
		{"another runtime", "Globals:", "provided.al2023", "provided.al2", "functions", "runtime"},
		{"another processor than was asked for", "Globals:", "[!Ref Architecture]", "[arm64]", "functions", "x86_64"},
		{"SAM builds by itself", "  SsoFunction:", "BuildMethod: makefile", "BuildMethod: go1.x", "functions", "metadata"},
		{"concurrency is reserved unasked", "  SsoConcurrency:", "Default: -1", "Default: 10", "functions", "reserved concurrency"},
		{"a log is kept for ever", "  SsoLog:", "      RetentionInDays: !Ref LogRetentionDays\n", "", "logs", "SsoLog"},
		{"the access log holds the query string", "  HttpApi:", `"path":"$context.path"`, `"path":"$context.path","query":"$context.requestOverride.querystring"`, "api", "the access log holds"},
		{"the access log holds cookies", "  HttpApi:", `"path":"$context.path"`, `"path":"$context.path","cookie":"$request.header.cookie"`, "api", "the access log holds"},
		{"the old payload", "  HttpApi:", "payloadFormatVersion: '2.0'", "payloadFormatVersion: '1.0'", "api", "route"},
		{"no throttle", "  HttpApi:", "ThrottlingRateLimit: !Ref ThrottleRate", "ThrottlingRateLimit: 100000", "api", "the throttle"},
		{"the default address stays open beside a domain", "  HttpApi:", "!If [HasDomain, true, false]", "false", "domain", "own address"},
		{"a table that can be deleted", "  ConfigTable:", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false", "tables", "protected"},
		{"a table that goes with the stack", "  DirectoryTable:", "DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Delete", "tables", "DeletionPolicy"},
		{"a table that nobody finds again", "  ActivityTable:", "      Tags: [{Key: gatepost:stack, Value: !Ref AWS::StackName}]\n", "", "tables", "is marked"},
		{"the key of the secrets is not told", "Outputs:", "Value: !GetAtt SecretsKey.Arn", "Value: !Ref AWS::StackName", "outputs", "the output SecretsKey"},
		{"a table that cannot be recovered", "  ActivityTable:", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "tables", "recoverable"},
		{"a table that nothing is removed from", "  ActivityTable:", "ttl_seconds", "expires", "tables", "ending by"},
		{"an index under another name", "  ActivityTable:", "IndexName: by-user", "IndexName: by_user", "tables", "by-user"},
		{"an index on other attributes", "  ActivityTable:", "{AttributeName: connector_pk, KeyType: HASH}", "{AttributeName: user_pk, KeyType: HASH}", "tables", "by-connector"},
		{"the command line is sent elsewhere", "  Environment:\n    Description", "${DirectoryTable}", "${ConfigTable}", "outputs", "GATEPOST_DIRECTORY_TABLE"},

		{"admin makes sessions", "  AdminRole:", "['SESSION#*', 'LAUNCH#*']", "'LAUNCH#*'", "powers", "SESSION#u_1"},
		{"admin makes tokens of the command line", "  AdminRole:", "['SESSION#*', 'LAUNCH#*']", "'SESSION#*'", "powers", "LAUNCH#u_1"},
		{"admin says what signs", "  AdminRole:", "['KEY#*', KEYPRINT]", "KEYPRINT", "powers", "KEY#aws-a"},
		{"the portal makes administrators", "  PortalRole:", "[APITOKEN, SETUP]", "APITOKEN", "powers", "SETUP"},
		{"admin reads passwords", "  AdminRole:", "'SESSION#*', 'EPOCH#*'", "'CRED#*', 'SESSION#*', 'EPOCH#*'", "access", `admin, items "CRED#"`},
		{"admin reads links back", "  AdminRole:", "'SESSION#*', 'EPOCH#*'", "'LINK#*', 'SESSION#*', 'EPOCH#*'", "access", `admin, items "LINK#"`},
		{"admin makes setup tokens", "  AdminRole:", "dynamodb:LeadingKeys: [CONNECTOR, 'IMAGE#*'", "dynamodb:LeadingKeys: [SETUP, CONNECTOR, 'IMAGE#*'", "access", `admin, items "SETUP"`},
		{"admin changes events by an index", "  AdminRole:", "- Sid: Events\n                Effect: Allow\n                Action: dynamodb:Query", "- Sid: Events\n                Effect: Allow\n                Action: [dynamodb:Query, dynamodb:UpdateItem]", "access", "admin, index by-user"},
		{"a table is open beside the indexes", "  AdminRole:", "Resource: [!Sub '${ActivityTable.Arn}/index/by-user'", "Resource: [!GetAtt ActivityTable.Arn, !Sub '${ActivityTable.Arn}/index/by-user'", "statements", "without a condition on every key"},
		{"admin signs", "  AdminRole:", "- Sid: Log", "- Sid: Sign\n                Effect: Allow\n                Action: kms:Sign\n                Resource: !Sub arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*\n              - Sid: Log", "powers", "admin may call kms:Sign"},
		{"admin reads a stored key", "  AdminRole:", "Action: lambda:InvokeFunction\n                Resource: !GetAtt KeysFunction.Arn", "Action: secretsmanager:GetSecretValue\n                Resource: !Sub arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:gatepost/${AWS::StackName}/keys/*", "powers", "admin may call secretsmanager:GetSecretValue"},
		{"admin opens secrets with their key", "  AdminRole:", "- Sid: Log", "- Sid: Open\n                Effect: Allow\n                Action: kms:Decrypt\n                Resource: !GetAtt SecretsKey.Arn\n                Condition: {StringEquals: {kms:ViaService: !Sub 'secretsmanager.${AWS::Region}.${AWS::URLSuffix}'}}\n              - Sid: Log", "powers", "admin may call kms:Decrypt"},
		{"admin invokes every function", "  AdminRole:", "!GetAtt KeysFunction.Arn", "!Sub arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-*", "powers", "gatepost-sso"},
		{"keys changes connectors", "  KeysRole:", "Action: dynamodb:ConditionCheckItem", "Action: [dynamodb:ConditionCheckItem, dynamodb:PutItem]", "access", `keys, items "CONNECTOR#"`},
		{"admin asks another function for keys", "  AdminFunction:", "!Ref KeysFunction", "!Ref SsoFunction", "functions", "GATEPOST_KEYS_FUNCTION"},
		{"a function keeps events as long as it likes", "  SsoFunction:", "!Ref EventRetentionDays", "'400'", "functions", "GATEPOST_EVENT_RETENTION_DAYS"},
		{"IAM is not asked", "  HttpApi:", "              security: [{iam: []}]\n", "", "api", "the routes"},
		{"IAM is asked in no known way", "  HttpApi:", "awsSigv4", "awsSigv5", "api", "by something unknown"},
		{"IAM is asked about the console", "  HttpApi:", "/admin:\n            x-amazon-apigateway-any-method:\n", "/admin:\n            x-amazon-apigateway-any-method:\n              security: [{iam: []}]\n", "api", "ANY /admin → gatepost-admin by IAM"},
		{"the console goes to the portal", "  HttpApi:", "function:${AWS::StackName}-admin", "function:${AWS::StackName}-portal", "api", "the routes"},
		{"one client shuts out all who sign in", "  HttpApi:", "        POST /iam/token:\n", "        POST /signin:\n          ThrottlingRateLimit: 10\n          ThrottlingBurstLimit: 20\n        POST /iam/token:\n", "api", "limit of their own"},
		{"a function that is reached around CloudFront", "  AdminFunction:", "          GATEPOST_ORIGIN_SECRET: !Ref OriginSecret\n", "", "functions", "GATEPOST_ORIGIN_SECRET"},
		{"tokens without a limit of their own", "  HttpApi:", "        POST /iam/token:\n          ThrottlingRateLimit: 5\n          ThrottlingBurstLimit: 10\n", "", "api", "limit of their own"},
		{"anybody may be an owner", "  OwnerRole:", "!Ref OwnerPrincipals", "'*'", "principals", "who may assume OwnerRole"},
		{"viewers are owners", "  OwnerRole:", "!Ref OwnerPrincipals", "!Ref ViewerPrincipals", "principals", "who may assume OwnerRole"},
		{"the session's name decides", "  OwnerRole:", "Principal: {AWS: !Ref OwnerPrincipals}", "Principal: {AWS: !Ref OwnerPrincipals}\n            Condition: {StringEquals: {sts:RoleSessionName: alice}}", "principals", "OwnerRole trusts"},
		{"a service may assume it", "  ViewerRole:", "{AWS: !Ref ViewerPrincipals}", "{AWS: !Ref ViewerPrincipals, Service: lambda.amazonaws.com}", "principals", "who may assume ViewerRole"},
		{"a viewer calls every route", "  ViewerRole:", "/$default/POST/iam/token", "/*", "principals", "what ViewerRole may do"},
		{"a viewer calls every API", "  ViewerRole:", "${HttpApi}/", "*/", "principals", "what ViewerRole may do"},
		{"a role with a path", "  HelpdeskRole:", "      RoleName:", "      Path: /gatepost/\n      RoleName:", "principals", "what HelpdeskRole has"},
		{"a role that lasts", "  HelpdeskRole:", "3600", "43200", "principals", "lasts 43200 s"},
		{"a role that is always there", "  OwnerRole:", "    Condition: HasOwners\n", "", "principals", "the roles that administrators assume"},
		{"admin takes a viewer for an owner", "  AdminFunction:", "'viewer=", "'owner=", "principals", "what admin is told"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed, err := template.ReadWith(templatePath(), c.anchor, c.old, c.new)
			if err != nil {
				t.Fatal(err)
			}
			complaints := checks[c.check](changed)
			if !slices.ContainsFunc(complaints, func(text string) bool { return strings.Contains(text, c.word) }) {
				t.Errorf("the check %q does not complain of %q; it says %q", c.check, c.word, complaints)
			}
		})
	}
}
