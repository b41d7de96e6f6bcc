package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// maxBulk is how many connectors are deleted at once: as many as a page lists.
const maxBulk = 100

// bulk deletes the connectors that are ticked in the list, once their number is
// typed. All of them are looked at before the first is deleted.
func bulk(v *visit) error {
	f := posted(v.fields, keysOf(v.fields), connectorsPath)
	picked := f.ticked("pick")
	if len(picked) == 0 || len(picked) > maxBulk {
		return v.showConnectors(http.StatusUnprocessableEntity, nil, "Tick the connectors to delete, at most "+strconv.Itoa(maxBulk)+".")
	}
	var chosen []resource.Connector
	for _, slug := range picked {
		c, err := v.Connector(v.ctx(), slug)
		if errors.Is(err, store.ErrNotFound) {
			continue // gone already
		}
		if err != nil {
			return err
		}
		if c.Active {
			return v.showConnectors(http.StatusConflict, picked, c.Label+" is active. Deactivate it first; nothing is deleted.")
		}
		chosen = append(chosen, c)
	}
	if len(chosen) == 0 {
		return v.done(connectorsPath, "deleted-all")
	}
	number := strconv.Itoa(len(chosen))
	if f.Values["typed"] != number {
		return v.confirmBulk(chosen, number)
	}
	for _, c := range chosen {
		err := v.DeleteConnector(v.ctx(), c.Slug, "")
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return v.done(connectorsPath, "deleted-all")
}

func (v *visit) confirmBulk(chosen []resource.Connector, number string) error {
	p := confirmPage{
		Section:    connectorsPath,
		Trail:      []link{{"Connectors", connectorsPath}},
		Title:      "Delete " + count(len(chosen), false, "connector", "connectors") + "?",
		Text:       "Their grants and keys go with them, for good.",
		Action:     connectorsPath,
		Hidden:     again(v.fields, number),
		TypedLabel: "Type how many are being deleted, " + number + ", to confirm",
		Typed:      number,
		Button:     "Delete",
		Danger:     true,
		Back:       connectorsPath,
	}
	for _, c := range chosen {
		p.Things = append(p.Things, c.Label+" ("+c.Slug+")")
	}
	status := http.StatusOK
	_, tried := v.fields["typed"]
	if tried {
		status, p.Problem = http.StatusUnprocessableEntity, "That is not the number. Nothing is deleted."
	}
	return v.show(status, p)
}

func keysOf(fields map[string]string) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
