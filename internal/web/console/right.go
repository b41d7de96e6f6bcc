package console

import (
	"errors"

	"github.com/gatepost/gatepost/internal/admin"
)

// right is whether the administrator may do one thing. What their role never
// includes, a page does without; what they may not do to this thing now is shown
// closed, with the reason.
type right struct {
	ID     string // of the control, for its description
	Denied string // why not, in words; empty where they may
	Hidden bool   // the role never includes it
	Said   bool   // the reason stands above already, under the same ID
}

// MayChange reports whether they may.
func (r right) MayChange() bool { return r.Denied == "" }

// onlyLook is what a page says to those whose role changes nothing on it.
const onlyLook = "Your role lets you look at this, not change it."

// rightOf puts a refusal into words; nil is none.
func rightOf(id string, d *admin.Denied) right {
	switch {
	case d == nil:
		return right{ID: id}
	case d.Never:
		return right{ID: id, Denied: onlyLook, Hidden: true}
	}
	return right{ID: id, Denied: sentenceOf(d.Why) + " " + sentenceOf(d.Remedy)}
}

// right asks the policy for an operation on a target.
func (v *visit) right(id string, op admin.Operation, t admin.Target) right {
	var denied *admin.Denied
	errors.As(admin.Allowed(v.Who(), op, t), &denied)
	return rightOf(id, denied)
}

// after is the right to something that stands below another: a reason that both
// have is said once.
func (r right) after(above right) right {
	if !above.Hidden && r.Denied == above.Denied {
		r.ID, r.Said = above.ID, true
	}
	return r
}
