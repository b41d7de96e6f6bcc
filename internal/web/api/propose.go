package api

import (
	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// propose fills the short form in: a label and an account are enough.
func propose(in *newConnector) error {
	if in.Slug == "" {
		in.Slug = idp.SlugOf(in.Label)
	}
	if in.AccountID == "" {
		return nil
	}
	var problems idp.Problems
	if !awsfed.IsAccount(in.AccountID) {
		problems = append(problems, idp.Problem{Field: "account_id", Value: in.AccountID, Reason: "is not an AWS account ID", Remedy: "write its 12 digits, as text"})
	}
	if len(in.Roles) > 0 {
		problems = append(problems, idp.Problem{Field: "account_id", Value: in.AccountID, Reason: "proposes a role, and roles are given too", Remedy: "give one of the two"})
	}
	if in.Kind == string(idp.KindBookmark) {
		problems = append(problems, idp.Problem{Field: "account_id", Value: in.AccountID, Reason: "does not go with a bookmark", Remedy: "leave it out"})
	}
	role := awsfed.ProposedRole(in.Partition, in.AccountID, in.Slug)
	in.Roles = []resource.Role{{RoleARN: role.RoleARN, ProviderARN: role.ProviderARN}}
	return problems.Err()
}
