package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/caller"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// IAMPath is where AWS principals get a token.
const IAMPath = "/iam/token"

// IAM gives a token of one hour to a caller whom API Gateway's AWS_IAM authorizer
// vouches for and whose role stands for an administrator role. What the request
// says of itself counts for nothing. All fields but Roles are needed.
type IAM struct {
	Service *admin.Service
	Roles   []IAMRole
	Log     *slog.Logger
}

// IAMRole is an IAM role that stands for an administrator role.
type IAMRole struct {
	Role idp.AdminRole

	arn awsfed.ARN
}

// ReadIAMRoles reads a list such as owner=ARN,viewer=ARN. It returns [idp.Problems]
// with the given field for each entry that is none.
func ReadIAMRoles(field, text string) ([]IAMRole, error) {
	var roles []IAMRole
	var problems idp.Problems
	for entry := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, arn, _ := strings.Cut(entry, "=")
		parsed, err := awsfed.ParseRole(arn)
		role := idp.AdminRole(name)
		known := slices.Contains([]idp.AdminRole{idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors, idp.AdminOwner}, role)
		if err != nil || !known {
			problems = append(problems, idp.Problem{Field: field, Value: entry, Reason: "is not an administrator role and the ARN of an IAM role", Remedy: "write it as owner=arn:aws:iam::111122223333:role/NAME"})
			continue
		}
		roles = append(roles, IAMRole{Role: role, arn: parsed})
	}
	return roles, problems.Err()
}

// ServeHTTP answers with the token.
func (h *IAM) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := &api{Options: Options{Service: h.Service, Log: h.Log}}
	if r.Method != http.MethodPost {
		refused := say(http.StatusMethodNotAllowed, "method", "Method not allowed", r.Method+" does not go with this address", "use POST")
		refused.headers = http.Header{"Allow": {http.MethodPost}}
		refused.write(w, r)
		return
	}
	made, err := h.token(r.Context(), w, r)
	if err != nil {
		a.refuse(r, err).write(w, r)
		return
	}
	w.Header().Set("Content-Type", jsonKind)
	w.Header().Set("Cache-Control", "no-store")
	err = marshal(w, made)
	if err != nil {
		a.log(r, "answer not written", err)
	}
}

func (h *IAM) token(ctx context.Context, w http.ResponseWriter, r *http.Request) (resource.NewToken, error) {
	principal := reqctx.From(ctx).Principal
	role, err := h.roleOf(principal)
	if err != nil {
		return resource.NewToken{}, err
	}
	err = checkQuery(r, nil)
	if err != nil {
		return resource.NewToken{}, err
	}
	_, err = readBody(w, r, nil)
	if err != nil {
		return resource.NewToken{}, err
	}
	// The audit record names the whole principal: the session's name tells who of
	// those who may assume the role it was, as far as their account vouches for it.
	return h.Service.PrincipalToken(ctx, principal, role.Role, caller.From(r))
}

// roleOf is what a principal may be here. An assumed role is known by partition,
// account and name, which no other role of the account has; the name of its session
// is the caller's own choice and decides nothing. Users, and the account itself, have
// no role.
func (h *IAM) roleOf(principal string) (IAMRole, error) {
	partition, account, name, ok := assumedRole(principal)
	for _, role := range h.Roles {
		if ok && role.arn.Partition == partition && role.arn.Account == account && role.arn.Name == name {
			return role, nil
		}
	}
	return IAMRole{}, say(http.StatusForbidden, "denied", "Not allowed",
		"the request is not signed by an AWS role that stands for an administrator role", "assume one of the roles that the deployment makes for this, and sign the request")
}

// assumedRole takes arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION apart.
func assumedRole(arn string) (partition, account, name string, ok bool) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sts" || parts[3] != "" {
		return "", "", "", false
	}
	path := strings.Split(parts[5], "/")
	if len(path) != 3 || path[0] != "assumed-role" || path[1] == "" {
		return "", "", "", false
	}
	return parts[1], parts[4], path[1], true
}
