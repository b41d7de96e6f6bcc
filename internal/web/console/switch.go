package console

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// activate opens a connector, or says everything that keeps it from working.
func activate(v *visit) error {
	err := v.ActivateConnector(v.ctx(), v.slug())
	var problems idp.Problems
	if !errors.As(err, &problems) {
		if err != nil {
			return err
		}
		return v.done(connectorsPath+"/"+v.slug(), "activated")
	}
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	p, err := v.connectorPage(c)
	if err != nil {
		return err
	}
	for _, one := range problems {
		p.Refusals = append(p.Refusals, fault{Anchor: p.Base + placeOf(one.Field), Name: spell(one.Field), Text: one.Sentence()})
	}
	return v.show(http.StatusUnprocessableEntity, p)
}

// placeOf is where a field of a connector is changed.
func placeOf(field string) string {
	name, _, _ := strings.Cut(field, "[")
	switch name {
	case "key":
		return tabSSO + "#key"
	case "roles", "attributes":
		return tabRoles + "#" + name
	case "groups":
		return tabGroups
	case "label", "description", "url", "shown":
		return tabOverview
	}
	return tabSSO
}

// deactivate closes a connector, once it is said who can no longer get in.
func deactivate(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	base := connectorsPath + "/" + c.Slug
	if !c.Active {
		return v.done(base, "deactivated")
	}
	closed := c
	closed.Active = false
	asked, err := v.confirmed(c, closed, confirmPage{
		Section: connectorsPath, Trail: []link{{"Connectors", connectorsPath}, {c.Label, base}},
		Title:  "Deactivate " + c.Label + "?",
		Text:   "It opens for nobody from the next request on. Sessions in AWS that are open go on until they end. You can activate it again at any time.",
		Action: base + "/deactivate", Button: "Deactivate", Danger: true, Back: base,
	}, true)
	if err != nil || asked {
		return err
	}
	err = v.DeactivateConnector(v.ctx(), c.Slug)
	if err != nil {
		return err
	}
	return v.done(base, "deactivated")
}

// remove deletes an inactive connector whose name was typed.
func remove(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	if strings.TrimSpace(v.fields["typed"]) != c.Slug {
		return v.refuseRemoval(c)
	}
	err = v.DeleteConnector(v.ctx(), c.Slug, cmp.Or(v.fields["match"], unread))
	if err != nil {
		return err
	}
	return v.done(connectorsPath, "deleted")
}

func (v *visit) refuseRemoval(c resource.Connector) error {
	p, err := v.connectorPage(c)
	if err != nil {
		return err
	}
	p.TypedProblem = "That is not the connector’s name. Nothing is deleted."
	return v.show(http.StatusUnprocessableEntity, p)
}
