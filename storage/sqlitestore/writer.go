package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/user"
)

// writer is the storage.Writer of one Update. It also is the sqlwrite.Engine of the sqlwrite.Writer
// that it embeds.
type writer struct {
	reader
	sqlwrite.Writer
	stored row // of the user that FindUser found last, nil if it found none
}

// start reads the account's row into the writer, and sets where the revisions and ids that the
// writer assigns begin. Without a row, the account's number, revision and balance stay 0. Errors:
// the engine's.
func (w *writer) start() error {
	v, ok, err := one(w.engine, selectAccount, w.account)
	if ok {
		w.open(v)
	}
	w.Writer.Open(w, &w.Reader, w.account)
	w.Counts.Begin(w.Revision(), w.ConfigRevision(), w.Sequence)
	return err
}

// Prepare implements sqlwrite.Engine. If the account has no row, Prepare inserts one and reads it,
// because the writer needs the account's number. Errors: the engine's.
func (w *writer) Prepare(context.Context) error {
	if w.number != 0 {
		return nil
	}
	if _, err := w.engine.exec("INSERT INTO roster_accounts (id) VALUES (?)", w.account); err != nil {
		return err
	}
	return w.start()
}

// finish stores the last id of each sequence if the transaction gave the id and no row has it. If
// the Update raises the revision, finish also writes the account's row. It returns the account's
// revision. Errors: storage.ErrConflict if a constraint refuses a row; those of SQLite and of the
// context, as named returns them.
func (w *writer) finish(ctx context.Context) (user.Revision, error) {
	if err := w.Note(ctx); err != nil {
		return 0, named(ctx, err)
	}
	revision, config, wrote := w.Counts.Result()
	if !wrote {
		return revision, nil
	}
	_, err := w.engine.exec("UPDATE roster_accounts SET revision = ?, config_revision = ?, units = ? WHERE id = ?",
		int64(revision), int64(config), int64(w.Row.Units), w.account)
	return revision, named(ctx, conflict(err, "roster_accounts"))
}

// conflict returns storage.ErrConflict if a constraint of the table refused a row, and err
// otherwise.
func conflict(err error, table string) error {
	if !isConstraint(err) {
		return err
	}
	return fmt.Errorf("sqlitestore: a row of %s: %w (%w)", table, storage.ErrConflict, err)
}

// values returns the account's id and the values of row as SQLite stores them: a bool as 0 or 1, a
// time as UTC text or NULL, a list of strings as JSON. It returns an error if a list cannot be
// encoded.
func (w *writer) values(row []any) ([]any, error) {
	list := make([]any, 0, len(row)+1)
	list = append(list, w.account)
	for _, v := range row {
		switch x := v.(type) {
		case bool:
			v = flag(x)
		case time.Time:
			v = instant(x)
		case []string:
			b, err := json.Marshal(x)
			if err != nil {
				return nil, err
			}
			v = string(b)
		}
		list = append(list, v)
	}
	return list, nil
}

// Put implements sqlwrite.Engine. It inserts the row into the table, or updates the row with the
// same key. Errors: the context's; storage.ErrConflict if a constraint of the table refuses the
// row; other errors of SQLite.
func (w *writer) Put(ctx context.Context, t sqlwrite.Table, row ...any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	values, err := w.values(row)
	if err == nil {
		_, err = w.engine.exec(t.Insert(1, false), values...)
	}
	return conflict(err, t.Name())
}

// Unsent implements sqlwrite.Engine. It returns false, because Put writes at once.
func (w *writer) Unsent(sqlwrite.Table) bool { return false }

// Delete implements sqlwrite.Engine.
func (w *writer) Delete(_ context.Context, t sqlwrite.Table, key ...any) error {
	_, err := w.engine.exec(t.Delete(), append([]any{w.account}, key...)...)
	return err
}

// Exec implements sqlwrite.Engine.
func (w *writer) Exec(_ context.Context, statements ...sqlwrite.Statement) error {
	for _, s := range statements {
		if _, err := w.engine.exec(s.SQL, s.Args...); err != nil {
			return err
		}
	}
	return nil
}

// PutSettings implements sqlwrite.Engine.
func (w *writer) PutSettings(_ context.Context, json []byte) error {
	_, err := w.engine.exec("UPDATE roster_accounts SET settings = ? WHERE id = ?", string(json), w.account)
	return err
}

// PutBalance implements sqlwrite.Engine. The account's own balance stays in memory until finish
// writes the account's row. Errors: those of Put.
func (w *writer) PutBalance(ctx context.Context, h balance.Holder, units balance.Units) error {
	if h == balance.Account {
		w.Row.Units = units
		return nil
	}
	return w.Put(ctx, sqlwrite.Balances, int64(h), int64(units))
}

