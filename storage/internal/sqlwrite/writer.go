// Package sqlwrite writes an account into the tables that docs/schema.md lists. The SQL stores
// share it: it has the tables, makes rows of the domain's values, and checks what the contract of
// package storage asks of a write. A store gives it an Engine that writes the rows.
package sqlwrite

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/counting"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// Engine writes to one account in one transaction. A value in a row is nil for NULL, an int64, a
// string, a bool, a time.Time or a []string.
type Engine interface {
	sqlread.Engine // its answers show what was written

	// Prepare is called before each method that writes.
	Prepare(ctx context.Context) error
	// Put writes a row.
	Put(ctx context.Context, t Table, row ...any) error
	// Unsent reports whether the row that was put last into a table is still to be sent. If so, Put
	// has kept the slice of its values, and a new value in the slice is sent.
	Unsent(t Table) bool
	// Delete removes the row with a key, if there is one.
	Delete(ctx context.Context, t Table, key ...any) error
	// Exec runs statements on what was written so far, in one round trip.
	Exec(ctx context.Context, statements ...Statement) error

	// PutSettings writes the settings of the account.
	PutSettings(ctx context.Context, json []byte) error
	// FindUser returns a user, nil if there is none.
	FindUser(ctx context.Context, id user.ID) (*user.User, error)
	// WriteUser writes the row of a user.
	WriteUser(ctx context.Context, u user.User, row []any) error
	// PutText writes the texts that a search looks in.
	PutText(ctx context.Context, id user.ID, folded string) error
	// Owners returns which users have unique keys, as far as any has.
	Owners(ctx context.Context, keys []user.Key) (map[user.Key]user.ID, error)

	// Balances returns what holders have.
	Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error)
	// PutBalance writes what a user or the account has.
	PutBalance(ctx context.Context, h balance.Holder, units balance.Units) error
	// CheckUnused returns a *storage.ExistsError if another transfer has the key of t, or has
	// reversed what t reverses.
	CheckUnused(ctx context.Context, t balance.Transfer) error
}

// Statement is a statement that writes. Its arguments are named $1, $2 and so on.
type Statement struct {
	SQL  string
	Args []any
}

// Writer writes to one account in one transaction. A store's storage.Writer embeds it.
type Writer struct {
	Counts  counting.Counts
	reader  *sqlread.Reader
	engine  Engine
	account string
	last    posted
}

// Open tells where the account is written, and what reads it in the same transaction.
func (w *Writer) Open(e Engine, r *sqlread.Reader, account string) {
	w.engine, w.reader, w.account = e, r, account
}

// do runs write, the work of one method of the Writer, after Check of the transaction and Prepare
// of the engine. Every error except storage.ErrNotFound and storage.ErrAmbiguous also prevents the
// commit.
func (w *Writer) do(ctx context.Context, write func() error) error {
	if err := w.reader.Check(ctx); err != nil {
		return err
	}
	err := w.engine.Prepare(ctx)
	if err == nil {
		err = write()
	}
	return w.reader.Fail(ctx, err)
}

// errorf returns an error with the store's name.
func (w *Writer) errorf(format string, args ...any) error {
	return w.reader.Named(fmt.Errorf(format, args...))
}

// invalid returns an error of a value that has no row.
func (w *Writer) invalid(err error) error {
	return w.errorf("%w: %w", storage.ErrInvalid, err)
}

// Next implements storage.Writer.
func (w *Writer) Next() user.Revision { return w.Counts.Next() }

// NextID implements storage.Writer.
func (w *Writer) NextID(ctx context.Context, s storage.Sequence) (id int64, err error) {
	err = w.do(ctx, func() error {
		if id, err = w.Counts.NextID(ctx, s); err != nil {
			return w.reader.Named(err)
		}
		return nil
	})
	return id, err
}

// Note writes the ids that the transaction gave and that no row shows.
func (w *Writer) Note(ctx context.Context) error {
	for s, last := range w.Counts.Unnoted() {
		if err := w.note(ctx, s, last); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) note(ctx context.Context, s storage.Sequence, last int64) error {
	return w.engine.Put(ctx, Sequences, record.SequenceName(s), last)
}

// PutAccount implements storage.Writer.
func (w *Writer) PutAccount(ctx context.Context, a user.Account) error {
	return w.do(ctx, func() error {
		b, err := json.Marshal(a)
		if err != nil {
			return w.invalid(err)
		}
		w.Counts.Wrote()
		return w.engine.PutSettings(ctx, b)
	})
}

// PutSecret implements storage.Writer.
func (w *Writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	return w.do(ctx, func() error {
		u, err := w.engine.FindUser(ctx, id)
		if err != nil {
			return err
		}
		if u == nil {
			return w.reader.Missing()
		}
		w.Counts.Wrote()
		if s.IsZero() {
			return w.engine.Delete(ctx, Secrets, int64(id))
		}
		b, err := user.MarshalSecret(s)
		if err != nil {
			return w.invalid(err)
		}
		return w.engine.Put(ctx, Secrets, int64(id), string(b))
	})
}

// PutReference implements storage.Writer.
func (w *Writer) PutReference(ctx context.Context, r user.Reference) error {
	return w.do(ctx, func() error {
		if !r.Kind.Valid() || r.ID <= 0 {
			return w.errorf("%s %d: %w", r.Kind, r.ID, storage.ErrInvalid)
		}
		row, err := record.ReferenceRow(r)
		if err != nil {
			return w.invalid(err)
		}
		var owner int64
		err = w.ask(ctx, func(row sqlread.Row) error { return row.Scan(&owner) },
			"SELECT id FROM roster_refs WHERE account = $1 AND kind = $2 AND name = $3", row[0], r.Name)
		if err == nil && owner != 0 && owner != r.ID {
			err = &storage.ExistsError{What: "name", ID: owner}
		}
		if err != nil {
			return err
		}
		w.Counts.Used(storage.ReferenceIDs(r.Kind), r.ID)
		return w.engine.Put(ctx, References, row...)
	})
}

// DeleteReference implements storage.Writer.
func (w *Writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	return w.do(ctx, func() error {
		known := int64(0)
		err := w.ask(ctx, func(row sqlread.Row) error { return row.Scan(&known) },
			"SELECT id FROM roster_refs WHERE account = $1 AND kind = $2 AND id = $3", k.String(), id)
		if err != nil {
			return err
		}
		if known == 0 {
			return w.reader.Missing()
		}
		s := storage.ReferenceIDs(k)
		last, err := w.Counts.Last(ctx, s)
		if err != nil {
			return err
		}
		w.Counts.Used(s, id)
		if err := w.note(ctx, s, last); err != nil { // the row may be the only one that showed the id
			return err
		}
		return w.engine.Delete(ctx, References, k.String(), id)
	})
}

// ask asks for at most one row of the account.
func (w *Writer) ask(ctx context.Context, row func(sqlread.Row) error, sql string, args ...any) error {
	return w.engine.Ask(ctx, sqlread.Question{SQL: sql, Args: append([]any{w.account}, args...), Short: true, Row: row})
}
