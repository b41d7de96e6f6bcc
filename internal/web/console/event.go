package console

import (
	"encoding/json"
	"fmt"
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

// did says what an action is, in the middle of a sentence whose first %s is what
// it was done to.
var did = map[idp.Action]string{
	idp.ActionSignIn:              "signed in",
	idp.ActionSignOut:             "signed out",
	idp.ActionLaunch:              "opened %s",
	idp.ActionConnectorCreate:     "created the connector %s",
	idp.ActionConnectorUpdate:     "changed the connector %s",
	idp.ActionConnectorActivate:   "activated the connector %s",
	idp.ActionConnectorDeactivate: "deactivated the connector %s",
	idp.ActionConnectorDelete:     "deleted the connector %s",
	idp.ActionConnectorTest:       "tested the connector %s",
	idp.ActionImagePut:            "gave the connector %s an image",
	idp.ActionImageDelete:         "took the image from the connector %s",
	idp.ActionGrant:               "opened the connector %s to a group",
	idp.ActionRevoke:              "closed the connector %s to a group",
	idp.ActionKeyCreate:           "made a key for %s",
	idp.ActionKeyUpload:           "uploaded a key for %s",
	idp.ActionKeyDelete:           "deleted the key of %s",
	idp.ActionUserCreate:          "created the person %s",
	idp.ActionUserUpdate:          "changed the person %s",
	idp.ActionUserSuspend:         "suspended %s",
	idp.ActionUserResume:          "resumed %s",
	idp.ActionUserDelete:          "deleted the person %s",
	idp.ActionUserLock:            "locked %s out",
	idp.ActionUserUnlock:          "let %s in again",
	idp.ActionPasswordSet:         "set a password for %s",
	idp.ActionPasswordLink:        "made a password link for %s",
	idp.ActionGroupCreate:         "created the group %s",
	idp.ActionGroupUpdate:         "changed the group %s",
	idp.ActionGroupDelete:         "deleted the group %s",
	idp.ActionMemberAdd:           "put somebody into the group %s",
	idp.ActionMemberRemove:        "took somebody out of the group %s",
	idp.ActionSetup:               "set Gatepost up with the owner %s",
	idp.ActionSetupLink:           "made a setup link",
	idp.ActionInstanceUpdate:      "changed the installation",
	idp.ActionLockdown:            "locked everything down",
	idp.ActionLockdownLift:        "lifted the lockdown",
	idp.ActionTokenCreate:         "made the token %s",
	idp.ActionTokenRevoke:         "revoked the token %s",
	idp.ActionExport:              "exported the configuration",
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
	text, known := did[idp.Action(e.Action)]
	if !known {
		text = strings.ReplaceAll(e.Action, ".", " ") + ": %s"
	}
	if strings.Contains(text, "%s") {
		text = fmt.Sprintf(text, target)
	}
	arn, err := awsfed.ParseRole(e.RoleARN)
	if err == nil {
		text += " as " + arn.Name
	}
	return who + " " + text
}

// linesOf are the fields that an event says have changed.
func linesOf(before, after map[string]any) []line {
	both := maps.Clone(before)
	if both == nil {
		both = map[string]any{}
	}
	maps.Copy(both, after)
	var lines []line
	for _, name := range slices.Sorted(maps.Keys(both)) {
		lines = append(lines, line{Field: spell(name), Before: plainly(before[name]), After: plainly(after[name])})
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
	}
	text, err := json.Marshal(value)
	if err != nil || string(text) == "null" {
		return ""
	}
	return string(text)
}
