package plan

import (
	"context"

	"github.com/gatepost/gatepost/internal/resource"
)

func storedSettings(s resource.Settings) *Settings {
	return &Settings{HelpdeskResetsAccess: s.HelpdeskResetsAccess}
}

func (s *Settings) facts() []fact {
	return []fact{{"helpdesk_resets_access", s.HelpdeskResetsAccess}}
}

// planSettings plans a change of what holds for the whole installation.
func (d *differ) planSettings() {
	if d.file.Settings == nil {
		return
	}
	want, have := *d.file.Settings, d.state.Settings
	fields := changed(storedSettings(have).facts(), want.facts())
	if len(fields) == 0 {
		return
	}
	d.steps = append(d.steps, Step{
		Action: Change, Kind: KindSettings, Name: "settings", Fields: fields, ETag: have.ETag, phase: settling,
		do: func(ctx context.Context, r *run) error {
			_, err := r.site.UpdateSettings(ctx, have.ETag, func(s *resource.Settings) error {
				s.HelpdeskResetsAccess = want.HelpdeskResetsAccess
				return nil
			})
			return err
		},
	})
}
