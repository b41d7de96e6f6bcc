package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// groupConnectorsPage ticks the connectors that a group opens: the same as the
// groups of a connector, from the other side.
type groupConnectorsPage struct {
	circle
	Search  search
	Ticks   []connectorTick
	Was     string // which were ticked, as JSON, for the form to send back
	Pager   pager
	Further bool
	Opens   []link // all that the group opens
}

// connectorTick is one connector to tick.
type connectorTick struct {
	connectorRow
	Main    chip
	Control string
	Ticked  bool
}

func (p groupConnectorsPage) heading() heading {
	return p.circle.heading("group_connectors", "Connectors")
}

func groupConnectors(v *visit) error {
	g, err := v.Group(v.ctx(), v.group())
	if err != nil {
		return err
	}
	found, next, err := v.Connectors(v.ctx(), admin.List{Search: v.fields["q"], Limit: 100, Cursor: v.fields["cursor"]})
	if err != nil {
		return err
	}
	open, _, err := v.openedBy(g.Name)
	if err != nil {
		return err
	}
	p, err := groupConnectorsPageOf(circleOf(g, "/connectors", v.right("connectors", admin.OpConnector, admin.Target{})), found, open, v.fields, next, v.h.Now())
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, p)
}

func groupConnectorsPageOf(about circle, found, open []resource.Connector, fields map[string]string, next string, now time.Time) (groupConnectorsPage, error) {
	path := about.Base + "/connectors"
	p := groupConnectorsPage{
		circle: about, Further: next != "", Pager: pages(path, fields, next),
		Search: search{Action: path, Query: fields["q"], Label: "Search connectors", Placeholder: "Label or name"},
	}
	for _, c := range open {
		p.Opens = append(p.Opens, link{c.Label, connectorsPath + "/" + c.Slug})
	}
	was := map[string]bool{}
	for _, c := range found {
		one := connectorTick{connectorRow: rowOf(c, now), Main: mainState(c), Control: "open[" + c.Slug + "]", Ticked: slices.Contains(c.Groups, about.Name)}
		was[c.Slug] = one.Ticked
		p.Ticks = append(p.Ticks, one)
	}
	text, err := json.Marshal(was)
	p.Was = string(text)
	return p, err
}

// saveGroupConnectors opens to a group the connectors that were newly ticked, and
// closes those that were unticked, once it is said who gains and who loses. What
// the page did not show, and what the administrator left as it was, stays as
// others have made it.
func saveGroupConnectors(v *visit) error {
	g, err := v.Group(v.ctx(), v.group())
	if err != nil {
		return err
	}
	path := groupPath(g.Name) + "/connectors"
	var was map[string]bool
	err = json.Unmarshal([]byte(v.fields["was"]), &was)
	if err != nil {
		return errNoPage
	}
	var opening, closing []string
	for slug, open := range was {
		ticked := v.fields["open["+slug+"]"] != ""
		switch {
		case ticked && !open:
			opening = append(opening, slug)
		case !ticked && open:
			closing = append(closing, slug)
		}
	}
	slices.Sort(opening)
	slices.Sort(closing)
	asked, err := v.askToRegrant(g, path, opening, closing)
	if err != nil || asked {
		return err
	}
	for _, slug := range closing {
		err := v.Revoke(v.ctx(), slug, g.Name)
		if err != nil {
			return err
		}
	}
	for _, slug := range opening {
		err := v.Grant(v.ctx(), slug, g.Name)
		if err != nil {
			return err
		}
	}
	return v.done(path, "saved")
}

func (v *visit) askToRegrant(g resource.Group, path string, opening, closing []string) (bool, error) {
	var pairs []pair
	p := confirmPage{
		Section: groupsRoot, Trail: []link{{"Groups", groupsRoot}, {g.Name, groupPath(g.Name)}},
		Title: "Change what " + g.Name + " opens?", Action: path, Button: "Save", Back: path, Danger: len(closing) > 0,
	}
	for _, side := range []struct {
		slugs []string
		open  bool
	}{{closing, false}, {opening, true}} {
		connectors, err := v.connectorsNamed(side.slugs)
		if err != nil {
			return false, err
		}
		for _, c := range connectors {
			pairs = append(pairs, withGroup(c, g.Name, side.open))
			if side.open {
				p.Changes = append(p.Changes, line{Field: "Connectors", After: c.Label})
				continue
			}
			p.Changes = append(p.Changes, line{Field: "Connectors", Before: c.Label})
			p.Things = append(p.Things, rolesThatGo(c, g.Name)...)
		}
	}
	connectors := befores(pairs)
	people, err := v.peopleAround(g.Name, connectors)
	if err != nil {
		return false, err
	}
	p.Effects = toldBy(v.regranted(pairs, people), doorsIn(connectors))
	if len(p.Effects) == 0 && len(p.Things) == 0 {
		return false, nil
	}
	return v.ask(p)
}
