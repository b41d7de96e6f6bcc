package console

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// eventLine is one line of the audit record, as a sentence.
type eventLine struct {
	Sentence string
	State    *chip // nil for what simply happened
	At       moment
	From     string // address
	Reason   string
	Changes  []line
	Details  []fact
}

// line is one field that changed. An empty side is not shown.
type line struct{ Field, Before, After string }

// did says what an action is, after the name of who did it. {target} is what it was
// done to, {connector}, {group} and {member} are those that are concerned.
var did = map[idp.Action]string{
	idp.ActionSignIn:              "signed in",
	idp.ActionSignOut:             "signed out",
	idp.ActionLaunch:              "opened {connector}",
	idp.ActionConnectorCreate:     "created the connector {target}",
	idp.ActionConnectorUpdate:     "changed the connector {target}",
	idp.ActionConnectorActivate:   "activated the connector {target}",
	idp.ActionConnectorDeactivate: "deactivated the connector {target}",
	idp.ActionConnectorDelete:     "deleted the connector {target}",
	idp.ActionConnectorTest:       "tested the connector {connector} as {target}",
	idp.ActionImagePut:            "gave the connector {target} an image",
	idp.ActionImageDelete:         "took the image from the connector {target}",
	idp.ActionGrant:               "opened the connector {connector} to {group}",
	idp.ActionRevoke:              "closed the connector {connector} to {group}",
	idp.ActionKeyCreate:           "made a key for {target}",
	idp.ActionKeyUpload:           "uploaded a key for {target}",
	idp.ActionKeyDelete:           "deleted the key of {target}",
	idp.ActionUserCreate:          "created the person {target}",
	idp.ActionUserUpdate:          "changed the person {target}",
	idp.ActionUserSuspend:         "suspended {target}",
	idp.ActionUserResume:          "resumed {target}",
	idp.ActionUserDelete:          "deleted the person {target}",
	idp.ActionUserLock:            "locked {target} out",
	idp.ActionUserUnlock:          "let {target} in again",
	idp.ActionPasswordSet:         "set a password for {target}",
	idp.ActionPasswordLink:        "made a password link for {target}",
	idp.ActionGroupCreate:         "created the group {target}",
	idp.ActionGroupUpdate:         "changed the group {target}",
	idp.ActionGroupDelete:         "deleted the group {target}",
	idp.ActionMemberAdd:           "put {member} into the group {target}",
	idp.ActionMemberRemove:        "took {member} out of the group {target}",
	idp.ActionSetup:               "set Gatepost up with the owner {target}",
	idp.ActionSetupLink:           "made a setup link",
	idp.ActionInstanceUpdate:      "changed the installation",
	idp.ActionLockdown:            "locked everything down",
	idp.ActionLockdownLift:        "lifted the lockdown",
	idp.ActionTokenCreate:         "made the token {target}",
	idp.ActionTokenRevoke:         "revoked the token {target}",
	idp.ActionSettings:            "changed the settings",
	idp.ActionExport:              "exported the configuration",
	idp.ActionDenied:              "was refused a change of {target}",
}

// triedTo says it of an action that was refused, or that failed.
var triedTo = map[idp.Action]string{
	idp.ActionSignIn: "could not sign in",
	idp.ActionLaunch: "could not open {connector}",
}

func eventLines(events []resource.Event) []eventLine {
	lines := make([]eventLine, 0, len(events))
	for _, e := range events {
		lines = append(lines, eventLineOf(e))
	}
	return lines
}

func eventLineOf(e resource.Event) eventLine {
	l := eventLine{Sentence: sentence(e), At: momentOf(e.At), From: e.SourceIP, Reason: e.Reason, Changes: linesOf(e.Before, e.After)}
	switch idp.Outcome(e.Outcome) {
	case idp.OutcomeRefused:
		l.State = &chip{"refused", bad}
	case idp.OutcomeFailed:
		l.State = &chip{"failed", bad}
	}
	for _, f := range []fact{{"Role", e.RoleARN}, {"Assertion", e.AssertionID}, {"Browser", e.UserAgent}, {"Request", e.RequestID}, {"Event", e.ID}} {
		if f.Value != "" {
			l.Details = append(l.Details, f)
		}
	}
	return l
}

