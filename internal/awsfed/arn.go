package awsfed

import (
	"errors"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// Limits of IAM names, in characters: IAM User Guide, "IAM and STS quotas".
const (
	maxRoleName     = 64
	maxRolePath     = 512
	maxProviderName = 128
	accountDigits   = 12
)

// placeholderAccount stands in the examples of other products and is often
// pasted as it is.
const placeholderAccount = "YOUR_AWS_ACCOUNT_NUMBER"

// ARN is the name of an IAM role or SAML provider, taken apart.
type ARN struct {
	Partition string
	Account   string // 12 digits
	Path      string // of a role: "/", or with further parts; empty for a provider
	Name      string
}

// ParseRole takes the ARN of a role apart. It takes nothing that could not stand
// in a Role value: no comma, no white space, nothing but ASCII. The error is an
// [idp.Problem] of the field role_arn.
func ParseRole(s string) (ARN, error) {
	arn, problem := parseARN(s, "role/")
	if problem == nil {
		problem = arn.splitPath()
	}
	if problem == nil {
		problem = checkRoleName(arn)
	}
	return finishARN(arn, problem, "role_arn", s)
}

// ParseProvider takes the ARN of a SAML provider apart. The error is an
// [idp.Problem] of the field provider_arn.
func ParseProvider(s string) (ARN, error) {
	arn, problem := parseARN(s, "saml-provider/")
	if problem == nil && !(len(arn.Name) >= 1 && len(arn.Name) <= maxProviderName && allBytes(arn.Name, isWordByte)) {
		problem = &idp.Problem{Reason: "does not end in the name of a SAML provider", Remedy: "use 1 to 128 ASCII letters, digits and . _ - after saml-provider/"}
	}
	return finishARN(arn, problem, "provider_arn", s)
}

// CheckPair tells why the role and the SAML provider cannot stand together in
// one Role value, or returns nil: both must be well formed, of one partition and
// of one account. The error is [idp.Problems] of the fields role_arn and
// provider_arn.
func CheckPair(role, provider string) error {
	_, _, problems := parsePair(role, provider)
	return problems.Err()
}

func parsePair(role, provider string) (ARN, ARN, idp.Problems) {
	var problems idp.Problems
	r, err := ParseRole(role)
	if p, ok := errors.AsType[idp.Problem](err); ok {
		problems = append(problems, p)
	}
	v, err := ParseProvider(provider)
	if p, ok := errors.AsType[idp.Problem](err); ok {
		problems = append(problems, p)
	}
	if len(problems) == 0 {
		problems = appendFault(problems, "role_arn", role, r.reservedRole())
		problems = appendFault(problems, "provider_arn", provider, v.reservedProvider())
		reason, remedy := strangers(r, v)
		if reason != "" {
			problems = append(problems, idp.Problem{Field: "provider_arn", Value: provider, Reason: reason, Remedy: remedy})
		}
	}
	return r, v, problems
}

func appendFault(problems idp.Problems, field, value string, f *fault) idp.Problems {
	if f == nil {
		return problems
	}
	return append(problems, f.problem(field, value))
}

// strangers tells why a role cannot trust a provider, from their names alone,
// and the remedy; both are empty when it can.
func strangers(role, provider ARN) (string, string) {
	switch {
	case role.Partition != provider.Partition:
		return "is of partition " + provider.Partition + " and the role of " + role.Partition, "use a provider of the role's account"
	case role.Account != provider.Account:
		return "is of account " + provider.Account + " and the role of " + role.Account, "a role can trust only a provider of its own account; use that one"
	}
	return "", ""
}

// parseARN reads arn:PARTITION:iam::ACCOUNT:KIND and leaves the rest in Name.
func parseARN(s, kind string) (ARN, *idp.Problem) {
	switch {
	case s == "":
		return ARN{}, &idp.Problem{Reason: "is missing", Remedy: "write " + exampleARN(kind)}
	case strings.Contains(s, ","):
		return ARN{}, &idp.Problem{Reason: "holds a comma, which a Role value uses to part the role from the provider", Remedy: "give one ARN a field; a role with a comma in its name must be renamed"}
	case !allBytes(s, isPathByte):
		return ARN{}, &idp.Problem{Reason: "holds white space, a control character or a letter that is not ASCII", Remedy: "type it again without copied formatting, as " + exampleARN(kind)}
	}
	// Six fields; the last may hold colons, which a path allows.
	var field [5]string
	rest := s
	for i := range field {
		before, after, ok := strings.Cut(rest, ":")
		if !ok {
			return ARN{}, &idp.Problem{Reason: "is not an ARN", Remedy: "write " + exampleARN(kind)}
		}
		field[i], rest = before, after
	}
	arn := ARN{Partition: field[1], Account: field[4]}
	if field[0] != "arn" || field[2] != "iam" || field[3] != "" {
		return arn, &idp.Problem{Reason: "is not the ARN of an IAM resource", Remedy: "write " + exampleARN(kind)}
	}
	name, ok := strings.CutPrefix(rest, kind)
	if !ok {
		return arn, &idp.Problem{Reason: "does not name a " + strings.TrimSuffix(kind, "/"), Remedy: "write " + exampleARN(kind)}
	}
	arn.Name = name
	return arn, arn.checkOwner()
}

func (a ARN) checkOwner() *idp.Problem {
	if _, known := PartitionByName(a.Partition); !known {
		return &idp.Problem{Reason: "is not of a partition with known SAML addresses", Remedy: "use arn:aws:, arn:aws-cn: or arn:aws-us-gov:"}
	}
	switch {
	case a.Account == placeholderAccount:
		return &idp.Problem{Reason: "still has the placeholder " + placeholderAccount, Remedy: "put the 12-digit number of your AWS account in its place"}
	case !IsAccount(a.Account):
		return &idp.Problem{Reason: "has no 12-digit account number", Remedy: "write the number of your AWS account, with its leading zeros and without hyphens"}
	}
	return nil
}

// splitPath moves the path of a role from Name to Path.
func (a *ARN) splitPath() *idp.Problem {
	slash := strings.LastIndexByte(a.Name, '/')
	path := "/" + a.Name[:slash+1]
	a.Path, a.Name = path, a.Name[slash+1:]
	if len(path) > maxRolePath {
		return &idp.Problem{Reason: "has a path that is too long", Remedy: "IAM takes paths of at most 512 characters"}
	}
	return nil
}

func checkRoleName(a ARN) *idp.Problem {
	if len(a.Name) < 1 || len(a.Name) > maxRoleName || !allBytes(a.Name, isNameByte) {
		return &idp.Problem{Reason: "does not end in the name of a role", Remedy: "use 1 to 64 ASCII letters, digits and _ + = . @ - after role/"}
	}
	return nil
}

func finishARN(a ARN, problem *idp.Problem, field, value string) (ARN, error) {
	if problem == nil {
		return a, nil
	}
	problem.Field, problem.Value = field, value
	return ARN{}, *problem
}

func exampleARN(kind string) string {
	if kind == "role/" {
		return "arn:aws:iam::111122223333:role/NAME"
	}
	return "arn:aws:iam::111122223333:saml-provider/NAME"
}
