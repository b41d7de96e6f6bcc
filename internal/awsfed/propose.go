package awsfed

import "github.com/gatepost/gatepost/internal/idp"

// ProposedRole is the role of a new connector of which no more is known than its
// slug, its account and perhaps its partition: the role that people know
// from JumpCloud's guide to "Amazon IAM (Multiple Roles)", and a SAML provider named for the connector, since two connectors of one account
// cannot share one: each has its own key.
func ProposedRole(partition, account, slug string) idp.Role {
	if partition == "" {
		partition = partitions[0].Name
	}
	iam := "arn:" + partition + ":iam::" + account + ":"
	return idp.Role{RoleARN: iam + "role/SAML-User", ProviderARN: iam + "saml-provider/Gatepost-" + slug}
}

// IsAccount reports whether s is an AWS account ID: 12 digits.
func IsAccount(s string) bool { return len(s) == accountDigits && allBytes(s, isDigit) }
