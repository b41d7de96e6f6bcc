package resource

import (
	"github.com/gatepost/gatepost/internal/idp"
)

// Settings are what holds for the whole installation, as the outside sees it.
type Settings struct {
	// HelpdeskResetsAccess lets helpdesk let people in again to whom connectors are
	// open.
	HelpdeskResetsAccess bool `json:"helpdesk_resets_access" yaml:"helpdesk_resets_access"`

	ETag string `json:"-" yaml:"-"` // names this version, and is never used again
}

// FromSettings shows the settings.
func FromSettings(s idp.Settings) Settings {
	return Settings{HelpdeskResetsAccess: s.HelpdeskResetsAccess, ETag: etag("settings", s.Version)}
}
