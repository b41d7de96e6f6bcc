package awsfed

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/idp"
)

// answer is what AWS says when it refuses: the text that the person sees, the
// error code of the service and its HTTP status.
type answer struct {
	text   string
	code   string
	status int
}

// AWS's answers, letter for letter from "Troubleshoot SAML federation with IAM";
// the rest are errors of the STS API, of which the two about size are in the form
// that it gives every broken constraint. Where AWS documents a limit but no text, the
// answer is the one to malformed responses in general.
var (
	sayInvalid      = answer{"Your request included an invalid SAML response. To logout, click here.", "InvalidIdentityToken", 400}
	saySessionName  = answer{"RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}", "InvalidIdentityToken", 400}
	sayNoName       = answer{"RoleSessionName is required in AuthnResponse", "InvalidIdentityToken", 400}
	saySource       = answer{`Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`, "InvalidIdentityToken", 400}
	sayDenied       = answer{"Not authorized to perform sts:AssumeRoleWithSAML", "AccessDenied", 403}
	saySignature    = answer{"Response signature invalid", "InvalidIdentityToken", 400}
	sayIssuer       = answer{"Failed to assume role: Issuer not present in specified provider", "AuthSamlInvalidSamlResponseException", 400}
	sayMetadata     = answer{"Could not parse metadata.", "InvalidInput", 400}
	sayProvider     = answer{"Specified provider doesn't exist.", "InvalidIdentityToken", 400}
	sayAudience     = answer{"Response does not contain the required audience.", "InvalidIdentityToken", 400}
	sayExpired      = answer{"Token must be redeemed within 5 minutes of issuance", "ExpiredToken", 400}
	sayDuplicateTag = answer{"Duplicate tag keys found. Please note that Tag keys are case insensitive.", "InvalidParameterValue", 400}
	sayTransitive   = answer{"The specified transitive tag key must be included in the requested tags.", "InvalidParameterValue", 400}
	sayTooSmall     = answer{"1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length greater than or equal to 4", "ValidationError", 400}
	sayDuration     = answer{"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", "ValidationError", 400}
	sayTooLarge     = answer{"1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length less than or equal to 100000", "ValidationError", 400}
)

// documentedDuration is how the documentation spells sayDuration, which is what AWS
// says: people meet the one and look for the other.
const documentedDuration = "Requested DurationSeconds exceeds MaxSessionDuration set for this role."

// fault is why AWS refuses one value.
type fault struct {
	answer answer
	reason string // what is wrong with the value: the rest of a sentence that begins with it
	remedy string
}

// problem tells the fault to those who can mend the configuration or the
// person's attributes.
func (f *fault) problem(field, value string) idp.Problem {
	return idp.Problem{Field: field, Value: value, Reason: f.reason + " (AWS answers: " + f.answer.text + ")", Remedy: f.remedy}
}

// Limits of attribute values.
const (
	minName         = 2 // of a role session name and of a source identity, in characters
	maxName         = 64
	maxTags         = 50
	maxTagKey       = 128
	maxTagValue     = 256
	minDuration     = 900   // seconds
	maxDuration     = 43200 // seconds
	defaultDuration = 3600  // seconds, when the response names none
)

// valueFault tells why AWS refuses the value for the attribute of that short
// name, or returns nil.
func valueFault(a attribute, value string) *fault {
	switch a.kind {
	case kindSessionName:
		return sessionNameFault(value)
	case kindSourceIdentity:
		return sourceIdentityFault(value)
	case kindTag:
		return tagValueFault(value)
	case kindTransitive:
		return tagKeyFault(value)
	}
	return nil
}

func validName(s string) bool {
	return len(s) >= minName && len(s) <= maxName && allBytes(s, isNameByte)
}

const nameRemedy = "use 2 to 64 ASCII letters, digits and _ + = , . @ - without spaces"

func sessionNameFault(value string) *fault {
	if validName(value) {
		return nil
	}
	return &fault{saySessionName, "cannot be a role session name", nameRemedy}
}

func sourceIdentityFault(value string) *fault {
	if validName(value) { // without a colon, so it cannot begin with aws:
		return nil
	}
	return &fault{saySource, "cannot be a source identity", nameRemedy}
}

func tagKeyFault(key string) *fault {
	switch n := utf8.RuneCountInString(key); {
	case n == 0:
		return &fault{sayInvalid, "is a tag key without a character", "name the tag after PrincipalTag:"}
	case n > maxTagKey:
		return &fault{sayInvalid, fmt.Sprintf("is a tag key of %d characters", n), fmt.Sprintf("use at most %d", maxTagKey)}
	case hasReservedPrefix(key):
		return &fault{sayInvalid, "is a tag key that begins with aws:, which AWS keeps for itself", "choose another key"}
	case !allRunes(key, isTagRune):
		return &fault{sayInvalid, "is a tag key with a character that AWS does not take", tagRemedy}
	}
	return nil
}

const tagRemedy = "use letters, digits, spaces and _ . : / = + - @"

func tagValueFault(value string) *fault {
	switch n := utf8.RuneCountInString(value); {
	case n > maxTagValue:
		return &fault{sayInvalid, fmt.Sprintf("is a tag value of %d characters", n), fmt.Sprintf("use at most %d", maxTagValue)}
	case hasReservedPrefix(value):
		return &fault{sayInvalid, "is a tag value that begins with aws:, which AWS keeps for itself", "choose another value"}
	case !allRunes(value, isTagRune):
		return &fault{sayInvalid, "is a tag value with a character that AWS does not take", tagRemedy}
	}
	return nil
}

func durationFault(value string) *fault {
	const remedy = "use 900 to 43200 seconds (15 minutes to 12 hours)"
	seconds, err := strconv.Atoi(value)
	if err != nil || !allBytes(value, isDigit) {
		return &fault{sayInvalid, "is not a whole number of seconds", remedy}
	}
	bound := ""
	switch {
	case seconds < minDuration:
		bound = "greater than or equal to 900"
	case seconds > maxDuration:
		bound = "less than or equal to 43200"
	default:
		return nil
	}
	text := fmt.Sprintf("1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: Member must have value %s", seconds, bound)
	return &fault{answer{text, "ValidationError", 400}, "is a session duration that AWS does not take", remedy}
}

// clip keeps a hostile value from flooding a page or a log.
func clip(s string) string {
	const most = 120
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
