package console

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
)

// conflict is what somebody else saved while a form was open.
type conflict struct {
	Title   string
	Changes []foreign
	Differs []line // what is stored now against what the form would save
	Back    string // where the stored state is shown
}

// foreign is one change of somebody else.
type foreign struct {
	Who   string
	When  string
	Lines []line
}

// maxForeign is how many changes of others are told: the rest is in the events.
const maxForeign = 3

// between is how many versions lie between two ETags, as far as that can be seen
// and no more than are told: changes from before the form was opened are no news.
func between(read, now string) int {
	n := version(now) - version(read)
	if version(read) < 1 || n < 1 || n > maxForeign {
		return maxForeign
	}
	return n
}

func version(etag string) int {
	n, err := strconv.Atoi(strings.Trim(etag[strings.LastIndex(etag, ".")+1:], `"`))
	if err != nil {
		return 0
	}
	return n
}

// meet brings a form together with what is stored now. What the administrator had
// not touched becomes what is stored, so that saving again takes nothing of the
// other's back; what both changed stays as the administrator typed it, with the
// other's value told above the form.
func (f *form) meet(stale *admin.Stale, stored map[string]string) {
	c := &conflict{Title: "Somebody else saved this meanwhile", Back: f.Back}
	if len(stale.Changes) > 0 {
		c.Title = stale.Changes[0].Actor + " saved this meanwhile"
	}
	for _, e := range stale.Changes[:min(len(stale.Changes), between(f.Match, stale.ETag))] {
		c.Changes = append(c.Changes, foreign{Who: e.Actor, When: momentOf(e.At).Text, Lines: linesOf(e.Before, e.After)})
	}
	f.Match, f.Conflict = stale.ETag, c
	if stored == nil {
		return
	}
	all := maps.Clone(stored)
	maps.Copy(all, f.Values)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		now, mine := stored[name], f.Values[name]
		if f.was != nil && mine == f.was[name] {
			f.Values[name] = now
			continue
		}
		f.Values[name] = mine
		if mine != now {
			c.Differs = append(c.Differs, line{Field: spell(name), Before: orNothing(now), After: orNothing(mine)})
		}
	}
	f.was = stored
}

// orNothing says that a value is empty; a ticked box is "on" as a value.
func orNothing(value string) string {
	switch value {
	case "":
		return "nothing"
	case "on":
		return "ticked"
	}
	return value
}
