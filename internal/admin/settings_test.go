package admin_test

import (
	"errors"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func TestSettingsAreAnOwnersAndOnRecord(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	turn := func(s *resource.Settings) error {
		s.HelpdeskResetsAccess = !s.HelpdeskResetsAccess
		return nil
	}
	first, err := d.as(idp.AdminViewer).Settings(ctx)
	if err != nil || first.HelpdeskResetsAccess || first.ETag == "" {
		t.Fatalf("settings that were never written are %+v, %v", first, err)
	}
	for _, role := range []idp.AdminRole{idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors} {
		denied(t, string(role), only(d.as(role).UpdateSettings(ctx, "", turn)))
	}
	d.must(a.UpdateSettings(ctx, first.ETag, func(*resource.Settings) error { return nil }))
	second, err := a.UpdateSettings(ctx, first.ETag, turn)
	d.must(nil, err)
	_, err = a.UpdateSettings(ctx, first.ETag, turn)
	var stale *admin.Stale
	if !errors.As(err, &stale) || stale.ETag != second.ETag || stale.Current != any(second) || len(stale.Changes) != 1 {
		t.Errorf("by whoever is too late: %v, %+v", err, stale)
	}
	now, err := a.Settings(ctx)
	if err != nil || !now.HelpdeskResetsAccess || now != second {
		t.Errorf("now they are %+v, %v", now, err)
	}
	events := of(idp.ActionSettings, d.audit(admin.EventQuery{}))
	if len(events) != 1 || events[0].Before["helpdesk_resets_access"] != false || events[0].After["helpdesk_resets_access"] != true {
		t.Errorf("on record is %+v", events)
	}
}
