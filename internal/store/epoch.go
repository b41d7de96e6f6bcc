package store

import (
	"context"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Epochs are the numbers that a session must agree with to live.
type Epochs struct {
	Instance uint64
	User     uint64
}

// Epochs returns the epochs that a session begun now belongs to.
func (s *Store) Epochs(ctx context.Context, userID string) (Epochs, error) {
	f, err := s.SignedIn(ctx, idp.Ticket{UserID: userID})
	if err != nil {
		return Epochs{}, err
	}
	return Epochs{Instance: f.Instance.Epoch, User: f.UserEpoch}, nil
}

// RaiseUserEpoch ends every session of a person.
func (s *Store) RaiseUserEpoch(ctx context.Context, userID string, ev idp.Event) error {
	return About("user", userID, s.commit(ctx, ev, raiseEpoch(userID)))
}

// RaiseInstanceEpoch ends every session of everybody.
func (s *Store) RaiseInstanceEpoch(ctx context.Context, ev idp.Event) error {
	return s.commit(ctx, ev, Add(instanceKey(), 1, 0, time.Time{}))
}

func raiseEpoch(userID string) Op { return Add(epochKey(userID), 1, 0, time.Time{}) }
