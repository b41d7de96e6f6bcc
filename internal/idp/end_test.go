package idp

import (
	"testing"
	"time"
)

func TestATextIsNeverAMembershipWithoutAnEnd(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for text, live := range map[string]bool{
		"": true, "2026-12-31T18:00:00Z": true, "2026-11-24T13:30:00+01:00": true, "9999-12-31T23:59:59Z": true,
		"2026-11-24T12:00:00Z": false, "0001-01-01T00:00:00Z": false, "0001-01-01T01:00:00+01:00": false, "0000-12-31T23:00:00-01:00": false,
	} {
		end, problems := ReadEnd("expires_at", text)
		if problems != nil || (Membership{Until: end}).Live(now) != live || end.IsZero() != (text == "") {
			t.Errorf("%q is %v, %v", text, end, problems)
		}
	}
	for _, text := range []string{"tomorrow", "2026-11-24", " ", "9999-12-31T23:59:59-01:00"} {
		end, problems := ReadEnd("expires_at", text)
		if !end.IsZero() || len(problems) != 1 || problems[0].Field != "expires_at" || problems[0].Value != text || problems[0].Remedy == "" {
			t.Errorf("%q is %v, %v", text, end, problems)
		}
	}
}
