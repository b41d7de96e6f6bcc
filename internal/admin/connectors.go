package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Saved is a connector that was created or changed, with what an administrator
// should know about it.
type Saved struct {
	Connector resource.Connector
	Warnings  idp.Problems
}

// List asks for a page of a listing. A page may be short or empty and still have
// a cursor: only an empty cursor means the end.
type List struct {
	Prefix string // of the name that the listing is ordered by
	Search string // words that must all be somewhere in it, in any case
	Limit  int    // 1 to 100; zero for 50
	Cursor string // from the page before; empty for the first
}

func (l List) store() store.List {
	return store.List{Prefix: l.Prefix, Limit: l.Limit, Cursor: l.Cursor}
}

// searchPages is how many pages of a listing one search looks at before it
// returns what it has, with a cursor.
const searchPages = 20

// found reports whether every word is in one of the texts.
func (l List) found(texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(l.Search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// search reads pages until one has something that matches, or the listing ends,
// or enough was looked at. Without words that is one page. A page is never cut, so
// that its cursor stays right; its length is at most the limit.
func search[T any](l List, read func(store.List) ([]T, string, error), match func(T) bool) ([]T, string, error) {
	at := l.store()
	for range searchPages {
		page, next, err := read(at)
		if err != nil {
			return nil, "", err
		}
		var hits []T
		for _, item := range page {
			if match(item) {
				hits = append(hits, item)
			}
		}
		if len(hits) > 0 || next == "" {
			return hits, next, nil
		}
		at.Cursor = next
	}
	return nil, at.Cursor, nil
}

// Connectors is a page of the connectors, by slug.
func (a *Administrator) Connectors(ctx context.Context, l List) ([]resource.Connector, string, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, "", err
	}
	s := a.service
	summaries, next, err := search(l, func(at store.List) ([]store.ConnectorSummary, string, error) {
		return s.Store.ListConnectors(ctx, at)
	}, func(c store.ConnectorSummary) bool { return l.found(c.Slug, c.Label, c.Description) })
	if err != nil {
		return nil, "", store.About("list connectors", "", err)
	}
	slugs := make([]string, len(summaries))
	for i, summary := range summaries {
		slugs[i] = summary.Slug
	}
	list, err := s.showAll(ctx, slugs)
	return list, next, err
}

// showAll shows connectors with their keys and the names of their groups, in as
// many calls to the store whether they are one or a page.
func (s *Service) showAll(ctx context.Context, slugs []string) ([]resource.Connector, error) {
	connectors, err := s.Store.Connectors(ctx, slugs...)
	if err != nil {
		return nil, err
	}
	held, err := s.Store.Keys(ctx, slugs...)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range connectors {
		ids = append(ids, c.Groups...)
	}
	names, err := s.Store.GroupNames(ctx, ids)
	if err != nil {
		return nil, err
	}
	in, err := s.Store.Instance(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]resource.Connector, 0, len(connectors))
	for _, c := range connectors {
		shown := resource.FromConnector(c, held[c.Slug], names)
		shown.Active = shown.Active && !in.Lockdown
		list = append(list, shown)
	}
	return list, nil
}

// Connector is one connector. It fails with store.ErrNotFound when there is none.
// In lockdown it is shown as inactive, which it is then for everybody.
func (a *Administrator) Connector(ctx context.Context, slug string) (resource.Connector, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return resource.Connector{}, err
	}
	return a.connector(ctx, slug)
}

func (a *Administrator) connector(ctx context.Context, slug string) (resource.Connector, error) {
	list, err := a.service.showAll(ctx, []string{slug})
	if err != nil {
		return resource.Connector{}, err
	}
	if len(list) == 0 {
		return resource.Connector{}, store.About("connector", slug, store.ErrNotFound)
	}
	return list[0], nil
}

// CreateConnector stores a new, inactive connector with its grants, and makes its
// key unless the key's source is "uploaded". When the key cannot be made just
// then, the connector is there without one, and a warning says so.
func (a *Administrator) CreateConnector(ctx context.Context, in resource.Connector) (Saved, error) {
	err := a.may(ctx, OpConnector, in.Slug)
	if err != nil {
		return Saved{}, err
	}
	s := a.service
	c, err := s.fromShape(ctx, in)
	if err != nil {
		return Saved{}, err
	}
	wanted := NewConnector{Connector: c}
	if in.Key != nil {
		wanted.UploadKey, wanted.Custody = in.Key.Source == string(idp.SourceUploaded), idp.Custody(in.Key.Custody)
	}
	made, err := s.CreateConnector(ctx, a.actor, wanted)
	var late idp.Problems
	if made != nil && errors.Is(err, keys.ErrUnavailable) {
		late = idp.Problems{{Field: "key", Value: in.Slug, Reason: "could not be made just now", Remedy: "make it later, or upload one"}}
		err = nil
	}
	if err != nil {
		return Saved{}, err
	}
	return a.saved(ctx, made, late)
}

