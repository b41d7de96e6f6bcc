package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// pairsRecord is a connector's roles in a form that says nothing twice: a launch
// pays for every 4 KB of its connector, and hundreds of pairs share their provider
// and their groups.
type pairsRecord struct {
	Accounts []string `json:"accounts,omitempty"`
	Texts    []string `json:"texts,omitempty"` // names of roles and providers, with their paths, and IDs of groups

	// Pairs are, for each role, the place of its account, the places of the texts of
	// its role and provider, and those of its groups. An account of -1 means that the
	// texts are whole ARNs.
	Pairs [][]int `json:"pairs,omitempty"`
}

// accountLength is the length of an AWS account's number.
const accountLength = 12

// pairsOf is the record of roles in a partition.
func pairsOf(partition string, roles []idp.Role) *pairsRecord {
	if len(roles) == 0 {
		return nil
	}
	r := &pairsRecord{}
	accounts, texts := dictionary(&r.Accounts), dictionary(&r.Texts)
	for _, role := range roles {
		place, roleText, providerText := -1, role.RoleARN, role.ProviderARN
		account, name, ok := cutARN(partition, roleKind, role.RoleARN)
		other, provider, also := cutARN(partition, providerKind, role.ProviderARN)
		if ok && also && other == account {
			place, roleText, providerText = accounts(account), name, provider
		}
		pair := []int{place, texts(roleText), texts(providerText)}
		for _, group := range role.Groups {
			pair = append(pair, texts(group))
		}
		r.Pairs = append(r.Pairs, pair)
	}
	return r
}

// dictionary gives each word its place in the list, where it is put once.
func dictionary(list *[]string) func(string) int {
	places := map[string]int{}
	return func(word string) int {
		place, known := places[word]
		if !known {
			place = len(*list)
			places[word] = place
			*list = append(*list, word)
		}
		return place
	}
}

// What an ARN names, as it stands between its account and its name.
const (
	roleKind     = ":role/"
	providerKind = ":saml-provider/"
)

func joinARN(partition, account, kind, name string) string {
	return "arn:" + partition + ":iam::" + account + kind + name
}

// cutARN is the account and the name of an ARN of IAM. It reports false for a text
// that joinARN would not make of them again.
func cutARN(partition, kind, arn string) (account, name string, ok bool) {
	tail, ok := strings.CutPrefix(arn, joinARN(partition, "", "", ""))
	if !ok || len(tail) < accountLength {
		return "", "", false
	}
	name, ok = strings.CutPrefix(tail[accountLength:], kind)
	return tail[:accountLength], name, ok
}

// roles are those that the record was made of.
func (r *pairsRecord) roles(partition string) ([]idp.Role, error) {
	if r == nil {
		return nil, nil
	}
	var roles []idp.Role
	for _, pair := range r.Pairs {
		role, err := r.role(partition, pair)
		if err != nil {
			return nil, err
		}
		roles = append(roles, role)
	}
	return roles, nil
}

func (r *pairsRecord) role(partition string, pair []int) (idp.Role, error) {
	outside := func(place int) bool { return place < 0 || place >= len(r.Texts) }
	if len(pair) < 3 || pair[0] < -1 || pair[0] >= len(r.Accounts) || slices.ContainsFunc(pair[1:], outside) {
		return idp.Role{}, fmt.Errorf("a pair of a connector leads nowhere: %w", ErrFormat)
	}
	role := idp.Role{RoleARN: r.Texts[pair[1]], ProviderARN: r.Texts[pair[2]]}
	if pair[0] >= 0 {
		account := r.Accounts[pair[0]]
		role.RoleARN = joinARN(partition, account, roleKind, role.RoleARN)
		role.ProviderARN = joinARN(partition, account, providerKind, role.ProviderARN)
	}
	for _, place := range pair[3:] {
		role.Groups = append(role.Groups, r.Texts[place])
	}
	return role, nil
}
