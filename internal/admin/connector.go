package admin

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/metadata"
	"github.com/gatepost/gatepost/internal/store"
)

// NewConnector is what a connector is made from. Slug and Label are needed; the
// rest has the defaults of [Service.CreateConnector].
type NewConnector struct {
	idp.Connector
	UploadKey bool        // the key will be uploaded: make none
	Custody   idp.Custody // of the key that is made; empty for the installation's default
}

// CreateConnector stores a new, inactive connector and makes its key unless one
// will be uploaded. An AWS connector without attribute rules sends the person's
// email as the session name; one without an entity ID gets the address of its
// metadata. It returns [idp.Problems] or store.ErrExists.
func (s *Service) CreateConnector(ctx context.Context, a Actor, in NewConnector) (*idp.Connector, error) {
	c := in.Connector
	s.fillDefaults(&c)
	err := check(&c)
	if err != nil {
		return nil, err
	}
	e, err := s.connectorEvent(ctx, a, idp.ActionConnectorCreate, c.Slug, nil, &c)
	if err != nil {
		return nil, err
	}
	err = s.Store.CreateConnector(ctx, &c, e)
	if err != nil {
		return nil, store.About("create connector", c.Slug, err)
	}
	if c.Kind == idp.KindAWS && !in.UploadKey {
		err = s.makeKey(ctx, a, c.Slug, in.Custody)
		var problems idp.Problems
		if errors.As(err, &problems) { // the key that was asked for cannot be: nothing stays of it
			return nil, errors.Join(problems, s.DeleteConnector(ctx, a, c.Slug))
		}
		if err != nil {
			return &c, store.About(fmt.Sprintf("connector %q is stored, its key could not be made", c.Slug), "", err)
		}
	}
	return &c, nil
}

// EnsureKey makes the key of a connector that has none, as one has whose creation
// was cut short.
func (s *Service) EnsureKey(ctx context.Context, a Actor, slug string) error {
	return s.makeKey(ctx, a, slug, "")
}

