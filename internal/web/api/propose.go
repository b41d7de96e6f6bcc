package api

import (
	"regexp"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// What a connector is proposed that names only an account: JumpCloud's role, and a
// provider under our own name.
const (
	proposedRole     = "SAML-User"
	proposedProvider = "Gatepost"
)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// propose fills the short form in: a label and an account are enough.
func propose(in *newConnector) error {
	if in.Slug == "" {
		in.Slug = slugOf(in.Label)
	}
	if in.AccountID == "" {
		return nil
	}
	var problems idp.Problems
	if !accountID.MatchString(in.AccountID) {
		problems = append(problems, idp.Problem{Field: "account_id", Value: in.AccountID, Reason: "is not an AWS account ID", Remedy: "write its 12 digits, as text"})
	}
	if len(in.Roles) > 0 {
		problems = append(problems, idp.Problem{Field: "account_id", Value: in.AccountID, Reason: "proposes a role, and roles are given too", Remedy: "give one of the two"})
	}
	if in.Kind == string(idp.KindBookmark) {
		problems = append(problems, idp.Problem{Field: "account_id", Value: in.AccountID, Reason: "does not go with a bookmark", Remedy: "leave it out"})
	}
	if in.Partition == "" {
		in.Partition = "aws"
	}
	iam := "arn:" + in.Partition + ":iam::" + in.AccountID + ":"
	in.Roles = []resource.Role{{RoleARN: iam + "role/" + proposedRole, ProviderARN: iam + "saml-provider/" + proposedProvider}}
	return problems.Err()
}

// maxSlug is the longest slug, in bytes.
const maxSlug = 63

var noSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slugOf makes a slug of a label: AWS A (prod) becomes aws-a-prod. Where nothing
// is left, the missing slug is told of later.
func slugOf(label string) string {
	slug := strings.Trim(noSlug.ReplaceAllString(strings.ToLower(label), "-"), "-")
	if len(slug) > maxSlug {
		slug = strings.Trim(slug[:maxSlug], "-")
	}
	return slug
}
