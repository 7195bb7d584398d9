package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/storage"
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

// start reads the account's row, and stores its values in the writer: the account's number,
// revision, config revision and balance. If the account has no row, these values stay as they are
// (0 in a new writer). start also prepares the counting of revisions and ids for the transaction.
// Errors: that of reading the row.
func (w *writer) start() error {
	v, ok, err := one(w.engine, selectAccount, w.account)
	if ok {
		w.open(v)
	}
	w.Writer.Open(w, &w.Reader, w.account)
	w.Counts.Begin(w.Revision(), w.ConfigRevision(), w.Sequence)
	return err
}

// Prepare implements sqlwrite.Engine. It inserts the account's row if there is none, and reads the
// row again to learn the account's number. It does nothing if the account already has a row.
func (w *writer) Prepare(context.Context) error {
	if w.number != 0 {
		return nil
	}
	if _, err := w.engine.exec("INSERT INTO roster_accounts (id) VALUES (?)", w.account); err != nil {
		return err
	}
	return w.start()
}

// finish writes the account's new revision, config revision and balance to the account's row, and
// returns the new revision. If the Update wrote nothing that raises the revision, finish leaves the
// account's row unchanged and returns the old revision. In both cases, finish also writes the last
// id that NextID gave for each sequence, if no row has the id. Errors: storage.ErrConflict if a
// constraint of a table refuses a row; those of SQLite and of the context, as named returns them.
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

// values returns the arguments for a statement that writes row: the account's id, followed by the
// values of row. It converts a bool to 0 or 1, a time to UTC text, the zero time to NULL, and a
// list of strings to JSON text. Values of other types stay as they are. It returns an error if the
// JSON cannot be made.
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

// Put implements sqlwrite.Engine. It writes one row of the account to the table t. In most tables
// it replaces an old row with the same key. Errors: the context's; that of a value that JSON cannot
// encode; storage.ErrConflict if a constraint of the table refuses the row; other errors of SQLite.
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
