package pgstore

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// Two assumptions save round trips. If one is wrong, the function runs again in the mode alone, in
// which nothing is assumed.
//
// Unique keys of new users. To ask for the owners of each user's keys would be a round trip a user.
// So from the second new user of an Update on, keys are assumed to be free. One question asks for
// all of them before anything that rests on them is sent, and at the latest when the function has
// ended, whatever it returned.
//
// The idempotency key of a transfer. It is nearly always new, and to ask for it would be one of a
// payment's two round trips. So it is assumed to be new, and the unique index of keys refuses the
// commit if it is not. Before the Update returns an error of its function, the engine is asked. A
// group with such a transfer takes no other Update, so no other work is lost with it. The key is
// asked for at once if other Updates wait, and if the account's last key was not new.

// errAssumed reports that another user, or another transfer, already has a key that the Update
// assumed to be free.
var errAssumed = errors.New("pgstore: a key that was assumed to be free is taken")

// assumes reports whether the writer may assume that unknown unique keys are free. It may once the
// function has created a user. It may not if the function cannot run again, as in the host's
// transaction, nor in the mode alone, in which an assumption already failed.
func (w *writer) assumes() bool { return w.births > 0 && !w.group.alone && w.group.conn != nil }

// assume records the assumption that no user has the keys.
func (w *writer) assume(keys []user.Key) {
	for _, k := range keys {
		w.own.owners.set(k, 0)
	}
	w.assumed = append(w.assumed, keys...)
}

// guess returns true if the writer may assume, without a query, that no transfer has the
// idempotency key. It then records key for a later check (confirm). If it returns false, the caller
// must query the key. guess returns true at most once for each run of an Update's function, and
// only if all of this held when the run began:
//
//   - No other Update waited or shared the group.
//   - The account's last commit had one Update.
//   - The last key that was queried for the account was new, or none is remembered.
//   - The Update did not run in the mode alone or in the host's transaction.
func (w *writer) guess(key string) bool {
	if !w.guesses {
		return false
	}
	w.guesses, w.guessed = false, key
	return true
}

// confirm asks the database about every assumption. Errors: errAssumed, the context's, and the
// engine's.
func (w *writer) confirm(ctx context.Context) error {
	if err := w.confirmOwners(ctx); err != nil {
		return err
	}
	return w.confirmKey(ctx)
}

func (w *writer) confirmOwners(ctx context.Context) error {
	if len(w.assumed) == 0 {
		return nil
	}
	found, err := w.ownersOf(ctx, w.assumed)
	if err == nil && len(found) > 0 {
		err = errAssumed
	}
	if err == nil {
		w.assumed = nil
	}
	return err
}

func (w *writer) confirmKey(ctx context.Context) error {
	if w.guessed == "" {
		return nil
	}
	taken := false
	err := w.peek(ctx, func(row sqlread.Row) error { return row.Scan(&taken) },
		"SELECT true FROM roster_postings WHERE account = $1 AND key = $2", w.account, w.guessed)
	if err == nil && taken {
		err = errAssumed
	}
	if err == nil {
		w.guessed = ""
	}
	return err
}
