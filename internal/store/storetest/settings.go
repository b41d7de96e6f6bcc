package storetest

import (
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testSettings(t *testing.T, open Open) {
	t.Run("settings come back, and whoever is too late writes nothing", func(t *testing.T) {
		r := newRepo(t, open)
		first, err := r.Settings(t.Context())
		r.must(err)
		mustEqual(t, "settings that were never written", first, idp.Settings{})
		late := first
		first.HelpdeskResetsAccess = true
		mustBeFull(t, first, "Version")
		r.must(r.UpdateSettings(t.Context(), &first, did(idp.ActionSettings)))
		now, err := r.Settings(t.Context())
		r.must(err)
		mustEqual(t, "the settings", now, first)
		mustBe(t, r.UpdateSettings(t.Context(), &late, did(idp.ActionSettings)), store.ErrStale)
		late = now
		late.HelpdeskResetsAccess = false
		r.must(r.UpdateSettings(t.Context(), &late, did(idp.ActionSettings)))
		mustBe(t, r.UpdateSettings(t.Context(), &now, did(idp.ActionSettings)), store.ErrStale)
	})
}
