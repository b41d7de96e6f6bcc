package console

import (
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// isBookmark reports whether a connector is a plain link.
func isBookmark(c resource.Connector) bool { return c.Kind == string(idp.KindBookmark) }

// hasKey reports whether a connector has a key that can sign.
func hasKey(c resource.Connector) bool {
	return c.Key != nil && c.Key.State == string(idp.KeyReady)
}

// mainState is what a connector is: active, inactive, or a draft that lacks what
// it needs to be activated.
func mainState(c resource.Connector) chip {
	switch {
	case c.Active:
		return chip{"Active", good}
	case !isBookmark(c) && (!hasKey(c) || len(c.Roles) == 0):
		return chip{"Draft", plain}
	}
	return chip{"Inactive", plain}
}

// states are the chips of a connector: what it is, and what is to be looked at.
func states(c resource.Connector, now time.Time) []chip {
	list := []chip{mainState(c)}
	end, keyed := endOf(c)
	switch {
	case !keyed:
	case !now.Before(end):
		list = append(list, chip{"Certificate ended", bad})
	case end.Sub(now) <= soon:
		list = append(list, chip{"Certificate ends " + end.UTC().Format("2 Jan"), mild})
	}
	if len(c.Groups) == 0 {
		list = append(list, chip{"No groups", mild})
	}
	return list
}

// endOf is when the certificate of a connector's key ends, and whether it has a
// key that can sign.
func endOf(c resource.Connector) (time.Time, bool) {
	if !hasKey(c) {
		return time.Time{}, false
	}
	end, err := time.Parse(time.RFC3339, c.Key.NotAfter)
	return end, err == nil
}

// accountsOf are the accounts that a connector's roles are in, each once.
func accountsOf(c resource.Connector) []string {
	var list []string
	for _, role := range c.Roles {
		arn, err := awsfed.ParseRole(role.RoleARN)
		if err == nil && !slices.Contains(list, arn.Account) {
			list = append(list, arn.Account)
		}
	}
	return list
}

// roleName is the name of a role, or its ARN where that is none.
func roleName(arn string) string {
	role, err := awsfed.ParseRole(arn)
	if err != nil {
		return arn
	}
	return role.Name
}

// inAccount is a role's name with its account, as people read it.
func inAccount(arn string) string {
	role, err := awsfed.ParseRole(arn)
	if err != nil {
		return arn
	}
	return role.Name + " in " + role.Account[:4] + "-" + role.Account[4:8] + "-" + role.Account[8:]
}

// accountOf is the account of a role.
func accountOf(arn string) string {
	role, err := awsfed.ParseRole(arn)
	if err != nil {
		return ""
	}
	return role.Account
}
