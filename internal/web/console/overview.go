package console

import (
	"net/http"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// overviewPage is the first page of the console.
type overviewPage struct {
	Steps         []milestone // none when all are done
	Done          int
	Numbers       []number
	Attention     []attention
	MoreAttention string
	Calm          string // what is said when there is nothing to look at
	Events        []eventLine
}

// milestone is one of the first steps of an installation.
type milestone struct {
	Title string
	Text  string
	Href  string
	Done  bool
	Next  bool // the first that is not done
}

// Mark is the class of the milestone's waymark.
func (m milestone) Mark() string {
	switch {
	case m.Done:
		return "done"
	case m.Next:
		return "next"
	}
	return "later"
}

// number is how many there are of something.
type number struct {
	Count string
	Text  string
	Href  string
}

// attention is a connector that somebody should look at.
type attention struct {
	State chip
	Label string
	Href  string
}

func (overviewPage) heading() heading {
	return heading{Template: "overview", Title: "Overview", Section: Root}
}

// What the overview shows of each.
const (
	lately       = 8
	maxAttention = 12
	sampled      = 100 // users and groups are counted up to here
)

func overview(v *visit) error {
	v.h.census.forget() // who looks here wants to know how it is now
	t, err := v.count(censusAge)
	if err != nil {
		return err
	}
	users, moreUsers, err := v.Users(v.ctx(), admin.List{Limit: sampled})
	if err != nil {
		return err
	}
	groups, moreGroups, err := v.Groups(v.ctx(), admin.List{Limit: sampled})
	if err != nil {
		return err
	}
	events, _, err := v.Events(v.ctx(), admin.EventQuery{Limit: lately})
	if err != nil {
		return err
	}
	refused, err := v.Warnings(v.ctx(), admin.About{})
	if err != nil {
		return err
	}
	p := overviewPageOf(t, sample{len(users), moreUsers != ""}, sample{len(groups), moreGroups != ""}, refusing(t, refused), v.h.Now())
	p.Events = eventLines(events)
	return v.show(http.StatusOK, p)
}

// sample is how many there are of something, or that there are more.
type sample struct {
	n    int
	more bool
}

func overviewPageOf(t tally, users, groups sample, refusing []attention, now time.Time) overviewPage {
	var p overviewPage
	p.Steps, p.Done = milestones(t, users.n, groups.n)
	p.Numbers = []number{
		{upTo(len(t.Connectors), t.More), "connectors", Root + "/connectors"},
		{upTo(t.active(), t.More), "of them active", Root + "/connectors"},
		{upTo(users.n, users.more), "users", Root + "/users"},
		{upTo(groups.n, groups.more), "groups", Root + "/groups"},
	}
	p.Calm = "Nothing. Every connector has a key, a group, and a certificate that holds for 60 days or more."
	if len(t.Connectors) == 0 {
		p.Calm = "Nothing yet."
	}
	p.Attention = append(t.attention(now), refusing...)
	if n := len(p.Attention) - maxAttention; n > 0 {
		p.Attention, p.MoreAttention = p.Attention[:maxAttention], andMore(n)
	}
	return p
}

func (t tally) active() int { return t.number(func(c resource.Connector) bool { return c.Active }) }

func (t tally) number(is func(resource.Connector) bool) int {
	n := 0
	for _, c := range t.Connectors {
		if is(c) {
			n++
		}
	}
	return n
}
