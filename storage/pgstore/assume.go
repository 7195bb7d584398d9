package pgstore

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/user"
)

// Who puts a second new user is likely to put many, and to ask the server for the owners of each one's keys would be a round
// trip a user or more, for who makes users often asks before he puts. So from then on nobody is assumed to own them, and all
// are asked for at once: before anything that rests on them is sent, and at the latest when the fn has ended, whatever it
// returned. If somebody owns one, what the fn was told was wrong, and it runs again, in a transaction of its own, in which
// each key is asked for when it is used.

// errAssumed says that a key has an owner that was assumed to have none.
var errAssumed = errors.New("pgstore: a unique key has an owner")

// assumes reports whether keys are assumed to be free of which it is not known. Where the fn runs again already, or can't run
// again because the transaction is the embedding server's, they never are.
func (w *writer) assumes() bool { return w.births > 1 && !w.group.alone && w.group.conn != nil }

// assume notes that nobody owns the keys.
func (w *writer) assume(keys []user.Key) {
	for _, k := range keys {
		w.own.owners.set(k, 0)
	}
	w.assumed = append(w.assumed, keys...)
}

// confirm asks whether all that was assumed is so.
func (w *writer) confirm(ctx context.Context) error {
	if len(w.assumed) == 0 {
		return nil
	}
	found, err := w.ownersOf(ctx, w.assumed)
	switch {
	case err != nil:
		return err
	case len(found) > 0:
		return errAssumed
	}
	w.assumed = nil
	return nil
}
