package console

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// letsIn are the words of [notices] for what may let somebody in whom AWS refuses.
var letsIn = map[string]bool{
	"saved": true, "created": true, "created-keyed": true, "activated": true, "resumed": true, "member-added": true, "user-created": true,
}

// refused are the people whose launch would be refused: after a change, by what it
// changed, and on the first page of a connector, where it is activated. An import,
// which is told where it was posted, brings its own.
func (v *visit) refused(c content) ([]resource.Warning, error) {
	done, imported := c.(importPage)
	if imported {
		return done.warnings, nil
	}
	about := admin.About{Connector: v.slug(), Group: v.group(), User: v.email()}
	if v.r.Method == http.MethodPost || about == (admin.About{}) {
		return nil, nil
	}
	_, first := c.(connectorPage)
	if !first && !letsIn[v.fields["done"]] {
		return nil, nil
	}
	about.Ends = v.fields["done"] == "member-added"
	return v.Warnings(v.ctx(), about)
}

// RefusedTitle stands above the people whose launch would be refused, or may be
// where all that speaks against it is an end that is near.
func (f frame) RefusedTitle() string {
	for _, w := range f.Refused {
		if w.Field != "expires_at" {
			return "Whose launch would be refused"
		}
	}
	return "Whose launch may be refused"
}

// refusing are the active connectors that would refuse people.
func refusing(t tally, warnings []resource.Warning) []attention {
	refuses := map[string]bool{}
	for _, w := range warnings {
		refuses[w.Connector] = refuses[w.Connector] || w.Count > 0
	}
	var list []attention
	for _, c := range t.Connectors {
		if c.Active && refuses[c.Slug] {
			list = append(list, attention{chip{"Refuses people", mild}, c.Label, connectorsPath + "/" + c.Slug + tabAccess})
		}
	}
	return list
}
