package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/user"
)

// writer is the storage.Writer of one Update. It also is the sqlwrite.Engine of the sqlwrite.Writer
// that it embeds.
type writer struct {
	reader
	sqlwrite.Writer
	units    balance.Units                    // of the account itself
	balances map[balance.Holder]balance.Units // of users, as far as they were read or written
	stored   row                              // of the user that FindUser found last, nil if it found none
}

// start reads the account's row and starts counting from it.
func (w *writer) start() error {
	v, ok, err := one(w.engine, selectAccount, w.account)
	if ok {
		w.open(v)
		w.units = balance.Units(v.number(3))
	}
	w.Writer.Open(w, &w.Reader, w.account)
	w.Counts.Begin(w.Revision(), w.ConfigRevision(), w.Sequence)
	return err
}

// Prepare implements sqlwrite.Engine. It inserts the account's row if there is none.
func (w *writer) Prepare(context.Context) error {
	if w.number != 0 {
		return nil
	}
	if _, err := w.engine.exec("INSERT INTO roster_accounts (id) VALUES (?)", w.account); err != nil {
		return err
	}
	return w.start()
}

// finish writes the new revisions and the account's balance to its row, unless fn wrote nothing. It
// returns the account's revision.
func (w *writer) finish(ctx context.Context) (user.Revision, error) {
	if err := w.Note(ctx); err != nil {
		return 0, named(ctx, err)
	}
	revision, config, wrote := w.Counts.Result()
	if !wrote {
		return revision, nil
	}
	_, err := w.engine.exec("UPDATE roster_accounts SET revision = ?, config_revision = ?, units = ? WHERE id = ?",
		int64(revision), int64(config), int64(w.units), w.account)
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

// values returns the account and the values of row, each in the form of its column.
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

// Put implements sqlwrite.Engine. It writes one row to the table t. Errors: the context's; that of
// a value that cannot be stored; the engine's, as conflict translates them.
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
