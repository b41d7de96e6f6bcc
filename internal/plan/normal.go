package plan

import (
	"cmp"
	"errors"
	"slices"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// domain is the connector as the rest of the program knows it, with every default
// filled in and the names of groups in the place of their IDs. An entity ID that
// is left out stays empty: its default is an address that a file does not know.
func (c *Connector) domain() (idp.Connector, error) {
	shape := c.shape()
	d, err := shape.Domain()
	d.Active, d.Groups = c.Active, sorted(c.Groups)
	for i, role := range c.Roles {
		d.Roles[i].Groups = sorted(role.Groups)
	}
	d.Label = cmp.Or(d.Label, d.Slug)
	if d.Kind != idp.KindAWS {
		return d, err
	}
	awsfed.FillDefaults(&d)
	return d, err
}

func sorted(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// shape is the connector in the shape of the config API.
func (c *Connector) shape() resource.Connector {
	shown := c.Shown
	shape := resource.Connector{
		Slug: c.Slug, Kind: c.Kind, Label: c.Label, Description: c.Description, Shown: &shown, Active: c.Active, URL: c.URL,
		EntityID: c.EntityID, Partition: c.Partition, Region: c.Region, RelayState: c.RelayState, RelayStates: c.RelayStates,
		Roles: c.Roles, Attributes: c.Attributes, SessionDuration: c.SessionDuration,
		EndWithSession: c.EndWithSession, SignResponse: c.SignResponse, AWSChooser: c.AWSChooser, ConfirmCross: c.ConfirmCross,
		Groups: c.Groups,
	}
	if c.Key != nil {
		shape.Key = &resource.Key{Custody: c.Key.Custody, Source: c.Key.Source}
	}
	return shape
}

// normal spells the connector in the one way in which files are written and
// compared.
func (c *Connector) normal() (Connector, error) {
	d, err := c.domain()
	if err != nil {
		return *c, err
	}
	n := fromShape(resource.FromConnector(&d, nil, nil))
	n.Key, n.PrivateKeyFile, n.CertificateFile = c.Key, c.PrivateKeyFile, c.CertificateFile
	return n, nil
}

// leaveOut takes away the groups of roles of which the file says nothing: all of the
// connector's, unless a role that is stored was kept to some.
func (c *Connector) leaveOut(file *Connector) {
	for i := range c.Roles {
		if file.Roles[i].Groups == nil {
			c.Roles[i].Groups = nil
		}
	}
}

// fromShape leaves out what a file does not have. What is stored always has a
// normal form; where it had none it would be shown as it is.
func fromShape(r resource.Connector) Connector {
	c := Connector{
		Slug: r.Slug, Kind: r.Kind, Label: r.Label, Description: r.Description, Shown: r.Shown == nil || *r.Shown, Active: r.Active, URL: r.URL,
		EntityID: r.EntityID, Partition: r.Partition, Region: r.Region, RelayState: r.RelayState, RelayStates: slices.Clone(r.RelayStates),
		Roles: slices.Clone(r.Roles), Attributes: slices.Clone(r.Attributes), SessionDuration: r.SessionDuration,
		EndWithSession: r.EndWithSession, SignResponse: r.SignResponse, AWSChooser: r.AWSChooser, ConfirmCross: r.ConfirmCross,
		Groups: slices.Clone(r.Groups),
	}
	if r.Key != nil && (r.Key.Custody != "" || r.Key.Source != "") {
		c.Key = &Key{Custody: r.Key.Custody, Source: r.Key.Source}
	}
	if len(c.RelayStates) == 0 {
		c.RelayStates = nil
	}
	return c
}

// stored is the normal form of a connector that is stored. One without a key waits
// for an upload, as far as anybody can tell.
func stored(r resource.Connector) Connector {
	c := fromShape(r)
	if c.Key == nil && c.Kind == string(idp.KindAWS) {
		c.Key = &Key{Source: string(idp.SourceUploaded)}
	}
	n, err := c.normal()
	if err != nil {
		return c
	}
	return n
}

// gather takes the problems out of an error, so that those of several checks
// can be told together.
func gather(errs ...error) idp.Problems {
	var all idp.Problems
	for _, err := range errs {
		var problems idp.Problems
		var one idp.Problem
		switch {
		case err == nil:
		case errors.As(err, &problems):
			all = append(all, problems...)
		case errors.As(err, &one):
			all = append(all, one)
		default:
			all = append(all, idp.Problem{Field: "file", Reason: err.Error()})
		}
	}
	return all
}
