package api

import (
	"context"
	"net/http"

	"github.com/gatepost/gatepost/internal/resource"
)

// settings adds the routes of what holds for the whole installation.
func (a *api) settings() {
	const path, tag = "/settings", "settings"
	route(a, spec{
		method: http.MethodGet, path: path, id: "get-settings", tag: tag, summary: "Read the settings of the installation", also: []int{http.StatusNotModified},
	}, func(ctx context.Context, c *call, _ *Reading) (*read[resource.Settings], error) {
		now, err := c.Settings(ctx)
		return found(c.request, now, now.ETag), err
	})
	route(a, spec{
		method: http.MethodPatch, path: path, id: "patch-settings", tag: tag, summary: "Change parts of the settings", match: true,
		about: "A merge patch of RFC 7396: null gives a member its default.",
		takes: &body{kinds: []string{patchKind}, shape: patches[resource.Settings](a, "SettingsPatch")},
	}, func(ctx context.Context, c *call, _ *Matching) (*saved[resource.Settings], error) {
		version, err := match(c.request)
		if err != nil {
			return nil, err
		}
		change, err := settingsForm().patch(c.body)
		if err != nil {
			return nil, err
		}
		now, err := c.UpdateSettings(ctx, version, change)
		return &saved[resource.Settings]{ETag: now.ETag, Body: now}, err
	})
}

func settingsForm() form[resource.Settings] {
	return form[resource.Settings]{keep: func(next *resource.Settings, now resource.Settings) { next.ETag = now.ETag }}
}