func sentence(e resource.Event) string {
	who := e.Actor
	if who == "" {
		who = "Somebody"
	}
	target := e.Target
	if target == "" {
		target = e.Connector
	}
	if target == "" {
		target = "the installation"
	}
	text, known := did[idp.Action(e.Action)]
	if !known {
		text = strings.ReplaceAll(e.Action, ".", " ") + ": {target}"
	}
	wanted, tried := triedTo[idp.Action(e.Action)]
	if tried && (e.Outcome == string(idp.OutcomeRefused) || e.Outcome == string(idp.OutcomeFailed)) {
		text = wanted
	}
	text = strings.NewReplacer(
		"{target}", target, "{connector}", e.Connector, "{group}", groupIn(e), "{member}", fieldIn(e, "member", "somebody"),
	).Replace(text)
	arn, err := awsfed.ParseRole(e.RoleARN)
	if err == nil {
		text += " as " + arn.Name
	}
	return who + " " + text
}

// groupIn is the group that a grant is about. Where one goes with its group, that
// is the target.
func groupIn(e resource.Event) string {
	if e.Target != e.Connector {
		return fieldIn(e, "group", e.Target)
	}
	return fieldIn(e, "group", "a group")
}

// fieldIn is a field of an event that came or went.
func fieldIn(e resource.Event, name, otherwise string) string {
	for _, fields := range []map[string]any{e.After, e.Before} {
		text, is := fields[name].(string)
		if is && text != "" {
			return text
		}
	}
	return otherwise
}

// linesOf are the fields that an event says have changed. Of lists, what came and
// what went is told, and not what stayed.
func linesOf(before, after map[string]any) []line {
	both := maps.Clone(before)
	if both == nil {
		both = map[string]any{}
	}
	maps.Copy(both, after)
	var lines []line
	for _, name := range slices.Sorted(maps.Keys(both)) {
		was, isList := before[name].([]any)
		is, isListToo := after[name].([]any)
		if isList || isListToo {
			lines = append(lines, setLines(spell(name), texts(was), texts(is))...)
			continue
		}
		old, now := plainly(before[name]), plainly(after[name])
		if old != "" || now != "" {
			lines = append(lines, line{Field: spell(name), Before: old, After: now})
		}
	}
	return lines
}

func texts(values []any) []string {
	list := make([]string, 0, len(values))
	for _, value := range values {
		list = append(list, plainly(value))
	}
	return list
}

// setLines tell what comes and goes in a list.
func setLines(field string, before, after []string) []line {
	var lines []line
	for _, name := range before {
		if !slices.Contains(after, name) {
			lines = append(lines, line{Field: field, Before: name})
		}
	}
	for _, name := range after {
		if !slices.Contains(before, name) {
			lines = append(lines, line{Field: field, After: name})
		}
	}
	return lines
}

// plainly is a value of an event as text.
func plainly(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case map[string]any:
		return thing(v)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}

// thing is one thing of a list: a role, an attribute rule, a membership, or whatever
// it is.
func thing(fields map[string]any) string {
	role, isRole := fields["role_arn"].(string)
	name, isNamed := fields["name"].(string)
	_, isRule := fields["value"]
	ends, hasEnd := fields["expires_at"].(string)
	switch {
	case isRole:
		groups, _ := fields["groups"].([]any)
		if len(groups) > 0 {
			return role + " for " + count(len(groups), false, "group", "groups")
		}
		return role + " for all groups"
	case isNamed && isRule:
		return name + ": " + plainly(fields["value"])
	case isNamed && hasEnd:
		return name + " until " + ends
	case isNamed && len(fields) == 1:
		return name
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return ""
	}
	return string(text)
}
