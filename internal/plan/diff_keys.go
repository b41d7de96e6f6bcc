package plan

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/resource"
)

// planKey plans the upload of a key, if the file's is another than the one that is
// there, or the making of one that is missing. It turns off what could not be
// activated for want of a key.
func (d *differ) planKey(want *Connector, have *resource.Connector) *Step {
	uploaded := want.Key != nil && want.Key.Source == string(idp.SourceUploaded)
	pair, given := d.Keys[want.Slug]
	field := fmt.Sprintf("connectors[%q].", want.Slug)
	ready := have != nil && have.Key != nil && have.Key.State == string(idp.KeyReady)
	switch {
	case uploaded && !given && !ready:
		reason := "has no key: it was uploaded, and a file holds no keys"
		if want.Active {
			reason += "; the connector comes in inactive"
		}
		want.Active = false
		d.note(field+"key", "", reason, "name private_key_file and certificate_file, or upload it with: gatepost key upload --connector "+want.Slug)
		return nil
	case !uploaded:
		d.noteKept(field, want.Key, have)
		return makeKey(want, have)
	case !given:
		d.noteKept(field, want.Key, have)
		return nil
	}
	_, cert, err := keys.ParseUpload(pair.PrivateKey, pair.Certificate, d.Now)
	if err != nil {
		for _, fault := range gather(err) {
			d.problem(field+fault.Field+"_file", "", fault.Reason, fault.Remedy)
		}
		return nil
	}
	made := resource.FromKey(&idp.Key{Source: idp.SourceUploaded, Current: keys.Describe("", cert)})
	if ready && have.Key.Fingerprint == made.Fingerprint && have.Key.NotBefore == made.NotBefore && have.Key.NotAfter == made.NotAfter {
		return nil
	}
	if ready && have.Active && want.Active {
		d.problem(field+"certificate_file", "", "is not of the key that the active connector has, which its AWS accounts trust", "deactivate the connector to replace its key, or name the files of the key that it has")
		return nil
	}
	return keyStep(want.Slug, made, have, pair)
}

func keyStep(slug string, made *resource.Key, have *resource.Connector, pair KeyPair) *Step {
	field := Field{Name: "key", After: "uploaded, " + made.Fingerprint}
	if have != nil && have.Key != nil && have.Key.Fingerprint != "" {
		field.Before = have.Key.Source + ", " + have.Key.Fingerprint
	}
	return keyChange(slug, have, field, func(ctx context.Context, r *run) error {
		_, err := r.site.UploadKey(ctx, slug, pair.PrivateKey, pair.Certificate)
		return err
	})
}

// makeKey plans a key for a connector whose making was cut short before it had one,
// unless it may be waiting for an upload.
func makeKey(want *Connector, have *resource.Connector) *Step {
	missing := have != nil && have.Kind == string(idp.KindAWS) && (have.Key == nil || have.Key.State == string(idp.KeyNone))
	if !missing || !want.Active && want.Key == nil {
		return nil
	}
	slug := want.Slug
	return keyChange(slug, have, Field{Name: "key", After: string(idp.SourceGenerated)}, func(ctx context.Context, r *run) error {
		_, err := r.site.MakeKey(ctx, slug)
		return err
	})
}

func keyChange(slug string, have *resource.Connector, field Field, do func(context.Context, *run) error) *Step {
	return &Step{
		Action: Change, Kind: KindConnector, Name: slug, Fields: []Field{field}, ETag: etagOf(have), phase: makingConnectors,
		do: func(ctx context.Context, r *run) error {
			return r.act(ctx, slug, etagOf(have), func() error { return do(ctx, r) })
		},
	}
}

// noteKept tells that a key stays as it is though the file describes another.
func (d *differ) noteKept(field string, want *Key, have *resource.Connector) {
	if want == nil || have == nil || have.Key == nil || have.Key.State != string(idp.KeyReady) {
		return
	}
	differs := func(name, asked, is string) {
		if asked != "" && asked != is {
			d.note(field+"key."+name, asked, "is not so: the key that is there stays, and its "+name+" is "+is, "change the file, or make the connector anew")
		}
	}
	differs("custody", want.Custody, have.Key.Custody)
	differs("source", want.Source, have.Key.Source)
}
