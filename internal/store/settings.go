package store

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
)

type settingsRecord struct {
	HelpdeskResetsAccess bool `json:"helpdesk_resets_access,omitempty"`
}

func settingsFrom(item *Item) (*idp.Settings, error) {
	r, err := decode[settingsRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return &idp.Settings{HelpdeskResetsAccess: r.HelpdeskResetsAccess, Version: item.Version}, nil
}

// Settings reads the settings; those that were never written are the zero value.
func (s *Store) Settings(ctx context.Context) (idp.Settings, error) {
	item, err := s.get(ctx, settingsKey())
	if err != nil {
		return idp.Settings{}, err
	}
	in, err := optional(item, settingsFrom)
	if err != nil || in == nil {
		return idp.Settings{}, err
	}
	return *in, nil
}

// UpdateSettings stores in in place of the version that it was read as, zero for
// settings that were never written. It fails with [ErrStale] when they have changed
// since.
func (s *Store) UpdateSettings(ctx context.Context, in *idp.Settings, ev idp.Event) error {
	data, err := encode(settingsRecord{HelpdeskResetsAccess: in.HelpdeskResetsAccess})
	if err != nil {
		return err
	}
	err = s.commit(ctx, ev, Put(Item{Key: settingsKey(), Data: data}, unchanged(in.Version)))
	if err != nil {
		return About("settings", "", lost(err, settingsKey()))
	}
	in.Version++
	return nil
}
