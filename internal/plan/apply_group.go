package plan

import (
	"context"
	"errors"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// destroyGroup destroys a group on which nothing hangs that the plan does not know:
// it is closed, so that nothing new comes to hang on it, then looked at, and
// opened again unless its destruction has begun.
func (r *run) destroyGroup(ctx context.Context, have resource.Group) error {
	closed, err := r.site.CloseGroup(ctx, have.Name, have.ETag)
	if err != nil {
		return err
	}
	err = r.unchanged(ctx, have.Name)
	var gone bool
	if err == nil {
		gone, err = r.site.DeleteGroup(ctx, have.Name, closed.ETag)
	}
	if err != nil {
		return errors.Join(err, r.reopen(ctx, closed))
	}
	for !gone {
		if r.enough() {
			return errUnfinished
		}
		gone, err = r.site.DeleteGroup(ctx, have.Name, "") // it is ours to end from here on
		if err != nil {
			return err
		}
	}
	return nil
}

// unchanged fails with [ErrMoved] when a closed group has other members or grants
// than is known, or when its members would lose something else with it.
func (r *run) unchanged(ctx context.Context, group string) error {
	err := r.check(ctx, basis{members: []string{group}, doors: []string{group}})
	now := r.now()
	if err != nil || len(r.known.doors(group, now)) == 0 || len(r.known.seats(group, now)) == 0 {
		return err
	}
	return r.samePlan(ctx, group)
}

// reopenTime is how long opening a group again may take, also when the context of
// the run has ended.
const reopenTime = 5 * time.Second

// reopen opens a group again that is still as this run closed it. Where it cannot,
// the group opens by itself in time.
func (r *run) reopen(ctx context.Context, closed resource.Group) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reopenTime)
	defer cancel()
	err := r.site.ReopenGroup(ctx, closed.Name, closed.ETag)
	if moved(err) != err {
		return nil // it is another's by now, or gone
	}
	return err
}
