package admin

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Settings are what holds for the whole installation.
func (a *Administrator) Settings(ctx context.Context) (resource.Settings, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return resource.Settings{}, err
	}
	now, err := a.service.Store.Settings(ctx)
	if err != nil {
		return resource.Settings{}, fmt.Errorf("read settings: %w", err)
	}
	return resource.FromSettings(now), nil
}

// UpdateSettings changes the settings by way of their shape, from the next request
// on. What changes nothing is not written.
func (a *Administrator) UpdateSettings(ctx context.Context, match string, change func(*resource.Settings) error) (resource.Settings, error) {
	err := a.may(ctx, OpSettings, settingsName)
	if err != nil {
		return resource.Settings{}, err
	}
	s := a.service
	before, err := s.Store.Settings(ctx)
	if err != nil {
		return resource.Settings{}, fmt.Errorf("read settings: %w", err)
	}
	shown := resource.FromSettings(before)
	if !matches(match, shown.ETag) {
		return resource.Settings{}, a.staleSettings(ctx)
	}
	err = change(&shown)
	if err != nil {
		return resource.Settings{}, err
	}
	after := idp.Settings{HelpdeskResetsAccess: shown.HelpdeskResetsAccess, Version: before.Version}
	if after == before {
		return resource.FromSettings(before), nil
	}
	e := s.event(a.actor, idp.ActionSettings, settingsName)
	e.Before, e.After = changed(settingsFields(before), settingsFields(after))
	err = s.Store.UpdateSettings(ctx, &after, e)
	if errors.Is(err, store.ErrStale) {
		return resource.Settings{}, a.staleSettings(ctx)
	}
	if err != nil {
		return resource.Settings{}, err
	}
	return resource.FromSettings(after), nil
}

// settingsName is what events call them.
const settingsName = "settings"

func settingsFields(s idp.Settings) map[string]any {
	return map[string]any{"helpdesk_resets_access": s.HelpdeskResetsAccess}
}

func (a *Administrator) staleSettings(ctx context.Context) error {
	now, err := a.service.Store.Settings(ctx)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	shown := resource.FromSettings(now)
	return &Stale{ETag: shown.ETag, Current: shown, Changes: a.service.changesOf(ctx, a.service.lately(), settingsName)}
}
