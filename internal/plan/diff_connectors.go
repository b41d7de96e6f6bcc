package plan

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func (d *differ) planConnectors() {
	if d.file.Connectors == nil {
		return
	}
	listed := map[string]bool{}
	for i := range d.file.Connectors {
		want, err := d.file.Connectors[i].normal()
		for _, fault := range gather(err) {
			d.problem(fmt.Sprintf("connectors[%q].%s", want.Slug, fault.Field), fault.Value, fault.Reason, fault.Remedy)
		}
		have := d.connectors[want.Slug]
		if have != nil {
			d.widen(have, &d.file.Connectors[i])
		}
		listed[want.Slug] = true
		if want.EntityID == "" && want.Kind == string(idp.KindAWS) {
			want.EntityID = d.entityID(want.Slug, have)
		}
		key := d.planKey(&want, have)
		d.warn(&want, have)
		d.wanted = append(d.wanted, want)
		if have == nil {
			d.addConnector(want)
		} else {
			d.changeConnector(want, *have)
		}
		if key != nil {
			d.steps = append(d.steps, *key)
		}
		if want.Active && (have == nil || !have.Active) {
			d.steps = append(d.steps, Step{
				Action: Change, Kind: KindConnector, Name: want.Slug, Fields: []Field{{"active", false, true}}, ETag: etagOf(have), phase: activating,
				do:     activate(want.Slug, etagOf(have)),
				needs:  func(r *run) basis { return r.known.opening(active(want.shape()), r.now()) },
				leaves: func(r *run) { r.known.connectors[want.Slug] = active(want.shape()) },
			})
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(d.connectors)) {
		if !listed[slug] {
			d.destroyConnector(*d.connectors[slug])
		}
	}
}

func etagOf(have *resource.Connector) string {
	if have == nil {
		return ""
	}
	return have.ETag
}

// entityID is the entity ID of a connector for which the file names none.
func (d *differ) entityID(slug string, have *resource.Connector) string {
	if d.state.URL == "" && have != nil {
		return have.EntityID
	}
	if d.state.URL == "" {
		return ""
	}
	return d.state.URL + "/metadata/" + slug
}

func (d *differ) addConnector(want Connector) {
	shape := want.shape()
	shape.Active = false
	d.steps = append(d.steps, Step{
		Action: Add, Kind: KindConnector, Name: want.Slug, Fields: newConnectorFields(&want), phase: makingConnectors,
		do: func(ctx context.Context, r *run) error {
			made, err := r.site.CreateConnector(ctx, shape)
			r.etags[want.Slug] = made.ETag
			return err
		},
		leaves: func(r *run) { r.known.connectors[want.Slug] = shape },
	})
}

func active(c resource.Connector) resource.Connector {
	c.Active = true
	return c
}

func (d *differ) changeConnector(want Connector, have resource.Connector) {
	if want.Kind != have.Kind {
		d.problem(fmt.Sprintf("connectors[%q].kind", want.Slug), want.Kind, "is not the kind that it has, "+have.Kind+", which stays", "take it out of the file, apply, and put it in again")
		return
	}
	before := stored(have)
	if have.Active && !want.Active {
		d.steps = append(d.steps, deactivation(have))
	}
	fields := connectorFields(&before, &want)
	if len(fields) == 0 {
		return
	}
	d.steps = append(d.steps, Step{
		Action: Change, Kind: KindConnector, Name: want.Slug, Fields: fields, ETag: have.ETag, phase: makingConnectors,
		do: func(ctx context.Context, r *run) error {
			made, err := r.site.UpdateConnector(ctx, want.Slug, r.etag(want.Slug, have.ETag), func(shape *resource.Connector) error {
				want.into(shape)
				return nil
			})
			r.etags[want.Slug] = made.ETag
			return err
		},
		needs:  func(r *run) basis { return r.known.opening(r.known.changed(want.shape()), r.now()) },
		leaves: func(r *run) { r.known.connectors[want.Slug] = r.known.changed(want.shape()) },
	})
}

// into changes what a file decides of a connector, and nothing else of it.
func (c *Connector) into(shape *resource.Connector) {
	made := c.shape()
	kept := *shape
	*shape = made
	shape.Active, shape.ImageURL, shape.Key = kept.Active, kept.ImageURL, kept.Key
	shape.Version, shape.CreatedAt, shape.UpdatedAt, shape.ETag = kept.Version, kept.CreatedAt, kept.UpdatedAt, kept.ETag
}

func deactivation(have resource.Connector) Step {
	return Step{
		Action: Change, Kind: KindConnector, Name: have.Slug, Fields: []Field{{"active", true, false}}, ETag: have.ETag, phase: deactivating,
		do: func(ctx context.Context, r *run) error {
			return r.act(ctx, have.Slug, have.ETag, func() error { return r.site.DeactivateConnector(ctx, have.Slug) })
		},
		leaves: func(r *run) {
			closed := r.known.connectors[have.Slug]
			closed.Active = false
			r.known.connectors[have.Slug] = closed
		},
	}
}

func activate(slug, etag string) func(context.Context, *run) error {
	return func(ctx context.Context, r *run) error {
		_, err := r.fresh(ctx, slug, etag)
		if err != nil {
			return err
		}
		return r.site.ActivateConnector(ctx, slug)
	}
}

func (d *differ) destroyConnector(have resource.Connector) {
	if have.Active {
		d.steps = append(d.steps, deactivation(have))
	}
	before := stored(have)
	d.steps = append(d.steps, Step{
		Action: Destroy, Kind: KindConnector, Name: have.Slug, Fields: gone(newConnectorFields(&before)), ETag: have.ETag, phase: destroyingConnectors,
		do: func(ctx context.Context, r *run) error {
			return r.site.DeleteConnector(ctx, have.Slug, r.etag(have.Slug, have.ETag))
		},
		leaves: func(r *run) { delete(r.known.connectors, have.Slug) },
	})
}

func (d *differ) note(field, value, reason, remedy string) {
	d.notes = append(d.notes, idp.Problem{Field: field, Value: value, Reason: reason, Remedy: remedy})
}

// warn repeats what is told of a connector that is made or changed by hand.
func (d *differ) warn(want *Connector, have *resource.Connector) {
	if have != nil {
		before := stored(*have)
		if len(connectorFields(&before, want)) == 0 {
			return
		}
	}
	c, err := want.domain()
	if err != nil {
		return
	}
	for _, w := range awsfed.Warnings(&c) {
		d.note(fmt.Sprintf("connectors[%q].%s", want.Slug, w.Field), w.Value, w.Reason, w.Remedy)
	}
}

// fold tells once what is to be known of many connectors alike.
func fold(notes idp.Problems) idp.Problems {
	type kind struct{ field, reason string }
	var folded idp.Problems
	var kinds []kind
	times := map[kind]int{}
	for _, n := range notes {
		_, field, _ := strings.Cut(n.Field, "].")
		k := kind{field, n.Reason}
		if times[k] == 0 {
			folded, kinds = append(folded, n), append(kinds, k)
		}
		times[k]++
	}
	for i, k := range kinds {
		if times[k] > 1 {
			folded[i].Reason += fmt.Sprintf(", and so for %d more", times[k]-1)
		}
	}
	return folded
}
