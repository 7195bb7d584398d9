package pgstore

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/user"
)

// Who puts a second new user is likely to put many, and to ask the server for the owners of each one's keys would be a round
// trip a user or more, for who makes users often asks before he puts. So from then on nobody is assumed to own them, and all
// are asked for at once: before anything that rests on them is sent, and at the latest when the fn has ended, whatever it
// returned. If somebody owns one, what the fn was told was wrong, and it runs again, in a transaction of its own, in which
// each key is asked for when it is used.
//
// The idempotency key of a transfer is nearly always new as well, and to ask the server would be one of a payment's two round
// trips. So the first one that is put is assumed to be new, and the commit is the judge: the index of keys admits no second one.
// Before anybody is told something else, a refusal for example, the server is asked after all (a panic is let through). The transaction of such a transfer
// takes nobody else in, so that nobody's work is lost with it. Where callers wait for each other, or the account's last key was
// not new, the server is asked at once.

// errAssumed says that a key is taken that was assumed to be free.
var errAssumed = errors.New("pgstore: a key that was assumed to be free is taken")

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

// guess assumes that no transfer has the key, if that is worth while, and reports whether it did.
func (w *writer) guess(key string) bool {
	if !w.guesses {
		return false
	}
	w.guesses, w.guessed = false, key
	return true
}

// confirm checks all assumptions. It returns the context's error if the caller gave up.
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
	if err := ctx.Err(); err != nil {
		return err
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

func (w *writer) confirmKey(ctx context.Context) error {
	if w.guessed == "" {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	taken := false
	err := w.link.query(ctx, "SELECT true FROM roster_postings WHERE account = $1 AND key = $2",
		func(rows pgx.Rows) error { return rows.Scan(&taken) }, w.account, w.guessed)
	switch {
	case err != nil:
		return err
	case taken:
		return errAssumed
	}
	w.guessed = ""
	return nil
}