func (a *Administrator) saved(ctx context.Context, c *idp.Connector, more idp.Problems) (Saved, error) {
	shown, err := a.connector(ctx, c.Slug)
	if err != nil {
		return Saved{}, err
	}
	return Saved{Connector: shown, Warnings: append(more, awsfed.Warnings(c)...)}, nil
}

// UpdateConnector changes a connector by way of its shape; its groups become those
// of the shape. It fails with a [*Stale] when the connector is not of the version
// match, or when somebody else was quicker, and with [idp.Problems] also when a role
// would be opened to more groups by leaving its groups out: see [resource.Unsaid].
func (a *Administrator) UpdateConnector(ctx context.Context, slug, match string, change func(*resource.Connector) error) (Saved, error) {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return Saved{}, err
	}
	s := a.service
	before, shown, err := a.freshConnector(ctx, slug, match)
	if err != nil {
		return Saved{}, err
	}
	was := slices.Clone(shown.Roles)
	err = change(&shown)
	if err == nil {
		err = resource.Unsaid(was, shown.Roles).Err()
	}
	if err != nil {
		return Saved{}, err
	}
	after, err := s.changed(ctx, before, shown)
	if err != nil {
		return Saved{}, err
	}
	err = s.save(ctx, a.actor, idp.ActionConnectorUpdate, before, after)
	if errors.Is(err, store.ErrStale) {
		return Saved{}, a.nowStale(ctx, slug)
	}
	if err != nil {
		return Saved{}, err
	}
	return a.saved(ctx, after, nil)
}

// freshConnector is a connector that must be of the version match, as it is and as
// it is shown.
func (a *Administrator) freshConnector(ctx context.Context, slug, match string) (*idp.Connector, resource.Connector, error) {
	c, err := a.service.Store.Connector(ctx, slug)
	if err != nil {
		return nil, resource.Connector{}, store.About("connector", slug, err)
	}
	shown, err := a.connector(ctx, slug)
	if err != nil {
		return nil, resource.Connector{}, err
	}
	if !matches(match, shown.ETag) || shown.Version != c.Version { // changed since, or between the two reads
		return nil, resource.Connector{}, a.staleConnector(ctx, shown)
	}
	return c, shown, nil
}

func (a *Administrator) staleConnector(ctx context.Context, now resource.Connector) error {
	return &Stale{ETag: now.ETag, Current: now, Changes: a.service.changesOf(ctx, store.EventFilter{Connector: now.Slug}, now.Slug)}
}

// nowStale tells of a change that came between; where the connector is gone, that
// it is.
func (a *Administrator) nowStale(ctx context.Context, slug string) error {
	now, err := a.connector(ctx, slug)
	if err != nil {
		return err
	}
	return a.staleConnector(ctx, now)
}

// ActivateConnector opens a connector for its groups; see [Service.Activate].
func (a *Administrator) ActivateConnector(ctx context.Context, slug string) error {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return err
	}
	in, err := a.service.Store.Instance(ctx)
	if err != nil {
		return fmt.Errorf("read instance: %w", err)
	}
	if in.Lockdown {
		return ErrLockdown
	}
	return a.service.Activate(ctx, a.actor, slug)
}

// DeactivateConnector closes a connector for everybody, from the next request on.
func (a *Administrator) DeactivateConnector(ctx context.Context, slug string) error {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return err
	}
	return a.service.Deactivate(ctx, a.actor, slug)
}

// DeleteConnector removes an inactive connector, its grants and its key. It fails
// with store.ErrActive for an active one.
func (a *Administrator) DeleteConnector(ctx context.Context, slug, match string) error {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return err
	}
	c, _, err := a.freshConnector(ctx, slug, match)
	if err != nil {
		return err
	}
	err = a.service.deleteConnector(ctx, a.actor, c)
	if errors.Is(err, store.ErrStale) {
		return a.nowStale(ctx, slug)
	}
	return err
}

// Metadata is the connector's metadata document.
func (a *Administrator) Metadata(ctx context.Context, slug string) ([]byte, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	return a.service.Metadata(ctx, slug)
}

// Grant opens a connector to a group. Granting again changes nothing.
func (a *Administrator) Grant(ctx context.Context, slug, group string) error {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return err
	}
	return a.service.Grant(ctx, a.actor, slug, group)
}

// Revoke closes a connector to a group, from the next request on.
func (a *Administrator) Revoke(ctx context.Context, slug, group string) error {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return err
	}
	return a.service.Revoke(ctx, a.actor, slug, group)
}

// Access lists every person who can open the connector, with each role and the
// group that opens it.
func (a *Administrator) Access(ctx context.Context, slug string) ([]resource.Access, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	ways, err := a.service.Access(ctx, slug)
	if err != nil {
		return nil, err
	}
	list := make([]resource.Access, 0, len(ways))
	for _, w := range ways {
		list = append(list, w.shown())
	}
	return list, nil
}
