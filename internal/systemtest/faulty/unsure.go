package faulty

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Outcome is what Unsure does with a commit.
type Outcome uint8

// The outcomes. For the last two the caller gets storage.ErrUnknownOutcome.
const (
	Known Outcome = iota
	Done
	Undone
)

// Unsure returns s with commits of an unknown outcome, as the contract allows. It calls draw for
// each Update whose function returned nil. Several goroutines may call draw at once.
func Unsure(s storage.Storage, draw func() Outcome) storage.Storage { return unsure{s, draw} }

type unsure struct {
	storage.Storage
	draw func() Outcome
}

var errUndone = errors.New("faulty: undone")

func (s unsure) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	outcome := s.draw()
	rev, err := s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		err := fn(ctx, w)
		if err == nil && outcome == Undone {
			return errUndone
		}
		return err
	})
	if outcome == Done && err == nil || errors.Is(err, errUndone) {
		return 0, storage.ErrUnknownOutcome
	}
	return rev, err
}
