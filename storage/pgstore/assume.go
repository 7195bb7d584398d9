package pgstore

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/user"
)

// Who puts a second new user is likely to put many, and to ask the server for the owners of each one's keys would be a round
// trip a user. So from then on nobody is assumed to own them, and all are asked for at once: before anything that rests
// on them is sent, and at the latest when the fn has ended, whatever it returned. If somebody owns one, what the fn was told
// was wrong, and it runs again, in a transaction of its own, in which each user's keys are asked for when he is put.

// errAssumed says that a key has an owner that was assumed to have none.
var errAssumed = errors.New("pgstore: a unique key has an owner")

// assumes decides whether a new user's keys are assumed to be free.
func (w *writer) assumes() bool {
	if w.group.alone || w.group.conn == nil { // it runs again already; in the embedding server's transaction it can't
		return false
	}
	w.births++
	return w.births > 1
}

// assume notes the keys as free, as far as it is not known who owns them.
func (w *writer) assume(keys ...user.Key) {
	for _, k := range keys {
		_, mine := w.own.owners[k]
		if _, known := w.group.known.owners[k]; !known && !mine {
			w.assumed = append(w.assumed, k)
		}
	}
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
