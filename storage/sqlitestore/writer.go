package sqlitestore

import (
	"context"
	"encoding/json"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/counting"
	"github.com/ca74b63c/roster/user"
)

// writer writes to one account in an open transaction.
type writer struct {
	reader
	counts   counting.Counts
	balances map[balance.Holder]balance.Units // of users, as far as they were read or written
}

// readAccount reads the account's row.
func (w *writer) readAccount() error {
	v, ok, err := one(w.engine, selectAccount, w.account)
	if ok {
		w.open(v)
	}
	w.counts.Begin(w.revision, w.config, w.Sequence)
	return err
}

// checkWrite returns why a writing method may not run, and makes the account's row if there is
// none.
func (w *writer) checkWrite(ctx context.Context) error {
	if err := w.Check(ctx); err != nil || w.number != 0 {
		return err
	}
	_, err := w.engine.exec("INSERT INTO roster_accounts (id) VALUES (?)", w.account)
	if err == nil {
		err = w.readAccount()
	}
	return w.Fail(ctx, err)
}

// finish writes what the transaction counted.
func (w *writer) finish(ctx context.Context) (user.Revision, error) {
	for s, last := range w.counts.Unnoted() {
		if err := w.noteSequence(s, last); err != nil {
			return 0, named(ctx, err)
		}
	}
	revision, config, wrote := w.counts.Result()
	if !wrote {
		return revision, nil
	}
	_, err := w.engine.exec("UPDATE roster_accounts SET revision = ?, config_revision = ?, units = ? WHERE id = ?",
		int64(revision), int64(config), int64(w.units), w.account)
	return revision, named(ctx, conflict(err, "balance of the account"))
}

func (w *writer) Next() user.Revision { return w.counts.Next() }

func (w *writer) PutAccount(ctx context.Context, a user.Account) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	settings, err := json.Marshal(a)
	if err == nil {
		_, err = w.engine.exec("UPDATE roster_accounts SET settings = ? WHERE id = ?", string(settings), w.account)
	}
	w.counts.Wrote()
	return w.Fail(ctx, err)
}

func (w *writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	_, ok, err := one(w.engine, "SELECT 1 FROM roster_users WHERE account = ? AND id = ?", w.account, int64(id))
	switch {
	case err != nil:
		return w.Fail(ctx, err)
	case !ok:
		return errMissing
	case s.IsZero():
		_, err = w.engine.exec("DELETE FROM roster_secrets WHERE account = ? AND user_id = ?", w.account, int64(id))
	default:
		var secret []byte
		if secret, err = user.MarshalSecret(s); err == nil {
			_, err = w.engine.exec(`INSERT INTO roster_secrets (account, user_id, secret) VALUES (?, ?, ?)
				ON CONFLICT (account, user_id) DO UPDATE SET secret = excluded.secret`, w.account, int64(id), string(secret))
		}
	}
	w.counts.Wrote()
	return w.Fail(ctx, err)
}

// taken returns an *ExistsError that names the row which the query finds, or err if it finds none.
func (w *writer) taken(err error, what, query string, args ...any) error {
	v, ok, found := one(w.engine, query, args...)
	switch {
	case found != nil:
		return found
	case !ok:
		return err
	}
	return &storage.ExistsError{What: what, ID: v.number(0)}
}
