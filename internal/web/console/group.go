package console

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// circle is what every page about one group has.
type circle struct {
	right
	Trail []link
	Base  string // path of the group
	Name  string
	Tabs  tabs
}

func (c circle) heading(template, title string) heading {
	return heading{Template: template, Title: title + " · " + c.Name, Section: groupsRoot}
}

func (v *visit) group() string { return v.r.PathValue("group") }

func circleOf(g resource.Group, here string, may right) circle {
	c := circle{Trail: []link{{"Groups", groupsRoot}}, Base: groupPath(g.Name), Name: g.Name, right: may}
	c.Tabs = tabs{Of: "Pages about " + g.Name}
	for _, t := range []tab{{Text: "Members"}, {Text: "Connectors", Href: "/connectors"}, {Text: "Settings", Href: "/settings"}} {
		t.Href, t.Here = c.Base+t.Href, t.Href == here
		c.Tabs.Tabs = append(c.Tabs.Tabs, t)
	}
	return c
}

// groupSettingsPage renames and describes a group, and deletes it.
type groupSettingsPage struct {
	circle
	Form form
}

func (p groupSettingsPage) heading() heading {
	return p.circle.heading("group_settings", p.Form.title("Settings"))
}

func groupFormValues(g resource.Group) map[string]string {
	return map[string]string{"name": g.Name, "description": g.Description}
}

func ofGroup(current any) map[string]string {
	g, ok := current.(resource.Group)
	if !ok {
		return nil
	}
	return groupFormValues(g)
}

func groupSettings(v *visit) error {
	g, err := v.Group(v.ctx(), v.group())
	if err != nil {
		return err
	}
	return v.showGroupSettings(g, newForm(g.ETag, groupFormValues(g), groupPath(g.Name)+"/settings"))
}

func (v *visit) showGroupSettings(g resource.Group, f form) error {
	return v.show(f.status(), groupSettingsPage{circle: circleOf(g, "/settings", v.right("group", admin.OpGroup, admin.Target{})), Form: f})
}

func saveGroup(v *visit) error {
	g, err := v.Group(v.ctx(), v.group())
	if err != nil {
		return err
	}
	f := posted(v.fields, []string{"name", "description"}, groupPath(g.Name)+"/settings")
	saved, err := v.UpdateGroup(v.ctx(), g.Name, f.Match, func(now *resource.Group) error {
		now.Name, now.Description = f.Values["name"], f.Values["description"]
		return nil
	})
	if f.refused(nameTaken(err, f.Values["name"]), ofGroup) {
		return v.showGroupSettings(g, f)
	}
	if err != nil {
		return err
	}
	return v.done(groupPath(saved.Name)+"/settings", "saved")
}

// deleteGroup removes a group whose name was typed, once it is said who can no
// longer get in where. A large group takes several steps, each of which is asked
// for: the connectors come first, so that access ends with the first steps.
func deleteGroup(v *visit) error {
	g, err := v.Group(v.ctx(), v.group())
	if errors.Is(err, store.ErrNotFound) && v.fields["further"] != "" {
		return v.done(groupsRoot, "group-deleted")
	}
	if err != nil {
		return err
	}
	match := "" // the step before changed it
	if v.fields["further"] == "" {
		var asked bool
		match, asked, err = v.askToDelete(g)
		if err != nil || asked {
			return err
		}
	}
	gone, err := v.DeleteGroup(v.ctx(), g.Name, match)
	if err != nil {
		return err
	}
	if gone {
		return v.done(groupsRoot, "group-deleted")
	}
	v.h.census.forget()
	return v.show(http.StatusAccepted, confirmPage{
		Section: groupsRoot, Trail: []link{{"Groups", groupsRoot}}, Title: "Deleting " + g.Name + " is not finished yet",
		Text:   "It is a large group, and a part of it is removed. What is left still works: go on until it is gone.",
		Action: groupPath(g.Name) + "/delete", Hidden: []hidden{{"further", "yes"}}, Button: "Go on", Danger: true,
		Back: groupPath(g.Name), Keep: "Leave it for later",
	})
}

// askToDelete asks whether a group shall go, unless that is confirmed. What was
// confirmed is looked at again once the group takes nothing new, so that it is what
// goes; the version that it is closed in is returned.
func (v *visit) askToDelete(g resource.Group) (match string, asked bool, err error) {
	if v.fields["confirmed"] == "" || strings.TrimSpace(v.fields["typed"]) != g.Name {
		page, err := v.deletion(g)
		if err != nil {
			return "", false, err
		}
		asked, err = v.ask(page)
		return "", asked, err
	}
	closed, err := v.CloseGroup(v.ctx(), g.Name, cmp.Or(v.fields["match"], unread))
	if err != nil {
		return "", false, err
	}
	page, err := v.deletion(closed)
	if err == nil && v.confirms(page) {
		return closed.ETag, false, nil
	}
	open, failed := v.ReopenGroup(v.ctx(), g.Name, closed.ETag)
	err = errors.Join(err, failed)
	if err != nil {
		return "", false, err
	}
	v.fields["match"] = open.ETag
	asked, err = v.ask(page)
	return "", asked, err
}

// deletion asks for a group to be deleted, and says who can no longer get in where.
func (v *visit) deletion(g resource.Group) (confirmPage, error) {
	connectors, _, err := v.openedBy(g.Name)
	if err != nil {
		return confirmPage{}, err
	}
	people, err := v.peopleAround(g.Name, connectors)
	if err != nil {
		return confirmPage{}, err
	}
	var pairs []pair
	var gone []string
	for _, c := range connectors {
		pairs = append(pairs, withGroup(c, g.Name, false))
		gone = append(gone, rolesThatGo(c, g.Name)...)
	}
	members := slices.DeleteFunc(slices.Clone(people), func(u resource.User) bool { return !slices.Contains(groupNames(u), g.Name) })
	effect := v.regranted(pairs, people)
	return confirmPage{
		Section: groupsRoot, Trail: []link{{"Groups", groupsRoot}, {g.Name, groupPath(g.Name)}}, Title: "Delete " + g.Name + "?",
		Text:   count(len(members), false, "person is", "people are") + " in it. Its memberships and grants go with it, for good; the people and the connectors stay.",
		Things: append(losses(effect, connectors), gone...), Effects: toldBy(effect, doorsIn(connectors)),
		Action: groupPath(g.Name) + "/delete", Button: "Delete the group", Danger: true, Back: groupPath(g.Name) + "/settings",
		TypedLabel: "Type " + g.Name + " to confirm", Typed: g.Name,
	}, nil
}

// losses tell of each way in how many people lose it: 12 people lose AWS A /
// SAML-User.
func losses(e plan.Effect, connectors []resource.Connector) []string {
	name := doorsIn(connectors)
	lost := map[string]int{}
	for _, one := range e.Losses {
		lost[name(one.Way)] += one.People
	}
	var list []string
	for _, door := range slices.Sorted(maps.Keys(lost)) {
		list = append(list, count(lost[door], false, "person loses", "people lose")+" "+door)
	}
	return list
}