// CheckUnused implements sqlwrite.Engine.
func (w *writer) CheckUnused(_ context.Context, t balance.Transfer) error {
	for _, q := range []struct {
		what, sql string
		asked     bool
		arg       any
	}{
		{"key", "SELECT transfer FROM roster_postings WHERE account = ? AND key = ?", t.Key != "", t.Key},
		{"reversal", "SELECT reversal FROM roster_reversals WHERE account = ? AND reversed = ?", t.Reverses != 0, int64(t.Reverses)},
	} {
		if !q.asked {
			continue
		}
		v, ok, err := one(w.engine, q.sql, w.account, q.arg)
		if err != nil {
			return err
		}
		if ok {
			return &storage.ExistsError{What: q.what, ID: v.number(0)}
		}
	}
	return nil
}

var (
	userColumns = sqlwrite.Users.Columns() // the first of them are sqlread.UserColumns
	selectUser  = "SELECT " + strings.Join(userColumns, ", ") + " FROM roster_users WHERE account = ? AND id = ?"
)

// FindUser implements sqlwrite.Engine. It returns nil without an error if there is no such user. It
// keeps the row in w.stored, so that a following WriteUser writes only the columns that differ.
// Errors: the engine's; for a row that cannot be converted.
func (w *writer) FindUser(_ context.Context, id user.ID) (*user.User, error) {
	stored, known, err := one(w.engine, selectUser, w.account, int64(id))
	if w.stored = stored; err != nil || !known {
		return nil, err
	}
	u, err := sqlread.ScanUser(stored)
	return &u, err
}

// WriteUser implements sqlwrite.Engine. The caller must have called FindUser for the same user. If
// FindUser found no row, WriteUser inserts one. Otherwise it updates only the columns that differ,
// because SQLite updates an index whenever a statement names one of its columns. Errors: those of
// Put; the engine's.
func (w *writer) WriteUser(ctx context.Context, u user.User, row []any) error {
	if w.stored == nil {
		return w.Put(ctx, sqlwrite.Users, row...)
	}
	values, err := w.values(row)
	if err != nil {
		return err
	}
	var set []string
	var args []any
	for i, v := range values[1:] {
		if v != w.stored[i] {
			set, args = append(set, userColumns[i]+" = ?"), append(args, v)
		}
	}
	if len(set) == 0 {
		return nil
	}
	_, err = w.engine.exec("UPDATE roster_users SET "+strings.Join(set, ", ")+" WHERE account = ? AND id = ?",
		append(args, w.account, int64(u.ID))...)
	return err
}

// Owners implements sqlwrite.Engine. It returns the owner of each unique key. A key without an
// owner has no entry in the map. Errors: the engine's.
func (w *writer) Owners(_ context.Context, keys []user.Key) (map[user.Key]user.ID, error) {
	owners := make(map[user.Key]user.ID)
	for _, k := range keys {
		v, ok, err := one(w.engine, "SELECT user_id FROM roster_unique_keys WHERE account = ? AND kind = ? AND value = ?",
			w.account, k.Kind.String(), k.Value)
		if err != nil {
			return nil, err
		}
		if ok {
			owners[k] = user.ID(v.number(0))
		}
	}
	return owners, nil
}

// PutText implements sqlwrite.Engine. It writes the user's row of texts, and replaces the user's
// entry in the index of triples of characters. It writes nothing if the row already has the text
// folded. Errors: the engine's.
func (w *writer) PutText(_ context.Context, id user.ID, folded string) error {
	key := []any{w.account, int64(id)}
	v, known, err := one(w.engine, "SELECT document, folded FROM roster_user_texts WHERE account = ? AND user_id = ?", key...)
	if err != nil || known && v.text(1) == folded {
		return err
	}
	if known { // an index that keeps no text has to be told what it forgets
		if _, err := w.engine.exec("INSERT INTO roster_user_grams (roster_user_grams, rowid, grams) VALUES ('delete', ?, ?)",
			v.number(0), gramText(w.number, v.text(1))); err != nil {
			return err
		}
	}
	v, _, err = one(w.engine, `INSERT INTO roster_user_texts (account, user_id, folded, document)
		VALUES (?, ?, ?, (SELECT ifnull(max(document), 0) + 1 FROM roster_user_texts))
		ON CONFLICT (account, user_id) DO UPDATE SET folded = excluded.folded RETURNING document`, append(key, folded)...)
	if err != nil {
		return err
	}
	_, err = w.engine.exec("INSERT INTO roster_user_grams (rowid, grams) VALUES (?, ?)", v.number(0), gramText(w.number, folded))
	return err
}
