package console

import (
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// milestones are the first steps of an installation with those that its state
// shows as done. There are none once all are.
func milestones(t tally, users, groups int) ([]milestone, int) {
	first := Root + "/connectors"
	if len(t.Connectors) > 0 {
		first += "/" + t.Connectors[0].Slug
	}
	has := func(is func(resource.Connector) bool) bool { return t.number(is) > 0 }
	steps := []milestone{
		{Title: "Create the first owner", Done: true},
		{Title: "Make a connector", Text: "An AWS account, or several, or a plain link.", Href: Root + "/connectors/new", Done: len(t.Connectors) > 0},
		{Title: "Give it a key", Text: "Made here or uploaded. With it comes the metadata document that AWS wants.", Href: first + "/sso", Done: has(func(c resource.Connector) bool { return hasKey(c) || isBookmark(c) })},
		{Title: "Make a group and add people", Text: "Connectors open for groups, never for single people.", Href: Root + "/groups", Done: groups > 0 && users > 1},
		{Title: "Open the connector to the group", Text: "Until then it opens for nobody.", Href: first + "/groups", Done: has(func(c resource.Connector) bool { return len(c.Groups) > 0 })},
		{Title: "Set up AWS and activate", Text: "The connector’s page has the steps in AWS, ready to copy.", Href: first, Done: has(func(c resource.Connector) bool { return c.Active })},
	}
	done := 0
	for i := range steps {
		if steps[i].Done {
			done++
			steps[i].Href = ""
		}
	}
	if done == len(steps) {
		return nil, done
	}
	for i := range steps {
		if !steps[i].Done {
			steps[i].Next = true
			break
		}
	}
	return steps, done
}

// attention are the connectors that somebody should look at, the worst first.
func (t tally) attention(now time.Time) []attention {
	var worst, rest []attention
	for _, e := range t.endings(now) {
		one := attention{chip{"Ends " + e.Day.Text, mild}, e.Label, Root + "/connectors/" + e.Slug + "/sso"}
		if e.Over {
			one.State = chip{"Ended " + e.Day.Text, bad}
			worst = append(worst, one)
			continue
		}
		rest = append(rest, one)
	}
	for _, c := range t.Connectors {
		at := Root + "/connectors/" + c.Slug
		if !isBookmark(c) && !hasKey(c) {
			rest = append(rest, attention{chip{"No key", mild}, c.Label, at + "/sso"})
		}
		if len(c.Groups) == 0 {
			rest = append(rest, attention{chip{"No groups", mild}, c.Label, at + "/groups"})
		}
	}
	return append(worst, rest...)
}
