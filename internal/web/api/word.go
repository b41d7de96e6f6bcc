package api

import (
	_ "embed" // the words
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
)

//go:embed words.txt
var wordList string

// words are the words for members of schemas.
func words() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(wordList) {
		name, text, found := strings.Cut(strings.TrimSpace(line), ": ")
		if found && !strings.HasPrefix(name, "#") {
			all[name] = text
		}
	}
	return all
}

// word puts words to a member of a schema.
func word(all map[string]string, schema, member string, property *huma.Schema) {
	text, special := all[schema+"."+member]
	if !special {
		text = all[member]
	}
	if property.Description == "" {
		property.Description = text
	}
}

// bound tells what is known of a member's values. In what is sent, a text that is
// empty is as good as none.
func bound(schema, member string, property *huma.Schema, sent bool) {
	if property.Type != huma.TypeString {
		return
	}
	values, known := enums()[schema+"."+member]
	if !known {
		values, known = enums()[member]
	}
	if known && len(property.Enum) == 0 {
		property.Enum = values
		if sent && !slices.Contains(values, any("")) {
			property.Enum = append([]any{""}, values...)
		}
		if property.Nullable {
			property.Enum = append(property.Enum, nil)
		}
	}
	switch member {
	case "created_at", "updated_at", "at", "started_at", "last_seen":
		if !sent {
			property.Format = "date-time"
		}
	case "label":
		property.MaxLength = ptr(idp.MaxLabel)
	case "description":
		property.MaxLength = ptr(idp.MaxDescription)
	case "account_id":
		property.Pattern = "^([0-9]{12})?$"
	}
}

func ptr(n int) *int { return &n }

// enums are the values of members that have few.
func enums() map[string][]any {
	return map[string][]any{
		"Step.kind":  {string(plan.KindConnector), string(plan.KindGroup), string(plan.KindUser), string(plan.KindMember), string(plan.KindSettings)},
		"kind":       {string(idp.KindAWS), string(idp.KindBookmark)},
		"partition":  {"aws", "aws-cn", "aws-us-gov"},
		"admin_role": {"", string(idp.AdminViewer), string(idp.AdminHelpdesk), string(idp.AdminConnectors), string(idp.AdminOwner)},
		"scope":      {"read", "write"},
		"does":       {"create", "update", "nothing", "fail"},
	}
}
