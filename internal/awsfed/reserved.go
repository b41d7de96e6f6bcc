package awsfed

import "strings"

// Where AWS keeps roles and SAML providers of its own in a customer's account. Nobody
// can change whom they trust, so no other identity provider opens them: IAM Identity
// Center User Guide, "Using service-linked roles" and "Permission sets".
const (
	centerPath     = "/aws-reserved/"
	centerRole     = "AWSReservedSSO_"
	centerProvider = "AWSSSO_"
	linkedPath     = "/aws-service-role/"
)

// reservedRole tells why a role, by its path and name, can be opened by no response
// of ours, or returns nil. The name alone tells Identity Center's roles: ARNs of role
// sessions, from which people copy, leave the path out.
func (a ARN) reservedRole() *fault {
	switch {
	case hasPrefixFold(a.Path, centerPath), hasPrefixFold(a.Name, centerRole):
		return &fault{sayDenied, "is a role of IAM Identity Center, which trusts Identity Center's own SAML provider alone and cannot be changed", "make a role of your own with the same policies"}
	case hasPrefixFold(a.Path, linkedPath):
		return &fault{sayDenied, "is a service-linked role, which trusts one AWS service alone and cannot be changed", "make a role of your own"}
	}
	return nil
}

// reservedProvider tells why a SAML provider is AWS's own, or returns nil.
func (a ARN) reservedProvider() *fault {
	if hasPrefixFold(a.Name, centerProvider) && strings.HasSuffix(strings.ToUpper(a.Name), "_DO_NOT_DELETE") {
		return &fault{sayDenied, "is the SAML provider of IAM Identity Center, whose metadata cannot be changed", "make a SAML provider of your own with this connector's metadata"}
	}
	return nil
}
