package admin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// TestTestAndAccessTellWhenARoleSessionEnds: alice's way by the one group ends, and
// bob's by that group too, who is let in by another all the same.
func TestTestAndAccessTellWhenARoleSessionEnds(t *testing.T) {
	for left, early := range map[time.Duration]bool{10 * time.Minute: true, 30 * time.Minute: false, 3 * time.Hour: false} {
		t.Run(left.String(), func(t *testing.T) {
			d := newStage(t)
			ctx, a := t.Context(), d.as(idp.AdminOwner)
			end := noon.Add(left)
			d.must(nil, a.AddMember(ctx, "open", alice, end))
			d.must(nil, a.AddMember(ctx, "open", bob, end))
			session := resource.Stamp(noon.Add(min(left, time.Hour)))

			result, err := a.Test(ctx, "aws-a", alice)
			d.must(result, err)
			warned := strings.Contains(causes(result.Roles[0].Warnings), "SessionNotOnOrAfter is less than 15 minutes away")
			if len(result.Roles) != 1 || result.Roles[0].Until != resource.Stamp(end) || result.Roles[0].ExpiresAt != session || warned != early {
				t.Errorf("test says %+v", result.Roles)
			}

			ways, err := a.Access(ctx, "aws-a")
			d.must(ways, err)
			seen := 0
			for _, w := range ways {
				switch {
				case w.Email == alice:
					seen++
					warned := strings.Contains(w.Warning, "SessionNotOnOrAfter is less than 15 minutes away")
					if w.ExpiresAt != resource.Stamp(end) || w.SessionEnds != session || warned != early {
						t.Errorf("access says %+v", w)
					}
				case w.SessionEnds != "" || w.Warning != "": // bob is in the other group without an end
					t.Errorf("access says %+v of somebody whose access does not end", w)
				}
			}
			if seen != 1 {
				t.Errorf("alice has %d ways in", seen)
			}
		})
	}
}

func causes(findings []resource.Finding) string {
	text := ""
	for _, f := range findings {
		text += f.Cause + "\n"
	}
	return text
}
