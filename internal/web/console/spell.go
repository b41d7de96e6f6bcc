package console

import (
	"strconv"
	"strings"
)

// spelled are the fields of the API as the console calls them, where that is
// another word.
var spelled = map[string]string{
	"acs":                "sign-in address",
	"admin_role":         "administrator role",
	"arn":                "ARN",
	"aws_chooser":        "AWS’s own role chooser",
	"confirm_cross_site": "asking after a link of another site",
	"end_with_session":   "ending with the Gatepost session",
	"entity_id":          "entity ID",
	"expires_at":         "end",
	"image_url":          "image",
	"provider_arn":       "provider ARN",
	"relay_state":        "page to open",
	"relay_states":       "pages that links may open",
	"role_arn":           "role ARN",
	"session_duration":   "session duration",
	"shown":              "shown in the portal",
	"sign_response":      "signing the response too",
	"slug":               "address name",
	"url":                "address",
	"user":               "person",
	"file":               "CSV",
	"for":                "how long",
}

// numbered are lists, as one of their things is called.
var numbered = map[string]string{"roles": "role", "attributes": "attribute", "relay_states": "page", "groups": "group", "new": "new attribute"}

// spell says the path of a field as the console calls it: roles[1].provider_arn
// becomes “Role 2, provider ARN”.
func spell(path string) string {
	var parts []string
	for part := range strings.SplitSeq(path, ".") {
		name, index, listed := strings.Cut(part, "[")
		index = strings.TrimSuffix(index, "]")
		n, err := strconv.Atoi(index)
		switch {
		case listed && err == nil:
			parts = append(parts, one(name)+" "+strconv.Itoa(n+1))
		case listed:
			parts = append(parts, one(name)+" "+strings.Trim(index, `"`))
		default:
			parts = append(parts, word(name))
		}
	}
	text := strings.Join(parts, ", ")
	if text == "" {
		return "Form"
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func word(name string) string {
	text, known := spelled[name]
	if known {
		return text
	}
	return strings.ReplaceAll(name, "_", " ")
}

func one(name string) string {
	text, known := numbered[name]
	if known {
		return text
	}
	return word(name)
}
