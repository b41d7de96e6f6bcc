package plan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// ApplyOptions steer how a plan is applied. All may be left out.
type ApplyOptions struct {
	Enough func() bool      // asked between steps: true stops there, after one step at least
	Done   func(Step)       // told of each step that is done
	Now    func() time.Time // by which memberships end; the time of the plan unless given
}

// Report is how far applying a plan got.
type Report struct {
	Done      []Step `json:"done"`
	Remaining []Step `json:"remaining"`
}

// Apply does the steps of a plan, one after the other, and stops at the first that
// fails. Steps that are done stay done: whoever plans again goes on from there, after
// a failure, a crash or a stop for want of time alike.
//
// A step whose thing is another version than the plan found fails with an error
// that is [ErrMoved], and which unwraps to what the site said. Where something is
// changed by several steps, each knows what the one before left.
//
// So does a step that would do to people what the plan did not say. Before each
// that opens something, those who get it and what they get are looked at again.
// A group that is to go is closed to new members and grants first, then its
// members, its grants and the plan itself have to be as they were; when they are
// not, it is opened again. A group that a crash leaves closed opens by itself
// after [idp.ClosedFor].
func (p *Plan) Apply(ctx context.Context, site Site, o ApplyOptions) (Report, error) {
	r := newRun(site, p, o)
	for i, s := range p.Steps {
		r.left = p.Steps[i:]
		report := Report{Done: p.Steps[:i], Remaining: p.Steps[i:]}
		if i > 0 && r.enough() {
			return report, nil
		}
		err := ctx.Err()
		if err == nil {
			err = r.step(ctx, s)
		}
		if errors.Is(err, errUnfinished) {
			return report, nil
		}
		if err != nil {
			return report, store.About(s.String(), "", moved(err))
		}
		if o.Done != nil {
			o.Done(s)
		}
	}
	return Report{Done: p.Steps, Remaining: []Step{}}, nil
}

// moved marks errors that say that something is not as the plan found it.
func moved(err error) error {
	for _, other := range []error{store.ErrStale, store.ErrExists, store.ErrNotFound} {
		if errors.Is(err, other) {
			return fmt.Errorf("%w: %w", ErrMoved, err)
		}
	}
	return err
}

// errUnfinished says that a step went as far as the time allowed.
var errUnfinished = errors.New("unfinished")

// run is a plan being applied.
type run struct {
	site    Site
	enough  func() bool
	etags   map[string]string                // of connectors that an earlier step changed, as it left them
	joining map[string][]resource.Membership // what people who are added come with
	joined  map[string][]resource.Membership // what those who were added came with
	known   *known
	left    []Step // the one whose turn it is, and those after it
	now     func() time.Time
	again   func(State, time.Time) (*Plan, error)
}

func newRun(site Site, p *Plan, o ApplyOptions) *run {
	r := &run{
		site: site, enough: o.Enough, etags: map[string]string{}, known: knownOf(p.state), now: o.Now, again: p.again,
		joining: map[string][]resource.Membership{}, joined: map[string][]resource.Membership{},
	}
	if r.enough == nil {
		r.enough = func() bool { return false }
	}
	if r.now == nil {
		r.now = func() time.Time { return p.now }
	}
	steps := p.Steps
	for _, s := range steps {
		if s.Kind == KindUser && s.Action == Add {
			r.joining[s.Name] = []resource.Membership{}
		}
	}
	for _, s := range steps {
		list, added := r.joining[s.Email]
		if s.Kind == KindMember && added && len(list) < store.MaxChanges {
			r.joining[s.Email] = append(list, resource.Membership{Name: s.Name, ExpiresAt: s.expires()})
		}
	}
	return r
}

// expires is when a membership that a step makes ends.
func (s Step) expires() string {
	for _, f := range s.Fields {
		text, ok := f.After.(string)
		if f.Name == "expires_at" && ok {
			return text
		}
	}
	return ""
}

// etag is the version that a connector must have: as an earlier step left it, or
// else as the plan found it.
func (r *run) etag(slug, planned string) string {
	left, touched := r.etags[slug]
	if touched {
		return left
	}
	return planned
}

// fresh is a connector, if it is still as the plan or an earlier step knows it. It
// stands before changes that take no version.
func (r *run) fresh(ctx context.Context, slug, planned string) (resource.Connector, error) {
	c, err := r.site.Connector(ctx, slug)
	if err == nil && c.ETag != r.etag(slug, planned) {
		err = ErrMoved
	}
	return c, err
}

// act does something to a connector that takes no version and tells none, and
// notes the version that it leaves. Nothing but what was done may have changed.
func (r *run) act(ctx context.Context, slug, planned string, do func() error) error {
	before, err := r.fresh(ctx, slug, planned)
	if err != nil {
		return err
	}
	err = do()
	if err != nil {
		return err
	}
	after, err := r.site.Connector(ctx, slug)
	if err != nil {
		return err
	}
	was, is := stored(before), stored(after)
	if len(connectorFields(&was, &is)) > 0 {
		return ErrMoved
	}
	r.etags[slug] = after.ETag
	return nil
}

// step does a step, if what it would do to people is still what the plan says.
func (r *run) step(ctx context.Context, s Step) error {
	if s.needs != nil {
		err := r.check(ctx, s.needs(r))
		if err != nil {
			return err
		}
	}
	err := s.do(ctx, r)
	if err == nil && s.leaves != nil {
		s.leaves(r)
	}
	return err
}

func (r *run) changeUser(ctx context.Context, want User, have resource.User, update bool) error {
	now := have
	var err error
	if update {
		_, err = r.site.UpdateUser(ctx, want.Email, have.ETag, func(shape *resource.User) error {
			shape.Name, shape.AdminRole, shape.Attributes = want.Name, want.AdminRole, want.Attributes
			return nil
		})
	} else {
		now, err = r.site.User(ctx, want.Email)
	}
	switch {
	case err != nil:
		return err
	case now.ETag != have.ETag:
		return ErrMoved
	case want.Active == have.Active:
		return nil
	case want.Active:
		return r.site.ResumeUser(ctx, want.Email)
	}
	return r.site.SuspendUser(ctx, want.Email)
}

// stay is whether a person is in a group, and until when.
type stay struct {
	in    bool
	until string
}

// membership reports whether a person's place in a group is as wanted already. It
// must be as the plan found it otherwise.
func (r *run) membership(ctx context.Context, group, email string, planned, wanted stay) (bool, error) {
	groups, ours := r.joined[email]
	if !ours {
		u, err := r.site.User(ctx, email)
		if err != nil {
			return false, err
		}
		groups = u.Groups
	}
	var now stay
	for _, m := range groups {
		if m.Name == group {
			now = stay{true, m.ExpiresAt}
		}
	}
	switch now {
	case wanted:
		return true, nil
	case planned:
		return false, nil
	}
	return false, ErrMoved
}
