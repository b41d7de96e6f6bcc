package api

import (
	_ "embed" // the words
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/idp"
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

// bound tells what is known of a member's values.
func bound(member string, property *huma.Schema) {
	if property.Type != huma.TypeString {
		return
	}
	values, known := enums()[member]
	if known && len(property.Enum) == 0 {
		property.Enum = values
		if property.Nullable {
			property.Enum = append(property.Enum, nil)
		}
	}
	switch member {
	case "created_at", "updated_at", "at", "started_at", "last_seen":
		property.Format = "date-time"
	case "label":
		property.MaxLength = ptr(idp.MaxLabel)
	case "description":
		property.MaxLength = ptr(idp.MaxDescription)
	case "account_id":
		property.Pattern = accountID.String()
	}
}

func ptr(n int) *int { return &n }

// enums are the values of members that have few.
func enums() map[string][]any {
	return map[string][]any{
		"kind":       {string(idp.KindAWS), string(idp.KindBookmark)},
		"partition":  {"aws", "aws-cn", "aws-us-gov"},
		"admin_role": {"", string(idp.AdminViewer), string(idp.AdminHelpdesk), string(idp.AdminConnectors), string(idp.AdminOwner)},
		"scope":      {"read", "write"},
		"does":       {"create", "update", "nothing", "fail"},
	}
}
