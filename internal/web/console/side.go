package console

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/resource"
)

// side is what has to be done in one AWS account for one SAML provider.
type side struct {
	Account  string
	Provider string
	Roles    []string
	Create   copyable // the command that creates the provider
	Trust    copyable // the roles' trust policy
}

// maxSides is for how many providers the steps are written out.
const maxSides = 5

// sides are the steps in AWS, for each provider that the connector's roles name.
func sides(c resource.Connector) ([]side, string) {
	var list []side
	at := map[string]int{}
	left := 0
	for _, role := range c.Roles {
		provider, err := awsfed.ParseProvider(role.ProviderARN)
		if err != nil {
			continue
		}
		i, known := at[role.ProviderARN]
		switch {
		case known && i < maxSides:
			list[i].Roles = append(list[i].Roles, roleName(role.RoleARN))
			continue
		case known:
			continue
		}
		i = len(at)
		at[role.ProviderARN] = i
		if i >= maxSides {
			left++
			continue
		}
		id := "aws-" + provider.Account + "-" + provider.Name
		list = append(list, side{
			Account: provider.Account, Provider: provider.Name, Roles: []string{roleName(role.RoleARN)},
			Create: copyable{id + "-create", "command line", createCommand(c.Slug, provider.Name)},
			Trust:  copyable{id + "-trust", "trust policy", trustPolicy(c, role.ProviderARN)},
		})
	}
	if left == 0 {
		return list, ""
	}
	return list, "And so on for " + count(left, false, "more provider", "more providers") + "."
}

func createCommand(slug, provider string) string {
	return "aws iam create-saml-provider --name " + provider + " \\\n  --saml-metadata-document file://gatepost-" + slug + "-metadata.xml"
}

// trustPolicy lets people assume a role by responses of the provider that are made
// out to AWS's sign-in: without the condition on SAML:aud a response for another
// service provider would do. A regional sign-in address is an audience of its own.
func trustPolicy(c resource.Connector, provider string) string {
	p, ok := awsfed.PartitionByName(c.Partition)
	if !ok {
		return ""
	}
	var audiences []string
	for _, region := range []string{"", c.Region} {
		acs, err := p.ACS(region)
		if err == nil && !slices.Contains(audiences, acs) {
			audiences = append(audiences, acs)
		}
	}
	type statement struct {
		Effect    string
		Principal map[string]string
		Action    []string
		Condition map[string]map[string][]string
	}
	text, err := json.MarshalIndent(struct {
		Version   string
		Statement []statement
	}{"2012-10-17", []statement{{
		Effect:    "Allow",
		Principal: map[string]string{"Federated": provider},
		Action:    trustedActions(c),
		Condition: map[string]map[string][]string{"StringEquals": {"SAML:aud": audiences}},
	}}}, "", "  ")
	if err != nil {
		return ""
	}
	return string(text)
}

// trustedActions are what a role has to allow for the attributes that are sent.
func trustedActions(c resource.Connector) []string {
	actions := []string{"sts:AssumeRoleWithSAML"}
	for _, rule := range c.Attributes {
		if rule.Name == "SourceIdentity" {
			actions = append(actions, "sts:SetSourceIdentity")
		}
		if strings.HasPrefix(rule.Name, "PrincipalTag:") && !slices.Contains(actions, "sts:TagSession") {
			actions = append(actions, "sts:TagSession")
		}
	}
	return actions
}
