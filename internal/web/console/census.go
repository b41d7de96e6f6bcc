package console

import (
	"sync"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// soon is how long before the end of a certificate the console begins to warn.
const soon = 60 * 24 * time.Hour

// censusAge is how old a count of the connectors may be for the banner of a page.
// It lets nobody in: what it says is how the connectors stood a moment ago.
const censusAge = 5 * time.Minute

// censusPages bounds how many pages of connectors one count reads.
const censusPages = 20

// census is what the console knows of all connectors at once. Counting reads them
// page by page, so that it is kept for a while between pages.
type census struct {
	now func() time.Time

	mu    sync.Mutex
	taken time.Time
	last  tally
}

// tally is one count.
type tally struct {
	Connectors []resource.Connector
	More       bool // there are more than were counted
}

func newCensus(now func() time.Time) *census { return &census{now: now} }

// forget makes the next page count anew.
func (c *census) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken = time.Time{}
}

// recent is the last count, unless it is older than age.
func (c *census) recent(age time.Duration) (tally, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Both are wall-clock times: the process may have been frozen in between.
	return c.last, c.now().Round(0).Sub(c.taken) < age && !c.taken.IsZero()
}

func (c *census) keep(t tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last, c.taken = t, c.now().Round(0)
}

// count counts the connectors, or takes a count that is not older than age.
func (v *visit) count(age time.Duration) (tally, error) {
	last, ok := v.h.census.recent(age)
	if ok {
		return last, nil
	}
	var t tally
	list := admin.List{Limit: 100}
	for range censusPages {
		page, next, err := v.Connectors(v.ctx(), list)
		if err != nil {
			return tally{}, err
		}
		t.Connectors = append(t.Connectors, page...)
		list.Cursor = next
		t.More = next != ""
		if !t.More {
			break
		}
	}
	v.h.census.keep(t)
	return t, nil
}

// ending is a connector whose certificate ends soon, or has ended.
type ending struct {
	Slug  string
	Label string
	Day   moment
	Over  bool
}

// endings are the connectors with a certificate that ends soon. A draft's does not
// matter yet.
func (t tally) endings(now time.Time) []ending {
	var list []ending
	for _, c := range t.Connectors {
		end, keyed := endOf(c)
		if !keyed || end.Sub(now) > soon || !c.Active {
			continue
		}
		list = append(list, ending{Slug: c.Slug, Label: c.Label, Day: dayOf(c.Key.NotAfter), Over: !now.Before(end)})
	}
	return list
}

// expiring are the banners about certificates, at most one for those that have
// ended and one for those that will.
func (v *visit) expiring() ([]banner, error) {
	t, err := v.count(censusAge)
	if err != nil {
		return nil, err
	}
	return certificateBanners(t.endings(v.h.Now())), nil
}

func certificateBanners(endings []ending) []banner {
	var over, near []ending
	for _, e := range endings {
		if e.Over {
			over = append(over, e)
		} else {
			near = append(near, e)
		}
	}
	var list []banner
	if len(over) > 0 {
		list = append(list, certificateBanner(bad, over, "has ended: AWS takes no sign-in from it", "have certificates that have ended: AWS takes no sign-in from them"))
	}
	if len(near) > 0 {
		list = append(list, certificateBanner(mild, near, "ends on "+near[0].Day.Text, "have certificates that end within 60 days"))
	}
	return list
}

func certificateBanner(t tone, list []ending, one, many string) banner {
	if len(list) == 1 {
		return banner{Tone: t, Title: "The certificate of " + list[0].Label, Text: one + ".", Href: Root + "/connectors/" + list[0].Slug + "/sso", Link: "See its key"}
	}
	return banner{Tone: t, Title: count(len(list), false, "connector", "connectors"), Text: many + ".", Href: Root + "#attention", Link: "See which"}
}
