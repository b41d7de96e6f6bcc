package kms

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// rolePattern is the ARN of an IAM role: partition, account, and path with name
// are its groups.
var rolePattern = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::([0-9]{12}):role/([A-Za-z0-9_+=,.@/-]+)$`)

// maxRole is how long IAM lets path and name of a role be. The pattern does not
// count it: {1,576} is compiled into as many copies, for which every function
// that links this package would wait at its start.
const maxRole = 512 + 64

// document is a key policy; see [Key policies in AWS KMS].
//
// [Key policies in AWS KMS]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
type document struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string
	Effect    string
	Principal map[string][]string
	Action    []string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

// holders are who a key's policy names, beside the account.
type holders struct {
	signers []string // roles that the key lets sign
	keeper  string   // the role that makes keys and may delete this one; empty for none
}

// policyFor is the policy of a key, which is deleted after no less than window
// days.
func policyFor(h holders, window int32) (string, error) {
	all := h.signers
	if h.keeper != "" {
		all = append(slices.Clone(all), h.keeper)
	}
	account, err := accountOf(all)
	if err != nil {
		return "", err
	}
	statements := []statement{administratorsManage(account), functionsSign(h.signers), functionsReadPublicKey(h.signers)}
	if h.keeper != "" {
		statements = append(statements, keeperDeletes(h.keeper, window))
	}
	text, err := json.MarshalIndent(document{Version: "2012-10-17", Statement: statements}, "", "  ")
	if err != nil {
		return "", fmt.Errorf("write the key's policy: %w", err)
	}
	return string(text), nil
}

// administratorsManage hands on to IAM what it lists and nothing else: not Sign,
// and not CreateGrant, with which somebody who may not sign could let others.
func administratorsManage(account string) statement {
	return statement{
		Sid:       "AdministratorsManage",
		Effect:    "Allow",
		Principal: map[string][]string{"AWS": {account}},
		Action: []string{
			"kms:CancelKeyDeletion", "kms:DescribeKey", "kms:DisableKey", "kms:EnableKey",
			"kms:GetKeyPolicy", "kms:GetPublicKey", "kms:ListGrants", "kms:ListKeyPolicies",
			"kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:ScheduleKeyDeletion",
			"kms:TagResource", "kms:UntagResource", "kms:UpdateKeyDescription",
		},
		Resource: "*", // this key: a key's policy speaks of no other
	}
}

func functionsSign(roles []string) statement {
	return statement{
		Sid:       "FunctionsSign",
		Effect:    "Allow",
		Principal: map[string][]string{"AWS": roles},
		Action:    []string{"kms:Sign"},
		Resource:  "*",
		Condition: map[string]map[string]string{"StringEquals": {
			"kms:MessageType":      string(types.MessageTypeDigest),
			"kms:SigningAlgorithm": string(types.SigningAlgorithmSpecRsassaPkcs1V15Sha256),
		}},
	}
}

func functionsReadPublicKey(roles []string) statement {
	return statement{
		Sid:       "FunctionsReadPublicKey",
		Effect:    "Allow",
		Principal: map[string][]string{"AWS": roles},
		Action:    []string{"kms:GetPublicKey"},
		Resource:  "*",
	}
}

// keeperDeletes stands here and not in an IAM policy, which could name the keys by
// their tags alone: tags count up to five minutes late, and whoever may tag a
// foreign key could delete it.
func keeperDeletes(role string, window int32) statement {
	return statement{
		Sid:       "KeeperDeletes",
		Effect:    "Allow",
		Principal: map[string][]string{"AWS": {role}},
		Action:    []string{"kms:ScheduleKeyDeletion"},
		Resource:  "*",
		Condition: map[string]map[string]string{"NumericGreaterThanEquals": {
			"kms:ScheduleKeyDeletionPendingWindowInDays": strconv.Itoa(int(window)),
		}},
	}
}

// accountOf is the account of the roles, as a policy names it.
func accountOf(roles []string) (string, error) {
	if len(roles) == 0 {
		return "", errors.New("no role is named that the key should let sign")
	}
	var account string
	for _, role := range roles {
		parts := rolePattern.FindStringSubmatch(role)
		if parts == nil || len(parts[3]) > maxRole {
			return "", fmt.Errorf("%q is not the ARN of an IAM role", role)
		}
		own := "arn:" + parts[1] + ":iam::" + parts[2] + ":root"
		if account != "" && own != account {
			return "", fmt.Errorf("role %q is of another account than %q", role, roles[0])
		}
		account = own
	}
	return account, nil
}