func (s *Service) makeKey(ctx context.Context, a Actor, slug string, custody idp.Custody) error {
	_, err := s.Keys.Create(ctx, slug, custody, s.keyEvent(a, idp.ActionKeyCreate, slug))
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

func (s *Service) fillDefaults(c *idp.Connector) {
	c.ID = idp.NewID("c_")
	c.Active, c.Used, c.Image = false, false, ""
	c.CreatedAt, c.UpdatedAt = s.Now(), s.Now()
	s.fillBlanks(c)
}

// fillBlanks gives what was left out its default.
func (s *Service) fillBlanks(c *idp.Connector) {
	if c.Kind == "" {
		c.Kind = idp.KindAWS
	}
	if c.Label == "" {
		c.Label = c.Slug
	}
	if c.Kind != idp.KindAWS {
		return
	}
	if c.EntityID == "" {
		c.EntityID = s.URL + "/metadata/" + url.PathEscape(c.Slug) // a faulty slug is told once
	}
	awsfed.FillDefaults(c)
}

// check is everything that is asked of a connector before it is stored.
func check(c *idp.Connector) error {
	problems, err := gather(c.Validate())
	if err != nil {
		return err
	}
	if c.Kind == idp.KindAWS {
		more, err := gather(awsfed.CheckConnector(c))
		if err != nil {
			return err
		}
		problems = append(problems, more...)
	}
	return problems.Err()
}

// gather takes the problems out of an error, so that those of several checks
// can be told together.
func gather(err error) (idp.Problems, error) {
	var problems idp.Problems
	if err == nil || errors.As(err, &problems) {
		return problems, nil
	}
	return nil, err
}

// Connector returns one connector and its key, which is nil where there is none.
func (s *Service) Connector(ctx context.Context, slug string) (*idp.Connector, *idp.Key, error) {
	c, err := s.Store.Connector(ctx, slug)
	if err != nil {
		return nil, nil, store.About("connector", slug, err)
	}
	key, err := s.Store.Key(ctx, slug)
	if errors.Is(err, store.ErrNotFound) {
		return c, nil, nil
	}
	if err != nil {
		return nil, nil, store.About("key of", slug, err)
	}
	return c, key, nil
}

// UpdateConnector changes a connector under the version that was read. Slug,
// kind, ID and whether it is active do not change this way.
func (s *Service) UpdateConnector(ctx context.Context, a Actor, slug string, change func(*idp.Connector)) (*idp.Connector, error) {
	before, err := s.Store.Connector(ctx, slug)
	if err != nil {
		return nil, store.About("connector", slug, err)
	}
	after := *before
	change(&after)
	after.ID, after.Slug, after.Kind, after.Active, after.Used, after.Version = before.ID, before.Slug, before.Kind, before.Active, before.Used, before.Version
	after.Groups, after.CreatedAt, after.UpdatedAt = before.Groups, before.CreatedAt, s.Now()
	awsfed.NormalizeRules(&after)
	err = idp.NewFaults(check(before), check(&after))
	if err != nil {
		return nil, err
	}
	err = s.checkActive(ctx, before, &after)
	if err != nil {
		return nil, err
	}
	return &after, s.save(ctx, a, idp.ActionConnectorUpdate, before, &after)
}

func (s *Service) save(ctx context.Context, a Actor, action idp.Action, before, after *idp.Connector) error {
	e, err := s.connectorEvent(ctx, a, action, after.Slug, before, after)
	if err != nil {
		return err
	}
	err = s.Store.UpdateConnector(ctx, after, e)
	if err != nil {
		return store.About("save connector", after.Slug, err)
	}
	return nil
}

// Deactivate closes a connector for everybody, from the next request on.
func (s *Service) Deactivate(ctx context.Context, a Actor, slug string) error {
	return quicker(func() error {
		before, err := s.Store.Connector(ctx, slug)
		if err != nil {
			return store.About("connector", slug, err)
		}
		if !before.Active {
			return nil
		}
		after := *before
		after.Active, after.UpdatedAt = false, s.Now()
		return s.save(ctx, a, idp.ActionConnectorDeactivate, before, &after)
	})
}

// DeleteConnector removes an inactive connector, its grants and its key. It
// returns store.ErrActive for an active one.
func (s *Service) DeleteConnector(ctx context.Context, a Actor, slug string) error {
	c, err := s.Store.Connector(ctx, slug)
	if err != nil {
		return store.About("connector", slug, err)
	}
	return s.deleteConnector(ctx, a, c)
}

func (s *Service) deleteConnector(ctx context.Context, a Actor, c *idp.Connector) error {
	slug := c.Slug
	if c.Active {
		return store.About("connector", slug, store.ErrActive)
	}
	// The key goes first: a connector without a key is inactive and can be
	// deleted again, a key without a connector would wait for the next one of
	// that slug.
	err := s.Keys.Delete(ctx, slug, s.keyEvent(a, idp.ActionKeyDelete, slug))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.About("delete key of", slug, err)
	}
	e, err := s.connectorEvent(ctx, a, idp.ActionConnectorDelete, slug, c, nil)
	if err != nil {
		return err
	}
	err = s.Store.DeleteConnector(ctx, c, e)
	if err != nil {
		return store.About("delete connector", slug, err)
	}
	return nil
}

// Metadata is the connector's metadata document, whether or not it is active:
// AWS is set up before activation.
func (s *Service) Metadata(ctx context.Context, slug string) ([]byte, error) {
	c, key, err := s.Connector(ctx, slug)
	if err != nil {
		return nil, err
	}
	return metadata.Document(c, key, s.URL)
}

// UploadKey takes a private key and its certificate, both PEM, as the
// connector's key, in place of one that was made. It returns [idp.Problems] that
// name the file at fault, or the connector when it has been active: replacing
// its key would lock everybody out until each AWS account has the new metadata.
func (s *Service) UploadKey(ctx context.Context, a Actor, slug string, privateKey, certificate []byte) (*idp.Key, error) {
	c, err := s.Store.Connector(ctx, slug)
	if err != nil {
		return nil, store.About("connector", slug, err)
	}
	if c.Kind != idp.KindAWS {
		return nil, idp.Problems{{Field: "connector", Value: slug, Reason: "is a bookmark, which signs nothing", Remedy: "upload keys to connectors of kind aws"}}
	}
	if c.Used {
		return nil, idp.Problems{{Field: "connector", Value: slug, Reason: "has been active, so AWS accounts may trust the key that it has", Remedy: "create another connector with the new key, set it up in AWS, and then deactivate this one"}}
	}
	key, err := s.Keys.Upload(ctx, slug, privateKey, certificate, s.keyEvent(a, idp.ActionKeyUpload, slug))
	if err != nil {
		return nil, store.About("upload key of", slug, err)
	}
	return key, nil
}

func (s *Service) keyEvent(a Actor, action idp.Action, slug string) idp.Event {
	e := s.event(a, action, slug)
	e.Connector = slug
	return e
}
